//! The way out: callbacks with signed tokens, and everything that can happen to them.

mod error;
mod forgery;
mod letter;
mod loose;
#[cfg(feature = "v0_5")]
mod older;
mod token;

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use abdm_core::call::{Call, Envelope};
use abdm_core::clock::format_timestamp;
use abdm_core::endpoint::{Endpoint, SignedCallback};
use abdm_core::headers;
use abdm_core::id::{ConsentId, RequestId};
use abdm_core::transport::{Transport as _, TransportError};
use chrono::{DateTime, TimeDelta, Utc};
use hip_services::api::consent::OnConsentNotify;
use hip_services::api::hip_linking::OnLinkCareContexts;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) use self::error::abdm_error;
pub use self::forgery::Forgery;
use self::letter::Letter;
#[cfg(feature = "v0_5")]
pub(crate) use self::older::KEY_SUFFIX as OLDER_KEY_SUFFIX;
pub(crate) use self::token::CallbackToken;
use crate::engine::Engine;
use crate::journal::{Delivery as State, Entry, Mentioned, OnItsWay, Try};
use crate::pending::{Errand, Work};
use crate::played::Part;
use crate::services::names::EndpointName;
use crate::transcript::{Exchange, Observer as _, Party};
use crate::world::{Awaited, ClientId, World};

/// How long an answer to a callback is waited for.
const DEADLINE: Duration = Duration::from_secs(10);
/// A callback that waits for another one to overtake it waits no longer than this.
const LONGEST_HOLD: Duration = Duration::from_secs(20);
/// Where all of them wait by turns, at live pace.
const LONGEST_SWITCHED_HOLD: Duration = Duration::from_secs(2);
/// Where a callback goes until it is known where it goes.
const NOWHERE: &str = "http://bridge.invalid";

/// One callback on its way.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Delivery {
    #[serde(with = "crate::services::names")]
    name: EndpointName,
    to: ClientId,
    request_id: RequestId,
    /// As it will be sent, but for its address, its time and its bearer.
    letter: Letter,
    stage: Stage,
}

/// How far a callback has come.
#[derive(Debug, Clone, Serialize, Deserialize)]
enum Stage {
    /// It was just made, with these ids in its body, by the names of their fields.
    New(BTreeMap<String, BTreeSet<String>>),
    /// Its delay ends then.
    Waiting(DateTime<Utc>),
    /// It waits until another one has been delivered, but no longer than this.
    Held(DateTime<Utc>),
    /// It is being delivered.
    Sending,
    /// The receiver did not take it: then it is delivered once more.
    Again {
        at: DateTime<Utc>,
        /// By how much the clock had been moved when the wait began.
        moved: TimeDelta,
        written: Written,
    },
}

impl Delivery {
    /// As what it stands in the list of what is on its way.
    pub(crate) fn shown(&self) -> OnItsWay {
        let (state, due_at) = match &self.stage {
            Stage::New(_) => (State::Waiting, None),
            Stage::Waiting(at) => (State::Waiting, Some(*at)),
            Stage::Held(at) => (State::Held, Some(*at)),
            Stage::Sending => (State::Sending, None),
            Stage::Again { at, .. } => (State::AwaitingRedelivery, Some(*at)),
        };
        OnItsWay {
            endpoint: Some(self.name),
            request_id: Some(self.request_id.to_string()),
            state: Some(state),
            due_at,
            ..OnItsWay::new("callback")
        }
    }
}

impl Engine {
    /// Calls the bridge of `to` back, after the live delay. The `REQUEST-ID` is told at once, so
    /// that the caller can await its answer.
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
        let (meta, now) = (&E::META, self.now());
        let call = Call::<E>::new(body).headers(headers);
        let envelope = Envelope::new(request_id, now);
        let Ok(request) = call.to_http_at(&format!("{NOWHERE}{}", meta.path), &envelope) else {
            tracing::warn!(callback = meta.name, "the callback cannot be written");
            return;
        };
        let place = (meta.name, meta.method.as_str(), meta.path);
        let entry = Entry::of_callback(place, to.to_string(), request_id.to_string(), &json, now);
        let delivery = Delivery {
            name: meta.name,
            to: to.clone(),
            request_id,
            letter: Letter::of(&request),
            stage: Stage::New(entry.ids.clone()),
        };
        let way = self.journal().send(entry, delivery.shown());
        self.undertake_as(way, Work::Callback(Box::new(delivery)));
    }
}

/// A callback that is being delivered.
struct Trip<'a> {
    errand: &'a Errand,
    delivery: Delivery,
}

impl Trip<'_> {
    fn engine(&self) -> &Engine {
        self.errand.engine()
    }

    /// How it stands now, for whoever looks and for a restart.
    fn is(&mut self, stage: Stage) {
        self.delivery.stage = stage;
        let OnItsWay { state, due_at, .. } = self.delivery.shown();
        self.errand.note(Work::Callback(Box::new(self.delivery.clone())));
        self.errand.way().is(state.unwrap_or(State::Sending), due_at);
    }

    /// How it ended.
    fn ended(&self, delivered: bool) {
        self.errand.way().is(if delivered { State::Delivered } else { State::Failed }, None);
    }
}

/// Brings a callback to its receiver, from where it stands on.
pub(crate) async fn deliver(errand: &Errand, delivery: Delivery) {
    let mut trip = Trip { errand, delivery };
    match trip.delivery.stage.clone() {
        Stage::New(ids) => {
            #[cfg(feature = "v0_5")]
            if !older::translate(&mut trip) {
                return trip.ended(false);
            }
            name_parties(&trip, &ids);
            let engine = trip.engine();
            let delay =
                engine.scaled(engine.random_seconds(engine.switches().callback_delay_seconds));
            let until = engine.after(delay);
            trip.is(Stage::Waiting(until));
            leave(&mut trip, until).await;
        }
        Stage::Waiting(until) => leave(&mut trip, until).await,
        Stage::Held(until) => {
            hold(&mut trip, until).await;
            go(&mut trip, true).await;
        }
        Stage::Sending => go(&mut trip, false).await,
        Stage::Again { at, moved, written } => go_again(&mut trip, at, moved, written).await,
    }
}

/// Notes for the journal whom it goes to, and whom it is about.
fn name_parties(trip: &Trip<'_>, ids: &BTreeMap<String, BTreeSet<String>>) {
    let (to, patients) = {
        let world = trip.engine().world();
        let patients = Mentioned::patients(ids, &world);
        (world.party_of(&trip.delivery.to).to_string(), patients)
    };
    trip.engine().journal().change(trip.errand.way().number(), |entry| {
        entry.to = to;
        entry.patients.extend(patients);
    });
}

/// Waits for its time, and leaves unless a fault is in the way.
async fn leave(trip: &mut Trip<'_>, until: DateTime<Utc>) {
    let (engine, name) = (Arc::clone(trip.errand.engine()), trip.delivery.name);
    engine.moved_clock().sleep_until(until).await;
    let ends = HoldEnds {
        by_fault: engine.after(LONGEST_HOLD),
        by_switch: engine.after(engine.scaled(LONGEST_SWITCHED_HOLD)),
    };
    let (lost, held_until) = {
        let mut world = engine.world();
        let always = world.switches.drop_callbacks.iter().any(|dropped| dropped == name);
        let lost = world.faults.take_drop(name) || always;
        let held_until = if lost { None } else { take_hold(&mut world, name, ends) };
        if let Some(until) = held_until {
            world.faults.held.push_back(trip.errand.way().number());
            trip.is(Stage::Held(until));
        } else if lost {
            trip.errand.done();
        }
        (lost, held_until)
    };
    if lost {
        tracing::info!(callback = name, "the callback is lost, as switched");
        trip.errand.way().is(State::Lost, None);
        return;
    }
    if let Some(until) = held_until {
        hold(trip, until).await;
    }
    go(trip, held_until.is_some()).await;
}

/// Until when a callback waits at the longest.
struct HoldEnds {
    /// For a fault.
    by_fault: DateTime<Utc>,
    /// For the switch that has every second callback wait.
    by_switch: DateTime<Utc>,
}

/// Until when this callback waits for another one to overtake it, if it does.
fn take_hold(world: &mut World, name: &str, ends: HoldEnds) -> Option<DateTime<Utc>> {
    if world.faults.take_hold(name) {
        return Some(ends.by_fault);
    }
    if !world.switches.reorder_callbacks || !world.faults.held.is_empty() {
        return None;
    }
    world.turn("a callback that may wait").is_multiple_of(2).then_some(ends.by_switch)
}

/// Waits until another one has been delivered.
async fn hold(trip: &mut Trip<'_>, until: DateTime<Utc>) {
    let (engine, number) = (Arc::clone(trip.errand.engine()), trip.errand.way().number());
    let overtaken = async {
        loop {
            let mut released = pin!(engine.released().notified());
            released.as_mut().enable();
            if !engine.world().faults.held.contains(&number) {
                return;
            }
            released.await;
        }
    };
    tokio::select! {
        () = overtaken => {}
        () = engine.moved_clock().sleep_until(until) => {
            engine.world().faults.held.retain(|held| *held != number);
        }
    }
}

/// Sends it, and sees to it that it comes once more when it was not taken.
async fn go(trip: &mut Trip<'_>, waited: bool) {
    let engine = Arc::clone(trip.errand.engine());
    trip.is(Stage::Sending);
    engine.rotate_as_switched().await;
    let Some(written) = write(&engine, trip) else {
        return trip.ended(false);
    };
    for forged in forged_copies(&engine, &written) {
        send(trip, &forged).await;
    }
    let delivered = send(trip, &written.letter).await;
    if !waited && engine.world().faults.held.pop_front().is_some() {
        engine.released().notify_waiters();
    }
    let comes_twice = {
        let mut world = engine.world();
        world.faults.take_duplicate() || world.switches.duplicate_callbacks
    };
    if comes_twice {
        send(trip, &written.letter).await;
    }
    let (redeliver, pause) = {
        let switches = &engine.world().switches;
        (switches.redeliver, switches.redelivery_after_seconds)
    };
    if delivered || !redeliver {
        return trip.ended(delivered);
    }
    let pause = engine.scaled(Duration::try_from_secs_f64(pause).unwrap_or_default());
    let pause = token::redelivery_wait(pause, written.token_ends_at, written.at);
    let (at, moved) = (engine.after(pause), engine.moved_clock().moved());
    trip.is(Stage::Again { at, moved, written: written.clone() });
    go_again(trip, at, moved, written).await;
}

/// Delivers it once more, at the time for it.
async fn go_again(trip: &mut Trip<'_>, at: DateTime<Utc>, moved: TimeDelta, written: Written) {
    let engine = Arc::clone(trip.errand.engine());
    engine.moved_clock().sleep_until(at).await;
    tracing::info!(callback = trip.delivery.name, "the callback is delivered once more");
    trip.errand.way().is(State::Sending, None);
    let moved = engine.moved_clock().moved() - moved;
    let again = token::aged(&engine, &written, moved).unwrap_or(written.letter);
    let delivered = send(trip, &again).await;
    trip.ended(delivered);
}

/// A callback as it goes out: a later delivery is the same to the letter.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Written {
    /// The whole HTTP request, token included.
    letter: Letter,
    at: DateTime<Utc>,
    token_ends_at: DateTime<Utc>,
}

fn write(engine: &Engine, trip: &Trip<'_>) -> Option<Written> {
    let delivery = &trip.delivery;
    let Some(url) = engine.world().registry.url(&delivery.to) else {
        tracing::warn!(
            callback = delivery.name,
            client = delivery.to.as_str(),
            "no callback URL is registered, so nobody hears of this"
        );
        unsendable(trip, "no callback URL is registered");
        return None;
    };
    // The receiver's clock does not move with the sandbox's.
    let at = engine.unmoved_now();
    let forgery = engine.world().faults.take_forgery(delivery.name);
    #[cfg(feature = "v0_5")]
    let own = older::token(engine, delivery.name, at);
    #[cfg(not(feature = "v0_5"))]
    let own = None;
    let (token, token_ends_at) = if let Some(kind) = forgery {
        let life = crate::world::seconds(engine.world().switches.callback_token_seconds);
        (forgery::token(engine, kind, at, life.num_seconds()).ok()?, at + life)
    } else if let Some(own) = own {
        own
    } else {
        token::token(engine, &engine.keys(), at).ok()?
    };
    let mut letter = delivery.letter.clone();
    if !letter.address_to(&url) {
        tracing::warn!(callback = delivery.name, "the registered callback URL is not usable");
        unsendable(trip, "the registered callback URL is not usable");
        return None;
    }
    letter.body = loosened(engine, delivery.name, &letter.body);
    letter.set(headers::AUTHORIZATION, format!("Bearer {token}"));
    let is_long = |world: &World| {
        let is_link_answer = delivery.name == OnLinkCareContexts::META.name;
        // The turn was counted when the body was written.
        world.switches.loose_bodies
            && is_link_answer
            && world.turns_of(delivery.name).is_multiple_of(2)
    };
    let is_long = is_long(&engine.world());
    let timestamp = if is_long { long_timestamp(at) } else { format_timestamp(at) };
    if letter.has(headers::TIMESTAMP) {
        letter.set(headers::TIMESTAMP, timestamp);
    }
    Some(Written { letter, at, token_ends_at })
}

/// By switch, the same callback with bearers that are not the gateway's: they come first, and no
/// receiver may take them.
fn forged_copies(engine: &Engine, written: &Written) -> Vec<Letter> {
    let switches = engine.switches();
    let life = crate::world::seconds(switches.callback_token_seconds).num_seconds();
    let copy = |kind| {
        let token = forgery::token(engine, kind, written.at, life).ok()?;
        let mut copy = written.letter.clone();
        copy.set(headers::AUTHORIZATION, format!("Bearer {token}"));
        Some(copy)
    };
    switches.forged_copies.into_iter().filter_map(copy).collect()
}

/// As live `on_carecontext` once had it: nine fraction digits and no zone (live-measurements.md
/// 24).
fn long_timestamp(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.9f").to_string()
}

/// Notes in the journal why there is nothing to send.
fn unsendable(trip: &Trip<'_>, why: &str) {
    let attempt = Try::unsent(trip.engine().now(), why);
    trip.engine().journal().change(trip.errand.way().number(), |entry| entry.tries.push(attempt));
}

/// Sends it; whether it was taken.
async fn send(trip: &Trip<'_>, letter: &Letter) -> bool {
    let (engine, delivery) = (trip.engine(), &trip.delivery);
    let Ok(request) = letter.to_http() else {
        unsendable(trip, "it cannot be written as HTTP");
        return false;
    };
    let parties = {
        let mut world = engine.world();
        let is_notice = delivery.name.starts_with(OnConsentNotify::META.name);
        if let (true, Some(Awaited::HipNotice { sent_at, .. })) =
            (is_notice, world.awaited.get_mut(&delivery.request_id))
        {
            *sent_at = Some(engine.unmoved_now());
        }
        (Party::Abdm, world.party_of(&delivery.to))
    };
    let (at, started) = (engine.now(), Instant::now());
    let result = engine.transport().send(request.clone(), DEADLINE).await;
    let took = started.elapsed();
    let answer = result.as_ref().ok();
    let exchange = Exchange::from_http(parties, at, &request, answer, took);
    engine.observers().exchanged(&exchange);
    let error = result.as_ref().err().map(told);
    let number = trip.errand.way().number();
    engine.journal().change(number, |entry| entry.tried(&exchange, error));
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

/// Whether a notice is of a consent of a played HIU whose HI types come in one text.
fn is_of_joining_hiu(world: &World, notice: &Value) -> bool {
    let id = notice.pointer("/notification/consentId").and_then(Value::as_str);
    let artefact = id.and_then(|id| world.artefacts.get(&ConsentId::new(id).ok()?));
    artefact.and_then(|artefact| world.played.get(artefact.hiu.as_str())).is_some_and(
        |played| matches!(&played.part, Part::Hiu(hiu) if hiu.habits.hi_types_in_one_text),
    )
}

/// The body with the liberties that are switched on.
fn loosened(engine: &Engine, name: &'static str, body: &str) -> String {
    let Ok(mut json) = serde_json::from_str::<Value>(body) else {
        return body.to_owned();
    };
    let mut world = engine.world();
    if world.switches.loose_bodies {
        let turn = world.turn(name);
        loose::loosen(name, turn, &mut json);
    }
    if world.switches.hi_types_in_one_text || is_of_joining_hiu(&world, &json) {
        loose::join_hi_types(name, &mut json);
    }
    json.to_string()
}
