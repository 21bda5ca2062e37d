//! `FetchOpenIdConfiguration`.

use serde::{Deserialize, Serialize};

use crate::wire::NoBody;

crate::endpoint! {
    /// Where the keys are. Read before them, so that a move of theirs is survived.
    pub FetchOpenIdConfiguration {
        method: GET,
        family: Gateway,
        path: "/api/hiecm/gateway/v3/.well-known/openid-configuration",
        auth: Session,
        request: NoBody,
        response: OpenIdConfiguration,
        success: OK,
        replay: Safe,
        errors: GatewayKeys,
        source: "gateway.md 5",
    }
}

/// The discovery document; ABDM's names the key set only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OpenIdConfiguration {
    /// The URL of the key set. Accepted on the configured gateway host only.
    #[serde(alias = "url")]
    pub jwks_uri: String,
}

impl OpenIdConfiguration {
    /// A document that names `jwks_uri`.
    #[must_use]
    pub fn new(jwks_uri: impl Into<String>) -> Self {
        Self { jwks_uri: jwks_uri.into() }
    }
}
