//! The SMS notice (m2-hip.md 4, rulings.md 39).

use abdm_core::endpoint::Endpoint as _;
use hip_services::api::sms::NotifyBySms;

use super::field::Form;
use super::say::Say;
use super::value;
use super::{Field, Rules};

/// Ten digits, with India's code before them or without.
fn phone(text: &str) -> bool {
    let national = text.strip_prefix("+91-").or_else(|| text.strip_prefix("91"));
    let is_national = |text: &str| {
        text.len() == 10
            && text.starts_with(['6', '7', '8', '9'])
            && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    is_national(text) || national.is_some_and(is_national)
}

const HIP: Say = Say::Coded("ABDM-1035", "Invalid HIP ID");

const NOTICE: &[Field] = &[
    Field::optional("/requestId", Form::Text(value::uuid), Say::Listed("Invalid request id")),
    Field::optional("/timestamp", Form::Instant(value::readable), Say::Listed("Invalid timestamp")),
    Field::needed("/notification", Form::Object, Say::Unreadable),
    Field::needed("/notification/phoneNo", Form::Text(phone), Say::Listed("Invalid phone number")),
    Field::needed("/notification/hip", Form::Object, Say::Unreadable),
    Field::needed("/notification/hip/id", Form::Text(value::service_id), HIP),
    Field::needed(
        "/notification/hip/name",
        Form::Text(value::any),
        Say::Listed("Invalid HIP name"),
    ),
];

pub(super) fn rules() -> Vec<Rules> {
    vec![Rules::new(NotifyBySms::META.name, NOTICE)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_taken_in_three_forms_and_no_other() {
        for good in ["9999999999", "919999999999", "+91-9999999999", "9199999999"] {
            assert!(phone(good), "{good}");
        }
        for wrong in ["", "999999999", "+919999999999", "09999999999", "5999999999", "99999 99999"]
        {
            assert!(!phone(wrong), "{wrong}");
        }
    }
}
