//! Values, ranges and flags: what is judged, and what is not (R6 to R8, R21, R28).

use super::*;

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
