//! What all parts of an engine share.

use std::marker::PhantomData;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use abdm_base::clock::{Clock, later};
use abdm_base::ids::Ids;
use chrono::{DateTime, Utc};
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;

use super::cells::Cells;
use super::kind::Kinds;
use super::leases::Leases;
use super::options::EngineOptions;
use super::upkeep::Pulse;
use super::wait::Watchers;
use crate::store::{
    Commit, EffectId, FlowId, FlowStore, Grant, Lease, Outcome, Scope, StoreError, Work, WorkChange,
};

/// The most pieces of work that a commit takes along: more than a step makes due, as a rule.
const MOST_GRANTED: u32 = 4;

#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) store: Arc<dyn FlowStore>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) options: EngineOptions,
    /// The name under which this engine claims.
    pub(crate) holder: Arc<str>,
    pub(crate) kinds: Kinds,
    /// There may be something to do.
    pub(crate) work: Notify,
    /// Something is due earlier than was known.
    pub(crate) earlier: Notify,
    next_due: Mutex<Option<DateTime<Utc>>>,
    pub(crate) watchers: Watchers,
    pub(crate) cells: Cells,
    pub(crate) leases: Leases,
    /// The free hands.
    pub(crate) hands: Arc<Semaphore>,
    /// Only one `run` at a time.
    pub(crate) turn: tokio::sync::Mutex<()>,
    pub(crate) pulse: Mutex<Pulse>,
    running: AtomicBool,
    tasks: Mutex<JoinSet<()>>,
}

/// The right of an effect in progress to change its flow.
#[derive(Debug)]
pub(crate) struct Hold<'a, F> {
    pub(crate) lease: &'a Lease,
    pub(crate) flow: FlowId,
    pub(crate) effect: EffectId,
    pub(crate) kind: PhantomData<fn() -> F>,
}

/// Free hands that a commit may give work to.
pub(crate) struct Reserved {
    permits: Option<OwnedSemaphorePermit>,
    pub(crate) grant: Option<Grant>,
}

impl Core {
    pub(super) fn new(
        store: Arc<dyn FlowStore>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        options: EngineOptions,
    ) -> Self {
        let holder = options.node.clone().unwrap_or_else(|| ids.uuid().to_string());
        let hands = Arc::new(Semaphore::new(options.concurrency.clamp(1, 1 << 16)));
        Self {
            store,
            clock,
            ids,
            options,
            holder: holder.into(),
            kinds: Kinds::default(),
            work: Notify::new(),
            earlier: Notify::new(),
            next_due: Mutex::default(),
            watchers: Watchers::default(),
            cells: Cells::default(),
            leases: Leases::default(),
            hands,
            turn: tokio::sync::Mutex::new(()),
            pulse: Mutex::default(),
            running: AtomicBool::new(false),
            tasks: Mutex::default(),
        }
    }

    pub(crate) fn tasks(&self) -> MutexGuard<'_, JoinSet<()>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn is_running(&self) -> bool {
        self.running.load(Ordering::SeqCst)
    }

    pub(super) fn set_running(&self, running: bool) {
        self.running.store(running, Ordering::SeqCst);
    }

    /// Free hands for what a commit in this scope makes due. None while the engine does not run, or
    /// where it does not serve the scope: another node takes the work up then.
    pub(crate) fn reserve(&self, scope: &Scope) -> Reserved {
        let nothing = Reserved { permits: None, grant: None };
        let serves = self.options.scopes.as_ref().is_none_or(|scopes| scopes.contains(scope));
        if !serves || !self.is_running() {
            return nothing;
        }
        let free = u32::try_from(self.hands.available_permits()).unwrap_or(u32::MAX);
        let wanted = free.min(MOST_GRANTED);
        if wanted == 0 {
            return nothing;
        }
        let Ok(permits) = Arc::clone(&self.hands).try_acquire_many_owned(wanted) else {
            return nothing;
        };
        let until = later(self.clock.now(), self.options.lease);
        let limit = usize::try_from(wanted).unwrap_or(usize::MAX);
        let (holder, kinds) = (Arc::clone(&self.holder), self.kinds.names());
        Reserved { permits: Some(permits), grant: Some(Grant::new(holder, kinds, until, limit)) }
    }

    /// Begins work that was claimed.
    pub(crate) fn begin(self: &Arc<Self>, work: Vec<Work>, permits: Option<OwnedSemaphorePermit>) {
        let mut permits = permits;
        for work in work {
            let permit = permits.as_mut().and_then(|permits| permits.split(1));
            let core = Arc::clone(self);
            self.tasks().spawn(async move {
                let _hand = permit;
                if let Some(kind) = core.kinds.get(&work.kind) {
                    kind.take(&core, work).await;
                }
            });
        }
    }

    /// Carries out a commit, and takes up what it makes due as far as there are free hands.
    pub(crate) async fn commit(self: &Arc<Self>, commit: Commit) -> Result<(), StoreError> {
        let reserved = self.reserve(&commit.scope);
        let commit = commit.granted(reserved.grant);
        let committed = self.store.commit(&commit).await?;
        self.begin(committed.work, reserved.permits);
        if committed.more {
            self.work.notify_one();
        }
        let wake_at = commit.flow.and_then(|flow| flow.write).and_then(|write| write.wake_at);
        let put_off = match commit.work {
            Some(WorkChange::Settle { outcome: Outcome::Later { not_before, .. }, .. }) => {
                Some(not_before)
            }
            _ => None,
        };
        for at in wake_at.into_iter().chain(put_off) {
            self.is_due_at(at);
        }
        Ok(())
    }

    /// Lets the loop know that something is due at this instant.
    fn is_due_at(&self, at: DateTime<Utc>) {
        let mut next = self.next_due();
        if next.is_none_or(|next| at < next) {
            *next = Some(at);
            self.earlier.notify_one();
        }
    }

    /// The earliest instant at which something is due, as far as this node knows.
    pub(crate) fn next_due(&self) -> MutexGuard<'_, Option<DateTime<Utc>>> {
        self.next_due.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a message that was taken in, and looks for it where it was not given to us.
    pub(crate) fn begin_accepted(self: &Arc<Self>, work: Option<Work>, reserved: Reserved) {
        if work.is_none() {
            self.work.notify_one();
        }
        self.begin(work.into_iter().collect(), reserved.permits);
    }
}
