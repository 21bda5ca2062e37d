//! Where callbacks come in.

use std::sync::Arc;

use abdm_core::headers::{HIP_ID, REQUEST_ID};
use abdm_core::message::Inbound;
use abdm_core::receiver::{Accepted, InboundSink, NotTaken};
use abdm_flow::{FlowHost, Handle};
use async_trait::async_trait;

use super::photo::without_photos;
use super::{Facility, scope};

/// Takes the callbacks of one kind of flow in, each for its own facility.
#[derive(Debug)]
pub(crate) struct Door<H: FlowHost> {
    facility: Arc<Facility>,
    handle: Handle<H>,
    photos: Photos,
}

/// What becomes of photos in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Photos {
    /// None is expected.
    Stay,
    /// They are dropped on arrival (rulings.md 33).
    Dropped,
}

impl<H: FlowHost> Door<H> {
    pub(crate) fn new(facility: &Arc<Facility>, handle: &Handle<H>) -> Self {
        Self { facility: Arc::clone(facility), handle: handle.clone(), photos: Photos::Stay }
    }

    /// Lets no photo in.
    pub(crate) const fn without_photos(mut self) -> Self {
        self.photos = Photos::Dropped;
        self
    }
}

#[async_trait]
impl<H: FlowHost> InboundSink for Door<H> {
    async fn accept(&self, inbound: &Inbound) -> Result<Accepted, NotTaken> {
        // What names no facility of this HIP is kept under the first, and set aside there.
        let named = self.facility.named(inbound.header(HIP_ID));
        let scope = scope(named.unwrap_or(&self.facility.hip_id));
        let mut kept = inbound.clone();
        if kept.header(REQUEST_ID).is_none() {
            kept = kept.with_header(REQUEST_ID, inbound.key.message.clone());
        }
        if self.photos == Photos::Dropped {
            kept.body = without_photos(&inbound.body);
        }
        Ok(Accepted::of(self.handle.accept(&scope, kept).await?))
    }
}
