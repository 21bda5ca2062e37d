//! How often the store is asked: counts are exact, whatever the machine.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use abdm_core::seal::SealingKey;
use abdm_flow::EngineOptions;
use abdm_flow::testing::{CallCounts, GatedStore};

use crate::clinic::{Server, patient};

fn total(calls: &BTreeMap<&'static str, u32>) -> u32 {
    calls.values().sum()
}

/// A link from the hospital's wish to the patient's apps told, with its link token: three calls,
/// three callbacks, one event.
#[tokio::test(start_paused = true)]
async fn a_whole_link_with_its_token_costs_at_most_twenty_five_round_trips() {
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
    assert!(own <= 25, "{own}: {busy:?}, idle {idle:?}");
    // At most one look a second for all kinds of flow.
    assert!(total(&idle) <= 60, "{idle:?}");
}
