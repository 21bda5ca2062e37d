use abdm_core::endpoint::Endpoint as _;
use bytes::Bytes;
use http::HeaderMap;

use super::*;
use crate::api::enrollment::EnrolByAadhaar;

fn refusal(status: u16, body: &str) -> CallError {
    let status = StatusCode::from_u16(status).unwrap();
    let headers = HeaderMap::new();
    let body = Bytes::copy_from_slice(body.as_bytes());
    let meta = EnrolByAadhaar::META;
    let api = if status.is_success() {
        ApiError::hidden_in_success(&meta, None, status, &headers, &body).unwrap()
    } else {
        ApiError::from_response(&meta, None, status, &headers, &body)
    };
    CallError::Api(api)
}

#[track_caller]
fn assert_problem(asked: Asked, status: u16, body: &str, expected: Problem) {
    assert_eq!(problem_of(asked, &refusal(status, body)), expected, "{status} {body}");
}

#[test]
fn a_wrong_otp_is_one_problem_in_all_its_forms() {
    for (status, body) in [
        (
            200,
            r#"{"txnId":"x","authResult":"failed","message":"OTP did not match, please try again","accounts":[]}"#,
        ),
        (
            200,
            r#"{"authResult":"failed","message":"Please enter a valid OTP. Entered OTP is either incorrect.","users":[]}"#,
        ),
        (
            422,
            r#"{"error":{"code":"ABDM-1204","message":"UIDAI Error code : 400 : Invalid Aadhaar OTP value."}}"#,
        ),
        (
            422,
            r#"{"Message":"UIDAI Error code : 400 : Invalid Aadhaar OTP value.","timestamp":"2026-11-22 10:15:30"}"#,
        ),
        (400, r#"{"otpValue":"Invalid OTP value","timestamp":"2026-11-22 10:15:30"}"#),
    ] {
        assert_problem(Asked::Otp, status, body, Problem::WrongOtp);
    }
}

#[test]
fn the_same_failure_means_what_was_asked_for() {
    let body = r#"{"authResult":"failed","message":"Please try again","accounts":[]}"#;
    assert_problem(Asked::Password, 200, body, Problem::WrongPassword);
    assert_problem(Asked::Biometrics, 200, body, Problem::BiometricMismatch);
}

#[test]
fn each_documented_refusal_is_its_own_problem() {
    let cases: &[(Asked, u16, &str, Problem)] = &[
        (
            Asked::Password,
            400,
            r#"[{"code":"ABDM-1006: ","message":"Invalid Password"}]"#,
            Problem::WrongPassword,
        ),
        (
            Asked::Password,
            400,
            r#"[{"code":"ABDM-1006: ","message":"Invalid Password Request, Please enter valid ABHA Address or valid password"}]"#,
            Problem::WrongPassword,
        ),
        (
            Asked::Otp,
            400,
            r#"{"error":{"code":"ABDM-1100","message":"You have requested multiple OTPs Or Exceeded maximum number of attempts for OTP match in this transaction. Please try again in 30 minutes."}}"#,
            Problem::TooManyAttempts,
        ),
        (
            Asked::Otp,
            200,
            r#"{"authResult":"failed","message":"You have requested multiple OTPs Or Exceeded maximum number of attempts for OTP match in this transaction. Please try again in 30 minutes.","accounts":[]}"#,
            Problem::TooManyAttempts,
        ),
        (
            Asked::Address,
            400,
            r#"{"error":{"code":"ABDM-1101: ","message":"This ABHA Address already exists. Please create with unique ABHA address"}}"#,
            Problem::AddressTaken,
        ),
        (
            Asked::Plainly,
            404,
            r#"{"error":{"code":"ABDM-1114","message":"User not found."}}"#,
            Problem::NoAbha,
        ),
        (
            Asked::Plainly,
            400,
            r#"{"code":"ABDM-1211","message":"User not found."}"#,
            Problem::NoAbha,
        ),
        (
            Asked::Otp,
            422,
            r#"{"error":{"code":"ABDM-1124","message":"The mobile number provided by you is already linked to 6 ABHA Numbers."}}"#,
            Problem::MobileInUse,
        ),
        (
            Asked::Plainly,
            401,
            r#"{"error":{"code":"ABDM-1017","message":"Invalid Transaction Id"}}"#,
            Problem::TransactionOver,
        ),
        (
            Asked::Plainly,
            400,
            r#"[{"code":"ABDM-9999: ","message":"Invalid Transaction Id"}]"#,
            Problem::TransactionOver,
        ),
        (
            Asked::Plainly,
            401,
            r#"{"message":"X-token expired","timestamp":"2026-11-22 10:15:30"}"#,
            Problem::LoginOver,
        ),
        (
            Asked::Plainly,
            400,
            r#"{"message":"Invalid T-token","timestamp":"2026-11-22 10:15:30"}"#,
            Problem::LoginOver,
        ),
        (
            Asked::Plainly,
            401,
            r#"{"error":{"code":"ABDM-1021","message":"Lack of required priviledges"}}"#,
            Problem::NotPermitted,
        ),
        (
            Asked::Otp,
            422,
            r#"{"error":{"code":"ABDM-1227","message":"This client ID has reached the maximum limit of 100 ABHA account creations."}}"#,
            Problem::SandboxLimit,
        ),
        (
            Asked::Biometrics,
            422,
            r#"{"error":{"code":"ABDM-1204","message":"UIDAI Error code : 300 : Biometric data did not match"}}"#,
            Problem::BiometricMismatch,
        ),
        (
            Asked::Biometrics,
            422,
            r#"{"error":{"code":"ABDM-1204","message":"UIDAI Error code : K-547 : lr flag"}}"#,
            Problem::BiometricDevice,
        ),
        (
            Asked::Biometrics,
            400,
            r#"{"PID":"Invalid Fingerprint Auth PID"}"#,
            Problem::BiometricDevice,
        ),
        (
            Asked::Plainly,
            400,
            r#"{"error":{"code":"ABDM-1407","message":"The ABHA Number associated with this ABHA Address is currently deactivated. Please reactivate it."}}"#,
            Problem::AbhaDeactivated,
        ),
        (
            Asked::Plainly,
            400,
            r#"{"loginId":"Invalid LoginId","timestamp":"2026-11-22 10:15:30"}"#,
            Problem::InputInvalid,
        ),
        (
            Asked::OtpFor(Problem::AadhaarInvalid),
            400,
            r#"{"loginId":"Invalid LoginId","timestamp":"2026-11-22 10:15:30"}"#,
            Problem::AadhaarInvalid,
        ),
        (
            Asked::OtpFor(Problem::AbhaNumberInvalid),
            400,
            r#"{"loginId":"Invalid LoginId","timestamp":"2026-11-22 10:15:30"}"#,
            Problem::AbhaNumberInvalid,
        ),
        (
            Asked::OtpFor(Problem::AadhaarInvalid),
            400,
            r#"{"scope":"Invalid Scope"}"#,
            Problem::ProgramFault,
        ),
        (
            Asked::Plainly,
            404,
            r#"{"error":{"code":"ABDM-1030: ","message":"Invalid request ID"}}"#,
            Problem::ProgramFault,
        ),
        (Asked::Plainly, 403, "Access Denied", Problem::ProgramFault),
        (Asked::Plainly, 503, "", Problem::Unavailable),
    ];
    for (asked, status, body, expected) in cases {
        assert_problem(*asked, *status, body, *expected);
    }
}

// M1 trial C8, C9.
#[test]
fn only_an_answer_that_refuses_makes_a_creation_certain() {
    for (status, body) in [
        (500, ""),
        (504, "upstream timed out"),
        (503, ""),
        (503, r#"{"error":{"code":"ABDM-1024","message":"Dependent service unavailable"}}"#),
        (408, ""),
        (408, r#"{"message":"Request Timeout"}"#),
        (409, r#"{"message":"Duplicate request"}"#),
        (500, r#"{"code":"500","message":"Runtime Error"}"#),
    ] {
        assert!(may_have_happened(&refusal(status, body)), "{status} {body}");
    }
    for (status, body) in [
        (422, r#"{"error":{"code":"ABDM-1204","message":"UIDAI Error code : 400 : x"}}"#),
        (500, r#"{"code":"900900","message":"Unclassified Authentication Failure"}"#),
        (500, r#"{"code":"303001","message":"Runtime Error","description":"SUSPENDED"}"#),
        (503, r#"{"code":"303001","message":"Runtime Error","description":"SUSPENDED"}"#),
        (401, r#"{"code":"900901","message":"Invalid Credentials"}"#),
        (429, ""),
        (400, ""),
    ] {
        assert!(!may_have_happened(&refusal(status, body)), "{status} {body}");
    }
}

// Ruling 41, M1 trial B6.
#[test]
fn a_search_that_is_refused_without_saying_that_there_is_none_finds_nothing() {
    let search = Asked::WhetherThereIs(Problem::MobileInvalid);
    let login = Asked::LoginOtpFor(Problem::MobileInvalid);
    for body in [
        "",
        r#"{"message":"Invalid mobile number"}"#,
        r#"{"error":{"code":"ABDM-1006","message":"Invalid mobile number"}}"#,
        r#"[{"code":"ABDM-1006: ","message":"Invalid Mobile Number"}]"#,
        r#"{"mobile":"Invalid Mobile Number","timestamp":"2026-11-22 10:15:30"}"#,
        r#"{"loginId":"Invalid LoginId","timestamp":"2026-11-22 10:15:30"}"#,
    ] {
        assert_problem(search, 400, body, Problem::NothingFound);
        assert_problem(login, 400, body, Problem::NothingFound);
    }
    let text = r#"{"message":"No ABHA user registered with this mobile number."}"#;
    assert_problem(login, 422, text, Problem::NothingFound);
    for (status, body) in [
        (404, r#"{"error":{"code":"ABDM-1114","message":"User not found."}}"#),
        (
            404,
            r#"{"error":{"code":"ABDM-1115","message":"The mobile number you have entered does not match with any of the records."}}"#,
        ),
    ] {
        assert_problem(search, status, body, Problem::NoAbha);
        assert_problem(login, status, body, Problem::NoAbha);
    }
    // What is not about the value stays what it is.
    assert_problem(login, 400, r#"{"scope":"Invalid Scope"}"#, Problem::ProgramFault);
    assert_problem(search, 500, "", Problem::Unavailable);
    assert_problem(
        search,
        403,
        r#"{"code":"900908","message":"Resource forbidden "}"#,
        Problem::NotPermitted,
    );
    // Another value than a mobile number is blamed where it is named, and not where nothing is.
    let number = Asked::LoginOtpFor(Problem::AbhaNumberInvalid);
    assert_problem(number, 400, r#"{"loginId":"Invalid LoginId"}"#, Problem::AbhaNumberInvalid);
    assert_problem(number, 400, "", Problem::NothingFound);
    let search = Asked::WhetherThereIs(Problem::AbhaNumberInvalid);
    assert_problem(
        search,
        400,
        r#"{"ABHANumber":"Invalid ABHA Number"}"#,
        Problem::AbhaNumberInvalid,
    );
    assert_problem(search, 400, "", Problem::NothingFound);
}

#[test]
fn a_lock_tells_its_end() {
    let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
    let body = r#"{"error":{"code":"ABDM-1100","message":"x"}}"#;
    let error = Error::of_call(Asked::Otp, refusal(400, body), now);
    assert_eq!(error.retry_at(), Some(now + TimeDelta::minutes(30)));
    assert!(error.is_retryable());
}

// Each refusal of an OTP that a proxy or a gateway behind ABDM could word, on 200 and by a 4xx.
#[test]
fn a_refusal_is_told_by_its_words_and_not_by_its_place() {
    let cases: &[(&str, Problem)] = &[
        ("OTP did not match, please try again", Problem::WrongOtp),
        ("Entered OTP is either expired or incorrect", Problem::WrongOtp),
        ("OTP has been expired. Please request a new OTP", Problem::OtpExpired),
        ("OTP validity is over, the OTP got expired", Problem::OtpExpired),
        ("Your account is locked. Please try after 30 minutes", Problem::TooManyAttempts),
        ("User is blocked for next 30 minutes", Problem::TooManyAttempts),
        ("You have exceeded the number of OTP attempts", Problem::TooManyAttempts),
        ("This account is deactivated.", Problem::AbhaDeactivated),
        ("User not found.", Problem::NothingFound),
        ("Transaction expired", Problem::TransactionOver),
        ("You can request for new OTP after 30 seconds", Problem::ResendTooEarly),
        (
            "Your ABHA is linked with govt benefit programme, so it can not be deactivated",
            Problem::BenefitLinked,
        ),
    ];
    for (text, expected) in cases {
        let failed = serde_json::json!({"authResult": "failed", "message": text, "accounts": []});
        assert_problem(Asked::Otp, 200, &failed.to_string(), *expected);
        let plain = serde_json::json!({"message": text}).to_string();
        if *expected != Problem::WrongOtp || text.contains("not match") {
            assert_problem(Asked::Otp, 400, &plain, *expected);
            assert_problem(Asked::Otp, 422, &plain, *expected);
        }
    }
    let system = r#"{"otpSystem":"Invalid Otp System","timestamp":"2026-11-22 10:15:30"}"#;
    let coded = r#"{"error":{"code":"ABDM-1006","message":"Invalid otpSystem"}}"#;
    for asked in [Asked::Otp, Asked::OtpFor(Problem::AadhaarInvalid), Asked::Plainly] {
        assert_problem(asked, 400, system, Problem::ProgramFault);
        assert_ne!(problem_of(asked, &refusal(400, coded)), Problem::WrongOtp);
    }
}

#[test]
fn a_success_that_hides_a_servers_fault_or_an_unknown_result_is_no_wrong_otp() {
    let spring = r#"{"timestamp":"2026-11-22T10:15:30.000+00:00","status":500,"error":"Internal Server Error","path":"/v3/enrollment/enrol/byAadhaar"}"#;
    for asked in [Asked::Otp, Asked::Password, Asked::Biometrics, Asked::Plainly] {
        assert_problem(asked, 200, spring, Problem::Unavailable);
    }
    let unknown = r#"{"authResult":"OK","message":"done","accounts":[]}"#;
    for asked in [Asked::Otp, Asked::Password, Asked::Biometrics] {
        assert_problem(asked, 200, unknown, Problem::AnswerUnusable);
        let error = r#"{"error":{"message":"Something went wrong"}}"#;
        assert_problem(asked, 200, error, Problem::Refused);
    }
    for result in ["false", r#""Failure""#, r#""FAILED""#, r#""unsuccessful""#, r#""incorrect""#] {
        let body = format!(r#"{{"authResult":{result},"message":"x","accounts":[]}}"#);
        assert_problem(Asked::Otp, 200, &body, Problem::WrongOtp);
    }
    for undecided in [spring, unknown, r#"{"error":{"message":"Something went wrong"}}"#] {
        assert!(may_have_happened(&refusal(200, undecided)), "{undecided}");
    }
    for refused in [
        r#"{"authResult":"failed","message":"Something went wrong"}"#,
        r#"{"error":{"code":"ABDM-1204","message":"UIDAI Error code : 400 : x"}}"#,
        r#"{"error":{"message":"OTP did not match, please try again"}}"#,
    ] {
        assert!(!may_have_happened(&refusal(200, refused)), "{refused}");
    }
}

#[test]
fn a_creation_whose_answer_is_a_redirect_or_a_broken_connection_may_have_happened() {
    for status in [300, 301, 302, 303, 304, 460, 499] {
        assert!(may_have_happened(&refusal(status, "")), "{status}");
    }
    for status in [307, 308, 400, 404, 413, 425] {
        assert!(!may_have_happened(&refusal(status, "")), "{status}");
    }
}

#[test]
fn a_value_is_blamed_only_where_the_refusal_names_it() {
    let coded = |code: u16, text: &str| {
        serde_json::json!({"error": {"code": format!("ABDM-{code}"), "message": text}}).to_string()
    };
    let aadhaar = Asked::OtpFor(Problem::AadhaarInvalid);
    for (code, text) in [
        (1014, "Invalid Mobile Email"),
        (1088, "Captcha verification failed, Please enter valid code."),
        (1104, "Cannot link with same ABHA Number"),
        (1212, "Email address not found."),
        (1300, "Provided emailId doesn't match with existing emailId"),
    ] {
        assert_problem(aadhaar, 422, &coded(code, text), Problem::InputInvalid);
        let login = problem_of(
            Asked::LoginOtpFor(Problem::AadhaarInvalid),
            &refusal(422, &coded(code, text)),
        );
        assert_ne!(login, Problem::AadhaarInvalid, "{code}");
    }
    let mobile = Asked::OtpFor(Problem::MobileInvalid);
    assert_problem(mobile, 422, &coded(1014, "Invalid Mobile Email"), Problem::MobileInvalid);
    let unsent = r#"{"authResult":"failed","message":"OTP could not be sent","accounts":[]}"#;
    assert_problem(aadhaar, 200, unsent, Problem::Refused);
    assert_problem(Asked::LoginOtpFor(Problem::MobileInvalid), 200, unsent, Problem::Refused);
}

#[test]
fn a_rule_about_the_person_is_not_laid_on_the_facility() {
    let coded = |code: u16, text: &str| {
        serde_json::json!({"error": {"code": format!("ABDM-{code}"), "message": text}}).to_string()
    };
    for (code, text) in [
        (1103, "Cannot link with CHILD ABHA Number"),
        (1155, "Parents must be 18 years of age or older to create a Child ABHA Account"),
        (1159, "Children's ages should be below 5 years as of the current date"),
        (1160, "Non KYC CHILD ABHA is allowed to update their profile only once"),
    ] {
        assert_problem(Asked::Plainly, 422, &coded(code, text), Problem::NotForThisPerson);
    }
    let failed = coded(1123, "User authentication failed");
    assert_problem(Asked::Otp, 422, &failed, Problem::WrongOtp);
    assert_problem(Asked::Password, 422, &failed, Problem::WrongPassword);
    assert_problem(Asked::Biometrics, 422, &failed, Problem::BiometricMismatch);
    let password = coded(1066, "Please enter a valid Password");
    assert_problem(Asked::Password, 422, &password, Problem::WrongPassword);
    let exists = coded(
        1141,
        "An existing ABHA number created using this Aadhaar number has been found. It is advisable to delete this account and use ABHA number 91-1234-5678-9015 for future purpose.",
    );
    assert_problem(Asked::Otp, 422, &exists, Problem::AbhaExists);
}
