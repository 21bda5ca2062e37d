//! `Debug` of errors, in words.

use std::error::Error;
use std::fmt;

/// Writes an error as its `Display` does, and after it each cause that the text has not told yet.
///
/// A program whose `main` returns an error prints its `Debug`: names of variants help nobody there.
pub(crate) fn in_words(error: &dyn Error, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut told = error.to_string();
    f.write_str(&told)?;
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !told.contains(&text) {
            write!(f, ": {text}")?;
            told = text;
        }
        cause = error.source();
    }
    Ok(())
}

/// Gives errors a `Debug` in words.
macro_rules! debug_in_words {
    ($($error:ty),+ $(,)?) => {$(
        impl ::std::fmt::Debug for $error {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                $crate::error::in_words(self, f)
            }
        }
    )+};
}

pub(crate) use debug_in_words;

#[cfg(test)]
mod tests {
    use crate::client::CallError;
    use crate::environment::Environment;
    use crate::flow::{FlowId, RunnerError, WaitError};
    use crate::store::{StoreError, StoreErrorKind};

    // (vendor stumble 12) As `main() -> Result<_, Box<dyn Error>>` shows them.
    #[test]
    fn an_error_that_main_returns_is_shown_in_words() {
        let shown = |error: Box<dyn std::error::Error>| format!("{error:?}");
        let insecure = shown(Environment::at("http://example.org").unwrap_err().into());
        assert!(insecure.contains("use https"), "{insecure}");
        let store = || StoreError::with_source(StoreErrorKind::Unavailable, "no route to host");
        let expected = "flow store: not available, try again later: no route to host";
        assert_eq!(shown(store().into()), expected);
        assert_eq!(shown(RunnerError::from(store()).into()), expected);
        let unsent = shown(CallError::Store(store()).into());
        assert!(
            unsent.starts_with("the call was not sent") && unsent.ends_with(expected),
            "{unsent}"
        );
        let id = FlowId::random();
        let late = WaitError::TimedOut { id };
        assert_eq!(shown(late.into()), WaitError::TimedOut { id }.to_string());
    }
}
