//! Why something could not be stored: what every store says alike.

/// Why a store did not do what it was asked.
#[derive(thiserror::Error)]
#[error("flow store: {kind}")]
#[non_exhaustive]
pub struct StoreError {
    /// What sort of failure it is.
    pub kind: StoreErrorKind,
    /// The cause, where there is one.
    #[source]
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

crate::debug_in_words!(StoreError);

/// What sort of failure of a store it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// Somebody else changed the flow in between: load it again and decide anew.
    #[error("the flow was changed by somebody else, load it again")]
    Conflict,
    /// The claim has passed to somebody else, or the work is settled: drop it.
    #[error("the lease has passed to somebody else, leave the work to them")]
    LeaseLost,
    /// The store cannot be reached or is overloaded: try again later.
    #[error("not available, try again later")]
    Unavailable,
    /// What is stored cannot be read: a person has to look.
    #[error("what is stored cannot be read")]
    Corrupt,
    /// What is stored was sealed with a key that is not at hand: trying again does not help, a ring
    /// with that key does.
    #[error(
        "sealed with another key than those of the ring: put the old one behind the new one \
         (`SealingKeyRing::new`), or name another store"
    )]
    UnknownKey,
}

impl StoreError {
    /// An error without a further cause.
    #[must_use]
    pub const fn new(kind: StoreErrorKind) -> Self {
        Self { kind, source: None }
    }

    /// An error with its cause.
    #[must_use]
    pub fn with_source(
        kind: StoreErrorKind,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self { kind, source: Some(source.into()) }
    }

    /// Whether the same call may succeed later. A conflict is not: the flow must be loaded anew.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        matches!(self.kind, StoreErrorKind::Unavailable)
    }
}
