//! Asking whose an ABHA address is.

use std::sync::Arc;

use abha_enrollment::api::address::{AbhaAddressQuery, AbhaAddressState, SearchAbhaAddress};

use super::{faults, shown};
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal};
use crate::services::abha::typed;

pub(super) fn search(
    engine: &Arc<Engine>,
    received: Received<SearchAbhaAddress>,
) -> Result<Answer, Refusal> {
    Answer::of::<SearchAbhaAddress>(&find(engine, &received.call.body)?)
}

/// The state of an address; an ABHA number is taken too, and stands for its preferred address.
pub(in crate::services) fn find(
    engine: &Engine,
    query: &AbhaAddressQuery,
) -> Result<AbhaAddressState, Refusal> {
    let asked = query.abha_address.as_str();
    let world = engine.world();
    let found = if let Some(address) = typed::abha_address(asked) {
        world.people.place_of(&address).map(|place| (place, address))
    } else if let Some(number) = typed::abha_number(asked) {
        world.people.by_number(&number).and_then(|place| {
            let address = world.people.person(place)?.preferred_address()?.clone();
            Some((place, address))
        })
    } else {
        return Err(faults::bad_part("Invalid ABHA Address"));
    };
    let state = found.and_then(|(place, address)| {
        let person = world.people.person(place)?;
        // As it was claimed, whatever the case in which it was asked for.
        let own = person.addresses.iter().find(|own| **own == address).unwrap_or(&address);
        Some(shown::state(person, own))
    });
    state.ok_or_else(faults::user_not_found)
}
