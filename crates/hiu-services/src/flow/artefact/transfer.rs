//! One transfer: keys, request, pages in any order, an honest report.

mod ending;
mod pages;

use std::collections::{BTreeMap, BTreeSet};

use abdm_core::api::consent::ConsentDetail;
use abdm_core::id::{CareContextReference, HiuId, RequestId, TransactionId};
use abdm_core::ids::Ids;
use abdm_core::seal::Sealed;
use abdm_flow::store::FlowKey;
use abdm_flow::{FlowError, Step};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use self::pages::Pushed;
pub(crate) use self::pages::{OTHERS_CAME, PageCounts, TakenPage};
use super::{ArtefactEffect, ArtefactEvent};
use crate::flow::{PageRefusal, Patience, RECORDS_LANE, Refusal};

/// How often a request is sent when it is unclear whether it was taken.
const REQUEST_TRIES: u32 = 2;
/// Refused pages are counted up to here: beyond it a sender that does not stop costs no write.
const MOST_COUNTED: u32 = 1_000;

abdm_core::opaque_id! {
    /// The unguessable part of a `dataPushUrl`: it says which transfer a push belongs to, and
    /// proves that the sender knows the request (rulings.md 4, 15).
    pub(crate) struct PushId;
}

impl PushId {
    /// A fresh id of a transfer to this facility, from a source that nobody can foresee.
    #[must_use]
    pub(crate) fn fresh_at(hiu_id: &HiuId, ids: &dyn Ids) -> Self {
        Self(format!("{}{}", ids.uuid(), mark(hiu_id)))
    }

    /// Whether it was made for this facility.
    pub(crate) fn is_of(&self, hiu_id: &HiuId) -> bool {
        self.0.ends_with(&mark(hiu_id))
    }

    /// The name under which pushes find their flow.
    #[must_use]
    pub(crate) fn key(&self) -> FlowKey {
        FlowKey::new("push", self.as_str())
    }
}

/// By what the address of a facility's transfer is known, so that a push is looked for once,
/// however many facilities there are. It is no secret, and needs none: the rest cannot be guessed.
fn mark(hiu_id: &HiuId) -> String {
    let digest = Sha256::digest(hiu_id.as_str());
    format!("-{}", crate::hooks::hex(digest.get(..4).unwrap_or_default()))
}

/// How our public key is written in a request: deployed HIPs disagree (fidelius.md 3.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub(crate) enum KeyForm {
    /// The raw 65-byte point: what most HIPs read.
    Raw,
    /// X.509 with explicit parameters: tried once, when a HIP refuses the raw point.
    X509,
}

/// One transfer under an artefact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub(crate) struct Transfer {
    /// How far it is.
    pub(crate) stage: TransferStage,
    /// How our public key is written.
    pub(crate) key_form: KeyForm,
    /// Where the HIP pushes to.
    pub(crate) push_id: Option<PushId>,
    /// ABDM's id of it.
    pub(crate) transaction: Option<TransactionId>,
    /// Whether ABDM itself named the transaction; until then it is the pushing HIP's word.
    pub(crate) confirmed: bool,
    /// How many pages the HIP announced, by its latest word: that of the page with the highest
    /// number, in whatever order they come. It shrinks when a record turns out to be withheld.
    pub(crate) page_count: Option<i64>,
    /// The pages that came, those that came after the report included.
    pub(crate) pages: PageCounts,
    /// The limit in bytes, when a push was longer and not read (rulings.md 37).
    pub(crate) over_limit: Option<usize>,
    /// How many pages were not taken, by reason; a thousand stands for all that are more.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) refused_pages: BTreeMap<PageRefusal, u32>,
    /// How it ended.
    pub(crate) outcome: Option<Outcome>,
    /// The consented contexts of which no document is here; `None` when the consent names none.
    missing: Option<BTreeSet<CareContextReference>>,
    /// When it ended, while what its report says is still being put together.
    reported_as_of: Option<DateTime<Utc>>,
    /// Private key and nonce, sealed; gone as soon as nothing more is to be opened.
    keys: Option<Sealed>,
    /// The `REQUEST-ID` of the latest request.
    request: Option<RequestId>,
    /// How often it was sent.
    requests: u32,
    /// Until when pages are taken.
    deadline: DateTime<Utc>,
    /// When to look after it at the latest.
    look_at: DateTime<Utc>,
    patience: Patience,
    /// Until when ABDM's word on the transaction is waited for; after it the pages' own word
    /// counts.
    word_until: Option<DateTime<Utc>>,
    /// When the latest page counts as the last, although a consented context is missing.
    last_page_at: Option<DateTime<Utc>>,
    /// The highest number of a page: its word on how many there are is the latest.
    #[serde(default)]
    latest_page: Option<i64>,
    /// When ABDM is asked whether the HIP has ended, although fewer pages came than it announced.
    #[serde(default)]
    look_up_at: Option<DateTime<Utc>>,
    /// Until when a page that is here already may come again, encrypted anew: without the keys it
    /// would not be recognised.
    #[serde(default)]
    repeats_until: Option<DateTime<Utc>>,
    /// The lengths of the pushes that were over the limit; 0 where none was announced.
    over_limit_lengths: BTreeSet<usize>,
    /// When a request in doubt is sent once more, unless something has come of it.
    repeat_request_at: Option<DateTime<Utc>>,
    /// The transfer is to be repeated with the other key form.
    repeat: bool,
}

/// How far a transfer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum TransferStage {
    /// Keys are being made.
    Preparing,
    /// The request is on its way.
    Requesting,
    /// The request is out: pages may come.
    Receiving,
    /// The time is over without a page: the consent manager is asked what happened.
    Checking,
    /// It has ended.
    Done,
}

/// How a transfer ended, as it was reported. Pages that come later, for a context that was missing,
/// are still taken until the deadline; no second report follows (rulings.md 31).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Outcome {
    /// As many pages as were announced came and were opened; entries may have failed all the same,
    /// and contexts without data in the range do not come (rulings.md 9).
    Complete,
    /// Something was read, and something did not come: in time, or because it was over the limit.
    Partial,
    /// Nothing was read: the request was refused, the HIP stayed silent, or everything was over the
    /// limit.
    Failed(Refusal),
    /// The consent ended first; what had come is erased.
    Aborted,
}

impl Transfer {
    /// A transfer under these terms, as far as they are known.
    pub(super) fn new(
        key_form: KeyForm,
        terms: Option<&ConsentDetail>,
        patience: Patience,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            stage: TransferStage::Preparing,
            key_form,
            push_id: None,
            transaction: None,
            confirmed: false,
            page_count: None,
            pages: PageCounts::default(),
            over_limit: None,
            refused_pages: BTreeMap::new(),
            outcome: None,
            missing: terms.and_then(consented),
            reported_as_of: None,
            keys: None,
            request: None,
            requests: 0,
            deadline: patience.transfer_until(now),
            look_at: patience.transfer_until(now),
            patience,
            word_until: None,
            last_page_at: None,
            latest_page: None,
            look_up_at: None,
            repeats_until: None,
            over_limit_lengths: BTreeSet::new(),
            repeat_request_at: None,
            repeat: false,
        }
    }

    /// The sealed keys, while the transfer needs them.
    #[must_use]
    pub(crate) const fn sealed_keys(&self) -> Option<&Sealed> {
        self.keys.as_ref()
    }

    /// Counts a page that was not taken; whether it is the first for this reason.
    pub(super) fn count_refused(&mut self, why: PageRefusal) -> bool {
        let count = self.refused_pages.entry(why).or_default();
        *count = MOST_COUNTED.min(*count + 1);
        *count == 1
    }

    /// The form in which to ask again, told once.
    pub(super) fn wants_another_form(&mut self) -> Option<KeyForm> {
        std::mem::take(&mut self.repeat).then_some(KeyForm::X509)
    }

    /// Takes in what happened; an event that names a push address is for this transfer's.
    pub(super) fn on(
        &mut self,
        event: ArtefactEvent,
        terms: &ConsentDetail,
        now: DateTime<Utc>,
    ) -> Result<Step<ArtefactEffect>, FlowError> {
        match event {
            ArtefactEvent::Pushed { push_id, page, body, seen } => {
                self.pushed(Pushed { push_id, page: *page, body, seen: *seen }, now)
            }
            // Another page was opened meanwhile, which release 1 has queued in another lane: what
            // became of the two must not be counted from the same beginning.
            ArtefactEvent::Opened { known, opening, .. } if known.opened != self.pages.opened() => {
                Ok(Step::nothing().effect_in(RECORDS_LANE, *opening))
            }
            ArtefactEvent::Opened { push_id, page, entries, known, opening } => {
                let step = self.opened(&terms.consent_id, &push_id, *page, entries, &known);
                let ended = self.end_if_complete(terms, now);
                Ok(without_body_of(step.and(ended), &opening))
            }
            ArtefactEvent::NotOpened(opening) if self.has_unopened() => {
                Ok(Step::nothing().effect_in(RECORDS_LANE, *opening))
            }
            ArtefactEvent::NotOpened(_) => Ok(Step::nothing()),
            ArtefactEvent::OverLimit { length, limit, .. } => {
                self.over_limit(length, limit, now);
                Ok(Step::nothing())
            }
            event if self.outcome.is_some() => {
                self.note(event);
                Ok(Step::nothing())
            }
            ArtefactEvent::Prepared { push_id, keys } if self.push_id.is_none() => {
                self.stage = TransferStage::Requesting;
                self.requests = 1;
                self.keys = Some(keys);
                self.push_id = Some(push_id.clone());
                let key = push_id.key();
                Ok(Step::nothing().call(ArtefactEffect::Request { push_id }).key(key))
            }
            ArtefactEvent::Requested { request, in_doubt } => {
                if self.stage == TransferStage::Requesting {
                    self.stage = TransferStage::Receiving;
                    self.request = request;
                    self.word_until = (!self.confirmed).then(|| self.patience.word_until(now));
                    self.repeat_request_at = (in_doubt && self.requests < REQUEST_TRIES)
                        .then(|| self.patience.callback_until(now));
                }
                Ok(Step::nothing())
            }
            // Pages are here, so that the request before this one was taken.
            ArtefactEvent::NotRequested(_) if self.pages.taken > 0 => {
                self.stage = TransferStage::Receiving;
                Ok(self.end_if_complete(terms, now))
            }
            ArtefactEvent::NotRequested(refusal) => Ok(self.refused(refusal, terms, now)),
            ArtefactEvent::Accepted { request, transaction } => {
                if self.answers(request)? {
                    self.confirm(transaction);
                }
                Ok(self.end_if_complete(terms, now))
            }
            ArtefactEvent::Refused { request, refusal } => {
                Ok(if self.answers(request)? && self.pages.taken == 0 {
                    self.refused(refusal, terms, now)
                } else {
                    Step::nothing()
                })
            }
            ArtefactEvent::Status(status) if self.stage == TransferStage::Checking => {
                Ok(self.silent(status, terms, now))
            }
            ArtefactEvent::Status(Some(status)) => Ok(self.looked_up(&status, terms, now)),
            _ => Ok(Step::nothing()),
        }
    }

    /// What is learnt after the end changes nothing and is kept for the record.
    fn note(&mut self, event: ArtefactEvent) {
        match event {
            ArtefactEvent::Requested { request: Some(request), .. } => {
                self.request.get_or_insert(request);
            }
            ArtefactEvent::Accepted { transaction, .. } => {
                self.confirmed |= self.transaction == Some(transaction);
            }
            _ => {}
        }
    }

    /// Whether a callback that names `request` is about this transfer. Not yet to be said while our
    /// own request has not returned.
    fn answers(&self, request: RequestId) -> Result<bool, FlowError> {
        match (self.stage, self.request) {
            (TransferStage::Preparing | TransferStage::Requesting, _) => {
                Err(FlowError::not_yet("requesting", "on-request"))
            }
            (_, None) => Ok(true),
            (_, Some(ours)) => Ok(ours == request),
        }
    }

    /// ABDM names the transaction; pages of another one are not taken from now on. Those taken
    /// before, because ABDM was late, stay: they were answered 202, came to the unguessable address
    /// and open with its keys, and what was kept of them must be told.
    fn confirm(&mut self, transaction: TransactionId) {
        if !self.confirmed {
            self.transaction = Some(transaction);
            self.confirmed = true;
            self.word_until = None;
        }
    }

    /// Whether ABDM's word on the transaction is still to be waited for: the report must name the
    /// right one.
    const fn waits_for_word(&self) -> bool {
        !self.confirmed
            && (self.word_until.is_some()
                || matches!(self.stage, TransferStage::Preparing | TransferStage::Requesting))
    }
}

/// The contexts that a consent names; `None` when it names none and grants all.
pub(super) fn consented(terms: &ConsentDetail) -> Option<BTreeSet<CareContextReference>> {
    let contexts = terms.care_contexts.iter();
    let contexts: BTreeSet<_> = contexts.map(|of| of.care_context_reference.clone()).collect();
    Some(contexts).filter(|contexts| !contexts.is_empty())
}

/// The step, by which the body of a page that was opened is let go.
fn without_body_of(step: Step<ArtefactEffect>, opening: &ArtefactEffect) -> Step<ArtefactEffect> {
    match opening {
        ArtefactEffect::OpenPage { body, .. } => step.drop_body(*body),
        _ => step,
    }
}
