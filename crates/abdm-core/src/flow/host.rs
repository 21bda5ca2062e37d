//! The world around a flow: who carries out its effects and understands its messages.

use std::fmt::Debug;
use std::sync::Arc;

use abdm_base::progress::Progress;
use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::clock::Clock;
use crate::flow::{Flow, FlowId, FlowKey, Flows};
use crate::id::RequestId;
use crate::store::{Earlier, FlowStore, Inbound, OutboxId, StoreError};

/// Carries out the effects of one kind of flow and understands the messages that come in for it.
///
/// Both methods may be called again for the same thing after a crash, and at the same time for
/// different flows. Neither may change the flow except through the event it returns.
#[async_trait]
pub trait FlowHost: Debug + Send + Sync + 'static {
    /// The kind of flow.
    type Flow: Flow;

    /// Carries out one effect. The event that comes out of it (the answer of a call, the result of
    /// a hook) goes to the flow in the same commit that settles the effect.
    ///
    /// It happens at least once: after a crash, or when it [hung](EffectContext::progress), the
    /// effect comes again, with a higher [`attempt`](EffectContext::attempt). Before a call is
    /// sent, its `REQUEST-ID` must be given to
    /// [`remember_request`](EffectContext::remember_request), or its callback finds nobody.
    ///
    /// # Errors
    /// [`EffectFailure`] says whether to try again, or which event tells the flow that it failed.
    async fn perform(
        &self,
        cx: &EffectContext<'_>,
        effect: &<Self::Flow as Flow>::Effect,
    ) -> Result<Option<<Self::Flow as Flow>::Event>, EffectFailure<<Self::Flow as Flow>::Event>>;

    /// Tells which flow a message belongs to, and what it means for it. It must have no effect of
    /// its own.
    ///
    /// # Errors
    /// [`ReceiveError`] for a message that cannot be understood, or not yet.
    async fn receive(&self, inbound: &Inbound) -> Result<Received<Self::Flow>, ReceiveError>;
}

/// What an effect may know of its surroundings.
#[derive(Debug)]
#[non_exhaustive]
pub struct EffectContext<'a> {
    flow: FlowId,
    item: OutboxId,
    attempt: u32,
    most_attempts: u32,
    earlier: Earlier,
    store: &'a Arc<dyn FlowStore>,
    clock: &'a Arc<dyn Clock>,
    progress: &'a Progress,
}

impl<'a> EffectContext<'a> {
    pub(crate) const fn new(
        flow: FlowId,
        item: OutboxId,
        (attempt, most_attempts, earlier): (u32, u32, Earlier),
        (store, clock, progress): (&'a Arc<dyn FlowStore>, &'a Arc<dyn Clock>, &'a Progress),
    ) -> Self {
        Self { flow, item, attempt, most_attempts, earlier, store, clock, progress }
    }

    /// The flow that wants the effect.
    #[must_use]
    pub const fn flow(&self) -> FlowId {
        self.flow
    }

    /// The number of the effect: the same at every try, never the same for another effect.
    #[must_use]
    pub const fn item(&self) -> OutboxId {
        self.item
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
    pub const fn is_last_attempt(&self) -> bool {
        self.attempt >= self.most_attempts
    }

    /// The present instant.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Says that a part of a long effect is done. Without a word for as long as
    /// [`patience`](crate::flow::RunnerOptions::patience) it counts as hanging, and is broken off.
    /// [`remember_request`](Self::remember_request) is a word, too.
    pub fn progress(&self) {
        self.progress.made();
    }

    /// The flows of one kind, for looking at them. The only way to other flows, so that no snapshot
    /// is read past [`Flow::upgrade`].
    #[must_use]
    pub fn flows<F: Flow>(&self) -> Flows<'_, F> {
        Flows::of(self.store.as_ref())
    }

    /// Makes it known that the call with this `REQUEST-ID` is this flow's, so that the callback
    /// that names it in `response.requestId` comes here. To be done *before* each HTTP attempt: a
    /// callback may be here before the call's own answer.
    ///
    /// # Errors
    /// The store's; the call must then not be sent.
    pub async fn remember_request(&self, request: RequestId) -> Result<(), StoreError> {
        self.store.remember_request(request, self.flow, self.item).await?;
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
    /// Try again after the runner's growing pause.
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

    /// Try again after the runner's growing pause.
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
        Self::Start { key, flow, event }
    }

    /// Nothing to be done.
    #[must_use]
    pub fn ignore(reason: impl Into<String>) -> Self {
        Self::Ignore { reason: reason.into() }
    }
}

/// Why a message means nothing (yet).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReceiveError {
    /// It cannot be understood, now or ever: it is set aside as a dead letter.
    #[error("poison: {reason}")]
    Poison {
        /// Why, in words for the operator; never contents.
        reason: String,
    },
    /// It cannot be judged yet: something it needs (another flow, the hospital's database) is not
    /// there. It is offered again after growing pauses, within the runner's bounds.
    #[error("not yet: {reason}")]
    NotYet {
        /// Why, in words for the operator; never contents.
        reason: String,
    },
}

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
