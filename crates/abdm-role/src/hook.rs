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
    hook: Hook,
    call: impl Future<Output = Result<T, E>>,
) -> Result<T, &'static str> {
    ask_within(HOOK_PATIENCE, hook, call).await
}

/// The same with a time-out of its own, where somebody waits for the answer.
///
/// # Errors
/// As [`ask`].
pub async fn ask_within<T, E>(
    patience: Duration,
    hook: Hook,
    call: impl Future<Output = Result<T, E>>,
) -> Result<T, &'static str> {
    match timeout(patience, call).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(_)) => Err(hook.failed),
        Err(_) => Err(hook.was_silent),
    }
}

/// A method of the vendor's own system, and what the operator is told when it does not do what it
/// was asked. Made by [`hook!`](crate::hook!).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hook {
    failed: &'static str,
    was_silent: &'static str,
}

impl Hook {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(failed: &'static str, was_silent: &'static str) -> Self {
        Self { failed, was_silent }
    }
}

/// A method of the hospital's own system behind a HIP, or of the record store behind a HIU, by its
/// trait and name: `hook!(hospital "Hospital::list")`, `hook!(records "Records::keep")`.
#[macro_export]
macro_rules! hook {
    (hospital $name:literal) => {
        $crate::hook!(@ "the hospital's own system", $name)
    };
    (records $name:literal) => {
        $crate::hook!(@ "the record store", $name)
    };
    (@ $system:literal, $name:literal) => {
        $crate::hook::Hook::new(
            concat!($system, " failed (`", $name, "`)"),
            concat!($system, " did not answer in time (`", $name, "`)"),
        )
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_hook_that_never_answers_has_failed_after_a_minute() {
        let never = std::future::pending::<Result<(), ()>>();
        assert_eq!(
            ask(hook!(records "Records::keep"), never).await,
            Err("the record store did not answer in time (`Records::keep`)")
        );
    }

    #[tokio::test]
    async fn the_words_of_a_hooks_error_are_not_passed_on() {
        let failed = async { Err::<(), _>("Asha Devi is not in the table") };
        let said = ask(hook!(hospital "Hospital::list"), failed).await;
        assert_eq!(said, Err("the hospital's own system failed (`Hospital::list`)"));
    }
}
