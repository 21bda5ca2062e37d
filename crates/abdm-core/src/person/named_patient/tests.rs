use super::*;

const SYSTEM: &str = "https://healthid.ndhm.gov.in";

fn address() -> AbhaAddress {
    "asha.test@sbx".parse().unwrap()
}

fn number() -> AbhaNumber {
    "91-7225-4829-5255".parse().unwrap()
}

fn document(patient: &str) -> Vec<u8> {
    format!(
        r#"{{"resourceType":"Bundle","type":"document","entry":[
            {{"resource":{{"resourceType":"Composition","identifier":{{"value":"ravi@sbx"}}}}}},
            {{"resource":{{"resourceType":"Patient","identifier":{patient}}}}},
            {{"resource":{{"resourceType":"Binary","data":"AAAA"}}}}]}}"#
    )
    .into_bytes()
}

/// The verdicts without and with a known number.
fn verdicts(patient: &str) -> (Option<PatientMismatch>, Option<PatientMismatch>) {
    let named = NamedPatient::of_document(&document(patient));
    (named.mismatch(&address(), None), named.mismatch(&address(), Some(&number())))
}

#[test]
fn numbers_are_compared_without_dashes_and_addresses_without_case() {
    let same = r#"[{"system":"https://healthid.ndhm.gov.in","value":"91722548295255"},
                   {"type":{"coding":[{"code":"ABHA"}]},"value":"ASHA.Test@SBX"}]"#;
    assert_eq!(verdicts(same), (None, None));
}

#[test]
fn any_contradiction_counts() {
    use PatientMismatch::{AbhaAddress, AbhaNumber, Both};
    let others_number = r#"[{"type":{"coding":[{"code":"HIN"}]},"value":"91-0000-0000-0001"}]"#;
    assert_eq!(verdicts(others_number), (None, Some(AbhaNumber)), "unknown is no contradiction");
    let others_address = r#"[{"system":"https://phr.abdm.gov.in/","value":"ravi.test@sbx"}]"#;
    assert_eq!(verdicts(others_address), (Some(AbhaAddress), Some(AbhaAddress)));
    let others = r#"[{"system":"https://healthid.abdm.gov.in","value":"91000000000001"},
                     {"system":"https://healthid.abdm.gov.in","value":"ravi.test@sbx"}]"#;
    assert_eq!(verdicts(others), (Some(AbhaAddress), Some(Both)));
    let one_of_two = r#"[{"system":"https://healthid.abdm.gov.in","value":"91000000000001"},
                         {"system":"https://healthid.abdm.gov.in","value":"91722548295255"}]"#;
    assert_eq!(verdicts(one_of_two).1, Some(AbhaNumber));
    let one_address_of_two = r#"[{"system":"https://phr.abdm.gov.in","value":"asha.test@sbx"},
                                 {"system":"https://phr.abdm.gov.in","value":"ravi.test@sbx"}]"#;
    assert_eq!(verdicts(one_address_of_two), (Some(AbhaAddress), Some(AbhaAddress)));
}

#[test]
fn an_older_address_of_the_same_number_is_no_contradiction() {
    let older = r#"[{"system":"https://healthid.ndhm.gov.in","value":"91-7225-4829-5255"},
                    {"system":"https://healthid.ndhm.gov.in","value":"asha1988@sbx"}]"#;
    assert_eq!(verdicts(older), (Some(PatientMismatch::AbhaAddress), None));
}

#[test]
fn identifiers_of_another_kind_or_form_name_nobody() {
    for patient in [
        "[]",
        "null",
        r#"[{"type":{"coding":[{"code":"MR"}]},"system":"https://hospital.example.org","value":"91-0000-0000-0001"}]"#,
        r#"[{"system":"https://healthid.ndhm.gov.in","value":"UHID-1"},{"system":7},{"value":null}]"#,
        r#"[{"system":"https://healthid.ndhm.gov.in.example.org","value":"ravi.test@sbx"}]"#,
        r#"[{"system":"mailto","value":"ravi.test@sbx"}]"#,
        r#"[{"type":"HIN","value":"ravi.test@sbx"}, 1, "x", [true, 1.5]]"#,
    ] {
        assert!(NamedPatient::of_document(&document(patient)).is_nobody(), "{patient}");
    }
    for document in [&b"no JSON"[..], b"", b"[1, null, -1, 0.5, \"x\", true]", b"\xff"] {
        assert!(NamedPatient::of_document(document).is_nobody());
    }
}

#[test]
fn careless_and_hostile_shapes_hide_nobody() {
    let one = format!(r#"{{"system":"{SYSTEM}","value":"ravi.test@sbx"}}"#);
    let as_number = format!(r#"[{{"system":"{SYSTEM}","value":91000000000001}}]"#);
    assert_eq!(verdicts(&as_number).1, Some(PatientMismatch::AbhaNumber));
    for document in [
        // One object in place of a list, and the kind of the resource at its end.
        format!(r#"{{"entry":{{"resource":{{"identifier":{one},"resourceType":"Patient"}}}}}}"#),
        // The same name twice.
        format!(
            r#"{{"entry":[{{"resource":{{"resourceType":"Patient","identifier":[{one}],"identifier":[]}}}}]}}"#
        ),
        format!(
            r#"{{"entry":[{{"resource":{{"resourceType":"Patient","identifier":[{one}]}}}}],"entry":[]}}"#
        ),
        // Contained, in a Composition that names its subject by identifier, after a byte-order
        // mark.
        format!(
            r#"{{"entry":[{{"resource":{{"resourceType":"Composition","contained":[{{"resourceType":"Patient","identifier":[{one}]}}]}}}}]}}"#
        ),
        format!(
            r#"{{"entry":[{{"resource":{{"resourceType":"Composition","subject":{{"identifier":{one}}}}}}}]}}"#
        ),
        format!("\u{feff}{{\"resourceType\":\"Patient\",\"identifier\":[{one}]}}"),
        // Broken off.
        format!(
            r#"{{"entry":[{{"resource":{{"resourceType":"Patient","identifier":[{one}],"name":["#
        ),
        // Strange neighbours.
        format!(
            r#"{{"entry":[null,7,"x",{{"resource":[]}},{{"resource":{{"resourceType":"Patient","identifier":{one}}}}}]}}"#
        ),
    ] {
        let named = NamedPatient::of_document(document.as_bytes());
        assert_eq!(
            named.mismatch(&address(), None),
            Some(PatientMismatch::AbhaAddress),
            "{document}"
        );
    }
}

#[test]
fn depth_is_bounded_and_no_document_panics() {
    let deep = r#"{"entry":"#.repeat(100_000);
    assert!(NamedPatient::of_document(deep.as_bytes()).is_nobody());
}

#[test]
fn neither_debug_nor_a_mismatch_shows_a_value() {
    let patient = format!(r#"[{{"system":"{SYSTEM}","value":"ravi.test@sbx"}}]"#);
    let named = NamedPatient::of_document(&document(&patient));
    let mismatch = named.mismatch(&address(), Some(&number())).unwrap();
    let shown = format!("{named:?} {mismatch:?} {mismatch}");
    assert!(!shown.contains("ravi") && !shown.contains("asha"), "{shown}");
}

#[test]
fn a_document_with_bytes_that_are_no_utf8_still_names_whom_it_names() {
    let mut document = br#"{"resourceType":"Bundle","language":"#.to_vec();
    document.extend_from_slice(b"\"\xff\",");
    let patient = br#""entry":[{"resource":{"resourceType":"Patient","identifier":[
        {"system":"https://phr.abdm.gov.in","value":"ravi.test@sbx"}]}}]}"#;
    document.extend_from_slice(patient);
    let named = NamedPatient::of_document(&document);
    assert_eq!(named.mismatch(&address(), None), Some(PatientMismatch::AbhaAddress));
}
