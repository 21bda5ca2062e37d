//! Patients, their visits and their documents: made up from the seed, and marked so that each can be
//! found again wherever it turns up.
//!
//! All of them are one family with one telephone. One may stand twice in the register, and one, a
//! child who looks for nothing, stands there with her mother's ABHA address: a slip of the desk's.

use std::collections::BTreeMap;

use abdm_core::id::{CareContextReference, HipId, HiuId, PatientReference};
use abdm_core::person::AbhaAddress;
use abdm_core::vocabulary::{Gender, HiType};
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use hip_services::api::user_linking::{Identifier, IdentifierType, SoughtPatient};
use hip_services::patient_index::{Proof, RegisteredPatient};
use hip_services::{LinkPatient, RecordId, Visit};

use crate::options::Options;
use crate::random::Random;

/// What stands in nobody's log: names, addresses, documents, tokens and secrets are marked with it.
pub(crate) const MARK: &str = "Xqzkept";

/// The telephone of the whole family: ten digits, which stand in nobody's log either.
pub(crate) const FAMILY_MOBILE: &str = "9876501234";

/// Given names, genders and years of birth: first those who link and are asked, then the child.
const FAMILY: [(&str, Gender, u16); 3] =
    [("Asha", Gender::Female, 1988), ("Ravi", Gender::Male, 1961), ("Meera", Gender::Female, 2016)];

/// A patient.
#[derive(Debug, Clone)]
pub(crate) struct Patient {
    pub(crate) address: AbhaAddress,
    name: String,
    gender: Gender,
    year_of_birth: u16,
    /// The facilities' numbers for them, and what the register has of the ABHA address under each.
    registered: Vec<(PatientReference, AbhaAddress, Proof)>,
}

/// A visit at a facility.
#[derive(Debug, Clone)]
pub(crate) struct Stay {
    pub(crate) hip: HipId,
    pub(crate) patient: AbhaAddress,
    pub(crate) context: CareContextReference,
    /// Under which of the facility's numbers for the patient.
    pub(crate) reference: PatientReference,
    date: DateTime<Utc>,
    hi_types: Vec<HiType>,
    /// Who wants it linked: the facility, the patient, or both.
    by_facility: bool,
    by_patient: bool,
}

impl Stay {
    fn visit(&self) -> Visit {
        let (context, display) = (self.context.clone(), format!("a visit {MARK}"));
        Visit::new(context, display, self.date, self.hi_types.clone())
    }
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
    /// A facility of the same bridge that speaks V0.5. It knows nothing of the others' patients'
    /// accounts, and nobody asks for its records.
    pub(crate) older: Option<HipId>,
    pub(crate) hius: Vec<HiuId>,
    pub(crate) patients: Vec<Patient>,
    /// A child of the family, of whom nobody asks anything.
    child: Option<Patient>,
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
            older: options.speaks_older.then(|| "IN0000000009".parse().expect("a facility's id")),
            patients: Vec::new(),
            child: None,
            stays: Vec::new(),
            documents: BTreeMap::new(),
        };
        let mut family = FAMILY.iter().enumerate();
        let mut member = || {
            let (place, (name, gender, born)) = family.next().expect("the family is large enough");
            Patient::drawn(random, place, name, gender, *born)
        };
        people.patients.extend((0..options.patients).map(|_| member()));
        let mut child = member();
        if let (Some(own), Some(mother)) = (child.registered.first_mut(), people.patients.first()) {
            (own.1, own.2) = (mother.address.clone(), Proof::Typed);
        }
        for hip in people.hips.clone() {
            for patient in people.patients.clone() {
                let links = random.chance(options.link_themselves);
                for _ in 0..random.between(1, options.most_visits) {
                    let by = if links { random.below(3) } else { 0 };
                    people.add_stay(random, options, now, &patient, &hip, (by != 1, by != 0));
                }
            }
            people.add_stay(random, options, now, &child, &hip, (false, false));
        }
        people.child = Some(child);
        if let Some(older) = people.older.clone() {
            let random = random.of("older");
            for patient in people.patients.clone() {
                people.add_stay(&random, options, now, &patient, &older, (true, false));
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
        (by_facility, by_patient): (bool, bool),
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
            reference: patient.one_reference(random),
            date,
            hi_types: HI_TYPES.to_vec(),
            by_facility,
            by_patient,
        });
    }

    /// All facilities of the hospital's bridge.
    pub(crate) fn all_hips(&self) -> impl Iterator<Item = &HipId> {
        self.hips.iter().chain(&self.older)
    }

    /// The documents that lie in a visit.
    pub(crate) fn documents_of(&self, context: &CareContextReference) -> Vec<&Document> {
        self.documents.values().filter(|document| document.context == *context).collect()
    }

    /// The document of these bytes.
    pub(crate) fn document_of(&self, bytes: &[u8]) -> Option<&Document> {
        self.documents.values().find(|document| document.content.as_ref() == bytes)
    }

    /// A patient with the visits that a facility links, as it links them: once for each of its
    /// numbers for the patient.
    pub(crate) fn to_link(&self, patient: &Patient, hip: &HipId) -> Vec<LinkPatient> {
        let links = patient.registered.iter().map(|(reference, ..)| {
            let whole = LinkPatient::new(
                patient.address.clone(),
                reference.clone(),
                patient.name.clone(),
                patient.gender.clone(),
                patient.year_of_birth,
            );
            let stays = self.stays.iter().filter(|stay| stay.hip == *hip && stay.by_facility);
            let stays = stays.filter(|stay| stay.reference == *reference);
            stays.fold(whole, |whole, stay| whole.visit(stay.visit()))
        });
        links.filter(|link| !link.visits.is_empty()).collect()
    }

    /// The visits at a facility that a patient wants to link from the app.
    pub(crate) fn wanted_by(&self, patient: &Patient, hip: &HipId) -> Vec<CareContextReference> {
        let stays = self.stays.iter().filter(|stay| stay.hip == *hip && stay.by_patient);
        let own = stays.filter(|stay| stay.patient == patient.address);
        own.map(|stay| stay.context.clone()).collect()
    }

    /// The visit of this name.
    pub(crate) fn stay(&self, context: &CareContextReference) -> Option<&Stay> {
        self.stays.iter().find(|stay| stay.context == *context)
    }

    /// The visits at a facility under one of its numbers for a patient.
    pub(crate) fn visits_of(&self, hip: &HipId, reference: &PatientReference) -> Vec<Visit> {
        let stays = self.stays.iter();
        let of = stays.filter(|stay| stay.hip == *hip && stay.reference == *reference);
        of.map(Stay::visit).collect()
    }

    /// Whether this is one of the facilities' numbers for this patient.
    pub(crate) fn is_registered(
        &self,
        patient: &AbhaAddress,
        reference: &PatientReference,
    ) -> bool {
        let known = self.patients.iter().find(|known| known.address == *patient);
        known.is_some_and(|known| known.registered.iter().any(|(own, ..)| own == reference))
    }

    /// The hospital's register of patients.
    pub(crate) fn register(&self) -> Vec<RegisteredPatient> {
        let rows = self.patients.iter().chain(&self.child).flat_map(|patient| {
            patient.registered.iter().map(|(reference, address, proof)| {
                RegisteredPatient::new(reference.clone(), format!("a patient {MARK}"))
                    .name(patient.name.clone())
                    .gender(patient.gender.clone())
                    .year_of_birth(patient.year_of_birth)
                    .abha_address(address.as_str(), *proof)
                    .mobile(format!("+91 {FAMILY_MOBILE}"))
                    .record_number(reference.as_str())
            })
        });
        rows.collect()
    }
}

impl Patient {
    fn drawn(random: &Random, place: usize, name: &str, gender: &Gender, born: u16) -> Self {
        let number = place + 1;
        let address: AbhaAddress =
            format!("p{number}{}@sbx", MARK.to_lowercase()).parse().expect("an ABHA address");
        // The address of the first one is proven, that of the second was typed in at the desk.
        let proof = Proof::when(place == 0);
        let once_more = (place == 0 && random.chance(5_000)).then(|| format!("UHID-{number}-B"));
        let references = std::iter::once(format!("UHID-{number}")).chain(once_more);
        let registered = references
            .map(|text| (text.parse().expect("a reference"), address.clone(), proof))
            .collect();
        let name = format!("{name} {MARK}");
        Self { address, name, gender: gender.clone(), year_of_birth: born, registered }
    }

    /// One of the facilities' numbers for them.
    fn one_reference(&self, random: &Random) -> PatientReference {
        random.one_of(&self.registered).expect("everybody is registered").0.clone()
    }

    /// What ABDM says of them in a discovery.
    pub(crate) fn sought(&self) -> SoughtPatient {
        let mobile = Identifier::new(IdentifierType::Mobile, format!("+91{FAMILY_MOBILE}"));
        let mut sought = SoughtPatient::new(self.address.clone(), vec![mobile]);
        sought.name = Some(self.name.clone());
        sought.gender = Some(self.gender.clone());
        sought.year_of_birth = Some(self.year_of_birth);
        sought
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
