//! Which values a switch may have: a wrong one is refused where it is set, and never met later. One
//! table is what is checked and what the description of the own API says.

use schemars::Schema;
use serde_json::{Value, json};

use self::Range::{Codes, Digits, KeyedBy, Names, NotBlank, Number, Span};
use crate::control::span;
use crate::services;

/// A day in seconds.
const DAY: f64 = 86_400.0;
/// Ten years in seconds: more than any clock of a test is off.
const TEN_YEARS: f64 = 3650.0 * DAY;
/// More than anything that is counted here.
const MANY: f64 = 1_000_000.0;

/// What a switch may be, beyond its type.
#[derive(Debug, Clone, Copy)]
enum Range {
    /// A number between two.
    Number(f64, f64),
    /// From a number to a number that is not less, both between two.
    Span(f64, f64),
    /// So many digits.
    Digits(usize),
    /// Names that exist, `what` they are, and where they stand.
    Names { known: fn() -> Vec<&'static str>, what: &'static str, listed: &'static str },
    /// Names that are not blank.
    NotBlank,
    /// Fields by names that exist: `what` they are.
    KeyedBy { known: fn() -> Vec<&'static str>, what: &'static str, listed: &'static str },
    /// Codes by endpoints, each with a text that it has there.
    Codes,
}

const ENDPOINTS: &str = "docs/endpoints.md has the names";

const RANGES: &[(&str, Range)] = &[
    ("time_scale", Number(0.0, 1000.0)),
    ("callback_delay_seconds", Span(0.0, DAY)),
    ("drop_callbacks", Names { known: callbacks, what: "callback", listed: ENDPOINTS }),
    ("redelivery_after_seconds", Number(0.0, 7.0 * DAY)),
    ("callback_token_seconds", Number(0.0, DAY)),
    ("callbacks_a_key", Number(0.0, MANY)),
    ("clock_skew_seconds", Number(0.0, TEN_YEARS)),
    ("session_seconds", Number(0.0, TEN_YEARS)),
    ("failing_calls", KeyedBy { known: calls, what: "call", listed: ENDPOINTS }),
    ("coded_refusals", Codes),
    ("link_token_window_seconds", Number(0.0, TEN_YEARS)),
    ("link_tokens_a_day", Number(0.0, MANY)),
    ("link_visible_within_seconds", Number(0.0, DAY)),
    ("data_request_delay_seconds", Number(0.0, DAY)),
    ("acknowledgement_wait_seconds", Number(0.0, 3600.0)),
    ("acknowledgement_within_seconds", Number(0.0, TEN_YEARS)),
    ("late_page_seconds", Number(0.0, 3600.0)),
    ("share_wait_seconds", Number(0.0, 3600.0)),
    ("discovery_wait_seconds", Number(0.0, 3600.0)),
    ("otp_seconds", Number(0.0, TEN_YEARS)),
    ("otp_lock_seconds", Number(0.0, TEN_YEARS)),
    ("otp_requests_within_lock", Number(0.0, MANY)),
    ("accounts_a_mobile", Number(0.0, MANY)),
    ("accounts_a_client", Number(0.0, MANY)),
    ("addresses_a_person", Number(0.0, MANY)),
    ("programmes", NotBlank),
    #[cfg(feature = "v0_5")]
    ("v0_5_facilities", NotBlank),
    (
        "restricted_features",
        Names { known: features, what: "feature", listed: "they are benefit, child, demographics" },
    ),
    ("face_scans_pending", Number(0.0, MANY)),
    ("empty_answers", Names { known: calls, what: "call", listed: ENDPOINTS }),
    ("retry_after_seconds", Number(0.0, DAY)),
    ("consent_window_seconds", Number(0.0, TEN_YEARS)),
    ("journal_entries", Number(0.0, MANY)),
    ("fixed_otp", Digits(6)),
];

/// Features that NHA opens one by one.
fn features() -> Vec<&'static str> {
    vec!["benefit", "child", "demographics"]
}

fn callbacks() -> Vec<&'static str> {
    services::names(services::is_callback)
}

fn calls() -> Vec<&'static str> {
    services::names(services::is_call)
}

/// What is wrong with the value of the switch `name`, in words.
pub(super) fn problem(name: &str, value: &Value) -> Option<String> {
    let (_, range) = RANGES.iter().find(|(known, _)| *known == name)?;
    range.problem(value)
}

/// Adds the ranges to the description of the switches.
pub(super) fn describe(schema: &mut Schema) {
    let Some(Value::Object(fields)) = schema.get_mut("properties") else {
        return;
    };
    for (name, range) in RANGES {
        if let Some(Value::Object(field)) = fields.get_mut(*name) {
            // A list of two is no list of one form in this version of OpenAPI.
            field.remove("prefixItems");
            let Value::Object(keywords) = range.keywords() else { continue };
            for (keyword, value) in keywords {
                match (field.get_mut(&keyword), value) {
                    (Some(Value::Object(own)), Value::Object(more)) => own.extend(more),
                    (_, value) => {
                        field.insert(keyword, value);
                    }
                }
            }
        }
    }
}

impl Range {
    /// What the description says of it.
    fn keywords(self) -> Value {
        match self {
            Number(least, most) => json!({"minimum": least, "maximum": most}),
            Span(least, most) => {
                let items = json!({"type": "number", "minimum": least, "maximum": most});
                json!({"items": items, "minItems": 2, "maxItems": 2})
            }
            Digits(count) => json!({"pattern": format!("^[0-9]{{{count}}}$")}),
            Names { known, .. } => json!({"items": {"enum": known()}}),
            NotBlank => json!({"items": {"pattern": "\\S"}}),
            // This version of OpenAPI says nothing of the names of free fields.
            KeyedBy { .. } | Codes => json!({}),
        }
    }

    /// What is wrong with a value. One of another type is told by its type, but for a number that
    /// JSON does not have.
    fn problem(self, value: &Value) -> Option<String> {
        let texts = || value.as_array().into_iter().flatten().filter_map(Value::as_str);
        let fields = || value.as_object().into_iter().flatten();
        match self {
            Number(least, most) => {
                let fits = value.as_f64().is_some_and(|number| (least..=most).contains(&number));
                (!fits).then(|| format!("it must {}", span(Some(least), Some(most))))
            }
            Span(least, most) => {
                let ends: Vec<_> =
                    value.as_array().into_iter().flatten().map(Value::as_f64).collect();
                let fits = matches!(*ends, [Some(from), Some(to)]
                    if least <= from && from <= to && to <= most);
                (!fits)
                    .then(|| format!("it must be [from, to] with {least} <= from <= to <= {most}"))
            }
            Digits(count) => {
                let is_good =
                    |text: &str| text.len() == count && text.bytes().all(|b| b.is_ascii_digit());
                let wrong = value.as_str().is_some_and(|text| !is_good(text));
                wrong.then(|| format!("it must be {count} digits"))
            }
            Names { known, what, listed } => {
                let known = known();
                let unknown = texts().find(|name| !known.contains(name))?;
                Some(format!("`{unknown}` is no {what}; {listed}"))
            }
            KeyedBy { known, what, listed } => {
                let known = known();
                let (unknown, _) = fields().find(|(name, _)| !known.contains(&name.as_str()))?;
                Some(format!("`{unknown}` is no {what}; {listed}"))
            }
            Codes => fields().find_map(|(name, code)| {
                services::code_problem(name, code.as_str().unwrap_or_default())
            }),
            NotBlank => {
                texts().any(|name| name.trim().is_empty()).then(|| "a name is blank".to_owned())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::switches::Switches;

    #[test]
    fn every_switch_that_is_a_number_has_a_range_and_its_default_fits() {
        let Value::Object(all) = serde_json::to_value(Switches::default()).unwrap() else {
            panic!("switches have names");
        };
        for (name, value) in &all {
            assert_eq!(problem(name, value), None, "{name}");
            // The seed is any number.
            let ranged = RANGES.iter().any(|(known, _)| known == name) || name == "seed";
            assert!(!value.is_number() || ranged, "{name} has no range");
        }
        let unknown = RANGES.iter().find(|(name, _)| !all.contains_key(*name));
        assert!(unknown.is_none(), "{unknown:?}");
    }
}
