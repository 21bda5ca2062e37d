//! What was asked of ABDM, and who waits for it.

use abdm_core::id::RequestId;
use abdm_core::person::{AbhaNumber, digits};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A request that left, or may have left.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Asking {
    /// Which, as its effect says.
    pub(super) sending: u32,
    /// When.
    pub(super) at: DateTime<Utc>,
    /// The ABHA number that it names, if any.
    #[serde(with = "digits::option")]
    pub(super) abha_number: Option<AbhaNumber>,
    /// The `REQUEST-ID`s under which it left.
    pub(super) requests: Vec<RequestId>,
}

/// A link that waits for the token.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Waiting {
    /// The ABHA number that its patient has, as the hospital says.
    #[serde(with = "digits::option")]
    pub(super) abha_number: Option<AbhaNumber>,
}

/// Whether both are known and differ.
pub(super) fn differ(one: Option<&AbhaNumber>, other: Option<&AbhaNumber>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if one != other)
}
