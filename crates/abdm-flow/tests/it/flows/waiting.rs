//! Waiting for a flow to come somewhere.

use std::sync::Arc;
use std::time::Duration;

use abdm_base::clock::Clock;
use abdm_flow::store::MemoryStore;
use abdm_flow::{EngineError, EngineOptions, WaitError};
use chrono::TimeDelta;

use super::errand::{Errand, State};
use super::node::fresh_id;
use super::town::{AtWork, Fate, Gateway, LONG, runner};

#[tokio::test(start_paused = true)]
async fn waiting_ends_when_the_flow_is_there_in_time_or_never() {
    let gateway = Gateway::with([Fate::Answer, Fate::Silence]);
    let store = Arc::new(MemoryStore::new());
    let town = AtWork::begin(runner(&gateway, store.clone(), EngineOptions::default()));
    let id = town.start("asha").await;
    let begun = gateway.clock.now();
    let linking = |errand: &Errand| matches!(errand.state, State::Linking { .. });
    let there = town.runner.wait_until(id, linking, LONG).await.unwrap();
    assert_eq!(there.log, ["begin", "token"]);
    assert!(gateway.clock.now() - begun < TimeDelta::milliseconds(200), "without polling");

    let patience = Duration::from_secs(2);
    let late = town.runner.wait_until(id, Errand::is_done, patience).await.unwrap_err();
    assert!(matches!(late, WaitError::TimedOut { .. }), "{late}");

    gateway.add([Fate::Refuse]);
    let other = town.runner.wait_until(id, Errand::is_done, LONG).await.unwrap_err();
    assert!(matches!(other, WaitError::Ended { .. }), "{other}");
    let end = town.runner.wait_done(id, LONG).await.unwrap();
    assert_eq!(end.state, State::GivenUp { what: "linking".into() });

    let nobody = town.runner.wait_done(fresh_id(), LONG).await.unwrap_err();
    assert!(matches!(nobody, WaitError::Engine(EngineError::NoSuchFlow { .. })), "{nobody}");
}

#[tokio::test(start_paused = true)]
async fn changes_made_by_another_node_are_seen_soon() {
    let gateway = Gateway::with([]);
    let store = Arc::new(MemoryStore::new());
    let here = runner(&gateway, store.clone(), EngineOptions::default());
    let there = AtWork::begin(runner(&gateway, store.clone(), EngineOptions::default()));
    let id = there.start("asha").await;
    let begun = gateway.clock.now();
    here.wait_until(id, Errand::is_done, LONG).await.unwrap();
    assert!(gateway.clock.now() - begun < TimeDelta::seconds(3));
}

#[tokio::test(start_paused = true)]
async fn many_may_wait_for_one_flow_and_some_may_leave() {
    let gateway = Gateway::with([Fate::Slow(60)]);
    let store = Arc::new(MemoryStore::new());
    let town = AtWork::begin(runner(&gateway, store.clone(), EngineOptions::default()));
    let id = town.start("asha").await;
    let wait = |patience| town.runner.wait_until(id, Errand::is_done, patience);
    let (short, one, two) = tokio::join!(wait(Duration::from_secs(5)), wait(LONG), wait(LONG));
    assert!(matches!(short, Err(WaitError::TimedOut { .. })));
    assert!(one.is_ok() && two.is_ok());
    assert!(format!("{:?}", town.runner).starts_with("Handle { kind: \"test.errand\""));
}
