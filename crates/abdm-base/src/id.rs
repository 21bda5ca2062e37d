//! The ids that the client and the flow engine both speak of.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::{Ids, RandomIds};

/// Why a text is not a valid identifier. Names the type and the rule, never the value.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {kind}: {rule}")]
#[non_exhaustive]
pub struct IdError {
    /// The type that was asked for, for example `AbhaNumber`.
    pub kind: &'static str,
    /// The rule that was broken, in words that tell how to mend it.
    pub rule: &'static str,
}

crate::debug_in_words!(IdError);

impl IdError {
    /// An error of the type `kind` for the broken rule `rule`.
    #[must_use]
    pub const fn new(kind: &'static str, rule: &'static str) -> Self {
        Self { kind, rule }
    }
}

/// The `REQUEST-ID` header: a UUID v4, fresh for each HTTP call, retries included (gateway.md 2).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestId(uuid::Uuid);

impl RequestId {
    /// A fresh id from this source.
    #[must_use]
    pub fn fresh(ids: &dyn Ids) -> Self {
        Self(ids.uuid())
    }

    /// A fresh id from the operating system's randomness.
    #[must_use]
    pub fn random() -> Self {
        Self::fresh(&RandomIds)
    }

    /// Takes a UUID as a request id.
    #[must_use]
    pub const fn from_uuid(id: uuid::Uuid) -> Self {
        Self(id)
    }

    /// The UUID, for stores that keep it as 16 bytes.
    #[must_use]
    pub const fn as_uuid(&self) -> uuid::Uuid {
        self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_hyphenated().fmt(f)
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestId({self})")
    }
}

impl std::str::FromStr for RequestId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.len() != 36 {
            return Err(IdError::new("RequestId", "it must be a UUID of 36 characters"));
        }
        uuid::Uuid::parse_str(text)
            .map(Self)
            .map_err(|_| IdError::new("RequestId", "it must be a UUID, 8-4-4-4-12 hex digits"))
    }
}
