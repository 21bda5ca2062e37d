//! `OnSmsNotified`.

use abdm_core::api::reply::{AcknowledgementStatus, Answered};
use abdm_core::error::CallbackError;
use abdm_core::headers::HipHeaders;
use abdm_core::id::RequestId;
use abdm_core::wire::Accepted;
use serde::{Deserialize, Serialize};

use crate::api::readable;

abdm_core::endpoint! {
    /// Whether an SMS was accepted for sending.
    pub OnSmsNotified {
        method: POST,
        family: Bridge,
        path: "/api/v3/patients/sms/on-notify",
        auth: SignedCallback,
        headers: HipHeaders,
        request: SmsReply,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: NotifySms,
        source: "m2-hip.md 4",
    }
}

/// What became of an SMS: see [`outcome`](Self::outcome). Captured bodies have `status` in the
/// place of `acknowledgement`, `resp` for `response`, and `requestId` and `timestamp` that are
/// `null`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SmsReply {
    /// `ACKNOWLEDGED`, `ERRORED` …
    #[serde(default, deserialize_with = "readable::text", skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// `SUCCESS`, `ERRORED` …
    #[serde(
        default,
        deserialize_with = "AcknowledgementStatus::read_optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub acknowledgement: Option<AcknowledgementStatus>,
    /// Why it is not sent. Written as `null` beside a success, as the live gateway does.
    #[serde(default, deserialize_with = "CallbackError::read_optional")]
    pub error: Option<CallbackError>,
    /// Which request this answers.
    #[serde(flatten)]
    pub answered: Answered,
}

impl SmsReply {
    /// The SMS of `request` is accepted for sending, in the form of the captures.
    #[must_use]
    pub fn acknowledged(request: RequestId) -> Self {
        let status = Some("ACKNOWLEDGED".to_owned());
        Self { status, acknowledgement: None, error: None, answered: request.into() }
    }

    /// The same in the form of NHA's Postman file.
    #[must_use]
    pub fn accepted(request: RequestId) -> Self {
        let acknowledgement = Some(AcknowledgementStatus::success());
        Self { status: None, acknowledgement, error: None, answered: request.into() }
    }

    /// The SMS of `request` is not sent.
    #[must_use]
    pub fn refused(request: RequestId, error: CallbackError) -> Self {
        let acknowledgement = Some(AcknowledgementStatus::errored());
        Self { status: None, acknowledgement, error: Some(error), answered: request.into() }
    }

    /// What it says (rulings.md 39): an error with a code decides, then the status, wherever it
    /// stands.
    #[must_use]
    pub fn outcome(&self) -> SmsOutcome {
        let acknowledged = self.acknowledgement.as_ref().map(|told| told.status.as_str());
        let statuses = || [self.status.as_deref(), acknowledged].into_iter().flatten();
        let says = |words: &[&str]| {
            statuses().any(|said| words.iter().any(|word| said.trim().eq_ignore_ascii_case(word)))
        };
        let coded = self.error.as_ref().is_some_and(|error| error.code.is_some());
        if coded || says(&["ERRORED", "FAILED"]) {
            SmsOutcome::Failed(self.error.clone())
        } else if says(&["SUCCESS", "ACKNOWLEDGED", "OK"]) {
            SmsOutcome::Accepted
        } else if self.error.is_some() {
            SmsOutcome::Failed(self.error.clone())
        } else {
            SmsOutcome::Unclear
        }
    }

    /// Which request this answers, in whichever of ABDM's two spellings.
    #[must_use]
    pub fn answers(&self) -> Option<RequestId> {
        self.answered.request()
    }
}

/// What became of an SMS.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SmsOutcome {
    /// Accepted for sending.
    Accepted,
    /// Not sent, with ABDM's reason where it gave one.
    Failed(Option<CallbackError>),
    /// ABDM said nothing that the contract knows.
    Unclear,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Case 40, ruling 39.
    #[test]
    fn both_places_and_both_words_are_read_and_an_error_with_a_code_wins() {
        let failed = |outcome: &SmsOutcome| matches!(outcome, SmsOutcome::Failed(_));
        for (json, expected) in [
            (r#"{"requestId":null,"timestamp":null,"status":"ACKNOWLEDGED","error":null,"#, "yes"),
            (r#"{"requestId":null,"acknowledgement":{"status":"SUCCESS"},"error":null,"#, "yes"),
            (
                r#"{"status":"SUCCESS","error":{"code":"ABDM-1024","message":"Dependent service unavailable"},"#,
                "no",
            ),
            (r#"{"status":"ERRORED","error":null,"#, "no"),
            (r#"{"acknowledgement":{"status":"errored"},"error":{},"#, "no"),
            (r#"{"status":"SUCCESS","error":{"message":"odd"},"#, "yes"),
            (r#"{"error":{"message":"odd"},"#, "no"),
            (r#"{"status":"LATER","acknowledgement":null,"#, "unclear"),
            // Of whatever shape.
            (r#"{"acknowledgement":"SUCCESS","#, "yes"),
            (r#"{"acknowledgement":[{"status":"SUCCESS"}],"#, "yes"),
            (r#"{"acknowledgement":["x"],"status":["SUCCESS"],"#, "unclear"),
            (r#"{"acknowledgement":{"status":{"code":1}},"#, "unclear"),
            (r#"{"acknowledgement":{"status":"SUCCESS"},"error":[{"code":"ABDM-1024"}],"#, "no"),
            (r#"{"error":"Dependent service unavailable","#, "no"),
        ] {
            let json =
                format!(r#"{json}"resp":{{"requestId":"3f2a1c80-0000-4000-8000-000000000001"}}}}"#);
            let reply: SmsReply = abdm_core::wire::read_json(json.as_bytes()).unwrap();
            assert!(reply.answers().is_some(), "{json}");
            let said = match reply.outcome() {
                SmsOutcome::Accepted => "yes",
                outcome if failed(&outcome) => "no",
                _ => "unclear",
            };
            assert_eq!(said, expected, "{json}");
        }
    }

    #[test]
    fn each_way_to_write_it_says_what_it_means() {
        let request: RequestId = "3f2a1c80-0000-4000-8000-000000000001".parse().unwrap();
        for reply in [SmsReply::acknowledged(request), SmsReply::accepted(request)] {
            let json = serde_json::to_string(&reply).unwrap();
            let read: SmsReply = serde_json::from_str(&json).unwrap();
            assert_eq!((read.outcome(), read.answers()), (SmsOutcome::Accepted, Some(request)));
        }
        let error = CallbackError::new(1035, "Invalid HIP ID");
        let refused = SmsReply::refused(request, error.clone());
        assert_eq!(refused.outcome(), SmsOutcome::Failed(Some(error)));
    }
}
