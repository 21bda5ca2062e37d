//! Units, numbers, ranges and words of observations.

use fhir_bundles::HiType;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{built, note, observed, of_type, paths, quantity, refused, result};

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

/// Units that count in multiples, with a range in the same unit and one in plain counts.
const MULTIPLES: [(&str, &str, &str, &str); 8] = [
    ("lakh/cumm", "10*5/uL", "1.5-4.5", "1,50,000-4,50,000"),
    ("Lakhs / cu mm", "10*5/uL", "1.5 to 4.5", "150000 - 450000"),
    ("thousand/cumm", "10*3/uL", "150-450", "1,50,000-4,50,000"),
    ("10^3/µL", "10*3/uL", "4-11", "4,000-11,000"),
    ("K/uL", "10*3/uL", "4-11", "4000-11000"),
    ("million/cumm", "10*6/uL", "4.5-5.5", "45,00,000-55,00,000"),
    ("x10⁹/L", "10*9/L", "150-450", "150000-450000"),
    ("10^12/L", "10*12/L", "4.5-5.5", "4500000-5500000"),
];

#[test]
fn p1_p4_a_range_beside_a_multiple_says_its_unit() {
    for (unit, code, same, plain) in MULTIPLES {
        let hb = |range: Value| {
            let mut test = json!({ "name": "Count", "value": "2.5", "unit": unit });
            test.as_object_mut().unwrap().extend(range.as_object().unwrap().clone());
            test
        };
        let found = result(hb(json!({ "range": format!("{same} {unit}") })));
        assert_eq!(found["valueQuantity"]["code"], code, "{unit}");
        assert_eq!(found["referenceRange"][0]["low"]["code"], code, "{unit}");
        // In plain counts a range stays words, by which nothing is judged.
        let words = format!("{plain} /cumm");
        let found = result(hb(json!({ "range": words })));
        assert_eq!(found["referenceRange"], json!([{ "text": words }]), "{unit}");
        assert_eq!(found["interpretation"], Value::Null);
        for range in [same, plain, &format!("({plain})"), &format!("{plain} {unit}"), "<1,50,000"] {
            let fields = json!({ "otherObservations": [hb(json!({ "range": range }))] });
            let told = refused(HiType::OpConsultation, fields);
            assert_eq!(told.len(), 1, "{told:?}");
            assert!(told[0].starts_with("otherObservations[0].range: "), "{told:?}");
            assert!(told[0].contains(&format!("such as 1-4 {unit}")), "{told:?}");
        }
    }
}

#[test]
fn p1_p4_bounds_that_cannot_be_in_the_unit_of_the_value_are_refused() {
    let bounds = |unit: &str, low: &str, high: &str| json!({ "otherObservations": [{ "name": "Count", "value": "1.5", "unit": unit, "low": low, "high": high }] });
    for (unit, low, high) in [
        ("lakh/cumm", "1,50,000", "4,50,000"),
        ("10^3/µL", "4,000", "11,000"),
        ("10*9/L", "150000", "450000"),
        ("million/cumm", "45,00,000", "55,00,000"),
    ] {
        let told = refused(HiType::OpConsultation, bounds(unit, low, high));
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told[0].starts_with("otherObservations[0].low: is not in the unit"), "{told:?}");
        assert!(told[1].starts_with("otherObservations[0].high: is not in the unit"), "{told:?}");
        assert!(told[0].ends_with(&format!("write it in {unit}, as the value")), "{told:?}");
    }
    for (unit, low, high) in
        [("lakh/cumm", "1.5", "4.5"), ("10^3/µL", "150", "410"), ("/cumm", "4,000", "11,000")]
    {
        let built = built(HiType::OpConsultation, bounds(unit, low, high));
        let found = of_type(&built, "Observation").remove(0);
        assert_eq!(found["referenceRange"][0]["low"]["unit"], unit);
    }
}

#[test]
fn p1_a_multiplier_in_the_value_belongs_to_its_unit() {
    for (value, unit) in [
        ("1.5 lakh", "/cumm"),
        ("1.5", "lakh/cumm"),
        ("1.5 lakh/cumm", "Lakhs/cu mm"),
        ("1.5 lakhs", "lakh/cumm"),
    ] {
        let found = result(
            json!({ "name": "Platelets", "value": value, "unit": unit, "range": "1,50,000-4,50,000 /cumm" }),
        );
        let quantity = &found["valueQuantity"];
        assert_eq!(
            (&quantity["value"], &quantity["code"]),
            (&json!(1.5), &json!("10*5/uL")),
            "{value}"
        );
        assert_eq!(found["interpretation"], Value::Null);
    }
    let fields = json!({ "name": "Platelets", "value": "1.5 lakh", "unit": "thousand/cumm" });
    assert_eq!(
        paths(HiType::OpConsultation, json!({ "otherObservations": [fields] })),
        ["otherObservations[0].unit"]
    );
}

#[test]
fn p1_a_unit_that_another_case_makes_another_one_stays_in_words() {
    for (name, value, unit) in [
        ("Right eye sphere", "-2.00", "D"),
        ("Platelets", "250", "G/L"),
        ("Intake", "1800", "cal"),
        ("Current", "2", "A"),
        ("Concentration", "3", "M"),
        ("Glucose", "5.6", "mM"),
        ("Interferon", "6", "MIU/mL"),
        ("Catheter", "14", "F"),
        ("Field", "5", "G"),
        ("Conductance", "4", "S"),
        ("Inductance", "4", "H"),
        ("Cells", "4", "m/uL"),
    ] {
        let found = result(json!({ "name": name, "value": value, "unit": unit }));
        assert_eq!(found["valueQuantity"]["unit"], unit, "{name}");
        let quantity = &found["valueQuantity"];
        assert_eq!(
            (&quantity["code"], &quantity["system"]),
            (&Value::Null, &Value::Null),
            "{name}"
        );
        // The same letters in another case are not the unit of the value.
        let other = match unit {
            "cal" => "Cal".to_owned(),
            unit if unit.chars().next().is_some_and(char::is_uppercase) => unit.to_lowercase(),
            unit => unit.to_uppercase(),
        };
        let two =
            json!({ "name": name, "value": format!("{value} {unit}"), "unit": other, "low": 1 });
        let told = paths(HiType::OpConsultation, json!({ "otherObservations": [two] }));
        assert_eq!(told, ["otherObservations[0].unit"], "{name} {other}");
    }
    for (unit, code) in [
        ("MG/DL", "mg/dL"),
        ("Mmol/l", "mmol/L"),
        ("GM%", "g/dL"),
        ("U/l", "U/L"),
        ("MM HG", "mm[Hg]"),
    ] {
        let found = result(json!({ "name": "Test", "value": 5, "unit": unit }));
        assert_eq!(found["valueQuantity"]["code"], code, "{unit}");
    }
    // A dose is a quantity too.
    let grams = |dose: &str| {
        let built = built(
            HiType::Prescription,
            json!({ "medications": [{ "name": "Vitamin", "dose": dose }] }),
        );
        let dose =
            &of_type(&built, "MedicationRequest")[0]["dosageInstruction"][0]["doseAndRate"][0];
        dose["doseQuantity"]["code"].clone()
    };
    assert_eq!((grams("5 ML"), grams("1 g"), grams("1 D")), (json!("mL"), json!("g"), Value::Null));
}

#[test]
fn p1_a_value_with_another_unit_than_the_one_beside_it_is_refused() {
    for (value, unit) in [
        ("5.6 mmol/L", "mg/dL"),
        ("98.6 F", "°C"),
        ("37 °C", "F"),
        ("132 lb", "kg"),
        ("132 pounds", "kg"),
        ("16 kPa", "mmHg"),
        ("<0.05 uIU/mL", "mIU/L"),
        ("1.5 lakh", "thousand/cumm"),
        ("5 g", "mg"),
        ("4-6 mmol/L", "mg/dL"),
        ("5.6 mmol/L (fasting)", "mg/dL"),
        ("about 90 mg/dL", "mmol/L"),
        ("90 mg/dL, later 140 mg/dL", "g/L"),
    ] {
        let test = json!({ "name": "Test", "value": value, "unit": unit });
        for list in ["vitalSigns", "otherObservations", "physicalExamination"] {
            let told = refused(HiType::OpConsultation, json!({ list: [test.clone()] }));
            assert_eq!(told.len(), 1, "{told:?}");
            let path = format!("{list}[0].unit: is another than the value has");
            assert!(told[0].starts_with(&path), "{value} {unit}: {told:?}");
        }
        let report = json!({ "name": "Blood", "issued": "2026-03-04T12:00:00+05:30", "conclusion": "See results", "results": test });
        let told = paths(HiType::DiagnosticReport, json!({ "report": report }));
        assert_eq!(told, ["report.results.unit"], "{value} {unit}");
    }
    for (value, unit, expected) in [
        ("5.6 mg/dl", "mg/dL", "5.6 mg/dL"),
        ("5.6 gm%", "g/dL", "5.6 g/dL"),
        ("> 500 MG/DL", "mg/dL", ">500 mg/dL"),
    ] {
        let found = result(json!({ "name": "Test", "value": value, "unit": unit }));
        assert_eq!(quantity(&found["valueQuantity"]), expected);
    }
    for (value, unit, expected) in [
        ("4-6 mmol/L", "mmol/L", "4-6 mmol/L"),
        ("1 in 80", "titre", "1 in 80 titre"),
        ("2 plus", "/hpf", "2 plus /hpf"),
    ] {
        let found = result(json!({ "name": "Test", "value": value, "unit": unit }));
        assert_eq!((&found["valueString"], note(&found)), (&json!(expected), ""));
    }
}

/// Names of each kind in words, as hospitals write them.
const NAMES: [(&str, &[&str], &str); 8] = [
    ("temperature", &["Temperature", "TEMP", "Body temperature"], "25 to 45"),
    ("pulse", &["Pulse", "Heart Rate", "pulse rate", "HR", "PR"], "0 to 350"),
    ("respiratory-rate", &["Respiratory Rate", "RR", "Respiration"], "0 to 150"),
    ("oxygen-saturation", &["SpO2", "Oxygen saturation", "SPO2 (%)"], "20 to 100"),
    ("weight", &["Weight", "Wt.", "Body Weight"], "0.2 to 650"),
    ("height", &["Height", "Ht", "Body height"], "15 to 280"),
    ("body-mass-index", &["BMI", "Body mass index"], "4 to 250"),
    ("steps", &["Steps"], "0 to"),
];

#[test]
fn p2_a_kind_by_its_name_in_words_has_its_limits() {
    for (kind, names, limits) in NAMES {
        for name in names {
            for (record, list) in [
                (HiType::OpConsultation, "vitalSigns"),
                (HiType::OpConsultation, "physicalExamination"),
                (HiType::WellnessRecord, "vitalSigns"),
                (HiType::WellnessRecord, "bodyMeasurements"),
            ] {
                for value in [json!(-5), json!("-5"), json!(5_000_000)] {
                    let told = refused(record, json!({ list: [{ "name": name, "value": value }] }));
                    assert_eq!(told.len(), 1, "{name}: {told:?}");
                    assert!(told[0].starts_with(&format!("{list}[0].value: ")), "{told:?}");
                    assert!(told[0].contains(limits), "{told:?}");
                }
                let told = paths(
                    record,
                    json!({ list: [{ "name": name, "value": 50, "unit": "mg/dL" }] }),
                );
                assert_eq!(told, [format!("{list}[0].unit")], "{name}");
            }
        }
        let usual = if kind == "temperature" { json!(37) } else { json!("60") };
        let by_kind = observed(json!({ "kind": kind, "name": names[0], "value": usual }));
        let by_name = observed(json!({ "name": names[0], "value": usual }));
        assert_eq!(by_kind["code"], by_name["code"]);
        assert_eq!(by_kind["valueQuantity"], by_name["valueQuantity"]);
        assert_eq!(by_name["code"]["text"], names[0]);
        assert!(by_name["code"]["coding"][0]["code"].is_string());
    }
    let told = paths(
        HiType::OpConsultation,
        json!({ "vitalSigns": [
            { "name": "Temperature", "value": 98.6, "unit": "°C" },
            { "name": "Pulse", "value": -5, "unit": "bpm" },
            { "name": "SpO2", "value": 0.97, "unit": "%" },
            { "name": "BP", "value": "80/120" },
            { "name": "Weight", "value": 2800, "unit": "kg" },
            { "name": "Blood pressure", "value": 120 },
            { "name": "Pulse", "value": "72 kg" },
            { "name": "Pulse", "systolic": 120, "diastolic": 80 },
        ] }),
    );
    let expected = ["value", "value", "value", "systolic", "value", "value", "value", "name"];
    for (place, field) in expected.into_iter().enumerate() {
        assert!(told.contains(&format!("vitalSigns[{place}].{field}")), "{place}: {told:?}");
    }
    assert_eq!(told.len(), expected.len(), "{told:?}");
}

#[test]
fn p2_a_kind_by_the_code_of_its_name_has_its_limits() {
    let named = |code: &str, value: Value, unit: &str| json!({ "name": { "code": code, "display": "x" }, "value": value, "unit": unit });
    for (code, value, unit, field) in [
        ("8310-5", json!(98.6), "°C", "value"),
        ("8867-4", json!("-5"), "/min", "value"),
        ("2708-6", json!(0.97), "%", "value"),
        ("29463-7", json!(2800), "kg", "value"),
        ("8302-2", json!(1.64), "cm", "value"),
        ("8480-6", json!(16), "mmHg", "value"),
        ("8462-4", json!(300), "mmHg", "value"),
        ("85354-9", json!("80/120"), "", "systolic"),
        ("8302-2", json!(64), "kg", "unit"),
    ] {
        let test = named(code, value, unit);
        for list in ["vitalSigns", "otherObservations"] {
            let told = paths(HiType::OpConsultation, json!({ list: [test.clone()] }));
            assert_eq!(told, [format!("{list}[0].{field}")], "{code}");
        }
        let report = json!({ "name": "Blood", "issued": "2026-03-04T12:00:00+05:30", "conclusion": "See results", "results": test });
        assert_eq!(
            paths(HiType::DiagnosticReport, json!({ "report": report })),
            [format!("report.results.{field}")]
        );
    }
    let found = observed(named("8302-2", json!(64), "in"));
    assert_eq!(quantity(&found["valueQuantity"]), "162.56 cm");
    assert_eq!(found["code"]["coding"][0]["code"], "8302-2");
}

#[test]
fn p2_words_under_the_name_of_a_kind_stay_words() {
    for (name, value) in [
        ("Pulse", "Regular"),
        ("Pulse", "72 regular"),
        ("BP", "High"),
        ("BP", "120/80 right arm"),
        ("SpO2", "97 on room air"),
        ("Temperature", "Afebrile"),
        ("PR", "Empty rectum"),
    ] {
        assert_eq!(observed(json!({ "name": name, "value": value }))["valueString"], value);
    }
    // Elsewhere the same name may be that of something else.
    let load = json!({ "physicalActivities": [{ "name": "Weight", "value": 700, "unit": "kg" }] });
    let found = of_type(&built(HiType::WellnessRecord, load), "Observation").remove(0);
    assert_eq!(found["code"], json!({ "text": "Weight" }));
    assert_eq!(
        quantity(&result(json!({ "name": "PR", "value": 900, "unit": "%" }))["valueQuantity"]),
        "900 %"
    );
}

#[test]
fn p2_p4_bounds_that_no_living_person_has_are_refused() {
    for (observation, fields) in [
        (
            json!({ "kind": "temperature", "value": 98.6, "unit": "°F", "low": 36.5, "high": 37.5 }),
            &["low", "high"][..],
        ),
        (json!({ "name": "Temp", "value": 98.6, "unit": "°F", "low": 36.5, "high": 99 }), &["low"]),
        (json!({ "kind": "temperature", "value": 37, "low": 97, "high": 99 }), &["low", "high"]),
        (
            json!({ "kind": "temperature", "value": 98.6, "unit": "°F", "range": "36.5-37.5" }),
            &["range"],
        ),
        (json!({ "kind": "SpO2", "value": 97, "low": 0.95, "high": 1 }), &["low", "high"]),
        (json!({ "kind": "SpO2", "value": 97, "range": ">0.95" }), &["range"]),
        (json!({ "kind": "weight", "value": 61, "low": 45, "high": 70_000 }), &["high"]),
        (
            json!({ "kind": "height", "value": 64, "unit": "in", "low": 150, "high": 180 }),
            &["low", "high"],
        ),
        (json!({ "kind": "pulse", "value": 400, "low": 60, "high": 1000 }), &["high", "value"]),
    ] {
        let mut told = paths(HiType::OpConsultation, json!({ "vitalSigns": [observation] }));
        told.sort();
        let mut expected: Vec<_> =
            fields.iter().map(|field| format!("vitalSigns[0].{field}")).collect();
        expected.sort();
        assert_eq!(told, expected, "{observation}");
    }
    for (observation, low) in [
        (
            json!({ "kind": "temperature", "value": 98.6, "unit": "°F", "range": "97-99 °F" }),
            "97 °F",
        ),
        (json!({ "kind": "temperature", "value": 37, "low": 36.5, "high": 37.5 }), "36.5 °C"),
        (json!({ "kind": "SpO2", "value": 97, "low": 95 }), "95 %"),
    ] {
        assert_eq!(quantity(&observed(observation)["referenceRange"][0]["low"]), low);
    }
    // In another unit than the value's a range stays words.
    let words = observed(
        json!({ "kind": "temperature", "value": 98.6, "unit": "°F", "range": "36.5-37.5 °C" }),
    );
    assert_eq!(words["referenceRange"], json!([{ "text": "36.5-37.5 °C" }]));
}

#[test]
fn p1_decimals_of_feet_and_parts_that_carry_are_refused() {
    let ways: [(Value, &str, &str); 14] = [
        (json!({ "kind": "height", "value": "5.11", "unit": "ft" }), "value", "5'11\""),
        (json!({ "kind": "height", "value": 5.11, "unit": "ft" }), "value", "5'11\""),
        (json!({ "kind": "height", "value": 5.5, "unit": "feet" }), "value", "5'11\""),
        (json!({ "kind": "height", "value": "5.11 feet" }), "value", "5'11\""),
        (json!({ "kind": "height", "value": "5.11'" }), "value", "5'11\""),
        (json!({ "name": "Height", "value": "5.11 ft" }), "value", "5'11\""),
        (json!({ "name": "Arm span", "value": 5.11, "unit": "ft" }), "value", "5'11\""),
        (json!({ "kind": "height", "value": "5 feet 14 inches" }), "value", "5'11\""),
        (json!({ "kind": "height", "value": "5'12\"" }), "value", "5'11\""),
        (json!({ "kind": "height", "value": "5.5 ft 4 in" }), "value", "5'11\""),
        (json!({ "kind": "height", "value": 5, "unit": "ft", "high": 6.2 }), "high", "5'11\""),
        (json!({ "kind": "height", "value": 5, "unit": "ft", "range": "<6.2" }), "range", "5'11\""),
        (json!({ "kind": "weight", "value": "9 st 14 lb" }), "value", "9 st 13 lb"),
        (json!({ "kind": "weight", "value": "7 lb 18 oz" }), "value", "9 st 13 lb"),
    ];
    for (observation, field, help) in ways {
        let told = refused(HiType::OpConsultation, json!({ "vitalSigns": [observation] }));
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with(&format!("vitalSigns[0].{field}: has ")), "{told:?}");
        assert!(told[0].contains("in two ways") && told[0].contains(help), "{told:?}");
    }
    for (value, unit, expected) in [
        ("5", "ft", "152.4 cm"),
        ("5.0", "ft", "152.4 cm"),
        ("5'11\"", "", "180.34 cm"),
        ("5 ft 11.5 in", "", "181.61 cm"),
        ("71.5", "in", "181.61 cm"),
    ] {
        let found = observed(json!({ "kind": "height", "value": value, "unit": unit }));
        assert_eq!(quantity(&found["valueQuantity"]), expected, "{value}");
    }
    let weight = observed(json!({ "kind": "weight", "value": 132.5, "unit": "lb" }));
    assert_eq!(quantity(&weight["valueQuantity"]), "60.1 kg");
}

#[test]
fn p1_p2_a_unit_in_brackets_behind_the_name_is_the_unit_of_the_value() {
    for (observation, value) in [
        (json!({ "name": "Temperature (°F)", "value": 98.6 }), "98.6 °F"),
        (json!({ "name": "Temp (F)", "value": "98.6" }), "98.6 °F"),
        (json!({ "name": "Weight (lb)", "value": 132 }), "59.87 kg"),
        (json!({ "name": "Weight (kg)", "value": "61.5 kg", "unit": "Kgs" }), "61.5 kg"),
        (json!({ "kind": "weight", "name": "Weight [in lb]", "value": 132 }), "59.87 kg"),
        (json!({ "name": "Height (cm)", "value": 158 }), "158 cm"),
        (json!({ "kind": "temperature", "name": "Temperature (axillary)", "value": 37 }), "37 °C"),
    ] {
        let found = observed(observation.clone());
        assert_eq!(quantity(&found["valueQuantity"]), value, "{observation}");
        assert_eq!(found["code"]["text"], observation["name"]);
    }
    let pressure = observed(json!({ "name": "BP (kPa)", "value": "16/11" }));
    assert_eq!(quantity(&pressure["component"][0]["valueQuantity"]), "120 mmHg");
    for (observation, field) in [
        (json!({ "name": "Temperature (°C)", "value": 98.6 }), "value"),
        (json!({ "name": "Temperature (°F)", "value": 37, "unit": "°C" }), "name"),
        (json!({ "name": "Weight (lb)", "value": "61.5 kg" }), "name"),
        (json!({ "kind": "weight", "name": "Weight (lb)", "value": 61.5, "unit": "kg" }), "name"),
        (json!({ "name": "Height (ft)", "value": 5.11 }), "value"),
    ] {
        let told = paths(HiType::OpConsultation, json!({ "vitalSigns": [observation] }));
        assert_eq!(told, [format!("vitalSigns[0].{field}")], "{observation}");
    }
}
