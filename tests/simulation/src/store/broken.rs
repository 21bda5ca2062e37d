//! Stores that break a promise.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use abdm_core::id::RequestId;
use abdm_flow::store::{
    Accepted, Arrival, BodyId, Claim, Claimed, Commit, Committed, DeadLetter, DeadLetterList,
    FlowId, FlowKey, FlowList, FlowStore, Lease, Purge, Purged, QueueDepths, Row, RowList, Scope,
    StoreError, StoredFlow, Work, WorkChange, WorkId,
};
use abdm_flow::testing::Gate;
use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};

use super::gate::NodeGate;
use crate::mutant::Mutant;

/// What the broken stores of one house remember.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    fences: Mutex<BTreeMap<(Scope, WorkId), u64>>,
    numbers: Mutex<BTreeSet<String>>,
}

/// A store that is broken in this way.
#[derive(Debug)]
pub(crate) struct Broken {
    pub(crate) store: Arc<dyn FlowStore>,
    pub(crate) mutant: Mutant,
    pub(crate) memory: Arc<Memory>,
    pub(crate) gate: Arc<NodeGate>,
}

impl Broken {
    fn note<'a>(&self, work: impl IntoIterator<Item = &'a Work>) {
        let mut fences = self.memory.fences.lock().unwrap_or_else(PoisonError::into_inner);
        for work in work {
            fences.insert((work.lease.scope.clone(), work.lease.work), work.lease.fence);
        }
    }

    /// The same commit by whoever holds the work now.
    fn of_the_latest(&self, commit: &Commit) -> Commit {
        let mut commit = commit.clone();
        let fences = self.memory.fences.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(WorkChange::Settle { lease, .. } | WorkChange::Hold { lease }) =
            &mut commit.work
            && let Some(latest) = fences.get(&(lease.scope.clone(), lease.work))
        {
            lease.fence = *latest;
        }
        commit
    }

    async fn settle_first(&self, commit: &Commit) -> Result<Committed, StoreError> {
        if let (Some(WorkChange::Settle { lease, outcome }), true) =
            (&commit.work, commit.flow.is_some())
            && !matches!(lease.work, WorkId::Wake(_))
        {
            let settled =
                Commit::at(commit.scope.clone(), commit.now).settle(lease.clone(), outcome.clone());
            self.store.commit(&settled).await?;
            // Between two transactions anything may happen.
            self.gate.before("commit").await?;
            let mut rest = commit.clone();
            rest.work = None;
            return self.store.commit(&rest).await;
        }
        self.store.commit(commit).await
    }
}

super::store_around! { Broken {
    fn is_sealed(&self) -> bool {
        self.store.is_sealed()
    }

    async fn accept(&self, arrival: &Arrival) -> Result<Accepted, StoreError> {
        if self.mutant == Mutant::DuplicatesByNumberAlone {
            let numbers = self.memory.numbers.lock().unwrap_or_else(PoisonError::into_inner);
            if numbers.contains(&arrival.inbound.key.message) {
                return Ok(Accepted::Duplicate);
            }
        }
        let accepted = self.store.accept(arrival).await?;
        // What was not kept is not known, or every repetition after a failure would be lost.
        if self.mutant == Mutant::DuplicatesByNumberAlone {
            let mut numbers = self.memory.numbers.lock().unwrap_or_else(PoisonError::into_inner);
            numbers.insert(arrival.inbound.key.message.clone());
        }
        if let Accepted::New(work) = &accepted {
            self.note(work.iter().map(AsRef::as_ref));
        }
        Ok(accepted)
    }

    async fn claim(&self, claim: &Claim<'_>) -> Result<Claimed, StoreError> {
        let claimed = self.store.claim(claim).await?;
        self.note(&claimed.work);
        Ok(claimed)
    }

    async fn commit(&self, commit: &Commit) -> Result<Committed, StoreError> {
        let committed = match self.mutant {
            Mutant::SettlesBeforeCommit => self.settle_first(commit).await?,
            Mutant::IgnoresTheFence => self.store.commit(&self.of_the_latest(commit)).await?,
            Mutant::DuplicatesByNumberAlone
            | Mutant::IgnoresTheEndOfConsents
            | Mutant::TrustsTelephones
            | Mutant::TakesOldOtps => self.store.commit(commit).await?,
        };
        self.note(&committed.work);
        Ok(committed)
    }
}}
