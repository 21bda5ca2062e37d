//! How a program ends, and why a run at the desk ends before its time.

use std::process::ExitCode;

use abha_enrollment::Error;

/// The end of a program: what went wrong is told in one line, without a backtrace.
#[must_use]
pub fn code(ended: anyhow::Result<()>) -> ExitCode {
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Error: {}", in_one_line(&error));
            ExitCode::FAILURE
        }
    }
}

/// An error and its causes, each of them once: some texts hold that of their cause.
fn in_one_line(error: &anyhow::Error) -> String {
    let mut line = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if !line.contains(&cause) {
            let between = if line.is_empty() { "" } else { ": " };
            line.push_str(between);
            line.push_str(&cause);
        }
    }
    line
}

/// Why it ends.
#[derive(Debug, thiserror::Error)]
pub enum Stopped {
    /// The person left, or did not agree.
    #[error("cancelled")]
    Cancelled,
    /// Nobody is there to answer a question, or the answer that was given was not taken.
    #[error("{0}")]
    Unanswered(String),
    /// Several ABHA numbers use a mobile number, and nobody is there to choose.
    #[error("{0} ABHA numbers use this mobile number: give --choose N or an ABHA number")]
    SeveralAccounts(usize),
    /// The operator wants the menu again.
    #[error("back to the menu")]
    Back,
    /// A step did not succeed.
    #[error("{step}: {error}")]
    Failed {
        /// Which step.
        step: String,
        /// Why.
        #[source]
        error: Box<Error>,
    },
}

impl Stopped {
    /// A step did not succeed.
    #[must_use]
    pub fn at(step: &str, error: Error) -> Self {
        Self::Failed { step: step.to_owned(), error: Box::new(error) }
    }
}

#[cfg(test)]
mod tests {
    use anyhow::Context as _;

    use super::*;

    #[test]
    fn an_error_is_one_line_with_each_cause_once() {
        let cause = std::io::Error::other("no such file");
        let error = Err::<(), _>(cause).context("the key cannot be read: no such file");
        let error = error.context("not begun").unwrap_err();
        assert_eq!(in_one_line(&error), "not begun: the key cannot be read: no such file");
    }
}
