//! Commits of every sort.

use abdm_base::RequestId;
use async_trait::async_trait;

use super::{all_comes_at, claimed_effect, claimed_message, due};
use crate::MAIN_LANE;
use crate::store::{
    BodyId, Commit, FlowId, FlowKey, Grant, Lease, NewEffect, NewRow, Note, Outcome, RowChange,
    StoreError, WaitFor,
};
use crate::suite::drops::trial::{Case, Trial};
use crate::suite::{
    KIND, KINDS, OTHER_KIND, body_id, payload, put_off, request_id, second, state, wake,
};

const TABLE: &str = "suite.dropped";

fn row(name: &str) -> NewRow {
    NewRow::new(payload(name)).under("p", 1)
}

async fn has_row(trial: &Trial, key: &str) -> Result<bool, StoreError> {
    Ok(trial.desk.row(TABLE, key).await?.is_some())
}

/// A commit of everything that a commit may hold.
pub(in crate::suite::drops) struct Committing {
    flow: FlowId,
    message: Lease,
    kept: BodyId,
    key: FlowKey,
    request: RequestId,
    scan: BodyId,
    note: BodyId,
}

impl Committing {
    fn commit(&self, trial: &Trial) -> Commit {
        let mut write = wake("2", trial.at(3));
        let send = NewEffect::new(MAIN_LANE, payload("send")).calling(self.request);
        write.effects = vec![send];
        write.keys = vec![self.key.clone()];
        write.new_bodies = vec![(self.scan, "scan".into())];
        write.bodies.keep = true;
        let rows = [
            RowChange::insert(TABLE, "new", row("1")),
            RowChange::put(TABLE, "put", row("1")),
            RowChange::delete(TABLE, "old"),
        ];
        let grant =
            Grant::new(trial.holder().into(), KINDS.as_slice().into(), second(trial.at(30)), 9);
        trial
            .desk
            .at(trial.at(4))
            .write(self.flow, 1, write)
            .rows(rows)
            .note(Note::new(OTHER_KIND, "note", payload("{}")), self.note)
            .settle(self.message.clone(), Outcome::Done)
            .granted(Some(grant))
    }
}

#[async_trait]
impl Case for Committing {
    async fn prepare(trial: &Trial) -> Result<Self, StoreError> {
        let (desk, at) = (&trial.desk, trial.at(1));
        let flow = desk.begin_at(state("1"), at).await?;
        let old = RowChange::insert(TABLE, "old", row("1"));
        desk.store.commit(&desk.at(at).rows([old])).await?;
        let early = claimed_message(trial, "early").await?;
        let waits = put_off(trial.at(900), Some(WaitFor::Change(flow)));
        desk.settle(&early.lease, waits, trial.at(2)).await?;
        let kept = desk.take_in_at("m", at).await?;
        let message = super::only(trial.claim(&[KIND], 2).await?)?.lease;
        let key = FlowKey::new("transaction", "t");
        let (request, scan, note) = (request_id(), body_id(), body_id());
        Ok(Self { flow, message, kept, key, request, scan, note })
    }

    async fn call(&self, trial: &Trial) -> Result<(), StoreError> {
        trial.store().commit(&self.commit(trial)).await.map(drop)
    }

    async fn changes(&self, trial: &Trial) -> Result<Vec<bool>, StoreError> {
        let (desk, store) = (&trial.desk, trial.store());
        let held = Some(second(trial.at(30)));
        Ok(vec![
            desk.stored(self.flow).await?.revision == 2,
            store.find(&desk.scope, KIND, &self.key).await?.is_some(),
            store.find_request(&desk.scope, self.request).await?.is_some(),
            desk.body(self.scan).await?.is_some(),
            has_row(trial, "new").await?,
            has_row(trial, "put").await?,
            !has_row(trial, "old").await?,
            desk.body(self.note).await?.is_some(),
            due(trial, OTHER_KIND).await? == held,
            // The settled message, the effect, the wake-up and the message that waited.
            due(trial, KIND).await? == held,
        ])
    }

    async fn afterwards(&self, trial: &Trial) -> Result<(), StoreError> {
        all_comes_at(trial, 30, &["early", "note", "send", "wake 2"]).await?;
        assert!(trial.desk.body(self.kept).await?.is_some(), "it is the flow's now");
        Ok(())
    }
}

/// The same commit, with a last row that is refused.
pub(in crate::suite::drops) struct Refused(Committing);

#[async_trait]
impl Case for Refused {
    const HAPPENS: bool = false;

    async fn prepare(trial: &Trial) -> Result<Self, StoreError> {
        let there = RowChange::insert(TABLE, "there", row("1"));
        trial.store().commit(&trial.desk.at(trial.at(1)).rows([there])).await?;
        Committing::prepare(trial).await.map(Self)
    }

    async fn call(&self, trial: &Trial) -> Result<(), StoreError> {
        let refused = RowChange::insert(TABLE, "there", row("2"));
        trial.store().commit(&self.0.commit(trial).rows([refused])).await.map(drop)
    }

    async fn changes(&self, trial: &Trial) -> Result<Vec<bool>, StoreError> {
        self.0.changes(trial).await
    }

    async fn afterwards(&self, trial: &Trial) -> Result<(), StoreError> {
        // What was refused holds nothing up.
        self.0.call(trial).await?;
        self.0.afterwards(trial).await
    }
}

/// A checkpoint of an effect in progress.
pub(in crate::suite::drops) struct Checkpoint(Lease);

#[async_trait]
impl Case for Checkpoint {
    async fn prepare(trial: &Trial) -> Result<Self, StoreError> {
        let (_, effect) = claimed_effect(trial).await?;
        Ok(Self(effect.lease))
    }

    async fn call(&self, trial: &Trial) -> Result<(), StoreError> {
        let rows = ["1", "2", "3"].map(|key| RowChange::put(TABLE, key, row(key)));
        let commit = trial.desk.at(trial.at(4)).rows(rows).hold(self.0.clone());
        trial.store().commit(&commit).await.map(drop)
    }

    async fn changes(&self, trial: &Trial) -> Result<Vec<bool>, StoreError> {
        let mut all = Vec::new();
        for key in ["1", "2", "3"] {
            all.push(has_row(trial, key).await?);
        }
        Ok(all)
    }

    async fn afterwards(&self, trial: &Trial) -> Result<(), StoreError> {
        trial.desk.settle(&self.0, Outcome::Done, trial.at(5)).await.map(drop)
    }
}
