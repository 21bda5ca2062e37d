//! The loose variants that live callbacks come in, by turns (realities 4 and 24).

use abdm_core::endpoint::Endpoint as _;
use chrono::{DateTime, Utc};
use hip_services::api::consent::OnConsentNotify;
use hip_services::api::health_information::OnHealthInformationRequest;
use hip_services::api::hip_linking::{OnGenerateLinkToken, OnLinkCareContexts, OnNotifyContext};
use hip_services::api::sharing::OnPatientShare;
use hip_services::api::sms::OnSmsNotified;
use hip_services::api::user_linking::{OnDiscoverCareContexts, OnLinkConfirm};
use hiu_services::api::consent::{OnConsentStatus, OnFetchConsent};
use serde_json::{Map, Value, json};

/// Makes a body as loose as a live one of this callback.
pub(super) fn loosen(name: &str, turn: u64, body: &mut Value) {
    if name == OnHealthInformationRequest::META.name {
        health_information_request(turn, body);
    } else if name == OnConsentNotify::META.name {
        consent_notice(turn, body);
    } else if [OnGenerateLinkToken::META.name, OnNotifyContext::META.name].contains(&name) {
        answered(turn, body);
    } else if name == OnLinkCareContexts::META.name {
        answered(turn, body);
        prose(turn, body.get_mut("status"));
    } else if name == OnConsentStatus::META.name {
        resp_null(body);
    } else if name == OnFetchConsent::META.name {
        resp_null(body);
        number_texts(body.pointer_mut("/consent/consentDetail/permission/frequency"));
    } else if name == OnDiscoverCareContexts::META.name {
        sought(turn, body.pointer_mut("/patient"));
    } else if name == OnLinkConfirm::META.name {
        body_ids(body, Some(&Value::Null));
        number_of(turn, body.pointer_mut("/confirmation/token"));
    } else if name == OnSmsNotified::META.name {
        body_ids(body, Some(&Value::Null));
        older_word(body);
    } else if name == OnPatientShare::META.name {
        place(turn, body.pointer_mut("/metaData"));
        respell(turn, body.pointer_mut("/profile/patient"));
    }
    if !turn.is_multiple_of(2)
        && let Some(fields) = body.as_object_mut()
    {
        fields.insert("fieldOfTomorrow".to_owned(), json!({"of": ["nobody knows"]}));
    }
}

/// `requestId` and `timestamp` in the body are blank, `null` or not there; the expiry of the key has
/// other forms.
fn health_information_request(turn: u64, body: &mut Value) {
    match turn % 3 {
        0 => body_ids(body, Some(&json!(""))),
        1 => {
            body_ids(body, Some(&Value::Null));
            without_zone(body.pointer_mut("/hiRequest/keyMaterial/dhPublicKey/expiry"));
        }
        _ => body_ids(body, None),
    }
}

/// Real notices to a HIP leave out who asked (m2-hip.md 7), or have `null` in its place. Of the
/// document's own forms are texts for numbers, times without a zone, and all HI types in one text.
fn consent_notice(turn: u64, body: &mut Value) {
    let Some(Value::Object(detail)) = body.pointer_mut("/notification/consentDetail") else {
        return;
    };
    if turn % 3 == 1 {
        detail.insert("hiu".to_owned(), Value::Null);
        detail.insert("requester".to_owned(), Value::Null);
        without_zone(detail.get_mut("createdAt"));
        for end in ["from", "to"] {
            let pointer = format!("/permission/dateRange/{end}");
            without_zone(body.pointer_mut(&format!("/notification/consentDetail{pointer}")));
        }
        return;
    }
    detail.remove("hiu");
    detail.remove("requester");
    if turn % 3 == 2 {
        detail.remove("createdAt");
    }
    number_texts(
        detail.get_mut("permission").and_then(|permission| permission.get_mut("frequency")),
    );
    if turn % 3 == 2 {
        join_hi_types(OnConsentNotify::META.name, body);
    }
}

/// Which call it answers: `response`; the same beside `resp: null` and `error: null`; or `resp`
/// alone.
fn answered(turn: u64, body: &mut Value) {
    match turn % 3 {
        0 => {}
        1 => {
            resp_null(body);
            if let Some(fields) = body.as_object_mut() {
                fields.entry("error").or_insert(Value::Null);
            }
        }
        _ => older_word(body),
    }
}

/// Prose between blanks and in other letters (rulings.md 28).
fn prose(turn: u64, status: Option<&mut Value>) {
    if let Some(Value::String(status)) = status
        && turn % 3 == 2
    {
        *status = format!(" {} ", status.to_lowercase());
    }
}

/// `resp` in the place of `response`.
fn older_word(body: &mut Value) {
    if let Some(answered) = body.as_object_mut().and_then(|fields| fields.remove("response")) {
        body["resp"] = answered;
    }
}

/// A text of digits as a number by turns, where none of them is lost.
fn number_of(turn: u64, text: Option<&mut Value>) {
    let Some(value) = text.filter(|_| !turn.is_multiple_of(2)) else {
        return;
    };
    let number = value.as_str().filter(|digits| !digits.starts_with('0'));
    if let Some(number) = number.and_then(|digits| digits.parse::<u64>().ok()) {
        *value = json!(number);
    }
}

/// A time with six fraction digits and no zone (m2-hip.md 7).
fn without_zone(time: Option<&mut Value>) {
    let Some(value) = time else {
        return;
    };
    let instant = value.as_str().and_then(|text| text.parse::<DateTime<Utc>>().ok());
    if let Some(instant) = instant {
        *value = json!(instant.format("%Y-%m-%dT%H:%M:%S%.6f").to_string());
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

/// A shared profile in its spellings by turns (rulings.md 33): as usual; with `dob`, `mobile`,
/// `pinCode` and the ABHA number without dashes; and so with the day first, the ABHA number as a
/// number and a photo.
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
    if let Some(number @ Value::String(_)) = patient.get_mut("abhaNumber") {
        let bare = number.as_str().unwrap_or_default().replace('-', "");
        *number = match bare.parse::<u64>() {
            Ok(digits) if day_first => json!(digits),
            _ => Value::String(bare),
        };
    }
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

/// `requestId` and `timestamp` of the body, which say nothing.
fn body_ids(body: &mut Value, said: Option<&Value>) {
    let Some(fields) = body.as_object_mut() else {
        return;
    };
    for name in ["requestId", "timestamp"] {
        match said {
            Some(said) => fields.insert(name.to_owned(), said.clone()),
            None => fields.remove(name),
        };
    }
}

/// A patient with bare numbers and without a list (m2-hip.md 5.1), or with a list of nothing and
/// the year as a text.
fn sought(turn: u64, patient: Option<&mut Value>) {
    let Some(Value::Object(patient)) = patient else {
        return;
    };
    match turn % 3 {
        0 => {}
        1 => {
            bare_identifiers(patient);
            nothing_typed(patient, &Value::Null);
        }
        _ => {
            nothing_typed(patient, &json!([{}]));
            if let Some(year @ Value::Number(_)) = patient.get_mut("yearOfBirth") {
                *year = Value::String(year.to_string());
            }
        }
    }
}

fn bare_identifiers(patient: &mut Map<String, Value>) {
    let verified = patient.get_mut("verifiedIdentifiers").and_then(Value::as_array_mut);
    for identifier in verified.into_iter().flatten() {
        if let Some(Value::String(value)) = identifier.get_mut("value")
            && !value.contains('@')
        {
            *value = value.trim_start_matches("+91").replace('-', "");
        }
    }
}

/// What stands there when the patient has typed nothing.
fn nothing_typed(patient: &mut Map<String, Value>, nothing: &Value) {
    let typed = patient.get_mut("unverifiedIdentifiers");
    if let Some(typed) = typed.filter(|typed| typed.as_array().is_none_or(Vec::is_empty)) {
        *typed = nothing.clone();
    }
}

/// Where the patient is: not told, as numbers, or as texts.
fn place(turn: u64, metadata: Option<&mut Value>) {
    let Some(Value::Object(metadata)) = metadata else {
        return;
    };
    let (latitude, longitude) = match turn % 3 {
        0 => return,
        1 => (json!(18.52), json!(73.86)),
        _ => (json!("18.52"), json!("73.86")),
    };
    metadata.insert("latitude".to_owned(), latitude);
    metadata.insert("longitude".to_owned(), longitude);
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

    const FIELD_OF_TOMORROW: &str = "fieldOfTomorrow";

    /// The body of a callback at this turn, without the field that nobody knows.
    fn loosened(name: &str, turn: u64, body: &Value) -> Value {
        let mut body = body.clone();
        loosen(name, turn, &mut body);
        let unknown = body.as_object_mut().unwrap().remove(FIELD_OF_TOMORROW);
        assert_eq!(unknown.is_some(), turn % 2 == 1, "{name} {turn}");
        body
    }

    #[test]
    fn a_consent_notice_has_texts_for_numbers_no_zone_and_no_hiu_by_turns() {
        let usual = json!({"notification": {"consentDetail": {
            "createdAt": "2026-09-14T09:57:59.680Z", "hiTypes": ["Prescription", "Invoice"],
            "hiu": {"id": "x"}, "requester": {"name": "y"}, "hip": {"id": "z"},
            "permission": {
                "dateRange": {"from": "2026-09-07T09:57:59.626Z", "to": "2026-09-14T09:57:59.626Z"},
                "frequency": {"unit": "HOUR", "value": 1, "repeats": 0}},
        }}});
        let notice = |turn| loosened(OnConsentNotify::META.name, turn, &usual);
        let mut expected = usual.clone();
        let detail = expected["notification"]["consentDetail"].as_object_mut().unwrap();
        detail.remove("hiu");
        detail.remove("requester");
        detail["permission"]["frequency"] = json!({"unit": "HOUR", "value": "1", "repeats": "0"});
        assert_eq!(notice(0), expected);
        let detail = expected["notification"]["consentDetail"].as_object_mut().unwrap();
        detail.remove("createdAt");
        detail["hiTypes"] = json!("Prescription, Invoice");
        assert_eq!(notice(2), expected);
        let mut expected = usual.clone();
        let detail = expected["notification"]["consentDetail"].as_object_mut().unwrap();
        detail["hiu"] = Value::Null;
        detail["requester"] = Value::Null;
        detail["createdAt"] = json!("2026-09-14T09:57:59.680000");
        detail["permission"]["dateRange"] =
            json!({"from": "2026-09-07T09:57:59.626000", "to": "2026-09-14T09:57:59.626000"});
        assert_eq!(notice(1), expected);
    }

    #[test]
    fn an_answer_names_its_call_by_either_word() {
        let usual = json!({"status": "Linked", "response": {"requestId": "r"}});
        let answer = |turn| loosened(OnLinkCareContexts::META.name, turn, &usual);
        assert_eq!(answer(0), usual);
        assert_eq!(
            answer(1),
            json!({"status": "Linked", "response": {"requestId": "r"}, "resp": null, "error": null})
        );
        assert_eq!(answer(2), json!({"status": " linked ", "resp": {"requestId": "r"}}));
    }

    #[test]
    fn a_data_request_has_blank_ids_null_ids_or_none() {
        let expiry = json!({"dhPublicKey": {"expiry": "2026-09-16T00:00:00.000Z"}});
        let usual = json!({"hiRequest": {"keyMaterial": expiry}});
        let request = |turn| loosened(OnHealthInformationRequest::META.name, turn, &usual);
        let blank = request(0);
        assert_eq!((&blank["requestId"], &blank["timestamp"]), (&json!(""), &json!("")));
        let null = request(1);
        assert_eq!(null.get("requestId"), Some(&Value::Null));
        let expiry = null.pointer("/hiRequest/keyMaterial/dhPublicKey/expiry");
        assert_eq!(expiry, Some(&json!("2026-09-16T00:00:00.000000")));
        assert_eq!(request(2), usual);
    }

    #[test]
    fn a_search_has_bare_numbers_or_a_list_of_nothing_by_turns() {
        let usual = json!({"patient": {"yearOfBirth": 1988, "unverifiedIdentifiers": [],
            "verifiedIdentifiers": [{"type": "MOBILE", "value": "+919999900001"},
                {"type": "ABHA_ADDRESS", "value": "a-b@sbx"}]}});
        let search = |turn| {
            let body = loosened(OnDiscoverCareContexts::META.name, turn, &usual);
            body["patient"].clone()
        };
        assert_eq!(search(0), usual["patient"]);
        assert_eq!(search(1)["verifiedIdentifiers"][0]["value"], "9999900001");
        assert_eq!(search(1)["verifiedIdentifiers"][1]["value"], "a-b@sbx");
        assert_eq!(search(1)["unverifiedIdentifiers"], Value::Null);
        assert_eq!(search(2)["unverifiedIdentifiers"], json!([{}]));
        assert_eq!(search(2)["yearOfBirth"], "1988");
    }

    #[test]
    fn an_otp_is_a_number_by_turns_unless_it_begins_with_zero() {
        let token = |turn, token: &str| {
            let body = json!({"confirmation": {"linkRefNumber": "l", "token": token}});
            let body = loosened(OnLinkConfirm::META.name, turn, &body);
            assert_eq!(body.get("requestId"), Some(&Value::Null));
            body["confirmation"]["token"].clone()
        };
        assert_eq!(token(0, "123456"), "123456");
        assert_eq!(token(1, "123456"), 123_456);
        assert_eq!(token(1, "012345"), "012345");
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
            "abhaNumber": "91-0000-0000-0001",
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
                "abhaNumber": "91000000000001", "address": {"line": "1 Road", "pinCode": "411001"}})
        );
        assert_eq!(spelled(2)["dob"], "06-06-1988");
        assert_eq!(spelled(2)["abhaNumber"], 91_000_000_000_001_u64);
        assert!(spelled(2)["kycPhoto"].is_string());
        assert_eq!(spelled(3), usual["profile"]["patient"]);
    }
}
