//! `AcknowledgeAuth`.

use abdm_core::api::reply::{AcknowledgementStatus, InResponseTo};
use abdm_core::error::CallbackError;
use abdm_core::id::RequestId;
use abdm_core::wire::Accepted;
use serde::{Deserialize, Serialize};

abdm_core::endpoint! {
    /// Acknowledge a patient's decision.
    pub AcknowledgeAuth {
        method: POST,
        family: Gateway,
        path: "/gateway/v0.5/users/auth/on-notify",
        auth: Session,
        envelope: Body,
        request: AuthNoticeAcknowledgement,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: UserAuth,
        source: "m2-hip.md 10",
    }
}

/// Acknowledged, or why not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AuthNoticeAcknowledgement {
    /// `OK`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledgement: Option<AcknowledgementStatus>,
    /// Why not.
    #[serde(
        default,
        deserialize_with = "CallbackError::read_optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub error: Option<CallbackError>,
    /// The `requestId` of the notice itself.
    pub response: InResponseTo,
}

impl AuthNoticeAcknowledgement {
    /// The notice `request` is understood.
    #[must_use]
    pub fn ok(request: RequestId) -> Self {
        let acknowledgement = Some(AcknowledgementStatus::ok());
        Self { acknowledgement, error: None, response: request.into() }
    }

    /// The notice `request` is of nothing that is known here.
    #[must_use]
    pub fn refused(request: RequestId, error: CallbackError) -> Self {
        Self { acknowledgement: None, error: Some(error), response: request.into() }
    }
}
