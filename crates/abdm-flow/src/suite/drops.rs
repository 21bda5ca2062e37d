//! Promises about calls whose future is dropped before its end: when a request is cancelled, a
//! time-out passes or an engine stops, every call of the store may be cut off at any point.
//!
//! # How it is tried
//! A call is made, its future polled so many times and dropped: never polled, polled once, twice,
//! until it would have ended; each time right after the poll, and again as soon as what the future
//! waited for has come. Then the store must show all that the call changes, or nothing of it, and
//! not half; the same call made again must happen, or show that it has; what it leaves must be as
//! if it had happened once; and others must find the store at work.
//!
//! # How it fails
//! For a store that writes in two steps with an await between them, and not in one transaction: the
//! future is dropped between the two, and the half that was written stays. For one that keeps a
//! lock, a connection or an open transaction in the future and does not let go of it when the
//! future is dropped: the calls that follow wait for ever, or are refused. For one that carries a
//! call out twice when it is repeated. A store in memory ends each call within its first poll and
//! cannot fail here; the crate's own tests try these promises on stores that are wrong on purpose.

mod cases;
mod trial;

use std::sync::Arc;

use self::cases::{
    Accept, Checkpoint, Claiming, Committing, Discard, GrantedAccept, Purging, Reading, Refused,
    Release, Remember, Renew, Replay,
};
use self::trial::drop_at_every_poll;
use crate::store::{FlowStore, StoreError};

/// A message that was being taken in is in the inbox with its body, or was never there.
pub async fn a_dropped_accept_took_the_message_or_did_not(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    drop_at_every_poll::<Accept>(&store).await
}

/// One that was to be granted as well is held by nobody who knows, and comes back when that lease
/// ends.
pub async fn a_dropped_granted_accept_took_the_message_or_did_not(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    drop_at_every_poll::<GrantedAccept>(&store).await
}

/// A claim has taken all that it would have brought, or nothing, and all comes back when its leases
/// end.
pub async fn a_dropped_claim_holds_all_its_work_or_none(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    drop_at_every_poll::<Claiming>(&store).await
}

/// A commit: flow, keys, calls, effects, rows, notes, bodies, settlement and grant.
pub async fn a_dropped_commit_happened_or_did_not(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    drop_at_every_poll::<Committing>(&store).await
}

/// A commit whose last row is refused takes back what was done for the rest of it, whoever is still
/// there to ask for it.
pub async fn a_dropped_commit_that_is_refused_changes_nothing(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    drop_at_every_poll::<Refused>(&store).await
}

/// A checkpoint keeps all its rows or none.
pub async fn a_dropped_checkpoint_happened_or_did_not(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    drop_at_every_poll::<Checkpoint>(&store).await
}

/// Of many leases all are renewed, or none.
pub async fn a_dropped_renewal_renewed_all_or_nothing(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    drop_at_every_poll::<Renew>(&store).await
}

/// A call is remembered and what waits for it is due, or neither.
pub async fn a_dropped_memory_of_a_call_is_whole(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    drop_at_every_poll::<Remember>(&store).await
}

/// A dead letter is in one place: among the dead, or in its queue.
pub async fn a_dropped_replay_happened_or_did_not(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    drop_at_every_poll::<Replay>(&store).await
}

/// A dead letter goes with its body.
pub async fn a_dropped_discard_happened_or_did_not(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    drop_at_every_poll::<Discard>(&store).await
}

/// A batch is forgotten as a whole.
pub async fn a_dropped_purge_forgot_all_or_nothing(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    drop_at_every_poll::<Purging>(&store).await
}

/// Claims are given back together.
pub async fn a_dropped_release_gave_back_all_or_nothing(
    store: Arc<dyn FlowStore>,
) -> Result<(), StoreError> {
    drop_at_every_poll::<Release>(&store).await
}

/// Whoever stops reading leaves nothing behind.
pub async fn a_dropped_read_disturbs_nobody(store: Arc<dyn FlowStore>) -> Result<(), StoreError> {
    drop_at_every_poll::<Reading>(&store).await
}
