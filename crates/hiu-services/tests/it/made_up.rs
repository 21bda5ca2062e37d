//! Made-up people, terms and documents.

use std::collections::BTreeMap;
use std::sync::Mutex;

use abdm_core::api::consent::DateRange;
use abdm_core::id::HipId;
use abdm_core::vocabulary::HiType;
use fhir_bundles::build::{Facility, Medicine, OpConsultation, Patient, Practitioner, Visit};
use hiu_services::ConsentRequest;

// Ids and terms are those of the flows' own tests.
#[path = "../../src/flow/made_up.rs"]
mod terms;

pub(crate) use self::terms::*;

pub(crate) fn hip_id() -> HipId {
    HipId::new("IN0000000002").unwrap()
}

/// What the hospital asks for: five years.
pub(crate) fn question() -> ConsentRequest {
    ConsentRequest::for_care("asha.test@sbx".parse().unwrap(), doctor())
        .of_types([HiType::OpConsultation, HiType::Prescription])
        .dated(DateRange::new(at("2021-01-01T00:00:00Z"), at("2026-09-14T00:00:00Z")))
        .erased_at(at("2026-10-14T00:00:00Z"))
}

/// A consultation that tells its care context by its medicine: the same bytes each time, as out of
/// a hospital's archive.
pub(crate) fn document(reference: &str) -> Vec<u8> {
    static ARCHIVE: Mutex<BTreeMap<String, Vec<u8>>> = Mutex::new(BTreeMap::new());
    let build = || document_of(Patient::with_abha_address("Asha Devi", "asha.test@sbx"), reference);
    ARCHIVE.lock().unwrap().entry(reference.to_owned()).or_insert_with(build).clone()
}

/// One of any patient, built anew.
pub(crate) fn document_of(patient: Patient, reference: &str) -> Vec<u8> {
    OpConsultation::new(
        patient,
        Practitioner::with_hpr_id("Dr. Rao", "71-1234-5678-9012"),
        Facility::new("Sunrise Clinic", "IN0000000002"),
        Visit::outpatient("2025-03-01T10:30:00+05:30"),
    )
    .medication(Medicine::new(format!("Medicine of {reference}")).timing("BD"))
    .build()
    .unwrap()
    .to_vec()
}
