//! ABDM's legacy V0.5 (m2-hip.md 10): a patient proves themselves to a facility, and every other
//! call in the words of V3.

mod auth;
mod calls;

use std::sync::Arc;

use abdm_core::api::gateway::JsonWebKeys;
use abdm_core::api::v0_5::FetchCertificatesV05;
use abdm_core::id::HipId;
use abdm_core::vocabulary::HiType;
use serde_json::Value;

pub(crate) use self::auth::decide;
pub(super) use self::auth::is_purpose;
use crate::callbacks::OLDER_KEY_SUFFIX;
use crate::engine::Engine;
use crate::server::{Answer, Received, Refusal, Routes};
use crate::world::{ClientId, World};

pub(super) fn routes(routes: Routes) -> Routes {
    calls::routes(auth::routes(routes.serve::<FetchCertificatesV05>(certificates)))
}

/// The one key that signs callbacks of V0.5, under an id of its own.
fn certificates(
    engine: &Arc<Engine>,
    _: Received<FetchCertificatesV05>,
) -> Result<Answer, Refusal> {
    let keys = engine.keys();
    let mut key = keys.gateway.jwk().clone();
    if let Some(kid) = key.get_mut("kid") {
        *kid = Value::String(format!("{}{OLDER_KEY_SUFFIX}", keys.gateway.id()));
    }
    Answer::of::<FetchCertificatesV05>(&JsonWebKeys::new(vec![key]))
}

/// The facility, if it is one of the caller's. From now on it is called back in V0.5.
fn own_facility(world: &mut World, client: &ClientId, hip: &HipId) -> Result<(), Refusal> {
    if !world.is_hip_of(client, hip.as_str()) {
        return Err(Refusal::bad("ABDM-1035", "Invalid HIP ID"));
    }
    let older = &mut world.switches.v0_5_facilities;
    if !older.iter().any(|id| id == hip.as_str()) {
        older.push(hip.as_str().to_owned());
    }
    Ok(())
}

/// V0.5 does not tell of which types the records of a care context are: any that it knows.
pub(super) fn widen(hi_types: &mut Vec<HiType>) {
    let known = HiType::ALL.iter().filter(|known| **known != HiType::Invoice);
    for hi_type in known {
        if !hi_types.contains(hi_type) {
            hi_types.push(hi_type.clone());
        }
    }
}
