//! Taking in, claiming, renewing, giving back, remembering.

use abdm_base::RequestId;
use async_trait::async_trait;

use super::{ALL_SORTS, all_comes_at, all_due_at, claimed_message, due, held_work};
use crate::store::{Arrival, BodyId, FlowId, Grant, Lease, StoreError, StoreErrorKind, WaitFor};
use crate::suite::drops::trial::{Case, Deadline, Trial};
use crate::suite::{
    KIND, KINDS, body_id, labels, message, put_off, request_id, second, sorted, state,
};

/// Taking a message in.
pub(in crate::suite::drops) struct Accept {
    arrival: Arrival,
    body: BodyId,
}

fn arrival(trial: &Trial) -> Accept {
    let (mut inbound, body) = (message("m", "1"), body_id());
    inbound.received_at = second(trial.at(1));
    Accept { arrival: Arrival::new(trial.desk.scope.clone(), KIND, inbound, body), body }
}

#[async_trait]
impl Case for Accept {
    async fn prepare(trial: &Trial) -> Result<Self, StoreError> {
        Ok(arrival(trial))
    }

    async fn call(&self, trial: &Trial) -> Result<(), StoreError> {
        trial.store().accept(&self.arrival).await.map(drop)
    }

    async fn changes(&self, trial: &Trial) -> Result<Vec<bool>, StoreError> {
        let body = trial.desk.body(self.body).await?;
        Ok(vec![body.is_some(), due(trial, KIND).await?.is_some()])
    }

    async fn afterwards(&self, trial: &Trial) -> Result<(), StoreError> {
        assert_eq!(labels(&trial.claim_all(&[KIND], 5, 1).await?), ["m"]);
        Ok(())
    }
}

/// Taking a message in and up at once.
pub(in crate::suite::drops) struct GrantedAccept(Accept);

#[async_trait]
impl Case for GrantedAccept {
    async fn prepare(trial: &Trial) -> Result<Self, StoreError> {
        let Accept { arrival, body } = arrival(trial);
        let until = second(trial.at(30));
        let grant = Grant::new(trial.holder().into(), KINDS.as_slice().into(), until, 9);
        Ok(Self(Accept { arrival: arrival.granted(Some(grant)), body }))
    }

    async fn call(&self, trial: &Trial) -> Result<(), StoreError> {
        self.0.call(trial).await
    }

    async fn changes(&self, trial: &Trial) -> Result<Vec<bool>, StoreError> {
        let body = trial.desk.body(self.0.body).await?;
        let until = Some(second(trial.at(30)));
        Ok(vec![body.is_some(), due(trial, KIND).await? == until])
    }

    async fn afterwards(&self, trial: &Trial) -> Result<(), StoreError> {
        all_comes_at(trial, 30, &["m"]).await.map(drop)
    }
}

/// Claiming work of every sort.
pub(in crate::suite::drops) struct Claiming;

#[async_trait]
impl Case for Claiming {
    async fn prepare(trial: &Trial) -> Result<Self, StoreError> {
        super::work_of_all_sorts(trial).await?;
        Ok(Self)
    }

    async fn call(&self, trial: &Trial) -> Result<(), StoreError> {
        trial.claim(&KINDS, 2).await.map(drop)
    }

    /// A claim passes over what the dropped one still holds, and tells nobody: it is made until
    /// everything is held, by the one or the other.
    async fn again(&self, trial: &Trial) -> Result<(), StoreError> {
        let deadline = Deadline::begin();
        loop {
            self.call(trial).await?;
            if self.changes(trial).await?.iter().all(|held| *held) || !deadline.pause().await {
                return Ok(());
            }
        }
    }

    async fn changes(&self, trial: &Trial) -> Result<Vec<bool>, StoreError> {
        all_due_at(trial, 12).await
    }

    async fn afterwards(&self, trial: &Trial) -> Result<(), StoreError> {
        let claimed = all_comes_at(trial, 12, &ALL_SORTS).await?;
        assert!(claimed.iter().all(|work| work.attempt == 2), "one claim was dropped");
        Ok(())
    }
}

/// Renewing many leases.
pub(in crate::suite::drops) struct Renew(Vec<Lease>);

#[async_trait]
impl Case for Renew {
    async fn prepare(trial: &Trial) -> Result<Self, StoreError> {
        Ok(Self(held_work(trial).await?))
    }

    async fn call(&self, trial: &Trial) -> Result<(), StoreError> {
        let lost = trial.store().renew(&self.0, second(trial.at(50))).await?;
        if lost.is_empty() { Ok(()) } else { Err(StoreError::new(StoreErrorKind::LeaseLost)) }
    }

    async fn changes(&self, trial: &Trial) -> Result<Vec<bool>, StoreError> {
        all_due_at(trial, 50).await
    }

    async fn afterwards(&self, trial: &Trial) -> Result<(), StoreError> {
        all_comes_at(trial, 50, &ALL_SORTS).await.map(drop)
    }
}

/// Giving back everything that a holder has.
pub(in crate::suite::drops) struct Release;

#[async_trait]
impl Case for Release {
    async fn prepare(trial: &Trial) -> Result<Self, StoreError> {
        held_work(trial).await?;
        Ok(Self)
    }

    async fn call(&self, trial: &Trial) -> Result<(), StoreError> {
        trial.store().release(&KINDS, trial.holder()).await
    }

    async fn changes(&self, trial: &Trial) -> Result<Vec<bool>, StoreError> {
        all_due_at(trial, 1).await
    }

    async fn afterwards(&self, trial: &Trial) -> Result<(), StoreError> {
        assert_eq!(sorted(&trial.claim_all(&KINDS, 3, 3).await?), ALL_SORTS);
        Ok(())
    }
}

/// Remembering a call whose answer waits already.
pub(in crate::suite::drops) struct Remember {
    flow: FlowId,
    request: RequestId,
}

#[async_trait]
impl Case for Remember {
    async fn prepare(trial: &Trial) -> Result<Self, StoreError> {
        let request = request_id();
        let answer = claimed_message(trial, "answer").await?;
        let outcome = put_off(trial.at(900), Some(WaitFor::Request(request)));
        trial.desk.settle(&answer.lease, outcome, trial.at(3)).await?;
        let flow = trial.desk.begin_at(state("1"), trial.at(3)).await?;
        Ok(Self { flow, request })
    }

    async fn call(&self, trial: &Trial) -> Result<(), StoreError> {
        trial.store().remember_request(&trial.desk.scope, self.request, self.flow).await
    }

    async fn changes(&self, trial: &Trial) -> Result<Vec<bool>, StoreError> {
        let found = trial.store().find_request(&trial.desk.scope, self.request).await?;
        let now = second(trial.at(5));
        Ok(vec![found.is_some(), due(trial, KIND).await?.is_some_and(|due| due <= now)])
    }

    async fn afterwards(&self, trial: &Trial) -> Result<(), StoreError> {
        assert_eq!(labels(&trial.claim_all(&[KIND], 5, 1).await?), ["answer"]);
        Ok(())
    }
}
