//! Chance from a seed.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

/// A source of chance: the same seed and name give the same numbers. SplitMix64.
#[derive(Debug)]
pub(crate) struct Random {
    seed: u64,
    state: Mutex<u64>,
}

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

impl Random {
    pub(crate) const fn new(seed: u64) -> Self {
        Self { seed, state: Mutex::new(seed) }
    }

    /// A source of its own for one part of a run: what other parts draw does not change it.
    pub(crate) fn of(&self, part: &str) -> Self {
        let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        let named = part.bytes().fold(self.seed ^ 0xcbf2_9ce4_8422_2325, mix);
        Self::new(mixed(named.wrapping_add(STEP)))
    }

    pub(crate) fn next(&self) -> u64 {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        *state = state.wrapping_add(STEP);
        mixed(*state)
    }

    /// A number from `0` to `end`, which is not among them.
    pub(crate) fn below(&self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// A number from `first` to `last`, both among them.
    pub(crate) fn between(&self, first: u64, last: u64) -> u64 {
        first + self.below(last.saturating_sub(first) + 1)
    }

    /// Whether something happens that happens so often in ten thousand times.
    pub(crate) fn chance(&self, in_ten_thousand: u64) -> bool {
        in_ten_thousand > 0 && self.below(10_000) < in_ten_thousand
    }

    pub(crate) fn pause(&self, shortest: Duration, longest: Duration) -> Duration {
        let millis = |span: Duration| u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
        Duration::from_millis(self.between(millis(shortest), millis(longest)))
    }

    /// One of these; `None` of none.
    pub(crate) fn one_of<'a, T>(&self, of: &'a [T]) -> Option<&'a T> {
        let place = self.below(u64::try_from(of.len()).unwrap_or(u64::MAX));
        of.get(usize::try_from(place).unwrap_or_default())
    }

    /// One of the levels, none in half of the cases: the mix of faults differs from seed to seed.
    pub(crate) fn level(&self, levels: &[u64]) -> u64 {
        let active = self.below(2) == 0;
        let level = self.one_of(levels).copied().unwrap_or_default();
        if active { level } else { 0 }
    }
}

const fn mixed(z: u64) -> u64 {
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
