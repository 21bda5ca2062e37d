//! The world around a flow: who carries out its effects and understands its messages.

use std::fmt::Debug;
use std::sync::{Arc, Mutex};

use abdm_base::RequestId;
use abdm_base::progress::Progress;
use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;

use crate::engine::{Core, Hold, Noted, Visit};
use crate::flows::read;
use crate::store::{
    Earlier, EffectId, FlowId, FlowKey, Message, Payload, Row, RowChange, RowList, Scope,
    StoreError, StoredFlow,
};
use crate::{EngineError, Flow, Flows, SnapshotError};

/// Carries out the effects of one kind of flow and understands the messages that come in for it.
///
/// Both methods may be called again for the same thing after a crash, and at the same time for
/// different flows. Neither may change the flow except through the event it returns.
#[async_trait]
pub trait FlowHost: Debug + Send + Sync + 'static {
    /// The kind of flow.
    type Flow: Flow;

    /// Whether somebody stands and waits for these flows: a patient's app that gives up after some
    /// seconds, say. When hands are scarce, what is due of them is taken up before all else. For
    /// flows that are short and seldom.
    const URGENT: bool = false;

    /// Carries out one effect. The event that comes out of it (the answer of a call, the result of
    /// a hook) goes to the flow in the same commit that settles the effect.
    ///
    /// It happens at least once: after a crash, or when it [hung](EffectContext::progress), the
    /// effect comes again, with a higher [`attempt`](EffectContext::attempt). A call that is
    /// answered by a callback carries the `REQUEST-ID` that
    /// [`request_id`](EffectContext::request_id) gives, or its callback finds nobody.
    ///
    /// # Errors
    /// [`EffectFailure`] says whether to try again, or which event tells the flow that it failed.
    async fn perform(
        &self,
        cx: &EffectContext<'_, Self::Flow>,
        effect: &<Self::Flow as Flow>::Effect,
    ) -> Result<Option<<Self::Flow as Flow>::Event>, EffectFailure<<Self::Flow as Flow>::Event>>;

    /// Tells which flow a message belongs to, and what it means for it. It must have no effect of
    /// its own.
    ///
    /// # Errors
    /// [`ReceiveError`] for a message that cannot be understood, or not yet.
    async fn receive(
        &self,
        cx: &ReceiveContext<'_>,
        message: &Message,
    ) -> Result<Received<Self::Flow>, ReceiveError>;
}

/// What a message's reader may know of its surroundings.
#[derive(Debug)]
#[non_exhaustive]
pub struct ReceiveContext<'a> {
    pub(crate) core: &'a Core,
    pub(crate) scope: &'a Scope,
}

impl ReceiveContext<'_> {
    /// Whose message it is.
    #[must_use]
    pub const fn scope(&self) -> &Scope {
        self.scope
    }

    /// The present instant.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.core.clock.now()
    }

    /// The flows of one kind, for looking at them.
    #[must_use]
    pub fn flows<F: Flow>(&self) -> Flows<'_, F> {
        Flows::of(self.core.store.as_ref(), self.scope)
    }

    /// What the message says.
    ///
    /// # Errors
    /// The message is offered again: the store failed.
    pub async fn body(&self, message: &Message) -> Result<Bytes, ReceiveError> {
        if let Some(bytes) = &message.body.bytes {
            return Ok(bytes.clone());
        }
        let body = self.core.store.body(self.scope, message.body.id).await?;
        body.ok_or_else(|| ReceiveError::poison("its body is no longer there"))
    }

    /// What another flow says by a [`Note`](crate::store::Note), and which.
    ///
    /// # Errors
    /// The message is offered again when the store failed, and set aside when it is no such note.
    pub async fn note<T: DeserializeOwned>(
        &self,
        message: &Message,
    ) -> Result<(FlowId, T), ReceiveError> {
        let body = Payload::from_bytes(self.body(message).await?);
        let Noted { from, says } =
            body.decode().map_err(|error| ReceiveError::poison(error.to_string()))?;
        Ok((from, says))
    }
}

/// What an effect may know of its surroundings.
#[derive(Debug)]
#[non_exhaustive]
pub struct EffectContext<'a, F: Flow> {
    pub(crate) core: &'a Arc<Core>,
    pub(crate) hold: Hold<'a, F>,
    pub(crate) attempt: u32,
    pub(crate) earlier: Earlier,
    pub(crate) first_request: Mutex<Option<RequestId>>,
    pub(crate) progress: Progress,
    pub(crate) stored: &'a StoredFlow,
    /// What this effect tells its flow need not be read again.
    #[expect(dead_code, reason = "held while the effect goes on")]
    pub(crate) visit: Visit<'a>,
}

impl<F: Flow> EffectContext<'_, F> {
    /// The flow that wants the effect.
    #[must_use]
    pub const fn flow(&self) -> FlowId {
        self.hold.flow
    }

    /// The flow as it was when the effect was taken up, at no cost.
    ///
    /// # Errors
    /// [`SnapshotError`].
    pub fn own_flow(&self) -> Result<F, SnapshotError> {
        read(self.stored)
    }

    /// Whose flow it is.
    #[must_use]
    pub const fn scope(&self) -> &Scope {
        &self.hold.lease.scope
    }

    /// The number of the effect: the same at every try, never the same for another effect.
    #[must_use]
    pub const fn effect(&self) -> EffectId {
        self.hold.effect
    }

    /// Whether a try before this one may have reached its receiver: to be asked before a call that
    /// must not be made twice. It survives restarts, and holds for whichever node made the try.
    #[must_use]
    pub const fn earlier(&self) -> Earlier {
        self.earlier
    }

    /// Which try it is, counted from 1. Tries that ended in a crash are counted too.
    #[must_use]
    pub const fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Whether the effect is set aside should this try fail: for one that must not end so, the time
    /// to [give it up](EffectFailure::give_up) instead.
    #[must_use]
    pub fn is_last_attempt(&self) -> bool {
        self.attempt >= self.core.options.max_attempts
    }

    /// The present instant.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.core.clock.now()
    }

    /// Says that a part of a long effect is done. Without a word for as long as
    /// [`patience`](crate::EngineOptions::patience) it counts as hanging, and is broken off. A
    /// [`request_id`](Self::request_id), a [`checkpoint`](Self::checkpoint) and a
    /// [`tell`](Self::tell) are words, too.
    pub fn progress(&self) {
        self.progress.made();
    }

    /// The flows of one kind, for looking at them. The only way to other flows, so that no snapshot
    /// is read past [`Flow::upgrade`].
    #[must_use]
    pub fn flows<G: Flow>(&self) -> Flows<'_, G> {
        Flows::of(self.core.store.as_ref(), self.scope())
    }

    /// A body that the flow holds.
    ///
    /// # Errors
    /// The store's.
    pub async fn body(&self, id: crate::store::BodyId) -> Result<Option<Bytes>, StoreError> {
        self.core.store.body(self.scope(), id).await
    }

    /// A row.
    ///
    /// # Errors
    /// The store's.
    pub async fn row(&self, table: &str, key: &str) -> Result<Option<Row>, StoreError> {
        self.core.store.row(self.scope(), table, key).await
    }

    /// The rows under one parent.
    ///
    /// # Errors
    /// The store's.
    pub async fn rows(&self, list: &RowList<'_>) -> Result<Vec<Row>, StoreError> {
        self.core.store.rows(list).await
    }

    /// The `REQUEST-ID` for the next HTTP attempt, remembered as this flow's, so that the callback
    /// that names it in `response.requestId` comes here. To be asked *before* each attempt: a
    /// callback may be here before the call's own answer.
    ///
    /// The first one of an effect that [calls](crate::Step::call) was remembered with the effect
    /// and costs nothing.
    ///
    /// # Errors
    /// The store's; the call must then not be sent.
    pub async fn request_id(&self) -> Result<RequestId, StoreError> {
        self.progress();
        let first = self.first_request.lock().ok().and_then(|mut first| first.take());
        if let Some(first) = first {
            return Ok(first);
        }
        let request = RequestId::from_uuid(self.core.ids.uuid());
        self.core.store.remember_request(self.scope(), request, self.flow()).await?;
        Ok(request)
    }

    /// Keeps how far a long effect has come: the rows change now, and the effect goes on. After a
    /// crash it begins again and finds them. It happens only while this try still has the right to
    /// the effect.
    ///
    /// # Errors
    /// [`LeaseLost`](crate::store::StoreErrorKind::LeaseLost): somebody else has the effect by now,
    /// this try must end.
    pub async fn checkpoint(&self, rows: Vec<RowChange>) -> Result<(), StoreError> {
        self.core.checkpoint(&self.hold, rows).await?;
        self.progress();
        Ok(())
    }

    /// Tells the flow something in the midst of an effect, which goes on.
    ///
    /// # Errors
    /// The flow's refusal, or the store's error, as for [`checkpoint`](EffectContext::checkpoint).
    pub async fn tell(&self, event: F::Event) -> Result<(), EngineError> {
        self.core.tell_held(&self.hold, self.stored, event).await?;
        self.progress();
        Ok(())
    }
}

/// An effect was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the effect was not carried out: {reason}")]
#[non_exhaustive]
pub struct EffectFailure<E> {
    /// What now.
    pub action: FailureAction<E>,
    /// Why, in words for the operator; never contents.
    pub reason: String,
    /// Whether this try may have reached its receiver. It may have, unless
    /// [`not_sent`](EffectFailure::not_sent) says otherwise.
    pub perhaps_sent: bool,
}

/// What to do about an effect that was not carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FailureAction<E> {
    /// Try again after the engine's growing pause.
    Retry,
    /// Try again at this instant.
    RetryAt(DateTime<Utc>),
    /// Do not try again; this event tells the flow.
    Tell(E),
    /// Do not try again; set the effect aside for a person. The flow learns nothing, and goes on
    /// with its next effect.
    Bury,
}

impl<E> EffectFailure<E> {
    fn new(action: FailureAction<E>, reason: impl Into<String>) -> Self {
        Self { action, reason: reason.into(), perhaps_sent: true }
    }

    /// Try again after the engine's growing pause.
    #[must_use]
    pub fn retry(reason: impl Into<String>) -> Self {
        Self::new(FailureAction::Retry, reason)
    }

    /// The same, with the word that this try has certainly not reached its receiver. The next one
    /// learns it from [`EffectContext::earlier`].
    #[must_use]
    pub fn not_sent(mut self) -> Self {
        self.perhaps_sent = false;
        self
    }

    /// Try again at `at`, for example because a `Retry-After` said so.
    #[must_use]
    pub fn retry_at(at: DateTime<Utc>, reason: impl Into<String>) -> Self {
        Self::new(FailureAction::RetryAt(at), reason)
    }

    /// Do not try again, and let the flow know by `event`.
    #[must_use]
    pub fn give_up(event: E, reason: impl Into<String>) -> Self {
        Self::new(FailureAction::Tell(event), reason)
    }

    /// Do not try again, and set the effect aside for a person to look at.
    #[must_use]
    pub fn bury(reason: impl Into<String>) -> Self {
        Self::new(FailureAction::Bury, reason)
    }
}

/// The store did not answer: try again.
impl<E> From<StoreError> for EffectFailure<E> {
    fn from(error: StoreError) -> Self {
        Self::retry(error.to_string())
    }
}

/// How to find a flow.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Address {
    /// By its id.
    Flow(FlowId),
    /// By one of its keys.
    Key(FlowKey),
    /// By a call that it has made: the `response.requestId` of a callback.
    Request(RequestId),
}

impl From<FlowId> for Address {
    fn from(id: FlowId) -> Self {
        Self::Flow(id)
    }
}

impl From<FlowKey> for Address {
    fn from(key: FlowKey) -> Self {
        Self::Key(key)
    }
}

impl From<RequestId> for Address {
    fn from(request: RequestId) -> Self {
        Self::Request(request)
    }
}

/// What a message means.
#[derive(Debug)]
#[non_exhaustive]
pub enum Received<F: Flow> {
    /// It is an event of a flow that is there. If it is not there yet, the message waits for it.
    Existing {
        /// Which flow.
        address: Address,
        /// What happened.
        event: F::Event,
    },
    /// It begins a flow. If a flow with this key is there already (the message is a duplicate in
    /// another wrapping), the event goes to that one.
    Start {
        /// What the flow is about. A business key is what makes duplicates harmless.
        key: FlowKey,
        /// The new flow, before its first event.
        flow: F,
        /// Its first event.
        event: F::Event,
        /// Whether a flow with this key that has ended makes room for the new one.
        anew: bool,
    },
    /// It is understood and needs nothing.
    Ignore {
        /// Why, in words for the operator; never contents.
        reason: String,
    },
}

impl<F: Flow> Received<F> {
    /// An event of a flow that is there.
    #[must_use]
    pub fn existing(address: impl Into<Address>, event: F::Event) -> Self {
        Self::Existing { address: address.into(), event }
    }

    /// The first event of a flow, or one more of the flow that has `key` already.
    #[must_use]
    pub const fn start(key: FlowKey, flow: F, event: F::Event) -> Self {
        Self::Start { key, flow, event, anew: false }
    }

    /// The first event of a flow, or one more of the unfinished flow that has `key` already. One
    /// that has ended makes room: for what may be wanted again and again, each time from the start.
    #[must_use]
    pub const fn start_anew(key: FlowKey, flow: F, event: F::Event) -> Self {
        Self::Start { key, flow, event, anew: true }
    }

    /// Nothing to be done.
    #[must_use]
    pub fn ignore(reason: impl Into<String>) -> Self {
        Self::Ignore { reason: reason.into() }
    }
}

/// Why a message means nothing (yet).
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReceiveError {
    /// It cannot be understood, now or ever: it is set aside as a dead letter.
    #[error("poison: {reason}")]
    Poison {
        /// Why, in words for the operator; never contents.
        reason: String,
    },
    /// It cannot be judged yet: something it needs (another flow, the hospital's database) is not
    /// there. It is offered again after growing pauses, within the engine's bounds.
    #[error("not yet: {reason}")]
    NotYet {
        /// Why, in words for the operator; never contents.
        reason: String,
    },
}

abdm_base::debug_in_words!(ReceiveError);

impl ReceiveError {
    /// [`ReceiveError::Poison`].
    #[must_use]
    pub fn poison(reason: impl Into<String>) -> Self {
        Self::Poison { reason: reason.into() }
    }

    /// [`ReceiveError::NotYet`].
    #[must_use]
    pub fn not_yet(reason: impl Into<String>) -> Self {
        Self::NotYet { reason: reason.into() }
    }
}

impl From<StoreError> for ReceiveError {
    fn from(error: StoreError) -> Self {
        Self::not_yet(error.to_string())
    }
}
