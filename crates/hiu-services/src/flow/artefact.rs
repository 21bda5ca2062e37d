//! One consent artefact: its terms, its transfers, its end (m3-hiu.md 2.6, 3, 4 and 6).

mod event;
mod note;
mod older;
mod report;
mod rows;
mod transfer;

use abdm_core::api::consent::ConsentDetail;
use abdm_core::api::data_flow::StatusResponse;
use abdm_core::id::ConsentId;
use abdm_core::person::{AbhaNumber, digits};
use abdm_core::vocabulary::ConsentStatus;
use abdm_flow::store::{FlowId, FlowKey};
use abdm_flow::{Flow, FlowError, SnapshotError, Step};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

pub(crate) use self::event::{ArtefactEffect, ArtefactEvent, ArtefactNews};
pub(crate) use self::note::{ArtefactNote, ArtefactWord};
use self::older::Carried;
pub(crate) use self::rows::{
    Known, ReadRows, Seen, StoredRows, documents, fates, has_context, has_document,
    has_waiting_copy, page, pages,
};
pub(crate) use self::transfer::{KeyForm, OTHERS_CAME, PushId, TakenPage, Transfer};
pub use self::transfer::{Outcome, TransferStage};
use super::{EVENTS_LANE, EntryReport, PageRefusal, Patience, RECORDS_LANE, REPORTS_LANE, Refusal};
use crate::api::consent::ConsentArtefact;
use crate::hooks::{ErasureProof, HiuEvent, TransferSummary};

/// How often an artefact is asked for when no `on-fetch` comes.
const FETCH_TRIES: u32 = 5;
/// How long a late `on-fetch` may still bring an artefact that was given up.
const LATE_PATIENCE: TimeDelta = TimeDelta::hours(24);
/// More transfers than these take no pages beside the latest one.
const MOST_EARLIER: usize = 8;
/// How long an erasure may take before it is asked for again.
const ERASE_PATIENCE: TimeDelta = TimeDelta::hours(1);

/// One consent artefact: one HIP's part of a granted request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub(crate) struct ArtefactFlow {
    /// The artefact.
    pub(crate) id: ConsentId,
    /// The flow of the consent request that it came from.
    pub(crate) request: FlowId,
    /// Where it stands.
    pub(crate) standing: Standing,
    /// Its terms, once fetched. Only these count, never what was asked for.
    pub(crate) terms: Option<ConsentDetail>,
    /// The latest transfer under it.
    pub(crate) transfer: Option<Transfer>,
    /// Transfers before it of which a page is being opened or may still come. Asking again costs
    /// nothing that was answered 202; no second report follows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) earlier: Vec<Transfer>,
    /// The proof that they are gone.
    pub(crate) proof: Option<ErasureProof>,
    /// The patient's ABHA number, when the application told it: the terms have the address alone.
    #[serde(with = "digits::option", default, skip_serializing_if = "Option::is_none")]
    pub(crate) abha_number: Option<AbhaNumber>,
    /// Whether the records are asked for as soon as the terms are known.
    ask_at_once: bool,
    patience: Patience,
    fetch_tries: u32,
    /// When the present wait for the consent manager or the hooks is over.
    waiting_until: Option<DateTime<Utc>>,
    /// What an earlier release kept in the snapshot: it becomes rows with the first event.
    #[serde(skip)]
    carried: Option<Box<Carried>>,
}

/// Where a consent artefact stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Standing {
    /// Its terms are being fetched.
    Fetching,
    /// The consent manager does not give it, or not in a form that may be used. A late callback may
    /// still change that, within a day.
    Unavailable(Refusal),
    /// It allows access.
    Granted,
    /// It is over: nothing may be asked for, everything is being erased or is gone.
    Ended {
        /// Why.
        reason: EndReason,
        /// Since when.
        at: DateTime<Utc>,
    },
}

/// Why an artefact is over and its documents are erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub enum EndReason {
    /// The patient took it back.
    Revoked,
    /// The consent manager says that it ran out.
    Expired,
    /// `dataEraseAt` has come, by our own clock.
    EraseDate,
    /// The application asked for it.
    Asked,
}

impl Standing {
    const fn name(&self) -> &'static str {
        match self {
            Self::Fetching => "fetching",
            Self::Unavailable(_) => "unavailable",
            Self::Granted => "granted",
            Self::Ended { .. } => "ended",
        }
    }
}

impl ArtefactFlow {
    /// An artefact of the request `request`; with `ask_at_once` its records are asked for by
    /// themselves.
    #[must_use]
    pub(crate) const fn new(
        id: ConsentId,
        request: FlowId,
        patience: Patience,
        ask_at_once: bool,
    ) -> Self {
        Self {
            id,
            request,
            standing: Standing::Fetching,
            terms: None,
            transfer: None,
            earlier: Vec::new(),
            proof: None,
            abha_number: None,
            ask_at_once,
            patience,
            fetch_tries: 0,
            waiting_until: None,
            carried: None,
        }
    }

    /// The same, with the patient's ABHA number, where it is known.
    #[must_use]
    pub(crate) fn of_number(mut self, number: Option<AbhaNumber>) -> Self {
        self.abha_number = number;
        self
    }

    /// The name under which the artefact's flow is found.
    #[must_use]
    pub(crate) fn key(id: &ConsentId) -> FlowKey {
        FlowKey::new("artefact", id.as_str())
    }

    /// Whether nothing more is to be expected without a further request: the latest transfer has
    /// ended, or there can be none.
    #[must_use]
    pub(crate) fn is_settled(&self) -> bool {
        match self.standing {
            Standing::Fetching => false,
            Standing::Unavailable(_) | Standing::Ended { .. } => true,
            Standing::Granted => match &self.transfer {
                Some(transfer) => transfer.outcome.is_some(),
                None => !self.ask_at_once,
            },
        }
    }

    /// Whether an earlier release's snapshot still holds what is looked for in rows: the event
    /// [`Moved`](ArtefactEvent::Moved) comes first then.
    pub(crate) const fn is_to_be_moved(&self) -> bool {
        self.carried.is_some()
    }

    /// The transfer that pushes to `push_id`: the latest one, or an earlier one of which pages may
    /// still come.
    #[must_use]
    pub(crate) fn transfer_at(&self, push_id: &PushId) -> Option<&Transfer> {
        self.transfer.iter().chain(&self.earlier).find(|t| t.push_id.as_ref() == Some(push_id))
    }

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

    /// When everything must be gone.
    fn erase_at(&self) -> Option<DateTime<Utc>> {
        self.terms.as_ref().and_then(ConsentDetail::erase_at)
    }

    /// The next instant at which something is due by our own clock.
    fn next_wake(&self) -> Option<DateTime<Utc>> {
        let erase = self.erase_at().filter(|_| self.standing == Standing::Granted);
        let transfers = self.transfer.iter().chain(&self.earlier).filter_map(Transfer::due);
        [self.waiting_until, erase].into_iter().flatten().chain(transfers).min()
    }

    fn fetch(&mut self, now: DateTime<Utc>) -> Step<ArtefactEffect> {
        self.fetch_tries += 1;
        self.waiting_until = Some(self.patience.callback_until(now));
        Step::nothing().call(ArtefactEffect::Fetch(self.id.clone()))
    }

    fn unavailable(&mut self, refusal: Refusal, now: DateTime<Utc>) -> Step<ArtefactEffect> {
        if self.standing != Standing::Fetching {
            return Step::nothing();
        }
        self.standing = Standing::Unavailable(refusal.clone());
        self.waiting_until = Some(now + LATE_PATIENCE);
        tell(HiuEvent::ArtefactUnavailable { artefact: self.id.clone(), refusal })
    }

    fn fetched(&mut self, artefact: ConsentArtefact, now: DateTime<Utc>) -> Step<ArtefactEffect> {
        match self.standing {
            Standing::Granted | Standing::Ended { .. } => return Step::nothing(),
            // Finished: without wake-ups the erase date would not be kept.
            Standing::Unavailable(_) if self.waiting_until.is_none() => return Step::nothing(),
            Standing::Unavailable(_) => self.standing = Standing::Fetching,
            Standing::Fetching => {}
        }
        self.waiting_until = None;
        let terms = artefact.consent_detail.filter(|terms| terms.consent_id == self.id);
        let found = terms.is_some();
        self.terms = terms;
        match artefact.status {
            ConsentStatus::Granted if self.erase_at().is_some_and(|at| at <= now) => {
                self.end(EndReason::EraseDate, now)
            }
            // Records that nobody would know when to forget are not asked for.
            ConsentStatus::Granted if found && self.erase_at().is_none() => {
                let text = "the artefact tells no readable dataEraseAt: nothing was asked for";
                self.unavailable(Refusal::new(text), now)
            }
            ConsentStatus::Granted if found => {
                self.standing = Standing::Granted;
                let terms = self.terms.clone().map(Box::new);
                let told = terms.map(HiuEvent::ArtefactGranted).map_or_else(Step::nothing, tell);
                if self.ask_at_once { told.and(self.ask(KeyForm::Raw, now)) } else { told }
            }
            ConsentStatus::Revoked => self.end(EndReason::Revoked, now),
            ConsentStatus::Expired => self.end(EndReason::Expired, now),
            _ => {
                let text = "the consent manager sent no granted artefact of this id";
                self.unavailable(Refusal::new(text), now)
            }
        }
    }

    /// Begins a transfer: first of all with keys of its own. The one before it stays at its address
    /// while it has its keys: for the pages that it has taken, and for late ones.
    fn ask(&mut self, form: KeyForm, now: DateTime<Utc>) -> Step<ArtefactEffect> {
        let transfer = Transfer::new(form, self.terms.as_ref(), self.patience, now);
        let before = self.transfer.replace(transfer);
        self.earlier.extend(before);
        let mut step = self.forget_idle_transfers(Step::nothing().effect(ArtefactEffect::Prepare));
        while self.earlier.len() > MOST_EARLIER
            && let Some(oldest) = self.earlier.iter().position(|t| !t.has_unopened())
        {
            step = forgotten(step, &self.earlier.remove(oldest));
        }
        step
    }

    /// An earlier transfer without keys can open nothing, and takes nothing.
    fn forget_idle_transfers(&mut self, mut step: Step<ArtefactEffect>) -> Step<ArtefactEffect> {
        let is_idle = |transfer: &mut Transfer| {
            transfer.sealed_keys().is_none() && !transfer.is_being_summarised()
        };
        for transfer in self.earlier.extract_if(.., is_idle) {
            step = forgotten(step, &transfer);
        }
        step
    }

    /// Ends the artefact: the transfer stops, its keys go, everything kept is erased.
    fn end(&mut self, reason: EndReason, now: DateTime<Utc>) -> Step<ArtefactEffect> {
        if matches!(self.standing, Standing::Ended { .. }) {
            return Step::nothing();
        }
        self.standing = Standing::Ended { reason, at: now };
        self.waiting_until = Some(now + ERASE_PATIENCE);
        let ended = HiuEvent::ArtefactEnded { artefact: self.id.clone(), reason, at: now };
        let mut step = erase(reason, now).and(tell(ended)).drop_bodies();
        for transfer in &mut self.earlier {
            transfer.abort();
        }
        step = self.forget_idle_transfers(step);
        let (Some(transfer), Some(terms)) = (&mut self.transfer, &self.terms) else {
            return step;
        };
        let under_way = transfer.outcome.is_none();
        let report = transfer.abort();
        if under_way {
            step = step.and(tell(transfer.ended_event(terms)));
        }
        match report {
            Some(report) => {
                let contexts = &terms.care_contexts;
                let report = report.nothing_read(contexts, "The consent is over", now);
                step.effect_in(REPORTS_LANE, report)
            }
            None => step,
        }
    }

    /// Everything kept is gone, and so is what was known of it.
    fn erased(&mut self, proof: Box<ErasureProof>) -> Step<ArtefactEffect> {
        self.waiting_until = None;
        let step = if self.proof.is_some() {
            Step::nothing()
        } else {
            self.proof = Some((*proof).clone());
            tell(HiuEvent::DocumentsErased(proof)).done()
        };
        let step = rows::forget_documents(step, &self.id);
        let told = self.transfer.iter().filter(|transfer| !transfer.is_being_summarised());
        told.fold(step, forgotten)
    }

    /// What a transfer's report says is known.
    fn summarised(
        &mut self,
        push_id: &PushId,
        responses: Vec<StatusResponse>,
    ) -> Step<ArtefactEffect> {
        let mut all = self.transfer.iter_mut().chain(&mut self.earlier);
        let transfer = all.find(|transfer| transfer.push_id.as_ref() == Some(push_id));
        let Some(transfer) = transfer else {
            return Step::nothing();
        };
        let mut step = transfer.summarised(responses);
        if self.proof.is_some() {
            step = forgotten(step, transfer);
        }
        self.forget_idle_transfers(step)
    }

    /// Why a page is not taken that is pushed when there can be no transfer.
    fn takes_no_page(&self) -> FlowError {
        match &self.standing {
            Standing::Ended { reason: EndReason::Revoked, .. } => {
                FlowError::Revoked { what: "consent artefact" }
            }
            Standing::Ended { .. } => FlowError::Expired { what: "consent artefact" },
            _ => FlowError::not_valid(PageRefusal::TransferOver.as_str(), "push"),
        }
    }

    /// A page was not taken: it is counted with its transfer, or with the latest where that is
    /// forgotten, and the operator is told of the first of each reason.
    fn page_refused(&mut self, push_id: &PushId, why: PageRefusal) -> Step<ArtefactEffect> {
        let is_its = |t: &&mut Transfer| t.push_id.as_ref() == Some(push_id);
        let its = self.transfer.iter_mut().chain(&mut self.earlier).find(is_its);
        let transfer = match its {
            Some(transfer) => Some(transfer),
            None => self.transfer.as_mut(),
        };
        let first = transfer.and_then(|transfer| {
            let is_first = transfer.count_refused(why);
            is_first.then(|| transfer.transaction.clone())
        });
        let Some(transaction) = first else {
            return Step::nothing();
        };
        let hip = self.terms.as_ref().map(|terms| terms.hip.id.clone());
        tell(HiuEvent::PageRefused { artefact: self.id.clone(), hip, transaction, why })
    }

    fn woken(&mut self, now: DateTime<Utc>) -> Step<ArtefactEffect> {
        if self.standing == Standing::Granted && self.erase_at().is_some_and(|at| at <= now) {
            return self.end(EndReason::EraseDate, now);
        }
        if self.waiting_until.is_some_and(|at| at <= now) {
            return match self.standing {
                Standing::Fetching if self.fetch_tries < FETCH_TRIES => self.fetch(now),
                Standing::Fetching => self.unavailable(
                    Refusal::new("no on-fetch callback came: check the bridge URL"),
                    now,
                ),
                Standing::Unavailable(_) => {
                    self.waiting_until = None;
                    Step::nothing().done()
                }
                Standing::Ended { reason, at } => {
                    self.waiting_until = Some(now + ERASE_PATIENCE);
                    erase(reason, at)
                }
                _ => {
                    self.waiting_until = None;
                    Step::nothing()
                }
            };
        }
        let (Some(transfer), Some(terms)) = (&mut self.transfer, &self.terms) else {
            return Step::nothing();
        };
        let mut step = transfer.woken(terms, now);
        for earlier in &mut self.earlier {
            step = step.and(earlier.woken(terms, now));
        }
        self.forget_idle_transfers(step)
    }

    /// An event of a transfer: of the one that it names by its address, else of the latest. After
    /// the end nothing changes.
    fn in_transfer(
        &mut self,
        event: ArtefactEvent,
        now: DateTime<Utc>,
    ) -> Result<Step<ArtefactEffect>, FlowError> {
        let (Standing::Granted, Some(terms)) = (&self.standing, &self.terms) else {
            return match event {
                ArtefactEvent::Pushed { .. } => Err(self.takes_no_page()),
                ArtefactEvent::Opened { push_id, entries, .. } => {
                    Ok(self.opened_after_the_end(&push_id, &entries))
                }
                _ => Ok(Step::nothing()),
            };
        };
        let transfer = match event.pushed_to() {
            None => self.transfer.as_mut(),
            Some(push_id) => {
                let mut all = self.transfer.iter_mut().chain(&mut self.earlier);
                all.find(|transfer| transfer.push_id.as_ref() == Some(push_id))
            }
        };
        let step = match (transfer, event) {
            (Some(transfer), event) => transfer.on(event, terms, now)?,
            (None, ArtefactEvent::Pushed { .. }) => return Err(self.takes_no_page()),
            (None, _) => return Ok(Step::nothing()),
        };
        let step = self.forget_idle_transfers(step);
        Ok(match self.transfer.as_mut().and_then(Transfer::wants_another_form) {
            Some(form) => step.and(self.ask(form, now)),
            None => step,
        })
    }

    /// Kept is kept, whatever has happened since: the erasure must know of it.
    fn opened_after_the_end(
        &self,
        push_id: &PushId,
        entries: &[EntryReport],
    ) -> Step<ArtefactEffect> {
        let step = entries.iter().fold(Step::nothing(), |step, entry| {
            rows::put_document(step, &self.id, push_id, entry)
        });
        // An opening that was queued by an earlier release stands in no lane before the erasure.
        match (&self.standing, &self.proof) {
            (Standing::Ended { reason, at }, Some(_)) if !step.rows.is_empty() => {
                step.and(erase(*reason, *at))
            }
            _ => step,
        }
    }

    fn take(
        &mut self,
        event: ArtefactEvent,
        now: DateTime<Utc>,
    ) -> Result<Step<ArtefactEffect>, FlowError> {
        let name = event.name();
        Ok(match event {
            ArtefactEvent::Begin => match self.standing {
                Standing::Fetching if self.fetch_tries == 0 => self.fetch(now),
                _ => Step::nothing(),
            },
            ArtefactEvent::Fetched(artefact) => self.fetched(*artefact, now),
            ArtefactEvent::NotFetched(refusal) => self.unavailable(refusal, now),
            ArtefactEvent::Ask => match (&self.standing, &self.transfer) {
                (Standing::Granted, Some(transfer)) if transfer.outcome.is_none() => {
                    Step::nothing()
                }
                (Standing::Granted, _) => self.ask(KeyForm::Raw, now),
                (Standing::Fetching, _) => {
                    self.ask_at_once = true;
                    Step::nothing()
                }
                (Standing::Ended { reason: EndReason::Revoked, .. }, _) => {
                    return Err(FlowError::Revoked { what: "consent artefact" });
                }
                (Standing::Ended { .. }, _) => {
                    return Err(FlowError::Expired { what: "consent artefact" });
                }
                (Standing::Unavailable(_), _) => {
                    return Err(FlowError::not_valid(self.standing.name(), name));
                }
            },
            ArtefactEvent::Ended(reason) => self.end(reason, now),
            ArtefactEvent::Erased(proof) => self.erased(proof),
            ArtefactEvent::PageRefused { push_id, why } => self.page_refused(&push_id, why),
            ArtefactEvent::Summarised { push_id, responses } => {
                self.summarised(&push_id, responses)
            }
            ArtefactEvent::Moved => Step::nothing(),
            ArtefactEvent::Woken => self.woken(now),
            event => self.in_transfer(event, now)?,
        })
    }
}

/// Erases everything, behind what could keep a document after it.
fn erase(reason: EndReason, at: DateTime<Utc>) -> Step<ArtefactEffect> {
    Step::nothing().effect_in(RECORDS_LANE, ArtefactEffect::Erase { reason, at })
}

/// Tells the hospital.
fn tell(event: HiuEvent) -> Step<ArtefactEffect> {
    Step::nothing().effect_in(EVENTS_LANE, ArtefactEffect::Tell(event))
}

/// The step, by which the pages of a transfer are forgotten.
fn forgotten(step: Step<ArtefactEffect>, transfer: &Transfer) -> Step<ArtefactEffect> {
    match &transfer.push_id {
        Some(push_id) => rows::forget_pages(step, push_id),
        None => step,
    }
}

impl Flow for ArtefactFlow {
    const KIND: &'static str = "hiu.artefact";
    const VERSION: u32 = 2;
    type Event = ArtefactEvent;
    type Effect = ArtefactEffect;

    fn on(
        &mut self,
        event: ArtefactEvent,
        now: DateTime<Utc>,
    ) -> Result<Step<ArtefactEffect>, FlowError> {
        let carried = self.carried.take();
        let step = self.take(event, now)?;
        let step = match carried {
            Some(carried) => carried.on(&self.id, Step::nothing()).and(step),
            None => step,
        };
        Ok(match self.next_wake() {
            Some(at) => step.wake_at(at),
            None => step.no_wake(),
        })
    }

    fn woken() -> ArtefactEvent {
        ArtefactEvent::Woken
    }

    fn upgrade(version: u32, state: serde_json::Value) -> Result<Self, SnapshotError> {
        let kind = Self::KIND;
        match version {
            1 => older::upgraded(state).map_err(|source| SnapshotError::Corrupt { kind, source }),
            found => Err(SnapshotError::Version { kind, found, known: Self::VERSION }),
        }
    }
}

#[cfg(test)]
mod tests;
