//! Linking by the patient: the facility's answers and the app's calls (m2-hip.md 5,
//! phr-simulator.md 2).
//!
//! What cannot be read is ABDM-1006 here, a missing field as much as one of another type.

use abdm_core::clock::parse_timestamp;
use abdm_core::endpoint::Endpoint as _;
use hip_services::api::user_linking::{
    AnswerDiscovery, AnswerLinkConfirm, AnswerLinkInit, AuthenticationType, CommunicationMedium,
    IdentifierType,
};
use http::StatusCode;
use serde_json::Value;

use super::field::Form;
use super::say::Say;
use super::value::{self, HI_TYPE};
use super::{Field, Rules, Seen};
use crate::api::patient_app::{ConfirmLink, DiscoverCareContexts, InitLink};
use crate::server::Refusal;

const fn needed(path: &'static str, form: Form, say: Say) -> Field {
    Field::needed(path, form, say).when_missing(Say::Unreadable)
}

const fn object(path: &'static str) -> Field {
    needed(path, Form::Object, Say::Unreadable)
}

const CONTEXT: Say = Say::Coded("ABDM-1057", "Invalid Care Contexts");
const COUNT: Say = Say::Coded("ABDM-1059", "Invalid Care Contexts count");
const COUNTS: Say = Say::Listed("Invalid Care Contexts count, must range between 1 to 20");
const TRANSACTION: Say = Say::Listed("Invalid Transaction ID / Transaction expired.");
const RESPONSE: Say = Say::Coded("ABDM-1015", "Invalid Response");
const NEITHER: Say = Say::Coded("ABDM-1068", "Both Patient and Error details cannot be null");
const DISCOVERY: Say = Say::Coded("ABDM-1109", "Invalid On discovery response");
const INIT: Say = Say::Coded("ABDM-1110", "Invalid On init response");
const CONFIRM: Say = Say::Coded("ABDM-1111", "Invalid On confirm response");

/// Care contexts by patient number and HI type; `none` is told of an empty list, `count` of a count
/// that cannot be.
const fn patients(none: Say, count: Say) -> [Field; 10] {
    [
        Field::needed("/patient", Form::List(1, usize::MAX), none),
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
        Field::needed("/patient/*/careContexts", Form::List(1, 20), none),
        object("/patient/*/careContexts/*"),
        needed("/patient/*/careContexts/*/referenceNumber", Form::Text(value::reference), CONTEXT),
        needed("/patient/*/careContexts/*/display", Form::Text(value::display), CONTEXT),
        Field::needed("/patient/*/hiType", Form::Text(value::hi_type), Say::Listed(HI_TYPE)),
        needed("/patient/*/count", Form::Integer(1, 20), count),
    ]
}

/// The error of an answer.
const fn error(say: Say) -> [Field; 3] {
    [
        Field::needed("/error", Form::Object, say),
        Field::needed("/error/code", Form::Text(value::error_code), say),
        Field::needed("/error/message", Form::Text(value::any), say),
    ]
}

const ANSWERED: [Field; 2] = [
    Field::needed("/response", Form::Object, RESPONSE),
    Field::needed("/response/requestId", Form::Text(value::any), RESPONSE),
];

/// An answer whose patient is misspelt in a way that ABDM refuses without a word (m2-hip.md 2).
fn mute(seen: &Seen<'_>) -> Option<Refusal> {
    let mut patients = seen.json.get("patient").and_then(Value::as_array)?.iter();
    let is_list = patients.any(|patient| patient.get("hiType").is_some_and(Value::is_array));
    let why = "hiType is a list: send one text, one element for each type";
    is_list.then(|| Refusal::empty(StatusCode::BAD_REQUEST).because(why))
}

/// Whether every element counts its care contexts.
fn is_counted(seen: &Seen<'_>) -> bool {
    let counts = |patient: &Value| {
        let count = match patient.get("count")? {
            Value::String(text) => text.trim().parse().ok()?,
            number => number.as_u64()?,
        };
        let contexts = patient.get("careContexts").and_then(Value::as_array)?;
        Some(u64::try_from(contexts.len()) == Ok(count))
    };
    let patients = seen.json.get("patient").and_then(Value::as_array);
    patients.into_iter().flatten().all(|patient| counts(patient) == Some(true))
}

fn matched_by(text: &str) -> bool {
    let known = [
        IdentifierType::MedicalRecord,
        IdentifierType::Mobile,
        IdentifierType::AbhaNumber,
        IdentifierType::AbhaAddress,
    ];
    known.iter().any(|known| known.as_str() == text)
}

const ON_DISCOVER: &[Field] =
    &[needed("/transactionId", Form::Text(value::any), TRANSACTION), ANSWERED[0], ANSWERED[1]];
const FOUND: &[Field] = &{
    let [a, b, c, d, e, f, g, h, i, j] = patients(COUNTS, COUNT);
    let list = Field::needed("/matchedBy", Form::List(1, usize::MAX), DISCOVERY);
    let one = Field::needed("/matchedBy/*", Form::Text(matched_by), DISCOVERY);
    [a, b, c, d, e, f, g, h, i, j, list, one]
};
const NOT_FOUND: &[Field] = &error(DISCOVERY);

/// Whether there is something other than `null` and an empty list.
fn has_patient(seen: &Seen<'_>) -> bool {
    let patient = seen.json.get("patient");
    patient.is_some_and(|patient| !patient.is_null() && patient.as_array() != Some(&Vec::new()))
}

fn of_discovery(seen: &Seen<'_>) -> &'static [Field] {
    if seen.has("/error") { NOT_FOUND } else { FOUND }
}

/// What an answer with a patient or an error must be before its fields are looked at.
fn one_of_two(seen: &Seen<'_>, both: Say) -> Option<Refusal> {
    if !seen.json.is_object() {
        return None;
    }
    let say = match (has_patient(seen), seen.has("/error")) {
        (true, true) => both,
        (false, false) if !seen.has("/patient") => NEITHER,
        _ => return mute(seen),
    };
    Some(say.refusal(seen, &[]))
}

fn discovery(seen: &Seen<'_>) -> Option<Refusal> {
    one_of_two(seen, DISCOVERY)
}

fn counted(seen: &Seen<'_>) -> Option<Say> {
    (has_patient(seen) && !is_counted(seen)).then_some(COUNT)
}

fn authentication(text: &str) -> bool {
    AuthenticationType::ALL.iter().any(|known| known.as_str() == text.trim())
}

fn medium(text: &str) -> bool {
    CommunicationMedium::ALL.iter().any(|known| known.as_str() == text)
}

const EXPIRY: Say = Say::Listed("Invalid communication expiry date.");

const ON_INIT: &[Field] = &[
    needed("/transactionId", Form::Text(value::any), TRANSACTION),
    Field::needed("/response", Form::Object, Say::Unreadable),
    Field::needed("/response/requestId", Form::Text(value::any), Say::Unreadable),
];
const OFFERED: &[Field] = &[
    Field::needed("/link", Form::Object, INIT),
    Field::needed(
        "/link/referenceNumber",
        Form::Text(value::uuid),
        Say::Listed("Invalid reference number."),
    ),
    Field::needed(
        "/link/authenticationType",
        Form::Text(authentication),
        Say::Listed("Invalid authentication type."),
    ),
    object("/link/meta"),
    Field::needed(
        "/link/meta/communicationMedium",
        Form::Text(medium),
        Say::Listed("Invalid communication medium"),
    ),
    Field::needed(
        "/link/meta/communicationHint",
        Form::Text(value::any),
        Say::Listed("Invalid communication hint"),
    ),
    Field::needed("/link/meta/communicationExpiry", Form::Instant(value::readable), EXPIRY),
];
const NOT_OFFERED: &[Field] = &error(INIT);

fn of_init(seen: &Seen<'_>) -> &'static [Field] {
    if seen.has("/error") { NOT_OFFERED } else { OFFERED }
}

/// A link or an error; the OTP is good for a while yet, by the facility's own clock.
fn offered(seen: &Seen<'_>) -> Option<Say> {
    if seen.has("/error") {
        return seen.has("/link").then_some(INIT);
    }
    let expiry = parse_timestamp(seen.text("/link/meta/communicationExpiry"));
    expiry.is_none_or(|expiry| expiry <= seen.unmoved).then_some(EXPIRY)
}

const LINKED: &[Field] = &patients(COUNTS, COUNTS);
const NOT_LINKED: &[Field] = &error(CONFIRM);

fn of_confirm(seen: &Seen<'_>) -> &'static [Field] {
    if seen.has("/error") { NOT_LINKED } else { LINKED }
}

fn confirmation(seen: &Seen<'_>) -> Option<Refusal> {
    one_of_two(seen, CONFIRM)
}

fn linked(seen: &Seen<'_>) -> Option<Say> {
    (has_patient(seen) && !is_counted(seen)).then_some(COUNTS)
}

/// `^(\+)?[a-zA-Z0-9_\-@,. ]{0,255}$`: what the patient may type (m2-hip.md 5.1).
fn typed(text: &str) -> bool {
    let text = text.strip_prefix('+').unwrap_or(text);
    text.len() <= 255 && text.chars().all(|c| c.is_ascii_alphanumeric() || "_-@,. ".contains(c))
}

const HIP: Say = Say::Listed("HIP ID is mandatory");

const SEARCH: &[Field] = &[
    Field::needed("/hip", Form::Object, HIP),
    Field::needed("/hip/id", Form::Text(value::service_id), HIP),
    needed("/unverifiedIdentifiers", Form::List(0, usize::MAX), Say::Unreadable),
    object("/unverifiedIdentifiers/*"),
    Field::needed(
        "/unverifiedIdentifiers/*/type",
        Form::Text(matched_by),
        Say::Listed("Invalid identifier type"),
    ),
    Field::needed(
        "/unverifiedIdentifiers/*/value",
        Form::MaybeBlank(typed),
        Say::Listed("Invalid identifier value"),
    ),
];

const CHOICE_OF: Say = Say::Coded("ABDM-1086", "Invalid Transaction ID / Transaction expired.");

const CHOICE: &[Field] = &{
    let [a, b, c, d, e, f, g, h, i, j] = patients(CONTEXT, COUNT);
    let transaction = needed("/transactionId", Form::Text(value::any), CHOICE_OF);
    [transaction, a, b, c, d, e, f, g, h, i, j]
};

const CONFIRMATION: &[Field] = &[
    needed(
        "/linkRefNumber",
        Form::Text(value::any),
        Say::Coded("ABDM-1056", "Invalid Link Reference Number"),
    ),
    needed("/token", Form::Integer(0, 999_999), Say::Listed("Invalid token, it must be 6 digit")),
];

pub(super) fn rules() -> Vec<Rules> {
    vec![
        Rules::new(AnswerDiscovery::META.name, ON_DISCOVER)
            .first(discovery)
            .more(of_discovery)
            .together(counted),
        Rules::new(AnswerLinkInit::META.name, ON_INIT).more(of_init).together(offered),
        Rules::new(AnswerLinkConfirm::META.name, &ANSWERED)
            .first(confirmation)
            .more(of_confirm)
            .together(linked),
        Rules::new(DiscoverCareContexts::META.name, SEARCH),
        Rules::new(InitLink::META.name, CHOICE).first(mute).together(counted),
        Rules::new(ConfirmLink::META.name, CONFIRMATION),
    ]
}
