//! Where callbacks come in.

use std::sync::Arc;

use abdm_core::message::Inbound;
use abdm_core::receiver::{Accepted, InboundSink, NotTaken};
use abdm_flow::{FlowHost, Handle};
use async_trait::async_trait;

use super::facilities::Facilities;

/// Takes the callbacks of one kind of flow in, each for its own facility.
#[derive(Debug)]
pub(super) struct Door<H: FlowHost> {
    pub(super) facilities: Arc<Facilities>,
    pub(super) handle: Handle<H>,
}

#[async_trait]
impl<H: FlowHost> InboundSink for Door<H> {
    async fn accept(&self, inbound: &Inbound) -> Result<Accepted, NotTaken> {
        Ok(Accepted::of(
            self.handle.accept(&self.facilities.scope_of(inbound), inbound.clone()).await?,
        ))
    }
}
