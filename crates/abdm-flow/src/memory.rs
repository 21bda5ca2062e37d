//! The reference store, in memory.

mod intake;
mod kept;
mod pairs;
mod queue;
mod settle;
mod tables;
mod upkeep;

use std::sync::{Mutex, MutexGuard, PoisonError};

use abdm_base::RequestId;
use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};

use self::tables::Tables;
use crate::store::{
    Accepted, Arrival, BodyId, Claim, Claimed, Commit, Committed, DeadLetter, DeadLetterList,
    FlowId, FlowKey, FlowList, FlowStore, KeptList, KeptValue, Lease, Purge, Purged, QueueDepths,
    Row, RowList, Scope, StoreError, StoreErrorKind, StoredFlow, WorkId,
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
    async fn load(&self, scope: &Scope, id: FlowId) -> Result<Option<StoredFlow>, StoreError> {
        Ok(self.tables()?.load(scope, id))
    }

    async fn find(
        &self,
        scope: &Scope,
        kind: &str,
        key: &FlowKey,
    ) -> Result<Option<StoredFlow>, StoreError> {
        Ok(self.tables()?.find(scope, kind, key))
    }

    async fn find_request(
        &self,
        scope: &Scope,
        request: RequestId,
    ) -> Result<Option<StoredFlow>, StoreError> {
        Ok(self.tables()?.find_request(scope, request))
    }

    async fn flows(&self, list: &FlowList<'_>) -> Result<Vec<StoredFlow>, StoreError> {
        Ok(self.tables()?.list(list))
    }

    async fn row(&self, scope: &Scope, table: &str, key: &str) -> Result<Option<Row>, StoreError> {
        Ok(self.tables()?.row(scope, table, key))
    }

    async fn rows(&self, list: &RowList<'_>) -> Result<Vec<Row>, StoreError> {
        Ok(self.tables()?.rows_of(list))
    }

    async fn body(&self, scope: &Scope, id: BodyId) -> Result<Option<Bytes>, StoreError> {
        Ok(self.tables()?.body(scope, id))
    }

    async fn accept(&self, arrival: &Arrival) -> Result<Accepted, StoreError> {
        Ok(self.tables()?.accept(arrival))
    }

    async fn claim(&self, claim: &Claim<'_>) -> Result<Claimed, StoreError> {
        Ok(self.tables()?.claim(claim))
    }

    async fn renew(
        &self,
        leases: &[Lease],
        until: DateTime<Utc>,
    ) -> Result<Vec<Lease>, StoreError> {
        Ok(self.tables()?.renew(leases, until))
    }

    async fn release(&self, kinds: &[&'static str], holder: &str) -> Result<(), StoreError> {
        self.tables()?.release(kinds, holder);
        Ok(())
    }

    async fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
        self.tables()?.commit(commit)
    }

    async fn remember_request(
        &self,
        scope: &Scope,
        request: RequestId,
        flow: FlowId,
    ) -> Result<(), StoreError> {
        self.tables()?.remember_request(scope, request, flow)
    }

    async fn dead_letters(&self, list: &DeadLetterList<'_>) -> Result<Vec<DeadLetter>, StoreError> {
        Ok(self.tables()?.dead_letters(list))
    }

    async fn replay(
        &self,
        scope: &Scope,
        work: WorkId,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        Ok(self.tables()?.replay(scope, work, now))
    }

    async fn discard(
        &self,
        scope: &Scope,
        work: WorkId,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        Ok(self.tables()?.discard(scope, work, now))
    }

    async fn depths(&self, kinds: &[&'static str]) -> Result<Vec<QueueDepths>, StoreError> {
        Ok(self.tables()?.depths(kinds))
    }

    async fn purge(&self, purge: &Purge<'_>) -> Result<Purged, StoreError> {
        Ok(self.tables()?.purge(purge))
    }

    async fn kept(&self, list: &KeptList<'_>) -> Result<Vec<KeptValue>, StoreError> {
        self.tables()?.kept(list)
    }

    async fn replace_kept(&self, old: &KeptValue, new: Bytes) -> Result<bool, StoreError> {
        self.tables()?.replace_kept(old, new)
    }
}
