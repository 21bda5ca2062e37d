//! What is wrong with a records file, and where.

use std::fmt;

/// How many problems are shown.
const SHOWN: usize = 20;

/// One problem.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordsProblem {
    /// Where: `patients[0].mobile`, `records[2].record.medications[0].name`, `line 7`.
    pub place: String,
    /// What, and what to write instead. Holds no value of the file.
    pub text: String,
}

impl RecordsProblem {
    pub(super) fn new(place: impl Into<String>, text: impl Into<String>) -> Self {
        Self { place: place.into(), text: text.into() }
    }
}

impl fmt::Display for RecordsProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.text)
    }
}

/// A records file that cannot be served, with every problem of it.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
pub struct RecordsError {
    /// The problems, in the order of the file.
    pub problems: Vec<RecordsProblem>,
}

impl RecordsError {
    pub(super) const fn new(problems: Vec<RecordsProblem>) -> Self {
        Self { problems }
    }
}

impl fmt::Display for RecordsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} problem(s) in the records:", self.problems.len())?;
        self.problems.iter().take(SHOWN).try_for_each(|problem| write!(f, "\n  {problem}"))?;
        match self.problems.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, "\n  and {more} more"),
        }
    }
}

/// In words, so that a `main` that returns it is readable.
impl fmt::Debug for RecordsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
