//! Bytes that others wrote are read in few places.

use crate::names::code;

/// Who hands bytes to the JSON parser: the readers of others' bytes, which take the byte order mark
/// off, and those who read what this software has written itself.
const READERS: [&str; 11] = [
    "abdm-core/src/wire/json.rs",
    "abdm-core/src/wire/node.rs",
    "abdm-core/src/person/named_patient/document.rs",
    "abdm-sandbox/src/control.rs",
    "abdm-core/src/store/memory.rs",
    "abdm-flow/src/memory.rs",
    "abdm-flow/src/store/payload.rs",
    "abdm-sandbox/src/server/altered.rs",
    "abdm-sandbox/src/server/reply.rs",
    "abdm-sandbox/src/state/file.rs",
    "abha-enrollment/src/flow/saved.rs",
];

#[test]
fn bytes_from_outside_are_read_by_what_takes_their_byte_order_mark_off() {
    let stores = |file: &std::path::Path| file.iter().any(|part| part == "abdm-store");
    let is_shared = |file: &std::path::Path| {
        let crates = ["abdm-", "hip-", "hiu-", "abha-"];
        file.iter().any(|part| crates.iter().any(|name| part.to_string_lossy().starts_with(name)))
    };
    let found: Vec<String> = code()
        .into_iter()
        .filter(|(file, _)| is_shared(file) && !stores(file))
        .filter(|(file, _)| !READERS.iter().any(|reader| file.ends_with(reader)))
        .filter(|(_, text)| {
            text.contains("serde_json::from_slice") || text.contains("Deserializer::from_slice")
        })
        .map(|(file, _)| file.display().to_string())
        .collect();
    assert!(found.is_empty(), "use parse_json or read_json of abdm_core::wire: {found:?}");
}
