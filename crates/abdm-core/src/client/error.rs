//! How a call fails.

use std::sync::Arc;

use crate::error::{ApiError, ErrorClass, ErrorCode};
use crate::id::RequestId;
use crate::store::StoreError;
use crate::transport::TransportError;
use crate::wire::WireError;

/// Why a call brought no answer that can be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// Our own request cannot be written. Nothing was sent.
    #[error("{endpoint} was not sent: {source}")]
    Request {
        /// Which endpoint.
        endpoint: &'static str,
        /// What is wrong with the request.
        source: WireError,
    },
    /// No complete answer came.
    #[error("{endpoint} got no answer (REQUEST-ID {request_id}): {source}")]
    Transport {
        /// Which endpoint.
        endpoint: &'static str,
        /// The id of the attempt.
        request_id: RequestId,
        /// What happened.
        source: TransportError,
    },
    /// ABDM answered with success, and a body that is not what the contract says.
    #[error("the answer to {endpoint} cannot be read (REQUEST-ID {request_id}): {source}")]
    Answer {
        /// Which endpoint.
        endpoint: &'static str,
        /// The id of the attempt.
        request_id: RequestId,
        /// Where it does not fit.
        source: WireError,
    },
    /// ABDM refused or failed.
    #[error(transparent)]
    Api(ApiError),
    /// No session could be had, so the call was not sent. Shared by all who waited for it.
    #[error("no ABDM session: {0}")]
    Session(Arc<CallError>),
    /// The `REQUEST-ID` could not be stored, so the call was not sent.
    #[error("the call was not sent, because its REQUEST-ID could not be stored: {0}")]
    Store(#[from] StoreError),
}

impl CallError {
    /// ABDM's own error, when it is one; also of the session call.
    #[must_use]
    pub fn api(&self) -> Option<&ApiError> {
        match self {
            Self::Api(api) => Some(api),
            Self::Session(cause) => cause.api(),
            _ => None,
        }
    }

    /// ABDM's code.
    #[must_use]
    pub fn code(&self) -> Option<&ErrorCode> {
        self.api().and_then(ApiError::code)
    }

    /// The id to give to NHA's support.
    #[must_use]
    pub fn request_id(&self) -> Option<RequestId> {
        match self {
            Self::Transport { request_id, .. } | Self::Answer { request_id, .. } => {
                Some(*request_id)
            }
            Self::Api(api) => api.request_id(),
            Self::Session(cause) => cause.request_id(),
            Self::Request { .. } | Self::Store(_) => None,
        }
    }

    /// Whose fault it is and what that means.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Request { .. } => ErrorClass::CallerBug,
            Self::Transport { .. } | Self::Answer { .. } | Self::Store(_) => {
                ErrorClass::UpstreamFault
            }
            Self::Api(api) => api.class(),
            Self::Session(cause) => cause.class(),
        }
    }

    /// Whether the same intent may succeed later without anybody's doing.
    ///
    /// It does not say that repeating is harmless: a call that timed out may have been taken. The
    /// client has repeated already what its endpoint allows; before an endpoint with
    /// [`Replay::Never`](crate::endpoint::Replay::Never) is called again, find out what became of it.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(self.class(), ErrorClass::Wait | ErrorClass::UpstreamFault)
    }

    /// Whether what was asked for is already so.
    #[must_use]
    pub fn is_already_done(&self) -> bool {
        matches!(self, Self::Api(api) if api.is_already_done())
    }
}
