//! One transfer: check, acknowledge or refuse, push page by page, report.

mod older;
pub(crate) mod peer;
mod plan;
mod rows;
mod state;

use abdm_core::api::consent::DateRange;
use abdm_core::api::data_flow::{
    HiRequest, KeyMaterialJson, Notifier, StatusNotification, TransferReport,
};
use abdm_core::id::{CareContextReference, ConsentId, HipId, RequestId, TransactionId};
use abdm_core::vocabulary::NotifierType;
use abdm_flow::store::FlowKey;
use abdm_flow::{Flow, FlowError, SnapshotError, Step};
use abdm_role::EVENTS_LANE;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

pub use self::older::PageOfVersion1;
pub use self::plan::{ContextProgress, Pages};
pub use self::rows::PlannedRecords;
pub(crate) use self::rows::{TABLE, forget, row_key};
pub use self::state::{
    Asked, ContextPlan, KeyForm, PageDone, PageFate, Pushing, PushingEnd, TransferEffect,
    TransferEvent, TransferStage,
};
use super::Failure;
use crate::hooks::HipEvent;
use crate::scope::Refusal;

/// A transfer must be over this long after its request (gateway.md 8).
const DEADLINE: TimeDelta = TimeDelta::minutes(20);
/// What is reported of what was not accepted by then.
pub(crate) const TIME_OVER: &str = "the time for the transfer is over";
/// So long after the deadline the transfer ends by itself, where the effect that pushes has not
/// said in time how far it came.
const LEFT_TO_TELL: TimeDelta = TimeDelta::seconds(5);
/// What is reported of what was not sent before the consent ended.
const CONSENT_OVER: &str = "the consent ended before this was sent";
/// What is reported when pages could not be brought to the HIU.
const OUT_OF_REACH: &str = "the HIU could not be reached";
/// What is reported when the HIU's push URL leads where this server must not connect to.
const FORBIDDEN: &str = "the HIU's push URL leads to an address that records may not be sent to";
/// The request may be faster than the consent's own notice: how often it is looked for again, how
/// far apart.
const CONSENT_PAUSES: [TimeDelta; 5] = [
    TimeDelta::seconds(1),
    TimeDelta::seconds(2),
    TimeDelta::seconds(5),
    TimeDelta::seconds(15),
    TimeDelta::seconds(30),
];

/// One transfer of records to a HIU.
///
/// ```text
/// Checking ─► Acknowledging ─► Planning ─► Pushing 1/n … n/n ─► Reporting ─► Reported
///     │             └─ not taken ─► Refused                        ▲
///     └─► Refusing ─► Refused          consent over, time over ────┘
/// ```
/// Which records are sent is planned once, by their ids, and kept as rows; the snapshot holds
/// counts. One effect pushes all pages, several at a time, and tells now and then how far it is;
/// after a crash it goes on at the first page that was not accepted. Each record is read when its
/// page is about to leave, and the consent is looked up again for it. A page that was not accepted
/// is never reported as delivered.
///
/// The last record is read before the first leaves, too, and its page leaves when all others are
/// dealt with, so that it announces as many pages as were sent.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct TransferFlow {
    /// The facility.
    pub hip_id: HipId,
    /// The transfer's id.
    pub transaction_id: TransactionId,
    /// The consent it runs under.
    pub consent_id: ConsentId,
    /// Which records' dates.
    pub dates: DateRange,
    /// Where to push.
    pub push_url: String,
    /// The HIU's public key and nonce.
    pub key_material: KeyMaterialJson,
    /// When it must be over.
    pub deadline: DateTime<Utc>,
    /// Where it stands.
    pub stage: TransferStage,
    /// The request's own id, which the acknowledgement names.
    request: RequestId,
    /// The care contexts of the consent, known once it is checked.
    care_contexts: Vec<CareContextReference>,
    /// How far each care context came, once pushing has ended.
    #[serde(default)]
    sent: Vec<ContextProgress>,
}

type TransferStep = Step<TransferEffect>;

impl TransferFlow {
    /// A transfer that was asked for at `now` by the message `request`.
    #[must_use]
    pub fn new(
        hip_id: HipId,
        request: RequestId,
        transaction_id: TransactionId,
        wanted: HiRequest,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            hip_id,
            transaction_id,
            consent_id: wanted.consent.id,
            dates: wanted.date_range,
            push_url: wanted.data_push_url,
            key_material: wanted.key_material,
            deadline: now + DEADLINE,
            stage: TransferStage::New,
            request,
            care_contexts: Vec::new(),
            sent: Vec::new(),
        }
    }

    /// A request that cannot be read: it is refused, and nothing else comes of it. Of what it asks for
    /// no more is known than under which consent.
    #[must_use]
    pub fn unreadable(
        hip_id: HipId,
        request: RequestId,
        transaction_id: TransactionId,
        consent_id: ConsentId,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            hip_id,
            transaction_id,
            consent_id,
            dates: DateRange::new(now, now),
            push_url: String::new(),
            key_material: KeyMaterialJson(serde_json::Value::Null),
            deadline: now + DEADLINE,
            stage: TransferStage::New,
            request,
            care_contexts: Vec::new(),
            sent: Vec::new(),
        }
    }

    /// The name under which this transfer is found.
    #[must_use]
    pub fn key(transaction_id: &TransactionId) -> FlowKey {
        FlowKey::new("transaction", transaction_id.as_str())
    }

    pub(crate) fn asked(&self) -> Box<Asked> {
        Box::new(Asked {
            hip_id: self.hip_id.clone(),
            transaction_id: self.transaction_id.clone(),
            consent_id: self.consent_id.clone(),
            dates: self.dates,
            push_url: self.push_url.clone(),
            key_material: self.key_material.clone(),
            deadline: self.deadline,
        })
    }

    /// How far each care context is; none before the records are planned.
    #[must_use]
    pub fn contexts(&self) -> &[ContextProgress] {
        match &self.stage {
            TransferStage::Pushing(pushing) => &pushing.pages.contexts,
            _ => &self.sent,
        }
    }

    fn check(&self) -> TransferStep {
        Step::nothing().effect(TransferEffect::Check(self.asked())).wake_at(self.deadline)
    }

    fn checked(&mut self, verdict: Result<Vec<CareContextReference>, Refusal>) -> TransferStep {
        if !matches!(self.stage, TransferStage::Checking { .. }) {
            return Step::nothing();
        }
        let request = self.request;
        match verdict {
            Ok(care_contexts) => {
                self.care_contexts = care_contexts;
                self.stage = TransferStage::Acknowledging;
                let transaction_id = self.transaction_id.clone();
                Step::nothing().effect(TransferEffect::Acknowledge { request, transaction_id })
            }
            Err(refusal) => {
                self.stage = TransferStage::Refusing(refusal);
                Step::nothing().effect(TransferEffect::Refuse { request, refusal })
            }
        }
        .wake_at(self.deadline)
    }

    fn no_consent(&mut self, now: DateTime<Utc>) -> TransferStep {
        let TransferStage::Checking { tries } = &mut self.stage else {
            return Step::nothing();
        };
        match CONSENT_PAUSES.get(*tries) {
            Some(pause) => {
                *tries += 1;
                Step::nothing().wake_at(now + *pause)
            }
            None => self.checked(Err(Refusal::NotGranted)),
        }
    }

    fn refused(&mut self, failure: Failure) -> TransferStep {
        self.stage = TransferStage::Refused(failure.clone());
        let event = HipEvent::TransferRefused {
            hip_id: self.hip_id.clone(),
            transaction_id: self.transaction_id.clone(),
            consent_id: self.consent_id.clone(),
            failure,
        };
        Step::nothing().effect_in(EVENTS_LANE, TransferEffect::Announce(event)).no_wake().done()
    }

    fn planned(
        &mut self,
        contexts: Vec<ContextPlan>,
        records: &[PlannedRecords],
        now: DateTime<Utc>,
    ) -> Result<TransferStep, FlowError> {
        if self.stage != TransferStage::Planning {
            return Ok(Step::nothing());
        }
        self.stage = TransferStage::Pushing(Box::new(Pushing::of(Pages::planned(contexts))));
        let step = self.push(now);
        self.with_rows(step, records)
    }

    /// The step, and rows that tell which records are sent.
    fn with_rows(
        &self,
        step: TransferStep,
        records: &[PlannedRecords],
    ) -> Result<TransferStep, FlowError> {
        records.iter().try_fold(step, |step, records| {
            let row = records.written(&self.transaction_id, self.deadline);
            Ok(step.row(row.map_err(|_| FlowError::not_valid("Pushing", "Planned"))?))
        })
    }

    /// Pushes what is not dealt with, or reports when nothing is left.
    fn push(&mut self, now: DateTime<Utc>) -> TransferStep {
        let TransferStage::Pushing(pushing) = &mut self.stage else {
            return Step::nothing();
        };
        if pushing.pages.are_done() {
            return self.report(false, now);
        }
        if now >= self.deadline {
            return self.give_up(TIME_OVER, now);
        }
        pushing.pauses = false;
        pushing.turn = pushing.turn.saturating_add(1);
        pushing.pages.reach_further();
        let effect = TransferEffect::PushPages { turn: pushing.turn };
        Step::nothing().effect(effect).wake_at(self.deadline + LEFT_TO_TELL)
    }

    /// Pages are dealt with, and their effect goes on.
    fn pages_done(
        &mut self,
        pages: &[PageDone],
        now: DateTime<Utc>,
    ) -> Result<TransferStep, FlowError> {
        let known = self.key_form();
        if let TransferStage::Pushing(pushing) = &mut self.stage {
            pushing.pages.told(pages);
        }
        let found = self.key_form().filter(|_| known.is_none());
        self.with_key_form(Step::nothing(), found, now)
    }

    fn pushing_ended(
        &mut self,
        turn: u32,
        (pages, unheard, sent_before): (&[PageDone], &[u32], u32),
        end: PushingEnd,
        now: DateTime<Utc>,
    ) -> Result<TransferStep, FlowError> {
        let TransferStage::Pushing(pushing) = &mut self.stage else {
            return Ok(Step::nothing());
        };
        if turn != pushing.turn || pushing.pauses {
            return Ok(Step::nothing());
        }
        let known = pushing.pages.key_form();
        pushing.pages.take(pages);
        pushing.pages.sent_unheard(unheard.iter().copied());
        pushing.pages.mark_sent_before(sent_before);
        let found = pushing.pages.key_form().filter(|_| known.is_none());
        let step = self.pushing_goes_on(end, now);
        self.with_key_form(step, found, now)
    }

    fn key_form(&self) -> Option<KeyForm> {
        match &self.stage {
            TransferStage::Pushing(pushing) => pushing.pages.key_form(),
            _ => None,
        }
    }

    /// The step, and a row for the next transfers to the same HIU where the form that it takes has
    /// just been found.
    fn with_key_form(
        &self,
        step: TransferStep,
        found: Option<KeyForm>,
        now: DateTime<Utc>,
    ) -> Result<TransferStep, FlowError> {
        let Some(form) = found else {
            return Ok(step);
        };
        let row = peer::remember(&self.push_url, form, now);
        let row = row.map_err(|_| FlowError::not_valid("Pushing", "PageDone"))?;
        Ok(match row {
            Some(row) => step.row(row),
            None => step,
        })
    }

    /// What comes after an effect that has pushed.
    fn pushing_goes_on(&mut self, end: PushingEnd, now: DateTime<Utc>) -> TransferStep {
        let TransferStage::Pushing(pushing) = &mut self.stage else {
            return Step::nothing();
        };
        match end {
            PushingEnd::Paused => self.push(now),
            PushingEnd::Unreachable => match pushing.pages.unreachable() {
                Some(pause) => {
                    pushing.pauses = true;
                    Step::nothing().wake_at(self.deadline.min(now + pause))
                }
                None => self.give_up(OUT_OF_REACH, now),
            },
            PushingEnd::Forbidden => self.give_up(FORBIDDEN, now),
            PushingEnd::TimeOver => self.give_up(TIME_OVER, now),
            PushingEnd::ConsentOver => self.consent_over(now),
        }
    }

    /// The plan of version 1 becomes rows, and its pages are pushed as all others.
    fn taken_over(
        &mut self,
        perhaps_sent: bool,
        now: DateTime<Utc>,
    ) -> Result<TransferStep, FlowError> {
        let TransferStage::Pushing(pushing) = &mut self.stage else {
            return Ok(Step::nothing());
        };
        let records = std::mem::take(&mut pushing.unwritten);
        if records.is_empty() {
            return Ok(Step::nothing());
        }
        let first = pushing.pages.first_left();
        if perhaps_sent {
            pushing.pages.sent_unheard([first]);
        }
        let step = self.push(now);
        self.with_rows(step, &PlannedRecords::rows(first, records))
    }

    /// Stops: what was not accepted is reported with this reason.
    fn give_up(&mut self, reason: &str, now: DateTime<Utc>) -> TransferStep {
        match &mut self.stage {
            TransferStage::Acknowledging | TransferStage::Planning => self.nothing_pushed(reason),
            TransferStage::Pushing(pushing) => pushing.pages.give_up(reason),
            _ => return Step::nothing(),
        }
        self.report(false, now)
    }

    fn consent_over(&mut self, now: DateTime<Utc>) -> TransferStep {
        match &mut self.stage {
            TransferStage::Planning => self.nothing_pushed(CONSENT_OVER),
            TransferStage::Pushing(pushing) => pushing.pages.consent_over(CONSENT_OVER),
            _ => return Step::nothing(),
        }
        self.report(true, now)
    }

    /// Nothing was pushed so far, and nothing will be.
    fn nothing_pushed(&mut self, reason: &str) {
        let pages = Pages::none(&self.care_contexts, reason);
        self.stage = TransferStage::Pushing(Box::new(Pushing::of(pages)));
    }

    fn report(&mut self, consent_over: bool, now: DateTime<Utc>) -> TransferStep {
        let TransferStage::Pushing(pushing) = &self.stage else {
            return Step::nothing();
        };
        let (status, responses) = pushing.pages.receipt(consent_over);
        self.sent.clone_from(&pushing.pages.contexts);
        let report = Box::new(TransferReport::new(
            self.consent_id.clone(),
            self.transaction_id.clone(),
            now,
            Notifier::new(NotifierType::Hip, self.hip_id.as_str()),
            StatusNotification::new(status, self.hip_id.clone(), responses),
        ));
        self.stage = TransferStage::Reporting(report.clone());
        let forgotten = forget(&self.transaction_id);
        Step::nothing().effect(TransferEffect::Report(report)).row(forgotten).no_wake()
    }

    fn reported(&mut self, failure: Option<Failure>) -> TransferStep {
        let TransferStage::Reporting(report) = &self.stage else {
            return Step::nothing();
        };
        let report = report.clone();
        self.stage = match failure {
            None => TransferStage::Reported(report.clone()),
            Some(failure) => TransferStage::Unreported(report.clone(), failure),
        };
        let event = HipEvent::TransferEnded(*report);
        Step::nothing().effect_in(EVENTS_LANE, TransferEffect::Announce(event)).no_wake().done()
    }

    fn wake(&mut self, now: DateTime<Utc>) -> TransferStep {
        match &self.stage {
            TransferStage::Checking { .. } if now < self.deadline => self.check(),
            TransferStage::Checking { .. } => self.checked(Err(Refusal::NotGranted)),
            TransferStage::Pushing(pushing) if pushing.pauses && now < self.deadline => {
                self.push(now)
            }
            TransferStage::Acknowledging
            | TransferStage::Planning
            | TransferStage::Pushing { .. } => {
                if now < self.deadline {
                    Step::nothing().wake_at(self.deadline)
                } else {
                    // An effect may still be under way: what it comes to is too late.
                    self.give_up(TIME_OVER, now)
                }
            }
            _ => Step::nothing(),
        }
    }
}

impl Flow for TransferFlow {
    const KIND: &'static str = "hip.transfer";
    const VERSION: u32 = 2;
    type Event = TransferEvent;
    type Effect = TransferEffect;

    fn on(&mut self, event: TransferEvent, now: DateTime<Utc>) -> Result<TransferStep, FlowError> {
        Ok(match event {
            // The first message and its repetitions alike: one is answered, once (ABDM-1113).
            TransferEvent::Requested => match self.stage {
                TransferStage::New => {
                    self.stage = TransferStage::Checking { tries: 0 };
                    self.check()
                }
                _ => Step::nothing(),
            },
            TransferEvent::Unreadable => match self.stage {
                TransferStage::New => {
                    self.stage = TransferStage::Checking { tries: 0 };
                    self.checked(Err(Refusal::Unreadable))
                }
                _ => Step::nothing(),
            },
            TransferEvent::Checked(verdict) => self.checked(verdict),
            TransferEvent::ConsentNotThere => self.no_consent(now),
            TransferEvent::Acknowledged => match self.stage {
                TransferStage::Acknowledging => {
                    self.stage = TransferStage::Planning;
                    Step::nothing().effect(TransferEffect::Plan(self.asked()))
                }
                _ => Step::nothing(),
            },
            TransferEvent::AcknowledgementRefused(failure) => match self.stage {
                TransferStage::Acknowledging => self.refused(failure),
                _ => Step::nothing(),
            },
            TransferEvent::RefusalSent => match self.stage {
                TransferStage::Refusing(refusal) => {
                    let mut failure = Failure::new(refusal.to_string());
                    failure.code = refusal.to_error().code;
                    self.refused(failure)
                }
                _ => Step::nothing(),
            },
            TransferEvent::Planned { contexts, records } => {
                self.planned(contexts, &records, now)?
            }
            TransferEvent::PagesDone(pages) => self.pages_done(&pages, now)?,
            TransferEvent::PushingEnded { turn, pages, unheard, sent_before, end } => {
                self.pushing_ended(turn, (&pages, &unheard, sent_before), end, now)?
            }
            TransferEvent::TakenOver { perhaps_sent } => self.taken_over(perhaps_sent, now)?,
            TransferEvent::GivenUp(reason) => self.give_up(&reason, now),
            TransferEvent::ConsentOver => self.consent_over(now),
            TransferEvent::Reported => self.reported(None),
            TransferEvent::ReportRefused(failure) => self.reported(Some(failure)),
            TransferEvent::Woken => self.wake(now),
        })
    }

    fn woken() -> TransferEvent {
        TransferEvent::Woken
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
