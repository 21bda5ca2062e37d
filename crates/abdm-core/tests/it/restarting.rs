//! A memory store that is written out and read back before every call.

use std::sync::{Mutex, PoisonError};

use abdm_core::flow::{FlowId, FlowKey};
use abdm_core::id::RequestId;
use abdm_core::store::{
    Accepted, Claim, Claimed, Commit, DeadLetter, FlowStore, Inbound, Lease, MemoryStore, OutboxId,
    OutboxItem, QueueDepths, StoreError, StoredFlow, WorkId,
};
use async_trait::async_trait;
use chrono::{DateTime, Utc};

/// Keeps bytes only; each call works on a store made of them.
#[derive(Debug, Default)]
pub(crate) struct RestartingStore {
    /// One call at a time, or one would overwrite the other's bytes.
    turn: tokio::sync::Mutex<()>,
    bytes: Mutex<Option<Vec<u8>>>,
}

/// Opens the store, makes one call on it, writes it out.
macro_rules! with_store {
    ($self:ident, $call:ident($($argument:expr),*)) => {{
        let _turn = $self.turn.lock().await;
        let bytes = $self.bytes.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let store = match bytes {
            Some(bytes) => MemoryStore::from_snapshot_bytes(&bytes)?,
            None => MemoryStore::new(),
        };
        let result = store.$call($($argument),*).await;
        let bytes = store.to_snapshot_bytes()?;
        *$self.bytes.lock().unwrap_or_else(PoisonError::into_inner) = Some(bytes);
        result
    }};
}

#[async_trait]
impl FlowStore for RestartingStore {
    async fn load(&self, id: FlowId) -> Result<Option<StoredFlow>, StoreError> {
        with_store!(self, load(id))
    }

    async fn find(&self, flow_kind: &str, key: &FlowKey) -> Result<Option<FlowId>, StoreError> {
        with_store!(self, find(flow_kind, key))
    }

    async fn find_request(&self, request: RequestId) -> Result<Option<FlowId>, StoreError> {
        with_store!(self, find_request(request))
    }

    async fn list(
        &self,
        flow_kind: &str,
        after: Option<FlowId>,
        limit: usize,
    ) -> Result<Vec<StoredFlow>, StoreError> {
        with_store!(self, list(flow_kind, after, limit))
    }

    async fn accept(&self, flow_kind: &str, inbound: &Inbound) -> Result<Accepted, StoreError> {
        with_store!(self, accept(flow_kind, inbound))
    }

    async fn claim_inbox(&self, claim: &Claim<'_>) -> Result<Vec<Claimed<Inbound>>, StoreError> {
        with_store!(self, claim_inbox(claim))
    }

    async fn claim_outbox(
        &self,
        claim: &Claim<'_>,
    ) -> Result<Vec<Claimed<OutboxItem>>, StoreError> {
        with_store!(self, claim_outbox(claim))
    }

    async fn claim_wakes(&self, claim: &Claim<'_>) -> Result<Vec<StoredFlow>, StoreError> {
        with_store!(self, claim_wakes(claim))
    }

    async fn renew(&self, lease: &Lease, until: DateTime<Utc>) -> Result<(), StoreError> {
        with_store!(self, renew(lease, until))
    }

    async fn release(&self, flow_kind: &str, holder: &str) -> Result<(), StoreError> {
        with_store!(self, release(flow_kind, holder))
    }

    async fn commit(&self, commit: &Commit) -> Result<(), StoreError> {
        with_store!(self, commit(commit))
    }

    async fn remember_request(
        &self,
        request: RequestId,
        flow: FlowId,
        item: OutboxId,
    ) -> Result<(), StoreError> {
        with_store!(self, remember_request(request, flow, item))
    }

    async fn next_due(&self, flow_kind: &str) -> Result<Option<DateTime<Utc>>, StoreError> {
        with_store!(self, next_due(flow_kind))
    }

    async fn dead_letters(
        &self,
        flow_kind: &str,
        limit: usize,
    ) -> Result<Vec<DeadLetter>, StoreError> {
        with_store!(self, dead_letters(flow_kind, limit))
    }

    async fn replay(&self, work: &WorkId, now: DateTime<Utc>) -> Result<bool, StoreError> {
        with_store!(self, replay(work, now))
    }

    async fn discard(&self, work: &WorkId, now: DateTime<Utc>) -> Result<bool, StoreError> {
        with_store!(self, discard(work, now))
    }

    async fn queue_depths(&self, flow_kind: &str) -> Result<QueueDepths, StoreError> {
        with_store!(self, queue_depths(flow_kind))
    }

    async fn purge(&self, finished_before: DateTime<Utc>) -> Result<u64, StoreError> {
        with_store!(self, purge(finished_before))
    }
}
