//! `SuggestPhrAddressNames` and `CheckPhrAddressName`.

use crate::api::address::{
    AddressNameQuery, CheckAddressName, SuggestAddressNames, SuggestionRequest,
};
use crate::api::enrollment::AbhaAddressSuggestions;

abdm_core::endpoint! {
    /// Suggest free ABHA addresses made from a name and a date of birth.
    pub SuggestPhrAddressNames {
        method: POST,
        family: PhrApp,
        same_path_as: SuggestAddressNames,
        auth: Session,
        request: SuggestionRequest,
        response: AbhaAddressSuggestions,
        success: OK,
        replay: Safe,
        errors: AppSuggestion,
        source: "m1-abha.md 11",
    }
}

abdm_core::endpoint! {
    /// Ask whether an ABHA address is taken. The answer is a bare `true` (taken) or `false`.
    pub CheckPhrAddressName {
        method: GET,
        family: PhrApp,
        same_path_as: CheckAddressName,
        auth: Session,
        request: AddressNameQuery,
        response: bool,
        success: OK,
        replay: Safe,
        errors: AppEnrol,
        source: "m1-abha.md 11, 14",
    }
}
