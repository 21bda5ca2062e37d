//! `OnNotifyContext`.

use abdm_core::api::reply::{AcknowledgementStatus, Answered};
use abdm_core::error::CallbackError;
use abdm_core::headers::HipHeaders;
use abdm_core::id::RequestId;
use abdm_core::wire::Accepted;
use serde::{Deserialize, Serialize};

abdm_core::endpoint! {
    /// Whether the notice of new records was taken.
    pub OnNotifyContext {
        method: POST,
        family: Bridge,
        path: "/api/v3/links/context/on-notify",
        auth: SignedCallback,
        headers: HipHeaders,
        request: ContextReply,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: NotifyContext,
        source: "m2-hip.md 3",
    }
}

/// Taken, unless there is an error or the status says `ERRORED`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ContextReply {
    /// `SUCCESS` or `ERRORED`.
    #[serde(
        default,
        deserialize_with = "AcknowledgementStatus::read_optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub acknowledgement: Option<AcknowledgementStatus>,
    /// Why it was not taken. Written as `null` beside a success, as the live gateway does.
    #[serde(default, deserialize_with = "CallbackError::read_optional")]
    pub error: Option<CallbackError>,
    /// Which request this answers.
    #[serde(flatten)]
    pub answered: Answered,
}

impl ContextReply {
    /// The notice of `request` was taken.
    #[must_use]
    pub fn taken(request: RequestId) -> Self {
        Self {
            acknowledgement: Some(AcknowledgementStatus::success()),
            error: None,
            answered: request.into(),
        }
    }

    /// Why the notice of `request` was not taken.
    #[must_use]
    pub fn errored(request: RequestId, error: CallbackError) -> Self {
        Self {
            acknowledgement: Some(AcknowledgementStatus::errored()),
            error: Some(error),
            answered: request.into(),
        }
    }

    /// Whether the notice was taken. Beside an acknowledgement an error counts by its code alone.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        let errored = |a: &AcknowledgementStatus| a.status.eq_ignore_ascii_case("ERRORED");
        match (&self.acknowledgement, &self.error) {
            (Some(acknowledgement), error) => {
                !errored(acknowledgement) && error.as_ref().is_none_or(|e| e.code.is_none())
            }
            (None, error) => error.is_none(),
        }
    }

    /// Which request this answers, in whichever of ABDM's two spellings.
    #[must_use]
    pub fn answers(&self) -> Option<RequestId> {
        self.answered.request()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_outcomes_are_read_in_their_live_forms() {
        for (json, taken) in [
            (
                r#"{"acknowledgement":{"status":"SUCCESS"},"error":null,"response":{"requestId":"3f2a1c80-0000-4000-8000-000000000001"}}"#,
                true,
            ),
            (
                r#"{"acknowledgement":{"status":"SUCCESS"},"error":{},"resp":{"requestId":"3f2a1c80-0000-4000-8000-000000000001"}}"#,
                true,
            ),
            (
                r#"{"acknowledgement":{"status":"ERRORED"},"error":{"code":"ABDM-1006: ","message":"No care context linked with given reference number"},"response":{"requestId":"3f2a1c80-0000-4000-8000-000000000001"}}"#,
                false,
            ),
            (
                r#"{"acknowledgement":{"status":"SUCCESS"},"error":{"code":"","message":"none"},"response":{"requestId":"3f2a1c80-0000-4000-8000-000000000001"}}"#,
                true,
            ),
            (
                r#"{"error":{"message":"no"},"response":{"requestId":"3f2a1c80-0000-4000-8000-000000000001"}}"#,
                false,
            ),
            (
                r#"{"acknowledgement":{"status":"ERRORED"},"response":{"requestId":"3f2a1c80-0000-4000-8000-000000000001"}}"#,
                false,
            ),
        ] {
            let reply: ContextReply = serde_json::from_str(json).unwrap();
            assert_eq!(reply.is_taken(), taken, "{json}");
            assert!(reply.answers().is_some());
        }
    }
}
