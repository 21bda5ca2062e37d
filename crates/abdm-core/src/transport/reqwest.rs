//! [`Transport`] on reqwest.

use std::time::Duration;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use url::Url;

use super::{Transport, TransportError, TransportErrorKind};
use crate::environment::is_loopback;
use crate::outgoing::RefusedDestination;

/// The built-in transport: rustls, connection pool, no redirects, bounded answers.
///
/// Plain `http` is refused for any host but loopback, unless it is
/// [allowed](Self::allow_plain_http).
#[derive(Debug, Clone)]
pub struct ReqwestTransport {
    client: ::reqwest::Client,
    largest_answer: usize,
    plain_http: bool,
}

impl ReqwestTransport {
    /// 16 MiB: far above any answer of ABDM's own calls.
    pub const DEFAULT_LARGEST_ANSWER: usize = 16 * 1024 * 1024;

    /// A transport with the SDK's settings: 10 s to connect, no redirects, gzip.
    ///
    /// # Errors
    /// When the TLS library finds no trusted roots: a slim container needs `ca-certificates`.
    pub fn new() -> Result<Self, TransportError> {
        Self::made(settings())
    }

    /// The same, and it trusts these certificates (PEM, one or several) beside the usual roots, and
    /// alone on a machine that has none: a private authority, or a development server's own.
    ///
    /// # Errors
    /// When they cannot be read, or the TLS library cannot be set up.
    pub fn trusting(pem: &[u8]) -> Result<Self, TransportError> {
        Self::made_trusting(settings, pem)
    }

    /// The same with other settings.
    pub(crate) fn made_trusting(
        settings: impl Fn() -> ::reqwest::ClientBuilder,
        pem: &[u8],
    ) -> Result<Self, TransportError> {
        let other = |e| TransportError::with_source(TransportErrorKind::Other, e);
        let certificates = ::reqwest::Certificate::from_pem_bundle(pem).map_err(other)?;
        if certificates.is_empty() {
            return Err(TransportError::new(TransportErrorKind::Other));
        }
        Self::made(settings().tls_certs_merge(certificates.clone()))
            .or_else(|_| Self::made(settings().tls_certs_only(certificates)))
    }

    /// The same without any trusted root: good for plain `http` alone, on a machine that has no
    /// certificates. Every `https` call fails.
    ///
    /// # Errors
    /// When the TLS library cannot be set up.
    pub fn without_roots() -> Result<Self, TransportError> {
        Self::made(settings().tls_certs_only([]))
    }

    pub(crate) fn made(builder: ::reqwest::ClientBuilder) -> Result<Self, TransportError> {
        let client = builder.build();
        let client =
            client.map_err(|e| TransportError::with_source(TransportErrorKind::Other, e))?;
        Ok(Self::from_client(client))
    }

    /// A transport on a client of your own, for a proxy or a private root certificate. Its redirect
    /// policy should be `none`: ABDM never redirects, an attacker may.
    ///
    /// It is the way to ABDM alone. Calls to addresses that other parties name, such as data pushes,
    /// never go by it: see [`outgoing`](crate::outgoing).
    #[must_use]
    pub const fn from_client(client: ::reqwest::Client) -> Self {
        Self { client, largest_answer: Self::DEFAULT_LARGEST_ANSWER, plain_http: false }
    }

    /// Plain `http` to every host. For what plays ABDM among containers of one machine, never for
    /// ABDM itself: tokens and records would travel in the clear.
    #[must_use]
    pub const fn allow_plain_http(mut self) -> Self {
        self.plain_http = true;
        self
    }

    /// The same with another limit for the size of an answer, in bytes.
    #[must_use]
    pub const fn largest_answer(mut self, bytes: usize) -> Self {
        self.largest_answer = bytes;
        self
    }

    async fn exchange(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let request = ::reqwest::Request::try_from(request).map_err(|e| {
            TransportError::with_source(TransportErrorKind::Refused, e.without_url())
        })?;
        if !is_allowed(request.url(), self.plain_http) {
            return Err(TransportError::new(TransportErrorKind::Refused));
        }
        let mut response = self.client.execute(request).await.map_err(classify)?;
        let mut answer = http::Response::new(Bytes::new());
        *answer.status_mut() = response.status();
        *answer.headers_mut() = std::mem::take(response.headers_mut());
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(classify)? {
            if body.len() + chunk.len() > self.largest_answer {
                return Err(TransportError::new(TransportErrorKind::TooLarge));
            }
            body.extend_from_slice(&chunk);
        }
        *answer.body_mut() = body.freeze();
        Ok(answer)
    }
}

#[async_trait]
impl Transport for ReqwestTransport {
    async fn send(
        &self,
        request: http::Request<Bytes>,
        deadline: Duration,
    ) -> Result<http::Response<Bytes>, TransportError> {
        tokio::time::timeout(deadline, self.exchange(request))
            .await
            .unwrap_or_else(|_| Err(TransportError::new(TransportErrorKind::TimedOut)))
    }
}

/// The SDK's settings.
pub(crate) fn settings() -> ::reqwest::ClientBuilder {
    ::reqwest::Client::builder()
        .user_agent(concat!("abdm-rust/", env!("CARGO_PKG_VERSION")))
        .redirect(::reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(10))
        .pool_idle_timeout(Duration::from_secs(60))
}

fn is_allowed(url: &Url, plain_http: bool) -> bool {
    match url.scheme() {
        "https" => true,
        "http" => plain_http || is_loopback(url),
        _ => false,
    }
}

fn classify(error: ::reqwest::Error) -> TransportError {
    if let Some(refused) = refusal(&error) {
        return TransportError::forbidden(refused.clone());
    }
    let kind = if error.is_connect() && is_of_tls(&error) {
        TransportErrorKind::Tls
    } else if error.is_connect() {
        TransportErrorKind::Connect
    } else if error.is_timeout() {
        TransportErrorKind::TimedOut
    } else if error.is_builder() {
        TransportErrorKind::Refused
    } else if error.is_request() || error.is_body() || error.is_decode() {
        TransportErrorKind::Interrupted
    } else {
        TransportErrorKind::Other
    };
    TransportError::with_source(kind, error.without_url())
}

/// What the guard in the client's resolver has said, if it was that.
fn refusal<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a RefusedDestination> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(refused) = error.downcast_ref() {
            return Some(refused);
        }
        cause = error.source();
    }
    None
}

/// Whether a connection failed by TLS. The TLS library is not named by this crate, so its errors
/// are known by their words.
fn is_of_tls(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let text = error.to_string();
        let words =
            ["certificate", "TLS", "tls handshake", "InvalidContentType", "received fatal alert"];
        if words.iter().any(|word| text.contains(word)) {
            return true;
        }
        cause = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_leaves_the_machine_only_where_it_was_allowed() {
        let is_allowed = |url: &str, plain_http| is_allowed(&url.parse().unwrap(), plain_http);
        for plain_http in [false, true] {
            assert!(is_allowed("https://abdm.example.org/", plain_http));
            assert!(is_allowed("http://127.0.0.1:9000/", plain_http));
            assert!(!is_allowed("ftp://127.0.0.1/", plain_http));
            assert_eq!(is_allowed("http://hospital:8080/", plain_http), plain_http);
        }
    }

    #[test]
    fn a_transport_without_roots_can_be_made_on_any_machine() {
        assert!(ReqwestTransport::without_roots().is_ok());
    }
}
