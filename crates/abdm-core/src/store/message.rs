//! What the store holds: flows, messages, work.

use std::fmt;

pub use abdm_base::message::{Inbound, InboundKey};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::flow::{FlowId, FlowKey};
use crate::store::Payload;

/// A flow as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StoredFlow {
    /// Its id.
    pub id: FlowId,
    /// Its kind, for example `hip.link`.
    pub kind: String,
    /// The version of the snapshot.
    pub version: u32,
    /// The snapshot.
    pub state: Payload,
    /// 1 after the first commit, one more with each change.
    pub revision: u64,
    /// When it wants to be woken.
    pub wake_at: Option<DateTime<Utc>>,
    /// Whether it has come to its end.
    pub done: bool,
    /// The keys it holds, sorted.
    pub keys: Vec<FlowKey>,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// Builds a stored flow for implementations of the store.
impl StoredFlow {
    /// A flow at revision 1 that began at `now`.
    #[must_use]
    pub fn new(
        id: FlowId,
        kind: impl Into<String>,
        version: u32,
        state: Payload,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            id,
            kind: kind.into(),
            version,
            state,
            revision: 1,
            wake_at: None,
            done: false,
            keys: Vec::new(),
            created_at: now,
            updated_at: now,
        }
    }
}

/// The number of an item of the outbox; later items have higher numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OutboxId(u64);

impl OutboxId {
    /// The item with this number.
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }
}

impl fmt::Display for OutboxId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An effect that waits to be carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OutboxItem {
    /// Its number.
    pub id: OutboxId,
    /// The flow that wants it done.
    pub flow: FlowId,
    /// The effect.
    pub effect: Payload,
    /// When the flow asked for it.
    pub created_at: DateTime<Utc>,
}

impl OutboxItem {
    /// An item, for implementations of the store.
    #[must_use]
    pub const fn new(
        id: OutboxId,
        flow: FlowId,
        effect: Payload,
        created_at: DateTime<Utc>,
    ) -> Self {
        Self { id, flow, effect, created_at }
    }
}

/// A piece of work: an inbound message or an item of the outbox.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub enum WorkId {
    /// A message that came in.
    Inbound(InboundKey),
    /// An effect to be carried out.
    Outbox(OutboxId),
}

/// The right to settle a piece of work, as long as nobody else has claimed it since.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lease {
    /// The work.
    pub work: WorkId,
    /// Which claim of this work it is. The store refuses every fence but the latest.
    pub fence: u64,
}

impl Lease {
    /// A lease, for implementations of the store.
    #[must_use]
    pub const fn new(work: WorkId, fence: u64) -> Self {
        Self { work, fence }
    }
}

/// What to claim.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Claim<'a> {
    /// The kind of flow.
    pub flow_kind: &'a str,
    /// Who claims: the name of a node.
    pub holder: &'a str,
    /// The present instant.
    pub now: DateTime<Utc>,
    /// When the claim ends unless it is renewed.
    pub until: DateTime<Utc>,
    /// At most so many.
    pub limit: usize,
}

impl<'a> Claim<'a> {
    /// A claim of at most `limit` pieces of work of the kind `flow_kind`, from `now` to `until`.
    #[must_use]
    pub const fn new(
        flow_kind: &'a str,
        holder: &'a str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
        limit: usize,
    ) -> Self {
        Self { flow_kind, holder, now, until, limit }
    }
}

/// Whether a try before this one may have reached its receiver.
///
/// What must not be sent twice asks this before it is sent: the count of the tries does not tell,
/// since a try may have ended in a crash, or before anything had left.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[non_exhaustive]
pub enum Earlier {
    /// There was none.
    #[default]
    None,
    /// None has: each one ended with the word that it was certainly not sent.
    NotSent,
    /// One may have: its end is not known (a crash, a lease that was lost), or it was put off
    /// without that word.
    PerhapsSent,
}

/// A claimed piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Claimed<T> {
    /// The work.
    pub item: T,
    /// The right to settle it.
    pub lease: Lease,
    /// How often it was claimed since it was put in or last put off on purpose, this time included.
    /// For an effect put off by a retry the count goes on.
    pub attempt: u32,
    /// What is known of the tries before, for effects. It is kept when an effect is put off or
    /// replayed.
    pub earlier: Earlier,
    /// How often it was put off on purpose.
    pub deferrals: u32,
    /// When it was put in or replayed.
    pub queued_at: DateTime<Utc>,
}

impl<T> Claimed<T> {
    /// A first claim, for implementations of the store.
    #[must_use]
    pub const fn new(item: T, lease: Lease, queued_at: DateTime<Utc>) -> Self {
        let earlier = Earlier::None;
        Self { item, lease, attempt: 1, earlier, deferrals: 0, queued_at }
    }
}

/// Work that was set aside because nothing sensible could be done with it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeadLetter {
    /// The work.
    pub item: DeadItem,
    /// Why, in words for the operator; never contents.
    pub reason: String,
    /// When it was set aside.
    pub at: DateTime<Utc>,
}

impl DeadLetter {
    /// A dead letter, for implementations of the store.
    #[must_use]
    pub const fn new(item: DeadItem, reason: String, at: DateTime<Utc>) -> Self {
        Self { item, reason, at }
    }

    /// By what it is replayed or discarded.
    #[must_use]
    pub fn work(&self) -> WorkId {
        match &self.item {
            DeadItem::Inbound(inbound) => WorkId::Inbound(inbound.key.clone()),
            DeadItem::Outbox(item) => WorkId::Outbox(item.id),
        }
    }
}

/// What was set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeadItem {
    /// A message that came in.
    Inbound(Inbound),
    /// An effect.
    Outbox(OutboxItem),
}

/// How much waits, of one kind of flow. Claimed work counts as waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct QueueDepths {
    /// Inbound messages, put off ones included.
    pub inbox: u64,
    /// Effects.
    pub outbox: u64,
    /// Dead letters of both sorts.
    pub dead: u64,
}

impl QueueDepths {
    /// Depths, for implementations of the store.
    #[must_use]
    pub const fn new(inbox: u64, outbox: u64, dead: u64) -> Self {
        Self { inbox, outbox, dead }
    }
}
