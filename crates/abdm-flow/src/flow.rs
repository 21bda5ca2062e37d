//! What a flow is.

use std::fmt::Debug;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{FlowError, SnapshotError, Step};

/// A state machine that survives restarts.
///
/// The value itself is the state: it is written as JSON after each event, and read back before the
/// next. Everything a flow needs to know comes in through its events, time included; everything it
/// wants done goes out as effects. So the same events always lead to the same end, which is what
/// the property tests of each flow check with shuffled, doubled and dropped events.
///
/// # Rules for `on`
/// - A duplicate of something already dealt with is [`Step::nothing`], not an error.
/// - An event that may become valid is [`FlowError::NotYet`], one that never will is
///   [`FlowError::NotValid`].
/// - Whenever the flow waits for somebody, it sets a wake-up: a callback may never come.
/// - After an error the changes made to `self` are thrown away.
///
/// ```
/// use abdm_flow::{Flow, FlowError, Step};
/// use chrono::{DateTime, TimeDelta, Utc};
/// use serde::{Deserialize, Serialize};
///
/// /// Asks a question and waits a minute for the answer.
/// #[derive(Debug, Serialize, Deserialize)]
/// enum Question { New, Asked, Answered { text: String }, Silent }
///
/// #[derive(Debug, Clone)]
/// enum Event { Ask, Answer(String), Woken }
///
/// #[derive(Debug, Serialize, Deserialize)]
/// enum Effect { Send }
///
/// impl Flow for Question {
///     const KIND: &'static str = "doc.question";
///     const VERSION: u32 = 1;
///     type Event = Event;
///     type Effect = Effect;
///
///     fn on(&mut self, event: Event, now: DateTime<Utc>) -> Result<Step<Effect>, FlowError> {
///         match (&*self, event) {
///             (Question::New, Event::Ask) => {
///                 *self = Question::Asked;
///                 Ok(Step::nothing().call(Effect::Send).wake_at(now + TimeDelta::minutes(1)))
///             }
///             (Question::New, Event::Answer(_)) => Err(FlowError::not_yet("new", "answer")),
///             (Question::Asked, Event::Answer(text)) => {
///                 *self = Question::Answered { text };
///                 Ok(Step::nothing().done())
///             }
///             (Question::Asked, Event::Woken) => {
///                 *self = Question::Silent;
///                 Ok(Step::nothing().done())
///             }
///             // Duplicates and late wake-ups change nothing.
///             _ => Ok(Step::nothing()),
///         }
///     }
///
///     fn woken() -> Event { Event::Woken }
/// }
/// ```
pub trait Flow: Serialize + DeserializeOwned + Debug + Send + Sync + Sized + 'static {
    /// The kind, in the form `role.what`: `hip.link`, `hiu.consent`. Part of what is stored: never
    /// change it.
    const KIND: &'static str;

    /// The version of the snapshot. Raise it when an older snapshot no longer reads, and teach
    /// [`upgrade`](Flow::upgrade) the older one.
    const VERSION: u32;

    /// What can happen to the flow. Never stored, so that it may carry what must not be written
    /// down; cloned when a commit is lost to another node and the event is applied again.
    type Event: Clone + Debug + Send + Sync + 'static;

    /// What the flow wants done: a call sent, a hook asked. Stored in the outbox until it is done.
    type Effect: Serialize + DeserializeOwned + Debug + Send + Sync + 'static;

    /// Takes one event.
    ///
    /// # Errors
    /// See [`FlowError`]; the rules are above.
    fn on(
        &mut self,
        event: Self::Event,
        now: DateTime<Utc>,
    ) -> Result<Step<Self::Effect>, FlowError>;

    /// The event of a wake-up that the flow had asked for.
    fn woken() -> Self::Event;

    /// Reads a snapshot of an older version.
    ///
    /// # Errors
    /// The default refuses every version but the present one.
    fn upgrade(version: u32, state: serde_json::Value) -> Result<Self, SnapshotError> {
        drop(state);
        Err(SnapshotError::Version { kind: Self::KIND, found: version, known: Self::VERSION })
    }
}
