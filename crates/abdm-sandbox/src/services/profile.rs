//! A person's own profile (m1-abha.md 9).

pub(super) mod children;
mod email_link;
mod ending;
mod password;
mod purpose;
mod request_otp;
mod session;
mod show;
mod update;
mod verify;

use abha_enrollment::api::account::{
    FetchAbhaCard, FetchProfile, FetchQrCode, LogOut, RenewSession, RequestChangeOtp,
    SendEmailLink, UpdateProfile, VerifyChange,
};
use abha_enrollment::api::enrollment::ListChildren;

use super::abha::{tokens, user_not_found};
use crate::control::Control;
use crate::engine::Engine;
use crate::server::{Refusal, Routes};
use crate::world::{Person, System};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .serve::<FetchProfile>(show::profile)
        .serve::<FetchAbhaCard>(show::card)
        .serve::<FetchQrCode>(show::qr_code)
        .serve::<UpdateProfile>(update::update)
        .serve_checked::<RequestChangeOtp>(request_otp::look, request_otp::request_otp)
        .serve_checked::<VerifyChange>(verify::look, verify::verify)
        .serve_checked::<SendEmailLink>(request_otp::look, email_link::send)
        .serve::<RenewSession>(session::renew)
        .serve::<LogOut>(session::log_out)
        .serve::<ListChildren>(children::list)
}

/// What is not ABDM's: the page behind the link in an e-mail.
pub(super) fn serve_email_links(control: Control) -> Control {
    email_link::serve(control)
}

/// Who is logged in, by the token in `X-token`.
fn caller(engine: &Engine, token: &str) -> Result<(usize, Person), Refusal> {
    let token = tokens::owner(engine, token, System::Number)?;
    let known = token.people.first().copied();
    let known = known.and_then(|place| Some((place, engine.world().people.person(place)?.clone())));
    known.ok_or_else(user_not_found)
}
