//! `AcknowledgeHealthInformationRequest`.

use abdm_core::api::reply::InResponseTo;
use abdm_core::error::CallbackError;
use abdm_core::id::{RequestId, TransactionId};
use abdm_core::vocabulary::SessionStatus;
use abdm_core::wire::Accepted;
use serde::{Deserialize, Serialize};

abdm_core::endpoint! {
    /// Say that the records will be sent, or why not. A second answer for a transaction, in
    /// whatever session, is refused with ABDM-1113, which proves that the first one arrived.
    pub AcknowledgeHealthInformationRequest {
        method: POST,
        family: Gateway,
        path: "/api/hiecm/data-flow/v3/health-information/hip/on-request",
        auth: Session,
        request: RequestAcknowledgement,
        response: Accepted,
        success: OK,
        replay: Safe,
        errors: HipOnRequest,
        source: "m2-hip.md 8.2",
    }
}

/// Will be sent, or why not: never both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RequestAcknowledgement {
    /// Will be sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hi_request: Option<SessionState>,
    /// Why not.
    #[serde(
        default,
        deserialize_with = "CallbackError::read_optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub error: Option<CallbackError>,
    /// The `REQUEST-ID` of the request.
    pub response: InResponseTo,
}

impl RequestAcknowledgement {
    /// The records that `request` asked for in `transaction_id` will be sent.
    #[must_use]
    pub fn acknowledged(request: RequestId, transaction_id: TransactionId) -> Self {
        let state = SessionState { transaction_id, session_status: SessionStatus::Acknowledged };
        Self { hi_request: Some(state), error: None, response: request.into() }
    }

    /// The records that `request` asked for will not be sent.
    #[must_use]
    pub fn refused(request: RequestId, error: CallbackError) -> Self {
        Self { hi_request: None, error: Some(error), response: request.into() }
    }
}

/// The state of a transfer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct SessionState {
    /// Which transfer.
    pub transaction_id: TransactionId,
    /// `ACKNOWLEDGED`.
    pub session_status: SessionStatus,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_acknowledged_or_an_error_and_names_the_request() {
        let request: RequestId = "3f2a1c80-0000-4000-8000-000000000001".parse().unwrap();
        let yes = RequestAcknowledgement::acknowledged(request, "t-1".parse().unwrap());
        assert_eq!(
            serde_json::to_string(&yes).unwrap(),
            r#"{"hiRequest":{"transactionId":"t-1","sessionStatus":"ACKNOWLEDGED"},"response":{"requestId":"3f2a1c80-0000-4000-8000-000000000001"}}"#
        );
        let no = RequestAcknowledgement::refused(
            request,
            CallbackError::new(1062, "Consent Not granted"),
        );
        assert_eq!(
            serde_json::to_string(&no).unwrap(),
            r#"{"error":{"code":"ABDM-1062","message":"Consent Not granted"},"response":{"requestId":"3f2a1c80-0000-4000-8000-000000000001"}}"#
        );
    }
}
