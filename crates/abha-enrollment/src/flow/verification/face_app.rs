//! Proving an account by a face that the ABHA app scans (m1-abha.md 7.5, 7.6).

use abdm_core::call::Call;
use abdm_core::seal::{Sealed, SealingKeyRing};
use abdm_core::secret::AadhaarNumber;
use serde::{Deserialize, Serialize};

use super::verified::Verified;
use crate::api::fields::SeenAbhaNumber;
use crate::api::login::VerifyLoginInOneStep;
use crate::api::proof::{FaceAuthBlock, FaceLoginBlock, Proof, ProofRequest};
use crate::api::vocabulary::Scope;
use crate::biometric::Modality;
use crate::desk::Desk;
use crate::encryption::{AbhaKey, PublicKey};
use crate::error::{Asked, Error};
use crate::flow::face_wait::{FacePurpose, FaceWait, face_step};
use crate::hooks::{ConsentPurpose, GivenConsent};

impl Desk {
    /// Begins a login with the Aadhaar number by a face that the person's ABHA app scans (v3.1).
    /// The consent is recorded first; the number is asked for when the face is there.
    ///
    /// How the transaction of such a scan begins is not published: it is opened as that of an
    /// enrolment is, under the scope of a login.
    ///
    /// # Errors
    /// [`Problem::ConsentNotRecorded`](crate::Problem::ConsentNotRecorded), and whatever a call can
    /// meet.
    pub async fn verify_by_face_app(&self, consent: GivenConsent) -> Result<FaceLogin, Error> {
        self.record(&consent, ConsentPurpose::Verification).await?;
        let wait = FaceWait::begin(self, FacePurpose::Login).await?;
        Ok(FaceLogin::of(self.clone(), LoginState { wait }))
    }
}

/// The ABHA app is to scan the face of the owner of an account that was found: show its link, ask
/// until it is complete, verify.
#[derive(Debug)]
pub struct FaceVerification {
    desk: Desk,
    state: State,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct State {
    pub(super) scope: Vec<Scope>,
    pub(super) wait: FaceWait,
    /// The ABHA number of the account, as the list showed it.
    #[serde(default)]
    pub(super) asked: Option<SeenAbhaNumber>,
}

face_step!(FaceVerification);

impl FaceVerification {
    pub(super) const fn of(desk: Desk, state: State) -> Self {
        Self { desk, state }
    }

    /// Proves the account, after [`is_complete`](Self::is_complete) said so.
    ///
    /// # Errors
    /// [`Problem::BiometricMismatch`](crate::Problem::BiometricMismatch) when the face is another
    /// person's; and whatever a call can meet.
    pub async fn verify(&self) -> Result<Verified, Error> {
        let proof = Proof::FaceAuth(FaceAuthBlock::new(self.state.wait.txn_id().clone()));
        Verified::by_scan(&self.desk, &self.state.scope, proof, self.state.asked.as_ref()).await
    }

    /// Seals the flow; see [`EnrolmentOtp::save`](crate::flow::enrolment::EnrolmentOtp::save).
    /// [`Desk::resume_verification`](crate::Desk::resume_verification) opens it.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn save(&self, keys: &SealingKeyRing, context: &str) -> Result<Sealed, Error> {
        super::State::AwaitsFace(self.state.clone()).seal(keys, context)
    }
}

/// The ABHA app is to scan the face of a person who logs in with the Aadhaar number: show its link,
/// ask until it is complete, verify.
#[derive(Debug)]
pub struct FaceLogin {
    desk: Desk,
    state: LoginState,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct LoginState {
    wait: FaceWait,
}

face_step!(FaceLogin);

impl FaceLogin {
    pub(super) const fn of(desk: Desk, state: LoginState) -> Self {
        Self { desk, state }
    }

    /// Proves Aadhaar number and face at once, after [`is_complete`](Self::is_complete) said so.
    ///
    /// # Errors
    /// [`Problem::BiometricMismatch`](crate::Problem::BiometricMismatch) when the face is another
    /// person's, [`Problem::NoAbha`](crate::Problem::NoAbha) when the person has no ABHA number;
    /// and whatever a call can meet.
    pub async fn verify(&self, aadhaar: &AadhaarNumber) -> Result<Verified, Error> {
        let request = |key: &PublicKey<AbhaKey>| {
            let txn_id = self.state.wait.txn_id().clone();
            let proof = Proof::FaceLogin(FaceLoginBlock::new(key.encrypt(aadhaar)?, txn_id));
            let scope = vec![Scope::AbhaLogin, Modality::Face.one_step_scope()];
            Ok(Call::<VerifyLoginInOneStep>::new(ProofRequest::new(scope, proof)))
        };
        let reply = self.desk.send_encrypted(Asked::Biometrics, request).await?.answer;
        Verified::of_reply(self.desk.clone(), reply, None).await
    }

    /// Seals the flow; see [`EnrolmentOtp::save`](crate::flow::enrolment::EnrolmentOtp::save).
    /// [`Desk::resume_verification`](crate::Desk::resume_verification) opens it.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn save(&self, keys: &SealingKeyRing, context: &str) -> Result<Sealed, Error> {
        super::State::AwaitsFaceLogin(self.state.clone()).seal(keys, context)
    }
}
