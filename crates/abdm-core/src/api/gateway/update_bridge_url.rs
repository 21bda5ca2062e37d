//! `UpdateBridgeUrl`.

use serde::{Deserialize, Serialize};

use crate::wire::Accepted;

crate::endpoint! {
    /// Set the URL that ABDM calls back. One for each client id: the last writer wins, for every
    /// facility of the bridge. The callback's path is appended to it, so it may hold a path itself.
    pub UpdateBridgeUrl {
        method: PATCH,
        family: Gateway,
        path: "/api/hiecm/gateway/v3/bridge/url",
        auth: Session,
        request: BridgeUrl,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        errors: BridgeUrl,
        source: "gateway.md 4, live-measurements.md 2",
    }
}

/// The base of all callbacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BridgeUrl {
    /// An absolute URL; on the live networks `https`, a domain name, no port.
    pub url: String,
}

impl BridgeUrl {
    /// This URL.
    #[must_use]
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into() }
    }
}
