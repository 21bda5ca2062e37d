//! A transport that records what does not pass through the sandbox.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use abdm_core::clock::Clock;
use abdm_core::transport::{Transport, TransportError};
use async_trait::async_trait;
use bytes::Bytes;

use super::{Exchange, Observer, Observers, Party};

/// Wraps a party's transport and reports its requests to other parties than the sandbox.
///
/// The data push goes straight from HIP to HIU, so the sandbox never sees it. Requests to the
/// sandbox itself are passed on unreported: it reports them. Made by
/// [`Sandbox::record_pushes`](crate::Sandbox::record_pushes).
#[derive(Clone)]
pub struct RecordingTransport {
    inner: Arc<dyn Transport>,
    sandbox: String,
    parties: (Party, Party),
    clock: Arc<dyn Clock>,
    observers: Observers,
}

impl RecordingTransport {
    pub(crate) fn new(
        inner: Arc<dyn Transport>,
        sandbox: String,
        parties: (Party, Party),
        clock: Arc<dyn Clock>,
        observers: Observers,
    ) -> Self {
        Self { inner, sandbox, parties, clock, observers }
    }
}

#[async_trait]
impl Transport for RecordingTransport {
    async fn send(
        &self,
        request: http::Request<Bytes>,
        deadline: Duration,
    ) -> Result<http::Response<Bytes>, TransportError> {
        if request.uri().to_string().starts_with(&self.sandbox) {
            return self.inner.send(request, deadline).await;
        }
        let (at, started) = (self.clock.now(), Instant::now());
        let result = self.inner.send(request.clone(), deadline).await;
        let exchange = Exchange::from_http(
            self.parties.clone(),
            at,
            &request,
            result.as_ref().ok(),
            started.elapsed(),
        );
        self.observers.exchanged(&exchange);
        result
    }
}

impl fmt::Debug for RecordingTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, to) = &self.parties;
        write!(f, "RecordingTransport({from} -> {to})")
    }
}
