//! One transaction: what it expects, and what it changes.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::flow::{FlowId, FlowKey};
use crate::id::RequestId;
use crate::store::{Lease, Payload};

/// One transaction on the store.
///
/// An implementation checks, in this order: the lease of the work to be settled, the revision of
/// the flow, the keys. Then it changes everything, or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
#[non_exhaustive]
pub struct Commit {
    /// The present instant.
    pub now: DateTime<Utc>,
    /// The flow that is written or relied upon.
    pub flow: Option<FlowChange>,
    /// The work that is settled.
    pub settle: Option<Settlement>,
}

impl Commit {
    /// A transaction without content.
    pub const fn at(now: DateTime<Utc>) -> Self {
        Self { now, flow: None, settle: None }
    }

    /// Writes a flow that must have the revision `expected` (0: must not exist yet).
    pub fn write(mut self, id: FlowId, expected: u64, write: FlowWrite) -> Self {
        self.flow = Some(FlowChange { id, expected, write: Some(write) });
        self
    }

    /// Relies on a flow having the revision `expected`, without changing it.
    pub fn guard(mut self, id: FlowId, expected: u64) -> Self {
        self.flow = Some(FlowChange { id, expected, write: None });
        self
    }

    /// Settles a claimed piece of work.
    pub fn settle(mut self, lease: Lease, outcome: Outcome) -> Self {
        self.settle = Some(Settlement { lease, outcome });
        self
    }
}

/// The flow of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FlowChange {
    /// The flow.
    pub id: FlowId,
    /// The revision it must have; 0: it must not exist.
    pub expected: u64,
    /// What is written. Without it, the revision is only checked.
    pub write: Option<FlowWrite>,
}

/// What is written of a flow. The revision rises by one, and messages that wait for this flow or
/// for one of the new keys become due.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FlowWrite {
    /// The kind, which never changes.
    pub kind: String,
    /// The version of the snapshot.
    pub version: u32,
    /// The snapshot.
    pub state: Payload,
    /// When it wants to be woken, in place of what was there.
    pub wake_at: Option<DateTime<Utc>>,
    /// Whether it has come to its end.
    pub done: bool,
    /// Keys to be added. One that a finished flow holds passes to this one; one that an unfinished
    /// flow holds is a conflict.
    pub keys: Vec<FlowKey>,
    /// Effects for the outbox, in this order.
    pub effects: Vec<Payload>,
}

impl FlowWrite {
    /// A snapshot, with nothing else.
    #[must_use]
    pub fn new(kind: impl Into<String>, version: u32, state: Payload) -> Self {
        Self {
            kind: kind.into(),
            version,
            state,
            wake_at: None,
            done: false,
            keys: Vec::new(),
            effects: Vec::new(),
        }
    }
}

/// What becomes of a claimed piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Settlement {
    /// The right to it.
    pub lease: Lease,
    /// What becomes of it.
    pub outcome: Outcome,
}

/// What becomes of a claimed piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It is done.
    Done,
    /// It is put off: it is due again at `not_before`, or earlier, as soon as what it waits for is
    /// there. Its lease ends.
    Later {
        /// When it is due at the latest.
        not_before: DateTime<Utc>,
        /// What makes it due at once.
        waits_for: Option<WaitFor>,
        /// Why, in words for the operator; never contents.
        reason: String,
        /// Whether the try that ends so may have reached its receiver, for effects: from the next
        /// claim on it is [`Earlier::PerhapsSent`](crate::store::Earlier::PerhapsSent), and stays
        /// that. A claim that ends without a settlement counts as one that may have.
        perhaps_sent: bool,
    },
    /// It is set aside as a dead letter. For the order within a flow an effect that was set aside
    /// counts as settled.
    Dead {
        /// Why, in words for the operator; never contents.
        reason: String,
    },
}

/// What a message that came too early waits for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub enum WaitFor {
    /// The next change of this flow.
    Change(FlowId),
    /// A flow of the message's kind with this key.
    Key(FlowKey),
    /// The memory of a call with this `REQUEST-ID`.
    Request(RequestId),
}
