//! How often the store is asked: counts are exact, whatever the machine.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use abdm_core::seal::SealingKey;
use abdm_flow::EngineOptions;
use abdm_flow::testing::{CallCounts, GatedStore};

use crate::archive::Archive;
use crate::clinic::{Server, patient, until};

fn total(calls: &BTreeMap<&'static str, u32>) -> u32 {
    calls.values().sum()
}

/// A link from the hospital's wish to the patient's apps told, with its link token: three calls,
/// three callbacks, one event. One of them looks for the same link of an earlier release.
#[tokio::test(start_paused = true)]
async fn a_whole_link_with_its_token_costs_at_most_twenty_six_round_trips() {
    let server = Server::new();
    let counts = Arc::new(CallCounts::default());
    let store = Arc::new(GatedStore::new(server.memory.clone(), Arc::clone(&counts)));
    let builder = server.builder(server.clinic.clone()).options(EngineOptions::default());
    let hip = builder.store(store, SealingKey::generate().unwrap()).build().unwrap();
    server.gateway.calls_back(&hip);
    let quiet = Duration::from_secs(60);
    let (idle, busy) = server
        .run(&hip, async {
            tokio::time::sleep(quiet).await;
            counts.take();
            tokio::time::sleep(quiet).await;
            let idle = counts.take();
            let link = hip.link(patient()).await.unwrap();
            tokio::time::sleep(quiet).await;
            let busy = counts.take();
            link.finished(quiet).await.unwrap();
            (idle, busy)
        })
        .await;
    // An idle engine looks for work of other nodes all the time: that is no part of the link.
    let own = total(&busy) - total(&idle);
    println!("one link: {own} round trips ({busy:?}, of which idle {idle:?})");
    assert!(own <= 26, "{own}: {busy:?}, idle {idle:?}");
    // At most one look a second for all kinds of flow.
    assert!(total(&idle) <= 60, "{idle:?}");
}

/// The calls of the store over a whole transfer of so many documents, from the request to the
/// event that it has ended, by their names.
async fn of_a_transfer(documents: usize) -> BTreeMap<&'static str, u32> {
    let server = Server::new();
    let counts = Arc::new(CallCounts::default());
    let store = Arc::new(GatedStore::new(server.memory.clone(), Arc::clone(&counts)));
    let builder = server.builder(Archive::of(documents));
    let hip = builder.store(store, SealingKey::generate().unwrap()).build().unwrap();
    server.gateway.calls_back(&hip);
    server
        .run(&hip, async {
            server.gateway.grants(&["OPD-1"]);
            tokio::time::sleep(Duration::from_secs(5)).await;
            counts.take();
            server.gateway.asks("2026-01-01T00:00:00Z");
            until("the report", || server.gateway.report().is_some()).await;
            tokio::time::sleep(Duration::from_secs(5)).await;
        })
        .await;
    assert_eq!(server.gateway.records().len(), documents);
    counts.take()
}

/// What a page costs is what 200 documents cost more than one, for each document more: the look at
/// the consent before it leaves, and its share of reading the plan, of telling the transfer, and of
/// the lease that is renewed meanwhile.
#[tokio::test(start_paused = true)]
async fn a_pushed_page_of_a_long_transfer_costs_at_most_two_round_trips() {
    let (fixed, long) = (of_a_transfer(1).await, of_a_transfer(200).await);
    let pages = f64::from(total(&long) - total(&fixed)) / 199.0;
    println!("one page: {pages:.2} round trips (1 page {fixed:?}, 200 pages {long:?})");
    assert!(pages <= 2.0, "{pages:.2}: {fixed:?}, {long:?}");
}
