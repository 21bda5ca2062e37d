//! The one clock of a sandbox: another one, moved forward.

use std::sync::Arc;
use std::time::Duration;

use abdm_core::clock::Clock;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;

use crate::error::SandboxError;

/// The sandbox's time ends here: later instants have no form on the wire.
const LATEST: DateTime<Utc> = match DateTime::from_timestamp(253_370_764_800, 0) {
    Some(instant) => instant,
    None => DateTime::UNIX_EPOCH,
};

/// A clock that can be moved forward. What waits by it waits so much less.
///
/// It has two readings. [`now`](Clock::now) is the sandbox's time: consents, sessions, links, OTPs
/// and locks live by it. [`unmoved`](Self::unmoved) is that of everybody else, who does not know
/// that the sandbox's clock was moved: their `TIMESTAMP` is held against both, and callbacks carry
/// it.
#[derive(Debug)]
pub(crate) struct MovedClock {
    inner: Arc<dyn Clock>,
    moved: watch::Sender<TimeDelta>,
}

impl MovedClock {
    /// Another one, moved by so much.
    pub(crate) fn moved_by(inner: Arc<dyn Clock>, moved: TimeDelta) -> Self {
        Self { inner, moved: watch::Sender::new(moved) }
    }

    /// The time of those whose clocks nobody moved.
    pub(crate) fn unmoved(&self) -> DateTime<Utc> {
        self.inner.now()
    }

    /// By how much it was moved so far.
    pub(crate) fn moved(&self) -> TimeDelta {
        *self.moved.borrow()
    }

    /// Moves it forward.
    pub(crate) fn advance(&self, by: TimeDelta) -> Result<(), SandboxError> {
        if by < TimeDelta::zero() {
            return Err(SandboxError::Clock { problem: "it goes forward only" });
        }
        let moved = self.moved().checked_add(&by);
        let reached = moved.and_then(|moved| self.inner.now().checked_add_signed(moved));
        match (moved, reached) {
            (Some(moved), Some(reached)) if reached < LATEST => {
                self.moved.send_replace(moved);
                Ok(())
            }
            _ => Err(SandboxError::Clock { problem: "it ends with the year 9998" }),
        }
    }

    /// Moves it back to where everybody else's is: for a state that begins anew.
    pub(crate) fn restart(&self) {
        self.moved.send_replace(TimeDelta::zero());
    }

    /// Waits so long by this clock: less, when it is moved meanwhile.
    pub(crate) async fn sleep(&self, long: Duration) {
        let mut moves = self.moved.subscribe();
        let (started, before) = (tokio::time::Instant::now(), self.moved());
        loop {
            let moved = (*moves.borrow_and_update() - before).to_std().unwrap_or_default();
            let passed = started.elapsed().saturating_add(moved);
            let Some(left) = long.checked_sub(passed).filter(|left| !left.is_zero()) else {
                return;
            };
            tokio::select! {
                () = tokio::time::sleep(left) => return,
                changed = moves.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Waits until it shows this instant.
    pub(crate) async fn sleep_until(&self, at: DateTime<Utc>) {
        self.sleep((at - self.now()).to_std().unwrap_or_default()).await;
    }

    /// Waits for something, but no longer than that by this clock.
    pub(crate) async fn within<T>(
        &self,
        long: Duration,
        work: impl Future<Output = T>,
    ) -> Option<T> {
        tokio::select! {
            biased;
            done = work => Some(done),
            () = self.sleep(long) => None,
        }
    }
}

impl Clock for MovedClock {
    fn now(&self) -> DateTime<Utc> {
        self.inner.now() + self.moved()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Stopped;

    impl Clock for Stopped {
        fn now(&self) -> DateTime<Utc> {
            DateTime::UNIX_EPOCH
        }
    }

    #[tokio::test]
    async fn what_waits_by_it_wakes_when_it_is_moved() {
        let clock = Arc::new(MovedClock::moved_by(Arc::new(Stopped), TimeDelta::zero()));
        let sleeper = Arc::clone(&clock);
        let waiting = tokio::spawn(async move { sleeper.sleep(Duration::from_secs(3600)).await });
        tokio::task::yield_now().await;
        clock.advance(TimeDelta::minutes(59)).unwrap();
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished(), "a minute is left");
        clock.advance(TimeDelta::minutes(1)).unwrap();
        waiting.await.unwrap();
        assert_eq!(clock.now(), DateTime::UNIX_EPOCH + TimeDelta::hours(1));
        assert_eq!(clock.unmoved(), DateTime::UNIX_EPOCH);
    }

    #[test]
    fn it_goes_neither_back_nor_beyond_what_can_be_written() {
        let clock = MovedClock::moved_by(Arc::new(Stopped), TimeDelta::zero());
        assert!(clock.advance(TimeDelta::seconds(-1)).is_err());
        assert!(clock.advance(TimeDelta::MAX).is_err());
        assert!(clock.advance(TimeDelta::days(365 * 9000)).is_err());
        assert_eq!(clock.now(), DateTime::UNIX_EPOCH);
    }
}
