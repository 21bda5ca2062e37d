//! Good answers: NHA's saved replies with made-up people in them.

use abdm_contract::{Known, Saved, endpoint_of};
use abdm_core::environment::Family;
use abdm_core::error::ApiError;
use abdm_core::person::AbhaNumber;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use crate::contract::known;
use crate::contract::sources::{OTHER_MILESTONES, SOURCES};

pub(crate) const NUMBER: &str = "91-1234-5678-9015";

/// What must show nowhere but in the fields where it belongs.
pub(crate) const SENTINELS: &[&str] = &[
    "234567890124",
    "9876543210",
    "482913",
    "Sentinela",
    "Personova",
    "Hidden Lane",
    "TOKfirst",
    "TOKrefresh",
    "TOKother",
    "91-1234-5678-9015",
    "91123456789015",
    "91-9876-5432-1098",
    "91987654321098",
    "91-5555-5555-5559",
    "91555555555559",
    "ravi.other",
    "sentinela.p",
    "UEhPVE8t",
    "17-03-1984",
    "secret@home.example",
    "KYCFOTO",
    "411099",
    "Oddpur",
    "Quietshire",
    "client-secret",
];

/// A good answer of an endpoint.
pub(crate) struct Good {
    pub(crate) known: Known,
    pub(crate) body: Value,
}

impl std::fmt::Debug for Good {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.known.meta.name)
    }
}

/// The good answers of every endpoint that has some.
pub(crate) fn all() -> Vec<Good> {
    let known = known::all();
    let sources = SOURCES.iter().chain(OTHER_MILESTONES);
    let saved: Option<Vec<Vec<Saved>>> = sources.map(|source| source.read()).collect();
    let mut all: Vec<Good> = own(&known);
    for saved in saved.into_iter().flatten().flatten() {
        let Some(known) = endpoint_of(&known, &saved) else { continue };
        for reply in &saved.replies {
            let Ok(body) = serde_json::from_str::<Value>(&reply.body) else { continue };
            let superseded = reply.body.contains("id_token");
            if (200..300).contains(&reply.status) && !superseded && succeeds(known, &reply.body) {
                let of_a_person = known.meta.family != Family::Gateway;
                let body = if of_a_person { peopled(body) } else { body };
                all.push(Good { known: known.clone(), body });
            }
        }
    }
    all.retain(|good| (good.known.shown)(good.body.to_string().as_bytes()).1.is_some());
    all.dedup_by(|one, other| {
        one.known.meta.name == other.known.meta.name && one.body == other.body
    });
    all
}

fn succeeds(known: &Known, body: &str) -> bool {
    let (ok, headers) = (StatusCode::OK, HeaderMap::new());
    ApiError::hidden_in_success(&known.meta, None, ok, &headers, body.as_bytes()).is_none()
}

/// The answer with a made-up person's values in the places of the documents' placeholders.
fn peopled(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(peopled).collect(),
        Value::Object(members) => members
            .into_iter()
            .map(|(name, member)| {
                let member = match (&member, person_value(&name)) {
                    (Value::String(text), _) if text.parse::<AbhaNumber>().is_ok() => NUMBER.into(),
                    (Value::String(_) | Value::Number(_), Some(value)) => value.into(),
                    (Value::Array(items), Some(value))
                        if items.iter().all(|item| item.is_string()) && !items.is_empty() =>
                    {
                        json!([value])
                    }
                    _ => peopled(member),
                };
                (name, member)
            })
            .collect(),
        other => other,
    }
}

fn person_value(field: &str) -> Option<&'static str> {
    Some(match field {
        "ABHANumber" | "abhaNumber" | "healthIdNumber" | "healthId_number" | "enrolmentNumber"
        | "parentAbhaNumber" => NUMBER,
        "firstName" | "name" | "fullName" => "Sentinela Personova",
        "middleName" | "lastName" => "Personova",
        "mobile" | "mobileNumber" => "9876543210",
        "token" => "TOKfirst.x.y",
        "refreshToken" => "TOKrefresh.x.y",
        "accessToken" => "TOKother.x.y",
        "photo" | "profilePhoto" => "UEhPVE8t",
        "kycPhoto" => "KYCFOTO",
        "dob" | "dateOfBirth" => "17-03-1984",
        "email" => "secret@home.example",
        "address" | "addressLine1" => "7 Hidden Lane",
        "pincode" | "pinCode" => "411099",
        "districtName" | "district" | "subdistrictName" | "subDistrictName" => "Oddpur",
        "stateName" | "state" => "Quietshire",
        "preferredAbhaAddress" | "abhaAddress" | "phrAddress" | "healthId" => "sentinela.p@sbx",
        _ => return None,
    })
}

/// Answers of our own, for machines without the contract's folder.
fn own(known: &[Known]) -> Vec<Good> {
    let tokens = || json!({"token": "a", "expiresIn": 1800, "refreshToken": "b", "refreshExpiresIn": 1_296_000});
    let account = || {
        json!({"ABHANumber": "1", "preferredAbhaAddress": "a", "name": "n", "gender": "F", "dob": "d",
            "status": "ACTIVE", "profilePhoto": "p", "kycVerified": true})
    };
    let flat = |mut answer: Value| {
        for (name, value) in tokens().as_object().into_iter().flatten() {
            answer[name] = value.clone();
        }
        answer
    };
    let profile = json!({
        "firstName": "f", "middleName": "", "lastName": "l", "dob": "d", "gender": "F", "photo": "p",
        "mobile": "m", "email": null, "phrAddress": ["a"], "address": "a", "districtCode": "490",
        "stateCode": "27", "pinCode": "p", "abhaType": "STANDARD", "stateName": "s",
        "districtName": "d", "ABHANumber": "1", "abhaStatus": "ACTIVE",
    });
    let answers = [
        (
            "EnrolByAadhaar",
            json!({"message": "Account created successfully", "txnId": "t",
            "tokens": tokens(), "ABHAProfile": profile, "isNew": true}),
        ),
        (
            "EnrolByAadhaar",
            json!({"healthIdNumber": "1", "healthId": "h", "mobile": "m",
            "firstName": "f", "name": "n", "yearOfBirth": "1984", "dayOfBirth": "17",
            "monthOfBirth": "3", "gender": "F", "pincode": "p", "kycVerified": true,
            "jwtResponse": tokens(), "status": "ACTIVE", "new": true}),
        ),
        ("RequestEnrolmentOtp", json!({"txnId": "t", "message": "OTP sent to ******0903"})),
        (
            "VerifyEnrolmentOtp",
            json!({"txnId": "t", "authResult": "success", "message": "linked",
            "accounts": [{"ABHANumber": "1"}]}),
        ),
        (
            "ClaimAbhaAddress",
            json!({"txnId": "t", "healthIdNumber": "1", "preferredAbhaAddress": "a"}),
        ),
        ("SuggestAbhaAddresses", json!({"txnId": "t", "abhaAddressList": ["one.1", "two_2"]})),
        (
            "VerifyLogin",
            flat(json!({"txnId": "t", "authResult": "success", "message": "verified",
            "accounts": [account(), account(), account()]})),
        ),
        ("VerifyUser", tokens()),
        (
            "FindAbha",
            json!([{"txnId": "t", "ABHA": [{"index": 1, "ABHANumber": "1", "name": "n",
            "gender": "F", "kycVerified": "true", "authMethods": ["MOBILE_OTP"]}]}]),
        ),
        (
            "SearchAbhaNumber",
            json!({"preferredAbhaAddress": "a", "ABHANumber": "1",
            "authMethods": ["MOBILE_OTP"], "status": "ACTIVE", "mobile": "m"}),
        ),
        (
            "FetchProfile",
            json!({"ABHANumber": "1", "preferredAbhaAddress": "a", "mobile": "m",
            "firstName": "f", "name": "n", "yearOfBirth": "1984", "dayOfBirth": 17, "gender": "F",
            "pincode": "p", "subdistrictName": "s", "authMethods": ["MOBILE_OTP"],
            "kycVerified": true, "localizedDetails": {"name": "n"}, "createdDate": "07-05-2024"}),
        ),
        (
            "VerifyAbhaAddress",
            json!({"message": "m", "authResult": "success", "tokens": tokens(),
            "users": [{"abhaAddress": "a", "fullName": "f", "abhaNumber": "1", "status": "ACTIVE",
                "kycStatus": "VERIFIED"}]}),
        ),
        (
            "FetchAddressProfile",
            json!({"abhaAddress": "a", "fullName": "f", "dayOfBirth": "17",
            "monthOfBirth": "3", "yearOfBirth": "1984", "dateOfBirth": "d", "gender": "F",
            "mobile": "m", "abhaNumber": "1", "pinCode": "p", "mobileVerified": "true",
            "kycStatus": "VERIFIED", "abhaLinkedCount": "2"}),
        ),
        (
            "EnrolAbhaAddress",
            json!({"txnId": "t", "message": "created", "tokens": tokens(),
            "phrDetails": {"firstName": "f", "abhaAddress": ["a"], "pinCode": "p"}}),
        ),
        (
            "CreateSession",
            json!({"accessToken": "a", "expiresIn": 1200, "refreshToken": "b",
            "tokenType": "bearer"}),
        ),
        ("FetchCertificate", json!({"publicKey": "MIIB", "encryptionAlgorithm": "RSA"})),
    ];
    let named = |name: &str| known.iter().find(|known| known.meta.name == name).unwrap().clone();
    let good = |(name, body)| Good { known: named(name), body: peopled(body) };
    answers.into_iter().map(good).collect()
}
