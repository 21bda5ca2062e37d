//! `DenyConsentRequest`.

use abdm_core::id::ConsentRequestId;
use abdm_core::wire::Accepted;
use serde::{Deserialize, Serialize};

abdm_core::endpoint! {
    /// Refuse a consent request.
    pub DenyConsentRequest {
        method: POST,
        family: Gateway,
        path: "/api/hiecm/consent/v3/request/{consentRequestId}/deny",
        auth: SessionAndPhrUser,
        params: ConsentRequestId,
        request: Denial,
        response: Accepted,
        success: ACCEPTED,
        replay: Never,
        errors: ConsentDeny,
        source: "phr-simulator.md 4",
    }
}

/// Why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Denial {
    /// Letters, blanks, dots and commas only (ABDM-1031).
    pub reason: String,
}

impl Denial {
    /// For this reason.
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }

    /// Whether the reason holds what ABDM takes.
    #[must_use]
    pub fn is_well_formed(&self) -> bool {
        let allowed = |c: char| c.is_ascii_alphabetic() || matches!(c, ' ' | '.' | ',');
        !self.reason.trim().is_empty() && self.reason.chars().all(allowed)
    }
}
