//! The way out: callbacks with signed tokens, and everything that can happen to them.

mod forgery;
mod loose;
mod token;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use abdm_core::call::{Call, Envelope};
use abdm_core::endpoint::{Endpoint, SignedCallback};
use abdm_core::headers;
use abdm_core::id::RequestId;
use abdm_core::secret::AccessToken;
use abdm_core::transport::{Transport as _, TransportError};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use hip_services::api::linking::OnLinkCareContexts;
use serde_json::Value;
use tokio::sync::oneshot;

pub use self::forgery::Forgery;
pub(crate) use self::token::CallbackToken;
use crate::engine::Engine;
use crate::journal::{Delivery as State, Entry, Mentioned, OnItsWay, Try, Way};
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
    /// The ids in its body, by the names of their fields.
    ids: BTreeMap<String, BTreeSet<String>>,
    /// Its place in the journal.
    way: Way,
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
        let json = serde_json::to_value(&body).unwrap_or_default();
        let call = Call::<E>::with_headers(headers, body);
        let (meta, id) = (&E::META, request_id.to_string());
        let place = (meta.name, meta.method.as_str(), meta.path);
        let entry = Entry::of_callback(place, to.to_string(), id.clone(), &json, self.now());
        let way = OnItsWay {
            endpoint: Some(meta.name),
            request_id: Some(id),
            state: Some(State::Waiting),
            ..OnItsWay::new("callback")
        };
        let ids = entry.ids.clone();
        let way = self.journal().send(entry, way);
        let engine = Arc::clone(self);
        let delivery = Delivery {
            name: E::META.name,
            to: to.clone(),
            request_id,
            call: Box::new(move |base, envelope| {
                let url = format!("{}{}", base.trim_end_matches('/'), E::META.path);
                let mut request = call.to_http_at(&url, envelope).ok()?;
                loosen(&engine, E::META.name, &mut request);
                Some(request)
            }),
            ids,
            way,
        };
        let engine = Arc::clone(self);
        self.spawn(async move { deliver(&engine, delivery).await });
    }
}

async fn deliver(engine: &Engine, delivery: Delivery) {
    let way = &delivery.way;
    let (to, patients) = {
        let world = engine.world();
        let patients = Mentioned::patients(&delivery.ids, &world);
        (world.party_of(&delivery.to).to_string(), patients)
    };
    engine.journal().change(way.number(), |entry| {
        entry.to = to;
        entry.patients.extend(patients);
    });
    let delay = engine.random_seconds(engine.switches().callback_delay_seconds);
    way.is(State::Waiting, after(engine, engine.scaled(delay)));
    engine.pause(delay).await;
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
        way.is(State::Lost, None);
        return;
    }
    let waited = held.is_some();
    if let Some(wait) = held {
        way.is(State::Held, after(engine, LONGEST_HOLD));
        let _overtaken = engine.moved_clock().within(LONGEST_HOLD, wait).await;
    }
    way.is(State::Sending, None);
    let Some(written) = write(engine, &delivery) else {
        way.is(State::Failed, None);
        return;
    };
    let request = &written.request;
    let delivered = send(engine, &delivery, request.clone()).await;
    if !waited && let Some(release) = engine.world().faults.held.pop_front() {
        let _gone = release.send(());
    }
    if engine.world().faults.take_duplicate() {
        send(engine, &delivery, request.clone()).await;
    }
    let (redeliver, pause) = {
        let switches = &engine.world().switches;
        (switches.redeliver, switches.redelivery_after_seconds)
    };
    if delivered || !redeliver {
        way.is(if delivered { State::Delivered } else { State::Failed }, None);
        return;
    }
    let pause = engine.scaled(Duration::try_from_secs_f64(pause).unwrap_or_default());
    let pause = token::redelivery_wait(pause, written.token_ends_at, written.at);
    way.is(State::AwaitingRedelivery, after(engine, pause));
    let moved = engine.moved_clock().moved();
    engine.moved_clock().sleep(pause).await;
    tracing::info!(callback = delivery.name, "the callback is delivered once more");
    way.is(State::Sending, None);
    let moved = engine.moved_clock().moved() - moved;
    let again = token::aged(engine, &written, moved).unwrap_or(written.request);
    let delivered = send(engine, &delivery, again).await;
    way.is(if delivered { State::Delivered } else { State::Failed }, None);
}

/// So long from now, by the sandbox's clock.
fn after(engine: &Engine, long: Duration) -> Option<DateTime<Utc>> {
    engine.now().checked_add_signed(TimeDelta::from_std(long).ok()?)
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
        unsendable(engine, delivery, "no callback URL is registered");
        return None;
    };
    // The receiver's clock does not move with the sandbox's.
    let at = engine.unmoved_now();
    let forgery = engine.world().faults.take_forgery(delivery.name);
    let (token, token_ends_at) = if let Some(kind) = forgery {
        let life = crate::world::seconds(engine.world().switches.callback_token_seconds);
        (forgery::token(engine, kind, at, life.num_seconds()).ok()?, at + life)
    } else {
        token::token(engine, &engine.keys(), at).ok()?
    };
    let token = AccessToken::new(token);
    let envelope = Envelope::new(delivery.request_id, at).bearer(&token);
    let Some(mut request) = (delivery.call)(&url, &envelope) else {
        tracing::warn!(callback = delivery.name, "the registered callback URL is not usable");
        unsendable(engine, delivery, "the registered callback URL is not usable");
        return None;
    };
    let is_long = |world: &World| {
        let is_link_answer = delivery.name == OnLinkCareContexts::META.name;
        // The turn was counted when the body was written.
        world.switches.loose_bodies
            && is_link_answer
            && world.turns_of(delivery.name).is_multiple_of(2)
    };
    if is_long(&engine.world()) {
        headers::set(request.headers_mut(), headers::TIMESTAMP, &long_timestamp(at)).ok()?;
    }
    Some(Written { request, at, token_ends_at })
}

/// As live `on_carecontext` once had it: nine fraction digits and no zone (live-measurements.md 24).
fn long_timestamp(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.9f").to_string()
}

/// Notes in the journal why there is nothing to send.
fn unsendable(engine: &Engine, delivery: &Delivery, why: &str) {
    let attempt = Try::unsent(engine.now(), why);
    engine.journal().change(delivery.way.number(), |entry| entry.tries.push(attempt));
}

/// Sends it; whether it was taken.
async fn send(engine: &Engine, delivery: &Delivery, request: http::Request<Bytes>) -> bool {
    let parties = (Party::Abdm, engine.world().party_of(&delivery.to));
    let (at, started) = (engine.now(), Instant::now());
    let result = engine.transport().send(request.clone(), DEADLINE).await;
    let took = started.elapsed();
    let answer = result.as_ref().ok();
    let exchange = Exchange::from_http(parties, at, &request, answer, took);
    engine.observers().exchanged(&exchange);
    let error = result.as_ref().err().map(told);
    engine.journal().change(delivery.way.number(), |entry| entry.tried(&exchange, error));
    match result {
        Ok(answer) if answer.status().is_success() => true,
        Ok(answer) => {
            let status = answer.status().as_u16();
            tracing::warn!(callback = delivery.name, status, "the callback was refused");
            false
        }
        Err(error) => {
            let error = told(&error);
            tracing::warn!(callback = delivery.name, error, "the callback found nobody");
            false
        }
    }
}

/// An error with its causes, the innermost last.
fn told(error: &TransportError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

fn loosen(engine: &Engine, name: &'static str, request: &mut http::Request<Bytes>) {
    let Ok(mut body) = serde_json::from_slice::<Value>(request.body()) else {
        return;
    };
    let mut world = engine.world();
    if world.switches.loose_bodies {
        let turn = world.turn(name);
        loose::loosen(name, turn, &mut body);
    }
    if world.switches.hi_types_in_one_text {
        loose::join_hi_types(name, &mut body);
    }
    drop(world);
    *request.body_mut() = Bytes::from(body.to_string());
}
