//! What a flow answers to an event.

use chrono::{DateTime, Utc};

use crate::flow::FlowKey;

/// What follows from an event, next to the changed state. Written in one transaction with it.
///
/// ```
/// use abdm_core::flow::{FlowKey, Step};
///
/// let step = Step::nothing().effect("send").key(FlowKey::new("transaction", "t-1")).done();
/// assert_eq!(step.effects, ["send"]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
#[non_exhaustive]
pub struct Step<E> {
    /// What is to be done, in this order.
    pub effects: Vec<E>,
    /// When the flow wants to be woken.
    pub wake: Wake,
    /// Further names under which later messages will look for this flow.
    pub keys: Vec<FlowKey>,
    /// Whether the flow has come to its end. A finished flow is kept until it is purged, still gets
    /// late messages, and its effects are still carried out; it has no wake-up and never reopens.
    pub done: bool,
}

/// When a flow wants its [`woken`](crate::flow::Flow::woken) event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Wake {
    /// As before. After a wake-up there is no "before" any more: it was used up.
    #[default]
    Keep,
    /// At this instant, in place of the one before.
    At(DateTime<Utc>),
    /// Not at all.
    Clear,
}

impl<E> Step<E> {
    /// Nothing follows: the event was a duplicate, or only the state changed.
    pub const fn nothing() -> Self {
        Self { effects: Vec::new(), wake: Wake::Keep, keys: Vec::new(), done: false }
    }

    /// Adds something to be done, after what is there already.
    pub fn effect(mut self, effect: E) -> Self {
        self.effects.push(effect);
        self
    }

    /// Adds several things to be done, in this order.
    pub fn effects(mut self, effects: impl IntoIterator<Item = E>) -> Self {
        self.effects.extend(effects);
        self
    }

    /// Asks to be woken at `at`.
    pub fn wake_at(mut self, at: DateTime<Utc>) -> Self {
        self.wake = Wake::At(at);
        self
    }

    /// Asks not to be woken any more.
    pub fn no_wake(mut self) -> Self {
        self.wake = Wake::Clear;
        self
    }

    /// Adds a name under which later messages will look for this flow.
    pub fn key(mut self, key: FlowKey) -> Self {
        self.keys.push(key);
        self
    }

    /// Ends the flow.
    pub fn done(mut self) -> Self {
        self.done = true;
        self
    }
}

impl<E> Default for Step<E> {
    fn default() -> Self {
        Self::nothing()
    }
}
