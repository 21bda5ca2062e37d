//! Why a step failed, in a form that can be stored and shown.

use abdm_core::client::CallError;
use abdm_core::error::{ApiError, ErrorCode};
use serde::{Deserialize, Serialize};

/// Why a step failed: ABDM's code, if it gave one, and a text that says what to do next. Holds no
/// personal values: long numbers in ABDM's texts are masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{text}")]
#[non_exhaustive]
pub struct Failure {
    /// ABDM's code.
    pub code: Option<ErrorCode>,
    /// What happened and what to do.
    pub text: String,
}

impl Failure {
    /// A failure that ABDM gave no code for.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self { code: None, text: text.into() }
    }

    /// Whether ABDM gave this code.
    #[must_use]
    pub fn has_code(&self, code: &str) -> bool {
        self.code.as_ref().is_some_and(|own| own == code)
    }
}

impl From<&CallError> for Failure {
    fn from(error: &CallError) -> Self {
        Self { code: error.code().cloned(), text: error.to_string() }
    }
}

impl From<&ApiError> for Failure {
    fn from(error: &ApiError) -> Self {
        Self { code: error.code().cloned(), text: error.to_string() }
    }
}
