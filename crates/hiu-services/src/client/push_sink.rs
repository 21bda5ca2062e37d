//! The door for pushes.

use abdm_core::flow::{Flow as _, Runner};
use abdm_core::receiver::{InboundSink, NotTaken};
use abdm_core::store::{Accepted, Inbound};
use async_trait::async_trait;
use http::StatusCode;

use super::artefact_host::{ArtefactHost, pushed_to};
use crate::flow::ArtefactFlow;

/// Stores pushes to addresses that were given out. A push to any other address cannot become valid
/// later, since an address is stored before it is given out: it is answered 404, unread.
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
    async fn admit(&self, path: &str) -> Result<(), NotTaken> {
        let known = match pushed_to(path) {
            Some(id) => self.artefacts.store().find(ArtefactFlow::KIND, &id.key()).await?,
            None => None,
        };
        let reason = "the push address was never given out";
        known.map(drop).ok_or(NotTaken::refused(StatusCode::NOT_FOUND, reason))
    }

    async fn accept(&self, inbound: &Inbound) -> Result<Accepted, NotTaken> {
        Ok(self.artefacts.accept(inbound).await?)
    }
}
