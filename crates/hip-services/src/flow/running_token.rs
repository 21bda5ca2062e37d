//! One question for the number that is being served at a counter.

use abdm_core::id::{HipId, RequestId};
use abdm_flow::store::FlowKey;
use abdm_flow::{Flow, FlowError, Step};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::flow::Failure;

/// One question for the running token: `ASKED → ANSWERED` (m2-hip.md 6.1, rulings.md 34).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RunningTokenFlow {
    /// The question, which the answer names.
    pub question: RequestId,
    /// The facility.
    pub hip_id: HipId,
    /// The counter, as its code names it.
    pub counter: String,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// Where it stands.
    pub state: RunningTokenState,
}

/// Where a question for the running token stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum RunningTokenState {
    /// Nothing has come yet.
    New,
    /// The reception is asked, and ABDM told.
    Answering,
    /// ABDM has taken the answer.
    Answered,
    /// ABDM has not taken the answer.
    NotHeard(Failure),
}

/// What can happen to it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum RunningTokenEvent {
    /// A patient asks.
    Asked,
    /// ABDM has taken the answer.
    Answered,
    /// ABDM has not taken the answer.
    NotHeard(Failure),
    /// Time has passed.
    Woken,
}

/// What it wants done.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[non_exhaustive]
pub enum RunningTokenEffect {
    /// Ask the reception, and send
    /// [`AnswerRunningToken`](crate::api::sharing::AnswerRunningToken). In one: the number of a
    /// moment ago is of no use to anybody.
    Answer {
        /// The question.
        question: RequestId,
        /// The facility.
        hip_id: HipId,
        /// The counter.
        counter: String,
        /// When it came.
        received_at: DateTime<Utc>,
    },
}

impl RunningTokenFlow {
    /// A question that has just come.
    #[must_use]
    pub fn new(
        question: RequestId,
        hip_id: HipId,
        counter: impl Into<String>,
        received_at: DateTime<Utc>,
    ) -> Self {
        let state = RunningTokenState::New;
        Self { question, hip_id, counter: counter.into(), received_at, state }
    }

    /// The name under which a question is found.
    #[must_use]
    pub fn key(question: RequestId) -> FlowKey {
        FlowKey::new("running-token", question.to_string())
    }
}

impl Flow for RunningTokenFlow {
    const KIND: &'static str = "hip.running-token";
    const VERSION: u32 = 1;
    type Event = RunningTokenEvent;
    type Effect = RunningTokenEffect;

    fn on(
        &mut self,
        event: RunningTokenEvent,
        _: DateTime<Utc>,
    ) -> Result<Step<RunningTokenEffect>, FlowError> {
        Ok(match (&self.state, event) {
            (RunningTokenState::New, RunningTokenEvent::Asked) => {
                self.state = RunningTokenState::Answering;
                Step::nothing().effect(RunningTokenEffect::Answer {
                    question: self.question,
                    hip_id: self.hip_id.clone(),
                    counter: self.counter.clone(),
                    received_at: self.received_at,
                })
            }
            (RunningTokenState::Answering, RunningTokenEvent::Answered) => {
                self.state = RunningTokenState::Answered;
                Step::nothing().done()
            }
            (RunningTokenState::Answering, RunningTokenEvent::NotHeard(failure)) => {
                self.state = RunningTokenState::NotHeard(failure);
                Step::nothing().done()
            }
            // Duplicates change nothing.
            _ => Step::nothing(),
        })
    }

    fn woken() -> RunningTokenEvent {
        RunningTokenEvent::Woken
    }
}
