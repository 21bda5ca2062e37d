//! `ApproveConsentRequest`.

use abdm_core::api::consent::{ConsentCareContext, DateRange, Permission};
use abdm_core::id::{CareContextReference, ConsentRequestId, HipId};
use abdm_core::vocabulary::HiType;
use hiu_services::api::consent::ArtefactReference;
use serde::{Deserialize, Serialize};

abdm_core::endpoint! {
    /// Grant a consent request, as asked or less of it. One artefact comes of each element.
    pub ApproveConsentRequest {
        method: POST,
        family: Gateway,
        path: "/api/hiecm/consent/v3/request/{consentRequestId}/approve",
        auth: SessionAndPhrUser,
        params: ConsentRequestId,
        request: Approval,
        response: Approved,
        success: ACCEPTED,
        replay: Never,
        errors: ConsentReview,
        source: "phr-simulator.md 4",
    }
}

/// What the patient grants: one element for each HIP.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Approval {
    /// The grants.
    pub consents: Vec<Grant>,
}

impl Approval {
    /// These grants.
    #[must_use]
    pub const fn new(consents: Vec<Grant>) -> Self {
        Self { consents }
    }

    /// Narrows every grant to records of these dates.
    pub fn narrow_dates(&mut self, dates: DateRange) -> &mut Self {
        for grant in &mut self.consents {
            grant.permission.date_range = dates;
        }
        self
    }

    /// Narrows every grant to some of the HI types that were asked for.
    pub fn narrow_types(&mut self, types: &[HiType]) -> &mut Self {
        for grant in &mut self.consents {
            grant.hi_types.retain(|hi_type| types.contains(hi_type));
        }
        self
    }
}

/// Narrowing to parts of it.
impl Approval {
    /// Narrows every grant to some of its care contexts. A grant of which none is left is taken
    /// out.
    pub fn narrow_care_contexts(&mut self, contexts: &[CareContextReference]) -> &mut Self {
        for grant in &mut self.consents {
            grant.care_contexts.retain(|own| contexts.contains(&own.care_context_reference));
        }
        self.consents.retain(|grant| !grant.care_contexts.is_empty());
        self
    }

    /// Leaves only the grants at some of the HIPs.
    pub fn narrow_hips(&mut self, hips: &[HipId]) -> &mut Self {
        self.consents.retain(|grant| hips.contains(&grant.hip.id));
        self
    }
}

/// What one HIP may give, and until when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Grant {
    /// Which kinds of records.
    pub hi_types: Vec<HiType>,
    /// Which facility.
    pub hip: NamedHip,
    /// Which care contexts.
    pub care_contexts: Vec<ConsentCareContext>,
    /// What may be done, over which dates, until when.
    pub permission: Permission,
}

impl Grant {
    /// A grant by its parts.
    #[must_use]
    pub const fn new(
        hip: NamedHip,
        hi_types: Vec<HiType>,
        care_contexts: Vec<ConsentCareContext>,
        permission: Permission,
    ) -> Self {
        Self { hi_types, hip, care_contexts, permission }
    }
}

/// A facility with its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct NamedHip {
    /// Its service id.
    pub id: HipId,
    /// Its name.
    pub name: String,
    /// `HIP`.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

impl NamedHip {
    /// This facility.
    pub fn new(id: HipId, name: impl Into<String>) -> Self {
        Self { id, name: name.into(), kind: Some("HIP".to_owned()) }
    }
}

/// The artefacts that came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Approved {
    /// ABDM's text.
    pub message: String,
    /// One for each HIP.
    pub consent_ids: Vec<ArtefactReference>,
}

impl Approved {
    /// These artefacts.
    #[must_use]
    pub fn new(artefacts: Vec<ArtefactReference>) -> Self {
        let message = "Successful creation of consent artefact.".to_owned();
        Self { message, consent_ids: artefacts }
    }
}
