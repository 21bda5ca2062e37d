//! One transaction: what it expects, and what it changes.

use std::fmt;
use std::sync::Arc;

use abdm_base::RequestId;
use bytes::Bytes;
use chrono::{DateTime, Utc};

use crate::Bodies;
use crate::store::{
    BodyId, FlowId, FlowKey, Grant, Lease, Note, Payload, RowChange, Scope, WaitFor, Work,
};

/// One transaction on the store, within one scope.
///
/// An implementation checks, in this order: the lease of the work, the revision of the flow, its
/// keys, the rows. Then it changes everything, or nothing.
#[derive(Debug, Clone)]
#[must_use]
#[non_exhaustive]
pub struct Commit {
    /// Whose flows, rows and work.
    pub scope: Scope,
    /// The present instant.
    pub now: DateTime<Utc>,
    /// The flow that is written or relied upon.
    pub flow: Option<FlowChange>,
    /// The rows that change.
    pub rows: Vec<RowChange>,
    /// What other flows are told.
    pub notes: Vec<(Note, BodyId)>,
    /// What becomes of the work that led to this.
    pub work: Option<WorkChange>,
    /// Whether whoever commits takes up at once what becomes due.
    pub grant: Option<Grant>,
    /// The same commit before it was sealed, where the store [has a
    /// listener](crate::store::FlowStore::has_listener).
    pub clear: Option<Arc<Commit>>,
}

impl Commit {
    /// A transaction without content.
    pub const fn at(scope: Scope, now: DateTime<Utc>) -> Self {
        Self {
            scope,
            now,
            flow: None,
            rows: Vec::new(),
            notes: Vec::new(),
            work: None,
            grant: None,
            clear: None,
        }
    }

    /// The commit as it was before it was sealed: what a listener is shown.
    pub fn in_clear(&self) -> &Self {
        self.clear.as_deref().unwrap_or(self)
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

    /// Changes rows.
    pub fn rows(mut self, rows: impl IntoIterator<Item = RowChange>) -> Self {
        self.rows.extend(rows);
        self
    }

    /// Tells another flow, under the id `body`.
    pub fn note(mut self, note: Note, body: BodyId) -> Self {
        self.notes.push((note, body));
        self
    }

    /// Settles a claimed piece of work.
    pub fn settle(mut self, lease: Lease, outcome: Outcome) -> Self {
        self.work = Some(WorkChange::Settle { lease, outcome });
        self
    }

    /// Happens only while this lease is held, and leaves the work unsettled: a checkpoint of an
    /// effect that goes on.
    pub fn hold(mut self, lease: Lease) -> Self {
        self.work = Some(WorkChange::Hold { lease });
        self
    }

    /// Takes up at once what becomes due.
    pub fn granted(mut self, grant: Option<Grant>) -> Self {
        self.grant = grant;
        self
    }

    /// Whether nothing would change.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.flow.is_none()
            && self.rows.is_empty()
            && self.notes.is_empty()
            && !matches!(self.work, Some(WorkChange::Settle { .. }))
    }
}

/// The flow of a commit.
#[derive(Debug, Clone)]
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
#[derive(Clone)]
#[non_exhaustive]
pub struct FlowWrite {
    /// The kind, which never changes.
    pub kind: &'static str,
    /// The version of the snapshot.
    pub version: u32,
    /// The snapshot.
    pub state: Payload,
    /// When it wants to be woken, in place of what was there.
    pub wake_at: Option<DateTime<Utc>>,
    /// Whether it has come to its end.
    pub done: bool,
    /// Keys that it has from now on, among those it had. One that a finished flow holds passes to
    /// this one; one that an unfinished flow holds is a conflict.
    pub keys: Vec<FlowKey>,
    /// Effects for the outbox, in this order.
    pub effects: Vec<NewEffect>,
    /// New bodies, the flow's own from now on.
    pub new_bodies: Vec<(BodyId, Bytes)>,
    /// What becomes of the message's body, and of those that the flow holds.
    pub bodies: Bodies,
}

impl FlowWrite {
    /// A snapshot, with nothing else.
    #[must_use]
    pub fn new(kind: &'static str, version: u32, state: Payload) -> Self {
        Self {
            kind,
            version,
            state,
            wake_at: None,
            done: false,
            keys: Vec::new(),
            effects: Vec::new(),
            new_bodies: Vec::new(),
            bodies: Bodies::default(),
        }
    }
}

/// Prints the sizes of new bodies only.
impl fmt::Debug for FlowWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let new_bodies: Vec<_> =
            self.new_bodies.iter().map(|(id, bytes)| (id, bytes.len())).collect();
        f.debug_struct("FlowWrite")
            .field("kind", &self.kind)
            .field("version", &self.version)
            .field("state", &self.state)
            .field("wake_at", &self.wake_at)
            .field("done", &self.done)
            .field("keys", &self.keys)
            .field("effects", &self.effects)
            .field("new_bodies", &new_bodies)
            .field("bodies", &self.bodies)
            .finish()
    }
}

/// An effect on its way into the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NewEffect {
    /// In which lane of the flow it waits for its turn.
    pub lane: &'static str,
    /// What is to be done.
    pub payload: Payload,
    /// The `REQUEST-ID` of its first try, remembered with it.
    pub request: Option<RequestId>,
}

impl NewEffect {
    /// An effect in a lane.
    #[must_use]
    pub const fn new(lane: &'static str, payload: Payload) -> Self {
        Self { lane, payload, request: None }
    }

    /// Remembers the `REQUEST-ID` of its first try.
    #[must_use]
    pub const fn calling(mut self, request: RequestId) -> Self {
        self.request = Some(request);
        self
    }
}

/// What becomes of a claimed piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum WorkChange {
    /// It is settled.
    Settle {
        /// The right to it.
        lease: Lease,
        /// What becomes of it.
        outcome: Outcome,
    },
    /// It goes on; the commit happens only if the lease is still held.
    Hold {
        /// The right to it.
        lease: Lease,
    },
}

impl WorkChange {
    /// The right to the work.
    #[must_use]
    pub const fn lease(&self) -> &Lease {
        match self {
            Self::Settle { lease, .. } | Self::Hold { lease } => lease,
        }
    }
}

/// What becomes of a claimed piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It is done. A wake-up is done with the next change of its flow, whatever that says of the
    /// next wake-up; without a change it is taken away, which counts as one.
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
    /// It is set aside as a dead letter. For the order within a lane an effect that was set aside
    /// counts as settled. A wake-up is taken away.
    Dead {
        /// Why, in words for the operator; never contents.
        reason: String,
    },
}

/// What a commit has led to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Committed {
    /// What became due and was claimed, as the commit's [`Grant`] asked.
    pub work: Vec<Work>,
    /// Whether more became due than was claimed: the next claim finds it.
    pub more: bool,
}

impl Committed {
    /// What was claimed, for implementations of the store.
    #[must_use]
    pub const fn new(work: Vec<Work>, more: bool) -> Self {
        Self { work, more }
    }
}
