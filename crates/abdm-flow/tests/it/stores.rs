//! The memory store against the suite, and what is its own: snapshots and made-up failures.

mod wrapped;
mod wrong;

use std::sync::Arc;

use abdm_base::ids::RandomIds;
use abdm_flow::MAIN_LANE;
use abdm_flow::store::{
    Accepted, Arrival, BodyId, Claim, Commit, DeadLetterList, FlowId, FlowKey, FlowStore,
    FlowWrite, Inbound, InboundKey, MemoryStore, NewEffect, NewRow, Note, Outcome, Payload,
    RowChange, Scope, StoreErrorKind, Task,
};
use chrono::{DateTime, TimeDelta, Utc};

mod memory {
    use super::{Arc, MemoryStore};

    abdm_flow::flow_store_tests!(async { Arc::new(MemoryStore::new()) });
}

/// The suite again, on a store that was written out and read back before each call: what passes
/// here survives a restart at any point between two calls.
mod memory_restarted_before_each_call {
    use super::Arc;
    use super::wrapped::RestartingStore;

    abdm_flow::flow_store_tests!(async { Arc::new(RestartingStore::default()) });
}

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000)
}

fn scope() -> Scope {
    Scope::new("IN0000000001")
}

fn arrival(inbound: &Inbound) -> Arrival {
    Arrival::new(scope(), "k", inbound.clone(), BodyId::fresh(&RandomIds))
}

#[tokio::test]
async fn a_made_up_failure_changes_nothing_and_passes() {
    let store = MemoryStore::new();
    store.fail_next(2);
    let arrival = arrival(&Inbound::new(InboundKey::new("E", "m"), "{}", now()));
    for _ in 0..2 {
        let error = store.accept(&arrival).await.unwrap_err();
        assert_eq!(error.kind, StoreErrorKind::Unavailable);
        assert!(error.is_retryable());
    }
    assert_eq!(store.accept(&arrival).await.unwrap(), Accepted::New(None));
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
    let asha = || Payload::from_bytes("\"Asha\"");
    let inbound = Inbound::new(InboundKey::new("E", "m"), "{\"name\":\"Asha\"}", now())
        .with_header("X-Patient", "Asha");
    let arrival = arrival(&inbound);
    store.accept(&arrival).await.unwrap();
    let mut write = FlowWrite::new("k", 1, asha());
    write.effects = vec![NewEffect::new(MAIN_LANE, asha())];
    write.keys = vec![FlowKey::new("patient", "Asha")];
    write.new_bodies = vec![(BodyId::fresh(&RandomIds), "Asha".into())];
    let id = FlowId::fresh(&RandomIds);
    let commit = Commit::at(scope(), now())
        .write(id, 0, write)
        .rows([RowChange::insert("k.rows", "Asha", NewRow::new(asha()).under("Asha", 1))])
        .note(Note::new("k", "told", asha()), BodyId::fresh(&RandomIds));
    store.commit(&commit).await.unwrap();
    let claim = Claim::new(&["k"], "n", now(), now() + TimeDelta::seconds(1), 9);
    let claimed = store.claim(&claim).await.unwrap();
    assert_eq!(claimed.work.len(), 3);
    for work in &claimed.work {
        if matches!(work.task, Task::Message(_)) {
            let outcome = Outcome::Dead { reason: "poison".into() };
            let dead = Commit::at(scope(), now()).settle(work.lease.clone(), outcome);
            store.commit(&dead).await.unwrap();
        }
    }
    let letters = store.dead_letters(&DeadLetterList::new(9)).await.unwrap();
    assert_eq!(letters.len(), 2);
    let stored = store.load(&scope(), id).await.unwrap();
    let row = store.row(&scope(), "k.rows", "Asha").await.unwrap().unwrap();
    let all =
        format!("{store:?} {arrival:?} {commit:?} {claimed:?} {letters:?} {stored:?} {row:?}");
    assert!(!all.contains("Asha"), "{all}");
    assert!(all.contains("15 bytes"), "{all}");
}
