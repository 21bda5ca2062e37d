//! What a case leaves behind for whoever writes the report: one JSON file.
//!
//! These types are its form, which `EVIDENCE.md` of this crate describes for readers in other
//! languages. A field that is added does not change the version; one that changes its meaning or goes
//! does.

use std::path::{Path, PathBuf};
use std::{fs, io};

use abdm_core::clock::format_timestamp;
use abdm_core::exchange::Exchange;
use abha_enrollment::Error;
use abha_enrollment::error::Language;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::requirement::{Milestone, Requirement};
use crate::secrecy::looks_secret;

/// The name and version of the form.
pub const FORM: &str = "abdm-certification/1";

/// One case: what was asked, what was done, what came of it.
///
/// Of a case that shows several requirements `case`, `asks`, `status` and `condition` are those of the
/// first.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Evidence {
    /// Always [`FORM`].
    pub form: String,
    /// Which milestone.
    pub milestone: Milestone,
    /// NHA's id.
    pub case: String,
    /// The id of the case, and the name of the file.
    pub key: String,
    /// What NHA asks, in our words.
    pub asks: String,
    /// Whether it must be passed.
    pub status: Status,
    /// For whom, and when, where the status alone does not say it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub condition: Option<String>,
    /// The ids of all requirements that the case shows.
    #[serde(default)]
    pub requirements: Vec<String>,
    /// The case as one word: its name says what was shown.
    pub test: String,
    /// Which software was shown.
    pub sdk: String,
    /// Against which server.
    pub server: String,
    /// How it ended.
    pub outcome: Ending,
    /// Why it failed, or what the place did not have.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// When the file was made, by the machine's clock.
    pub recorded_at: DateTime<Utc>,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// What was done, in order.
    pub steps: Vec<Step>,
}

/// Whether a requirement must be met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// Mandatory, for those whom the condition names, or for all.
    #[serde(rename = "M")]
    Mandatory,
    /// Optional.
    #[serde(rename = "O")]
    Optional,
}

impl From<&Requirement> for Status {
    fn from(requirement: &Requirement) -> Self {
        if requirement.mandatory { Self::Mandatory } else { Self::Optional }
    }
}

/// How a case ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Ending {
    /// Everything that NHA's tester looks for was there.
    Shown,
    /// Something was not; the last step tells how far it came.
    Failed,
    /// The place did not have what the case needs.
    NotPossible,
}

impl Ending {
    /// The word for it in the files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shown => "shown",
            Self::Failed => "failed",
            Self::NotPossible => "not-possible",
        }
    }
}

/// One step at the desk, with what the screen can show after it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Step {
    /// Counted from 1.
    pub number: usize,
    /// When, by the clock of the desk: cases move it.
    #[serde(with = "abdm_core::lenient::instant")]
    pub at: DateTime<Utc>,
    /// What the operator or the person does.
    pub action: String,
    /// What the screen can show after it.
    pub screen: Screen,
    /// The calls that the step caused, masked as in a transcript. Empty: nothing was sent.
    pub exchanges: Vec<Exchange>,
}

/// What the facility's screen can show, straight from the SDK's values.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Screen {
    /// Sentences.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub texts: Vec<String>,
    /// Named values.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub fields: Vec<Field>,
    /// Rows to choose from.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub choices: Vec<Vec<Field>>,
    /// Errors, as they are worded for the desk.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub errors: Vec<Shown>,
    /// Images; each is a file beside this one.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub images: Vec<Image>,
}

/// A value under its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Field {
    /// Its name.
    pub label: String,
    /// The value, as a text.
    pub value: String,
    /// The facility's software must not let it be changed.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub read_only: bool,
}

/// An error for the desk.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Shown {
    /// The kind of problem.
    pub problem: String,
    /// What the desk should do.
    pub action: String,
    /// The sentence for the desk in English.
    pub english: String,
    /// The sentence for the desk in Hindi.
    pub hindi: String,
    /// ABDM's code, when ABDM refused.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub code: Option<String>,
    /// When the same may be tried again.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub retry_at: Option<DateTime<Utc>>,
}

/// An image that was received.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Image {
    /// What it shows.
    pub label: String,
    /// Its media type.
    pub media_type: String,
    /// Its size.
    pub bytes: usize,
    /// The file, beside the evidence.
    pub file: String,
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

/// Why evidence cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EvidenceError {
    /// The folder or a file cannot be read or written.
    #[error("{}: the evidence cannot be read or written", file.display())]
    Io {
        /// Which.
        file: PathBuf,
        /// The system's account of it.
        source: io::Error,
    },
    /// A file is no evidence of this form.
    #[error("{}: this is no evidence of the form {FORM}", file.display())]
    Form {
        /// Which.
        file: PathBuf,
        /// What is wrong with it; absent when it is of another form.
        source: Option<serde_json::Error>,
    },
    /// A file holds what must not be kept. Delete it, and tell us how it came there.
    #[error("{}: the evidence holds {kind}", file.display())]
    Secret {
        /// Which.
        file: PathBuf,
        /// What it holds.
        kind: &'static str,
    },
}

/// Reads all evidence of a milestone below a folder, by the names of the files. None is there before
/// a case was played.
///
/// # Errors
/// When a file cannot be read, is no evidence, or holds what is secret at sight.
pub fn read(root: &Path, milestone: Milestone) -> Result<Vec<Evidence>, EvidenceError> {
    let folder = root.join(milestone.folder());
    let unreadable = |file: &Path| {
        let file = file.to_owned();
        move |source| EvidenceError::Io { file, source }
    };
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(&folder).map_err(unreadable(&folder))? {
        files.push(entry.map_err(unreadable(&folder))?.path());
    }
    files.retain(|file| file.extension().is_some_and(|ending| ending == "json"));
    files.sort();
    files.into_iter().map(|file| read_one(&file)).collect()
}

/// Reads the evidence of one case.
///
/// # Errors
/// As [`read`].
pub fn read_one(file: &Path) -> Result<Evidence, EvidenceError> {
    let named = || file.to_owned();
    let text =
        fs::read_to_string(file).map_err(|source| EvidenceError::Io { file: named(), source })?;
    if let Some(kind) = looks_secret(&text) {
        return Err(EvidenceError::Secret { file: named(), kind });
    }
    let evidence: Evidence = serde_json::from_str(&text)
        .map_err(|source| EvidenceError::Form { file: named(), source: Some(source) })?;
    if evidence.form != FORM {
        return Err(EvidenceError::Form { file: named(), source: None });
    }
    Ok(evidence)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Result<Evidence, EvidenceError> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("X.json");
        fs::write(&file, text).unwrap();
        read_one(&file)
    }

    const GOOD: &str = r#"{"form":"abdm-certification/1","milestone":"M1","case":"X","key":"X",
        "asks":"a","status":"M","test":"x","sdk":"s","server":"t","outcome":"shown",
        "recordedAt":"2026-11-30T10:00:00Z","tookMs":1,"steps":[],"later":"a new field"}"#;

    #[test]
    fn evidence_of_an_older_release_is_read() {
        let read = written(GOOD).unwrap();
        assert_eq!((read.outcome, read.status), (Ending::Shown, Status::Mandatory));
        assert!(read.requirements.is_empty());
    }

    #[test]
    fn evidence_of_another_form_or_with_a_secret_is_refused() {
        let other = written(&GOOD.replace("certification/1", "certification/2"));
        assert!(matches!(other, Err(EvidenceError::Form { source: None, .. })), "{other:?}");
        let half = written(&GOOD[..40]);
        assert!(matches!(half, Err(EvidenceError::Form { source: Some(_), .. })), "{half:?}");
        let secret = written(&GOOD.replace("a new field", "eyJhbGciOi.eyJzdWIi.c2ln"));
        assert!(matches!(secret, Err(EvidenceError::Secret { .. })), "{secret:?}");
    }
}
