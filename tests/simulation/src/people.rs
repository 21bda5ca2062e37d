//! Patients, their visits and their documents: made up from the seed, and marked so that each can be
//! found again wherever it turns up.

use std::collections::BTreeMap;

use abdm_core::id::{CareContextReference, HipId, HiuId, PatientReference};
use abdm_core::person::AbhaAddress;
use abdm_core::vocabulary::{Gender, HiType};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use hip_services::{LinkPatient, RecordId, Visit};

use crate::options::Options;
use crate::random::Random;

/// What stands in nobody's log: names, addresses, documents, tokens and secrets are marked with it.
pub(crate) const MARK: &str = "Xqzkept";

/// A patient.
#[derive(Debug, Clone)]
pub(crate) struct Patient {
    pub(crate) address: AbhaAddress,
    name: String,
    reference: PatientReference,
}

/// A visit at a facility.
#[derive(Debug, Clone)]
pub(crate) struct Stay {
    pub(crate) hip: HipId,
    pub(crate) patient: AbhaAddress,
    pub(crate) context: CareContextReference,
    date: DateTime<Utc>,
    hi_types: Vec<HiType>,
}

/// A document of a visit.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    pub(crate) id: RecordId,
    pub(crate) context: CareContextReference,
    /// Whom it names, which somebody may have got wrong.
    pub(crate) names: AbhaAddress,
    pub(crate) hi_type: HiType,
    pub(crate) date: DateTime<Utc>,
    pub(crate) content: Bytes,
}

/// Everybody and everything that a run knows of.
#[derive(Debug)]
pub(crate) struct People {
    pub(crate) hips: Vec<HipId>,
    pub(crate) hius: Vec<HiuId>,
    pub(crate) patients: Vec<Patient>,
    pub(crate) stays: Vec<Stay>,
    documents: BTreeMap<String, Document>,
}

/// Kinds of documents, of which consents name some.
pub(crate) const HI_TYPES: [HiType; 3] =
    [HiType::OpConsultation, HiType::Prescription, HiType::DiagnosticReport];

impl People {
    /// Those of a seed.
    ///
    /// # Panics
    /// Never: the made-up ids have their form.
    pub(crate) fn drawn(random: &Random, options: &Options, now: DateTime<Utc>) -> Self {
        let hips = (1..=options.hip_facilities).map(|n| format!("IN000000000{n}"));
        let hius = (1..=options.hiu_facilities).map(|n| format!("IN000000002{n}"));
        let mut people = Self {
            hips: hips.map(|id| id.parse().expect("a facility's id")).collect(),
            hius: hius.map(|id| id.parse().expect("a facility's id")).collect(),
            patients: Vec::new(),
            stays: Vec::new(),
            documents: BTreeMap::new(),
        };
        for number in 1..=options.patients {
            let patient = Patient {
                address: format!("p{number}{}@sbx", MARK.to_lowercase())
                    .parse()
                    .expect("an ABHA address"),
                name: format!("Patient {MARK}"),
                reference: format!("UHID-{number}").parse().expect("a reference"),
            };
            people.patients.push(patient);
        }
        for patient in people.patients.clone() {
            for hip in people.hips.clone() {
                for _ in 0..random.between(1, options.most_visits) {
                    people.add_stay(random, options, now, &patient, &hip);
                }
            }
        }
        people
    }

    fn add_stay(
        &mut self,
        random: &Random,
        options: &Options,
        now: DateTime<Utc>,
        patient: &Patient,
        hip: &HipId,
    ) {
        let context: CareContextReference =
            format!("OPD-{}", self.stays.len() + 1).parse().expect("a reference");
        let date = now - TimeDelta::days(i64::try_from(random.between(2, 300)).unwrap_or(2));
        for _ in 0..random.between(0, options.most_documents) {
            // Somebody puts a document of another patient into this one's visit now and then.
            let misplaced = random.chance(700);
            let other = self.patients.iter().find(|other| other.address != patient.address);
            let names = match other {
                Some(other) if misplaced => other.address.clone(),
                _ => patient.address.clone(),
            };
            let name = format!("D{}", self.documents.len() + 1);
            let document = Document {
                id: name.parse().expect("a record's id"),
                context: context.clone(),
                hi_type: random.one_of(&HI_TYPES).cloned().unwrap_or(HiType::Prescription),
                date: date + TimeDelta::minutes(i64::try_from(random.below(90)).unwrap_or(0)),
                content: content(&name, &names),
                names,
            };
            self.documents.insert(name, document);
        }
        self.stays.push(Stay {
            hip: hip.clone(),
            patient: patient.address.clone(),
            context,
            date,
            hi_types: HI_TYPES.to_vec(),
        });
    }

    /// The documents that lie in a visit.
    pub(crate) fn documents_of(&self, context: &CareContextReference) -> Vec<&Document> {
        self.documents.values().filter(|document| document.context == *context).collect()
    }

    /// The document of these bytes.
    pub(crate) fn document_of(&self, bytes: &[u8]) -> Option<&Document> {
        self.documents.values().find(|document| document.content.as_ref() == bytes)
    }

    /// A patient with all visits at a facility, as they are linked.
    pub(crate) fn to_link(&self, patient: &Patient, hip: &HipId) -> LinkPatient {
        let whole = LinkPatient::new(
            patient.address.clone(),
            patient.reference.clone(),
            patient.name.clone(),
            Gender::Female,
            1988,
        );
        let stays = self.stays.iter();
        let stays = stays.filter(|stay| stay.hip == *hip && stay.patient == patient.address);
        stays.fold(whole, |whole, stay| {
            whole.visit(Visit::new(
                stay.context.clone(),
                format!("a visit {MARK}"),
                stay.date,
                stay.hi_types.clone(),
            ))
        })
    }

    /// The patient's number at the facilities.
    pub(crate) fn reference_of(&self, address: &AbhaAddress) -> Option<&PatientReference> {
        let of = self.patients.iter().find(|patient| patient.address == *address);
        of.map(|patient| &patient.reference)
    }
}

/// A small document of a patient.
fn content(name: &str, of: &AbhaAddress) -> Bytes {
    let document = serde_json::json!({
        "resourceType": "Bundle", "type": "document", "timestamp": "2026-01-02T10:30:00+05:30",
        "entry": [
            {"fullUrl": "urn:uuid:11111111-1111-4111-8111-111111111111", "resource": {
                "resourceType": "Composition", "status": "final",
                "title": format!("{name} {MARK}"),
                "date": "2026-01-02T10:30:00+05:30"}},
            {"fullUrl": "urn:uuid:22222222-2222-4222-8222-222222222222", "resource": {
                "resourceType": "Patient", "identifier": [
                    {"system": "https://phr.abdm.gov.in", "value": of.to_string()}]}},
        ],
    });
    Bytes::from(document.to_string())
}
