//! A way through a flow, on which states are kept.
#![expect(clippy::panic, reason = "for tests")]

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::{Kept, KeptEffect, KeptNote};
use crate::store::Note;
use crate::{Flow, FlowError, Step, Wake, Wanted};

/// A flow that is led by hand, through snapshots as an engine does it.
#[derive(Debug)]
pub struct Walk<F> {
    /// The flow as it is now.
    pub flow: F,
    /// The instant.
    pub now: DateTime<Utc>,
    pub(super) wake_at: Option<DateTime<Utc>>,
    pub(super) done: bool,
    pub(super) effects: Vec<KeptEffect>,
    pub(super) notes: Vec<KeptNote>,
    pub(super) kept: Vec<(String, Kept)>,
}

impl<F: Flow> Walk<F> {
    /// It begins with this flow, at this instant.
    #[must_use]
    pub const fn new(flow: F, now: DateTime<Utc>) -> Self {
        Self {
            flow,
            now,
            wake_at: None,
            done: false,
            effects: Vec::new(),
            notes: Vec::new(),
            kept: Vec::new(),
        }
    }

    /// It goes on from what was kept.
    pub(super) fn from_kept(flow: F, kept: &Kept) -> Self {
        let (effects, notes) = (kept.effects.clone(), kept.notes.clone());
        let (wake_at, done) = (kept.wake_at, kept.done);
        Self { wake_at, done, effects, notes, ..Self::new(flow, kept.at) }
    }

    /// Something happens.
    ///
    /// # Errors
    /// The flow's. It is then as before.
    pub fn try_on(&mut self, event: F::Event) -> Result<(), FlowError> {
        let mut flow: F = of_json(json(&self.flow));
        let step: Step<F::Effect> = flow.on(event, self.now)?;
        self.flow = flow;
        self.done |= step.done;
        match step.wake {
            _ if self.done => self.wake_at = None,
            Wake::At(at) => self.wake_at = Some(at),
            Wake::Clear => self.wake_at = None,
            Wake::Keep => {}
        }
        let effect = |wanted: &Wanted<F::Effect>| KeptEffect {
            lane: wanted.lane.to_owned(),
            effect: json(&wanted.effect),
        };
        self.effects = step.effects.iter().map(effect).collect();
        let note = |note: &Note| KeptNote {
            kind: note.kind.to_owned(),
            subject: note.subject.to_owned(),
            says: note.payload.decode().unwrap_or_default(),
        };
        self.notes = step.notes.iter().map(note).collect();
        Ok(())
    }

    /// Something happens that the flow takes.
    ///
    /// # Panics
    /// When it does not.
    #[must_use]
    pub fn on(mut self, event: F::Event) -> Self {
        let told = format!("{event:?}");
        self.try_on(event).unwrap_or_else(|error| panic!("{}: {told}: {error}", F::KIND));
        self
    }

    /// Time passes.
    #[must_use]
    pub fn after(mut self, time: TimeDelta) -> Self {
        self.now += time;
        self
    }

    /// The flow is woken, when it wants to be.
    ///
    /// # Panics
    /// When it does not want to be woken.
    #[must_use]
    pub fn woken(mut self) -> Self {
        let Some(at) = self.wake_at.take() else {
            panic!("{} does not want to be woken: {:?}", F::KIND, self.flow)
        };
        self.now = self.now.max(at);
        self.on(F::woken())
    }

    /// Keeps the present state under this name.
    #[must_use]
    pub fn keep(mut self, name: &str) -> Self {
        let kept = Kept {
            at: self.now,
            wake_at: self.wake_at,
            done: self.done,
            state: json(&self.flow),
            effects: self.effects.clone(),
            notes: self.notes.clone(),
        };
        self.kept.push((name.to_owned(), kept));
        self
    }
}

fn json<T: serde::Serialize>(value: &T) -> Value {
    serde_json::to_value(value).unwrap_or_else(|error| panic!("it has no JSON form: {error}"))
}

fn of_json<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap_or_else(|error| panic!("it does not read: {error}"))
}
