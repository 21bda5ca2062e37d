//! The PHR app family: ABHA addresses in the hands of their owners (m1-abha.md 11).

mod change;
mod link;
mod login;
mod profile;
mod session;
mod switch;

use abha_enrollment::api::phr::{
    CheckPhrAddressName, DelinkAbhaNumber, EncryptText, EncryptedText, EnrolPhrAddress,
    FetchPhrCard, FetchPhrProfile, FetchPhrQrCode, LinkAbhaNumber, ListSwitchProfiles, LogOutPhr,
    RenewPhrSession, RequestPhrChangeOtp, RequestPhrEnrolmentOtp, RequestPhrLoginOtp,
    SearchPhrAddress, SuggestPhrAddressNames, SwitchProfile, UpdatePhrProfile, VerifyPhrChange,
    VerifyPhrEnrolment, VerifyPhrLogin, VerifyPhrUser,
};

use super::address::{Side, choice, enrolment, names, search};
use crate::server::{Answer, Refusal, Routes};

pub(super) fn routes(routes: Routes) -> Routes {
    let routes = enrolment_routes(routes);
    let routes = login_routes(routes);
    routes
        .serve::<FetchPhrProfile>(profile::fetch)
        .serve::<FetchPhrCard>(profile::card)
        .serve::<FetchPhrQrCode>(profile::qr_code)
        .serve::<UpdatePhrProfile>(profile::update)
        .serve::<RequestPhrChangeOtp>(change::request_otp)
        .serve::<VerifyPhrChange>(change::verify)
        .serve::<LinkAbhaNumber>(link::link)
        .serve::<DelinkAbhaNumber>(link::delink)
        .serve::<ListSwitchProfiles>(switch::list)
        .serve::<SwitchProfile>(switch::switch)
        .serve::<RenewPhrSession>(session::renew)
        .serve::<LogOutPhr>(session::log_out)
}

/// Creating an address: as on the web family.
fn enrolment_routes(routes: Routes) -> Routes {
    routes
        .serve::<RequestPhrEnrolmentOtp>(|engine, received| {
            let sent = enrolment::request_otp(engine, Side::app(), received.call.body)?;
            Answer::of::<RequestPhrEnrolmentOtp>(&sent)
        })
        .serve::<VerifyPhrEnrolment>(|engine, received| {
            let client = received.client()?.clone();
            let verified = enrolment::verify(engine, &client, Side::app(), &received.call.body)?;
            Answer::of::<VerifyPhrEnrolment>(&verified)
        })
        .serve::<SuggestPhrAddressNames>(|engine, received| {
            let names = names::suggest(engine, Side::app(), received.call.body)?;
            Answer::of::<SuggestPhrAddressNames>(&names)
        })
        .serve::<CheckPhrAddressName>(|engine, received| {
            let name = received.call.body.abha_address.as_str();
            Answer::of::<CheckPhrAddressName>(&names::is_taken(engine, name)?)
        })
        .serve::<EnrolPhrAddress>(|engine, received| {
            let client = received.client()?.clone();
            let enrolled = enrolment::enrol(engine, &client, Side::app(), received.call.body)?;
            Answer::of::<EnrolPhrAddress>(&enrolled)
        })
        .serve::<EncryptText>(|engine, received| {
            let fault = |_| Refusal::spring("", engine.now());
            let key = engine.decrypting_keys().phr().map_err(fault)?;
            let text = key.encrypt(received.call.body.data.as_str()).map_err(fault)?;
            Answer::of::<EncryptText>(&EncryptedText::new(text))
        })
}

fn login_routes(routes: Routes) -> Routes {
    routes
        .serve::<SearchPhrAddress>(|engine, received| {
            Answer::of::<SearchPhrAddress>(&search::find(engine, &received.call.body)?)
        })
        .serve::<RequestPhrLoginOtp>(login::request_otp)
        .serve::<VerifyPhrLogin>(login::verify)
        .serve::<VerifyPhrUser>(|engine, received| {
            let client = received.client()?.clone();
            let token = received.call.credential.0.expose();
            let chosen = &received.call.body;
            let tokens = choice::choose(engine, &client, Side::app(), token, chosen)?;
            Answer::of::<VerifyPhrUser>(&tokens)
        })
}
