//! Errors as ABDM tells them.

use abdm_core::error::CallbackError;

/// An error in ABDM's own words. ABDM's rule for the characters of a message is for those who write
/// to it: its own texts have apostrophes.
pub(crate) fn abdm_error(number: u16, message: &str) -> CallbackError {
    let mut error = CallbackError::new(number, "");
    message.clone_into(&mut error.message);
    error
}
