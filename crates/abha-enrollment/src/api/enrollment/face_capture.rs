//! `InitFaceAuth` and `CheckFaceCapture`.

use abdm_core::id::TxnId;
use abdm_core::open_enum;
use serde::{Deserialize, Serialize};

use crate::api::fields::maybe_id;
use crate::api::otp::OtpSent;
use crate::api::vocabulary::Scope;

abdm_core::endpoint! {
    /// Begin a face scan by the ABHA app. Its transaction lives for ten minutes.
    pub InitFaceAuth {
        method: POST,
        family: Abha,
        path: "/v3/enrollment/enrol/auth/init",
        auth: Session,
        request: FaceAuthStart,
        response: OtpSent,
        success: OK,
        replay: IfUnprocessed,
        errors: Enrol,
        source: "m1-abha.md 6.4",
    }
}

abdm_core::endpoint! {
    /// Ask whether the ABHA app has sent the face. Ask every 5 to 10 seconds.
    pub CheckFaceCapture {
        method: POST,
        family: Abha,
        path: "/v3/enrollment/enrol/capturePID",
        auth: Session,
        request: FaceCaptureQuery,
        response: FaceCaptureState,
        success: OK,
        replay: Safe,
        errors: Enrol,
        source: "m1-abha.md 6.4",
    }
}

/// The beginning of a face scan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FaceAuthStart {
    /// `["abha-enrol", "face-auth"]`; a collection of NHA's has `face-verify` instead.
    pub scope: Vec<Scope>,
}

impl FaceAuthStart {
    /// For an enrolment.
    #[must_use]
    pub fn enrolment() -> Self {
        Self { scope: vec![Scope::AbhaEnrol, Scope::FaceAuth] }
    }

    /// For a login with the Aadhaar number. How its transaction begins is not published: the scope
    /// is made as that of [`FaceCaptureQuery::login`] is.
    #[must_use]
    pub fn login() -> Self {
        Self { scope: vec![Scope::AbhaLogin, Scope::FaceAuth] }
    }
}

/// The question about a face scan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FaceCaptureQuery {
    /// `["abha-enrol", "face-verify"]`, or with `abha-login`.
    pub scope: Vec<Scope>,
    /// The transaction of the scan.
    pub txn_id: TxnId,
}

impl FaceCaptureQuery {
    /// For an enrolment.
    #[must_use]
    pub fn enrolment(txn_id: TxnId) -> Self {
        Self { scope: vec![Scope::AbhaEnrol, Scope::FaceVerify], txn_id }
    }

    /// For a login.
    #[must_use]
    pub fn login(txn_id: TxnId) -> Self {
        Self { scope: vec![Scope::AbhaLogin, Scope::FaceVerify], txn_id }
    }
}

/// How far a face scan is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct FaceCaptureState {
    /// The state.
    pub status: CaptureStatus,
    /// ABDM's text.
    #[serde(default)]
    pub message: Option<String>,
    /// The transaction.
    #[serde(with = "maybe_id", default)]
    pub txn_id: Option<TxnId>,
}

impl FaceCaptureState {
    /// An answer, as the sandbox makes it.
    #[must_use]
    pub const fn new(status: CaptureStatus, txn_id: TxnId) -> Self {
        Self { status, message: None, txn_id: Some(txn_id) }
    }
}

open_enum! {
    /// The state of a face scan by the ABHA app.
    pub enum CaptureStatus {
        /// The app has sent nothing yet.
        Pending = "PENDING",
        /// The face was recognised; not complete yet.
        Verified = "VERIFIED",
        /// It was not recognised.
        Failed = "FAILED",
        /// The enrolment can go on.
        Complete = "COMPLETE",
    }
}
