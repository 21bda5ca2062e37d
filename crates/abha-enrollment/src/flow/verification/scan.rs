//! Proving an account by a scan.

use abdm_core::call::Call;
use abdm_core::id::TxnId;
use abdm_core::person::AbhaNumber;
use abdm_core::seal::{Sealed, SealingKeyRing};
use abdm_core::secret::AadhaarNumber;
use serde::{Deserialize, Serialize};

use super::verified::Verified;
use crate::api::fields::{Personal, SeenAbhaNumber};
use crate::api::headers::ProfileBenefitHeaders;
use crate::api::login::{RequestLoginOtp, VerifyLoginInOneStep};
use crate::api::otp::OtpRequest;
use crate::api::proof::{
    FaceBlock, FingerBlock, FingerLoginBlock, IrisBlock, IrisLoginBlock, Proof, ProofRequest,
};
use crate::api::vocabulary::{LoginHint, OtpSystem, Scope};
use crate::biometric::{Modality, Scan};
use crate::desk::Desk;
use crate::encryption::{AbhaKey, PublicKey};
use crate::error::{Asked, Error, Problem};
use crate::hooks::{ConsentPurpose, GivenConsent};

impl Desk {
    /// Announces a scan for an ABHA number (VRFY_ABHA_501).
    ///
    /// # Errors
    /// [`Problem::NoAbha`] when nobody has the number, [`Problem::AbhaNumberInvalid`] when ABDM
    /// does not take it (`Invalid LoginId`: a wrong check digit), [`Problem::BiometricUnavailable`]
    /// when the person or the client may not use biometrics, and whatever a call can meet.
    pub async fn announce_scan(
        &self,
        number: &AbhaNumber,
        modality: Modality,
    ) -> Result<VerificationScan, Error> {
        let scope = vec![Scope::AbhaLogin, modality.scope()];
        let request = |key: &PublicKey<AbhaKey>| {
            let (hint, value) = (LoginHint::AbhaNumber, key.encrypt(number)?);
            let body = OtpRequest::new(scope.clone(), hint, value, OtpSystem::Aadhaar);
            Ok(Call::<RequestLoginOtp>::new(body).headers(ProfileBenefitHeaders::default()))
        };
        let sent = self
            .send_encrypted(Asked::LoginOtpFor(Problem::AbhaNumberInvalid), request)
            .await?
            .answer;
        let asked = Some(SeenAbhaNumber::Whole(number.clone()));
        let state = State { modality, scope, txn_id: sent.txn_id, asked };
        Ok(VerificationScan::of(self.clone(), state))
    }

    /// Verifies an Aadhaar number and a scan at once (v3.1, fingers and irises). The consent is
    /// recorded first.
    ///
    /// # Errors
    /// [`Problem::BiometricMismatch`], [`Problem::MethodNotAllowed`] for a face (which the ABHA app
    /// scans), [`Problem::NoAbha`], and whatever a call can meet.
    pub async fn verify_by_scan(
        &self,
        aadhaar: &AadhaarNumber,
        scan: &Scan,
        consent: GivenConsent,
    ) -> Result<Verified, Error> {
        if scan.modality == Modality::Face {
            return Err(Error::new(Problem::MethodNotAllowed));
        }
        self.record(&consent, ConsentPurpose::Verification).await?;
        let request = |key: &PublicKey<AbhaKey>| {
            let (aadhaar, pid) = (key.encrypt(aadhaar)?, Personal::new(scan.pid.expose()));
            let proof = match scan.modality {
                Modality::Iris => Proof::IrisLogin(IrisLoginBlock::new(aadhaar, pid)),
                _ => Proof::BioLogin(FingerLoginBlock::new(aadhaar, pid)),
            };
            let scope = vec![Scope::AbhaLogin, scan.modality.one_step_scope()];
            Ok(Call::<VerifyLoginInOneStep>::new(ProofRequest::new(scope, proof)))
        };
        let reply = self.send_encrypted(Asked::Biometrics, request).await?.answer;
        Verified::of_reply(self.clone(), reply, None).await
    }
}

/// A scan is announced.
#[derive(Debug)]
pub struct VerificationScan {
    desk: Desk,
    state: State,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct State {
    pub(super) modality: Modality,
    pub(super) scope: Vec<Scope>,
    pub(super) txn_id: TxnId,
    /// The ABHA number for which the scan was announced, whole or as a list showed it.
    #[serde(default)]
    pub(super) asked: Option<SeenAbhaNumber>,
}

impl VerificationScan {
    pub(super) const fn of(desk: Desk, state: State) -> Self {
        Self { desk, state }
    }

    /// What is to be scanned; its [`wadh`](Modality::wadh) goes to the device.
    #[must_use]
    pub const fn modality(&self) -> Modality {
        self.state.modality
    }

    /// Proves the scan.
    ///
    /// # Errors
    /// [`Problem::BiometricMismatch`]: scan again. [`Problem::InputInvalid`] for a scan of another
    /// kind than announced; and whatever a call can meet.
    pub async fn verify(&self, scan: &Scan) -> Result<Verified, Error> {
        if scan.modality != self.state.modality {
            return Err(Error::new(Problem::InputInvalid));
        }
        let proof = scan_proof(scan, self.state.txn_id.clone());
        Verified::by_scan(&self.desk, &self.state.scope, proof, self.state.asked.as_ref()).await
    }

    /// Seals the flow; see [`EnrolmentOtp::save`](crate::flow::enrolment::EnrolmentOtp::save).
    /// [`Desk::resume_verification`](crate::Desk::resume_verification) opens it.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn save(&self, keys: &SealingKeyRing, context: &str) -> Result<Sealed, Error> {
        super::State::AwaitsScan(self.state.clone()).seal(keys, context)
    }
}

/// The proof of a scan that was announced under this transaction.
pub(crate) fn scan_proof<K: crate::encryption::KeyFamily>(scan: &Scan, txn_id: TxnId) -> Proof<K> {
    let pid = Personal::new(scan.pid.expose());
    match scan.modality {
        Modality::Finger => Proof::Bio(FingerBlock::new(txn_id, pid)),
        Modality::Face => Proof::Face(FaceBlock::new(txn_id, pid)),
        Modality::Iris => Proof::Iris(IrisBlock::new(txn_id, pid)),
    }
}
