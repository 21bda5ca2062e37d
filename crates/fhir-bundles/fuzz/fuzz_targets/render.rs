//! Any record can be shown, and no text of it becomes markup or steers a terminal.
#![no_main]

use fhir_bundles::Record;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(record) = Record::read(bytes) {
        let text = record.render_text(80);
        assert!(text.chars().all(|letter| letter == '\n' || !letter.is_control()));
        assert!(!record.render_html().contains("<script"));
    }
});
