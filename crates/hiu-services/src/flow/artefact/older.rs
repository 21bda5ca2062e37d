//! What earlier releases stored. In snapshots of version 1 stood the pages of a transfer and the
//! ids of all documents: they become rows with the first event.

use std::collections::{BTreeMap, BTreeSet};

use abdm_core::api::consent::ConsentDetail;
use abdm_core::id::{CareContextReference, ConsentId};
use abdm_flow::Step;
use abdm_flow::store::{Payload, PayloadError};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::event::ArtefactNews;
use super::rows::{self, ContextFate};
use super::transfer::{PageCounts, PushId, TakenPage, consented};
use super::{ArtefactEffect, ArtefactFlow};
use crate::flow::{DocumentId, EntryReport, PageId};
use crate::hooks::{HiuEvent, TransferSummary};

/// What stood in a snapshot of version 1 and is to become rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Carried {
    documents: BTreeSet<DocumentId>,
    pages: Vec<(PushId, Vec<TakenPage>)>,
}

#[derive(Deserialize)]
struct Page {
    number: i64,
    contents: PageId,
    care_contexts: BTreeSet<CareContextReference>,
    reports: Option<Vec<EntryReport>>,
    #[serde(default)]
    repeats: bool,
    #[serde(default)]
    overdue: bool,
    #[serde(default)]
    entries: usize,
    size: usize,
}

/// Reads a snapshot of version 1.
pub(super) fn upgraded(mut state: Value) -> Result<ArtefactFlow, PayloadError> {
    let mut carried = Carried::default();
    let terms: Option<ConsentDetail> = from(state.get("terms").cloned().unwrap_or_default())?;
    let is_erased = state.get("proof").is_some_and(|proof| !proof.is_null());
    if let Some(fields) = state.as_object_mut() {
        let documents = fields.remove("documents").unwrap_or_default();
        carried.documents = from(documents)?;
    }
    if let Some(transfer) = state.get_mut("transfer") {
        transfer_of(transfer, terms.as_ref(), &mut carried)?;
    }
    for transfer in state.get_mut("earlier").and_then(Value::as_array_mut).into_iter().flatten() {
        transfer_of(transfer, terms.as_ref(), &mut carried)?;
    }
    let mut flow: ArtefactFlow = from(state)?;
    // Of what is erased no row is made.
    flow.carried = (!is_erased).then(|| Box::new(carried));
    Ok(flow)
}

fn transfer_of(
    transfer: &mut Value,
    terms: Option<&ConsentDetail>,
    carried: &mut Carried,
) -> Result<(), PayloadError> {
    let Some(fields) = transfer.as_object_mut() else {
        return Ok(());
    };
    let push_id: Option<PushId> = from(fields.get("push_id").cloned().unwrap_or_default())?;
    let pages: BTreeMap<PageId, Page> = from(fields.remove("pages").unwrap_or_default())?;
    let (mut counts, mut missing) = (PageCounts::default(), terms.and_then(consented));
    let mut numbers = BTreeSet::new();
    // Those that are told as unreadable first: the others have higher ordinals.
    let mut pages: Vec<_> = pages.into_iter().collect();
    pages.sort_by_key(|(_, page)| !page.overdue);
    let overdue = pages.iter().filter(|(_, page)| page.overdue).count();
    let mut rows = Vec::new();
    for (place, (id, page)) in pages.into_iter().enumerate() {
        if place == overdue {
            counts.stop_waiting();
        }
        let Page { number, contents, care_contexts, reports, repeats, entries, size, .. } = page;
        let reports = reports.filter(|_| !page.overdue);
        for entry in reports.iter().flatten().filter(|entry| entry.document.is_some()) {
            if let (Some(missing), Some(context)) = (&mut missing, &entry.care_context) {
                missing.remove(context);
            }
        }
        let ordinal = u64::try_from(place).unwrap_or(u64::MAX);
        let page =
            TakenPage { id, number, contents, care_contexts, reports, repeats, ordinal, size };
        counts.take(&page, entries, numbers.insert(number));
        if page.reports.is_some() {
            counts.open(&page);
        }
        rows.push(page);
    }
    if overdue > 0 && overdue == rows.len() {
        counts.stop_waiting();
    }
    fields.insert("pages".to_owned(), json(&counts)?);
    fields.insert("missing".to_owned(), json(&missing)?);
    fields.insert("reported_as_of".to_owned(), Value::Null);
    if let Some(push_id) = push_id {
        carried.pages.push((push_id, rows));
    }
    Ok(())
}

fn from<T: DeserializeOwned>(value: Value) -> Result<T, PayloadError> {
    Payload::encode(&value)?.decode()
}

fn json<T: Serialize>(value: &T) -> Result<Value, PayloadError> {
    Payload::encode(value)?.decode()
}

impl ArtefactFlow {
    /// What the hospital is told of a piece of news that an older release stored.
    pub(crate) fn event_of(&self, news: &ArtefactNews) -> HiuEvent {
        let artefact = self.id.clone();
        let hip = self.terms.as_ref().map(|terms| terms.hip.id.clone());
        match news.clone() {
            ArtefactNews::Unavailable(refusal) => {
                HiuEvent::ArtefactUnavailable { artefact, refusal }
            }
            ArtefactNews::PageRefused { transaction, why } => {
                HiuEvent::PageRefused { artefact, hip, transaction, why }
            }
            ArtefactNews::Transfer { transaction, outcome, pages, documents, failed, missing } => {
                HiuEvent::TransferEnded(TransferSummary {
                    artefact,
                    hip,
                    transaction,
                    outcome,
                    pages,
                    documents,
                    failed,
                    missing,
                })
            }
        }
    }
}

impl Carried {
    /// The step, by which all of it becomes rows.
    pub(super) fn on(
        self,
        artefact: &ConsentId,
        mut step: Step<ArtefactEffect>,
    ) -> Step<ArtefactEffect> {
        for document in &self.documents {
            step = rows::put_known_document(step, artefact, document);
        }
        for (at, pages) in &self.pages {
            let mut numbers: BTreeMap<i64, bool> = BTreeMap::new();
            let mut contents: BTreeMap<&PageId, BTreeSet<CareContextReference>> = BTreeMap::new();
            let mut fates: BTreeMap<&CareContextReference, ContextFate> = BTreeMap::new();
            for page in pages {
                step = rows::put_page(step, at, page);
                if page.reports.is_none() {
                    step = rows::put_waiting(step, at, page);
                }
                *numbers.entry(page.number).or_default() |= page.is_read();
                if page.is_read() {
                    let same = contents.entry(&page.contents).or_default();
                    same.extend(page.care_contexts.iter().cloned());
                }
                for entry in page.reports.iter().flatten() {
                    step = rows::put_page_document(step, at, entry);
                    step = rows::put_document(step, artefact, entry);
                    if let Some(context) = &entry.care_context {
                        let new = || ContextFate::new(context.clone());
                        fates.entry(context).or_insert_with(new).count(entry);
                    }
                }
            }
            for (number, is_read) in numbers {
                step = rows::put_number(step, at, number, is_read);
            }
            for (contents, care_contexts) in contents {
                step = rows::put_contents(step, at, contents, care_contexts);
            }
            step = fates.values().fold(step, |step, fate| rows::put_fate(step, at, fate));
        }
        step
    }
}
