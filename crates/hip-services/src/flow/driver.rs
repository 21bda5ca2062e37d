//! Drives one flow through events and time, for the tests of the flows.

use abdm_core::flow::{Flow, FlowError, Step, Wake};
use chrono::{DateTime, TimeDelta, Utc};

/// A flow, its clock and its wake-up: what a runner keeps, without store and network.
#[derive(Debug)]
pub(crate) struct Driver<F: Flow> {
    pub(crate) flow: F,
    pub(crate) now: DateTime<Utc>,
    pub(crate) wake: Option<DateTime<Utc>>,
    pub(crate) done: bool,
}

impl<F: Flow> Driver<F> {
    pub(crate) fn new(flow: F) -> Self {
        let now = "2026-09-14T09:00:00Z".parse().unwrap();
        Self { flow, now, wake: None, done: false }
    }

    /// Applies one event, through a snapshot as the runner does.
    pub(crate) fn on(&mut self, event: F::Event) -> Result<Vec<F::Effect>, FlowError> {
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
        Ok(step.effects)
    }

    /// Lets time pass, waking the flow whenever it wants.
    pub(crate) fn pass(&mut self, time: TimeDelta) -> Vec<F::Effect> {
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
    pub(crate) fn until_woken(&mut self) -> Vec<F::Effect> {
        let wait = self.wake.map_or(TimeDelta::zero(), |at| at - self.now);
        self.pass(wait.max(TimeDelta::zero()))
    }
}
