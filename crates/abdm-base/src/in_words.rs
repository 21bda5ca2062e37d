//! `Debug` of errors, in words.

use std::error::Error;
use std::fmt;

/// Writes an error as its `Display` does, and after it each cause that the text has not told yet.
///
/// A program whose `main` returns an error prints its `Debug`: names of variants help nobody there.
#[doc(hidden)]
pub fn in_words(error: &dyn Error, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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

/// Gives errors a `Debug` in words: for the crates of this workspace.
#[doc(hidden)]
#[macro_export]
macro_rules! debug_in_words {
    ($($error:ty),+ $(,)?) => {$(
        impl ::std::fmt::Debug for $error {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                $crate::in_words(self, f)
            }
        }
    )+};
}
