//! The loop that finds work.

use std::sync::Arc;
use std::time::Duration;

use abdm_base::clock::later;
use abdm_base::metric;
use chrono::{DateTime, Utc};
use tokio::task::JoinError;
use tokio::time::Instant;

use super::core::Core;
use crate::Backoff;
use crate::store::{Claim, Claimed, Commit, QueueDepths, StoreError, StoreErrorKind};

/// How often the depths of the queues are told to the metrics.
const GAUGE_INTERVAL: Duration = Duration::from_secs(30);

/// The pause when the store says that something is due and gives nothing.
const SHORTEST_SLEEP: Duration = Duration::from_millis(5);

/// The pauses while the store does not answer, and how many of them a finished piece of work waits
/// to be settled before it is left to the end of its lease.
const STORE_BACKOFF: Backoff = Backoff::new(Duration::from_millis(50), Duration::from_secs(5));
const STORE_TRIES: u32 = 12;

/// Works until `shutdown` is ready.
pub(super) async fn run(core: &Arc<Core>, shutdown: impl Future<Output = ()> + Send) {
    tokio::pin!(shutdown);
    let _turn = tokio::select! {
        biased;
        () = &mut shutdown => return,
        turn = core.turn.lock() => turn,
    };
    let crash = StopAtOnce(core);
    core.set_running(true);
    tokio::select! {
        biased;
        () = &mut shutdown => {}
        () = find_work(core) => {}
        () = renew_leases(core) => {}
    }
    core.set_running(false);
    drain(core).await;
    drop(crash);
    let kinds = core.kinds.names();
    if let Err(error) = core.store.release(&kinds, &core.holder).await {
        tracing::warn!(error = %error, "claims could not be given back");
    }
}

/// Stops all work when `run` is dropped, or has drained.
struct StopAtOnce<'a>(&'a Arc<Core>);

impl Drop for StopAtOnce<'_> {
    fn drop(&mut self) {
        self.0.set_running(false);
        let mut tasks = self.0.tasks();
        tasks.abort_all();
        tasks.detach_all();
    }
}

/// Lets the work in progress end, and renews its leases meanwhile.
async fn drain(core: &Arc<Core>) {
    let drained = tokio::time::timeout(core.options.drain, async {
        tokio::select! {
            biased;
            () = all_ended(core) => {}
            () = renew_leases(core) => {}
        }
    });
    if drained.await.is_err() {
        let left = core.tasks().len();
        tracing::warn!(left, "work in progress did not end in time, it will be taken up again");
    }
}

async fn all_ended(core: &Core) {
    loop {
        reap(core);
        if core.tasks().is_empty() {
            return;
        }
        // Whoever ends gives its hand back.
        let all = u32::try_from(core.options.concurrency.clamp(1, 1 << 16)).unwrap_or(u32::MAX);
        drop(core.hands.acquire_many(all).await);
        tokio::task::yield_now().await;
    }
}

/// Takes note of the tasks that have ended.
fn reap(core: &Core) {
    let mut tasks = core.tasks();
    while let Some(ended) = tasks.try_join_next() {
        note(ended);
    }
}

/// A task has ended. A panic is the host's: its work is taken up again when the lease ends.
fn note(ended: Result<(), JoinError>) {
    if ended.is_err_and(|error| error.is_panic()) {
        tracing::error!("a host panicked; its work is taken up again when the lease ends");
    }
}

/// Never ends by itself.
async fn find_work(core: &Arc<Core>) {
    let mut round = Round { released: false, gauged: None, crowded: false };
    let mut failures = 0_u32;
    loop {
        reap(core);
        let sleep = match round.look(core).await {
            Ok(sleep) => {
                failures = 0;
                core.pulse().beat(core.clock.now());
                sleep
            }
            Err(error) => {
                failures = failures.saturating_add(1);
                core.pulse().missed(failures);
                if error.kind == StoreErrorKind::UnknownKey {
                    tracing::error!(
                        failures,
                        error = %error,
                        "the store was sealed with another key, no work can be done"
                    );
                } else {
                    tracing::warn!(
                        failures,
                        error = %error,
                        "the store cannot be asked for work, trying again"
                    );
                }
                STORE_BACKOFF.delay(failures, 0)
            }
        };
        // What becomes due in this pause comes with one claim.
        tokio::time::sleep(core.options.claim_pause.min(sleep)).await;
        rest(core, Instant::now() + sleep).await;
    }
}

/// Waits until there may be something to do.
async fn rest(core: &Core, until: Instant) {
    loop {
        let due = *core.next_due();
        let due =
            due.and_then(|due| (due - core.clock.now()).to_std().ok().or(Some(Duration::ZERO)));
        let until = due.map_or(until, |due| until.min(Instant::now() + due));
        tokio::select! {
            biased;
            () = core.work.notified() => return,
            () = core.store.changed() => return,
            () = tokio::time::sleep_until(until) => return,
            () = core.earlier.notified() => {}
        }
    }
}

/// One look for work, again and again.
struct Round {
    released: bool,
    gauged: Option<Instant>,
    /// Whether the last claim had a piece of work for every hand: more may be due.
    crowded: bool,
}

impl Round {
    /// Claims as much as there are free hands for, and tells how long nothing further is due.
    async fn look(&mut self, core: &Arc<Core>) -> Result<Duration, StoreError> {
        let options = &core.options;
        let kinds = core.kinds.names();
        if !self.released && options.node.is_some() {
            core.store.release(&kinds, &core.holder).await?;
        }
        self.released = true;
        self.gauge(core, &kinds).await?;
        // At least one hand must be free: a claim that waits for it would hold work idle.
        let one = Arc::clone(&core.hands).acquire_owned().await;
        let Ok(mut permits) = one else {
            return Ok(options.poll_interval);
        };
        let more = u32::try_from(core.hands.available_permits()).unwrap_or(0);
        if more > 0
            && let Ok(rest) = Arc::clone(&core.hands).try_acquire_many_owned(more)
        {
            permits.merge(rest);
        }
        // What is said to be due from here on, is due beside what the claim tells.
        *core.next_due() = None;
        // Where the last claim left nothing behind, whatever is due has a hand.
        if self.crowded {
            let urgent = core.kinds.urgent();
            if !urgent.is_empty() && urgent.len() < kinds.len() {
                let claimed = claim(core, &urgent, permits.num_permits()).await?;
                let own = permits.split(claimed.work.len());
                core.begin(claimed.work, own);
                if permits.num_permits() == 0 {
                    return Ok(SHORTEST_SLEEP);
                }
            }
        }
        let claimed = claim(core, &kinds, permits.num_permits()).await?;
        self.crowded = claimed.work.len() >= permits.num_permits();
        core.begin(claimed.work, Some(permits));
        let poll = options.poll_interval.max(SHORTEST_SLEEP);
        let until_due = claimed
            .next_due
            .map_or(poll, |due| (due - core.clock.now()).to_std().unwrap_or_default());
        Ok(until_due.clamp(SHORTEST_SLEEP, poll))
    }

    async fn gauge(&mut self, core: &Core, kinds: &[&'static str]) -> Result<(), StoreError> {
        if self.gauged.is_some_and(|at| at.elapsed() < GAUGE_INTERVAL) {
            return Ok(());
        }
        self.gauged = Some(Instant::now());
        let now = core.clock.now();
        for depths in core.store.depths(kinds).await? {
            told(&depths, now);
        }
        Ok(())
    }
}

/// Tells the metrics how much waits, and since when.
fn told(depths: &QueueDepths, now: DateTime<Utc>) {
    let queues = [
        ("inbox", depths.messages, Some(depths.oldest_message)),
        ("outbox", depths.effects, Some(depths.oldest_effect)),
        ("dead", depths.dead, None),
    ];
    for (queue, depth, oldest) in queues {
        let labels = [("kind", depths.kind.clone()), ("queue", queue.to_owned())];
        let depth = f64::from(u32::try_from(depth).unwrap_or(u32::MAX));
        metrics::gauge!(metric::QUEUE_DEPTH.name, &labels).set(depth);
        if let Some(oldest) = oldest {
            let age = oldest.map_or(0.0, |oldest| (now - oldest).as_seconds_f64().max(0.0));
            metrics::gauge!(metric::QUEUE_AGE_SECONDS.name, &labels).set(age);
        }
    }
}

/// Claims what is due of these kinds, at most so much.
async fn claim(core: &Core, kinds: &[&'static str], most: usize) -> Result<Claimed, StoreError> {
    let (options, now) = (&core.options, core.clock.now());
    let claim = Claim::new(kinds, &core.holder, now, later(now, options.lease), most)
        .of(options.scopes.as_deref())
        .with_bytes(options.claim_bytes);
    core.store.claim(&claim).await
}

/// Renews all leases of this node together, thrice in the life of one. Never ends by itself.
async fn renew_leases(core: &Core) {
    let pause = (core.options.lease / 3).max(SHORTEST_SLEEP);
    loop {
        tokio::time::sleep(pause).await;
        let leases = core.leases.all();
        if leases.is_empty() {
            continue;
        }
        let until = later(core.clock.now(), core.options.lease);
        match core.store.renew(&leases, until).await {
            Ok(lost) => lost.iter().for_each(|lease| core.leases.lost(lease)),
            // The store does not answer: the work goes on, the leases may hold.
            Err(error) => tracing::warn!(error = %error, "leases could not be renewed"),
        }
    }
}

impl Core {
    /// Commits, and waits for a store that does not answer: what was done should not be done again.
    pub(crate) async fn commit_patiently(
        self: &Arc<Self>,
        commit: Commit,
    ) -> Result<(), StoreError> {
        let mut failures = 0;
        loop {
            match self.commit(commit.clone()).await {
                Err(error) if error.is_retryable() => {
                    self.pause_for_store(&mut failures, error).await?;
                }
                settled => return settled,
            }
        }
    }

    /// A growing pause, or the error when there were enough of them.
    pub(crate) async fn pause_for_store(
        &self,
        failures: &mut u32,
        error: StoreError,
    ) -> Result<(), StoreError> {
        *failures += 1;
        if *failures > STORE_TRIES {
            return Err(error);
        }
        tokio::time::sleep(STORE_BACKOFF.delay(*failures, 0)).await;
        Ok(())
    }
}
