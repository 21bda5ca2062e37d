//! Patients who prove themselves to a facility (V0.5).

use abdm_core::id::{HipId, RequestId, TransactionId};
use abdm_core::person::AbhaAddress;
use chrono::{DateTime, Utc};
use hip_services::api::v0_5::user_auth::{AuthMode, AuthPurpose};
use serde::{Deserialize, Serialize};

use super::ClientId;

/// One authentication, from its init on.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Auth {
    pub(crate) transaction: TransactionId,
    pub(crate) client: ClientId,
    pub(crate) hip: HipId,
    pub(crate) address: AbhaAddress,
    pub(crate) purpose: AuthPurpose,
    pub(crate) mode: AuthMode,
    /// What was sent to the patient.
    pub(crate) otp: Option<String>,
    pub(crate) expires_at: DateTime<Utc>,
    /// How many wrong proofs there were.
    pub(crate) wrong: u8,
    /// Whether it is decided: by a proof, or in the patient's app.
    pub(crate) decided: bool,
    /// Under which id the facility was told the decision.
    pub(crate) notice: Option<RequestId>,
    /// Whether the facility has acknowledged it.
    pub(crate) acknowledged: bool,
    /// For how many links its token is good.
    pub(crate) uses: u32,
}
