use uuid::{Builder, Uuid};

/// Where the ids of a document come from: random, or seeded so that a test gets the same document
/// every time.
#[derive(Debug, Clone)]
pub struct Ids(Source);

#[derive(Debug, Clone)]
enum Source {
    Random,
    Seeded(u64),
}

impl Ids {
    /// Random UUIDs of version 4, from the operating system.
    #[must_use]
    pub fn random() -> Self {
        Self(Source::Random)
    }

    /// The same ids every time. For tests only: two documents must never share an id.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Source::Seeded(seed))
    }

    #[expect(clippy::disallowed_methods, reason = "this crate has a source of ids of its own")]
    pub(super) fn next(&mut self) -> Uuid {
        match &mut self.0 {
            Source::Random => Uuid::new_v4(),
            Source::Seeded(state) => {
                let mut bytes = [0; 16];
                for half in bytes.chunks_mut(8) {
                    half.copy_from_slice(&split_mix(state).to_le_bytes());
                }
                Builder::from_random_bytes(bytes).into_uuid()
            }
        }
    }
}

impl Default for Ids {
    fn default() -> Self {
        Self::random()
    }
}

/// SplitMix64: a counter, scattered.
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut bits = *state;
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}
