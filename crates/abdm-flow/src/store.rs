//! Where flows live: snapshots, rows, messages, work and bodies, changed in one transaction.
//!
//! [`FlowStore`] is what the [`Engine`](crate::Engine) needs of a database. [`MemoryStore`] is the
//! reference, for tests and for trying things out: it forgets everything when the process ends,
//! unless its snapshot is kept. Every store passes the one suite that
//! [`flow_store_tests!`](crate::flow_store_tests) runs (feature `testing`).
//!
//! # Not stable yet
//! Until version 1.0 of this crate the trait may change in any release: a store of your own has to
//! follow. What uses a store is not concerned.

pub(crate) mod base64;
mod commit;
mod kept;
mod key;
mod payload;
mod row;
mod upkeep;
mod work;

use std::fmt::Debug;

use abdm_base::RequestId;
pub use abdm_base::message::{Inbound, InboundKey};
pub use abdm_base::{StoreError, StoreErrorKind};
use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};

pub use self::commit::{Commit, Committed, FlowChange, FlowWrite, NewEffect, Outcome, WorkChange};
pub use self::kept::{KeptList, KeptPlace, KeptSort, KeptValue};
pub use self::key::{BodyId, FlowId, FlowKey, Scope};
pub use self::payload::{Payload, PayloadError};
pub use self::row::{NewRow, Row, RowChange, RowList, RowPlace, RowWrite};
pub use self::upkeep::{
    DeadItem, DeadLetter, DeadLetterList, FlowList, Purge, Purged, QueueDepths,
};
pub use self::work::{
    Accepted, Arrival, Body, Claim, Claimed, Earlier, Effect, EffectId, Grant, Lease, Message,
    MessageId, Note, StoredFlow, Task, WaitFor, Work, WorkId,
};
pub use crate::memory::MemoryStore;

/// The store of flows, their messages, rows and work.
///
/// # What every implementation promises
/// - A method that returned `Ok` is durable; one that returned an error changed nothing, or changed
///   all of it (a connection may break after the commit): callers repeat, and repeating is
///   harmless.
/// - [`commit`](FlowStore::commit) is one transaction. A store may carry out several calls in one
///   transaction of its database, as long as each of them is all or nothing.
/// - **A call once begun ends by itself.** Whoever drops the future of a call does not learn what
///   became of it, and nothing else is different: no half transaction stays behind, and no later
///   call sees one.
/// - A claim is exclusive until its lease ends: two claimers, on one node or two, never hold the
///   same work. A claim that is taken over raises the work's fence, so that the late first holder
///   can no longer settle it.
/// - Nothing of one [`Scope`] is found, claimed or changed under another.
/// - Instants are compared with the `now` that the caller gives, never with the database's clock.
///   They are kept to the millisecond, or finer.
///
/// Every method may fail with [`StoreErrorKind::Unavailable`] or [`StoreErrorKind::Corrupt`], and
/// that of a sealed store with [`StoreErrorKind::UnknownKey`].
#[async_trait]
pub trait FlowStore: Debug + Send + Sync + 'static {
    /// The flow with this id.
    ///
    /// # Errors
    /// As every method.
    async fn load(&self, scope: &Scope, id: FlowId) -> Result<Option<StoredFlow>, StoreError>;

    /// The flow of the kind `kind` that has this key.
    ///
    /// # Errors
    /// As every method.
    async fn find(
        &self,
        scope: &Scope,
        kind: &str,
        key: &FlowKey,
    ) -> Result<Option<StoredFlow>, StoreError>;

    /// The flow that sent the call with this `REQUEST-ID`, whatever its kind.
    ///
    /// # Errors
    /// As every method.
    async fn find_request(
        &self,
        scope: &Scope,
        request: RequestId,
    ) -> Result<Option<StoredFlow>, StoreError>;

    /// The flows of a kind, page by page.
    ///
    /// # Errors
    /// As every method.
    async fn flows(&self, list: &FlowList<'_>) -> Result<Vec<StoredFlow>, StoreError>;

    /// The row with this key.
    ///
    /// # Errors
    /// As every method.
    async fn row(&self, scope: &Scope, table: &str, key: &str) -> Result<Option<Row>, StoreError>;

    /// The rows under one parent, page by page, in the order of `sort` and, where it is the same,
    /// in an order that stays the same.
    ///
    /// # Errors
    /// As every method.
    async fn rows(&self, list: &RowList<'_>) -> Result<Vec<Row>, StoreError>;

    /// A body, while something needs it.
    ///
    /// # Errors
    /// As every method.
    async fn body(&self, scope: &Scope, id: BodyId) -> Result<Option<Bytes>, StoreError>;

    /// Takes a message into the inbox of a kind of flow. Durable when it returns, so that the
    /// caller may answer 202 (rulings.md 27). A message whose key was seen before in this scope is
    /// a duplicate and changes nothing, whatever became of the first.
    ///
    /// # Errors
    /// As every method: the caller answers 503.
    async fn accept(&self, arrival: &Arrival) -> Result<Accepted, StoreError>;

    /// Claims work that is due, longest due first: messages, wake-ups, and of each lane of a flow
    /// the oldest effect that is not settled.
    ///
    /// # Errors
    /// As every method.
    async fn claim(&self, claim: &Claim<'_>) -> Result<Claimed, StoreError>;

    /// Extends leases, and gives back those that somebody else has by now, or whose work is
    /// settled.
    ///
    /// # Errors
    /// As every method.
    async fn renew(&self, leases: &[Lease], until: DateTime<Utc>)
    -> Result<Vec<Lease>, StoreError>;

    /// Gives back every claim of a holder on work of these kinds. A node with a lasting name calls
    /// it when it starts, so that it need not wait for the leases of its own earlier life.
    ///
    /// # Errors
    /// As every method.
    async fn release(&self, kinds: &[&'static str], holder: &str) -> Result<(), StoreError>;

    /// Carries out a commit, all of it or nothing.
    ///
    /// # Errors
    /// - [`StoreErrorKind::LeaseLost`]: the work is no longer held under this lease.
    /// - [`StoreErrorKind::Conflict`]: the flow or a row has another revision than expected, or a
    ///   key belongs to another flow that is not finished, or a new row is there already.
    async fn commit(&self, commit: &Commit) -> Result<Committed, StoreError>;

    /// Remembers, before it is sent, that the call with this `REQUEST-ID` is made by this flow. A
    /// retry has a new id (gateway.md 8). What waits for it becomes due.
    ///
    /// # Errors
    /// [`StoreErrorKind::Conflict`] when the id is remembered for another flow, or the flow is not
    /// there.
    async fn remember_request(
        &self,
        scope: &Scope,
        request: RequestId,
        flow: FlowId,
    ) -> Result<(), StoreError>;

    /// What was set aside, oldest first.
    ///
    /// # Errors
    /// As every method.
    async fn dead_letters(&self, list: &DeadLetterList<'_>) -> Result<Vec<DeadLetter>, StoreError>;

    /// Puts a dead letter back into its queue, at its old place, with its counts at zero. Tells
    /// whether there was one.
    ///
    /// # Errors
    /// As every method.
    async fn replay(
        &self,
        scope: &Scope,
        work: WorkId,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError>;

    /// Settles a dead letter for good. Tells whether there was one.
    ///
    /// # Errors
    /// As every method.
    async fn discard(
        &self,
        scope: &Scope,
        work: WorkId,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError>;

    /// How much waits, of each of these kinds, in their order.
    ///
    /// # Errors
    /// As every method.
    async fn depths(&self, kinds: &[&'static str]) -> Result<Vec<QueueDepths>, StoreError>;

    /// Forgets one batch of what may be forgotten. To be repeated while it
    /// [is full](Purged::is_full).
    ///
    /// # Errors
    /// As every method.
    async fn purge(&self, purge: &Purge<'_>) -> Result<Purged, StoreError>;

    /// A message as the database keeps it: for a program that puts it in with a transaction of its
    /// own, on the same database. [`SealedStore`](crate::SealedStore) seals it.
    ///
    /// # Errors
    /// As every method.
    async fn as_kept(&self, arrival: &Arrival) -> Result<Arrival, StoreError> {
        Ok(arrival.clone())
    }

    /// Values as they stand, page by page: for sealing them anew.
    ///
    /// # Errors
    /// As every method.
    async fn kept(&self, list: &KeptList<'_>) -> Result<Vec<KeptValue>, StoreError>;

    /// Puts other bytes in the place of a value, if it still stands there as it was read. The
    /// revision stays. Tells whether it did.
    ///
    /// # Errors
    /// As every method.
    async fn replace_kept(&self, old: &KeptValue, new: Bytes) -> Result<bool, StoreError>;

    /// Seals with the newest key what an older one has sealed, while the store is in use, and counts
    /// it. Afterwards the older key is needed no more for what stands in the store; what a flow has
    /// sealed within its own state keeps its key until the flow changes or is forgotten.
    ///
    /// # Errors
    /// As every method; what was sealed anew before it stays so.
    async fn reseal(&self) -> Result<u64, StoreError> {
        Ok(0)
    }

    /// Whether somebody listens to its commits, and wants them [in clear](Commit::in_clear).
    fn has_listener(&self) -> bool {
        false
    }

    /// Whether everything in it is sealed at rest: [`SealedStore`](crate::SealedStore) says so.
    fn is_sealed(&self) -> bool {
        false
    }

    /// Ends when another node may have put in work: an ability that a store need not have. It may
    /// end too often, and need not end at all.
    async fn changed(&self) {
        std::future::pending().await
    }
}
