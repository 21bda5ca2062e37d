//! `EnrolByAadhaar`.

mod auth_data;
mod blocks;

use serde::{Deserialize, Serialize};

use self::auth_data::AuthData;
pub use self::blocks::{
    ChildBlock, DemographicBlock, FaceAppEnrolment, FaceEnrolment, FingerEnrolment, IrisEnrolment,
    OtpBlock,
};
use super::enrolled::EnrolmentReply;
use crate::api::headers::EnrolmentHeaders;

abdm_core::endpoint! {
    /// Create the ABHA number of the person who gives this proof of an Aadhaar number; or return
    /// the one that exists. **Never repeated**: after a time-out the account may exist, so look it
    /// up by a login first.
    pub EnrolByAadhaar {
        method: POST,
        family: Abha,
        path: "/v3/enrollment/enrol/byAadhaar",
        auth: Session,
        headers: EnrolmentHeaders,
        request: AadhaarEnrolment,
        response: EnrolmentReply,
        success: OK,
        replay: Never,
        errors: Enrol,
        source: "m1-abha.md 6.1, 6.4, 6.6, 6.7",
    }
}

/// The proof and the consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AadhaarEnrolment {
    /// The proof.
    pub auth_data: AadhaarProof,
    /// Which consent text the person agreed to.
    pub consent: AgreedConsent,
}

impl AadhaarEnrolment {
    /// An enrolment by this proof.
    #[must_use]
    pub const fn new(proof: AadhaarProof, consent: AgreedConsent) -> Self {
        Self { auth_data: proof, consent }
    }
}

/// The consent text, by code and version. The text itself is shown to the person in full before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AgreedConsent {
    /// `abha-enrollment`.
    pub code: String,
    /// `1.4`.
    pub version: String,
}

impl AgreedConsent {
    /// The text of today: `abha-enrollment`, version 1.4.
    #[must_use]
    pub fn current() -> Self {
        Self { code: "abha-enrollment".to_owned(), version: "1.4".to_owned() }
    }
}

/// How the person proves to own the Aadhaar number. On the wire: `authMethods` and the block that
/// bears the method's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "AuthData", into = "AuthData")]
#[non_exhaustive]
pub enum AadhaarProof {
    /// By the OTP that UIDAI sent.
    Otp(OtpBlock),
    /// By fingerprints.
    Bio(FingerEnrolment),
    /// By an iris.
    Iris(IrisEnrolment),
    /// By a face, scanned here.
    Face(FaceEnrolment),
    /// By a face, scanned by the ABHA app.
    FaceAuth(FaceAppEnrolment),
    /// By name, date of birth and gender as on Aadhaar; government programmes only.
    Demographic(Box<DemographicBlock>),
    /// By a parent's word, for a child.
    Child(ChildBlock),
}
