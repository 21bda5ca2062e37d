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

    /// Begins the step: until its outcome is noted it is unknown. So it stays when the future that
    /// takes the step is dropped, and when its value is saved meanwhile.
    pub(crate) fn begin(&mut self) -> Result<(), Error> {
        self.check()?;
        self.0 = Some(Over::OutcomeUnknown);
        Ok(())
    }

    /// Notes the outcome of the step. A refusal leaves it open.
    pub(crate) fn tried<T>(&mut self, outcome: Result<T, Error>) -> Result<T, Error> {
        self.0 = match &outcome {
            Ok(_) => Some(Over::Accepted),
            Err(error) if error.problem() == Problem::OutcomeUnknown => Some(Over::OutcomeUnknown),
            Err(_) => None,
        };
        outcome
    }
}
