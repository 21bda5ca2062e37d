//! `CheckConsentStatus`.

use abdm_core::headers::HiuHeaders;
use abdm_core::id::ConsentRequestId;
use abdm_core::wire::Accepted;
use serde::{Deserialize, Serialize};

use super::OnConsentStatus;

abdm_core::endpoint! {
    /// Ask how a consent request stands. The answer 202 is a receipt only, also for ids that do not
    /// exist: wait for the callback.
    pub CheckConsentStatus {
        method: POST,
        family: Gateway,
        path: "/api/hiecm/consent/v3/request/status",
        auth: Session,
        headers: HiuHeaders,
        request: ConsentStatusQuery,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        callback: OnConsentStatus,
        errors: ConsentStatus,
        source: "m3-hiu.md 2.3",
    }
}

/// Which consent request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ConsentStatusQuery {
    /// Its id.
    pub consent_request_id: ConsentRequestId,
}

impl From<ConsentRequestId> for ConsentStatusQuery {
    fn from(consent_request_id: ConsentRequestId) -> Self {
        Self { consent_request_id }
    }
}
