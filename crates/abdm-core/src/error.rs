//! What ABDM answers when it does not do what was asked, and what to do then.
//!
//! ABDM reports failures in a dozen shapes (objects, arrays, field maps, HTML, nothing at all), by
//! HTTP status, by callback and now and then inside a 200. One parser reads them all into
//! [`ApiError`]; one [`catalogue`] of known meanings turns it into [`Advice`]: what kind of fault
//! it is ([`ErrorClass`]), when a further try makes sense ([`RetryAdvice`]), who can mend it
//! ([`Contact`]), in plain words.
//!
//! A code alone is not a meaning: `ABDM-1092` is "wait seven minutes" on a link-token request and
//! "ask the patient for a new consent" on a data request. The decision is therefore taken on
//! operation, code and text together, and a combination that nobody has described stays
//! [`Unclassified`](ErrorClass::Unclassified).
//!
//! ABDM's own text is kept, cut to 256 characters, tokens masked. Because it may name a person,
//! `Display` and `Debug` show a text only as the catalogue has it.
//!
//! ```
//! use abdm_core::api::gateway::CreateSession;
//! use abdm_core::endpoint::Endpoint as _;
//! use abdm_core::error::{ApiError, ErrorClass};
//!
//! let error = ApiError::from_response(
//!     &CreateSession::META,
//!     None,
//!     http::StatusCode::BAD_REQUEST,
//!     &http::HeaderMap::new(),
//!     br#"{"error":{"code":"ABDM-1921: ","message":"Invalid client id"}}"#,
//! );
//! assert_eq!(error.code().unwrap(), "ABDM-1921");
//! assert_eq!(error.class(), ErrorClass::Auth);
//! println!("{error}");
//! ```

mod advice;
mod api;
pub mod catalogue;
mod code;
mod correlation;
mod entry;
mod mask;
mod operation;
mod peer;
mod retry_after;
mod shape;
mod wire;

pub use self::advice::{Advice, Contact, ErrorClass, RetryAdvice};
pub use self::api::ApiError;
pub use self::code::ErrorCode;
pub use self::correlation::{Correlation, RawBody};
pub use self::entry::ErrorEntry;
pub use self::operation::Operation;
pub use self::peer::{Effort, Peer};
pub use self::shape::AUTH_RESULT;
pub use self::wire::CallbackError;
pub(crate) use abdm_base::debug_in_words;

#[cfg(test)]
mod tests {
    use crate::client::CallError;
    use crate::environment::Environment;
    use crate::{StoreError, StoreErrorKind};

    // As `main() -> Result<_, Box<dyn Error>>` shows them.
    #[test]
    fn an_error_that_main_returns_is_shown_in_words() {
        let shown = |error: Box<dyn std::error::Error>| format!("{error:?}");
        let insecure = shown(Environment::at("http://example.org").unwrap_err().into());
        assert!(insecure.contains("use https"), "{insecure}");
        let store = || StoreError::with_source(StoreErrorKind::Unavailable, "no route to host");
        let expected = "flow store: not available, try again later: no route to host";
        assert_eq!(shown(store().into()), expected);
        let unsent = shown(CallError::Store(store()).into());
        assert!(
            unsent.starts_with("the call was not sent") && unsent.ends_with(expected),
            "{unsent}"
        );
    }
}
