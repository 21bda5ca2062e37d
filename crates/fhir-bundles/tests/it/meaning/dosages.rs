//! The whole of a dosage (R9 and R10).

use super::*;

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
