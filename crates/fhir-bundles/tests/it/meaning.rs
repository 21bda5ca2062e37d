//! What a document says must be what a doctor reads. Each row R1 to R28 of the findings on real
//! documents has its test here; `meaning_everywhere` proves the kinds for every resource.

mod dosages;
mod narratives;
mod persons;
mod results;
mod standing;
mod whole;

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
