//! What is done with one effect, and with one wake-up.

use std::marker::PhantomData;
use std::sync::{Arc, Mutex};

use abdm_base::clock::later;
use abdm_base::metric;
use abdm_base::progress::Progress;
use chrono::{DateTime, Utc};

use super::EngineError;
use super::apply::{Applied, Target, Trigger};
use super::core::{Core, Hold};
use super::kind::Served;
use crate::store::{
    Commit, Earlier, Effect, FlowId, Lease, Outcome, StoreError, StoreErrorKind, StoredFlow,
};
use crate::{
    EffectContext, EffectFailure, FailureAction, Flow, FlowError, FlowHost, SnapshotError,
};

/// A claimed effect.
pub(crate) struct Taken {
    pub(crate) effect: Effect,
    pub(crate) stored: StoredFlow,
    pub(crate) attempt: u32,
    pub(crate) earlier: Earlier,
    pub(crate) queued_at: DateTime<Utc>,
}

impl Taken {
    const fn seed(&self) -> u64 {
        self.effect.id.number()
    }

    /// Which effect of its flow it is, for the log.
    fn name(&self) -> String {
        self.effect.payload.variant().unwrap_or_else(|| "unknown".to_owned())
    }
}

type Event<H> = <<H as FlowHost>::Flow as Flow>::Event;

impl<H: FlowHost> Served<H> {
    /// Carries out one effect and settles it. What fails here is taken up again when the lease
    /// ends.
    pub(super) async fn take_effect(&self, core: &Arc<Core>, lease: &Lease, taken: &Taken) {
        let kind = H::Flow::KIND;
        let waited = (core.clock.now() - taken.queued_at).as_seconds_f64().max(0.0);
        metrics::histogram!(metric::OUTBOX_WAIT_SECONDS.name, "kind" => kind).record(waited);
        let work = self.settle_effect(core, lease, taken);
        let outcome = match core.leases.keeping(lease, work).await {
            Some(Ok(word)) => word,
            Some(Err(error)) => {
                tracing::warn!(
                    kind,
                    flow = %taken.effect.flow,
                    effect = %taken.effect.id,
                    name = taken.name(),
                    attempt = taken.attempt,
                    error = %error,
                    "an effect could not be settled, it is taken up again when its lease ends"
                );
                "failed"
            }
            None => {
                tracing::warn!(kind, effect = %taken.effect.id, "a lease was lost, the work is dropped");
                "lease_lost"
            }
        };
        metrics::counter!(metric::EFFECTS.name, "kind" => kind, "outcome" => outcome).increment(1);
    }

    async fn settle_effect(
        &self,
        core: &Arc<Core>,
        lease: &Lease,
        taken: &Taken,
    ) -> Result<&'static str, EngineError> {
        // A newer node wrote the flow, and will take the effect. Each look of this one counts as a
        // try, but never as the last.
        if taken.stored.version > H::Flow::VERSION {
            let (found, known) = (taken.stored.version, H::Flow::VERSION);
            let reason = format!("its flow is of version {found}, and this program knows {known}");
            let pause = core.options.retry.delay(taken.attempt, taken.seed());
            return retry(core, lease, later(core.clock.now(), pause), reason, false).await;
        }
        if taken.attempt > core.options.max_attempts {
            let reason = format!("given up after {} tries", core.options.max_attempts);
            return bury::<H>(core, lease, taken, reason).await;
        }
        let effect = match taken.effect.payload.decode::<<H::Flow as Flow>::Effect>() {
            Ok(effect) => effect,
            Err(error) => return bury::<H>(core, lease, taken, error.to_string()).await,
        };
        let Effect { id, flow, .. } = taken.effect;
        // A later try has ids of its own: the first one's may have been sent.
        let first_request = taken.effect.request.filter(|_| taken.earlier == Earlier::None);
        let cx = EffectContext {
            core,
            hold: Hold { lease, flow, effect: id, kind: PhantomData },
            attempt: taken.attempt,
            earlier: taken.earlier,
            first_request: Mutex::new(first_request),
            progress: Progress::default(),
            stored: &taken.stored,
            visit: core.cells.visit(flow),
        };
        // The context lives on while the flow is told, and its snapshot with it.
        let performed = cx.progress.within(core.options.patience, self.host.perform(&cx, &effect));
        match performed.await.unwrap_or_else(|| Err(hung::<H>(core, taken))) {
            Ok(None) => finish(core, lease, Outcome::Done, "done").await,
            Ok(Some(event)) => report::<H>(core, lease, taken, event, "done").await,
            Err(failure) => self.failed(core, lease, taken, failure).await,
        }
    }

    async fn failed(
        &self,
        core: &Arc<Core>,
        lease: &Lease,
        taken: &Taken,
        failure: EffectFailure<Event<H>>,
    ) -> Result<&'static str, EngineError> {
        let EffectFailure { action, reason, perhaps_sent } = failure;
        let (kind, attempt, said) = (H::Flow::KIND, taken.attempt, reason.as_str());
        let (flow, effect, name) = (taken.effect.flow, taken.effect.id, taken.name());
        if attempt > 1 {
            tracing::warn!(
                kind, %flow, %effect, name, attempt, reason = said,
                "an effect was again not carried out"
            );
        } else {
            tracing::info!(
                kind, %flow, %effect, name, attempt, reason = said,
                "an effect was not carried out"
            );
        }
        match action {
            FailureAction::Retry => {
                let pause = core.options.retry.delay(taken.attempt, taken.seed());
                retry(core, lease, later(core.clock.now(), pause), reason, perhaps_sent).await
            }
            FailureAction::RetryAt(at) => retry(core, lease, at, reason, perhaps_sent).await,
            FailureAction::Tell(event) => report::<H>(core, lease, taken, event, "gave_up").await,
            FailureAction::Bury => bury::<H>(core, lease, taken, reason).await,
        }
    }

    /// Wakes a flow.
    pub(super) async fn take_wake(
        &self,
        core: &Arc<Core>,
        lease: &Lease,
        stored: StoredFlow,
        attempt: u32,
    ) {
        let (kind, flow) = (H::Flow::KIND, stored.id);
        let woken = core.leases.keeping(lease, wake::<H>(core, lease, stored, attempt)).await;
        if let Some(Err(error)) = woken {
            tracing::warn!(
                kind,
                flow = %flow,
                error = %error,
                "a flow could not be woken, it is tried again when the claim ends"
            );
        }
    }
}

/// An effect that does not get on is broken off, wherever it hangs.
fn hung<H: FlowHost>(core: &Core, taken: &Taken) -> EffectFailure<Event<H>> {
    let patience = core.options.patience;
    tracing::warn!(
        kind = H::Flow::KIND,
        flow = %taken.effect.flow,
        effect = %taken.effect.id,
        name = taken.name(),
        attempt = taken.attempt,
        patience_s = patience.as_secs(),
        "an effect hangs and is broken off, it is tried again"
    );
    EffectFailure::retry("it made no progress in time")
}

/// Brings what came out of an effect to its flow.
async fn report<H: FlowHost>(
    core: &Arc<Core>,
    lease: &Lease,
    taken: &Taken,
    event: Event<H>,
    word: &'static str,
) -> Result<&'static str, EngineError> {
    let mut failures = 0;
    let mut stored = Some(taken.stored.clone());
    for tries in 1..=core.options.max_conflicts.max(1) {
        let target = Target::<H::Flow>::Existing { id: taken.effect.flow, stored: stored.take() };
        match core.apply(&lease.scope, target, event.clone(), Trigger::Work(lease)).await {
            Ok(Applied::Done) => return Ok(word),
            Ok(Applied::Conflict) => core.pause_after_conflict(tries).await,
            Ok(Applied::Missing) => {
                return finish(core, lease, Outcome::Done, "flow_gone").await;
            }
            Ok(Applied::Refused { error, id, revision }) => {
                match refuse::<H>(core, lease, taken, &error, (id, revision)).await {
                    // The flow was changed meanwhile: it may say something else now.
                    Err(EngineError::Store(error)) if error.kind == StoreErrorKind::Conflict => {
                        core.pause_after_conflict(tries).await;
                    }
                    refused => return refused,
                }
            }
            Err(EngineError::Store(error)) if error.is_retryable() => {
                core.pause_for_store(&mut failures, error).await?;
            }
            Err(error @ EngineError::Encode(_)) => {
                return bury::<H>(core, lease, taken, error.to_string()).await;
            }
            Err(error) => return Err(error),
        }
    }
    Err(StoreError::new(StoreErrorKind::Conflict).into())
}

/// The effect is carried out, but its flow does not want to know, at this revision.
async fn refuse<H: FlowHost>(
    core: &Arc<Core>,
    lease: &Lease,
    taken: &Taken,
    error: &FlowError,
    (id, revision): (FlowId, u64),
) -> Result<&'static str, EngineError> {
    let outcome = match error {
        FlowError::Expired { .. } | FlowError::Denied { .. } | FlowError::Revoked { .. } => {
            Outcome::Done
        }
        // A newer node wrote the flow, and will take the effect.
        FlowError::Snapshot(SnapshotError::Version { found, known, .. }) if found > known => {
            let pause = core.options.retry.delay(taken.attempt, taken.seed());
            return retry(core, lease, later(core.clock.now(), pause), error.to_string(), true)
                .await;
        }
        FlowError::NotValid { .. } | FlowError::NotYet { .. } | FlowError::Snapshot(_) => {
            Outcome::Dead { reason: format!("carried out, but its flow said: {error}") }
        }
    };
    let reason = match &outcome {
        Outcome::Dead { reason } => Some(reason.clone()),
        _ => None,
    };
    let commit = Commit::at(lease.scope.clone(), core.clock.now())
        .guard(id, revision)
        .settle(lease.clone(), outcome);
    core.commit_patiently(commit).await?;
    let Some(reason) = reason else { return Ok("refused") };
    set_aside::<H>(taken, &reason);
    Ok("dead")
}

async fn retry(
    core: &Arc<Core>,
    lease: &Lease,
    not_before: DateTime<Utc>,
    reason: String,
    perhaps_sent: bool,
) -> Result<&'static str, EngineError> {
    let outcome = Outcome::Later { not_before, waits_for: None, reason, perhaps_sent };
    finish(core, lease, outcome, "retry").await
}

async fn bury<H: FlowHost>(
    core: &Arc<Core>,
    lease: &Lease,
    taken: &Taken,
    reason: String,
) -> Result<&'static str, EngineError> {
    finish(core, lease, Outcome::Dead { reason: reason.clone() }, "dead").await?;
    set_aside::<H>(taken, &reason);
    Ok("dead")
}

fn set_aside<H: FlowHost>(taken: &Taken, reason: &str) {
    tracing::error!(
        kind = H::Flow::KIND,
        flow = %taken.effect.flow,
        effect = %taken.effect.id,
        name = taken.name(),
        reason,
        "an effect was set aside"
    );
}

/// Settles work whose flow does not change.
async fn finish(
    core: &Arc<Core>,
    lease: &Lease,
    outcome: Outcome,
    word: &'static str,
) -> Result<&'static str, EngineError> {
    let commit = Commit::at(lease.scope.clone(), core.clock.now()).settle(lease.clone(), outcome);
    core.commit_patiently(commit).await?;
    Ok(word)
}

async fn wake<H: FlowHost>(
    core: &Arc<Core>,
    lease: &Lease,
    stored: StoredFlow,
    attempt: u32,
) -> Result<(), EngineError> {
    let (kind, id) = (H::Flow::KIND, stored.id);
    // A newer node wrote it, and will wake it.
    if stored.version > H::Flow::VERSION {
        let pause = core.options.retry.delay(attempt, stored.revision);
        let reason = "its flow is of a newer version".to_owned();
        retry(core, lease, later(core.clock.now(), pause), reason, false).await?;
        return Ok(());
    }
    if attempt > core.options.max_attempts {
        tracing::error!(kind, flow = %id, "every attempt to wake a flow ended in a crash");
        let reason = "every attempt ended in a crash".to_owned();
        finish(core, lease, Outcome::Dead { reason }, "dead").await?;
        return Ok(());
    }
    let mut failures = 0;
    let mut stored = Some(stored);
    for tries in 1..=core.options.max_conflicts.max(1) {
        let target = Target::<H::Flow>::Existing { id, stored: stored.take() };
        let event = H::Flow::woken();
        match core.apply(&lease.scope, target, event, Trigger::Wake(lease)).await {
            Ok(Applied::Done | Applied::Missing) => return Ok(()),
            Ok(Applied::Conflict) => core.pause_after_conflict(tries).await,
            // A newer node has written it meanwhile, or a person has to look at it.
            Ok(Applied::Refused { error: error @ FlowError::Snapshot(_), .. }) => {
                return Err(error.into());
            }
            Ok(Applied::Refused { error, .. }) => {
                tracing::warn!(
                    kind,
                    flow = %id,
                    reason = %error,
                    "a flow refused its own wake-up, which is taken away"
                );
                let outcome = Outcome::Dead { reason: error.to_string() };
                finish(core, lease, outcome, "dead").await?;
                return Ok(());
            }
            // Somebody changed the flow, and so ended this claim.
            Err(EngineError::Store(error)) if error.kind == StoreErrorKind::LeaseLost => {
                return Ok(());
            }
            Err(EngineError::Store(error)) if error.is_retryable() => {
                core.pause_for_store(&mut failures, error).await?;
            }
            Err(error) => return Err(error),
        }
    }
    Err(StoreError::new(StoreErrorKind::Conflict).into())
}
