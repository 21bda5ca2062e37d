//! Linking an ABHA address with an ABHA number, and taking the link away.

use std::sync::Arc;

use abha_enrollment::api::phr::{
    AbhaNumberLink, AbhaNumberLinked, DelinkAbhaNumber, LinkAbhaNumber, LinkAction,
};
use abha_enrollment::api::vocabulary::AuthResult;

use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal};
use crate::services::address::faults;
use crate::services::address::profile::caller;
use crate::world::{AccountKind, Counter, Proved, System, World};

pub(super) fn link(
    engine: &Arc<Engine>,
    received: Received<LinkAbhaNumber>,
) -> Result<Answer, Refusal> {
    let caller = caller(engine, received.call.credential.0.expose(), System::App)?;
    let request = received.call.body;
    if request.action != LinkAction::Link {
        return Err(faults::bad_part("Invalid Account Action"));
    }
    let mut world = engine.world();
    let owner = proved(&world, &request)?;
    if owner == caller.place || caller.person.living_account().is_some() {
        return Err(faults::flat("ABDM-1104", "Cannot link with same ABHA Number"));
    }
    let person = world.people.person(owner).ok_or_else(faults::user_not_found)?;
    let kind = person.living_account().map(|account| account.kind);
    if matches!(kind, Some(AccountKind::Child { .. })) {
        return Err(faults::flat("ABDM-1103", "Cannot link with CHILD ABHA Number"));
    }
    if person.addresses.len() >= world.switches.addresses_a_person {
        return Err(faults::too_many_addresses());
    }
    world.people.link_address(&caller.address, owner);
    world.proved.remove(&request.transaction_id);
    let text = "ABHA number is securely linked to ABHA address";
    Answer::of::<LinkAbhaNumber>(&AbhaNumberLinked::new(AuthResult::Success, text))
}

/// The address of the number itself cannot be taken from it. What the live service says to that,
/// and to an address that has no link, is not published.
pub(super) fn delink(
    engine: &Arc<Engine>,
    received: Received<DelinkAbhaNumber>,
) -> Result<Answer, Refusal> {
    let caller = caller(engine, received.call.credential.0.expose(), System::App)?;
    let request = received.call.body;
    // The live value is unknown; both likely ones are taken.
    if !matches!(request.action, LinkAction::DeLink | LinkAction::DelinkInOneWord) {
        return Err(faults::bad_part("Invalid Account Action"));
    }
    let mut world = engine.world();
    let owner = proved(&world, &request)?;
    if owner != caller.place || caller.person.is_of_number(&caller.address) {
        return Err(faults::flat("ABDM-1132", "Kindly enter valid linked ABHA Address"));
    }
    world.people.delink_address(&caller.address);
    world.proved.remove(&request.transaction_id);
    let text = "ABHA number is de-linked from ABHA address";
    Answer::of::<DelinkAbhaNumber>(&AbhaNumberLinked::new(AuthResult::Success, text))
}

/// Whose ABHA number was proved in this transaction.
fn proved(world: &World, request: &AbhaNumberLink) -> Result<usize, Refusal> {
    match world.proved.get(&request.transaction_id) {
        Some((Counter::AppProfile, Proved::Number(place))) => Ok(*place),
        _ => Err(faults::flat("ABDM-9999: ", "Transaction is not found for UUID.")),
    }
}
