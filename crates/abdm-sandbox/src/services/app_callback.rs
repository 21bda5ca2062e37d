//! What a PHR app of others is called back with (phr-simulator.md 2, 3): an app whose client has a
//! callback URL. The sandbox's own app has none, and looks inside.

use std::sync::Arc;

use abdm_core::endpoint::{Endpoint, SignedCallback};
use abdm_core::headers::HiuHeaders;

use crate::engine::Engine;
use crate::world::{AppCall, World};

/// Calls back the app that made this call, if it can be.
pub(super) fn tell_app<E>(engine: &Arc<Engine>, world: &World, call: &AppCall, body: E::Request)
where
    E: Endpoint<Auth = SignedCallback, Path = (), Headers = HiuHeaders>,
{
    if world.registry.url(&call.client).is_some() {
        let headers = HiuHeaders { hiu_id: call.hiu.clone() };
        engine.call_back::<E>(&call.client, headers, body);
    }
}
