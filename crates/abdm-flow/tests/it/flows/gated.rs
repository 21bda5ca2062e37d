//! A store with a gate before and behind it, where tests let things happen.

use std::fmt::Debug;
use std::sync::Arc;

use abdm_base::RequestId;
use abdm_flow::store::{
    Accepted, Arrival, BodyId, Claim, Claimed, Commit, Committed, DeadLetter, DeadLetterList,
    FlowId, FlowKey, FlowList, FlowStore, Lease, MemoryStore, Purge, Purged, QueueDepths, Row,
    RowList, Scope, StoreError, StoredFlow, WorkId,
};
use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};

/// What happens around each call of the store.
#[async_trait]
pub(super) trait Gate: Debug + Send + Sync + 'static {
    /// Before the call reaches the store.
    async fn before(&self, call: &'static str);

    /// After the store has done it, before the caller knows.
    async fn after(&self, call: &'static str);
}

/// A memory store behind a gate.
#[derive(Debug)]
pub(super) struct GatedStore<G> {
    pub(super) store: Arc<MemoryStore>,
    pub(super) gate: Arc<G>,
}

macro_rules! gated {
    ($($call:ident($($argument:ident: $of:ty),*) -> $result:ty;)+) => {
        #[async_trait]
        impl<G: Gate> FlowStore for GatedStore<G> {
            $(
                async fn $call(&self, $($argument: $of),*) -> Result<$result, StoreError> {
                    self.gate.before(stringify!($call)).await;
                    let result = self.store.$call($($argument),*).await;
                    self.gate.after(stringify!($call)).await;
                    result
                }
            )+
        }
    };
}

gated! {
    load(scope: &Scope, id: FlowId) -> Option<StoredFlow>;
    find(scope: &Scope, kind: &str, key: &FlowKey) -> Option<StoredFlow>;
    find_request(scope: &Scope, request: RequestId) -> Option<StoredFlow>;
    flows(list: &FlowList<'_>) -> Vec<StoredFlow>;
    row(scope: &Scope, table: &str, key: &str) -> Option<Row>;
    rows(list: &RowList<'_>) -> Vec<Row>;
    body(scope: &Scope, id: BodyId) -> Option<Bytes>;
    accept(arrival: &Arrival) -> Accepted;
    claim(claim: &Claim<'_>) -> Claimed;
    renew(leases: &[Lease], until: DateTime<Utc>) -> Vec<Lease>;
    release(kinds: &[&'static str], holder: &str) -> ();
    commit(commit: &Commit) -> Committed;
    remember_request(scope: &Scope, request: RequestId, flow: FlowId) -> ();
    dead_letters(list: &DeadLetterList<'_>) -> Vec<DeadLetter>;
    replay(scope: &Scope, work: WorkId, now: DateTime<Utc>) -> bool;
    discard(scope: &Scope, work: WorkId, now: DateTime<Utc>) -> bool;
    depths(kinds: &[&'static str]) -> Vec<QueueDepths>;
    purge(purge: &Purge<'_>) -> Purged;
}
