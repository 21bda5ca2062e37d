//! Linking a mobile number or an e-mail address to a new ABHA number, by an OTP that ABDM sends
//! (m1-abha.md 6.2).

use abdm_core::call::Call;
use abdm_core::id::TxnId;
use abdm_core::person::AbhaNumber;
use abdm_core::seal::{Sealed, SealingKeyRing};
use abdm_core::secret::{MobileNumber, Otp};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::enrolled::{self, Enrolled, MobileLink};
use crate::api::auth::{OtpProof, OtpVerification, OtpVerified};
use crate::api::enrollment::{RequestEnrolmentOtp, VerifyEnrolmentOtp};
use crate::api::vocabulary::{LoginHint, OtpSystem, Scope};
use crate::desk::Desk;
use crate::encryption::{AbhaKey, Plaintext, PublicKey};
use crate::error::{Asked, Error};
use crate::flow::evidence::{Evidence, Printed};
use crate::flow::otp_exchange::{OtpExchange, OtpPurpose, Slot, otp_step};
use crate::flow::owner;
use crate::input::EmailAddress;

/// India's time is this far ahead of UTC.
const INDIA: TimeDelta = TimeDelta::minutes(330);

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct State {
    /// What it goes back to.
    enrolled: enrolled::State,
    exchange: OtpExchange<AbhaKey>,
}

impl State {
    async fn begin(
        desk: &Desk,
        enrolled: enrolled::State,
        (proof, login_hint): (Scope, LoginHint),
        value: &(impl Plaintext + Sync),
    ) -> Result<Self, Error> {
        let purpose = OtpPurpose {
            scope: vec![Scope::AbhaEnrol, proof],
            login_hint,
            otp_system: OtpSystem::Abdm,
            slot: Slot::Newest(enrolled.txn_id()?),
        };
        let exchange = OtpExchange::begin::<RequestEnrolmentOtp>(desk, (), purpose, value).await?;
        Ok(Self { enrolled, exchange })
    }

    async fn verify(&mut self, desk: &Desk, otp: &Otp) -> Result<enrolled::State, Error> {
        let typed_at = india_time(desk.now());
        let scope = self.exchange.scope().to_vec();
        let make = |key: &PublicKey<AbhaKey>, txn_id: &TxnId| {
            let proof = OtpProof::new(txn_id.clone(), key.encrypt(otp)?).typed_at(typed_at.clone());
            Ok(Call::<VerifyEnrolmentOtp>::new(OtpVerification::new(scope.clone(), proof)))
        };
        let whose = self.enrolled.abha_number();
        let read = |verified: OtpVerified| accepted(verified, Printed::Linked, whose);
        let verified = self.exchange.verify(desk, Asked::Otp, make, read).await?;
        let mut enrolled = self.enrolled.clone();
        // Only one that is listed alone is the person's without a doubt.
        if let [only] = verified.accounts.as_slice() {
            enrolled.learn(only.abha_number.as_ref());
        }
        let asked_under = self.exchange.txn_id().clone();
        enrolled.txn_id = Some(verified.txn_id.unwrap_or(asked_under));
        Ok(enrolled)
    }

    fn skip(self) -> enrolled::State {
        let Self { mut enrolled, exchange } = self;
        enrolled.txn_id = Some(exchange.txn_id().clone());
        enrolled
    }
}

macro_rules! linkings {
    ($(
        $(#[$doc:meta])*
        $name:ident of $value:ty, ($proof:ident, $hint:ident), saved as $saved:ident;
        $(#[$verify_doc:meta])*
        then |$enrolled:ident| $note:expr;
    )+) => {$(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name {
            desk: Desk,
            state: State,
        }

        otp_step!($name);

        impl $name {
            pub(super) const fn of(desk: Desk, state: State) -> Self {
                Self { desk, state }
            }

            pub(super) async fn begin(
                desk: Desk,
                enrolled: enrolled::State,
                value: &$value,
            ) -> Result<Self, Error> {
                let asked = (Scope::$proof, LoginHint::$hint);
                let state = State::begin(&desk, enrolled, asked, value).await?;
                Ok(Self { desk, state })
            }

            /// Has the OTP sent again. The one before is void.
            ///
            /// # Errors
            /// As [`EnrolmentOtp::resend`](super::EnrolmentOtp::resend).
            pub async fn resend(&mut self) -> Result<(), Error> {
                self.state.exchange.resend::<RequestEnrolmentOtp>(&self.desk, ()).await
            }

            $(#[$verify_doc])*
            ///
            /// # Errors
            /// [`Problem::WrongOtp`](crate::Problem::WrongOtp): ask again, this value stays good.
            /// [`Problem::AnswerUnusable`](crate::Problem::AnswerUnusable): ABDM did not say that
            /// it is linked. [`Problem::TooManyAttempts`](crate::Problem::TooManyAttempts), and
            /// whatever a call can meet. After any of them [`skip`](Self::skip) goes on without
            /// linking.
            pub async fn verify(&mut self, otp: &Otp) -> Result<Enrolled, Error> {
                let mut $enrolled = self.state.verify(&self.desk, otp).await?;
                $note;
                Ok(Enrolled::of(self.desk.clone(), $enrolled))
            }

            /// The person's ABHA number, which stands whatever becomes of this step.
            #[must_use]
            pub fn abha_number(&self) -> Option<&AbhaNumber> {
                self.state.enrolled.abha_number()
            }

            /// Goes on without linking.
            #[must_use]
            pub fn skip(self) -> Enrolled {
                Enrolled::of(self.desk, self.state.skip())
            }

            /// Seals the flow, as [`EnrolmentOtp::save`](super::EnrolmentOtp::save).
            /// [`Desk::resume_enrolment`](crate::Desk::resume_enrolment) opens it.
            ///
            /// # Errors
            /// As there.
            pub fn save(&self, keys: &SealingKeyRing, context: &str) -> Result<Sealed, Error> {
                super::State::$saved(self.state.clone()).seal(keys, context)
            }
        }
    )+};
}

linkings! {
    /// An OTP is on its way to the mobile number that shall be linked.
    MobileLinking of MobileNumber, (MobileVerify, Mobile), saved as LinksMobile;
    /// Proves the OTP: the mobile number is the ABHA number's.
    then |enrolled| enrolled.mobile_link = MobileLink::Linked;

    /// An OTP is on its way to the e-mail address that shall be linked. Only NHA's portal of 2026
    /// has this step; a profile's e-mail address can also be changed later
    /// ([`ProfileSession::change_email`](crate::flow::profile::ProfileSession::change_email)).
    EmailLinking of EmailAddress, (EmailVerify, Email), saved as LinksEmail;
    /// Proves the OTP: the e-mail address is the ABHA number's.
    then |enrolled| enrolled.email_linked = true;
}

/// Takes the answer to an OTP as a success only where it proves one, of whoever it was asked for.
pub(super) fn accepted(
    verified: OtpVerified,
    printed: Printed,
    whose: Option<&AbhaNumber>,
) -> Result<OtpVerified, Error> {
    Evidence::of_otp(&verified).of(printed)?;
    owner::is_about(verified.listed(), whose)?;
    Ok(verified)
}

/// An instant as the field `timeStamp` has it.
pub(super) fn india_time(instant: DateTime<Utc>) -> String {
    (instant + INDIA).format("%Y-%m-%d %H:%M:%S").to_string()
}
