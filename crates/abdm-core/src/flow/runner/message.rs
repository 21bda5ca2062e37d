//! What is done with one inbound message.

use super::transition::{Applied, Target, Trigger};
use super::{Inner, RunnerError};
use crate::clock::later;
use crate::flow::{
    Address, Flow, FlowError, FlowHost, FlowId, ReceiveError, Received, SnapshotError,
};
use crate::store::{Claimed, Commit, Inbound, Outcome, StoreError, StoreErrorKind, WaitFor};

/// What one look at a message came to.
enum Look {
    /// It is settled; the word is for the metrics.
    Settled(&'static str),
    /// It is still to be settled so, if the flow has not changed since.
    Settle { outcome: Outcome, guard: Option<(FlowId, u64)>, word: &'static str },
    /// The flow was changed meanwhile: look again.
    Again,
}

impl<H: FlowHost> Inner<H> {
    /// Deals with one message to its end. What fails here is taken up again when the lease ends.
    pub(super) async fn take_message(&self, claimed: Claimed<Inbound>) {
        let waited = (self.clock.now() - claimed.queued_at).as_seconds_f64().max(0.0);
        metrics::histogram!("abdm_flow_inbox_wait_seconds", "kind" => H::Flow::KIND).record(waited);
        let outcome = match self.keeping(&claimed.lease, self.settle_message(&claimed)).await {
            Some(Ok(word)) => word,
            Some(Err(error)) => {
                tracing::warn!(
                    kind = H::Flow::KIND,
                    endpoint = claimed.item.key.endpoint,
                    attempt = claimed.attempt,
                    error = %error,
                    "a message could not be settled, it is taken up again when its lease ends"
                );
                "failed"
            }
            None => "lease_lost",
        };
        metrics::counter!("abdm_flow_inbound_total", "kind" => H::Flow::KIND, "outcome" => outcome)
            .increment(1);
    }

    async fn settle_message(
        &self,
        claimed: &Claimed<Inbound>,
    ) -> Result<&'static str, RunnerError> {
        let mut failures = 0;
        for _ in 0..self.options.max_conflicts.max(1) {
            let look = if claimed.attempt > self.options.max_attempts {
                let reason = "given up: every attempt to take it ended in a crash".to_owned();
                Look::Settle { outcome: Outcome::Dead { reason }, guard: None, word: "dead" }
            } else {
                match self.look_at(claimed).await {
                    Err(RunnerError::Store(error)) if error.is_retryable() => {
                        self.pause_for_store(&mut failures, error).await?;
                        continue;
                    }
                    Err(error @ RunnerError::Encode(_)) => Look::Settle {
                        outcome: Outcome::Dead { reason: error.to_string() },
                        guard: None,
                        word: "dead",
                    },
                    look => look?,
                }
            };
            let (outcome, guard, word) = match look {
                Look::Settled(word) => return Ok(word),
                Look::Settle { outcome, guard, word } => (outcome, guard, word),
                Look::Again => {
                    tokio::task::yield_now().await;
                    continue;
                }
            };
            if let Outcome::Dead { reason } = &outcome {
                tracing::warn!(
                    kind = H::Flow::KIND,
                    endpoint = claimed.item.key.endpoint,
                    reason = reason.as_str(),
                    "a message was set aside"
                );
            }
            let mut commit = Commit::at(self.clock.now()).settle(claimed.lease.clone(), outcome);
            if let Some((id, revision)) = guard {
                commit = commit.guard(id, revision);
            }
            match self.commit_patiently(&commit).await {
                Ok(()) => return Ok(word),
                Err(error) if error.kind == StoreErrorKind::Conflict => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::new(StoreErrorKind::Conflict).into())
    }

    /// What the host reads in a message; one that hangs is offered again.
    async fn received(
        &self,
        claimed: &Claimed<Inbound>,
    ) -> Result<Received<H::Flow>, ReceiveError> {
        let patience = self.options.patience;
        let reading = self.host.receive(&claimed.item);
        tokio::time::timeout(patience, reading).await.unwrap_or_else(|_| {
            tracing::warn!(
                kind = H::Flow::KIND,
                endpoint = claimed.item.key.endpoint,
                attempt = claimed.attempt,
                patience_s = patience.as_secs(),
                "the reading of a message hangs and is broken off, it is tried again"
            );
            Err(ReceiveError::not_yet("it was not read in time"))
        })
    }

    async fn look_at(&self, claimed: &Claimed<Inbound>) -> Result<Look, RunnerError> {
        let received = match self.received(claimed).await {
            Ok(received) => received,
            Err(ReceiveError::Poison { reason }) => {
                let outcome = Outcome::Dead { reason };
                return Ok(Look::Settle { outcome, guard: None, word: "dead" });
            }
            Err(ReceiveError::NotYet { reason }) => {
                return Ok(self.put_off(claimed, None, None, reason));
            }
        };
        let (target, event) = match received {
            Received::Ignore { reason } => {
                tracing::debug!(
                    kind = H::Flow::KIND,
                    endpoint = claimed.item.key.endpoint,
                    reason = reason.as_str(),
                    "a message was ignored"
                );
                return Ok(Look::Settle { outcome: Outcome::Done, guard: None, word: "ignored" });
            }
            Received::Existing { address, event } => {
                let (found, waits_for) = self.find(address).await?;
                let Some(id) = found else {
                    let reason = "the flow that it belongs to is not there".to_owned();
                    return Ok(self.put_off(claimed, None, waits_for, reason));
                };
                (Target::Existing(id), event)
            }
            Received::Start { key, flow, event } => {
                match self.store.find(H::Flow::KIND, &key).await? {
                    Some(id) => (Target::Existing(id), event),
                    None => {
                        let flow = Box::new(flow);
                        (Target::New { id: FlowId::random(), key: Some(key), flow }, event)
                    }
                }
            }
        };
        let trigger = Trigger::Work(claimed.lease.clone());
        Ok(match self.apply(target, event, &trigger).await? {
            Applied::Done => Look::Settled("applied"),
            Applied::Conflict => Look::Again,
            Applied::Missing => {
                self.put_off(claimed, None, None, "the flow that it belongs to is gone".to_owned())
            }
            Applied::Refused { error, id, revision } => {
                self.refused(claimed, &error, (id, revision))
            }
        })
    }

    async fn find(
        &self,
        address: Address,
    ) -> Result<(Option<FlowId>, Option<WaitFor>), StoreError> {
        Ok(match address {
            Address::Flow(id) => (Some(id), None),
            Address::Key(key) => {
                (self.store.find(H::Flow::KIND, &key).await?, Some(WaitFor::Key(key)))
            }
            Address::Request(request) => {
                (self.store.find_request(request).await?, Some(WaitFor::Request(request)))
            }
        })
    }

    fn refused(
        &self,
        claimed: &Claimed<Inbound>,
        error: &FlowError,
        (id, revision): (FlowId, u64),
    ) -> Look {
        match error {
            FlowError::NotYet { .. } => {
                let guard = (revision > 0).then_some((id, revision));
                let waits_for = guard.map(|(id, _)| WaitFor::Change(id));
                self.put_off(claimed, guard, waits_for, error.to_string())
            }
            // A newer node wrote it, and will take the message.
            FlowError::Snapshot(SnapshotError::Version { found, known, .. }) if found > known => {
                self.put_off(claimed, None, None, error.to_string())
            }
            FlowError::NotValid { .. } | FlowError::Snapshot(_) => {
                let outcome = Outcome::Dead { reason: error.to_string() };
                Look::Settle { outcome, guard: None, word: "dead" }
            }
            FlowError::Expired { .. } | FlowError::Denied { .. } | FlowError::Revoked { .. } => {
                tracing::info!(
                    kind = H::Flow::KIND,
                    flow = %id,
                    endpoint = claimed.item.key.endpoint,
                    reason = %error,
                    "a flow refused a message"
                );
                Look::Settle { outcome: Outcome::Done, guard: None, word: "refused" }
            }
        }
    }

    /// Puts a message off, or aside when it has waited long enough.
    fn put_off(
        &self,
        claimed: &Claimed<Inbound>,
        guard: Option<(FlowId, u64)>,
        waits_for: Option<WaitFor>,
        reason: String,
    ) -> Look {
        let now = self.clock.now();
        let deadline = later(claimed.queued_at, self.options.max_deferral_age);
        if now >= deadline || claimed.deferrals >= self.options.max_deferrals {
            let reason = format!("waited in vain: {reason}");
            return Look::Settle { outcome: Outcome::Dead { reason }, guard, word: "dead" };
        }
        let not_before = match waits_for {
            // The store makes it due when the flow changes: until then there is nothing to try.
            Some(WaitFor::Change(_)) => deadline,
            _ => {
                let seed = u64::from(claimed.queued_at.timestamp_subsec_nanos());
                let pause = self.options.defer.delay(claimed.deferrals + 1, seed);
                deadline.min(later(now, pause))
            }
        };
        let outcome = Outcome::Later { not_before, waits_for, reason, perhaps_sent: false };
        Look::Settle { outcome, guard, word: "put_off" }
    }
}
