//! `RequestHealthInformation`.

use abdm_core::api::data_flow::HiRequest;
use abdm_core::headers::HiuHeaders;
use abdm_core::wire::Accepted;
use serde::{Deserialize, Serialize};

use super::OnHealthInformationRequested;

abdm_core::endpoint! {
    /// Ask for the records of one consent artefact. One request for each artefact, with a key pair
    /// and a nonce of its own.
    ///
    /// Not repeated when it is unclear what happened: a second transfer would begin.
    pub RequestHealthInformation {
        method: POST,
        family: Gateway,
        path: "/api/hiecm/data-flow/v3/health-information/request",
        auth: Session,
        headers: HiuHeaders,
        request: HealthInformationRequest,
        response: Accepted,
        success: ACCEPTED,
        replay: IfUnprocessed,
        callback: OnHealthInformationRequested,
        errors: DataRequest,
        source: "m3-hiu.md 3.1",
    }
}

/// The envelope of a health-information request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct HealthInformationRequest {
    /// The request.
    pub hi_request: HiRequest,
}

impl From<HiRequest> for HealthInformationRequest {
    fn from(hi_request: HiRequest) -> Self {
        Self { hi_request }
    }
}
