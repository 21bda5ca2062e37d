//! Who takes messages for good, and how such a taker says no.

use std::fmt::Debug;

use async_trait::async_trait;
use http::StatusCode;

use crate::StoreError;
use crate::message::Inbound;

/// Takes messages for good: the inbox of a flow engine, or something in front of one.
#[async_trait]
pub trait InboundSink: Debug + Send + Sync + 'static {
    /// Whether a message to this path (without the mount's prefix) can be taken at all. Asked
    /// before its body is read, so that whoever guesses addresses costs a look-up and no memory.
    ///
    /// Every path of the route unless implemented.
    ///
    /// # Errors
    /// [`NotTaken`]: the sender is answered so, and its body stays unread.
    async fn admit(&self, path: &str) -> Result<(), NotTaken> {
        let _ = path;
        Ok(())
    }

    /// Takes the message. After this it is not lost, whatever happens, and it is answered with 202.
    ///
    /// The decision is final: what returns `Ok` has, or will have, its effect. A sink that cannot
    /// know yet whether it wants a message takes it.
    ///
    /// # Errors
    /// [`NotTaken::Refused`] for a message that this sink does not want: the sender is told, and
    /// need not come again. [`NotTaken::Store`] when it could not be stored: the sender is asked to
    /// come again.
    async fn accept(&self, inbound: &Inbound) -> Result<Accepted, NotTaken>;

    /// Hears that the body of an admitted message is longer than `limit` bytes: it has `length`,
    /// where the sender announced it. It was not read, and the sender is answered 413 (rulings.md
    /// 37).
    ///
    /// Nothing happens unless implemented.
    ///
    /// # Errors
    /// [`NotTaken`], when the sender is to be answered otherwise.
    async fn too_large(
        &self,
        path: &str,
        length: Option<usize>,
        limit: usize,
    ) -> Result<(), NotTaken> {
        let _ = (path, length, limit);
        Ok(())
    }
}

/// Whether a message was new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Accepted {
    /// It is in the inbox now.
    New,
    /// It was there before, and nothing changed.
    Duplicate,
}

impl Accepted {
    /// A message that is new, or is not.
    #[must_use]
    pub const fn of(is_new: bool) -> Self {
        if is_new { Self::New } else { Self::Duplicate }
    }
}

/// Why a message was not taken.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum NotTaken {
    /// It is not wanted, now or ever. Answered with `status`.
    #[error("refused with {status}: {reason}")]
    Refused {
        /// What the sender is answered: a 4xx.
        status: StatusCode,
        /// Why, in words for the operator; never contents.
        reason: &'static str,
    },
    /// It is wanted, and not now: there is too much that is not dealt with yet. Answered with 503
    /// and `Retry-After`.
    #[error("not now: {reason}")]
    Busy {
        /// Why, in words for the operator; never contents.
        reason: &'static str,
    },
    /// It could not be stored. Answered with 503.
    #[error(transparent)]
    Store(#[from] StoreError),
}

crate::error::debug_in_words!(NotTaken);

impl NotTaken {
    /// Refused with this status, for this reason.
    #[must_use]
    pub const fn refused(status: StatusCode, reason: &'static str) -> Self {
        Self::Refused { status, reason }
    }

    /// Not now, for this reason.
    #[must_use]
    pub const fn busy(reason: &'static str) -> Self {
        Self::Busy { reason }
    }
}
