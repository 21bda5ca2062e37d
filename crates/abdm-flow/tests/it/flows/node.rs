//! One process: an engine that serves one kind of flow of one facility.

use std::sync::Arc;
use std::time::Duration;

use abdm_base::clock::Clock;
use abdm_base::ids::RandomIds;
use abdm_flow::store::{
    DeadLetter, DeadLetterList, FlowId, FlowKey, FlowList, FlowStore, Inbound, MemoryStore,
    QueueDepths, Scope, StoreError, StoredFlow,
};
use abdm_flow::{Engine, EngineError, EngineOptions, Flow, FlowHost, Handle, Started, WaitError};

/// The facility of all these tests.
pub(super) fn scope() -> Scope {
    Scope::new("IN0000000001")
}

pub(super) fn fresh_id() -> FlowId {
    FlowId::fresh(&RandomIds)
}

pub(super) struct Node<H: FlowHost> {
    pub(super) engine: Engine,
    handle: Handle<H>,
}

impl<H: FlowHost> Clone for Node<H> {
    fn clone(&self) -> Self {
        Self { engine: self.engine.clone(), handle: self.handle.clone() }
    }
}

impl<H: FlowHost> std::fmt::Debug for Node<H> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.handle.fmt(f)
    }
}

type Event<H> = <<H as FlowHost>::Flow as Flow>::Event;

impl<H: FlowHost> Node<H> {
    pub(super) fn new(host: Arc<H>, store: Arc<dyn FlowStore>, clock: Arc<dyn Clock>) -> Self {
        Self::with_options(host, store, clock, EngineOptions::default())
    }

    pub(super) fn with_options(
        host: Arc<H>,
        store: Arc<dyn FlowStore>,
        clock: Arc<dyn Clock>,
        options: EngineOptions,
    ) -> Self {
        let engine = Engine::with(store, clock, Arc::new(RandomIds), options);
        let handle = engine.register(host).unwrap();
        Self { engine, handle }
    }

    pub(super) async fn run(&self, shutdown: impl Future<Output = ()> + Send) {
        self.engine.run(shutdown).await;
    }

    pub(super) async fn accept(&self, inbound: &Inbound) -> Result<bool, StoreError> {
        self.handle.accept(&scope(), inbound.clone()).await
    }

    pub(super) async fn start(
        &self,
        flow: H::Flow,
        event: Event<H>,
    ) -> Result<FlowId, EngineError> {
        self.handle.start(&scope(), flow, event).await
    }

    pub(super) async fn start_once(
        &self,
        key: FlowKey,
        flow: H::Flow,
        event: Event<H>,
    ) -> Result<Started, EngineError> {
        self.handle.start_once(&scope(), key, flow, event).await
    }

    pub(super) async fn start_once_or_again(
        &self,
        key: FlowKey,
        flow: H::Flow,
        event: Event<H>,
        failed: impl Fn(&H::Flow) -> bool + Send,
    ) -> Result<Started, EngineError> {
        self.handle.start_once_or_again(&scope(), key, flow, event, failed).await
    }

    pub(super) async fn deliver(&self, id: FlowId, event: Event<H>) -> Result<(), EngineError> {
        self.handle.deliver(&scope(), id, event).await
    }

    pub(super) async fn load(&self, id: FlowId) -> Result<Option<H::Flow>, EngineError> {
        let scope = scope();
        let found = self.handle.flows(&scope).load(id).await?;
        Ok(found.map(|found| found.flow))
    }

    pub(super) async fn wait_until(
        &self,
        id: FlowId,
        reached: impl Fn(&H::Flow) -> bool + Send + Sync,
        patience: Duration,
    ) -> Result<H::Flow, WaitError> {
        self.handle.wait_until(&scope(), id, reached, patience).await
    }

    pub(super) async fn wait_done(
        &self,
        id: FlowId,
        patience: Duration,
    ) -> Result<H::Flow, WaitError> {
        self.handle.wait_done(&scope(), id, patience).await
    }
}

/// What these tests ask a memory store.
pub(super) trait Look {
    async fn letters(&self) -> Vec<DeadLetter>;
    async fn depths_of(&self, kind: &'static str) -> QueueDepths;
    async fn all(&self, kind: &'static str) -> Vec<StoredFlow>;
    async fn stored(&self, id: FlowId) -> StoredFlow;
}

impl Look for MemoryStore {
    async fn letters(&self) -> Vec<DeadLetter> {
        self.dead_letters(&DeadLetterList::new(9)).await.unwrap()
    }

    async fn depths_of(&self, kind: &'static str) -> QueueDepths {
        self.depths(&[kind]).await.unwrap().remove(0)
    }

    async fn all(&self, kind: &'static str) -> Vec<StoredFlow> {
        self.flows(&FlowList::new(&scope(), kind, 9)).await.unwrap()
    }

    async fn stored(&self, id: FlowId) -> StoredFlow {
        self.load(&scope(), id).await.unwrap().unwrap()
    }
}
