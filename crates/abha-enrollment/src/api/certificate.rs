//! `FetchCertificate`: the RSA key of the ABHA family.

use abdm_core::wire::NoBody;
use serde::{Deserialize, Serialize};

abdm_core::endpoint! {
    /// Fetch the public key that encrypts fields for enrolment and profile calls. May change
    /// without notice: no rotation policy is published.
    pub FetchCertificate {
        method: GET,
        family: Abha,
        path: "/v3/profile/public/certificate",
        auth: Session,
        request: NoBody,
        response: PublicCertificate,
        success: OK,
        replay: Safe,
        errors: Certificate,
        source: "m1-abha.md 4",
    }
}

/// A public key and how to use it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PublicCertificate {
    /// Base64 of the DER `SubjectPublicKeyInfo`, without PEM armour.
    pub public_key: String,
    /// `RSA/ECB/OAEPWithSHA-1AndMGF1Padding`.
    #[serde(default)]
    pub encryption_algorithm: Option<String>,
}

/// The one algorithm that ABDM names.
pub const OAEP_SHA1: &str = "RSA/ECB/OAEPWithSHA-1AndMGF1Padding";

impl PublicCertificate {
    /// An answer, as the sandbox makes it, for a key that stands in base64 of its DER form.
    pub fn new(public_key: impl Into<String>) -> Self {
        Self { public_key: public_key.into(), encryption_algorithm: Some(OAEP_SHA1.to_owned()) }
    }
}
