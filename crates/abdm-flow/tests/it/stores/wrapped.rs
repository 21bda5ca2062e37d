//! Stores round the memory store: one that restarts before each call, and some that are wrong on
//! purpose.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use abdm_base::RequestId;
use abdm_flow::store::{
    Accepted, Arrival, BodyId, Claim, Claimed, Commit, Committed, DeadLetter, DeadLetterList,
    FlowId, FlowKey, FlowList, FlowStore, KeptList, KeptValue, Lease, MemoryStore, Purge, Purged,
    QueueDepths, Row, RowList, Scope, StoreError, StoreErrorKind, StoredFlow, WorkId,
};
use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use tokio::task::yield_now;

/// Gives every call of the trait to a macro: those that a wrong store does in its own way apart.
macro_rules! every_call {
    ($with:ident) => {
        $with! {
            plain {
                load(scope: &Scope, id: FlowId) -> Option<StoredFlow>;
                find(scope: &Scope, kind: &str, key: &FlowKey) -> Option<StoredFlow>;
                find_request(scope: &Scope, request: RequestId) -> Option<StoredFlow>;
                flows(list: &FlowList<'_>) -> Vec<StoredFlow>;
                row(scope: &Scope, table: &str, key: &str) -> Option<Row>;
                rows(list: &RowList<'_>) -> Vec<Row>;
                body(scope: &Scope, id: BodyId) -> Option<Bytes>;
                accept(arrival: &Arrival) -> Accepted;
                release(kinds: &[&'static str], holder: &str) -> ();
                remember_request(scope: &Scope, request: RequestId, flow: FlowId) -> ();
                dead_letters(list: &DeadLetterList<'_>) -> Vec<DeadLetter>;
                replay(scope: &Scope, work: WorkId, now: DateTime<Utc>) -> bool;
                discard(scope: &Scope, work: WorkId, now: DateTime<Utc>) -> bool;
                depths(kinds: &[&'static str]) -> Vec<QueueDepths>;
                purge(purge: &Purge<'_>) -> Purged;
                kept(list: &KeptList<'_>) -> Vec<KeptValue>;
                replace_kept(old: &KeptValue, new: Bytes) -> bool;
            }
            wrong {
                claim(claim: &Claim<'_>) -> Claimed;
                renew(leases: &[Lease], until: DateTime<Utc>) -> Vec<Lease>;
                commit(commit: &Commit) -> Committed;
            }
        }
    };
}

/// Keeps bytes only; each call works on a store made of them.
#[derive(Debug, Default)]
pub(super) struct RestartingStore {
    /// One call at a time, or one would overwrite the other's bytes.
    turn: tokio::sync::Mutex<()>,
    bytes: Mutex<Option<Vec<u8>>>,
}

/// Opens the store, makes one call on it, writes it out.
macro_rules! restarting {
    ($($group:ident {
        $($call:ident($($argument:ident: $of:ty),*) -> $result:ty;)+
    })+) => {
        #[async_trait]
        impl FlowStore for RestartingStore {$($(
            async fn $call(&self, $($argument: $of),*) -> Result<$result, StoreError> {
                let _turn = self.turn.lock().await;
                let bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner).clone();
                let store = match bytes {
                    Some(bytes) => MemoryStore::from_snapshot_bytes(&bytes)?,
                    None => MemoryStore::new(),
                };
                let result = store.$call($($argument),*).await;
                let bytes = store.to_snapshot_bytes()?;
                *self.bytes.lock().unwrap_or_else(PoisonError::into_inner) = Some(bytes);
                result
            }
        )+)+}
    };
}

every_call!(restarting);

/// In what a store that takes its time differs from the memory store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// In nothing else.
    Sound,
    /// It carries its commits out by itself, whoever is there to hear of it.
    Spawning,
    /// It writes the rows of a commit in a second transaction.
    RowsApart,
    /// It claims one piece of work after the other.
    OneByOne,
    /// It renews one lease after the other.
    RenewsOneByOne,
    /// It lets one call in at a time, and does not notice when that is dropped.
    Stuck,
}

/// A memory store whose calls take more than one poll.
#[derive(Debug)]
pub(super) struct SlowStore {
    store: Arc<MemoryStore>,
    manner: Manner,
    busy: AtomicBool,
}

impl SlowStore {
    pub(super) fn new(manner: Manner) -> Self {
        Self { store: Arc::default(), manner, busy: AtomicBool::new(false) }
    }

    async fn enter(&self) -> Result<(), StoreError> {
        if self.manner == Manner::Stuck && self.busy.swap(true, Ordering::SeqCst) {
            return Err(StoreError::new(StoreErrorKind::Unavailable));
        }
        yield_now().await;
        Ok(())
    }

    async fn leave(&self) {
        yield_now().await;
        self.busy.store(false, Ordering::SeqCst);
    }

    async fn claim_slowly(&self, claim: &Claim<'_>) -> Result<Claimed, StoreError> {
        if self.manner != Manner::OneByOne {
            return self.store.claim(claim).await;
        }
        let mut one = *claim;
        one.limit = 1;
        let mut all = Claimed::default();
        for _ in 0..claim.limit {
            let claimed = self.store.claim(&one).await?;
            let last = claimed.work.is_empty();
            all.work.extend(claimed.work);
            all.next_due = claimed.next_due;
            if last {
                return Ok(all);
            }
            yield_now().await;
        }
        all.next_due = self
            .store
            .claim(&{
                one.limit = 0;
                one
            })
            .await?
            .next_due;
        Ok(all)
    }

    async fn renew_slowly(
        &self,
        leases: &[Lease],
        until: DateTime<Utc>,
    ) -> Result<Vec<Lease>, StoreError> {
        if self.manner != Manner::RenewsOneByOne {
            return self.store.renew(leases, until).await;
        }
        let mut lost = Vec::new();
        for lease in leases {
            lost.extend(self.store.renew(std::slice::from_ref(lease), until).await?);
            yield_now().await;
        }
        Ok(lost)
    }

    async fn commit_slowly(&self, commit: &Commit) -> Result<Committed, StoreError> {
        match self.manner {
            Manner::RowsApart => {
                let mut first = commit.clone();
                let rows = std::mem::take(&mut first.rows);
                let committed = self.store.commit(&first).await?;
                yield_now().await;
                let rows = Commit::at(commit.scope.clone(), commit.now).rows(rows);
                self.store.commit(&rows).await?;
                Ok(committed)
            }
            Manner::Spawning => {
                let (store, commit) = (Arc::clone(&self.store), commit.clone());
                let task = tokio::spawn(async move {
                    yield_now().await;
                    store.commit(&commit).await
                });
                task.await.unwrap()
            }
            _ => self.store.commit(commit).await,
        }
    }
}

macro_rules! slow {
    (
        plain { $($call:ident($($argument:ident: $of:ty),*) -> $result:ty;)+ }
        wrong { $($rest:tt)+ }
    ) => {
        #[async_trait]
        impl FlowStore for SlowStore {
            $(
                async fn $call(&self, $($argument: $of),*) -> Result<$result, StoreError> {
                    self.enter().await?;
                    let result = self.store.$call($($argument),*).await;
                    self.leave().await;
                    result
                }
            )+

            async fn claim(&self, claim: &Claim<'_>) -> Result<Claimed, StoreError> {
                self.enter().await?;
                let result = self.claim_slowly(claim).await;
                self.leave().await;
                result
            }

            async fn renew(
                &self,
                leases: &[Lease],
                until: DateTime<Utc>,
            ) -> Result<Vec<Lease>, StoreError> {
                self.enter().await?;
                let result = self.renew_slowly(leases, until).await;
                self.leave().await;
                result
            }

            async fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
                self.enter().await?;
                let result = self.commit_slowly(commit).await;
                self.leave().await;
                result
            }
        }
    };
}

every_call!(slow);
