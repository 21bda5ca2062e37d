//! `InitLink`.

use abdm_core::headers::HiuHeaders;
use abdm_core::id::TransactionId;
use abdm_core::wire::Accepted;
use hip_services::api::hip_linking::PatientCareContexts;
use serde::{Deserialize, Serialize};

use super::OnLinkOffered;

abdm_core::endpoint! {
    /// Choose among what was discovered. The facility then sends the patient an OTP.
    pub InitLink {
        method: POST,
        family: Gateway,
        path: "/api/hiecm/user-initiated-linking/v3/link/care-context/init",
        auth: SessionAndPhrUser,
        headers: HiuHeaders,
        request: Choice,
        response: Accepted,
        success: ACCEPTED,
        replay: Never,
        callback: OnLinkOffered,
        errors: LinkInit,
        source: "phr-simulator.md 2",
    }
}

/// What is to be linked: a part of what was discovered, or all of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Choice {
    /// The transaction of the discovery.
    pub transaction_id: TransactionId,
    /// The chosen care contexts, as they were discovered.
    pub patient: Vec<PatientCareContexts>,
}

impl Choice {
    /// These care contexts of this discovery.
    #[must_use]
    pub const fn new(transaction_id: TransactionId, patient: Vec<PatientCareContexts>) -> Self {
        Self { transaction_id, patient }
    }
}
