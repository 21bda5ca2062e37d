//! `AnswerDiscoveryV05`.

use abdm_core::api::reply::InResponseTo;
use abdm_core::error::CallbackError;
use abdm_core::headers::ToleratedHiuHeaders;
use abdm_core::id::TransactionId;
use abdm_core::wire::{Accepted, WireError};
use serde::{Deserialize, Serialize};

use crate::api::user_linking::{AnswerDiscovery, DiscoveryAnswer};
use crate::api::v0_5::{OlderCall, PatientV05};

abdm_core::endpoint! {
    /// Answer a discovery: with one patient and the care contexts that are not linked yet, or with
    /// the reason why there are none.
    pub AnswerDiscoveryV05 {
        method: POST,
        family: Gateway,
        path: "/gateway/v0.5/care-contexts/on-discover",
        auth: Session,
        envelope: Body,
        request: DiscoveryAnswerV05,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: OnDiscover,
        source: "m2-hip.md 10",
    }
}

/// One patient, or why there is none: never both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DiscoveryAnswerV05 {
    /// The transaction of the discovery.
    pub transaction_id: TransactionId,
    /// The patient, and by what they were found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patient: Option<PatientV05>,
    /// Why there is nothing to link.
    #[serde(
        default,
        deserialize_with = "CallbackError::read_optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub error: Option<CallbackError>,
    /// The `requestId` of the discovery itself.
    pub response: InResponseTo,
}

impl OlderCall for AnswerDiscoveryV05 {
    type Newer = AnswerDiscovery;

    fn older(
        _: &ToleratedHiuHeaders,
        body: &DiscoveryAnswer,
    ) -> Result<DiscoveryAnswerV05, WireError> {
        let patient = PatientV05::of(&body.patient);
        Ok(DiscoveryAnswerV05 {
            transaction_id: body.transaction_id.clone(),
            patient: patient.map(|patient| patient.matched_by(&body.matched_by)),
            error: body.error.clone(),
            response: body.response.clone(),
        })
    }
}
