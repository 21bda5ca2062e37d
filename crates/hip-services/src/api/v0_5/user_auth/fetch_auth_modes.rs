//! `FetchAuthModes`.

use abdm_core::id::HipId;
use abdm_core::person::AbhaAddress;
use abdm_core::wire::Accepted;
use serde::{Deserialize, Serialize};

use super::{AuthPurpose, AuthRequester, OnFetchAuthModes};

abdm_core::endpoint! {
    /// Ask by which ways a patient may prove themselves for a purpose.
    pub FetchAuthModes {
        method: POST,
        family: Gateway,
        path: "/gateway/v0.5/users/auth/fetch-modes",
        auth: Session,
        envelope: Body,
        request: AuthModesRequest,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        callback: OnFetchAuthModes,
        errors: UserAuth,
        source: "m2-hip.md 10",
    }
}

/// The envelope of the question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AuthModesRequest {
    /// The question.
    pub query: AuthModesQuery,
}

impl AuthModesRequest {
    /// The facility asks for this patient and purpose.
    #[must_use]
    pub fn new(hip_id: &HipId, id: AbhaAddress, purpose: AuthPurpose) -> Self {
        Self { query: AuthModesQuery { id, purpose, requester: hip_id.into() } }
    }
}

/// Whose ways, for what, and who asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AuthModesQuery {
    /// The patient.
    pub id: AbhaAddress,
    /// What for.
    pub purpose: AuthPurpose,
    /// Who asks.
    pub requester: AuthRequester,
}
