//! `LogOut`.

use abdm_core::wire::NoBody;
use serde::{Deserialize, Serialize};

abdm_core::endpoint! {
    /// End the person's session.
    pub LogOut {
        method: GET,
        family: Abha,
        path: "/v3/profile/account/request/logout",
        auth: SessionAndUser,
        request: NoBody,
        response: LoggedOut,
        success: OK,
        replay: Safe,
        source: "m1-abha.md 9",
    }
}

/// The session is over.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct LoggedOut {
    /// ABDM's text.
    pub message: Option<String>,
    /// When, as a text without a zone.
    pub timestamp: Option<String>,
}
