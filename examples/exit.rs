//! Why a run at the desk ends before its time.

use abha_enrollment::Error;

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
