//! What other vendors send, and what older guides looked like.

use fhir_bundles::{DocumentBundle, HiType, Record, check};
use serde_json::{Value, json};

use crate::samples;

fn sample(kind: HiType) -> Value {
    serde_json::from_slice(&samples::sample(kind, "typical").to_vec()).unwrap()
}

fn record(json: &Value) -> Record {
    Record::read(&serde_json::to_vec(json).unwrap()).unwrap()
}

/// Every `urn:uuid:` becomes what `rename` makes of resource type and id.
fn renamed(
    mut json: Value,
    full_url: fn(&str, &str) -> String,
    reference: fn(&str, &str) -> String,
) -> Value {
    let names: Vec<(String, String, String)> = json["entry"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            (
                text(&entry["fullUrl"]),
                text(&entry["resource"]["resourceType"]),
                text(&entry["resource"]["id"]),
            )
        })
        .collect();
    for (entry, (_, type_, id)) in json["entry"].as_array_mut().unwrap().iter_mut().zip(&names) {
        entry["fullUrl"] = json!(full_url(type_, id));
    }
    let mut text = serde_json::to_string(&json).unwrap();
    for (url, type_, id) in &names {
        text = text.replace(
            &format!("\"reference\":\"{url}\""),
            &format!("\"reference\":\"{}\"", reference(type_, id)),
        );
    }
    serde_json::from_str(&text).unwrap()
}

#[test]
fn references_of_every_form_are_followed() {
    let relative = |type_: &str, id: &str| format!("{type_}/{id}");
    let absolute = |type_: &str, id: &str| format!("https://hip.example/fhir/{type_}/{id}");
    let urn = |_: &str, id: &str| format!("urn:uuid:{id}");
    let versioned = |type_: &str, id: &str| format!("{type_}/{id}/_history/1");
    for (full_url, reference) in [
        (relative as fn(&str, &str) -> String, relative as fn(&str, &str) -> String),
        (absolute, absolute),
        (absolute, relative),
        (urn, relative),
        (relative, versioned),
    ] {
        let json = renamed(sample(HiType::DischargeSummary), full_url, reference);
        let record = record(&json);
        assert_eq!(record.unread(), []);
        assert_eq!(record.patient().unwrap().name, "Asha Devi");
        assert_eq!(record.sections().len(), 5);
        assert!(record.items().all(|item| !matches!(item, fhir_bundles::record::Item::Entry(entry) if entry.with_standing().1.details.iter().any(|(label, _)| label == "Missing"))));
        let first = json["entry"][0]["resource"]["author"][0]["reference"].as_str().unwrap();
        let document = DocumentBundle::read(&serde_json::to_vec(&json).unwrap()).unwrap();
        assert_eq!(document.resolve(first).unwrap().resource_type(), "Practitioner");
    }
}

#[test]
fn absolute_urls_of_a_server_pass_the_check() {
    let absolute = |type_: &str, id: &str| format!("https://hip.example/fhir/{type_}/{id}");
    let json = renamed(sample(HiType::OpConsultation), absolute, absolute);
    assert_eq!(check(&serde_json::to_vec(&json).unwrap()).findings(), []);
}

#[test]
fn types_are_told_by_versioned_profiles_and_by_invented_codes() {
    let mut json = sample(HiType::Invoice);
    let composition = &mut json["entry"][0]["resource"];
    composition["meta"]["profile"] =
        json!(["https://nrces.in/ndhm/fhir/r4/StructureDefinition/InvoiceRecord|2.0.0"]);
    assert_eq!(record(&json).hi_type(), Some(HiType::Invoice));
    for (kind, type_) in [
        (HiType::Invoice, json!({"coding": [{"code": "INVOICEREC"}]})),
        (
            HiType::Invoice,
            json!({"coding": [{"system": "http://snomed.info/sct", "code": "Invoice Record"}]}),
        ),
        (HiType::WellnessRecord, json!({"coding": [{"code": "WELLNESSREC"}]})),
        (HiType::WellnessRecord, json!({"text": "Wellness Record"})),
        (
            HiType::Prescription,
            json!({"coding": [{"system": "https://projecteka.in/sct", "code": "440545006"}]}),
        ),
    ] {
        let composition = &mut json["entry"][0]["resource"];
        composition.as_object_mut().unwrap().remove("meta");
        composition["type"] = type_;
        assert_eq!(record(&json).hi_type(), Some(kind));
    }
}

#[test]
fn medicines_in_resources_of_their_own_are_named() {
    for contained in [true, false] {
        let mut json = sample(HiType::Prescription);
        let medication =
            json!({"resourceType": "Medication", "id": "m1", "code": {"text": "Amoxicillin"}});
        let entries = json["entry"].as_array_mut().unwrap();
        if !contained {
            entries.push(json!({"fullUrl": "Medication/m1", "resource": medication.clone()}));
        }
        let request = entries
            .iter_mut()
            .find(|e| e["resource"]["resourceType"] == "MedicationRequest")
            .unwrap();
        let request = &mut request["resource"];
        request.as_object_mut().unwrap().remove("medicationCodeableConcept");
        let reference = if contained { "#m1" } else { "Medication/m1" };
        request["medicationReference"] = json!({"reference": reference});
        if contained {
            request["contained"] = json!([medication]);
        }
        let record = record(&json);
        let (_, medicine) = record.medicines().next().unwrap().with_standing();
        assert_eq!(medicine.name, "Amoxicillin");
    }
}

#[test]
fn names_and_numbers_are_found_in_older_shapes() {
    let mut json = sample(HiType::OpConsultation);
    let entries = json["entry"].as_array_mut().unwrap();
    let patient = entries.iter_mut().find(|e| e["resource"]["resourceType"] == "Patient").unwrap();
    patient["resource"]["name"] =
        json!([{"prefix": ["Smt."], "given": ["Asha"], "family": "Devi"}]);
    patient["resource"]["identifier"] = json!([
        {"type": {"coding": [{"code": "MR"}]}, "system": "https://healthid.abdm.gov.in/", "value": "91-7225-4829-5255"},
        {"system": "https://healthid.ndhm.gov.in", "value": "asha@sbx"}
    ]);
    let record = record(&json);
    let patient = record.patient().unwrap();
    assert_eq!(patient.name, "Smt. Asha Devi");
    assert_eq!(patient.abha_number.as_deref(), Some("91-7225-4829-5255"));
    assert_eq!(patient.abha_address.as_deref(), Some("asha@sbx"));
}

#[test]
fn what_is_not_understood_is_listed() {
    let mut json = sample(HiType::OpConsultation);
    json["entry"][1]["resource"]["surprise"] = json!({"a": 1.50});
    json["entry"][1]["resource"]["name"] = json!("Dr. Rao");
    json["entry"]
        .as_array_mut()
        .unwrap()
        .push(json!({"fullUrl": "urn:uuid:1", "resource": {"resourceType": "Goal"}}));
    json["entry"].as_array_mut().unwrap().push(
        json!({"fullUrl": "urn:uuid:2", "resource": {"resourceType": "Condition", "id": "2"}}),
    );
    json["entry"][0]["resource"]["section"][0]["entry"][0]["reference"] = json!("urn:uuid:3");
    let record = record(&json);
    let paths: Vec<_> = record.unread().iter().map(|unread| unread.path.as_str()).collect();
    let last = json["entry"].as_array().unwrap().len();
    assert!(paths.contains(&"Bundle.entry[1].resource.surprise"));
    assert!(paths.contains(&"Bundle.entry[1].resource.name"));
    assert!(paths.contains(&format!("Bundle.entry[{}].resource", last - 2).as_str()));
    assert!(paths.contains(&format!("Bundle.entry[{}].resource", last - 1).as_str()));
    assert!(paths.contains(&"reference urn:uuid:3"));
}

#[test]
fn bundles_without_a_composition_still_show_the_patient() {
    let mut json = sample(HiType::OpConsultation);
    json["entry"].as_array_mut().unwrap().remove(0);
    let record = record(&json);
    assert_eq!(record.patient().unwrap().name, "Asha Devi");
    assert_eq!(record.hi_type(), None);
    assert!(!record.unread().is_empty());
}
