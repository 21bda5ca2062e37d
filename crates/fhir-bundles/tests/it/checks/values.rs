use fhir_bundles::{HiType, check::Severity};
use serde_json::{Value, json};

use super::{Draft, path, pointers};

fn absent() -> Value {
    json!({"extension": [{
        "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"
    }]})
}

/// M5.
#[test]
fn null_in_a_list_is_an_error_wherever_it_stands() {
    for (name, draft) in Draft::of_each_type() {
        for pointer in pointers(&draft.0) {
            let Some(items) = draft.0.pointer(&pointer).and_then(Value::as_array) else { continue };
            let mut broken = draft.clone();
            let place = items.len();
            broken.0.pointer_mut(&pointer).unwrap().as_array_mut().unwrap().push(json!(null));
            let at = path(&format!("{pointer}/{place}"));
            let errors = broken.errors();
            let found = errors.iter().any(|(rule, path)| {
                *path == at && matches!(*rule, "ele-1" | "wrong-type" | "slice-closed")
            });
            assert!(found, "{name}: {at}: {errors:?}");
        }
    }
}

/// M5: beside a twin that says why, null is R4's own way.
#[test]
fn null_in_a_list_stands_for_a_value_of_which_only_the_twin_says_anything() {
    let with = |given: Value, twin: Option<Value>| {
        let mut draft = Draft::sample(HiType::OpConsultation, "minimal");
        draft.resource("Patient")["name"][0]["given"] = given;
        if let Some(twin) = twin {
            draft.resource("Patient")["name"][0]["_given"] = twin;
        }
        draft.errors().into_iter().map(|(rule, _)| rule).collect::<Vec<_>>()
    };
    assert!(with(json!([null, "Asha"]), Some(json!([absent(), null]))).is_empty());
    for (given, twin) in [
        (json!([null]), None),
        (json!(["Asha", null]), None),
        (json!([null]), Some(json!([null]))),
        (json!([null]), Some(json!([{"id": "a"}]))),
        (json!([null, "Asha"]), Some(json!([null, absent()]))),
    ] {
        assert!(with(given.clone(), twin).contains(&"ele-1"), "{given}");
    }
    let mut alone = Draft::sample(HiType::OpConsultation, "minimal");
    alone.resource("Patient")["name"][0]["_given"] = json!([null, absent()]);
    assert_eq!(alone.only("ele-1").severity, Severity::Error);
}

/// M6: by the list of R4; the module has a table of its own.
#[test]
fn a_narrative_that_r4_does_not_allow_is_an_error_in_every_resource() {
    let draft = Draft::sample(HiType::DischargeSummary, "full");
    let wrong = [
        "<div>no namespace</div>",
        "<div xmlns=\"http://www.w3.org/1999/xhtml\"><P>a</P></div>",
        "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p class=x>a</p></div>",
        "<div xmlns=\"http://www.w3.org/1999/xhtml\">a</div><div xmlns=\"http://www.w3.org/1999/xhtml\">b</div>",
        "<div xmlns=\"http://www.w3.org/1999/xhtml\"><font>a</font></div>",
        "<div xmlns=\"http://www.w3.org/1999/xhtml\"><u>a</u></div>",
        "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p foo=\"a\">a</p></div>",
    ];
    for place in 0..draft.entries().len() {
        if draft.entries()[place]["resource"]["resourceType"] == "Binary" {
            continue;
        }
        for div in wrong {
            let mut broken = draft.clone();
            broken.0["entry"][place]["resource"]["text"] =
                json!({"status": "generated", "div": div});
            let at = format!("Bundle.entry[{place}].resource.text.div");
            assert_eq!(broken.errors(), [("txt-1", at)], "{div}");
        }
    }
    let mut section = draft;
    let text = json!({"status": "generated", "div": wrong[4]});
    section.resource("Composition")["section"][0]["text"] = text;
    let at = "Bundle.entry[0].resource.section[0].text.div".to_owned();
    assert_eq!(section.errors(), [("txt-1", at)]);
}

/// M7.
#[test]
fn ages_and_durations_have_units_of_time_in_ucum() {
    const UCUM: &str = "http://unitsofmeasure.org";
    let age = |value: Value| {
        ["Condition", "AllergyIntolerance"].map(|type_| {
            let mut draft = Draft::sample(HiType::OpConsultation, "full");
            let resource = draft.resource(type_).as_object_mut().unwrap();
            resource.retain(|name, _| !name.starts_with("onset"));
            resource.insert("onsetAge".to_owned(), value.clone());
            draft
        })
    };
    let duration = |value: Value| {
        let mut visit = Draft::sample(HiType::OpConsultation, "full");
        visit.resource("Encounter")["length"] = value.clone();
        let mut supply = Draft::sample(HiType::OpConsultation, "full");
        supply.resource("MedicationRequest")["dispenseRequest"] =
            json!({"expectedSupplyDuration": value});
        [visit, supply]
    };
    let good = json!({"value": 3, "unit": "years", "system": UCUM, "code": "a"});
    let wrong = [
        json!({"value": 3, "unit": "years", "system": "https://a.example/units", "code": "a"}),
        json!({"value": 3, "unit": "years", "system": UCUM, "code": "years"}),
        json!({"value": 3, "unit": "kg", "system": UCUM, "code": "kg"}),
        json!({"value": 3, "unit": "years", "code": "a"}),
    ];
    for draft in age(good.clone()).into_iter().chain(duration(good)) {
        assert_eq!(draft.findings(), []);
    }
    for value in &wrong {
        for draft in age(value.clone()) {
            let errors = draft.errors();
            assert!(errors.iter().any(|it| matches!(it.0, "age-1" | "qty-3")), "{value}");
        }
        for draft in duration(value.clone()) {
            let errors = draft.errors();
            assert!(errors.iter().any(|it| matches!(it.0, "drt-1" | "qty-3")), "{value}");
        }
    }
    // R4's age-1 wants a code and a value above zero; its drt-1 wants a value with a code.
    for value in [
        json!({"value": 3, "unit": "years"}),
        json!({"value": 0, "system": UCUM, "code": "a"}),
        json!({"value": -2, "system": UCUM, "code": "a"}),
    ] {
        for draft in age(value.clone()) {
            assert_eq!(draft.only("age-1").severity, Severity::Error, "{value}");
        }
    }
    for draft in duration(json!({"value": 3, "unit": "days"})) {
        assert_eq!(draft.errors(), []);
    }
    for draft in duration(json!({"system": UCUM, "code": "d"})) {
        assert_eq!(draft.only("drt-1").severity, Severity::Error);
    }
}

/// F3.
#[test]
fn a_value_that_is_absent_for_a_reason_counts_for_every_minimum() {
    let mut places = 0;
    for (name, draft) in HiType::ALL.map(|kind| (kind, Draft::sample(kind, "minimal"))) {
        for pointer in pointers(&draft.0) {
            let Some((parent, member)) = pointer.rsplit_once('/') else { continue };
            let is_primitive = draft
                .0
                .pointer(&pointer)
                .is_some_and(|it| !it.is_object() && !it.is_array() && !it.is_null());
            let is_named = member.parse::<usize>().is_err();
            // Without these the check does not know what it looks at.
            let says_what =
                ["resourceType", "fullUrl", "reference", "type", "url", "div", "profile"];
            if !is_primitive || !is_named || says_what.contains(&member) {
                continue;
            }
            let mut without = draft.clone();
            let object = without.0.pointer_mut(parent).unwrap().as_object_mut().unwrap();
            object.remove(member);
            let at = path(&pointer);
            let misses = |draft: &Draft| draft.errors().contains(&("required", at.clone()));
            if !misses(&without) {
                continue;
            }
            places += 1;
            let object = without.0.pointer_mut(parent).unwrap().as_object_mut().unwrap();
            object.insert(format!("_{member}"), absent());
            assert!(!misses(&without), "{name}: {at}");
        }
    }
    assert!(places > 50, "{places} places alone");
}

/// F3: a fixed value cannot be absent.
#[test]
fn a_fixed_value_that_is_absent_for_a_reason_is_still_wrong() {
    let mut draft = Draft::sample(HiType::OpConsultation, "minimal");
    let coding = draft.resource("Composition")["type"]["coding"][0].as_object_mut().unwrap();
    coding.remove("code");
    coding.insert("_code".to_owned(), absent());
    assert_eq!(draft.only("fixed-value").severity, Severity::Error);
}

/// A system is the same name everywhere, so it is absolute.
#[test]
fn the_system_of_a_code_or_number_is_an_absolute_uri() {
    for (name, draft) in Draft::of_each_type() {
        for pointer in pointers(&draft.0) {
            // Quantities and phones have systems of another kind.
            let is_named = pointer.contains("/coding/") || pointer.contains("/identifier");
            if !(pointer.ends_with("/system") && is_named) {
                continue;
            }
            for (system, errors) in
                [("MRN", true), ("www.clinic.example/mrn", true), ("a:b", false)]
            {
                let mut other = draft.clone();
                *other.0.pointer_mut(&pointer).unwrap() = json!(system);
                let at = path(&pointer);
                let found = other.errors().contains(&("system-absolute", at.clone()));
                assert_eq!(found, errors, "{name}: {at}: {system}");
            }
        }
    }
}

/// F5.
#[test]
fn the_url_of_an_extension_is_absolute_but_within_another() {
    let inner = json!([{"url": "part", "valueString": "x"}]);
    for (name, draft) in Draft::all() {
        for place in 0..draft.entries().len() {
            for url in [
                "",
                "brand",
                "StructureDefinition/brand",
                "/brand",
                "https://a.example/brand",
                "urn:oid:1.2.3",
            ] {
                let is_wrong = !url.contains(':') && !url.is_empty();
                let mut mixed = draft.clone();
                let extension = json!([{"url": url, "extension": inner}]);
                let resource = &mut mixed.0["entry"][place]["resource"];
                if resource["resourceType"] == "Binary" || resource["extension"].is_array() {
                    continue;
                }
                resource["extension"] = extension;
                let here = format!("Bundle.entry[{place}].resource.extension[0].url");
                let found = mixed.errors().contains(&("extension-url", here));
                assert_eq!(found, is_wrong, "{name}: {url}");
            }
        }
    }
    // In a datatype and beside a primitive value, too.
    let mut draft = Draft::sample(HiType::OpConsultation, "typical");
    let patient = draft.resource("Patient");
    patient["name"][0]["extension"] = json!([{"url": "caste", "valueString": "x"}]);
    patient["_birthDate"] = json!({"extension": [{"url": "time", "valueDateTime": "1986-04-12"}]});
    let rules = draft.errors().into_iter().filter(|(rule, _)| *rule == "extension-url");
    assert_eq!(rules.count(), 2);
}
