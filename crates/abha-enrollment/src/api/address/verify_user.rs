//! `VerifyAddressUser`.

use abdm_core::id::TxnId;
use abdm_core::person::AbhaAddress;
use serde::{Deserialize, Serialize};

use crate::api::fields::Personal;
use crate::api::token::IssuedTokens;

abdm_core::endpoint! {
    /// Exchange a transfer token for the token of the address that the person chose.
    pub VerifyAddressUser {
        method: POST,
        family: AbhaAddressWeb,
        path: "/login/abha/verify/user",
        auth: SessionAndTransfer,
        request: ChosenAddress,
        response: IssuedTokens,
        success: OK,
        replay: IfUnprocessed,
        errors: WebLogin,
        source: "m1-abha.md 8, 11",
    }
}

/// The address that the person chose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ChosenAddress {
    /// The address with its suffix, in the clear.
    pub abha_address: Personal,
    /// The transaction of the verification.
    pub txn_id: TxnId,
}

impl ChosenAddress {
    /// This address.
    #[must_use]
    pub fn new(address: &AbhaAddress, txn_id: TxnId) -> Self {
        Self { abha_address: Personal::new(address.as_str()), txn_id }
    }
}
