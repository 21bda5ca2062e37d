//! How much of other facilities' pushes is read, and how much memory they may fill at once.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::callback::PushTokenPolicy;

/// How long a push waits for memory that other pushes hold.
const PATIENCE: Duration = Duration::from_secs(5);

/// Memory is counted in pieces of this size, since a semaphore's count is limited.
const PIECE: usize = 1024;

/// What pushes may cost: the size of one, the memory of all that are under way, and whether each
/// must carry a token. Belongs to a [`Route`](super::Route).
///
/// Clones share the memory: a limit holds for every receiver and every sender together, whoever
/// they are. A push that finds no memory free waits a few seconds and is then answered 503 with
/// `Retry-After`; its body stays unread. The memory counted is that of the bodies. While a body is
/// read and stored, about three times as much is in use.
#[derive(Debug, Clone)]
pub struct PushLimits {
    largest: usize,
    memory: usize,
    token: PushTokenPolicy,
    free: Arc<Semaphore>,
}

impl PushLimits {
    /// 64 MiB of body, about 36 MiB of attached file (rulings.md 37).
    pub const DEFAULT_LARGEST: usize = 64 * 1024 * 1024;

    /// 256 MiB: four pushes of the largest size, hundreds of the usual one.
    pub const DEFAULT_MEMORY: usize = 256 * 1024 * 1024;

    /// Pushes of at most `largest` bytes each, `memory` bytes together. One push never gets more
    /// than `memory`, so that a smaller `memory` is the limit of both.
    #[must_use]
    pub fn new(largest: usize, memory: usize) -> Self {
        let free = Semaphore::new(memory.div_ceil(PIECE).min(Semaphore::MAX_PERMITS));
        let token = PushTokenPolicy::default();
        Self { largest: largest.min(memory), memory, token, free: Arc::new(free) }
    }

    /// The same with another policy for tokens (rulings.md 4). The receiver's verifier may demand a
    /// token too; the stricter of the two counts.
    #[must_use]
    pub const fn token(mut self, token: PushTokenPolicy) -> Self {
        self.token = token;
        self
    }

    /// How long the body of one push may be.
    #[must_use]
    pub const fn largest(&self) -> usize {
        self.largest
    }

    /// How many bytes the bodies under way may hold together.
    #[must_use]
    pub const fn memory(&self) -> usize {
        self.memory
    }

    /// Whether each push must carry a token.
    pub(super) const fn token_policy(&self) -> PushTokenPolicy {
        self.token
    }

    /// Memory for a body of `bytes`, held until the value is dropped; `None` when others hold it
    /// for too long.
    pub(super) async fn reserve(&self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        let pieces = u32::try_from(bytes.min(self.largest).div_ceil(PIECE)).unwrap_or(u32::MAX);
        let free = Arc::clone(&self.free).acquire_many_owned(pieces);
        tokio::time::timeout(PATIENCE, free).await.ok()?.ok()
    }
}

impl Default for PushLimits {
    fn default() -> Self {
        Self::new(Self::DEFAULT_LARGEST, Self::DEFAULT_MEMORY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn memory_that_others_hold_is_waited_for_and_then_refused() {
        let limits = PushLimits::new(3 * PIECE, 4 * PIECE);
        let first = limits.reserve(3 * PIECE).await.unwrap();
        let small = limits.clone().reserve(1).await.unwrap();
        assert!(limits.reserve(1).await.is_none(), "clones share it");
        drop(first);
        assert!(
            limits.reserve(usize::MAX).await.is_some(),
            "one push never takes more than its limit"
        );
        drop(small);
        assert!(limits.reserve(3 * PIECE).await.is_some());
    }

    #[test]
    fn one_push_is_never_larger_than_the_memory_of_all() {
        assert_eq!(PushLimits::new(10, 4).largest(), 4);
    }
}
