//! A clock for tests that follows tokio's time.

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;

use crate::clock::Clock;

/// Follows tokio's time, which a test may pause and advance: sleeping for an hour then takes no
/// time and still makes this clock an hour later.
#[derive(Debug, Clone)]
pub struct VirtualClock {
    epoch: DateTime<Utc>,
    started: Instant,
}

impl VirtualClock {
    /// A clock that shows `epoch` now. To be made inside a tokio runtime.
    #[must_use]
    pub fn starting_at(epoch: DateTime<Utc>) -> Self {
        Self { epoch, started: Instant::now() }
    }
}

/// Starts at 2026-01-05T04:30:00Z, a Monday morning in India.
impl Default for VirtualClock {
    fn default() -> Self {
        Self::starting_at(DateTime::UNIX_EPOCH + TimeDelta::seconds(1_767_587_400))
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> DateTime<Utc> {
        self.epoch + TimeDelta::from_std(self.started.elapsed()).unwrap_or(TimeDelta::MAX)
    }
}
