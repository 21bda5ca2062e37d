//! One shared profile: registered at the reception, answered with a token number.

mod state;

use abdm_core::id::{HipId, RequestId};
use abdm_flow::store::FlowKey;
use abdm_flow::{Flow, FlowError, Step};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

pub use self::state::{
    CounterToken, ShareEffect, ShareEvent, ShareRefusal, ShareState, ShareVerdict,
};

/// The patient's app waits so long (gateway.md 8). Whom it has told that it failed is not
/// registered any more; they scan again.
pub(crate) const APP_WAITS: TimeDelta = TimeDelta::seconds(30);

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

    fn answer(&mut self, verdict: ShareVerdict) -> ShareStep {
        self.state = ShareState::Answering(verdict.clone());
        Step::nothing().effect(ShareEffect::Answer {
            share: self.share,
            counter: self.counter.clone(),
            verdict,
            received_at: self.received_at,
        })
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
                Step::nothing().effect(ShareEffect::Register {
                    share: self.share,
                    hip_id: self.hip_id.clone(),
                    counter: self.counter.clone(),
                    abha_address,
                    profile,
                    received_at: self.received_at,
                })
            }
            (ShareState::New | ShareState::Registering, ShareEvent::Refused(refusal)) => {
                self.answer(ShareVerdict::Refused(refusal))
            }
            (ShareState::Registering, ShareEvent::Registered { abha_address, token }) => {
                self.answer(ShareVerdict::Registered { abha_address, token })
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
