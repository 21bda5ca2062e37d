//! `AnswerLinkConfirmV05`.

use abdm_core::api::reply::InResponseTo;
use abdm_core::error::CallbackError;
use abdm_core::headers::HipHeaders;
use abdm_core::wire::{Accepted, WireError};
use serde::{Deserialize, Serialize};

use crate::api::user_linking::{AnswerLinkConfirm, LinkConfirmAnswer};
use crate::api::v0_5::{OlderCall, PatientV05};

abdm_core::endpoint! {
    /// Say that the chosen care contexts are linked, or why not.
    pub AnswerLinkConfirmV05 {
        method: POST,
        family: Gateway,
        path: "/gateway/v0.5/links/link/on-confirm",
        auth: Session,
        envelope: Body,
        request: LinkConfirmAnswerV05,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: OnConfirm,
        source: "m2-hip.md 10",
    }
}

/// Linked, or why not: never both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LinkConfirmAnswerV05 {
    /// The care contexts that were chosen, and no others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patient: Option<PatientV05>,
    /// Why nothing is linked.
    #[serde(
        default,
        deserialize_with = "CallbackError::read_optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub error: Option<CallbackError>,
    /// The `requestId` of the confirmation itself.
    pub response: InResponseTo,
}

impl OlderCall for AnswerLinkConfirmV05 {
    type Newer = AnswerLinkConfirm;

    fn older(_: &HipHeaders, body: &LinkConfirmAnswer) -> Result<LinkConfirmAnswerV05, WireError> {
        Ok(LinkConfirmAnswerV05 {
            patient: PatientV05::of(&body.patient),
            error: body.error.clone(),
            response: body.response.clone(),
        })
    }
}
