//! Raw points and DER: what is accepted is written back unchanged.

#![no_main]

use fidelius_crypto::{KeyEncoding, PublicKey};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(key) = PublicKey::from_bytes(bytes) {
        assert!(bytes.ends_with(&key.to_raw_bytes()));
        for encoding in [KeyEncoding::Raw, KeyEncoding::X509] {
            assert_eq!(PublicKey::from_base64(&key.to_base64(encoding)), Ok(key));
        }
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = PublicKey::from_base64(text);
    }
});
