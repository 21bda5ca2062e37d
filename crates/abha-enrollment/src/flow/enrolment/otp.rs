//! The first step: the OTP that UIDAI sends.

use abdm_core::call::Call;
use abdm_core::seal::{Sealed, SealingKeyRing};
use abdm_core::secret::{MobileNumber, Otp};
use serde::{Deserialize, Serialize};

use super::enrolled::{self, Enrolled};
use crate::api::enrollment::{
    AadhaarEnrolment, AadhaarProof, AgreedConsent, EnrolByAadhaar, OtpBlock, RequestEnrolmentOtp,
};
use crate::api::headers::{Benefit, BenefitSpelling, EnrolmentHeaders};
use crate::api::vocabulary::{LoginHint, OtpSystem, Scope};
use crate::desk::Desk;
use crate::encryption::AbhaKey;
use crate::error::{Asked, Error};
use crate::flow::beside_refusal::made_beside;
use crate::flow::otp_exchange::{OtpExchange, OtpPurpose, Slot, otp_step};
use crate::hooks::{ConsentPurpose, GivenConsent};
use crate::input::AadhaarIdentity;

impl Desk {
    /// Begins an enrolment: records the consent, then has UIDAI send an OTP to the mobile number
    /// that Aadhaar knows. A VID may stand for the number ([`AadhaarIdentity`]).
    ///
    /// # Errors
    /// [`Problem::ConsentNotRecorded`](crate::Problem::ConsentNotRecorded), and nothing was sent;
    /// [`Problem::AadhaarInvalid`](crate::Problem::AadhaarInvalid) when ABDM does not take the
    /// number (`Invalid LoginId`, its answer to every Aadhaar number that it cannot use); and
    /// whatever any call can meet.
    pub async fn enrol(
        &self,
        aadhaar: &impl AadhaarIdentity,
        consent: GivenConsent,
    ) -> Result<EnrolmentOtp, Error> {
        self.record(&consent, ConsentPurpose::Enrolment).await?;
        let purpose = OtpPurpose {
            scope: vec![Scope::AbhaEnrol],
            login_hint: LoginHint::Aadhaar,
            otp_system: OtpSystem::Aadhaar,
            slot: Slot::Fresh,
        };
        let exchange =
            OtpExchange::begin::<RequestEnrolmentOtp>(self, (), purpose, aadhaar).await?;
        let state = State { exchange, consent: consent.text().clone() };
        Ok(EnrolmentOtp::of(self.clone(), state))
    }
}

/// An OTP is on its way to the mobile number that Aadhaar knows.
#[derive(Debug)]
pub struct EnrolmentOtp {
    desk: Desk,
    state: State,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct State {
    exchange: OtpExchange<AbhaKey>,
    consent: AgreedConsent,
}

otp_step!(EnrolmentOtp);

impl EnrolmentOtp {
    pub(super) const fn of(desk: Desk, state: State) -> Self {
        Self { desk, state }
    }

    /// Has the OTP sent again. The one before is void.
    ///
    /// # Errors
    /// [`Problem::ResendTooEarly`](crate::Problem::ResendTooEarly),
    /// [`Problem::NoResendsLeft`](crate::Problem::NoResendsLeft), both without a call; and whatever
    /// a call can meet.
    pub async fn resend(&mut self) -> Result<(), Error> {
        self.state.exchange.resend::<RequestEnrolmentOtp>(&self.desk, ()).await
    }

    /// Proves the OTP, and with it creates the ABHA number, or finds the one that exists.
    ///
    /// `mobile` is the number to reach the person at from now on. When Aadhaar knows the same one
    /// it is linked at once; see [`Enrolled::mobile_link`].
    ///
    /// Sent once, never repeated: an account might be made twice.
    ///
    /// # Errors
    /// [`Problem::WrongOtp`](crate::Problem::WrongOtp): ask again, this value stays good.
    /// [`Problem::OutcomeUnknown`](crate::Problem::OutcomeUnknown): no usable answer came, or one
    /// without a whole ABHA number and without a session to ask for it (rulings.md 42). The account
    /// may exist; log in by Aadhaar to see, this value refuses further attempts.
    /// [`Problem::TooManyAttempts`](crate::Problem::TooManyAttempts), and whatever a call can meet.
    pub async fn verify(&mut self, otp: &Otp, mobile: &MobileNumber) -> Result<Enrolled, Error> {
        let (headers, consent) = (enrolment_headers(&self.desk), &self.state.consent);
        let asked_under = self.state.exchange.txn_id().clone();
        let answered = self.state.exchange.verify_once(&self.desk, Asked::Otp, |key, txn_id| {
            let block = OtpBlock::new(txn_id.clone(), key.encrypt(otp)?, mobile);
            let body = AadhaarEnrolment::new(AadhaarProof::Otp(block), consent.clone());
            Ok(Call::<EnrolByAadhaar>::new(body).headers(headers.clone()))
        });
        // The outcome stays unknown until the number is there: also when this future is dropped.
        let outcome = match answered.await?.or_else(made_beside) {
            Ok(reply) => {
                let under = Some(asked_under);
                enrolled::State::of_reply(&self.desk, reply, under, Some(mobile)).await
            }
            Err(error) => Err(error),
        };
        let state = self.state.exchange.noted(outcome)?;
        Ok(Enrolled::of(self.desk.clone(), state))
    }

    /// Seals the flow, to go on after the next web request, perhaps on another server.
    ///
    /// `context` says whose it is, for example the web session's id: under another one it does not
    /// open.
    /// [`Desk::resume_enrolment`](crate::Desk::resume_enrolment) opens it.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn save(&self, keys: &SealingKeyRing, context: &str) -> Result<Sealed, Error> {
        super::State::AwaitsOtp(self.state.clone()).seal(keys, context)
    }
}

pub(super) fn enrolment_headers(desk: &Desk) -> EnrolmentHeaders {
    desk.programme().map_or_else(EnrolmentHeaders::default, |programme| {
        EnrolmentHeaders::for_benefit(Benefit::new(programme, BenefitSpelling::Hyphen))
    })
}
