//! `OnAddCareContexts`.

use abdm_core::api::reply::{AcknowledgementStatus, Answered};
use abdm_core::error::CallbackError;
use abdm_core::headers::HipHeaders;
use abdm_core::id::RequestId;
use abdm_core::wire::{Accepted, WireError};
use serde::{Deserialize, Serialize};

use crate::api::hip_linking::{LinkOutcome, LinkReply, OnLinkCareContexts};
use crate::api::v0_5::OlderCallback;

abdm_core::endpoint! {
    /// Whether the care contexts are linked.
    pub OnAddCareContexts {
        method: POST,
        family: Bridge,
        path: "/v0.5/links/link/on-add-contexts",
        auth: SignedCallback,
        envelope: Body,
        headers: HipHeaders,
        request: AddReply,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: Link,
        source: "m2-hip.md 10",
    }
}

/// Linked, or why not. An error decides, whatever stands beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AddReply {
    /// `SUCCESS`.
    #[serde(
        default,
        deserialize_with = "AcknowledgementStatus::read_optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub acknowledgement: Option<AcknowledgementStatus>,
    /// Why nothing is linked.
    #[serde(
        default,
        deserialize_with = "CallbackError::read_optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub error: Option<CallbackError>,
    /// Which request this answers.
    #[serde(flatten)]
    pub answered: Answered,
}

impl AddReply {
    /// The request has linked its care contexts.
    #[must_use]
    pub fn linked(request: RequestId) -> Self {
        let acknowledgement = Some(AcknowledgementStatus::success());
        Self { acknowledgement, error: None, answered: request.into() }
    }

    /// Why the request has linked nothing.
    #[must_use]
    pub fn refused(request: RequestId, error: CallbackError) -> Self {
        Self { acknowledgement: None, error: Some(error), answered: request.into() }
    }
}

impl OlderCallback for OnAddCareContexts {
    type Newer = OnLinkCareContexts;

    /// A status that is no known success is kept as ABDM's words, and judged as V3's are (rulings.md
    /// 28).
    fn newer(body: AddReply) -> LinkReply {
        LinkReply::of_older(body.acknowledgement.map(|told| told.status), body.error, body.answered)
    }

    fn older(body: &LinkReply) -> Result<AddReply, WireError> {
        let error = match body.outcome() {
            LinkOutcome::Refused(error) => Some(error),
            _ => body.error.clone(),
        };
        let acknowledgement = error.is_none().then(AcknowledgementStatus::success);
        Ok(AddReply { acknowledgement, error, answered: body.answered.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(json: &str) -> LinkOutcome {
        OnAddCareContexts::newer(serde_json::from_str(json).unwrap()).outcome()
    }

    #[test]
    fn success_is_a_link_an_error_is_none_and_other_words_are_kept() {
        assert_eq!(outcome(r#"{"acknowledgement":{"status":"SUCCESS"}}"#), LinkOutcome::Linked);
        assert_eq!(outcome(r#"{"acknowledgement":{"status":" success "}}"#), LinkOutcome::Linked);
        let both =
            r#"{"acknowledgement":{"status":"SUCCESS"},"error":{"code":1410,"message":"no"}}"#;
        assert!(matches!(outcome(both), LinkOutcome::Refused(_)));
        let odd = outcome(r#"{"acknowledgement":{"status":"PERHAPS"}}"#);
        assert!(matches!(odd, LinkOutcome::LinkedAs(_)));
        let already = r#"{"error":{"code":1402,"message":"These are already linked"}}"#;
        assert_eq!(outcome(already), LinkOutcome::Already);
    }
}
