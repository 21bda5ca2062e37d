//! Made-up terms and ids for the tests of the flows.

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

/// What the patient grants: two years, two visits.
pub(crate) fn granted(consent: ConsentId) -> ConsentDetail {
    let dates = DateRange::new(at("2024-01-01T00:00:00Z"), at("2026-01-01T00:00:00Z"));
    let permission = Permission::new(AccessMode::View, dates, at("2026-10-01T00:00:00Z"));
    let mut terms = ConsentDetail::new(
        consent,
        "asha.test@sbx".parse().unwrap(),
        HipId::new("IN0000000002").unwrap(),
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
