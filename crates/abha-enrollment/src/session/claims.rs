//! What a token claims about its owner.

use abdm_core::claims;
use abdm_core::person::{AbhaAddress, AbhaNumber};
use serde_json::Value;

/// The owner of a token, as its claims name them (m1-abha.md 3.1). Read, not verified: the token
/// came from ABDM over its own connection, and is only asked whose of several accounts it is.
#[derive(Debug, Default)]
pub(crate) struct Claims {
    pub(crate) abha_number: Option<AbhaNumber>,
    pub(crate) abha_address: Option<AbhaAddress>,
}

impl Claims {
    /// Those of a token; none when it is no JWT.
    pub(crate) fn of(token: &str) -> Self {
        let claims = claims::read(token).unwrap_or_default();
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        Self {
            abha_number: text(claims::ABHA_NUMBER).and_then(|text| text.parse().ok()),
            abha_address: text(claims::PREFERRED_ABHA_ADDRESS).and_then(|text| text.parse().ok()),
        }
    }
}
