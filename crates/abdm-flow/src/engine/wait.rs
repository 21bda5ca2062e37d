//! Waiting for a flow to come somewhere.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use super::{EngineError, Handle};
use crate::store::{FlowId, Scope};
use crate::{FlowHost, flows};

/// Why waiting ended without what was waited for: these three ways, and no other.
#[derive(thiserror::Error)]
pub enum WaitError {
    /// The time is over. The flow goes on regardless, and its outcome is not known yet.
    #[error(
        "what was waited for did not come in time. The flow {id} goes on and its outcome is not \
         known yet: wait again, or look at its state later"
    )]
    TimedOut {
        /// The flow.
        id: FlowId,
    },
    /// The flow has come to its end, and it is another one.
    #[error("the flow {id} has ended, and not with what was waited for: look at its state")]
    Ended {
        /// The flow.
        id: FlowId,
    },
    /// The flow cannot be looked at.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

abdm_base::debug_in_words!(WaitError);

impl<H: FlowHost> Handle<H> {
    /// Waits until the flow is as `reached` wants it, and returns it as it is then.
    ///
    /// Changes made by this engine are seen at once; those of other nodes when the store is next
    /// asked, after [`poll_interval`](crate::EngineOptions::poll_interval).
    ///
    /// # Errors
    /// [`WaitError::TimedOut`] after `patience`, [`WaitError::Ended`] when the flow has ended
    /// otherwise, or the reason why it cannot be looked at.
    pub async fn wait_until(
        &self,
        scope: &Scope,
        id: FlowId,
        reached: impl Fn(&H::Flow) -> bool + Send + Sync,
        patience: Duration,
    ) -> Result<H::Flow, WaitError> {
        self.wait(scope, id, |flow, _| reached(flow), patience).await
    }

    /// Waits until the flow has come to its end, whichever, and returns it.
    ///
    /// # Errors
    /// As [`wait_until`](Handle::wait_until).
    pub async fn wait_done(
        &self,
        scope: &Scope,
        id: FlowId,
        patience: Duration,
    ) -> Result<H::Flow, WaitError> {
        self.wait(scope, id, |_, done| done, patience).await
    }

    async fn wait(
        &self,
        scope: &Scope,
        id: FlowId,
        reached: impl Fn(&H::Flow, bool) -> bool + Send + Sync,
        patience: Duration,
    ) -> Result<H::Flow, WaitError> {
        tokio::time::timeout(patience, self.watch(scope, id, reached))
            .await
            .unwrap_or(Err(WaitError::TimedOut { id }))
    }

    async fn watch(
        &self,
        scope: &Scope,
        id: FlowId,
        reached: impl Fn(&H::Flow, bool) -> bool + Send + Sync,
    ) -> Result<H::Flow, WaitError> {
        let watch = self.core.watchers.watch(id);
        let poll = self.core.options.poll_interval;
        loop {
            // From here on a change is seen, also one that comes while the flow is looked at.
            let changed = watch.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            match self.core.store.load(scope, id).await {
                Ok(None) => return Err(EngineError::NoSuchFlow { id }.into()),
                Ok(Some(stored)) => {
                    let flow = flows::read::<H::Flow>(&stored).map_err(EngineError::from)?;
                    if reached(&flow, stored.done) {
                        return Ok(flow);
                    }
                    if stored.done {
                        return Err(WaitError::Ended { id });
                    }
                }
                Err(error) if error.is_retryable() => {}
                Err(error) => return Err(EngineError::from(error).into()),
            }
            let _ = tokio::time::timeout(poll, changed).await;
        }
    }
}

/// The flows that somebody waits for. Who waits longest is woken first, in every run: with
/// `tokio::sync::watch` chance decides.
#[derive(Debug, Default)]
pub(crate) struct Watchers {
    flows: Mutex<BTreeMap<FlowId, Watched>>,
}

#[derive(Debug, Default)]
struct Watched {
    changed: Arc<Notify>,
    /// How many wait.
    watches: usize,
}

impl Watchers {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<FlowId, Watched>> {
        self.flows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells those who wait for this flow to look again.
    pub(crate) fn changed(&self, id: FlowId) {
        if let Some(watched) = self.lock().get(&id) {
            watched.changed.notify_waiters();
        }
    }

    pub(crate) fn watch(&self, id: FlowId) -> Watch<'_> {
        let mut flows = self.lock();
        let watched = flows.entry(id).or_default();
        watched.watches += 1;
        Watch { watchers: self, id, changed: Arc::clone(&watched.changed) }
    }
}

/// One who waits. The entry goes with the last of them.
pub(crate) struct Watch<'a> {
    watchers: &'a Watchers,
    id: FlowId,
    changed: Arc<Notify>,
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        if let Entry::Occupied(mut entry) = self.watchers.lock().entry(self.id) {
            entry.get_mut().watches -= 1;
            if entry.get().watches == 0 {
                entry.remove();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use abdm_base::ids::SeededIds;

    use super::*;

    #[test]
    fn an_entry_goes_with_the_last_who_waits_in_whatever_order_they_leave() {
        let watchers = Watchers::default();
        let id = FlowId::fresh(&SeededIds::new(1));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| (0..2_000).for_each(|_| drop(watchers.watch(id))));
            }
        });
        assert_eq!(watchers.lock().len(), 0);
    }
}
