//! Where callbacks come in.

use abdm_core::message::Inbound;
use abdm_core::receiver::{Accepted, InboundSink, NotTaken};
use abdm_flow::store::Scope;
use abdm_flow::{FlowHost, Handle};
use async_trait::async_trait;

/// Takes the callbacks of one kind of flow in.
#[derive(Debug)]
pub(super) struct Door<H: FlowHost> {
    pub(super) scope: Scope,
    pub(super) handle: Handle<H>,
}

#[async_trait]
impl<H: FlowHost> InboundSink for Door<H> {
    async fn accept(&self, inbound: &Inbound) -> Result<Accepted, NotTaken> {
        Ok(Accepted::of(self.handle.accept(&self.scope, inbound.clone()).await?))
    }
}
