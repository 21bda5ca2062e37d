//! `DiscoverCareContexts`.

use abdm_core::api::consent::Named;
use abdm_core::headers::HiuHeaders;
use abdm_core::id::HipId;
use abdm_core::lenient;
use abdm_core::wire::Accepted;
use hip_services::api::user_linking::Identifier;
use serde::{Deserialize, Serialize};

use super::OnRecordsFound;

abdm_core::endpoint! {
    /// Look for the patient's records at a facility. What the facility answers comes to an app with
    /// a callback URL by a callback; the sandbox's own has none and is told inside. Of a facility
    /// that stays silent nothing comes.
    pub DiscoverCareContexts {
        method: POST,
        family: Gateway,
        path: "/api/hiecm/user-initiated-linking/v3/patient/care-context/discover",
        auth: SessionAndPhrUser,
        headers: HiuHeaders,
        request: RecordSearch,
        response: Accepted,
        success: ACCEPTED,
        replay: Never,
        callback: OnRecordsFound,
        errors: Discover,
        source: "phr-simulator.md 2",
    }
}

/// Where to look, and what the patient typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RecordSearch {
    /// The facility.
    pub hip: Named<HipId>,
    /// What the patient typed; may be empty.
    #[serde(with = "lenient::list", default)]
    pub unverified_identifiers: Vec<Identifier>,
}

impl RecordSearch {
    /// At this facility, with what the patient typed.
    #[must_use]
    pub fn new(hip: HipId, unverified_identifiers: Vec<Identifier>) -> Self {
        Self { hip: hip.into(), unverified_identifiers }
    }
}
