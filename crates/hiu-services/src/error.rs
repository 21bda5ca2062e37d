//! How an HIU's front door fails.

use abdm_core::flow::{FlowId, RunnerError, WaitError};
use abdm_core::store::StoreError;

use crate::flow::Refusal;

/// Why the HIU did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// What was asked breaks one of ABDM's rules. Nothing was sent.
    #[error("the request is not valid: {0}")]
    Invalid(&'static str),
    /// The HIU cannot be set up so.
    #[error("the HIU is not set up: {0}")]
    Setup(&'static str),
    /// There is no such consent request or artefact here.
    #[error("there is no consent of this id here")]
    NoSuchConsent,
    /// What was waited for did not come in time. The flow goes on; wait again.
    #[error("{what} did not come in time; the flow {id} goes on, wait again later")]
    TimedOut {
        /// What was waited for.
        what: &'static str,
        /// The flow.
        id: FlowId,
    },
    /// ABDM refused.
    #[error("{0}")]
    Refused(Refusal),
    /// The flow or its store did not take it.
    #[error(transparent)]
    Flow(#[from] RunnerError),
}

impl Error {
    /// Whether the same call may succeed later without anybody's doing.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        match self {
            Self::TimedOut { .. } => true,
            Self::Flow(error) => error.is_retryable(),
            Self::Invalid(_) | Self::Setup(_) | Self::NoSuchConsent | Self::Refused(_) => false,
        }
    }

    /// ABDM's code, where ABDM refused.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused(refusal) => refusal.code.as_deref(),
            _ => None,
        }
    }

    pub(crate) fn waiting(what: &'static str) -> impl FnOnce(WaitError) -> Self {
        move |error| match error {
            WaitError::TimedOut { id } => Self::TimedOut { what, id },
            WaitError::Ended { .. } => Self::NoSuchConsent,
            WaitError::Runner(RunnerError::NoSuchFlow { .. }) => Self::NoSuchConsent,
            WaitError::Runner(error) => Self::Flow(error),
            _ => Self::Setup("an unknown outcome of waiting"),
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Self::Flow(error.into())
    }
}
