//! Switching to another address of the same phone.

use std::sync::Arc;

use abha_enrollment::api::phr::{ListSwitchProfiles, SwitchProfile, SwitchProfiles};

use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal};
use crate::services::abha::new_txn;
use crate::services::address::profile::caller;
use crate::services::address::{Side, choice};
use crate::world::System;

/// Lists the addresses of the person and of everybody with the same mobile number.
pub(super) fn list(
    engine: &Arc<Engine>,
    received: Received<ListSwitchProfiles>,
) -> Result<Answer, Refusal> {
    let client = received.client()?.clone();
    let caller = caller(engine, received.call.credential.0.expose(), System::App)?;
    let candidates = {
        let world = engine.world();
        let mobile = caller.person.mobile.as_deref();
        let mut places =
            mobile.map(|mobile| world.people.addressees_of_mobile(mobile)).unwrap_or_default();
        if !places.contains(&caller.place) {
            places.push(caller.place);
        }
        world.people.addresses_of(&places)
    };
    let txn = new_txn()?;
    let tokens = choice::transfer(engine, &client, Side::app(), &txn, &candidates)?;
    let users = choice::users(engine, &candidates);
    Answer::of::<ListSwitchProfiles>(&SwitchProfiles::new(txn, users, tokens))
}

pub(super) fn switch(
    engine: &Arc<Engine>,
    received: Received<SwitchProfile>,
) -> Result<Answer, Refusal> {
    let client = received.client()?.clone();
    let token = received.call.credential.0.expose();
    let tokens = choice::choose(engine, &client, Side::app(), token, &received.call.body)?;
    Answer::of::<SwitchProfile>(&tokens)
}
