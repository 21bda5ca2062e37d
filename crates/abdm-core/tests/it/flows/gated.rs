//! A store with a gate before and behind it, where tests let things happen.

use std::fmt::Debug;
use std::sync::Arc;

use abdm_core::flow::{FlowId, FlowKey};
use abdm_core::id::RequestId;
use abdm_core::store::{
    Accepted, Claim, Claimed, Commit, DeadLetter, FlowStore, Inbound, Lease, MemoryStore, OutboxId,
    OutboxItem, QueueDepths, StoreError, StoredFlow, WorkId,
};
use async_trait::async_trait;
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
    ($self:ident, $call:ident($($argument:expr),*)) => {{
        $self.gate.before(stringify!($call)).await;
        let result = $self.store.$call($($argument),*).await;
        $self.gate.after(stringify!($call)).await;
        result
    }};
}

#[async_trait]
impl<G: Gate> FlowStore for GatedStore<G> {
    async fn load(&self, id: FlowId) -> Result<Option<StoredFlow>, StoreError> {
        gated!(self, load(id))
    }

    async fn find(&self, flow_kind: &str, key: &FlowKey) -> Result<Option<FlowId>, StoreError> {
        gated!(self, find(flow_kind, key))
    }

    async fn find_request(&self, request: RequestId) -> Result<Option<FlowId>, StoreError> {
        gated!(self, find_request(request))
    }

    async fn list(
        &self,
        flow_kind: &str,
        after: Option<FlowId>,
        limit: usize,
    ) -> Result<Vec<StoredFlow>, StoreError> {
        gated!(self, list(flow_kind, after, limit))
    }

    async fn accept(&self, flow_kind: &str, inbound: &Inbound) -> Result<Accepted, StoreError> {
        gated!(self, accept(flow_kind, inbound))
    }

    async fn claim_inbox(&self, claim: &Claim<'_>) -> Result<Vec<Claimed<Inbound>>, StoreError> {
        gated!(self, claim_inbox(claim))
    }

    async fn claim_outbox(
        &self,
        claim: &Claim<'_>,
    ) -> Result<Vec<Claimed<OutboxItem>>, StoreError> {
        gated!(self, claim_outbox(claim))
    }

    async fn claim_wakes(&self, claim: &Claim<'_>) -> Result<Vec<StoredFlow>, StoreError> {
        gated!(self, claim_wakes(claim))
    }

    async fn renew(&self, lease: &Lease, until: DateTime<Utc>) -> Result<(), StoreError> {
        gated!(self, renew(lease, until))
    }

    async fn release(&self, flow_kind: &str, holder: &str) -> Result<(), StoreError> {
        gated!(self, release(flow_kind, holder))
    }

    async fn commit(&self, commit: &Commit) -> Result<(), StoreError> {
        gated!(self, commit(commit))
    }

    async fn remember_request(
        &self,
        request: RequestId,
        flow: FlowId,
        item: OutboxId,
    ) -> Result<(), StoreError> {
        gated!(self, remember_request(request, flow, item))
    }

    async fn next_due(&self, flow_kind: &str) -> Result<Option<DateTime<Utc>>, StoreError> {
        gated!(self, next_due(flow_kind))
    }

    async fn dead_letters(
        &self,
        flow_kind: &str,
        limit: usize,
    ) -> Result<Vec<DeadLetter>, StoreError> {
        gated!(self, dead_letters(flow_kind, limit))
    }

    async fn replay(&self, work: &WorkId, now: DateTime<Utc>) -> Result<bool, StoreError> {
        gated!(self, replay(work, now))
    }

    async fn discard(&self, work: &WorkId, now: DateTime<Utc>) -> Result<bool, StoreError> {
        gated!(self, discard(work, now))
    }

    async fn queue_depths(&self, flow_kind: &str) -> Result<QueueDepths, StoreError> {
        gated!(self, queue_depths(flow_kind))
    }

    async fn purge(&self, finished_before: DateTime<Utc>) -> Result<u64, StoreError> {
        gated!(self, purge(finished_before))
    }
}
