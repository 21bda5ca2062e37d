//! Every parser on arbitrary input: an error or a value, never a panic. The same entries are fuzz
//! targets in `fuzz/`.

use base64::Engine as _;
use fidelius_crypto::{
    ChecksumVerdict, DecryptOptions, Expiry, KeyEncoding, KeyMaterial, PublicKey, ReceiverKeys,
    hazmat::PrivateKey,
};
use proptest::prelude::*;

use crate::support::{Exchange, base64_encode, vectors};

/// Arbitrary bytes, and mutations of something valid, which get further.
fn bytes_near(valid: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let arbitrary = proptest::collection::vec(any::<u8>(), 0..400);
    let near = (any::<prop::sample::Index>(), any::<u8>(), 0_usize..3).prop_map(
        move |(at, byte, kind)| {
            let mut bytes = valid.clone();
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => bytes.truncate(at),
                _ => bytes.insert(at, byte),
            }
            bytes
        },
    );
    prop_oneof![arbitrary, near]
}

fn good() -> &'static Exchange {
    &vectors().vectors[2]
}

fn decoded(text: &str) -> Vec<u8> {
    base64::engine::general_purpose::STANDARD.decode(text).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn an_accepted_public_key_is_written_back_as_it_was_read(
        bytes in prop_oneof![
            bytes_near(decoded(&good().sender.public_raw_b64)),
            bytes_near(decoded(&good().sender.public_x509_b64)),
            bytes_near(decoded(&good().sender.public_x509_named_b64)),
        ],
    ) {
        if let Ok(key) = PublicKey::from_bytes(&bytes) {
            prop_assert!(bytes.ends_with(&key.to_raw_bytes()));
            let again = PublicKey::from_base64(&key.to_base64(KeyEncoding::X509));
            prop_assert_eq!(again.unwrap(), key);
        }
    }

    #[test]
    fn an_accepted_private_key_is_the_number_that_was_read(
        bytes in bytes_near(decoded(&good().sender.private_b64)),
    ) {
        if let Ok(key) = PrivateKey::from_bytes(&bytes) {
            let significant: Vec<u8> = bytes.into_iter().skip_while(|byte| *byte == 0).collect();
            prop_assert!(key.to_bytes().ends_with(&significant));
        }
    }

    #[test]
    fn saved_keys_import_or_are_refused(bytes in bytes_near(good().requester.receiver().export().to_vec())) {
        if let Ok(keys) = ReceiverKeys::import(&bytes) {
            let exported = keys.export();
            prop_assert_eq!(exported.as_slice(), bytes);
        }
    }

    #[test]
    fn arbitrary_content_never_opens(text in ".{0,200}", bytes in bytes_near(decoded(&good().ciphertext_b64))) {
        let exchange = good();
        let receiver = exchange.requester.receiver();
        let push = exchange.sender.key_material(&exchange.sender.public_raw_b64);
        let lenient = DecryptOptions::default().lenient_encodings(true);
        prop_assert!(receiver.decrypt_entry_with(&text, &push, None, &lenient).is_err());
        prop_assume!(bytes != decoded(&exchange.ciphertext_b64));
        let content = base64_encode(&bytes);
        prop_assert!(receiver.decrypt_entry_with(&content, &push, None, &lenient).is_err());
    }

    #[test]
    fn arbitrary_key_material_is_judged_without_panic(
        texts in proptest::array::uniform5(".{0,120}"),
        key in bytes_near(decoded(&good().sender.public_raw_b64)),
    ) {
        let [algorithm, curve, nonce, expiry, checksum] = texts;
        let exchange = good();
        let json = serde_json::json!({
            "cryptoAlg": if key.len() % 2 == 0 { "ECDH" } else { &algorithm },
            "curve": if key.len() % 3 == 0 { "Curve25519" } else { &curve },
            "dhPublicKey": { "keyValue": base64_encode(&key), "expiry": expiry },
            "nonce": if key.len() % 5 == 0 { &nonce } else { &exchange.sender.nonce_b64 },
        });
        let read: KeyMaterial = serde_json::from_value(json).unwrap();
        let _ = read.check();
        let _ = ChecksumVerdict::judge(Some(&checksum), &key);
        let receiver = good().requester.receiver();
        prop_assert!(receiver.decrypt_entry(&good().ciphertext_b64, &read, None).is_err()
            || key == decoded(&good().sender.public_raw_b64));
    }

    #[test]
    fn arbitrary_json_is_key_material_or_an_error(text in r#"[\[\]{}":,a-zA-Z0-9 .\\]{0,200}"#) {
        let _ = serde_json::from_str::<KeyMaterial>(&text);
        let _ = Expiry::from(text.as_str()).instant();
    }

    /// The fast decoder of default builds against the plain one of the `base64` crate.
    #[test]
    fn base64_is_read_as_strictly_as_by_the_scalar_decoder(text in "[A-Za-z0-9+/=_-]{0,140}") {
        let expected = base64::engine::general_purpose::STANDARD.decode(&text).ok();
        let key = PublicKey::from_base64(&text);
        let is_base64 =
            !matches!(key, Err(fidelius_crypto::Error::InvalidBase64 { .. }));
        prop_assert_eq!(is_base64, expected.is_some());
    }
}
