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
