//! Documents that mean no good: large, deep, circular, broken.

use std::time::{Duration, Instant};

use fhir_bundles::{
    DocumentBundle, HiType, Limits, ReadError, Record, SyntaxErrorKind, check, check_within, plain,
};

use crate::{lossless::Tree, samples};

/// Twenty mebibytes must be handled in a time that a person would wait, even without optimisation.
const PATIENCE: Duration = Duration::from_secs(60);

/// Reads, checks and shows a document, on a stack as small as a thread's.
fn exercise(bytes: Vec<u8>) {
    let work = move || {
        let started = Instant::now();
        let _report = check(&bytes);
        if let Ok(record) = Record::read(&bytes) {
            let _text = record.render_text(80);
            let _page = record.render_html();
        }
        for kind in HiType::ALL {
            let _error = plain::to_bundle(kind, &bytes);
        }
        assert!(started.elapsed() < PATIENCE, "took {:?}", started.elapsed());
    };
    std::thread::Builder::new().stack_size(2 << 20).spawn(work).unwrap().join().unwrap();
}

fn sample_with_entries(entries: impl Iterator<Item = serde_json::Value>) -> Vec<u8> {
    let bytes = samples::sample(HiType::OpConsultation, "typical").to_vec();
    let mut json: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    json["entry"].as_array_mut().unwrap().extend(entries);
    serde_json::to_vec(&json).unwrap()
}

#[test]
fn a_hundred_thousand_levels_are_refused_everywhere() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let mut text = open.repeat(100_000);
        text.push('1');
        text.push_str(&close.repeat(100_000));
        let Err(ReadError::Syntax(error)) = DocumentBundle::read(text.as_bytes()) else {
            panic!("read")
        };
        assert_eq!(error.kind, SyntaxErrorKind::TooDeep { limit: 64 });
        assert_eq!(check(text.as_bytes()).findings()[0].rule, "json");
        exercise(text.into_bytes());
    }
}

#[test]
fn the_deepest_documents_that_are_read_fit_a_small_stack() {
    let mut extension = "{\"url\":\"http://a\",\"valueString\":\"x\"}".to_owned();
    while extension.len() < 900 {
        extension = format!("{{\"url\":\"http://a\",\"extension\":[{extension}]}}");
    }
    let mut section = "{\"title\":\"x\"}".to_owned();
    for _ in 0..26 {
        section = format!("{{\"title\":\"x\",\"section\":[{section}]}}");
    }
    let mut contained = "{\"resourceType\":\"Observation\",\"id\":\"a\"}".to_owned();
    for _ in 0..26 {
        contained = format!("{{\"resourceType\":\"Observation\",\"contained\":[{contained}]}}");
    }
    let mut bundle = contained.clone();
    for _ in 0..10 {
        bundle = format!("{{\"resourceType\":\"Bundle\",\"entry\":[{{\"resource\":{bundle}}}]}}");
    }
    for resource in [
        format!("{{\"resourceType\":\"Composition\",\"section\":[{section}]}}"),
        format!("{{\"resourceType\":\"Patient\",\"extension\":[{extension}]}}"),
        contained,
        bundle,
    ] {
        let text =
            format!("{{\"resourceType\":\"Bundle\",\"entry\":[{{\"resource\":{resource}}}]}}");
        if let Ok(document) = DocumentBundle::read(text.as_bytes()) {
            assert_eq!(Tree::of(&document.to_vec()), Tree::of(text.as_bytes()));
        }
        exercise(text.into_bytes());
    }
}

#[test]
fn a_document_of_twenty_mebibytes_is_handled() {
    let data = "QUJD".repeat(5 << 20);
    let attachment = serde_json::json!({
        "fullUrl": "urn:uuid:00000000-0000-4000-8000-000000000001",
        "resource": {
            "resourceType": "Binary", "id": "00000000-0000-4000-8000-000000000001",
            "contentType": "application/octet-stream", "data": data
        }
    });
    let bytes = sample_with_entries(std::iter::once(attachment));
    assert!(bytes.len() > 20 << 20);
    // No section leads to the file.
    let rules: Vec<_> = check(&bytes).errors().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["entry-reachable"]);
    let document = DocumentBundle::read(&bytes).unwrap();
    assert!(Tree::of(&document.to_vec()) == Tree::of(&bytes), "nothing is lost");
    exercise(bytes);
}

#[test]
fn a_limit_of_size_is_kept() {
    let report = check_within(&[b' '; 2000], Limits::with_bytes(1000));
    assert_eq!(report.findings()[0].rule, "json");
}

#[test]
fn many_entries_are_handled() {
    let entries = (0..20_000).map(|number| {
        serde_json::json!({
            "fullUrl": format!("urn:uuid:00000000-0000-4000-8000-{number:012}"),
            "resource": {
                "resourceType": "Observation",
                "id": format!("00000000-0000-4000-8000-{number:012}"),
                "status": "final", "code": {"text": "x"},
                "hasMember": [{"reference": "urn:uuid:00000000-0000-4000-8000-000000000000"}]
            }
        })
    });
    exercise(sample_with_entries(entries));
}

#[test]
fn objects_with_a_million_members_are_handled() {
    let doubled = "\"_birthDate\":{},".repeat(200_000);
    let strange: String = (0..200_000).map(|number| format!("\"a{number}\":1,")).collect();
    for members in [doubled, strange] {
        let text = format!(
            "{{\"resourceType\":\"Bundle\",\"entry\":[{{\"resource\":{{\"resourceType\":\"Patient\",{members}\"id\":\"a\"}}}}]}}"
        );
        let found = check(text.as_bytes());
        assert!(found.findings().iter().any(|finding| finding.rule == "object-size"));
        exercise(text.into_bytes());
    }
}

#[test]
fn a_member_that_is_there_twice_is_told_once_in_small_and_large_objects() {
    for others in [0, 14, 15, 40] {
        let others: String = (0..others).map(|number| format!("\"a{number}\":1,")).collect();
        for (doubled, expected) in
            [("", 0), ("\"id\":\"b\",", 1), ("\"id\":\"b\",\"id\":\"c\",", 1)]
        {
            let text = format!(
                "{{\"resourceType\":\"Bundle\",\"entry\":[{{\"resource\":{{\"resourceType\":\"Patient\",{others}{doubled}\"id\":\"a\"}}}}]}}"
            );
            let found = check(text.as_bytes());
            let of_rule =
                found.findings().iter().filter(|finding| finding.rule == "doubled-member");
            assert_eq!(of_rule.count(), expected, "{text}");
        }
    }
}

#[test]
fn panels_that_refer_to_each_other_end() {
    let all: Vec<_> = (0..200)
        .map(|number| serde_json::json!({"reference": format!("urn:uuid:00000000-0000-4000-8000-{number:012}")}))
        .collect();
    let entries = (0..200).map(|number| {
        serde_json::json!({
            "fullUrl": format!("urn:uuid:00000000-0000-4000-8000-{number:012}"),
            "resource": {
                "resourceType": "Observation",
                "id": format!("00000000-0000-4000-8000-{number:012}"),
                "status": "final", "code": {"text": "x"}, "hasMember": all.clone()
            }
        })
    });
    let mut json: serde_json::Value =
        serde_json::from_slice(&sample_with_entries(entries)).unwrap();
    json["entry"][0]["resource"]["section"][1]["entry"] = serde_json::Value::Array(all.clone());
    exercise(serde_json::to_vec(&json).unwrap());
}

#[test]
fn a_file_that_is_referred_to_often_is_shown_once() {
    let mut json: serde_json::Value =
        serde_json::from_slice(&samples::sample(HiType::HealthDocumentRecord, "minimal").to_vec())
            .unwrap();
    let entries = json["entry"][0]["resource"]["section"][0]["entry"].as_array_mut().unwrap();
    let first = entries[0].clone();
    entries.extend(std::iter::repeat_n(first, 50_000));
    let record = Record::read(&serde_json::to_vec(&json).unwrap()).unwrap();
    assert_eq!(record.attachments().count(), 1);
    assert_eq!(record.items().count(), 50_001);
}

#[test]
fn a_long_text_that_is_referred_to_often_does_not_multiply() {
    let long = "x".repeat(100_000);
    let specimen = serde_json::json!({
        "fullUrl": "urn:uuid:00000000-0000-4000-8000-000000000001",
        "resource": {"resourceType": "Specimen", "status": "unsatisfactory", "type": {"text": long}, "note": [{"text": long}]}
    });
    let condition = serde_json::json!({
        "fullUrl": "urn:uuid:00000000-0000-4000-8000-000000000002",
        "resource": {"resourceType": "Condition", "code": {"text": long}}
    });
    let results = (3..5_000).map(|number| {
        serde_json::json!({
            "fullUrl": format!("urn:uuid:00000000-0000-4000-8000-{number:012}"),
            "resource": {
                "resourceType": "Observation", "status": "final", "code": {"text": "x"},
                "specimen": {"reference": "urn:uuid:00000000-0000-4000-8000-000000000001"},
                "derivedFrom": [{"reference": "urn:uuid:00000000-0000-4000-8000-000000000002"}]
            }
        })
    });
    let bytes = sample_with_entries([specimen, condition].into_iter().chain(results));
    let record = Record::read(&bytes).unwrap();
    assert!(record.render_text(80).len() < 20 << 20);
}

#[test]
fn findings_are_bounded_and_counted() {
    let entries = (0..3_000)
        .map(|_| serde_json::json!({"fullUrl": "x", "resource": {"resourceType": "Nobody"}}));
    let report = check(&sample_with_entries(entries));
    assert_eq!(report.findings().len(), 1000);
    assert!(report.left_out() > 5_000);
}

#[test]
fn nothing_personal_is_said_in_findings_or_debug_texts() {
    let mut json: serde_json::Value =
        serde_json::from_slice(&samples::sample(HiType::OpConsultation, "full").to_vec()).unwrap();
    for entry in json["entry"].as_array_mut().unwrap() {
        entry["resource"]["status"] = serde_json::json!("Asha Devi");
        entry["resource"]["code"] = serde_json::json!("Asha Devi");
        entry["resource"]["birthDate"] = serde_json::json!("Asha Devi");
        entry["resource"]["name"] = serde_json::json!({"text": "Asha Devi"});
    }
    let bytes = serde_json::to_vec(&json).unwrap();
    for finding in check(&bytes).findings() {
        assert!(!finding.to_string().contains("Asha"), "{finding}");
    }
    let document = DocumentBundle::read(&bytes).unwrap();
    let record = Record::of(&document);
    let patient = samples::patient();
    let debug =
        format!("{document:?} {record:?} {:?} {patient:?}", record.items().collect::<Vec<_>>());
    assert!(!debug.contains("Asha") && !debug.contains("Fever"), "{debug}");
}
