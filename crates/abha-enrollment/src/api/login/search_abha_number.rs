//! `SearchAbhaNumber`.

use abdm_core::lenient;
use abdm_core::person::{AbhaNumber, dashed};
use serde::{Deserialize, Serialize};

use crate::api::fields::{Personal, SeenAbhaNumber, flag, seen, word};
use crate::api::vocabulary::{AbhaStatus, AuthOption, VerificationStatus, VerificationType};

abdm_core::endpoint! {
    /// Ask in which state an ABHA number is, and how its owner may prove it. Sends no OTP.
    pub SearchAbhaNumber {
        method: POST,
        family: Abha,
        path: "/v3/profile/login/search",
        auth: Session,
        request: AbhaNumberQuery,
        response: AbhaNumberState,
        success: OK,
        replay: Safe,
        errors: Login,
        source: "m1-abha.md 7.5",
    }
}

/// Which number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AbhaNumberQuery {
    /// The number, dashed and in the clear.
    #[serde(rename = "ABHANumber", with = "dashed")]
    pub abha_number: AbhaNumber,
}

impl AbhaNumberQuery {
    /// This number.
    #[must_use]
    pub const fn new(abha_number: AbhaNumber) -> Self {
        Self { abha_number }
    }
}

/// The number's state. Every field may be absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AbhaNumberState {
    /// The preferred ABHA address.
    #[serde(deserialize_with = "word", default)]
    pub preferred_abha_address: Option<Personal>,
    /// The number.
    #[serde(deserialize_with = "seen", rename = "ABHANumber", default)]
    pub abha_number: Option<SeenAbhaNumber>,
    /// How it may be proved.
    #[serde(with = "lenient::list", default)]
    pub auth_methods: Vec<AuthOption>,
    /// Which ways its owner closed.
    #[serde(with = "lenient::list", default)]
    pub blocked_auth_methods: Vec<AuthOption>,
    /// The account's state.
    #[serde(deserialize_with = "word", default)]
    pub status: Option<AbhaStatus>,
    /// Whether the identity is proved in full.
    #[serde(default)]
    pub verification_status: Option<VerificationStatus>,
    /// The mobile number, masked.
    #[serde(default)]
    pub mobile: Option<Personal>,
    /// How the identity was proved.
    #[serde(default)]
    pub verification_type: Option<VerificationType>,
    /// Whether it was proved by a document only.
    #[serde(with = "flag", default)]
    pub is_document_account: Option<bool>,
}
