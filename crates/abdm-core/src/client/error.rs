//! How a call fails.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use http::StatusCode;

use crate::StoreError;
use crate::error::{ApiError, Effort, ErrorClass, ErrorCode, Peer};
use crate::id::RequestId;
use crate::transport::TransportError;
use crate::wire::WireError;

/// Why a call brought no answer that can be used.
#[derive(thiserror::Error)]
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
    #[error(
        "{endpoint} got no answer from {} {effort} (REQUEST-ID {request_id}): {source}",
        whom(peer, origin)
    )]
    Transport {
        /// Which endpoint.
        endpoint: &'static str,
        /// From whom.
        peer: Peer,
        /// Where it was tried: scheme, host and port. A path may hold ids.
        origin: String,
        /// How often it was tried.
        effort: Effort,
        /// The id of the attempt.
        request_id: RequestId,
        /// What happened.
        source: TransportError,
    },
    /// The peer answered with success, and a body that is not what the contract says.
    #[error(
        "the answer of {peer} to {endpoint} cannot be read (REQUEST-ID {request_id}): {source}"
    )]
    Answer {
        /// Which endpoint.
        endpoint: &'static str,
        /// Whose answer.
        peer: Peer,
        /// How often it was tried.
        effort: Effort,
        /// The id of the attempt.
        request_id: RequestId,
        /// Where it does not fit.
        source: WireError,
    },
    /// ABDM, or the other facility of a data push, refused or failed: see [`ApiError::peer`].
    #[error(transparent)]
    Api(ApiError),
    /// No session could be obtained, so the call was not sent. Shared by all who waited for it.
    #[error("no ABDM session: {0}")]
    Session(Arc<CallError>),
    /// The `REQUEST-ID` could not be stored, so the call was not sent.
    #[error("the call was not sent, because its REQUEST-ID could not be stored: {0}")]
    Store(#[from] StoreError),
}

crate::error::debug_in_words!(CallError);

/// Who was called, and where: a facility's name is its host.
fn whom(peer: &Peer, origin: &str) -> String {
    match peer {
        Peer::Abdm => format!("{peer} at {origin}"),
        Peer::Facility(_) => peer.to_string(),
    }
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
            Self::Transport { source, .. } if !source.is_retryable() => ErrorClass::Blocked,
            Self::Transport { .. } | Self::Answer { .. } | Self::Store(_) => {
                ErrorClass::UpstreamFault
            }
            Self::Api(api) => api.class(),
            Self::Session(cause) => cause.class(),
        }
    }

    /// Who answered, or should have; `None` when nothing was sent.
    #[must_use]
    pub fn peer(&self) -> Option<&Peer> {
        match self {
            Self::Transport { peer, .. } | Self::Answer { peer, .. } => Some(peer),
            Self::Api(api) => Some(api.peer()),
            Self::Session(cause) => cause.peer(),
            Self::Request { .. } | Self::Store(_) => None,
        }
    }

    /// How often the call was sent and how long that took; `None` when nothing was sent.
    #[must_use]
    pub fn effort(&self) -> Option<Effort> {
        match self {
            Self::Transport { effort, .. } | Self::Answer { effort, .. } => Some(*effort),
            Self::Api(api) => api.effort(),
            Self::Session(_) | Self::Request { .. } | Self::Store(_) => None,
        }
    }

    pub(crate) fn with_effort(self, effort: Effort) -> Self {
        match self {
            Self::Transport { endpoint, peer, origin, request_id, source, .. } => {
                Self::Transport { endpoint, peer, origin, effort, request_id, source }
            }
            Self::Answer { endpoint, peer, request_id, source, .. } => {
                Self::Answer { endpoint, peer, effort, request_id, source }
            }
            Self::Api(api) => Self::Api(api.with_effort(effort)),
            unsent @ (Self::Session(_) | Self::Request { .. } | Self::Store(_)) => unsent,
        }
    }

    /// How long after `now` the peer wants to be left alone, see [`ApiError::retry_after`].
    #[must_use]
    pub fn retry_after(&self, now: DateTime<Utc>) -> Option<Duration> {
        self.api().and_then(|api| api.retry_after(now))
    }

    /// Not before this instant the same may be asked again, see [`ApiError::retry_at`]. `None` when
    /// no time is known.
    #[must_use]
    pub fn retry_at(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.api().and_then(|api| api.retry_at(now))
    }

    /// Whether the same intent may succeed later without anybody acting: when ABDM says to wait,
    /// or when it, the network, or another facility has failed. False where something else must
    /// come first, see [`ApiError::is_retryable`].
    ///
    /// It does not say that repeating is harmless: a call that timed out may have been taken. The
    /// client has repeated already what its endpoint allows; before an endpoint with
    /// [`Replay::Never`](crate::endpoint::Replay::Never) is called again, find out what became of
    /// it.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Request { .. } => false,
            Self::Transport { source, .. } => source.is_retryable(),
            Self::Answer { .. } | Self::Store(_) => true,
            Self::Api(api) => api.is_retryable(),
            Self::Session(cause) => cause.is_retryable(),
        }
    }

    /// Whether it is certain that the call has begun nothing at the peer's: it did not arrive, or
    /// was refused.
    ///
    /// 408 is no refusal, nor is 409: it may mean "it is being done, or was done before", although
    /// a HIU says other things with it, too, such as that the transfer is over. Nor is 503: a proxy
    /// gives it, too, when the connection to the service broke in the middle. Only where another
    /// facility says with it when to come again (`Retry-After`) has it looked, and taken nothing.
    #[must_use]
    pub fn had_no_effect(&self) -> bool {
        match self {
            Self::Request { .. } | Self::Session(_) | Self::Store(_) => true,
            Self::Transport { source, .. } => source.is_unprocessed(),
            Self::Answer { .. } => false,
            Self::Api(api) => api.status().is_some_and(|status| {
                let busy = status == StatusCode::SERVICE_UNAVAILABLE
                    && matches!(api.peer(), Peer::Facility(_))
                    && api.names_a_pause();
                let refused = status.is_client_error()
                    && status != StatusCode::REQUEST_TIMEOUT
                    && status != StatusCode::CONFLICT;
                busy || refused
            }),
        }
    }

    /// Whether the call was not made because its address, which another party has named, may not be
    /// called ([`outgoing`](crate::outgoing)): final, however often it is tried.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        matches!(self, Self::Transport { source, .. } if !source.is_retryable())
    }

    /// Whether what was asked for is already so.
    #[must_use]
    pub fn is_already_done(&self) -> bool {
        matches!(self, Self::Api(api) if api.is_already_done())
    }
}
