//! The documents of a file's records.

use std::collections::BTreeMap;

use abdm_core::id::{CareContextReference, HipId, PatientReference};
use abdm_core::person::{AbhaAddress, AbhaNumber};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use fhir_bundles::plain::{self, PlainError};
use fhir_bundles::{DocumentBundle, HiType, check};
use hip_services::RecordId;
use hip_services::fhir::hi_type;

use super::Document;
use super::fields::{Fields, same};
use super::json::{Json, Object};
use super::patients::{Patient, Patients, short_digest};
use super::problems::RecordsProblem;

/// How many findings of one document are told.
const FINDINGS: usize = 3;

/// By one of these a plain record's patient is told from others.
const IDENTIFIERS: [&str; 3] = ["abhaNumber", "abhaAddress", "facilityNumber"];

/// The facility, for records that do not name it.
pub(super) struct Facility<'a> {
    pub(super) hip_id: &'a HipId,
    pub(super) name: &'a str,
}

/// The documents of all records; what is wrong goes to `problems`.
pub(super) fn of(
    records: &[(String, Json)],
    facility: &Facility<'_>,
    patients: &mut Patients,
    problems: &mut Vec<RecordsProblem>,
) -> Vec<Document> {
    let mut owners: BTreeMap<String, (PatientReference, usize)> = BTreeMap::new();
    let mut documents = Vec::new();
    for (place, json) in records {
        match Entry::of(place, json).document(facility, patients) {
            Err(found) => problems.extend(found),
            Ok(mut document) => {
                let visit = document.care_context.to_string();
                let fresh = (document.patient.clone(), 0);
                let (owner, count) = owners.entry(visit.clone()).or_insert(fresh);
                if *owner != document.patient {
                    let text = "another patient has a visit of the same number";
                    problems.push(RecordsProblem::new(format!("{place}.careContext"), text));
                    continue;
                }
                *count += 1;
                if let Ok(id) = RecordId::new(format!("{visit}.{count}")) {
                    document.id = id;
                }
                documents.push(document);
            }
        }
    }
    documents
}

/// One record and what stands beside it.
struct Entry<'a> {
    place: &'a str,
    /// Where the record itself stands.
    inner: String,
    record: &'a Json,
    beside: Option<Fields<'a>>,
}

type Found<T> = Result<T, Vec<RecordsProblem>>;

impl<'a> Entry<'a> {
    fn of(place: &'a str, json: &'a Json) -> Self {
        let fields = Fields::of(json);
        match fields.form(&["record", "bundle"]) {
            Some(record) => {
                Self { place, inner: format!("{place}.record"), record, beside: Some(fields) }
            }
            None => Self { place, inner: place.to_owned(), record: json, beside: None },
        }
    }

    fn document(&self, facility: &Facility<'_>, patients: &mut Patients) -> Found<Document> {
        let reference = self.patient(patients)?;
        let Some(patient) = patients.get(&reference).cloned() else {
            return self.fails("patient", "there is no such patient in \"patients\"");
        };
        let is_bundle = Fields::of(self.record).text(&["resourceType"]).is_some();
        let document = if is_bundle { self.given()? } else { self.made(&patient, facility)? };
        let content = document.to_vec();
        let findings: Vec<_> = check(&content).errors().take(FINDINGS).cloned().collect();
        if !findings.is_empty() {
            let told = findings.iter().map(|finding| {
                let place = format!("{}, as {}", self.inner, finding.path);
                RecordsProblem::new(place, format!("{}; {}", finding.message, finding.help))
            });
            return Err(told.collect());
        }
        let Some(kind) = document.hi_type() else {
            return self.fails("type", "its Composition is of no kind that ABDM exchanges");
        };
        let date = self.date(&document)?;
        let care_context = self.care_context(&reference, date)?;
        let shown = self.beside.and_then(|beside| beside.text(&["display", "title"]));
        let display = shown.unwrap_or_else(|| format!("Visit of {}", date.format("%-d %b %Y")));
        let id = RecordId::new(care_context.as_str());
        let Ok(id) = id else { return self.fails("careContext", "it cannot be used as a number") };
        Ok(Document {
            id,
            patient: reference,
            care_context,
            display,
            hi_type: hi_type(kind),
            date,
            content: content.into(),
        })
    }

    fn fails<T>(&self, field: &str, text: impl Into<String>) -> Found<T> {
        Err(vec![RecordsProblem::new(format!("{}.{field}", self.place), text)])
    }

    /// Whose record it is: as it stands beside the record, or as the record itself says.
    fn patient(&self, patients: &mut Patients) -> Found<PatientReference> {
        let inner = Fields::of(self.record).form(&["patient"]);
        let names = ["patient", "patientReference", "uhid"];
        let mut problems = Vec::new();
        let mut named = |place: String, json: &Json, reference: Option<&str>| {
            patients.named(&place, json, reference, &mut problems)
        };
        let found = match self.beside {
            Some(beside) if beside.form(&names).is_some() => {
                let Some(json) = beside.form(&names) else { return Err(Vec::new()) };
                named(format!("{}.patient", self.place), json, None)
            }
            Some(beside) if beside.text(&names).is_some() => {
                let text = beside.text(&names).unwrap_or_default();
                let known = PatientReference::new(&text).ok();
                match (known.filter(|known| patients.get(known).is_some()), inner) {
                    (Some(known), _) => Some(known),
                    (None, Some(json)) => patients.named(
                        &format!("{}.patient", self.inner),
                        json,
                        Some(&text),
                        &mut problems,
                    ),
                    (None, None) => {
                        return self.fails("patient", "there is no such patient in \"patients\"");
                    }
                }
            }
            _ => match inner {
                Some(json) => named(format!("{}.patient", self.inner), json, None),
                None => return self.fails("patient", "it does not say whose record it is"),
            },
        };
        found.ok_or(problems)
    }

    /// A FHIR document as it is.
    fn given(&self) -> Found<DocumentBundle> {
        DocumentBundle::read(&self.record.to_vec())
            .map_err(|error| vec![RecordsProblem::new(&self.inner, error.to_string())])
    }

    /// The document of a plain record.
    fn made(&self, patient: &Patient, facility: &Facility<'_>) -> Found<DocumentBundle> {
        let fields = Fields::of(self.record);
        if let Some(inner) = fields.form(&["patient"]) {
            self.names(patient, Fields::of(inner))?;
        }
        let outer = self.beside.and_then(|beside| beside.text(&["type", "hiType"]));
        let Some(word) = outer.or_else(|| fields.text(&["type"])) else {
            return self.fails("type", "write one such as \"op-consultation\"");
        };
        let Some(kind) = kind(&word) else {
            let known: Vec<&str> = HiType::ALL.into_iter().map(HiType::slug).collect();
            return self.fails("type", format!("it is none of {}", known.join(", ")));
        };
        let record = whole(self.record, patient, facility);
        plain::to_bundle(kind, &record.to_vec()).map_err(|error| match error {
            PlainError::Problems(problems) => problems
                .iter()
                .map(|problem| {
                    let place = format!("{}.{}", self.inner, problem.path);
                    RecordsProblem::new(place, format!("{}; {}", problem.message, problem.help))
                })
                .collect(),
            other => vec![RecordsProblem::new(&self.inner, other.to_string())],
        })
    }

    /// Whether the record names the patient whose it is said to be: another one's would be held back
    /// when it is asked for.
    fn names(&self, patient: &Patient, inner: Fields<'_>) -> Found<()> {
        let text = "it is another one than that of the patient whose record this is said to be";
        let number = inner.text(&["abhaNumber"]).and_then(|text| text.parse::<AbhaNumber>().ok());
        if number.is_some() && patient.abha_number.is_some() && number != patient.abha_number {
            return Err(vec![RecordsProblem::new(
                format!("{}.patient.abhaNumber", self.inner),
                text,
            )]);
        }
        let address = inner.text(&["abhaAddress"]).and_then(|text| text.parse().ok());
        let folded = |address: &AbhaAddress| address.folded();
        let (named, own) =
            (address.as_ref().map(folded), patient.abha_address.as_ref().map(folded));
        if named.is_some() && own.is_some() && named != own {
            return Err(vec![RecordsProblem::new(
                format!("{}.patient.abhaAddress", self.inner),
                text,
            )]);
        }
        Ok(())
    }

    /// When it was made.
    fn date(&self, document: &DocumentBundle) -> Found<DateTime<Utc>> {
        let beside = self.beside.and_then(|beside| beside.text(&["date", "madeAt"]));
        let own = document.composition().and_then(|composition| composition.date.as_ref());
        let own = own.map(|date| date.as_str().to_owned());
        match beside.or(own).as_deref().map(instant) {
            Some(Some(date)) => Ok(date),
            _ => self.fails("date", "write when it was made, such as 2026-03-01T10:30:00+05:30"),
        }
    }

    /// The visit: as it stands beside the record, as the record numbers it, or by patient and day.
    fn care_context(
        &self,
        patient: &PatientReference,
        date: DateTime<Utc>,
    ) -> Found<CareContextReference> {
        let names = ["careContext", "careContextReference", "visit", "visitNumber"];
        let beside = self.beside.and_then(|beside| beside.text(&names));
        let visit = Fields::of(self.record).form(&["visit"]);
        let number = visit.and_then(|visit| Fields::of(visit).text(&["number"]));
        let text = beside.or(number).unwrap_or_else(|| {
            format!("VISIT-{}-{}", date.format("%Y%m%d"), short_digest(patient.as_str()))
        });
        let reference = CareContextReference::new(&text).ok();
        match reference.filter(CareContextReference::keeps_wire_rule) {
            Some(reference) => Ok(reference),
            None => self
                .fails("careContext", "ABDM takes up to 255 letters, digits and _-@,. ()/:\\ only"),
        }
    }
}

/// A plain record with patient and facility, where it left them to what stands beside it, and with the
/// patient's number where nothing else tells who it is.
fn whole(record: &Json, patient: &Patient, facility: &Facility<'_>) -> Json {
    let Some(object) = record.as_object() else { return record.clone() };
    let (mut object, fields) = (object.clone(), Fields::of(record));
    match fields.form(&["patient"]) {
        None => object.insert("patient", of_patient(patient)),
        Some(inner) if Fields::of(inner).get(&IDENTIFIERS).is_none() => {
            let mut named = inner.as_object().cloned().unwrap_or_default();
            named.push("facilityNumber", patient.reference.as_str());
            let name = fields.name(&["patient"]).unwrap_or("patient").to_owned();
            object.insert(&name, named);
        }
        Some(_) => {}
    }
    if fields.get(&["facility"]).is_none() {
        let mut own = Object::default();
        own.push("name", facility.name);
        own.push("hfrId", facility.hip_id.as_str());
        object.insert("facility", own);
    }
    object.into()
}

fn of_patient(patient: &Patient) -> Object {
    let mut own = Object::default();
    own.push("name", patient.name.as_str());
    own.push("facilityNumber", patient.reference.as_str());
    if let Some(number) = &patient.abha_number {
        own.push("abhaNumber", number.to_dashed());
    }
    if let Some(address) = &patient.abha_address {
        own.push("abhaAddress", address.as_str());
    }
    let known = patient.gender.as_ref().and_then(hip_services::fhir::document_gender);
    if let Some(gender) = known {
        own.push("gender", gender.as_str());
    }
    // Other spellings of a date are good for its year alone.
    let is_date = |text: &&String| NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok();
    if let Some(birth) = patient.birth.as_ref().filter(is_date) {
        own.push("birthDate", birth.as_str());
    } else if let Some(year) = patient.year_of_birth() {
        own.push("birthDate", year.to_string());
    }
    own
}

/// A record type by its slug or ABDM's word.
fn kind(word: &str) -> Option<HiType> {
    let is_meant = |kind: &HiType| {
        same(kind.slug(), word) || same(kind.as_str(), word) || same(kind.profile_name(), word)
    };
    HiType::ALL.into_iter().find(is_meant)
}

/// An instant, or the beginning of a day in India.
fn instant(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Some(instant.to_utc());
    }
    let day = text.parse::<NaiveDate>().ok()?.and_time(NaiveTime::MIN);
    let india = chrono::FixedOffset::east_opt(5 * 3600 + 1800)?;
    day.and_local_timezone(india).single().map(|instant| instant.to_utc())
}
