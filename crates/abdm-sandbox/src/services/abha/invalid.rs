//! The refusals of single fields on the ABHA family, in ABDM's words (m1-abha.md 5, a).

use chrono::{DateTime, Utc};
use http::StatusCode;

use crate::server::Refusal;

/// The scope is none that this call knows, or not the one of the request before.
pub(crate) fn scope(now: DateTime<Utc>) -> Refusal {
    Refusal::field("scope", "Invalid Scope", now)
}

/// The proof is of another kind than the call or its scope says.
pub(crate) fn method(now: DateTime<Utc>) -> Refusal {
    Refusal::field("authMethods", "Invalid Auth Method", now)
}

/// The transaction is unknown, used up or over.
pub(crate) fn txn(now: DateTime<Utc>) -> Refusal {
    Refusal::field("txnId", "Invalid Transaction Id", now)
}

/// The same where it is 401: suggestions and documents (errors.md, ABDM-1017).
pub(crate) fn unknown_transaction() -> Refusal {
    Refusal::error(StatusCode::UNAUTHORIZED, "ABDM-1017", "Invalid Transaction Id")
}

/// The hint does not go with the scope.
pub(crate) fn login_hint(now: DateTime<Utc>) -> Refusal {
    Refusal::field("loginHint", "Invalid Login Hint", now)
}

/// Something that cannot be decrypted. What can be decrypted and has another form is
/// [`login_id_form`] where the two texts differ (m1-abha.md 4).
pub(crate) fn login_id(now: DateTime<Utc>) -> Refusal {
    Refusal::field("loginId", "Invalid LoginId", now)
}

/// An ABHA number without dashes, a mobile number with its country code …
pub(crate) fn login_id_form(now: DateTime<Utc>) -> Refusal {
    Refusal::field("loginId", "LoginId is invalid", now)
}

/// Who is to send the OTP does not go with the scope.
pub(crate) fn otp_system(now: DateTime<Utc>) -> Refusal {
    Refusal::field("otpSystem", "Invalid Otp System", now)
}

/// A mobile number in the clear, of another form than ten digits.
pub(crate) fn mobile(now: DateTime<Utc>) -> Refusal {
    Refusal::field("mobile", "Invalid Mobile Number", now)
}
