//! `AcknowledgePatientStatusV05`.

use abdm_core::api::reply::{AcknowledgementStatus, Answered};
use abdm_core::error::CallbackError;
use abdm_core::wire::Accepted;
use serde::{Deserialize, Serialize};

use super::StatusAcknowledgement;

abdm_core::endpoint! {
    /// Say that a notice of V0.5 is noted, or why it is not.
    pub AcknowledgePatientStatusV05 {
        method: POST,
        family: Gateway,
        path: "/gateway/v0.5/patients/status/on-notify",
        auth: Session,
        envelope: Body,
        request: StatusAcknowledgementV05,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: PatientStatus,
        source: "m2-hip.md 9",
    }
}

/// Noted, or why not: never both. V0.5 spells the name of the field without the second `e`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StatusAcknowledgementV05 {
    /// Noted.
    #[serde(
        default,
        alias = "acknowledgement",
        deserialize_with = "AcknowledgementStatus::read_optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub acknowledgment: Option<AcknowledgementStatus>,
    /// Why not.
    #[serde(
        default,
        deserialize_with = "CallbackError::read_optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub error: Option<CallbackError>,
    /// The `requestId` of the notice itself.
    #[serde(flatten)]
    pub answered: Answered,
}

impl From<StatusAcknowledgement> for StatusAcknowledgementV05 {
    fn from(newer: StatusAcknowledgement) -> Self {
        let StatusAcknowledgement { acknowledgement, error, answered } = newer;
        Self { acknowledgment: acknowledgement, error, answered }
    }
}

impl From<StatusAcknowledgementV05> for StatusAcknowledgement {
    fn from(older: StatusAcknowledgementV05) -> Self {
        let StatusAcknowledgementV05 { acknowledgment, error, answered } = older;
        Self { acknowledgement: acknowledgment, error, answered }
    }
}

#[cfg(test)]
mod tests {
    use abdm_core::call::{Call, Envelope};
    use abdm_core::id::RequestId;

    use super::*;

    #[test]
    fn it_is_written_in_the_words_of_version_0_5() {
        let own: RequestId = "3f2a1c80-0000-4000-8000-000000000001".parse().unwrap();
        let notice: RequestId = "3f2a1c80-0000-4000-8000-000000000002".parse().unwrap();
        let ok = StatusAcknowledgement::ok(notice);
        let call = Call::<AcknowledgePatientStatusV05>::new(ok.clone().into());
        let at = "2026-09-14T09:00:00Z".parse().unwrap();
        let base = "https://dev.abdm.gov.in".parse().unwrap();
        let request = call.to_http(&base, &Envelope::new(own, at)).unwrap();
        let written: serde_json::Value = serde_json::from_slice(request.body()).unwrap();
        let expected = serde_json::json!({
            "requestId": own, "timestamp": "2026-09-14T09:00:00.000Z",
            "acknowledgment": {"status": "OK"}, "resp": {"requestId": notice},
        });
        assert_eq!(written, expected);
        assert!(!request.headers().contains_key(abdm_core::headers::REQUEST_ID));
        let read: StatusAcknowledgementV05 = serde_json::from_slice(request.body()).unwrap();
        assert_eq!(StatusAcknowledgement::from(read), ok);
    }
}
