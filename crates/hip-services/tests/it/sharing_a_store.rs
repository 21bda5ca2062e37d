//! Several facilities over one store or one engine.

use std::sync::Arc;

use abdm_core::seal::SealingKey;
use abdm_flow::{Engine, SealedStore};
use hip_services::{Error, Hip};

use crate::clinic::{Server, until};
use crate::gateway::hip_id;

/// Another facility's HIP over the same database, with the same key.
fn other(server: &Server) -> Hip {
    let key = SealingKey::from_bytes(&[5; 32]).unwrap();
    let other = Hip::builder("IN0000000009".parse().unwrap(), server.client());
    other.hospital(Server::new().clinic).store(server.memory.clone(), key).build().unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_hip_leaves_the_work_of_another_facility_in_the_same_database_alone() {
    let server = Server::new();
    let key = SealingKey::from_bytes(&[5; 32]).unwrap();
    let builder = server.builder(server.clinic.clone());
    let own = builder.store(server.memory.clone(), key).build().unwrap();
    server.gateway.calls_back(&own);
    let other = other(&server);
    server.gateway.grants(&["OPD-1"]);
    // The other one works, and nobody else: nothing is its to do.
    let worked = tokio::time::sleep(std::time::Duration::from_secs(60));
    tokio::select! {
        () = other.run(std::future::pending()) => unreachable!("it runs until it is dropped"),
        () = worked => {}
    }
    assert!(server.clinic.heard().is_empty() && server.gateway.calls().is_empty());
    assert_eq!(
        other.engine().health().await.unwrap().depths.iter().map(|d| d.dead).sum::<u64>(),
        0
    );
    server
        .run(&own, async {
            until("the hospital hears", || !server.clinic.heard().is_empty()).await;
        })
        .await;
    assert_eq!(server.clinic.heard(), ["consent-granted"]);
}

#[test]
fn an_engine_over_a_store_that_is_not_sealed_or_with_a_hip_already_is_refused() {
    let server = Server::new();
    let key = || SealingKey::from_bytes(&[5; 32]).unwrap();
    let clock = || Arc::new(server.gateway.clock());
    let bare = Engine::new(server.memory.clone(), clock());
    let refused = server.builder(server.clinic.clone()).engine(&bare, key()).build().unwrap_err();
    assert!(matches!(refused, Error::Setting { setting: "engine", .. }), "{refused}");

    let sealed = Arc::new(SealedStore::new(server.memory.clone(), key().into()));
    let engine = Engine::new(sealed, clock());
    let build = || server.builder(server.clinic.clone()).engine(&engine, key()).build();
    assert_eq!(build().unwrap().hip_id(), &hip_id());
    let refused = build().unwrap_err();
    assert!(refused.to_string().contains("serves this role already"), "{refused}");
}
