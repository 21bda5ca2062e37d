//! Applying for an ABHA number by driving licence (m1-abha.md 6.5, CRT_ABHA_401-408).
//!
//! It gives an enrolment number, not a verified ABHA number, and is on its way out at NHA.

use abdm_core::call::Call;
use abdm_core::id::TxnId;
use abdm_core::seal::{Sealed, SealingKeyRing};
use abdm_core::secret::{MobileNumber, Otp};
use serde::{Deserialize, Serialize};

use super::linking::{accepted, india_time};
use crate::api::auth::{OtpProof, OtpVerification, OtpVerified};
use crate::api::enrollment::{
    AgreedConsent, DocumentEnrolled, DocumentEnrolment, EnrolByDocument, RequestEnrolmentOtp,
    VerifyEnrolmentOtp,
};
use crate::api::vocabulary::{LoginHint, OtpSystem, Scope};
use crate::desk::Desk;
use crate::encryption::{AbhaKey, PublicKey};
use crate::error::{Asked, Error, Problem};
use crate::flow::beside_refusal::{Creation as _, Trace, made_beside};
use crate::flow::evidence::Printed;
use crate::flow::once::Once;
use crate::flow::otp_exchange::{OtpExchange, OtpPurpose, Slot, otp_step};
use crate::flow::saved;
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
        let state = OtpState { exchange, consent: consent.text().clone() };
        Ok(LicenceOtp { desk: self.clone(), state })
    }

    /// Goes on with an application by driving licence that was saved under this context.
    ///
    /// # Errors
    /// [`Problem::SavedFlowUnreadable`](crate::Problem::SavedFlowUnreadable) when it was sealed
    /// with another key, for another context or by another version.
    pub fn resume_application(
        &self,
        saved: &Sealed,
        keys: &SealingKeyRing,
        context: &str,
    ) -> Result<Application, Error> {
        let desk = self.clone();
        Ok(match saved::open(KIND, saved, keys, context)? {
            State::AwaitsOtp(state) => Application::AwaitsOtp(LicenceOtp { desk, state }),
            State::AwaitsPapers(state) => {
                Application::AwaitsPapers(LicenceApplication { desk, state })
            }
        })
    }
}

const KIND: &str = "licence";

/// An application that was saved, at the point where it goes on.
#[derive(Debug)]
#[non_exhaustive]
pub enum Application {
    /// The OTP is awaited.
    AwaitsOtp(LicenceOtp),
    /// The licence is awaited.
    AwaitsPapers(LicenceApplication),
}

#[derive(Serialize, Deserialize)]
enum State {
    AwaitsOtp(OtpState),
    AwaitsPapers(PapersState),
}

impl State {
    fn seal(self, keys: &SealingKeyRing, context: &str) -> Result<Sealed, Error> {
        saved::seal(KIND, &self, keys, context)
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct OtpState {
    exchange: OtpExchange<AbhaKey>,
    consent: AgreedConsent,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct PapersState {
    txn_id: TxnId,
    consent: AgreedConsent,
    /// Over when the licence was accepted, or when it is unknown whether it was.
    once: Once,
}

/// An OTP is on its way to the mobile number of an applicant.
#[derive(Debug)]
pub struct LicenceOtp {
    desk: Desk,
    state: OtpState,
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
        let make = |key: &PublicKey<AbhaKey>, txn_id: &TxnId| {
            let proof = OtpProof::new(txn_id.clone(), key.encrypt(otp)?).typed_at(typed_at.clone());
            Ok(Call::<VerifyEnrolmentOtp>::new(OtpVerification::new(scope.clone(), proof)))
        };
        let read = |verified: OtpVerified| accepted(verified, Printed::Proved, None);
        let verified = self.state.exchange.verify(&self.desk, Asked::Otp, make, read).await?;
        let asked_under = self.state.exchange.txn_id().clone();
        let state = PapersState {
            txn_id: verified.txn_id.unwrap_or(asked_under),
            consent: self.state.consent.clone(),
            once: Once::OPEN,
        };
        Ok(LicenceApplication { desk: self.desk.clone(), state })
    }

    /// Seals the flow; see [`EnrolmentOtp::save`](super::EnrolmentOtp::save).
    /// [`Desk::resume_application`](crate::Desk::resume_application) opens it.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn save(&self, keys: &SealingKeyRing, context: &str) -> Result<Sealed, Error> {
        State::AwaitsOtp(self.state.clone()).seal(keys, context)
    }
}

/// An applicant whose mobile number is proved.
#[derive(Debug)]
pub struct LicenceApplication {
    desk: Desk,
    state: PapersState,
}

impl LicenceApplication {
    /// Sends the licence. `describe` makes the application under this transaction and consent.
    /// Never repeated.
    ///
    /// # Errors
    /// [`Problem::DetailsMismatch`](crate::Problem::DetailsMismatch) when the details differ from
    /// the licence: correct them, this value stays good.
    /// [`Problem::OutcomeUnknown`](crate::Problem::OutcomeUnknown) when no usable answer came, or
    /// one without an enrolment number, or a status that refuses beside one
    /// ([`Desk::retrieve_enrolment_numbers`] lists them); after it this value refuses further
    /// attempts, and after a success too
    /// ([`Problem::TransactionOver`](crate::Problem::TransactionOver)), both without a call. And
    /// whatever a call can meet.
    pub async fn submit(
        &mut self,
        describe: impl FnOnce(TxnId, AgreedConsent) -> DocumentEnrolment,
    ) -> Result<DocumentEnrolled, Error> {
        self.state.once.begin()?;
        let (txn_id, consent) = (self.state.txn_id.clone(), self.state.consent.clone());
        let call = Call::<EnrolByDocument>::new(describe(txn_id, consent));
        let outcome = self.desk.send(Asked::Plainly, &call).await.or_else(made_beside);
        self.state.once.tried(outcome.and_then(with_number))
    }

    /// Seals the flow; see [`EnrolmentOtp::save`](super::EnrolmentOtp::save).
    /// [`Desk::resume_application`](crate::Desk::resume_application) opens it.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn save(&self, keys: &SealingKeyRing, context: &str) -> Result<Sealed, Error> {
        State::AwaitsPapers(self.state.clone()).seal(keys, context)
    }
}

/// An application was taken when its answer names an enrolment number (rulings.md 42).
fn with_number(answer: DocumentEnrolled) -> Result<DocumentEnrolled, Error> {
    match answer.trace() {
        Trace::Named => Ok(answer),
        _ => Err(Error::new(Problem::OutcomeUnknown)),
    }
}
