//! The record of a run: every step, and what went wrong without ending it.

use std::time::Instant;

use abha_enrollment::Error;
use serde::Serialize;

use crate::exit::Stopped;

/// One step.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Step {
    /// Which.
    pub name: String,
    /// Whether it succeeded.
    pub ok: bool,
    /// How long it took.
    pub milliseconds: u128,
    /// Why it did not succeed: the name of the [`Problem`](abha_enrollment::Problem).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// Something that went wrong without ending the run, or that ended it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Trouble {
    /// At which step.
    pub step: String,
    /// The name of the [`Problem`](abha_enrollment::Problem), where it is one; `SeveralAccounts` where
    /// the command line does not say which one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// What to tell the operator. Holds no secret.
    pub message: String,
    /// ABDM's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The id to give to NHA's support.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

impl Trouble {
    /// In plain words.
    pub fn plain(step: &str, message: impl Into<String>) -> Self {
        let (step, message) = (step.to_owned(), message.into());
        Self { step, problem: None, message, code: None, request_id: None }
    }

    /// Of a step that failed.
    #[must_use]
    pub fn of(step: &str, error: &Error) -> Self {
        Self {
            step: step.to_owned(),
            problem: Some(format!("{:?}", error.problem())),
            message: error.to_string(),
            code: error.code().map(ToString::to_string),
            request_id: error.request_id().map(|id| id.to_string()),
        }
    }

    /// Of a part that ended before its time.
    #[must_use]
    pub fn of_stop(step: &str, stopped: &Stopped) -> Self {
        match stopped {
            Stopped::Failed { step, error } => Self::of(step, error),
            Stopped::SeveralAccounts(_) => {
                let problem = Some("SeveralAccounts".to_owned());
                Self { problem, ..Self::plain(step, stopped.to_string()) }
            }
            other => Self::plain(step, other.to_string()),
        }
    }
}

/// All steps of a run.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Steps {
    /// The steps, in order.
    pub done: Vec<Step>,
    /// What went wrong without ending the run.
    pub warnings: Vec<Trouble>,
}

impl Steps {
    /// Runs one step and notes it.
    ///
    /// # Errors
    /// Those of the step.
    pub async fn run<T>(
        &mut self,
        name: &str,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        self.watch(name, work, |outcome| outcome.as_ref().err()).await
    }

    /// Runs one step whose outcome holds its failure, and notes it.
    pub async fn watch<T>(
        &mut self,
        name: &str,
        work: impl Future<Output = T>,
        failure: impl Fn(&T) -> Option<&Error>,
    ) -> T {
        let began = Instant::now();
        let outcome = work.await;
        let problem = failure(&outcome).map(|error| format!("{:?}", error.problem()));
        self.done.push(Step {
            name: name.to_owned(),
            ok: problem.is_none(),
            milliseconds: began.elapsed().as_millis(),
            problem,
        });
        outcome
    }
}
