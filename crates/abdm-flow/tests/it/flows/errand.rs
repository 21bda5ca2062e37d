//! A sample flow of the shape that ABDM's flows have: ask for a token, link with it, notify.

use abdm_flow::store::FlowKey;
use abdm_flow::{Flow, FlowError, SnapshotError, Step};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// How long the flow waits for a callback before it asks again.
pub(super) const PATIENCE: TimeDelta = TimeDelta::minutes(5);

/// How often it asks for the same thing.
pub(super) const TRIES: u32 = 6;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Errand {
    pub(super) state: State,
    /// Every event that changed something, in order.
    pub(super) log: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum State {
    New,
    Asking { tries: u32 },
    Linking { token: String, tries: u32 },
    Notifying { token: String },
    Done { token: String },
    GivenUp { what: String },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Event {
    Begin { name: String },
    Token(String),
    Linked,
    Notified,
    Failed,
    Nonsense,
    Woken,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Effect {
    Ask,
    Link { token: String },
    Notify { token: String },
}

impl Errand {
    pub(super) fn new() -> Self {
        Self { state: State::New, log: Vec::new() }
    }

    pub(super) fn key(name: &str) -> FlowKey {
        FlowKey::new("errand", name)
    }

    pub(super) fn is_done(&self) -> bool {
        matches!(self.state, State::Done { .. })
    }

    fn go(&mut self, event: &str, state: State) {
        self.log.push(event.to_owned());
        self.state = state;
    }
}

impl State {
    fn name(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Asking { .. } => "asking",
            Self::Linking { .. } => "linking",
            Self::Notifying { .. } => "notifying",
            Self::Done { .. } => "done",
            Self::GivenUp { .. } => "given up",
        }
    }
}

impl Flow for Errand {
    const KIND: &'static str = "test.errand";
    const VERSION: u32 = 3;
    type Event = Event;
    type Effect = Effect;

    fn on(&mut self, event: Event, now: DateTime<Utc>) -> Result<Step<Effect>, FlowError> {
        let wake_at = now + PATIENCE;
        match (self.state.clone(), event) {
            (State::New, Event::Begin { name }) => {
                self.go("begin", State::Asking { tries: 1 });
                let step = Step::nothing().call(Effect::Ask).wake_at(wake_at);
                Ok(step.key(Self::key(&name)))
            }
            (State::New, Event::Token(_)) => Err(FlowError::not_yet("new", "token")),
            (State::New | State::Asking { .. }, Event::Linked) => {
                Err(FlowError::not_yet(self.state.name(), "linked"))
            }
            (State::Asking { .. }, Event::Token(token)) => {
                self.go("token", State::Linking { token: token.clone(), tries: 1 });
                Ok(Step::nothing().call(Effect::Link { token }).wake_at(wake_at))
            }
            (State::Linking { token, .. }, Event::Linked) => {
                self.go("linked", State::Notifying { token: token.clone() });
                Ok(Step::nothing().effect(Effect::Notify { token }).no_wake())
            }
            (State::Notifying { token }, Event::Notified) => {
                self.go("notified", State::Done { token });
                Ok(Step::nothing().done())
            }
            (state, Event::Woken) => match state {
                State::Asking { tries } if tries < TRIES => {
                    self.go("woken", State::Asking { tries: tries + 1 });
                    Ok(Step::nothing().call(Effect::Ask).wake_at(wake_at))
                }
                State::Linking { token, tries } if tries < TRIES => {
                    self.go("woken", State::Linking { token: token.clone(), tries: tries + 1 });
                    Ok(Step::nothing().call(Effect::Link { token }).wake_at(wake_at))
                }
                State::Asking { .. } | State::Linking { .. } => {
                    let what = state.name().to_owned();
                    self.go("given up", State::GivenUp { what });
                    Ok(Step::nothing().done())
                }
                _ => Ok(Step::nothing()),
            },
            (state @ (State::Asking { .. } | State::Linking { .. }), Event::Failed) => {
                let what = state.name().to_owned();
                self.go("failed", State::GivenUp { what });
                Ok(Step::nothing().done())
            }
            (State::GivenUp { .. }, _) => Err(FlowError::Expired { what: "the errand" }),
            (state, Event::Nonsense) => Err(FlowError::not_valid(state.name(), "nonsense")),
            // Duplicates.
            _ => Ok(Step::nothing()),
        }
    }

    fn woken() -> Event {
        Event::Woken
    }

    fn upgrade(version: u32, state: serde_json::Value) -> Result<Self, SnapshotError> {
        // Version 2 was a bare token of an errand on its way to be linked.
        match (version, state) {
            (2, serde_json::Value::String(token)) => {
                Ok(Self { state: State::Linking { token, tries: 1 }, log: vec!["old".into()] })
            }
            _ => Err(SnapshotError::Version {
                kind: Self::KIND,
                found: version,
                known: Self::VERSION,
            }),
        }
    }
}
