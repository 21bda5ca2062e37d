//! A step that must not be taken twice.

use serde::{Deserialize, Serialize};

use crate::error::{Error, Problem};

/// Whether a step that creates something may still be taken.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Once(Option<Over>);

/// Why it may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Over {
    Accepted,
    OutcomeUnknown,
}

impl Once {
    /// A step that was not taken yet.
    pub(crate) const OPEN: Self = Self(None);

    /// Refuses a step that was accepted, or of which nobody knows whether it was.
    pub(crate) fn check(self) -> Result<(), Error> {
        match self.0 {
            None => Ok(()),
            Some(Over::Accepted) => Err(Error::new(Problem::TransactionOver)),
            Some(Over::OutcomeUnknown) => Err(Error::new(Problem::OutcomeUnknown)),
        }
    }

    /// Notes the outcome of the step. A refusal leaves it open.
    pub(crate) fn tried<T>(&mut self, outcome: Result<T, Error>) -> Result<T, Error> {
        if outcome.is_ok() {
            self.0 = Some(Over::Accepted);
        }
        self.noted(outcome)
    }

    /// Notes what a failure says, also one of another step on the way.
    pub(crate) fn noted<T>(&mut self, outcome: Result<T, Error>) -> Result<T, Error> {
        if let Err(error) = &outcome
            && error.problem() == Problem::OutcomeUnknown
        {
            self.0 = Some(Over::OutcomeUnknown);
        }
        outcome
    }
}
