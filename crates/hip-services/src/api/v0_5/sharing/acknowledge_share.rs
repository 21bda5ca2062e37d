//! `AcknowledgeShareV05`.

use abdm_core::api::reply::InResponseTo;
use abdm_core::error::CallbackError;
use abdm_core::headers::StandardHeaders;
use abdm_core::lenient;
use abdm_core::person::AbhaAddress;
use abdm_core::wire::{Accepted, WireError};
use serde::{Deserialize, Serialize};

use crate::api::sharing::{AcknowledgeShare, ShareAcknowledgement, ShareStatus};
use crate::api::v0_5::OlderCall;

abdm_core::endpoint! {
    /// Answer a shared profile: with a token number, or with the reason why there is none.
    pub AcknowledgeShareV05 {
        method: POST,
        family: Gateway,
        path: "/gateway/v1.0/patients/profile/on-share",
        older_paths: ["/gateway/v0.5/patients/profile/on-share"],
        auth: Session,
        envelope: Body,
        request: ShareAcknowledgementV05,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: OnShare,
        source: "m2-hip.md 10",
    }
}

/// A token number, or why there is none: never both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ShareAcknowledgementV05 {
    /// The patient is registered, or is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledgement: Option<ShareAcknowledgedV05>,
    /// Why not.
    #[serde(
        default,
        deserialize_with = "CallbackError::read_optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub error: Option<CallbackError>,
    /// The `requestId` of the share itself.
    pub response: InResponseTo,
}

/// Who is registered, and under which number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ShareAcknowledgedV05 {
    /// `SUCCESS` or `FAILURE`.
    pub status: ShareStatus,
    /// The patient's ABHA address.
    pub health_id: AbhaAddress,
    /// The number that the patient is called by. For how long it is good V0.5 does not tell.
    #[serde(with = "lenient::text")]
    pub token_number: String,
}

impl OlderCall for AcknowledgeShareV05 {
    type Newer = AcknowledgeShare;

    fn older(
        _: &StandardHeaders,
        body: &ShareAcknowledgement,
    ) -> Result<ShareAcknowledgementV05, WireError> {
        let told = body.acknowledgement.as_ref().map(|told| ShareAcknowledgedV05 {
            status: match told.status {
                ShareStatus::Failed => ShareStatus::Other("FAILURE".to_owned()),
                ref status => status.clone(),
            },
            health_id: told.abha_address.clone(),
            token_number: told.profile.as_ref().map(|t| t.token_number.clone()).unwrap_or_default(),
        });
        let (error, response) = (body.error.clone(), body.response.clone());
        Ok(ShareAcknowledgementV05 { acknowledgement: told, error, response })
    }
}
