//! `InitAuth`.

use abdm_core::id::HipId;
use abdm_core::person::AbhaAddress;
use abdm_core::wire::Accepted;
use serde::{Deserialize, Serialize};

use super::{AuthMode, AuthPurpose, AuthRequester, OnInitAuth};

abdm_core::endpoint! {
    /// Let a patient prove themselves, in one of the ways that there are: an OTP may be sent to
    /// them. It is not repeated by itself once it may have arrived.
    pub InitAuth {
        method: POST,
        family: Gateway,
        path: "/gateway/v0.5/users/auth/init",
        auth: Session,
        envelope: Body,
        request: AuthInitRequest,
        response: Accepted,
        success: ACCEPTED,
        replay: IfUnprocessed,
        callback: OnInitAuth,
        errors: UserAuth,
        source: "m2-hip.md 10",
    }
}

/// The envelope of the wish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AuthInitRequest {
    /// The wish.
    pub query: AuthInitQuery,
}

impl AuthInitRequest {
    /// The facility lets this patient prove themselves, in this way.
    #[must_use]
    pub fn new(
        hip_id: &HipId,
        id: AbhaAddress,
        purpose: AuthPurpose,
        auth_mode: Option<AuthMode>,
    ) -> Self {
        Self { query: AuthInitQuery { id, purpose, auth_mode, requester: hip_id.into() } }
    }
}

/// Who, for what, how, and who asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AuthInitQuery {
    /// The patient.
    pub id: AbhaAddress,
    /// What for.
    pub purpose: AuthPurpose,
    /// How; the consent manager chooses where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_mode: Option<AuthMode>,
    /// Who asks.
    pub requester: AuthRequester,
}
