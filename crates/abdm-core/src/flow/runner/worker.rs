//! The loop that finds work and owns the tasks that do it.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::task::{JoinError, JoinSet};
use tokio::time::Instant;

use super::{Inner, Runner};
use crate::clock::later;
use crate::flow::{Backoff, Flow, FlowHost};
use crate::store::{Claim, Commit, Lease, StoreError, StoreErrorKind};

/// How often the depths of the queues are told to the metrics.
const GAUGE_INTERVAL: Duration = Duration::from_secs(10);

/// The pause when the store says that something is due and gives nothing.
const SHORTEST_SLEEP: Duration = Duration::from_millis(5);

/// The pauses while the store does not answer, and how many of them a finished piece of work waits
/// to be settled before it is left to the end of its lease.
const STORE_BACKOFF: Backoff = Backoff::new(Duration::from_millis(50), Duration::from_secs(5));
const STORE_TRIES: u32 = 12;

impl<H: FlowHost> Runner<H> {
    /// Works until `shutdown` is ready, then lets the work in progress end (within
    /// [`drain`](super::RunnerOptions::drain)) and gives back what it has claimed.
    ///
    /// Dropping this future instead is a crash: everything stops at once and is taken up again by
    /// the next runner. Nothing is lost either way.
    ///
    /// # Metrics
    /// - `abdm_flow_inbound_total{kind, outcome}`, `abdm_flow_effects_total{kind, outcome}`
    /// - `abdm_flow_inbox_wait_seconds{kind}`, `abdm_flow_outbox_wait_seconds{kind}`
    /// - `abdm_flow_queue_depth{kind, queue}` with the queues `inbox`, `outbox` and `dead`
    pub async fn run(&self, shutdown: impl Future<Output = ()> + Send) {
        let mut tasks = JoinSet::new();
        tokio::select! {
            biased;
            () = shutdown => {}
            () = self.work(&mut tasks) => {}
        }
        let drain = self.inner.options.drain;
        let drained = tokio::time::timeout(drain, async {
            while let Some(ended) = tasks.join_next().await {
                note::<H>(ended);
            }
        });
        if drained.await.is_err() {
            tracing::warn!(
                kind = H::Flow::KIND,
                left = tasks.len(),
                "work in progress did not end in time, it will be taken up again"
            );
            tasks.shutdown().await;
        }
        if let Err(error) = self.inner.store.release(H::Flow::KIND, &self.inner.holder).await {
            tracing::warn!(kind = H::Flow::KIND, error = %error, "claims could not be given back");
        }
    }

    /// Never ends by itself.
    async fn work(&self, tasks: &mut JoinSet<()>) {
        let inner = &self.inner;
        let mut round = Round { inner, failures: 0, first: 0, released: false, gauged: None };
        loop {
            while let Some(ended) = tasks.try_join_next() {
                note::<H>(ended);
            }
            let sleep = match round.run(tasks).await {
                Ok(sleep) => {
                    round.failures = 0;
                    sleep
                }
                Err(error) => {
                    round.failures = round.failures.saturating_add(1);
                    tracing::warn!(
                        kind = H::Flow::KIND,
                        failures = round.failures,
                        error = %error,
                        "the store cannot be asked for work, trying again"
                    );
                    STORE_BACKOFF.delay(round.failures, 0)
                }
            };
            tokio::select! {
                Some(ended) = tasks.join_next(), if !tasks.is_empty() => note::<H>(ended),
                () = inner.work.notified() => {}
                () = tokio::time::sleep(sleep) => {}
            }
        }
    }
}

/// A task has ended. A panic is the host's: its work is taken up again when the lease ends.
fn note<H: FlowHost>(ended: Result<(), JoinError>) {
    if ended.is_err_and(|error| error.is_panic()) {
        tracing::error!(
            kind = H::Flow::KIND,
            "the host panicked; its work is taken up again when the lease ends"
        );
    }
}

/// One look for work, again and again.
struct Round<'a, H: FlowHost> {
    inner: &'a Arc<Inner<H>>,
    failures: u32,
    /// Which queue is asked first this time, so that none starves.
    first: usize,
    released: bool,
    gauged: Option<Instant>,
}

impl<H: FlowHost> Round<'_, H> {
    /// Claims as much as there are free hands for, and tells how long nothing further is due.
    async fn run(&mut self, tasks: &mut JoinSet<()>) -> Result<Duration, StoreError> {
        let inner = self.inner;
        let options = &inner.options;
        if !self.released && options.node.is_some() {
            inner.store.release(H::Flow::KIND, &inner.holder).await?;
        }
        self.released = true;
        self.first = (self.first + 1) % 3;
        for turn in 0..3 {
            let free = options.concurrency.max(1).saturating_sub(tasks.len());
            if free == 0 {
                return Ok(options.poll_interval.max(SHORTEST_SLEEP));
            }
            let now = inner.clock.now();
            let until = later(now, options.lease);
            let claim = Claim::new(H::Flow::KIND, &inner.holder, now, until, free);
            match (self.first + turn) % 3 {
                0 => {
                    for claimed in inner.store.claim_inbox(&claim).await? {
                        let inner = Arc::clone(inner);
                        tasks.spawn(async move { inner.take_message(claimed).await });
                    }
                }
                1 => {
                    for claimed in inner.store.claim_outbox(&claim).await? {
                        let inner = Arc::clone(inner);
                        tasks.spawn(async move { inner.take_effect(claimed).await });
                    }
                }
                _ => {
                    for stored in inner.store.claim_wakes(&claim).await? {
                        let inner = Arc::clone(inner);
                        tasks.spawn(async move { inner.take_wake(stored).await });
                    }
                }
            }
        }
        self.gauge().await?;
        let poll = options.poll_interval;
        let due = inner.store.next_due(H::Flow::KIND).await?;
        let until_due = |due: DateTime<Utc>| (due - inner.clock.now()).to_std().unwrap_or_default();
        let sleep = due.map_or(poll, |due| poll.min(until_due(due)));
        Ok(sleep.max(SHORTEST_SLEEP))
    }

    async fn gauge(&mut self) -> Result<(), StoreError> {
        if self.gauged.is_some_and(|at| at.elapsed() < GAUGE_INTERVAL) {
            return Ok(());
        }
        self.gauged = Some(Instant::now());
        let depths = self.inner.store.queue_depths(H::Flow::KIND).await?;
        for (queue, depth) in
            [("inbox", depths.inbox), ("outbox", depths.outbox), ("dead", depths.dead)]
        {
            let depth = u32::try_from(depth).unwrap_or(u32::MAX);
            metrics::gauge!("abdm_flow_queue_depth", "kind" => H::Flow::KIND, "queue" => queue)
                .set(f64::from(depth));
        }
        Ok(())
    }
}

impl<H: FlowHost> Inner<H> {
    /// Does a piece of work while its lease is renewed. `None` when the lease was lost: somebody
    /// else has the work, and going on would only do it twice.
    pub(super) async fn keeping<T>(
        &self,
        lease: &Lease,
        work: impl Future<Output = T>,
    ) -> Option<T> {
        let pause = (self.options.lease / 3).max(SHORTEST_SLEEP);
        tokio::pin!(work);
        loop {
            // The work goes on while the lease is renewed, however long the store takes for it.
            let renewal = async {
                tokio::time::sleep(pause).await;
                let until = later(self.clock.now(), self.options.lease);
                tokio::time::timeout(pause, self.store.renew(lease, until)).await
            };
            let renewed = tokio::select! {
                biased;
                done = &mut work => return Some(done),
                renewed = renewal => renewed,
            };
            match renewed {
                Ok(Err(error)) if error.kind == StoreErrorKind::LeaseLost => {
                    tracing::warn!(kind = H::Flow::KIND, "a lease was lost, the work is dropped");
                    return None;
                }
                // The store does not answer: the work goes on, the lease may hold.
                Ok(Ok(()) | Err(_)) | Err(_) => {}
            }
        }
    }

    /// Commits, and waits for a store that does not answer: what was done should not be done again.
    pub(super) async fn commit_patiently(&self, commit: &Commit) -> Result<(), StoreError> {
        let mut failures = 0;
        loop {
            match self.store.commit(commit).await {
                Err(error) if error.is_retryable() => {
                    self.pause_for_store(&mut failures, error).await?;
                }
                settled => return settled,
            }
        }
    }

    /// A growing pause, or the error when there were enough of them.
    pub(super) async fn pause_for_store(
        &self,
        failures: &mut u32,
        error: StoreError,
    ) -> Result<(), StoreError> {
        *failures += 1;
        if *failures > STORE_TRIES {
            return Err(error);
        }
        let pause = STORE_BACKOFF.delay(*failures, 0);
        tokio::time::sleep(pause).await;
        Ok(())
    }
}
