//! The same for milestone 1, where the required fields are known from m1-abha.md: the fault names the
//! field, on the ABHA family in a map, below `/v3/phr` in a list.

use serde_json::{Value, json};

use super::with;
use crate::lobby::OTP;
use crate::rulings::Plain;

/// One call: where, a body with every required field, and for each field how its fault is named.
struct Case {
    path: &'static str,
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
        ("/loginId", "Invalid LoginId"),
        ("/otpSystem", "Invalid Otp System"),
    ];
    let mut enrolment = otp(lobby.abha(OTP));
    enrolment["otp"]["mobile"] = json!("9999900001");
    vec![
        Case {
            path: "/enrollment/request/otp",
            good: json!({"txnId": "", "scope": ["abha-enrol"], "loginHint": "aadhaar",
                "loginId": lobby.abha("999900000016"), "otpSystem": "aadhaar"}),
            fields: asked,
        },
        Case {
            path: "/enrollment/enrol/byAadhaar",
            good: json!({"authData": enrolment, "consent": consent}),
            fields: &[
                ("/authData", "authData"),
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
            path: "/enrollment/auth/byAbdm",
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
            path: "/enrollment/enrol/abha-address",
            good: json!({"txnId": "t", "abhaAddress": "asha.kumari", "preferred": 1}),
            fields: &[
                ("/txnId", "txnId"),
                ("/abhaAddress", "abhaAddress"),
                ("/preferred", "preferred"),
            ],
        },
        Case {
            path: "/profile/login/request/otp",
            good: request(
                json!(["abha-login", "mobile-verify"]),
                "mobile",
                lobby.abha("9999900002"),
            ),
            fields: asked,
        },
        Case {
            path: "/profile/login/verify",
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
            path: "/profile/login/search",
            good: json!({"ABHANumber": "91-1234-5678-9015"}),
            fields: &[("/ABHANumber", "ABHANumber")],
        },
        Case {
            path: "/profile/account/abha/search",
            good: json!({"scope": ["search-abha"], "mobile": lobby.abha("9999900002")}),
            fields: &[("/scope", "scope"), ("/mobile", "mobile")],
        },
        Case {
            path: "/phr/web/login/abha/search",
            good: json!({"abhaAddress": "ravi.example@sbx"}),
            fields: &[("/abhaAddress", "Invalid ABHA Address")],
        },
        Case {
            path: "/phr/web/login/abha/request/otp",
            good: request(
                json!(["abha-address-login", "mobile-verify"]),
                "abha-address",
                lobby.phr("ravi.example@sbx"),
            ),
            fields: asked_below_phr,
        },
    ]
}

/// Sandbox fault 15 as a kind.
#[tokio::test]
async fn every_required_field_of_milestone_1_is_named_when_it_is_missing_or_of_another_form() {
    let plain = Plain::open().await;
    let (mut count, mut wrong) = (0, Vec::new());
    for Case { path, good, fields } in cases(&plain) {
        for (at, name) in fields {
            let other = if good.pointer(at).unwrap().is_object() { json!("x") } else { json!({}) };
            for value in [None, Some(Value::Null), Some(json!("  ")), Some(other)] {
                let told = plain.post(path, with(&good, at, value.as_ref())).await;
                count += 1;
                let body = told.json();
                let named = match &body {
                    Value::Object(fields) => fields.contains_key(*name),
                    Value::Array(list) => list
                        .iter()
                        .any(|e| e["message"].as_str().is_some_and(|m| m.starts_with(name))),
                    _ => false,
                };
                if told.status != 400 || !named {
                    wrong.push(format!("{path} {at} {value:?}: {} {}", told.status, told.text));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    println!("{count} faulty calls");
}
