//! What an operator asks an engine, and what is forgotten.

use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use abdm_base::clock::before;
use chrono::{DateTime, Utc};

use super::Engine;
use super::core::Core;
use crate::store::{
    DeadLetter, DeadLetterList, Purge, Purged, QueueDepths, Scope, StoreError, WorkId,
};

/// How much one batch of forgetting takes, so that it holds nobody up.
const PURGE_BATCH: usize = 500;

/// The health of an engine.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Health {
    /// Whether it runs.
    pub running: bool,
    /// When it last asked the store for work and had an answer.
    pub last_look: Option<DateTime<Utc>>,
    /// How often in a row the store has not answered since.
    pub failures: u32,
    /// How much waits, for each kind of flow.
    pub depths: Vec<QueueDepths>,
}

/// What the loop tells of itself.
#[derive(Debug, Default)]
pub(crate) struct Pulse {
    last_look: Option<DateTime<Utc>>,
    failures: u32,
}

impl Pulse {
    pub(crate) fn beat(&mut self, now: DateTime<Utc>) {
        self.last_look = Some(now);
        self.failures = 0;
    }

    pub(crate) fn missed(&mut self, failures: u32) {
        self.failures = failures;
    }
}

impl Core {
    pub(crate) fn pulse(&self) -> MutexGuard<'_, Pulse> {
        self.pulse.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Engine {
    /// Whether it runs.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.core.is_running()
    }

    /// Its health. The depths cost one query.
    ///
    /// # Errors
    /// The store's: then that is the answer.
    pub async fn health(&self) -> Result<Health, StoreError> {
        let depths = self.core.store.depths(&self.core.kinds.names()).await?;
        let pulse = self.core.pulse();
        Ok(Health {
            running: self.core.is_running(),
            last_look: pulse.last_look,
            failures: pulse.failures,
            depths,
        })
    }

    /// Looks whether its store answers and opens with the key that was given: before the first
    /// piece of work, so that a program with a wrong key ends at once and says so.
    ///
    /// # Errors
    /// The store's; [`StoreErrorKind::UnknownKey`](crate::store::StoreErrorKind::UnknownKey) where
    /// another key has sealed it.
    pub async fn check_store(&self) -> Result<(), StoreError> {
        self.core.store.depths(&self.core.kinds.names()).await.map(drop)
    }

    /// What was set aside, oldest first.
    ///
    /// # Errors
    /// The store's.
    pub async fn dead_letters(
        &self,
        list: &DeadLetterList<'_>,
    ) -> Result<Vec<DeadLetter>, StoreError> {
        self.core.store.dead_letters(list).await
    }

    /// Puts a dead letter back to work. Tells whether there was one.
    ///
    /// # Errors
    /// The store's.
    pub async fn replay(&self, scope: &Scope, work: WorkId) -> Result<bool, StoreError> {
        let replayed = self.core.store.replay(scope, work, self.core.clock.now()).await?;
        self.core.work.notify_one();
        Ok(replayed)
    }

    /// Puts all dead letters of a list back to work, and counts them.
    ///
    /// # Errors
    /// The store's; those before it are at work again.
    pub async fn replay_all(&self, list: &DeadLetterList<'_>) -> Result<u64, StoreError> {
        let mut count = 0;
        for letter in self.dead_letters(list).await? {
            count += u64::from(self.replay(&letter.scope, letter.work).await?);
        }
        Ok(count)
    }

    /// Settles a dead letter for good. Tells whether there was one.
    ///
    /// # Errors
    /// The store's.
    pub async fn discard(&self, scope: &Scope, work: WorkId) -> Result<bool, StoreError> {
        self.core.store.discard(scope, work, self.core.clock.now()).await
    }

    /// Seals with the newest key of the ring what an older one has sealed; counts it. Without an
    /// older key in the ring it costs nothing.
    ///
    /// # Errors
    /// The store's; what was sealed anew before it stays so.
    pub async fn reseal(&self) -> Result<u64, StoreError> {
        self.core.store.reseal().await
    }

    /// Forgets, in small batches, flows that ended more than `finished_for` ago and dead letters of
    /// that age, the memory of messages settled more than `seen_for` ago (keep it a day at least:
    /// late duplicates come for so long), and rows that have expired. `Duration::MAX` keeps all. Of
    /// the facilities whose flows it moves, and of no others.
    ///
    /// # Errors
    /// The store's; what was forgotten before it stays so.
    pub async fn forget(
        &self,
        finished_for: Duration,
        seen_for: Duration,
    ) -> Result<Purged, StoreError> {
        let mut total = Purged::default();
        loop {
            let now = self.core.clock.now();
            let kinds = self.core.kinds.names();
            let (finished, seen) = (before(now, finished_for), before(now, seen_for));
            let purge = Purge::new(&kinds, finished, seen, now, PURGE_BATCH).of(self
                .core
                .options
                .scopes
                .as_deref());
            let purged = self.core.store.purge(&purge).await?;
            total.flows += purged.flows;
            total.dead += purged.dead;
            total.seen += purged.seen;
            total.rows += purged.rows;
            if !purged.is_full(PURGE_BATCH) {
                return Ok(total);
            }
            tokio::task::yield_now().await;
        }
    }
}
