//! `OnHealthInformationRequest`.

use abdm_core::api::data_flow::HiRequest;
use abdm_core::headers::HipHeaders;
use abdm_core::id::TransactionId;
use abdm_core::wire::Accepted;
use serde::{Deserialize, Serialize};

abdm_core::endpoint! {
    /// A HIU asks for records under a consent. May come before the consent's own notice.
    pub OnHealthInformationRequest {
        method: POST,
        family: Bridge,
        path: "/api/v3/hip/health-information/request",
        auth: SignedCallback,
        headers: HipHeaders,
        request: HealthInformationRequest,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: HipOnRequest,
        source: "m2-hip.md 8.1",
    }
}

/// What is asked for, and where it is to go. Live bodies also hold a blank `requestId` and
/// `timestamp`: the headers count.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct HealthInformationRequest {
    /// The transfer's id, made by the consent manager.
    pub transaction_id: TransactionId,
    /// Consent, dates, push URL and the HIU's key material.
    pub hi_request: HiRequest,
}

impl HealthInformationRequest {
    /// The request of the transfer `transaction_id`.
    #[must_use]
    pub const fn new(transaction_id: TransactionId, hi_request: HiRequest) -> Self {
        Self { transaction_id, hi_request }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_live_request_is_read_with_its_blank_ids() {
        let json = r#"{"requestId":"","timestamp":null,"transactionId":"49455d89-cb13-483d-ad71-7a57d5f669a8",
            "hiRequest":{"consent":{"id":"ed486d33"},
            "dateRange":{"from":"2026-09-07T09:57:59.626Z","to":"2026-09-14 09:57:59.626"},
            "dataPushUrl":"https://hiu.example.org/data/push/ed486d33",
            "keyMaterial":{"cryptoAlg":"ECDH","curve":"curve25519",
            "dhPublicKey":{"expiry":"soon","parameters":"Ephemeral public key","keyValue":"BA=="}}}}"#;
        let read: HealthInformationRequest = serde_json::from_str(json).unwrap();
        assert_eq!(read.hi_request.consent.id.as_str(), "ed486d33");
        assert_eq!(read.hi_request.data_push_url, "https://hiu.example.org/data/push/ed486d33");
    }
}
