//! Why a step failed, in a form that can be stored and shown.

use abdm_core::client::CallError;
use abdm_core::error::{ApiError, ErrorClass, ErrorCode};
use serde::{Deserialize, Serialize};

/// Why a step failed: ABDM's code, if it gave one, and a text that says what to do next. Holds no
/// personal values: of ABDM's own texts only those stand in it that the catalogue has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{text}")]
#[non_exhaustive]
pub struct Failure {
    /// ABDM's code.
    pub code: Option<ErrorCode>,
    /// What kind of failure it is: who must act, and whether trying again can help.
    #[serde(default = "unclassified")]
    pub class: ErrorClass,
    /// What happened and what to do.
    pub text: String,
}

const fn unclassified() -> ErrorClass {
    ErrorClass::Unclassified
}

impl Failure {
    /// A failure that ABDM gave no code for.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self { code: None, class: ErrorClass::Unclassified, text: text.into() }
    }

    /// The same, of this class.
    #[must_use]
    pub const fn of_class(mut self, class: ErrorClass) -> Self {
        self.class = class;
        self
    }

    /// Nobody knows whether ABDM has an answer: no word of it came in time.
    pub(crate) fn unheard() -> Self {
        let failure = Self::new(
            "no word came whether ABDM has taken the answer: look whether it was set aside as a dead \
             letter",
        );
        failure.of_class(ErrorClass::UpstreamFault)
    }

    /// Whether the same wish may be fulfilled later without anybody acting.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        matches!(self.class, ErrorClass::Wait | ErrorClass::UpstreamFault)
    }

    /// Whether ABDM gave this code.
    #[must_use]
    pub fn has_code(&self, code: &str) -> bool {
        self.code.as_ref().is_some_and(|own| own == code)
    }
}

impl From<&CallError> for Failure {
    fn from(error: &CallError) -> Self {
        Self { code: error.code().cloned(), class: error.class(), text: error.to_string() }
    }
}

impl From<&ApiError> for Failure {
    fn from(error: &ApiError) -> Self {
        Self { code: error.code().cloned(), class: error.class(), text: error.to_string() }
    }
}
