//! The clock that a case moves. Desk and sandbox look at the same one.

use std::sync::Mutex;
use std::time::Instant;

use abdm_core::clock::{Clock, SystemClock};
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};

/// Begins at ten in the morning in India: queues of counters begin anew at midnight there.
#[derive(Debug)]
pub(super) struct HandClock {
    at: Mutex<DateTime<Utc>>,
    /// Since when it runs; it may stand still.
    runs_since: Option<Instant>,
}

impl HandClock {
    /// One that stands still until it is moved.
    pub(super) fn still() -> Self {
        let today = SystemClock.now().date_naive().and_time(NaiveTime::MIN).and_utc();
        Self { at: Mutex::new(today + TimeDelta::minutes(270)), runs_since: None }
    }

    /// One that runs, and can be moved beside.
    pub(super) fn running() -> Self {
        Self { runs_since: Some(Instant::now()), ..Self::still() }
    }

    pub(super) fn advance(&self, by: TimeDelta) {
        *self.at.lock().unwrap() += by;
    }
}

impl Clock for HandClock {
    fn now(&self) -> DateTime<Utc> {
        let ran = self.runs_since.map(|since| TimeDelta::from_std(since.elapsed()).unwrap());
        *self.at.lock().unwrap() + ran.unwrap_or_default()
    }
}
