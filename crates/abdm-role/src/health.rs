//! The health of a bridge, as it is reported.

use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::json;

/// The health of a bridge. Numbers and states; no id, no name, no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Health {
    /// Whether it has been asked to end.
    pub stopping: bool,
    /// Whether its work has ever begun in this process.
    pub began: bool,
    /// Whether the work of all roles goes on.
    pub running: bool,
    /// Whether the store answers, and work can be done with it.
    pub store: StoreState,
    /// Whether ABDM gives a session. Without one nothing can be sent, and callbacks can be checked
    /// only while the gateway's keys are known; what comes is stored all the same.
    pub session: SessionState,
    /// How many messages and effects wait, those in progress included.
    pub waiting: u64,
    /// For how long the oldest of them has waited.
    pub oldest: Option<Duration>,
    /// How many dead letters there are.
    pub dead_letters: u64,
}

/// Whether the store answers, and work can be done with it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum StoreState {
    /// It answers, and is good.
    Reachable,
    /// It does not answer, for this reason.
    Unreachable(String),
    /// It answers, and no work can be done with it, for this reason: it was sealed with another key,
    /// say.
    Unusable(String),
}

/// Whether ABDM gives a session.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SessionState {
    /// There is one, good until then.
    Good(DateTime<Utc>),
    /// There is none, for this reason.
    Missing(String),
}

impl Health {
    /// Whether callbacks may be sent here: it works, its store answers and opens, and nobody has
    /// asked it to end. ABDM's own state makes no difference, since another node would have none either.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        !self.stopping && self.running && self.store == StoreState::Reachable
    }

    /// Whether the program should go on as it is: false when its work has ended and nobody asked
    /// for it. A restart helps then; where the store is out of reach it would not.
    #[must_use]
    pub const fn is_alive(&self) -> bool {
        self.running || self.stopping || !self.began
    }

    /// What an operator should look at, in words; empty when all is well.
    #[must_use]
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        if self.stopping {
            problems.push("the program is about to end".to_owned());
        } else if !self.running {
            let why = if self.began {
                "its work has stopped: restart the program"
            } else {
                "its work has not begun: is `run` or `serve` awaited?"
            };
            problems.push(why.to_owned());
        }
        if let StoreState::Unreachable(why) | StoreState::Unusable(why) = &self.store {
            problems.push(format!("the store: {why}"));
        }
        if let SessionState::Missing(why) = &self.session {
            problems.push(format!("no session with ABDM: {why}"));
        }
        if self.dead_letters > 0 {
            problems.push(format!("{} dead letters: look, and replay them", self.dead_letters));
        }
        problems
    }

    /// All of it as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        let good_until = match &self.session {
            SessionState::Good(until) => Some(until.to_rfc3339_opts(SecondsFormat::Secs, true)),
            SessionState::Missing(_) => None,
        };
        json!({
            "ready": self.is_ready(),
            "stopping": self.stopping,
            "running": self.running,
            "storeReachable": !matches!(self.store, StoreState::Unreachable(_)),
            "storeUsable": self.store == StoreState::Reachable,
            "sessionGoodUntil": good_until,
            "waiting": self.waiting,
            "oldestSeconds": self.oldest.map(|age| age.as_secs()),
            "deadLetters": self.dead_letters,
            "problems": self.problems(),
        })
        .to_string()
    }
}
