use std::{env, fs, path::Path};

use fhir_bundles::{
    DocumentBundle, HiType, Record,
    build::Ids,
    check,
    plain::{self, Options, PlainError},
};

use serde_json::Value;

use crate::samples::NOW;

fn build(kind: HiType, text: &str) -> Result<DocumentBundle, PlainError> {
    Options::new().ids(Ids::seeded(9)).timestamp(NOW).to_bundle(kind, text.as_bytes())
}

fn problems(kind: HiType, text: &str) -> Vec<String> {
    match build(kind, text) {
        Err(PlainError::Problems(problems)) => problems
            .into_iter()
            .map(|problem| format!("{}: {}", problem.path, problem.message))
            .collect(),
        Err(other) => vec![other.to_string()],
        Ok(_) => Vec::new(),
    }
}

const FRAME: &str = r#"
    "patient": { "name": "Asha Devi", "abhaAddress": "asha@abdm", "gender": "F", "birthDate": "1986" },
    "practitioner": { "name": "Dr. Rao", "hprId": "71-1" },
    "facility": { "name": "Clinic", "hfrId": "IN1" }"#;

#[test]
fn every_example_becomes_a_clean_document() {
    for kind in HiType::ALL {
        let bundle =
            build(kind, plain::example(kind)).unwrap_or_else(|error| panic!("{kind}: {error}"));
        let report = check(&bundle.to_vec());
        let listed: Vec<_> = report.findings().iter().map(ToString::to_string).collect();
        assert_eq!(listed, Vec::<String>::new(), "{kind}");
        assert_eq!(Record::of(&bundle).hi_type(), Some(kind));
        assert_eq!(
            plain::to_bundle_by_type(plain::example(kind).as_bytes()).unwrap().hi_type(),
            Some(kind)
        );
        insta::assert_snapshot!(
            format!("{}_from_plain", kind.slug()),
            String::from_utf8(bundle.to_vec_pretty()).unwrap()
        );
    }
}

/// The names of all fields in a schema's own properties and in those of its definitions.
fn fields(schema: &Value, place: &str, found: &mut Vec<String>) {
    let properties = schema.get("properties").and_then(Value::as_object);
    for (name, _) in properties.iter().flat_map(|properties| properties.iter()) {
        found.push(format!("{place}.{name}"));
    }
}

/// All words of a record's objects, to see that an example uses each field somewhere.
fn names(json: &Value, found: &mut Vec<String>) {
    match json {
        Value::Object(object) => {
            for (name, value) in object.iter() {
                found.push(name.to_owned());
                names(value, found);
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| names(element, found)),
        _ => {}
    }
}

#[test]
fn examples_fill_every_field_of_their_forms() {
    // The same forms serve several types; together the examples must fill each of them.
    let mut used = Vec::new();
    for kind in HiType::ALL {
        let mut own = Vec::new();
        names(&serde_json::from_str(plain::example(kind)).unwrap(), &mut own);
        let schema: Value = serde_json::from_str(&plain::schema(kind)).unwrap();
        let mut wanted = Vec::new();
        fields(&schema, kind.slug(), &mut wanted);
        for field in wanted {
            let name = field.rsplit('.').next().unwrap().to_owned();
            assert!(own.contains(&name), "the example of {kind} does not show {name}");
        }
        used.extend(own);
    }
    for kind in HiType::ALL {
        let schema: Value = serde_json::from_str(&plain::schema(kind)).unwrap();
        for (name, form) in schema.get("$defs").unwrap().as_object().unwrap().iter() {
            let form = form.get("oneOf").and_then(|options| options.get(1)).unwrap_or(form);
            let mut wanted = Vec::new();
            fields(form, name, &mut wanted);
            for field in wanted {
                let last = field.rsplit('.').next().unwrap().to_owned();
                assert!(used.contains(&last), "no example shows {field}");
            }
        }
    }
}

/// The committed schemas are what the forms say; `UPDATE_SCHEMAS=1` writes them.
#[test]
fn published_schemas_are_current() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    for kind in HiType::ALL {
        let path = folder.join(format!("{}.schema.json", kind.slug()));
        let text = format!("{}\n", plain::schema(kind));
        if env::var_os("UPDATE_SCHEMAS").is_some() {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&path, &text).unwrap();
        }
        assert_eq!(fs::read_to_string(&path).unwrap_or_default(), text, "{}", path.display());
    }
}

#[test]
fn records_are_read_forgivingly() {
    let flat = format!(
        r#"{{ {FRAME}, "visit": {{ "start": "2026-03-01T10:30:00+05:30", "end": null, "number": "" }},
            "chief_complaints": "Fever",
            "Vital-Signs": {{ "kind": "Body Mass Index", "value": "24.60" }},
            "medications": ["Paracetamol", {{ "name": "Zinc", "days": "14" }}] }}"#
    );
    let bundle = build(HiType::OpConsultation, &flat).unwrap();
    let record = Record::of(&bundle);
    assert_eq!(record.medicines().count(), 2);
    let result = record.results().next().unwrap().if_holds().unwrap();
    assert_eq!(result.value_text(), "24.60 kg/m2");
    assert_eq!(check(&bundle.to_vec()).findings(), []);
}

#[test]
fn every_problem_is_reported_at_once_with_its_path() {
    let text = r#"{
        "patient": { "name": "", "gender": "X", "birthDate": "12/04/1986", "aadhaar": "1" },
        "practitioner": { "name": "Dr. Rao" },
        "visit": { "start": "yesterday", "kind": "walk-in" },
        "chiefComplaints": [7, { "since": "2026-13" }],
        "vitalSigns": [{ "kind": "pulse", "value": "fast" }, { "unit": "kg" }],
        "medications": [{ "name": "Zinc", "dosage": "1", "days": "a week" }, { "name": { "code": "1", "system": "loinc", "display": "x" } }],
        "documents": [{ "title": "Scan", "contentType": "application/pdf", "data": "***" }],
        "surprise": true
    }"#;
    let found = problems(HiType::OpConsultation, text);
    let expected = [
        "patient.gender: is not one of the known words",
        "patient.birthDate: is not a date",
        "patient.aadhaar: is not a field of this form",
        "patient.name: is missing",
        "visit.start: is not a date or time",
        "visit.kind: is not one of the known words",
        "chiefComplaints[0]: is a number",
        "chiefComplaints[1].since: is not a date or time",
        "chiefComplaints[1].name: is missing",
        "medications[0].dosage: is not a field of this form",
        "medications[0].days: is not a whole number",
        "documents[0].data: is not base64",
        "surprise: is not a field of this form",
        "facility: is missing",
        "patient: has no identifier",
        "practitioner: has no identifier",
        "vitalSigns[0].value: is not a number",
        "vitalSigns[1]: does not say what was observed",
        "medications[1]: has a code of a system that NRCES does not allow here",
    ];
    assert_eq!(found, expected, "{found:#?}");
}

#[test]
fn unknown_fields_are_answered_with_the_one_that_was_meant() {
    let text = format!(
        r#"{{ {FRAME}, "visit": {{ "start": "2026-03-01" }}, "medication": ["Zinc"], "complaints": "x" }}"#
    );
    let Err(PlainError::Problems(problems)) = build(HiType::OpConsultation, &text) else {
        panic!("accepted")
    };
    assert_eq!(problems[0].help, "did you mean medications?");
}

#[test]
fn records_that_are_no_records_are_refused() {
    assert!(matches!(plain::to_bundle(HiType::Invoice, b"{"), Err(PlainError::Syntax(_))));
    assert_eq!(problems(HiType::Invoice, "[]"), ["record: is an array"]);
    assert_eq!(plain::to_bundle_by_type(b"{}").unwrap_err(), PlainError::NoType);
    for kind in HiType::ALL {
        assert!(!problems(kind, "{}").is_empty(), "{kind}");
        assert!(!problems(kind, &format!("{{ {FRAME} }}")).is_empty(), "{kind}");
    }
}
