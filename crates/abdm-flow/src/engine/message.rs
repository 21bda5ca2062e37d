//! What is done with one inbound message.

use std::sync::Arc;

use abdm_base::clock::later;
use abdm_base::metric;
use chrono::{DateTime, Utc};

use super::EngineError;
use super::apply::{Applied, Target, Trigger};
use super::core::Core;
use super::kind::Served;
use crate::store::{
    Commit, FlowId, Lease, Message, Outcome, Scope, StoreError, StoreErrorKind, StoredFlow, WaitFor,
};
use crate::{
    Address, Flow, FlowError, FlowHost, ReceiveContext, ReceiveError, Received, SnapshotError,
};

/// A claimed message.
pub(crate) struct Taken {
    pub(crate) message: Message,
    pub(crate) attempt: u32,
    pub(crate) deferrals: u32,
    pub(crate) queued_at: DateTime<Utc>,
}

/// What one look at a message came to.
enum Look {
    /// It is settled; the word is for the metrics.
    Settled(&'static str),
    /// It is still to be settled so, if the flow has not changed since.
    Settle { outcome: Outcome, guard: Option<(FlowId, u64)>, word: &'static str },
    /// The flow was changed meanwhile: look again.
    Again,
}

impl<H: FlowHost> Served<H> {
    /// Deals with one message to its end. What fails here is taken up again when the lease ends.
    pub(super) async fn take_message(&self, core: &Arc<Core>, lease: &Lease, taken: &Taken) {
        let kind = H::Flow::KIND;
        let waited = (core.clock.now() - taken.queued_at).as_seconds_f64().max(0.0);
        metrics::histogram!(metric::INBOX_WAIT_SECONDS.name, "kind" => kind).record(waited);
        let work = self.settle_message(core, lease, taken);
        let outcome = match core.leases.keeping(lease, work).await {
            Some(Ok(word)) => word,
            Some(Err(error)) => {
                tracing::warn!(
                    kind,
                    endpoint = taken.message.endpoint,
                    attempt = taken.attempt,
                    error = %error,
                    "a message could not be settled, it is taken up again when its lease ends"
                );
                "failed"
            }
            None => "lease_lost",
        };
        metrics::counter!(metric::INBOUND.name, "kind" => kind, "outcome" => outcome).increment(1);
    }

    async fn settle_message(
        &self,
        core: &Arc<Core>,
        lease: &Lease,
        taken: &Taken,
    ) -> Result<&'static str, EngineError> {
        let mut failures = 0;
        for tries in 1..=core.options.max_conflicts.max(1) {
            let look = if taken.attempt > core.options.max_attempts {
                dead("given up: every attempt to take it ended in a crash".to_owned(), None)
            } else {
                match self.look_at(core, lease, taken).await {
                    Err(EngineError::Store(error)) if error.is_retryable() => {
                        core.pause_for_store(&mut failures, error).await?;
                        continue;
                    }
                    Err(error @ EngineError::Encode(_)) => dead(error.to_string(), None),
                    look => look?,
                }
            };
            let (outcome, guard, word) = match look {
                Look::Settled(word) => return Ok(word),
                Look::Settle { outcome, guard, word } => (outcome, guard, word),
                Look::Again => {
                    core.pause_after_conflict(tries).await;
                    continue;
                }
            };
            let aside = match &outcome {
                Outcome::Dead { reason } => Some(reason.clone()),
                _ => None,
            };
            let mut commit =
                Commit::at(lease.scope.clone(), core.clock.now()).settle(lease.clone(), outcome);
            if let Some((id, revision)) = guard {
                commit = commit.guard(id, revision);
            }
            match core.commit_patiently(commit).await {
                Ok(()) => {
                    if let Some(reason) = aside {
                        tracing::warn!(
                            kind = H::Flow::KIND,
                            endpoint = taken.message.endpoint,
                            reason,
                            "a message was set aside"
                        );
                    }
                    return Ok(word);
                }
                Err(error) if error.kind == StoreErrorKind::Conflict => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::new(StoreErrorKind::Conflict).into())
    }

    /// What the host reads in a message; one that hangs is offered again.
    async fn received(
        &self,
        cx: &ReceiveContext<'_>,
        taken: &Taken,
    ) -> Result<Received<H::Flow>, ReceiveError> {
        let patience = cx.core.options.patience;
        let reading = self.host.receive(cx, &taken.message);
        tokio::time::timeout(patience, reading).await.unwrap_or_else(|_| {
            tracing::warn!(
                kind = H::Flow::KIND,
                endpoint = taken.message.endpoint,
                attempt = taken.attempt,
                patience_s = patience.as_secs(),
                "the reading of a message hangs and is broken off, it is tried again"
            );
            Err(ReceiveError::not_yet("it was not read in time"))
        })
    }

    async fn look_at(
        &self,
        core: &Arc<Core>,
        lease: &Lease,
        taken: &Taken,
    ) -> Result<Look, EngineError> {
        let scope = &lease.scope;
        let cx = ReceiveContext { core, scope };
        let received = match self.received(&cx, taken).await {
            Ok(received) => received,
            Err(ReceiveError::Poison { reason }) => return Ok(dead(reason, None)),
            Err(ReceiveError::NotYet { reason }) => {
                return Ok(put_off(core, taken, None, None, reason));
            }
        };
        let (target, event) = match received {
            Received::Ignore { reason } => {
                tracing::debug!(
                    kind = H::Flow::KIND,
                    endpoint = taken.message.endpoint,
                    reason = reason.as_str(),
                    "a message was ignored"
                );
                return Ok(Look::Settle { outcome: Outcome::Done, guard: None, word: "ignored" });
            }
            Received::Existing { address, event } => {
                let (found, waits_for) = find::<H>(core, scope, address).await?;
                let Some((id, stored)) = found else {
                    let reason = "the flow that it belongs to is not there".to_owned();
                    return Ok(put_off(core, taken, None, waits_for, reason));
                };
                (Target::Existing { id, stored }, event)
            }
            Received::Start { key, flow, event, anew } => {
                let found = core.store.find(scope, H::Flow::KIND, &key).await?;
                match found.filter(|found| !(anew && found.done)) {
                    Some(stored) if anew => (Target::Unfinished { stored }, event),
                    Some(stored) => {
                        (Target::Existing { id: stored.id, stored: Some(stored) }, event)
                    }
                    None => {
                        let (id, flow) = (FlowId::fresh(core.ids.as_ref()), Box::new(flow));
                        (Target::New { id, key: Some(key), flow }, event)
                    }
                }
            }
        };
        Ok(match core.apply(scope, target, event, Trigger::Work(lease)).await? {
            Applied::Done => Look::Settled("applied"),
            Applied::Conflict => Look::Again,
            Applied::Missing => {
                let reason = "the flow that it belongs to is gone".to_owned();
                put_off(core, taken, None, None, reason)
            }
            Applied::Refused { error, id, revision } => {
                refused::<H>(core, taken, &error, (id, revision))
            }
        })
    }
}

/// The flow that a message is for, and where there is none, what the message waits for.
type FoundFlow = (Option<(FlowId, Option<StoredFlow>)>, Option<WaitFor>);

async fn find<H: FlowHost>(
    core: &Core,
    scope: &Scope,
    address: Address,
) -> Result<FoundFlow, StoreError> {
    let with = |stored: StoredFlow| (stored.id, Some(stored));
    Ok(match address {
        Address::Flow(id) => (Some((id, None)), None),
        Address::Key(key) => {
            let found = core.store.find(scope, H::Flow::KIND, &key).await?;
            (found.map(with), Some(WaitFor::Key(key)))
        }
        Address::Request(request) => {
            let found = core.store.find_request(scope, request).await?;
            (found.map(with), Some(WaitFor::Request(request)))
        }
    })
}

const fn dead(reason: String, guard: Option<(FlowId, u64)>) -> Look {
    Look::Settle { outcome: Outcome::Dead { reason }, guard, word: "dead" }
}

fn refused<H: FlowHost>(
    core: &Core,
    taken: &Taken,
    error: &FlowError,
    (id, revision): (FlowId, u64),
) -> Look {
    // What the flow said, it said at this revision.
    let guard = (revision > 0).then_some((id, revision));
    match error {
        FlowError::NotYet { .. } => {
            let waits_for = guard.map(|(id, _)| WaitFor::Change(id));
            put_off(core, taken, guard, waits_for, error.to_string())
        }
        // A newer node wrote it, and will take the message, however long it is away.
        FlowError::Snapshot(SnapshotError::Version { found, known, .. }) if found > known => {
            let seed = u64::from(taken.queued_at.timestamp_subsec_nanos());
            let pause = core.options.defer.delay(taken.deferrals + 1, seed);
            let not_before = later(core.clock.now(), pause);
            let reason = error.to_string();
            let outcome =
                Outcome::Later { not_before, waits_for: None, reason, perhaps_sent: false };
            Look::Settle { outcome, guard: None, word: "put_off" }
        }
        FlowError::NotValid { .. } | FlowError::Snapshot(_) => dead(error.to_string(), guard),
        FlowError::Expired { .. } | FlowError::Denied { .. } | FlowError::Revoked { .. } => {
            tracing::info!(
                kind = H::Flow::KIND,
                flow = %id,
                endpoint = taken.message.endpoint,
                reason = %error,
                "a flow refused a message"
            );
            Look::Settle { outcome: Outcome::Done, guard, word: "refused" }
        }
    }
}

/// Puts a message off, or aside when it has waited long enough.
fn put_off(
    core: &Core,
    taken: &Taken,
    guard: Option<(FlowId, u64)>,
    waits_for: Option<WaitFor>,
    reason: String,
) -> Look {
    let (now, options) = (core.clock.now(), &core.options);
    let deadline = later(taken.queued_at, options.max_deferral_age);
    // One that waits for a change is put off once for each change, however many there are.
    let counts = !matches!(waits_for, Some(WaitFor::Change(_)));
    if now >= deadline || counts && taken.deferrals >= options.max_deferrals {
        return dead(format!("waited in vain: {reason}"), guard);
    }
    let not_before = match waits_for {
        // The store makes it due when the flow changes: until then there is nothing to try.
        Some(WaitFor::Change(_)) => deadline,
        _ => {
            let seed = u64::from(taken.queued_at.timestamp_subsec_nanos());
            deadline.min(later(now, options.defer.delay(taken.deferrals + 1, seed)))
        }
    };
    let outcome = Outcome::Later { not_before, waits_for, reason, perhaps_sent: false };
    Look::Settle { outcome, guard, word: "put_off" }
}
