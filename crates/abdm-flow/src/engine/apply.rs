//! One event, one commit.

use std::sync::Arc;
use std::time::Duration;

use abdm_base::{RequestId, clock};
use bytes::Bytes;
use chrono::{DateTime, Utc};

use super::EngineError;
use super::cells::Turn;
use super::core::{Core, Hold};
use super::noted::sent_by;
use crate::flows::read;
use crate::store::{
    BodyId, Commit, FlowId, FlowKey, FlowWrite, Lease, NewEffect, Outcome, Payload, RowChange,
    Scope, StoreError, StoreErrorKind, StoredFlow, WorkChange,
};
use crate::{Backoff, Bodies, Flow, FlowError, Step, Wake};

/// The flow that an event is for.
pub(crate) enum Target<F> {
    /// A flow that is there, with its snapshot where a claim or a search brought it.
    Existing { id: FlowId, stored: Option<StoredFlow> },
    /// The same, unless it is over meanwhile: then the event is for one that begins, which is a
    /// [`Applied::Conflict`].
    Unfinished { stored: StoredFlow },
    /// A flow that begins.
    New { id: FlowId, key: Option<FlowKey>, flow: Box<F> },
}

/// What brought the event.
pub(crate) enum Trigger<'a> {
    /// A call of the application, with bodies that become the flow's if it keeps them.
    Application { bodies: Vec<(BodyId, Bytes)> },
    /// Claimed work, settled together with the event.
    Work(&'a Lease),
    /// An effect that goes on.
    Held(&'a Lease),
    /// The flow's own wake-up, settled together with the event.
    Wake(&'a Lease),
}

/// What became of an event.
pub(crate) enum Applied {
    /// It is in, and its trigger is settled.
    Done,
    /// Somebody else changed the flow in between. Nothing was written.
    Conflict,
    /// There is no such flow.
    Missing,
    /// The flow did not take it. Nothing was written.
    Refused { error: FlowError, id: FlowId, revision: u64 },
}

/// How long a flow rests that answers its wake-up with a moment that has passed, and with nothing
/// else.
const IDLE_WAKE_PAUSE: Duration = Duration::from_secs(60);
/// The pauses between lost races, after the first few.
const CONFLICT_PAUSES: Backoff = Backoff::new(Duration::from_millis(1), Duration::from_millis(100));

impl Core {
    /// Applies one event: looks, decides, commits. Decides once; repeating is the caller's.
    pub(crate) async fn apply<F: Flow>(
        self: &Arc<Self>,
        scope: &Scope,
        target: Target<F>,
        event: F::Event,
        trigger: Trigger<'_>,
    ) -> Result<Applied, EngineError> {
        let unless_done = matches!(target, Target::Unfinished { .. });
        let (id, key, given) = match target {
            Target::New { id, key, flow } => (id, key, Given::New(flow)),
            Target::Unfinished { stored } => (stored.id, None, Given::Stored(Some(stored))),
            Target::Existing { id, stored } => (id, None, Given::Stored(stored)),
        };
        let mut turn = self.cells.turn(id).await;
        let (stored, mut flow, fresh) = match given {
            Given::New(flow) => (None, *flow, true),
            Given::Stored(claimed) => {
                let known = turn.latest().filter(|known| known.scope == *scope).cloned();
                let (stored, fresh) = match newest(known, claimed) {
                    Some(stored) => (stored, false),
                    None => match self.store.load(scope, id).await? {
                        Some(stored) => (stored, true),
                        None => return Ok(Applied::Missing),
                    },
                };
                if unless_done && stored.done {
                    return Ok(Applied::Conflict);
                }
                match read::<F>(&stored) {
                    Ok(flow) => (Some(stored), flow, fresh),
                    Err(error) => {
                        let refused =
                            Refusal { error: error.into(), id, revision: stored.revision };
                        return self.refused(scope, &mut turn, refused, fresh).await;
                    }
                }
            }
        };
        let now = self.clock.now();
        let wakes = matches!(trigger, Trigger::Wake(_));
        if wakes && !stored.as_ref().is_some_and(|stored| is_due(stored, now)) {
            return Ok(Applied::Done);
        }
        let step = match flow.on(event, now) {
            Ok(step) => step,
            Err(error) => {
                let revision = stored.as_ref().map_or(0, |stored| stored.revision);
                let refused = Refusal { error, id, revision };
                return self.refused(scope, &mut turn, refused, fresh).await;
            }
        };
        let decided = Decided { id, stored: stored.as_ref(), fresh, flow: &flow, key, now };
        let (commit, written) = self.plan(scope, decided, step, trigger)?;
        if commit.is_empty() {
            return Ok(Applied::Done);
        }
        // Until the commit has told its outcome, which it may not do: nothing is known of the flow.
        turn.set(None);
        match self.commit(commit).await {
            Ok(()) => {
                let changed = written.is_some();
                turn.set(written.or(stored));
                drop(turn);
                if changed {
                    self.watchers.changed(id);
                }
                Ok(Applied::Done)
            }
            Err(error) if error.kind == StoreErrorKind::Conflict => Ok(Applied::Conflict),
            Err(error) => Err(error.into()),
        }
    }

    /// A refusal counts only if the flow is still as it was when it refused: a snapshot that a
    /// claim or an earlier event on this node brought may be behind another node's.
    async fn refused(
        &self,
        scope: &Scope,
        turn: &mut Turn<'_>,
        refusal: Refusal,
        fresh: bool,
    ) -> Result<Applied, EngineError> {
        let Refusal { error, id, revision } = refusal;
        if !fresh {
            turn.set(None);
            match self.store.load(scope, id).await? {
                None => return Ok(Applied::Missing),
                Some(now) if now.revision != revision => return Ok(Applied::Conflict),
                now => turn.set(now),
            }
        }
        Ok(Applied::Refused { error, id, revision })
    }

    /// What an event writes; without a change of the flow, only what settles its trigger.
    fn plan<F: Flow>(
        &self,
        scope: &Scope,
        decided: Decided<'_, F>,
        step: Step<F::Effect>,
        trigger: Trigger<'_>,
    ) -> Result<(Commit, Option<StoredFlow>), EngineError> {
        let Decided { id, stored, fresh, flow, key, now } = decided;
        if let Some(error) = step.unwritten {
            return Err(EngineError::Encode(error));
        }
        let wakes = matches!(trigger, Trigger::Wake(_));
        let state = Payload::encode(flow).map_err(EngineError::Encode)?;
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
        write.keys = step.keys.into_iter().chain(key).collect();
        for wanted in &step.effects {
            let payload = Payload::encode(&wanted.effect).map_err(EngineError::Encode)?;
            let mut effect = NewEffect::new(wanted.lane, payload);
            if wanted.calls {
                effect = effect.calling(RequestId::from_uuid(self.ids.uuid()));
            }
            write.effects.push(effect);
        }
        write.bodies = step.bodies;
        let mut commit = Commit::at(scope.clone(), now).rows(step.rows);
        for note in step.notes {
            commit = commit.note(sent_by(id, &note), BodyId::fresh(self.ids.as_ref()));
        }
        match trigger {
            Trigger::Application { bodies } => {
                if write.bodies.keep {
                    write.new_bodies = bodies;
                }
            }
            Trigger::Work(lease) | Trigger::Wake(lease) => {
                commit = commit.settle(lease.clone(), Outcome::Done);
            }
            Trigger::Held(lease) => commit = commit.hold(lease.clone()),
        }
        let idle = stored.is_some_and(|stored| is_same_but_for_its_wake_up(stored, &write))
            && commit.rows.is_empty()
            && commit.notes.is_empty();
        let revision = stored.map_or(0, |stored| stored.revision);
        if idle && wakes && write.wake_at.is_some_and(|at| at <= now) {
            // Woken at once it would be woken for ever, and not woken at all it would lose what it
            // waits for.
            tracing::warn!(kind = F::KIND, flow = %id, "a wake-up had no effect and comes again");
            write.wake_at = Some(clock::later(now, IDLE_WAKE_PAUSE));
        } else if idle && stored.is_some_and(|stored| stored.wake_at == write.wake_at) {
            // A duplicate leaves no trace. That nothing changes was decided on this revision, and
            // holds for no other.
            let settles = matches!(commit.work, Some(WorkChange::Settle { .. }));
            let commit = if settles || !fresh { commit.guard(id, revision) } else { commit };
            return Ok((commit, None));
        }
        let written = StoredFlow {
            id,
            scope: scope.clone(),
            kind: F::KIND.to_owned(),
            version: write.version,
            state: write.state.clone(),
            revision: revision + 1,
            wake_at: write.wake_at,
            done: write.done,
            created_at: stored.map_or(now, |stored| stored.created_at),
            updated_at: now,
        };
        Ok((commit.write(id, revision, write), Some(written)))
    }

    /// Keeps how far an effect has come.
    pub(crate) async fn checkpoint<F>(
        &self,
        hold: &Hold<'_, F>,
        rows: Vec<RowChange>,
    ) -> Result<(), StoreError> {
        let scope = hold.lease.scope.clone();
        let commit = Commit::at(scope, self.clock.now()).rows(rows).hold(hold.lease.clone());
        self.store.commit(&commit).await.map(drop)
    }

    /// Tells the flow of an effect in progress something.
    pub(crate) async fn tell_held<F: Flow>(
        self: &Arc<Self>,
        hold: &Hold<'_, F>,
        claimed: &StoredFlow,
        event: F::Event,
    ) -> Result<(), EngineError> {
        let mut claimed = Some(claimed.clone());
        for tries in 1..=self.options.max_conflicts.max(1) {
            let target = Target::<F>::Existing { id: hold.flow, stored: claimed.take() };
            let trigger = Trigger::Held(hold.lease);
            match self.apply(&hold.lease.scope, target, event.clone(), trigger).await? {
                Applied::Done => return Ok(()),
                Applied::Missing => return Err(EngineError::NoSuchFlow { id: hold.flow }),
                Applied::Refused { error, .. } => return Err(error.into()),
                Applied::Conflict => self.pause_after_conflict(tries).await,
            }
        }
        Err(StoreError::new(StoreErrorKind::Conflict).into())
    }

    /// A lost race is run again, after a short pause that grows.
    pub(crate) async fn pause_after_conflict(&self, tries: u32) {
        match tries.checked_sub(2) {
            None | Some(0) => tokio::task::yield_now().await,
            Some(tries) => {
                // Different for each node, so that two do not meet again at the same moment.
                let seed = self
                    .holder
                    .bytes()
                    .fold(7_u64, |seed, byte| seed.wrapping_mul(31).wrapping_add(u64::from(byte)));
                tokio::time::sleep(CONFLICT_PAUSES.delay(tries, seed)).await;
            }
        }
    }
}

enum Given<F> {
    New(Box<F>),
    Stored(Option<StoredFlow>),
}

/// What a flow said to an event, at which revision.
struct Refusal {
    error: FlowError,
    id: FlowId,
    revision: u64,
}

/// A flow after an event, and what it was before.
struct Decided<'a, F> {
    id: FlowId,
    stored: Option<&'a StoredFlow>,
    /// Whether the store was asked for it in this turn.
    fresh: bool,
    flow: &'a F,
    key: Option<FlowKey>,
    now: DateTime<Utc>,
}

/// Whether nothing would change but when the flow is woken. A key that is named again counts as a
/// change, since only the store knows whether the flow has it.
fn is_same_but_for_its_wake_up(stored: &StoredFlow, write: &FlowWrite) -> bool {
    stored.state == write.state
        && stored.version == write.version
        && stored.done == write.done
        && write.keys.is_empty()
        && write.effects.is_empty()
        && write.new_bodies.is_empty()
        && write.bodies == Bodies::default()
}

fn newest(known: Option<StoredFlow>, claimed: Option<StoredFlow>) -> Option<StoredFlow> {
    match (known, claimed) {
        (Some(known), Some(claimed)) if claimed.revision > known.revision => Some(claimed),
        (Some(known), _) => Some(known),
        (None, claimed) => claimed,
    }
}

pub(crate) fn is_due(stored: &StoredFlow, now: DateTime<Utc>) -> bool {
    stored.wake_at.is_some_and(|at| at <= now)
}
