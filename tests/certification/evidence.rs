//! What a case leaves behind for whoever writes the report: one JSON file, in the form that
//! `EVIDENCE.md` beside this file describes.
//!
//! These types are that form. A field that is added does not change the version; one that changes its
//! meaning or goes does.

use abdm_core::clock::format_timestamp;
use abdm_sandbox::transcript::Exchange;
use abha_enrollment::Error;
use abha_enrollment::error::Language;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::cases::Status;

/// The name and version of the form.
pub(crate) const FORM: &str = "abdm-certification/1";

/// One case: what was asked, what was done, what came of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Evidence {
    /// Always [`FORM`].
    pub(crate) form: String,
    /// `M1`.
    pub(crate) milestone: String,
    /// NHA's id.
    pub(crate) case: String,
    /// The name of the file, which tells two cases of one id apart.
    pub(crate) key: String,
    /// What NHA asks, in our words.
    pub(crate) asks: String,
    pub(crate) status: Status,
    /// For whom, and when, where the status alone does not say it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) condition: Option<String>,
    /// The test that plays it.
    pub(crate) test: String,
    /// Which software was shown.
    pub(crate) sdk: String,
    /// Against which server.
    pub(crate) server: String,
    pub(crate) outcome: Outcome,
    /// When the file was made, by the machine's clock.
    pub(crate) recorded_at: DateTime<Utc>,
    /// How long it took, in milliseconds.
    pub(crate) took_ms: u64,
    /// What was done, in order.
    pub(crate) steps: Vec<Step>,
}

/// How a case ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Outcome {
    /// Everything that NHA's tester looks for was there.
    Shown,
    /// Something was not; the last step tells how far it came.
    Failed,
}

/// One step at the desk, with what the screen can show after it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Step {
    /// Counted from 1.
    pub(crate) number: usize,
    /// When, by the clock of the desk: cases move it.
    #[serde(with = "abdm_core::lenient::instant")]
    pub(crate) at: DateTime<Utc>,
    /// What the operator or the person does.
    pub(crate) action: String,
    pub(crate) screen: Screen,
    /// The calls that the step caused, masked as in a transcript. Empty: nothing was sent.
    pub(crate) exchanges: Vec<Exchange>,
}

/// What the facility's screen can show, straight from the SDK's values.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Screen {
    /// Sentences.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) texts: Vec<String>,
    /// Named values.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) fields: Vec<Field>,
    /// Rows to choose from.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) choices: Vec<Vec<Field>>,
    /// Errors, as they are worded for the desk.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) errors: Vec<Shown>,
    /// Images; each is a file beside this one.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) images: Vec<Image>,
}

/// A value under its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Field {
    pub(crate) label: String,
    pub(crate) value: String,
    /// The facility's software must not let it be changed.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub(crate) read_only: bool,
}

/// An error for the desk.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Shown {
    /// The kind of problem.
    pub(crate) problem: String,
    /// What the desk should do.
    pub(crate) action: String,
    pub(crate) english: String,
    pub(crate) hindi: String,
    /// ABDM's code, when ABDM refused.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) code: Option<String>,
    /// When the same may be tried again.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) retry_at: Option<DateTime<Utc>>,
}

/// An image that was received.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Image {
    pub(crate) label: String,
    pub(crate) media_type: String,
    pub(crate) bytes: usize,
    pub(crate) file: String,
}

impl Shown {
    fn of(error: &Error) -> Self {
        Self {
            problem: format!("{:?}", error.problem()),
            action: format!("{:?}", error.problem().action()),
            english: error.desk_text(Language::English),
            hindi: error.desk_text(Language::Hindi),
            code: error.code().map(|code| code.as_str().to_owned()),
            retry_at: error.retry_at(),
        }
    }
}

impl Screen {
    /// An empty one.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// With a sentence.
    pub(crate) fn text(mut self, text: impl Into<String>) -> Self {
        self.texts.push(text.into());
        self
    }

    /// With a value that may be edited, if it may be at all.
    pub(crate) fn field(mut self, label: &str, value: impl ToString) -> Self {
        self.fields.push(field(label, value));
        self
    }

    /// With an instant.
    pub(crate) fn time(self, label: &str, instant: DateTime<Utc>) -> Self {
        self.field(label, format_timestamp(instant))
    }

    /// With a value from Aadhaar, which nobody may edit.
    pub(crate) fn read_only(mut self, label: &str, value: impl ToString) -> Self {
        self.fields.push(Field { read_only: true, ..field(label, value) });
        self
    }

    /// With a row to choose.
    pub(crate) fn choice<const N: usize>(mut self, row: [(&str, String); N]) -> Self {
        self.choices.push(row.into_iter().map(|(label, value)| field(label, value)).collect());
        self
    }

    /// With an error.
    pub(crate) fn error(mut self, error: &Error) -> Self {
        self.errors.push(Shown::of(error));
        self
    }
}

fn field(label: &str, value: impl ToString) -> Field {
    Field { label: label.to_owned(), value: value.to_string(), read_only: false }
}
