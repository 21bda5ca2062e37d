//! The forms of single values (gateway.md 8, m2-hip.md 0).

use abdm_core::display_text::DisplayText;
use abdm_core::id::{CareContextReference, HipId};
use abdm_core::person::ProfileName;
use abdm_core::vocabulary::{AccessMode, FrequencyUnit, HiType, PurposeCode};
use chrono::{DateTime, Utc};
use url::Url;

/// ABDM's text for an ABHA address of another form.
pub(super) const ADDRESS: &str = "Invalid ABHA Address, it must start with Alphanumeric . and _ in \
    the middle and must be ending with @abdm or @sbx";
/// ABDM's text for an unknown HI type.
pub(super) const HI_TYPE: &str = "Invalid HIType, it must be in Prescription,DiagnosticReport,\
    OPConsultation,DischargeSummary,ImmunizationRecord,HealthDocumentRecord,WellnessRecord,Invoice";
/// ABDM's text for a service id of another form.
pub(super) const SERVICE_ID: &str =
    "Invalid Service ID, it must be Alpha numeric and _ or - in middle";

/// Anything that is not blank.
pub(super) const fn any(_: &str) -> bool {
    true
}

/// `name@sbx` or `name@abdm`.
pub(super) fn abha_address(text: &str) -> bool {
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

/// The same in the calls of linking, which know no `-` and `!` in it (gateway.md 8).
pub(super) fn linked_address(text: &str) -> bool {
    abha_address(text) && !text.contains(['-', '!'])
}

/// `[A-Za-z0-9]+[A-Za-z0-9_-]*[A-Za-z0-9]`.
pub(super) fn service_id(text: &str) -> bool {
    HipId::new(text).is_ok()
}

fn of(text: &str, more: &str) -> bool {
    text.len() <= 255 && text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c))
}

/// The reference of a patient or a care context at a facility, as it is linked.
pub(in crate::services) fn reference(text: &str) -> bool {
    CareContextReference::new(text).is_ok_and(|reference| reference.keeps_wire_rule())
}

/// The same in consents, where more is let through.
pub(super) fn consented_reference(text: &str) -> bool {
    of(text, "_-@,. ()/:\\|\"")
}

/// The id of a counter in the code of a facility (m2-hip.md 6).
pub(in crate::services) fn counter(text: &str) -> bool {
    (1..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// What patients are shown of a care context.
pub(in crate::services) fn display(text: &str) -> bool {
    DisplayText::new(text).is_ok()
}

/// Where a purpose is defined.
pub(super) fn ref_uri(text: &str) -> bool {
    of(text, "_-@,. \":/")
}

/// One of the eight HI types, in their spelling.
pub(super) fn hi_type(text: &str) -> bool {
    HiType::ALL.iter().any(|known| known.as_str() == text)
}

/// `VIEW`, `STORE`, `QUERY`, `STREAM`.
pub(super) fn access_mode(text: &str) -> bool {
    AccessMode::ALL.iter().any(|known| known.as_str() == text)
}

/// `HOUR`, `DAY`, `WEEK`, `MONTH`, `YEAR`.
pub(super) fn frequency_unit(text: &str) -> bool {
    FrequencyUnit::ALL.iter().any(|known| known.as_str() == text)
}

/// Whether a purpose's code and text belong together.
pub(super) fn purpose(code: &str, text: &str) -> bool {
    PurposeCode::ALL.iter().any(|known| known.as_str() == code && known.text() == text)
}

/// `M`, `F`, `O`, `D`: what the profile of an ABHA address may say (m2-hip.md 1.1).
pub(super) fn gender(text: &str) -> bool {
    matches!(text, "M" | "F" | "O" | "D")
}

/// The name of an ABHA profile.
pub(super) fn person_name(text: &str) -> bool {
    ProfileName::new(text).is_ok()
}

/// A UUID.
pub(super) fn uuid(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}

/// The code of an error of ours: `^(ABDM-\d{4}|\d{3,6})(: )?$`.
pub(super) fn error_code(text: &str) -> bool {
    let code = text.strip_suffix(": ").unwrap_or(text);
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match code.strip_prefix("ABDM-") {
        Some(number) => number.len() == 4 && digits(number),
        None => (3..=6).contains(&code.len()) && digits(code),
    }
}

/// An absolute `http` or `https` URL.
pub(super) fn web_url(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// A URL that keeps the rule of the HIP's callback: no query, no escapes (rulings.md 15).
pub(super) fn is_push_url(text: &str) -> bool {
    !text.is_empty() && of(text, "_-@,. \":/") && web_url(text)
}

/// Any readable instant.
pub(super) const fn readable(_: DateTime<Utc>, _: DateTime<Utc>) -> bool {
    true
}

/// An instant that is not after now.
pub(super) fn not_future(instant: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    instant <= now
}

/// An instant after now.
pub(super) fn future(instant: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    instant > now
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_push_url_has_path_segments_only() {
        assert!(is_push_url("http://127.0.0.1:9000/push/d6a83f24-6c96"));
        for wrong in
            ["http://h/push?id=1", "http://h/a&b", "http://h/%20", "", "h/push", "ftp://h/p"]
        {
            assert!(!is_push_url(wrong), "{wrong}");
        }
    }

    #[test]
    fn an_error_code_is_abdms_or_a_number() {
        for good in ["ABDM-1001", "ABDM-1001: ", "4500", "900901"] {
            assert!(error_code(good), "{good}");
        }
        for wrong in ["", "ABDM-1", "ABDM-10011", "12", "1001 ", "oops"] {
            assert!(!error_code(wrong), "{wrong}");
        }
    }
}
