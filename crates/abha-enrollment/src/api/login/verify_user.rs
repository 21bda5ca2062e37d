//! `VerifyUser`.

use abdm_core::id::TxnId;
use abdm_core::person::{AbhaNumber, dashed};
use serde::{Deserialize, Serialize};

use crate::api::token::IssuedTokens;

abdm_core::endpoint! {
    /// Exchange a transfer token for the token of the account that the person chose.
    pub VerifyUser {
        method: POST,
        family: Abha,
        path: "/v3/profile/login/verify/user",
        auth: SessionAndTransfer,
        request: ChosenAccount,
        response: IssuedTokens,
        success: OK,
        replay: IfUnprocessed,
        errors: Login,
        source: "m1-abha.md 7.4",
    }
}

/// The account that the person chose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ChosenAccount {
    /// Its number, dashed and in the clear.
    #[serde(rename = "ABHANumber", with = "dashed")]
    pub abha_number: AbhaNumber,
    /// The transaction of the verification.
    pub txn_id: TxnId,
}

impl ChosenAccount {
    /// This account.
    #[must_use]
    pub const fn new(abha_number: AbhaNumber, txn_id: TxnId) -> Self {
        Self { abha_number, txn_id }
    }
}
