//! `SuggestAbhaAddresses`.

use abdm_core::headers::TransactionHeaders;
use abdm_core::id::TxnId;
use abdm_core::wire::NoBody;
use serde::{Deserialize, Serialize};

use crate::api::fields::{Personal, addresses, maybe_id};

abdm_core::endpoint! {
    /// Suggest free ABHA addresses made from the person's name and date of birth.
    pub SuggestAbhaAddresses {
        method: GET,
        family: Abha,
        path: "/v3/enrollment/enrol/suggestion",
        auth: Session,
        headers: TransactionHeaders,
        request: NoBody,
        response: AbhaAddressSuggestions,
        success: OK,
        replay: Safe,
        errors: Suggestion,
        source: "m1-abha.md 6.3",
    }
}

/// Free addresses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AbhaAddressSuggestions {
    /// The transaction to go on with.
    #[serde(with = "maybe_id", default)]
    pub txn_id: Option<TxnId>,
    /// The names, without the suffix.
    #[serde(deserialize_with = "addresses", default)]
    pub abha_address_list: Vec<Personal>,
}

impl AbhaAddressSuggestions {
    /// An answer, as the sandbox makes it.
    #[must_use]
    pub const fn new(txn_id: TxnId, abha_address_list: Vec<Personal>) -> Self {
        Self { txn_id: Some(txn_id), abha_address_list }
    }
}
