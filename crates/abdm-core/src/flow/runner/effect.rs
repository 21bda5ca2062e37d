//! What is done with one effect, and with one wake-up.

use abdm_base::progress::Progress;

use super::transition::{Applied, Target, Trigger};
use super::{Inner, RunnerError};
use crate::clock::later;
use crate::flow::{
    EffectContext, EffectFailure, FailureAction, Flow, FlowError, FlowHost, SnapshotError,
};
use crate::store::{
    Claimed, Commit, Lease, OutboxItem, Outcome, StoreError, StoreErrorKind, StoredFlow,
};

impl<H: FlowHost> Inner<H> {
    /// Carries out one effect and settles it. What fails here is taken up again when the lease
    /// ends.
    pub(super) async fn take_effect(&self, claimed: Claimed<OutboxItem>) {
        let waited = (self.clock.now() - claimed.queued_at).as_seconds_f64().max(0.0);
        metrics::histogram!("abdm_flow_outbox_wait_seconds", "kind" => H::Flow::KIND)
            .record(waited);
        let outcome = match self.keeping(&claimed.lease, self.settle_effect(&claimed)).await {
            Some(Ok(word)) => word,
            Some(Err(error)) => {
                tracing::warn!(
                    kind = H::Flow::KIND,
                    flow = %claimed.item.flow,
                    item = %claimed.item.id,
                    attempt = claimed.attempt,
                    error = %error,
                    "an effect could not be settled, it is taken up again when its lease ends"
                );
                "failed"
            }
            None => "lease_lost",
        };
        metrics::counter!("abdm_flow_effects_total", "kind" => H::Flow::KIND, "outcome" => outcome)
            .increment(1);
    }

    async fn settle_effect(
        &self,
        claimed: &Claimed<OutboxItem>,
    ) -> Result<&'static str, RunnerError> {
        let (flow, item) = (claimed.item.flow, claimed.item.id);
        if claimed.attempt > self.options.max_attempts {
            let reason = format!("given up after {} tries", self.options.max_attempts);
            return self.bury(claimed, reason).await;
        }
        let effect = match claimed.item.effect.decode::<<H::Flow as Flow>::Effect>() {
            Ok(effect) => effect,
            Err(error) => return self.bury(claimed, error.to_string()).await,
        };
        let progress = Progress::default();
        let cx = EffectContext::new(
            flow,
            item,
            (claimed.attempt, self.options.max_attempts, claimed.earlier),
            (&self.store, &self.clock, &progress),
        );
        let performed = progress.within(self.options.patience, self.host.perform(&cx, &effect));
        match performed.await.unwrap_or_else(|| Err(self.hung(claimed))) {
            Ok(None) => self.finish(&claimed.lease, Outcome::Done, "done").await,
            Ok(Some(event)) => self.report(claimed, event, "done").await,
            Err(failure) => {
                tracing::info!(
                    kind = H::Flow::KIND,
                    flow = %flow,
                    item = %item,
                    attempt = claimed.attempt,
                    reason = failure.reason.as_str(),
                    "an effect was not carried out"
                );
                let (now, perhaps_sent) = (self.clock.now(), failure.perhaps_sent);
                match failure.action {
                    FailureAction::Retry => {
                        let pause = self.options.retry.delay(claimed.attempt, item.number());
                        self.retry(claimed, later(now, pause), failure.reason, perhaps_sent).await
                    }
                    FailureAction::RetryAt(at) => {
                        self.retry(claimed, at, failure.reason, perhaps_sent).await
                    }
                    FailureAction::Tell(event) => self.report(claimed, event, "gave_up").await,
                    FailureAction::Bury => self.bury(claimed, failure.reason).await,
                }
            }
        }
    }

    /// An effect that does not get on is broken off, wherever it hangs.
    fn hung<E>(&self, claimed: &Claimed<OutboxItem>) -> EffectFailure<E> {
        let patience = self.options.patience;
        tracing::warn!(
            kind = H::Flow::KIND,
            flow = %claimed.item.flow,
            item = %claimed.item.id,
            attempt = claimed.attempt,
            patience_s = patience.as_secs(),
            "an effect hangs and is broken off, it is tried again"
        );
        EffectFailure::retry("it made no progress in time")
    }

    /// Brings what came out of an effect to its flow.
    async fn report(
        &self,
        claimed: &Claimed<OutboxItem>,
        event: <H::Flow as Flow>::Event,
        word: &'static str,
    ) -> Result<&'static str, RunnerError> {
        let trigger = Trigger::Work(claimed.lease.clone());
        let mut failures = 0;
        for _ in 0..self.options.max_conflicts.max(1) {
            let target = Target::Existing(claimed.item.flow);
            match self.apply(target, event.clone(), &trigger).await {
                Ok(Applied::Done) => return Ok(word),
                Ok(Applied::Conflict) => tokio::task::yield_now().await,
                Ok(Applied::Missing) => {
                    return self.finish(&claimed.lease, Outcome::Done, "flow_gone").await;
                }
                Ok(Applied::Refused { error, .. }) => return self.refuse(claimed, &error).await,
                Err(RunnerError::Store(error)) if error.is_retryable() => {
                    self.pause_for_store(&mut failures, error).await?;
                }
                Err(error @ RunnerError::Encode(_)) => {
                    return self.bury(claimed, error.to_string()).await;
                }
                Err(error) => return Err(error),
            }
        }
        Err(StoreError::new(StoreErrorKind::Conflict).into())
    }

    /// The effect is carried out, but its flow does not want to know.
    async fn refuse(
        &self,
        claimed: &Claimed<OutboxItem>,
        error: &FlowError,
    ) -> Result<&'static str, RunnerError> {
        match error {
            FlowError::Expired { .. } | FlowError::Denied { .. } | FlowError::Revoked { .. } => {
                self.finish(&claimed.lease, Outcome::Done, "refused").await
            }
            // A newer node wrote the flow, and will take the effect.
            FlowError::Snapshot(SnapshotError::Version { found, known, .. }) if found > known => {
                let pause = self.options.retry.delay(claimed.attempt, claimed.item.id.number());
                self.retry(claimed, later(self.clock.now(), pause), error.to_string(), true).await
            }
            FlowError::NotValid { .. } | FlowError::NotYet { .. } | FlowError::Snapshot(_) => {
                self.bury(claimed, format!("carried out, but its flow said: {error}")).await
            }
        }
    }

    async fn retry(
        &self,
        claimed: &Claimed<OutboxItem>,
        not_before: chrono::DateTime<chrono::Utc>,
        reason: String,
        perhaps_sent: bool,
    ) -> Result<&'static str, RunnerError> {
        let outcome = Outcome::Later { not_before, waits_for: None, reason, perhaps_sent };
        self.finish(&claimed.lease, outcome, "retry").await
    }

    async fn bury(
        &self,
        claimed: &Claimed<OutboxItem>,
        reason: String,
    ) -> Result<&'static str, RunnerError> {
        tracing::error!(
            kind = H::Flow::KIND,
            flow = %claimed.item.flow,
            item = %claimed.item.id,
            reason = reason.as_str(),
            "an effect was set aside"
        );
        self.finish(&claimed.lease, Outcome::Dead { reason }, "dead").await
    }

    async fn finish(
        &self,
        lease: &Lease,
        outcome: Outcome,
        word: &'static str,
    ) -> Result<&'static str, RunnerError> {
        let commit = Commit::at(self.clock.now()).settle(lease.clone(), outcome);
        self.commit_patiently(&commit).await?;
        Ok(word)
    }

    /// Wakes a flow.
    pub(super) async fn take_wake(&self, stored: StoredFlow) {
        let mut failures = 0;
        for _ in 0..self.options.max_conflicts.max(1) {
            let target = Target::Existing(stored.id);
            let cause = match self.apply(target, H::Flow::woken(), &Trigger::Wake).await {
                Ok(Applied::Conflict) => continue,
                Ok(Applied::Done | Applied::Missing) => return,
                Ok(Applied::Refused { error: error @ FlowError::Snapshot(_), .. }) => error.into(),
                Ok(Applied::Refused { error, .. }) => {
                    tracing::warn!(
                        kind = H::Flow::KIND,
                        flow = %stored.id,
                        reason = %error,
                        "a flow refused its own wake-up, which is taken away"
                    );
                    match self.clear_wake(stored.id).await {
                        Ok(()) => return,
                        Err(error) => error,
                    }
                }
                Err(RunnerError::Store(error)) if error.is_retryable() => {
                    match self.pause_for_store(&mut failures, error).await {
                        Ok(()) => continue,
                        Err(error) => error.into(),
                    }
                }
                Err(error) => error,
            };
            tracing::warn!(
                kind = H::Flow::KIND,
                flow = %stored.id,
                error = %cause,
                "a flow could not be woken, it is tried again when the claim ends"
            );
            return;
        }
    }
}
