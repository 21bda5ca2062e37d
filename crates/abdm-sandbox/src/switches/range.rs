//! Which values a switch may have: a wrong one is refused where it is set, and never met later.

use serde_json::Value;

use super::Switches;
use crate::services;

/// A day in seconds.
const DAY: f64 = 86_400.0;
/// Ten years in seconds: more than any clock of a test is off.
const TEN_YEARS: f64 = 3650.0 * DAY;
/// More than anything that is counted here.
const MANY: f64 = 1_000_000.0;

/// The least and the greatest value of each switch that is a number.
const NUMBERS: &[(&str, f64, f64)] = &[
    ("time_scale", 0.0, 1000.0),
    ("redelivery_after_seconds", 0.0, 7.0 * DAY),
    ("callback_token_seconds", 0.0, DAY),
    ("clock_skew_seconds", 0.0, TEN_YEARS),
    ("session_seconds", 0.0, TEN_YEARS),
    ("link_token_window_seconds", 0.0, TEN_YEARS),
    ("link_tokens_a_day", 0.0, MANY),
    ("link_visible_within_seconds", 0.0, DAY),
    ("data_request_delay_seconds", 0.0, DAY),
    ("acknowledgement_wait_seconds", 0.0, 3600.0),
    ("share_wait_seconds", 0.0, 3600.0),
    ("otp_seconds", 0.0, TEN_YEARS),
    ("otp_lock_seconds", 0.0, TEN_YEARS),
    ("otp_requests_within_lock", 0.0, MANY),
    ("accounts_a_mobile", 0.0, MANY),
    ("accounts_a_client", 0.0, MANY),
    ("addresses_a_person", 0.0, MANY),
    ("face_scans_pending", 0.0, MANY),
    ("consent_window_seconds", 0.0, TEN_YEARS),
    ("journal_entries", 0.0, MANY),
];

/// Features that NHA opens one by one.
const FEATURES: &[&str] = &["benefit", "child", "demographics"];

/// What is wrong with the value of the switch `name`, in words.
pub(super) fn problem(switches: &Switches, name: &str, value: &Value) -> Option<String> {
    if let Some((_, least, most)) = NUMBERS.iter().find(|(known, ..)| *known == name) {
        let fits = value.as_f64().is_some_and(|number| (*least..=*most).contains(&number));
        return (!fits).then(|| format!("it must lie between {least} and {most}"));
    }
    match name {
        "callback_delay_seconds" => {
            let (from, to) = switches.callback_delay_seconds;
            let fits = 0.0 <= from && from <= to && to <= DAY;
            (!fits).then(|| format!("it must be [from, to] with 0 <= from <= to <= {DAY}"))
        }
        "fixed_otp" => {
            let six = |otp: &String| otp.len() == 6 && otp.bytes().all(|b| b.is_ascii_digit());
            let fits = switches.fixed_otp.as_ref().is_none_or(six);
            (!fits).then(|| "it must be six digits".to_owned())
        }
        "drop_callbacks" => {
            let unknown = switches.drop_callbacks.iter().find(|name| !services::is_callback(name));
            unknown.map(|name| format!("`{name}` is no callback; docs/endpoints.md has the names"))
        }
        "empty_answers" => {
            let unknown = switches.empty_answers.iter().find(|name| !services::is_call(name));
            unknown.map(|name| format!("`{name}` is no call; docs/endpoints.md has the names"))
        }
        "restricted_features" => {
            let unknown =
                switches.restricted_features.iter().find(|name| !FEATURES.contains(&name.as_str()));
            unknown.map(|name| format!("`{name}` is none of {}", FEATURES.join(", ")))
        }
        "programmes" => {
            let blank = switches.programmes.iter().any(|name| name.trim().is_empty());
            blank.then(|| "a programme needs a name".to_owned())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_switch_that_is_a_number_has_a_range_and_its_default_fits() {
        let switches = Switches::default();
        let Value::Object(all) = serde_json::to_value(&switches).unwrap() else {
            panic!("switches have names");
        };
        for (name, value) in &all {
            assert_eq!(problem(&switches, name, value), None, "{name}");
            // The seed is any number.
            let ranged = NUMBERS.iter().any(|(known, ..)| known == name) || name == "seed";
            assert!(!value.is_number() || ranged, "{name} has no range");
        }
        let unknown = NUMBERS.iter().find(|(name, ..)| !all.contains_key(*name));
        assert_eq!(unknown, None);
    }
}
