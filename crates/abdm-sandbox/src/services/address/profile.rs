//! The profile of a person who proved an ABHA address.

use std::sync::Arc;

use abdm_core::person::AbhaAddress;
use abha_enrollment::api::address::FetchAddressProfile;

use super::{faults, shown};
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal};
use crate::services::abha::tokens;
use crate::world::{Person, System};

pub(super) fn fetch(
    engine: &Arc<Engine>,
    received: Received<FetchAddressProfile>,
) -> Result<Answer, Refusal> {
    let token = received.call.credential.0.expose();
    let caller = caller(engine, token, System::Web)?;
    let profile = shown::profile(&caller.person, &caller.address);
    Answer::of::<FetchAddressProfile>(&profile)
}

/// Who is logged in on a family of ABHA addresses, and by which address.
pub(in crate::services) struct Caller {
    pub(in crate::services) place: usize,
    pub(in crate::services) person: Person,
    pub(in crate::services) address: AbhaAddress,
}

/// Who is logged in, by the token in `X-token`. The address tells, not who had it at the login: a
/// link with an ABHA number moves it.
pub(in crate::services) fn caller(
    engine: &Engine,
    token: &str,
    system: System,
) -> Result<Caller, Refusal> {
    let address = tokens::owner(engine, token, system)?.address;
    let world = engine.world();
    let caller = address.and_then(|address| {
        let place = world.people.place_of(&address)?;
        Some(Caller { place, person: world.people.person(place)?.clone(), address })
    });
    caller.ok_or_else(faults::user_not_found)
}
