//! `AcknowledgeHealthInformationRequestV05`.

use abdm_core::wire::Accepted;

use crate::api::health_information::{AcknowledgeHealthInformationRequest, RequestAcknowledgement};
use crate::api::v0_5::same_body;

abdm_core::endpoint! {
    /// Say that a request for records will be served, or why not.
    pub AcknowledgeHealthInformationRequestV05 {
        method: POST,
        family: Gateway,
        path: "/gateway/v0.5/health-information/hip/on-request",
        auth: Session,
        envelope: Body,
        request: RequestAcknowledgement,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: HipOnRequest,
        source: "m2-hip.md 10",
    }
}

same_body! { call AcknowledgeHealthInformationRequestV05 => AcknowledgeHealthInformationRequest; }
