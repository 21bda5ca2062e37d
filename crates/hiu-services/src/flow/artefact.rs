//! One consent artefact: its terms, its transfers, its end (m3-hiu.md 2.6, 3, 4 and 6).

mod event;
mod note;
mod older;
mod report;
mod rows;
mod standing;
mod transfer;
mod transfers;

use abdm_core::api::consent::ConsentDetail;
use abdm_core::id::ConsentId;
use abdm_core::person::{AbhaNumber, digits};
use abdm_core::vocabulary::ConsentStatus;
use abdm_flow::store::{FlowId, FlowKey};
use abdm_flow::{Flow, FlowError, SnapshotError, Step};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

pub(crate) use self::event::{ArtefactEffect, ArtefactEvent};
pub(crate) use self::note::{ArtefactNote, ArtefactWord};
use self::older::Carried;
pub(crate) use self::rows::{
    Known, ReadRows, Seen, StoredRows, documents, fates, has_context, has_document,
    has_waiting_copy, page, pages,
};
pub use self::standing::{EndReason, Standing};
pub(crate) use self::transfer::{KeyForm, OTHERS_CAME, PushId, TakenPage, Transfer};
pub use self::transfer::{Outcome, TransferStage};
use self::transfers::forgotten;
use super::{EVENTS_LANE, Patience, RECORDS_LANE, REPORTS_LANE, Refusal};
use crate::api::consent::ConsentArtefact;
use crate::hooks::{ErasureProof, HiuEvent};

/// How often an artefact is asked for when no `on-fetch` comes.
const FETCH_TRIES: u32 = 5;
/// How long a late `on-fetch` may still bring an artefact that was given up.
const LATE_PATIENCE: TimeDelta = TimeDelta::hours(24);
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
        self.transfers().find(|t| t.push_id.as_ref() == Some(push_id))
    }

    /// All transfers that are known: the latest, and earlier ones that are still needed.
    pub(crate) fn transfers(&self) -> impl Iterator<Item = &Transfer> {
        self.transfer.iter().chain(&self.earlier)
    }

    /// When everything must be gone.
    fn erase_at(&self) -> Option<DateTime<Utc>> {
        self.terms.as_ref().and_then(ConsentDetail::erase_at)
    }

    /// The next instant at which something is due by our own clock.
    fn next_wake(&self) -> Option<DateTime<Utc>> {
        let erase = self.erase_at().filter(|_| self.standing == Standing::Granted);
        let transfers = self.transfers().filter_map(Transfer::due);
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
        let told = self.transfers().filter(|transfer| !transfer.is_being_summarised());
        told.fold(step, forgotten)
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
            ArtefactEvent::Summarised { push_id, summary } => self.summarised(&push_id, summary),
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
