//! The made-up hospital of milestone 2: its register, its records, the messages that it sends.

use std::sync::{Arc, Mutex, PoisonError};

use abdm_core::id::{CareContextReference, HipId, PatientReference};
use abdm_core::vocabulary::HiType;
use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use fhir_bundles::plain;
use hip_services::patient_index::{
    PatientIndex, PatientQuery, Proof, RegisteredPatient, folded_abha_address,
    folded_record_number, ten_digit_mobile,
};
use hip_services::{
    BackfillCursor, HipEvent, Hospital, HospitalError, LinkPatient, ListedRecord, OldVisit,
    OldVisits, OtpMessage, OtpSender, Record, RecordId, RecordsWanted, Visit, fhir, year_of_birth,
};
use serde_json::{Value, json};

use crate::outcome::{Present as _, Stop};
use crate::people::Person;

/// The hospital. Clones are one.
#[derive(Clone, Default)]
pub(crate) struct MadeUpHospital(Arc<Mutex<Ward>>);

#[derive(Default)]
struct Ward {
    patients: Vec<RegisteredPatient>,
    visits: Vec<KeptVisit>,
    otps: Vec<OtpMessage>,
    events: Vec<HipEvent>,
    /// Which records were read, in order.
    read: Vec<RecordId>,
}

/// A visit with its records.
#[derive(Clone)]
struct KeptVisit {
    patient: LinkPatient,
    visit: Visit,
    records: Vec<KeptRecord>,
}

#[derive(Clone)]
struct KeptRecord {
    id: RecordId,
    hi_type: HiType,
    date: DateTime<Utc>,
    document: Bytes,
}

/// By what the register knows somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KnownBy {
    /// The ABHA address, proven by an earlier login.
    AbhaAddress,
    /// The mobile number, with name, gender and year of birth.
    Mobile,
    /// The hospital's own number for them, and nothing that ABDM vouches for.
    OwnNumber,
}

impl MadeUpHospital {
    fn with<T>(&self, act: impl FnOnce(&mut Ward) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Registers somebody under this number of the hospital's.
    pub(crate) fn register(
        &self,
        person: &Person,
        number: &str,
        known_by: KnownBy,
    ) -> Result<PatientReference, Stop> {
        let reference: PatientReference = number.parse()?;
        let mut patient = RegisteredPatient::new(reference.clone(), shortened(&person.name))
            .name(&person.name)
            .gender(person.gender.clone())
            .year_of_birth(year_of_birth(&person.date_of_birth.to_string())?)
            .record_number(number);
        match known_by {
            KnownBy::AbhaAddress => {
                let address = person.abha_address.as_ref().present()?;
                patient = patient.abha_address(address.as_str(), Proof::Proven);
                patient = patient.mobile(person.mobile.expose());
            }
            KnownBy::Mobile => patient = patient.mobile(person.mobile.expose()),
            KnownBy::OwnNumber => {}
        }
        self.with(|ward| ward.patients.push(patient));
        Ok(reference)
    }

    /// Keeps a visit of somebody with a record of each of these kinds.
    pub(crate) fn keep(&self, patient: &LinkPatient, visit: &Visit) -> Result<Vec<Bytes>, Stop> {
        self.keep_made_at(patient, visit, visit.date)
    }

    /// The same with records that were made at another time than the visit's date.
    pub(crate) fn keep_made_at(
        &self,
        patient: &LinkPatient,
        visit: &Visit,
        made: DateTime<Utc>,
    ) -> Result<Vec<Bytes>, Stop> {
        let (mut records, mut documents) = (Vec::new(), Vec::new());
        for hi_type in &visit.hi_types {
            let document = document(hi_type, patient)?;
            documents.push(document.clone());
            records.push(KeptRecord {
                id: RecordId::new(format!("{}-{hi_type}-{}", visit.reference, made.timestamp()))?,
                hi_type: hi_type.clone(),
                date: made,
                document,
            });
        }
        self.with(|ward| {
            match ward.visits.iter_mut().find(|v| v.visit.reference == visit.reference) {
                Some(known) => known.records.append(&mut records),
                None => {
                    ward.visits.push(KeptVisit {
                        patient: patient.clone(),
                        visit: visit.clone(),
                        records,
                    });
                }
            }
        });
        Ok(documents)
    }

    /// The last OTP that went out to link records.
    pub(crate) fn last_otp(&self) -> Result<OtpMessage, Stop> {
        self.with(|ward| ward.otps.last().cloned()).present()
    }

    /// How many OTPs went out.
    pub(crate) fn otps_sent(&self) -> usize {
        self.with(|ward| ward.otps.len())
    }

    /// Whether the register has a mobile number under this number of the hospital's.
    pub(crate) fn has_mobile_of(&self, reference: &PatientReference) -> bool {
        self.with(|ward| {
            let mut patients = ward.patients.iter();
            patients.any(|known| known.reference == *reference && !known.mobiles.is_empty())
        })
    }

    /// What the HIP has told the hospital.
    pub(crate) fn heard(&self) -> Vec<HipEvent> {
        self.with(|ward| ward.events.clone())
    }

    /// How many records a visit has.
    pub(crate) fn records_of(&self, visit: &CareContextReference) -> usize {
        self.with(|ward| ward.of(visit).count())
    }

    /// How many records were read to be sent.
    pub(crate) fn records_read(&self) -> usize {
        self.with(|ward| ward.read.len())
    }
}

/// A name as the register shows it to whoever is not proven yet: `Asha K.`
fn shortened(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().unwrap_or_default();
    let initial = words.next_back().and_then(|last| last.chars().next());
    initial.map_or_else(|| first.to_owned(), |initial| format!("{first} {initial}."))
}

/// Somebody as ABDM is told of them: with name, gender and year of birth as in the ABHA profile.
pub(crate) fn link_patient(
    person: &Person,
    reference: &PatientReference,
) -> Result<LinkPatient, Stop> {
    let address = person.abha_address.clone().present()?;
    let year = year_of_birth(&person.date_of_birth.to_string())?;
    let (name, gender) = (person.name.clone(), person.gender.clone());
    let patient = LinkPatient::new(address, reference.clone(), name, gender, year);
    Ok(match &person.abha_number {
        Some(number) => patient.abha_number(number.clone()),
        None => patient,
    })
}

/// A visit whose display says nothing clinical.
pub(crate) fn visit(
    reference: &str,
    date: DateTime<Utc>,
    hi_types: impl IntoIterator<Item = HiType>,
) -> Result<Visit, Stop> {
    let display = format!("Visit of {}", date.format("%d %b %Y"));
    Ok(Visit::new(reference.parse()?, display, date, hi_types))
}

/// A correct document of a kind, about this patient.
fn document(hi_type: &HiType, patient: &LinkPatient) -> Result<Bytes, Stop> {
    let kind = fhir::document_hi_type(hi_type).present()?;
    let mut facts: Value = serde_json::from_str(plain::example(kind))?;
    let about = facts.get_mut("patient").present()?;
    *about = json!({"name": patient.name, "abhaAddress": patient.abha_address.as_str()});
    let document = plain::to_bundle(kind, facts.to_string().as_bytes())?;
    Ok(Bytes::from(document.to_vec()))
}

#[async_trait]
impl Hospital for MadeUpHospital {
    async fn list(&self, wanted: &RecordsWanted) -> Result<Vec<ListedRecord>, HospitalError> {
        let listed = |r: &KeptRecord| ListedRecord::new(r.id.clone(), r.hi_type.clone(), r.date);
        Ok(self.with(|ward| {
            ward.of(&wanted.care_context.care_context_reference).map(listed).collect()
        }))
    }

    async fn document(
        &self,
        id: &RecordId,
        wanted: &RecordsWanted,
    ) -> Result<Option<Record>, HospitalError> {
        let context = &wanted.care_context.care_context_reference;
        Ok(self.with(|ward| {
            ward.read.push(id.clone());
            let found = ward.of(context).find(|record| record.id == *id);
            found.map(|r| Record::new(r.hi_type.clone(), r.date, r.document.clone()))
        }))
    }

    async fn on_event(&self, event: &HipEvent) -> Result<(), HospitalError> {
        self.with(|ward| ward.events.push(event.clone()));
        Ok(())
    }
}

impl Ward {
    fn of(&self, context: &CareContextReference) -> impl Iterator<Item = &KeptRecord> {
        let visits = self.visits.iter().filter(move |kept| kept.visit.reference == *context);
        visits.flat_map(|kept| &kept.records)
    }
}

#[async_trait]
impl PatientIndex for MadeUpHospital {
    async fn find(&self, wanted: &PatientQuery) -> Result<Vec<RegisteredPatient>, HospitalError> {
        let has = |known: &[String], form: fn(&str) -> Option<String>, sought: &[String]| {
            known.iter().filter_map(|typed| form(typed)).any(|own| sought.contains(&own))
        };
        let fits = |patient: &&RegisteredPatient| {
            let addresses: Vec<String> =
                patient.abha_addresses.iter().map(|(address, _)| address.clone()).collect();
            has(&addresses, folded_abha_address, &wanted.abha_addresses)
                || has(&patient.mobiles, ten_digit_mobile, &wanted.mobiles)
                || has(&patient.record_numbers, folded_record_number, &wanted.record_numbers)
        };
        Ok(self.with(|ward| ward.patients.iter().filter(fits).cloned().collect()))
    }

    async fn care_contexts(
        &self,
        _: &HipId,
        patient: &PatientReference,
    ) -> Result<Vec<Visit>, HospitalError> {
        Ok(self.with(|ward| {
            let own = ward.visits.iter().filter(|kept| kept.patient.reference == *patient);
            own.map(|kept| kept.visit.clone()).collect()
        }))
    }
}

/// The hospital has no SMS service here: the desk reads the OTP out to the patient.
#[async_trait]
impl OtpSender for MadeUpHospital {
    async fn send(&self, otp: &OtpMessage) -> Result<(), HospitalError> {
        self.with(|ward| ward.otps.push(otp.clone()));
        Ok(())
    }
}

/// The visits that are kept, the earliest registered first.
#[async_trait]
impl OldVisits for MadeUpHospital {
    async fn next(
        &self,
        _: &HipId,
        after: Option<&BackfillCursor>,
        limit: usize,
    ) -> Result<Vec<OldVisit>, HospitalError> {
        let begin: usize = match after {
            Some(cursor) => cursor.as_str().parse::<usize>()?,
            None => 0,
        };
        let kept = self.with(|ward| ward.visits.clone());
        let rest = kept.into_iter().enumerate().skip(begin).take(limit);
        rest.map(|(place, kept)| {
            let cursor = BackfillCursor::new((place + 1).to_string())?;
            Ok(OldVisit::new(cursor, kept.patient, kept.visit))
        })
        .collect()
    }
}
