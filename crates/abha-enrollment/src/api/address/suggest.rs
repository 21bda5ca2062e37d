//! `SuggestAddressNames`.

use abdm_core::id::TxnId;
use serde::{Deserialize, Serialize};

use crate::api::enrollment::AbhaAddressSuggestions;
use crate::api::fields::Personal;

abdm_core::endpoint! {
    /// Suggest free ABHA addresses made from a name and a date of birth.
    pub SuggestAddressNames {
        method: POST,
        family: AbhaAddressWeb,
        path: "/enrollment/suggestion",
        auth: Session,
        request: SuggestionRequest,
        response: AbhaAddressSuggestions,
        success: OK,
        replay: Safe,
        errors: WebSuggestion,
        source: "m1-abha.md 8, 11",
    }
}

/// For whom. What is not known is sent as a blank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SuggestionRequest {
    /// The transaction of the verification.
    pub txn_id: TxnId,
    /// First name.
    pub first_name: Personal,
    /// Last name.
    #[serde(default)]
    pub last_name: Personal,
    /// Day of birth, without a leading zero.
    #[serde(default)]
    pub day_of_birth: Personal,
    /// Month of birth, without a leading zero.
    #[serde(default)]
    pub month_of_birth: Personal,
    /// Year of birth.
    pub year_of_birth: Personal,
    /// E-mail address.
    #[serde(default)]
    pub email: Personal,
}

impl SuggestionRequest {
    /// For a person of this name, born in this year.
    #[must_use]
    pub fn new(txn_id: TxnId, first_name: Personal, year_of_birth: Personal) -> Self {
        Self {
            txn_id,
            first_name,
            last_name: Personal::default(),
            day_of_birth: Personal::default(),
            month_of_birth: Personal::default(),
            year_of_birth,
            email: Personal::default(),
        }
    }
}
