//! Transfers that an older release has begun.

use std::collections::VecDeque;

use abdm_core::id::CareContextReference;
use abdm_flow::store::{Payload, PayloadError};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::TransferFlow;
use super::plan::{ContextProgress, Pages};
use super::state::{KeyForm, Pushing, TransferStage};
use crate::hooks::RecordId;

/// The stage of version 1 in which pages were pushed, each by an effect of its own: the plan stood
/// in the snapshot.
#[derive(Deserialize)]
struct PushingOneByOne {
    contexts: Vec<ContextOneByOne>,
    settled: u32,
    withheld: u32,
    key_form: Option<KeyForm>,
}

#[derive(Deserialize)]
struct ContextOneByOne {
    care_context: CareContextReference,
    records: u32,
    left: VecDeque<RecordId>,
    accepted: u32,
    kept: u32,
    problem: Option<String>,
}

/// The effect of version 1 that pushed one page. Nothing of what it said matters any more: which
/// page it is says the transfer itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PageOfVersion1 {}

/// A snapshot of version 1.
pub(super) fn upgraded(mut state: Value) -> Result<TransferFlow, PayloadError> {
    if let Some(stage) = state.get_mut("stage")
        && let Some(pushing) = stage.get_mut("Pushing").map(Value::take)
    {
        let pushing: PushingOneByOne = Payload::encode(&pushing)?.decode()?;
        *stage = Payload::encode(&in_stage(pushing))?.decode()?;
    }
    Payload::encode(&state)?.decode()
}

fn in_stage(pushing: PushingOneByOne) -> TransferStage {
    let PushingOneByOne { contexts, settled, withheld, key_form } = pushing;
    let mut unwritten = Vec::new();
    let contexts = contexts.into_iter().map(|context| {
        let ContextOneByOne { care_context, records, left, accepted, kept, problem } = context;
        unwritten.extend(left);
        ContextProgress { care_context, patient: None, records, accepted, kept, problem }
    });
    let pages = Pages::one_by_one(contexts.collect(), (settled, withheld), key_form);
    TransferStage::Pushing(Box::new(Pushing { unwritten, ..Pushing::of(pages) }))
}
