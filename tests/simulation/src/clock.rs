//! A node's own clock: off by a little, and too fast or too slow, until it is set right.

use std::sync::atomic::{AtomicBool, Ordering};

use abdm_core::clock::Clock;
use abdm_flow::VirtualClock;
use chrono::{DateTime, TimeDelta, Utc};

/// The true time, seen by a node.
#[derive(Debug)]
pub(crate) struct NodeClock {
    truth: VirtualClock,
    begun: DateTime<Utc>,
    offset_ms: i64,
    millionths: i64,
    is_right: AtomicBool,
}

impl NodeClock {
    pub(crate) fn new(truth: &VirtualClock, offset_ms: i64, millionths: i64) -> Self {
        let (truth, begun) = (truth.clone(), truth.now());
        Self { truth, begun, offset_ms, millionths, is_right: AtomicBool::new(false) }
    }

    /// From now on it shows the true time, even if that sets it back.
    pub(crate) fn set_right(&self) {
        self.is_right.store(true, Ordering::SeqCst);
    }
}

impl Clock for NodeClock {
    fn now(&self) -> DateTime<Utc> {
        let now = self.truth.now();
        if self.is_right.load(Ordering::SeqCst) {
            return now;
        }
        let passed = (now - self.begun).num_milliseconds();
        now + TimeDelta::milliseconds(self.offset_ms + passed * self.millionths / 1_000_000)
    }
}
