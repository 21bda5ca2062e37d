//! Everything of one client id in one place: its roles, their callbacks, their work, their end.

mod health;
#[cfg(feature = "axum")]
mod serve;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use abdm_core::callback::CallbackVerifier;
use abdm_core::client::AbdmClient;
#[cfg(feature = "tower")]
use abdm_core::receiver::CallbackService;
use abdm_core::receiver::{CallbackReceiver, Route};
use abdm_flow::Engine;
use futures_util::future::join_all;
use tokio::sync::watch;

use self::health::LastCheck;
use crate::upkeep;

/// A role of a facility: `Hip` and `Hiu` are.
pub trait Role {
    /// Its callbacks, and who takes them.
    fn callbacks(&self) -> Vec<Route>;

    /// The engine that moves its flows.
    fn engine(&self) -> &Engine;

    /// How long what is finished is kept.
    fn retention(&self) -> Duration;
}

/// The roles of one client id behind its one callback URL: one receiver for the callbacks of all,
/// one `run` for their work, one end, one report of their health.
///
/// A client id has one callback URL (gateway.md 8), so that two routers, one for each role, would
/// be in each other's way.
///
/// ```
/// use abdm_core::client::AbdmClient;
/// use abdm_role::{Bridge, Role};
///
/// /// `hip` is a `Hip`, `hiu` a `Hiu`, over one store.
/// async fn work(client: &AbdmClient, hip: &impl Role, hiu: &impl Role) {
///     let bridge = Bridge::new(client, &[hip, hiu]);
///     let receiver = bridge.receiver(); // give it each request to the callback URL
///     let work = bridge.run(async { /* until the program is asked to end */ });
///     work.await;
///     assert!(receiver.is_closed());
///     assert!(!bridge.health().await.is_ready());
/// }
/// ```
///
/// Cheap to clone; clones are one bridge. Once it has been asked to end it stays closed: build
/// another for another [`run`](Self::run).
#[derive(Debug, Clone)]
pub struct Bridge {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    client: AbdmClient,
    receiver: Arc<CallbackReceiver>,
    workers: Vec<Worker>,
    /// Whether it works, or has worked.
    began: AtomicBool,
    last_check: LastCheck,
}

/// An engine, and how long what it has finished is kept.
#[derive(Debug)]
struct Worker {
    engine: Engine,
    retention: Duration,
}

impl Bridge {
    /// A bridge of these roles, whose callbacks are checked to come from ABDM: by the gateway's
    /// keys, fetched by `client`, and the issuers of its environment.
    #[must_use]
    pub fn new(client: &AbdmClient, roles: &[&dyn Role]) -> Self {
        roles.iter().fold(Self::builder(client), |builder, role| builder.role(*role)).build()
    }

    /// Begins to build a bridge with settings of its own.
    pub fn builder(client: &AbdmClient) -> BridgeBuilder {
        BridgeBuilder {
            client: client.clone(),
            routes: Vec::new(),
            workers: Vec::new(),
            verifier: None,
            prefix: String::new(),
        }
    }

    /// What receives the callbacks of all roles: the plain function
    /// [`CallbackReceiver::handle`], and the way to the other doors.
    #[must_use]
    pub fn receiver(&self) -> &Arc<CallbackReceiver> {
        &self.inner.receiver
    }

    /// The callbacks of all roles as a `tower::Service`.
    #[cfg(feature = "tower")]
    #[must_use]
    pub fn service(&self) -> CallbackService {
        CallbackService::new(Arc::clone(&self.inner.receiver))
    }

    /// Works for all roles until `shutdown` is ready. Then callbacks are answered 503 with
    /// `Retry-After`, [`Health::is_ready`](crate::Health::is_ready) is false, work in progress ends
    /// (each engine within its [`drain`](abdm_flow::EngineOptions::drain)), and claims are given
    /// back.
    ///
    /// Nothing is lost when it is dropped instead: the next run takes everything up again.
    pub async fn run(&self, shutdown: impl Future<Output = ()> + Send) {
        let stop = async {
            shutdown.await;
            self.close();
        };
        self.work_until(stop).await;
    }

    /// Takes no callback from now on, and says so: the first half of the end. The work goes on.
    pub fn close(&self) {
        self.inner.receiver.close();
    }

    async fn work_until(&self, stop: impl Future<Output = ()> + Send) {
        self.inner.began.store(true, Ordering::SeqCst);
        let (stopping, stopped) = watch::channel(());
        let stop = async move {
            stop.await;
            // The sender is only ever dropped: that is the sign.
            drop(stopping);
            std::future::pending::<()>().await;
        };
        let work = join_all(self.inner.workers.iter().map(|worker| {
            let mut stopped = stopped.clone();
            let shutdown = async move { while stopped.changed().await.is_ok() {} };
            upkeep::run(&worker.engine, worker.retention, shutdown)
        }));
        tokio::select! {
            biased;
            () = stop => {}
            _ = work => {}
        }
    }
}

/// Builds a [`Bridge`].
#[derive(Debug)]
#[must_use]
pub struct BridgeBuilder {
    client: AbdmClient,
    routes: Vec<Route>,
    workers: Vec<Worker>,
    verifier: Option<Arc<CallbackVerifier>>,
    prefix: String,
}

impl BridgeBuilder {
    /// One more role.
    pub fn role(mut self, role: &dyn Role) -> Self {
        self.routes.extend(role.callbacks());
        let (engine, retention) = (role.engine(), role.retention());
        match self.workers.iter_mut().find(|worker| worker.engine.is(engine)) {
            // Roles that share an engine share the shortest retention.
            Some(worker) => worker.retention = worker.retention.min(retention),
            None => self.workers.push(Worker { engine: engine.clone(), retention }),
        }
        self
    }

    /// Another check of who sends callbacks.
    pub fn verifier(mut self, verifier: Arc<CallbackVerifier>) -> Self {
        self.verifier = Some(verifier);
        self
    }

    /// The prefix under which callbacks come, for a server that leaves it on the path: see
    /// [`CallbackReceiver::below`]. Not below axum's `nest`.
    pub fn below(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// The bridge.
    #[must_use]
    pub fn build(self) -> Bridge {
        let Self { client, routes, workers, verifier, prefix } = self;
        let receiver = match verifier {
            Some(verifier) => CallbackReceiver::new(verifier, client.clock(), routes),
            None => CallbackReceiver::verified(&client, routes),
        };
        let receiver = Arc::new(receiver.below(prefix));
        let (began, last_check) = (AtomicBool::new(false), LastCheck::default());
        Bridge { inner: Arc::new(Inner { client, receiver, workers, began, last_check }) }
    }
}
