//! The way out: callbacks with signed tokens, and everything that can happen to them.

mod loose;
mod token;

use std::sync::Arc;
use std::time::{Duration, Instant};

use abdm_core::call::{Call, Envelope};
use abdm_core::endpoint::{Endpoint, SignedCallback};
use abdm_core::headers;
use abdm_core::id::RequestId;
use abdm_core::secret::AccessToken;
use abdm_core::transport::Transport as _;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use hip_services::api::linking::OnLinkCareContexts;
use serde_json::Value;
use tokio::sync::oneshot;

pub(crate) use self::token::CallbackToken;
use crate::engine::Engine;
use crate::tokens;
use crate::transcript::{Exchange, Observer as _, Party};
use crate::world::{ClientId, World};

/// How long an answer to a callback is waited for.
const DEADLINE: Duration = Duration::from_secs(10);
/// A callback that waits for another one to overtake it waits no longer than this.
const LONGEST_HOLD: Duration = Duration::from_secs(20);

/// Writes a callback below a bridge URL; `None` when the URL is not usable.
type Write = dyn Fn(&str, &Envelope<'_>) -> Option<http::Request<Bytes>> + Send + Sync;

/// One callback on its way.
struct Delivery {
    name: &'static str,
    to: ClientId,
    request_id: RequestId,
    call: Box<Write>,
}

impl Engine {
    /// Calls the bridge of `to` back, after the live delay. The `REQUEST-ID` is told at once, so that
    /// the caller can await its answer.
    pub(crate) fn call_back<E>(
        self: &Arc<Self>,
        to: &ClientId,
        headers: E::Headers,
        body: E::Request,
    ) -> RequestId
    where
        E: Endpoint<Auth = SignedCallback, Path = ()>,
    {
        let request_id = RequestId::random();
        self.call_back_as::<E>(request_id, to, headers, body);
        request_id
    }

    /// The same under a `REQUEST-ID` that is known already.
    pub(crate) fn call_back_as<E>(
        self: &Arc<Self>,
        request_id: RequestId,
        to: &ClientId,
        headers: E::Headers,
        body: E::Request,
    ) where
        E: Endpoint<Auth = SignedCallback, Path = ()>,
    {
        let call = Call::<E>::with_headers(headers, body);
        let engine = Arc::clone(self);
        let delivery = Delivery {
            name: E::META.name,
            to: to.clone(),
            request_id,
            call: Box::new(move |base, envelope| {
                let url = format!("{}{}", base.trim_end_matches('/'), E::META.path);
                let mut request = call.to_http_at(&url, envelope).ok()?;
                if engine.world().switches.loose_bodies {
                    loosen(E::META.name, &mut request);
                }
                Some(request)
            }),
        };
        let engine = Arc::clone(self);
        self.spawn(async move { deliver(&engine, delivery).await });
    }
}

async fn deliver(engine: &Engine, delivery: Delivery) {
    let delay = engine.switches().callback_delay_seconds;
    engine.pause(engine.random_seconds(delay)).await;
    let (lost, held) = {
        let mut world = engine.world();
        let always = world.switches.drop_callbacks.iter().any(|name| name == delivery.name);
        let lost = world.faults.take_drop(delivery.name) || always;
        let held = (!lost && world.faults.take_hold(delivery.name)).then(|| {
            let (release, wait) = oneshot::channel();
            world.faults.held.push_back(release);
            wait
        });
        (lost, held)
    };
    if lost {
        tracing::info!(callback = delivery.name, "the callback is lost, as switched");
        return;
    }
    let waited = held.is_some();
    if let Some(wait) = held {
        let _overtaken = tokio::time::timeout(LONGEST_HOLD, wait).await;
    }
    let Some(Written { request, at, token_ends_at }) = write(engine, &delivery) else {
        return;
    };
    let delivered = send(engine, &delivery, request.clone()).await;
    if !waited && let Some(release) = engine.world().faults.held.pop_front() {
        let _gone = release.send(());
    }
    if engine.world().faults.take_duplicate() {
        send(engine, &delivery, request.clone()).await;
    }
    let (redeliver, after) = {
        let switches = &engine.world().switches;
        (switches.redeliver, switches.redelivery_after_seconds)
    };
    if !delivered && redeliver {
        let after = engine.scaled(Duration::try_from_secs_f64(after).unwrap_or_default());
        tokio::time::sleep(token::redelivery_wait(after, token_ends_at, at)).await;
        tracing::info!(callback = delivery.name, "the callback is delivered once more");
        send(engine, &delivery, request).await;
    }
}

/// A callback as it goes out: a later delivery is the same to the letter.
struct Written {
    /// The whole HTTP request, token included.
    request: http::Request<Bytes>,
    at: DateTime<Utc>,
    token_ends_at: DateTime<Utc>,
}

fn write(engine: &Engine, delivery: &Delivery) -> Option<Written> {
    let Some(url) = engine.world().registry.url(&delivery.to) else {
        tracing::warn!(
            callback = delivery.name,
            client = delivery.to.as_str(),
            "no callback URL is registered, so nobody hears of this"
        );
        return None;
    };
    let at = engine.now();
    let forged = engine.world().faults.take_forgery();
    let (token, token_ends_at) = if forged {
        let life = crate::world::seconds(engine.world().switches.callback_token_seconds);
        let keys = engine.forged_keys().ok()?;
        let token = tokens::session(&keys.gateway, "gateway", at, life.num_seconds()).ok()?;
        (token, at + life)
    } else {
        token::token(engine, &engine.keys(), at).ok()?
    };
    let token = AccessToken::new(token);
    let envelope = Envelope::new(delivery.request_id, at).bearer(&token);
    let Some(mut request) = (delivery.call)(&url, &envelope) else {
        tracing::warn!(callback = delivery.name, "the registered callback URL is not usable");
        return None;
    };
    let is_long = |world: &mut World| {
        world.switches.loose_bodies
            && delivery.name == OnLinkCareContexts::META.name
            && world.turn(delivery.name) % 2 == 1
    };
    if is_long(&mut engine.world()) {
        headers::set(request.headers_mut(), headers::TIMESTAMP, &long_timestamp(at)).ok()?;
    }
    Some(Written { request, at, token_ends_at })
}

/// As live `on_carecontext` once had it: nine fraction digits and no zone (live-measurements.md 24).
fn long_timestamp(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.9f").to_string()
}

/// Sends it; whether it was taken.
async fn send(engine: &Engine, delivery: &Delivery, request: http::Request<Bytes>) -> bool {
    let parties = (Party::Abdm, engine.world().party_of(&delivery.to));
    let (at, started) = (engine.now(), Instant::now());
    let result = engine.transport().send(request.clone(), DEADLINE).await;
    let took = started.elapsed();
    let answer = result.as_ref().ok();
    engine.observers().exchanged(&Exchange::from_http(parties, at, &request, answer, took));
    match result {
        Ok(answer) if answer.status().is_success() => true,
        Ok(answer) => {
            let status = answer.status().as_u16();
            tracing::warn!(callback = delivery.name, status, "the callback was refused");
            false
        }
        Err(error) => {
            tracing::warn!(callback = delivery.name, %error, "the callback found nobody");
            false
        }
    }
}

fn loosen(name: &str, request: &mut http::Request<Bytes>) {
    if let Ok(mut body) = serde_json::from_slice::<Value>(request.body()) {
        loose::loosen(name, &mut body);
        *request.body_mut() = Bytes::from(body.to_string());
    }
}
