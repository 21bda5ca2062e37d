//! Proving an ABHA address, on the web family (m1-abha.md 8).
//!
//! The PHR app family knows the same people in the same words; it uses what is here.

pub(super) mod faults;
mod names;
mod profile;
mod request_otp;
mod search;
pub(super) mod shown;
mod verify;

use abha_enrollment::api::address::{
    CheckAddressName, FetchAddressProfile, RequestAddressOtp, SearchAbhaAddress, VerifyAbhaAddress,
};

use super::abha::typed::Lock;
use crate::engine::Engine;
use crate::server::Routes;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .serve::<SearchAbhaAddress>(search::search)
        .serve::<RequestAddressOtp>(request_otp::request_otp)
        .serve::<VerifyAbhaAddress>(verify::verify)
        .serve::<FetchAddressProfile>(profile::fetch)
        .serve::<CheckAddressName>(names::check)
}

/// Which key opens what was typed on the web family (rulings.md 24).
fn lock(engine: &Engine) -> Lock {
    if engine.world().switches.web_takes_phr_key { Lock::Phr } else { Lock::Abha }
}
