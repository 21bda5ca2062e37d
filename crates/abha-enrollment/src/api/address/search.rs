//! `SearchAbhaAddress`.

use abdm_core::lenient;
use abdm_core::person::AbhaAddress;
use serde::{Deserialize, Serialize};

use crate::api::fields::{Personal, SeenAbhaNumber, seen, word};
use crate::api::vocabulary::{AbhaStatus, AuthOption};

abdm_core::endpoint! {
    /// Ask whose an ABHA address is, in which state, and how it may be proved. Sends no OTP.
    /// Nobody's: 400 with ABDM-1211.
    pub SearchAbhaAddress {
        method: POST,
        family: AbhaAddressWeb,
        path: "/login/abha/search",
        auth: Session,
        request: AbhaAddressQuery,
        response: AbhaAddressState,
        success: OK,
        replay: Safe,
        errors: WebLogin,
        source: "m1-abha.md 8",
    }
}

/// Which address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AbhaAddressQuery {
    /// The address with its suffix, in the clear.
    pub abha_address: Personal,
}

impl AbhaAddressQuery {
    /// This address.
    #[must_use]
    pub fn new(address: &AbhaAddress) -> Self {
        Self { abha_address: Personal::new(address.as_str()) }
    }
}

/// The address's state. Every field may be absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AbhaAddressState {
    /// The ABHA number behind it; `None` for a self-declared address.
    #[serde(deserialize_with = "seen", default)]
    pub health_id_number: Option<SeenAbhaNumber>,
    /// The address.
    #[serde(deserialize_with = "word", default)]
    pub abha_address: Option<Personal>,
    /// How it may be proved.
    #[serde(with = "lenient::list", default)]
    pub auth_methods: Vec<AuthOption>,
    /// Which ways its owner closed.
    #[serde(with = "lenient::list", default)]
    pub blocked_auth_methods: Vec<AuthOption>,
    /// Its state.
    #[serde(deserialize_with = "word", default)]
    pub status: Option<AbhaStatus>,
    /// ABDM's text.
    #[serde(default)]
    pub message: Option<String>,
    /// Whole name.
    #[serde(default)]
    pub full_name: Option<Personal>,
    /// Mobile number, masked.
    #[serde(default)]
    pub mobile: Option<Personal>,
}
