//! Where the random bytes of keys and nonces come from: the operating system, and nowhere else.

use crate::Error;

/// Fills `bytes` with random ones.
pub(crate) fn fill(bytes: &mut [u8]) -> Result<(), Error> {
    #[cfg(feature = "testing")]
    if seeded::fill(bytes) {
        return Ok(());
    }
    getrandom::fill(bytes).map_err(|_| Error::RandomnessUnavailable)
}

/// The same bytes in every run, for simulations.
#[cfg(feature = "testing")]
pub(crate) mod seeded {
    use std::cell::Cell;

    thread_local! {
        static STATE: Cell<Option<u64>> = const { Cell::new(None) };
    }

    pub(crate) fn set(seed: Option<u64>) {
        STATE.set(seed);
    }

    /// Whether this thread has a seed; then `bytes` are filled from it. SplitMix64.
    pub(super) fn fill(bytes: &mut [u8]) -> bool {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let Some(mut state) = STATE.get() else {
            return false;
        };
        for part in bytes.chunks_mut(8) {
            state = state.wrapping_add(STEP);
            let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            let drawn = (z ^ (z >> 31)).to_le_bytes();
            for (byte, drawn) in part.iter_mut().zip(drawn) {
                *byte = drawn;
            }
        }
        STATE.set(Some(state));
        true
    }
}
