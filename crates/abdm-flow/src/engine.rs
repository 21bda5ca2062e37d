//! Moves flows of all kinds: takes what comes, lets the flow decide, commits, carries out.

mod apply;
mod cells;
mod core;
mod effect;
mod handle;
mod kind;
mod leases;
mod message;
mod noted;
mod options;
mod run;
mod upkeep;
mod wait;

use std::sync::Arc;

use abdm_base::clock::Clock;
use abdm_base::ids::Ids;

pub(crate) use self::cells::Visit;
pub(crate) use self::core::{Core, Hold};
pub use self::handle::{Handle, Started};
pub(crate) use self::noted::Noted;
pub use self::options::EngineOptions;
pub use self::upkeep::Health;
pub use self::wait::WaitError;
use crate::store::{FlowId, FlowStore, PayloadError, StoreError};
use crate::{Flow as _, FlowError, FlowHost, SnapshotError};

/// Runs the flows of every kind over one store.
///
/// Cheap to clone; all clones are one engine. Everything it knows is in the store: it may be
/// dropped at any moment, and another one, in this process or another, goes on.
///
/// Whoever embeds it registers a [`FlowHost`] for each kind of flow, keeps [`run`](Engine::run)
/// going, and uses the [`Handle`]s: they take callbacks in, begin flows, and tell them what happens
/// in the hospital.
///
/// # What a claim costs
/// One look at the store serves all kinds: it brings messages, effects with their flows' snapshots,
/// and wake-ups. What a commit makes due is taken up by whoever committed, along with the commit.
/// An idle engine asks once per [`poll_interval`](EngineOptions::poll_interval).
#[derive(Debug, Clone)]
pub struct Engine {
    core: Arc<Core>,
}

impl Engine {
    /// An engine with the default options and random ids.
    #[must_use]
    pub fn new(store: Arc<dyn FlowStore>, clock: Arc<dyn Clock>) -> Self {
        Self::with(store, clock, Arc::new(abdm_base::ids::RandomIds), EngineOptions::default())
    }

    /// An engine with these ids and options.
    #[must_use]
    pub fn with(
        store: Arc<dyn FlowStore>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        options: EngineOptions,
    ) -> Self {
        Self { core: Arc::new(Core::new(store, clock, ids, options)) }
    }

    /// Serves one more kind of flow.
    ///
    /// # Errors
    /// [`AlreadyServed`]: each kind has one host. Two facilities of one role have an engine each, or
    /// one host that serves both.
    pub fn register<H: FlowHost>(&self, host: Arc<H>) -> Result<Handle<H>, AlreadyServed> {
        let kind = kind::Served::new(Arc::clone(&host));
        if !self.core.kinds.add(Arc::new(kind)) {
            return Err(AlreadyServed { kind: H::Flow::KIND });
        }
        Ok(Handle::new(Arc::clone(&self.core), host))
    }

    /// Whether both are one engine.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.core, &other.core)
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn FlowStore> {
        &self.core.store
    }

    /// Works until `shutdown` is ready, then lets the work in progress end (within
    /// [`drain`](EngineOptions::drain)) and gives back what it has claimed.
    ///
    /// Dropping this future instead is a crash: everything stops at once and is taken up again by
    /// the next engine. Nothing is lost either way. A second `run` of the same engine waits until
    /// the first has ended.
    ///
    /// # Metrics and traces
    /// Those of [`abdm_base::metric`] that begin with `abdm_flow_`. Each message, effect and
    /// wake-up that is dealt with is a span of `tracing` at `info`: `message`, `effect`, `wake`.
    pub async fn run(&self, shutdown: impl Future<Output = ()> + Send) {
        run::run(&self.core, shutdown).await;
    }
}

/// A kind of flow has a host already.
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the engine serves `{kind}` already, and each kind has one host")]
pub struct AlreadyServed {
    /// The kind.
    pub kind: &'static str,
}

abdm_base::debug_in_words!(AlreadyServed);

/// Why the engine did not do what the application asked.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// There is no such flow: it was never there, or was purged.
    #[error("there is no flow {id}")]
    NoSuchFlow {
        /// The id asked for.
        id: FlowId,
    },
    /// The flow did not take the event.
    #[error(transparent)]
    Flow(#[from] FlowError),
    /// The state or an effect of the flow has no JSON form: a mistake in the flow's types.
    #[error("the flow cannot be stored")]
    Encode(#[source] PayloadError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

abdm_base::debug_in_words!(EngineError);

impl From<SnapshotError> for EngineError {
    fn from(error: SnapshotError) -> Self {
        Self::Flow(FlowError::Snapshot(error))
    }
}

impl EngineError {
    /// Whether the same call may succeed later.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        match self {
            Self::Flow(error) => error.is_not_yet(),
            Self::Store(error) => error.is_retryable(),
            Self::NoSuchFlow { .. } | Self::Encode(_) => false,
        }
    }
}
