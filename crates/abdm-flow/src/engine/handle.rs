//! One kind of flow, as the application sees it.

use std::fmt;
use std::sync::Arc;

use abdm_base::message::Inbound;
use abdm_base::metric;
use bytes::Bytes;

use super::EngineError;
use super::apply::{Applied, Target, Trigger};
use super::core::Core;
use crate::flows::read;
use crate::store::{
    Accepted, Arrival, BodyId, FlowId, FlowKey, Scope, StoreError, StoreErrorKind, StoredFlow,
};
use crate::{Flow, FlowHost, Flows, SnapshotError};

/// One kind of flow of an engine: takes its callbacks in, begins its flows, tells them what
/// happens.
///
/// Cheap to clone. It works whether or not the engine runs on this node.
pub struct Handle<H: FlowHost> {
    pub(super) core: Arc<Core>,
    host: Arc<H>,
}

impl<H: FlowHost> Clone for Handle<H> {
    fn clone(&self) -> Self {
        Self { core: Arc::clone(&self.core), host: Arc::clone(&self.host) }
    }
}

impl<H: FlowHost> fmt::Debug for Handle<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle")
            .field("kind", &H::Flow::KIND)
            .field("host", &self.host)
            .finish_non_exhaustive()
    }
}

/// A flow that was begun, or found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Started {
    /// The flow.
    pub id: FlowId,
    /// Whether it was begun just now.
    pub fresh: bool,
}

type Event<H> = <<H as FlowHost>::Flow as Flow>::Event;

impl<H: FlowHost> Handle<H> {
    pub(super) const fn new(core: Arc<Core>, host: Arc<H>) -> Self {
        Self { core, host }
    }

    /// The host.
    #[must_use]
    pub const fn host(&self) -> &Arc<H> {
        &self.host
    }

    /// The flows, for looking at them.
    #[must_use]
    pub fn flows<'a>(&'a self, scope: &'a Scope) -> Flows<'a, H::Flow> {
        Flows::of(self.core.store.as_ref(), scope)
    }

    /// Takes a message in; whether it is new. When this returns, the message is safe and may be
    /// answered with 202; a duplicate too. It is looked at afterwards, by the engine.
    ///
    /// # Errors
    /// The store's: answer 503, the sender will deliver again (rulings.md 27).
    pub async fn accept(&self, scope: &Scope, inbound: Inbound) -> Result<bool, StoreError> {
        let body = BodyId::fresh(self.core.ids.as_ref());
        let reserved = self.core.reserve(scope);
        let arrival = Arrival::new(scope.clone(), H::Flow::KIND, inbound, body)
            .granted(reserved.grant.clone());
        let (outcome, new) = match self.core.store.accept(&arrival).await? {
            Accepted::New(work) => {
                self.core.begin_accepted(work.map(|work| *work), reserved);
                ("accepted", true)
            }
            Accepted::Duplicate => ("duplicate", false),
        };
        metrics::counter!(metric::INBOUND.name, "kind" => H::Flow::KIND, "outcome" => outcome)
            .increment(1);
        Ok(new)
    }

    /// A message as the store keeps it, for a program that puts it in itself: within a transaction of
    /// its own on the same database, so that it comes if and only if the program's own change does
    /// (`accept_in` of the stores of `abdm-store`). [`look`](Self::look) afterwards saves the engine
    /// a wait of about a second.
    ///
    /// # Errors
    /// The store's.
    pub async fn as_kept(&self, scope: &Scope, inbound: Inbound) -> Result<Arrival, StoreError> {
        let body = BodyId::fresh(self.core.ids.as_ref());
        let arrival = Arrival::new(scope.clone(), H::Flow::KIND, inbound, body);
        self.core.store.as_kept(&arrival).await
    }

    /// Lets the engine of this node look for work at once.
    pub fn look(&self) {
        self.core.work.notify_one();
    }

    /// Begins a flow with its first event.
    ///
    /// # Errors
    /// The flow's refusal of the event, or the store's error.
    pub async fn start(
        &self,
        scope: &Scope,
        flow: H::Flow,
        event: Event<H>,
    ) -> Result<FlowId, EngineError> {
        let id = FlowId::fresh(self.core.ids.as_ref());
        self.begin(scope, id, None, flow, event).await?;
        Ok(id)
    }

    /// Begins a flow unless one with this key is there, finished or not: then nothing happens. For
    /// what the application may say twice ("this record is final").
    ///
    /// # Errors
    /// The flow's refusal of the event, or the store's error.
    pub async fn start_once(
        &self,
        scope: &Scope,
        key: FlowKey,
        flow: H::Flow,
        event: Event<H>,
    ) -> Result<Started, EngineError> {
        self.start_unless(scope, key, flow, event, |_| Ok(true)).await
    }

    /// The same, but a flow with this key that has ended makes room where `failed` says so of it: for
    /// what may be said again after it came to nothing.
    ///
    /// # Errors
    /// The flow's refusal of the event, a snapshot that does not read, or the store's error.
    pub async fn start_once_or_again(
        &self,
        scope: &Scope,
        key: FlowKey,
        flow: H::Flow,
        event: Event<H>,
        failed: impl Fn(&H::Flow) -> bool + Send,
    ) -> Result<Started, EngineError> {
        let stands = move |found: &StoredFlow| Ok(!found.done || !failed(&read(found)?));
        self.start_unless(scope, key, flow, event, stands).await
    }

    async fn start_unless(
        &self,
        scope: &Scope,
        key: FlowKey,
        flow: H::Flow,
        event: Event<H>,
        stands: impl Fn(&StoredFlow) -> Result<bool, SnapshotError> + Send,
    ) -> Result<Started, EngineError> {
        let kind = H::Flow::KIND;
        if let Some(found) = self.core.store.find(scope, kind, &key).await?
            && stands(&found)?
        {
            return Ok(Started { id: found.id, fresh: false });
        }
        let id = FlowId::fresh(self.core.ids.as_ref());
        match self.begin(scope, id, Some(key.clone()), flow, event).await {
            Ok(()) => Ok(Started { id, fresh: true }),
            Err(EngineError::Store(error)) if error.kind == StoreErrorKind::Conflict => {
                match self.core.store.find(scope, kind, &key).await? {
                    Some(found) => Ok(Started { id: found.id, fresh: false }),
                    None => Err(error.into()),
                }
            }
            Err(error) => Err(error),
        }
    }

    /// Tells a flow what happened.
    ///
    /// # Errors
    /// [`EngineError::NoSuchFlow`], the flow's refusal of the event, or the store's error.
    pub async fn deliver(
        &self,
        scope: &Scope,
        id: FlowId,
        event: Event<H>,
    ) -> Result<(), EngineError> {
        self.tell(scope, id, event, Vec::new()).await
    }

    /// Tells a flow what happened, with a body that is too large for its snapshot: the flow learns
    /// the body's id, and holds it from then on if it says [`keep_body`](crate::Step::keep_body).
    ///
    /// # Errors
    /// As [`deliver`](Handle::deliver).
    pub async fn deliver_body(
        &self,
        scope: &Scope,
        id: FlowId,
        body: Bytes,
        event: impl FnOnce(BodyId) -> Event<H> + Send,
    ) -> Result<(), EngineError> {
        let body_id = BodyId::fresh(self.core.ids.as_ref());
        self.tell(scope, id, event(body_id), vec![(body_id, body)]).await
    }

    async fn tell(
        &self,
        scope: &Scope,
        id: FlowId,
        event: Event<H>,
        bodies: Vec<(BodyId, Bytes)>,
    ) -> Result<(), EngineError> {
        for tries in 1..=self.core.options.max_conflicts.max(1) {
            let target = Target::<H::Flow>::Existing { id, stored: None };
            let trigger = Trigger::Application { bodies: bodies.clone() };
            match self.core.apply(scope, target, event.clone(), trigger).await? {
                Applied::Done => return Ok(()),
                Applied::Missing => return Err(EngineError::NoSuchFlow { id }),
                Applied::Refused { error, .. } => return Err(error.into()),
                Applied::Conflict => self.core.pause_after_conflict(tries).await,
            }
        }
        Err(StoreError::new(StoreErrorKind::Conflict).into())
    }

    /// Begins a flow; a conflict says that its key is taken.
    async fn begin(
        &self,
        scope: &Scope,
        id: FlowId,
        key: Option<FlowKey>,
        flow: H::Flow,
        event: Event<H>,
    ) -> Result<(), EngineError> {
        let target = Target::New { id, key, flow: Box::new(flow) };
        let trigger = Trigger::Application { bodies: Vec::new() };
        match self.core.apply(scope, target, event, trigger).await? {
            Applied::Done => Ok(()),
            Applied::Refused { error, .. } => Err(error.into()),
            Applied::Missing | Applied::Conflict => {
                Err(StoreError::new(StoreErrorKind::Conflict).into())
            }
        }
    }
}
