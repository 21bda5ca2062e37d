//! `RequestConsent`.

use abdm_core::api::consent::{ConsentCareContext, Named, Permission, Requester};
use abdm_core::id::{HipId, HiuId};
use abdm_core::person::AbhaAddress;
use abdm_core::vocabulary::{HiType, Purpose};
use abdm_core::wire::Accepted;
use serde::{Deserialize, Serialize};

use super::OnRequestConsent;
use crate::api::ToleratedHiuHeaders;

abdm_core::endpoint! {
    /// Ask a patient for consent to see records. The patient decides in an app, hours or days
    /// later.
    ///
    /// Not repeated when it is unclear what happened: the patient would be asked twice.
    pub RequestConsent {
        method: POST,
        family: Gateway,
        path: "/api/hiecm/consent/v3/request/init",
        auth: Session,
        headers: ToleratedHiuHeaders,
        request: RequestedConsent,
        response: Accepted,
        success: ACCEPTED,
        replay: IfUnprocessed,
        callback: OnRequestConsent,
        errors: ConsentInit,
        source: "m3-hiu.md 2.1",
    }
}

/// The envelope of a consent request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RequestedConsent {
    /// What is asked.
    pub consent: ConsentTerms,
}

impl From<ConsentTerms> for RequestedConsent {
    fn from(consent: ConsentTerms) -> Self {
        Self { consent }
    }
}

/// What a consent request asks. The patient may narrow it: what was granted stands in the artefact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ConsentTerms {
    /// For what.
    pub purpose: Purpose,
    /// Whose records. Read the address back to the patient: a valid address of somebody else
    /// delivers the request to that person without any error.
    pub patient: Named<AbhaAddress>,
    /// Who will use them: the id alone is what ABDM needs.
    pub hiu: Named<HiuId>,
    /// The one HIP whose records are wanted; all when absent. Mandatory beside `careContexts`
    /// (ABDM-1031).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hip: Option<Named<HipId>>,
    /// The care contexts wanted; all when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub care_contexts: Option<Vec<ConsentCareContext>>,
    /// Who asks, as the patient sees it.
    pub requester: Requester,
    /// Which kinds of records.
    pub hi_types: Vec<HiType>,
    /// What may be done, over which dates, until when.
    pub permission: Permission,
}

impl ConsentTerms {
    /// Terms by their mandatory parts.
    #[must_use]
    pub fn new(
        patient: AbhaAddress,
        hiu: HiuId,
        purpose: impl Into<Purpose>,
        requester: Requester,
        hi_types: impl IntoIterator<Item = HiType>,
        permission: Permission,
    ) -> Self {
        Self {
            purpose: purpose.into(),
            patient: patient.into(),
            hiu: hiu.into(),
            hip: None,
            care_contexts: None,
            requester,
            hi_types: hi_types.into_iter().collect(),
            permission,
        }
    }
}
