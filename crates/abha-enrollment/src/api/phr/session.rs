//! `RenewPhrSession` and `LogOutPhr`.

use abdm_core::wire::NoBody;
use serde::{Deserialize, Serialize};

use crate::api::account::LoggedOut;
use crate::api::token::IssuedTokens;

abdm_core::endpoint! {
    /// Get a fresh token for a refresh token.
    pub RenewPhrSession {
        method: GET,
        family: PhrApp,
        path: "/login/profile/request/token",
        auth: SessionAndRefresh,
        request: NoBody,
        response: RenewedTokens,
        success: OK,
        replay: IfUnprocessed,
        errors: AppProfile,
        source: "m1-abha.md 11",
    }
}

abdm_core::endpoint! {
    /// End the session.
    pub LogOutPhr {
        method: GET,
        family: PhrApp,
        path: "/login/profile/request/logout",
        auth: SessionAndAppUser,
        request: NoBody,
        response: LoggedOut,
        success: OK,
        replay: Safe,
        errors: AppProfile,
        source: "m1-abha.md 11",
    }
}

/// Fresh tokens, in a block of their own; the ABHA family has them flat, which is read too.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(from = "IssuedTokens")]
#[non_exhaustive]
pub struct RenewedTokens {
    /// The tokens.
    pub tokens: IssuedTokens,
}

impl RenewedTokens {
    /// An answer, as the sandbox makes it.
    #[must_use]
    pub const fn new(tokens: IssuedTokens) -> Self {
        Self { tokens }
    }
}

impl From<IssuedTokens> for RenewedTokens {
    fn from(tokens: IssuedTokens) -> Self {
        Self { tokens }
    }
}
