//! Growing pauses between tries.

use std::time::Duration;

/// Doubling pauses, spread a little so that many failures at once do not come back at once.
///
/// The spread comes from a seed (the number of the item) and not from chance: the same item waits
/// equally long in every run of a test.
///
/// ```
/// use abdm_flow::Backoff;
/// use std::time::Duration;
///
/// let backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(300));
/// assert!(backoff.delay(1, 7) <= Duration::from_secs(1));
/// assert!(backoff.delay(3, 7) > Duration::from_secs(2));
/// assert!(backoff.delay(1_000, 7) <= Duration::from_secs(300));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Backoff {
    /// The pause after the first failure.
    pub first: Duration,
    /// The longest pause.
    pub longest: Duration,
}

impl Backoff {
    /// Pauses from `first`, doubling, to `longest`.
    #[must_use]
    pub const fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest }
    }

    /// The pause after try number `attempt` (counted from 1): three to four quarters of the doubled
    /// value, the exact share by `seed`.
    #[must_use]
    pub fn delay(&self, attempt: u32, seed: u64) -> Duration {
        let first = self.first.as_millis().max(1);
        let longest = self.longest.as_millis().max(first);
        let factor = 1_u128 << attempt.saturating_sub(1).min(40);
        let doubled = first.saturating_mul(factor).min(longest);
        let spread = u128::from(mix(seed ^ (u64::from(attempt) << 32)) % 256);
        let pause = doubled - doubled / 4 * spread / 256;
        Duration::from_millis(u64::try_from(pause).unwrap_or(u64::MAX))
    }
}

/// One second, doubling, to five minutes.
impl Default for Backoff {
    fn default() -> Self {
        Self::new(Duration::from_secs(1), Duration::from_secs(300))
    }
}

/// The finisher of SplitMix64: spreads neighbouring seeds over all values.
const fn mix(seed: u64) -> u64 {
    let z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_and_stay_within_a_quarter() {
        let backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(10));
        for seed in 0..50 {
            for (attempt, full) in [(1, 100), (2, 200), (5, 1_600), (8, 10_000), (u32::MAX, 10_000)]
            {
                let delay = backoff.delay(attempt, seed).as_millis();
                assert!(delay <= full && delay >= full * 3 / 4, "{attempt}: {delay} of {full}");
            }
        }
    }

    #[test]
    fn items_that_fail_together_come_back_apart() {
        let backoff = Backoff::default();
        let delays: std::collections::BTreeSet<_> =
            (0..100).map(|seed| backoff.delay(6, seed)).collect();
        assert!(delays.len() > 30, "only {} different pauses", delays.len());
    }
}
