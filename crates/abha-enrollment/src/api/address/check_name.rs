//! `CheckAddressName`.

use abdm_core::person::AbhaAddress;
use serde::{Deserialize, Serialize};

use crate::api::fields::Personal;

abdm_core::endpoint! {
    /// Ask whether an ABHA address is taken. The answer is a bare `true` (taken) or `false`.
    pub CheckAddressName {
        method: GET,
        family: AbhaAddressWeb,
        path: "/enrollment/isExists",
        auth: Session,
        request: AddressNameQuery,
        response: bool,
        success: OK,
        replay: Safe,
        errors: WebEnrol,
        source: "m1-abha.md 8, 14",
    }
}

/// The query.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AddressNameQuery {
    /// The address, with or without its suffix.
    pub abha_address: Personal,
}

impl AddressNameQuery {
    /// This address.
    #[must_use]
    pub fn new(address: &AbhaAddress) -> Self {
        Self { abha_address: Personal::new(address.as_str()) }
    }
}
