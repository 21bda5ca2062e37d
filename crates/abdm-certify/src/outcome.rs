//! How a case ends, and what ends one early.

use std::error::Error;
use std::panic::Location;

use crate::place::PlaceError;

/// How a case ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// Everything that NHA's tester looks for was there.
    Passed,
    /// Something was not.
    Failed {
        /// What, and where in the case. It holds no secret.
        reason: String,
    },
    /// The place does not have what the case needs. That tells nothing about the software.
    NotPossible {
        /// What is missing.
        why: String,
    },
}

impl Outcome {
    pub(crate) fn failed(reason: impl Into<String>) -> Self {
        Self::Failed { reason: reason.into() }
    }

    /// The reason of a failure, or what the place has not.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Passed => None,
            Self::Failed { reason: told } | Self::NotPossible { why: told } => Some(told),
        }
    }
}

/// Ends a case before its last step.
///
/// Every error of the SDK becomes one by `?`, with the line of the case where that happened.
#[derive(Debug)]
pub(crate) enum Stop {
    /// What was looked for is not there.
    Failed(String),
    /// The place cannot do what comes next.
    NotPossible(String),
}

impl Stop {
    /// A failure at the line of the caller.
    #[track_caller]
    pub(crate) fn failed(what: &str) -> Self {
        let place = Location::caller();
        Self::Failed(format!("{what} ({}:{})", place.file(), place.line()))
    }
}

impl From<Stop> for Outcome {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Failed(reason) => Self::Failed { reason },
            Stop::NotPossible(why) => Self::NotPossible { why },
        }
    }
}

impl<E: Error + 'static> From<E> for Stop {
    #[track_caller]
    fn from(error: E) -> Self {
        let first: &(dyn Error + 'static) = &error;
        if let Some(PlaceError::NotPossible(why)) = first.downcast_ref() {
            return Self::NotPossible(why.clone());
        }
        Self::failed(&format!("an error where none was expected: {}", with_causes(first)))
    }
}

/// An error's text with those of its causes.
pub(crate) fn with_causes(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(behind) = cause {
        text = format!("{text}: {behind}");
        cause = behind.source();
    }
    text
}

/// What must be there.
pub(crate) trait Present<T> {
    /// The value, or the end of the case.
    fn present(self) -> Result<T, Stop>;
}

impl<T> Present<T> for Option<T> {
    #[track_caller]
    fn present(self) -> Result<T, Stop> {
        match self {
            Some(value) => Ok(value),
            None => Err(Stop::failed("something is missing that must be there")),
        }
    }
}

/// What must be refused.
pub(crate) trait Refused<E> {
    /// The refusal, or the end of the case.
    fn refused(self) -> Result<E, Stop>;
}

impl<T, E> Refused<E> for Result<T, E> {
    #[track_caller]
    fn refused(self) -> Result<E, Stop> {
        match self {
            Ok(_) => Err(Stop::failed("what must be refused was accepted")),
            Err(error) => Ok(error),
        }
    }
}

/// Ends the case unless this holds. Its words stand in the report, its values do not: for whatever a
/// person could be known by.
macro_rules! ensure {
    ($holds:expr $(, $why:literal)?) => {
        if !$holds {
            return Err($crate::outcome::Stop::failed(concat!(
                "does not hold: ", stringify!($holds) $(, " (", $why, ")")?
            )));
        }
    };
}

/// Ends the case unless these two are equal. Both values stand in the report.
macro_rules! ensure_eq {
    ($found:expr, $expected:expr $(, $why:literal)?) => {
        match (&$found, &$expected) {
            (found, expected) if *found == *expected => {}
            (found, expected) => {
                let what = concat!(stringify!($found) $(, " (", $why, ")")?);
                let text = format!("{what} is {found:?} and should be {expected:?}");
                return Err($crate::outcome::Stop::failed(&text));
            }
        }
    };
}

pub(crate) use {ensure, ensure_eq};

#[cfg(test)]
mod tests {
    use super::*;

    fn case(found: u8, told: Option<&str>) -> Result<(), Stop> {
        ensure_eq!(found, 1, "one call");
        let name = told.present()?;
        ensure!(name == "Asha Kumari", "the form is filled");
        Ok(())
    }

    fn reason(stopped: Result<(), Stop>) -> String {
        match stopped {
            Err(Stop::Failed(reason)) => reason,
            other => panic!("no failure: {other:?}"),
        }
    }

    #[test]
    fn a_failed_check_names_its_words_and_its_line() {
        let reason = reason(case(2, None));
        assert!(reason.starts_with("found (one call) is 2 and should be 1 ("), "{reason}");
        assert!(reason.contains("outcome.rs:"), "{reason}");
    }

    #[test]
    fn a_failed_check_of_a_person_does_not_name_them() {
        let reason = reason(case(1, Some("Meera Sample")));
        assert!(reason.contains("(the form is filled)"), "{reason}");
        assert!(!reason.contains("Meera"), "{reason}");
    }

    #[test]
    fn an_error_ends_a_case_at_the_line_of_its_question_mark() {
        fn read() -> Result<(), Stop> {
            "x".parse::<u8>()?;
            Ok(())
        }
        let (line, reason) = (line!() - 3, reason(read()));
        assert!(reason.contains(&format!("outcome.rs:{line}")), "{reason}");
    }

    #[test]
    fn what_a_place_cannot_do_is_no_failure() {
        let stop = Stop::from(PlaceError::NotPossible("nobody reads the mail".to_owned()));
        assert!(matches!(stop, Stop::NotPossible(why) if why == "nobody reads the mail"));
        assert!(matches!(Stop::from(PlaceError::Failed("x".to_owned())), Stop::Failed(_)));
    }
}
