//! A store that is watched from outside.

use std::sync::Arc;

use abdm_core::id::RequestId;
use abdm_flow::store::{
    Accepted, Arrival, BodyId, Claim, Claimed, Commit, Committed, DeadLetter, DeadLetterList,
    FlowId, FlowKey, FlowList, FlowStore, Lease, Purge, Purged, QueueDepths, Row, RowList, Scope,
    StoreError, StoredFlow, WorkId,
};
use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};

use super::works::Works;

/// Writes down what the store is given to do, and what became of it.
#[derive(Debug)]
pub(crate) struct Watched {
    pub(crate) store: Arc<dyn FlowStore>,
    pub(crate) works: Arc<Works>,
}

super::store_around! { Watched {
    async fn accept(&self, arrival: &Arrival) -> Result<Accepted, StoreError> {
        let accepted = self.store.accept(arrival).await?;
        if let Accepted::New(work) = &accepted {
            self.works.message_taken(&arrival.scope, &arrival.inbound.key.endpoint);
            self.works.claimed(work.iter().map(AsRef::as_ref));
        }
        Ok(accepted)
    }

    async fn claim(&self, claim: &Claim<'_>) -> Result<Claimed, StoreError> {
        let claimed = self.store.claim(claim).await?;
        self.works.claimed(&claimed.work);
        Ok(claimed)
    }

    async fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
        let committed = self.store.commit(commit).await?;
        self.works.committed(commit);
        self.works.claimed(&committed.work);
        Ok(committed)
    }
}}
