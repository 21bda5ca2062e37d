use base64::{Engine as _, engine::general_purpose::STANDARD};
use fhir_bundles::{HiType, check, check::Severity, check_as};
use serde_json::json;

use crate::samples;

fn document() -> Vec<u8> {
    samples::sample(HiType::Prescription, "minimal").to_vec()
}

/// C9.
#[test]
fn a_byte_order_mark_is_a_warning() {
    let marked = [b"\xef\xbb\xbf".as_slice(), &document()].concat();
    let report = check(&marked);
    assert_eq!(report.findings().len(), 1);
    assert_eq!(report.findings()[0].rule, "byte-order-mark");
    assert_eq!(report.findings()[0].severity, Severity::Warning);
}

#[test]
fn what_is_no_document_is_named_as_what_it_is() {
    let document = document();
    let text = String::from_utf8(document.clone()).unwrap();
    let twice = serde_json::to_vec(&text).unwrap();
    let thrice = serde_json::to_vec(&String::from_utf8(twice.clone()).unwrap()).unwrap();
    let base64 = STANDARD.encode(&document).into_bytes();
    let base64_text = serde_json::to_vec(&STANDARD.encode(&document)).unwrap();
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let bundle: serde_json::Value = serde_json::from_slice(&document).unwrap();
    let list = serde_json::to_vec(&json!([bundle])).unwrap();
    let wrapped = serde_json::to_vec(&json!({"bundle": bundle})).unwrap();
    let push = serde_json::to_vec(&json!({"pageNumber": 1, "entries": []})).unwrap();
    let single = serde_json::to_vec(&json!({"resourceType": "Patient"})).unwrap();
    for (bytes, said) in [
        (twice, "encoded twice"),
        (thrice, "encoded twice"),
        (base64, "base64"),
        (base64_text, "encoded twice"),
        (utf16.clone(), "UTF-16"),
        ([b"\xff\xfe".as_slice(), &utf16].concat(), "UTF-16"),
        (list, "a list of Bundles"),
        (wrapped, "an object around"),
        (push, "data push"),
        (single, "a single FHIR resource"),
        (b"<Bundle xmlns=\"http://hl7.org/fhir\"/>".to_vec(), "XML"),
        (b"%PDF-1.7".to_vec(), "a PDF"),
        (b"\x1f\x8b\x08\0".to_vec(), "packed"),
        (b" \n".to_vec(), "nothing in it"),
        (b"{\"a\": }".to_vec(), "line 1, column 7"),
        (b"7".to_vec(), "not a FHIR Bundle"),
    ] {
        let report = check(&bytes);
        assert_eq!(report.findings().len(), 1, "{said}");
        let finding = &report.findings()[0];
        assert_eq!(finding.severity, Severity::Error, "{said}");
        assert!(finding.message.contains(said), "{said}: {}", finding.message);
    }
}

/// C8.
#[test]
fn a_record_of_another_type_than_expected_is_an_error() {
    for own in HiType::ALL {
        let bytes = samples::sample(own, "typical").to_vec();
        for wanted in HiType::ALL {
            let report = check_as(wanted, &bytes);
            let errors: Vec<_> = report.errors().map(|it| (it.rule, it.path.as_str())).collect();
            let at = "Bundle.entry[0].resource.meta.profile";
            let expected: &[_] = if own == wanted { &[] } else { &[("record-type", at)] };
            assert_eq!(errors, expected, "{own} as {wanted}");
        }
    }
}

/// C8: a record without profile is judged by the type that is expected.
#[test]
fn the_profile_of_the_expected_type_is_named() {
    let mut json: serde_json::Value =
        serde_json::from_slice(&samples::sample(HiType::Invoice, "full").to_vec()).unwrap();
    json["entry"][0]["resource"]["meta"].as_object_mut().unwrap().remove("profile");
    let report = check_as(HiType::Invoice, &serde_json::to_vec(&json).unwrap());
    let errors: Vec<_> = report.errors().collect();
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].rule, "record-profile");
    assert!(errors[0].help.contains("InvoiceRecord"), "{}", errors[0].help);
}
