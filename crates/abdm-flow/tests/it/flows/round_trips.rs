//! How often the store is asked: counts are exact, whatever the machine.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use abdm_flow::EngineOptions;
use abdm_flow::testing::{CallCounts, GatedStore};

use super::errand::Errand;
use super::running::store;
use super::town::{AtWork, Gateway, LONG, runner};

fn at_work(counter: &Arc<CallCounts>) -> (AtWork, Arc<Gateway>) {
    let gateway = Gateway::with([]);
    let gated = GatedStore::new(store(), Arc::clone(counter));
    (AtWork::begin(runner(&gateway, Arc::new(gated), EngineOptions::default())), gateway)
}

/// Two calls with their callbacks and a third effect: the shape of a link whose token is there.
#[tokio::test(start_paused = true)]
async fn an_errand_of_two_calls_and_two_callbacks_costs_at_most_fifteen_round_trips() {
    let counter = Arc::new(CallCounts::default());
    let (town, _gateway) = at_work(&counter);
    tokio::time::sleep(Duration::from_secs(1)).await;
    counter.take();
    let id = town.start("asha").await;
    let mut calls = BTreeMap::new();
    loop {
        // The errand is over in a tenth of a second: no look of an idle engine falls into it.
        tokio::time::sleep(Duration::from_millis(20)).await;
        for (call, count) in counter.take() {
            *calls.entry(call).or_insert(0) += count;
        }
        if town.runner.load(id).await.unwrap().unwrap().is_done() {
            break;
        }
        counter.take();
    }
    let total: u32 = calls.values().sum();
    assert!(total <= 15, "{total}: {calls:?}");
    println!("one errand: {total} round trips, {calls:?}");
    town.runner.wait_until(id, Errand::is_done, LONG).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_idle_engine_asks_at_most_once_a_second_for_all_kinds() {
    let counter = Arc::new(CallCounts::default());
    let (_town, _gateway) = at_work(&counter);
    tokio::time::sleep(Duration::from_secs(60)).await;
    counter.take();
    tokio::time::sleep(Duration::from_secs(600)).await;
    let calls = counter.take();
    let total: u32 = calls.values().sum();
    assert!(total <= 600, "{total} in ten minutes: {calls:?}");
    println!("idle for ten minutes: {calls:?}");
}
