//! `FetchCertificates`.

use serde::{Deserialize, Serialize};

use crate::wire::NoBody;

crate::endpoint! {
    /// The public keys that sign session tokens, callbacks and link tokens. In spite of being
    /// public they are given to a session only: 401 without one.
    pub FetchCertificates {
        method: GET,
        family: Gateway,
        path: "/api/hiecm/gateway/v3/certs",
        auth: Session,
        request: NoBody,
        response: JsonWebKeys,
        success: OK,
        replay: Safe,
        errors: GatewayKeys,
        source: "gateway.md 5",
    }
}

/// A JSON Web Key Set, each key as it came: [`callback`](crate::callback) reads them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct JsonWebKeys {
    /// The keys.
    pub keys: Vec<serde_json::Value>,
}

impl JsonWebKeys {
    /// A set of these keys.
    #[must_use]
    pub const fn new(keys: Vec<serde_json::Value>) -> Self {
        Self { keys }
    }
}
