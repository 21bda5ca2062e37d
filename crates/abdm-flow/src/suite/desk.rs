//! What a promise needs to say in one line.

use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};

use super::{KIND, body_id, claim, flow_id, message, second, unexpected};
use crate::store::{
    Accepted, Arrival, BodyId, Claimed, Commit, Committed, DeadLetter, DeadLetterList, FlowId,
    FlowStore, FlowWrite, Inbound, Lease, Outcome, QueueDepths, Row, Scope, StoreError, StoredFlow,
    Work,
};

/// One facility's side of a store.
#[derive(Clone)]
pub(super) struct Desk {
    pub(super) store: Arc<dyn FlowStore>,
    pub(super) scope: Scope,
}

impl Desk {
    pub(super) fn new(store: &Arc<dyn FlowStore>) -> Self {
        Self { store: Arc::clone(store), scope: Scope::new("suite.home") }
    }

    /// Another facility's desk at the same store.
    pub(super) fn other(&self, name: &str) -> Self {
        Self { store: Arc::clone(&self.store), scope: Scope::new(name) }
    }

    /// A transaction at second `now`.
    pub(super) fn at(&self, now: i64) -> Commit {
        Commit::at(self.scope.clone(), second(now))
    }

    /// Begins a flow at second 0.
    pub(super) async fn begin(&self, write: FlowWrite) -> Result<FlowId, StoreError> {
        self.begin_at(write, 0).await
    }

    pub(super) async fn begin_at(&self, write: FlowWrite, now: i64) -> Result<FlowId, StoreError> {
        let id = flow_id();
        self.store.commit(&self.at(now).write(id, 0, write)).await?;
        Ok(id)
    }

    /// Changes a flow that has the revision `expected`.
    pub(super) async fn change(
        &self,
        id: FlowId,
        expected: u64,
        write: FlowWrite,
        now: i64,
    ) -> Result<Committed, StoreError> {
        self.store.commit(&self.at(now).write(id, expected, write)).await
    }

    pub(super) async fn stored(&self, id: FlowId) -> Result<StoredFlow, StoreError> {
        let flow = self.store.load(&self.scope, id).await?;
        flow.ok_or_else(|| unexpected("the flow is not there"))
    }

    pub(super) async fn accept(
        &self,
        kind: &'static str,
        inbound: &Inbound,
    ) -> Result<Accepted, StoreError> {
        let arrival = Arrival::new(self.scope.clone(), kind, inbound.clone(), body_id());
        self.store.accept(&arrival).await
    }

    /// Takes in a new message, named by its endpoint, and tells under what its body is kept.
    pub(super) async fn take_in(&self, name: &str) -> Result<BodyId, StoreError> {
        self.take_in_for(KIND, &message(name, "1")).await
    }

    /// The same at second `now`.
    pub(super) async fn take_in_at(&self, name: &str, now: i64) -> Result<BodyId, StoreError> {
        let mut inbound = message(name, "1");
        inbound.received_at = second(now);
        self.take_in_for(KIND, &inbound).await
    }

    pub(super) async fn take_in_for(
        &self,
        kind: &'static str,
        inbound: &Inbound,
    ) -> Result<BodyId, StoreError> {
        let body = body_id();
        let arrival = Arrival::new(self.scope.clone(), kind, inbound.clone(), body);
        assert!(self.store.accept(&arrival).await?.is_new(), "{inbound:?} was there before");
        Ok(body)
    }

    /// What a claim on [`KIND`] gives, for ten seconds.
    pub(super) async fn claim(
        &self,
        holder: &str,
        now: i64,
        limit: usize,
    ) -> Result<Vec<Work>, StoreError> {
        Ok(self.claim_of(&[KIND], holder, now, limit).await?.work)
    }

    /// Claims work of these kinds for ten seconds, whoever's it is.
    pub(super) async fn claim_of(
        &self,
        kinds: &[&'static str],
        holder: &str,
        now: i64,
        limit: usize,
    ) -> Result<Claimed, StoreError> {
        self.store.claim(&claim(kinds, holder, now, limit)).await
    }

    /// When something of this desk is due next, as a claim for nothing tells.
    pub(super) async fn next_due(
        &self,
        kinds: &[&'static str],
        now: i64,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        let scopes = [self.scope.clone()];
        let claimed = self.store.claim(&claim(kinds, "nobody", now, 0).of(Some(&scopes))).await?;
        assert_eq!(claimed.work, [], "a claim for nothing took something");
        Ok(claimed.next_due)
    }

    pub(super) async fn settle(
        &self,
        lease: &Lease,
        outcome: Outcome,
        now: i64,
    ) -> Result<Committed, StoreError> {
        self.store.commit(&self.at(now).settle(lease.clone(), outcome)).await
    }

    pub(super) async fn body(&self, id: BodyId) -> Result<Option<Bytes>, StoreError> {
        self.store.body(&self.scope, id).await
    }

    pub(super) async fn row(&self, table: &str, key: &str) -> Result<Option<Row>, StoreError> {
        self.store.row(&self.scope, table, key).await
    }

    pub(super) async fn dead_letters(&self) -> Result<Vec<DeadLetter>, StoreError> {
        self.store.dead_letters(&DeadLetterList::new(99).of(&self.scope)).await
    }

    /// How much waits of one kind, of everybody.
    pub(super) async fn depths(&self, kind: &'static str) -> Result<QueueDepths, StoreError> {
        super::only(self.store.depths(&[kind]).await?)
    }
}
