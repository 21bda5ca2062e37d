//! A clock that goes on by itself and can be set on: what a back-fill waits for takes no time.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use abdm_core::clock::Clock;
use chrono::{DateTime, TimeDelta, Utc};

/// Goes as the machine's does, from wherever it was set to last.
#[derive(Debug)]
pub(crate) struct SetClock {
    began: Instant,
    /// How far it was set on, in milliseconds.
    ahead: AtomicI64,
}

impl SetClock {
    pub(crate) fn new() -> Self {
        Self { began: Instant::now(), ahead: AtomicI64::new(0) }
    }

    /// Sets it to an instant that has not come yet.
    pub(crate) fn set_on_to(&self, instant: DateTime<Utc>) {
        let missing = (instant - self.now()).num_milliseconds() + 1;
        if missing > 0 {
            self.ahead.fetch_add(missing, Ordering::SeqCst);
        }
    }
}

impl Clock for SetClock {
    fn now(&self) -> DateTime<Utc> {
        // A Monday morning in India.
        let epoch = DateTime::UNIX_EPOCH + TimeDelta::seconds(1_767_587_400);
        let gone = TimeDelta::from_std(self.began.elapsed()).unwrap_or_default();
        epoch + gone + TimeDelta::milliseconds(self.ahead.load(Ordering::SeqCst))
    }
}
