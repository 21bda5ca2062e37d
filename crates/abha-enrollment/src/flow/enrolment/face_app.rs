//! Creating an ABHA number by a face that the ABHA app scans (m1-abha.md 6.4).

use abdm_core::call::Call;
use abdm_core::id::TxnId;
use abdm_core::seal::{Sealed, SealingKeyRing};
use abdm_core::secret::{AadhaarNumber, MobileNumber};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::enrolled::{self, Enrolled};
use super::otp::enrolment_headers;
use crate::api::enrollment::{
    AadhaarEnrolment, AadhaarProof, AgreedConsent, CaptureStatus, CheckFaceCapture, EnrolByAadhaar,
    FaceAppEnrolment, FaceAuthStart, FaceCaptureQuery, InitFaceAuth,
};
use crate::api::fields::Personal;
use crate::desk::Desk;
use crate::encryption::{AbhaKey, PublicKey};
use crate::error::{Asked, Error, Problem};
use crate::flow::once::Once;
use crate::flow::saved;
use crate::hooks::{ConsentPurpose, GivenConsent};

/// The life of a scan's transaction.
const LIFE: TimeDelta = TimeDelta::minutes(10);
/// Where the ABHA app of the sandbox opens a scan. Production's is not published.
const SANDBOX_APP: &str = "https://phrsbx.abdm.gov.in/face-auth";
const KIND: &str = "face-capture";

impl Desk {
    /// Begins an enrolment by a face that the person's ABHA app scans. The consent is recorded first.
    ///
    /// # Errors
    /// [`Problem::ConsentNotRecorded`], and whatever a call can meet.
    pub async fn enrol_by_face_app(&self, consent: GivenConsent) -> Result<FaceCapture, Error> {
        self.record(&consent, ConsentPurpose::Enrolment).await?;
        let call = Call::<InitFaceAuth>::new(FaceAuthStart::enrolment());
        let started = self.send(Asked::Plainly, &call).await?;
        let state = State {
            txn_id: started.txn_id,
            expires_at: self.now() + LIFE,
            consent: consent.text().clone(),
            once: Once::OPEN,
        };
        Ok(FaceCapture { desk: self.clone(), state })
    }

    /// Goes on with a face scan that was saved under this context.
    ///
    /// # Errors
    /// [`Problem::SavedFlowUnreadable`] when it was sealed with another key, for another context or
    /// by another version.
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
    txn_id: TxnId,
    expires_at: DateTime<Utc>,
    consent: AgreedConsent,
    /// Over when the creation was accepted, or when it is unknown whether it was.
    #[serde(default)]
    once: Once,
}

impl FaceCapture {
    /// The link to show as a QR code, or to open on the person's phone. Known for NHA's sandbox only;
    /// elsewhere `None`: give the base that NHA told you to [`link_at`](Self::link_at).
    #[must_use]
    pub fn link(&self) -> Option<String> {
        let is_sandbox = self.desk.client().environment().name() == "sandbox";
        is_sandbox.then(|| self.link_at(SANDBOX_APP))
    }

    /// The link below another base.
    #[must_use]
    pub fn link_at(&self, base: &str) -> String {
        format!("{base}?txnId={}", self.state.txn_id)
    }

    /// Until when the app can send the face.
    #[must_use]
    pub const fn expires_at(&self) -> DateTime<Utc> {
        self.state.expires_at
    }

    /// Whether the app has sent the face. Ask every 5 to 10 seconds.
    ///
    /// # Errors
    /// [`Problem::BiometricMismatch`] when the face was not recognised, [`Problem::TransactionOver`]
    /// after ten minutes, without a call; and whatever a call can meet.
    pub async fn is_complete(&self) -> Result<bool, Error> {
        if self.desk.now() >= self.state.expires_at {
            return Err(Error::new(Problem::TransactionOver));
        }
        let query = FaceCaptureQuery::enrolment(self.state.txn_id.clone());
        let call = Call::<CheckFaceCapture>::new(query);
        match self.desk.send(Asked::Plainly, &call).await?.status {
            CaptureStatus::Complete => Ok(true),
            CaptureStatus::Failed => Err(Error::new(Problem::BiometricMismatch)),
            _ => Ok(false),
        }
    }

    /// Creates the ABHA number, after [`is_complete`](Self::is_complete) said so. Never repeated.
    ///
    /// # Errors
    /// As [`Desk::enrol_by_scan`]. After [`Problem::OutcomeUnknown`] this value refuses further
    /// attempts, and after a success too ([`Problem::TransactionOver`]), both without a call.
    pub async fn enrol(
        &mut self,
        aadhaar: &AadhaarNumber,
        mobile: &MobileNumber,
    ) -> Result<Enrolled, Error> {
        self.state.once.check()?;
        let txn_id = &self.state.txn_id;
        let headers = enrolment_headers(&self.desk);
        let request = |key: &PublicKey<AbhaKey>| {
            let mobile = Some(Personal::new(mobile.expose()));
            let block = FaceAppEnrolment::new(txn_id.clone(), key.encrypt(aadhaar)?, mobile);
            let proof = AadhaarProof::FaceAuth(block);
            let body = AadhaarEnrolment::new(proof, self.state.consent.clone());
            Ok(Call::<EnrolByAadhaar>::with_headers(headers.clone(), body))
        };
        let outcome = self.desk.send_encrypted(Asked::Biometrics, request).await;
        let reply = self.state.once.tried(outcome)?.answer;
        let asked_under = Some(self.state.txn_id.clone());
        let state = enrolled::State::of_reply(reply, asked_under, Some(mobile), self.desk.now());
        Ok(Enrolled::of(self.desk.clone(), state))
    }

    /// Seals the flow; see [`EnrolmentOtp::save`](super::EnrolmentOtp::save).
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn save(&self, keys: &SealingKeyRing, context: &str) -> Result<Sealed, Error> {
        saved::seal(KIND, &self.state, keys, context)
    }
}
