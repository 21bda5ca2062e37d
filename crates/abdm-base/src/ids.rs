//! A source of ids.
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

    /// A fresh UUID that sorts, as bytes, behind those that were made before it: version 7.
    ///
    /// For the keys of our own rows: neighbours in time are neighbours in the index, so that a
    /// store with millions of old rows is changed at its end, not all over. Nobody may rely on the
    /// order: the default is an id without any, and clocks of several nodes differ.
    fn ordered(&self) -> Uuid {
        self.uuid()
    }
}

/// From the operating system's randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct RandomIds;

impl Ids for RandomIds {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that makes random ids")]
    fn uuid(&self) -> Uuid {
        Uuid::new_v4()
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one place that makes ordered ids")]
    fn ordered(&self) -> Uuid {
        Uuid::now_v7()
    }
}

/// From a seed: the same seed gives the same ids in the same order. For tests.
#[cfg(any(test, feature = "testing"))]
#[derive(Debug)]
pub struct SeededIds {
    state: std::sync::atomic::AtomicU64,
    /// In place of a time: how many ordered ids were made.
    ordered: std::sync::atomic::AtomicU64,
}

#[cfg(any(test, feature = "testing"))]
impl SeededIds {
    /// The ids of this seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        use std::sync::atomic::AtomicU64;

        Self { state: AtomicU64::new(seed), ordered: AtomicU64::new(0) }
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

    fn ordered(&self) -> Uuid {
        let made = self.ordered.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let random = u128::from(self.next()) << 64 | u128::from(self.next());
        let [.., a, b, c, d, e, f, g, h, i, j] = random.to_be_bytes();
        uuid::Builder::from_unix_timestamp_millis(made, &[a, b, c, d, e, f, g, h, i, j]).into_uuid()
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

    #[test]
    fn ordered_ids_are_of_version_7_and_each_sorts_behind_the_one_before() {
        let sources: [&dyn Ids; 2] = [&RandomIds, &SeededIds::new(7)];
        for source in sources {
            let ids: Vec<Uuid> = (0..1_000).map(|_| source.ordered()).collect();
            assert!(ids.iter().all(|id| id.get_version_num() == 7), "{source:?}");
            assert!(ids.is_sorted_by(|one, next| one.as_bytes() < next.as_bytes()), "{source:?}");
        }
    }

    #[test]
    fn ordered_ids_of_two_seeds_differ() {
        assert_ne!(SeededIds::new(7).ordered(), SeededIds::new(8).ordered());
    }
}
