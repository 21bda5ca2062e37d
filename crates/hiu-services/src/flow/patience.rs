//! How long a flow waits for others.

use std::time::Duration;

use abdm_core::clock;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How long a flow waits for others. Kept in each flow, so that a change of settings does not touch
/// what is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patience {
    callback_ms: u64,
    transfer_ms: u64,
    #[serde(default = "Patience::default_late_page")]
    late_page_ms: u64,
}

impl Patience {
    /// For a callback, and for a whole transfer. For late pages as by default.
    #[must_use]
    pub const fn new(callback: Duration, transfer: Duration) -> Self {
        Self {
            callback_ms: millis(callback),
            transfer_ms: millis(transfer),
            late_page_ms: Self::default_late_page(),
        }
    }

    const fn default_late_page() -> u64 {
        10_000
    }

    /// The same with another patience for late pages: when as many pages are in as the sender
    /// announced and a consented context is still missing, so much time must pass without another
    /// page before the transfer counts as complete (rulings.md 31).
    #[must_use]
    pub const fn late_page(mut self, late_page: Duration) -> Self {
        self.late_page_ms = millis(late_page);
        self
    }

    /// When a callback that is waited for from `now` counts as missing.
    pub(crate) fn callback_until(self, now: DateTime<Utc>) -> DateTime<Utc> {
        clock::later(now, Duration::from_millis(self.callback_ms))
    }

    /// Until when pages wait for ABDM's word on their transaction: half a callback's time.
    pub(crate) fn word_until(self, now: DateTime<Utc>) -> DateTime<Utc> {
        clock::later(now, Duration::from_millis(self.callback_ms / 2))
    }

    /// When a transfer that begins at `now` must have ended.
    pub(crate) fn transfer_until(self, now: DateTime<Utc>) -> DateTime<Utc> {
        clock::later(now, Duration::from_millis(self.transfer_ms))
    }

    /// When a page that comes at `now` was the last.
    pub(crate) fn late_page_until(self, now: DateTime<Utc>) -> DateTime<Utc> {
        clock::later(now, Duration::from_millis(self.late_page_ms))
    }
}

/// Whole milliseconds; what has too many of them is for ever.
const fn millis(span: Duration) -> u64 {
    if span.as_millis() > u64::MAX as u128 { u64::MAX } else { span.as_millis() as u64 }
}

/// A minute for a callback (live-measurements.md 7), twenty for a transfer (gateway.md 8), ten
/// seconds for a late page (rulings.md 31).
impl Default for Patience {
    fn default() -> Self {
        Self::new(Duration::from_secs(60), Duration::from_secs(20 * 60))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_patience_whatever_gives_an_instant() {
        let endless = Patience::new(Duration::MAX, Duration::MAX).late_page(Duration::MAX);
        let now = DateTime::UNIX_EPOCH;
        for at in [
            endless.callback_until(now),
            endless.word_until(now),
            endless.transfer_until(now),
            endless.late_page_until(now),
        ] {
            assert!(at > now);
            let text = abdm_core::clock::format_timestamp(at);
            assert_eq!(abdm_core::clock::parse_timestamp(&text), Some(at), "it can be stored");
        }
    }
}
