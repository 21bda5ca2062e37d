//! What a flow answers to an event.

use chrono::{DateTime, Utc};

use serde::Serialize;

use crate::store::{BodyId, FlowKey, NewRow, Note, Payload, PayloadError, RowChange, RowWrite};

/// The lane of every effect that names no other.
pub const MAIN_LANE: &str = "main";

/// What follows from an event, next to the changed state. Written in one transaction with it.
///
/// ```
/// use abdm_flow::Step;
/// use abdm_flow::store::FlowKey;
///
/// let step = Step::nothing().call("send").key(FlowKey::new("transaction", "t-1")).done();
/// assert_eq!(step.effects[0].effect, "send");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
#[non_exhaustive]
pub struct Step<E> {
    /// What is to be done. Within one lane, in this order.
    pub effects: Vec<Wanted<E>>,
    /// What other flows are to be told.
    pub notes: Vec<Note>,
    /// Why one of them cannot be: then nothing of the step is done.
    pub(crate) unwritten: Option<PayloadError>,
    /// When the flow wants to be woken.
    pub wake: Wake,
    /// Further names under which later messages will look for this flow.
    pub keys: Vec<FlowKey>,
    /// Rows that change together with the flow: what is listed, counted or grows.
    pub rows: Vec<RowChange>,
    /// What becomes of the bodies of messages.
    pub bodies: Bodies,
    /// Whether the flow has come to its end. A finished flow is kept until it is purged, still gets
    /// late messages, and its effects are still carried out; it has no wake-up and never reopens.
    pub done: bool,
}

/// An effect, and the lane in which it waits for its turn.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Wanted<E> {
    /// What is to be done.
    pub effect: E,
    /// Effects of one flow and one lane are carried out one after the other; lanes of one flow do
    /// not wait for each other.
    pub lane: &'static str,
    /// Whether it sends a call that is answered by a callback: then the `REQUEST-ID` of its first
    /// try is remembered in the same transaction.
    pub calls: bool,
}

/// What becomes of the bodies that a flow holds.
///
/// The body of a message dies with the message, unless its flow keeps it. A body that was kept dies
/// when its flow drops it, or is purged.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Bodies {
    /// The body of the message that brought the event stays, as the flow's own.
    pub keep: bool,
    /// These are no longer needed.
    pub drop: Vec<BodyId>,
    /// None is needed any more: for the duty to erase.
    pub drop_all: bool,
}

/// When a flow wants its [`woken`](crate::Flow::woken) event.
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
        Self {
            effects: Vec::new(),
            notes: Vec::new(),
            unwritten: None,
            wake: Wake::Keep,
            keys: Vec::new(),
            rows: Vec::new(),
            bodies: Bodies { keep: false, drop: Vec::new(), drop_all: false },
            done: false,
        }
    }

    /// Adds something to be done in the main lane, after what is there already.
    pub fn effect(self, effect: E) -> Self {
        self.effect_in(MAIN_LANE, effect)
    }

    /// Adds several things to be done in the main lane, in their order.
    pub fn effects(self, effects: impl IntoIterator<Item = E>) -> Self {
        effects.into_iter().fold(self, Self::effect)
    }

    /// Adds something to be done in a lane of its own, which waits for no other lane.
    pub fn effect_in(mut self, lane: &'static str, effect: E) -> Self {
        self.effects.push(Wanted { effect, lane, calls: false });
        self
    }

    /// Adds a call that is answered by a callback, in the main lane.
    pub fn call(self, effect: E) -> Self {
        self.call_in(MAIN_LANE, effect)
    }

    /// Adds a call that is answered by a callback, in a lane of its own.
    pub fn call_in(mut self, lane: &'static str, effect: E) -> Self {
        self.effects.push(Wanted { effect, lane, calls: true });
        self
    }

    /// Tells a flow of another kind something: a message in its inbox, put there with this step.
    /// Its host reads it by [`ReceiveContext::note`](crate::ReceiveContext::note), together with
    /// the id of the flow that tells. Notes have no order among each other.
    ///
    /// What has no JSON form undoes the whole step, like a state or an effect that has none.
    pub fn note<T: Serialize>(
        mut self,
        kind: &'static str,
        subject: &'static str,
        says: &T,
    ) -> Self {
        match Payload::encode(says) {
            Ok(payload) => self.notes.push(Note::new(kind, subject, payload)),
            Err(error) => self.unwritten = Some(error),
        }
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

    /// Changes a row together with the flow.
    pub fn row(mut self, row: RowChange) -> Self {
        self.rows.push(row);
        self
    }

    /// Writes a row, new or not, listed under `parent` at the place `sort`.
    ///
    /// What has no JSON form undoes the whole step, like a state or an effect that has none.
    pub fn put<T: Serialize>(
        mut self,
        table: &'static str,
        key: impl Into<String>,
        (parent, sort): (&str, i64),
        says: &T,
    ) -> Self {
        match Payload::encode(says) {
            Ok(payload) => {
                let row = NewRow::new(payload).under(parent, sort);
                self.rows.push(RowChange::put(table, key, row));
            }
            Err(error) => self.unwritten = Some(error),
        }
        self
    }

    /// The same for a row that may be forgotten from `until` on.
    pub fn put_until<T: Serialize>(
        self,
        table: &'static str,
        key: impl Into<String>,
        place: (&str, i64),
        until: DateTime<Utc>,
        says: &T,
    ) -> Self {
        let mut step = self.put(table, key, place, says);
        if let (None, Some(RowChange { write: RowWrite::Put(row), .. })) =
            (&step.unwritten, step.rows.last_mut())
        {
            row.expires_at = Some(until);
        }
        step
    }

    /// What follows from both, in this order. Where both say when to wake, the second counts.
    pub fn and(mut self, second: Self) -> Self {
        let Self { effects, notes, unwritten, wake, keys, rows, bodies, done } = second;
        self.effects.extend(effects);
        self.notes.extend(notes);
        self.unwritten = self.unwritten.or(unwritten);
        if wake != Wake::Keep {
            self.wake = wake;
        }
        self.keys.extend(keys);
        self.rows.extend(rows);
        self.bodies.keep |= bodies.keep;
        self.bodies.drop.extend(bodies.drop);
        self.bodies.drop_all |= bodies.drop_all;
        self.done |= done;
        self
    }

    /// Keeps the body that came with the event: that of its message, or the one that the
    /// application [delivered](crate::Handle::deliver_body) with it.
    pub fn keep_body(mut self) -> Self {
        self.bodies.keep = true;
        self
    }

    /// Lets go of a body that was kept.
    pub fn drop_body(mut self, body: BodyId) -> Self {
        self.bodies.drop.push(body);
        self
    }

    /// Lets go of every body that was kept.
    pub fn drop_bodies(mut self) -> Self {
        self.bodies.drop_all = true;
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

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn what_follows_from_two_steps_is_what_follows_from_each() {
        let at = DateTime::UNIX_EPOCH;
        let first = Step::nothing().effect("a").wake_at(at).keep_body();
        let second = Step::nothing().call("b").put("doc.row", "1", ("all", 0), &7).done();
        let both = first.clone().and(second);
        let effects: Vec<_> =
            both.effects.iter().map(|wanted| (wanted.effect, wanted.calls)).collect();
        assert_eq!(effects, [("a", false), ("b", true)]);
        assert_eq!((both.rows.len(), both.wake, both.bodies.keep), (1, Wake::At(at), true));
        assert!(both.done);
        assert_eq!(first.and(Step::nothing().no_wake()).wake, Wake::Clear);
    }

    #[test]
    fn a_row_that_may_be_forgotten_says_from_when_on() {
        let at = DateTime::UNIX_EPOCH;
        let step: Step<()> = Step::nothing().put_until("doc.row", "1", ("all", 0), at, &7);
        let [RowChange { write: RowWrite::Put(row), .. }] = &step.rows[..] else { panic!() };
        assert_eq!((row.expires_at, row.parent.as_deref()), (Some(at), Some("all")));
    }

    #[test]
    fn a_row_without_a_json_form_undoes_the_step_also_when_it_is_joined_to_another() {
        let no_json = std::collections::BTreeMap::from([((1, 2), 3)]);
        let step: Step<()> = Step::nothing().put("doc.row", "1", ("all", 0), &no_json);
        assert!(Step::nothing().and(step).unwritten.is_some());
    }
}
