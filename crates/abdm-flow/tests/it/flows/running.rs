//! The runner, with everything that a gateway, a host and a store do to it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use abdm_base::clock::Clock;
use abdm_flow::store::{DeadItem, FlowId, FlowStore, MemoryStore, StoreError};
use abdm_flow::testing::{Gate, GatedStore};
use abdm_flow::{EngineError, EngineOptions, Flow, FlowError};
use async_trait::async_trait;
use chrono::TimeDelta;

use super::errand::{Errand, Event, State};
use super::node::{Look, Node, fresh_id, scope};
use super::town::{AtWork, Fate, Gateway, LONG, Town, begin_message, message, runner};

pub(super) fn store() -> Arc<MemoryStore> {
    Arc::new(MemoryStore::new())
}

pub(super) fn at_work(gateway: &Arc<Gateway>, store: &Arc<MemoryStore>) -> AtWork {
    let store: Arc<dyn FlowStore> = store.clone();
    AtWork::begin(runner(gateway, store, EngineOptions::default()))
}

/// Lets an errand run to its end, and returns it.
async fn errand_with(fates: impl IntoIterator<Item = Fate>) -> (Errand, Arc<Gateway>) {
    let (gateway, store) = (Gateway::with(fates), store());
    let town = at_work(&gateway, &store);
    let id = town.start("a").await;
    let end = town.runner.wait_done(id, LONG).await.unwrap();
    // Late messages and wake-ups must not change the end.
    tokio::time::sleep(Duration::from_secs(3_600)).await;
    assert_eq!(town.runner.load(id).await.unwrap().unwrap(), end);
    assert_eq!(store.letters().await, []);
    let depths = store.depths_of(Errand::KIND).await;
    assert_eq!((depths.messages, depths.effects), (0, 0));
    (end, gateway)
}

pub(super) const STRAIGHT: [&str; 4] = ["begin", "token", "linked", "notified"];

#[tokio::test(start_paused = true)]
async fn an_errand_goes_from_call_to_callback_to_call() {
    let (end, gateway) = errand_with([]).await;
    assert_eq!(end.log, STRAIGHT);
    assert_eq!(gateway.calls(), ["ask", "link", "notify"]);
}

#[tokio::test(start_paused = true)]
async fn doubled_callbacks_change_nothing() {
    for fates in [[Fate::Double; 2], [Fate::DoubleAnew; 2]] {
        let (end, gateway) = errand_with(fates).await;
        assert_eq!(end.log, STRAIGHT);
        assert_eq!(gateway.calls(), ["ask", "link", "notify"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_callback_that_comes_too_early_waits_for_its_turn() {
    let (end, _) = errand_with([Fate::Early, Fate::Silence]).await;
    assert_eq!(end.log, STRAIGHT, "the link was never answered after its call");
}

#[tokio::test(start_paused = true)]
async fn silence_makes_the_flow_ask_again() {
    let (end, gateway) = errand_with([Fate::Silence, Fate::Answer, Fate::Silence]).await;
    assert_eq!(end.log, ["begin", "woken", "token", "woken", "linked", "notified"]);
    assert_eq!(gateway.calls(), ["ask", "ask", "link", "link", "notify"]);
}

#[tokio::test(start_paused = true)]
async fn silence_for_ever_ends_the_flow() {
    let (end, gateway) = errand_with([Fate::Silence; 20]).await;
    assert_eq!(end.state, State::GivenUp { what: "asking".into() });
    assert_eq!(gateway.calls(), ["ask"; 6]);
}

#[tokio::test(start_paused = true)]
async fn a_late_callback_finds_the_call_it_answers_among_several() {
    // The first ask is answered after the second was made.
    let (end, _) = errand_with([Fate::Slow(320), Fate::Silence]).await;
    assert_eq!(end.log, ["begin", "woken", "token", "linked", "notified"]);
}

#[tokio::test(start_paused = true)]
async fn a_failing_call_is_tried_again_after_growing_pauses() {
    let gateway = Gateway::with([Fate::Fail; 5]);
    let (store, begun) = (store(), gateway.clock.now());
    let town = at_work(&gateway, &store);
    let id = town.start("a").await;
    let end = town.runner.wait_until(id, Errand::is_done, LONG).await.unwrap();
    assert_eq!(end.log, STRAIGHT);
    assert_eq!(gateway.count("ask"), 6);
    let took = gateway.clock.now() - begun;
    let full = TimeDelta::seconds(1 + 2 + 4 + 8 + 16);
    assert!(took >= full * 3 / 4 && took <= full + TimeDelta::seconds(1), "{took}");
}

#[tokio::test(start_paused = true)]
async fn a_final_refusal_reaches_the_flow() {
    let (end, gateway) = errand_with([Fate::Answer, Fate::Refuse]).await;
    assert_eq!(end.state, State::GivenUp { what: "linking".into() });
    assert_eq!(gateway.calls(), ["ask", "link"]);
}

#[tokio::test(start_paused = true)]
async fn an_effect_that_never_succeeds_is_set_aside_and_can_be_replayed() {
    let (gateway, store) = (Gateway::with([Fate::Fail; 3]), store());
    let mut options = EngineOptions::default();
    options.max_attempts = 3;
    let town = AtWork::begin(runner(&gateway, store.clone(), options));
    let id = town.start("a").await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    let letters = store.letters().await;
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].reason, "given up after 3 tries");
    assert!(matches!(&letters[0].item, DeadItem::Effect(effect) if effect.flow == id));
    assert_eq!(gateway.count("ask"), 3);
    assert!(store.replay(&scope(), letters[0].work, gateway.clock.now()).await.unwrap());
    let end = town.runner.wait_until(id, Errand::is_done, Duration::from_secs(60)).await.unwrap();
    assert_eq!(end.log, STRAIGHT);
}

fn with_patience(seconds: u64) -> EngineOptions {
    let mut options = EngineOptions::default();
    options.patience = Duration::from_secs(seconds);
    options
}

#[tokio::test(start_paused = true)]
async fn an_effect_that_hangs_is_broken_off_and_tried_again() {
    let (gateway, store) = (Gateway::with([Fate::Hang]), store());
    let town = AtWork::begin(runner(&gateway, store.clone(), with_patience(45)));
    let id = town.start("a").await;
    let end = town.runner.wait_until(id, Errand::is_done, Duration::from_secs(60)).await.unwrap();
    assert_eq!((end.log, gateway.count("ask")), (STRAIGHT.map(Into::into).into(), 2));
}

#[tokio::test(start_paused = true)]
async fn an_effect_that_gets_on_may_take_longer_than_the_patience() {
    let (gateway, store) = (Gateway::with([Fate::Parts(5)]), store());
    let town = AtWork::begin(runner(&gateway, store.clone(), with_patience(45)));
    let (id, begun) = (town.start("a").await, gateway.clock.now());
    town.runner.wait_until(id, Errand::is_done, LONG).await.unwrap();
    assert_eq!(gateway.count("ask"), 1);
    assert!(gateway.clock.now() - begun >= TimeDelta::seconds(150));
}

#[tokio::test(start_paused = true)]
async fn a_message_whose_reading_hangs_is_put_off_and_holds_nothing_up() {
    let (gateway, store) = (Gateway::with([]), store());
    let mut options = with_patience(45);
    (options.concurrency, options.max_deferrals) = (1, 2);
    let town = AtWork::begin(runner(&gateway, store.clone(), options));
    town.runner.accept(&message(&gateway, "m", r#"{"what":"hang"}"#)).await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    let id = town.start("a").await;
    town.runner.wait_until(id, Errand::is_done, Duration::from_secs(600)).await.unwrap();
    tokio::time::sleep(Duration::from_secs(600)).await;
    let letters = store.letters().await;
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].reason, "waited in vain: it was not read in time");
}

#[tokio::test(start_paused = true)]
async fn a_panic_of_the_host_is_survived() {
    let (end, gateway) = errand_with([Fate::Panic, Fate::Answer, Fate::Panic, Fate::Panic]).await;
    assert_eq!(end.log, STRAIGHT);
    assert_eq!((gateway.count("ask"), gateway.count("link")), (2, 3));
}

#[tokio::test(start_paused = true)]
async fn a_message_that_always_crashes_its_reader_is_set_aside() {
    let (gateway, store) = (Gateway::with([]), store());
    let mut options = EngineOptions::default();
    options.max_attempts = 3;
    let town = AtWork::begin(runner(&gateway, store.clone(), options));
    town.runner.accept(&message(&gateway, "m", r#"{"what":"panic"}"#)).await.unwrap();
    tokio::time::sleep(Duration::from_secs(95)).await;
    let letters = store.letters().await;
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].reason, "given up: every attempt to take it ended in a crash");
}

/// Another node, which moves the flow on between "too early" and putting the message off.
#[derive(Debug)]
struct Meddler {
    other: Node<Town>,
    flow: FlowId,
    /// Sees the flow found, then the message put off.
    loaded: AtomicBool,
}

#[async_trait]
impl Gate for Meddler {
    async fn before(&self, call: &'static str) -> Result<(), StoreError> {
        if call == "commit" && self.loaded.swap(false, Ordering::SeqCst) {
            self.other.deliver(self.flow, Event::Token("t-1".into())).await.unwrap();
        }
        Ok(())
    }

    async fn after(&self, call: &'static str) -> Result<(), StoreError> {
        if call == "find" {
            self.loaded.store(true, Ordering::SeqCst);
        }
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_at_the_last_moment_is_not_slept_through() {
    let (gateway, store) = (Gateway::with([Fate::Silence; 9]), store());
    let other = runner(&gateway, store.clone(), EngineOptions::default());
    let begin = Event::Begin { name: "asha".into() };
    let flow = other.start(Errand::new(), begin).await.unwrap();
    let linked = message(&gateway, "m", r#"{"what":"linked","errand":"asha"}"#);
    other.accept(&linked).await.unwrap();
    let loaded = AtomicBool::new(false);
    let gate = Arc::new(Meddler { other: other.clone(), flow, loaded });
    let gated = Arc::new(GatedStore::new(store, Arc::clone(&gate)));
    let _node = AtWork::begin(runner(&gateway, gated, EngineOptions::default()));
    // Through the other node, since looking through the gate would set it off.
    let end = other.wait_until(flow, Errand::is_done, Duration::from_secs(60)).await.unwrap();
    assert_eq!(end.log, STRAIGHT);
}

#[tokio::test(start_paused = true)]
async fn a_begin_that_comes_twice_begins_one_flow() {
    let (gateway, store) = (Gateway::with([]), store());
    let town = at_work(&gateway, &store);
    for id in ["b-1", "b-2", "b-1", "b-3"] {
        town.runner.accept(&begin_message(&gateway, id, "asha")).await.unwrap();
    }
    let again = town.runner.accept(&begin_message(&gateway, "b-1", "asha")).await.unwrap();
    assert!(!again);
    tokio::time::sleep(Duration::from_secs(5)).await;
    let flows = store.all(Errand::KIND).await;
    assert_eq!(flows.len(), 1);
    assert!(flows[0].done);
    assert_eq!(gateway.calls(), ["ask", "link", "notify"]);
}

#[tokio::test(start_paused = true)]
async fn starting_once_starts_once() {
    let (gateway, store) = (Gateway::with([]), store());
    let town = at_work(&gateway, &store);
    let start = async || {
        let event = Event::Begin { name: "asha".into() };
        town.runner.start_once(Errand::key("asha"), Errand::new(), event).await.unwrap()
    };
    let (first, second) = tokio::join!(start(), start());
    assert_eq!(first.id, second.id);
    assert!(first.fresh != second.fresh);
    town.runner.wait_done(first.id, LONG).await.unwrap();
    let late = start().await;
    assert_eq!((late.id, late.fresh), (first.id, false), "a finished flow counts too");
}

#[tokio::test(start_paused = true)]
async fn what_has_failed_makes_room_for_one_more_start_and_what_has_not_does_not() {
    let (gateway, store) = (Gateway::with([Fate::Silence]), store());
    let town = at_work(&gateway, &store);
    let start = async |failed: fn(&Errand) -> bool| {
        let event = Event::Begin { name: "asha".into() };
        let key = Errand::key("asha");
        town.runner.start_once_or_again(key, Errand::new(), event, failed).await.unwrap()
    };
    let first = start(|_| true).await;
    let under_way = start(|_| true).await;
    assert_eq!((under_way.id, under_way.fresh), (first.id, false), "it has not ended");
    town.runner.wait_done(first.id, LONG).await.unwrap();
    let kept = start(|_| false).await;
    assert_eq!((kept.id, kept.fresh), (first.id, false));
    let (second, third) = tokio::join!(start(|_| true), start(|_| true));
    assert_ne!(second.id, first.id);
    assert_eq!(second.id, third.id, "two at the same moment are one");
    assert!(second.fresh != third.fresh);
}

#[tokio::test(start_paused = true)]
async fn a_message_before_its_flow_waits_for_it() {
    let (gateway, store) = (Gateway::with([Fate::Silence]), store());
    let town = at_work(&gateway, &store);
    let early = message(&gateway, "m", r#"{"what":"token:t-1","errand":"asha"}"#);
    town.runner.accept(&early).await.unwrap();
    tokio::time::sleep(Duration::from_secs(100)).await;
    assert_eq!(store.depths_of(Errand::KIND).await.messages, 1);
    let id = town.start("asha").await;
    let linking = |errand: &Errand| matches!(errand.state, State::Linking { .. });
    town.runner.wait_until(id, linking, Duration::from_millis(20)).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_message_waits_within_bounds_and_is_then_set_aside_with_its_reason() {
    let (gateway, store) = (Gateway::with([Fate::Silence; 20]), store());
    let mut options = EngineOptions::default();
    options.max_deferral_age = Duration::from_secs(480);
    options.max_deferrals = u32::MAX;
    let town = AtWork::begin(runner(&gateway, store.clone(), options));
    town.start("asha").await;
    for (id, body) in [
        ("flow", r#"{"what":"linked","errand":"asha"}"#),
        ("key", r#"{"what":"linked","errand":"nobody"}"#),
        ("call", r#"{"what":"linked","answers":"8c6b7a52-9e4e-4a43-9b10-4a2f5f6d7e80"}"#),
        ("host", r#"{"what":"wait"}"#),
    ] {
        town.runner.accept(&message(&gateway, id, body)).await.unwrap();
    }
    tokio::time::sleep(Duration::from_secs(7 * 60)).await;
    assert_eq!(store.depths_of(Errand::KIND).await.messages, 4);
    tokio::time::sleep(Duration::from_secs(2 * 60)).await;
    let letters = store.letters().await;
    let mut reasons: Vec<&str> = letters.iter().map(|letter| letter.reason.as_str()).collect();
    reasons.sort_unstable();
    let expected = [
        "waited in vain: the database sleeps",
        "waited in vain: the event `linked` came too early, the flow is in the state `asking`",
        "waited in vain: the flow that it belongs to is not there",
        "waited in vain: the flow that it belongs to is not there",
    ];
    assert_eq!(reasons, expected);
}

#[tokio::test(start_paused = true)]
async fn a_message_is_put_off_a_bounded_number_of_times() {
    let (gateway, store) = (Gateway::with([]), store());
    let mut options = EngineOptions::default();
    options.max_deferrals = 4;
    let town = AtWork::begin(runner(&gateway, store.clone(), options));
    town.runner.accept(&message(&gateway, "m", r#"{"what":"wait"}"#)).await.unwrap();
    tokio::time::sleep(Duration::from_secs(5)).await;
    let letters = store.letters().await;
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].reason, "waited in vain: the database sleeps");
}

#[tokio::test(start_paused = true)]
async fn poison_and_nonsense_are_set_aside_and_noise_is_ignored() {
    let (gateway, store) = (Gateway::with([Fate::Silence; 9]), store());
    let town = at_work(&gateway, &store);
    town.start("asha").await;
    for (id, body) in [
        ("1", "not json"),
        ("2", r#"{"what":"dance"}"#),
        ("3", r#"{"what":"nonsense","errand":"asha"}"#),
        ("4", r#"{"what":"noise"}"#),
    ] {
        town.runner.accept(&message(&gateway, id, body)).await.unwrap();
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let letters = store.letters().await;
    let reasons: Vec<_> = letters.iter().map(|letter| letter.reason.as_str()).collect();
    assert_eq!(
        reasons,
        [
            "the body is not an object of texts",
            "an unknown message",
            "the event `nonsense` is not valid in the state `asking`",
        ]
    );
    assert_eq!(store.depths_of(Errand::KIND).await.messages, 0);
}

#[tokio::test(start_paused = true)]
async fn the_application_sees_refusals_itself() {
    let (gateway, store) = (Gateway::with([Fate::Silence; 9]), store());
    let town = at_work(&gateway, &store);
    let id = town.start("asha").await;
    let deliver = |event| town.runner.deliver(id, event);
    let early = deliver(Event::Linked).await.unwrap_err();
    assert!(matches!(&early, EngineError::Flow(FlowError::NotYet { .. })), "{early}");
    assert!(early.is_retryable());
    let wrong = deliver(Event::Nonsense).await.unwrap_err();
    assert!(!wrong.is_retryable());
    assert_eq!(wrong.to_string(), "the event `nonsense` is not valid in the state `asking`");
    store.fail_next(1);
    let down = deliver(Event::Failed).await.unwrap_err();
    assert!(down.is_retryable(), "{down}");
    deliver(Event::Failed).await.unwrap();
    let nobody = town.runner.deliver(fresh_id(), Event::Failed).await;
    assert!(matches!(nobody, Err(EngineError::NoSuchFlow { .. })));
}
