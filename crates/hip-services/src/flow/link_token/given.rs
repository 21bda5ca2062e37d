//! Tokens of V0.5: not to be asked for, given by a patient who proves themselves.

use abdm_core::error::ErrorClass;
use abdm_flow::Step;
use chrono::{DateTime, Utc};

use super::{
    A_DAY, Failure, HeldToken, LinkTokenFlow, LinkTokenState, LinkTokenStep, TokenWord, mismatch,
    tell,
};

/// What stands in the way of a link in V0.5.
pub(crate) fn unproved() -> Failure {
    let failure = Failure::new(
        "V0.5 gives an access token to a patient who proves themselves, and to nobody else: call \
         `Hip::v0_5().authenticate` for the purpose LINK or KYC_AND_LINK, then link again",
    );
    failure.of_class(ErrorClass::UserInput)
}

impl LinkTokenFlow {
    /// The request is not made, and counts for nothing.
    pub(super) fn needs_patient(
        &mut self,
        sending: u32,
        failure: Failure,
        now: DateTime<Utc>,
    ) -> LinkTokenStep {
        if !self.awaits(sending) {
            return Step::nothing();
        }
        self.asked.pop();
        self.refuse_all(&failure, now)
    }

    /// A token in place of whichever there was.
    pub(super) fn given(&mut self, held: HeldToken, now: DateTime<Utc>) -> LinkTokenStep {
        if matches!(&self.state, LinkTokenState::Held(own) if own.token == held.token) {
            return Step::nothing();
        }
        if held.abha_number.is_some() {
            self.abha_number.clone_from(&held.abha_number);
        }
        // Who proves themselves is not compared with a record.
        (self.cause, self.confirmed) = (None, None);
        let waiting = std::mem::take(&mut self.waiting);
        self.state = LinkTokenState::Held(held);
        let step = waiting.iter().fold(Step::nothing(), |step, (link, waiting)| {
            if self.is_of_another(waiting.details.abha_number.as_ref()) {
                return tell(step, *link, mismatch());
            }
            match self.used() {
                Some(held) => tell(step, *link, TokenWord::Ready(held)),
                None => tell(step, *link, TokenWord::Refused(unproved())),
            }
        });
        match &self.state {
            LinkTokenState::Held(held) => step.wake_at(held.expires_at),
            _ => step.wake_at(now + A_DAY),
        }
    }

    /// The token in hand, once more: the last use leaves none.
    fn used(&mut self) -> Option<HeldToken> {
        let LinkTokenState::Held(held) = &mut self.state else {
            return None;
        };
        let word = held.clone();
        if held.is_last_use() {
            self.state = LinkTokenState::Missing;
        }
        Some(word)
    }
}
