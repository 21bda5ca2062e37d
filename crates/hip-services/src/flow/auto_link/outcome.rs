//! What the word of a link means: done, to be tried again, or for the desk.

use abdm_core::error::ErrorClass;
use abdm_flow::Step;
use chrono::{DateTime, Utc};

use super::state::Trouble;
use super::{
    AutoLinkFlow, AutoLinkState, AutoLinkStep, BLOCKED_FOR, LINK_LOST, PAUSES, TOKEN_PAUSE,
};
use crate::flow::{ContextOutcome, Failure, LinkReport, LinkWord};

impl AutoLinkFlow {
    pub(super) fn word(&mut self, report: LinkReport, now: DateTime<Utc>) -> AutoLinkStep {
        let (AutoLinkState::Linking { waits, .. } | AutoLinkState::Waiting { waits, .. }) =
            &mut self.state
        else {
            return Step::nothing();
        };
        let (outcome, problem, no_token) = match report.word {
            LinkWord::Unknown { of_token } => return self.unknown(report.wish, of_token, now),
            LinkWord::Over { mut outcomes, mut problems, no_token } => {
                (outcomes.pop(), problems.pop(), no_token)
            }
        };
        let Some(wish) = waits.remove(&report.wish) else { return Step::nothing() };
        let rest = std::mem::take(waits);
        let failure = match outcome {
            Some(ContextOutcome::NotLinked(failure)) => {
                Some(Trouble { failure, linked: wish.notice_only, no_token })
            }
            None => {
                let failure = Failure::new("the link told nothing of its visit");
                Some(Trouble { failure, linked: wish.notice_only, no_token })
            }
            Some(ContextOutcome::Linked | ContextOutcome::Already) => {
                problem.map(|failure| Trouble { failure, linked: true, no_token: false })
            }
        };
        if failure.is_none() {
            self.settled(&wish.types);
        }
        let known = match &mut self.state {
            AutoLinkState::Linking { trouble, .. } | AutoLinkState::Waiting { trouble, .. } => {
                trouble.take()
            }
            _ => None,
        };
        let trouble = worse(known, failure);
        if !rest.is_empty() {
            // A wait for the other goes on as it was.
            match &mut self.state {
                AutoLinkState::Linking { waits, trouble: known }
                | AutoLinkState::Waiting { waits, trouble: known, .. } => {
                    (*waits, *known) = (rest, trouble);
                }
                _ => {}
            }
            return Step::nothing();
        }
        match trouble {
            None => {
                self.tries = 0;
                self.prepare(0, now)
            }
            Some(trouble) => {
                // What the desk has corrected meanwhile was not tried yet. It counts as a try.
                let corrected = !report.patient.is_the_same_as(&self.record.patient);
                let for_the_desk = trouble.failure.class == ErrorClass::UserInput;
                if corrected && for_the_desk && self.tries < PAUSES.len() {
                    self.tries += 1;
                    return self.prepare(0, now);
                }
                self.troubled(trouble, now)
            }
        }
    }

    /// Nobody knows whether it is linked. For a link token nothing is done: its own flow waits, and
    /// comes to an end.
    fn unknown(&mut self, wish: u64, of_token: bool, now: DateTime<Utc>) -> AutoLinkStep {
        let AutoLinkState::Linking { waits, trouble } = &self.state else {
            return Step::nothing();
        };
        if of_token || !waits.contains_key(&wish) {
            return Step::nothing();
        }
        // When it was tried often enough, the link itself ends within a day or two.
        let Some(pause) = PAUSES.get(self.tries) else {
            return Step::nothing().wake_at(now + LINK_LOST);
        };
        let until = now + *pause;
        let (waits, trouble) = (waits.clone(), trouble.clone());
        self.tries += 1;
        self.state = AutoLinkState::Waiting { until, trouble, waits };
        Step::nothing().wake_at(until)
    }

    fn troubled(&mut self, trouble: Trouble, now: DateTime<Utc>) -> AutoLinkStep {
        let blocked = trouble.failure.has_code("ABDM-1027");
        if !trouble.failure.is_retryable() && !blocked {
            let waits = trouble.failure.is_of_deactivated();
            let step = self.stop(trouble.failure, trouble.linked);
            return if waits { self.waits_for_account(step, now) } else { step };
        }
        let Some(pause) = PAUSES.get(self.tries) else {
            let mut failure = Failure::new(format!(
                "given up after {} tries; say again that the record is final to go on. Last: {}",
                self.tries + 1,
                trouble.failure,
            ))
            .of_class(trouble.failure.class);
            failure.code = trouble.failure.code;
            return self.stop(failure, trouble.linked);
        };
        let least = if blocked {
            BLOCKED_FOR
        } else if trouble.no_token {
            TOKEN_PAUSE
        } else {
            *pause
        };
        let until = now + least.max(*pause);
        self.tries += 1;
        self.state =
            AutoLinkState::Waiting { until, trouble: Some(trouble), waits: Default::default() };
        Step::nothing().wake_at(until)
    }
}

/// Of two troubles, that which somebody must act upon.
fn worse(one: Option<Trouble>, other: Option<Trouble>) -> Option<Trouble> {
    match (one, other) {
        (Some(one), Some(other)) if one.failure.is_retryable() => Some(other),
        (one, other) => one.or(other),
    }
}
