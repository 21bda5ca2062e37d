//! Linking another mobile number to a new ABHA number.

use abdm_core::call::Call;
use abdm_core::seal::{Sealed, SealingKeyRing};
use abdm_core::secret::{MobileNumber, Otp};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::enrolled::{self, Enrolled, MobileLink};
use crate::api::auth::{OtpProof, OtpVerification};
use crate::api::enrollment::{RequestEnrolmentOtp, VerifyEnrolmentOtp};
use crate::api::vocabulary::{LoginHint, OtpSystem, Scope};
use crate::desk::Desk;
use crate::encryption::AbhaKey;
use crate::error::{Asked, Error};
use crate::flow::otp_exchange::{OtpExchange, OtpPurpose, Slot, otp_step};

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
    exchange: OtpExchange<AbhaKey>,
}

otp_step!(MobileLinking);

impl MobileLinking {
    pub(super) const fn of(desk: Desk, state: State) -> Self {
        Self { desk, state }
    }

    pub(super) async fn begin(
        desk: Desk,
        enrolled: enrolled::State,
        mobile: &MobileNumber,
    ) -> Result<Self, Error> {
        let purpose = OtpPurpose {
            scope: vec![Scope::AbhaEnrol, Scope::MobileVerify],
            login_hint: LoginHint::Mobile,
            otp_system: OtpSystem::Abdm,
            slot: Slot::Newest(enrolled.txn_id()?),
        };
        let exchange =
            OtpExchange::begin::<RequestEnrolmentOtp>(&desk, (), purpose, mobile).await?;
        let state = State { enrolled, exchange };
        Ok(Self { desk, state })
    }

    /// Has the OTP sent again. The one before is void.
    ///
    /// # Errors
    /// As [`EnrolmentOtp::resend`](super::EnrolmentOtp::resend).
    pub async fn resend(&mut self) -> Result<(), Error> {
        self.state.exchange.resend::<RequestEnrolmentOtp>(&self.desk, ()).await
    }

    /// Proves the OTP: the mobile number is the ABHA number's.
    ///
    /// # Errors
    /// [`Problem::WrongOtp`](crate::Problem::WrongOtp): ask again, this value stays good.
    /// [`Problem::TooManyAttempts`](crate::Problem::TooManyAttempts), and whatever a call can meet.
    pub async fn verify(&mut self, otp: &Otp) -> Result<Enrolled, Error> {
        let typed_at = india_time(self.desk.now());
        let scope = self.state.exchange.scope().to_vec();
        let outcome = self.state.exchange.verify(&self.desk, Asked::Otp, |key, txn_id| {
            let proof = OtpProof::new(txn_id.clone(), key.encrypt(otp)?).typed_at(typed_at.clone());
            Ok(Call::<VerifyEnrolmentOtp>::new(OtpVerification::new(scope.clone(), proof)))
        });
        let verified = outcome.await?;
        let mut enrolled = self.state.enrolled.clone();
        let asked_under = self.state.exchange.txn_id().clone();
        enrolled.txn_id = Some(verified.txn_id.unwrap_or(asked_under));
        enrolled.mobile_link = MobileLink::Linked;
        Ok(Enrolled::of(self.desk.clone(), enrolled))
    }

    /// Goes on without linking the number.
    #[must_use]
    pub fn skip(self) -> Enrolled {
        let State { mut enrolled, exchange } = self.state;
        enrolled.txn_id = Some(exchange.txn_id().clone());
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

/// An instant as the field `timeStamp` has it.
pub(super) fn india_time(instant: DateTime<Utc>) -> String {
    (instant + INDIA).format("%Y-%m-%d %H:%M:%S").to_string()
}
