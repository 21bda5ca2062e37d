//! What can go wrong at the front door.

use abdm_core::flow::{RunnerError, WaitError};
use abdm_core::seal::SealError;

use crate::flow::Failure;

/// Why the HIP did not do what the hospital asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The HIP was built without something that it needs.
    #[error("the HIP cannot be built: {missing} is missing, call `HipBuilder::{call}`")]
    Incomplete {
        /// What is missing.
        missing: &'static str,
        /// The builder's method that gives it.
        call: &'static str,
    },
    /// What is to be linked breaks a rule of ABDM's. Nothing was sent.
    #[error("the patient cannot be linked: {rule}")]
    Invalid {
        /// The rule, and how to keep it.
        rule: &'static str,
    },
    /// The care contexts are not linked.
    #[error("not linked: {0}")]
    NotLinked(Failure),
    /// Whether the care contexts are linked is unknown: a callback is overdue. The link goes on and
    /// takes a late callback; link the same again to try again.
    #[error(
        "nobody knows whether the care contexts are linked: ABDM's callback is overdue. It is still \
         waited for; link the same again to try again"
    )]
    LinkUnknown,
    /// Waiting ended before the flow did.
    #[error(transparent)]
    Wait(#[from] WaitError),
    /// The flow or its store failed.
    #[error(transparent)]
    Runner(#[from] RunnerError),
    /// Something cannot be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
}

impl Error {
    /// Whether the same call may succeed later without anybody's doing.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        match self {
            Self::LinkUnknown | Self::Wait(WaitError::TimedOut { .. }) => true,
            Self::Runner(error) | Self::Wait(WaitError::Runner(error)) => error.is_retryable(),
            _ => false,
        }
    }

    /// ABDM's code, where it gave one.
    #[must_use]
    pub fn code(&self) -> Option<&abdm_core::error::ErrorCode> {
        match self {
            Self::NotLinked(failure) => failure.code.as_ref(),
            _ => None,
        }
    }
}

impl From<abdm_core::store::StoreError> for Error {
    fn from(error: abdm_core::store::StoreError) -> Self {
        Self::Runner(error.into())
    }
}
