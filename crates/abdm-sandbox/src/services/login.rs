//! Proving an existing ABHA number (m1-abha.md 7).

mod accounts;
mod find;
mod form;
mod one_step;
mod outcome;
mod password;
mod purpose;
mod request;
mod scan;
mod search;
mod user;
mod verify;

use abha_enrollment::api::login::{
    FindAbha, RequestLoginOtp, SearchAbhaNumber, VerifyLogin, VerifyLoginInOneStep, VerifyUser,
};
use chrono::{DateTime, Utc};

use super::abha::unprocessable;
use crate::server::{Refusal, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .serve_checked::<RequestLoginOtp>(form::otp_request, request::request_otp)
        .serve_checked::<VerifyLogin>(form::proof_request, verify::verify)
        .serve_checked::<VerifyLoginInOneStep>(form::proof_request, one_step::verify)
        .serve_checked::<VerifyUser>(form::chosen_account, user::verify_user)
        .serve_checked::<SearchAbhaNumber>(form::dashed_number, search::search)
        .serve::<FindAbha>(find::find)
}

/// The scope is none of the matrix, or not the one of the request before.
fn invalid_scope(now: DateTime<Utc>) -> Refusal {
    Refusal::field("scope", "Invalid Scope", now)
}

/// The proof is of another kind than the scope says.
fn invalid_method(now: DateTime<Utc>) -> Refusal {
    Refusal::field("authMethods", "Invalid Auth Method", now)
}

/// The transaction is unknown, used up or over.
fn invalid_txn(now: DateTime<Utc>) -> Refusal {
    Refusal::field("txnId", "Invalid Transaction Id", now)
}

/// Something that cannot be decrypted. What can be decrypted and has another form is
/// [`malformed_login_id`]: the two texts differ (m1-abha.md 4).
fn invalid_login_id(now: DateTime<Utc>) -> Refusal {
    Refusal::field("loginId", "Invalid LoginId", now)
}

/// An ABHA number without dashes, a mobile number with its country code …
fn malformed_login_id(now: DateTime<Utc>) -> Refusal {
    Refusal::field("loginId", "LoginId is invalid", now)
}

/// ABDM-1407: its owner has switched the ABHA number off.
///
/// The contract leaves open where it comes (m1-abha.md 14). Here it comes after the proof: only the
/// person learns by a login that the number is switched off.
fn deactivated() -> Refusal {
    let text = "The ABHA Number associated with this ABHA Address is currently deactivated. Please \
                reactivate it.";
    unprocessable("ABDM-1407", text)
}
