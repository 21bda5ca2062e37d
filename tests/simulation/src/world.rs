//! What all parts of one run share.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use abdm_core::clock::Clock as _;
use abdm_flow::VirtualClock;
use abdm_flow::ids::SeededIds;
use chrono::{DateTime, Utc};
use tokio::time::sleep;

use crate::counts::Counts;
use crate::ledger::Ledger;
use crate::life::Life;
use crate::log::{Log, say};
use crate::mutant::Mutant;
use crate::options::Options;
use crate::phone::Phone;
use crate::random::Random;

/// One run's world.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) options: Options,
    pub(crate) mutant: Option<Mutant>,
    pub(crate) random: Random,
    pub(crate) clock: VirtualClock,
    pub(crate) log: Log,
    pub(crate) counts: Counts,
    pub(crate) ledger: Ledger,
    pub(crate) phone: Phone,
    /// The gateway's ids.
    pub(crate) ids: SeededIds,
    healed: AtomicBool,
    /// Messages that are still to be delivered.
    under_way: AtomicU64,
}

impl World {
    pub(crate) fn new(seed: u64, options: Options, mutant: Option<Mutant>) -> Self {
        let random = Random::new(seed);
        let clock = VirtualClock::default();
        Self {
            options,
            mutant,
            ids: SeededIds::new(random.of("gateway ids").next()),
            log: Log::new(&clock),
            random: random.of("faults"),
            clock,
            counts: Counts::default(),
            ledger: Ledger::default(),
            phone: Phone::default(),
            healed: AtomicBool::new(false),
            under_way: AtomicU64::new(0),
        }
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// From now on nothing goes wrong any more.
    pub(crate) fn heal(&self) {
        self.healed.store(true, Ordering::SeqCst);
        say!(self, "everything is healed");
    }

    pub(crate) fn is_healed(&self) -> bool {
        self.healed.load(Ordering::SeqCst)
    }

    /// Whether this goes wrong now.
    pub(crate) fn strikes(&self, fault: &'static str, in_ten_thousand: u64) -> bool {
        let strikes = !self.is_healed() && self.random.chance(in_ten_thousand);
        if strikes {
            self.counts.add(fault);
            say!(self, "fault: {fault}");
        }
        strikes
    }

    /// Takes up to so long, while things go wrong; then as good as none.
    pub(crate) async fn takes_up_to(&self, longest: Duration) {
        if self.is_healed() || longest.is_zero() {
            return;
        }
        // Mostly fast, now and then slow: order changes, and few time-outs.
        let slow = self.random.chance(1_500);
        let most = if slow { longest } else { longest / 20 };
        sleep(self.random.pause(Duration::ZERO, most)).await;
    }

    /// A point at which a node may end: everything between two of them happens in one go.
    pub(crate) async fn may_end(&self, node: &str, life: &Life, in_ten_thousand: u64) {
        if self.strikes("crash", in_ten_thousand) {
            say!(self, "{node} crashes");
            life.end();
        }
        life.goes_on().await;
    }

    pub(crate) fn begins_delivery(&self) {
        self.under_way.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn ends_delivery(&self) {
        self.under_way.fetch_sub(1, Ordering::SeqCst);
    }

    pub(crate) fn under_way(&self) -> u64 {
        self.under_way.load(Ordering::SeqCst)
    }
}
