//! The profile, the card and the QR code.

use std::sync::Arc;

use abha_enrollment::api::account::{FetchAbhaCard, FetchProfile, FetchQrCode};

use http::StatusCode;

use super::caller;
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal};
use crate::services::abha::{card as drawing, shown, user_not_found};

pub(super) fn profile(
    engine: &Arc<Engine>,
    received: Received<FetchProfile>,
) -> Result<Answer, Refusal> {
    let (_, person) = caller(engine, received.call.credential.0.expose())?;
    as_switched(engine)?;
    let account = person.living_account().ok_or_else(user_not_found)?;
    shown::whole_profile::<FetchProfile>(&shown::profile(&person, account))
}

/// Live, the gateway was seen to refuse the profile and the card after a good login, and not the QR
/// code (rulings.md 35).
fn as_switched(engine: &Engine) -> Result<(), Refusal> {
    if engine.world().switches.profile_refused {
        return Err(
            Refusal::empty(StatusCode::UNAUTHORIZED).because("the switch profile_refused is on")
        );
    }
    Ok(())
}

pub(super) fn card(
    engine: &Arc<Engine>,
    received: Received<FetchAbhaCard>,
) -> Result<Answer, Refusal> {
    let (_, person) = caller(engine, received.call.credential.0.expose())?;
    as_switched(engine)?;
    Answer::of::<FetchAbhaCard>(&drawing::card(&person, person.living_account())?)
}

pub(super) fn qr_code(
    engine: &Arc<Engine>,
    received: Received<FetchQrCode>,
) -> Result<Answer, Refusal> {
    let (_, person) = caller(engine, received.call.credential.0.expose())?;
    Answer::of::<FetchQrCode>(&drawing::qr_code(&person, person.living_account())?)
}
