//! The loose variants that live callbacks come in (realities 4 and 24).

use abdm_core::endpoint::Endpoint as _;
use hip_services::api::consent::OnConsentNotify;
use hip_services::api::health_information::OnHealthInformationRequest;
use hip_services::api::sharing::OnPatientShare;
use hip_services::api::sms::OnSmsNotified;
use hip_services::api::user_linking::{OnDiscoverCareContexts, OnLinkConfirm};
use hiu_services::api::consent::{OnConsentStatus, OnFetchConsent};
use serde_json::{Value, json};

/// Makes a body as loose as the live one of this callback; some are so by turns.
pub(super) fn loosen(name: &str, turn: u64, body: &mut Value) {
    if name == OnHealthInformationRequest::META.name {
        if let Some(fields) = body.as_object_mut() {
            fields.insert("requestId".to_owned(), json!(""));
            fields.insert("timestamp".to_owned(), json!(""));
        }
    } else if name == OnConsentNotify::META.name {
        // Real notices to a HIP leave out who asked (m2-hip.md 7).
        let detail = body.pointer_mut("/notification/consentDetail");
        if let Some(Value::Object(detail)) = detail {
            detail.remove("hiu");
            detail.remove("requester");
        }
        number_texts(body.pointer_mut("/notification/consentDetail/permission/frequency"));
    } else if name == OnConsentStatus::META.name {
        resp_null(body);
    } else if name == OnFetchConsent::META.name {
        resp_null(body);
        number_texts(body.pointer_mut("/consent/consentDetail/permission/frequency"));
    } else if name == OnDiscoverCareContexts::META.name {
        bare_identifiers(turn, body.pointer_mut("/patient"));
    } else if name == OnLinkConfirm::META.name {
        null_ids(body);
    } else if name == OnSmsNotified::META.name {
        null_ids(body);
        if let Some(answered) = body.as_object_mut().and_then(|fields| fields.remove("response")) {
            body["resp"] = answered;
        }
    } else if name == OnPatientShare::META.name {
        respell(turn, body.pointer_mut("/profile/patient"));
    }
}

/// The HI types of a grant in one text, as NHA's M2 document prints them (rulings.md 32).
pub(super) fn join_hi_types(name: &str, body: &mut Value) {
    if name != OnConsentNotify::META.name {
        return;
    }
    if let Some(types) = body.pointer_mut("/notification/consentDetail/hiTypes") {
        let joined = types
            .as_array()
            .map(|types| types.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "));
        if let Some(joined) = joined {
            *types = Value::String(joined);
        }
    }
}

/// A shared profile in its spellings by turns (rulings.md 33): as usual; with `dob`, `mobile` and
/// `pinCode`; and so with the day first and a photo.
fn respell(turn: u64, patient: Option<&mut Value>) {
    let Some(Value::Object(patient)) = patient.filter(|_| !turn.is_multiple_of(3)) else {
        return;
    };
    let mut part = |name: &str| match patient.remove(name) {
        Some(Value::String(part)) => part,
        _ => String::new(),
    };
    let (day, month, year) = (part("dayOfBirth"), part("monthOfBirth"), part("yearOfBirth"));
    let mobile = part("phoneNumber");
    let day_first = turn % 3 == 2;
    let dob = if day_first {
        format!("{day:0>2}-{month:0>2}-{year}")
    } else {
        format!("{year}-{month:0>2}-{day:0>2}")
    };
    patient.insert("dob".to_owned(), Value::String(dob));
    patient.insert("mobile".to_owned(), Value::String(mobile));
    if day_first {
        patient.insert("kycPhoto".to_owned(), json!(crate::world::PHOTO));
    }
    if let Some(Value::Object(address)) = patient.get_mut("address")
        && let Some(pin) = address.remove("pincode")
    {
        address.insert("pinCode".to_owned(), pin);
    }
}

/// `requestId` and `timestamp` are there and say nothing.
fn null_ids(body: &mut Value) {
    if let Some(fields) = body.as_object_mut() {
        fields.insert("requestId".to_owned(), Value::Null);
        fields.insert("timestamp".to_owned(), Value::Null);
    }
}

/// Numbers bare by turns (m2-hip.md 5.1); a list of nothing is `null`.
fn bare_identifiers(turn: u64, patient: Option<&mut Value>) {
    let Some(patient) = patient.filter(|_| !turn.is_multiple_of(2)) else {
        return;
    };
    let verified = patient.get_mut("verifiedIdentifiers").and_then(Value::as_array_mut);
    for identifier in verified.into_iter().flatten() {
        if let Some(Value::String(value)) = identifier.get_mut("value")
            && !value.contains('@')
        {
            *value = value.trim_start_matches("+91").replace('-', "");
        }
    }
    let typed = patient.get_mut("unverifiedIdentifiers");
    if let Some(typed) = typed.filter(|typed| typed.as_array().is_some_and(Vec::is_empty)) {
        *typed = Value::Null;
    }
}

/// `resp: null` beside `response` (gateway.md 2).
fn resp_null(body: &mut Value) {
    if let Some(fields) = body.as_object_mut() {
        fields.insert("resp".to_owned(), Value::Null);
    }
}

/// `value` and `repeats` arrive as texts.
fn number_texts(frequency: Option<&mut Value>) {
    let Some(Value::Object(frequency)) = frequency else {
        return;
    };
    for name in ["value", "repeats"] {
        if let Some(value @ Value::Number(_)) = frequency.get_mut(name) {
            *value = Value::String(value.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_live_notice_has_texts_for_numbers_and_no_hiu() {
        let mut body = json!({"notification": {"consentDetail": {
            "hiu": {"id": "x"}, "requester": {"name": "y"}, "hip": {"id": "z"},
            "permission": {"frequency": {"unit": "HOUR", "value": 1, "repeats": 0}},
        }}});
        loosen(OnConsentNotify::META.name, 0, &mut body);
        assert_eq!(
            body,
            json!({"notification": {"consentDetail": {
                "hip": {"id": "z"},
                "permission": {"frequency": {"unit": "HOUR", "value": "1", "repeats": "0"}},
            }}})
        );
    }

    #[test]
    fn an_answer_to_an_sms_names_its_call_by_the_older_word() {
        let mut body = json!({"status": "ACKNOWLEDGED", "response": {"requestId": "r"}});
        loosen(OnSmsNotified::META.name, 0, &mut body);
        assert_eq!(
            body,
            json!({"status": "ACKNOWLEDGED", "resp": {"requestId": "r"}, "requestId": null,
                "timestamp": null})
        );
    }

    #[test]
    fn what_a_consent_manager_answers_holds_the_older_word_and_nothing_in_it() {
        for name in [OnConsentStatus::META.name, OnFetchConsent::META.name] {
            let mut body = json!({"response": {"requestId": "r"}});
            loosen(name, 0, &mut body);
            assert_eq!(body, json!({"response": {"requestId": "r"}, "resp": null}), "{name}");
        }
    }

    #[test]
    fn a_shared_profile_has_three_spellings_by_turns() {
        let usual = json!({"profile": {"patient": {"name": "Asha", "dayOfBirth": "6",
            "monthOfBirth": "6", "yearOfBirth": "1988", "phoneNumber": "9999999999",
            "address": {"line": "1 Road", "pincode": "411001"}}}});
        let spelled = |turn| {
            let mut body = usual.clone();
            loosen(OnPatientShare::META.name, turn, &mut body);
            body["profile"]["patient"].clone()
        };
        assert_eq!(spelled(0), usual["profile"]["patient"]);
        assert_eq!(
            spelled(1),
            json!({"name": "Asha", "dob": "1988-06-06", "mobile": "9999999999",
                "address": {"line": "1 Road", "pinCode": "411001"}})
        );
        assert_eq!(spelled(2)["dob"], "06-06-1988");
        assert!(spelled(2)["kycPhoto"].is_string());
        assert_eq!(spelled(3), usual["profile"]["patient"]);
    }
}
