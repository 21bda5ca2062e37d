//! What the consent manager answers to a step of a proof.

use abdm_core::api::reply::Answered;
use abdm_core::error::CallbackError;
use abdm_core::id::RequestId;
use serde::{Deserialize, Serialize};

/// What a step gives, or why it gives nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ProofReply<T> {
    /// What it gives.
    #[serde(default = "nothing", skip_serializing_if = "Option::is_none")]
    pub auth: Option<T>,
    /// Why it gives nothing.
    #[serde(
        default,
        deserialize_with = "CallbackError::read_optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub error: Option<CallbackError>,
    /// Which call this answers.
    #[serde(flatten)]
    pub answered: Answered,
}

/// Asks nothing of what is not there.
const fn nothing<T>() -> Option<T> {
    None
}

impl<T> ProofReply<T> {
    /// The call `request` has this answer.
    #[must_use]
    pub fn new(request: RequestId, answer: Result<T, CallbackError>) -> Self {
        let (auth, error) = match answer {
            Ok(given) => (Some(given), None),
            Err(error) => (None, Some(error)),
        };
        Self { auth, error, answered: request.into() }
    }
}
