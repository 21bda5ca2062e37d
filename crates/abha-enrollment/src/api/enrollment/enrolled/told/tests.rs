use abdm_core::wire::read_forgiving;
use serde_json::{Value, json};

use super::*;

const NUMBER: &str = "91-1234-5678-9015";

fn good() -> Value {
    json!({
        "message": "Account created successfully", "txnId": "t",
        "tokens": {"token": "tok", "expiresIn": 1800, "refreshToken": "ref", "refreshExpiresIn": 9},
        "ABHAProfile": {
            "firstName": "Asha", "dob": "26-06-1999", "gender": "F", "mobile": "******3210",
            "phrAddress": ["91123456789015@sbx"], "pinCode": "411001", "ABHANumber": NUMBER,
        },
        "isNew": true,
    })
}

fn read(answer: &Value) -> EnrolledAccount {
    let body = serde_json::to_vec(answer).unwrap();
    let read = read_forgiving(&body).unwrap_or_else(|error| panic!("{error}: {answer}"));
    match read.value {
        EnrolmentReply::Account(account) => *account,
        EnrolmentReply::Demographic(reply) => EnrolledAccount::from(*reply),
    }
}

fn with(change: impl FnOnce(&mut Value)) -> Value {
    let mut answer = good();
    change(&mut answer);
    answer
}

#[track_caller]
fn assert_whole(account: &EnrolledAccount, answer: &Value) {
    assert_eq!(account.abha_number().unwrap().to_dashed(), NUMBER, "{answer}");
    let profile = account.profile.as_ref().unwrap();
    assert_eq!(profile.first_name.as_ref().unwrap().as_str(), "Asha", "{answer}");
    assert_eq!(profile.preferred_address().unwrap().as_str(), "91123456789015@sbx", "{answer}");
    assert_eq!(profile.mobile.as_ref().unwrap().as_str(), "******3210", "{answer}");
    assert!(account.tokens.as_ref().unwrap().refresh_token.is_some(), "{answer}");
    assert_eq!(account.is_new, Some(true), "{answer}");
}

/// (M1 trial A3)
#[test]
fn fields_beside_the_profile_never_hide_it() {
    for (name, value) in [
        ("healthIdNumber", Value::Null),
        ("healthIdNumber", json!("")),
        ("healthIdNumber", json!(NUMBER)),
        ("healthIdNumber", json!("91-5555-5555-5559")),
        ("jwtResponse", Value::Null),
        ("jwtResponse", json!({})),
        ("jwtResponse", json!({"token": "other"})),
        ("healthId", json!("other@sbx")),
        ("token", json!("other")),
        ("mobile", json!("9876543211")),
        ("new", json!(false)),
        ("profile", json!({"firstName": "Other"})),
    ] {
        let answer = with(|answer| answer[name] = value);
        assert_whole(&read(&answer), &answer);
    }
}

/// (M1 trial A2)
#[test]
fn the_profile_is_found_in_other_spellings_and_wrappers() {
    for answer in [
        with(|answer| {
            let block = answer["ABHAProfile"].take();
            answer["abhaProfile"] = block;
        }),
        with(|answer| {
            let block = answer["ABHAProfile"].take();
            answer["AbhaProfile"] = block;
        }),
        json!({"data": good()}),
        json!({"response": good(), "message": null}),
        json!([good()]),
        json!({"data": [good()]}),
        with(|answer| answer["ABHAProfile"] = json!([answer["ABHAProfile"].take()])),
        with(|answer| answer["tokens"] = json!([answer["tokens"].take()])),
    ] {
        assert_whole(&read(&answer), &answer);
    }
}

/// (M1 trial A2, A4)
#[test]
fn a_number_that_stands_anywhere_in_the_answer_is_the_accounts() {
    let masked = json!("xx-xxxx-xxxx-9015");
    for answer in [
        json!({"ABHANumber": NUMBER}),
        json!({"abhaNumber": 91_123_456_789_015_u64}),
        json!({"healthIdNumber": "91123456789015"}),
        json!({"data": {"ABHANumber": NUMBER}}),
        json!({"result": {"accounts": [{"ABHANumber": NUMBER}]}}),
        json!({"accounts": [{"ABHANumber": NUMBER, "name": {}}]}),
        json!({"accounts": {"ABHANumber": NUMBER}}),
        json!({"accounts": [{"ABHANumber": NUMBER}, {"ABHANumber": "91123456789015"}]}),
        with(|answer| answer["ABHAProfile"] = json!({"ABHANumber": NUMBER})),
        json!({"ABHAProfile": null, "ABHANumber": NUMBER}),
        json!({"ABHAProfile": {"ABHANumber": masked}, "healthIdNumber": NUMBER}),
        json!({"ABHAProfile": {"ABHANumber": null, "name": "x"}, "accounts": [{"ABHANumber": NUMBER}]}),
        json!({"ABHAProfile": {"abha_number": NUMBER}, "error": {}}),
    ] {
        assert_eq!(read(&answer).abha_number().unwrap().to_dashed(), NUMBER, "{answer}");
    }
    for answer in [
        json!({}),
        json!({"message": "Account created successfully"}),
        json!({"ABHAProfile": {"ABHANumber": masked}}),
        json!({"ABHANumber": "9112345678901"}),
        json!({"accounts": [{"ABHANumber": NUMBER}, {"ABHANumber": "91-5555-5555-5559"}]}),
    ] {
        assert_eq!(read(&answer).abha_number(), None, "{answer}");
    }
}

/// (M1 trial B1)
#[test]
fn one_odd_field_costs_itself_and_not_the_number() {
    let odd = [
        ("tokens", json!({})),
        ("tokens", json!("")),
        ("tokens", json!([{}])),
        ("tokens", json!({"token": null})),
        ("tokens", json!({"token": 7})),
        ("message", json!({})),
        ("message", json!(0)),
        ("message", json!(["a", "b"])),
        ("txnId", json!({})),
        ("isNew", json!({})),
        ("isNew", json!([])),
    ];
    for (name, value) in odd {
        let answer = with(|answer| answer[name] = value);
        assert_eq!(read(&answer).abha_number().unwrap().to_dashed(), NUMBER, "{answer}");
    }
    let odd = [
        ("email", json!([])),
        ("middleName", json!({})),
        ("gender", json!(1)),
        ("gender", json!({})),
        ("photo", json!({})),
        ("address", json!({})),
        ("address", json!(["a", "b"])),
        ("phrAddress", json!([{"a": 1}])),
        ("phrAddress", json!({"a": 1})),
        ("abhaType", json!([])),
        ("abhaStatus", json!({})),
        ("pincode", json!("411002")),
        ("pincode", json!(null)),
        ("stateCode", json!([1, 2])),
        ("dob", json!(true)),
        ("mobile", json!({})),
    ];
    for (name, value) in odd {
        let answer = with(|answer| answer["ABHAProfile"][name] = value);
        let account = read(&answer);
        assert_eq!(account.abha_number().unwrap().to_dashed(), NUMBER, "{answer}");
        let profile = account.profile.unwrap();
        assert_eq!(profile.pin_code.unwrap().as_str(), "411001", "{answer}");
    }
    for life in ["\"30m\"", "1800.5", "1e19", "\"1800 s\"", "null", "{}", "\"\""] {
        let body = serde_json::to_string(&good()).unwrap().replace("1800", life);
        let account = read(&serde_json::from_str(&body).unwrap());
        let tokens = account.tokens.unwrap();
        assert_eq!((tokens.expires_in, tokens.refresh_token.is_some()), (None, true), "{life}");
    }
}

#[test]
fn is_new_is_read_in_any_spelling() {
    for (value, is_new) in [
        (json!("false"), Some(false)),
        (json!("True"), Some(true)),
        (json!(0), Some(false)),
        (json!("YES"), Some(true)),
        (json!(" n "), Some(false)),
        (json!(null), None),
        (json!("?"), None),
    ] {
        let answer = with(|answer| answer["isNew"] = value);
        assert_eq!(read(&answer).is_new, is_new, "{answer}");
    }
    assert_eq!(read(&json!({"is_new": false})).is_new, Some(false));
}

/// (M1 trial C1; case 24)
#[test]
fn a_flat_answer_keeps_the_parts_of_a_birth_and_makes_up_no_day() {
    let none = Value::Null;
    for ([day, month, year], iso, dob) in [
        ([json!("26"), json!("06"), json!("1999")], Some("1999-06-26"), Some("26-06-1999")),
        ([json!(26), json!(6), json!(1999)], Some("1999-06-26"), Some("26-06-1999")),
        ([json!(""), json!(""), json!("1999")], Some("1999"), Some("1999")),
        ([none.clone(), none.clone(), json!("1999")], Some("1999"), Some("1999")),
        ([json!(0), json!(0), json!("1999")], Some("1999"), Some("1999")),
        ([none.clone(), json!("6"), json!("1999")], Some("1999-06"), Some("06-1999")),
        ([json!("30"), json!("2"), json!("1999")], None, None),
        ([json!("26"), json!("6"), none.clone()], None, None),
    ] {
        let answer = json!({
            "healthIdNumber": NUMBER, "dayOfBirth": day, "monthOfBirth": month, "yearOfBirth": year,
        });
        let profile = read(&answer).profile.unwrap();
        assert_eq!(profile.birth_date().map(|born| born.to_iso()).as_deref(), iso, "{answer}");
        assert_eq!(profile.dob.as_ref().map(Personal::as_str), dob, "{answer}");
        let kept = profile.day_of_birth.map(Personal::into_string);
        assert_eq!(kept.is_some(), !day.is_null(), "{answer}");
    }
}

fn addresses_of(account: &EnrolledAccount) -> Vec<&str> {
    account.profile.iter().flat_map(|told| &told.phr_address).map(Personal::as_str).collect()
}

#[test]
fn addresses_beside_the_profile_are_kept_each_once_behind_those_in_it() {
    let beside = json!({
        "preferredAbhaAddress": "asha@sbx", "abhaAddress": "Asha@sbx", "healthId": "asha.2@sbx",
        "phrAddress": ["asha.3@sbx", "91123456789015@sbx", "asha@sbx"],
    });
    let answer = with(|answer| {
        for (name, value) in beside.as_object().unwrap() {
            answer[name] = value.clone();
        }
    });
    let account = read(&answer);
    let all = ["91123456789015@sbx", "asha@sbx", "asha.2@sbx", "asha.3@sbx"];
    assert_eq!(addresses_of(&account), all);
    let answer = json!({"healthIdNumber": NUMBER, "preferredAbhaAddress": "asha@sbx",
        "healthId": "asha@sbx", "phrAddress": ["asha.3@sbx", "asha@sbx"]});
    assert_eq!(addresses_of(&read(&answer)), ["asha@sbx", "asha.3@sbx"]);
}

#[test]
fn a_flat_answer_keeps_all_that_it_tells_of_the_person() {
    let told = json!({
        "name": "Asha Example", "dob": "26-06-1999", "email": "asha@example.org",
        "photo": "cGhvdG8=", "abhaType": "STANDARD", "firstName": "Asha",
    });
    for number in ["healthIdNumber", "ABHANumber"] {
        let mut answer = told.clone();
        answer[number] = json!(NUMBER);
        let profile = read(&answer).profile.unwrap();
        let kept = [
            ("name", profile.name),
            ("dob", profile.dob),
            ("email", profile.email),
            ("photo", profile.photo),
            ("firstName", profile.first_name),
        ];
        for (name, value) in kept {
            assert_eq!(value.as_ref().map(Personal::as_str), told[name].as_str(), "{answer}");
        }
        assert_eq!(profile.abha_type, Some(AbhaType::from("STANDARD".to_owned())), "{answer}");
    }
}
