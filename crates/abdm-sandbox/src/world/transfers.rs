//! Transfers of health information.

use abdm_core::id::{ConsentId, RequestId};
use abdm_core::vocabulary::SessionStatus;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Which side reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Reporter {
    Hip,
    Hiu,
}

/// One transfer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Transfer {
    pub(crate) consent: ConsentId,
    /// The HIU's call, which `on-request` answers.
    pub(crate) asked_by: RequestId,
    pub(crate) status: SessionStatus,
    /// Whether the HIP has answered the request; a second answer is refused.
    pub(crate) answered: bool,
    pub(crate) reports: Vec<Reporter>,
    /// Whether the HIU was told the transaction.
    pub(crate) announced: bool,
    /// When it is told at the latest, where the HIP is asked first.
    pub(crate) announce_at: Option<DateTime<Utc>>,
}

impl Transfer {
    pub(crate) const fn new(consent: ConsentId, asked_by: RequestId) -> Self {
        Self {
            consent,
            asked_by,
            status: SessionStatus::Requested,
            answered: false,
            reports: Vec::new(),
            announced: false,
            announce_at: None,
        }
    }
}
