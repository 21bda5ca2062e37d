//! Linking a facility to a bridge (gateway.md 4): a 200 whatever happened, told role by role.

use std::sync::Arc;

use abdm_core::api::registry::{BridgeRole, LinkBridge, LinkageAnswer, RequestedLink};
use serde_json::{Value, json};

use super::made_up::facility;
use super::{check, not_found};
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal, Routes};
use crate::world::{ClientId, Facility, Role, World};

pub(super) fn routes(routes: Routes) -> Routes {
    routes.serve::<LinkBridge>(link)
}

fn link(engine: &Arc<Engine>, received: Received<LinkBridge>) -> Result<Answer, Refusal> {
    let asked = received.call.body;
    check(&asked)?;
    let now = engine.now();
    let mut world = engine.world();
    facility(&world, &asked.facility_id).ok_or_else(|| not_found("Facility"))?;
    let told: Vec<Value> = asked
        .services
        .iter()
        .map(|service| match link_one(&mut world, &asked.facility_id, service, now) {
            Ok(id) => json!({"servicesLinked": {"id": id, "name": service.hip_name,
                "type": service.role}}),
            Err((code, message)) => json!({"error": {"code": code, "message": message}}),
        })
        .collect();
    Answer::of::<LinkBridge>(&LinkageAnswer::new(told.into()))
}

/// One role: its service id, or the registry's error.
fn link_one(
    world: &mut World,
    facility_id: &str,
    service: &RequestedLink,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<String, (&'static str, String)> {
    if let Some(problem) = service.name_problem() {
        return Err(("HIS-1125", format!("HIP name is not valid: {problem}")));
    }
    let client = ClientId::from(service.bridge_id.as_str());
    if !world.registry.has_client(&client) {
        return Err(("HIS-1100", "Bridge id is not valid".to_owned()));
    }
    // The first bridge of a facility has its id, the next one a suffix.
    let ids = std::iter::once(facility_id.to_owned())
        .chain((1..).map(|number| format!("{facility_id}_{number}")));
    let mut own_or_free = ids.filter_map(|id| match world.registry.facility(&id) {
        Some(other) if other.client != client => None,
        own => Some((id, own.map(|own| own.role))),
    });
    let Some((id, known)) = own_or_free.next() else {
        return Err(("2500", "Bridge failed".to_owned()));
    };
    let role = changed(known, &service.role, service.active);
    match (role, known) {
        (Some(role), known) if Some(role) == known && service.active => {
            return Err((
                "2500",
                format!(
                    "{facility_id} is already associated with bridge {client} and service id: {id}"
                ),
            ));
        }
        (Some(role), _) => {
            let facility = Facility::new(id.as_str(), service.hip_name.as_str(), role, client);
            world.registry.add_facility(facility, now);
        }
        (None, Some(_)) => {
            world.registry.remove_facility(&id);
        }
        (None, None) => {}
    }
    Ok(id)
}

/// The roles of a service when one is switched on or off.
const fn changed(known: Option<Role>, role: &BridgeRole, active: bool) -> Option<Role> {
    let (mut hip, mut hiu) = match known {
        None => (false, false),
        Some(Role::Hip) => (true, false),
        Some(Role::Hiu) => (false, true),
        Some(Role::Both) => (true, true),
    };
    match role {
        BridgeRole::Hip => hip = active,
        _ => hiu = active,
    }
    match (hip, hiu) {
        (true, true) => Some(Role::Both),
        (true, false) => Some(Role::Hip),
        (false, true) => Some(Role::Hiu),
        (false, false) => None,
    }
}
