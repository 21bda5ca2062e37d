//! `RenewSession`.

use abdm_core::wire::NoBody;

use crate::api::token::IssuedTokens;

abdm_core::endpoint! {
    /// Get a fresh user token for a refresh token.
    pub RenewSession {
        method: GET,
        family: Abha,
        path: "/v3/profile/account/request/token",
        auth: SessionAndRefresh,
        request: NoBody,
        response: IssuedTokens,
        success: OK,
        replay: IfUnprocessed,
        errors: Account,
        source: "m1-abha.md 9",
    }
}
