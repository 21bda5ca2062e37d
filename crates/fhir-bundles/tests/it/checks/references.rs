use fhir_bundles::{HiType, check::Severity};
use serde_json::{Value, json};

use super::{Draft, path, pointers};

const NOTE: &str = "Observation";

fn observation(subject: &str) -> Value {
    json!({
        "resourceType": NOTE,
        "status": "final",
        "code": {"text": "Pain"},
        "subject": {"reference": subject},
        "valueString": "none"
    })
}

/// M1.
#[test]
fn an_entry_that_the_composition_does_not_reach_is_an_error_in_every_document() {
    for (name, draft) in Draft::all() {
        let mut draft = draft;
        let patient = draft.url("Patient");
        // It refers to the patient: a reference the other way reaches nothing.
        let url = draft.add(observation(&patient));
        let place = draft.entries().len() - 1;
        let at = format!("Bundle.entry[{place}]");
        assert_eq!(draft.errors(), [("entry-reachable", at)], "{name}");
        // Two that refer to each other are reached no more than one.
        draft.0["entry"][place]["resource"]["derivedFrom"] = json!([{"reference": url}]);
        let other = draft.add(observation(&patient));
        draft.0["entry"][place]["resource"]["hasMember"] = json!([{"reference": other}]);
        let rules: Vec<_> = draft.errors().into_iter().map(|(rule, _)| rule).collect();
        assert_eq!(rules, ["entry-reachable"; 2], "{name}");
    }
}

/// M1: every section entry taken out leaves what it led to unreached, unless something else leads
/// there.
#[test]
fn taking_a_reference_out_of_a_section_leaves_its_entry_unreached() {
    for (name, draft) in Draft::all() {
        let sections = draft.0["entry"][0]["resource"]["section"].as_array().unwrap().len();
        for section in 0..sections {
            let mut broken = draft.clone();
            let section = &mut broken.0["entry"][0]["resource"]["section"][section];
            let Some(first) = section["entry"].as_array_mut().map(|list| list.remove(0)) else {
                continue;
            };
            let text = serde_json::to_string(&broken.0).unwrap();
            let url = first["reference"].as_str().unwrap();
            // The entry's own fullUrl is the one place left.
            if text.matches(url).count() == 1 {
                let place =
                    draft.entries().iter().position(|entry| entry["fullUrl"] == url).unwrap();
                let at = format!("Bundle.entry[{place}]");
                let found = broken.errors().contains(&("entry-reachable", at.clone()));
                assert!(found, "{name}: {at}");
            }
        }
    }
}

/// M1: what is reached by extensions, URLs of attachments and by way of resources that are not
/// modelled; provenance; stylesheets; a second Composition.
#[test]
fn entries_are_reached_by_every_kind_of_link_that_r4_has() {
    let base = Draft::sample(HiType::OpConsultation, "minimal");
    let patient = base.url("Patient");

    let mut by_extension = base.clone();
    by_extension.add_reached(observation(&patient));
    assert_eq!(by_extension.errors(), []);

    let mut by_url = base.clone();
    let file = by_url.add(json!({
        "resourceType": "Binary", "contentType": "text/plain", "data": "aGVsbG8="
    }));
    by_url.resource("Patient")["photo"] = json!([{"contentType": "text/plain", "url": file}]);
    assert_eq!(by_url.errors(), []);

    let mut by_others = base.clone();
    let member = by_others.add(observation(&patient));
    by_others.add_reached(json!({
        "resourceType": "Flag", "status": "active", "code": {"text": "x"},
        "subject": {"reference": member}
    }));
    assert_eq!(by_others.errors(), []);

    let mut provenance = base.clone();
    let device = provenance.add(json!({"resourceType": "Device"}));
    provenance.add(json!({
        "resourceType": "Provenance", "target": [{"reference": patient}],
        "recorded": "2026-03-01T10:00:00Z", "agent": [{"who": {"reference": device}}]
    }));
    assert_eq!(provenance.errors(), []);

    let mut stylesheet = base.clone();
    stylesheet.add(json!({
        "resourceType": "Binary", "contentType": "text/css", "data": "aGVsbG8="
    }));
    assert_eq!(stylesheet.errors(), []);

    let mut second = base.clone();
    let composition = base.entries()[0]["resource"].clone();
    second.add(composition);
    let last = second.entries().len() - 1;
    assert_eq!(second.errors(), [("entry-reachable", format!("Bundle.entry[{last}]"))]);
}

#[test]
fn without_a_composition_it_is_not_said_of_every_entry_that_nothing_reaches_it() {
    let mut draft = Draft::sample(HiType::OpConsultation, "full");
    draft.0["entry"].as_array_mut().unwrap().remove(0);
    assert_eq!(draft.errors(), [("bdl-11", "Bundle.entry[0].resource".to_owned())]);
}

/// M4.
#[test]
fn a_version_in_a_urn_leads_nowhere_wherever_it_stands() {
    for (name, draft) in Draft::of_each_type() {
        for pointer in pointers(&draft.0) {
            if !pointer.ends_with("/reference") {
                continue;
            }
            let mut broken = draft.clone();
            let reference = broken.0.pointer_mut(&pointer).unwrap();
            *reference = json!(format!("{}/_history/1", reference.as_str().unwrap()));
            let errors = broken.errors();
            let at = path(&pointer);
            assert!(errors.contains(&("reference-resolves", at.clone())), "{name}: {at}");
        }
    }
}

/// M4: a URL may name a version, if that version is in the document.
#[test]
fn a_version_in_a_url_means_the_entry_of_that_version() {
    let mut draft = Draft::sample(HiType::OpConsultation, "minimal");
    let old = draft.url("Practitioner");
    let text = serde_json::to_string(&draft.0).unwrap();
    let text = text.replace(&old, "https://a.example/fhir/Practitioner/7");
    draft.0 = serde_json::from_str(&text).unwrap();
    let doctor = draft.resource("Practitioner");
    doctor["id"] = json!("7");
    doctor["meta"]["versionId"] = json!("3");
    assert_eq!(draft.errors(), []);
    for (version, errors) in [("3", 0), ("2", 1)] {
        let url = format!("https://a.example/fhir/Practitioner/7/_history/{version}");
        draft.resource("Composition")["author"][0]["reference"] = json!(url);
        let found = draft.errors();
        let found = found.iter().filter(|(rule, _)| *rule == "reference-resolves");
        assert_eq!(found.count(), errors, "{version}");
    }
}

/// F1.
#[test]
fn a_reference_out_of_the_document_is_a_warning_except_in_the_composition() {
    let mut draft = Draft::sample(HiType::OpConsultation, "full");
    for url in ["https://hospital.example/fhir/Endpoint/1", "http://10.0.0.1/Endpoint/1"] {
        draft.resource("Organization")["endpoint"] = json!([{"reference": url}]);
        assert_eq!(draft.errors(), [], "{url}");
        assert_eq!(draft.only("reference-outside").severity, Severity::Warning);
    }
    // Its URL tells that it is of a type that the element does not take.
    draft.resource("Organization")["endpoint"] =
        json!([{"reference": "https://hospital.example/fhir/Patient/1"}]);
    assert_eq!(draft.only("reference-target").severity, Severity::Error);
    // What is no place on the web must be in the document.
    for url in ["Endpoint/1", "urn:uuid:00000000-0000-4000-8000-00000000dead", "urn:oid:1.2.3"] {
        draft.resource("Organization")["endpoint"] = json!([{"reference": url}]);
        assert_eq!(draft.only("reference-resolves").severity, Severity::Error, "{url}");
    }
    // Seen from an entry with a place on the web, Type/id is one too.
    let place = draft.place("Organization").unwrap();
    let old = draft.url("Organization");
    let text = serde_json::to_string(&draft.0).unwrap();
    let text = text.replace(&old, "https://hospital.example/fhir/Organization/1");
    draft.0 = serde_json::from_str(&text).unwrap();
    draft.0["entry"][place]["resource"]["id"] = json!("1");
    draft.resource("Organization")["endpoint"] = json!([{"reference": "Endpoint/1"}]);
    assert_eq!(draft.errors(), []);
}

/// F1: the Composition's own references stay errors, each of them.
#[test]
fn every_reference_of_the_composition_must_be_in_the_document() {
    for (name, draft) in Draft::of_each_type() {
        for pointer in pointers(&draft.0) {
            if !(pointer.starts_with("/entry/0/") && pointer.ends_with("/reference")) {
                continue;
            }
            let mut broken = draft.clone();
            *broken.0.pointer_mut(&pointer).unwrap() = json!("https://hospital.example/fhir/X/1");
            let at = path(&pointer);
            assert!(broken.errors().contains(&("reference-resolves", at.clone())), "{name}: {at}");
        }
    }
}

/// F2.
#[test]
fn contained_resources_refer_to_each_other_and_to_what_contains_them() {
    let mut draft = Draft::sample(HiType::DiagnosticReport, "typical");
    let report = draft.resource("DiagnosticReport");
    report["contained"] = json!([
        {"resourceType": NOTE, "id": "panel", "status": "final", "code": {"text": "Panel"},
         "hasMember": [{"reference": "#wbc"}, {"reference": "#rbc"}]},
        {"resourceType": NOTE, "id": "wbc", "status": "final", "code": {"text": "White cells"},
         "valueQuantity": {"value": 7000, "unit": "/uL"}, "derivedFrom": [{"reference": "#rbc"}]},
        {"resourceType": NOTE, "id": "rbc", "status": "final", "code": {"text": "Red cells"},
         "valueQuantity": {"value": 5, "unit": "/uL"}},
        {"resourceType": "Media", "id": "back", "status": "completed",
         "content": {"contentType": "image/png", "url": "https://a.example/1"},
         "partOf": [], "basedOn": []}
    ]);
    let media = &mut report["contained"][3];
    media.as_object_mut().unwrap().remove("partOf");
    media.as_object_mut().unwrap().remove("basedOn");
    report["media"] = json!([{"link": {"reference": "#back"}}]);
    report["result"].as_array_mut().unwrap().push(json!({"reference": "#panel"}));
    let dangling = |draft: &Draft| {
        let errors = draft.errors().into_iter();
        errors.filter(|(rule, _)| *rule == "reference-resolves").map(|it| it.1).collect::<Vec<_>>()
    };
    assert_eq!(dangling(&draft), Vec::<String>::new());
    // One that is not there is an error still, of the container as of what it contains.
    draft.resource("DiagnosticReport")["contained"][1]["derivedFrom"][0]["reference"] =
        json!("#plt");
    let found = dangling(&draft);
    assert_eq!(found.len(), 1);
    assert!(found[0].ends_with("contained[1].derivedFrom[0].reference"), "{found:?}");
    // Another entry's contained resources are no siblings.
    draft.resource("Patient")["generalPractitioner"] = json!([{"reference": "#wbc"}]);
    assert_eq!(dangling(&draft).len(), 2);
}

/// R11.
#[test]
fn a_patient_of_whom_nothing_proves_that_it_is_the_records_is_a_warning() {
    let mut draft = Draft::sample(HiType::OpConsultation, "typical");
    let own = draft.resource("Patient")["identifier"].clone();
    let place = draft.add_reached(json!({"resourceType": "Patient"}));
    let url = draft.entries()[place]["fullUrl"].clone();
    let here = "Bundle.entry[1].resource.subject";
    let of = |draft: &Draft, patient: Value| {
        let mut mixed = draft.clone();
        mixed.0["entry"][place]["resource"] = patient;
        mixed.0["entry"][1]["resource"]["subject"] = json!({"reference": url});
        mixed.warnings().contains(&("another-patient", format!("{here}.reference")))
    };
    assert!(of(
        &draft,
        json!({"resourceType": "Patient", "gender": "male", "birthDate": "2026-02-28"})
    ));
    let baby = json!({"resourceType": "Patient", "gender": "male", "birthDate": "2026-02-28",
        "identifier": own, "name": [{"text": "Baby of Asha"}]});
    assert!(of(&draft, baby));
    assert!(of(&draft, json!({"resourceType": "Patient"})), "nobody in particular");
    assert!(!of(&draft, json!({"resourceType": "Patient", "identifier": own})));
    // By words alone it is one only where they name somebody else.
    for (display, is_other) in [("Ravi Kumar", true), ("रवि", false), ("Patient", false)] {
        let mut mixed = draft.clone();
        mixed.0["entry"][1]["resource"]["subject"] = json!({"display": display});
        let found = mixed.warnings().contains(&("another-patient", here.to_owned()));
        assert_eq!(found, is_other, "{display}");
    }
}

/// R11.
#[test]
fn a_fact_of_another_patient_is_a_warning_wherever_a_resource_says_whose_it_is() {
    let mut places = 0;
    for (name, mut draft) in Draft::all() {
        let other = json!({
            "resourceType": "Patient",
            "meta": {"profile": ["https://nrces.in/ndhm/fhir/r4/StructureDefinition/Patient"]},
            "identifier": [{
                "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203",
                                     "code": "MR", "display": "Medical record number"}]},
                "system": "https://a.example/mrn", "value": "SUN-9999"
            }],
            "name": [{"text": "Ravi Kumar"}], "gender": "male", "birthDate": "1950"
        });
        let place = draft.add_reached(other);
        let url = draft.entries()[place]["fullUrl"].clone();
        assert_eq!(draft.findings(), [], "{name}");
        for pointer in pointers(&draft.0) {
            let is_whose =
                pointer.ends_with("/subject/reference") || pointer.ends_with("/patient/reference");
            if !is_whose || pointer.starts_with("/entry/0/") {
                continue;
            }
            let mut mixed = draft.clone();
            *mixed.0.pointer_mut(&pointer).unwrap() = url.clone();
            let warnings = mixed.warnings();
            assert!(warnings.contains(&("another-patient", path(&pointer))), "{name}: {pointer}");
            places += 1;
        }
        // A second entry of the same patient is no other; one with the number alone is.
        let own = draft.resource("Patient").clone();
        draft.0["entry"][place]["resource"]["identifier"] = own["identifier"].clone();
        let newborn = draft.clone();
        for name in ["name", "gender", "birthDate"] {
            draft.0["entry"][place]["resource"][name] = own[name].clone();
        }
        let subject = draft.entries().iter().position(|entry| {
            entry["resource"]["resourceType"] != "Composition"
                && entry["resource"]["subject"]["reference"].is_string()
        });
        if let Some(subject) = subject {
            draft.0["entry"][subject]["resource"]["subject"]["reference"] = url.clone();
            assert_eq!(draft.warnings(), [], "{name}");
            let mut mixed = newborn;
            mixed.0["entry"][subject]["resource"]["subject"]["reference"] = url;
            let here = format!("Bundle.entry[{subject}].resource.subject.reference");
            assert!(mixed.warnings().contains(&("another-patient", here)), "{name}");
        }
    }
    assert!(places > 50, "{places} places alone");
}
