//! One event, one commit.

use chrono::{DateTime, Utc};

use super::{Inner, RunnerError};
use crate::flow::{Flow, FlowError, FlowHost, FlowId, FlowKey, Step, Wake, flows};
use crate::store::{Commit, FlowWrite, Lease, Outcome, Payload, StoreErrorKind, StoredFlow};

/// The flow that an event is for.
pub(super) enum Target<F> {
    Existing(FlowId),
    New { id: FlowId, key: Option<FlowKey>, flow: Box<F> },
}

/// What brought the event, and is settled together with it.
pub(super) enum Trigger {
    /// A call of the application.
    Application,
    /// A claimed message or effect.
    Work(Lease),
    /// The flow's own wake-up.
    Wake,
}

/// What became of an event.
pub(super) enum Applied {
    /// It is in, and its trigger is settled.
    Done,
    /// Somebody else changed the flow in between. Nothing was written.
    Conflict,
    /// There is no such flow.
    Missing,
    /// The flow did not take it. Nothing was written.
    Refused { error: FlowError, id: FlowId, revision: u64 },
}

impl<H: FlowHost> Inner<H> {
    /// Applies one event: loads, decides, commits. Decides once; repeating is the caller's.
    pub(super) async fn apply(
        &self,
        target: Target<H::Flow>,
        event: <H::Flow as Flow>::Event,
        trigger: &Trigger,
    ) -> Result<Applied, RunnerError> {
        let now = self.clock.now();
        let (id, key, stored, mut flow) = match target {
            Target::New { id, key, flow } => (id, key, None, *flow),
            Target::Existing(id) => {
                let Some(stored) = self.store.load(id).await? else {
                    return Ok(Applied::Missing);
                };
                match flows::read::<H::Flow>(&stored) {
                    Ok(flow) => (id, None, Some(stored), flow),
                    Err(error) => {
                        let revision = stored.revision;
                        return Ok(Applied::Refused { error: error.into(), id, revision });
                    }
                }
            }
        };
        let revision = stored.as_ref().map_or(0, |stored| stored.revision);
        let wakes = matches!(trigger, Trigger::Wake);
        if wakes && !is_due(stored.as_ref(), now) {
            return Ok(Applied::Done);
        }
        let write = match flow.on(event, now) {
            Ok(step) => plan(stored.as_ref(), &flow, step, key, wakes)?,
            Err(error) => {
                return Ok(Applied::Refused { error, id, revision });
            }
        };
        let mut commit = Commit::at(now);
        let changes = write.is_some();
        if let Some(write) = write {
            commit = commit.write(id, revision, write);
        }
        if let Trigger::Work(lease) = trigger {
            commit = commit.settle(lease.clone(), Outcome::Done);
        }
        if commit.flow.is_none() && commit.settle.is_none() {
            return Ok(Applied::Done);
        }
        match self.store.commit(&commit).await {
            Ok(()) => {
                if changes {
                    self.watchers.changed(id);
                    self.work.notify_one();
                }
                Ok(Applied::Done)
            }
            Err(error) if error.kind == StoreErrorKind::Conflict => Ok(Applied::Conflict),
            Err(error) => Err(error.into()),
        }
    }

    /// Takes a wake-up away from a flow that did not want it after all, so that it does not come
    /// back for ever.
    pub(super) async fn clear_wake(&self, id: FlowId) -> Result<(), RunnerError> {
        let now = self.clock.now();
        let Some(stored) = self.store.load(id).await? else {
            return Ok(());
        };
        if !is_due(Some(&stored), now) {
            return Ok(());
        }
        let mut write = FlowWrite::new(stored.kind, stored.version, stored.state);
        write.done = stored.done;
        self.store.commit(&Commit::at(now).write(id, stored.revision, write)).await?;
        Ok(())
    }
}

fn is_due(stored: Option<&StoredFlow>, now: DateTime<Utc>) -> bool {
    stored.and_then(|stored| stored.wake_at).is_some_and(|at| at <= now)
}

/// What a step writes, or nothing when it changes nothing: a duplicate leaves no trace.
fn plan<F: Flow>(
    stored: Option<&StoredFlow>,
    flow: &F,
    step: Step<F::Effect>,
    key: Option<FlowKey>,
    wakes: bool,
) -> Result<Option<FlowWrite>, RunnerError> {
    let state = Payload::encode(flow).map_err(RunnerError::Encode)?;
    let mut write = FlowWrite::new(F::KIND, F::VERSION, state);
    write.done = step.done || stored.is_some_and(|stored| stored.done);
    write.wake_at = match step.wake {
        _ if write.done => None,
        Wake::At(at) => Some(at),
        Wake::Clear => None,
        // A wake-up that has fired is used up.
        Wake::Keep if wakes => None,
        Wake::Keep => stored.and_then(|stored| stored.wake_at),
    };
    write.keys = step
        .keys
        .into_iter()
        .chain(key)
        .filter(|key| stored.is_none_or(|stored| !stored.keys.contains(key)))
        .collect();
    write.effects = step
        .effects
        .iter()
        .map(Payload::encode)
        .collect::<Result<_, _>>()
        .map_err(RunnerError::Encode)?;
    let same = stored.is_some_and(|stored| {
        stored.state == write.state
            && stored.version == write.version
            && stored.done == write.done
            && stored.wake_at == write.wake_at
            && write.keys.is_empty()
            && write.effects.is_empty()
    });
    Ok((!same).then_some(write))
}
