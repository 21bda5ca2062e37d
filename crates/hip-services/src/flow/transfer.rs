//! One transfer: check, acknowledge or refuse, push page by page, report.

mod state;

use std::collections::VecDeque;

use abdm_core::api::consent::DateRange;
use abdm_core::api::data_flow::{
    HiRequest, KeyMaterialJson, Notifier, StatusNotification, StatusResponse, TransferReport,
};
use abdm_core::id::{CareContextReference, ConsentId, HipId, RequestId, TransactionId};
use abdm_core::vocabulary::{HiStatus, NotifierType, SessionStatus};
use abdm_flow::store::FlowKey;
use abdm_flow::{Flow, FlowError, Step};
use abdm_role::EVENTS_LANE;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

pub use self::state::{
    Asked, ContextPlan, ContextProgress, KeyForm, Page, TransferEffect, TransferEvent,
    TransferStage,
};
use super::Failure;
use crate::hooks::HipEvent;
use crate::scope::Refusal;

/// A transfer must be over this long after its request (gateway.md 8).
const DEADLINE: TimeDelta = TimeDelta::minutes(20);
/// What is reported of what was not accepted by then.
pub(crate) const TIME_OVER: &str = "the time for the transfer is over";
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
/// Which records are sent is planned once, by their ids; each is read when its page leaves, and the
/// consent is looked up again for it. A page that was not accepted is never reported as delivered.
///
/// The last record is read before the first leaves, too, so that the last page announces as many
/// pages as were sent ([`Page::pages`]).
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
        }
    }

    /// The name under which this transfer is found.
    #[must_use]
    pub fn key(transaction_id: &TransactionId) -> FlowKey {
        FlowKey::new("transaction", transaction_id.as_str())
    }

    fn asked(&self) -> Box<Asked> {
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
            transaction_id: self.transaction_id.clone(),
            consent_id: self.consent_id.clone(),
            failure,
        };
        Step::nothing().effect_in(EVENTS_LANE, TransferEffect::Announce(event)).no_wake().done()
    }

    fn planned(&mut self, plans: Vec<ContextPlan>, now: DateTime<Utc>) -> TransferStep {
        if self.stage != TransferStage::Planning {
            return Step::nothing();
        }
        let contexts = plans
            .into_iter()
            .map(|plan| {
                let (left, problem) = match plan.records {
                    Ok(records) => (VecDeque::from(records), plan.withheld),
                    Err(problem) => (VecDeque::new(), Some(problem)),
                };
                let records = u32::try_from(left.len()).unwrap_or(u32::MAX);
                let care_context = plan.care_context;
                ContextProgress { care_context, records, left, accepted: 0, kept: 0, problem }
            })
            .collect();
        self.stage = TransferStage::Pushing { contexts, settled: 0, withheld: 0, key_form: None };
        self.push_next(now)
    }

    /// Pushes the next record, or reports when there is none.
    fn push_next(&mut self, now: DateTime<Utc>) -> TransferStep {
        let TransferStage::Pushing { contexts, settled, withheld, key_form } = &self.stage else {
            return Step::nothing();
        };
        let next = contexts.iter().find_map(|context| Some((context, context.left.front()?)));
        let Some((context, record)) = next else {
            return self.report(false, now);
        };
        if now >= self.deadline {
            return self.give_up(TIME_OVER, now);
        }
        let planned: u32 = contexts.iter().map(|context| context.records).sum();
        let page = Page {
            asked: *self.asked(),
            page: *settled,
            number: settled.saturating_sub(*withheld).saturating_add(1),
            pages: planned.saturating_sub(*withheld),
            care_context: context.care_context.clone(),
            record: record.clone(),
            key_form: *key_form,
        };
        Step::nothing().effect(TransferEffect::Push(Box::new(page))).wake_at(self.deadline)
    }

    fn page_done(&mut self, done: u32, outcome: PageOutcome, now: DateTime<Utc>) -> TransferStep {
        let TransferStage::Pushing { contexts, settled, withheld, key_form } = &mut self.stage
        else {
            return Step::nothing();
        };
        let sent = contexts.iter_mut().find(|context| !context.left.is_empty());
        let Some(context) = sent.filter(|_| done == *settled) else {
            return Step::nothing();
        };
        context.left.pop_front();
        *settled = settled.saturating_add(1);
        match outcome {
            PageOutcome::Accepted(form) => {
                context.accepted = context.accepted.saturating_add(1);
                *key_form = Some(form);
            }
            PageOutcome::Kept => {
                context.accepted = context.accepted.saturating_add(1);
                context.kept = context.kept.saturating_add(1);
            }
            PageOutcome::Failed(problem) => context.problem = Some(problem),
            PageOutcome::Withheld(problem) => {
                *withheld = withheld.saturating_add(1);
                context.problem = Some(problem);
            }
        }
        self.push_next(now)
    }

    /// Nothing was pushed so far, and nothing will be: every care context of the consent ends so.
    fn nothing_pushed(&mut self, reason: &str) {
        let unsent = |care_context: &CareContextReference| ContextProgress {
            care_context: care_context.clone(),
            records: 0,
            left: VecDeque::new(),
            accepted: 0,
            kept: 0,
            problem: Some(reason.to_owned()),
        };
        let contexts = self.care_contexts.iter().map(unsent).collect();
        self.stage = TransferStage::Pushing { contexts, settled: 0, withheld: 0, key_form: None };
    }

    /// Stops: what was not accepted is reported with this reason.
    fn give_up(&mut self, reason: &str, now: DateTime<Utc>) -> TransferStep {
        if matches!(self.stage, TransferStage::Acknowledging | TransferStage::Planning) {
            self.nothing_pushed(reason);
        }
        let TransferStage::Pushing { contexts, .. } = &mut self.stage else {
            return Step::nothing();
        };
        for context in contexts.iter_mut().filter(|c| c.accepted < c.records) {
            context.problem.get_or_insert_with(|| reason.to_owned());
        }
        self.report(false, now)
    }

    fn consent_over(&mut self, now: DateTime<Utc>) -> TransferStep {
        const OVER: &str = "the consent ended before this was sent";
        match &mut self.stage {
            TransferStage::Planning => self.nothing_pushed(OVER),
            TransferStage::Pushing { contexts, .. } => {
                for context in contexts.iter_mut().filter(|c| c.accepted < c.records) {
                    context.problem = Some(OVER.to_owned());
                }
            }
            _ => return Step::nothing(),
        }
        self.report(true, now)
    }

    /// `TRANSFERRED` when at least one page was accepted and the consent held to the end
    /// (rulings.md 10 and 12).
    fn report(&mut self, consent_over: bool, now: DateTime<Utc>) -> TransferStep {
        let TransferStage::Pushing { contexts, .. } = &self.stage else {
            return Step::nothing();
        };
        let any = contexts.iter().any(|context| context.accepted > 0);
        let status =
            if any && !consent_over { SessionStatus::Transferred } else { SessionStatus::Failed };
        let nothing_at_all = contexts.iter().all(|c| c.records == 0 && c.problem.is_none());
        let responses = contexts.iter().filter_map(|context| {
            let (fate, description) = match &context.problem {
                Some(problem) => (HiStatus::Errored, problem.as_str()),
                None if context.kept > 0 => (
                    HiStatus::Delivered,
                    "Delivered; what was sent again after a lost answer was there already (HTTP 409)",
                ),
                None if context.records > 0 => (HiStatus::Delivered, "Delivered"),
                None if nothing_at_all => (HiStatus::Errored, "no data in range"),
                // Nothing in range here, while others had something: not part of the receipt.
                None => return None,
            };
            Some(StatusResponse::new(context.care_context.clone(), fate, description))
        });
        let report = Box::new(TransferReport::new(
            self.consent_id.clone(),
            self.transaction_id.clone(),
            now,
            Notifier::new(NotifierType::Hip, self.hip_id.as_str()),
            StatusNotification::new(status, self.hip_id.clone(), responses.collect()),
        ));
        self.stage = TransferStage::Reporting(report.clone());
        Step::nothing().effect(TransferEffect::Report(report)).no_wake()
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

/// What became of a record whose turn it was.
enum PageOutcome {
    Accepted(KeyForm),
    Kept,
    Failed(String),
    Withheld(String),
}

impl Flow for TransferFlow {
    const KIND: &'static str = "hip.transfer";
    const VERSION: u32 = 1;
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
            TransferEvent::Planned(plans) => self.planned(plans, now),
            TransferEvent::PageAccepted { page, key_form } => {
                self.page_done(page, PageOutcome::Accepted(key_form), now)
            }
            TransferEvent::PageKept(page) => self.page_done(page, PageOutcome::Kept, now),
            TransferEvent::PageFailed(page, problem) => {
                self.page_done(page, PageOutcome::Failed(problem), now)
            }
            TransferEvent::PageWithheld(page, problem) => {
                self.page_done(page, PageOutcome::Withheld(problem), now)
            }
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
}

#[cfg(test)]
mod tests;
