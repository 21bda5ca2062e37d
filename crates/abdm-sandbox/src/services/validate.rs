//! The consent manager's validation of what a HIU asks (m3-hiu.md 2.1).

use abdm_core::clock::parse_timestamp;
use abdm_core::vocabulary::{AccessMode, FrequencyUnit, HiType, PurposeCode};
use chrono::{DateTime, Utc};
use serde_json::Value;

/// Everything that is wrong with a consent request, in ABDM's words.
pub(super) fn consent_request(json: &Value, now: DateTime<Utc>) -> Vec<&'static str> {
    let consent = json.get("consent").unwrap_or(&Value::Null);
    let text = |path: &str| consent.pointer(path).and_then(Value::as_str).unwrap_or_default();
    let mut problems = Vec::new();
    let mut demand = |holds: bool, message: &'static str| {
        if !holds {
            problems.push(message);
        }
    };
    let code = text("/purpose/code");
    demand(!code.is_empty(), "Consent purpose code cannot be null");
    let known = PurposeCode::ALL.iter().find(|known| known.as_str() == code);
    let named = known.is_some_and(|purpose| purpose.text() == text("/purpose/text"));
    demand(
        code.is_empty() || named,
        "Invalid purpose text, it must be in Care Management, Break the Glass, Public Health, Healthcare Payment, Disease Specific Healthcare Research, Self Requested",
    );
    demand(!text("/purpose/refUri").trim().is_empty(), "Invalid consent purpose refURI");
    demand(
        is_abha_address(text("/patient/id")),
        "Invalid ABHA Address, it must start with Alphanumeric . and _ in the middle and must be ending with @abdm or @sbx",
    );
    demand(
        is_service_id(text("/hiu/id")),
        "Invalid Service ID, it must be Alpha numeric and _ or - in middle",
    );
    demand(!text("/requester/name").trim().is_empty(), "Requester name cannot be null");
    let identified = ["type", "value", "system"]
        .iter()
        .all(|key| !text(&format!("/requester/identifier/{key}")).trim().is_empty());
    demand(identified, "Requester identifier cannot be null");
    let types = consent.get("hiTypes").and_then(Value::as_array).cloned().unwrap_or_default();
    let known_type = |t: &Value| HiType::ALL.iter().any(|known| Some(known.as_str()) == t.as_str());
    demand(
        !types.is_empty() && types.iter().all(known_type),
        "Invalid HIType, it must be in Prescription,DiagnosticReport,OPConsultation,DischargeSummary,ImmunizationRecord,HealthDocumentRecord,WellnessRecord,Invoice",
    );
    let permission = consent.get("permission").unwrap_or(&Value::Null);
    permission_problems(permission, now, &mut problems);
    problems
}

fn permission_problems(permission: &Value, now: DateTime<Utc>, problems: &mut Vec<&'static str>) {
    let text = |path: &str| permission.pointer(path).and_then(Value::as_str).unwrap_or_default();
    let mut demand = |holds: bool, message: &'static str| {
        if !holds {
            problems.push(message);
        }
    };
    let mode = text("/accessMode");
    let mode_known = AccessMode::ALL.iter().any(|known| known.as_str() == mode);
    demand(mode_known, "Invalid accessMode, it must be in VIEW, STORE, QUERY, STREAM");
    let range = permission.get("dateRange").is_some_and(Value::is_object);
    demand(range, "DateRange should not be null or empty");
    let past = |path: &str| parse_timestamp(text(path)).is_some_and(|instant| instant <= now);
    if range {
        demand(past("/dateRange/from"), "Invalid from date. Date must be a present/before date");
        demand(past("/dateRange/to"), "Invalid to date. Date must be a present/before date");
    }
    let erase = parse_timestamp(text("/dataEraseAt")).is_some_and(|instant| instant > now);
    demand(erase, "Invalid data erase date. Date must be a future date");
    let frequency = permission.get("frequency").is_some_and(Value::is_object);
    demand(frequency, "Frequency should not be null or empty");
    let unit = FrequencyUnit::ALL.iter().any(|known| known.as_str() == text("/frequency/unit"));
    demand(!frequency || unit, "Frequency unit should not be null or empty");
}

fn is_abha_address(text: &str) -> bool {
    let Some((name, suffix)) = text.split_once('@') else {
        return false;
    };
    let inside = |c: char| c.is_ascii_alphanumeric() || "._-!".contains(c);
    matches!(suffix, "sbx" | "abdm")
        && name.len() >= 3
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.ends_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(inside)
}

fn is_service_id(text: &str) -> bool {
    let edge = |c: char| c.is_ascii_alphanumeric();
    text.starts_with(edge)
        && text.ends_with(edge)
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

/// Whether a URL keeps the rule of the HIP's callback: no query, no escapes (rulings.md 15).
pub(super) fn is_push_url(url: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_-@,. \":/".contains(c);
    (1..=255).contains(&url.len()) && url.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_fault_is_told_at_once() {
        let now = parse_timestamp("2026-11-22T10:00:00.000Z").unwrap();
        let good = json!({"consent": {
            "purpose": {"text": "Care Management", "code": "CAREMGT", "refUri": "www.abdm.gov.in"},
            "patient": {"id": "asha.test@sbx"}, "hiu": {"id": "IN0000000001"},
            "requester": {"name": "Dr. Example",
                "identifier": {"type": "REGNO", "value": "MH1001", "system": "https://example.org"}},
            "hiTypes": ["OPConsultation"],
            "permission": {"accessMode": "VIEW",
                "dateRange": {"from": "2021-01-01T00:00:00.000Z", "to": "2026-09-14T00:00:00.000Z"},
                "dataEraseAt": "2026-12-14T00:00:00.000Z",
                "frequency": {"unit": "HOUR", "value": 1, "repeats": 0}},
        }});
        assert_eq!(consent_request(&good, now), Vec::<&str>::new());
        let mut bad = good;
        bad["consent"]["purpose"]["text"] = json!("Care");
        bad["consent"]["permission"]["dataEraseAt"] = json!("2020-01-01T00:00:00.000Z");
        assert_eq!(consent_request(&bad, now).len(), 2);
        assert!(consent_request(&json!({}), now).len() > 8);
    }

    #[test]
    fn a_push_url_has_path_segments_only() {
        assert!(is_push_url("http://127.0.0.1:9000/push/d6a83f24-6c96"));
        for wrong in ["http://h/push?id=1", "http://h/a&b", "http://h/%20", ""] {
            assert!(!is_push_url(wrong), "{wrong}");
        }
    }
}
