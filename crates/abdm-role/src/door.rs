//! Where callbacks come in.

use std::sync::Arc;

use abdm_core::headers::REQUEST_ID;
use abdm_core::message::Inbound;
use abdm_core::receiver::{Accepted, InboundSink, NotTaken};
use abdm_flow::{FlowHost, Handle};
use async_trait::async_trait;
use std::fmt;

use crate::facilities::{Facilities, ServiceId};

/// Changes a message before it is kept.
type Change = fn(Inbound) -> Inbound;

/// Takes the callbacks of one kind of flow in, each for its own facility.
pub struct Door<H: FlowHost, Id> {
    facilities: Arc<Facilities<Id>>,
    handle: Handle<H>,
    change: Option<Change>,
}

impl<H: FlowHost, Id: ServiceId> Door<H, Id> {
    /// For the callbacks of these facilities to the flows of `handle`.
    pub fn new(facilities: &Arc<Facilities<Id>>, handle: &Handle<H>) -> Self {
        Self { facilities: Arc::clone(facilities), handle: handle.clone(), change: None }
    }

    /// Lets nothing in but what `change` leaves of it.
    #[must_use]
    pub fn changed_by(mut self, change: fn(Inbound) -> Inbound) -> Self {
        self.change = Some(change);
        self
    }
}

impl<H: FlowHost, Id: ServiceId> fmt::Debug for Door<H, Id> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Door").field("facilities", &self.facilities).finish_non_exhaustive()
    }
}

#[async_trait]
impl<H: FlowHost, Id: ServiceId> InboundSink for Door<H, Id> {
    async fn accept(&self, inbound: &Inbound) -> Result<Accepted, NotTaken> {
        let scope = self.facilities.scope_of(inbound.header(Id::HEADER));
        let mut kept = inbound.clone();
        // The message's own number stands for a header that did not come.
        if kept.header(REQUEST_ID).is_none() {
            kept = kept.with_header(REQUEST_ID, inbound.key.message.clone());
        }
        if let Some(change) = self.change {
            kept = change(kept);
        }
        Ok(Accepted::of(self.handle.accept(&scope, kept).await?))
    }
}
