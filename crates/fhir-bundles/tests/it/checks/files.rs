use base64::{Engine as _, engine::general_purpose::STANDARD};
use fhir_bundles::{HiType, check::Severity};
use serde_json::{Value, json};

use super::{Draft, path, pointers};

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n%%EOF\n";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0";

/// Every place of a file in every sample, with a type and bytes put there.
fn with_file(content_type: &str, data: &str) -> Vec<(String, Draft)> {
    let mut made = Vec::new();
    for (_, draft) in Draft::all() {
        for pointer in pointers(&draft.0) {
            let Some(parent) = pointer.strip_suffix("/data") else { continue };
            let mut other = draft.clone();
            let file = other.0.pointer_mut(parent).unwrap();
            file["contentType"] = json!(content_type);
            file["data"] = json!(data);
            made.push((path(&pointer), other));
        }
    }
    assert!(made.len() > 5);
    made
}

/// P21.
#[test]
fn bytes_that_are_not_of_the_content_type_are_named_as_what_they_are() {
    for (content_type, bytes, said) in [
        ("application/pdf", b"hello world".as_slice(), "not a PDF"),
        ("application/pdf", PNG, "a PNG picture, not a PDF"),
        ("image/jpeg", PNG, "a PNG picture, not a JPEG"),
        ("image/png", PDF, "a PDF, not a PNG"),
        ("application/dicom", b"hello world", "not a DICOM file"),
        ("application/pdf", STANDARD.encode(PDF).as_bytes(), "encoded twice"),
        ("image/png", STANDARD.encode(PNG).as_bytes(), "encoded twice"),
        ("application/octet-stream", STANDARD.encode(PDF).as_bytes(), "encoded twice"),
        ("application/pdf", b"data:application/pdf;base64,JVBERi0xLjc=", "data URI"),
    ] {
        for (at, draft) in with_file(content_type, &STANDARD.encode(bytes)) {
            assert_eq!(draft.errors(), [], "{content_type}");
            let findings = draft.findings();
            let about: Vec<_> = findings.iter().filter(|it| it.path == at).collect();
            assert_eq!(about.len(), 1, "{said}: {findings:?}");
            assert_eq!(about[0].severity, Severity::Warning);
            assert!(about[0].message.contains(said), "{said}: {}", about[0].message);
        }
    }
}

#[test]
fn bytes_of_the_content_type_or_of_one_that_cannot_be_told_are_clean() {
    let late = [b"\xef\xbb\xbf\n".as_slice(), PDF].concat();
    let long = [PDF, &[b'x'; 100_000]].concat();
    for (content_type, bytes) in [
        ("application/pdf", PDF),
        ("application/PDF", PDF),
        ("application/pdf", &late),
        ("application/pdf", &long),
        ("image/png", PNG),
        ("image/jpeg", b"\xff\xd8\xff\xe0"),
        ("text/plain", b"hello world"),
        ("application/octet-stream", PDF),
        ("video/mp4", b"abc"),
    ] {
        for (_, draft) in with_file(content_type, &STANDARD.encode(bytes)) {
            assert_eq!(draft.findings(), [], "{content_type}");
        }
    }
}

/// A data URI, and base64 of the other alphabet, in place of base64.
#[test]
fn a_data_uri_and_base64_for_urls_are_named_as_what_they_are() {
    let uri = format!("data:application/pdf;base64,{}", STANDARD.encode(PDF));
    for (data, said) in [(uri.as_str(), "data URI"), ("JVBERi0-_w==", "alphabet for URLs")] {
        for (at, draft) in with_file("application/pdf", data) {
            let finding = draft.only("format-base64");
            assert_eq!((finding.path, finding.severity), (at, Severity::Error));
            assert!(finding.message.contains(said), "{}", finding.message);
        }
    }
    let mut draft = Draft::sample(HiType::HealthDocumentRecord, "minimal");
    let attachment = &mut draft.resource("DocumentReference")["content"][0]["attachment"];
    attachment["url"] = Value::from(uri);
    assert_eq!(draft.only("data-uri").severity, Severity::Warning);
}
