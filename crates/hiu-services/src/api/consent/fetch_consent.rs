//! `FetchConsent`.

use abdm_core::headers::HiuHeaders;
use abdm_core::id::ConsentId;
use abdm_core::wire::Accepted;
use serde::{Deserialize, Serialize};

use super::OnFetchConsent;

abdm_core::endpoint! {
    /// Ask for a consent artefact. Works for revoked and expired ones too, and then says so.
    pub FetchConsent {
        method: POST,
        family: Gateway,
        path: "/api/hiecm/consent/v3/fetch",
        auth: Session,
        headers: HiuHeaders,
        request: ConsentQuery,
        response: Accepted,
        success: ACCEPTED,
        replay: Safe,
        callback: OnFetchConsent,
        errors: ConsentFetch,
        source: "m3-hiu.md 2.6",
    }
}

/// Which artefact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ConsentQuery {
    /// Its id.
    pub consent_id: ConsentId,
}

impl From<ConsentId> for ConsentQuery {
    fn from(consent_id: ConsentId) -> Self {
        Self { consent_id }
    }
}
