//! What ABDM's words tell where its code does not: one condition has other shapes on other calls,
//! some of them without a code (m1-abha.md 5).

use abdm_core::error::ApiError;
use abdm_core::headers::{REFRESH_TOKEN, TRANSFER_TOKEN, USER_TOKEN};

use super::{Asked, field_is};
use crate::error::problem::Problem;
use crate::error::uidai;

/// The problem that a refusal's words tell. `text` is all of them, in lower case.
pub(super) fn problem_of(asked: Asked, api: &ApiError, text: &str) -> Option<Problem> {
    let says = |needle: &str| text.contains(needle);
    let about_otp = says("otp");
    Some(if says("uidai error code") {
        uidai::problem_of(asked, text)
    } else if locks(text) {
        Problem::TooManyAttempts
    } else if about_otp && says("seconds") && (says("after") || says("wait")) {
        Problem::ResendTooEarly
    } else if [USER_TOKEN, TRANSFER_TOKEN, REFRESH_TOKEN].into_iter().any(says) {
        Problem::LoginOver
    } else if says("transaction") && (says("invalid") || says("not found") || says("expired")) {
        Problem::TransactionOver
    } else if about_otp && says("expired") && !(says("incorrect") || says("invalid")) {
        Problem::OtpExpired
    } else if says("address already exists") {
        Problem::AddressTaken
    } else if says("address is deactivated") {
        Problem::AddressDeactivated
    } else if says("linked with") && says("benefit") {
        Problem::BenefitLinked
    } else if says("deactivated") && !denies(text) {
        Problem::AbhaDeactivated
    } else if says("already verified") || says("already been verified") {
        Problem::AlreadyVerified
    } else if field_is(api, "txnId") {
        Problem::TransactionOver
    } else if says("please provide a valid") {
        Problem::InputInvalid
    } else if says("benefit name") {
        Problem::NotPermitted
    } else if field_is(api, "otpSystem") || says("otp system") || says("otpsystem") {
        return None;
    } else if field_is(api, "otpValue") || says("invalid otp") || says("otp did not match") {
        Problem::WrongOtp
    } else if field_is(api, "PID") || says("auth pid") {
        Problem::BiometricDevice
    } else if finds_nobody(text) && proves(asked) {
        Problem::NothingFound
    } else {
        return None;
    })
}

/// Whether the person is locked out, for 30 minutes, by too many OTPs or attempts (ABDM-1100).
fn locks(text: &str) -> bool {
    let says = |needle: &str| text.contains(needle);
    let counted = says("attempt") && (says("maximum") || says("exceeded") || says("too many"));
    let locked = words(text).any(|word| word == "locked" || word == "blocked");
    let thirty = says("try again in 30 minutes") || says("try after 30 minutes");
    counted || thirty || locked && (says("minute") || says("attempt"))
}

/// Whether the words say that nobody is there under what was proved. Whether there is an ABHA under
/// another value stays unknown (rulings.md 41).
fn finds_nobody(text: &str) -> bool {
    ["user not found", "account not found", "abha not found", "abha number not found", "no abha"]
        .iter()
        .any(|needle| text.contains(needle))
}

const fn proves(asked: Asked) -> bool {
    matches!(asked, Asked::Otp | Asked::Password | Asked::Biometrics)
}

fn denies(text: &str) -> bool {
    words(text).any(|word| word == "not" || word == "cannot")
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric())
}

/// Whether the words name the value to which this problem belongs.
pub(super) fn name_value(text: &str, value: Problem) -> bool {
    let names: &[&str] = match value {
        Problem::AadhaarInvalid => &["aadhaar", "aadhar"],
        Problem::MobileInvalid => &["mobile"],
        Problem::EmailInvalid => &["email", "e-mail"],
        Problem::AbhaNumberInvalid => &["abha number", "abhanumber"],
        Problem::AbhaAddressInvalid => &["abha address", "abhaaddress"],
        _ => &[],
    };
    let any_value = ["loginid", "login id"];
    names.iter().chain(&any_value).any(|name| text.contains(name))
}
