//! Every field of the enrolment calls, each proof of `byAadhaar` for itself, missing, of another
//! type, blank and out of its range: the fault names the field in NHA's words (m1-abha.md 5a, 6).

use abdm_core::endpoint::{Endpoint as _, Metadata};
use abha_enrollment::api::enrollment::{
    ClaimAbhaAddress, EnrolByAadhaar, EnrolByDocument, RequestEnrolmentOtp, VerifyEnrolmentOtp,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::with;
use crate::lobby::OTP;
use crate::rulings::Plain;

/// One field: where, how its fault is told, and what is out of its range.
struct Row {
    at: &'static str,
    told: (&'static str, &'static str),
    outside: Vec<Value>,
    /// May be left out, be `null` or blank.
    optional: bool,
}

fn row(at: &'static str, told: (&'static str, &'static str), outside: &[&str]) -> Row {
    let outside = outside.iter().map(|text| json!(text)).collect();
    Row { at, told, outside, optional: false }
}

fn optional(at: &'static str, told: (&'static str, &'static str), outside: &[&str]) -> Row {
    Row { optional: true, ..row(at, told, outside) }
}

struct Case {
    meta: Metadata,
    good: Value,
    rows: Vec<Row>,
}

const TXN: (&str, &str) = ("txnId", "Invalid Transaction Id");
const OTP_VALUE: (&str, &str) = ("otpValue", "Invalid OTP Value");
const MOBILE: (&str, &str) = ("mobile", "Invalid Mobile Number");
const AADHAAR: (&str, &str) = ("aadhaar", "Invalid Aadhaar Number");
const METHOD: (&str, &str) = ("authMethods", "Invalid Auth Method");
const SCOPE: (&str, &str) = ("scope", "Invalid Scope");
const GENDER: (&str, &str) = ("gender", "Invalid Gender");
const NAME: (&str, &str) = ("name", "Invalid Name");
const PHOTO: (&str, &str) = ("profilePhoto", "Invalid Profile Photo");

const OTHER_MOBILES: &[&str] = &["999990000", "99999000011", "0999990000", "99999O0001"];
const OTHER_GENDERS: &[&str] = &["Female", "X", "f"];

/// One way into `byAadhaar`: the method, its block, and the rows below the block.
fn proof(method: &str, block: &str, fields: Value, rows: Vec<Row>) -> Case {
    let mut data = json!({"authMethods": [method]});
    data[block] = fields;
    Case { meta: EnrolByAadhaar::META, good: json!({"authData": data, "consent": consent()}), rows }
}

fn consent() -> Value {
    json!({"code": "abha-enrollment", "version": "1.4"})
}

fn proofs(plain: &Plain) -> Vec<Case> {
    let aadhaar = plain.lobby.abha("999900000059");
    let pid = STANDARD.encode("<PidData><Data>c2Nhbg==</Data></PidData>");
    let no_pid = &["###", "aGVsbG8=", "<PidData/>"];
    let scan = |name: &str| json!({"aadhaar": aadhaar, name: pid, "mobile": "9999900005"});
    vec![
        proof(
            "otp",
            "otp",
            json!({"txnId": "t", "otpValue": plain.lobby.abha(OTP), "mobile": "9999900001"}),
            vec![
                row("/authData/otp/txnId", TXN, &[]),
                row("/authData/otp/otpValue", OTP_VALUE, &["123456"]),
                row("/authData/otp/mobile", MOBILE, OTHER_MOBILES),
                row("/authData/otp", METHOD, &["otp"]),
                row("/authData", METHOD, &["otp"]),
                row("/consent", ("consent", "Invalid Consent"), &["1.4"]),
                row("/consent/code", ("code", "Invalid Consent Code"), &["abha-login"]),
                row("/consent/version", ("version", "Invalid Consent Version"), &["1.3", "1.40"]),
            ],
        ),
        proof(
            "bio",
            "bio",
            scan("fingerPrintAuthPid"),
            vec![
                row("/authData/bio/aadhaar", AADHAAR, &["999900000059"]),
                row(
                    "/authData/bio/fingerPrintAuthPid",
                    ("PID", "Invalid Fingerprint Auth PID"),
                    no_pid,
                ),
                optional("/authData/bio/mobile", MOBILE, OTHER_MOBILES),
            ],
        ),
        proof(
            "face",
            "face",
            scan("rdPidData"),
            vec![
                row("/authData/face/aadhaar", AADHAAR, &["999900000059"]),
                row("/authData/face/rdPidData", ("pid", "Invalid Face Auth PID"), no_pid),
                optional("/authData/face/mobile", MOBILE, OTHER_MOBILES),
            ],
        ),
        proof(
            "iris",
            "iris",
            scan("pid"),
            vec![
                row("/authData/iris/aadhaar", AADHAAR, &["999900000059"]),
                row("/authData/iris/pid", ("pid", "Invalid Iris Auth PID"), no_pid),
            ],
        ),
        proof(
            "iris",
            "iris",
            scan("Pid"),
            vec![row("/authData/iris/Pid", ("pid", "Invalid Iris Auth PID"), no_pid)],
        ),
        proof(
            "face_auth",
            "face",
            json!({"txnId": "t", "aadhaar": aadhaar, "mobile": "9999900005"}),
            vec![
                row("/authData/face/txnId", TXN, &[]),
                row("/authData/face/aadhaar", AADHAAR, &["999900000059"]),
            ],
        ),
        demographics(&aadhaar),
        child(),
    ]
}

fn demographics(aadhaar: &str) -> Case {
    let too_large = STANDARD.encode([&[0xff, 0xd8, 0xff][..], &[0; 102_400]].concat());
    let mut case = proof(
        "demo_auth",
        "demo_auth",
        json!({"aadhaarNumber": aadhaar, "name": "Lakshmi Muster", "dateOfBirth": "17-03-1954",
            "gender": "F", "stateCode": "27", "districtCode": "490", "mobile": "9999900005",
            "pinCode": "411001", "profilePhoto": ""}),
        vec![
            row(
                "/authData/demo_auth/aadhaarNumber",
                ("aadhaarNumber", "Invalid Aadhaar Number"),
                &[],
            ),
            row("/authData/demo_auth/name", NAME, &["4sha"]),
            row(
                "/authData/demo_auth/dateOfBirth",
                ("dateOfBirth", "Invalid Date of Birth"),
                &["1954-03-17", "30-02-1954", "17/03/1954", "01-01-2300"],
            ),
            row("/authData/demo_auth/gender", GENDER, OTHER_GENDERS),
            row(
                "/authData/demo_auth/stateCode",
                ("stateCode", "Invalid State Code"),
                &["MH", "12345"],
            ),
            row(
                "/authData/demo_auth/districtCode",
                ("districtCode", "Invalid District Code"),
                &["PUNE"],
            ),
            optional("/authData/demo_auth/mobile", MOBILE, OTHER_MOBILES),
            optional(
                "/authData/demo_auth/pinCode",
                ("pinCode", "Invalid Pin Code"),
                &["41100", "41100a", "011001"],
            ),
            optional("/authData/demo_auth/profilePhoto", PHOTO, &["###", "aGVsbG8="]),
        ],
    );
    case.rows.last_mut().unwrap().outside.push(json!(too_large));
    case
}

fn child() -> Case {
    proof(
        "child",
        "child",
        json!({"dayOfBirth": "21", "monthOfBirth": "2", "yearOfBirth": "2020", "gender": "F",
            "name": "Mini Example", "password": "", "profilePhoto": "", "parentConsent": "true"}),
        vec![
            row(
                "/authData/child/dayOfBirth",
                ("dayOfBirth", "Invalid Day Of Birth"),
                &["0", "32", "x"],
            ),
            row(
                "/authData/child/monthOfBirth",
                ("monthOfBirth", "Invalid Month Of Birth"),
                &["0", "13"],
            ),
            row(
                "/authData/child/yearOfBirth",
                ("yearOfBirth", "Invalid Year Of Birth"),
                &["20", "2300"],
            ),
            row("/authData/child/gender", GENDER, OTHER_GENDERS),
            row("/authData/child/name", NAME, &["M1ni"]),
            optional("/authData/child/profilePhoto", PHOTO, &["###", "aGVsbG8="]),
            row(
                "/authData/child/parentConsent",
                ("parentConsent", "Invalid Parent Consent"),
                &["false", "yes"],
            ),
        ],
    )
}

fn licence() -> Case {
    let photo = |name| (name, "Invalid Photo");
    Case {
        meta: EnrolByDocument::META,
        good: json!({"txnId": "t", "documentType": "DRIVING_LICENCE",
            "documentId": "MH1220190000000", "firstName": "Asha", "middleName": "",
            "lastName": "Example", "dob": "1999-06-26", "gender": "F",
            "frontSidePhoto": "Zm9udA==", "backSidePhoto": "YmFjaw==",
            "address": "12 Example Road", "state": "Maharashtra", "district": "Pune",
            "pinCode": "411001", "consent": consent()}),
        rows: vec![
            row("/documentType", ("documentType", "Invalid Document Type"), &["PAN"]),
            row("/documentId", ("documentId", "Invalid Document Id"), &["MH1", "MH#1220190000000"]),
            row("/firstName", ("firstName", "Invalid First Name"), &["4sha"]),
            optional("/middleName", ("middleName", "Invalid Middle Name"), &["4sha"]),
            row("/lastName", ("lastName", "Invalid Last Name"), &["3xample"]),
            row(
                "/dob",
                ("dob", "Invalid Date of Birth"),
                &["26-06-1999", "1999-02-30", "2300-01-01"],
            ),
            row("/gender", GENDER, OTHER_GENDERS),
            row("/frontSidePhoto", photo("frontSidePhoto"), &["###"]),
            row("/backSidePhoto", photo("backSidePhoto"), &["###"]),
            row("/address", ("address", "Invalid Address"), &[]),
            row("/state", ("state", "Invalid State"), &["M4h"]),
            row("/district", ("district", "Invalid District"), &["P0ne"]),
            row("/pinCode", ("pinCode", "Invalid Pin Code"), &["41100", "41100a"]),
            row("/consent", ("consent", "Invalid Consent"), &["1.4"]),
            row("/consent/code", ("code", "Invalid Consent Code"), &["abha-login"]),
            row("/consent/version", ("version", "Invalid Consent Version"), &["1.3"]),
        ],
    }
}

fn cases(plain: &Plain) -> Vec<Case> {
    let lobby = &plain.lobby;
    let mut cases = proofs(plain);
    cases.push(licence());
    cases.push(Case {
        meta: RequestEnrolmentOtp::META,
        good: json!({"txnId": "", "scope": ["abha-enrol"], "loginHint": "aadhaar",
            "loginId": lobby.abha("999900000016"), "otpSystem": "aadhaar"}),
        rows: vec![
            row("/scope", SCOPE, &["abha-enrol"]),
            row("/loginHint", ("loginHint", "Invalid Login Hint"), &["AADHAAR"]),
            row("/loginId", ("loginId", "Invalid LoginId"), &["999900000016"]),
            row("/otpSystem", ("otpSystem", "Invalid Otp System"), &["uidai", "abdm"]),
            optional("/txnId", TXN, &["t"]),
        ],
    });
    cases.push(Case {
        meta: VerifyEnrolmentOtp::META,
        good: json!({"scope": ["abha-enrol", "mobile-verify"], "authData": {"authMethods": ["otp"],
            "otp": {"txnId": "t", "otpValue": lobby.abha(OTP)}}}),
        rows: vec![
            row("/scope", SCOPE, &["abha-enrol"]),
            row("/authData", METHOD, &["otp"]),
            row("/authData/otp", METHOD, &["otp"]),
            row("/authData/otp/txnId", TXN, &["t"]),
            row("/authData/otp/otpValue", OTP_VALUE, &["123456"]),
        ],
    });
    let address = ("abhaAddress", "Invalid ABHA Address");
    cases.push(Case {
        meta: ClaimAbhaAddress::META,
        good: json!({"txnId": "t", "abhaAddress": "asha.kumari", "preferred": 1}),
        rows: vec![
            row("/txnId", TXN, &["t"]),
            row(
                "/abhaAddress",
                address,
                &[
                    "abc",
                    ".asha",
                    "asha.",
                    "asha-kumari",
                    "a.s.h.a.k",
                    "a_s_h_a_k",
                    "asha kumari",
                    "asha.kumari@abdm",
                    "91111110000101",
                    "9876543210",
                ],
            ),
            row("/preferred", ("preferred", "Invalid Preferred Flag"), &["1"]),
        ],
    });
    cases
}

/// What stands in the place of a good value, by a word for the kind of fault.
fn faults(row: &Row, good: &Value) -> Vec<(&'static str, Option<Value>)> {
    let mut faults = vec![("a list", Some(json!([])))];
    if !good.is_object() {
        faults.push(("an object", Some(json!({}))));
        faults.push(("a flag", Some(json!(true))));
    }
    if !good.is_number() {
        faults.push(("a number", Some(json!(7))));
    }
    if !row.optional {
        faults.push(("missing", None));
        faults.push(("null", Some(Value::Null)));
        faults.push(("blank", Some(json!(""))));
        faults.push(("blanks", Some(json!("   "))));
    }
    faults.extend(row.outside.iter().map(|value| ("outside", Some(value.clone()))));
    faults
}

#[tokio::test]
async fn every_faulty_field_of_an_enrolment_is_named_in_nhas_words() {
    let plain = Plain::open().await;
    let (mut count, mut wrong) = (0, Vec::new());
    for Case { meta, good, rows } in cases(&plain) {
        for row in &rows {
            for (kind, value) in faults(row, good.pointer(row.at).unwrap()) {
                let told = plain.call(&meta, None, &with(&good, row.at, value.as_ref())).await;
                count += 1;
                let (name, text) = row.told;
                if told.status != 400 || told.json()[name] != text {
                    let value = format!("{value:?}");
                    let short: String = value.chars().take(40).collect();
                    let (at, answer) = (row.at, &told.text);
                    wrong.push(format!(
                        "{} {at} {kind} {short}: {} {answer}",
                        meta.name, told.status
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

/// The method is what the proof is, so nothing else may stand in its place.
#[tokio::test]
async fn an_enrolment_with_no_two_or_other_methods_is_refused_by_name() {
    let plain = Plain::open().await;
    let methods = [
        json!([]),
        json!(["otp", "otp"]),
        json!(["otp", "bio"]),
        json!(["OTP"]),
        json!(["unknown"]),
        json!(["bio_login"]),
        json!([null]),
        json!([7]),
        json!([["otp"]]),
        json!("otp"),
        json!({"otp": true}),
        json!(""),
        Value::Null,
    ];
    let mut wrong = Vec::new();
    for Case { meta, good, .. } in cases(&plain) {
        let at = "/authData/authMethods";
        let Some(own) = good.pointer(at) else {
            continue;
        };
        let other = if own[0] == "bio" { json!(["otp"]) } else { json!(["bio"]) };
        for methods in methods.iter().chain([&other]) {
            let told = plain.call(&meta, None, &with(&good, at, Some(methods))).await;
            if told.status != 400 || told.json()["authMethods"] != "Invalid Auth Method" {
                wrong.push(format!("{} {own} {methods}: {} {}", meta.name, told.status, told.text));
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}
