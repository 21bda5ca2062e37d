//! Linking another mobile number to a new ABHA number.

use abdm_core::call::Call;
use abdm_core::id::TxnId;
use abdm_core::seal::{Sealed, SealingKeyRing};
use abdm_core::secret::{MobileNumber, Otp};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::enrolled::{self, Enrolled, MobileLink};
use crate::api::auth::{OtpProof, OtpVerification};
use crate::api::enrollment::{RequestEnrolmentOtp, VerifyEnrolmentOtp};
use crate::api::otp::{OtpRequest, TxnSlot};
use crate::api::vocabulary::{LoginHint, OtpSystem, Scope};
use crate::desk::Desk;
use crate::encryption::{AbhaKey, Encrypted, PublicKey};
use crate::error::{Asked, Error};
use crate::flow::otp_turn::OtpTurn;

/// India's time is this far ahead of UTC.
const INDIA: TimeDelta = TimeDelta::minutes(330);

/// An OTP is on its way to the mobile number that shall be linked.
#[derive(Debug)]
pub struct MobileLinking {
    desk: Desk,
    state: State,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct State {
    /// What it goes back to.
    enrolled: enrolled::State,
    txn_id: TxnId,
    login_id: Encrypted<AbhaKey>,
    turn: OtpTurn,
}

impl MobileLinking {
    pub(super) const fn of(desk: Desk, state: State) -> Self {
        Self { desk, state }
    }

    pub(super) async fn begin(
        desk: Desk,
        enrolled: enrolled::State,
        mobile: &MobileNumber,
    ) -> Result<Self, Error> {
        let txn_id = &enrolled.txn_id;
        let request = |key: &PublicKey<AbhaKey>| Ok(otp_call(key.encrypt(mobile)?, txn_id.clone()));
        let sent = desk.send_encrypted(Asked::Plainly, request).await?;
        let turn = OtpTurn::sent(sent.answer.message, desk.now());
        let state = State {
            enrolled,
            txn_id: sent.answer.txn_id,
            login_id: sent.request.login_id,
            turn,
        };
        Ok(Self { desk, state })
    }

    /// ABDM's text for the screen, which names the last digits of the mobile number.
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
    /// As [`EnrolmentOtp::resend`](super::EnrolmentOtp::resend).
    pub async fn resend(&mut self) -> Result<(), Error> {
        self.state.turn.check_resend(self.desk.now())?;
        let call = otp_call(
            self.state.login_id.clone(),
            self.state.enrolled.txn_id.clone(),
        );
        let sent = self.desk.send(Asked::Plainly, &call).await;
        let sent = self.state.turn.noted(sent)?;
        self.state.txn_id = sent.txn_id;
        self.state.turn.resent(sent.message, self.desk.now());
        Ok(())
    }

    /// Proves the OTP: the mobile number is the ABHA number's.
    ///
    /// # Errors
    /// [`Problem::WrongOtp`](crate::Problem::WrongOtp): ask again, this value stays good.
    /// [`Problem::TooManyAttempts`](crate::Problem::TooManyAttempts), and whatever a call can meet.
    pub async fn verify(&mut self, otp: &Otp) -> Result<Enrolled, Error> {
        let now = self.desk.now();
        self.state.turn.check_try(now)?;
        let txn_id = &self.state.txn_id;
        let typed_at = (now + INDIA).format("%Y-%m-%d %H:%M:%S").to_string();
        let request = |key: &PublicKey<AbhaKey>| {
            let proof = OtpProof::new(txn_id.clone(), key.encrypt(otp)?).typed_at(typed_at.clone());
            Ok(Call::<VerifyEnrolmentOtp>::new(OtpVerification::new(
                scope(),
                proof,
            )))
        };
        let outcome = self.desk.send_encrypted(Asked::Otp, request).await;
        let verified = self.state.turn.tried(outcome)?.answer;
        let mut enrolled = self.state.enrolled.clone();
        enrolled.txn_id = verified.txn_id.unwrap_or_else(|| self.state.txn_id.clone());
        enrolled.mobile_link = MobileLink::Linked;
        Ok(Enrolled::of(self.desk.clone(), enrolled))
    }

    /// Goes on without linking the number.
    #[must_use]
    pub fn skip(self) -> Enrolled {
        let State {
            mut enrolled,
            txn_id,
            ..
        } = self.state;
        enrolled.txn_id = txn_id;
        Enrolled::of(self.desk, enrolled)
    }

    /// Seals the flow, as [`EnrolmentOtp::save`](super::EnrolmentOtp::save).
    ///
    /// # Errors
    /// As there.
    pub fn save(&self, keys: &SealingKeyRing, context: &str) -> Result<Sealed, Error> {
        super::State::LinksMobile(self.state.clone()).seal(keys, context)
    }
}

fn scope() -> Vec<Scope> {
    vec![Scope::AbhaEnrol, Scope::MobileVerify]
}

fn otp_call(login_id: Encrypted<AbhaKey>, txn_id: TxnId) -> Call<RequestEnrolmentOtp> {
    let request = OtpRequest::new(scope(), LoginHint::Mobile, login_id, OtpSystem::Abdm);
    Call::new(request.in_transaction(TxnSlot::Of(txn_id)))
}
