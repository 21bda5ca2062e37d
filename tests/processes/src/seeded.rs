//! Chance that a seed decides.

use abdm_flow::ids::{Ids as _, RandomIds};

/// Numbers that a seed decides (splitmix64).
#[derive(Debug, Clone)]
pub struct Seeded(u64);

impl Seeded {
    /// The numbers of this seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// The next number from `least` on and below `over`.
    pub const fn between(&mut self, least: u64, over: u64) -> u64 {
        least + self.next() % (over - least)
    }
}

/// A seed that nobody chose.
#[must_use]
pub fn fresh() -> u64 {
    RandomIds.uuid().as_u64_pair().0
}
