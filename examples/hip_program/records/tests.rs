use fhir_bundles::{HiType, plain};
use serde_json::{Value, json};

use super::*;

fn read(text: impl ToString) -> Result<Records, RecordsError> {
    let hip_id: HipId = "IN2710000001".parse().unwrap();
    Records::read(text.to_string().as_bytes(), &hip_id, "Example Clinic")
}

/// The places of the problems.
fn places(text: impl ToString) -> Vec<String> {
    let error = read(text).unwrap_err();
    error.problems.into_iter().map(|problem| problem.place).collect()
}

/// A plain record that lacks what stands beside it: patient and facility.
fn prescription(medicine: &str) -> Value {
    json!({
        "type": "prescription",
        "practitioner": { "name": "Dr. Meera Rao", "hprId": "71-1234-5678-9012" },
        "date": "2026-03-01T10:50:00+05:30",
        "medications": [{ "name": medicine }],
    })
}

fn of(patient: Value) -> Value {
    let mut record = prescription("Paracetamol 500 mg");
    record["patient"] = patient;
    record
}

fn examples() -> Vec<Value> {
    let all = HiType::ALL.into_iter();
    all.map(|kind| serde_json::from_str(plain::example(kind)).unwrap()).collect()
}

#[test]
fn a_list_of_plain_records_of_all_kinds_is_one_patients_visit() {
    let records = read(json!(examples())).unwrap();
    assert_eq!(records.patients.len(), 1);
    let patient = &records.patients[0];
    assert_eq!(patient.reference.as_str(), "UHID-00417");
    assert_eq!(patient.abha_address.as_ref().unwrap().as_str(), "asha.devi@abdm");
    assert_eq!(patient.year_of_birth(), Some(1986));
    assert_eq!(patient.display(), "Asha D.");
    let visits = records.visits(&patient.reference);
    let numbers: Vec<&str> = visits.iter().map(|visit| visit.reference.as_str()).collect();
    assert!(numbers.contains(&"OPD-1187"), "{numbers:?}");
    let kinds: usize = visits.iter().map(|visit| visit.hi_types.len()).sum();
    assert_eq!(kinds, 8);
    for document in &records.documents {
        assert!(!fhir_bundles::check(&document.content).has_errors(), "{}", document.id);
    }
}

#[test]
fn lines_of_json_and_an_object_of_records_are_read_as_a_list_is() {
    let (list, all) = (read(json!(examples())).unwrap(), examples());
    let lines: Vec<String> = all.iter().map(Value::to_string).collect();
    for text in [json!({ "records": all }).to_string(), format!("\n{}\n", lines.join("\r\n\n"))] {
        let records = read(text).unwrap();
        assert_eq!(records.patients, list.patients);
        let ids = |records: &Records| -> Vec<RecordId> {
            records.documents.iter().map(|document| document.id.clone()).collect()
        };
        assert_eq!(ids(&records), ids(&list));
    }
}

#[test]
fn a_record_takes_patient_visit_date_and_facility_from_what_stands_beside_it() {
    let records = read(json!({
        "patients": [{
            "reference": "UHID-1", "name": "Asha Devi", "gender": "female", "year_of_birth": 1986,
            "mobiles": ["+91 98000-00000"], "abha_address": "asha.devi@sbx", "proven": true,
        }],
        "records": [{
            "patient": "UHID-1", "care_context": "OPD-1", "display": "OPD visit", "hi-type": "Prescription",
            "date": "2026-09-14", "record": prescription("Cetirizine 10 mg"),
        }],
    }))
    .unwrap();
    let document = &records.documents[0];
    assert_eq!((document.patient.as_str(), document.care_context.as_str()), ("UHID-1", "OPD-1"));
    assert_eq!(document.date.to_rfc3339(), "2026-09-13T18:30:00+00:00");
    let text = String::from_utf8(document.content.to_vec()).unwrap();
    for part in ["Example Clinic", "IN2710000001", "Asha Devi", "asha.devi@sbx"] {
        assert!(text.contains(part), "{part}");
    }
    let registered = records.patients[0].registered();
    assert_eq!(registered.abha_addresses[0].1, Proof::Proven);
    let wish = records.patients[0].to_link(records.visits(&document.patient)).unwrap();
    assert_eq!(wish.visits[0].display, "OPD visit");
}

#[test]
fn persons_without_a_number_are_one_by_address_abha_number_or_name_birth_and_mobile() {
    let text = json!([
        of(json!({ "name": "Asha Devi", "abhaAddress": "asha.devi@sbx", "birthDate": "1986",
                   "phone": "9800000000" })),
        of(
            json!({ "name": "Asha D", "abhaAddress": "Asha.Devi@SBX", "abhaNumber": "91-7225-4829-5255" })
        ),
        of(json!({ "name": "A. Devi", "abhaNumber": "91722548295255" })),
        of(json!({ "name": "asha devi", "birthDate": "1986", "phone": "+91 98000 00000" })),
        of(json!({ "name": "Usha Devi", "birthDate": "1986", "phone": "9800000000",
                   "abhaAddress": "usha@sbx" })),
        of(json!({ "name": "Asha Devi", "birthDate": "1986", "phone": "9800000000",
                   "abhaAddress": "asha@sbx" })),
    ]);
    let records = read(&text).unwrap();
    let names: Vec<&str> = records.patients.iter().map(|patient| &*patient.name).collect();
    assert_eq!(names, ["Asha Devi", "Usha Devi", "Asha Devi"], "the last has another address");
    assert!(records.patients[0].abha_number.is_some());
    assert!(records.patients[0].reference.as_str().starts_with("UHID-"));
    assert_eq!(read(&text).unwrap().patients, records.patients, "the same at every start");
}

#[test]
fn two_numbers_of_the_facility_stay_two_patients_though_they_are_one_person() {
    let one = |uhid: &str| {
        of(json!({ "name": "Asha Devi", "facilityNumber": uhid, "abhaAddress": "asha.devi@sbx" }))
    };
    assert_eq!(read(json!([one("UHID-1"), one("UHID-2")])).unwrap().patients.len(), 2);
}

#[test]
fn every_problem_is_told_with_its_place() {
    let text = json!({
        "patients": [
            { "reference": "UHID-1", "name": "Asha Devi", "abhaAddress": "asha.devi@sbx" },
            { "reference": "UHID-1", "name": "Ravi" },
            { "reference": "UHID#3", "mobile": "12345", "abhaNumber": "17", "birthDate": "1/2/86" },
        ],
        "records": [
            { "patient": "UHID-1", "careContext": "V1", "record": prescription("") },
            { "patient": "UHID-9", "careContext": "V2", "record": prescription("Cetirizine") },
            { "patient": "UHID-1", "careContext": "V3", "type": "x-ray", "record": prescription("A") },
            { "patient": "UHID-1", "careContext": "V4", "record": of(json!({
                "name": "Usha Devi", "abhaAddress": "usha@sbx" })) },
            { "patient": "UHID-1", "careContext": "V;5", "record": prescription("Cetirizine") },
        ],
    });
    let places = places(text);
    for place in [
        "patients[1].reference",
        "patients[2].name",
        "patients[2].birthDate",
        "patients[2].abhaNumber",
        "patients[2].mobile",
        "patients[2].reference",
        "records[1].patient",
        "records[2].type",
        "records[3].record.patient.abhaAddress",
        "records[4].careContext",
    ] {
        assert!(places.iter().any(|found| found == place), "{place} is not in {places:?}");
    }
    let inside = |found: &String| found.starts_with("records[0].record.medications");
    assert!(places.iter().any(inside), "{places:?}");
}

#[test]
fn a_visit_belongs_to_one_patient() {
    let visit = |patient: &str| {
        json!({ "patient": { "reference": patient, "name": "Asha Devi" }, "careContext": "V1",
                "record": prescription("Cetirizine") })
    };
    assert_eq!(places(json!([visit("A"), visit("B")])), ["[1].careContext"]);
}

#[test]
fn what_is_no_records_file_is_refused_with_its_place() {
    assert_eq!(places("not json"), ["the file"]);
    assert_eq!(places(json!({ "people": [] })), ["the file"]);
    let line = of(json!({ "name": "Asha Devi", "facilityNumber": "1" }));
    assert_eq!(places(format!("{line}\n{{broken")), ["line 2"]);
    assert_eq!(places(json!([{ "type": "prescription" }])), ["[0].patient"]);
}

#[test]
fn a_fhir_document_is_taken_as_it_is_when_it_is_correct() {
    let made = read(json!(examples())).unwrap();
    let bundle: Value = serde_json::from_slice(&made.documents[0].content).unwrap();
    let beside = json!({ "patient": { "reference": "UHID-1", "name": "Asha Devi" },
                         "careContext": "V1", "record": bundle });
    let records = read(json!([beside])).unwrap();
    assert_eq!(records.documents[0].hi_type, made.documents[0].hi_type);
    let broken = json!({ "patient": { "reference": "UHID-1", "name": "Asha Devi" },
        "careContext": "V1", "record": { "resourceType": "Bundle", "type": "document", "entry": [] } });
    assert!(read(json!([broken])).is_err());
}

#[test]
fn the_invented_records_have_what_the_story_needs() {
    let hip_id: HipId = "IN2710000001".parse().unwrap();
    let records = Records::open(None, &hip_id, "Example Clinic").unwrap();
    assert_eq!(records.visits(&records.patients[0].reference).len(), 2);
    assert!(records.patients.iter().all(|patient| patient.proven));
}

#[test]
fn neither_debug_nor_a_problem_names_a_person() {
    let named =
        json!([of(json!({ "name": "Asha Devi", "abhaNumber": "12", "facilityNumber": "1" }))]);
    let error = read(named).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("Asha"));
    let records = read(json!(examples())).unwrap();
    assert!(!format!("{records:?}").contains("Asha"));
}

#[test]
fn the_example_of_the_documentation_is_read() {
    let page = include_str!("../../README.md");
    let begins = page.find("{\"patients\": [").unwrap();
    let example = page[begins..].split("```").next().unwrap();
    let records = read(example).unwrap();
    assert_eq!(records.documents.len(), 1);
    assert_eq!(records.documents[0].care_context.as_str(), "OPD-1");
}
