//! `EnrolByAadhaar`.

use abdm_core::id::TxnId;
use serde::{Deserialize, Serialize};

use super::enrolled::EnrolmentReply;
use crate::api::fields::Personal;
use crate::api::headers::EnrolmentHeaders;
use crate::api::vocabulary::AuthMethod;
use crate::encryption::{AbhaKey, Encrypted};

abdm_core::endpoint! {
    /// Create the ABHA number of the person who gives this proof of an Aadhaar number; or return the
    /// one that exists. **Never repeated**: after a time-out the account may exist, so look it up by
    /// a login first.
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
        Self {
            auth_data: proof,
            consent,
        }
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
        Self {
            code: "abha-enrollment".to_owned(),
            version: "1.4".to_owned(),
        }
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
}

/// The OTP that UIDAI sent, and the mobile number for the future.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OtpBlock {
    /// When it was typed, `YYYY-MM-DD HH:mm:ss`. Optional.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_stamp: Option<String>,
    /// The transaction of the request that sent it.
    pub txn_id: TxnId,
    /// The six digits, encrypted.
    pub otp_value: Encrypted<AbhaKey>,
    /// The mobile number to reach the person at, ten digits, in the clear. When Aadhaar knows the same
    /// one it is linked at once.
    #[serde(default)]
    pub mobile: Option<Personal>,
}

impl OtpBlock {
    /// This OTP of this transaction, and this mobile number.
    #[must_use]
    pub fn new(
        txn_id: TxnId,
        otp_value: Encrypted<AbhaKey>,
        mobile: &abdm_core::secret::MobileNumber,
    ) -> Self {
        let mobile = Some(Personal::new(mobile.expose()));
        Self {
            time_stamp: None,
            txn_id,
            otp_value,
            mobile,
        }
    }
}

/// `authData` as it stands on the wire.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AuthData {
    auth_methods: Vec<AuthMethod>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    otp: Option<OtpBlock>,
}

impl From<AadhaarProof> for AuthData {
    fn from(proof: AadhaarProof) -> Self {
        match proof {
            AadhaarProof::Otp(otp) => Self {
                auth_methods: vec![AuthMethod::Otp],
                otp: Some(otp),
            },
        }
    }
}

impl TryFrom<AuthData> for AadhaarProof {
    type Error = &'static str;

    fn try_from(data: AuthData) -> Result<Self, Self::Error> {
        match data.auth_methods.as_slice() {
            [AuthMethod::Otp] => data.otp.map(Self::Otp).ok_or("expected a block named otp"),
            _ => Err("expected one known method in authMethods"),
        }
    }
}
