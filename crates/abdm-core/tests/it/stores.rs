//! The memory store against the shared suite, and what is its own: snapshots and made-up failures.

use std::sync::Arc;

use abdm_core::flow::FlowId;
use abdm_core::store::{
    Accepted, Claim, Commit, FlowStore, FlowWrite, Inbound, InboundKey, MemoryStore, Outcome,
    Payload, StoreErrorKind,
};
use chrono::{DateTime, TimeDelta, Utc};

mod memory {
    use super::{Arc, MemoryStore};

    abdm_core::flow_store_tests!(async { Arc::new(MemoryStore::new()) });
}

/// The suite again, on a store that was written out and read back before each call: what passes
/// here survives a restart at any point between two calls.
mod memory_restarted_before_each_call {
    use super::super::restarting::RestartingStore;
    use super::Arc;

    abdm_core::flow_store_tests!(async { Arc::new(RestartingStore::default()) });
}

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

#[tokio::test]
async fn a_made_up_failure_changes_nothing_and_passes() {
    let store = MemoryStore::new();
    store.fail_next(2);
    let inbound = Inbound::new(InboundKey::new("E", "m"), "{}", now());
    for _ in 0..2 {
        let error = store.accept("k", &inbound).await.unwrap_err();
        assert_eq!(error.kind, StoreErrorKind::Unavailable);
        assert!(error.is_retryable());
    }
    assert_eq!(store.accept("k", &inbound).await.unwrap(), Accepted::New);
}

#[tokio::test]
async fn a_snapshot_that_is_none_is_refused_without_quoting_it() {
    let error = MemoryStore::from_snapshot_bytes(b"{\"flows\": \"Asha Devi\"}").unwrap_err();
    assert_eq!(error.kind, StoreErrorKind::Corrupt);
    let all = format!("{error} {error:?}");
    assert!(!all.contains("Asha"), "{all}");
}

#[tokio::test]
async fn nothing_that_is_stored_shows_in_debug() {
    let store = MemoryStore::new();
    let inbound = Inbound::new(InboundKey::new("E", "m"), "{\"name\":\"Asha\"}", now())
        .with_header("X-Patient", "Asha");
    store.accept("k", &inbound).await.unwrap();
    let mut write = FlowWrite::new("k", 1, Payload::from_text("\"Asha\""));
    write.effects = vec![Payload::from_text("\"Asha\"")];
    write.keys = vec![abdm_core::flow::FlowKey::new("patient", "Asha")];
    let id = FlowId::random();
    let commit = Commit::at(now()).write(id, 0, write);
    store.commit(&commit).await.unwrap();
    let claim = Claim::new("k", "n", now(), now() + TimeDelta::seconds(1), 9);
    let message = store.claim_inbox(&claim).await.unwrap();
    let effect = store.claim_outbox(&claim).await.unwrap();
    let outcome = Outcome::Dead { reason: "poison".into() };
    let dead = Commit::at(now()).settle(message[0].lease.clone(), outcome);
    store.commit(&dead).await.unwrap();
    let letters = store.dead_letters("k", 9).await.unwrap();
    let stored = store.load(id).await.unwrap();
    let all = format!("{store:?} {commit:?} {message:?} {effect:?} {letters:?} {stored:?}");
    assert!(!all.contains("Asha"), "{all}");
    assert!(all.contains("body_bytes: 15"), "{all}");
}
