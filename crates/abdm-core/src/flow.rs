//! Durable flows: what has happened, what is to be done, and nothing lost in between.
//!
//! An exchange with ABDM is never one call. A link, a consent, a transfer is a handful of calls and
//! callbacks over minutes or days, in which callbacks come twice, in the wrong order, late or never
//! (gateway.md 8), and in which our own process may be restarted at any moment.
//!
//! Each such exchange is a [`Flow`]: a pure state machine, without clock, network or randomness.
//! The [`Runner`] moves it: it takes what arrived, lets the flow decide, and writes the new state,
//! the settled message and the work to be done in **one** transaction of a
//! [`FlowStore`](crate::store::FlowStore). Only then are the effects carried out.
//!
//! ```text
//!  callback ──► accept ──► inbox ─┐                            ┌─► outbox ──► FlowHost::perform
//!                (202 now)        ├─► Flow::on ──► one commit ─┤                    │
//!  timer ───────► wake_at ────────┤   (pure)                   └─► state, wake_at   │
//!                                 └────────────────── event ◄───────────────────────┘
//! ```
//!
//! | what goes wrong | what happens |
//! |---|---|
//! | a callback comes twice | known by endpoint and `REQUEST-ID`, or by its [`FlowKey`] |
//! | it comes too early | [`FlowError::NotYet`]: it is offered again after the next change |
//! | it never comes | the flow's [`Wake`] fires and the flow decides |
//! | it cannot be understood | a dead letter with its reason, which can be replayed |
//! | a hook or a call hangs | broken off after a while without progress, and tried again |
//! | the process is killed | every claim is a lease; after it ends the work is taken up again |
//! | two nodes touch one flow | the revision decides; the loser looks again and decides anew |
//!
//! Effects are carried out **at least once** and, within one flow, in the order in which they were
//! written. Events are applied **exactly once** for each message and each effect.
//!
//! # One runner for each kind of flow
//! A store is shared by all kinds of flow; a [`Runner`] serves one kind, and claims only its own
//! kind's work. A facility that has a link flow, a consent flow and a transfer flow has three
//! runners over one store. Whoever receives a callback hands it to [`Runner::accept`] of the kind
//! that the endpoint belongs to; where one endpoint answers several kinds,
//! [`FlowStore::find_request`](crate::store::FlowStore::find_request) tells whose call it answers.

mod backoff;
mod error;
mod flows;
mod host;
mod key;
mod runner;
mod step;

use std::fmt::Debug;

use chrono::{DateTime, Utc};
use serde::{Serialize, de::DeserializeOwned};

pub use self::backoff::Backoff;
pub use self::error::{FlowError, SnapshotError};
pub use self::flows::{Flows, Found, ReadFlowError};
pub use self::host::{
    Address, EffectContext, EffectFailure, FailureAction, FlowHost, ReceiveError, Received,
};
pub use self::key::{FlowId, FlowKey};
pub use self::runner::{Runner, RunnerError, RunnerOptions, Started, WaitError};
pub use self::step::{Step, Wake};
#[cfg(any(test, feature = "testing"))]
pub use abdm_base::VirtualClock;

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
/// use abdm_core::flow::{Flow, FlowError, Step};
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
///                 Ok(Step::nothing().effect(Effect::Send).wake_at(now + TimeDelta::minutes(1)))
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
