//! A confirmation: the OTP that the patient has typed, and the link that comes of it.

use abdm_core::id::RequestId;
use abdm_core::person::AbhaAddress;
use abdm_flow::{FlowError, Step};
use chrono::{DateTime, Utc};

use super::watch::answer_overdue;
use super::{
    ConfirmRefusal, MOST_OTPS, MOST_WRONG, OFFER_STANDS, UserLinkEffect, UserLinkEnd, UserLinkFlow,
    UserLinkState, UserLinkStep, references, tell,
};
use crate::api::hip_linking::PatientCareContexts;
use crate::api::user_linking::{LinkOtp, LinkReference};
use crate::flow::Failure;
use crate::hooks::HipEvent;
use crate::linked_context::{LinkedBy, LinkedContext};

impl UserLinkFlow {
    pub(super) fn confirm(
        &mut self,
        confirm: RequestId,
        link_reference: &LinkReference,
        typed: &LinkOtp,
        now: DateTime<Utc>,
    ) -> Result<UserLinkStep, FlowError> {
        let otp = match &mut self.state {
            UserLinkState::AwaitingOtp(otp) => otp,
            // The app was faster than the word that ABDM has our answer.
            UserLinkState::AnsweringInit { awaited: Some(otp) } => otp,
            UserLinkState::SendingOtp { .. } | UserLinkState::Confirming { .. } => {
                return Err(FlowError::not_yet(self.name(), "confirm"));
            }
            UserLinkState::Ended(UserLinkEnd::Linked) => {
                return Ok(self.confirm_again(confirm, link_reference, typed, now));
            }
            _ => return Ok(self.stray_confirm(confirm, now)),
        };
        if otp.link_reference != *link_reference {
            return Ok(self.refuse_confirm(confirm, ConfirmRefusal::UnknownReference));
        }
        if now >= otp.expires_at {
            return Ok(self.refuse_confirm(confirm, ConfirmRefusal::Expired));
        }
        if otp.digest.is_of(typed, link_reference) {
            let mut otp = otp.clone();
            let contexts = std::mem::take(&mut otp.chosen);
            self.state = UserLinkState::Confirming {
                confirm,
                contexts: contexts.clone(),
                otp: Some(otp),
                overdue: false,
            };
            return Ok(self.answer_confirm(confirm, Ok(contexts)).wake_at(answer_overdue(now)));
        }
        otp.wrong = otp.wrong.saturating_add(1);
        if otp.wrong < MOST_WRONG {
            return Ok(self.refuse_confirm(confirm, ConfirmRefusal::Wrong));
        }
        let refusal = self.refuse_confirm(confirm, ConfirmRefusal::TooManyWrong);
        if self.otps >= MOST_OTPS {
            return Ok(refusal.and(self.end(UserLinkEnd::TooManyOtps)));
        }
        // The OTP is dead; the app may ask for another.
        self.state = UserLinkState::Offered;
        Ok(refusal.wake_at(now + OFFER_STANDS))
    }

    /// The link is made, and a confirmation of it comes once more: the right OTP gets the same
    /// answer again, as long as the OTP stands. A wrong one counts as it did before.
    fn confirm_again(
        &mut self,
        confirm: RequestId,
        link_reference: &LinkReference,
        typed: &LinkOtp,
        now: DateTime<Utc>,
    ) -> UserLinkStep {
        let own = self.linked.as_mut().filter(|otp| otp.link_reference == *link_reference);
        match own {
            Some(otp) if now >= otp.expires_at => {
                return self.refuse_confirm(confirm, ConfirmRefusal::Expired);
            }
            Some(otp) if otp.wrong < MOST_WRONG => {
                if otp.digest.is_of(typed, link_reference) {
                    let contexts = otp.chosen.clone();
                    return self.answer_confirm(confirm, Ok(contexts));
                }
                otp.wrong = otp.wrong.saturating_add(1);
            }
            _ => {}
        }
        self.refuse_confirm(confirm, ConfirmRefusal::UnknownReference)
    }

    /// A confirmation of no link that is under way.
    pub(super) fn stray_confirm(&mut self, confirm: RequestId, now: DateTime<Utc>) -> UserLinkStep {
        let refused = self.refuse_confirm(confirm, ConfirmRefusal::UnknownReference);
        if matches!(self.state, UserLinkState::New) {
            self.state = UserLinkState::Stray;
            return refused.wake_at(answer_overdue(now));
        }
        refused
    }

    fn refuse_confirm(&self, confirm: RequestId, refusal: ConfirmRefusal) -> UserLinkStep {
        self.answer_confirm(confirm, Err(refusal))
    }

    fn answer_confirm(
        &self,
        confirm: RequestId,
        answer: Result<Vec<PatientCareContexts>, ConfirmRefusal>,
    ) -> UserLinkStep {
        let hip_id = self.hip_id.clone();
        Step::nothing().effect(UserLinkEffect::AnswerConfirm { confirm, hip_id, answer })
    }

    /// ABDM has taken the answer to the right OTP: the contexts are linked.
    pub(super) fn linked(&mut self, confirm: RequestId, now: DateTime<Utc>) -> UserLinkStep {
        let UserLinkState::Confirming { confirm: own, contexts, otp, .. } = &self.state else {
            return Step::nothing();
        };
        if *own != confirm {
            return Step::nothing();
        }
        let Some(abha_address) = self.offer.as_ref().map(|offer| offer.abha_address.clone()) else {
            return Step::nothing();
        };
        let event = HipEvent::Linked {
            hip_id: self.hip_id.clone(),
            abha_address: abha_address.clone(),
            care_contexts: references(contexts),
            already: false,
            linked_by: LinkedBy::Patient,
            unknown_status: None,
        };
        let step = contexts
            .iter()
            .fold(Step::nothing(), |step, element| record(&abha_address, element, now, step));
        let linked = otp.clone().map(|mut otp| {
            otp.chosen.clone_from(contexts);
            otp
        });
        self.linked = linked;
        step.and(tell(event)).and(self.end(UserLinkEnd::Linked))
    }

    /// ABDM has not taken the answer to the right OTP.
    pub(super) fn not_linked(&mut self, confirm: RequestId, failure: Failure) -> UserLinkStep {
        let UserLinkState::Confirming { confirm: own, contexts, .. } = &self.state else {
            return Step::nothing();
        };
        if *own != confirm {
            return Step::nothing();
        }
        let Some(abha_address) = self.offer.as_ref().map(|offer| offer.abha_address.clone()) else {
            return Step::nothing();
        };
        let care_contexts = references(contexts);
        let event = HipEvent::LinkFailed {
            hip_id: self.hip_id.clone(),
            abha_address,
            care_contexts,
            failure: failure.clone(),
        };
        tell(event).and(self.end(UserLinkEnd::NotTaken(failure)))
    }
}

/// Writes down that the contexts of an element are linked.
fn record(
    abha_address: &AbhaAddress,
    element: &PatientCareContexts,
    known_since: DateTime<Utc>,
    step: UserLinkStep,
) -> UserLinkStep {
    element.care_contexts.iter().fold(step, |step, context| {
        let linked = LinkedContext {
            abha_address: abha_address.clone(),
            patient: element.reference_number.clone(),
            care_context: context.reference_number.clone(),
            hi_type: element.hi_type.clone(),
            known_since,
            linked_by: LinkedBy::Patient,
        };
        linked.put(step)
    })
}
