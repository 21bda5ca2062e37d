//! What can be seen of a consent request and of its artefacts. Not the state machines: those may
//! change without notice.

use std::collections::{BTreeMap, BTreeSet};

use abdm_core::api::consent::ConsentDetail;
use abdm_core::id::{CareContextReference, ConsentId, ConsentRequestId, TransactionId};
use abdm_flow::store::FlowId;
use chrono::{DateTime, Utc};

use crate::api::consent::ConsentTerms;
use crate::flow::{
    ArtefactFlow, ConsentFlow, ConsentState, EndReason, Outcome, PageRefusal, Standing, Transfer,
    TransferStage,
};
use crate::hooks::ErasureProof;

/// A consent request: what was asked, where it stands, and the artefacts of the grant.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ConsentView {
    /// What was asked.
    pub terms: ConsentTerms,
    /// Where it stands.
    pub state: ConsentState,
    /// Since when.
    pub since: DateTime<Utc>,
    /// The consent manager's id of it, once it has one.
    pub request: Option<ConsentRequestId>,
    /// The artefacts of the grant, one for each HIP, and why each ended that did.
    pub artefacts: BTreeMap<ConsentId, Option<EndReason>>,
}

impl ConsentView {
    pub(super) fn of(flow: ConsentFlow) -> Self {
        let ConsentFlow { terms, state, since, id: request, artefacts, .. } = flow;
        Self { terms, state, since, request, artefacts }
    }
}

/// One artefact of a grant: one HIP's part of it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ArtefactView {
    /// Which.
    pub artefact: ConsentId,
    /// The request that it came from: [`Hiu::consent`](crate::Hiu::consent) gives its handle.
    pub consent: FlowId,
    /// Where it stands.
    pub standing: Standing,
    /// Its terms, once fetched. Only these count, never what was asked for.
    pub terms: Option<ConsentDetail>,
    /// The latest transfer under it.
    pub transfer: Option<TransferView>,
    /// How many documents are kept under it, by all transfers, set aside or not. None any more
    /// after its erasure: the proof counts them.
    pub documents: usize,
    /// The proof that they are gone.
    pub proof: Option<ErasureProof>,
}

/// One transfer under an artefact.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct TransferView {
    /// How far it is.
    pub stage: TransferStage,
    /// ABDM's id of it; until ABDM names it, the pushing HIP's word.
    pub transaction: Option<TransactionId>,
    /// How it ended, as it was reported to ABDM.
    pub outcome: Option<Outcome>,
    /// How many pages came. One that was sent again counts once.
    pub pages: u64,
    /// How many the HIP announced.
    pub pages_announced: Option<i64>,
    /// How many documents were kept.
    pub documents: usize,
    /// The consented contexts of which no document is here; `None` when the consent names none.
    pub missing: Option<BTreeSet<CareContextReference>>,
    /// How many pages were not taken, by reason; a thousand stands for all that are more.
    pub refused_pages: BTreeMap<PageRefusal, u32>,
}

impl ArtefactView {
    pub(super) fn of(flow: ArtefactFlow, documents: usize) -> Self {
        let ArtefactFlow { id: artefact, request, standing, terms, transfer, proof, .. } = flow;
        let transfer = transfer.map(TransferView::of);
        Self { artefact, consent: request, standing, terms, transfer, documents, proof }
    }
}

impl TransferView {
    fn of(transfer: Transfer) -> Self {
        Self {
            stage: transfer.stage,
            pages: transfer.pages.came(),
            pages_announced: transfer.page_count,
            documents: transfer.pages.documents,
            missing: transfer.missing().cloned(),
            transaction: transfer.transaction,
            outcome: transfer.outcome,
            refused_pages: transfer.refused_pages,
        }
    }
}
