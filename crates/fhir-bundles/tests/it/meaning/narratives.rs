//! Narratives that say more than the structure (R17 and R20).

use super::*;

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
fn r20_entities_of_narratives_are_read() {
    let mut json = document(&[]);
    json["entry"][0]["resource"]["section"][0]["text"] = json!({"status": "additional", "div": "<div>Don&#8217;t, 38&deg;C, &#x2265; 5 &micro;g</div>"});
    assert_says(&both(&read(&json)), &["Don\u{2019}t, 38°C, ≥ 5 µg"]);
}
