//! `ListSwitchProfiles` and `SwitchProfile`.

use abdm_core::id::TxnId;
use abdm_core::lenient;
use abdm_core::wire::NoBody;
use serde::{Deserialize, Serialize};

use crate::api::address::{AddressUser, ChosenAddress};
use crate::api::fields::{maybe_id, word};
use crate::api::token::IssuedTokens;
use crate::api::vocabulary::AuthResult;

abdm_core::endpoint! {
    /// List the addresses to which the person may switch. It gives a transfer token.
    pub ListSwitchProfiles {
        method: GET,
        family: PhrApp,
        path: "/login/profile/switch-profile",
        auth: SessionAndAppUser,
        request: NoBody,
        response: SwitchProfiles,
        success: OK,
        replay: Safe,
        errors: AppProfile,
        source: "m1-abha.md 11",
    }
}

abdm_core::endpoint! {
    /// Exchange that transfer token for the token of another address of the same person.
    pub SwitchProfile {
        method: POST,
        family: PhrApp,
        path: "/login/profile/verify/switch-profile/user",
        auth: SessionAndTransfer,
        request: ChosenAddress,
        response: IssuedTokens,
        success: OK,
        replay: IfUnprocessed,
        errors: AppProfile,
        source: "m1-abha.md 11",
    }
}

/// The person's addresses.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SwitchProfiles {
    /// The transaction of the choice.
    #[serde(with = "maybe_id", default, skip_serializing_if = "Option::is_none")]
    pub txn_id: Option<TxnId>,
    /// The addresses.
    #[serde(with = "lenient::list", default)]
    pub users: Vec<AddressUser>,
    /// The transfer token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tokens: Option<IssuedTokens>,
    /// ABDM's text, which the documents have not here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The outcome, which the documents have not here.
    #[serde(deserialize_with = "word", default, skip_serializing_if = "Option::is_none")]
    pub auth_result: Option<AuthResult>,
}

impl SwitchProfiles {
    /// An answer, as the sandbox makes it.
    #[must_use]
    pub const fn new(txn_id: TxnId, users: Vec<AddressUser>, tokens: IssuedTokens) -> Self {
        Self { txn_id: Some(txn_id), users, tokens: Some(tokens), message: None, auth_result: None }
    }
}
