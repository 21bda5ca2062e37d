//! Moves flows: takes what comes, lets the flow decide, commits, carries out.

mod effect;
mod message;
mod transition;
mod wait;
mod worker;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use self::transition::{Applied, Target, Trigger};
pub use self::wait::WaitError;
use self::wait::Watchers;
use crate::clock::Clock;
use crate::flow::{Backoff, Flow, FlowError, FlowHost, FlowId, FlowKey, SnapshotError, flows};
use crate::store::{Accepted, FlowStore, Inbound, PayloadError, StoreError, StoreErrorKind};

/// How a runner behaves. The defaults suit a facility's server.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RunnerOptions {
    /// A lasting name of this node, unique among the nodes that share the store (the host's name,
    /// say). With it, a node that starts again takes its own claims back at once; without it, it
    /// waits for their leases to end.
    pub node: Option<String>,
    /// How many messages, effects and wake-ups are dealt with at once. Default 16.
    pub concurrency: usize,
    /// How long a claim lasts. It is renewed while the work goes on, so this is only how long the
    /// work of a killed node lies idle. Default 30 seconds.
    pub lease: Duration,
    /// How often the store is asked although nothing is known to be due: the work may have come in
    /// at another node. Default 1 second.
    pub poll_interval: Duration,
    /// The pauses between tries of an effect.
    pub retry: Backoff,
    /// The pauses of a message that waits for something other than a change of its flow.
    pub defer: Backoff,
    /// How long a message may wait before it is set aside. Default 30 minutes.
    pub max_deferral_age: Duration,
    /// How often a message may be put off before it is set aside. Default 100.
    pub max_deferrals: u32,
    /// How often an effect is tried, or a message begun (and not ended, because the process died),
    /// before it is set aside. Default 50.
    pub max_attempts: u32,
    /// How often a lost race for a flow is run again. Default 32.
    pub max_conflicts: u32,
    /// How long an effect, or the reading of a message, may go on without
    /// [progress](crate::flow::EffectContext::progress). Then it is broken off, counts as a failed
    /// try, and is taken up again after a pause: a hook that hangs must not hold its flow up for
    /// ever. Default 10 minutes, longer than any call of the client takes with its repetitions.
    pub patience: Duration,
    /// How long work in progress may take to end at shutdown. Default 20 seconds.
    pub drain: Duration,
}

impl Default for RunnerOptions {
    fn default() -> Self {
        Self {
            node: None,
            concurrency: 16,
            lease: Duration::from_secs(30),
            poll_interval: Duration::from_secs(1),
            retry: Backoff::default(),
            defer: Backoff::new(Duration::from_millis(200), Duration::from_secs(60)),
            max_deferral_age: Duration::from_secs(30 * 60),
            max_deferrals: 100,
            max_attempts: 50,
            max_conflicts: 32,
            patience: Duration::from_secs(10 * 60),
            drain: Duration::from_secs(20),
        }
    }
}

/// Runs the flows of one kind over a store.
///
/// Cheap to clone; all clones are one runner. Everything it knows is in the store: it may be
/// dropped at any moment, and another one, in this process or another, goes on.
///
/// Whoever embeds it keeps [`run`](Runner::run) going, hands callbacks to
/// [`accept`](Runner::accept), begins flows with [`start`](Runner::start), and tells them what
/// happens in the hospital with [`deliver`](Runner::deliver).
pub struct Runner<H: FlowHost> {
    inner: Arc<Inner<H>>,
}

pub(super) struct Inner<H: FlowHost> {
    host: Arc<H>,
    store: Arc<dyn FlowStore>,
    clock: Arc<dyn Clock>,
    options: RunnerOptions,
    /// The name under which this runner claims.
    holder: String,
    /// There may be something to do.
    work: Notify,
    watchers: Watchers,
}

impl<H: FlowHost> Clone for Runner<H> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner) }
    }
}

impl<H: FlowHost> fmt::Debug for Runner<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runner")
            .field("kind", &H::Flow::KIND)
            .field("host", &self.inner.host)
            .field("options", &self.inner.options)
            .finish_non_exhaustive()
    }
}

impl<H: FlowHost> Runner<H> {
    /// A runner with the default options.
    #[must_use]
    pub fn new(host: Arc<H>, store: Arc<dyn FlowStore>, clock: Arc<dyn Clock>) -> Self {
        Self::with_options(host, store, clock, RunnerOptions::default())
    }

    /// A runner with these options.
    #[must_use]
    pub fn with_options(
        host: Arc<H>,
        store: Arc<dyn FlowStore>,
        clock: Arc<dyn Clock>,
        options: RunnerOptions,
    ) -> Self {
        let holder = options.node.clone().unwrap_or_else(|| FlowId::random().to_string());
        let (work, watchers) = (Notify::new(), Watchers::default());
        Self { inner: Arc::new(Inner { host, store, clock, options, holder, work, watchers }) }
    }

    /// The host.
    #[must_use]
    pub fn host(&self) -> &Arc<H> {
        &self.inner.host
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn FlowStore> {
        &self.inner.store
    }

    /// Takes a message in. When this returns, the message is safe and may be answered with 202; a
    /// duplicate too. It is looked at afterwards, by [`run`](Runner::run).
    ///
    /// # Errors
    /// The store's: answer 503, the sender will deliver again (rulings.md 27).
    pub async fn accept(&self, inbound: &Inbound) -> Result<Accepted, StoreError> {
        let accepted = self.inner.store.accept(H::Flow::KIND, inbound).await?;
        let outcome = match accepted {
            Accepted::New => "accepted",
            Accepted::Duplicate => "duplicate",
        };
        metrics::counter!("abdm_flow_inbound_total", "kind" => H::Flow::KIND, "outcome" => outcome)
            .increment(1);
        self.inner.work.notify_one();
        Ok(accepted)
    }

    /// Begins a flow with its first event.
    ///
    /// # Errors
    /// The flow's refusal of the event, or the store's error.
    pub async fn start(
        &self,
        flow: H::Flow,
        event: <H::Flow as Flow>::Event,
    ) -> Result<FlowId, RunnerError> {
        let id = FlowId::random();
        self.inner.begin(id, None, flow, event).await?;
        Ok(id)
    }

    /// Begins a flow unless one with this key is there, finished or not: then nothing happens. For
    /// what the application may say twice ("this record is final").
    ///
    /// # Errors
    /// The flow's refusal of the event, or the store's error.
    pub async fn start_once(
        &self,
        key: FlowKey,
        flow: H::Flow,
        event: <H::Flow as Flow>::Event,
    ) -> Result<Started, RunnerError> {
        if let Some(id) = self.inner.store.find(H::Flow::KIND, &key).await? {
            return Ok(Started { id, fresh: false });
        }
        let id = FlowId::random();
        match self.inner.begin(id, Some(key.clone()), flow, event).await {
            Ok(()) => Ok(Started { id, fresh: true }),
            Err(RunnerError::Store(error)) if error.kind == StoreErrorKind::Conflict => {
                match self.inner.store.find(H::Flow::KIND, &key).await? {
                    Some(id) => Ok(Started { id, fresh: false }),
                    None => Err(error.into()),
                }
            }
            Err(error) => Err(error),
        }
    }

    /// Tells a flow what happened.
    ///
    /// # Errors
    /// [`RunnerError::NoSuchFlow`], the flow's refusal of the event, or the store's error.
    pub async fn deliver(
        &self,
        id: FlowId,
        event: <H::Flow as Flow>::Event,
    ) -> Result<(), RunnerError> {
        self.inner.tell(id, event).await
    }

    /// The flow as it is now.
    ///
    /// # Errors
    /// The store's error, or a snapshot that cannot be read.
    pub async fn load(&self, id: FlowId) -> Result<Option<H::Flow>, RunnerError> {
        match self.inner.store.load(id).await? {
            Some(stored) => Ok(Some(flows::read(&stored)?)),
            None => Ok(None),
        }
    }
}

impl<H: FlowHost> Inner<H> {
    /// Applies an event that comes from the application: no work is settled with it, and a refusal
    /// is the caller's to see.
    async fn tell(&self, id: FlowId, event: <H::Flow as Flow>::Event) -> Result<(), RunnerError> {
        for _ in 0..self.options.max_conflicts.max(1) {
            let target = Target::Existing(id);
            match self.apply(target, event.clone(), &Trigger::Application).await? {
                Applied::Done => return Ok(()),
                Applied::Missing => return Err(RunnerError::NoSuchFlow { id }),
                Applied::Refused { error, .. } => return Err(error.into()),
                Applied::Conflict => tokio::task::yield_now().await,
            }
        }
        Err(StoreError::new(StoreErrorKind::Conflict).into())
    }

    /// Begins a flow; a conflict says that its key is taken.
    async fn begin(
        &self,
        id: FlowId,
        key: Option<FlowKey>,
        flow: H::Flow,
        event: <H::Flow as Flow>::Event,
    ) -> Result<(), RunnerError> {
        let target = Target::New { id, key, flow: Box::new(flow) };
        match self.apply(target, event, &Trigger::Application).await? {
            Applied::Done => Ok(()),
            Applied::Refused { error, .. } => Err(error.into()),
            Applied::Missing | Applied::Conflict => {
                Err(StoreError::new(StoreErrorKind::Conflict).into())
            }
        }
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

/// Why a runner did not do what the application asked.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum RunnerError {
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

crate::error::debug_in_words!(RunnerError);

impl From<SnapshotError> for RunnerError {
    fn from(error: SnapshotError) -> Self {
        Self::Flow(FlowError::Snapshot(error))
    }
}

impl RunnerError {
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
