//! How the state file stands.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Changes, StateError};

/// How the state file of a running sandbox stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "StateFile")]
#[non_exhaustive]
pub struct StateStatus {
    /// The file.
    #[schemars(with = "String")]
    pub file: PathBuf,
    /// When it was last written, by the machine's clock.
    pub saved_at: Option<DateTime<Utc>>,
    /// Whether something has changed since then: it is written within about a second.
    pub unsaved: bool,
    /// Why it could not be written the last time; it is tried again.
    pub problem: Option<String>,
}

/// What is known of the file, for whoever asks.
#[derive(Debug)]
pub(crate) struct Standing {
    file: PathBuf,
    last: Mutex<Last>,
}

#[derive(Debug, Default)]
struct Last {
    saved_at: Option<DateTime<Utc>>,
    problem: Option<String>,
}

impl Standing {
    pub(crate) fn new(file: &Path, saved_at: Option<DateTime<Utc>>) -> Self {
        Self { file: file.to_owned(), last: Mutex::new(Last { saved_at, problem: None }) }
    }

    fn last(&self) -> MutexGuard<'_, Last> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn status(&self, changes: &Changes) -> StateStatus {
        let last = self.last();
        StateStatus {
            file: self.file.clone(),
            saved_at: last.saved_at,
            unsaved: changes.are_unsaved(),
            problem: last.problem.clone(),
        }
    }

    /// Notes how a save has ended. A problem is told once, and its end.
    pub(super) fn note(&self, saved: &Result<(), StateError>, at: DateTime<Utc>) {
        let mut last = self.last();
        match saved {
            Ok(()) => {
                last.saved_at = Some(at);
                if last.problem.take().is_some() {
                    tracing::warn!("the state file is written again");
                }
            }
            Err(error) => {
                let problem = error.told();
                if last.problem.as_ref() != Some(&problem) {
                    tracing::error!(problem, "the state is not saved; it is tried again");
                }
                last.problem = Some(problem);
            }
        }
    }
}
