//! What a document says must be what a doctor reads. Each row R1 to R28 of the findings on real
//! documents has its test here; `meaning_everywhere` proves the kinds for every resource.

use fhir_bundles::{
    Record,
    record::{Item, Judgement, Level, MarkKind, Measurement, NotJudged, Stated},
    render,
};
use serde_json::{Value, json};

pub(crate) const PATIENT: &str = "urn:uuid:00000000-0000-4000-8000-000000000002";

/// A document with one section of these resources; the patient is a woman, born 12 April 1986.
pub(crate) fn document(resources: &[Value]) -> Value {
    let patient = json!({
        "resourceType": "Patient", "id": "00000000-0000-4000-8000-000000000002",
        "identifier": [{"type": {"text": "Medical record number"}, "system": "https://sunrise.example/mrn", "value": "SUN-4711"}],
        "name": [{"text": "Asha Devi"}], "gender": "female", "birthDate": "1986-04-12",
        "telecom": [{"system": "phone", "value": "+919800000000"}],
        "address": [{"text": "12 MG Road"}]
    });
    let url = |place: usize| format!("urn:uuid:00000000-0000-4000-8000-0000000001{place:02}");
    let references: Vec<Value> =
        (0..resources.len()).map(|place| json!({"reference": url(place)})).collect();
    let composition = json!({
        "resourceType": "Composition", "status": "final", "title": "Test record",
        "type": {"text": "Test"}, "date": "2026-03-01T10:30:00+05:30",
        "subject": {"reference": PATIENT}, "author": [{"display": "Dr. Meera Rao"}],
        "section": [{"title": "Section", "entry": references}]
    });
    let mut entries = vec![
        json!({"fullUrl": "urn:uuid:00000000-0000-4000-8000-000000000001", "resource": composition}),
        json!({"fullUrl": PATIENT, "resource": patient}),
    ];
    for (place, resource) in resources.iter().enumerate() {
        entries.push(json!({"fullUrl": url(place), "resource": resource}));
    }
    json!({"resourceType": "Bundle", "type": "document", "entry": entries})
}

pub(crate) fn read(document: &Value) -> Record {
    Record::read(&serde_json::to_vec(document).unwrap()).unwrap()
}

pub(crate) fn shown(resources: &[Value]) -> String {
    let record = read(&document(resources));
    both(&record)
}

/// The text, once it is proved that the page says the same.
pub(crate) fn both(record: &Record) -> String {
    let text = render::text(record, 400);
    assert_same_facts(&text, &render::html(record));
    text
}

/// Headings of tables, which only a page has.
const HEADINGS: &str = "medicine dosage test result reference range charge quantity price date \
    दवा ख़ुराक जाँच परिणाम सामान्य सीमा मद मात्रा मूल्य दिनांक \
    دوا خوراک ٹیسٹ نتیجہ عام حد مد مقدار قیمت تاریخ";

/// How to come at a file in a page, and that it is not printed: of a page, not of a record.
fn without_hints(body: &str) -> String {
    let mut rest = body;
    let mut kept = String::new();
    while let Some((before, after)) = rest.split_once("<p class=\"hint") {
        kept.push_str(before);
        rest = after.split_once("</p>").unwrap().1;
    }
    kept + rest
}

/// Both texts have the same words, but for the headings of tables and the labels that a column
/// stands for.
pub(crate) fn assert_same_facts(text: &str, page: &str) {
    let body = without_hints(page.split_once("<body>").unwrap().1);
    // What holds a number together stands inside of a word.
    let body = body.replace("</bdi>", "").replace("</span>", "");
    let mut plain = String::new();
    let mut inside = false;
    for (place, letter) in body.char_indices() {
        match letter {
            '<' => {
                inside = true;
                let tag = body.get(place + 1..).unwrap();
                if !tag.starts_with("bdi") && !tag.starts_with("span") {
                    plain.push(' ');
                }
            }
            '>' if inside => inside = false,
            letter if !inside => plain.push(letter),
            _ => {}
        }
    }
    for (entity, letter) in
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
    {
        plain = plain.replace(entity, letter);
    }
    let split = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphanumeric());
        words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
    };
    let headings = split(HEADINGS);
    let words = |text: &str| -> std::collections::BTreeSet<String> {
        let words = split(text).into_iter();
        words.filter(|word| !headings.contains(&word.to_lowercase())).collect()
    };
    let (on_terminal, on_page) = (words(text), words(&plain));
    let only_text: Vec<_> = on_terminal.difference(&on_page).collect();
    let only_page: Vec<_> = on_page.difference(&on_terminal).collect();
    assert!(only_text.is_empty(), "only in the text: {only_text:?}\n{text}");
    assert!(only_page.is_empty(), "only on the page: {only_page:?}\n{text}");
}

#[track_caller]
fn assert_says(text: &str, all: &[&str]) {
    for words in all {
        assert!(text.contains(words), "{words:?} is not said in\n{text}");
    }
}

#[track_caller]
fn assert_silent(text: &str, none: &[&str]) {
    for words in none {
        assert!(!text.contains(words), "{words:?} is said in\n{text}");
    }
}

fn quantity(value: &str, unit: &str) -> Value {
    let value: Value = serde_json::from_str(value).unwrap();
    if unit.is_empty() { json!({"value": value}) } else { json!({"value": value, "unit": unit}) }
}

/// An observation with these members.
fn observation(more: Value) -> Value {
    let mut all = json!({
        "resourceType": "Observation", "status": "final", "code": {"text": "Test"},
        "effectiveDateTime": "2026-03-01", "subject": {"reference": PATIENT}
    });
    all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    all
}

fn measured(more: Value) -> (Record, Judgement) {
    let record = read(&document(&[observation(more)]));
    let judgement = first(&record).judgement().clone();
    (record, judgement)
}

fn first(record: &Record) -> &Measurement {
    record.results().next().unwrap().with_standing().1
}

#[test]
fn r1_a_vaccination_that_was_not_given_says_so_first() {
    let immunization = json!({
        "resourceType": "Immunization", "status": "not-done",
        "statusReason": {"text": "Patient refused"}, "vaccineCode": {"text": "COVID-19 vaccine"},
        "patient": {"reference": PATIENT}, "occurrenceDateTime": "2026-03-01"
    });
    let record = read(&document(std::slice::from_ref(&immunization)));
    assert_says(&both(&record), &["• NOT GIVEN: Patient refused: COVID-19 vaccine"]);
    let Some(Item::Vaccination(vaccination)) = record.items().next() else { panic!("none") };
    assert!(vaccination.if_holds().is_none());
    assert!(vaccination.standing().has(MarkKind::Negated));
}

#[test]
fn r2_a_procedure_that_was_not_done_says_so_first() {
    for (status, words) in [
        ("not-done", "NOT DONE: bleeding risk: Appendectomy"),
        ("in-progress", "in progress, not finished: bleeding risk: Appendectomy"),
        ("preparation", "not done yet, in preparation: bleeding risk: Appendectomy"),
        ("stopped", "stopped: bleeding risk: Appendectomy"),
        ("entered-in-error", "entered in error: bleeding risk: Appendectomy"),
        ("unknown", "status unknown: bleeding risk: Appendectomy"),
    ] {
        let text = shown(&[json!({
            "resourceType": "Procedure", "status": status, "code": {"text": "Appendectomy"},
            "statusReason": {"text": "bleeding risk"}, "performedDateTime": "2026-02-28",
            "subject": {"reference": PATIENT}
        })]);
        assert_says(&text, &[words]);
        assert_silent(&text, &["Done:"]);
    }
}

#[test]
fn r3_refuted_unconfirmed_and_resolved_conditions_and_allergies_say_so_first() {
    let verification =
        ["refuted", "entered-in-error", "provisional", "differential", "unconfirmed"];
    for kind in ["Condition", "AllergyIntolerance"] {
        for code in verification {
            let clinical = json!({"coding": [{"code": "resolved"}]});
            let record = read(&document(&[json!({
                "resourceType": kind, "code": {"text": "Penicillin"}, "criticality": "high",
                "verificationStatus": {"coding": [{"code": code}]}, "clinicalStatus": clinical
            })]));
            let words = format!("• {}; resolved: Penicillin", code.replace('-', " "));
            assert_says(&both(&record), &[&words]);
            let struck = render::html(&record).contains("<s>Penicillin</s>");
            assert_eq!(struck, matches!(code, "refuted" | "entered-in-error"), "{code}");
            assert!(!record.items().next().unwrap().standing().holds());
        }
        let text = shown(&[json!({
            "resourceType": kind, "code": {"text": "Penicillin"},
            "verificationStatus": {"text": "Refuted"}
        })]);
        assert_says(&text, &["refuted: Penicillin"]);
    }
}

#[test]
fn r2_a_reason_beside_a_status_that_needs_no_word_is_shown() {
    let why = || json!({"text": "Clarify allergy before giving"});
    for resource in [
        json!({"resourceType": "MedicationRequest", "status": "active", "intent": "order", "statusReason": why(), "medicationCodeableConcept": {"text": "Aspirin"}}),
        json!({"resourceType": "MedicationStatement", "status": "active", "statusReason": [why()], "medicationCodeableConcept": {"text": "Aspirin"}}),
        json!({"resourceType": "Procedure", "status": "completed", "statusReason": why(), "code": {"text": "Appendectomy"}}),
        json!({"resourceType": "Immunization", "status": "completed", "statusReason": why(), "vaccineCode": {"text": "BCG"}}),
        json!({"resourceType": "Appointment", "cancelationReason": why(), "description": "Review"}),
        json!({"resourceType": "Invoice", "cancelledReason": "Clarify allergy before giving", "type": {"text": "OPD"}}),
        json!({"resourceType": "Device", "status": "active", "statusReason": [why()], "type": {"text": "Pump"}}),
        json!({"resourceType": "Task", "statusReason": why(), "description": "Call"}),
        json!({"resourceType": "MedicationAdministration", "status": "completed", "statusReason": [why()], "medicationCodeableConcept": {"text": "Aspirin"}}),
        json!({"resourceType": "CarePlan", "status": "active", "intent": "plan", "title": "Diet", "activity": [{"detail": {"statusReason": why(), "description": "Walk"}}]}),
    ] {
        let text = shown(std::slice::from_ref(&resource));
        assert_says(&text, &["Clarify allergy before giving"]);
        // Somebody else's fact has its reason, too.
        let mut other = resource;
        let whose = if matches!(other["resourceType"].as_str(), Some("Immunization" | "Device")) {
            "patient"
        } else {
            "subject"
        };
        other[whose] = json!({"display": "Ravi Kumar"});
        assert_says(&shown(&[other]), &["Clarify allergy before giving"]);
    }
}

#[test]
fn r4_what_must_not_be_done_says_so_first() {
    let text = shown(&[
        json!({
            "resourceType": "MedicationRequest", "status": "active", "intent": "order",
            "doNotPerform": true, "medicationCodeableConcept": {"text": "Aspirin 75 mg"},
            "dosageInstruction": [{"text": "1 tablet daily"}]
        }),
        json!({
            "resourceType": "ServiceRequest", "status": "active", "intent": "order",
            "doNotPerform": true, "code": {"text": "MRI"}
        }),
        json!({
            "resourceType": "CarePlan", "status": "active", "intent": "plan", "title": "Mobilisation",
            "activity": [{"detail": {"status": "scheduled", "doNotPerform": true, "description": "Weight bearing"}}]
        }),
    ]);
    assert_says(
        &text,
        &["• DO NOT GIVE: Aspirin", "• DO NOT PERFORM: MRI", "• DO NOT; scheduled: Weight"],
    );
}

#[test]
fn r5_reports_bills_files_orders_and_plans_say_that_they_are_not_final() {
    let result = json!({
        "resourceType": "Observation", "id": "r", "status": "preliminary", "code": {"text": "Sodium"},
        "valueQuantity": {"value": 160, "unit": "mmol/L"},
        "interpretation": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "code": "HH"}]}]
    });
    let report = json!({
        "resourceType": "DiagnosticReport", "status": "entered-in-error", "code": {"text": "Electrolytes"},
        "contained": [result], "result": [{"reference": "#r"}], "conclusion": "Severe"
    });
    let record = read(&document(&[
        report,
        json!({"resourceType": "Invoice", "status": "cancelled", "cancelledReason": "wrong patient", "type": {"text": "OPD"}}),
        json!({"resourceType": "DocumentReference", "status": "superseded", "content": [{"attachment": {"title": "Scan", "url": "https://a.example/scan"}}]}),
        json!({"resourceType": "ServiceRequest", "status": "revoked", "intent": "order", "code": {"text": "MRI"}}),
        json!({"resourceType": "CarePlan", "status": "revoked", "intent": "plan", "title": "Diet"}),
    ]));
    let text = both(&record);
    assert_says(
        &text,
        &[
            "• entered in error: Electrolytes",
            "• report: entered in error; preliminary: Sodium",
            "• entered in error: Conclusion",
            "• cancelled: wrong patient: OPD",
            "superseded: Scan",
            "• revoked: MRI",
            "• revoked: Diet",
        ],
    );
    // Never counted, never flagged.
    let sodium = record.results().next().unwrap();
    assert!(sodium.standing().is_in_error() && !sodium.standing().counts());
    let judgement = sodium.with_standing().1.judgement();
    assert_eq!(*judgement, Judgement::NotJudged(NotJudged::Standing));
    assert_silent(&text, &["! "]);
}

#[test]
fn r5_a_document_in_error_marks_everything_in_it() {
    let mut json = document(&[observation(json!({"valueQuantity": {"value": 5}}))]);
    json["entry"][0]["resource"]["status"] = json!("entered-in-error");
    let record = read(&json);
    assert!(record.standing().is_in_error());
    assert_says(
        &both(&record),
        &["Status    entered in error", "document: entered in error: Test"],
    );
    assert!(record.results().all(|result| !result.standing().counts()));
    json["entry"][0]["resource"]["status"] = json!("preliminary");
    assert_says(&both(&read(&json)), &["Status    preliminary"]);
}

#[test]
fn r6_what_the_source_calls_abnormal_is_flagged() {
    let v3 = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation";
    let (record, judgement) = measured(json!({
        "valueQuantity": quantity("6.9", "mmol/L"),
        "interpretation": [
            {"coding": [{"system": v3, "code": "N", "display": "Normal"}]},
            {"coding": [{"system": v3, "code": "HH", "display": "Critical high"}]}
        ]
    }));
    assert_eq!(judgement.level(), Some(Level::CriticalHigh));
    assert_says(&both(&record), &["! Test", "(Normal, Critical high)"]);
    for (words, level) in [
        ("Above normal", Level::High),
        ("Below low normal", Level::Low),
        ("not normal", Level::Abnormal),
    ] {
        let (record, judgement) = measured(json!({
            "valueQuantity": quantity("4.1", "mg/dL"), "interpretation": [{"text": words}]
        }));
        assert_eq!(judgement.level(), Some(level), "{words}");
        assert_says(&both(&record), &["! Test", words]);
    }
}

#[test]
fn r6_comparators_are_decided_where_they_can_be() {
    let judged = |comparator: &str, value: i32, low: Option<i32>, high: Option<i32>| {
        let bound = |value: i32| json!({"value": value, "unit": "mg/L"});
        let mut range = json!({});
        if let Some(low) = low {
            range["low"] = bound(low);
        }
        if let Some(high) = high {
            range["high"] = bound(high);
        }
        measured(json!({
            "valueQuantity": {"value": value, "comparator": comparator, "unit": "mg/L"},
            "referenceRange": [range]
        }))
        .1
    };
    let (high, low) = (Some(Level::High), Some(Level::Low));
    let open = |word: &str| Judgement::NotJudged(NotJudged::Comparator(word.to_owned()));
    assert_eq!(judged(">", 500, None, Some(5)).level(), high);
    assert_eq!(judged(">", 5, None, Some(5)).level(), high);
    assert_eq!(judged(">=", 5, None, Some(5)), open(">="));
    assert_eq!(judged(">", 3, Some(1), Some(5)), open(">"));
    assert_eq!(judged("<", 10, Some(150), None).level(), low);
    assert_eq!(judged("<=", 10, Some(150), None).level(), low);
    assert_eq!(judged("<=", 150, Some(150), None), open("<="));
    assert_eq!(judged("<", 500, None, Some(5)), open("<"));
    assert_eq!(judged("<", 3, None, Some(5)), open("<"));
    assert_eq!(judged("~", 500, None, Some(5)), open("~"));
}

#[test]
fn r7_nothing_is_flagged_without_proof() {
    let male = json!({"low": quantity("13", "g/dL"), "appliesTo": [{"text": "Male"}]});
    let female = json!({"low": quantity("12", "g/dL"), "appliesTo": [{"text": "Female"}]});
    let (record, judgement) = measured(json!({
        "valueQuantity": quantity("12.5", "g/dL"), "referenceRange": [male, female]
    }));
    assert_eq!(judgement.level(), Some(Level::Normal), "by the woman's range");
    assert_says(&both(&record), &["Male: ≥ 13 g/dL", "Female: ≥ 12 g/dL"]);

    let (record, judgement) = measured(json!({
        "valueQuantity": quantity("13.5", "g/dL"),
        "referenceRange": [{"low": quantity("120", "g/L"), "high": quantity("155", "g/L")}]
    }));
    assert_eq!(judgement, Judgement::NotJudged(NotJudged::Units));
    let text = both(&record);
    assert_says(&text, &["120–155 g/L", "Not judged: value and range are in different units"]);
    assert_silent(&text, &["! "]);

    let (record, judgement) = measured(json!({
        "valueQuantity": quantity("13.5", "g/dL"),
        "interpretation": [{"coding": [{"system": "http://snomed.info/sct", "code": "17621005", "display": "Normal"}]}]
    }));
    assert_eq!(judgement.level(), Some(Level::Normal));
    assert_silent(&both(&record), &["! "]);
    let (_, judgement) = measured(json!({
        "valueString": "Reactive", "interpretation": [{"coding": [{"system": "https://lab.example", "code": "HH", "display": "Haemolysed"}]}]
    }));
    assert_eq!(judgement, Judgement::NotJudged(NotJudged::OtherWords));
}

#[test]
fn r7_whom_a_range_is_for_is_told_by_codes_texts_and_ages() {
    let range = |more: Value| {
        let mut all = json!({"low": quantity("13", "g/dL"), "high": quantity("17", "g/dL")});
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let body = json!({"valueQuantity": quantity("12.5", "g/dL"), "referenceRange": [all]});
        measured(body).1
    };
    let low = Some(Level::Low);
    assert_eq!(range(json!({})).level(), low);
    let sct = |code: &str| json!({"appliesTo": [{"coding": [{"system": "http://snomed.info/sct", "code": code}]}]});
    assert_eq!(range(sct("248152002")).level(), low, "female");
    assert_eq!(range(sct("248153007")), Judgement::NotJudged(NotJudged::NoRangeFits), "male");
    for text in ["Male: 13 - 17", "Men 13-17 g/dL", "13-17 (M)", "M: 13-17"] {
        assert_eq!(
            range(json!({"text": text})),
            Judgement::NotJudged(NotJudged::NoRangeFits),
            "{text}"
        );
    }
    for text in [
        "Children 13-17",
        "Male: 13-17, Female: 12-15",
        "Pregnant women",
        "13-17 (age > 60)",
        "4 PM: 13-17",
        "Fbs 13-17",
        "Preg. 13 wks: 13-17",
        "13 - 17 (1.73 m2)",
        "13-17 after food",
        "Desirable 13-17",
        "13-17 (smokers)",
        "गर्भवती 13-17",
        "पुरुष 13-17",
        "> 17",
        "less than 13",
        "13-71",
    ] {
        assert!(
            matches!(range(json!({"text": text})), Judgement::NotJudged(NotJudged::WhomUnknown(_))),
            "{text}"
        );
    }
    let years = |low: i32, high: i32| json!({"age": {"low": {"value": low, "code": "a"}, "high": {"value": high, "code": "a"}}});
    assert_eq!(range(years(18, 39)).level(), low, "39 completed years on that day");
    assert_eq!(range(years(40, 60)), Judgement::NotJudged(NotJudged::NoRangeFits));
    assert_eq!(
        range(json!({"type": {"text": "Treatment goal"}})),
        Judgement::NotJudged(NotJudged::AnotherKindOfRange)
    );
}

#[test]
fn r7_a_text_that_says_only_the_range_lets_it_be_used() {
    let judged = |value: &str, unit: &str, low: &str, high: &str, text: &str| {
        let range = json!({"low": quantity(low, ""), "high": quantity(high, ""), "text": text});
        measured(json!({"valueQuantity": quantity(value, unit), "referenceRange": [range]})).1
    };
    for text in [
        "13-17",
        "13.0 – 17.00 g/dL",
        "Normal range: 13 to 17 gm/dL",
        "Female: 13-17g/dl",
        "(F) 13-17",
        "Biological ref. interval: 13 - 17 gm%",
        "> 13 and < 17",
        "more than 13, upto 17",
    ] {
        assert_eq!(judged("12.5", "g/dL", "13", "17", text).level(), Some(Level::Low), "{text}");
    }
    for text in ["1,50,000 - 4,50,000", "150,000-450,000 /cumm", "150000-450000/cumm"] {
        let judgement = judged("90000", "/cumm", "150000", "450000", text);
        assert_eq!(judgement.level(), Some(Level::Low), "{text}");
    }
    let egfr = judged("50", "mL/min/1.73 m2", "60", "120", "60 - 120 mL/min/1.73 m2");
    assert_eq!(egfr.level(), Some(Level::Low));
    let fever = judged("38.4", "F", "97", "99", "97-99 F");
    assert_eq!(fever.level(), Some(Level::Low), "the unit, no sex");
}

#[test]
fn r7_a_range_in_another_unit_is_not_used() {
    let judged = |unit: &str, text: Option<&str>| {
        let mut range = json!({"low": quantity("120", ""), "high": quantity("160", "")});
        if let Some(text) = text {
            range["text"] = json!(text);
        }
        measured(json!({"valueQuantity": quantity("13.2", unit), "referenceRange": [range]})).1
    };
    for text in ["120-160 g/L", "120-160g/L", "g/L: 120 - 160", "120-160 mmol/L", "120-160%"] {
        let judgement = judged("g/dL", Some(text));
        assert_eq!(judgement, Judgement::NotJudged(NotJudged::Units), "{text}");
    }
    assert_eq!(judged("", Some("120-160 g/L")), Judgement::NotJudged(NotJudged::Units));
    // Where the value is counted in thousands or lakhs, a bare number may be written out.
    let bare = Judgement::NotJudged(NotJudged::RangeUnitUnknown);
    for unit in [
        "lakh/cumm",
        "Lakhs/cumm",
        "lac/cmm",
        "10^3/uL",
        "x10^9/L",
        "thou/uL",
        "million/cumm",
        "K/uL",
        "crore",
    ] {
        assert_eq!(judged(unit, None), bare, "{unit}");
        assert_eq!(judged(unit, Some("120-160")), bare, "{unit}");
        let text = format!("120-160 {unit}");
        assert_eq!(judged(unit, Some(&text)).level(), Some(Level::Low), "{unit}");
    }
    assert_eq!(judged("g/dL", None).level(), Some(Level::Low));
    let (record, _) = measured(json!({
        "valueQuantity": quantity("1.5", "lakh/cumm"),
        "referenceRange": [{"low": quantity("150000", ""), "high": quantity("450000", "")}]
    }));
    let text = both(&record);
    assert_says(&text, &["Not judged: in which unit the range is, is not said"]);
    assert_silent(&text, &["! "]);
}

#[test]
fn r7_several_ranges_that_fit_are_not_merged() {
    let ranges = json!([
        {"low": quantity("12", "g/dL")}, {"high": quantity("15", "g/dL")}
    ]);
    let (_, judgement) =
        measured(json!({"valueQuantity": quantity("3", "g/dL"), "referenceRange": ranges}));
    assert_eq!(judgement, Judgement::NotJudged(NotJudged::SeveralRangesFit));
}

#[test]
fn r7_numbers_are_compared_by_their_digits() {
    let text = |value: &str| {
        format!(
            r#"{{"resourceType":"Bundle","type":"document","entry":[{{"resource":{{"resourceType":"Observation","status":"final","code":{{"text":"T"}},"valueQuantity":{{"value":{value}}},"referenceRange":[{{"low":{{"value":1.10}},"high":{{"value":9007199254740992}}}}]}}}}]}}"#
        )
    };
    let level = |value: &str| {
        let record = Record::read(text(value).as_bytes()).unwrap();
        first(&record).judgement().level()
    };
    assert_eq!(level("9007199254740993"), Some(Level::High), "a double would not see it");
    assert_eq!(level("9007199254740992"), Some(Level::Normal));
    assert_eq!(level("1.1"), Some(Level::Normal));
    assert_eq!(level("1.0999999999999999999999"), Some(Level::Low));
    assert_eq!(level("1e99999999999999999999"), None);
}

#[test]
fn r7_a_flag_and_a_range_that_disagree_are_both_told() {
    let (record, judgement) = measured(json!({
        "valueQuantity": quantity("20", "g/dL"), "interpretation": [{"text": "Normal"}],
        "referenceRange": [{"low": quantity("12", "g/dL"), "high": quantity("15", "g/dL")}]
    }));
    assert!(judgement.is_abnormal());
    assert_says(&both(&record), &["! Test", "Normal, but above the range"]);
}

#[test]
fn r7_critical_limits_and_bounds_without_unit() {
    let ranges = json!([
        {"low": quantity("3.5", ""), "high": quantity("5.1", "")},
        {"type": {"text": "Critical"}, "low": quantity("2.5", ""), "high": quantity("6.5", "")}
    ]);
    let level = |value: &str| {
        let body = json!({"valueQuantity": quantity(value, "mmol/L"), "referenceRange": ranges});
        measured(body)
    };
    for (value, expected) in [
        ("3.5", Level::Normal),
        ("5.1", Level::Normal),
        ("5.2", Level::High),
        ("6.5", Level::CriticalHigh),
        ("2.5", Level::CriticalLow),
        ("2.6", Level::Low),
    ] {
        let (record, judgement) = level(value);
        assert_eq!(judgement.level(), Some(expected), "{value}");
        assert_says(&both(&record), &["3.5–5.1 (no unit given)"]);
    }
}

fn pressure(parts: &[(&str, &str, &str, Value)]) -> String {
    let components: Vec<Value> = parts
        .iter()
        .map(|(code, name, value, more)| {
            let mut all = json!({
                "code": {"coding": [{"system": "http://loinc.org", "code": code}], "text": name},
                "valueQuantity": quantity(value, "mmHg")
            });
            all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            all
        })
        .collect();
    shown(&[observation(json!({
        "code": {"coding": [{"system": "http://loinc.org", "code": "85354-9"}], "text": "Blood pressure"},
        "component": components
    }))])
}

#[test]
fn r8_a_pressure_is_told_by_its_codes_and_not_by_its_order() {
    let none = || json!({});
    let text =
        pressure(&[("8462-4", "Diastolic", "91", none()), ("8480-6", "Systolic", "142", none())]);
    assert_says(&text, &["142/91 mmHg"]);
    assert_silent(&text, &["Diastolic"]);
    let text =
        pressure(&[("8478-0", "Mean", "108", none()), ("x", "Pulse pressure", "51", none())]);
    assert_says(&text, &["108 mmHg", "51 mmHg"]);
    assert_silent(&text, &["108/51", "51/108"]);
    let text = pressure(&[
        ("8480-6", "Systolic", "142", none()),
        ("8462-4", "Diastolic", "91", none()),
        ("8478-0", "Mean", "108", none()),
    ]);
    assert_says(&text, &["142/91 mmHg", "Mean"]);
}

#[test]
fn r8_flags_and_ranges_of_the_parts_survive_the_pair() {
    let text = pressure(&[
        (
            "8480-6",
            "Systolic",
            "142",
            json!({"referenceRange": [{"high": quantity("120", "mmHg")}]}),
        ),
        ("8462-4", "Diastolic", "71", json!({"interpretation": [{"text": "Low"}]})),
    ]);
    assert_says(
        &text,
        &["142/71 mmHg", "! Systolic", "above the range", "≤ 120 mmHg", "! Diastolic", "(Low)"],
    );
}

fn dosage(dosages: Value) -> String {
    shown(&[json!({
        "resourceType": "MedicationRequest", "status": "active", "intent": "order",
        "medicationCodeableConcept": {"text": "Medicine"}, "dosageInstruction": dosages
    })])
}

#[test]
fn r9_the_text_of_a_dosage_hides_nothing() {
    let text = dosage(json!([{
        "text": "1-0-1", "doseAndRate": [{"doseQuantity": quantity("0.5", "mL")}],
        "site": {"text": "RIGHT eye only"}, "method": {"text": "instil"},
        "asNeededCodeableConcept": {"text": "pressure above 21"},
        "timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d",
            "boundsDuration": {"value": 5, "unit": "days", "code": "d"}}}
    }]));
    assert_says(
        &text,
        &["1-0-1, 0.5 mL, for 5 days, RIGHT eye only, instil, if needed: pressure above 21"],
    );
}

#[test]
fn r10_the_structure_of_a_dosage_is_read_whole() {
    let text = dosage(json!([
        {"sequence": 2, "doseAndRate": [{"doseQuantity": quantity("20", "mg")}],
         "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d", "boundsPeriod": {"end": "2026-03-10"}}}},
        {"sequence": 1, "doseAndRate": [{"doseQuantity": quantity("40", "mg")}],
         "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d", "boundsDuration": {"value": 5, "code": "d"}}}},
    ]));
    assert_says(
        &text,
        &["1. 40 mg, once a day, for 5 days", "2. then 20 mg, once a day, until 10 Mar 2026"],
    );
    assert!(text.find("40 mg") < text.find("20 mg"), "in the order of the steps");
    let text = dosage(json!([{
        "doseAndRate": [{"doseQuantity": quantity("50", "mg"), "rateQuantity": quantity("5", "mcg/kg/min")}],
        "timing": {"event": ["2026-03-02"], "repeat": {"frequency": 1, "frequencyMax": 3, "period": 1,
            "periodUnit": "d", "count": 4, "when": ["ACM"], "dayOfWeek": ["mon"], "timeOfDay": ["08:00:00"]}},
        "asNeededCodeableConcept": {"text": "severe pain"}, "route": {"text": "oral"},
        "maxDosePerPeriod": {"numerator": quantity("200", "mg"), "denominator": {"value": 1, "code": "d"}},
        "maxDosePerAdministration": quantity("100", "mg"), "maxDosePerLifetime": quantity("9", "g"),
        "additionalInstruction": [{"text": "with water"}], "patientInstruction": "do not chew"
    }]));
    assert_says(
        &text,
        &[
            "50 mg",
            "rate 5 mcg/kg/min",
            "1 to 3 times a day",
            "before breakfast",
            "on Mondays",
            "at 08:00",
            "4 times in all",
            "on 2 Mar 2026",
            "oral",
            "if needed: severe pain",
            "at most 200 mg a day",
            "at most 100 mg at a time",
            "at most 9 g in a lifetime",
            "with water",
            "do not chew",
        ],
    );
    assert_says(&dosage(json!([{"timing": {"repeat": {"frequency": 3}}}])), &["3 times"]);
    let rate = json!([{"doseAndRate": [{"rateRatio": {"numerator": quantity("5", "mcg/kg"), "denominator": quantity("1", "min")}}]}]);
    assert_says(&dosage(rate), &["5 mcg/kg per min"]);
}

#[test]
fn r11_a_fact_of_another_patient_names_that_patient() {
    let other = json!({
        "resourceType": "Patient", "name": [{"text": "Ravi Kumar"}],
        "identifier": [{"system": "https://sunrise.example/mrn", "value": "SUN-9999"}]
    });
    let mut json = document(&[json!({
        "resourceType": "AllergyIntolerance", "code": {"text": "Penicillin"},
        "patient": {"reference": "Patient/other"}
    })]);
    json["entry"]
        .as_array_mut()
        .unwrap()
        .push(json!({"fullUrl": "Patient/other", "resource": other}));
    let record = read(&json);
    assert_says(&both(&record), &["• ABOUT ANOTHER PATIENT: Ravi Kumar: Penicillin", "SUN-9999"]);
    assert!(!record.items().next().unwrap().standing().counts());
    // The same person in a second resource is no other patient.
    json["entry"].as_array_mut().unwrap().last_mut().unwrap()["resource"] =
        json["entry"][1]["resource"].clone();
    assert_silent(&both(&read(&json)), &["ABOUT ANOTHER"]);
}

/// A penicillin allergy whose `patient` is this, in a document that holds these further entries.
fn allergy_of(patient: Value, more: &[Value]) -> Value {
    let mut json = document(&[json!({
        "resourceType": "AllergyIntolerance", "code": {"text": "Penicillin"}, "patient": patient
    })]);
    json["entry"].as_array_mut().unwrap().extend(more.iter().cloned());
    json
}

/// The same with a Patient resource of its own, named by the reference.
fn allergy_of_resource(patient: Value) -> Record {
    let mut other = json!({"resourceType": "Patient", "id": "p9"});
    other.as_object_mut().unwrap().extend(patient.as_object().unwrap().clone());
    let entry = json!({"fullUrl": "urn:uuid:p9", "resource": other});
    read(&allergy_of(json!({"reference": "urn:uuid:p9"}), &[entry]))
}

#[test]
fn r11_a_second_resource_is_the_patient_only_where_nothing_contradicts() {
    let mrn = |value: &str| json!([{"system": "https://sunrise.example/mrn", "value": value}]);
    let own = || mrn("SUN-4711");
    let baby = "male, born 28 Feb 2026";
    for (patient, words) in [
        (
            json!({"gender": "male", "birthDate": "2026-02-28"}),
            format!("ABOUT ANOTHER PATIENT (no name; {baby})"),
        ),
        // A newborn with its mother's number, named and not.
        (
            json!({"name": [{"text": "Baby of Asha"}], "gender": "male", "birthDate": "2026-02-28", "identifier": own()}),
            format!("ABOUT ANOTHER PATIENT: Baby of Asha ({baby})"),
        ),
        (
            json!({"gender": "male", "birthDate": "2026-02-28", "identifier": own()}),
            format!("ABOUT ANOTHER PATIENT (no name; {baby}, SUN-4711)"),
        ),
        (
            json!({"name": [{"text": "B/O Asha Devi"}], "gender": "female", "birthDate": "2026-02-28", "identifier": own()}),
            "ABOUT ANOTHER PATIENT: B/O Asha Devi (female, born 28 Feb 2026)".to_owned(),
        ),
        (
            json!({"name": [{"text": "Asha Devi"}], "identifier": mrn("SUN-9999")}),
            "ABOUT ANOTHER PATIENT: Asha Devi".to_owned(),
        ),
        (
            json!({"name": [{"text": "Asha Devi"}], "gender": "female", "birthDate": "1968-04-12"}),
            "ABOUT ANOTHER PATIENT: Asha Devi (female, born 12 Apr 1968)".to_owned(),
        ),
        (json!({"name": [{"text": "Ravi Kumar"}]}), "ABOUT ANOTHER PATIENT: Ravi Kumar".to_owned()),
        // Nothing proves that it is she, and nothing that it is not.
        (json!({}), "WHOSE FACT THIS IS CANNOT BE TOLD".to_owned()),
        (
            json!({"gender": "female"}),
            "WHOSE FACT THIS IS CANNOT BE TOLD (no name; female)".to_owned(),
        ),
        (
            json!({"name": [{"text": "Ravi Kumar"}], "identifier": own()}),
            "WHOSE FACT THIS IS CANNOT BE TOLD: Ravi Kumar".to_owned(),
        ),
        (
            json!({"name": [{"text": "Asha Devi"}], "gender": "male", "identifier": own()}),
            "WHOSE FACT THIS IS CANNOT BE TOLD: Asha Devi (male)".to_owned(),
        ),
        (
            json!({"name": [{"text": "Ravi Devi"}]}),
            "WHOSE FACT THIS IS CANNOT BE TOLD: Ravi Devi".to_owned(),
        ),
        (
            json!({"name": [{"text": "आशा देवी"}]}),
            "WHOSE FACT THIS IS CANNOT BE TOLD: आशा देवी".to_owned(),
        ),
    ] {
        let record = allergy_of_resource(patient.clone());
        assert_says(&both(&record), &[&format!("• {words}: Penicillin")]);
        let standing = record.items().next().unwrap().standing();
        assert!(standing.has(MarkKind::OtherSubject) && !standing.counts(), "{patient}");
    }
    for patient in [
        json!({"identifier": own()}),
        json!({"name": [{"text": "आशा देवी"}], "identifier": own(), "birthDate": "1986"}),
        json!({"name": [{"text": "Asha D."}], "identifier": [{"value": "sun 4711"}]}),
        json!({"name": [{"text": "Smt. ASHA DEVI"}], "gender": "female"}),
        json!({"name": [{"text": "Devi, Asha"}], "birthDate": "1986-04-12"}),
    ] {
        let record = allergy_of_resource(patient.clone());
        assert_says(&both(&record), &["• Penicillin"]);
        assert!(record.items().next().unwrap().standing().holds(), "{patient}");
    }
}

#[test]
fn r11_numbers_without_a_system_tell_patients_apart() {
    let number = |value: &str| json!([{"type": {"coding": [{"code": "MR"}]}, "value": value}]);
    let with = |own: &str, other: &str| {
        let mut json = allergy_of(json!({"reference": "urn:uuid:p9"}), &[]);
        json["entry"][1]["resource"]["identifier"] = number(own);
        let other = json!({"resourceType": "Patient", "name": [{"text": "Asha Devi"}], "identifier": number(other)});
        json["entry"]
            .as_array_mut()
            .unwrap()
            .push(json!({"fullUrl": "urn:uuid:p9", "resource": other}));
        both(&read(&json))
    };
    assert_says(&with("417", "999"), &["• ABOUT ANOTHER PATIENT: Asha Devi: Penicillin"]);
    assert_says(&with("417", "417"), &["• Penicillin"]);
}

#[test]
fn r11_a_reference_that_leads_nowhere_is_judged_by_its_words_and_number() {
    let said = |patient: Value| both(&read(&allergy_of(patient, &[])));
    let identifier = |value: &str| json!({"system": "https://sunrise.example/mrn", "value": value});
    for (patient, words) in [
        (json!({"reference": "Patient/999"}), "WHOSE FACT THIS IS CANNOT BE TOLD: Penicillin"),
        (json!({"reference": "#p"}), "WHOSE FACT THIS IS CANNOT BE TOLD: Penicillin"),
        (
            json!({"reference": "Patient/999", "display": "Patient"}),
            "WHOSE FACT THIS IS CANNOT BE TOLD: Patient: Penicillin",
        ),
        (json!({"display": "Ravi Kumar"}), "ABOUT ANOTHER PATIENT: Ravi Kumar: Penicillin"),
        (
            json!({"display": "Patient Ravi Kumar"}),
            "ABOUT ANOTHER PATIENT: Patient Ravi Kumar: Penicillin",
        ),
        (json!({"display": "Baby of Asha"}), "ABOUT ANOTHER PATIENT: Baby of Asha: Penicillin"),
        (
            json!({"display": "Ravi Devi"}),
            "WHOSE FACT THIS IS CANNOT BE TOLD: Ravi Devi: Penicillin",
        ),
        (
            json!({"display": "UHID SUN-9999"}),
            "WHOSE FACT THIS IS CANNOT BE TOLD: UHID SUN-9999: Penicillin",
        ),
        (json!({"display": "रवि कुमार"}), "WHOSE FACT THIS IS CANNOT BE TOLD: रवि कुमार: Penicillin"),
        (
            json!({"identifier": identifier("SUN-9999")}),
            "ABOUT ANOTHER PATIENT: SUN-9999: Penicillin",
        ),
        (
            json!({"display": "Asha Devi", "identifier": identifier("SUN-9999")}),
            "ABOUT ANOTHER PATIENT: Asha Devi: Penicillin",
        ),
        (
            json!({"display": "Ravi Kumar", "identifier": identifier("SUN-4711")}),
            "WHOSE FACT THIS IS CANNOT BE TOLD: Ravi Kumar: Penicillin",
        ),
    ] {
        assert_says(&said(patient), &[&format!("• {words}")]);
    }
    for patient in [
        json!({"display": "Asha Devi"}),
        json!({"reference": "Patient/999", "display": "Mrs Asha Devi"}),
        json!({"display": "UHID SUN-4711"}),
        json!({"identifier": identifier("SUN-4711"), "display": "आशा देवी"}),
        json!({"display": "Patient"}),
        json!({}),
    ] {
        assert_says(&said(patient), &["• Penicillin"]);
    }
}

#[test]
fn r11_a_record_without_a_resource_of_its_patient_knows_whose_facts_are_others() {
    let with = |subject: Value, patient: Value| {
        let mut json = allergy_of(patient, &[]);
        json["entry"][0]["resource"]["subject"] = subject;
        json["entry"].as_array_mut().unwrap().remove(1);
        both(&read(&json))
    };
    let asha = || json!({"reference": "Patient/1", "display": "Asha Devi"});
    assert_says(&with(asha(), json!({"reference": "Patient/1"})), &["• Penicillin"]);
    assert_says(&with(asha(), json!({"display": "Asha Devi"})), &["• Penicillin"]);
    assert_says(
        &with(asha(), json!({"reference": "Patient/2"})),
        &["• WHOSE FACT THIS IS CANNOT BE TOLD: Penicillin"],
    );
    assert_says(
        &with(asha(), json!({"display": "Ravi Kumar"})),
        &["• ABOUT ANOTHER PATIENT: Ravi Kumar: Penicillin"],
    );
}

#[test]
fn r11_a_result_of_somebody_else_is_never_judged() {
    for subject in [json!({"reference": "Patient/999"}), json!({"display": "Baby of Asha"})] {
        let (record, judgement) = measured(json!({
            "subject": subject, "valueQuantity": quantity("18", "g/dL"), "interpretation": [{"text": "High"}],
            "referenceRange": [{"low": quantity("12", "g/dL"), "high": quantity("15", "g/dL"), "appliesTo": [{"text": "Female"}]}]
        }));
        assert_eq!(judgement, Judgement::NotJudged(NotJudged::Standing));
        assert_silent(&both(&record), &["! "]);
    }
}

#[test]
fn r11_of_the_actors_of_an_appointment_only_patients_are_other_patients() {
    let said = |actors: Value| {
        let record = read(&document(&[
            json!({"resourceType": "Appointment", "status": "booked", "description": "Review", "participant": actors}),
        ]));
        both(&record)
    };
    let khan = || json!({"actor": {"display": "Dr Khan, Cardiology"}, "status": "declined"});
    let text = said(json!([khan()]));
    assert_says(&text, &["• Review", "With: Dr Khan, Cardiology (declined)"]);
    assert_silent(&text, &["ABOUT ANOTHER", "CANNOT BE TOLD"]);
    assert_says(
        &said(json!([{"actor": {"display": "Dr Khan"}, "status": "needs-action"}])),
        &["With: Dr Khan (has not answered)"],
    );
    let ravi =
        || json!({"actor": {"type": "Patient", "display": "Ravi Kumar"}, "status": "accepted"});
    assert_says(&said(json!([khan(), ravi()])), &["• ABOUT ANOTHER PATIENT: Ravi Kumar: Review"]);
    assert_says(
        &said(json!([{"actor": {"reference": "Patient/999"}}])),
        &["• WHOSE FACT THIS IS CANNOT BE TOLD: Review"],
    );
    assert_says(&said(json!([ravi(), {"actor": {"reference": PATIENT}}])), &["• Review"]);
    assert_says(
        &said(json!([{"actor": {"display": "Dr. Meera Rao"}, "status": "declined"}])),
        &["With: Dr. Meera Rao (declined)"],
    );
    assert_says(
        &said(json!([{"actor": {"reference": PATIENT}, "status": "declined"}])),
        &["Patient: declined"],
    );
}

#[test]
fn r12_the_name_in_use_is_shown_and_that_the_patient_died() {
    let mut json = document(&[]);
    let patient = &mut json["entry"][1]["resource"];
    patient["name"] = json!([
        {"use": "old", "text": "Asha Kumari"}, {"use": "nickname", "text": "Ash"},
        {"use": "usual", "text": "Asha D."}, {"use": "official", "text": "Asha Devi"}
    ]);
    patient["deceasedDateTime"] = json!("2026-03-01");
    let record = read(&json);
    assert_eq!(record.patient().unwrap().name, "Asha Devi");
    assert_says(&both(&record), &["died 1 Mar 2026", "Asha Kumari (old)"]);
    json["entry"][1]["resource"]["name"] =
        json!([{"use": "old", "text": "Asha Kumari"}, {"use": "usual", "text": "Asha D."}]);
    assert_eq!(read(&json).patient().unwrap().name, "Asha D.");
    json["entry"][1]["resource"]["name"] = json!([{"use": "maiden", "text": "Asha Kumari"}]);
    assert_eq!(read(&json).patient().unwrap().name, "Asha Kumari");
}

#[test]
fn r13_an_unknown_modifier_extension_is_a_warning_at_its_item() {
    let url = "https://hospital.example/only-if-fasting";
    let text = shown(&[json!({
        "resourceType": "MedicationRequest", "status": "active", "intent": "order",
        "medicationCodeableConcept": {"text": "Metformin"},
        "modifierExtension": [{"url": url, "valueBoolean": true}]
    })]);
    assert_says(
        &text,
        &["• WARNING: changed by an extension that is not known here", url, "Metformin"],
    );
    let (_, judgement) = measured(json!({
        "valueQuantity": quantity("1", ""), "interpretation": [{"text": "High"}],
        "component": [{"code": {"text": "part"}, "modifierExtension": [{"url": url}]}]
    }));
    assert_eq!(judgement, Judgement::NotJudged(NotJudged::Standing), "nested ones too");
}

#[test]
fn r14_a_medicine_that_is_not_taken_says_so_with_the_reason() {
    let text = shown(&[json!({
        "resourceType": "MedicationStatement", "status": "not-taken", "statusReason": [{"text": "nausea"}],
        "medicationCodeableConcept": {"text": "Metformin"}
    })]);
    assert_says(&text, &["• not taken: nausea: Metformin"]);
    assert_silent(&text, &["taken already"]);
}

#[test]
fn r15_what_no_section_reaches_is_shown_at_the_end() {
    let mut json = document(&[]);
    for resource in [
        json!({"resourceType": "Observation", "status": "final", "code": {"text": "Haemoglobin"}, "valueQuantity": quantity("9.1", "g/dL")}),
        json!({"resourceType": "Goal", "lifecycleStatus": "active", "description": {"text": "Walk daily"}}),
    ] {
        json["entry"].as_array_mut().unwrap().push(json!({"fullUrl": format!("urn:uuid:{}", resource["resourceType"]), "resource": resource}));
    }
    let text = both(&read(&json));
    assert_says(&text, &["Also in the document", "Haemoglobin", "9.1 g/dL", "Goal", "Walk daily"]);
    // Without a Composition everything is there.
    json["type"] = json!("collection");
    json["entry"].as_array_mut().unwrap().remove(0);
    let text = both(&read(&json));
    assert_says(&text, &["Asha Devi", "Haemoglobin", "Walk daily"]);
    json["entry"].as_array_mut().unwrap().push(json!({"fullUrl": "urn:uuid:x"}));
    assert_says(
        &both(&read(&json)),
        &["1 in the document could not be shown", "an entry without a resource"],
    );
}

#[test]
fn r16_types_that_abdm_does_not_use_say_what_they_say() {
    let text = shown(&[
        json!({"resourceType": "MedicationAdministration", "status": "not-done", "medicationCodeableConcept": {"text": "Adrenaline"},
            "effectiveDateTime": "2026-03-02T10:10:00+05:30", "dosage": {"text": "1 mg IM"}, "note": [{"text": "vein lost"}]}),
        json!({"resourceType": "QuestionnaireResponse", "status": "completed",
            "text": {"status": "generated", "div": "<div>PHQ-9 score 21</div>"},
            "item": [{"linkId": "9", "text": "Self-harm", "answer": [{"valueString": "nearly every day"}]}]}),
        json!({"resourceType": "Flag", "status": "inactive", "code": {"text": "Do not resuscitate"}}),
        json!({"resourceType": "AdverseEvent", "actuality": "potential", "event": {"text": "Fall"}, "date": "2026-02-01"}),
    ]);
    assert_says(
        &text,
        &[
            "• NOT GIVEN: Adrenaline",
            "2 Mar 2026, 10:10",
            "1 mg IM",
            "vein lost",
            "PHQ-9 score 21",
            "Self-harm: nearly every day",
            "• inactive: Do not resuscitate",
            "• potential: Fall",
            "1 Feb 2026",
        ],
    );
}

/// References as they are met: to what the resource contains, and to an entry.
const PLACES: [&str; 2] = ["#m", "urn:uuid:m"];

/// A document of a resource that refers to another at one of [`PLACES`].
fn referring(mut resource: Value, mut to: Value, place: &str) -> Record {
    if place.starts_with('#') {
        to["id"] = json!("m");
        resource["contained"] = json!([to]);
        return read(&document(&[resource]));
    }
    let mut json = document(&[resource]);
    json["entry"].as_array_mut().unwrap().push(json!({"fullUrl": place, "resource": to}));
    read(&json)
}

#[test]
fn r16_what_a_reference_leads_to_is_named_and_never_its_address() {
    let medicine = || json!({"resourceType": "Medication", "code": {"text": "Doxorubicin 50 mg"}, "batch": {"lotNumber": "B7"}});
    let refuted = || json!({"resourceType": "Condition", "code": {"text": "Tuberculosis"}, "verificationStatus": {"coding": [{"code": "refuted"}]}});
    let nurse = || json!({"resourceType": "Practitioner", "name": [{"text": "Sister Mary"}]});
    for place in PLACES {
        let at = || json!({"reference": place});
        for (resource, to, words) in [
            (
                json!({"resourceType": "MedicationAdministration", "status": "not-done", "medicationReference": at()}),
                medicine(),
                ["• NOT GIVEN: Doxorubicin 50 mg", "Batch: B7"].as_slice(),
            ),
            (
                json!({"resourceType": "MedicationDispense", "status": "completed", "medicationReference": at()}),
                medicine(),
                &["• Doxorubicin 50 mg", "Batch: B7"],
            ),
            (
                json!({"resourceType": "AdverseEvent", "actuality": "actual", "event": {"text": "Rash"}, "suspectEntity": [{"instance": at()}]}),
                medicine(),
                &["Suspect entity, instance: Doxorubicin 50 mg"],
            ),
            (
                json!({"resourceType": "ClinicalImpression", "status": "completed", "description": "Cough", "finding": [{"itemReference": at()}]}),
                refuted(),
                &["refuted: Tuberculosis"],
            ),
            (
                json!({"resourceType": "List", "status": "current", "title": "Problems", "entry": [{"item": at()}]}),
                refuted(),
                &["Entry, item: refuted: Tuberculosis"],
            ),
            (
                json!({"resourceType": "Communication", "status": "completed", "topic": {"text": "Call"}, "sender": at()}),
                nurse(),
                &["Sender: Sister Mary"],
            ),
            (
                json!({"resourceType": "Flag", "status": "active", "code": {"text": "Falls"}, "author": at()}),
                nurse(),
                &["Author: Sister Mary"],
            ),
            (
                json!({"resourceType": "RequestGroup", "status": "active", "intent": "plan", "action": [{"resource": at()}]}),
                json!({"resourceType": "MedicationRequest", "status": "active", "intent": "order", "doNotPerform": true, "medicationReference": {"display": "Aspirin"}}),
                &["DO NOT GIVE: Aspirin"],
            ),
        ] {
            let text = both(&referring(resource, to, place));
            assert_says(&text, words);
            assert_silent(&text, &["#m", "urn:uuid:m"]);
        }
        // What is not there is said to be missing.
        let text = shown(&[
            json!({"resourceType": "MedicationAdministration", "status": "completed", "medicationReference": at()}),
            json!({"resourceType": "MedicationRequest", "status": "active", "intent": "order", "medicationReference": at()}),
            json!({"resourceType": "List", "status": "current", "title": "Problems", "entry": [{"item": at()}]}),
        ]);
        assert_says(
            &text,
            &[
                "• Medicine",
                "Missing: the document refers to it and does not hold it",
                "Entry, item: the document refers to it and does not hold it",
            ],
        );
        let shown = text.split("could not be shown").next().unwrap();
        assert_silent(shown, &["• #m", "• urn:uuid:m", ": #m", ": urn:uuid:m"]);
    }
}

#[test]
fn r16_a_name_is_found_behind_several_references_and_circles_end() {
    let request = json!({"resourceType": "MedicationRequest", "status": "active", "intent": "order", "doNotPerform": true, "medicationReference": {"reference": "urn:uuid:m"}});
    let mut json = document(&[
        json!({"resourceType": "CarePlan", "status": "active", "intent": "plan", "title": "Plan", "activity": [{"reference": {"reference": "urn:uuid:r"}}]}),
    ]);
    for (url, resource) in [
        ("urn:uuid:r", request),
        (
            "urn:uuid:m",
            json!({"resourceType": "Medication", "status": "inactive", "code": {"text": "Aspirin 75 mg"}}),
        ),
        ("urn:uuid:x", json!({"resourceType": "Basic", "focus": {"reference": "urn:uuid:y"}})),
        ("urn:uuid:y", json!({"resourceType": "Basic", "focus": {"reference": "urn:uuid:x"}})),
    ] {
        json["entry"].as_array_mut().unwrap().push(json!({"fullUrl": url, "resource": resource}));
    }
    assert_says(&both(&read(&json)), &["DO NOT GIVE: inactive: Aspirin 75 mg"]);
}

#[test]
fn r16_the_dose_and_rate_that_were_given_are_shown() {
    let given = |dosage: Value| {
        shown(&[
            json!({"resourceType": "MedicationAdministration", "status": "not-done", "medicationCodeableConcept": {"text": "Cisplatin"}, "dosage": dosage}),
        ])
    };
    for (dosage, words) in [
        (json!({"text": "IV slowly", "dose": quantity("10", "mg")}), "Dosage: IV slowly, 10 mg"),
        (json!({"dose": quantity("100", "mg")}), "Dosage: 100 mg"),
        (
            json!({"route": {"text": "IV"}, "dose": quantity("1", "g"), "rateQuantity": quantity("100", "mL/h")}),
            "Dosage: 1 g, rate 100 mL/h, IV",
        ),
        (
            json!({"rateRatio": {"numerator": quantity("5", "mg"), "denominator": quantity("1", "min")}}),
            "Dosage: rate 5 mg per min",
        ),
        (json!({"text": "slow", "dose": "ten drops"}), "Dosage, dose quantity: ten drops"),
        (json!({"text": "slow", "drip": quantity("20", "drops")}), "Dosage, drip: 20 drops"),
    ] {
        assert_says(&given(dosage), &[words]);
    }
}

#[test]
fn r16_what_is_taken_from_a_list_or_left_out_of_a_group_says_so_first() {
    let text = shown(&[
        json!({"resourceType": "List", "status": "current", "title": "Medicines", "entry": [{"deleted": true, "item": {"display": "Aspirin"}}, {"item": {"display": "Statin"}}]}),
        json!({"resourceType": "Group", "type": "person", "actual": true, "characteristic": [{"code": {"text": "Smoker"}, "valueBoolean": true, "exclude": true}]}),
        json!({"resourceType": "RequestGroup", "status": "active", "intent": "plan", "action": [{"title": "Massage", "doNotPerform": true}]}),
    ]);
    assert_says(
        &text,
        &[
            "Entry, item: DELETED: Aspirin",
            "Entry, item: Statin",
            "EXCLUDED: Smoker",
            "DO NOT: Massage",
        ],
    );
}

#[test]
fn r16_only_dates_are_read_as_dates() {
    let text = shown(&[json!({
        "resourceType": "Device", "type": {"text": "Stent"}, "lotNumber": "2024-05", "serialNumber": "1999",
        "manufactureDate": "2024-05", "expirationDate": "2027-05-31"
    })]);
    assert_says(
        &text,
        &[
            "Lot number: 2024-05",
            "Serial number: 1999",
            "Manufacture date: May 2024",
            "Expiration date: 31 May 2027",
        ],
    );
    let text = shown(&[
        json!({
            "resourceType": "Observation", "status": "final", "code": {"text": "x"}, "valueString": "2024-05"
        }),
        json!({"resourceType": "QuestionnaireResponse", "status": "completed", "item": [
        {"text": "Policy", "answer": [{"valueString": "2024-05"}]}, {"text": "Since", "answer": [{"valueDate": "2024-05"}]}]}),
    ]);
    assert_says(&text, &["Policy: 2024-05", "Since: May 2024"]);
}

#[test]
fn r16_notes_and_texts_within_parts_are_shown() {
    let text = shown(&[
        json!({"resourceType": "VisionPrescription", "status": "active", "lensSpecification": [{"eye": "right", "sphere": -2.0, "note": [{"text": "bifocal"}]}]}),
        json!({"resourceType": "QuestionnaireResponse", "status": "completed", "item": [{"linkId": "1", "text": "Says nothing more"}]}),
    ]);
    assert_says(&text, &["bifocal", "Says nothing more"]);
}

#[test]
fn r24_facts_beside_the_usual_ones_are_shown() {
    let mut json = document(&[
        json!({"resourceType": "Condition", "code": {"text": "Ulcer"}, "category": [{"text": "Surgical"}], "stage": [{"summary": {"text": "II"}, "type": {"text": "clinical"}}]}),
        json!({"resourceType": "MedicationRequest", "status": "active", "intent": "order", "medicationCodeableConcept": {"text": "Heparin"},
            "category": [{"text": "inpatient"}], "supportingInformation": [{"display": "platelets falling"}], "basedOn": [{"display": "Ward plan"}], "performerType": {"text": "Anaesthetist"}}),
        json!({"resourceType": "MedicationStatement", "status": "active", "medicationCodeableConcept": {"text": "Statin"}, "derivedFrom": [{"display": "Old card"}], "basedOn": [{"display": "Old order"}]}),
        observation(
            json!({"specimen": {"reference": "#s"}, "contained": [{"resourceType": "Specimen", "id": "s", "type": {"text": "Blood"},
            "processing": [{"procedure": {"text": "Centrifuged"}, "description": "late", "additive": [{"display": "Heparin lock"}], "timeDateTime": "2026-02-27"}],
            "container": [{"type": {"text": "Red tube"}, "additiveCodeableConcept": {"text": "EDTA"}}]}]}),
        ),
        json!({"resourceType": "Immunization", "status": "completed", "vaccineCode": {"text": "BCG"}, "reportOrigin": {"text": "Card"}, "subpotentReason": [{"text": "Warm"}]}),
        json!({"resourceType": "ImmunizationRecommendation", "recommendation": [{"vaccineCode": [{"text": "MMR"}], "doseNumberPositiveInt": 1, "seriesDosesPositiveInt": 2}]}),
        json!({"resourceType": "Appointment", "description": "Review", "participant": [{"actor": {"display": "Dr Khan"}, "type": [{"text": "Attender"}]}]}),
        json!({"resourceType": "DiagnosticReport", "status": "final", "code": {"text": "X-ray"}, "media": [{"comment": "left is right", "link": {"display": "Film"}}]}),
    ]);
    let patient = &mut json["entry"][1]["resource"];
    patient["multipleBirthInteger"] = json!(2);
    patient["maritalStatus"] = json!({"text": "Widowed"});
    patient["generalPractitioner"] = json!([{"display": "Dr. Sen"}]);
    patient["contact"] = json!([{"name": {"text": "Ravi Devi"}, "relationship": [{"text": "Son"}], "telecom": [{"value": "+919811111111"}]}]);
    assert_says(
        &both(&read(&json)),
        &[
            "Surgical",
            "II, clinical",
            "inpatient",
            "platelets falling",
            "Ward plan",
            "Anaesthetist",
            "Old card",
            "Old order",
            "Centrifuged, late, Heparin lock, 27 Feb 2026",
            "Red tube, EDTA",
            "Source: Card",
            "Subpotent reason: Warm",
            "Dose: 1 of 2",
            "Dr Khan, Attender",
            "Film, left is right",
            "number 2",
            "Widowed",
            "Dr. Sen",
            "Ravi Devi, Son, +919811111111",
        ],
    );
}

#[test]
fn r15_devices_and_relatives_that_are_named_are_shown_whole() {
    let device = json!({"resourceType": "Device", "id": "d", "type": {"text": "Pacemaker"}, "safety": [{"text": "MRI unsafe"}], "serialNumber": "S-77",
        "expirationDate": "2027-05-31", "note": [{"text": "left side"}]});
    let mother = json!({"resourceType": "RelatedPerson", "id": "m", "name": [{"text": "Lata Devi"}], "relationship": [{"text": "Mother"}]});
    let text = shown(&[
        json!({"resourceType": "Procedure", "status": "completed", "code": {"text": "Implant"}, "contained": [device], "focalDevice": [{"manipulated": {"reference": "#d"}}]}),
        json!({"resourceType": "MedicationStatement", "status": "active", "medicationCodeableConcept": {"text": "Statin"}, "contained": [mother], "informationSource": {"reference": "#m"}}),
    ]);
    assert_says(
        &text,
        &["MRI unsafe", "S-77", "31 May 2027", "left side", "Said by: Lata Devi", "Mother"],
    );
}

#[test]
fn r24_the_samples_of_a_curve_are_told_with_their_factor() {
    let text = shown(&[observation(json!({"valueSampledData": {
        "origin": quantity("0", "mV"), "period": 10, "factor": 2.5, "lowerLimit": -3, "upperLimit": 4, "dimensions": 1, "data": "1 2 3 L U"
    }}))]);
    assert_says(
        &text,
        &[
            "5 values from 0 mV: 1 2 3 L U (each times 2.5, every 10 ms, L is below -3, U is above 4)",
        ],
    );
}

#[test]
fn r24_the_dates_of_a_vaccination_due_are_named_by_their_codes() {
    let dated = |code: &str, display: &str| json!({"code": {"coding": [{"system": "http://loinc.org", "code": code, "display": display}]}, "value": "2026-04-01"});
    for (code, display, label) in [
        ("30980-7", "Date vaccine due", "Due"),
        ("59778-1", "Date when overdue for immunization", "Date when overdue for immunization"),
        ("30981-5", "Earliest date to give", "Earliest date to give"),
        ("59777-3", "Latest date next dose may be given", "Latest date next dose may be given"),
    ] {
        let text = shown(&[
            json!({"resourceType": "ImmunizationRecommendation", "date": "2026-03-01", "recommendation": [{
            "vaccineCode": [{"text": "MMR"}], "dateCriterion": [dated(code, display)]}]}),
        ]);
        assert_says(&text, &[&format!("{label}: 1 Apr 2026")]);
    }
}

#[test]
fn r17_narratives_that_say_more_are_shown() {
    let narrative =
        |status: &str, words: &str| json!({"status": status, "div": format!("<div>{words}</div>")});
    let mut condition = json!({"resourceType": "Condition", "code": {"text": "Fever"}});
    let mut json = document(std::slice::from_ref(&condition));
    json["entry"][0]["resource"]["section"][0]["text"] = narrative("additional", "Also chest pain");
    assert_says(&both(&read(&json)), &["Fever", "Also chest pain"]);
    json["entry"][0]["resource"]["section"][0]["text"] =
        narrative("generated", "Fever and chest pain");
    assert_says(&both(&read(&json)), &["Fever and chest pain"]);
    json["entry"][0]["resource"]["section"][0]["text"] =
        narrative("generated", "Name: Fever, Asha Devi, 2026-03-01");
    assert_silent(&both(&read(&json)), &["Name:"]);
    condition["text"] = narrative("additional", "worse at night");
    assert_says(&shown(std::slice::from_ref(&condition)), &["worse at night"]);
    condition["text"] = narrative("generated", "<p>Fever</p><p>worse at night</p>");
    assert_says(&shown(&[condition]), &["worse at night"]);
}

fn generated(words: &str) -> Value {
    json!({"status": "generated", "div": format!("<div>{words}</div>")})
}

#[test]
fn r17_a_narrative_is_hidden_only_by_what_it_is_the_narrative_of() {
    let request = |name: &str, dosage: &str| {
        let mut all = json!({"resourceType": "MedicationRequest", "status": "active", "intent": "order", "medicationCodeableConcept": {"text": name}});
        if !dosage.is_empty() {
            all["dosageInstruction"] = json!([{"text": dosage}]);
        }
        all
    };
    let first = || request("Amoxicillin", "1 tablet, twice a day, 5 days");
    for words in [
        "Ciprofloxacin: 1 tablet twice a day, 5 days",
        "<p>Ciprofloxacin</p><p>1 tablet twice a day</p>",
        "Ciprofloxacin, twice a day",
        "Ciprofloxacin 1-1-1",
    ] {
        let last = words.trim_start_matches("<p>Ciprofloxacin</p><p>").trim_end_matches("</p>");
        // Of the medicine, of its section, and of the whole document.
        let mut second = request("Ciprofloxacin", "");
        second["text"] = generated(words);
        assert_says(&shown(&[first(), second.clone()]), &[last]);
        second.as_object_mut().unwrap().remove("text");
        let mut json = document(&[first(), second]);
        for place in ["/entry/0/resource/section/0", "/entry/0/resource"] {
            let mut told = json.clone();
            told.pointer_mut(place).unwrap()["text"] = generated(words);
            assert_says(&both(&read(&told)), &[last]);
        }
        // In its own line, nothing is said twice.
        json["entry"][3]["resource"]["dosageInstruction"] =
            json!([{"text": "1 tablet 1-1-1 twice a day, 5 days"}]);
        json["entry"][3]["resource"]["text"] = generated(words);
        let text = both(&read(&json));
        let again = text.matches("Ciprofloxacin").count();
        assert_eq!(again, 1, "{text}");
    }
}

#[test]
fn r17_a_value_beside_another_with_the_same_number_is_shown() {
    let sodium = || {
        observation(json!({"code": {"text": "Sodium"}, "valueQuantity": quantity("140", "mmol/L")}))
    };
    let potassium = || observation(json!({"code": {"text": "Potassium"}}));
    for words in ["Potassium 140 mmol/L", "Potassium: 140", "Sodium, Potassium 140 mmol/L"] {
        let mut told = potassium();
        told["text"] = generated(words);
        assert_says(&shown(&[sodium(), told]), &[words]);
        let mut json = document(&[sodium(), potassium()]);
        json["entry"][0]["resource"]["section"][0]["text"] = generated(words);
        assert_says(&both(&read(&json)), &[words]);
        // In a report and in a panel, too.
        let report = json!({"resourceType": "DiagnosticReport", "status": "final", "code": {"text": "Salts"}, "text": generated(words),
            "contained": [sodium(), potassium()], "result": [{"reference": "#0"}, {"reference": "#1"}]});
        let mut report = report;
        for place in 0..2 {
            report["contained"][place]["id"] = json!(place.to_string());
        }
        assert_says(&shown(&[report]), &[words]);
        let panel = observation(
            json!({"code": {"text": "Salts"}, "text": generated(words), "component": [
            {"code": {"text": "Sodium"}, "valueQuantity": quantity("140", "mmol/L")}, {"code": {"text": "Potassium"}}]}),
        );
        assert_says(&shown(&[panel]), &[words]);
    }
    let mut hepatitis =
        observation(json!({"code": {"text": "Hepatitis B"}, "valueString": "negative"}));
    hepatitis["text"] = generated("Hepatitis C negative");
    assert_says(&shown(&[hepatitis]), &["Hepatitis C negative"]);
}

#[test]
fn r17_narratives_of_patient_and_visit_are_told_where_they_say_more() {
    let mut json = document(&[]);
    json["entry"][0]["resource"]["encounter"] = json!({"reference": "urn:uuid:e"});
    json["entry"].as_array_mut().unwrap().push(json!({"fullUrl": "urn:uuid:e", "resource": {
        "resourceType": "Encounter", "status": "finished", "class": {"code": "IMP"}, "reasonCode": [{"text": "Sepsis"}]}}));
    for status in ["generated", "additional"] {
        let told = |words: &str| json!({"status": status, "div": format!("<div>{words}</div>")});
        json["entry"][1]["resource"]["text"] = told("<p>Asha Devi</p><p>Deaf</p>");
        json["entry"][2]["resource"]["text"] = told("Sepsis, bed 4");
        assert_says(&both(&read(&json)), &["Deaf", "Sepsis, bed 4"]);
    }
    json["entry"][1]["resource"]["text"] = generated("Asha Devi, female, born 1986-04-12");
    json["entry"][2]["resource"]["text"] = generated("Visit for Sepsis");
    assert_silent(&both(&read(&json)), &["In words"]);
}

#[test]
fn r17_a_narrative_of_what_the_lines_say_is_not_repeated() {
    let sodium = observation(
        json!({"code": {"text": "Sodium"}, "valueQuantity": quantity("140", "mmol/L")}),
    );
    let fever = json!({"resourceType": "Condition", "code": {"text": "Fever"}});
    let cough = json!({"resourceType": "Condition", "code": {"text": "Dry cough"}});
    let mut json = document(&[sodium, fever, cough]);
    for words in [
        "Sodium: 140 mmol/L",
        "Patient: Asha Devi, female, born 1986-04-12",
        "<p>Fever</p><p>Dry cough</p>",
        "Fever, dry cough and Sodium 140 mmol/L",
        "<p>Sodium</p><p>Result: 140 mmol/L</p>",
    ] {
        json["entry"][0]["resource"]["section"][0]["text"] = generated(words);
        let text = both(&read(&json));
        for word in ["Sodium", "Fever", "Asha"] {
            assert_eq!(text.matches(word).count(), 1, "{words}: {text}");
        }
    }
}

#[test]
fn r18_a_second_composition_is_a_part_of_its_own() {
    let mut json = document(&[]);
    let second = json!({
        "resourceType": "Composition", "status": "amended", "title": "Nurse's notes", "date": "2026-03-02",
        "author": [{"display": "Sister Mary"}],
        "section": [{"title": "Night", "text": {"status": "additional", "div": "<div>slept well</div>"}}]
    });
    json["entry"]
        .as_array_mut()
        .unwrap()
        .push(json!({"fullUrl": "urn:uuid:c2", "resource": second}));
    assert_says(
        &both(&read(&json)),
        &["Nurse's notes", "amended", "2 Mar 2026", "Sister Mary", "Night", "slept well"],
    );
}

#[test]
fn r19_every_file_of_a_document_is_shown() {
    let record = read(&document(&[json!({
        "resourceType": "DocumentReference", "status": "current",
        "content": [
            {"attachment": {"contentType": "application/pdf", "title": "Page 1", "data": "JVBERi0xLjQK"}},
            {"attachment": {"contentType": "application/pdf", "title": "Page 2 (biopsy)", "data": "JVBERi0xLjUK"}}
        ]
    })]));
    assert_eq!(record.attachments().count(), 2);
    assert_says(&both(&record), &["Page 1", "Page 2 (biopsy)"]);
    assert_eq!(render::html(&record).matches("download=").count(), 2);
}

#[test]
fn r20_entities_of_narratives_are_read() {
    let mut json = document(&[]);
    json["entry"][0]["resource"]["section"][0]["text"] = json!({"status": "additional", "div": "<div>Don&#8217;t, 38&deg;C, &#x2265; 5 &micro;g</div>"});
    assert_says(&both(&read(&json)), &["Don\u{2019}t, 38°C, ≥ 5 µg"]);
}

#[test]
fn r21_results_of_other_days_show_their_day() {
    let sugar = |date: &str| {
        observation(
            json!({"code": {"text": "Sugar"}, "effectiveDateTime": date, "valueQuantity": quantity("99", "mg/dL")}),
        )
    };
    let text = shown(&[sugar("2026-02-27"), sugar("2026-02-28"), sugar("2026-03-01")]);
    assert_says(&text, &["27 Feb 2026", "28 Feb 2026", "Date: 1 Mar 2026"]);
    assert_silent(&shown(&[sugar("2026-03-01")]), &["Date:"]);
    let times = shown(&[sugar("2026-03-01T08:00:00+05:30"), sugar("2026-03-01T14:00:00+05:30")]);
    assert_says(&times, &["1 Mar 2026, 08:00", "1 Mar 2026, 14:00"]);
}

#[test]
fn r22_who_reported_is_named() {
    let text = shown(&[
        json!({"resourceType": "DiagnosticReport", "status": "final", "code": {"text": "CBC"},
            "performer": [{"display": "Sunrise Lab"}], "resultsInterpreter": [{"display": "Dr. Sen"}]}),
        observation(json!({"performer": [{"display": "Nurse Anu"}]})),
    ]);
    assert_says(&text, &["Reported by: Sunrise Lab; Dr. Sen", "Reported by: Nurse Anu"]);
}

#[test]
fn r23_numbers_contacts_and_age_of_the_patient_are_shown() {
    let text = shown(&[]);
    assert_says(
        &text,
        &[
            "SUN-4711 (Medical record number)",
            "+919800000000",
            "12 MG Road",
            "female, 39 years, born 12 Apr 1986",
        ],
    );
}

#[test]
fn r24_the_facts_that_were_left_out_are_shown() {
    let text = shown(&[
        json!({"resourceType": "AllergyIntolerance", "code": {"text": "Iodine"}, "onsetString": "childhood",
            "reaction": [{"manifestation": [{"text": "Rash"}], "severity": "severe", "description": "needed adrenaline"}]}),
        json!({"resourceType": "Condition", "code": {"text": "Ulcer"}, "bodySite": [{"text": "left foot"}]}),
        json!({"resourceType": "Procedure", "status": "completed", "code": {"text": "Repair"}, "complication": [{"text": "bleeding"}], "bodySite": [{"text": "groin"}]}),
        json!({"resourceType": "Immunization", "status": "completed", "vaccineCode": {"text": "BCG"}, "site": {"text": "left arm"}, "route": {"text": "intradermal"}, "reasonCode": [{"text": "birth dose"}]}),
        json!({"resourceType": "DiagnosticReport", "status": "final", "code": {"text": "X-ray"}, "conclusion": "shadow", "conclusionCode": [{"text": "Pneumonia"}]}),
        json!({"resourceType": "FamilyMemberHistory", "status": "completed", "relationship": {"text": "Father"}, "condition": [{"code": {"text": "Diabetes"}, "onsetAge": {"value": 40, "unit": "years"}}]}),
        json!({"resourceType": "CarePlan", "status": "active", "intent": "plan", "contained": [{"resourceType": "Goal", "id": "g", "lifecycleStatus": "active", "description": {"text": "Lose 5 kg"}}],
            "goal": [{"reference": "#g"}], "activity": [{"outcomeReference": [{"display": "weight fell"}]}]}),
    ]);
    assert_says(
        &text,
        &[
            "childhood",
            "Rash, severe, needed adrenaline",
            "left foot",
            "bleeding",
            "groin",
            "left arm",
            "intradermal",
            "birth dose",
            "shadow",
            "Pneumonia",
            "40 years",
            "Lose 5 kg",
            "weight fell",
        ],
    );
}

#[test]
fn r25_the_visit_is_told_whole_in_both() {
    let mut json = document(&[]);
    json["entry"][0]["resource"]["encounter"] = json!({"reference": "urn:uuid:e"});
    let encounter = json!({
        "resourceType": "Encounter", "status": "finished", "class": {"code": "IMP"},
        "reasonCode": [{"text": "Sepsis"}], "period": {"start": "2026-02-20", "end": "2026-02-24"},
        "hospitalization": {"dischargeDisposition": {"text": "Expired"}}
    });
    json["entry"]
        .as_array_mut()
        .unwrap()
        .push(json!({"fullUrl": "urn:uuid:e", "resource": encounter}));
    assert_says(
        &both(&read(&json)),
        &["Sepsis", "Discharged to: Expired", "20 Feb 2026 – 24 Feb 2026"],
    );
    json["entry"].as_array_mut().unwrap().last_mut().unwrap()["resource"]["status"] =
        json!("cancelled");
    assert_says(&both(&read(&json)), &["cancelled: IMP"]);
}

#[test]
fn r26_times_within_values_read_as_times_elsewhere() {
    let text = shown(&[
        observation(json!({"valueDateTime": "2021-01-01T00:00:00+05:30"})),
        observation(
            json!({"valuePeriod": {"start": "2021-02-01T09:00:00+05:30", "end": "2021-02-03"}}),
        ),
    ]);
    assert_says(&text, &["1 Jan 2021, 00:00", "1 Feb 2021, 09:00 – 3 Feb 2021"]);
    assert_silent(&text, &["2021-0"]);
}

#[test]
fn r27_a_bill_is_told_whole() {
    let charge = json!({
        "resourceType": "ChargeItem", "id": "c", "status": "billed", "code": {"text": "Medicines"},
        "quantity": quantity("10", "tablet"), "productReference": {"reference": "urn:uuid:m"}
    });
    let medication = json!({"resourceType": "Medication", "code": {"text": "Paracetamol"}, "batch": {"lotNumber": "B7", "expirationDate": "2027-05"}});
    let mut json = document(&[json!({
        "resourceType": "Invoice", "status": "issued", "date": "2026-02-28", "note": [{"text": "paid in cash"}],
        "lineItem": [{"chargeItemReference": {"reference": "urn:uuid:c"}, "priceComponent": [
            {"type": "base", "code": {"text": "Rate"}, "amount": {"value": 80.00, "currency": "INR"}},
            {"type": "tax", "code": {"text": "CGST"}, "factor": 0.06, "amount": {"value": 4.8, "currency": "INR"}}]}]
    })]);
    for (url, resource) in [("urn:uuid:c", charge), ("urn:uuid:m", medication)] {
        json["entry"].as_array_mut().unwrap().push(json!({"fullUrl": url, "resource": resource}));
    }
    let text = both(&read(&json));
    assert_says(
        &text,
        &[
            "issued",
            "28 Feb 2026",
            "paid in cash",
            "Paracetamol",
            "10 tablet",
            "Rate, whole line: 80.0",
            "factor 0.06",
            "B7",
            "May 2027",
        ],
    );
    assert_silent(&text, &["Also in the document"]);
}

#[test]
fn r28_a_panel_has_no_word_of_its_own() {
    let record = read(&document(&[observation(json!({
        "component": [{"code": {"text": "Part"}, "valueQuantity": quantity("9", ""), "referenceRange": [{"high": quantity("5", "")}]}]
    }))]));
    let text = both(&record);
    assert_says(&text, &["• Test", "! Part", "above the range"]);
    assert_eq!(*first(&record).judgement(), Judgement::NotJudged(NotJudged::NothingGiven));
}

#[test]
fn a_result_without_flag_and_range_is_not_called_normal() {
    for body in [
        json!({"valueQuantity": quantity("5", "mg/dL")}),
        json!({"valueString": "5"}),
        json!({"dataAbsentReason": {"text": "error"}}),
        json!({"valueString": "5", "referenceRange": [{"low": quantity("1", "")}]}),
        json!({"valueQuantity": quantity("5", ""), "referenceRange": [{"text": "Non Reactive"}]}),
        json!({"valueQuantity": quantity("5", ""), "referenceRange": [{"low": quantity("9", ""), "high": quantity("1", "")}]}),
    ] {
        let (record, judgement) = measured(body.clone());
        assert!(matches!(judgement, Judgement::NotJudged(_)), "{body}");
        both(&record);
    }
}

#[test]
fn a_fact_cannot_be_read_without_its_standing() {
    let record =
        read(&document(&[observation(json!({"status": "cancelled", "valueString": "x"}))]));
    let result: &Stated<Measurement> = record.results().next().unwrap();
    assert!(result.if_holds().is_none());
    assert_eq!(result.with_standing().0.words().as_deref(), Some("cancelled"));
}
