//! The ABHA address of a new ABHA number.

use std::sync::Arc;

use abdm_core::id::TxnId;
use abdm_core::person::AbhaAddress;
use abha_enrollment::api::enrollment::{
    AbhaAddressSuggestions, ClaimAbhaAddress, ClaimedAbhaAddress, SuggestAbhaAddresses,
};

use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal};
use crate::services::abha::{ADDRESS_IS_TAKEN, TOO_MANY_ADDRESSES, invalid};
use crate::services::address::names::suggestions;
use crate::world::World;

/// The person behind the transaction of an enrolment.
fn enrolled(world: &World, txn: &TxnId) -> Option<usize> {
    world.enrolments.get(txn).copied()
}

pub(super) fn suggest(
    engine: &Arc<Engine>,
    received: Received<SuggestAbhaAddresses>,
) -> Result<Answer, Refusal> {
    let txn = received.call.headers.txn_id;
    let world = engine.world();
    let person = enrolled(&world, &txn).and_then(|place| world.people.person(place));
    let person = person.ok_or_else(invalid::unknown_transaction)?;
    let name = (person.first_name.as_str(), person.last_name.as_str());
    let names = suggestions(&world, name, person.date_of_birth);
    Answer::of::<SuggestAbhaAddresses>(&AbhaAddressSuggestions::new(txn, names))
}

pub(super) fn claim(
    engine: &Arc<Engine>,
    received: Received<ClaimAbhaAddress>,
) -> Result<Answer, Refusal> {
    let request = received.call.body;
    let now = engine.now();
    let mut world = engine.world();
    let place = enrolled(&world, &request.txn_id);
    let place = place.ok_or_else(|| invalid::txn(now))?;
    let name = request.abha_address.as_str();
    let name = name.strip_suffix("@sbx").unwrap_or(name);
    let address: AbhaAddress = format!("{name}@sbx")
        .parse()
        .map_err(|_| Refusal::field("abhaAddress", "Invalid ABHA Address", now))?;
    // Taken is taken, also when it is the person's own already (rulings.md 43).
    let is_free = !world.people.is_taken(&address);
    let own = world.people.person(place);
    let own = own.and_then(|own| Some((own.addresses.len(), own.living_account()?.number.clone())));
    let (Some((addresses, number)), true) = (own, is_free) else {
        return Err(Refusal::bad("ABDM-1101", ADDRESS_IS_TAKEN));
    };
    if addresses >= world.switches.addresses_a_person {
        return Err(Refusal::bad("ABDM-1403", TOO_MANY_ADDRESSES));
    }
    world.people.claim(place, address.clone());
    let body = ClaimedAbhaAddress::new(request.txn_id, number, address.as_str());
    Answer::of::<ClaimAbhaAddress>(&body)
}
