//! Choosing one of a mobile number's accounts (m1-abha.md 7.4).

use std::sync::Arc;

use abha_enrollment::api::login::VerifyUser;

use super::outcome;
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal};
use crate::services::abha::invalid;
use crate::services::abha::tokens::{self, Holder};
use crate::world::System;

pub(super) fn verify_user(
    engine: &Arc<Engine>,
    received: Received<VerifyUser>,
) -> Result<Answer, Refusal> {
    let client = received.client()?.clone();
    let now = engine.now();
    let token = received.call.credential.0.expose().to_owned();
    let transfer = tokens::transfer(engine, &token, System::Number)?;
    let chosen = received.call.body;
    if chosen.txn_id != transfer.txn {
        return Err(invalid::txn(now));
    }
    let place = engine.world().people.by_number(&chosen.abha_number);
    let place = place.filter(|place| transfer.people.contains(place));
    let place = place.ok_or_else(|| Refusal::field("ABHANumber", "Invalid ABHA Number", now))?;
    outcome::active(engine, place)?;
    let tokens = tokens::issue(engine, &client, &Holder::of_number(place, chosen.txn_id))?;
    // The choice is made.
    engine.world().sessions.log_out(&token);
    Answer::of::<VerifyUser>(&tokens)
}
