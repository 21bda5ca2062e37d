//! What an answer to a link request means for its batch.

use abdm_flow::{Flow as _, FlowError, Step};
use chrono::{DateTime, Utc};

use super::{
    AnswerTo, HipLinkAnswer, HipLinkFlow, HipLinkState, LAST_PATIENCE, LinkStep, PATIENCE, Sending,
    announcing,
};
use crate::flow::{Failure, HeldToken, LinkTokenFlow, WordForToken};
use crate::hooks::AbdmText;

impl HipLinkFlow {
    pub(super) fn link_accepted(&mut self, sending: &Sending, now: DateTime<Utc>) -> LinkStep {
        let HipLinkState::Linking { awaited, silent, .. } = &mut self.state else {
            return Step::nothing();
        };
        if !awaited.accepted(sending, &mut self.past) {
            return Step::nothing();
        }
        *silent = false;
        Step::nothing().wake_at(now + PATIENCE)
    }

    pub(super) fn link_answered(
        &mut self,
        to: AnswerTo,
        answer: HipLinkAnswer,
        now: DateTime<Utc>,
    ) -> Result<LinkStep, FlowError> {
        let name = self.name();
        let HipLinkState::Linking { awaited, already, silent, .. } = &mut self.state else {
            return if matches!(self.state, HipLinkState::New) {
                Err(FlowError::not_yet(name, "link answered"))
            } else {
                Ok(Step::nothing())
            };
        };
        // What left before and after the answered try, and has no answer so far.
        let (older, newer) = match &to {
            AnswerTo::Sending(sending) if !awaited.includes(sending.number) => {
                return Ok(Step::nothing());
            }
            AnswerTo::Sending(sending) => {
                awaited.ended(sending, &mut self.past);
                let mut untold = sending.unheard;
                if let Some(request) = sending.answered {
                    untold |= awaited.has_untold(request);
                    awaited.close(request, &mut self.past);
                }
                (untold || !awaited.is_over(), false)
            }
            AnswerTo::Request(request) if self.past.contains(request) => {
                return Ok(Step::nothing());
            }
            // It is made known before it leaves, so that word of it is on its way.
            AnswerTo::Request(request) if !awaited.contains(*request) => {
                return Err(FlowError::not_yet(name, "link answered"));
            }
            AnswerTo::Request(request) => {
                let around = (awaited.has_older(*request), awaited.has_newer(*request));
                awaited.close(*request, &mut self.past);
                around
            }
        };
        let waits = *already;
        Ok(match answer {
            HipLinkAnswer::Linked => self.batch_is_linked(None, now),
            HipLinkAnswer::LinkedAs(status) => self.batch_is_linked(Some(status), now),
            // Unless one of the earlier tries did it, it had been linked before; word of one may
            // still be on its way.
            _ if waits && awaited.is_over() && !older => self.batch_is_linked_already(now),
            _ if waits => Step::nothing(),
            HipLinkAnswer::Already if older => {
                (*already, *silent) = (true, false);
                Step::nothing().wake_at(now + PATIENCE)
            }
            HipLinkAnswer::Already => self.batch_is_linked_already(now),
            // It says nothing of what left after it.
            _ if newer => Step::nothing(),
            HipLinkAnswer::TokenRefused(_) if !self.renewed => self.renew_token(now),
            HipLinkAnswer::TokenRefused(failure) | HipLinkAnswer::TokenMisfit(failure) => {
                self.token_is_of_no_use(&failure, now)
            }
            HipLinkAnswer::Refused(failure) => self.batch_is_refused(&failure, now),
        })
    }

    /// No try of a sending was answered. If none can have arrived, that is a failure; else nobody
    /// knows.
    pub(super) fn link_unanswered(
        &mut self,
        sending: &Sending,
        failure: &Failure,
        now: DateTime<Utc>,
    ) -> LinkStep {
        let HipLinkState::Linking { awaited, already, silent, .. } = &mut self.state else {
            return Step::nothing();
        };
        if !awaited.includes(sending.number) {
            return Step::nothing();
        }
        awaited.ended(sending, &mut self.past);
        if sending.unheard || !awaited.is_over() {
            if *already || *silent {
                return Step::nothing();
            }
            *silent = true;
            return announcing(Step::nothing(), self.unknown()).wake_at(now + LAST_PATIENCE);
        }
        self.batch_is_refused(failure, now)
    }

    fn batch_is_linked(&mut self, status: Option<AbdmText>, now: DateTime<Utc>) -> LinkStep {
        let Some((token, batch)) = self.end_batch() else {
            return Step::nothing();
        };
        let linked = self.batch_linked(&batch, status);
        let step = announcing(self.next_batch(token, now), linked);
        self.record(&batch, now, step)
    }

    /// Something in the batch is linked already, and nothing says that this link did it.
    pub(super) fn batch_is_linked_already(&mut self, now: DateTime<Utc>) -> LinkStep {
        let Some((token, batch)) = self.end_batch() else {
            return Step::nothing();
        };
        if self.halve(&batch) {
            return self.next_batch(token, now);
        }
        let linked = self.batch_was_linked(&batch);
        let step = announcing(self.next_batch(token, now), linked);
        self.record(&batch, now, step)
    }

    fn batch_is_refused(&mut self, failure: &Failure, now: DateTime<Utc>) -> LinkStep {
        let Some((token, batch)) = self.end_batch() else {
            return Step::nothing();
        };
        let failed = self.batch_failed(&batch, failure);
        announcing(self.next_batch(token, now), failed)
    }

    fn renew_token(&mut self, now: DateTime<Utc>) -> LinkStep {
        let Some((token, batch)) = self.end_batch() else {
            return Step::nothing();
        };
        self.renewed = true;
        self.batches.push_front(batch);
        self.want_token(Some(token.token), now)
    }

    fn token_is_of_no_use(&mut self, failure: &Failure, now: DateTime<Utc>) -> LinkStep {
        let Some((token, batch)) = self.end_batch() else {
            return Step::nothing();
        };
        let abha_address = self.patient.abha_address.clone();
        let dropped = WordForToken::Dropped { abha_address, token: token.token };
        let step = self.fail_the_rest(batch, failure, now);
        step.note(LinkTokenFlow::KIND, WordForToken::SUBJECT, &dropped)
    }

    /// The batch has its answer: what still comes of it is no news.
    fn end_batch(&mut self) -> Option<(HeldToken, Vec<usize>)> {
        let HipLinkState::Linking { token, batch, awaited, .. } = &self.state else {
            return None;
        };
        awaited.give_up(&mut self.past);
        Some((token.clone(), batch.clone()))
    }
}
