//! Where flows live: state, inbox, outbox and correlation, changed in one transaction.
//!
//! [`FlowStore`] is what the [`Runner`](crate::flow::Runner) needs of a database.
//! [`MemoryStore`] is the reference, for tests and for trying things out: it forgets everything
//! when the process ends, unless its snapshot is kept. A store on your own database implements the
//! same trait; every store passes the one suite that [`flow_store_tests!`](crate::flow_store_tests)
//! runs (feature `testing`).

mod commit;
mod memory;
mod message;
mod payload;
#[cfg(any(test, feature = "testing"))]
pub mod suite;

use std::fmt::Debug;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

pub use abdm_base::{StoreError, StoreErrorKind};

pub use crate::receiver::Accepted;

pub use self::commit::{Commit, FlowChange, FlowWrite, Outcome, Settlement, WaitFor};
pub use self::memory::MemoryStore;
pub use self::message::{
    Claim, Claimed, DeadItem, DeadLetter, Earlier, Inbound, InboundKey, Lease, OutboxId,
    OutboxItem, QueueDepths, StoredFlow, WorkId,
};
pub use self::payload::{Payload, PayloadError};
use crate::flow::{FlowId, FlowKey};
use crate::id::RequestId;

/// The store of flows, their messages and their work.
///
/// # What every implementation promises
/// - A method that returned `Ok` is durable; one that returned an error changed nothing, or changed
///   all of it (a connection may break after the commit): callers repeat, and repeating is
///   harmless.
/// - [`commit`](FlowStore::commit) is one transaction.
/// - A claim is exclusive until its lease ends: two claimers, on one node or two, never hold the
///   same work. A claim that is taken over raises the work's fence, so that the late first holder
///   can no longer settle it.
/// - Instants are compared with the `now` that the caller gives, never with the database's clock.
#[async_trait]
pub trait FlowStore: Debug + Send + Sync + 'static {
    /// The flow with this id.
    ///
    /// # Errors
    /// [`StoreErrorKind::Unavailable`] or [`StoreErrorKind::Corrupt`], as for every method here.
    async fn load(&self, id: FlowId) -> Result<Option<StoredFlow>, StoreError>;

    /// The flow of the kind `flow_kind` that has this key.
    ///
    /// # Errors
    /// As [`load`](FlowStore::load).
    async fn find(&self, flow_kind: &str, key: &FlowKey) -> Result<Option<FlowId>, StoreError>;

    /// The flow that sent the call with this `REQUEST-ID`, whatever its kind.
    ///
    /// # Errors
    /// As [`load`](FlowStore::load).
    async fn find_request(&self, request: RequestId) -> Result<Option<FlowId>, StoreError>;

    /// The flows of a kind in the order of their ids, at most `limit`, beginning after `after`.
    ///
    /// # Errors
    /// As [`load`](FlowStore::load).
    async fn list(
        &self,
        flow_kind: &str,
        after: Option<FlowId>,
        limit: usize,
    ) -> Result<Vec<StoredFlow>, StoreError>;

    /// Takes a message into the inbox of the kind `flow_kind`. Durable when it returns, so that the
    /// caller may answer 202 (rulings.md 27). A message whose key was seen before is a duplicate
    /// and changes nothing, whatever became of the first.
    ///
    /// # Errors
    /// As [`load`](FlowStore::load): the caller answers 503.
    async fn accept(&self, flow_kind: &str, inbound: &Inbound) -> Result<Accepted, StoreError>;

    /// Claims inbound messages that are due, oldest first.
    ///
    /// # Errors
    /// As [`load`](FlowStore::load).
    async fn claim_inbox(&self, claim: &Claim<'_>) -> Result<Vec<Claimed<Inbound>>, StoreError>;

    /// Claims work that is due, oldest first, and of each flow only the oldest unsettled item.
    ///
    /// # Errors
    /// As [`load`](FlowStore::load).
    async fn claim_outbox(&self, claim: &Claim<'_>)
    -> Result<Vec<Claimed<OutboxItem>>, StoreError>;

    /// Claims flows whose wake-up is due, longest overdue first. The claim ends with the next
    /// change of the flow.
    ///
    /// # Errors
    /// As [`load`](FlowStore::load).
    async fn claim_wakes(&self, claim: &Claim<'_>) -> Result<Vec<StoredFlow>, StoreError>;

    /// Extends a lease.
    ///
    /// # Errors
    /// [`StoreErrorKind::LeaseLost`] when somebody else has it by now, or the work is settled.
    async fn renew(&self, lease: &Lease, until: DateTime<Utc>) -> Result<(), StoreError>;

    /// Gives back every claim of a holder on work of this kind. A node with a lasting name calls it
    /// when it starts, so that it need not wait for the leases of its own earlier life.
    ///
    /// # Errors
    /// As [`load`](FlowStore::load).
    async fn release(&self, flow_kind: &str, holder: &str) -> Result<(), StoreError>;

    /// Carries out a commit, all of it or nothing.
    ///
    /// # Errors
    /// - [`StoreErrorKind::LeaseLost`]: the work to be settled is no longer held under this lease.
    /// - [`StoreErrorKind::Conflict`]: the flow has another revision than expected, or a key
    ///   belongs to another flow that is not finished.
    async fn commit(&self, commit: &Commit) -> Result<(), StoreError>;

    /// Remembers, before it is sent, that the call with this `REQUEST-ID` is made by this flow for
    /// this item. One item may have several: a retry has a new id (gateway.md 8).
    ///
    /// # Errors
    /// [`StoreErrorKind::Conflict`] when the id is remembered for another flow.
    async fn remember_request(
        &self,
        request: RequestId,
        flow: FlowId,
        item: OutboxId,
    ) -> Result<(), StoreError>;

    /// The earliest instant at which a claim of this kind may find something: now or earlier when
    /// there is something already, the end of a lease where all is claimed.
    ///
    /// # Errors
    /// As [`load`](FlowStore::load).
    async fn next_due(&self, flow_kind: &str) -> Result<Option<DateTime<Utc>>, StoreError>;

    /// What was set aside, oldest first, at most `limit`.
    ///
    /// # Errors
    /// As [`load`](FlowStore::load).
    async fn dead_letters(
        &self,
        flow_kind: &str,
        limit: usize,
    ) -> Result<Vec<DeadLetter>, StoreError>;

    /// Puts a dead letter back into its queue, at its old place, with its counts at zero. Tells
    /// whether there was one.
    ///
    /// # Errors
    /// As [`load`](FlowStore::load).
    async fn replay(&self, work: &WorkId, now: DateTime<Utc>) -> Result<bool, StoreError>;

    /// Settles a dead letter for good. Tells whether there was one.
    ///
    /// # Errors
    /// As [`load`](FlowStore::load).
    async fn discard(&self, work: &WorkId, now: DateTime<Utc>) -> Result<bool, StoreError>;

    /// How much waits.
    ///
    /// # Errors
    /// As [`load`](FlowStore::load).
    async fn queue_depths(&self, flow_kind: &str) -> Result<QueueDepths, StoreError>;

    /// Forgets, for all kinds, flows that finished before `finished_before` and have no work left,
    /// with their keys and requests, the memory of messages settled before it, and the dead letters
    /// set aside before it, whatever they belong to: they hold messages and effects as they were.
    /// Tells how many flows went.
    ///
    /// Keep at least as long as late duplicates may come: a day is generous.
    ///
    /// # Errors
    /// As [`load`](FlowStore::load).
    async fn purge(&self, finished_before: DateTime<Utc>) -> Result<u64, StoreError>;
}
