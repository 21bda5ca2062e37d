//! What a patient's app decides (phr-simulator.md 4).

use abdm_core::clock::parse_timestamp;
use abdm_core::endpoint::Endpoint as _;
use serde_json::Value;

use super::consent::{
    FREQUENCY, FREQUENCY_UNIT, FREQUENCY_VALUE, FROM, LARGEST, NO_UNIT, RANGE, TO,
};
use super::field::Form;
use super::say::Say;
use super::value::{self, HI_TYPE, SERVICE_ID};
use super::{Field, Rules, Seen};
use crate::api::patient_app::{ApproveConsentRequest, DenyConsentRequest, RevokeConsents};

const CONSENTS: Say = Say::Listed("Consents should not be null or empty");
const CONTEXT: Say = Say::Coded("ABDM-1057", "Invalid Care Contexts");

const APPROVAL: &[Field] = &[
    Field::needed("/consents", Form::List(1, usize::MAX), CONSENTS),
    Field::needed("/consents/*", Form::Object, CONSENTS),
    Field::needed("/consents/*/hiTypes", Form::List(1, 8), Say::Listed(HI_TYPE)),
    Field::needed("/consents/*/hiTypes/*", Form::Text(value::hi_type), Say::Listed(HI_TYPE)),
    Field::needed("/consents/*/hip", Form::Object, Say::Listed(SERVICE_ID)),
    Field::needed("/consents/*/hip/id", Form::Text(value::service_id), Say::Listed(SERVICE_ID)),
    Field::needed("/consents/*/hip/name", Form::Text(value::any), Say::Unreadable),
    Field::optional("/consents/*/hip/type", Form::Text(value::any), Say::Unreadable),
    Field::needed("/consents/*/careContexts", Form::List(1, usize::MAX), CONTEXT),
    Field::needed("/consents/*/careContexts/*", Form::Object, CONTEXT),
    Field::needed(
        "/consents/*/careContexts/*/patientReference",
        Form::Text(value::consented_reference),
        CONTEXT,
    ),
    Field::needed(
        "/consents/*/careContexts/*/careContextReference",
        Form::Text(value::consented_reference),
        CONTEXT,
    ),
    Field::needed(
        "/consents/*/permission",
        Form::Object,
        Say::Listed("Permission should not be null or empty"),
    ),
    Field::needed(
        "/consents/*/permission/accessMode",
        Form::Text(value::access_mode),
        Say::Listed("Invalid accessMode, it must be in VIEW, STORE, QUERY, STREAM"),
    ),
    Field::needed("/consents/*/permission/dateRange", Form::Object, Say::Listed(RANGE)),
    Field::needed(
        "/consents/*/permission/dateRange/from",
        Form::Instant(value::not_future),
        Say::Listed(FROM),
    ),
    Field::needed(
        "/consents/*/permission/dateRange/to",
        Form::Instant(value::not_future),
        Say::Listed(TO),
    ),
    Field::needed(
        "/consents/*/permission/dataEraseAt",
        Form::Instant(value::future),
        Say::Listed("Invalid data erase date. Date must be a future date"),
    ),
    Field::optional("/consents/*/permission/frequency", Form::Object, Say::Listed(FREQUENCY)),
    Field::needed(
        "/consents/*/permission/frequency/unit",
        Form::Text(value::frequency_unit),
        NO_UNIT,
    )
    .when_missing(Say::Listed(FREQUENCY_UNIT)),
    Field::needed(
        "/consents/*/permission/frequency/value",
        Form::Integer(0, LARGEST),
        Say::Listed(FREQUENCY_VALUE),
    ),
    Field::optional(
        "/consents/*/permission/frequency/repeats",
        Form::Integer(0, LARGEST),
        Say::Listed("Invalid frequency repeats"),
    ),
];

/// A range of dates begins before it ends.
fn ranges(seen: &Seen<'_>) -> Option<Say> {
    let consents = seen.json.get("consents").and_then(Value::as_array);
    let mut ranges = consents?.iter().filter_map(|one| one.pointer("/permission/dateRange"));
    let at = |range: &Value, end: &str| range.get(end)?.as_str().and_then(parse_timestamp);
    ranges.any(|range| at(range, "from") > at(range, "to")).then_some(Say::Listed(FROM))
}

const REASON: Say = Say::Coded(
    "ABDM-1031",
    "Invalid reason. Reason should not be null or empty and should contains only alphabets, dot(.) \
     and comma(,)",
);

const DENIAL: &[Field] =
    &[Field::needed("/reason", Form::Text(value::any), REASON).when_mistyped(REASON)];

const ARTEFACT: Say = Say::Coded("ABDM-1080", "Invalid Consent artefact id");

const REVOCATION: &[Field] = &[
    Field::needed("/consents", Form::List(1, usize::MAX), CONSENTS),
    Field::needed("/consents/*", Form::Text(value::any), ARTEFACT),
];

pub(super) fn rules() -> Vec<Rules> {
    vec![
        Rules::new(ApproveConsentRequest::META.name, APPROVAL).together(ranges),
        Rules::new(DenyConsentRequest::META.name, DENIAL),
        Rules::new(RevokeConsents::META.name, REVOCATION),
    ]
}
