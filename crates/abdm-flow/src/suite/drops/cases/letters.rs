//! Dead letters, forgetting, reading.

use abdm_base::RequestId;
use async_trait::async_trait;

use super::{claimed_effect, claimed_message, due, is_unknown};
use crate::store::{
    BodyId, DeadLetterList, FlowId, FlowKey, FlowList, NewRow, Outcome, Purge, RowChange, RowList,
    StoreError, Task, Work, WorkId,
};
use crate::suite::drops::trial::{Case, Trial};
use crate::suite::{
    KIND, KINDS, body_id, dead, done, effects, labels, payload, request_id, second, state,
    unexpected,
};

const TABLE: &str = "suite.dropped";

async fn bury(trial: &Trial, work: &Work) -> Result<WorkId, StoreError> {
    trial.desk.settle(&work.lease, dead("refused"), trial.at(2)).await?;
    Ok(work.lease.work)
}

fn body_of(work: &Work) -> Result<BodyId, StoreError> {
    match &work.task {
        Task::Message(message) => Ok(message.body.id),
        _ => Err(unexpected("it is no message")),
    }
}

/// Putting a dead letter back.
pub(in crate::suite::drops) struct Replay(WorkId);

#[async_trait]
impl Case for Replay {
    async fn prepare(trial: &Trial) -> Result<Self, StoreError> {
        let (_, effect) = claimed_effect(trial).await?;
        Ok(Self(bury(trial, &effect).await?))
    }

    async fn call(&self, trial: &Trial) -> Result<(), StoreError> {
        trial.store().replay(&trial.desk.scope, self.0, second(trial.at(4))).await.map(drop)
    }

    async fn changes(&self, trial: &Trial) -> Result<Vec<bool>, StoreError> {
        let letters = trial.desk.dead_letters().await?;
        Ok(vec![letters.is_empty(), due(trial, KIND).await?.is_some()])
    }

    async fn afterwards(&self, trial: &Trial) -> Result<(), StoreError> {
        let claimed = trial.claim_all(&[KIND], 5, 1).await?;
        assert_eq!(labels(&claimed), ["send"]);
        assert!(claimed.iter().all(|work| work.attempt == 1));
        Ok(())
    }
}

/// Settling a dead letter for good.
pub(in crate::suite::drops) struct Discard {
    letter: WorkId,
    body: BodyId,
}

#[async_trait]
impl Case for Discard {
    async fn prepare(trial: &Trial) -> Result<Self, StoreError> {
        let work = claimed_message(trial, "m").await?;
        Ok(Self { letter: bury(trial, &work).await?, body: body_of(&work)? })
    }

    async fn call(&self, trial: &Trial) -> Result<(), StoreError> {
        trial.store().discard(&trial.desk.scope, self.letter, second(trial.at(4))).await.map(drop)
    }

    async fn changes(&self, trial: &Trial) -> Result<Vec<bool>, StoreError> {
        let letters = trial.desk.dead_letters().await?;
        Ok(vec![letters.is_empty(), trial.desk.body(self.body).await?.is_none()])
    }

    async fn afterwards(&self, trial: &Trial) -> Result<(), StoreError> {
        assert!(!is_unknown(trial, "m").await?);
        Ok(())
    }
}

/// Forgetting one batch.
pub(in crate::suite::drops) struct Purging {
    flow: FlowId,
    key: FlowKey,
    request: RequestId,
    body: BodyId,
    dead_body: BodyId,
}

#[async_trait]
impl Case for Purging {
    async fn prepare(trial: &Trial) -> Result<Self, StoreError> {
        let (desk, at) = (&trial.desk, trial.at(1));
        let (key, request, body) = (FlowKey::new("transaction", "t"), request_id(), body_id());
        let mut write = done(state("1"));
        write.keys = vec![key.clone()];
        write.new_bodies = vec![(body, "scan".into())];
        let flow = desk.begin_at(write, at).await?;
        desk.store.remember_request(&desk.scope, request, flow).await?;
        let row = NewRow::new(payload("1")).expiring(second(trial.at(2)));
        desk.store.commit(&desk.at(at).rows([RowChange::insert(TABLE, "k", row)])).await?;
        let message = claimed_message(trial, "dead").await?;
        bury(trial, &message).await?;
        let seen = claimed_message(trial, "seen").await?;
        desk.settle(&seen.lease, Outcome::Done, trial.at(2)).await?;
        Ok(Self { flow, key, request, body, dead_body: body_of(&message)? })
    }

    async fn call(&self, trial: &Trial) -> Result<(), StoreError> {
        let now = second(trial.at(5));
        trial.store().purge(&Purge::new(&KINDS, now, now, now, 1_000_000)).await.map(drop)
    }

    async fn changes(&self, trial: &Trial) -> Result<Vec<bool>, StoreError> {
        let (desk, store) = (&trial.desk, trial.store());
        Ok(vec![
            store.load(&desk.scope, self.flow).await?.is_none(),
            store.find(&desk.scope, KIND, &self.key).await?.is_none(),
            store.find_request(&desk.scope, self.request).await?.is_none(),
            desk.body(self.body).await?.is_none(),
            desk.dead_letters().await?.is_empty(),
            desk.body(self.dead_body).await?.is_none(),
            desk.row(TABLE, "k").await?.is_none(),
        ])
    }

    async fn afterwards(&self, trial: &Trial) -> Result<(), StoreError> {
        assert!(is_unknown(trial, "seen").await?);
        Ok(())
    }
}

/// Every way to read.
pub(in crate::suite::drops) struct Reading(FlowId);

#[async_trait]
impl Case for Reading {
    async fn prepare(trial: &Trial) -> Result<Self, StoreError> {
        let (desk, at) = (&trial.desk, trial.at(1));
        let row = RowChange::insert(TABLE, "k", NewRow::new(payload("1")).under("p", 1));
        desk.store.commit(&desk.at(at).rows([row])).await?;
        Ok(Self(desk.begin_at(effects(["send"]), at).await?))
    }

    async fn call(&self, trial: &Trial) -> Result<(), StoreError> {
        let (store, scope) = (trial.store(), &trial.desk.scope);
        store.load(scope, self.0).await?;
        store.find(scope, KIND, &FlowKey::new("transaction", "t")).await?;
        store.find_request(scope, request_id()).await?;
        store.flows(&FlowList::new(scope, KIND, 9)).await?;
        store.row(scope, TABLE, "k").await?;
        store.rows(&RowList::new(scope, TABLE, "p", 9)).await?;
        store.body(scope, body_id()).await?;
        store.dead_letters(&DeadLetterList::new(9)).await?;
        store.depths(&KINDS).await?;
        Ok(())
    }

    async fn changes(&self, _: &Trial) -> Result<Vec<bool>, StoreError> {
        Ok(Vec::new())
    }
}
