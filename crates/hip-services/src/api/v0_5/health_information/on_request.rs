//! `OnHealthInformationRequestV05`.

use abdm_core::headers::HipHeaders;
use abdm_core::wire::Accepted;

use crate::api::health_information::{HealthInformationRequest, OnHealthInformationRequest};
use crate::api::v0_5::same_body;

abdm_core::endpoint! {
    /// A HIU asks for the records of a consent.
    pub OnHealthInformationRequestV05 {
        method: POST,
        family: Bridge,
        path: "/v0.5/health-information/hip/request",
        auth: SignedCallback,
        envelope: Body,
        headers: HipHeaders,
        request: HealthInformationRequest,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: HipOnRequest,
        source: "m2-hip.md 10",
    }
}

same_body! { callback OnHealthInformationRequestV05 => OnHealthInformationRequest; }
