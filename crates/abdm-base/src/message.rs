//! Messages as they came in.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// By what a repeated message is recognised: where it came in, and its sender's id for it.
///
/// ABDM's callbacks are de-duplicated by `REQUEST-ID` for each path (gateway.md 8). A push that has
/// no such header uses an id with the same meaning, for example the transaction and the page
/// number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct InboundKey {
    /// The name of the endpoint, for example `OnLinkCareContexts`.
    pub endpoint: String,
    /// The sender's id of the message, the `REQUEST-ID` as a rule.
    pub message: String,
}

impl InboundKey {
    /// The key of the message `message` that came in at `endpoint`.
    #[must_use]
    pub fn new(endpoint: impl Into<String>, message: impl Into<String>) -> Self {
        Self { endpoint: endpoint.into(), message: message.into() }
    }
}

/// A message that came in, authenticated but not yet understood.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Inbound {
    /// By what it is recognised.
    pub key: InboundKey,
    /// The headers that are needed to understand it (`X-HIP-ID`, `X-CM-ID` …), names in lower case.
    /// Never `Authorization`.
    pub headers: BTreeMap<String, String>,
    /// The body as it came.
    #[serde(serialize_with = "write_base64", deserialize_with = "read_base64")]
    pub body: Bytes,
    /// When it came.
    pub received_at: DateTime<Utc>,
}

impl Inbound {
    /// A message without headers.
    #[must_use]
    pub fn new(key: InboundKey, body: impl Into<Bytes>, received_at: DateTime<Utc>) -> Self {
        Self { key, headers: BTreeMap::new(), body: body.into(), received_at }
    }

    /// Keeps a header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.insert(name.to_ascii_lowercase(), value.into());
        self
    }

    /// The value of a header, whatever the case of its name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(&name.to_ascii_lowercase()).map(String::as_str)
    }
}

/// Prints the names of the headers and the size of the body.
impl fmt::Debug for Inbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inbound")
            .field("key", &self.key)
            .field("headers", &self.headers.keys())
            .field("body_bytes", &self.body.len())
            .field("received_at", &self.received_at)
            .finish()
    }
}

fn write_base64<S: Serializer>(body: &Bytes, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&STANDARD.encode(body))
}

fn read_base64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
    let text = String::deserialize(deserializer)?;
    STANDARD
        .decode(text)
        .map(Bytes::from)
        .map_err(|_| serde::de::Error::custom("the body is not base64"))
}
