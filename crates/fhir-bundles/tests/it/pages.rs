//! The page: languages, numbers, print. What a browser makes of it, `.ci/pages` looks at.

use std::collections::BTreeSet;

use fhir_bundles::{
    HiType, Language, Record,
    build::{Document, HealthDocumentRecord, Medicine, Patient, Prescription},
};
use serde_json::{Value, json};

use crate::{
    meaning::{both, document, read},
    samples,
};

/// The words in the values of a document that are shown as they are: no codes, no addresses, no
/// narratives.
fn own_words(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => found.extend(latin_words(text)),
        Value::Array(elements) => elements.iter().for_each(|inner| own_words(inner, found)),
        Value::Object(members) => {
            let silent =
                ["resourceType", "type", "status", "system", "div", "reference", "fullUrl"];
            let shown = members
                .iter()
                .filter(|(name, inner)| !silent.contains(&name.as_str()) || !inner.is_string());
            shown.for_each(|(_, inner)| own_words(inner, found));
        }
        _ => {}
    }
}

fn latin_words(text: &str) -> BTreeSet<String> {
    let words = text.split(|letter: char| !letter.is_alphanumeric());
    let latin = words.filter(|word| word.contains(|letter: char| letter.is_ascii_alphabetic()));
    latin.map(str::to_lowercase).collect()
}

/// Abbreviations that Hindi and Urdu use too, and how units are shown.
const COMMON: [&str; 15] = [
    "abha", "pdf", "opd", "ipd", "url", "r4", "l", "bytes", "kb", "utc", "noshow", "inr", "sdd",
    "ms", "µl",
];

#[test]
fn p22_page_and_text_are_in_the_language_but_for_the_documents_own_words() {
    for kind in HiType::ALL {
        for size in ["full", "typical"] {
            let sample = samples::sample(kind, size);
            let json: Value = serde_json::from_slice(&sample.to_vec()).unwrap();
            let mut own = BTreeSet::new();
            own_words(&json, &mut own);
            for language in [Language::Hindi, Language::Urdu] {
                let text = both(&Record::of_in(&sample, language));
                let foreign: Vec<_> = latin_words(&text)
                    .into_iter()
                    .filter(|word| !own.contains(word) && !COMMON.contains(&word.as_str()))
                    .collect();
                assert!(foreign.is_empty(), "{kind} {size} {language:?}: {foreign:?}\n{text}");
            }
        }
    }
}

#[test]
fn p22_what_no_section_reaches_is_told_in_the_language_too() {
    for kind in
        ["Condition", "Procedure", "ServiceRequest", "Goal", "Flag", "MedicationAdministration"]
    {
        let mut json = document(&[json!({"resourceType": kind})]);
        json["entry"][0]["resource"].as_object_mut().unwrap().remove("section");
        let bytes = serde_json::to_vec(&json).unwrap();
        let text = both(&Record::read_in(&bytes, Language::Hindi).unwrap());
        assert!(text.contains("दस्तावेज़ में यह भी है"), "{kind}\n{text}");
        let own = latin_words(
            "Asha Devi SUN-4711 (Medical record number) 12 MG Road Test record Section Dr. Meera Rao",
        );
        let foreign: Vec<_> = latin_words(&text).difference(&own).cloned().collect();
        assert!(foreign.is_empty(), "{kind}: {foreign:?}\n{text}");
    }
}

#[test]
fn p22_whose_a_fact_is_and_what_rarely_stands_in_a_record_is_told_in_the_language_too() {
    let mut json = document(&[
        json!({"resourceType": "Condition", "code": {"text": "Fever"}, "subject": {"reference": "#p"},
            "category": [{"text": "Diagnosis"}],
            "contained": [{"resourceType": "Patient", "id": "p", "gender": "male", "birthDate": "2026-02-28"}]}),
        json!({"resourceType": "Condition", "code": {"text": "Cough"}, "subject": {"reference": "#p"},
            "contained": [{"resourceType": "Patient", "id": "p", "gender": "female"}]}),
        json!({"resourceType": "Condition", "code": {"text": "Pain"}, "subject": {"reference": "Patient/999"}}),
        json!({"resourceType": "List", "entry": [{"deleted": true, "item": {"display": "Aspirin"}}]}),
        json!({"resourceType": "Group", "characteristic": [{"exclude": true, "code": {"text": "Smoker"}}]}),
        json!({"resourceType": "MedicationAdministration", "medicationReference": {"reference": "#m"}}),
        json!({"resourceType": "Observation", "status": "final", "code": {"text": "ECG"},
            "valueSampledData": {"origin": {"value": 0, "unit": "mV"}, "period": 10, "factor": 2.5,
                "lowerLimit": -3, "upperLimit": 4, "dimensions": 2, "data": "1 2 L U"}}),
        json!({"resourceType": "Observation", "status": "final", "code": {"text": "Platelets"},
            "valueQuantity": {"value": 1.5, "unit": "lakh/cumm"},
            "referenceRange": [{"low": {"value": 150000}, "high": {"value": 450000}}]}),
        json!({"resourceType": "Immunization", "status": "completed", "vaccineCode": {"text": "Polio"},
            "subpotentReason": [{"text": "Cold"}], "statusReason": {"text": "Camp"}}),
    ]);
    let patient = json["entry"][1]["resource"].as_object_mut().unwrap();
    patient.insert("multipleBirthBoolean".to_owned(), json!(true));
    patient.insert("maritalStatus".to_owned(), json!({"text": "Married"}));
    patient.insert("contact".to_owned(), json!([{"name": {"text": "Lata"}, "gender": "female"}]));
    patient.insert("generalPractitioner".to_owned(), json!([{"display": "Dr. Sen"}]));
    let bytes = serde_json::to_vec(&json).unwrap();
    let mut own = BTreeSet::new();
    own_words(&json, &mut own);
    // The names of elements stay as they are, and so does a reference that leads nowhere.
    let labels = "List Group Entry, item Characteristic, code Gender Birth date #m";
    own.extend(latin_words(labels));
    for (language, all) in [
        (
            Language::Hindi,
            [
                "किसी दूसरे रोगी के बारे में (नाम नहीं; पुरुष, जन्म 28 ",
                "यह जानकारी किसकी है, बताया नहीं जा सकता (नाम नहीं; महिला): Cough",
                "यह जानकारी किसकी है, बताया नहीं जा सकता: Pain",
                "हटाया गया: Aspirin",
                "शामिल नहीं: Smoker",
                "हर एक 2.5 से गुणा",
                "सीमा किस इकाई में है, नहीं बताया गया",
                "संपर्क व्यक्ति: Lata, महिला",
                "अपर्याप्त प्रभाव का कारण: Cold",
                "स्थिति का कारण: Camp",
            ],
        ),
        (
            Language::Urdu,
            [
                "کسی دوسرے مریض کے بارے میں (نام نہیں; مرد",
                "یہ معلومات کس کی ہے، بتایا نہیں جا سکتا",
                "یہ معلومات کس کی ہے، بتایا نہیں جا سکتا: Pain",
                "حذف کیا گیا: Aspirin",
                "شامل نہیں: Smoker",
                "سے ضرب",
                "حد کس اکائی میں ہے، نہیں بتایا گیا",
                "رابطے کا شخص: Lata",
                "کم اثر ہونے کی وجہ: Cold",
                "حالت کی وجہ: Camp",
            ],
        ),
    ] {
        let text = both(&Record::read_in(&bytes, language).unwrap());
        for words in all {
            assert!(text.contains(words), "{words}\n{text}");
        }
        let foreign: Vec<_> = latin_words(&text)
            .into_iter()
            .filter(|word| !own.contains(word) && !COMMON.contains(&word.as_str()))
            .collect();
        assert!(foreign.is_empty(), "{language:?}: {foreign:?}\n{text}");
    }
}

fn in_language(language: Language, name: &str) -> Record {
    let patient = Patient::with_abha_number(name, "91-7225-4829-5255");
    let paracetamol = Medicine::new("Paracetamol 500 mg").dose("1").timing("1-0-1").days(3);
    let document = Prescription::new(
        patient,
        samples::doctor(),
        samples::clinic(),
        "2026-03-01T10:30:00+05:30",
        paracetamol,
    )
    .language(language)
    .build()
    .unwrap();
    Record::of(&document)
}

#[test]
fn p22_the_language_is_the_documents_unless_another_is_asked_for() {
    let hindi = in_language(Language::Hindi, "आशा देवी");
    assert_eq!((hindi.language(), hindi.told_in()), (Some("hi-IN"), Language::Hindi));
    let text = both(&hindi);
    for words in ["रोगी", "दवा का पर्चा", "1 मार्च 2026, 10:30", "1, 1-0-1, 3 दिन"]
    {
        assert!(text.contains(words), "{words}\n{text}");
    }
    assert!(!text.contains("3 days") && !text.contains("+05:30"), "{text}");
    assert!(hindi.render_html().contains("<html lang=\"hi-IN\">"));
    // A language without all the words is shown in English, and says so.
    let tamil = in_language(Language::Tamil, "ஆஷா தேவி");
    assert_eq!((tamil.language(), tamil.told_in()), (Some("ta-IN"), Language::English));
    assert!(tamil.render_html().contains("<html lang=\"en-IN\">"));
}

#[test]
fn p22_urdu_is_written_from_right_to_left_and_numbers_keep_their_order() {
    let urdu = in_language(Language::Urdu, "عائشہ بیگم");
    both(&urdu);
    let page = urdu.render_html();
    assert!(page.contains("<html lang=\"ur-IN\" dir=\"rtl\">"));
    for piece in [
        "<bdi dir=\"ltr\"><bdi dir=\"ltr\" class=\"n\">91-7225-4829-5255</bdi></bdi>",
        "<bdi dir=\"rtl\">عائشہ بیگم</bdi>",
        "<bdi dir=\"ltr\" class=\"n\">1-0-1</bdi>",
    ] {
        assert!(page.contains(piece), "{piece}\n{page}");
    }
    assert!(urdu.render_text(80).contains("\u{2066}91-7225-4829-5255\u{2069}"));
    // The name of a patient stands by itself in a page of another direction.
    let english = in_language(Language::English, "عائشہ بیگم");
    assert!(english.render_html().contains("<bdi>عائشہ بیگم</bdi>"));
}

#[test]
fn p22_what_is_said_against_a_fact_comes_first_in_every_language() {
    let resources = [
        json!({"resourceType": "Immunization", "status": "not-done", "vaccineCode": {"text": "COVID-19 vaccine"},
            "statusReason": {"text": "Patient refused"}}),
        json!({"resourceType": "MedicationRequest", "status": "active", "intent": "order", "doNotPerform": true,
            "medicationCodeableConcept": {"text": "Aspirin 75 mg"}}),
        json!({"resourceType": "Condition", "code": {"text": "Tuberculosis"},
            "verificationStatus": {"coding": [{"code": "refuted"}]}}),
        json!({"resourceType": "Procedure", "status": "entered-in-error", "code": {"text": "Appendectomy"}}),
    ];
    let bytes = serde_json::to_vec(&document(&resources)).unwrap();
    for (language, all) in [
        (
            Language::English,
            [
                "NOT GIVEN: Patient refused: COVID-19 vaccine",
                "DO NOT GIVE: Aspirin 75 mg",
                "refuted: Tuberculosis",
                "entered in error: Appendectomy",
            ],
        ),
        (
            Language::Hindi,
            [
                "नहीं दिया गया: Patient refused: COVID-19 vaccine",
                "यह दवा न दें: Aspirin 75 mg",
                "खंडित (सही नहीं पाया गया): Tuberculosis",
                "ग़लती से दर्ज: Appendectomy",
            ],
        ),
        (
            Language::Urdu,
            [
                "نہیں دیا گیا: Patient refused: \u{2066}COVID-19\u{2069} vaccine",
                "یہ دوا نہ دیں: Aspirin \u{2066}75\u{2069} mg",
                "غلط پایا گیا: Tuberculosis",
                "غلطی سے درج: Appendectomy",
            ],
        ),
    ] {
        let text = both(&Record::read_in(&bytes, language).unwrap());
        for words in all {
            assert!(text.contains(words), "{words}\n{text}");
        }
    }
}

#[test]
fn c2_a_number_holds_together_with_its_unit_which_is_said_once() {
    let quantity = |value: f64, unit: &str| json!({"value": value, "unit": unit});
    let record = read(&document(&[
        json!({"resourceType": "Observation", "status": "final", "code": {"text": "Haemoglobin"},
            "valueQuantity": quantity(10.25, "g/dL"),
            "referenceRange": [{"low": quantity(12.5, "g/dL"), "high": quantity(15.5, "g/dL")}]}),
        json!({"resourceType": "Observation", "status": "final", "code": {"text": "Platelets"},
            "valueQuantity": quantity(210.5, "10^3/uL"),
            "referenceRange": [{"low": quantity(150.5, "10*3/uL"), "high": quantity(410.5, "10*3/uL")}]}),
        json!({"resourceType": "Observation", "status": "final", "code": {"text": "Base excess"},
            "valueQuantity": quantity(-3.5, "mmol/L"),
            "referenceRange": [{"low": quantity(-2.5, "mmol/L"), "high": quantity(2.5, "mmol/L")}]}),
        json!({"resourceType": "Observation", "status": "final", "code": {"text": "Mixed"},
            "valueQuantity": quantity(1.5, "g/L"),
            "referenceRange": [{"low": quantity(1.5, "mg/L"), "high": quantity(2.5, "g/L")}]}),
    ]));
    let text = both(&record);
    for words in ["12.5–15.5 g/dL", "210.5 ×10³/µL", "150.5–410.5 ×10³/µL", "-2.5 to 2.5 mmol/L"]
    {
        assert!(text.contains(words), "{words}\n{text}");
    }
    // Two units are both said.
    assert!(text.contains("1.5 mg/L – 2.5 g/L"), "{text}");
    let page = record.render_html();
    for number in ["10.25 g/dL", "12.5–15.5 g/dL", "210.5 ×10³/µL"] {
        assert!(page.contains(&format!("<span class=\"n\">{number}</span>")), "{number}\n{page}");
    }
    assert!(page.contains(".n { white-space: nowrap; }"));
}

#[test]
fn c3_every_printed_sheet_says_whose_record_it_is_and_which_sheet() {
    let attack = "A\"; } </style><script>alert(1)</script> \\";
    for (name, expected) in [
        ("Asha Devi", "\\2068 Asha Devi\\2069  \\b7  \\2068 91\\2d 7225\\2d 4829\\2d 5255\\2069 "),
        (attack, "\\2068 A\\22 \\3b  \\7d  \\3c \\2f style"),
    ] {
        let page = in_language(Language::English, name).render_html();
        let style = page.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
        let running = style.split_once("@top-center { content: ").unwrap().1;
        let running = running.split_once("; }\n").unwrap().0;
        assert!(running.contains(expected), "{running}");
        assert_eq!(running.matches('"').count(), 2, "{running}");
        assert!(!page.contains("<script>"));
        assert!(style.contains("\"Page \" counter(page) \" of \" counter(pages)"), "{style}");
    }
}

#[test]
fn c3_a_scan_fills_the_sheet_and_a_pdf_says_that_it_is_not_printed() {
    let record = HealthDocumentRecord::new(
        samples::patient(),
        samples::doctor(),
        samples::clinic(),
        "2026-03-01",
        Document::png("Prescription as written", vec![0x89, b'P', b'N', b'G']),
    )
    .document(Document::pdf("Report", b"%PDF-1.4".to_vec()))
    .build()
    .unwrap();
    let page = Record::of(&record).render_html();
    let print = page.split_once("@media print").unwrap().1;
    assert!(print.contains("figure img { width: 100%; max-height: 235mm;"), "{print}");
    let pdf = page.split_once("download=\"Report.pdf\"").unwrap().1;
    assert!(pdf.starts_with(" href=\"data:application/pdf;base64,"));
    assert!(
        pdf.contains("<p class=\"hint on-screen\">A PDF is attached. Choose its name"),
        "{pdf}"
    );
    assert!(pdf.contains("<p class=\"hint on-paper\">This PDF is not printed here"), "{pdf}");
    // A picture is there to be seen; nothing has to be said about it.
    assert_eq!(page.matches("class=\"hint").count(), 2);
}

#[test]
fn c2_long_texts_of_digits_are_written_in_time_that_grows_with_them() {
    for piece in ["a1", "1-", "a-1", "1 ", "- 1", "≥1", "1 – ", "12:1 – 3 "] {
        let time = |length: usize| {
            let text = piece.repeat(length / piece.len());
            let resource = json!({"resourceType": "Condition", "code": {"text": text}});
            let bytes = serde_json::to_vec(&document(&[resource])).unwrap();
            let record = Record::read_in(&bytes, Language::Urdu).unwrap();
            let start = std::time::Instant::now();
            assert!(record.render_html().len() > length / 2);
            start.elapsed()
        };
        let (short, long) = (time(20_000), time(200_000));
        assert!(
            long < short * 50 + std::time::Duration::from_millis(500),
            "{piece}: {short:?}, {long:?}"
        );
    }
}
