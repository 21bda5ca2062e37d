//! The check takes any bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let report = fhir_bundles::check(bytes);
    assert!(report.findings().len() <= 1000);
});
