//! `OnFetchAuthModes`.

use abdm_core::api::reply::Answered;
use abdm_core::error::CallbackError;
use abdm_core::headers::HipHeaders;
use abdm_core::id::RequestId;
use abdm_core::lenient;
use abdm_core::wire::Accepted;
use serde::{Deserialize, Serialize};

use super::{AuthMode, AuthPurpose};

abdm_core::endpoint! {
    /// By which ways the patient may prove themselves.
    pub OnFetchAuthModes {
        method: POST,
        family: Bridge,
        path: "/v0.5/users/auth/on-fetch-modes",
        auth: SignedCallback,
        envelope: Body,
        headers: HipHeaders,
        request: AuthModesReply,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: UserAuth,
        source: "m2-hip.md 10",
    }
}

/// The ways, or why there are none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AuthModesReply {
    /// The ways.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth: Option<OfferedModes>,
    /// Why there are none.
    #[serde(
        default,
        deserialize_with = "CallbackError::read_optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub error: Option<CallbackError>,
    /// Which question this answers.
    #[serde(flatten)]
    pub answered: Answered,
}

impl AuthModesReply {
    /// The question `request` has this answer.
    #[must_use]
    pub fn new(request: RequestId, answer: Result<OfferedModes, CallbackError>) -> Self {
        let (auth, error) = match answer {
            Ok(modes) => (Some(modes), None),
            Err(error) => (None, Some(error)),
        };
        Self { auth, error, answered: request.into() }
    }
}

/// The ways for a purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OfferedModes {
    /// What for; some leave it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<AuthPurpose>,
    /// The ways.
    #[serde(with = "lenient::list", default)]
    pub modes: Vec<AuthMode>,
}

impl OfferedModes {
    /// These ways for this purpose.
    #[must_use]
    pub const fn new(purpose: AuthPurpose, modes: Vec<AuthMode>) -> Self {
        Self { purpose: Some(purpose), modes }
    }
}
