//! An init: what the patient has chosen, and the OTP for it.

use abdm_core::id::{PatientReference, RequestId};
use abdm_core::person::AbhaAddress;
use abdm_flow::{FlowError, Step};
use chrono::{DateTime, Utc};

use super::watch::{OTP_MAY_TAKE, answer_overdue};
use super::{
    AwaitedOtp, Choice, HOSPITAL_LANE, InitAnswer, InitRefusal, LATE_WORD, MOST_FAILED, MOST_OTPS,
    OFFER_STANDS, Offer, UserLinkEffect, UserLinkEnd, UserLinkFlow, UserLinkState, UserLinkStep,
};
use crate::api::hip_linking::PatientCareContexts;

/// To which address what is to be linked, or why that cannot be.
type Wanted<'a> = Result<(Option<&'a AbhaAddress>, &'a [Choice]), InitRefusal>;

impl UserLinkFlow {
    pub(super) fn init(
        &mut self,
        init: RequestId,
        wanted: Wanted<'_>,
        now: DateTime<Utc>,
    ) -> Result<UserLinkStep, FlowError> {
        Ok(match &self.state {
            UserLinkState::New => {
                self.state = UserLinkState::Stray;
                let refusal = InitAnswer::Refused(InitRefusal::NotOffered);
                self.answer_init(init, refusal).wake_at(answer_overdue(now))
            }
            UserLinkState::Stray | UserLinkState::Ended(_) => Step::nothing(),
            // The app has what was offered, whether or not we have heard that ABDM has.
            UserLinkState::AnsweringDiscovery { offered: true, .. }
            | UserLinkState::Offered
            | UserLinkState::AwaitingOtp(_) => {
                let told = self.discovery_taken();
                told.and(match self.choose(wanted) {
                    Ok((chosen, to)) => self.send_otp(init, chosen, to, now),
                    Err(refusal) => self.refuse_init(init, refusal, now),
                })
            }
            UserLinkState::SendingOtp { init: own, .. } if *own == init => Step::nothing(),
            _ => return Err(FlowError::not_yet(self.name(), "init")),
        })
    }

    /// What was chosen of the offer, and where the OTP for it goes.
    fn choose(
        &self,
        wanted: Wanted<'_>,
    ) -> Result<(Vec<PatientCareContexts>, (PatientReference, String)), InitRefusal> {
        if self.otps >= MOST_OTPS {
            return Err(InitRefusal::TooManyOtps);
        }
        if self.failed >= MOST_FAILED {
            return Err(InitRefusal::Failed);
        }
        let (abha_address, choices) = wanted?;
        let own = |offer: &&Offer| abha_address.is_none_or(|named| *named == offer.abha_address);
        let offer = self.offer.as_ref().filter(own).ok_or(InitRefusal::NotOffered)?;
        let chosen = offer.choose(choices)?;
        let to = offer.mobile(&chosen)?;
        Ok((chosen, to))
    }

    fn send_otp(
        &mut self,
        init: RequestId,
        chosen: Vec<PatientCareContexts>,
        (patient, mobile): (PatientReference, String),
        now: DateTime<Utc>,
    ) -> UserLinkStep {
        let before = self.good_otp(now);
        self.state = UserLinkState::SendingOtp { init, chosen, made: None, before };
        let hip_id = self.hip_id.clone();
        Step::nothing()
            .effect_in(HOSPITAL_LANE, UserLinkEffect::SendOtp { init, hip_id, patient, mobile })
            .wake_at(now + OTP_MAY_TAKE)
    }

    /// The OTP that the patient has, while it is good.
    fn good_otp(&self, now: DateTime<Utc>) -> Option<Box<AwaitedOtp>> {
        let otp = match &self.state {
            UserLinkState::AwaitingOtp(otp) => Some(otp),
            UserLinkState::SendingOtp { before, .. } => before.as_ref(),
            _ => None,
        };
        otp.filter(|otp| now < otp.expires_at).cloned()
    }

    /// Says why no OTP was sent. What was offered may still be chosen from, unless it may not; and an
    /// OTP that the patient has already may still be typed.
    fn refuse_init(
        &mut self,
        init: RequestId,
        refusal: InitRefusal,
        now: DateTime<Utc>,
    ) -> UserLinkStep {
        let awaited = self.good_otp(now);
        let wake = awaited.as_ref().map_or(now + OFFER_STANDS, |otp| otp.expires_at + LATE_WORD);
        self.state = UserLinkState::AnsweringInit { awaited };
        self.answer_init(init, InitAnswer::Refused(refusal)).wake_at(wake)
    }

    fn answer_init(&self, init: RequestId, answer: InitAnswer) -> UserLinkStep {
        let transaction_id = self.transaction_id.clone();
        Step::nothing().effect(UserLinkEffect::AnswerInit { init, transaction_id, answer })
    }

    /// An OTP may be sent only if it opens the link: one of an init that is over is refused.
    pub(super) fn otp_made(
        &mut self,
        init: RequestId,
        otp: AwaitedOtp,
    ) -> Result<UserLinkStep, FlowError> {
        let name = self.name();
        match &mut self.state {
            UserLinkState::SendingOtp { init: own, made, .. } if *own == init => {
                let key = Self::reference_key(&otp.link_reference);
                *made = Some(Box::new(otp));
                Ok(Step::nothing().key(key))
            }
            _ => Err(FlowError::not_valid(name, "an OTP was made for an init that is over")),
        }
    }

    /// The hospital has sent the OTP: the app may ask the patient for it.
    pub(super) fn otp_sent(&mut self, of: RequestId) -> Result<UserLinkStep, FlowError> {
        let UserLinkState::SendingOtp { init, made, .. } = &self.state else {
            return Ok(Step::nothing());
        };
        if *init != of {
            return Ok(Step::nothing());
        }
        let Some(otp) = made.as_deref() else {
            return Err(FlowError::not_valid(self.name(), "an OTP was sent that was not made"));
        };
        let (init, otp) = (*init, otp.clone());
        let answer = InitAnswer::OtpSent {
            link_reference: otp.link_reference.clone(),
            expires_at: otp.expires_at,
        };
        let wake = otp.expires_at + LATE_WORD;
        self.otps = self.otps.saturating_add(1);
        self.state = UserLinkState::AnsweringInit { awaited: Some(Box::new(otp)) };
        Ok(self.answer_init(init, answer).wake_at(wake))
    }

    /// No OTP was sent. Each time that the hospital's own system failed counts: there is an end to
    /// trying.
    pub(super) fn otp_not_sent(
        &mut self,
        of: RequestId,
        refusal: InitRefusal,
        now: DateTime<Utc>,
    ) -> UserLinkStep {
        let UserLinkState::SendingOtp { init, .. } = self.state else {
            return Step::nothing();
        };
        if init != of {
            return Step::nothing();
        }
        if refusal == InitRefusal::Failed {
            self.failed = self.failed.saturating_add(1);
        }
        self.refuse_init(init, refusal, now)
    }

    /// ABDM has the answer to an init, or will not have it.
    pub(super) fn init_answered(&mut self) -> UserLinkStep {
        if self.is_stray() {
            return self.end(UserLinkEnd::NothingOffered);
        }
        let UserLinkState::AnsweringInit { awaited } = &mut self.state else {
            return Step::nothing();
        };
        self.state = match awaited.take() {
            Some(otp) => UserLinkState::AwaitingOtp(otp),
            None if self.otps >= MOST_OTPS => return self.end(UserLinkEnd::TooManyOtps),
            None if self.failed >= MOST_FAILED => return self.end(UserLinkEnd::OtpsNotSent),
            None => UserLinkState::Offered,
        };
        Step::nothing()
    }
}
