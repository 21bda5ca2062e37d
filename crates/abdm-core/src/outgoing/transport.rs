//! [`Transport`] to addresses that other parties name.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use url::Url;

use super::lookup::GuardedLookup;
use super::{Lookup, OutgoingRules, RefusedDestination, SystemLookup};
use crate::transport::{ReqwestTransport, Transport, TransportError, TransportErrorKind, settings};

/// The answer to a push is empty, or an error object.
const LARGEST_ANSWER: usize = 1024 * 1024;

/// The built-in transport to addresses that other parties name.
///
/// It has a connection pool of its own; resolves names itself and dials the addresses that it has
/// checked, and no others; checks addresses that stand in the URL by the same rules; follows no
/// redirect; takes no proxy from the environment; connects within 10 seconds, name look-up and TLS
/// included; takes at most 1 MiB of an answer.
///
/// Where a proxy is [set](GuardedTransportBuilder::through_proxy) the proxy resolves the names, and
/// so must do what this transport does otherwise.
#[derive(Debug, Clone)]
pub struct GuardedTransport {
    rules: Arc<OutgoingRules>,
    network: ReqwestTransport,
}

impl GuardedTransport {
    /// A transport under these rules, with the machine's resolver and trusted roots.
    ///
    /// # Errors
    /// When the TLS library finds no trusted roots: a slim container needs `ca-certificates`.
    pub fn new(rules: OutgoingRules) -> Result<Self, TransportError> {
        Self::builder(rules).build()
    }

    /// The same, with settings to choose.
    pub fn builder(rules: OutgoingRules) -> GuardedTransportBuilder {
        GuardedTransportBuilder {
            rules,
            lookup: Arc::new(SystemLookup),
            certificates: None,
            proxy: None,
            connect_within: None,
        }
    }
}

#[async_trait]
impl Transport for GuardedTransport {
    async fn send(
        &self,
        request: http::Request<Bytes>,
        deadline: Duration,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let url = Url::parse(&request.uri().to_string());
        let url = url.map_err(|_| TransportError::forbidden(RefusedDestination::NotAUrl))?;
        self.rules.check_url(&url).map_err(TransportError::forbidden)?;
        self.network.send(request, deadline).await
    }
}

/// The settings of a [`GuardedTransport`].
#[derive(Debug)]
#[must_use]
pub struct GuardedTransportBuilder {
    rules: OutgoingRules,
    lookup: Arc<dyn Lookup>,
    certificates: Option<Vec<u8>>,
    proxy: Option<String>,
    connect_within: Option<Duration>,
}

impl GuardedTransportBuilder {
    /// Another way to find addresses. What it finds is checked all the same.
    pub fn lookup(mut self, lookup: impl Lookup) -> Self {
        self.lookup = Arc::new(lookup);
        self
    }

    /// Trusts these certificates (PEM, one or several) beside the usual roots: the authority of a
    /// private network.
    pub fn trusting(mut self, pem: &[u8]) -> Self {
        self.certificates = Some(pem.to_vec());
        self
    }

    /// Sends everything through this proxy (`http://proxy.hospital.internal:3128`). Only the text
    /// of each URL is checked here, names are resolved by the proxy: it must refuse what leads to
    /// private addresses, or a name that somebody made for it opens the network behind it.
    pub fn through_proxy(mut self, url: &str) -> Self {
        self.proxy = Some(url.to_owned());
        self
    }

    /// How long a connection may take, name look-up and TLS included. Default 10 seconds. The whole
    /// call has the client's own deadline.
    pub const fn connect_within(mut self, time: Duration) -> Self {
        self.connect_within = Some(time);
        self
    }

    /// The transport.
    ///
    /// # Errors
    /// When the TLS library finds no trusted roots, the certificates cannot be read, or the proxy
    /// is no URL.
    pub fn build(self) -> Result<GuardedTransport, TransportError> {
        let rules = Arc::new(self.rules);
        let other = |e| TransportError::with_source(TransportErrorKind::Other, e);
        let proxy = self.proxy.as_deref().map(reqwest::Proxy::all).transpose().map_err(other)?;
        let guard = GuardedLookup { rules: Arc::clone(&rules), lookup: self.lookup };
        let connect_within = self.connect_within;
        let make = || {
            let mut settings = settings().no_proxy();
            if let Some(time) = connect_within {
                settings = settings.connect_timeout(time);
            }
            match &proxy {
                Some(proxy) => settings.proxy(proxy.clone()),
                None => settings.dns_resolver(guard.clone()),
            }
        };
        let network = match &self.certificates {
            Some(pem) => ReqwestTransport::made_trusting(make, pem)?,
            None => ReqwestTransport::made(make())?,
        };
        // Whether plain `http` may be used is decided by the rules.
        let network = network.allow_plain_http().largest_answer(LARGEST_ANSWER);
        Ok(GuardedTransport { rules, network })
    }
}
