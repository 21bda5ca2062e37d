//! A source of random ids.
//!
//! Every id that the client and the flow engine make comes from an [`Ids`], as every instant comes from a
//! [`Clock`](crate::clock::Clock): with the same seed a run gives the same ids, so that what went
//! wrong once can be played again.

use std::fmt::Debug;

use uuid::Uuid;

/// Makes ids that nobody has used before.
pub trait Ids: Debug + Send + Sync + 'static {
    /// A fresh UUID, version 4.
    fn uuid(&self) -> Uuid;
}

/// From the operating system's randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomIds;

impl Ids for RandomIds {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that makes random ids")]
    fn uuid(&self) -> Uuid {
        Uuid::new_v4()
    }
}

/// From a seed: the same seed gives the same ids in the same order. For tests.
#[cfg(any(test, feature = "testing"))]
#[derive(Debug)]
pub struct SeededIds {
    state: std::sync::atomic::AtomicU64,
}

#[cfg(any(test, feature = "testing"))]
impl SeededIds {
    /// The ids of this seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { state: std::sync::atomic::AtomicU64::new(seed) }
    }

    /// The next number of SplitMix64.
    fn next(&self) -> u64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let before = self.state.fetch_add(STEP, std::sync::atomic::Ordering::Relaxed);
        let z = before.wrapping_add(STEP);
        let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

#[cfg(any(test, feature = "testing"))]
impl Ids for SeededIds {
    fn uuid(&self) -> Uuid {
        let bytes = (u128::from(self.next()) << 64 | u128::from(self.next())).to_be_bytes();
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_ids_and_another_seed_others() {
        let ids = |seed| {
            let source = SeededIds::new(seed);
            [source.uuid(), source.uuid(), source.uuid()]
        };
        assert_eq!(ids(7), ids(7));
        assert_ne!(ids(7), ids(8));
        assert_ne!(ids(7)[0], ids(7)[1]);
        assert!(ids(7).iter().all(|id| id.get_version_num() == 4));
    }
}
