//! Made-up people, terms and documents.

use std::collections::BTreeMap;
use std::sync::Mutex;

use abdm_core::api::consent::{
    ConsentCareContext, ConsentDetail, DateRange, Permission, Requester,
};
use abdm_core::clock::parse_timestamp;
use abdm_core::id::{
    CareContextReference, ConsentId, ConsentRequestId, HipId, HiuId, PatientReference, RequestId,
    TransactionId,
};
use abdm_core::vocabulary::{AccessMode, HiType, PurposeCode};
use chrono::{DateTime, Utc};
use fhir_bundles::build::{Facility, Medicine, OpConsultation, Patient, Practitioner, Visit};
use hiu_services::ConsentRequest;

pub(crate) fn at(text: &str) -> DateTime<Utc> {
    parse_timestamp(text).unwrap()
}

/// The instant at which every test begins.
pub(crate) fn start() -> DateTime<Utc> {
    at("2026-09-14T10:00:00.000Z")
}

pub(crate) fn hiu_id() -> HiuId {
    HiuId::new("IN0000000001").unwrap()
}

pub(crate) fn hip_id() -> HipId {
    HipId::new("IN0000000002").unwrap()
}

pub(crate) fn request_id(number: u8) -> RequestId {
    format!("00000000-0000-4000-8000-0000000000{number:02x}").parse().unwrap()
}

pub(crate) fn consent_request_id() -> ConsentRequestId {
    ConsentRequestId::new("05f14b1d-4465-453a-8249-1382d79d271d").unwrap()
}

pub(crate) fn consent_id(number: u8) -> ConsentId {
    ConsentId::new(format!("d6a83f24-6c96-421e-b8b8-844e5344ef{number:02x}")).unwrap()
}

pub(crate) fn transaction_id() -> TransactionId {
    TransactionId::new("3332b62a-0000-4000-8000-000000000001").unwrap()
}

pub(crate) fn context(reference: &str) -> CareContextReference {
    CareContextReference::new(reference).unwrap()
}

pub(crate) fn doctor() -> Requester {
    Requester::registered("Dr. Example", "REGNO", "MH1001", "https://www.mciindia.org")
}

/// What the hospital asks for: five years.
pub(crate) fn question() -> ConsentRequest {
    ConsentRequest::for_care("asha.test@sbx".parse().unwrap(), doctor())
        .of_types([HiType::OpConsultation, HiType::Prescription])
        .dated(DateRange::new(at("2021-01-01T00:00:00Z"), at("2026-09-14T00:00:00Z")))
        .erased_at(at("2026-10-14T00:00:00Z"))
}

/// What the patient grants: two years, two visits.
pub(crate) fn granted(consent: ConsentId) -> ConsentDetail {
    let dates = DateRange::new(at("2024-01-01T00:00:00Z"), at("2026-01-01T00:00:00Z"));
    let permission = Permission::new(AccessMode::View, dates, at("2026-10-01T00:00:00Z"));
    let mut terms = ConsentDetail::new(
        consent,
        "asha.test@sbx".parse().unwrap(),
        hip_id(),
        PurposeCode::CareManagement.into(),
        permission,
    );
    terms.hi_types = vec![HiType::OpConsultation];
    terms.care_contexts = ["OPD-1", "OPD-2"]
        .map(|reference| {
            ConsentCareContext::new(PatientReference::new("UHID-77").unwrap(), context(reference))
        })
        .to_vec();
    terms
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
