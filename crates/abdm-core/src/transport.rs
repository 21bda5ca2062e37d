//! The way to the network: one small trait, and reqwest behind it.

use std::fmt::Debug;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

#[cfg(feature = "client")]
mod reqwest;

#[cfg(feature = "client")]
pub use self::reqwest::ReqwestTransport;
#[cfg(feature = "client")]
pub(crate) use self::reqwest::settings;
use crate::outgoing::RefusedDestination;

/// Sends one HTTP request and gives back one answer.
///
/// Nothing above this trait names an HTTP library. An implementation does not follow redirects,
/// does not retry, and honours the deadline.
#[async_trait]
pub trait Transport: Debug + Send + Sync + 'static {
    /// Sends the request; the answer must be complete within `deadline`.
    ///
    /// # Errors
    /// When no complete answer came. An answer with an error status is not an error here.
    async fn send(
        &self,
        request: http::Request<Bytes>,
        deadline: Duration,
    ) -> Result<http::Response<Bytes>, TransportError>;
}

/// Why no complete answer came. The URL is left out: paths may hold ids.
#[derive(thiserror::Error)]
#[error("{kind}{}", self.of_destination())]
#[non_exhaustive]
pub struct TransportError {
    /// What happened.
    pub kind: TransportErrorKind,
    /// The library's own account of it.
    #[source]
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

crate::error::debug_in_words!(TransportError);

impl TransportError {
    /// An error without a cause.
    #[must_use]
    pub const fn new(kind: TransportErrorKind) -> Self {
        Self { kind, source: None }
    }

    /// An error with the library's account.
    #[must_use]
    pub fn with_source(
        kind: TransportErrorKind,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self { kind, source: Some(source.into()) }
    }

    /// The error of an address that may not be called.
    #[must_use]
    pub fn forbidden(refused: RefusedDestination) -> Self {
        Self::with_source(TransportErrorKind::Forbidden, refused)
    }

    /// Whether it is certain that the server did not process the request.
    #[must_use]
    pub const fn is_unprocessed(&self) -> bool {
        matches!(
            self.kind,
            TransportErrorKind::Connect | TransportErrorKind::Tls | TransportErrorKind::Forbidden
        )
    }

    /// Whether the same call may succeed later without anybody acting.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        !matches!(self.kind, TransportErrorKind::Forbidden)
    }

    /// Which address it was, and what to do.
    fn of_destination(&self) -> String {
        let refused = self.source.as_ref().filter(|_| self.kind == TransportErrorKind::Forbidden);
        refused.map(|refused| format!(": {refused}")).unwrap_or_default()
    }
}

/// What kept the answer away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection: name look-up, refused. The request was not processed; repeated.
    #[error(
        "no connection could be made: does a server run there? Check name, port, network and proxy"
    )]
    Connect,
    /// No connection, because TLS failed: the server's certificate is not trusted or not its own,
    /// or the server does not speak TLS. The request was not processed; repeated.
    #[error("TLS failed: the server's certificate is not trusted, or it does not speak TLS")]
    Tls,
    /// The deadline passed. The request may have been processed; repeated only where that is safe.
    #[error("no answer came in time")]
    TimedOut,
    /// The connection broke. The request may have been processed; repeated only where that is safe.
    #[error("the connection broke before the answer was complete")]
    Interrupted,
    /// The answer was larger than the limit; never repeated.
    #[error("the answer is larger than the limit")]
    TooLarge,
    /// The request could not be built or its URL is not allowed; never repeated.
    #[error("the request is not allowed: plain http is for loopback hosts only")]
    Refused,
    /// The address was named by another party, and [the rules](crate::outgoing) do not allow it: the
    /// [`RefusedDestination`] says why. Nothing was sent; never repeated.
    #[error("the address may not be called")]
    Forbidden,
    /// Anything else; never repeated.
    #[error("the HTTP library failed")]
    Other,
}
