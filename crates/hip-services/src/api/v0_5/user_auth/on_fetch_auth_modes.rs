//! `OnFetchAuthModes`.

use abdm_core::headers::HipHeaders;
use abdm_core::lenient;
use abdm_core::wire::Accepted;
use serde::{Deserialize, Serialize};

use super::{AuthMode, AuthPurpose, ProofReply};

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
pub type AuthModesReply = ProofReply<OfferedModes>;

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
