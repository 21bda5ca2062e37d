//! Consent: what a HIU asks and both sides acknowledge (m3-hiu.md 2, m2-hip.md 7).

use abdm_core::clock::parse_timestamp;
use abdm_core::endpoint::Endpoint as _;
use hip_services::api::consent::AcknowledgeConsent;
use hip_services::api::patient_status::AcknowledgePatientStatus;
use hiu_services::api::consent::{
    AcknowledgeConsentDecision, CheckConsentStatus, FetchConsent, RequestConsent,
};
use serde_json::Value;

use super::field::Form;
use super::say::Say;
use super::value::{self, ADDRESS, HI_TYPE, SERVICE_ID};
use super::{Field, Rules, Seen};
use crate::server::Refusal;

/// A field whose fault is one text of the list, whatever the fault.
const fn listed(path: &'static str, form: Form, text: &'static str) -> Field {
    Field::needed(path, form, Say::Listed(text))
}

const CODE: &str = "Consent purpose code cannot be null";
const PURPOSE: &str = "Invalid purpose text, it must be in Care Management, Break the Glass, Public \
    Health, Healthcare Payment, Disease Specific Healthcare Research, Self Requested";
const REQUESTER: &str = "Requester name cannot be null";
const IDENTIFIER: &str = "Requester identifier cannot be null";
pub(super) const RANGE: &str = "DateRange should not be null or empty";
pub(super) const FREQUENCY: &str = "Frequency should not be null or empty";
pub(super) const FREQUENCY_UNIT: &str = "Frequency unit should not be null or empty";
pub(super) const FREQUENCY_VALUE: &str = "Frequency value should not be null or empty";
pub(super) const FROM: &str = "Invalid from date. Date must be a present/before date";
pub(super) const TO: &str = "Invalid to date. Date must be a present/before date";
pub(super) const NO_UNIT: Say =
    Say::Coded("ABDM-1002", "Invalid frequency unit, it must be in HOUR, WEEK, DAY, MONTH, YEAR");
const CONTEXT: Say = Say::Coded("ABDM-1057", "Invalid Care Contexts");
/// Numbers of the specification have 32 bits.
pub(super) const LARGEST: i64 = i32::MAX as i64;

const REQUEST: &[Field] = &[
    Field::needed("/consent", Form::Object, Say::Unreadable),
    listed("/consent/purpose", Form::Object, CODE),
    listed("/consent/purpose/code", Form::Text(value::any), CODE),
    listed("/consent/purpose/text", Form::Text(value::any), PURPOSE),
    listed("/consent/purpose/refUri", Form::Text(value::ref_uri), "Invalid consent purpose refURI"),
    listed("/consent/patient", Form::Object, ADDRESS),
    listed("/consent/patient/id", Form::Text(value::abha_address), ADDRESS),
    listed("/consent/hiu", Form::Object, SERVICE_ID),
    listed("/consent/hiu/id", Form::Text(value::service_id), SERVICE_ID),
    Field::optional("/consent/hip", Form::Object, Say::Listed(SERVICE_ID)),
    listed("/consent/hip/id", Form::Text(value::service_id), SERVICE_ID),
    Field::optional("/consent/careContexts", Form::List(0, usize::MAX), CONTEXT),
    Field::needed("/consent/careContexts/*", Form::Object, CONTEXT),
    Field::needed(
        "/consent/careContexts/*/patientReference",
        Form::Text(value::consented_reference),
        CONTEXT,
    ),
    Field::needed(
        "/consent/careContexts/*/careContextReference",
        Form::Text(value::consented_reference),
        CONTEXT,
    ),
    listed("/consent/requester", Form::Object, REQUESTER),
    listed("/consent/requester/name", Form::Text(value::any), REQUESTER),
    listed("/consent/requester/identifier", Form::Object, IDENTIFIER),
    listed("/consent/requester/identifier/type", Form::Text(value::any), IDENTIFIER),
    listed("/consent/requester/identifier/value", Form::Text(value::any), IDENTIFIER),
    listed("/consent/requester/identifier/system", Form::Text(value::any), IDENTIFIER),
    listed("/consent/hiTypes", Form::List(1, 8), HI_TYPE),
    listed("/consent/hiTypes/*", Form::Text(value::hi_type), HI_TYPE),
    listed("/consent/permission", Form::Object, "Permission should not be null or empty"),
    listed(
        "/consent/permission/accessMode",
        Form::Text(value::access_mode),
        "Invalid accessMode, it must be in VIEW, STORE, QUERY, STREAM",
    ),
    listed("/consent/permission/dateRange", Form::Object, RANGE),
    listed("/consent/permission/dateRange/from", Form::Instant(value::not_future), FROM),
    listed("/consent/permission/dateRange/to", Form::Instant(value::not_future), TO),
    listed(
        "/consent/permission/dataEraseAt",
        Form::Instant(value::future),
        "Invalid data erase date. Date must be a future date",
    ),
    listed("/consent/permission/frequency", Form::Object, FREQUENCY),
    listed("/consent/permission/frequency/unit", Form::Text(value::any), FREQUENCY_UNIT),
    listed("/consent/permission/frequency/value", Form::Integer(0, LARGEST), FREQUENCY_VALUE),
    Field::optional(
        "/consent/permission/frequency/repeats",
        Form::Integer(0, LARGEST),
        Say::Listed("Invalid frequency repeats"),
    ),
];

/// Care contexts are some facility's.
fn whose_contexts(seen: &Seen<'_>) -> Option<Refusal> {
    let message = "HIP is mandatory when care contexts are specified";
    let homeless = seen.has("/consent/careContexts") && !seen.has("/consent/hip");
    homeless.then(|| Refusal::bad("ABDM-1031", message))
}

fn terms(seen: &Seen<'_>) -> Option<Say> {
    if !value::purpose(seen.text("/consent/purpose/code"), seen.text("/consent/purpose/text")) {
        return Some(Say::Listed(PURPOSE));
    }
    if !value::frequency_unit(seen.text("/consent/permission/frequency/unit")) {
        return Some(NO_UNIT);
    }
    let at =
        |end: &str| parse_timestamp(seen.text(&format!("/consent/permission/dateRange/{end}")));
    (at("from") > at("to")).then_some(Say::Listed(FROM))
}

const STATUS_ID: Say = Say::Coded("ABDM-9999", "Invalid Consent request id");
const STATUS: &[Field] =
    &[Field::needed("/consentRequestId", Form::Text(value::uuid), STATUS_ID)
        .when_mistyped(STATUS_ID)];

const FETCH_ID: Say = Say::Coded("ABDM-9999", "Invalid Consent artefact id");
const FETCH: &[Field] =
    &[Field::needed("/consentId", Form::Text(value::uuid), FETCH_ID).when_mistyped(FETCH_ID)];

const REQUEST_ID: &str = "RequestId cannot be NULL or Blank";
const BAD_STATUS: &str = "Invalid status, Please provide a valid status";
const BAD_CONSENT: &str = "Invalid ConsentId, Please provide a valid ConsentId";
const ACKNOWLEDGEMENT: Say = Say::Coded("ABDM-1041", "Invalid Acknowledgement");

fn ok(text: &str) -> bool {
    text.eq_ignore_ascii_case("OK")
}

const DECISION: &[Field] = &[
    listed("/response", Form::Object, REQUEST_ID),
    listed("/response/requestId", Form::Text(value::any), REQUEST_ID),
    Field::needed("/acknowledgement", Form::List(0, usize::MAX), ACKNOWLEDGEMENT),
    Field::needed("/acknowledgement/*", Form::Object, ACKNOWLEDGEMENT),
    listed("/acknowledgement/*/status", Form::Text(ok), BAD_STATUS),
    listed("/acknowledgement/*/consentId", Form::Text(value::uuid), BAD_CONSENT),
];

/// An error beside the acknowledgement is no valid response (m3-hiu.md 2.5).
fn error_beside(seen: &Seen<'_>) -> Option<Refusal> {
    seen.has("/error").then(|| Refusal::bad("ABDM-1015", "Invalid Response"))
}

const NOTICE: &[Field] = &[
    listed("/response", Form::Object, REQUEST_ID),
    listed("/response/requestId", Form::Text(value::any), REQUEST_ID),
    // A list here is the HIU's form: refused as unreadable.
    Field::optional("/acknowledgement", Form::Object, ACKNOWLEDGEMENT),
    listed("/acknowledgement/status", Form::Text(ok), BAD_STATUS),
    listed("/acknowledgement/consentId", Form::Text(value::uuid), BAD_CONSENT),
    Field::optional("/error", Form::Object, Say::Unreadable),
];

/// The same of a patient's account (m2-hip.md 9). Nothing is published of its refusals: those of the
/// neighbour.
const ACCOUNT: &[Field] = &[
    listed("/response", Form::Object, REQUEST_ID),
    listed("/response/requestId", Form::Text(value::any), REQUEST_ID),
    Field::optional("/acknowledgement", Form::Object, ACKNOWLEDGEMENT),
    listed("/acknowledgement/status", Form::Text(ok), BAD_STATUS),
    Field::optional("/error", Form::Object, Say::Unreadable),
];

/// Noted, or why not: one of the two.
fn noted_or_not(seen: &Seen<'_>) -> Option<Say> {
    let error = seen.json.get("error").filter(|error| !error.is_null());
    let has_code = error.is_some_and(|error| {
        error.get("code").and_then(Value::as_str).is_some_and(value::error_code)
    });
    match (seen.has("/acknowledgement"), error.is_some()) {
        (true, false) => None,
        (false, true) if has_code => None,
        _ => Some(ACKNOWLEDGEMENT),
    }
}

pub(super) fn rules() -> Vec<Rules> {
    vec![
        Rules::new(RequestConsent::META.name, REQUEST).first(whose_contexts).together(terms),
        Rules::new(CheckConsentStatus::META.name, STATUS),
        Rules::new(FetchConsent::META.name, FETCH),
        Rules::new(AcknowledgeConsentDecision::META.name, DECISION).first(error_beside),
        Rules::new(AcknowledgeConsent::META.name, NOTICE).together(noted_or_not),
        Rules::new(AcknowledgePatientStatus::META.name, ACCOUNT).together(noted_or_not),
    ]
}
