//! `ReadConsentRequest`.

use abdm_core::api::consent::{ConsentCareContext, Named, Permission, Requester};
use abdm_core::id::{ConsentRequestId, HipId, HiuId};
use abdm_core::lenient;
use abdm_core::person::AbhaAddress;
use abdm_core::vocabulary::{ConsentStatus, HiType, Purpose};
use abdm_core::wire::NoBody;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::control::shapes;

abdm_core::endpoint! {
    /// One consent request, as its patient sees it.
    pub ReadConsentRequest {
        method: GET,
        family: Gateway,
        path: "/api/hiecm/consent/v3/request/{consentRequestId}",
        auth: SessionAndPhrUser,
        params: ConsentRequestId,
        request: NoBody,
        response: ConsentRequestView,
        success: OK,
        replay: Safe,
        errors: ConsentReview,
        source: "phr-simulator.md 4",
    }
}

/// A consent request, as its patient sees it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "ConsentRequest")]
#[non_exhaustive]
pub struct ConsentRequestView {
    /// Its id.
    #[schemars(with = "String")]
    pub request_id: ConsentRequestId,
    /// For what.
    #[schemars(with = "shapes::Purpose")]
    pub purpose: Purpose,
    /// Whose records.
    #[schemars(with = "shapes::Named")]
    pub patient: Named<AbhaAddress>,
    /// The one HIP that was asked for; all when absent.
    #[serde(default)]
    #[schemars(with = "Option<shapes::Named>")]
    pub hip: Option<Named<HipId>>,
    /// Who will use them.
    #[schemars(with = "shapes::Named")]
    pub hiu: Named<HiuId>,
    /// The care contexts that were asked for; all when empty.
    #[serde(with = "lenient::list", default)]
    #[schemars(with = "Vec<shapes::CareContext>")]
    pub care_contexts: Vec<ConsentCareContext>,
    /// Who asks.
    #[schemars(with = "shapes::Requester")]
    pub requester: Requester,
    /// How it stands.
    #[schemars(with = "String")]
    pub status: ConsentStatus,
    /// When it came.
    #[serde(with = "lenient::instant")]
    #[schemars(with = "DateTime<Utc>")]
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    #[serde(with = "lenient::instant")]
    #[schemars(with = "DateTime<Utc>")]
    pub last_updated: DateTime<Utc>,
    /// Which kinds of records. The wire has the plural under the singular name.
    #[serde(rename = "hiType", alias = "hiTypes", with = "lenient::list", default)]
    #[schemars(with = "Vec<String>")]
    pub hi_types: Vec<HiType>,
    /// What may be done, over which dates, until when.
    #[schemars(with = "shapes::Permission")]
    pub permission: Permission,
}
