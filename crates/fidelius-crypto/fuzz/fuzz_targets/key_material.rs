//! Key material JSON: parsed, judged, used to encrypt, and stable when written again.

#![no_main]

use fidelius_crypto::{EncryptOptions, KeyMaterial, chrono::DateTime, encrypt_entry};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(material) = serde_json::from_slice::<KeyMaterial>(bytes) else {
        return;
    };
    let now = DateTime::UNIX_EPOCH;
    let _ = material.is_expired(now);
    let options = EncryptOptions::new(now);
    let judged = material.check();
    let sealed = encrypt_entry(b"document".as_slice(), &material, &options);
    assert_eq!(sealed.map(|_| ()), judged);
    let _ = encrypt_entry(b"".as_slice(), &material, &options.lenient_encodings(true));

    let written = serde_json::to_vec(&material).unwrap();
    assert_eq!(
        serde_json::from_slice::<KeyMaterial>(&written).unwrap(),
        material
    );
});
