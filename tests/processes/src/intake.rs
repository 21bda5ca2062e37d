//! A facility's intake: the real callback receiver in front of an engine.

use std::sync::Arc;

use abdm_core::callback::CallbackVerifier;
use abdm_core::clock::SystemClock;
use abdm_core::endpoint::Endpoint as _;
use abdm_core::message::Inbound;
use abdm_core::receiver::{Accepted, CallbackReceiver, InboundSink, NotTaken, Route, router};
use abdm_flow::ids::RandomIds;
use abdm_flow::store::FlowStore;
use abdm_flow::{Engine, EngineOptions, Handle};
use async_trait::async_trait;
use axum::Router;
use hip_services::api::consent::OnConsentNotify;

use crate::task::{Worker, scope};

/// The path on which callbacks come.
#[must_use]
pub fn path() -> &'static str {
    OnConsentNotify::META.path
}

/// An engine over a store, and what takes its callbacks in.
///
/// # Errors
/// None that is known.
pub fn facility(
    store: Arc<dyn FlowStore>,
    worker: Worker,
    options: EngineOptions,
    verifier: CallbackVerifier,
) -> anyhow::Result<(Engine, Router)> {
    let clock = Arc::new(SystemClock);
    let engine = Engine::with(store, clock.clone(), Arc::new(RandomIds), options);
    let handle = engine.register(Arc::new(worker))?;
    let routes = vec![Route::new::<OnConsentNotify>(Arc::new(Door(handle)))];
    let receiver = CallbackReceiver::new(Arc::new(verifier), clock, routes);
    Ok((engine, router(Arc::new(receiver))))
}

#[derive(Debug)]
struct Door(Handle<Worker>);

#[async_trait]
impl InboundSink for Door {
    async fn accept(&self, inbound: &Inbound) -> Result<Accepted, NotTaken> {
        Ok(Accepted::of(self.0.accept(&scope(), inbound.clone()).await?))
    }
}
