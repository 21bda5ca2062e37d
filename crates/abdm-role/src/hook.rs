//! Calls of the vendor's own system.

use std::time::Duration;

use tokio::time::timeout;

/// How long one call of the vendor's own system may take. After that it has failed.
pub const HOOK_PATIENCE: Duration = Duration::from_secs(60);

/// What a call of the vendor's own system came to. Of an error only that there was one: its text is
/// the vendor's, may name a patient, and must reach neither the logs nor the store.
///
/// # Errors
/// Words for the operator: the system failed, or did not answer within [`HOOK_PATIENCE`].
pub async fn ask<T, E>(
    system: System,
    hook: impl Future<Output = Result<T, E>>,
) -> Result<T, &'static str> {
    ask_within(HOOK_PATIENCE, system, hook).await
}

/// The same with a time-out of its own, where somebody waits for the answer.
///
/// # Errors
/// As [`ask`].
pub async fn ask_within<T, E>(
    patience: Duration,
    system: System,
    hook: impl Future<Output = Result<T, E>>,
) -> Result<T, &'static str> {
    match timeout(patience, hook).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(_)) => Err(system.failed()),
        Err(_) => Err(system.was_silent()),
    }
}

/// Which system of the vendor's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum System {
    /// The hospital's own system behind a HIP.
    Hospital,
    /// The record store behind a HIU.
    Records,
}

impl System {
    const fn failed(self) -> &'static str {
        match self {
            Self::Hospital => "the hospital's own system failed",
            Self::Records => "the record store failed",
        }
    }

    const fn was_silent(self) -> &'static str {
        match self {
            Self::Hospital => "the hospital's own system did not answer in time",
            Self::Records => "the record store did not answer in time",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_hook_that_never_answers_has_failed_after_a_minute() {
        let never = std::future::pending::<Result<(), ()>>();
        assert_eq!(
            ask(System::Records, never).await,
            Err("the record store did not answer in time")
        );
    }

    #[tokio::test]
    async fn the_words_of_a_hooks_error_are_not_passed_on() {
        let failed = async { Err::<(), _>("Asha Devi is not in the table") };
        let said = ask(System::Hospital, failed).await;
        assert_eq!(said, Err("the hospital's own system failed"));
    }
}
