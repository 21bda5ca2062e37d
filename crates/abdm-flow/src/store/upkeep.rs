//! What operators look at, and what is forgotten.

use chrono::{DateTime, Utc};

use crate::store::{Effect, FlowId, Lease, Message, Scope, WorkId};

/// Which flows are listed.
#[derive(Debug, Clone, Copy)]
#[must_use]
#[non_exhaustive]
pub struct FlowList<'a> {
    /// Whose.
    pub scope: &'a Scope,
    /// Of which kind.
    pub kind: &'a str,
    /// Beginning after this one.
    pub after: Option<FlowId>,
    /// At most so many, in the order of their ids.
    pub limit: usize,
}

impl<'a> FlowList<'a> {
    /// The first `limit` flows of a kind.
    pub const fn new(scope: &'a Scope, kind: &'a str, limit: usize) -> Self {
        Self { scope, kind, after: None, limit }
    }

    /// Goes on after the last flow of the page before.
    pub const fn after(mut self, id: FlowId) -> Self {
        self.after = Some(id);
        self
    }
}

/// Work that was set aside because nothing sensible could be done with it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeadLetter {
    /// Whose it is.
    pub scope: Scope,
    /// By what it is replayed or discarded.
    pub work: WorkId,
    /// The kind of flow that it was for.
    pub kind: String,
    /// What it is.
    pub item: DeadItem,
    /// Why, in words for the operator; never contents.
    pub reason: String,
    /// When it was set aside.
    pub at: DateTime<Utc>,
}

impl DeadLetter {
    /// A dead letter, for implementations of the store.
    #[must_use]
    pub fn new(
        (scope, work): (Scope, WorkId),
        kind: String,
        item: DeadItem,
        reason: String,
        at: DateTime<Utc>,
    ) -> Self {
        Self { scope, work, kind, item, reason, at }
    }

    /// Whether it is the work of this lease.
    #[must_use]
    pub fn is_of(&self, lease: &Lease) -> bool {
        self.scope == lease.scope && self.work == lease.work
    }
}

/// What was set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeadItem {
    /// A message that came in.
    Message(Message),
    /// An effect.
    Effect(Effect),
}

/// Which dead letters are listed: oldest first, at most `limit`.
#[derive(Debug, Clone, Copy)]
#[must_use]
#[non_exhaustive]
pub struct DeadLetterList<'a> {
    /// Whose; everybody's, if nothing is said.
    pub scope: Option<&'a Scope>,
    /// Of which kind of flow; of all, if nothing is said.
    pub kind: Option<&'a str>,
    /// Those set aside at this instant or later.
    pub since: Option<DateTime<Utc>>,
    /// At most so many.
    pub limit: usize,
}

impl<'a> DeadLetterList<'a> {
    /// The oldest dead letters of everybody.
    pub const fn new(limit: usize) -> Self {
        Self { scope: None, kind: None, since: None, limit }
    }

    /// Those of one facility.
    pub const fn of(mut self, scope: &'a Scope) -> Self {
        self.scope = Some(scope);
        self
    }

    /// Those of one kind of flow.
    pub const fn of_kind(mut self, kind: &'a str) -> Self {
        self.kind = Some(kind);
        self
    }

    /// Those set aside at `since` or later.
    pub const fn since(mut self, since: DateTime<Utc>) -> Self {
        self.since = Some(since);
        self
    }
}

/// How much waits, of one kind of flow, and since when. Claimed work counts as waiting.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct QueueDepths {
    /// The kind of flow.
    pub kind: String,
    /// Messages, put off ones included.
    pub messages: u64,
    /// Effects.
    pub effects: u64,
    /// Dead letters of both sorts.
    pub dead: u64,
    /// When the oldest of the messages came, or was replayed.
    pub oldest_message: Option<DateTime<Utc>>,
    /// When the oldest of the effects was wanted, or replayed.
    pub oldest_effect: Option<DateTime<Utc>>,
}

impl QueueDepths {
    /// Depths, for implementations of the store.
    #[must_use]
    pub const fn new(kind: String, messages: u64, effects: u64, dead: u64) -> Self {
        Self { kind, messages, effects, dead, oldest_message: None, oldest_effect: None }
    }

    /// The same, with since when the oldest message and the oldest effect wait.
    #[must_use]
    pub const fn since(
        mut self,
        message: Option<DateTime<Utc>>,
        effect: Option<DateTime<Utc>>,
    ) -> Self {
        self.oldest_message = message;
        self.oldest_effect = effect;
        self
    }
}

/// What is forgotten, in one batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
#[non_exhaustive]
pub struct Purge<'a> {
    /// Of these facilities; of all, if nothing is said.
    pub scopes: Option<&'a [Scope]>,
    /// Of these kinds of flow.
    pub kinds: &'a [&'static str],
    /// Flows that finished before it and have no work left, with their keys, requests and bodies,
    /// and dead letters set aside before it.
    pub finished_before: DateTime<Utc>,
    /// The memory of messages that were settled before it: one that comes again after that is new.
    pub seen_before: DateTime<Utc>,
    /// Rows that expire at this instant or earlier.
    pub now: DateTime<Utc>,
    /// At most so many of each sort.
    pub limit: usize,
}

impl<'a> Purge<'a> {
    /// One batch of what may be forgotten.
    pub const fn new(
        kinds: &'a [&'static str],
        finished_before: DateTime<Utc>,
        seen_before: DateTime<Utc>,
        now: DateTime<Utc>,
        limit: usize,
    ) -> Self {
        Self { scopes: None, kinds, finished_before, seen_before, now, limit }
    }

    /// Only what belongs to these facilities.
    pub const fn of(mut self, scopes: Option<&'a [Scope]>) -> Self {
        self.scopes = scopes;
        self
    }

    /// Whether it is about what belongs to `scope`.
    #[must_use]
    pub fn covers(&self, scope: &Scope) -> bool {
        self.scopes.is_none_or(|scopes| scopes.contains(scope))
    }
}

/// What was forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Purged {
    /// How many flows.
    pub flows: u64,
    /// How many dead letters.
    pub dead: u64,
    /// How many messages are no longer recognised.
    pub seen: u64,
    /// How many rows.
    pub rows: u64,
}

impl Purged {
    /// Counts, for implementations of the store.
    #[must_use]
    pub const fn new(flows: u64, dead: u64, seen: u64, rows: u64) -> Self {
        Self { flows, dead, seen, rows }
    }

    /// Whether another batch may find more.
    #[must_use]
    pub fn is_full(&self, limit: usize) -> bool {
        let limit = u64::try_from(limit).unwrap_or(u64::MAX);
        [self.flows, self.dead, self.seen, self.rows].into_iter().any(|count| count >= limit)
    }
}
