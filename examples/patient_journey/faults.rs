//! Faults that the journey survives with `--faults`.

use std::sync::Arc;
use std::time::Duration;

use abdm_core::transport::{Transport, TransportError};
use async_trait::async_trait;
use bytes::Bytes;
use tokio::sync::watch;

/// A road between two facilities that can be closed for a while: what is sent to `base` waits until
/// the gate opens. Everything else passes.
#[derive(Debug, Clone)]
pub(crate) struct Gate {
    inner: Arc<dyn Transport>,
    base: Arc<watch::Sender<Option<String>>>,
    waiting: Arc<watch::Sender<bool>>,
}

impl Gate {
    pub(crate) fn new(inner: Arc<dyn Transport>) -> Self {
        Self { inner, base: Arc::new(watch::Sender::new(None)), waiting: Arc::default() }
    }

    /// Closes the way to everything below `base`.
    pub(crate) fn close(&self, base: String) {
        self.base.send_replace(Some(base));
    }

    /// Opens it again.
    pub(crate) fn open(&self) {
        self.base.send_replace(None);
    }

    /// Ready when something waits at the gate.
    pub(crate) async fn reached(&self) {
        // The sender lives as long as this gate.
        let _ = self.waiting.subscribe().wait_for(|waiting| *waiting).await;
    }
}

#[async_trait]
impl Transport for Gate {
    async fn send(
        &self,
        request: http::Request<Bytes>,
        deadline: Duration,
    ) -> Result<http::Response<Bytes>, TransportError> {
        let url = request.uri().to_string();
        let passes =
            |closed: &Option<String>| closed.as_ref().is_none_or(|base| !url.starts_with(base));
        let mut base = self.base.subscribe();
        if !passes(&base.borrow()) {
            self.waiting.send_replace(true);
        }
        let _ = base.wait_for(passes).await;
        self.inner.send(request, deadline).await
    }
}
