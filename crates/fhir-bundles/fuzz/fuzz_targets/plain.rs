//! A plain record becomes a document that the check finds clean, or is refused.
#![no_main]

use fhir_bundles::{HiType, check, plain};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for kind in HiType::ALL {
        if let Ok(bundle) = plain::to_bundle(kind, bytes) {
            assert!(!check(&bundle.to_vec()).has_errors());
        }
    }
});
