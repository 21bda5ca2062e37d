//! The same for milestone 1, where the required fields are known from m1-abha.md: the fault names
//! the field, on the ABHA family in a map, below `/v3/phr` in a list.

use abdm_core::endpoint::{Endpoint as _, Metadata};
use abha_enrollment::api::address::{RequestAddressOtp, SearchAbhaAddress};
use abha_enrollment::api::enrollment::{
    ClaimAbhaAddress, EnrolByAadhaar, RequestEnrolmentOtp, VerifyEnrolmentOtp,
};
use abha_enrollment::api::login::{FindAbha, RequestLoginOtp, SearchAbhaNumber, VerifyLogin};
use serde_json::{Value, json};

use super::with;
use crate::lobby::OTP;
use crate::rulings::Plain;

/// One call: where, a body with every required field, and for each field how its fault is named.
struct Case {
    meta: Metadata,
    good: Value,
    fields: &'static [(&'static str, &'static str)],
}

fn cases(plain: &Plain) -> Vec<Case> {
    let lobby = &plain.lobby;
    let consent = json!({"code": "abha-enrollment", "version": "1.4"});
    let otp =
        |value: String| json!({"authMethods": ["otp"], "otp": {"txnId": "t", "otpValue": value}});
    let request = |scope: Value, hint: &str, id: String| json!({"scope": scope, "loginHint": hint, "loginId": id, "otpSystem": "abdm"});
    let asked: &[(&str, &str)] = &[
        ("/scope", "scope"),
        ("/loginHint", "loginHint"),
        ("/loginId", "loginId"),
        ("/otpSystem", "otpSystem"),
    ];
    let asked_below_phr: &[(&str, &str)] = &[
        ("/scope", "Invalid Scope"),
        ("/loginHint", "Invalid Login Hint"),
        ("/loginId", "Invalid LoginId|Invalid Abha Address"),
        ("/otpSystem", "Invalid Otp System"),
    ];
    let mut enrolment = otp(lobby.abha(OTP));
    enrolment["otp"]["mobile"] = json!("9999900001");
    vec![
        Case {
            meta: RequestEnrolmentOtp::META,
            good: json!({"txnId": "", "scope": ["abha-enrol"], "loginHint": "aadhaar",
                "loginId": lobby.abha("999900000016"), "otpSystem": "aadhaar"}),
            fields: asked,
        },
        Case {
            meta: EnrolByAadhaar::META,
            good: json!({"authData": enrolment, "consent": consent}),
            fields: &[
                ("/authData", "authMethods"),
                ("/authData/authMethods", "authMethods"),
                ("/authData/otp/txnId", "txnId"),
                ("/authData/otp/otpValue", "otpValue"),
                ("/authData/otp/mobile", "mobile"),
                ("/consent", "consent"),
                ("/consent/code", "code"),
                ("/consent/version", "version"),
            ],
        },
        Case {
            meta: VerifyEnrolmentOtp::META,
            good: json!({"scope": ["abha-enrol", "mobile-verify"],
                "authData": otp(lobby.abha(OTP))}),
            fields: &[
                ("/scope", "scope"),
                ("/authData/authMethods", "authMethods"),
                ("/authData/otp/txnId", "txnId"),
                ("/authData/otp/otpValue", "otpValue"),
            ],
        },
        Case {
            meta: ClaimAbhaAddress::META,
            good: json!({"txnId": "t", "abhaAddress": "asha.kumari", "preferred": 1}),
            fields: &[
                ("/txnId", "txnId"),
                ("/abhaAddress", "abhaAddress"),
                ("/preferred", "preferred"),
            ],
        },
        Case {
            meta: RequestLoginOtp::META,
            good: request(
                json!(["abha-login", "mobile-verify"]),
                "mobile",
                lobby.abha("9999900002"),
            ),
            fields: asked,
        },
        Case {
            meta: VerifyLogin::META,
            good: json!({"scope": ["abha-login", "mobile-verify"],
                "authData": otp(lobby.abha(OTP))}),
            fields: &[
                ("/scope", "scope"),
                ("/authData/authMethods", "authMethods"),
                ("/authData/otp/txnId", "txnId"),
                ("/authData/otp/otpValue", "otpValue"),
            ],
        },
        Case {
            meta: SearchAbhaNumber::META,
            good: json!({"ABHANumber": "91-1234-5678-9015"}),
            fields: &[("/ABHANumber", "ABHANumber")],
        },
        Case {
            meta: FindAbha::META,
            good: json!({"scope": ["search-abha"], "mobile": lobby.abha("9999900002")}),
            fields: &[("/scope", "scope"), ("/mobile", "mobile")],
        },
        Case {
            meta: SearchAbhaAddress::META,
            good: json!({"abhaAddress": "ravi.example@sbx"}),
            fields: &[("/abhaAddress", "Invalid ABHA Address")],
        },
        Case {
            meta: RequestAddressOtp::META,
            good: request(
                json!(["abha-address-login", "mobile-verify"]),
                "abha-address",
                lobby.phr("ravi.example@sbx"),
            ),
            fields: asked_below_phr,
        },
    ]
}

/// One of them was told as `message`.
#[tokio::test]
async fn every_required_field_of_milestone_1_is_named_when_it_is_missing_or_of_another_form() {
    let plain = Plain::open().await;
    let (mut count, mut wrong) = (0, Vec::new());
    for Case { meta, good, fields } in cases(&plain) {
        for (at, name) in fields {
            let other = if good.pointer(at).unwrap().is_object() { json!("x") } else { json!({}) };
            for value in [None, Some(Value::Null), Some(json!("  ")), Some(other)] {
                let told = plain.call(&meta, None, &with(&good, at, value.as_ref())).await;
                count += 1;
                let body = told.json();
                let named = match &body {
                    Value::Object(fields) => fields.contains_key(*name),
                    Value::Array(list) => {
                        list.iter().any(|e| name.split('|').any(|name| e["message"] == name))
                    }
                    _ => false,
                };
                if told.status != 400 || !named {
                    wrong.push(format!(
                        "{} {at} {value:?}: {} {}",
                        meta.name, told.status, told.text
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    println!("{count} faulty calls");
}
