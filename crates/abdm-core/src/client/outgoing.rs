//! The client's way to addresses that other parties name.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::OnceCell;

use crate::environment::Environment;
#[cfg(feature = "client")]
use crate::outgoing::GuardedTransport;
use crate::outgoing::OutgoingRules;
use crate::transport::{Transport, TransportError};

#[derive(Debug, Clone)]
pub(super) struct Outgoing {
    rules: Arc<OutgoingRules>,
    /// Given, or made when it is needed first: a client that pushes nothing needs none.
    transport: Arc<OnceCell<Arc<dyn Transport>>>,
}

impl Outgoing {
    pub(super) fn of(environment: &Environment) -> Self {
        let rules = Arc::new(at_home(OutgoingRules::new(), environment));
        Self { rules, transport: Arc::default() }
    }

    pub(super) fn with_rules(mut self, rules: OutgoingRules, environment: &Environment) -> Self {
        self.rules = Arc::new(at_home(rules, environment));
        self
    }

    pub(super) fn with_transport(mut self, transport: Arc<dyn Transport>) -> Self {
        self.transport = Arc::new(OnceCell::new_with(Some(transport)));
        self
    }

    pub(super) fn rules(&self) -> &OutgoingRules {
        &self.rules
    }

    pub(super) async fn send(
        &self,
        request: http::Request<Bytes>,
        deadline: Duration,
    ) -> Result<http::Response<Bytes>, TransportError> {
        self.rules.check(&request.uri().to_string()).map_err(TransportError::forbidden)?;
        let transport = self.transport.get_or_try_init(|| self.made(&request)).await?;
        transport.send(request, deadline).await
    }

    #[cfg(feature = "client")]
    async fn made(&self, _: &http::Request<Bytes>) -> Result<Arc<dyn Transport>, TransportError> {
        Ok(Arc::new(GuardedTransport::new(OutgoingRules::clone(&self.rules))?))
    }

    #[cfg(not(feature = "client"))]
    async fn made(
        &self,
        request: &http::Request<Bytes>,
    ) -> Result<Arc<dyn Transport>, TransportError> {
        let host = request.uri().host().unwrap_or_default().to_owned();
        let refused = crate::outgoing::RefusedDestination::NoTransport { host };
        Err(TransportError::forbidden(refused))
    }
}

/// An environment on this machine has its peers on this machine.
fn at_home(rules: OutgoingRules, environment: &Environment) -> OutgoingRules {
    if environment.allows_http() { rules.allow_loopback() } else { rules }
}
