//! Scan and share, and the running token (m2-hip.md 6, 6.1, phr-simulator.md 3).

use abdm_core::endpoint::Endpoint as _;
use hip_services::api::sharing::{AcknowledgeShare, AnswerRunningToken};
use serde_json::Value;

use super::field::Form;
use super::say::Say;
use super::value::{self, ADDRESS, SERVICE_ID};
use super::{Field, Rules, Seen};
use crate::api::patient_app::{AskRunningToken, ShareProfile};

const STATUS: &str = "Invalid status, it must be in SUCCESS,FAILED";
const EITHER: Say = Say::Listed("Either acknowledgement or error should be present");
const COUNTER: &str = "Context cannot be NULL or Blank";
const TOKEN: &str = "Token number cannot be NULL or Blank";
const EXPIRY: &str = "Invalid expiry, it must be in seconds";

const fn needed(path: &'static str, form: Form, text: &'static str) -> Field {
    Field::needed(path, form, Say::Listed(text)).when_missing(Say::Unreadable)
}

fn status(text: &str) -> bool {
    matches!(text, "SUCCESS" | "FAILED")
}

const ANSWER: &[Field] = &[
    Field::needed("/response", Form::Object, Say::Unreadable),
    Field::needed("/response/requestId", Form::Text(value::any), Say::Unreadable),
    Field::optional("/acknowledgement", Form::Object, EITHER),
    needed("/acknowledgement/abhaAddress", Form::Text(value::abha_address), ADDRESS),
    needed("/acknowledgement/status", Form::Text(status), STATUS),
    Field::optional("/acknowledgement/profile", Form::Object, Say::Listed(COUNTER)),
    Field::needed("/acknowledgement/profile/context", Form::Text(value::any), Say::Listed(COUNTER)),
    Field::needed(
        "/acknowledgement/profile/tokenNumber",
        Form::Text(value::any),
        Say::Listed(TOKEN),
    ),
    Field::needed(
        "/acknowledgement/profile/expiry",
        Form::Integer(1, i32::MAX as i64),
        Say::Listed(EXPIRY),
    ),
    Field::optional("/error", Form::Object, EITHER),
    Field::needed("/error/code", Form::Text(value::error_code), EITHER),
];

/// A token or an error, never both, and a success has its token.
fn one_of_two(seen: &Seen<'_>) -> Option<Say> {
    let acknowledged = seen.json.get("acknowledgement").filter(|value| !value.is_null());
    if acknowledged.is_some() == seen.has("/error") {
        return Some(EITHER);
    }
    let success = seen.text("/acknowledgement/status") == "SUCCESS";
    let profile = acknowledged.and_then(|acknowledged| acknowledged.get("profile"));
    (success && profile.is_none_or(Value::is_null)).then_some(Say::Listed(COUNTER))
}

const INTENT: Say = Say::Coded("ABDM-1049", "Invalid Profile Share Intent Keys");
const METADATA: Say = Say::Coded("ABDM-1050", "Invalid Profile Share Metadata Keys");
const PROFILE: Say = Say::Coded("ABDM-1102", "Profile information cannot be null");

fn intent(text: &str) -> bool {
    matches!(text, "PROFILE_SHARE" | "RECORD_SHARE" | "PAYMENT_SHARE")
}

const SHARE: &[Field] = &[
    Field::needed("/intent", Form::Text(intent), INTENT),
    Field::needed("/metaData", Form::Object, METADATA),
    Field::needed("/metaData/hipId", Form::Text(value::any), METADATA),
    Field::needed("/metaData/context", Form::Text(value::counter), METADATA),
    Field::needed("/profile", Form::Object, PROFILE),
    Field::needed("/profile/patient", Form::Object, PROFILE),
    Field::needed(
        "/profile/patient/abhaAddress",
        Form::Text(value::abha_address),
        Say::Listed(ADDRESS),
    )
    .when_missing(PROFILE),
];

const QUESTION: &[Field] = &[
    needed("/hipId", Form::Text(value::service_id), SERVICE_ID),
    needed("/context", Form::Text(value::counter), COUNTER),
];

const ONE: Say = Say::Listed("Either token or error should be present");

const RUNNING: &[Field] = &[
    Field::needed("/response", Form::Object, Say::Unreadable),
    Field::needed("/response/requestId", Form::Text(value::any), Say::Unreadable),
    Field::optional("/token", Form::Object, ONE),
    needed("/token/hipId", Form::Text(value::service_id), SERVICE_ID),
    needed("/token/context", Form::Text(value::any), COUNTER),
    needed("/token/runningTokenNumber", Form::Text(value::any), TOKEN),
    Field::optional(
        "/token/averageTokenServiceTimeInMinutes",
        Form::BareInteger(0, i32::MAX as i64),
        Say::Listed("Invalid average service time"),
    ),
    Field::optional("/error", Form::Object, ONE),
    Field::needed("/error/code", Form::Text(value::error_code), ONE),
    Field::needed("/error/message", Form::Text(value::any), ONE),
];

fn token_or_error(seen: &Seen<'_>) -> Option<Say> {
    (seen.has("/token") == seen.has("/error")).then_some(ONE)
}

pub(super) fn rules() -> Vec<Rules> {
    vec![
        Rules::new(AcknowledgeShare::META.name, ANSWER).together(one_of_two),
        Rules::new(ShareProfile::META.name, SHARE),
        Rules::new(AskRunningToken::META.name, QUESTION),
        Rules::new(AnswerRunningToken::META.name, RUNNING).together(token_or_error),
    ]
}
