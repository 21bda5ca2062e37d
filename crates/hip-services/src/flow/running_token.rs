//! One question for the number that is being served at a counter.

use abdm_core::id::{HipId, RequestId};
use abdm_flow::store::FlowKey;
use abdm_flow::{Flow, FlowError, Step};
use abdm_role::EVENTS_LANE;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::flow::{ANSWER_OVERDUE, Failure};

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
    /// ABDM has not taken the answer, or nobody knows whether it has.
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
    /// Tell the operator that nobody knows whether ABDM has the answer.
    TellUnheard {
        /// What is known.
        failure: Failure,
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
        now: DateTime<Utc>,
    ) -> Result<Step<RunningTokenEffect>, FlowError> {
        Ok(match (&self.state, event) {
            (RunningTokenState::New, RunningTokenEvent::Asked) => {
                self.state = RunningTokenState::Answering;
                let answer = RunningTokenEffect::Answer {
                    question: self.question,
                    hip_id: self.hip_id.clone(),
                    counter: self.counter.clone(),
                    received_at: self.received_at,
                };
                Step::nothing().effect(answer).wake_at(now + ANSWER_OVERDUE)
            }
            (RunningTokenState::Answering, RunningTokenEvent::Answered) => {
                self.state = RunningTokenState::Answered;
                Step::nothing().done()
            }
            (RunningTokenState::Answering, RunningTokenEvent::NotHeard(failure)) => {
                self.state = RunningTokenState::NotHeard(failure);
                Step::nothing().done()
            }
            (RunningTokenState::Answering, RunningTokenEvent::Woken) => {
                let failure = Failure::unheard();
                self.state = RunningTokenState::NotHeard(failure.clone());
                let told = RunningTokenEffect::TellUnheard { failure };
                Step::nothing().effect_in(EVENTS_LANE, told).done()
            }
            // Duplicates change nothing.
            _ => Step::nothing(),
        })
    }

    fn woken() -> RunningTokenEvent {
        RunningTokenEvent::Woken
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::driver::{Driver, Watched};

    impl Watched for RunningTokenFlow {
        type Seen = RunningTokenEffect;
    }

    #[test]
    fn a_question_of_whose_answer_no_word_comes_ends_and_is_told() {
        let received_at = "2026-09-14T09:00:00Z".parse().unwrap();
        let (question, hip_id) = ("3f2a1c80-0000-4000-8000-000000000001", "IN0000000001");
        let flow = RunningTokenFlow::new(
            question.parse().unwrap(),
            hip_id.parse().unwrap(),
            "OPD1",
            received_at,
        );
        let mut driver = Driver::new(flow);
        driver.on(RunningTokenEvent::Asked).unwrap();
        let effects = driver.until_woken();
        assert!(matches!(effects[..], [RunningTokenEffect::TellUnheard { .. }]), "{effects:?}");
        assert!(driver.done && matches!(driver.flow.state, RunningTokenState::NotHeard(_)));
        // A late word changes nothing.
        assert!(driver.on(RunningTokenEvent::Answered).unwrap().is_empty());
    }
}
