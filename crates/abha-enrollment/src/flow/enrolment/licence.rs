//! Applying for an ABHA number by driving licence (m1-abha.md 6.5, CRT_ABHA_401-408).
//!
//! It gives an enrolment number, not a verified ABHA number, and is on its way out at NHA.

use abdm_core::call::Call;
use abdm_core::id::TxnId;
use abdm_core::secret::{MobileNumber, Otp};

use super::mobile_linking::india_time;
use crate::api::auth::{OtpProof, OtpVerification};
use crate::api::enrollment::{
    AgreedConsent, DocumentEnrolled, DocumentEnrolment, EnrolByDocument, RequestEnrolmentOtp,
    VerifyEnrolmentOtp,
};
use crate::api::vocabulary::{LoginHint, OtpSystem, Scope};
use crate::desk::Desk;
use crate::encryption::AbhaKey;
use crate::error::{Asked, Error};
use crate::flow::once::Once;
use crate::flow::otp_exchange::{OtpExchange, OtpPurpose, Slot, otp_step};
use crate::hooks::{ConsentPurpose, GivenConsent};

impl Desk {
    /// Begins an application by driving licence: records the consent and has an OTP sent to the
    /// person's mobile number.
    ///
    /// # Errors
    /// [`Problem::ConsentNotRecorded`](crate::Problem::ConsentNotRecorded), and whatever a call can
    /// meet.
    pub async fn apply_by_driving_licence(
        &self,
        mobile: &MobileNumber,
        consent: GivenConsent,
    ) -> Result<LicenceOtp, Error> {
        self.record(&consent, ConsentPurpose::Enrolment).await?;
        let purpose = OtpPurpose {
            scope: vec![Scope::AbhaEnrol, Scope::MobileVerify, Scope::DlFlow],
            login_hint: LoginHint::Mobile,
            otp_system: OtpSystem::Abdm,
            slot: Slot::Absent,
        };
        let exchange = OtpExchange::begin::<RequestEnrolmentOtp>(self, (), purpose, mobile).await?;
        let state = State { exchange, consent: consent.text().clone() };
        Ok(LicenceOtp { desk: self.clone(), state })
    }
}

#[derive(Debug)]
struct State {
    exchange: OtpExchange<AbhaKey>,
    consent: AgreedConsent,
}

/// An OTP is on its way to the mobile number of an applicant.
#[derive(Debug)]
pub struct LicenceOtp {
    desk: Desk,
    state: State,
}

otp_step!(LicenceOtp);

impl LicenceOtp {
    /// Has the OTP sent again. The one before is void.
    ///
    /// # Errors
    /// As [`EnrolmentOtp::resend`](super::EnrolmentOtp::resend).
    pub async fn resend(&mut self) -> Result<(), Error> {
        self.state.exchange.resend::<RequestEnrolmentOtp>(&self.desk, ()).await
    }

    /// Proves the OTP: the papers may be sent.
    ///
    /// # Errors
    /// [`Problem::WrongOtp`](crate::Problem::WrongOtp): ask again, this value stays good; and
    /// whatever a call can meet.
    pub async fn verify(&mut self, otp: &Otp) -> Result<LicenceApplication, Error> {
        let typed_at = india_time(self.desk.now());
        let scope = self.state.exchange.scope().to_vec();
        let outcome = self.state.exchange.verify(&self.desk, Asked::Otp, |key, txn_id| {
            let proof = OtpProof::new(txn_id.clone(), key.encrypt(otp)?).typed_at(typed_at.clone());
            Ok(Call::<VerifyEnrolmentOtp>::new(OtpVerification::new(scope.clone(), proof)))
        });
        let verified = outcome.await?;
        let asked_under = self.state.exchange.txn_id().clone();
        Ok(LicenceApplication {
            desk: self.desk.clone(),
            txn_id: verified.txn_id.unwrap_or(asked_under),
            consent: self.state.consent.clone(),
            once: Once::OPEN,
        })
    }
}

/// An applicant whose mobile number is proved.
#[derive(Debug)]
pub struct LicenceApplication {
    desk: Desk,
    txn_id: TxnId,
    consent: AgreedConsent,
    once: Once,
}

impl LicenceApplication {
    /// Sends the licence. `describe` makes the application under this transaction and consent.
    /// Never repeated.
    ///
    /// # Errors
    /// [`Problem::DetailsMismatch`](crate::Problem::DetailsMismatch) when the details differ from the
    /// licence: correct them, this value stays good.
    /// [`Problem::OutcomeUnknown`](crate::Problem::OutcomeUnknown) when no usable answer came; after it
    /// this value refuses further attempts, and after a success too
    /// ([`Problem::TransactionOver`](crate::Problem::TransactionOver)), both without a call. And
    /// whatever a call can meet.
    pub async fn submit(
        &mut self,
        describe: impl FnOnce(TxnId, AgreedConsent) -> DocumentEnrolment,
    ) -> Result<DocumentEnrolled, Error> {
        self.once.check()?;
        let call =
            Call::<EnrolByDocument>::new(describe(self.txn_id.clone(), self.consent.clone()));
        let outcome = self.desk.send(Asked::Plainly, &call).await;
        self.once.tried(outcome)
    }
}
