//! The sentences of a desk, with a facility's own in place of some.

use std::collections::BTreeMap;

use super::Error;
use super::problem::Problem;

/// A language that every problem has a sentence in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Language {
    /// English.
    English,
    /// Hindi.
    Hindi,
}

/// The sentences, some of them replaced by the facility's own.
///
/// ```
/// use abha_enrollment::error::{Language, Problem, Texts};
/// let english = Language::English;
/// let texts = Texts::new().replace(Problem::NoAbha, english, "No ABHA yet. Create one now?");
/// assert_eq!(texts.text(Problem::NoAbha, english), "No ABHA yet. Create one now?");
/// assert_eq!(texts.text(Problem::WrongOtp, english), "The OTP is wrong. Please try again.");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Texts {
    own: BTreeMap<(Problem, Language), String>,
}

impl Texts {
    /// The built-in sentences.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with one sentence of the facility's own.
    #[must_use]
    pub fn replace(
        mut self,
        problem: Problem,
        language: Language,
        sentence: impl Into<String>,
    ) -> Self {
        self.own.insert((problem, language), sentence.into());
        self
    }

    /// The sentence to show for an error, with its reference number where
    /// [`Error::desk_text`] has one.
    #[must_use]
    pub fn of(&self, error: &Error, language: Language) -> String {
        match self.own.get(&(error.problem(), language)) {
            Some(own) => error.with_reference(own, language),
            None => error.desk_text(language),
        }
    }

    /// The sentence to show for a problem.
    #[must_use]
    pub fn text(&self, problem: Problem, language: Language) -> &str {
        self.own.get(&(problem, language)).map_or_else(|| problem.text(language), String::as_str)
    }
}
