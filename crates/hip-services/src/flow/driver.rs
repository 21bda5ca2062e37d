//! Drives one flow through events and time, for the tests of the flows.

use abdm_flow::store::Note;
use abdm_flow::{Flow, FlowError, Step, Wake};
use chrono::{DateTime, TimeDelta, Utc};

/// A flow under test: what comes out of it.
pub(crate) trait Watched: Flow {
    /// An effect, or a note to another flow.
    type Seen: From<Self::Effect>;

    /// A note as the other flow's host reads it.
    fn told(note: &Note) -> Self::Seen {
        panic!("{note:?} was not expected")
    }
}

/// A flow, its clock and its wake-up: what an engine keeps, without store and network.
#[derive(Debug)]
pub(crate) struct Driver<F: Watched> {
    pub(crate) flow: F,
    pub(crate) now: DateTime<Utc>,
    pub(crate) wake: Option<DateTime<Utc>>,
    pub(crate) done: bool,
}

impl<F: Watched> Driver<F> {
    pub(crate) fn new(flow: F) -> Self {
        let now = "2026-09-14T09:00:00Z".parse().unwrap();
        Self { flow, now, wake: None, done: false }
    }

    /// Applies one event, through a snapshot as the engine does.
    pub(crate) fn on(&mut self, event: F::Event) -> Result<Vec<F::Seen>, FlowError> {
        let snapshot = serde_json::to_string(&self.flow).unwrap();
        let mut flow: F = serde_json::from_str(&snapshot).unwrap();
        let step: Step<F::Effect> = flow.on(event, self.now)?;
        self.flow = flow;
        self.done |= step.done;
        match step.wake {
            _ if self.done => self.wake = None,
            Wake::At(at) => self.wake = Some(at),
            Wake::Clear => self.wake = None,
            _ => {}
        }
        let effects = step.effects.into_iter().map(|wanted| wanted.effect.into());
        Ok(effects.chain(step.notes.iter().map(F::told)).collect())
    }

    /// Lets time pass, waking the flow whenever it wants.
    pub(crate) fn pass(&mut self, time: TimeDelta) -> Vec<F::Seen> {
        let until = self.now + time;
        let mut effects = Vec::new();
        while let Some(at) = self.wake.filter(|at| *at <= until) {
            self.now = at.max(self.now);
            self.wake = None;
            effects.extend(self.on(F::woken()).unwrap());
        }
        self.now = until;
        effects
    }

    /// Lets time pass until the flow next wakes.
    pub(crate) fn until_woken(&mut self) -> Vec<F::Seen> {
        let wait = self.wake.map_or(TimeDelta::zero(), |at| at - self.now);
        self.pass(wait.max(TimeDelta::zero()))
    }
}
