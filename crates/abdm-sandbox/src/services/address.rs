//! ABHA addresses on the web family: proving one, and creating one (m1-abha.md 8).
//!
//! The PHR app family knows the same people in the same words; what both share is here, and takes a
//! [`Side`].

pub(super) mod asked;
pub(super) mod card;
pub(super) mod choice;
pub(super) mod enrolment;
pub(super) mod faults;
pub(super) mod names;
pub(super) mod profile;
mod request_otp;
pub(super) mod search;
pub(super) mod shown;
mod verify;

use abha_enrollment::api::address::{
    CheckAddressName, EnrolAbhaAddress, FetchAddressCard, FetchAddressProfile, FetchAddressQrCode,
    RequestAddressEnrolmentOtp, RequestAddressOtp, SearchAbhaAddress, SuggestAddressNames,
    VerifyAbhaAddress, VerifyAddressEnrolment, VerifyAddressUser,
};

use super::abha::typed::Lock;
use crate::engine::Engine;
use crate::server::{Answer, Routes};
use crate::world::{Counter, System};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .serve::<SearchAbhaAddress>(search::search)
        .serve::<RequestAddressOtp>(request_otp::request_otp)
        .serve::<VerifyAbhaAddress>(verify::verify)
        .serve::<FetchAddressProfile>(profile::fetch)
        .serve::<FetchAddressCard>(card::card)
        .serve::<FetchAddressQrCode>(card::qr_code)
        .serve::<CheckAddressName>(names::check)
        .serve::<RequestAddressEnrolmentOtp>(|engine, received| {
            let sent = enrolment::request_otp(engine, Side::web(engine), received.call.body)?;
            Answer::of::<RequestAddressEnrolmentOtp>(&sent)
        })
        .serve::<VerifyAddressEnrolment>(|engine, received| {
            let client = received.client()?.clone();
            let request = received.call.body;
            let verified = enrolment::verify(engine, &client, Side::web(engine), &request)?;
            Answer::of::<VerifyAddressEnrolment>(&verified)
        })
        .serve::<VerifyAddressUser>(|engine, received| {
            let client = received.client()?.clone();
            let token = received.call.credential.0.expose();
            let request = &received.call.body;
            let tokens = choice::choose(engine, &client, Side::web(engine), token, request)?;
            Answer::of::<VerifyAddressUser>(&tokens)
        })
        .serve::<SuggestAddressNames>(|engine, received| {
            let names = names::suggest(engine, Side::web(engine), received.call.body)?;
            Answer::of::<SuggestAddressNames>(&names)
        })
        .serve::<EnrolAbhaAddress>(|engine, received| {
            let client = received.client()?.clone();
            let side = Side::web(engine);
            let enrolled = enrolment::enrol(engine, &client, side, received.call.body)?;
            Answer::of::<EnrolAbhaAddress>(&enrolled)
        })
}

/// One of the two families of ABHA addresses.
#[derive(Debug, Clone, Copy)]
pub(super) struct Side {
    /// Where its tokens are good.
    pub(super) system: System,
    /// What opens what was typed.
    pub(super) lock: Lock,
    /// Where addresses are created.
    pub(super) enrolment: Counter,
}

impl Side {
    /// The web family; which key it takes is a switch (rulings.md 24).
    fn web(engine: &Engine) -> Self {
        let takes_phr_key = engine.world().switches.web_takes_phr_key;
        let lock = if takes_phr_key { Lock::Phr } else { Lock::Abha };
        Self { system: System::Web, lock, enrolment: Counter::AddressEnrolment }
    }

    /// The PHR app family.
    pub(super) const fn app() -> Self {
        Self { system: System::App, lock: Lock::Phr, enrolment: Counter::AppEnrolment }
    }
}
