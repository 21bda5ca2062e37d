//! Link tokens, care contexts, notices of new records (m2-hip.md 1-3).
//!
//! What cannot be read is ABDM-1006 here, a missing field as much as one of another type.

use abdm_core::endpoint::Endpoint as _;
use abdm_core::headers;
use hip_services::api::hip_linking::{GenerateLinkToken, LinkCareContexts, NotifyContext};
use http::StatusCode;
use serde_json::Value;

use super::field::Form;
use super::say::Say;
use super::value::{self, ADDRESS, HI_TYPE};
use super::{Field, Rules, Seen};
use crate::server::Refusal;

/// How long a link request without a `hiType` stays without an answer.
const SILENCE: std::time::Duration = std::time::Duration::from_secs(30);

const fn needed(path: &'static str, form: Form, say: Say) -> Field {
    Field::needed(path, form, say).when_missing(Say::Unreadable)
}

const fn object(path: &'static str) -> Field {
    needed(path, Form::Object, Say::Unreadable)
}

const TOKEN: &[Field] = &[
    Field::optional(
        "/abhaNumber",
        Form::Digits(14),
        Say::Listed("Invalid ABHA Number, it must be only 14 digit"),
    ),
    Field::optional("/abhaAddress", Form::Text(value::linked_address), Say::Listed(ADDRESS)),
    needed("/name", Form::Text(value::person_name), Say::Listed("Invalid Name")),
    needed(
        "/gender",
        Form::Text(value::gender),
        Say::Listed("Invalid Gender, It must be M, F, O, D"),
    ),
    needed(
        "/yearOfBirth",
        Form::Integer(1900, 2200),
        Say::Listed("Invalid Year of birth, must be 4 digit range between 1900 and 2200"),
    ),
];

/// One of the two may be left out, not both.
fn whose(seen: &Seen<'_>) -> Option<Refusal> {
    let message = "ABHA number and ABHA address cannot be null";
    let none = seen.json.is_object() && !seen.has("/abhaNumber") && !seen.has("/abhaAddress");
    none.then(|| Refusal::bad("ABDM-1125", message))
}

/// One element holds 1 to 20 care contexts.
const COUNT: Say =
    Say::Coded("ABDM-1006", "Invalid count, must be 2 digit and ranges between 1 to 20");
const CONTEXT: Say = Say::Coded("ABDM-1057", "Invalid Care Contexts");
const WRONG_ADDRESS: Say = Say::Coded("ABDM-1170", "Invalid ABHA address");

const LINK: &[Field] = &[
    Field::optional(
        "/abhaNumber",
        Form::Digits(14),
        Say::Coded("ABDM-1013", "Invalid ABHA Number"),
    ),
    needed("/abhaAddress", Form::Text(value::linked_address), WRONG_ADDRESS),
    needed(
        "/patient",
        Form::List(1, usize::MAX),
        Say::Listed("Invalid patient information. At least one patient information is required."),
    ),
    object("/patient/*"),
    needed(
        "/patient/*/referenceNumber",
        Form::Text(value::reference),
        Say::Coded("ABDM-1060", "Invalid Patient Reference Number"),
    ),
    needed(
        "/patient/*/display",
        Form::Text(value::display),
        Say::Coded("ABDM-1061", "Invalid Patient Display"),
    ),
    Field::needed("/patient/*/careContexts", Form::List(1, 20), COUNT)
        .when_missing(Say::Listed("careContexts attribute required in the payload")),
    object("/patient/*/careContexts/*"),
    needed("/patient/*/careContexts/*/referenceNumber", Form::Text(value::reference), CONTEXT),
    needed("/patient/*/careContexts/*/display", Form::Text(value::display), CONTEXT),
    Field::needed("/patient/*/hiType", Form::Text(value::hi_type), Say::Listed(HI_TYPE)),
    needed("/patient/*/count", Form::Integer(1, 20), COUNT),
];

/// What `link/carecontext` refuses without a word, or does not answer at all (m2-hip.md 2).
fn mute(seen: &Seen<'_>) -> Option<Refusal> {
    let empty = |why| Some(Refusal::empty(StatusCode::BAD_REQUEST).because(why));
    if seen.text("/abhaNumber").contains('-') {
        return empty("/abhaNumber has dashes: send 14 digits");
    }
    let patients = seen.json.get("patient").and_then(Value::as_array);
    for patient in patients.into_iter().flatten().filter(|patient| patient.is_object()) {
        if patient.get("hiType").is_some_and(Value::is_array) {
            return empty("hiType is a list: send one text, one element for each type");
        }
        let misspelt = patient.get("hiTypes").is_some();
        if misspelt && seen.switches.refuse_hi_types_loudly {
            let message = "Unknown field hiTypes: it is hiType, one text";
            return Some(Refusal::invalid(&[message]));
        }
        let nameless = patient.get("hiType").is_none();
        if (misspelt || nameless) && !seen.switches.refuse_hi_types_loudly {
            let why = "hiType is missing: live such a call gets no answer";
            return Some(Refusal::suspended().after(SILENCE).because(why));
        }
    }
    None
}

const NOTICE: &[Field] = &[
    object("/notification"),
    object("/notification/patient"),
    needed("/notification/patient/id", Form::Text(value::linked_address), WRONG_ADDRESS),
    object("/notification/careContext"),
    needed(
        "/notification/careContext/patientReference",
        Form::Text(value::reference),
        Say::Coded("ABDM-1060", "Invalid Patient Reference Number"),
    ),
    needed("/notification/careContext/careContextReference", Form::Text(value::reference), CONTEXT),
    needed("/notification/hiTypes", Form::List(1, 8), Say::Listed(HI_TYPE)),
    Field::needed("/notification/hiTypes/*", Form::Text(value::hi_type), Say::Listed(HI_TYPE)),
    needed("/notification/date", Form::Instant(value::readable), Say::Listed("Invalid date")),
    object("/notification/hip"),
    needed("/notification/hip/id", Form::Text(value::any), OTHER_HIP),
];

const OTHER_HIP: Say = Say::Coded("ABDM-1035", "Invalid HIP ID");

/// The facility of the body is that of the header.
fn same_hip(seen: &Seen<'_>) -> Option<Say> {
    let header = headers::text(seen.headers, headers::HIP_ID).unwrap_or_default();
    (seen.text("/notification/hip/id") != header).then_some(OTHER_HIP)
}

pub(super) fn rules() -> Vec<Rules> {
    vec![
        Rules::new(GenerateLinkToken::META.name, TOKEN).first(whose),
        Rules::new(LinkCareContexts::META.name, LINK).first(mute),
        Rules::new(NotifyContext::META.name, NOTICE).together(same_hip),
    ]
}
