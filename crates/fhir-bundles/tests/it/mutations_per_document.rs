//! One table of single errors, each made in every clean document that has the place for it.
//!
//! Where [`crate::mutations`] picks a document for each error and looks at the rule that finds it,
//! this looks at all eight record types alike: no type may be checked less than another.

use fhir_bundles::{HiType, check};
use serde_json::{Value, json};

use crate::samples;

/// How many kinds of error fit into each document at least.
const FEWEST_KINDS: usize = 40;

/// A kind of single error.
struct Mistake {
    name: &'static str,
    /// Where it is made: a path from the Bundle, or from the first resource of a type.
    place: &'static str,
    change: Change,
    /// Whether it is an error in a document: the guide asks less of some.
    is_error_in: fn(&Value) -> bool,
    /// Where it may be found, when that is not where it was made.
    found_at: &'static [&'static str],
}

/// What is done to the value at the place.
enum Change {
    /// It is taken out.
    Remove,
    /// It becomes another value.
    Replace(Value),
    /// It is added to an object that does not have it.
    Add(Value),
    /// It is added, or becomes another value.
    Put(Value),
    /// An element of a list gets another one before it.
    Insert(Value),
    /// An element of a list is there a second time, right after itself.
    Repeat,
    /// It changes places with the element of its list that follows.
    SwapWithNext,
    /// It becomes a list of itself.
    IntoArray,
    /// A list becomes its first element.
    OutOfArray,
    /// It becomes the value that stands elsewhere.
    CopyOf(&'static str),
    /// It becomes the `fullUrl` of the first resource of a type.
    LeadTo(&'static str),
}

impl Mistake {
    /// Makes the mistake, or says that the document has no place for it.
    ///
    /// Answers with the paths of which one must be in the report.
    fn make(&self, document: &mut Value) -> Option<Vec<String>> {
        if !(self.is_error_in)(document) {
            return None;
        }
        let path = path_of(document, self.place)?;
        let before = document.clone();
        self.change.make(document, &pointer(&path))?;
        if *document == before {
            return None;
        }
        // Resolved in the clean document: the mistake may be that a resource has lost its type.
        match self.found_at {
            [] => Some(vec![path]),
            places => places.iter().map(|place| path_of(&before, place)).collect(),
        }
    }

    fn found_at(mut self, places: &'static [&'static str]) -> Self {
        self.found_at = places;
        self
    }

    fn only_if(mut self, is_error_in: fn(&Value) -> bool) -> Self {
        self.is_error_in = is_error_in;
        self
    }
}

impl Change {
    fn make(&self, document: &mut Value, pointer: &str) -> Option<()> {
        let (parent, step) = pointer.rsplit_once('/')?;
        let is_there = document.pointer(pointer).is_some();
        match self {
            Self::Remove => {
                document.pointer_mut(parent)?.as_object_mut()?.remove(step)?;
            }
            Self::Replace(value) => *document.pointer_mut(pointer)? = value.clone(),
            Self::Add(_) if is_there => return None,
            Self::Add(value) | Self::Put(value) => {
                let object = document.pointer_mut(parent)?.as_object_mut()?;
                object.insert(step.to_owned(), value.clone());
            }
            Self::Insert(value) if is_there => {
                let list = document.pointer_mut(parent)?.as_array_mut()?;
                list.insert(step.parse().ok()?, value.clone());
            }
            Self::Insert(_) => return None,
            Self::Repeat => {
                let value = document.pointer(pointer)?.clone();
                let list = document.pointer_mut(parent)?.as_array_mut()?;
                list.insert(step.parse::<usize>().ok()? + 1, value);
            }
            Self::SwapWithNext => {
                let place: usize = step.parse().ok()?;
                let list = document.pointer_mut(parent)?.as_array_mut()?;
                list.get(place + 1)?;
                list.swap(place, place + 1);
            }
            Self::IntoArray => {
                let value = document.pointer_mut(pointer)?;
                *value = json!([value.take()]);
            }
            Self::OutOfArray => {
                let value = document.pointer_mut(pointer)?;
                *value = value.as_array_mut()?.first_mut()?.take();
            }
            Self::CopyOf(place) => {
                let other = path_of(document, place)?;
                let other = document.pointer(&self::pointer(&other))?.clone();
                *document.pointer_mut(pointer)? = other;
            }
            Self::LeadTo(type_) => {
                let entry = document["entry"].as_array()?.get(entry_of(document, type_)?)?;
                let url = entry["fullUrl"].clone();
                *document.pointer_mut(pointer)? = url;
            }
        }
        Some(())
    }
}

/// The place of the first resource of a type among the entries.
fn entry_of(document: &Value, type_: &str) -> Option<usize> {
    let entries = document["entry"].as_array()?;
    entries.iter().position(|entry| entry["resource"]["resourceType"] == type_)
}

/// The path from the Bundle: `Patient.name` becomes `Bundle.entry[2].resource.name`.
fn path_of(document: &Value, place: &str) -> Option<String> {
    let head = place.split('.').next()?;
    if head == "Bundle" {
        return Some(place.to_owned());
    }
    let rest = place.strip_prefix(head)?;
    Some(format!("Bundle.entry[{}].resource{rest}", entry_of(document, head)?))
}

/// The JSON pointer to where a path leads.
fn pointer(path: &str) -> String {
    path.trim_start_matches("Bundle").replace(['.', '['], "/").replace(']', "")
}

fn mistake(name: &'static str, place: &'static str, change: Change) -> Mistake {
    Mistake { name, place, change, is_error_in: |_| true, found_at: &[] }
}

/// The name of the record's profile.
fn profile(document: &Value) -> &str {
    let url = document.pointer("/entry/0/resource/meta/profile/0").and_then(Value::as_str);
    url.and_then(|url| url.rsplit('/').next()).unwrap_or_default()
}

/// The guide fixes the code and display of every record but a diagnostic report (fhir-nrces.md,
/// section 1).
fn has_fixed_codes(document: &Value) -> bool {
    profile(document) != "DiagnosticReportRecord"
}

/// A section without a known code is allowed after all that have one, and nowhere else.
fn has_more_sections(document: &Value) -> bool {
    document.pointer("/entry/0/resource/section/1").is_some()
}

/// The code of the one section of a record is fixed where there is one.
fn has_one_section_of_fixed_code(document: &Value) -> bool {
    ["PrescriptionRecord", "ImmunizationRecord", "HealthDocumentRecord"]
        .contains(&profile(document))
}

const NOWHERE: &str = "urn:uuid:00000000-0000-4000-8000-000000000000";

#[rustfmt::skip]
fn mistakes() -> Vec<Mistake> {
    use Change::{Add, CopyOf, Insert, IntoArray, LeadTo, OutOfArray, Put, Remove, Repeat, Replace, SwapWithNext};

    let unnamed_section = json!({"title": "Other", "text": {"status": "generated", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\">a</div>"}});
    let script = "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>a</p><script>b()</script></div>";
    vec![
        // The envelope.
        mistake("bundle without type", "Bundle.type", Remove),
        mistake("bundle of another type", "Bundle.type", Replace(json!("collection"))),
        mistake("bundle without identifier", "Bundle.identifier", Remove),
        mistake("bundle identifier without system", "Bundle.identifier.system", Remove),
        mistake("bundle identifier without value", "Bundle.identifier.value", Remove),
        mistake("bundle identifier in an array", "Bundle.identifier", IntoArray),
        mistake("bundle without timestamp", "Bundle.timestamp", Remove),
        mistake("timestamp without offset", "Bundle.timestamp", Replace(json!("2026-03-01T10:00:00"))),
        mistake("timestamp without time", "Bundle.timestamp", Replace(json!("2026-03-01"))),
        mistake("bundle without versionId", "Bundle.meta.versionId", Remove),
        mistake("versionId as a number", "Bundle.meta.versionId", Replace(json!(1))),
        mistake("unknown confidentiality of the bundle", "Bundle.meta.security[0].code", Put(json!("secret"))),
        mistake("bundle id with characters that an id may not have", "Bundle.id", Put(json!("record_1/a"))),
        mistake("bundle with total", "Bundle.total", Add(json!(3))),
        mistake("bundle with an element that R4 does not know", "Bundle.hiType", Add(json!("x"))),
        mistake("bundle without entries", "Bundle.entry", Replace(json!([]))),
        mistake("object for the array of entries", "Bundle.entry", OutOfArray),
        mistake("array for an entry", "Bundle.entry[1]", IntoArray),
        mistake("entry with an element that R4 does not know", "Bundle.entry[1].type", Add(json!("x"))),
        mistake("entry without resource", "Bundle.entry[1].resource", Remove),
        mistake("entry without fullUrl", "Bundle.entry[1].fullUrl", Remove),
        mistake("relative fullUrl", "Bundle.entry[1].fullUrl", Replace(json!("Practitioner/1"))),
        mistake("fullUrl of a version", "Bundle.entry[1].fullUrl", Replace(json!("https://a.example/Practitioner/1/_history/2"))),
        mistake("fullUrl that is no UUID", "Bundle.entry[1].fullUrl", Replace(json!("urn:uuid:12"))),
        mistake("fullUrl twice", "Bundle.entry[2].fullUrl", CopyOf("Bundle.entry[1].fullUrl")),
        mistake("entry twice", "Bundle.entry[1]", Repeat).found_at(&["Bundle.entry[2].fullUrl"]),
        mistake("entry with request", "Bundle.entry[1].request", Add(json!({"method": "PUT", "url": "Patient/1"}))),
        mistake("entry with response", "Bundle.entry[1].response", Add(json!({"status": "200"}))),
        mistake("entry with search", "Bundle.entry[1].search", Add(json!({"mode": "match"}))),
        mistake("Composition not first", "Bundle.entry[0]", SwapWithNext).found_at(&["Bundle.entry[0].resource"]),
        mistake("resource without its type", "Bundle.entry[1].resource.resourceType", Remove),
        mistake("resource of no type of R4", "Bundle.entry[1].resource.resourceType", Replace(json!("Doctor"))),
        mistake("resource with an element that R4 does not know", "Bundle.entry[1].resource.hprId", Add(json!("x"))),
        // The Composition.
        mistake("record without profile", "Composition.meta.profile", Remove),
        mistake("profile of another resource", "Composition.meta.profile", Replace(json!(["https://nrces.in/ndhm/fhir/r4/StructureDefinition/Patient"]))),
        mistake("record without status", "Composition.status", Remove),
        mistake("unknown status", "Composition.status", Replace(json!("done"))),
        mistake("record without type", "Composition.type", Remove),
        mistake("another type's code", "Composition.type.coding[0].code", Replace(json!("721963009"))).only_if(has_fixed_codes),
        mistake("another system of the type", "Composition.type.coding[0].system", Replace(json!("https://ndhm.gov.in/sct"))),
        mistake("another display of the type", "Composition.type.coding[0].display", Replace(json!("Some record"))).only_if(has_fixed_codes),
        mistake("type as a string", "Composition.type", Replace(json!("record"))),
        mistake("record without date", "Composition.date", Remove),
        mistake("date that does not exist", "Composition.date", Replace(json!("2026-02-30"))),
        mistake("date with time and without offset", "Composition.date", Replace(json!("2026-03-01T10:00:00"))),
        mistake("date the Indian way", "Composition.date", Replace(json!("01/03/2026"))),
        mistake("record without title", "Composition.title", Remove),
        mistake("empty title", "Composition.title", Replace(json!(""))),
        mistake("title of null", "Composition.title", Replace(json!(null))),
        mistake("record without subject", "Composition.subject", Remove),
        mistake("subject that leads nowhere", "Composition.subject.reference", Replace(json!(NOWHERE))),
        mistake("subject that leads to an organisation", "Composition.subject.reference", LeadTo("Organization")),
        mistake("subject that says another type", "Composition.subject.type", Put(json!("Device"))),
        mistake("record without author", "Composition.author", Remove),
        mistake("author outside an array", "Composition.author", OutOfArray),
        mistake("author that leads nowhere", "Composition.author[0].reference", Replace(json!(NOWHERE))),
        mistake("author that leads to a visit", "Composition.author[0].reference", LeadTo("Encounter")),
        mistake("visit that leads to the patient", "Composition.encounter.reference", LeadTo("Patient")),
        mistake("custodian that leads to the patient", "Composition.custodian.reference", LeadTo("Patient")),
        mistake("attester without mode", "Composition.attester[0].mode", Remove),
        mistake("unknown mode of an attester", "Composition.attester[0].mode", Replace(json!("notary"))),
        mistake("attester that leads to a visit", "Composition.attester[0].party.reference", LeadTo("Encounter")),
        mistake("unknown confidentiality", "Composition.confidentiality", Put(json!("secret"))),
        mistake("language of another form", "Composition.language", Put(json!("en_IN"))),
        mistake("language by its name", "Composition.language", Put(json!("Indian English"))),
        mistake("narrative without status", "Composition.text.status", Remove),
        mistake("narrative without div", "Composition.text.div", Remove),
        mistake("narrative with a script", "Composition.text.div", Replace(json!(script))),
        mistake("narrative of plain text", "Composition.text.div", Replace(json!("a visit"))),
        // Sections.
        mistake("record without section", "Composition.section", Remove),
        mistake("section outside an array", "Composition.section", OutOfArray),
        mistake("section without code before one with", "Composition.section[0].code", Remove).found_at(&["Composition.section[0]"]).only_if(has_more_sections),
        mistake("unknown code of a section before a known one", "Composition.section[0].code.coding[0].code", Replace(json!("422843008"))).found_at(&["Composition.section[0]"]).only_if(has_more_sections),
        mistake("another code of the only section", "Composition.section[0].code.coding[0].code", Replace(json!("422843008"))).only_if(has_one_section_of_fixed_code),
        mistake("section coding without code", "Composition.section[0].code.coding[0].code", Remove).only_if(has_one_section_of_fixed_code),
        mistake("section coding without system", "Composition.section[0].code.coding[0].system", Remove),
        mistake("section coding without display", "Composition.section[0].code.coding[0].display", Remove),
        mistake("another system of a section", "Composition.section[0].code.coding[0].system", Replace(json!("https://ndhm.gov.in/sct"))),
        mistake("another display of a section", "Composition.section[0].code.coding[0].display", Replace(json!("Some section"))).only_if(has_fixed_codes),
        mistake("section title as a number", "Composition.section[0].title", Put(json!(7))),
        mistake("section twice", "Composition.section[0]", Repeat).found_at(&["Composition.section", "Composition.section[1]"]),
        mistake("unnamed section before the named ones", "Composition.section[0]", Insert(unnamed_section)).found_at(&["Composition.section", "Composition.section[0]"]),
        mistake("section that holds nothing", "Composition.section[0]", Replace(json!({"title": "Empty"}))),
        mistake("section that says why it is empty and is not", "Composition.section[0].emptyReason", Add(json!({"text": "none"}))).found_at(&["Composition.section[0]"]),
        mistake("section entry that leads nowhere", "Composition.section[0].entry[0].reference", Replace(json!(NOWHERE))),
        mistake("section entry that leads to the hospital", "Composition.section[0].entry[0].reference", LeadTo("Organization")),
        mistake("section entry that says another type", "Composition.section[0].entry[0].type", Put(json!("Patient"))),
        mistake("section entry without anything", "Composition.section[0].entry[0]", Replace(json!({}))),
        // The patient.
        mistake("patient without identifier", "Patient.identifier", Remove),
        mistake("patient identifier without type", "Patient.identifier[0].type", Remove),
        mistake("patient identifier without value", "Patient.identifier[0].value", Remove),
        mistake("patient identifier as a number", "Patient.identifier[0].value", Replace(json!(91_722_548_295_255_u64))),
        mistake("unknown type of a patient identifier", "Patient.identifier[0].type.coding[0].code", Replace(json!("AADHAR"))),
        mistake("patient name without text", "Patient.name[0]", Replace(json!({"family": "Devi"}))).found_at(&["Patient.name[0].text"]),
        mistake("patient name outside an array", "Patient.name", OutOfArray),
        mistake("patient name as a string", "Patient.name[0]", Replace(json!("Asha Devi"))),
        mistake("patient name of spaces", "Patient.name[0].text", Replace(json!("  "))),
        mistake("unknown gender", "Patient.gender", Replace(json!("F"))),
        mistake("gender in an array", "Patient.gender", IntoArray),
        mistake("birth date that does not exist", "Patient.birthDate", Replace(json!("1986-13-01"))),
        mistake("birth date with a time", "Patient.birthDate", Replace(json!("1986-04-12T00:00:00Z"))),
        mistake("string for a boolean", "Patient.active", Put(json!("true"))),
        mistake("both ways of being deceased", "Patient.deceased", Add(json!(true))),
        mistake("phone without system", "Patient.telecom[0].system", Remove).found_at(&["Patient.telecom[0]"]),
        mistake("unknown system of a phone", "Patient.telecom[0].system", Replace(json!("mobile"))),
        mistake("patient id with characters that an id may not have", "Patient.id", Replace(json!("asha_devi"))),
        mistake("id of more than 64 characters", "Patient.id", Replace(json!("a".repeat(65)))),
        mistake("extension without value", "Patient.extension", Add(json!([{"url": "https://a.example/x"}]))).found_at(&["Patient.extension[0]"]),
        mistake("contact without anything to reach it", "Patient.contact", Add(json!([{"gender": "female"}]))).found_at(&["Patient.contact[0]"]),
        // The doctor, the hospital and the visit.
        mistake("doctor without identifier", "Practitioner.identifier", Remove),
        mistake("doctor's identifier without value", "Practitioner.identifier[0].value", Remove),
        mistake("doctor's name without text", "Practitioner.name[0]", Replace(json!({"family": "Rao"}))).found_at(&["Practitioner.name[0].text"]),
        mistake("doctor's name as a string", "Practitioner.name", Replace(json!("Dr. Meera Rao"))),
        mistake("hospital without name", "Organization.name", Remove),
        mistake("hospital without identifier", "Organization.identifier", Remove),
        mistake("hospital's name in an array", "Organization.name", IntoArray),
        mistake("hospital with a home phone", "Organization.telecom[0].use", Put(json!("home"))).found_at(&["Organization"]),
        mistake("visit without status", "Encounter.status", Remove),
        mistake("unknown status of a visit", "Encounter.status", Replace(json!("closed"))),
        mistake("visit without class", "Encounter.class", Remove),
        mistake("visit that ends before it starts", "Encounter.period.end", Put(json!("2001-01-01T00:00:00+05:30"))).found_at(&["Encounter.period"]),
        mistake("visit of nobody", "Encounter.subject.reference", Replace(json!(NOWHERE))),
        // What the sections hold, where a document has it.
        mistake("condition without code", "Condition.code", Remove),
        mistake("condition without subject", "Condition.subject", Remove),
        mistake("unknown clinical status", "Condition.clinicalStatus.coding[0].code", Replace(json!("ill"))),
        mistake("observation without status", "Observation.status", Remove),
        mistake("observation without code", "Observation.code", Remove),
        mistake("measured value as a string", "Observation.valueQuantity.value", Replace(json!("38.4"))),
        mistake("unit code without system", "Observation.valueQuantity.system", Remove).found_at(&["Observation.valueQuantity"]),
        mistake("prescription without status", "MedicationRequest.status", Remove),
        mistake("prescription without medicine", "MedicationRequest.medicationCodeableConcept", Remove).found_at(&["MedicationRequest.medication[x]"]),
        mistake("unknown intent of a prescription", "MedicationRequest.intent", Replace(json!("prescribe"))),
        mistake("report without code", "DiagnosticReport.code", Remove),
        mistake("result that leads to the patient", "DiagnosticReport.result[0].reference", LeadTo("Patient")),
        mistake("vaccination without vaccine", "Immunization.vaccineCode", Remove),
        mistake("invoice without total", "Invoice.totalGross", Remove),
        mistake("document without content", "DocumentReference.content", Remove),
        mistake("document without attachment", "DocumentReference.content[0].attachment", Remove).found_at(&["DocumentReference.content[0]"]),
        mistake("attachment without anything", "DocumentReference.content[0].attachment", Replace(json!({}))),
        mistake("attachment without contentType", "DocumentReference.content[0].attachment.contentType", Remove).found_at(&["DocumentReference.content[0].attachment.contentType", "DocumentReference.content[0].attachment"]),
        mistake("attachment without its data", "DocumentReference.content[0].attachment.data", Remove),
        mistake("attachment that is not base64", "DocumentReference.content[0].attachment.data", Replace(json!("%PDF-1.4"))),
        mistake("binary without data", "Binary.data", Remove),
        mistake("binary that is not base64", "Binary.data", Replace(json!("AAA"))),
    ]
}

#[test]
fn every_document_is_checked_for_forty_kinds_of_error_and_more() {
    let mistakes = mistakes();
    let mut missed = Vec::new();
    for (name, _, document) in samples::all() {
        let clean: Value = serde_json::from_slice(&document.to_vec()).unwrap();
        let report = check(&serde_json::to_vec(&clean).unwrap());
        assert_eq!(report.findings(), [], "{name} is clean");

        let mut kinds = 0;
        for mistake in &mistakes {
            let mut broken = clean.clone();
            let Some(paths) = mistake.make(&mut broken) else { continue };
            kinds += 1;
            let report = check(&serde_json::to_vec(&broken).unwrap());
            if !report.errors().any(|error| paths.contains(&error.path)) {
                let found: Vec<_> = report.findings().iter().take(3).collect();
                missed.push(format!("{name}: {}: wanted {paths:?}, got {found:#?}", mistake.name));
            }
        }
        println!("{name}: {kinds} kinds of error");
        assert!(kinds >= FEWEST_KINDS, "{name} has the place for {kinds} kinds only");
    }
    assert!(missed.is_empty(), "{} missed:\n{}", missed.len(), missed.join("\n"));
}

/// A mistake that fits nowhere would be a row that tests nothing.
#[test]
fn every_kind_of_error_fits_into_a_full_document() {
    let full: Vec<Value> = HiType::ALL
        .into_iter()
        .map(|kind| serde_json::from_slice(&samples::sample(kind, "full").to_vec()).unwrap())
        .collect();
    for mistake in mistakes() {
        let fits = full.iter().any(|document| mistake.make(&mut document.clone()).is_some());
        assert!(fits, "{} fits nowhere", mistake.name);
    }
}
