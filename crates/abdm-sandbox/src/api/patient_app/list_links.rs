//! `ListLinks`.

use abdm_core::id::PatientReference;
use abdm_core::lenient;
use abdm_core::person::AbhaAddress;
use abdm_core::vocabulary::HiType;
use chrono::{DateTime, Utc};
use hip_services::api::hip_linking::CareContext;
use serde::{Deserialize, Serialize};

use super::NamedHip;

abdm_core::endpoint! {
    /// The care contexts that are linked to this patient's address.
    pub ListLinks {
        method: GET,
        family: Gateway,
        path: "/api/hiecm/hip/v3/link/patient/links",
        auth: SessionAndPhrUser,
        request: LinksQuery,
        response: Links,
        success: OK,
        replay: Safe,
        errors: ListLinks,
        source: "phr-simulator.md 2",
    }
}

/// How many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LinksQuery {
    /// At most so many; -1 for all.
    pub limit: i64,
}

impl LinksQuery {
    /// All of them.
    #[must_use]
    pub const fn all() -> Self {
        Self { limit: -1 }
    }
}

/// The envelope, whose key begins with a capital letter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Links {
    /// The patient's links.
    #[serde(rename = "Patient")]
    pub patient: LinksOf,
}

impl Links {
    /// These links of this patient.
    #[must_use]
    pub const fn new(id: AbhaAddress, links: Vec<LinkedRecords>) -> Self {
        Self { patient: LinksOf { id, links } }
    }
}

/// One patient's links.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LinksOf {
    /// The address.
    pub id: AbhaAddress,
    /// One element for each facility, patient number there and HI type.
    #[serde(with = "lenient::list", default)]
    pub links: Vec<LinkedRecords>,
}

/// The records of one HI type at one facility.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct LinkedRecords {
    /// The facility.
    pub hip: NamedHip,
    /// Its number for the patient.
    pub reference_number: PatientReference,
    /// The patient's name there.
    pub display: String,
    /// The kind of records.
    pub hi_type: HiType,
    /// The care contexts.
    pub care_contexts: Vec<CareContext>,
    /// When they were linked.
    #[serde(with = "lenient::instant")]
    pub date_created: DateTime<Utc>,
}

impl LinkedRecords {
    /// Records by their parts.
    #[must_use]
    pub fn new(
        hip: NamedHip,
        (reference_number, display): (PatientReference, String),
        hi_type: HiType,
        care_contexts: Vec<CareContext>,
        date_created: DateTime<Utc>,
    ) -> Self {
        Self { hip, reference_number, display, hi_type, care_contexts, date_created }
    }
}
