//! Private keys of any width and saved receiver keys.

#![no_main]

use fidelius_crypto::{ReceiverKeys, hazmat::PrivateKey};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(key) = PrivateKey::from_bytes(bytes) {
        let exported = key.to_bytes();
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        assert!(exported.ends_with(&bytes[zeros..]));
        assert_eq!(
            PrivateKey::from_bytes(exported.as_slice())
                .unwrap()
                .to_bytes(),
            exported
        );
    }
    if let Ok(keys) = ReceiverKeys::import(bytes) {
        assert_eq!(keys.export().as_slice(), bytes);
    }
});
