//! Patients and their records from a file: the hospital's database, where there is none.
//!
//! `examples/README.md` describes the forms that are read. Everything is made and checked at the start,
//! so that a record which cannot become a correct document is refused before anybody is told of it.

mod documents;
mod fields;
mod file;
mod json;
mod patients;
mod problems;
#[cfg(test)]
mod tests;

use std::path::Path;

use abdm_core::id::{CareContextReference, HipId, PatientReference};
use abdm_core::vocabulary::HiType;
use anyhow::Context as _;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use hip_services::patient_index::{Proof, RegisteredPatient};
use hip_services::{LinkPatient, ListedRecord, Record, RecordId, Visit, year_of_birth};

pub use self::patients::Patient;
pub use self::problems::{RecordsError, RecordsProblem};

/// The invented patients and records that are served when no file is named: people of the local
/// sandbox.
const INVENTED: &[u8] = include_bytes!("invented-records.json");

/// Patients and their records.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Records {
    /// The patients.
    pub patients: Vec<Patient>,
    /// Their documents, in the order of the file.
    pub documents: Vec<Document>,
}

/// One document, as it is sent.
#[derive(Clone)]
#[non_exhaustive]
pub struct Document {
    /// The facility's number for it.
    pub id: RecordId,
    /// Whose.
    pub patient: PatientReference,
    /// Of which visit.
    pub care_context: CareContextReference,
    /// How the patient's app names the visit.
    pub display: String,
    /// Of which kind.
    pub hi_type: HiType,
    /// When it was made.
    pub date: DateTime<Utc>,
    /// The bundle.
    pub content: Bytes,
}

/// Shows no contents.
impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Document").field("id", &self.id).field("hi_type", &self.hi_type).finish()
    }
}

impl Document {
    /// As a line of the list of a visit's records.
    #[must_use]
    pub fn listed(&self) -> ListedRecord {
        ListedRecord::new(self.id.clone(), self.hi_type.clone(), self.date)
    }

    /// As it is sent.
    #[must_use]
    pub fn record(&self) -> Record {
        Record::new(self.hi_type.clone(), self.date, self.content.clone())
    }
}

impl Records {
    /// Reads a file, or where none is named the invented patients and records.
    ///
    /// # Errors
    /// When the file cannot be read, or with every problem of it, see [`RecordsError`].
    pub fn open(file: Option<&Path>, hip_id: &HipId, hip_name: &str) -> anyhow::Result<Self> {
        let Some(path) = file else {
            return Ok(Self::read(INVENTED, hip_id, hip_name)?);
        };
        let bytes = std::fs::read(path).with_context(|| format!("--records {}", path.display()))?;
        Self::read(&bytes, hip_id, hip_name)
            .with_context(|| format!("--records {}", path.display()))
    }

    /// Reads the text of a file for this facility.
    ///
    /// # Errors
    /// [`RecordsError`] with every problem at once.
    pub fn read(bytes: &[u8], hip_id: &HipId, hip_name: &str) -> Result<Self, RecordsError> {
        let mut problems = Vec::new();
        let contents = file::read(bytes).map_err(|problem| RecordsError::new(vec![problem]))?;
        let mut patients = patients::Patients::default();
        for (place, json) in &contents.patients {
            patients.declare(place, json, &mut problems);
        }
        let facility = documents::Facility { hip_id, name: hip_name };
        let documents = documents::of(&contents.records, &facility, &mut patients, &mut problems);
        if problems.is_empty() {
            return Ok(Self { patients: patients.into_all(), documents });
        }
        Err(RecordsError::new(problems))
    }

    /// The documents of a visit.
    pub fn of_visit<'a>(
        &'a self,
        care_context: &'a CareContextReference,
    ) -> impl Iterator<Item = &'a Document> {
        self.documents.iter().filter(move |document| document.care_context == *care_context)
    }

    /// A patient's visits, each with the kinds of its records, in the order of the file.
    #[must_use]
    pub fn visits(&self, patient: &PatientReference) -> Vec<Visit> {
        let mut visits: Vec<Visit> = Vec::new();
        for document in self.documents.iter().filter(|document| document.patient == *patient) {
            let (reference, hi_type) = (&document.care_context, &document.hi_type);
            match visits.iter_mut().find(|visit| visit.reference == *reference) {
                Some(visit) if visit.hi_types.contains(hi_type) => {}
                Some(visit) => visit.hi_types.push(hi_type.clone()),
                None => visits.push(Visit::new(
                    reference.clone(),
                    &document.display,
                    document.date,
                    [hi_type.clone()],
                )),
            }
        }
        visits
    }

    /// Patients with an ABHA address and visits: all of them, or this one.
    #[must_use]
    pub fn to_link(&self, patient: Option<&PatientReference>) -> Vec<LinkPatient> {
        let meant = |own: &&Patient| patient.is_none_or(|wanted| own.reference == *wanted);
        let wishes = self.patients.iter().filter(meant).filter_map(|own| {
            let visits = self.visits(&own.reference);
            if visits.is_empty() { None } else { own.to_link(visits) }
        });
        wishes.collect()
    }
}

impl Patient {
    /// As a row of the register, for a patient's own search.
    #[must_use]
    pub fn registered(&self) -> RegisteredPatient {
        let proof = Proof::when(self.proven);
        let mut row = RegisteredPatient::new(self.reference.clone(), self.display())
            .name(&self.name)
            .record_number(self.reference.as_str());
        row.gender = self.gender.clone();
        row.year_of_birth = self.year_of_birth();
        row.mobiles.clone_from(&self.mobiles);
        if let Some(address) = &self.abha_address {
            row = row.abha_address(address.as_str(), proof);
        }
        if let Some(number) = &self.abha_number {
            row = row.abha_number(number.to_digits(), proof);
        }
        row
    }

    /// The year of birth, if it is known.
    #[must_use]
    pub fn year_of_birth(&self) -> Option<u16> {
        self.birth.as_deref().and_then(|birth| year_of_birth(birth).ok())
    }

    /// What the patient's app shows before the patient has proven who they are: the first name and an
    /// initial.
    #[must_use]
    pub fn display(&self) -> String {
        let mut words = self.name.split_whitespace();
        let first = words.next().unwrap_or_default();
        match words.next_back().and_then(|last| last.chars().next()) {
            Some(initial) => format!("{first} {initial}."),
            None => first.to_owned(),
        }
    }

    /// With these visits, to be linked; without ABHA address, gender or year of birth there is no link.
    #[must_use]
    pub fn to_link(&self, visits: Vec<Visit>) -> Option<LinkPatient> {
        let mut wish = LinkPatient::new(
            self.abha_address.clone()?,
            self.reference.clone(),
            &self.name,
            self.gender.clone()?,
            self.year_of_birth()?,
        );
        wish.abha_number.clone_from(&self.abha_number);
        wish.visits = visits;
        Some(wish)
    }
}
