//! How long a flow waits for others.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// How long a flow waits for others. Kept in each flow, so that a change of settings does not touch
/// what is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patience {
    callback_ms: i64,
    transfer_ms: i64,
}

impl Patience {
    /// For a callback, and for a whole transfer.
    #[must_use]
    pub const fn new(callback: TimeDelta, transfer: TimeDelta) -> Self {
        Self { callback_ms: callback.num_milliseconds(), transfer_ms: transfer.num_milliseconds() }
    }

    /// How long a callback may take before its call counts as unanswered.
    #[must_use]
    pub const fn callback(self) -> TimeDelta {
        TimeDelta::milliseconds(self.callback_ms)
    }

    /// How long a transfer may take.
    #[must_use]
    pub const fn transfer(self) -> TimeDelta {
        TimeDelta::milliseconds(self.transfer_ms)
    }
}

/// A minute for a callback (live-measurements.md 7), twenty for a transfer (gateway.md 8).
impl Default for Patience {
    fn default() -> Self {
        Self::new(TimeDelta::seconds(60), TimeDelta::minutes(20))
    }
}
