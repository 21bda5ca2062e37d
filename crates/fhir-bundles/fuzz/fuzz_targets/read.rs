//! Whatever is read as a bundle is written back equal.
#![no_main]

use fhir_bundles::{DocumentBundle, json::Json};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(document) = DocumentBundle::read(bytes) {
        let before = Json::parse(bytes).expect("what was read is JSON");
        let after = Json::parse(&document.to_vec()).expect("what is written is JSON");
        assert!(before == after, "something was lost");
    }
});
