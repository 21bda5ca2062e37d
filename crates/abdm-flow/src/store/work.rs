//! What a store holds to be done, and the right to do it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use abdm_base::RequestId;
use abdm_base::message::Inbound;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::store::{BodyId, FlowId, FlowKey, Payload, Scope};

/// A flow as it is stored.
///
/// It does not tell its keys: a store may keep them as hashes. Keys are compared in the store, by
/// finding a flow under them and by naming them again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StoredFlow {
    /// Its id.
    pub id: FlowId,
    /// Whose it is.
    pub scope: Scope,
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
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

impl StoredFlow {
    /// A flow at revision 1 that began at `now`, for implementations of the store.
    #[must_use]
    pub fn new(
        id: FlowId,
        scope: Scope,
        kind: impl Into<String>,
        version: u32,
        state: Payload,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            id,
            scope,
            kind: kind.into(),
            version,
            state,
            revision: 1,
            wake_at: None,
            done: false,
            created_at: now,
            updated_at: now,
        }
    }
}

/// A body, by reference.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Body {
    /// By what it is read.
    pub id: BodyId,
    /// How many bytes it has.
    pub length: u64,
    /// The bytes, where the claim had room for them.
    #[serde(skip)]
    pub bytes: Option<Bytes>,
}

impl Body {
    /// A body, for implementations of the store.
    #[must_use]
    pub const fn new(id: BodyId, length: u64, bytes: Option<Bytes>) -> Self {
        Self { id, length, bytes }
    }
}

/// Prints the size only.
impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({}, {} bytes)", self.id, self.length)
    }
}

/// A message in the inbox of a kind of flow. Its body may have to be read from the store.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Message {
    /// The name of the endpoint, for example `OnLinkCareContexts`.
    pub endpoint: String,
    /// The headers that are needed to understand it, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// What it says.
    pub body: Body,
}

impl Message {
    /// A message, for implementations of the store.
    #[must_use]
    pub const fn new(
        endpoint: String,
        headers: BTreeMap<String, String>,
        received_at: DateTime<Utc>,
        body: Body,
    ) -> Self {
        Self { endpoint, headers, received_at, body }
    }

    /// The value of a header, whatever the case of its name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(&name.to_ascii_lowercase()).map(String::as_str)
    }
}

/// Prints the names of the headers and the size of the body.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("endpoint", &self.endpoint)
            .field("headers", &self.headers.keys())
            .field("received_at", &self.received_at)
            .field("body", &self.body)
            .finish()
    }
}

/// A message on its way into the inbox.
#[derive(Debug, Clone)]
#[must_use]
#[non_exhaustive]
pub struct Arrival {
    /// Whose it is.
    pub scope: Scope,
    /// The kind of flow that it is for.
    pub kind: &'static str,
    /// The message.
    pub inbound: Inbound,
    /// The id under which its body is kept.
    pub body: BodyId,
    /// Whether whoever brings it takes it up at once.
    pub grant: Option<Grant>,
}

impl Arrival {
    /// A message for the kind `kind`.
    pub const fn new(scope: Scope, kind: &'static str, inbound: Inbound, body: BodyId) -> Self {
        Self { scope, kind, inbound, body, grant: None }
    }

    /// Takes it up at once.
    pub fn granted(mut self, grant: Option<Grant>) -> Self {
        self.grant = grant;
        self
    }
}

/// What became of an arrival.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Accepted {
    /// It is in the inbox now; claimed, where a [`Grant`] asked for it.
    New(Option<Box<Work>>),
    /// It was there before, and nothing changed.
    Duplicate,
}

impl Accepted {
    /// Whether it was not there before.
    #[must_use]
    pub const fn is_new(&self) -> bool {
        matches!(self, Self::New(_))
    }
}

/// Something that one flow tells another: a message in the inbox of the other's kind, put there in
/// the commit of the first. It needs no name against repetition, since a commit happens once.
#[derive(Clone, PartialEq, Eq)]
#[must_use]
#[non_exhaustive]
pub struct Note {
    /// The kind of flow that is told.
    pub kind: &'static str,
    /// What sort of note it is, in the place of an endpoint's name.
    pub subject: &'static str,
    /// What it says.
    pub payload: Payload,
}

impl Note {
    /// A note for the kind `kind`.
    pub const fn new(kind: &'static str, subject: &'static str, payload: Payload) -> Self {
        Self { kind, subject, payload }
    }
}

impl fmt::Debug for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Note({} to {})", self.subject, self.kind)
    }
}

/// The number of a message in the inbox; later ones have higher numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MessageId(u64);

/// The number of an effect; later ones have higher numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EffectId(u64);

macro_rules! numbered {
    ($($id:ident),+) => {$(
        impl $id {
            /// The one with this number.
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

        impl fmt::Display for $id {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

numbered!(MessageId, EffectId);

/// A piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum WorkId {
    /// A message that came in.
    Message(MessageId),
    /// An effect to be carried out.
    Effect(EffectId),
    /// A flow that wants to be woken.
    Wake(FlowId),
}

/// The right to settle a piece of work, as long as nobody else has claimed it since.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Lease {
    /// Whose work.
    pub scope: Scope,
    /// The work.
    pub work: WorkId,
    /// Which claim of this work it is. The store refuses every fence but the latest.
    pub fence: u64,
}

impl Lease {
    /// A lease, for implementations of the store.
    #[must_use]
    pub const fn new(scope: Scope, work: WorkId, fence: u64) -> Self {
        Self { scope, work, fence }
    }
}

/// What to claim: whatever is due, of all these kinds, longest due first.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Claim<'a> {
    /// Whose work; everybody's, if nothing is said.
    pub scopes: Option<&'a [Scope]>,
    /// Work of these kinds of flow.
    pub kinds: &'a [&'static str],
    /// Who claims: the name of a node.
    pub holder: &'a str,
    /// The present instant.
    pub now: DateTime<Utc>,
    /// When the claim ends unless it is renewed.
    pub until: DateTime<Utc>,
    /// At most so many pieces.
    pub limit: usize,
    /// Bodies of messages come along as long as they have no more bytes than this in all; the
    /// others are read by their ids.
    pub bytes: u64,
}

impl<'a> Claim<'a> {
    /// A claim on everybody's work of these kinds.
    #[must_use]
    pub const fn new(
        kinds: &'a [&'static str],
        holder: &'a str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
        limit: usize,
    ) -> Self {
        Self { scopes: None, kinds, holder, now, until, limit, bytes: 1 << 20 }
    }

    /// Only the work of these scopes.
    #[must_use]
    pub const fn of(mut self, scopes: Option<&'a [Scope]>) -> Self {
        self.scopes = scopes;
        self
    }

    /// With bodies of at most so many bytes in all.
    #[must_use]
    pub const fn with_bytes(mut self, bytes: u64) -> Self {
        self.bytes = bytes;
        self
    }
}

/// Whoever commits takes up at once what the commit makes due, without a claim of its own: a claim
/// and a commit in one call. What is not granted is found by the next claim.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Grant {
    /// Who claims.
    pub holder: Arc<str>,
    /// Work of these kinds of flow.
    pub kinds: Arc<[&'static str]>,
    /// When the claim ends unless it is renewed.
    pub until: DateTime<Utc>,
    /// At most so many pieces.
    pub limit: usize,
}

impl Grant {
    /// A claim of at most `limit` pieces of work that the commit makes due.
    #[must_use]
    pub const fn new(
        holder: Arc<str>,
        kinds: Arc<[&'static str]>,
        until: DateTime<Utc>,
        limit: usize,
    ) -> Self {
        Self { holder, kinds, until, limit }
    }
}

/// What a claim gave.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Claimed {
    /// The work, longest due first.
    pub work: Vec<Work>,
    /// The earliest instant at which the same claim may find more: now or earlier where there was
    /// more than the limit; the end of a lease where all is claimed.
    pub next_due: Option<DateTime<Utc>>,
}

impl Claimed {
    /// What was claimed, for implementations of the store.
    #[must_use]
    pub const fn new(work: Vec<Work>, next_due: Option<DateTime<Utc>>) -> Self {
        Self { work, next_due }
    }
}

/// A claimed piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Work {
    /// The right to settle it.
    pub lease: Lease,
    /// The kind of flow that it is for.
    pub kind: String,
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
    /// What it is.
    pub task: Task,
}

impl Work {
    /// A first claim, for implementations of the store.
    #[must_use]
    pub const fn new(lease: Lease, kind: String, queued_at: DateTime<Utc>, task: Task) -> Self {
        let earlier = Earlier::None;
        Self { lease, kind, attempt: 1, earlier, deferrals: 0, queued_at, task }
    }
}

/// What a piece of work is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Task {
    /// A message to be understood.
    Message(Message),
    /// An effect to be carried out, and its flow as it was when the work was claimed.
    Effect(Effect, StoredFlow),
    /// A flow to be woken, as it was when the work was claimed.
    Wake(StoredFlow),
}

/// An effect that waits to be carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Effect {
    /// Its number.
    pub id: EffectId,
    /// The flow that wants it done.
    pub flow: FlowId,
    /// In which lane of that flow it waits for its turn.
    pub lane: String,
    /// What is to be done.
    pub payload: Payload,
    /// The `REQUEST-ID` of its first try, remembered when it was put in.
    pub request: Option<RequestId>,
    /// When the flow asked for it.
    pub created_at: DateTime<Utc>,
}

impl Effect {
    /// An effect, for implementations of the store.
    #[must_use]
    pub const fn new(
        (id, flow): (EffectId, FlowId),
        lane: String,
        payload: Payload,
        request: Option<RequestId>,
        created_at: DateTime<Utc>,
    ) -> Self {
        Self { id, flow, lane, payload, request, created_at }
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
