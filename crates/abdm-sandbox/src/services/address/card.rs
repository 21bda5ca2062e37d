//! The card of an ABHA address, and its QR code.

use std::sync::Arc;

use abdm_core::wire::Document;
use abha_enrollment::api::address::{FetchAddressCard, FetchAddressQrCode};

use super::profile::{Caller, caller};
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal};
use crate::services::abha::card;
use crate::world::{Person, System};

pub(super) fn card(
    engine: &Arc<Engine>,
    received: Received<FetchAddressCard>,
) -> Result<Answer, Refusal> {
    let caller = caller(engine, received.call.credential.0.expose(), System::Web)?;
    Answer::of::<FetchAddressCard>(&card_of(caller)?)
}

pub(super) fn qr_code(
    engine: &Arc<Engine>,
    received: Received<FetchAddressQrCode>,
) -> Result<Answer, Refusal> {
    let caller = caller(engine, received.call.credential.0.expose(), System::Web)?;
    Answer::of::<FetchAddressQrCode>(&qr_code_of(caller)?)
}

/// The card with the address that was proved.
pub(in crate::services) fn card_of(caller: Caller) -> Result<Document, Refusal> {
    let person = with_proved_address(caller);
    card::card(&person, person.living_account())
}

/// The code with the address that was proved.
pub(in crate::services) fn qr_code_of(caller: Caller) -> Result<Document, Refusal> {
    let person = with_proved_address(caller);
    card::qr_code(&person, person.living_account())
}

fn with_proved_address(caller: Caller) -> Person {
    let Caller { mut person, address, .. } = caller;
    person.addresses = vec![address];
    person
}
