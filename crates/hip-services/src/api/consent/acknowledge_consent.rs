//! `AcknowledgeConsent`.

use abdm_core::api::reply::InResponseTo;
use abdm_core::error::CallbackError;
use abdm_core::id::{ConsentId, RequestId};
use abdm_core::wire::Accepted;
use serde::{Deserialize, Serialize};

abdm_core::endpoint! {
    /// Acknowledge a consent notice. Left out, the consent manager tells the HIU that the HIP did
    /// not acknowledge, and no data can be asked for.
    pub AcknowledgeConsent {
        method: POST,
        family: Gateway,
        path: "/api/hiecm/consent/v3/request/hip/on-notify",
        auth: Session,
        request: ConsentAcknowledgement,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: HipOnNotify,
        source: "m2-hip.md 7",
    }
}

/// Noted, or why not: never both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ConsentAcknowledgement {
    /// Noted. One object here; the HIU's acknowledgement is a list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledgement: Option<Acknowledged>,
    /// Why not.
    #[serde(
        default,
        deserialize_with = "CallbackError::read_optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub error: Option<CallbackError>,
    /// The `REQUEST-ID` of the notice itself: a fresh one is answered with ABDM-2500.
    pub response: InResponseTo,
}

impl ConsentAcknowledgement {
    /// The notice `request` of the artefact `consent_id` is noted.
    #[must_use]
    pub fn ok(request: RequestId, consent_id: ConsentId) -> Self {
        let acknowledgement = Acknowledged { status: "OK".to_owned(), consent_id };
        Self { acknowledgement: Some(acknowledgement), error: None, response: request.into() }
    }

    /// The notice `request` cannot be noted.
    #[must_use]
    pub fn refused(request: RequestId, error: CallbackError) -> Self {
        Self { acknowledgement: None, error: Some(error), response: request.into() }
    }
}

/// Which artefact is noted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Acknowledged {
    /// `OK`.
    pub status: String,
    /// The artefact.
    pub consent_id: ConsentId,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notice() -> RequestId {
        "3f2a1c80-0000-4000-8000-000000000001".parse().unwrap()
    }

    #[test]
    fn it_says_ok_or_an_error_and_names_the_notice() {
        let ok = ConsentAcknowledgement::ok(notice(), "c-1".parse().unwrap());
        assert_eq!(
            serde_json::to_string(&ok).unwrap(),
            r#"{"acknowledgement":{"status":"OK","consentId":"c-1"},"response":{"requestId":"3f2a1c80-0000-4000-8000-000000000001"}}"#
        );
        let no = ConsentAcknowledgement::refused(notice(), CallbackError::new(1001, "unknown"));
        assert_eq!(
            serde_json::to_string(&no).unwrap(),
            r#"{"error":{"code":"ABDM-1001","message":"unknown"},"response":{"requestId":"3f2a1c80-0000-4000-8000-000000000001"}}"#
        );
    }

    #[test]
    fn a_list_as_the_hiu_sends_it_is_not_read() {
        let list = r#"{"acknowledgement":[{"status":"OK","consentId":"c-1"}],"response":{"requestId":"x"}}"#;
        assert!(serde_json::from_str::<ConsentAcknowledgement>(list).is_err());
    }
}
