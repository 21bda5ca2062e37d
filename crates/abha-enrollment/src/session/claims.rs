//! What a token claims about its owner.

use abdm_core::person::{AbhaAddress, AbhaNumber};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// The owner of a token, as its claims name them (m1-abha.md 3.1). Read, not verified: the token came
/// from ABDM over its own connection, and is only asked whose of several accounts it is.
#[derive(Debug, Default)]
pub(crate) struct Claims {
    pub(crate) abha_number: Option<AbhaNumber>,
    pub(crate) abha_address: Option<AbhaAddress>,
}

impl Claims {
    /// Those of a token; none when it is no JWT.
    pub(crate) fn of(token: &str) -> Self {
        let payload = token.split('.').nth(1).map(|part| part.trim_end_matches('='));
        let bytes = payload.and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
        let claims: Value =
            bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        Self {
            abha_number: text("abhaNumber").and_then(|text| text.parse().ok()),
            abha_address: text("preferredAbhaAddress").and_then(|text| text.parse().ok()),
        }
    }
}
