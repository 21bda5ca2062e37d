//! Encrypted content, checksum and expiry as a peer may send them.

#![no_main]

use std::sync::LazyLock;

use fidelius_crypto::{
    ChecksumVerdict, DecryptOptions, Decryptor, Error, Expiry, ReceiverKeys, chrono::DateTime,
};
use libfuzzer_sys::fuzz_target;

static DECRYPTORS: LazyLock<[Decryptor; 2]> = LazyLock::new(|| {
    let [receiver, sender] = [(); 2].map(|()| ReceiverKeys::generate().unwrap());
    let push = sender.key_material(DateTime::UNIX_EPOCH);
    [false, true].map(|lenient| {
        let options = DecryptOptions::default()
            .lenient_encodings(lenient)
            .content_limit(1 << 20);
        receiver.decryptor(&push, &options).unwrap()
    })
});

fuzz_target!(|text: &str| {
    for decryptor in &*DECRYPTORS {
        let error = decryptor.decrypt(text, text).map(|_| ()).unwrap_err();
        assert!(matches!(
            error,
            Error::InvalidBase64 { .. }
                | Error::CiphertextTooShort { .. }
                | Error::ContentTooLarge { .. }
                | Error::AuthenticationFailed
        ));
    }
    let _ = ChecksumVerdict::judge(Some(text), text.as_bytes());
    let _ = Expiry::from(text).instant();
});
