//! Reports, files and languages.

use fhir_bundles::HiType;
use serde_json::json;

use super::{built, of_type, paths, refused};

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
        ("ur", "ur-IN", "خوراک"),
        ("or", "or-IN", "Dosage"),
        ("as-IN", "as-IN", "Dosage"),
        ("kok", "kok-IN", "Dosage"),
        ("HI", "hi-IN", "ख़ुराक"),
    ] {
        let fields = json!({ "language": language, "medications": [{ "name": "Zinc", "dose": "1 tablet", "days": 3 }] });
        let request = of_type(&built(HiType::Prescription, fields), "MedicationRequest").remove(0);
        assert_eq!(request["language"], tag);
        assert!(request["text"]["div"].as_str().unwrap().contains(label), "{request}");
        let days = match tag {
            "hi-IN" => "1 tablet, 3 दिन",
            "ur-IN" => "1 tablet, 3 دن",
            _ => "1 tablet, 3 days",
        };
        assert_eq!(request["dosageInstruction"][0]["text"], days);
    }
    let told = refused(HiType::Prescription, json!({ "language": "fr", "medications": ["Zinc"] }));
    assert!(told[0].starts_with("language: ") && told[0].contains("ur"), "{told:?}");
}
