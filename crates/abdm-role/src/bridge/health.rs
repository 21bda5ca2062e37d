//! The health of a bridge.

use std::fmt;
use std::sync::atomic::Ordering;
use std::time::Duration;

use abdm_flow::store::{StoreError, StoreErrorKind};
use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use super::Bridge;
use crate::health::{Health, SessionState, StoreState};
use crate::verdict::reason;

/// How long store and ABDM may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// For so long one check serves all who ask, so that many probes cost no more than one.
const FRESH: Duration = Duration::from_secs(1);

/// So many looks for work in a row may fail before it is told: one of them is a hiccup.
const FAILED_LOOKS: u32 = 3;

/// What the last check found.
#[derive(Default)]
pub(super) struct LastCheck(Mutex<Option<(Instant, Health)>>);

impl fmt::Debug for LastCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LastCheck").finish_non_exhaustive()
    }
}

impl Bridge {
    /// Its health: whether its work goes on, the store answers, ABDM gives a session, how much
    /// waits and since when, and how many dead letters there are. Costs two queries for each role,
    /// and a call to ABDM when no session is held; within a second it is the same account.
    pub async fn health(&self) -> Health {
        let mut last = self.inner.last_check.0.lock().await;
        let mut health = match &*last {
            Some((at, health)) if at.elapsed() < FRESH => health.clone(),
            _ => {
                let health = self.check().await;
                *last = Some((Instant::now(), health.clone()));
                health
            }
        };
        drop(last);
        // What is known without asking is as it is now.
        let inner = &self.inner;
        health.stopping = inner.receiver.is_closed();
        health.began = inner.began.load(Ordering::SeqCst);
        health.running = inner.workers.iter().all(|worker| worker.engine.is_running());
        health
    }

    /// Looks whether the stores of all roles answer and open with the key that was given. Await it
    /// before [`run`](Self::run) or `serve`, so that a program with another key than that of its
    /// store ends at once and says so; without it the bridge is unready, and the log tells why.
    ///
    /// # Errors
    /// The store's; [`StoreErrorKind::UnknownKey`] where another key has sealed it.
    pub async fn check_store(&self) -> Result<(), StoreError> {
        for worker in &self.inner.workers {
            worker.engine.check_store().await?;
        }
        Ok(())
    }

    async fn check(&self) -> Health {
        let asking = timeout(PATIENCE, self.inner.client.session_ends_at());
        let (queues, session) = tokio::join!(timeout(PATIENCE, self.queues()), asking);
        let (store, queues) = match queues {
            Ok(Ok(queues)) if queues.failures >= FAILED_LOOKS => {
                let why = format!("it gave no work, {} times in a row", queues.failures);
                (StoreState::Unusable(why), queues)
            }
            Ok(Ok(queues)) => (StoreState::Reachable, queues),
            Ok(Err(error)) => (unfit(error.kind), Queues::default()),
            Err(_) => (StoreState::Unreachable("no answer in time".to_owned()), Queues::default()),
        };
        let session = match session {
            Ok(Ok(until)) => SessionState::Good(until),
            Ok(Err(error)) => SessionState::Missing(reason(&error)),
            Err(_) => SessionState::Missing("ABDM gave no answer in time".to_owned()),
        };
        let now = self.inner.client.now();
        let age = |oldest: DateTime<Utc>| (now - oldest).to_std().unwrap_or_default();
        Health {
            stopping: false,
            began: false,
            running: false,
            store,
            session,
            waiting: queues.waiting,
            oldest: queues.oldest.map(age),
            dead_letters: queues.dead,
        }
    }

    async fn queues(&self) -> Result<Queues, StoreError> {
        let asked = join_all(self.inner.workers.iter().map(|worker| worker.engine.health())).await;
        let mut queues = Queues::default();
        for health in asked {
            let health = health?;
            queues.failures = queues.failures.max(health.failures);
            for depths in health.depths {
                queues.waiting += depths.messages + depths.effects;
                queues.dead += depths.dead;
                let oldest = [queues.oldest, depths.oldest_message, depths.oldest_effect];
                queues.oldest = oldest.into_iter().flatten().min();
            }
        }
        Ok(queues)
    }
}

/// What waits, over all roles.
#[derive(Default)]
struct Queues {
    waiting: u64,
    dead: u64,
    oldest: Option<DateTime<Utc>>,
    /// How many looks for work in a row the store has not answered.
    failures: u32,
}

/// What a store is that refused: out of reach, or there and of no use.
fn unfit(kind: StoreErrorKind) -> StoreState {
    match kind {
        StoreErrorKind::UnknownKey | StoreErrorKind::Corrupt => {
            StoreState::Unusable(kind.to_string())
        }
        _ => StoreState::Unreachable(kind.to_string()),
    }
}
