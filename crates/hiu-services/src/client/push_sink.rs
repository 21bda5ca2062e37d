//! The door for pushes.

use abdm_core::flow::{Flow as _, Runner};
use abdm_core::receiver::InboundSink;
use abdm_core::store::{Accepted, Inbound, StoreError};
use async_trait::async_trait;

use super::artefact_host::{ArtefactHost, pushed_to};
use crate::flow::ArtefactFlow;

/// Stores pushes to addresses that were given out. A push to any other address cannot become valid
/// later, since an address is stored before it is given out: it is answered and dropped, so that
/// nobody can fill the store by guessing.
#[derive(Debug)]
pub(super) struct PushSink {
    artefacts: Runner<ArtefactHost>,
}

impl PushSink {
    pub(super) const fn new(artefacts: Runner<ArtefactHost>) -> Self {
        Self { artefacts }
    }
}

#[async_trait]
impl InboundSink for PushSink {
    async fn accept(&self, inbound: &Inbound) -> Result<Accepted, StoreError> {
        let known = match pushed_to(inbound) {
            Some(id) => self.artefacts.store().find(ArtefactFlow::KIND, &id.key()).await?,
            None => None,
        };
        if known.is_none() {
            tracing::warn!("a push came to an address that was never given out, and was dropped");
            return Ok(Accepted::Duplicate);
        }
        self.artefacts.accept(inbound).await
    }
}
