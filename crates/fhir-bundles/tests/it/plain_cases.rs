//! Plain records as old hospital systems have them: units, numbers, words and what is missing.

use fhir_bundles::{
    HiType,
    build::Ids,
    check,
    plain::{self, Options, PlainError},
};
use proptest::prelude::*;
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
fn p1_units_are_converted_and_kept_in_a_note() {
    for (observation, value, said) in [
        (json!({ "kind": "weight", "value": 132, "unit": "lb" }), "59.87 kg", "Given as 132 lb"),
        (json!({ "kind": "weight", "value": "2800", "unit": "gm" }), "2.8 kg", "Given as 2800 gm"),
        (json!({ "kind": "weight", "value": "2805 g" }), "2.805 kg", "Given as 2805 g"),
        (json!({ "kind": "height", "value": 64, "unit": "in" }), "162.56 cm", "Given as 64 in"),
        (json!({ "kind": "height", "value": "5'4\"" }), "162.56 cm", "Given as 5'4\""),
        (json!({ "kind": "height", "value": "1.58", "unit": "m" }), "158 cm", "Given as 1.58 m"),
        (json!({ "kind": "temp", "value": 310.15, "unit": "K" }), "37 °C", "Given as 310.15 K"),
        (json!({ "kind": "temperature", "value": 98.6, "unit": "F" }), "98.6 °F", ""),
        (json!({ "kind": "weight", "value": "61.50", "unit": "Kgs" }), "61.5 kg", ""),
        (json!({ "kind": "SpO2", "value": "97%" }), "97 %", ""),
        (json!({ "kind": "pulse", "value": "72 bpm" }), "72 /min", ""),
    ] {
        let found = observed(observation.clone());
        assert_eq!(quantity(&found["valueQuantity"]), value, "{observation}");
        assert_eq!(note(&found), said, "{observation}");
    }
    let pressure = observed(json!({ "systolic": 16, "diastolic": 11, "unit": "kPa" }));
    assert_eq!(quantity(&pressure["component"][0]["valueQuantity"]), "120 mmHg");
    assert_eq!(quantity(&pressure["component"][1]["valueQuantity"]), "82.5 mmHg");
    assert_eq!(note(&pressure), "Given as 16/11 kPa");
    let text = observed(json!({ "kind": "BP", "value": "142/91 mmHg" }));
    assert_eq!(quantity(&text["component"][1]["valueQuantity"]), "91 mmHg");
    // The range goes with the value.
    let ranged =
        observed(json!({ "kind": "weight", "value": 132, "unit": "lb", "low": 100, "high": 150 }));
    assert_eq!(quantity(&ranged["referenceRange"][0]["low"]), "45.36 kg");
    assert_eq!(quantity(&ranged["referenceRange"][0]["high"]), "68.04 kg");
    assert_eq!(ranged["interpretation"][0]["coding"][0]["code"], "N");
}

/// What units a kind has, by any of their names, in any case.
fn kinds_and_units() -> impl Strategy<Value = (&'static str, &'static str, f64)> {
    prop_oneof![
        prop_oneof![Just("°C"), Just("c"), Just("Celsius")].prop_map(|unit| (
            "temperature",
            unit,
            36.9
        )),
        prop_oneof![Just("°F"), Just("F"), Just("deg F")].prop_map(|unit| (
            "temperature",
            unit,
            98.6
        )),
        Just(("surface-temperature", "K", 309.0)),
        prop_oneof![Just("kg"), Just("KGS.")].prop_map(|unit| ("weight", unit, 61.5)),
        prop_oneof![Just("lb"), Just("LBS"), Just("pounds")]
            .prop_map(|unit| ("weight", unit, 132.0)),
        prop_oneof![Just("g"), Just("gm"), Just("grams")].prop_map(|unit| ("weight", unit, 2800.0)),
        Just(("weight", "oz", 110.0)),
        Just(("weight", "stone", 9.0)),
        prop_oneof![Just("cm"), Just("CMS")].prop_map(|unit| ("height", unit, 158.0)),
        Just(("height", "m", 1.58)),
        Just(("height", "mm", 1580.0)),
        Just(("height", "inches", 64.0)),
        Just(("height", "ft", 5.5)),
        Just(("pulse", "bpm", 72.0)),
        Just(("respiratory-rate", "breaths/min", 18.0)),
        Just(("oxygen-saturation", "%", 97.0)),
        Just(("body-mass-index", "kg/m²", 24.6)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn p1_any_known_unit_is_converted_and_any_other_is_refused(
        (kind, unit, usual) in kinds_and_units(),
        factor in 0.95_f64..1.0,
        other in "[a-z]{4,9}",
    ) {
        let value = format!("{:.2}", usual * factor);
        let found = observed(json!({ "kind": kind, "value": value, "unit": unit }));
        let written = found["valueQuantity"]["unit"].as_str().unwrap();
        prop_assert!(["°C", "°F", "kg", "cm", "/min", "%", "kg/m2"].contains(&written));
        let is_converted = note(&found).starts_with("Given as ");
        let is_kept = found["valueQuantity"]["value"].as_f64() == value.parse().ok();
        prop_assert!(is_converted || is_kept, "{}", found);
        let known = ["kelvin", "gram", "grams", "foot", "feet", "inch", "inches", "pound", "pounds",
            "stone", "stones", "ounce", "ounces", "kilo", "kilos", "percent", "celsius", "permin"];
        prop_assume!(!known.contains(&other.as_str()));
        let told = refused(HiType::OpConsultation, json!({ "vitalSigns": [{ "kind": kind, "value": value, "unit": other }] }));
        prop_assert_eq!(told.len(), 1);
        prop_assert!(told[0].starts_with("vitalSigns[0].unit: "), "{:?}", told);
        prop_assert!(told[0].contains("write one of: "), "{:?}", told);
    }
}

#[test]
fn p2_impossible_values_ask_for_the_unit() {
    for (observation, path, help) in [
        (json!({ "kind": "temperature", "value": 98.6 }), "value", "say its unit (°C, °F, K)"),
        (json!({ "kind": "temperature", "value": 24, "unit": "°C" }), "value", "25 to 45 °C"),
        (json!({ "kind": "temperature", "value": 37, "unit": "K" }), "value", "25 to 45 °C"),
        (json!({ "kind": "pulse", "value": -5 }), "value", "0 to 350 /min"),
        (json!({ "kind": "pulse", "value": 351 }), "value", "0 to 350 /min"),
        (json!({ "kind": "oxygen-saturation", "value": 0.97 }), "value", "20 to 100 %"),
        (json!({ "kind": "oxygen-saturation", "value": 101 }), "value", "20 to 100 %"),
        (json!({ "kind": "weight", "value": 2800 }), "value", "kg, g, lb"),
        (json!({ "kind": "height", "value": 1.64 }), "value", "cm, m, mm, in, ft"),
        (json!({ "kind": "steps", "value": -1 }), "value", "0 to"),
        (json!({ "systolic": 80, "diastolic": 120 }), "systolic", "larger of the two"),
        (json!({ "systolic": 80, "diastolic": 80 }), "systolic", "larger of the two"),
        (json!({ "systolic": 16, "diastolic": 11 }), "systolic", "mmHg, cmHg, kPa"),
        (json!({ "systolic": 120, "diastolic": -1 }), "diastolic", "0 to 250 mmHg"),
    ] {
        for kind in [HiType::OpConsultation, HiType::WellnessRecord] {
            let told = refused(kind, json!({ "vitalSigns": [observation.clone()] }));
            assert_eq!(told.len(), 1, "{told:?}");
            assert!(told[0].starts_with(&format!("vitalSigns[0].{path}: ")), "{told:?}");
            assert!(told[0].contains(help), "{told:?}");
        }
    }
}

#[test]
fn p1_p2_the_record_of_the_finding_is_refused_with_every_problem() {
    let told = paths(
        HiType::OpConsultation,
        json!({
            "chiefComplaints": ["Check-up"],
            "vitalSigns": [
                { "kind": "weight", "value": 132, "unit": "lb" },
                { "kind": "weight", "value": 2800, "unit": "g" },
                { "kind": "height", "value": 64, "unit": "in" },
                { "kind": "temperature", "value": 98.6 },
                { "systolic": 16, "diastolic": 11, "unit": "kPa" },
                { "kind": "pulse", "value": -5 },
                { "systolic": 80, "diastolic": 120 },
            ],
        }),
    );
    assert_eq!(told, ["vitalSigns[3].value", "vitalSigns[5].value", "vitalSigns[6].systolic"]);
}

#[test]
fn facts_that_stand_beside_each_other_are_not_dropped() {
    for (observation, path) in [
        (
            json!({ "kind": "pulse", "value": 80, "systolic": 120, "diastolic": 80 }),
            "vitalSigns[0].kind",
        ),
        (
            json!({ "name": "BP", "value": 80, "systolic": 120, "diastolic": 80 }),
            "vitalSigns[0].value",
        ),
        (json!({ "systolic": 120 }), "vitalSigns[0].diastolic"),
        (json!({ "systolic": 120, "diastolic": 80, "low": 60 }), "vitalSigns[0].low"),
        (json!({ "kind": "weight", "value": "132 lb", "unit": "kg" }), "vitalSigns[0].unit"),
        (json!({ "kind": "BP", "value": "high" }), "vitalSigns[0].value"),
        (
            json!({ "kind": "pulse", "value": 80, "name": { "code": "8310-5", "system": "loinc", "display": "x" } }),
            "vitalSigns[0].name",
        ),
    ] {
        assert_eq!(paths(HiType::OpConsultation, json!({ "vitalSigns": [observation] })), [path]);
    }
    let named =
        observed(json!({ "kind": "temperature", "value": 37, "name": "Axillary temperature" }));
    assert_eq!(named["code"]["text"], "Axillary temperature");
    let ranged = observed(json!({ "systolic": 120, "diastolic": 80, "range": "below 140/90" }));
    assert_eq!(ranged["referenceRange"][0]["text"], "below 140/90");
}

#[test]
fn p3_comparators_are_written_as_such() {
    for (value, expected) in [
        ("<0.05", "<0.05 mIU/L"),
        ("< 0.05 mIU/L", "<0.05 mIU/L"),
        ("≤0.05", "<=0.05 mIU/L"),
        (">500", ">500 mIU/L"),
        (">=1,50,000", ">=150000 mIU/L"),
    ] {
        let found = result(json!({ "name": "TSH", "value": value, "unit": "mIU/L" }));
        assert_eq!(quantity(&found["valueQuantity"]), expected);
    }
    let low = result(
        json!({ "name": "TSH", "value": "<0.05", "unit": "mIU/L", "low": 0.4, "high": 4.2 }),
    );
    assert_eq!(low["interpretation"][0]["coding"][0]["code"], "L");
    let open =
        result(json!({ "name": "TSH", "value": "<1", "unit": "mIU/L", "low": 0.4, "high": 4.2 }));
    assert_eq!(open["interpretation"], Value::Null);
    let bare = result(json!({ "name": "INR", "value": ">8" }));
    assert_eq!(quantity(&bare["valueQuantity"]), ">8 ");
}

#[test]
fn p3_qualitative_results_stay_words() {
    for (value, unit, expected) in [
        ("Reactive", "", "Reactive"),
        ("+++", "mg/dL", "+++"),
        ("1:80", "", "1:80"),
        ("1:80", "titre", "1:80 titre"),
        ("2-4", "/hpf", "2-4 /hpf"),
        ("Nil", "/hpf", "Nil"),
    ] {
        let found = result(json!({ "name": "Urine", "value": value, "unit": unit, "low": "" }));
        assert_eq!(found["valueString"], expected, "{value}");
        assert_eq!(note(&found).is_empty(), unit.is_empty() || expected.contains(unit), "{value}");
    }
}

#[test]
fn p4_ranges_are_numbers_or_words() {
    let range = |value: Value, range: &str| {
        let found =
            result(json!({ "name": "Test", "value": value, "unit": "g/dL", "range": range }));
        (
            found["referenceRange"][0].clone(),
            found["interpretation"][0]["coding"][0]["code"].clone(),
        )
    };
    let (both, meaning) = range(json!(10.2), "12-16 g/dL");
    assert_eq!(
        (quantity(&both["low"]).as_str(), quantity(&both["high"]).as_str()),
        ("12 g/dL", "16 g/dL")
    );
    assert_eq!((&both["text"], meaning), (&Value::Null, json!("L")));
    let (one, meaning) = range(json!(6), "<5");
    assert_eq!(
        (quantity(&one["high"]).as_str(), &one["text"], meaning),
        ("5 g/dL", &json!("<5"), json!("H"))
    );
    assert_eq!(range(json!(5), "<5").1, Value::Null);
    let (words, meaning) = range(json!(10.2), "M: 13-17, F: 12-15");
    assert_eq!(
        (&words["low"], &words["text"], meaning),
        (&Value::Null, &json!("M: 13-17, F: 12-15"), Value::Null)
    );
    let (titre, _) = range(json!("1:160"), "< 1:80");
    assert_eq!(titre, json!({ "text": "< 1:80" }));
    let hiv = result(json!({ "name": "HIV", "value": "Non Reactive", "range": "Non Reactive" }));
    assert_eq!(hiv["referenceRange"], json!([{ "text": "Non Reactive" }]));
    let told = paths(
        HiType::OpConsultation,
        json!({ "otherObservations": [
        { "name": "Hb", "value": 11, "unit": "g/dL", "range": "12-16", "low": 13, "high": 17 },
        { "name": "Hb", "value": 11, "unit": "g/dL", "range": "16-12" },
    ] }),
    );
    assert_eq!(told, ["otherObservations[0].range", "otherObservations[1].range"]);
}

#[test]
fn p5_indian_digit_groups_are_understood() {
    for (value, expected) in [
        ("1,50,000", "150000 /cumm"),
        ("१,५०,०००", "150000 /cumm"),
        ("12,34,567.50", "1234567.5 /cumm"),
    ] {
        let found = result(
            json!({ "name": "Platelets", "value": value, "unit": "/cumm", "low": "1,50,000", "high": "4,10,000" }),
        );
        assert_eq!(quantity(&found["valueQuantity"]), expected);
        assert_eq!(quantity(&found["referenceRange"][0]["high"]), "410000 /cumm");
    }
    for fields in [
        json!({ "name": "Platelets", "value": "1,5", "unit": "/cumm" }),
        json!({ "kind": "pulse", "value": "7,2" }),
        json!({ "name": "Platelets", "value": 1, "low": "1,5" }),
    ] {
        let told = refused(HiType::OpConsultation, json!({ "otherObservations": [fields] }));
        assert_eq!(told.len(), 1);
        assert!(told[0].contains("take the commas out"), "{told:?}");
    }
}

#[test]
fn p6_a_low_bound_above_the_high_one_is_a_problem() {
    let hb = json!({ "name": "Hb", "value": 11.5, "unit": "g/dL", "low": 16, "high": 12 });
    for list in ["vitalSigns", "physicalExamination", "otherObservations"] {
        assert_eq!(
            paths(HiType::OpConsultation, json!({ list: [hb.clone()] })),
            [format!("{list}[0].low")]
        );
    }
}

#[test]
fn p7_a_stay_without_an_end_has_none() {
    let visit = json!({ "kind": "IPD", "start": "2026-03-04T11:30:00+05:30" });
    for kind in [HiType::OpConsultation, HiType::Prescription, HiType::WellnessRecord] {
        let fields = json!({ "visit": visit, "medications": ["Zinc"], "vitalSigns": [{ "kind": "pulse", "value": 72 }] });
        let mut fields = fields;
        if kind == HiType::Prescription {
            fields.as_object_mut().unwrap().remove("vitalSigns");
        } else if kind == HiType::WellnessRecord {
            fields.as_object_mut().unwrap().remove("medications");
        }
        let encounter = of_type(&built(kind, fields), "Encounter").remove(0);
        assert_eq!(encounter["period"], json!({ "start": "2026-03-04T11:30:00+05:30" }));
        assert_ne!(encounter["status"], "finished");
    }
    let told =
        paths(HiType::DischargeSummary, json!({ "visit": visit, "chiefComplaints": ["Pain"] }));
    assert_eq!(told, ["visit.end"]);
}

#[test]
fn p8_the_type_inside_is_compared_with_the_one_asked_for() {
    for kind in HiType::ALL {
        for other in HiType::ALL.into_iter().filter(|other| *other != kind) {
            let text = plain::example(kind);
            let Err(PlainError::Problems(problems)) = options().to_bundle(other, text.as_bytes())
            else {
                panic!("{kind} as {other}")
            };
            let paths: Vec<&str> = problems.iter().map(|problem| problem.path.as_str()).collect();
            assert_eq!(paths, ["type"], "{kind} as {other}");
        }
    }
    for word in ["Prescription", "PRESCRIPTION", "PrescriptionRecord"] {
        built(
            HiType::Prescription,
            json!({ "type": word, "visit": null, "medications": ["Zinc"] }),
        );
    }
    let told = refused(HiType::Prescription, json!({ "type": "recipe", "medications": ["Zinc"] }));
    assert!(
        told[0].starts_with("type: is not a record type → write one of: op-consultation"),
        "{told:?}"
    );
    let unknown = plain::to_bundle_by_type(br#"{ "type": "recipe" }"#);
    assert!(matches!(unknown, Err(PlainError::Problems(_))));
}

#[test]
fn p9_what_has_not_happened_yet_is_a_problem() {
    let patient = json!({ "name": "Asha", "facilityNumber": "1", "birthDate": "2036-01-01" });
    assert_eq!(
        paths(HiType::OpConsultation, json!({ "patient": patient, "chiefComplaints": ["Fever"] })),
        ["patient.birthDate"]
    );
    let fields = json!({
        "chiefComplaints": [{ "name": "Fever", "since": "2099" }, { "name": "Cough", "since": "1950" }],
        "pastProcedures": [{ "name": "Appendectomy", "on": "2026-04" }],
        "vitalSigns": [{ "kind": "pulse", "value": 72, "at": "2026-03-05" }],
    });
    let mut told = paths(HiType::OpConsultation, fields);
    told.sort();
    assert_eq!(
        told,
        [
            "chiefComplaints[0].since",
            "chiefComplaints[1].since",
            "pastProcedures[0].on",
            "vitalSigns[0].at"
        ]
    );
    assert_eq!(
        paths(
            HiType::ImmunizationRecord,
            json!({ "vaccinations": [{ "vaccine": "BCG", "date": "2026-03-05" }] })
        ),
        ["vaccinations[0].date"]
    );
    built(
        HiType::OpConsultation,
        json!({ "chiefComplaints": [{ "name": "Fever", "since": "2026-03-04" }, { "name": "Cough", "since": "1961" }] }),
    );
    let plan = json!({ "title": "Rest", "from": "2026-03-10", "to": "2026-03-05" });
    let stay = json!({ "start": "2026-03-01", "end": "2026-03-04" });
    assert_eq!(
        paths(HiType::DischargeSummary, json!({ "visit": stay, "carePlans": plan })),
        ["carePlans.to"]
    );
}

#[test]
fn p10_an_age_gives_the_year_or_the_month_of_birth() {
    for (age, expected) in [
        (json!("7 months"), "2025-08"),
        (json!(39), "1987"),
        (json!("39 Y"), "1987"),
        (json!("15 days"), "2026-02"),
        (json!("2y 3m"), "2023-12"),
    ] {
        let patient = json!({ "name": "Asha", "facilityNumber": "1", "gender": "F", "age": age });
        let built = built(
            HiType::OpConsultation,
            json!({ "patient": patient, "chiefComplaints": ["Fever"] }),
        );
        let patient = of_type(&built, "Patient").remove(0);
        assert_eq!(patient["birthDate"], expected, "{age}");
        let said = age.as_str().map_or_else(|| age.to_string(), str::to_owned);
        assert!(patient["text"]["div"].as_str().unwrap().contains(&format!("{expected} ({said})")));
    }
    for (patient, help) in [
        (json!({ "name": "A", "facilityNumber": "1", "age": "seven" }), "7 months"),
        (json!({ "name": "A", "facilityNumber": "1", "age": 0 }), "7 months"),
        (json!({ "name": "A", "facilityNumber": "1", "age": 200 }), "7 months"),
        (
            json!({ "name": "A", "facilityNumber": "1", "age": 39, "birthDate": "1961" }),
            "correct one",
        ),
    ] {
        let told = refused(
            HiType::OpConsultation,
            json!({ "patient": patient, "chiefComplaints": ["Fever"] }),
        );
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with("patient.age: ") && told[0].contains(help), "{told:?}");
    }
    let told = refused(
        HiType::OpConsultation,
        json!({ "facility": { "name": "C", "hfrId": "I", "ages": 1 }, "chiefComplaints": ["Fever"] }),
    );
    assert!(!told[0].contains("did you mean"), "{told:?}");
}

#[test]
fn p11_further_identifiers_tell_people_from_others() {
    let patient = json!({ "name": "Sita Gurung", "gender": "F", "birthDate": "1990", "identifiers": [
        { "type": "passport", "value": "PA1234567", "issuer": "Nepal" },
        { "type": "DL", "value": "KA-0120110012345" },
        { "type": "EN", "value": "E-17" },
        { "type": "CR number", "value": "9" },
    ] });
    let doctor = json!({ "name": "Dr. Intern", "facilityNumber": "DR-12" });
    let resources = built(
        HiType::OpConsultation,
        json!({ "patient": patient, "practitioner": doctor, "chiefComplaints": ["Fever"] }),
    );
    let found = of_type(&resources, "Patient").remove(0);
    let codes: Vec<&Value> = found["identifier"]
        .as_array()
        .unwrap()
        .iter()
        .map(|id| &id["type"]["coding"][0]["code"])
        .collect();
    assert_eq!(codes, ["PPN", "DL", "EI", "OIN"]);
    assert_eq!(found["identifier"][0]["assigner"]["display"], "Nepal");
    assert_eq!(found["identifier"][3]["type"]["text"], "CR number");
    let found = of_type(&resources, "Practitioner").remove(0);
    assert_eq!(found["identifier"][0]["value"], "DR-12");
    assert_eq!(found["identifier"][0]["type"]["coding"][0]["code"], "EI");
    // All of a doctor's numbers are written.
    let doctor = json!({ "name": "Dr. Rao", "hprId": "71-1", "registrationNumber": "KMC-4", "registrationCouncil": "Karnataka Medical Council" });
    let resources = built(
        HiType::OpConsultation,
        json!({ "practitioner": doctor, "chiefComplaints": ["Fever"] }),
    );
    let found = of_type(&resources, "Practitioner").remove(0);
    assert_eq!(found["identifier"][1]["value"], "KMC-4");
    assert_eq!(found["identifier"][1]["assigner"]["display"], "Karnataka Medical Council");
    let nobody = json!({ "name": "Dr. Rao", "registrationCouncil": "KMC" });
    let told = paths(
        HiType::OpConsultation,
        json!({ "practitioner": nobody, "chiefComplaints": ["Fever"] }),
    );
    assert_eq!(told, ["practitioner", "practitioner.registrationCouncil"]);
    for kind in ["Aadhaar", "aadhar card", "ADN", "UID"] {
        let patient = json!({ "name": "Asha", "identifiers": [{ "type": kind, "value": "1" }] });
        let told = refused(
            HiType::OpConsultation,
            json!({ "patient": patient, "chiefComplaints": ["Fever"] }),
        );
        assert!(told[0].starts_with("patient.identifiers[0]: is an Aadhaar number"), "{told:?}");
    }
}

#[test]
fn p12_doses_may_have_names_and_vaccines_may_not_be_given() {
    let vaccine = |fields: Value| {
        let mut vaccination = json!({ "vaccine": "OPV", "date": "2026-03-04" });
        vaccination.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        of_type(
            &built(HiType::ImmunizationRecord, json!({ "vaccinations": vaccination })),
            "Immunization",
        )
        .remove(0)
    };
    for (dose, number, words) in [
        (json!(2), json!(2), Value::Null),
        (json!("2"), json!(2), Value::Null),
        (json!("birth dose"), Value::Null, json!("birth dose")),
        (json!(0), Value::Null, json!("0")),
        (json!("booster"), Value::Null, json!("booster")),
    ] {
        let applied = vaccine(json!({ "dose": dose }))["protocolApplied"][0].clone();
        assert_eq!(
            (&applied["doseNumberPositiveInt"], &applied["doseNumberString"]),
            (&number, &words)
        );
    }
    let refusal = vaccine(json!({ "status": "not-given", "notGivenReason": "Fever", "dose": 1 }));
    assert_eq!(refusal["status"], "not-done");
    assert_eq!(refusal["statusReason"]["text"], "Fever");
    assert_eq!(refusal["performer"], Value::Null);
    assert!(refusal["text"]["div"].as_str().unwrap().contains("NOT GIVEN: Fever"));
    assert_eq!(vaccine(json!({ "notGivenReason": "Fever" }))["status"], "not-done");
    assert_eq!(vaccine(json!({ "status": "given" }))["status"], "completed");
    let told = paths(
        HiType::ImmunizationRecord,
        json!({ "vaccinations": [
        { "vaccine": "OPV", "date": "2026-03-04", "dose": -1 },
        { "vaccine": "OPV", "date": "2026-03-04", "dose": 1.5 },
        { "vaccine": "OPV", "date": "2026-03-04", "status": "given", "notGivenReason": "Fever" },
    ] }),
    );
    assert_eq!(told, ["vaccinations[0].dose", "vaccinations[1].dose", "vaccinations[2].status"]);
    let due = json!({ "due": { "vaccine": "Td", "due": "2031-03", "dose": "booster" } });
    let due =
        of_type(&built(HiType::ImmunizationRecord, due), "ImmunizationRecommendation").remove(0);
    assert_eq!(due["recommendation"][0]["doseNumberString"], "booster");
    let due =
        json!({ "due": { "vaccine": "Td", "due": "after 4 weeks", "description": "second" } });
    let due =
        of_type(&built(HiType::ImmunizationRecord, due), "ImmunizationRecommendation").remove(0);
    assert_eq!(due["recommendation"][0]["dateCriterion"][0]["value"], "2026-04-01");
    assert_eq!(due["recommendation"][0]["description"], "after 4 weeks: second");
    let procedure = json!({ "procedures": { "name": "Biopsy", "status": "not-done", "statusReason": "Patient refused" } });
    let procedure = of_type(&built(HiType::OpConsultation, procedure), "Procedure").remove(0);
    assert_eq!(
        (&procedure["status"], &procedure["statusReason"]["text"]),
        (&json!("not-done"), &json!("Patient refused"))
    );
}

#[test]
fn p13_p14_a_report_without_conclusion_is_one_problem_at_the_callers_path() {
    let results = json!([{ "name": "Hb", "value": 11, "unit": "g/dL" }]);
    let report =
        json!({ "name": "CBC", "issued": "2026-03-04T12:00:00+05:30", "results": results });
    let told = refused(HiType::DiagnosticReport, json!({ "report": report }));
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].starts_with("report.conclusion: ") && told[0].contains("\"See results\""),
        "{told:?}"
    );
    let mut report = report;
    report["conclusion"] = json!("See results");
    report["results"] =
        json!([{ "name": { "code": "1", "system": "icd10", "display": "x" }, "value": 1 }]);
    assert_eq!(paths(HiType::DiagnosticReport, json!({ "report": report })), ["report.results[0]"]);
    let bill = json!({ "number": "1", "date": "2026-03-04", "items": [{ "product": "X", "rate": "1.23456" }] });
    assert_eq!(paths(HiType::Invoice, json!({ "bill": bill })), ["bill.items[0].rate"]);
    // Spelling, and one thing where a list may stand, are the caller's too.
    let told = paths(
        HiType::OpConsultation,
        json!({ "chief_complaints": { "name": "Fever", "since": "2099" }, "Medications": { "name": "Zinc", "days": "a few" } }),
    );
    assert_eq!(told, ["Medications.days", "chief_complaints.since"]);
}

#[test]
fn p15_modalities_are_understood_in_words() {
    let report = |modality: &str| {
        json!({ "name": "Abdomen", "issued": "2026-03-04T12:00:00+05:30", "conclusion": "Normal", "modality": modality,
        "pictures": { "title": "Abdomen", "contentType": "image/jpeg", "data": "/9j/IG1hZGUgdXA=" }, "results": [{ "name": "Liver", "value": "Normal" }] })
    };
    for (word, code) in [
        ("ultrasound", "US"),
        ("USG", "US"),
        ("X-Ray", "DX"),
        ("MRI", "MR"),
        ("CT Scan", "CT"),
        ("us", "US"),
        ("2D Echo", "US"),
        ("PET", "PT"),
    ] {
        let resources = built(HiType::DiagnosticReport, json!({ "report": report(word) }));
        assert_eq!(of_type(&resources, "Media")[0]["modality"]["coding"][0]["code"], code);
        // What an imaging department calls results are its findings.
        assert_eq!(of_type(&resources, "Observation").len(), 1);
    }
    let told = refused(HiType::DiagnosticReport, json!({ "report": report("tricorder") }));
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("report.modality: "), "{told:?}");
    let mut mixed = report("US");
    mixed.as_object_mut().unwrap().remove("modality");
    let told = paths(HiType::DiagnosticReport, json!({ "report": mixed }));
    assert_eq!(told, ["report.pictures"]);
}

#[test]
fn p16_a_lifestyle_in_words_becomes_a_concept() {
    for list in ["lifestyles", "generalAssessments"] {
        let fields = json!({ list: [{ "name": "Diet", "value": "Vegetarian" }] });
        let found = of_type(&built(HiType::WellnessRecord, fields), "Observation").remove(0);
        assert_eq!(found["valueCodeableConcept"], json!({ "text": "Vegetarian" }));
    }
    let fields = json!({ "vitalSigns": [{ "name": "Pulse", "value": { "text": "Regular" } }] });
    let found = of_type(&built(HiType::WellnessRecord, fields), "Observation").remove(0);
    assert_eq!(found["valueString"], "Regular");
}

#[test]
fn p17_times_in_words_stay_words_or_are_counted() {
    let resources = built(
        HiType::OpConsultation,
        json!({
            "chiefComplaints": [{ "name": "Fever", "since": "since 3 days" }],
            "pastProcedures": [{ "name": "Appendectomy", "on": "2 years ago" }],
            "followUps": ["after 1 week", { "on": "after 10 days", "reason": "Review" }],
        }),
    );
    assert_eq!(of_type(&resources, "Condition")[0]["onsetString"], "since 3 days");
    assert_eq!(of_type(&resources, "Procedure")[0]["performedString"], "2 years ago");
    let visits = of_type(&resources, "Appointment");
    assert_eq!(visits[0]["start"], "2026-03-11T09:00:00+05:30");
    assert_eq!(
        (&visits[0]["status"], &visits[0]["description"]),
        (&json!("proposed"), &json!("after 1 week"))
    );
    assert_eq!(visits[1]["description"], "after 10 days: Review");
    let told = refused(
        HiType::OpConsultation,
        json!({ "followUps": [{ "on": "when better" }], "chiefComplaints": [{ "name": "Fever", "since": "12/04/2026" }] }),
    );
    assert_eq!(told.len(), 2);
    assert!(told.iter().any(|line| line.contains("after 1 week")), "{told:?}");
}

#[test]
fn p18_two_reports_are_two_records() {
    let report = json!({ "name": "CBC", "issued": "2026-03-04T12:00:00+05:30", "conclusion": "See results", "results": [{ "name": "Hb", "value": 11, "unit": "g/dL" }] });
    let told = refused(HiType::DiagnosticReport, json!({ "report": [report, report] }));
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("make one record for each report"), "{told:?}");
    built(HiType::DiagnosticReport, json!({ "report": [report] }));
    let bill = json!({ "number": "1", "date": "2026-03-04", "items": [] });
    assert!(
        refused(HiType::Invoice, json!({ "bill": [bill, bill] }))[0]
            .contains("one record for each bill")
    );
}

#[test]
fn p19_medicines_have_several_dosages_status_and_quantity() {
    let medicine = |fields: Value| {
        of_type(
            &built(HiType::Prescription, json!({ "medications": [fields] })),
            "MedicationRequest",
        )
        .remove(0)
    };
    let tapering = medicine(json!({ "name": "Prednisolone", "quantity": "30 tablets", "dosages": [
        { "dose": "40 mg", "timing": "OD", "days": 5 },
        { "dose": "20 mg", "timing": "OD", "days": "2 weeks" },
        "10 mg when better",
    ] }));
    let dosages = tapering["dosageInstruction"].as_array().unwrap();
    assert_eq!(dosages.len(), 3);
    assert_eq!(dosages[0]["text"], "40 mg, OD, 5 days");
    assert_eq!(dosages[1]["timing"]["repeat"]["boundsDuration"]["code"], "wk");
    assert_eq!(dosages[2]["sequence"], 3);
    assert_eq!(quantity(&tapering["dispenseRequest"]["quantity"]), "30 tablets");
    let pain = medicine(
        json!({ "name": "Tramadol", "dose": "50 mg", "timing": "TDS", "asNeeded": "severe pain" }),
    );
    assert_eq!(pain["dosageInstruction"][0]["asNeededCodeableConcept"]["text"], "severe pain");
    assert_eq!(pain["dosageInstruction"][0]["text"], "50 mg, TDS, when needed: severe pain");
    let needed = medicine(json!({ "name": "Tramadol", "asNeeded": "yes" }));
    assert_eq!(needed["dosageInstruction"][0]["asNeededBoolean"], true);
    let stopped =
        medicine(json!({ "name": "Aspirin", "status": "stopped", "statusReason": "Bleeding" }));
    assert_eq!(
        (&stopped["status"], &stopped["statusReason"]["text"]),
        (&json!("stopped"), &json!("Bleeding"))
    );
    assert!(stopped["text"]["div"].as_str().unwrap().contains("STOPPED: Bleeding"));
    let told = paths(
        HiType::Prescription,
        json!({ "medications": [{ "name": "X", "dose": "1", "days": 2, "dosages": ["OD"] }] }),
    );
    assert_eq!(told, ["medications[0].dose", "medications[0].days"]);
    let current = json!({ "currentMedications": [{ "name": "Aspirin", "status": "on-hold", "quantity": "a strip", "dosages": ["OD", "BD"] }] });
    let current = of_type(&built(HiType::OpConsultation, current), "MedicationStatement").remove(0);
    assert_eq!((&current["status"], note(&current)), (&json!("on-hold"), "Quantity: a strip"));
    assert_eq!(current["dosage"].as_array().unwrap().len(), 2);
}

#[test]
fn p20_bills_are_rounded_paid_and_have_returns() {
    let bill = |fields: Value| {
        let mut bill = json!({ "number": "PH-1", "date": "2026-03-04", "items": [
            { "product": "Cetirizine", "kind": "drug", "rate": "7.1333", "quantity": 10, "unit": "tablet" },
            { "product": "Cetirizine, returned", "rate": "7.1333", "quantity": -2, "discount": "1.27", "gst": 12 },
            { "product": "Bed", "kind": "IPD", "rate": "₹1,500.00" },
        ] });
        bill.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        json!({ "bill": bill })
    };
    // 71.33 - (14.27 - 1.27) - 1.56 + 1500.00 = 1556.77
    let fields = bill(
        json!({ "roundOff": "0.23", "total": "1,557.00", "payments": [{ "amount": 1557, "mode": "UPI", "reference": "UTR 4417" }] }),
    );
    let invoice = of_type(&built(HiType::Invoice, fields), "Invoice").remove(0);
    assert_eq!(invoice["totalNet"]["value"].to_string(), "1558.33");
    assert_eq!(invoice["totalGross"]["value"].to_string(), "1557.0");
    assert_eq!(invoice["totalPriceComponent"][0]["code"]["text"], "Round off");
    assert_eq!(invoice["totalPriceComponent"][0]["type"], "surcharge");
    assert_eq!(invoice["paymentTerms"], "Paid 1557.00 INR, UPI, UTR 4417");
    let returned = &invoice["lineItem"][1]["priceComponent"];
    assert_eq!(returned[0]["amount"]["value"].to_string(), "-14.27");
    assert_eq!(returned[1]["amount"]["value"].to_string(), "-1.27");
    assert_eq!(returned[2]["amount"]["value"].to_string(), "-0.78");
    let down = bill(json!({ "roundOff": -0.77 }));
    let down = of_type(&built(HiType::Invoice, down), "Invoice").remove(0);
    assert_eq!(down["totalPriceComponent"][0]["type"], "deduction");
    for (fields, path) in [
        (json!({ "total": "1557.00" }), "bill.total"),
        (json!({ "roundOff": "100" }), "bill.roundOff"),
        (json!({ "roundOff": "much" }), "bill.roundOff"),
        (json!({ "payments": { "amount": "all" } }), "bill.payments.amount"),
        (
            json!({ "items": [{ "product": "X", "rate": -1, "quantity": -1 }] }),
            "bill.items[0].rate",
        ),
        (json!({ "items": [{ "product": "X", "rate": "7.13333" }] }), "bill.items[0].rate"),
        (
            json!({ "items": [{ "product": "X", "rate": 5, "discount": 6 }] }),
            "bill.items[0].discount",
        ),
    ] {
        assert_eq!(paths(HiType::Invoice, bill(fields)), [path]);
    }
}

#[test]
fn p21_bytes_that_are_no_file_of_their_type_are_a_problem() {
    use base64::Engine as _;
    let encode = |bytes: &[u8]| base64::engine::general_purpose::STANDARD.encode(bytes);
    let file =
        |kind: &str, data: String| json!({ "title": "Scan", "contentType": kind, "data": data });
    let once = encode(b"%PDF-1.7 made up");
    let twice = encode(once.as_bytes());
    for (bad, word) in [
        (file("application/pdf", encode(b"hello world")), "%PDF"),
        (file("application/pdf", twice.clone()), "encoded twice"),
        (file("image/png", encode(b"%PDF-1.7 made up")), "PNG"),
    ] {
        let issued = "2026-03-04T12:00:00+05:30";
        for (kind, fields, path) in [
            (
                HiType::HealthDocumentRecord,
                json!({ "documents": [bad.clone()] }),
                "documents[0].data",
            ),
            (HiType::Prescription, json!({ "scan": bad.clone() }), "scan.data"),
            (HiType::DiagnosticReport, json!({ "document": bad.clone() }), "document.data"),
            (
                HiType::DiagnosticReport,
                json!({ "report": { "name": "X", "issued": issued, "conclusion": "x", "modality": "CT", "pictures": [bad.clone()] } }),
                "report.pictures[0].data",
            ),
            (
                HiType::DiagnosticReport,
                json!({ "report": { "name": "X", "issued": issued, "conclusion": "x", "results": { "name": "a", "value": 1 }, "printed": bad.clone() } }),
                "report.printed.data",
            ),
        ] {
            let told = refused(kind, fields);
            assert_eq!(told.len(), 1, "{told:?}");
            assert!(
                told[0].starts_with(&format!("{path}: ")) && told[0].contains(word),
                "{told:?}"
            );
        }
    }
    built(
        HiType::HealthDocumentRecord,
        json!({ "documents": [file("application/pdf", once), file("text/plain", encode(b"hello world"))] }),
    );
}

#[test]
fn p22_p23_every_language_of_india_keeps_its_tag() {
    for (language, tag, label) in [
        ("ur", "ur-IN", "Dosage"),
        ("or", "or-IN", "Dosage"),
        ("as-IN", "as-IN", "Dosage"),
        ("kok", "kok-IN", "Dosage"),
        ("HI", "hi-IN", "ख़ुराक"),
    ] {
        let fields = json!({ "language": language, "medications": [{ "name": "Zinc", "dose": "1 tablet", "days": 3 }] });
        let request = of_type(&built(HiType::Prescription, fields), "MedicationRequest").remove(0);
        assert_eq!(request["language"], tag);
        assert!(request["text"]["div"].as_str().unwrap().contains(label), "{request}");
        let days = if tag == "hi-IN" { "1 tablet, 3 दिन" } else { "1 tablet, 3 days" };
        assert_eq!(request["dosageInstruction"][0]["text"], days);
    }
    let told = refused(HiType::Prescription, json!({ "language": "fr", "medications": ["Zinc"] }));
    assert!(told[0].starts_with("language: ") && told[0].contains("ur"), "{told:?}");
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
