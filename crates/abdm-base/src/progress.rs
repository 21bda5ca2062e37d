//! Work that may take long, as long as it gets on.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// When a piece of work last got on. Whoever does it says so after each part that has an end of its
/// own; whoever waits for it gives up after a time without a word.
///
/// So a hook that hangs is found out, and a long piece of honest work is not cut short.
#[derive(Debug)]
pub struct Progress {
    latest: Mutex<Instant>,
}

/// Begins now.
impl Default for Progress {
    fn default() -> Self {
        Self { latest: Mutex::new(Instant::now()) }
    }
}

impl Progress {
    /// A part is done: the wait begins anew.
    pub fn made(&self) {
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// The work's result; `None` after a `patience` without progress, and the work is then dropped.
    /// Work that blocks its thread cannot be dropped, nor found out.
    pub async fn within<T>(&self, patience: Duration, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            done = work => Some(done),
            () = self.stalled(patience) => None,
        }
    }

    async fn stalled(&self, patience: Duration) {
        loop {
            let latest = *self.latest.lock().unwrap_or_else(PoisonError::into_inner);
            match latest.checked_add(patience) {
                Some(until) if until > Instant::now() => sleep_until(until).await,
                Some(_) => return,
                // Longer than any clock runs.
                None => std::future::pending().await,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::sleep;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(60);

    #[tokio::test(start_paused = true)]
    async fn work_that_hangs_is_dropped_after_the_patience() {
        let (progress, begun) = (Progress::default(), Instant::now());
        let done = progress.within(PATIENCE, std::future::pending::<()>()).await;
        assert_eq!((done, begun.elapsed()), (None, PATIENCE));
    }

    #[tokio::test(start_paused = true)]
    async fn work_that_gets_on_may_take_long_and_is_dropped_when_it_then_hangs() {
        let (progress, begun) = (Progress::default(), Instant::now());
        let work = async {
            for _ in 0..100 {
                sleep(PATIENCE - Duration::from_secs(1)).await;
                progress.made();
            }
        };
        assert_eq!(progress.within(PATIENCE, work).await, Some(()));
        let hanging = async {
            sleep(PATIENCE / 2).await;
            progress.made();
            std::future::pending::<()>().await;
        };
        let before = begun.elapsed();
        assert_eq!(progress.within(PATIENCE, hanging).await, None);
        assert_eq!(begun.elapsed() - before, PATIENCE / 2 + PATIENCE);
    }

    #[tokio::test(start_paused = true)]
    async fn endless_patience_is_no_overflow() {
        let progress = Progress::default();
        assert_eq!(progress.within(Duration::MAX, sleep(PATIENCE)).await, Some(()));
    }
}
