//! One transfer: keys, request, pages in any order, an honest report.

use std::collections::BTreeMap;

use abdm_core::api::consent::ConsentDetail;
use abdm_core::flow::{FlowError, FlowKey, Step};
use abdm_core::id::{RequestId, TransactionId};
use abdm_core::seal::Sealed;
use abdm_core::vocabulary::SessionStatus;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::report::Aborted;
use super::{ArtefactEffect, ArtefactEvent};
use crate::flow::{EntryReport, Page, Patience, Refusal};

/// How long the look-up of a transfer without pages may take.
const STATUS_PATIENCE: TimeDelta = TimeDelta::minutes(2);
/// How often a request is sent when it is unclear whether it was taken.
const REQUEST_TRIES: u32 = 2;
/// More pages than this is not a record, but an attack on the store.
const MOST_PAGES: usize = 10_000;

abdm_core::opaque_id! {
    /// The unguessable part of a `dataPushUrl`: it says which transfer a push belongs to, and proves
    /// that the sender knows the request (rulings.md 4, 15).
    pub struct PushId;
}

impl PushId {
    /// A fresh, random id.
    #[must_use]
    pub fn random() -> Self {
        Self(uuid::Uuid::new_v4().to_string())
    }

    /// The name under which pushes find their flow.
    #[must_use]
    pub fn key(&self) -> FlowKey {
        FlowKey::new("push", self.as_str())
    }
}

/// How our public key is written in a request: deployed HIPs disagree (fidelius.md 3.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum KeyForm {
    /// The raw 65-byte point: what most HIPs read.
    Raw,
    /// X.509 with explicit parameters: tried once, when a HIP refuses the raw point.
    X509,
}

/// One transfer under an artefact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Transfer {
    /// How far it is.
    pub stage: TransferStage,
    /// How our public key is written.
    pub key_form: KeyForm,
    /// Where the HIP pushes to.
    pub push_id: Option<PushId>,
    /// ABDM's id of it.
    pub transaction: Option<TransactionId>,
    /// Whether ABDM itself named the transaction; until then it is the pushing HIP's word.
    pub confirmed: bool,
    /// How many pages the HIP announced.
    pub page_count: Option<i64>,
    /// The pages that came; without reports while they are being opened.
    pub pages: BTreeMap<i64, Option<Vec<EntryReport>>>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// Private key and nonce, sealed; gone as soon as nothing more is to be opened.
    keys: Option<Sealed>,
    /// The `REQUEST-ID` of the latest request.
    request: Option<RequestId>,
    /// How often it was sent.
    requests: u32,
    deadline: DateTime<Utc>,
    patience: Patience,
    /// Until when pages wait for ABDM to name the transaction; after it the pages' own word counts.
    #[serde(default)]
    hold_pages_until: Option<DateTime<Utc>>,
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

/// How a transfer ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Outcome {
    /// Every page came and was opened; entries may have failed all the same.
    Complete,
    /// The time was over before every page came.
    Partial,
    /// Nothing came: the request was refused, or the HIP stayed silent.
    Failed(Refusal),
    /// The consent ended first; what had come is erased.
    Aborted,
}

impl Transfer {
    pub(super) fn new(key_form: KeyForm, patience: Patience, now: DateTime<Utc>) -> Self {
        Self {
            stage: TransferStage::Preparing,
            key_form,
            push_id: None,
            transaction: None,
            confirmed: false,
            page_count: None,
            pages: BTreeMap::new(),
            outcome: None,
            keys: None,
            request: None,
            requests: 0,
            deadline: patience.transfer_until(now),
            patience,
            hold_pages_until: None,
            repeat_request_at: None,
            repeat: false,
        }
    }

    /// The sealed keys, while the transfer needs them.
    #[must_use]
    pub const fn sealed_keys(&self) -> Option<&Sealed> {
        self.keys.as_ref()
    }

    /// What became of every entry so far.
    pub fn entries(&self) -> impl Iterator<Item = &EntryReport> {
        self.pages.values().flatten().flatten()
    }

    pub(super) fn due(&self) -> Option<DateTime<Utc>> {
        let waits = [self.repeat_request_at, self.hold_pages_until];
        let due = waits.into_iter().flatten().chain([self.deadline]).min();
        due.filter(|_| self.outcome.is_none())
    }

    /// The form in which to ask again, told once.
    pub(super) fn wants_another_form(&mut self) -> Option<KeyForm> {
        std::mem::take(&mut self.repeat).then_some(KeyForm::X509)
    }

    pub(super) fn on(
        &mut self,
        event: ArtefactEvent,
        terms: &ConsentDetail,
        now: DateTime<Utc>,
    ) -> Result<Step<ArtefactEffect>, FlowError> {
        if self.outcome.is_some() {
            self.note(event);
            return Ok(Step::nothing());
        }
        match event {
            ArtefactEvent::Prepared { push_id, keys } if self.push_id.is_none() => {
                self.stage = TransferStage::Requesting;
                self.requests = 1;
                self.keys = Some(keys);
                self.push_id = Some(push_id.clone());
                let key = push_id.key();
                Ok(Step::nothing().effect(ArtefactEffect::Request { push_id }).key(key))
            }
            ArtefactEvent::Requested { request, in_doubt } => {
                if self.stage == TransferStage::Requesting {
                    self.stage = TransferStage::Receiving;
                    self.request = request;
                    self.hold_pages_until =
                        self.transaction.is_none().then(|| self.patience.word_until(now));
                    self.repeat_request_at = (in_doubt && self.requests < REQUEST_TRIES)
                        .then(|| self.patience.callback_until(now));
                }
                Ok(Step::nothing())
            }
            ArtefactEvent::NotRequested(refusal) => Ok(self.refused(refusal, terms, now)),
            ArtefactEvent::Accepted { request, transaction } => {
                if self.answers(request)? {
                    self.confirm(transaction);
                }
                Ok(self.finish_if_complete(terms, now))
            }
            ArtefactEvent::Refused { request, refusal } => {
                Ok(if self.answers(request)? && self.pages.is_empty() {
                    self.refused(refusal, terms, now)
                } else {
                    Step::nothing()
                })
            }
            ArtefactEvent::Pushed { push_id, page } => self.pushed(push_id, page),
            ArtefactEvent::Opened { push_id, page, entries } => {
                if self.push_id.as_ref() == Some(&push_id)
                    && let Some(reports @ None) = self.pages.get_mut(&page)
                {
                    *reports = Some(entries);
                }
                Ok(self.finish_if_complete(terms, now))
            }
            ArtefactEvent::Status(status) if self.stage == TransferStage::Checking => {
                Ok(self.silent(status, terms, now))
            }
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

    /// ABDM names the transaction; pages of another one are not taken from now on. Those taken before,
    /// because ABDM was late, stay: they came to the unguessable address and opened with its keys, and
    /// what was kept of them must be told.
    fn confirm(&mut self, transaction: TransactionId) {
        if !self.confirmed {
            self.transaction = Some(transaction);
            self.confirmed = true;
            self.hold_pages_until = None;
        }
    }

    /// Whether ABDM's word on the transaction is still to be waited for.
    const fn is_held(&self) -> bool {
        !self.confirmed
            && (self.hold_pages_until.is_some()
                || matches!(self.stage, TransferStage::Preparing | TransferStage::Requesting))
    }

    fn pushed(
        &mut self,
        push_id: PushId,
        page: Box<Page>,
    ) -> Result<Step<ArtefactEffect>, FlowError> {
        let ours = self.push_id.as_ref() == Some(&push_id)
            && self.transaction.as_ref().is_none_or(|known| *known == page.transaction);
        let full = self.pages.len() >= MOST_PAGES;
        if !ours || full || self.pages.contains_key(&page.number) {
            return Ok(Step::nothing());
        }
        if self.is_held() {
            return Err(FlowError::not_yet("requesting", "push"));
        }
        if self.stage == TransferStage::Checking {
            // Late, and welcome: the deadline goes on from the look-up.
            self.stage = TransferStage::Receiving;
        }
        self.transaction.get_or_insert_with(|| page.transaction.clone());
        self.page_count = Some(self.page_count.unwrap_or(1).max(page.count));
        self.pages.insert(page.number, None);
        Ok(Step::nothing().effect(ArtefactEffect::Open { push_id, page }))
    }

    fn finish_if_complete(
        &mut self,
        terms: &ConsentDetail,
        now: DateTime<Utc>,
    ) -> Step<ArtefactEffect> {
        let count = self.page_count.and_then(|count| usize::try_from(count).ok());
        let complete = count.is_some_and(|count| self.pages.len() >= count)
            && self.pages.values().all(Option::is_some);
        if complete { self.finish(Outcome::Complete, terms, now) } else { Step::nothing() }
    }

    /// The request was refused: once more with the other key form when that may be the reason.
    fn refused(
        &mut self,
        refusal: Refusal,
        terms: &ConsentDetail,
        now: DateTime<Utc>,
    ) -> Step<ArtefactEffect> {
        self.repeat = self.key_form == KeyForm::Raw && refusal.is_about_the_key();
        self.finish(Outcome::Failed(refusal), terms, now)
    }

    pub(super) fn woken(
        &mut self,
        terms: &ConsentDetail,
        now: DateTime<Utc>,
    ) -> Step<ArtefactEffect> {
        if self.outcome.is_some() {
            return Step::nothing();
        }
        self.hold_pages_until.take_if(|at| *at <= now);
        if self.repeat_request_at.take_if(|at| *at <= now).is_some() {
            return self.request_again();
        }
        if now < self.deadline {
            return Step::nothing();
        }
        match (&self.transaction, self.pages.is_empty(), self.stage) {
            (_, false, _) => self.finish(Outcome::Partial, terms, now),
            (Some(transaction), true, stage) if stage != TransferStage::Checking => {
                let effect = ArtefactEffect::CheckTransfer(transaction.clone());
                self.stage = TransferStage::Checking;
                self.deadline = now + STATUS_PATIENCE;
                Step::nothing().effect(effect)
            }
            _ => self.silent(None, terms, now),
        }
    }

    /// Nothing has come of a request in doubt: with the same keys and address, so that it does not matter
    /// which of the two is served.
    fn request_again(&mut self) -> Step<ArtefactEffect> {
        match (&self.push_id, &self.transaction) {
            (Some(push_id), None) => {
                let push_id = push_id.clone();
                self.requests += 1;
                self.stage = TransferStage::Requesting;
                Step::nothing().effect(ArtefactEffect::Request { push_id })
            }
            _ => Step::nothing(),
        }
    }

    /// No page came in time. When the transfer failed on the HIP's side, our key's form may be what
    /// it could not read (m3-hiu.md, table of conflicts).
    fn silent(
        &mut self,
        status: Option<SessionStatus>,
        terms: &ConsentDetail,
        now: DateTime<Utc>,
    ) -> Step<ArtefactEffect> {
        let failed = status.as_ref().is_some_and(|status| {
            *status == SessionStatus::Failed
                || status.as_str().to_ascii_uppercase().contains("FAIL")
        });
        let text = match status {
            Some(_) if failed => "the HIP refused or could not send".to_owned(),
            Some(status) => format!("nothing was pushed in time, although ABDM says {status}"),
            None => "nothing was pushed in time: the HIP is silent".to_owned(),
        };
        self.repeat = failed && self.key_form == KeyForm::Raw;
        self.finish(Outcome::Failed(Refusal::new(text)), terms, now)
    }

    /// Ends the transfer: its keys go, and it is reported when ABDM has an id for it.
    fn finish(
        &mut self,
        outcome: Outcome,
        terms: &ConsentDetail,
        now: DateTime<Utc>,
    ) -> Step<ArtefactEffect> {
        let report = self.close(outcome);
        let Some(transaction) = report else {
            return Step::nothing();
        };
        let responses = self.responses(&terms.care_contexts);
        let received = self.entries().any(|entry| entry.document.is_some());
        Step::nothing().effect(ArtefactEffect::Report {
            transaction,
            received,
            responses,
            done_at: now,
        })
    }

    fn close(&mut self, outcome: Outcome) -> Option<TransactionId> {
        self.outcome = Some(outcome);
        self.stage = TransferStage::Done;
        self.keys = None;
        self.transaction.clone()
    }

    /// Stops because the consent is over. The report that is then due, if any.
    pub(super) fn abort(&mut self) -> Option<Aborted> {
        if self.outcome.is_some() {
            return None;
        }
        self.close(Outcome::Aborted).map(Aborted)
    }
}
