//! `RevokeConsents`.

use abdm_core::id::ConsentId;
use serde::{Deserialize, Serialize};

abdm_core::endpoint! {
    /// Take granted consents back.
    pub RevokeConsents {
        method: POST,
        family: Gateway,
        path: "/api/hiecm/consent/v3/revoke",
        auth: SessionAndPhrUser,
        request: Revocation,
        response: Message,
        success: ACCEPTED,
        replay: Never,
        errors: ConsentRevoke,
        source: "phr-simulator.md 4",
    }
}

/// Which artefacts: their ids, not those of the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Revocation {
    /// The artefacts.
    pub consents: Vec<ConsentId>,
}

impl Revocation {
    /// Of these artefacts.
    #[must_use]
    pub const fn new(consents: Vec<ConsentId>) -> Self {
        Self { consents }
    }
}

/// ABDM's text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Message {
    /// The text.
    pub message: String,
}

impl Message {
    /// This text.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}
