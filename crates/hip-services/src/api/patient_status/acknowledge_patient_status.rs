//! `AcknowledgePatientStatus`.

use abdm_core::api::reply::{AcknowledgementStatus, Answered};
use abdm_core::error::CallbackError;
use abdm_core::id::RequestId;
use abdm_core::wire::Accepted;
use serde::{Deserialize, Serialize};

abdm_core::endpoint! {
    /// Say that a notice of a patient's ABHA account is noted, or why it is not.
    ///
    /// NHA's lists print the path without the hyphen, in tables that lose hyphens at the ends of
    /// lines; the third one is a third party's.
    pub AcknowledgePatientStatus {
        method: POST,
        family: Gateway,
        path: "/api/hiecm/hip/v3/link/patient/links/hip/on-deactivate",
        older_paths: [
            "/api/hiecm/hip/v3/link/patient/links/hip/ondeactivate",
            "/api/hiecm/patients/v3/status/on-notify",
        ],
        auth: Session,
        request: StatusAcknowledgement,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: PatientStatus,
        source: "m2-hip.md 9",
    }
}

/// Noted, or why not: never both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StatusAcknowledgement {
    /// Noted. V0.5 spells the name without the second `e`.
    #[serde(
        default,
        alias = "acknowledgment",
        deserialize_with = "AcknowledgementStatus::read_optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub acknowledgement: Option<AcknowledgementStatus>,
    /// Why not.
    #[serde(
        default,
        deserialize_with = "CallbackError::read_optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub error: Option<CallbackError>,
    /// The `REQUEST-ID` of the notice itself.
    #[serde(flatten)]
    pub answered: Answered,
}

impl StatusAcknowledgement {
    /// The notice `request` is noted.
    #[must_use]
    pub fn ok(request: RequestId) -> Self {
        let acknowledgement = Some(AcknowledgementStatus::ok());
        Self { acknowledgement, error: None, answered: request.into() }
    }

    /// The notice `request` cannot be noted.
    #[must_use]
    pub fn refused(request: RequestId, error: CallbackError) -> Self {
        Self { acknowledgement: None, error: Some(error), answered: request.into() }
    }

    /// Which notice this answers.
    #[must_use]
    pub fn answers(&self) -> Option<RequestId> {
        self.answered.request()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_ok_or_an_error_and_names_the_notice_in_either_version() {
        let request: RequestId = "3f2a1c80-0000-4000-8000-000000000001".parse().unwrap();
        let ok = StatusAcknowledgement::ok(request);
        assert_eq!(
            serde_json::to_string(&ok).unwrap(),
            r#"{"acknowledgement":{"status":"OK"},"response":{"requestId":"3f2a1c80-0000-4000-8000-000000000001"}}"#
        );
        let older = r#"{"acknowledgment":{"status":"OK"},"error":null,"resp":{"requestId":"3f2a1c80-0000-4000-8000-000000000001"}}"#;
        assert_eq!(serde_json::from_str::<StatusAcknowledgement>(older).unwrap(), ok);
        let no = StatusAcknowledgement::refused(request, CallbackError::new(1006, "unknown"));
        assert_eq!(
            serde_json::to_string(&no).unwrap(),
            r#"{"error":{"code":"ABDM-1006","message":"unknown"},"response":{"requestId":"3f2a1c80-0000-4000-8000-000000000001"}}"#
        );
        assert_eq!(no.answers(), Some(request));
    }
}
