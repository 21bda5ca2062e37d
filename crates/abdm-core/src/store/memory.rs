//! The reference store, in memory.

mod queue;
mod tables;

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use self::tables::Tables;
use crate::flow::{FlowId, FlowKey};
use crate::id::RequestId;
use crate::store::{
    Accepted, Claim, Claimed, Commit, DeadLetter, FlowStore, Inbound, Lease, OutboxId, OutboxItem,
    QueueDepths, StoreError, StoreErrorKind, StoredFlow, WorkId,
};

/// Keeps everything in memory, behind one lock: the reference for every other store, fit for tests,
/// trials and the sandbox.
///
/// [`to_snapshot_bytes`](MemoryStore::to_snapshot_bytes) and
/// [`from_snapshot_bytes`](MemoryStore::from_snapshot_bytes) carry it over a restart.
#[derive(Debug, Default)]
pub struct MemoryStore {
    tables: Mutex<Tables>,
    #[cfg(any(test, feature = "testing"))]
    failures: std::sync::atomic::AtomicU32,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Everything that is stored, as JSON. It holds what the flows hold: treat it as clinical data.
    ///
    /// # Errors
    /// [`StoreErrorKind::Corrupt`] when something stored has no JSON form.
    pub fn to_snapshot_bytes(&self) -> Result<Vec<u8>, StoreError> {
        serde_json::to_vec(&*self.lock())
            .map_err(|error| StoreError::with_source(StoreErrorKind::Corrupt, error))
    }

    /// A store with what [`to_snapshot_bytes`](MemoryStore::to_snapshot_bytes) gave.
    ///
    /// # Errors
    /// [`StoreErrorKind::Corrupt`] when the bytes are something else.
    pub fn from_snapshot_bytes(bytes: &[u8]) -> Result<Self, StoreError> {
        let mut tables: Tables = serde_json::from_slice(bytes).map_err(|error| {
            // The text of a JSON error may quote a stored value: the place is all that is kept.
            StoreError::with_source(
                StoreErrorKind::Corrupt,
                format!("not a snapshot, line {} column {}", error.line(), error.column()),
            )
        })?;
        tables.rebuild_indexes();
        let store = Self::default();
        *store.lock() = tables;
        Ok(store)
    }

    /// Makes the next `operations` calls fail as [`StoreErrorKind::Unavailable`], without effect.
    #[cfg(any(test, feature = "testing"))]
    pub fn fail_next(&self, operations: u32) {
        self.failures.store(operations, std::sync::atomic::Ordering::SeqCst);
    }

    /// A panic elsewhere leaves the tables whole: every change is checked before it begins.
    fn lock(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tables(&self) -> Result<MutexGuard<'_, Tables>, StoreError> {
        #[cfg(any(test, feature = "testing"))]
        {
            use std::sync::atomic::Ordering::SeqCst;
            let left = self.failures.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1));
            if left.is_ok() {
                return Err(StoreError::new(StoreErrorKind::Unavailable));
            }
        }
        Ok(self.lock())
    }
}

#[async_trait]
impl FlowStore for MemoryStore {
    async fn load(&self, id: FlowId) -> Result<Option<StoredFlow>, StoreError> {
        Ok(self.tables()?.load(id))
    }

    async fn find(&self, flow_kind: &str, key: &FlowKey) -> Result<Option<FlowId>, StoreError> {
        Ok(self.tables()?.find(flow_kind, key))
    }

    async fn find_request(&self, request: RequestId) -> Result<Option<FlowId>, StoreError> {
        Ok(self.tables()?.find_request(request))
    }

    async fn list(
        &self,
        flow_kind: &str,
        after: Option<FlowId>,
        limit: usize,
    ) -> Result<Vec<StoredFlow>, StoreError> {
        Ok(self.tables()?.list(flow_kind, after, limit))
    }

    async fn accept(&self, flow_kind: &str, inbound: &Inbound) -> Result<Accepted, StoreError> {
        Ok(self.tables()?.accept(flow_kind, inbound))
    }

    async fn claim_inbox(&self, claim: &Claim<'_>) -> Result<Vec<Claimed<Inbound>>, StoreError> {
        Ok(self.tables()?.claim_inbox(claim))
    }

    async fn claim_outbox(
        &self,
        claim: &Claim<'_>,
    ) -> Result<Vec<Claimed<OutboxItem>>, StoreError> {
        Ok(self.tables()?.claim_outbox(claim))
    }

    async fn claim_wakes(&self, claim: &Claim<'_>) -> Result<Vec<StoredFlow>, StoreError> {
        Ok(self.tables()?.claim_wakes(claim))
    }

    async fn renew(&self, lease: &Lease, until: DateTime<Utc>) -> Result<(), StoreError> {
        self.tables()?.renew(lease, until)
    }

    async fn release(&self, flow_kind: &str, holder: &str) -> Result<(), StoreError> {
        self.tables()?.release(flow_kind, holder);
        Ok(())
    }

    async fn commit(&self, commit: &Commit) -> Result<(), StoreError> {
        self.tables()?.commit(commit)
    }

    async fn remember_request(
        &self,
        request: RequestId,
        flow: FlowId,
        item: OutboxId,
    ) -> Result<(), StoreError> {
        self.tables()?.remember_request(request, flow, item)
    }

    async fn next_due(&self, flow_kind: &str) -> Result<Option<DateTime<Utc>>, StoreError> {
        Ok(self.tables()?.next_due(flow_kind))
    }

    async fn dead_letters(
        &self,
        flow_kind: &str,
        limit: usize,
    ) -> Result<Vec<DeadLetter>, StoreError> {
        Ok(self.tables()?.dead_letters(flow_kind, limit))
    }

    async fn replay(&self, work: &WorkId, now: DateTime<Utc>) -> Result<bool, StoreError> {
        Ok(self.tables()?.replay(work, now))
    }

    async fn discard(&self, work: &WorkId, now: DateTime<Utc>) -> Result<bool, StoreError> {
        Ok(self.tables()?.discard(work, now))
    }

    async fn queue_depths(&self, flow_kind: &str) -> Result<QueueDepths, StoreError> {
        Ok(self.tables()?.queue_depths(flow_kind))
    }

    async fn purge(&self, finished_before: DateTime<Utc>) -> Result<u64, StoreError> {
        Ok(self.tables()?.purge(finished_before))
    }
}
