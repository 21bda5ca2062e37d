//! Why ABDM did not do what was asked, as a flow keeps it.

use std::fmt;

use abdm_core::client::CallError;
use abdm_core::error::{ApiError, CallbackError, ErrorClass};
use serde::{Deserialize, Serialize};

/// Why ABDM did not do what was asked: code and text with the advice that belongs to them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Refusal {
    /// ABDM's code, for example `ABDM-1031`.
    pub code: Option<String>,
    /// What ABDM said and what to do about it, in words. Long numbers are masked.
    pub text: String,
    /// Whether asking the same again later may succeed without anybody's doing: ABDM's list of codes
    /// says "wait", or the fault is ABDM's own.
    #[serde(default)]
    pub retryable: bool,
}

impl Refusal {
    /// A refusal of our own making.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self { code: None, text: text.into(), retryable: false }
    }

    /// A refusal of our own making that may pass by itself.
    #[must_use]
    pub fn passing(text: impl Into<String>) -> Self {
        Self { retryable: true, ..Self::new(text) }
    }

    /// The refusal of a call.
    #[must_use]
    pub fn of_call(error: &CallError) -> Self {
        Self {
            code: error.code().map(ToString::to_string),
            text: error.to_string(),
            retryable: error.is_retryable(),
        }
    }

    /// The refusal that the callback `endpoint` brought.
    #[must_use]
    pub fn of_callback(endpoint: &'static str, path: &'static str, error: CallbackError) -> Self {
        let error = ApiError::from_callback(endpoint, path, error);
        let retryable = matches!(error.class(), ErrorClass::Wait | ErrorClass::UpstreamFault);
        let code = error.code().map(ToString::to_string);
        Self { code, text: error.to_string(), retryable }
    }

    /// Whether it speaks of our public key: another encoding may then be read (fidelius.md 3.5).
    #[must_use]
    pub fn is_about_the_key(&self) -> bool {
        let text = self.text.to_ascii_lowercase();
        [
            "key spec",
            "keyspec",
            "public key",
            "keymaterial",
            "key material",
            "keyvalue",
            "invalid key",
        ]
        .iter()
        .any(|word| text.contains(word))
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
