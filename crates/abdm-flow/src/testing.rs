//! A store with a gate before and behind it, where tests let things happen: count the calls, hold
//! one up, let one fail ([`Trap`]). And the [`corpus`] of what was stored by every version of a
//! flow.

pub mod corpus;
mod trap;

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use self::trap::{Fault, Trap};
use crate::store::{
    Accepted, Arrival, BodyId, Claim, Claimed, Commit, Committed, DeadLetter, DeadLetterList,
    FlowId, FlowKey, FlowList, FlowStore, KeptList, KeptValue, Lease, Purge, Purged, QueueDepths,
    Row, RowList, Scope, StoreError, StoredFlow, WorkId,
};
use abdm_base::RequestId;
use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};

/// What happens around each call of the store.
#[async_trait]
pub trait Gate: Debug + Send + Sync + 'static {
    /// Before the call of this name reaches the store. Nothing happens unless implemented.
    ///
    /// # Errors
    /// The call fails with it, and the store hears nothing.
    async fn before(&self, call: &'static str) -> Result<(), StoreError> {
        let _ = call;
        Ok(())
    }

    /// After the store has done it, before the caller knows. Nothing happens unless implemented.
    ///
    /// # Errors
    /// The call fails with it, although the store has done what it was asked.
    async fn after(&self, call: &'static str) -> Result<(), StoreError> {
        let _ = call;
        Ok(())
    }
}

/// A store behind a gate.
#[derive(Debug)]
pub struct GatedStore<G> {
    store: Arc<dyn FlowStore>,
    gate: Arc<G>,
    is_called_sealed: bool,
}

impl<G: Gate> GatedStore<G> {
    /// `store` behind `gate`.
    #[must_use]
    pub fn new(store: Arc<dyn FlowStore>, gate: Arc<G>) -> Self {
        Self { store, gate, is_called_sealed: false }
    }

    /// Says that it is sealed, although it is not: for tests that look for what must not even stand
    /// there sealed.
    #[must_use]
    pub const fn called_sealed(mut self) -> Self {
        self.is_called_sealed = true;
        self
    }
}

/// Counts the calls of a store, by their names.
#[derive(Debug, Default)]
pub struct CallCounts(Mutex<BTreeMap<&'static str, u32>>);

impl CallCounts {
    /// What was counted since the last time.
    pub fn take(&self) -> BTreeMap<&'static str, u32> {
        std::mem::take(&mut *self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<&'static str, u32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Gate for CallCounts {
    async fn before(&self, call: &'static str) -> Result<(), StoreError> {
        *self.lock().entry(call).or_default() += 1;
        Ok(())
    }
}

macro_rules! gated {
    ($($call:ident($($argument:ident: $of:ty),*) -> $result:ty;)+) => {
        #[async_trait]
        impl<G: Gate> FlowStore for GatedStore<G> {
            fn is_sealed(&self) -> bool {
                self.is_called_sealed || self.store.is_sealed()
            }

            fn has_listener(&self) -> bool {
                self.store.has_listener()
            }

            async fn as_kept(&self, arrival: &Arrival) -> Result<Arrival, StoreError> {
                self.store.as_kept(arrival).await
            }

            async fn changed(&self) {
                self.store.changed().await;
            }

            $(
                async fn $call(&self, $($argument: $of),*) -> Result<$result, StoreError> {
                    self.gate.before(stringify!($call)).await?;
                    let result = self.store.$call($($argument),*).await?;
                    self.gate.after(stringify!($call)).await?;
                    Ok(result)
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
    kept(list: &KeptList<'_>) -> Vec<KeptValue>;
    replace_kept(old: &KeptValue, new: Bytes) -> bool;
    reseal() -> u64;
}
