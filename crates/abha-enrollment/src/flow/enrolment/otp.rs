//! The first step: the OTP that UIDAI sends.

use abdm_core::call::Call;
use abdm_core::id::TxnId;
use abdm_core::seal::{Sealed, SealingKeyRing};
use abdm_core::secret::{AadhaarNumber, MobileNumber, Otp};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::enrolled::{self, Enrolled};
use crate::api::enrollment::{
    AadhaarEnrolment, AadhaarProof, AgreedConsent, EnrolByAadhaar, OtpBlock, RequestEnrolmentOtp,
};
use crate::api::headers::{Benefit, BenefitSpelling, EnrolmentHeaders};
use crate::api::otp::{OtpRequest, TxnSlot};
use crate::api::vocabulary::{LoginHint, OtpSystem, Scope};
use crate::desk::Desk;
use crate::encryption::{AbhaKey, Encrypted, PublicKey};
use crate::error::{Asked, Error};
use crate::flow::otp_turn::OtpTurn;
use crate::hooks::{ConsentPurpose, GivenConsent};

impl Desk {
    /// Begins an enrolment: records the consent, then has UIDAI send an OTP to the mobile number that
    /// Aadhaar knows.
    ///
    /// # Errors
    /// [`Problem::ConsentNotRecorded`](crate::Problem::ConsentNotRecorded), and nothing was sent;
    /// [`Problem::InputInvalid`](crate::Problem::InputInvalid) when ABDM does not take the number
    /// (`Invalid LoginId`, its answer to every Aadhaar number that it cannot use); and whatever any
    /// call can meet.
    pub async fn enrol(
        &self,
        aadhaar: &AadhaarNumber,
        consent: GivenConsent,
    ) -> Result<EnrolmentOtp, Error> {
        self.record(&consent, ConsentPurpose::Enrolment).await?;
        let request = |key: &PublicKey<AbhaKey>| Ok(otp_call(key.encrypt(aadhaar)?));
        let sent = self.send_encrypted(Asked::Plainly, request).await?;
        let state = State {
            txn_id: sent.answer.txn_id,
            login_id: sent.request.login_id,
            consent: consent.text().clone(),
            turn: OtpTurn::sent(sent.answer.message, self.now()),
        };
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
    txn_id: TxnId,
    /// The Aadhaar number as it was sent, for a resend: only ABDM can read it, and it is never the
    /// same twice.
    login_id: Encrypted<AbhaKey>,
    consent: AgreedConsent,
    turn: OtpTurn,
}

impl EnrolmentOtp {
    pub(super) const fn of(desk: Desk, state: State) -> Self {
        Self { desk, state }
    }

    /// ABDM's text for the screen, which names the last digits of the mobile number (CRT_ABHA_105).
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.state.turn.message()
    }

    /// When the OTP may be sent again; `None` when it was sent again twice already.
    #[must_use]
    pub fn resend_at(&self) -> Option<DateTime<Utc>> {
        self.state.turn.resend_at()
    }

    /// How often it may still be sent again.
    #[must_use]
    pub const fn resends_left(&self) -> u8 {
        self.state.turn.resends_left()
    }

    /// Has the OTP sent again. The one before is void.
    ///
    /// # Errors
    /// [`Problem::ResendTooEarly`](crate::Problem::ResendTooEarly),
    /// [`Problem::NoResendsLeft`](crate::Problem::NoResendsLeft), both without a call; and whatever a
    /// call can meet.
    pub async fn resend(&mut self) -> Result<(), Error> {
        self.state.turn.check_resend(self.desk.now())?;
        let call = otp_call(self.state.login_id.clone());
        let sent = self.desk.send(Asked::Plainly, &call).await;
        let sent = self.state.turn.noted(sent)?;
        self.state.txn_id = sent.txn_id;
        self.state.turn.resent(sent.message, self.desk.now());
        Ok(())
    }

    /// Proves the OTP, and with it creates the ABHA number, or finds the one that exists.
    ///
    /// `mobile` is the number to reach the person at from now on. When Aadhaar knows the same one it
    /// is linked at once; see [`Enrolled::mobile_link`].
    ///
    /// Sent once, never repeated: an account might be made twice.
    ///
    /// # Errors
    /// [`Problem::WrongOtp`](crate::Problem::WrongOtp): ask again, this value stays good.
    /// [`Problem::OutcomeUnknown`](crate::Problem::OutcomeUnknown): no usable answer came, the account
    /// may exist; log in by Aadhaar to see, this value refuses further attempts.
    /// [`Problem::TooManyAttempts`](crate::Problem::TooManyAttempts), and whatever a call can meet.
    pub async fn verify(&mut self, otp: &Otp, mobile: &MobileNumber) -> Result<Enrolled, Error> {
        self.state.turn.check_try(self.desk.now())?;
        let (txn_id, consent) = (&self.state.txn_id, &self.state.consent);
        let headers = enrolment_headers(&self.desk);
        let request = |key: &PublicKey<AbhaKey>| {
            let block = OtpBlock::new(txn_id.clone(), key.encrypt(otp)?, mobile);
            let body = AadhaarEnrolment::new(AadhaarProof::Otp(block), consent.clone());
            Ok(Call::<EnrolByAadhaar>::with_headers(headers.clone(), body))
        };
        let outcome = self.desk.send_encrypted(Asked::Otp, request).await;
        let reply = self.state.turn.tried(outcome)?.answer;
        let txn_id = self.state.txn_id.clone();
        let state = enrolled::State::of_reply(reply, txn_id, mobile, self.desk.now());
        Ok(Enrolled::of(self.desk.clone(), state))
    }

    /// Seals the flow, to go on after the next web request, perhaps on another server.
    ///
    /// `context` says whose it is, for example the web session's id: under another one it does not
    /// open.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn save(&self, keys: &SealingKeyRing, context: &str) -> Result<Sealed, Error> {
        super::State::AwaitsOtp(self.state.clone()).seal(keys, context)
    }
}

fn otp_call(login_id: Encrypted<AbhaKey>) -> Call<RequestEnrolmentOtp> {
    let scope = vec![Scope::AbhaEnrol];
    let request = OtpRequest::new(scope, LoginHint::Aadhaar, login_id, OtpSystem::Aadhaar);
    Call::new(request.in_transaction(TxnSlot::Fresh))
}

fn enrolment_headers(desk: &Desk) -> EnrolmentHeaders {
    desk.programme()
        .map_or_else(EnrolmentHeaders::default, |programme| {
            EnrolmentHeaders::for_benefit(Benefit::new(programme, BenefitSpelling::Hyphen))
        })
}
