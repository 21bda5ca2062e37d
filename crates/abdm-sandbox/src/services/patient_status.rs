//! A person switches their ABHA account off, on again, or deletes it: their facilities are told
//! (m2-hip.md 9). NHA has published neither notice nor answer for V3, so that it is done by switch
//! or by hand.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use abdm_core::headers::HipHeaders;
use abdm_core::id::HipId;
use abdm_core::person::AbhaAddress;
use abdm_core::wire::Accepted;
use hip_services::api::patient_status::{
    AbhaStanding, AcknowledgePatientStatus, OnPatientStatus, PatientStatusNotice,
};

use super::consent::no_mapping;
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal, Routes};
use crate::world::{AccountChange, AccountState, Awaited, ClientId, World};

pub(super) fn routes(routes: Routes) -> Routes {
    routes.serve::<AcknowledgePatientStatus>(acknowledge)
}

pub(super) fn acknowledge(
    engine: &Arc<Engine>,
    received: Received<AcknowledgePatientStatus>,
) -> Result<Answer, Refusal> {
    let client = received.client()?.clone();
    let answered = received.call.body.answered;
    let world = engine.world();
    let notice = answered.request().and_then(|id| world.awaited.get(&id));
    match notice {
        Some(Awaited::AccountNotice(hip)) if world.is_hip_of(&client, hip.as_str()) => {
            Answer::of::<AcknowledgePatientStatus>(&Accepted)
        }
        _ => {
            let named = answered.response.map(|response| response.request_id);
            Err(no_mapping(&named.unwrap_or_default()))
        }
    }
}

/// Tells whoever knows the address of an account that has just changed, where the switch says so.
pub(crate) fn tell_of_changes(engine: &Arc<Engine>) {
    let (changes, is_told) = {
        let mut world = engine.world();
        (world.people.take_changes(), world.switches.patient_status_notices)
    };
    if is_told {
        tell(engine, changes);
    }
}

/// The same whatever the switch says, and which facilities that were.
pub(super) fn tell(engine: &Arc<Engine>, changes: Vec<AccountChange>) -> BTreeSet<HipId> {
    let mut told = BTreeSet::new();
    for AccountChange { addresses, state } in changes {
        let standing = match state {
            AccountState::Active => AbhaStanding::Active,
            AccountState::Deactivated => AbhaStanding::Deactivated,
            AccountState::Deleted => AbhaStanding::Deleted,
        };
        for address in addresses {
            let knowing = knowing(&engine.world(), &address);
            for (hip, client) in knowing {
                let notice = PatientStatusNotice::new(address.clone(), standing, engine.now());
                let headers = HipHeaders { hip_id: hip.clone() };
                let sent = engine.call_back::<OnPatientStatus>(&client, headers, notice);
                engine.world().awaited.insert(sent, Awaited::AccountNotice(hip.clone()));
                told.insert(hip);
            }
        }
    }
    told
}

/// The facilities that have something linked to an address, or asked for a link token today.
fn knowing(world: &World, address: &AbhaAddress) -> BTreeMap<HipId, ClientId> {
    let linked = world.links.iter().filter(|link| link.address == *address);
    let asked = world.token_requests.iter().filter(|asked| asked.address == *address);
    let all = linked.map(|link| &link.hip).chain(asked.map(|asked| &asked.hip));
    let with_client = |hip: &HipId| {
        let facility =
            world.registry.facility(hip.as_str()).filter(|facility| facility.is_hip())?;
        Some((hip.clone(), facility.client.clone()))
    };
    all.filter_map(with_client).collect()
}
