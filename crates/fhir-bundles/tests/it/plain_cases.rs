//! Plain records as old hospital systems have them: units, numbers, words and what is missing.

mod files;
mod measurements;
mod orders;
mod records;

use fhir_bundles::{
    HiType,
    build::Ids,
    check,
    plain::{self, Options, PlainError},
};
use serde_json::{Value, json};

use crate::samples::NOW;

/// A record with what all need, and these fields.
fn record(fields: Value) -> Value {
    let mut record = json!({
        "patient": { "name": "Asha Devi", "facilityNumber": "MR-1", "gender": "F", "birthDate": "1961-07-02" },
        "practitioner": { "name": "Dr. Rao", "hprId": "71-1" },
        "facility": { "name": "Clinic", "hfrId": "IN1" },
        "date": "2026-03-04T12:15:00+05:30",
        "visit": { "start": "2026-03-04T11:30:00+05:30" },
    });
    let own = record.as_object_mut().unwrap();
    for (name, value) in fields.as_object().unwrap() {
        own.insert(name.clone(), value.clone());
    }
    record
}

fn options() -> Options {
    Options::new().ids(Ids::seeded(3)).timestamp(NOW)
}

/// The resources of the document, which our own check finds without fault.
fn built(kind: HiType, fields: Value) -> Vec<Value> {
    let text = record(fields).to_string();
    let bundle = options()
        .to_bundle(kind, text.as_bytes())
        .unwrap_or_else(|error| panic!("{error}\n{text}"));
    let bytes = bundle.to_vec();
    let listed: Vec<String> = check(&bytes).findings().iter().map(ToString::to_string).collect();
    assert_eq!(listed, Vec::<String>::new(), "{text}");
    let bundle: Value = serde_json::from_slice(&bytes).unwrap();
    let entries = bundle["entry"].as_array().unwrap();
    entries.iter().map(|entry| entry["resource"].clone()).collect()
}

fn of_type(resources: &[Value], name: &str) -> Vec<Value> {
    resources.iter().filter(|resource| resource["resourceType"] == name).cloned().collect()
}

/// The problems as `path: message → help`.
fn refused(kind: HiType, fields: Value) -> Vec<String> {
    let text = record(fields).to_string();
    match options().to_bundle(kind, text.as_bytes()) {
        Err(PlainError::Problems(problems)) => problems
            .iter()
            .map(|problem| format!("{}: {} → {}", problem.path, problem.message, problem.help))
            .collect(),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("accepted: {text}"),
    }
}

fn paths(kind: HiType, fields: Value) -> Vec<String> {
    let problems = refused(kind, fields);
    problems.iter().filter_map(|line| line.split(": ").next()).map(str::to_owned).collect()
}

/// One observation of a consultation.
fn observed(observation: Value) -> Value {
    let built = built(HiType::OpConsultation, json!({ "vitalSigns": [observation] }));
    of_type(&built, "Observation").remove(0)
}

/// One result of a laboratory report.
fn result(observation: Value) -> Value {
    let report = json!({ "name": "Blood", "issued": "2026-03-04T12:00:00+05:30", "conclusion": "See results", "results": observation });
    let built = built(HiType::DiagnosticReport, json!({ "report": report }));
    of_type(&built, "Observation").remove(0)
}

/// Value and unit, as a decimal's text.
fn quantity(value: &Value) -> String {
    let sign = value["comparator"].as_str().unwrap_or_default();
    format!("{sign}{} {}", value["value"], value["unit"].as_str().unwrap_or_default())
}

fn note(resource: &Value) -> &str {
    resource["note"][0]["text"].as_str().unwrap_or_default()
}

#[test]
fn codes_without_a_system_are_taken_where_their_form_tells_it() {
    let condition = |name: Value| json!({ "chiefComplaints": [{ "name": name }] });
    let resources = built(
        HiType::OpConsultation,
        condition(json!({ "code": "386661006", "display": "Fever" })),
    );
    assert_eq!(
        of_type(&resources, "Condition")[0]["code"]["coding"][0]["system"],
        "http://snomed.info/sct"
    );
    let hb = json!({ "otherObservations": [{ "name": { "code": "718-7", "display": "Hemoglobin" }, "value": 11, "unit": "g/dL" }] });
    let resources = built(HiType::OpConsultation, hb);
    assert_eq!(
        of_type(&resources, "Observation")[0]["code"]["coding"][0]["system"],
        "http://loinc.org"
    );
    let told = paths(
        HiType::OpConsultation,
        condition(json!({ "code": "I10", "display": "Hypertension" })),
    );
    assert_eq!(told, ["chiefComplaints[0].name.system"]);
}

#[test]
fn nothing_of_a_record_is_dropped() {
    // Every text and number of each example is somewhere in its document.
    for kind in HiType::ALL {
        let bundle = options().to_bundle(kind, plain::example(kind).as_bytes()).unwrap();
        let document = String::from_utf8(bundle.to_vec()).unwrap();
        let mut missing = Vec::new();
        let example: Value = serde_json::from_str(plain::example(kind)).unwrap();
        texts(&example, "", &mut |path, text| {
            if !document.contains(text) {
                missing.push(format!("{path}: {text}"));
            }
        });
        let expected = |line: &&String| {
            // The code of a prescription's scan: a Binary has no place for it, its words are kept.
            if kind == HiType::Prescription && line.starts_with(".scan.kind.code") {
                return false;
            }
            // Words that became codes, and what was converted or counted.
            let path = line.split(": ").next().unwrap_or_default();
            let name = path.rsplit('.').next().unwrap_or_default();
            ![
                "type",
                "kind",
                "status",
                "interpretation",
                "system",
                "language",
                "days",
                "gst",
                "value",
                "range",
                "asNeeded",
            ]
            .contains(&name)
        };
        let lost: Vec<_> = missing.iter().filter(expected).collect();
        assert!(lost.is_empty(), "{kind}: {lost:#?}");
    }
}

fn texts(json: &Value, path: &str, found: &mut impl FnMut(&str, &str)) {
    match json {
        Value::Object(object) => {
            for (name, value) in object {
                texts(value, &format!("{path}.{name}"), found);
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| texts(element, path, found)),
        Value::String(text) => found(path, text),
        Value::Number(number) => found(path, &number.to_string()),
        Value::Null | Value::Bool(_) => {}
    }
}
