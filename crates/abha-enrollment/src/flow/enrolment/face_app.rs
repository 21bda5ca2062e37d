//! Creating an ABHA number by a face that the ABHA app scans (m1-abha.md 6.4).

use abdm_core::call::Call;
use abdm_core::seal::{Sealed, SealingKeyRing};
use abdm_core::secret::{AadhaarNumber, MobileNumber};
use serde::{Deserialize, Serialize};

use super::enrolled::{self, Enrolled};
use super::otp::enrolment_headers;
use crate::api::enrollment::{
    AadhaarEnrolment, AadhaarProof, AgreedConsent, EnrolByAadhaar, FaceAppEnrolment,
};
use crate::api::fields::Personal;
use crate::desk::Desk;
use crate::encryption::{AbhaKey, PublicKey};
use crate::error::{Asked, Error};
use crate::flow::beside_refusal::made_beside;
use crate::flow::face_wait::{FacePurpose, FaceWait, face_step};
use crate::flow::once::Once;
use crate::flow::saved;
use crate::hooks::{ConsentPurpose, GivenConsent};

const KIND: &str = "face-capture";

impl Desk {
    /// Begins an enrolment by a face that the person's ABHA app scans. The consent is recorded
    /// first.
    ///
    /// # Errors
    /// [`Problem::ConsentNotRecorded`](crate::Problem::ConsentNotRecorded), and whatever a call can
    /// meet.
    pub async fn enrol_by_face_app(&self, consent: GivenConsent) -> Result<FaceCapture, Error> {
        self.record(&consent, ConsentPurpose::Enrolment).await?;
        let wait = FaceWait::begin(self, FacePurpose::Enrolment).await?;
        let state = State { wait, consent: consent.text().clone(), once: Once::OPEN };
        Ok(FaceCapture { desk: self.clone(), state })
    }

    /// Goes on with a face scan that was saved under this context.
    ///
    /// # Errors
    /// [`Problem::SavedFlowUnreadable`](crate::Problem::SavedFlowUnreadable) when it was sealed
    /// with another key, for another context or by another version.
    pub fn resume_face_capture(
        &self,
        saved: &Sealed,
        keys: &SealingKeyRing,
        context: &str,
    ) -> Result<FaceCapture, Error> {
        Ok(FaceCapture { desk: self.clone(), state: saved::open(KIND, saved, keys, context)? })
    }
}

/// A face scan by the ABHA app: show its link, ask until it is complete, enrol.
#[derive(Debug)]
pub struct FaceCapture {
    desk: Desk,
    state: State,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct State {
    wait: FaceWait,
    consent: AgreedConsent,
    /// Over when the creation was accepted, or when it is unknown whether it was.
    #[serde(default)]
    once: Once,
}

face_step!(FaceCapture);

impl FaceCapture {
    /// Creates the ABHA number, after [`is_complete`](Self::is_complete) said so. Never repeated.
    ///
    /// # Errors
    /// As [`Desk::enrol_by_scan`]. After
    /// [`Problem::OutcomeUnknown`](crate::Problem::OutcomeUnknown) this value refuses further
    /// attempts, and after a success too
    /// ([`Problem::TransactionOver`](crate::Problem::TransactionOver)), both without a call.
    pub async fn enrol(
        &mut self,
        aadhaar: &AadhaarNumber,
        mobile: &MobileNumber,
    ) -> Result<Enrolled, Error> {
        self.state.once.begin()?;
        let txn_id = self.state.wait.txn_id();
        let headers = enrolment_headers(&self.desk);
        let request = |key: &PublicKey<AbhaKey>| {
            let mobile = Some(Personal::new(mobile.expose()));
            let block = FaceAppEnrolment::new(txn_id.clone(), key.encrypt(aadhaar)?, mobile);
            let proof = AadhaarProof::FaceAuth(block);
            let body = AadhaarEnrolment::new(proof, self.state.consent.clone());
            Ok(Call::<EnrolByAadhaar>::new(body).headers(headers.clone()))
        };
        let sent = self.desk.send_encrypted(Asked::Biometrics, request).await;
        let outcome = match sent.map(|sent| sent.answer).or_else(made_beside) {
            Ok(reply) => {
                let under = Some(self.state.wait.txn_id().clone());
                enrolled::State::of_reply(&self.desk, reply, under, Some(mobile)).await
            }
            Err(error) => Err(error),
        };
        let state = self.state.once.tried(outcome)?;
        Ok(Enrolled::of(self.desk.clone(), state))
    }

    /// Seals the flow; see [`EnrolmentOtp::save`](super::EnrolmentOtp::save).
    /// [`Desk::resume_face_capture`](crate::Desk::resume_face_capture) opens it.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn save(&self, keys: &SealingKeyRing, context: &str) -> Result<Sealed, Error> {
        saved::seal(KIND, &self.state, keys, context)
    }
}
