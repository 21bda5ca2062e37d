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

use super::abha::{DEACTIVATED, unprocessable};
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

/// ABDM-1407: its owner has switched the ABHA number off.
///
/// The contract leaves open where it comes (m1-abha.md 14). Here it comes after the proof: only the
/// person learns by a login that the number is switched off.
fn deactivated() -> Refusal {
    unprocessable("ABDM-1407", DEACTIVATED)
}
