//! One shared profile: registered at the reception, answered with a token number.

mod state;

use abdm_core::id::{HipId, RequestId};
use abdm_flow::store::FlowKey;
use abdm_flow::{Flow, FlowError, Step};
use abdm_role::EVENTS_LANE;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

pub use self::state::{
    CounterToken, ShareEffect, ShareEvent, ShareRefusal, ShareState, ShareVerdict,
};
use super::Failure;

/// The patient's app waits so long (gateway.md 8). Whom it has told that it failed is not
/// registered any more; they scan again.
pub(crate) const APP_WAITS: TimeDelta = TimeDelta::seconds(30);
/// How much of that the reception may use; the answer takes its time, too.
const RECEPTION_MAY_TAKE: TimeDelta = TimeDelta::milliseconds(28_500);
/// What the answer to a share gets that was taken up late.
const LATE_SHARE_MAY_TAKE: TimeDelta = TimeDelta::seconds(1);
/// When the word is overdue that ABDM has an answer that an app waits for: longer than it is tried.
pub(crate) const ANSWER_OVERDUE: TimeDelta = TimeDelta::minutes(2);

/// The lane in which the reception is asked: ABDM is answered beside it, also while the reception
/// hangs.
const RECEPTION_LANE: &str = "reception";

/// One shared profile: `SHARE → REGISTERED → ON_SHARE` (m2-hip.md 11).
///
/// The profile itself is kept sealed, and only until the reception has it. Which token the patient
/// gets is the counter's to say: a repeated share finds the same one there.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ShareFlow {
    /// The share, which the answer names.
    pub share: RequestId,
    /// The facility.
    pub hip_id: HipId,
    /// The counter, as its code names it.
    pub counter: String,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// Where it stands.
    pub state: ShareState,
}

type ShareStep = Step<ShareEffect>;

impl ShareFlow {
    /// A share that has just come.
    #[must_use]
    pub fn new(
        share: RequestId,
        hip_id: HipId,
        counter: impl Into<String>,
        received_at: DateTime<Utc>,
    ) -> Self {
        Self { share, hip_id, counter: counter.into(), received_at, state: ShareState::New }
    }

    /// The name under which a share is found.
    #[must_use]
    pub fn key(share: RequestId) -> FlowKey {
        FlowKey::new("share", share.to_string())
    }

    /// What a sealed profile is bound to.
    #[must_use]
    pub fn seal_context(share: RequestId) -> String {
        format!("shared-profile/{share}")
    }

    fn answer(&mut self, verdict: ShareVerdict, now: DateTime<Utc>) -> ShareStep {
        self.state = ShareState::Answering(verdict.clone());
        let answer = ShareEffect::Answer {
            share: self.share,
            counter: self.counter.clone(),
            verdict,
            received_at: self.received_at,
        };
        Step::nothing().effect(answer).wake_at(now + ANSWER_OVERDUE)
    }

    /// The time is over that was set for where it stands.
    fn wake(&mut self, now: DateTime<Utc>) -> ShareStep {
        match &self.state {
            ShareState::Registering if now > self.received_at + APP_WAITS => {
                self.state = ShareState::TooLate;
                Step::nothing().done()
            }
            ShareState::Registering => {
                self.answer(ShareVerdict::Refused(ShareRefusal::Failed), now)
            }
            ShareState::Answering(verdict) => {
                let (verdict, failure) = (verdict.clone(), Failure::unheard());
                let told = ShareEffect::TellUnheard { share: self.share, failure: failure.clone() };
                self.state = ShareState::NotHeard { verdict, failure };
                Step::nothing().effect_in(EVENTS_LANE, told).done()
            }
            _ => Step::nothing(),
        }
    }
}

impl Flow for ShareFlow {
    const KIND: &'static str = "hip.share";
    const VERSION: u32 = 1;
    type Event = ShareEvent;
    type Effect = ShareEffect;

    fn on(&mut self, event: ShareEvent, now: DateTime<Utc>) -> Result<ShareStep, FlowError> {
        Ok(match (&self.state, event) {
            (ShareState::New, ShareEvent::Shared { abha_address, profile }) => {
                if now > self.received_at + APP_WAITS {
                    self.state = ShareState::TooLate;
                    return Ok(Step::nothing().done());
                }
                self.state = ShareState::Registering;
                let register = ShareEffect::Register {
                    share: self.share,
                    hip_id: self.hip_id.clone(),
                    counter: self.counter.clone(),
                    abha_address,
                    profile,
                    received_at: self.received_at,
                };
                let ends = self.received_at + RECEPTION_MAY_TAKE;
                let ends = ends.max(now + LATE_SHARE_MAY_TAKE);
                Step::nothing().effect_in(RECEPTION_LANE, register).wake_at(ends)
            }
            (ShareState::New | ShareState::Registering, ShareEvent::Refused(refusal)) => {
                self.answer(ShareVerdict::Refused(refusal), now)
            }
            (ShareState::Registering, ShareEvent::Registered { abha_address, token }) => {
                self.answer(ShareVerdict::Registered { abha_address, token }, now)
            }
            (ShareState::Registering, ShareEvent::TooLate) => {
                self.state = ShareState::TooLate;
                Step::nothing().done()
            }
            (ShareState::Answering(verdict), ShareEvent::Answered) => {
                self.state = ShareState::Answered(verdict.clone());
                Step::nothing().done()
            }
            (ShareState::Answering(verdict), ShareEvent::NotHeard(failure)) => {
                self.state = ShareState::NotHeard { verdict: verdict.clone(), failure };
                Step::nothing().done()
            }
            (_, ShareEvent::Woken) => self.wake(now),
            // Duplicates change nothing.
            _ => Step::nothing(),
        })
    }

    fn woken() -> ShareEvent {
        ShareEvent::Woken
    }
}

#[cfg(test)]
mod tests;
