//! Nodes, stores and versions: takeover, shutdown, bounds, a store that is away, old snapshots.

use std::time::Duration;

use abdm_base::clock::Clock;
use abdm_flow::store::{Commit, FlowStore, FlowWrite, NewEffect, Payload, StoreErrorKind};
use abdm_flow::{EngineOptions, Flow};
use chrono::TimeDelta;

use super::errand::{Errand, Event};
use super::node::{Look, fresh_id, scope};
use super::running::{STRAIGHT, at_work, store};
use super::town::{AtWork, Fate, Gateway, LONG, begin_message, message, runner};

#[tokio::test(start_paused = true)]
async fn the_work_of_a_killed_node_is_taken_over() {
    let (gateway, store) = (Gateway::with([Fate::Hang]), store());
    let killed = at_work(&gateway, &store);
    let id = killed.start("asha").await;
    tokio::time::sleep(Duration::from_secs(120)).await;
    assert_eq!(gateway.calls(), ["ask"], "a lease is renewed while its work goes on");
    let other = at_work(&gateway, &store);
    tokio::time::sleep(Duration::from_secs(120)).await;
    assert_eq!(gateway.calls(), ["ask"], "and nobody else takes it");
    drop(killed);
    let begun = gateway.clock.now();
    other.runner.wait_until(id, Errand::is_done, LONG).await.unwrap();
    assert!(gateway.clock.now() - begun < TimeDelta::seconds(32), "within the lease");
    assert_eq!(gateway.count("ask"), 2);
}

#[tokio::test(start_paused = true)]
async fn a_node_with_a_name_need_not_wait_for_its_own_leases() {
    let (gateway, store) = (Gateway::with([Fate::Hang]), store());
    let mut options = EngineOptions::default();
    options.node = Some("clinic-1".into());
    let before = AtWork::begin(runner(&gateway, store.clone(), options.clone()));
    let id = before.start("asha").await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    drop(before);
    let after = AtWork::begin(runner(&gateway, store.clone(), options));
    after.runner.wait_until(id, Errand::is_done, Duration::from_secs(2)).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn shutdown_lets_work_end_takes_no_new_and_gives_claims_back() {
    let (gateway, store) = (Gateway::with([Fate::Take(10), Fate::Hang]), store());
    let runner = runner(&gateway, store.clone(), EngineOptions::default());
    let event = |name: &str| Event::Begin { name: name.into() };
    let slow = runner.start(Errand::new(), event("slow")).await.unwrap();
    runner.run(tokio::time::sleep(Duration::from_secs(1))).await;
    assert_eq!(gateway.calls(), ["ask"]);
    let depths = store.depths_of(Errand::KIND).await;
    assert_eq!(depths.effects, 0, "the slow call has ended and is settled");

    // The callback came after the end; a second life deals with it, and its own call hangs.
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(store.depths_of(Errand::KIND).await.messages, 1);
    let begun = gateway.clock.now();
    runner.run(tokio::time::sleep(Duration::from_secs(1))).await;
    let took = gateway.clock.now() - begun;
    assert!(took >= TimeDelta::seconds(20) && took < TimeDelta::seconds(23), "{took}");

    // What was cut off is free at once.
    runner
        .run(async {
            runner.wait_until(slow, Errand::is_done, Duration::from_secs(1)).await.unwrap();
        })
        .await;
    assert_eq!(gateway.calls(), ["ask", "link", "link", "notify"]);
}

#[tokio::test(start_paused = true)]
async fn no_more_is_done_at_once_than_was_allowed() {
    let (gateway, store) = (Gateway::with([Fate::Take(1); 40]), store());
    let mut options = EngineOptions::default();
    options.concurrency = 4;
    let town = AtWork::begin(runner(&gateway, store.clone(), options));
    let mut ids = Vec::new();
    for number in 0..20 {
        ids.push(town.start(&number.to_string()).await);
    }
    for id in ids {
        town.runner.wait_until(id, Errand::is_done, LONG).await.unwrap();
    }
    assert_eq!(gateway.most_at_once(), 4);
}

#[tokio::test(start_paused = true)]
async fn old_snapshots_are_read_newer_ones_left_alone_and_damaged_ones_set_aside() {
    let (gateway, store) = (Gateway::with([]), store());
    let town = at_work(&gateway, &store);
    let mut ids = Vec::new();
    for (name, version, state) in
        [("old", 2, "\"t-old\""), ("newer", 4, "{}"), ("damaged", 3, "{\"state\":7}")]
    {
        let id = fresh_id();
        let mut write = FlowWrite::new(Errand::KIND, version, Payload::from_bytes(state));
        write.keys = vec![Errand::key(name)];
        store.commit(&Commit::at(scope(), gateway.clock.now()).write(id, 0, write)).await.unwrap();
        ids.push(id);
        let body = format!(r#"{{"what":"linked","errand":"{name}"}}"#);
        town.runner.accept(&message(&gateway, name, &body)).await.unwrap();
    }
    let end = town.runner.wait_until(ids[0], Errand::is_done, LONG).await.unwrap();
    assert_eq!(end.log, ["old", "linked", "notified"]);
    let stored = store.stored(ids[0]).await;
    assert_eq!(stored.version, Errand::VERSION, "it is written in the present form");

    let letters = store.letters().await;
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].reason, "a `test.errand` snapshot is damaged");
    assert_eq!(store.depths_of(Errand::KIND).await.messages, 1, "the newer one waits");
    let error = town.runner.load(ids[1]).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "a `test.errand` snapshot has version 4, this program knows up to 3"
    );
}

#[tokio::test(start_paused = true)]
async fn an_effect_that_a_newer_node_wrote_is_left_to_it_and_a_damaged_one_set_aside() {
    let (gateway, store) = (Gateway::with([]), store());
    let _town = at_work(&gateway, &store);
    for version in [Errand::VERSION + 1, Errand::VERSION] {
        let mut write = FlowWrite::new(Errand::KIND, version, Payload::from_bytes("{}"));
        let unknown = Payload::from_bytes("{\"Dance\":{}}");
        write.effects = vec![NewEffect::new("main", unknown)];
        let commit = Commit::at(scope(), gateway.clock.now()).write(fresh_id(), 0, write);
        store.commit(&commit).await.unwrap();
    }
    // As often as any other effect, which takes hours; then it is a dead letter, to be replayed.
    tokio::time::sleep(Duration::from_secs(3_600)).await;
    assert_eq!(store.letters().await.len(), 1);
    assert_eq!(store.depths_of(Errand::KIND).await.effects, 1, "the newer one waits");
}

#[tokio::test(start_paused = true)]
async fn a_store_that_is_away_for_a_while_loses_nothing() {
    for failures in [1, 2, 3, 5, 8, 13] {
        let (gateway, store) = (Gateway::with([]), store());
        let town = at_work(&gateway, &store);
        let id = town.start("asha").await;
        for _ in 0..30 {
            store.fail_next(failures);
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
        let end = town.runner.wait_until(id, Errand::is_done, LONG).await.unwrap();
        assert_eq!(end.log, STRAIGHT, "{failures}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_callback_that_cannot_be_stored_is_not_accepted() {
    let (gateway, store) = (Gateway::with([]), store());
    let runner = runner(&gateway, store.clone(), EngineOptions::default());
    store.fail_next(1);
    let refused = runner.accept(&begin_message(&gateway, "b", "asha")).await.unwrap_err();
    assert_eq!(refused.kind, StoreErrorKind::Unavailable);
    let accepted = runner.accept(&begin_message(&gateway, "b", "asha")).await.unwrap();
    assert!(accepted);
}

#[tokio::test(start_paused = true)]
async fn a_node_that_has_lost_its_lease_drops_the_work() {
    let (gateway, store) = (Gateway::with([Fate::Take(100), Fate::Silence]), store());
    let mut options = EngineOptions::default();
    options.node = Some("slow".into());
    let slow = AtWork::begin(runner(&gateway, store.clone(), options));
    let id = slow.start("asha").await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    // As after a pause of the whole machine: the lease has passed to another node.
    store.release(&[Errand::KIND], "slow").await.unwrap();
    let other = at_work(&gateway, &store);
    tokio::time::sleep(Duration::from_secs(200)).await;
    assert_eq!(gateway.calls(), ["ask", "ask"]);
    let now = other.runner.load(id).await.unwrap().unwrap();
    assert_eq!(now.log, ["begin"], "the slow node's call was dropped before its answer");
}
