//! All shared vectors: 40 exchanges made with BouncyCastle, 7 of peers that drop zeros, 31 that
//! must be refused.

use fidelius_crypto::{
    ChecksumVerdict, DecryptOptions, Error, KeyEncoding, KeyMaterial, PublicKey, SecretForm,
    hazmat::{self, ExplicitKeys, PrivateKey},
};

use crate::support::{Exchange, Refusal, Side, base64_decode, vectors};

fn sender_keys<'a>(exchange: &'a Exchange, requester_public_key: &'a str) -> ExplicitKeys<'a> {
    ExplicitKeys {
        own_private_key: &exchange.sender.private_b64,
        own_nonce: &exchange.sender.nonce_b64,
        peer_public_key: requester_public_key,
        peer_nonce: &exchange.requester.nonce_b64,
    }
}

fn requester_keys<'a>(exchange: &'a Exchange, sender_public_key: &'a str) -> ExplicitKeys<'a> {
    ExplicitKeys {
        own_private_key: &exchange.requester.private_b64,
        own_nonce: &exchange.requester.nonce_b64,
        peer_public_key: sender_public_key,
        peer_nonce: &exchange.sender.nonce_b64,
    }
}

fn refusal_keys(refusal: &Refusal) -> ExplicitKeys<'_> {
    ExplicitKeys {
        own_private_key: &refusal.requester_private_b64,
        own_nonce: &refusal.requester_nonce_b64,
        peer_public_key: &refusal.sender_public_b64,
        peer_nonce: &refusal.sender_nonce_b64,
    }
}

#[test]
fn the_vector_file_is_complete() {
    let vectors = vectors();
    assert_eq!(vectors.vectors.len(), 40);
    assert_eq!(vectors.compat.vectors.len(), 7);
    assert_eq!(vectors.negative.vectors.len(), 31);
}

#[test]
fn every_exchange_encrypts_to_the_same_bytes_for_all_key_encodings() {
    for exchange in &vectors().vectors {
        let plaintext = base64_decode(&exchange.plaintext_b64);
        for public_key in exchange.requester.public_keys() {
            let keys = sender_keys(exchange, public_key);
            let borrowed = hazmat::encrypt(plaintext.as_slice(), keys).unwrap();
            assert_eq!(borrowed, exchange.ciphertext_b64, "{} {}", exchange.id, exchange.case);
            let mut roomy = Vec::with_capacity(plaintext.len() + 16);
            roomy.extend_from_slice(&plaintext);
            for owned in [plaintext.clone(), roomy] {
                assert_eq!(hazmat::encrypt(owned, keys).unwrap(), exchange.ciphertext_b64);
            }
        }
    }
}

#[test]
fn every_exchange_decrypts_for_all_key_encodings() {
    for exchange in &vectors().vectors {
        for public_key in exchange.sender.public_keys() {
            let keys = requester_keys(exchange, public_key);
            let (bytes, form) =
                hazmat::decrypt(&exchange.ciphertext_b64, keys, &DecryptOptions::strict()).unwrap();
            assert_eq!(&*bytes, base64_decode(&exchange.plaintext_b64), "{}", exchange.id);
            assert_eq!(form, SecretForm::Full);
        }
    }
}

#[test]
fn every_exchange_opens_with_saved_receiver_keys_and_its_checksum_matches() {
    for exchange in &vectors().vectors {
        let receiver = exchange.requester.receiver();
        for public_key in exchange.sender.public_keys() {
            let push = exchange.sender.key_material(public_key);
            let checksum = exchange.plaintext_md5_hex.as_str();
            let opened = receiver.decrypt_entry(&exchange.ciphertext_b64, &push, checksum).unwrap();
            assert_eq!(&*opened.bytes, base64_decode(&exchange.plaintext_b64), "{}", exchange.id);
            assert_eq!(opened.checksum, ChecksumVerdict::Match);
        }
    }
}

#[test]
fn every_private_key_has_the_public_key_of_the_vectors_and_exports_to_32_bytes() {
    let vectors = vectors();
    let exchanges = vectors.vectors.iter().chain(&vectors.compat.vectors);
    for Side { private_b64, private_hex, public_raw_b64, public_x509_b64, .. } in
        exchanges.flat_map(|exchange| [&exchange.sender, &exchange.requester])
    {
        let private_key = PrivateKey::from_bytes(&base64_decode(private_b64)).unwrap();
        let hex: String = private_key.to_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(&hex, private_hex);
        let public_key = hazmat::public_key(&private_key);
        assert_eq!(&public_key.to_base64(KeyEncoding::Raw), public_raw_b64);
        assert_eq!(&public_key.to_base64(KeyEncoding::X509), public_x509_b64);
        assert_eq!(PublicKey::from_base64(public_raw_b64).unwrap(), public_key);
    }
}

#[test]
fn peers_that_drop_zeros_are_understood_unless_strictness_is_asked_for() {
    for exchange in &vectors().compat.vectors {
        let receiver = exchange.requester.receiver();
        let push = exchange.sender.key_material(&exchange.sender.public_x509_b64);
        let content = exchange.ciphertext_b64.as_str();

        let strict = receiver.decrypt_entry_with(content, &push, None, &DecryptOptions::strict());
        assert_eq!(strict.unwrap_err().class(), exchange.strict_decrypt, "{}", exchange.id);

        let opened = receiver.decrypt_entry(content, &push, None).unwrap();
        assert_eq!(&*opened.bytes, base64_decode(&exchange.plaintext_b64), "{}", exchange.id);
        let expected = match exchange.ikm_form.as_str() {
            "minimal-unsigned" => [SecretForm::ShortestUnsigned; 2],
            // Without a top bit to protect, both shortest forms are the same bytes.
            "minimal-signed" => [SecretForm::ShortestSigned, SecretForm::ShortestUnsigned],
            other => panic!("unknown form {other}"),
        };
        assert!(
            expected.contains(&opened.secret_form),
            "{}: {:?}",
            exchange.id,
            opened.secret_form
        );
    }
}

#[test]
fn every_bad_input_is_refused_with_its_class_at_any_leniency() {
    let options = [
        DecryptOptions::strict(),
        DecryptOptions::default(),
        DecryptOptions::default().lenient_encodings(true),
    ];
    for refusal in &vectors().negative.vectors {
        assert_eq!(refusal.operation, "decrypt");
        for options in &options {
            let error = hazmat::decrypt(&refusal.ciphertext_b64, refusal_keys(refusal), options)
                .expect_err(&refusal.case);
            assert_eq!(error.class(), refusal.expected, "{} {}", refusal.id, refusal.case);
        }
    }
}

#[test]
fn a_bad_key_is_refused_with_its_class_when_encrypting_too() {
    for refusal in &vectors().negative.vectors {
        let keys = refusal_keys(refusal);
        match hazmat::encrypt(b"document".as_slice(), keys) {
            Err(error) => assert_eq!(error.class(), refusal.expected, "{}", refusal.id),
            Ok(_) => assert!(
                ["AuthenticationFailed", "CiphertextTooShort", "InvalidBase64"]
                    .contains(&refusal.expected.as_str()),
                "{} {}",
                refusal.id,
                refusal.case
            ),
        }
    }
}

#[test]
fn several_bad_inputs_are_reported_in_the_order_of_the_contract() {
    let vectors = vectors();
    let good = &vectors.vectors[0];
    let open = |content: &str, private: &str, nonce: &str, public: &str| {
        let keys = ExplicitKeys {
            own_private_key: private,
            own_nonce: &good.requester.nonce_b64,
            peer_public_key: public,
            peer_nonce: nonce,
        };
        hazmat::decrypt(content, keys, &DecryptOptions::default()).unwrap_err().class()
    };
    let (private, nonce) = (&good.requester.private_b64, &good.sender.nonce_b64);
    assert_eq!(open("!", "AA==", "AA==", "AA=="), "InvalidBase64");
    assert_eq!(open("", "AA==", "AA==", "AA=="), "InvalidNonceLength");
    assert_eq!(open("", "AA==", nonce, "AA=="), "InvalidPrivateKey");
    assert_eq!(open("", private, nonce, "AA=="), "PointAtInfinity");
    assert_eq!(open("", private, nonce, &good.sender.public_raw_b64), "CiphertextTooShort");
}

#[test]
fn our_own_key_or_nonce_coming_back_is_refused() {
    let vectors = vectors();
    let [one, other] = [&vectors.vectors[2], &vectors.vectors[3]];
    let receiver = one.requester.receiver();
    let mut reflected = one.requester.key_material(&one.requester.public_raw_b64);
    let refuse =
        |push: &KeyMaterial| receiver.decrypt_entry(&one.ciphertext_b64, push, None).unwrap_err();
    assert_eq!(refuse(&reflected).class(), "ReflectedKeyMaterial");
    reflected.nonce = other.sender.nonce_b64.clone();
    assert_eq!(refuse(&reflected).class(), "ReflectedKeyMaterial");
    reflected.dh_public_key.key_value = other.sender.public_raw_b64.clone();
    assert_eq!(refuse(&reflected), Error::AuthenticationFailed);
}
