//! Where a consent artefact stands.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::flow::Refusal;

/// Where a consent artefact stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Standing {
    /// Its terms are being fetched.
    Fetching,
    /// The consent manager does not give it, or not in a form that may be used. A late callback may
    /// still change that, within a day.
    Unavailable(Refusal),
    /// It allows access.
    Granted,
    /// It is over: nothing may be asked for, everything is being erased or is gone.
    Ended {
        /// Why.
        reason: EndReason,
        /// Since when.
        at: DateTime<Utc>,
    },
}

/// Why an artefact is over and its documents are erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub enum EndReason {
    /// The patient took it back.
    Revoked,
    /// The consent manager says that it ran out.
    Expired,
    /// `dataEraseAt` has come, by our own clock.
    EraseDate,
    /// The application asked for it.
    Asked,
}

impl Standing {
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Fetching => "fetching",
            Self::Unavailable(_) => "unavailable",
            Self::Granted => "granted",
            Self::Ended { .. } => "ended",
        }
    }
}
