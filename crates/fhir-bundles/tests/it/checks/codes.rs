use fhir_bundles::{HiType, check::Severity};
use serde_json::{Value, json};

use super::{Draft, path, pointers};

/// M2.
#[test]
fn a_required_code_given_as_text_alone_is_an_error() {
    let statuses = [
        ("Condition", "clinicalStatus"),
        ("Condition", "verificationStatus"),
        ("AllergyIntolerance", "clinicalStatus"),
        ("AllergyIntolerance", "verificationStatus"),
    ];
    for (type_, element) in statuses {
        for value in [
            json!({"text": "active"}),
            json!({"coding": [{"display": "Active"}]}),
            json!({"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical"}]}),
            json!({"coding": [{"code": "active"}], "text": "active"}),
        ] {
            let mut draft = Draft::sample(HiType::OpConsultation, "full");
            let place = draft.place(type_).unwrap();
            draft.resource(type_)[element] = value.clone();
            let at = format!("Bundle.entry[{place}].resource.{element}");
            let errors = draft.errors();
            assert!(errors.contains(&("binding-required", at)), "{type_} {value}: {errors:?}");
        }
    }
    // Words beside the code are welcome.
    let mut draft = Draft::sample(HiType::OpConsultation, "full");
    draft.resource("Condition")["clinicalStatus"]["text"] = json!("since Monday");
    assert_eq!(draft.findings(), []);
}

/// M3, R13.
#[test]
fn a_modifier_extension_is_an_error_in_every_resource_and_backbone_element() {
    let extension = json!([{"url": "https://a.example/not", "valueBoolean": true}]);
    let mut draft = Draft::sample(HiType::OpConsultation, "full");
    let resources = draft.entries().len();
    for place in 0..resources {
        let mut broken = draft.clone();
        broken.0["entry"][place]["resource"]["modifierExtension"] = extension.clone();
        let at = format!("Bundle.entry[{place}].resource.modifierExtension[0]");
        assert_eq!(broken.errors(), [("modifier-extension", at)]);
    }
    for (type_, pointer) in [
        ("Composition", "/section/0"),
        ("MedicationRequest", "/dosageInstruction/0"),
        ("MedicationRequest", "/dosageInstruction/0/timing"),
        ("AllergyIntolerance", "/reaction/0"),
    ] {
        let mut broken = draft.clone();
        broken.resource(type_).pointer_mut(pointer).unwrap()["modifierExtension"] =
            extension.clone();
        let errors = broken.errors();
        assert!(errors.iter().all(|(rule, _)| *rule == "modifier-extension"), "{errors:?}");
        assert_eq!(errors.len(), 1, "{type_}{pointer}");
    }
    // Also in a resource that is not modelled, and in one that is contained.
    let place = draft.add_reached(json!({
        "resourceType": "Flag", "status": "active", "code": {"text": "x"},
        "modifierExtension": extension
    }));
    let at = format!("Bundle.entry[{place}].resource.modifierExtension[0]");
    assert_eq!(draft.errors(), [("modifier-extension", at)]);
}

/// M9.
#[test]
fn a_content_type_that_is_no_mime_type_is_an_error_wherever_it_stands() {
    let mut places = 0;
    for (name, draft) in Draft::all() {
        for pointer in pointers(&draft.0) {
            if !pointer.ends_with("/contentType") {
                continue;
            }
            places += 1;
            for wrong in ["pdf", "PDF file", "application", "image/*", "document/pdf", "a/b/c"] {
                let mut broken = draft.clone();
                *broken.0.pointer_mut(&pointer).unwrap() = json!(wrong);
                let errors = broken.errors();
                let at = path(&pointer);
                assert!(errors.contains(&("binding-required", at)), "{name}: {pointer} {wrong}");
            }
            for right in ["application/octet-stream", "text/plain; charset=UTF-8", "x-scan/pdf2"] {
                let mut other = draft.clone();
                *other.0.pointer_mut(&pointer).unwrap() = json!(right);
                assert_eq!(other.errors(), [], "{name}: {pointer} {right}");
            }
        }
    }
    assert!(places > 5, "{places} places alone");
}

/// M8.
#[test]
fn a_claimed_profile_of_r4_is_held_against_the_resource() {
    const BASE: &str = "http://hl7.org/fhir/StructureDefinition/";
    let mut draft = Draft::sample(HiType::OpConsultation, "minimal");
    let patient = draft.url("Patient");
    let weight = json!({
        "resourceType": "Observation",
        "meta": {"profile": [format!("{BASE}bodyweight")]},
        "status": "final",
        "category": [{"coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/observation-category",
            "code": "vital-signs", "display": "Vital Signs"
        }]}],
        "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7", "display": "Body weight"}]},
        "subject": {"reference": patient},
        "effectiveDateTime": "2026-03-01",
        "valueQuantity": {"value": 61.5, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"}
    });
    let place = draft.add_reached(weight);
    assert_eq!(draft.findings(), []);
    let at = |rest: &str| format!("Bundle.entry[{place}].resource{rest}");

    type Change = fn(&mut Value);
    let changes: [(Change, &str, &str); 8] = [
        (|o| drop(o.as_object_mut().unwrap().remove("subject")), "required", ".subject"),
        (
            |o| drop(o.as_object_mut().unwrap().remove("effectiveDateTime")),
            "required",
            ".effective",
        ),
        (|o| drop(o.as_object_mut().unwrap().remove("category")), "required", ".category"),
        (|o| o["category"][0]["coding"][0]["code"] = json!("laboratory"), "slice-min", ".category"),
        (|o| o["code"]["coding"][0]["code"] = json!("3141-9"), "slice-min", ".code.coding"),
        (|o| o["valueQuantity"]["code"] = json!("g/L"), "binding-required", ".valueQuantity.code"),
        (|o| o["effectiveDateTime"] = json!("2026-03"), "vs-1", ""),
        (|o| drop(o.as_object_mut().unwrap().remove("valueQuantity")), "vs-2", ""),
    ];
    for (change, rule, rest) in changes {
        let mut broken = draft.clone();
        change(&mut broken.0["entry"][place]["resource"]);
        let errors = broken.errors();
        assert!(errors.contains(&(rule, at(rest))), "{rule} {rest}: {errors:?}");
    }
    // A version behind the URL changes nothing; a profile of another type is an error.
    let claim = |draft: &Draft, url: &str| {
        let mut other = draft.clone();
        other.0["entry"][place]["resource"]["meta"]["profile"] = json!([url]);
        other
    };
    assert_eq!(claim(&draft, &format!("{BASE}bodyweight|4.0.1")).findings(), []);
    assert_eq!(claim(&draft, &format!("{BASE}Observation")).findings(), []);
    let other_type = claim(&draft, &format!("{BASE}Patient"));
    assert_eq!(other_type.errors(), [("profile-type", at(".meta.profile"))]);
    let mut of_condition = draft.clone();
    of_condition.resource("Condition")["meta"]["profile"] = json!([format!("{BASE}vitalsigns")]);
    assert_eq!(of_condition.only("profile-type").severity, Severity::Error);
    // An unknown one is said to be that.
    for url in ["https://a.example/StructureDefinition/x", &format!("{BASE}lipidprofile"), "x"] {
        let unknown = claim(&draft, url);
        assert_eq!(unknown.errors(), [], "{url}");
        assert_eq!(unknown.only("profile-known").severity, Severity::Warning, "{url}");
    }
}

#[test]
fn a_blood_pressure_of_r4s_profile_needs_both_of_its_parts() {
    let mut draft = Draft::sample(HiType::OpConsultation, "minimal");
    let patient = draft.url("Patient");
    let part = |code: &str, value: u8| {
        json!({
            "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
            "valueQuantity": {"value": value, "unit": "mmHg", "system": "http://unitsofmeasure.org",
                              "code": "mm[Hg]"}
        })
    };
    let place = draft.add_reached(json!({
        "resourceType": "Observation",
        "meta": {"profile": ["http://hl7.org/fhir/StructureDefinition/bp"]},
        "status": "final",
        "category": [{"coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/observation-category",
            "code": "vital-signs", "display": "Vital Signs"
        }]}],
        "code": {"coding": [{"system": "http://loinc.org", "code": "85354-9"}]},
        "subject": {"reference": patient},
        "effectiveDateTime": "2026-03-01",
        "component": [part("8480-6", 142), part("8462-4", 91)]
    }));
    assert_eq!(draft.findings(), []);
    let mut one = draft.clone();
    one.0["entry"][place]["resource"]["component"].as_array_mut().unwrap().pop();
    let rules: Vec<_> = one.errors().into_iter().map(|(rule, _)| rule).collect();
    assert!(rules.contains(&"slice-min"), "{rules:?}");
    let mut unit = draft.clone();
    unit.0["entry"][place]["resource"]["component"][0]["valueQuantity"]["code"] = json!("kPa");
    assert_eq!(unit.only("fixed-value").severity, Severity::Error);
    let mut empty = draft;
    let component = &mut empty.0["entry"][place]["resource"]["component"][1];
    component.as_object_mut().unwrap().remove("valueQuantity");
    assert_eq!(empty.only("vs-3").severity, Severity::Error);
}

/// The class and the priority of a visit are codes of HL7's v3 systems.
#[test]
fn codes_of_a_visits_class_and_priority_are_known() {
    const ACT: &str = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
    const PRIORITY: &str = "http://terminology.hl7.org/CodeSystem/v3-ActPriority";
    let draft = Draft::sample(HiType::OpConsultation, "full");
    let with = |element: &str, value: Value| {
        let mut other = draft.clone();
        other.resource("Encounter")[element] = value;
        other
    };
    for (code, display) in [("AMB", "ambulatory"), ("EMER", "emergency"), ("VR", "virtual")] {
        let class = json!({"system": ACT, "code": code, "display": display});
        assert_eq!(with("class", class).findings(), [], "{code}");
    }
    let unknown = with("class", json!({"system": ACT, "code": "OPD"}));
    let finding = unknown.only("code-unknown");
    assert_eq!(finding.severity, Severity::Error);
    assert!(finding.help.contains("AMB"), "{}", finding.help);
    // A code of the system that is no class of a visit, and a class of another system.
    for class in [
        json!({"system": ACT, "code": "ABUSE"}),
        json!({"system": "https://a.example/class", "code": "OPD"}),
    ] {
        let other = with("class", class);
        assert_eq!(other.errors(), []);
        assert_eq!(other.only("binding-extensible").severity, Severity::Warning);
    }
    let priority = |code: &str| json!({"coding": [{"system": PRIORITY, "code": code, "display": "emergency"}]});
    assert_eq!(with("priority", priority("EM")).findings(), []);
    assert_eq!(with("priority", json!({"text": "at once"})).findings(), []);
    assert_eq!(with("priority", priority("NOW")).only("code-unknown").severity, Severity::Error);
}
