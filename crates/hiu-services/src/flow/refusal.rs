//! Why ABDM did not do what was asked, as a flow keeps it.

use std::fmt;

use abdm_core::client::CallError;
use abdm_core::endpoint::Answers;
use abdm_core::error::{ApiError, CallbackError};
use serde::{Deserialize, Serialize};

/// Why ABDM did not do what was asked: code and text with the advice that belongs to them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Refusal {
    /// ABDM's code, for example `ABDM-1031`.
    pub code: Option<String>,
    /// What happened and what to do about it, in words, without a text that may name a person.
    pub text: String,
    /// Whether asking the same again later may succeed without anybody acting: ABDM's list of
    /// codes says "wait", or the fault is ABDM's own.
    #[serde(default)]
    pub retryable: bool,
    /// Whether ABDM's own text speaks of our public key.
    #[serde(default)]
    about_the_key: bool,
}

impl Refusal {
    /// A refusal of our own making.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self { code: None, text: text.into(), retryable: false, about_the_key: false }
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
            code: error.code().map(|code| code.as_str().to_owned()),
            text: error.to_string(),
            retryable: error.is_retryable(),
            about_the_key: error.api().is_some_and(is_about_the_key),
        }
    }

    /// The refusal that the callback `E` brought.
    #[must_use]
    pub fn of_callback<E: Answers>(error: CallbackError) -> Self {
        let error = ApiError::from_callback::<E>(error);
        Self {
            code: error.code().map(|code| code.as_str().to_owned()),
            text: error.to_string(),
            retryable: error.is_retryable(),
            about_the_key: is_about_the_key(&error),
        }
    }

    /// Whether it speaks of our public key: another encoding may then be read (fidelius.md 3.5).
    #[must_use]
    pub const fn is_about_the_key(&self) -> bool {
        self.about_the_key
    }
}

fn is_about_the_key(error: &ApiError) -> bool {
    let words = [
        "key spec",
        "keyspec",
        "public key",
        "keymaterial",
        "key material",
        "keyvalue",
        "invalid key",
    ];
    error.entries().iter().any(|entry| {
        let text = entry.message.to_ascii_lowercase();
        words.iter().any(|word| text.contains(word))
    })
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
