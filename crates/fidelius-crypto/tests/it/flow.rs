//! A whole exchange through the front door.

use fidelius_crypto::{
    ChecksumForm, ChecksumVerdict, DecryptOptions, EncryptOptions, Encryptor, Error, KeyEncoding,
    KeyMaterial, ReceiverKeys, SecretForm, encrypt_entry,
};

use crate::support::{base64_decode, expiry};

const DOCUMENT: &[u8] = "{\"resourceType\":\"Bundle\",\"note\":\"रोगी\"}".as_bytes();

fn options() -> EncryptOptions {
    EncryptOptions::new(expiry())
}

fn exchange() -> (ReceiverKeys, KeyMaterial) {
    let keys = ReceiverKeys::generate().unwrap();
    let request = keys.key_material(expiry());
    (keys, request)
}

#[test]
fn a_document_survives_the_journey_after_a_restart_of_the_receiver() {
    let (keys, request) = exchange();
    let saved = keys.export();
    drop(keys);

    let sealed = encrypt_entry(DOCUMENT, &request, &options()).unwrap();

    let keys = ReceiverKeys::import(&saved).unwrap();
    let opened = keys
        .decrypt_entry(&sealed.content, &sealed.key_material, sealed.checksum.as_str())
        .unwrap();
    assert_eq!(&*opened.bytes, DOCUMENT);
    assert_eq!(opened.bytes.as_str().unwrap().as_bytes(), DOCUMENT);
    assert_eq!(opened.checksum, ChecksumVerdict::Match);
    assert_eq!(opened.secret_form, SecretForm::Full);
}

#[test]
fn restored_keys_are_the_same_keys() {
    let (keys, request) = exchange();
    let restored = ReceiverKeys::import(&keys.export()).unwrap();
    assert_eq!(restored.key_material(expiry()), request);
    assert_eq!(restored.export(), keys.export());
}

#[test]
fn damaged_saved_keys_are_refused() {
    let (keys, _) = exchange();
    let saved = keys.export();
    let mut other_version = saved.to_vec();
    other_version[0] = 2;
    let mut too_large = saved.to_vec();
    too_large[1] = 0xff;
    let longer = [saved.as_slice(), &[0]].concat();
    for damaged in [&[], &saved[..64], other_version.as_slice(), &longer] {
        let error = ReceiverKeys::import(damaged).unwrap_err();
        assert_eq!(error, Error::InvalidSavedKeys { expected: 65 });
    }
    assert_eq!(ReceiverKeys::import(&too_large).unwrap_err(), Error::InvalidPrivateKey);
}

#[test]
fn each_side_writes_the_encoding_that_the_other_side_reads() {
    let (keys, request) = exchange();
    assert_eq!(request.dh_public_key.key_value.len(), 88);
    let as_x509 = keys.key_material_as(KeyEncoding::X509, expiry());
    assert_eq!(as_x509.dh_public_key.key_value.len(), 412);

    let sealed = encrypt_entry(DOCUMENT, &as_x509, &options()).unwrap();
    assert_eq!(sealed.key_material.dh_public_key.key_value.len(), 412);
    let raw = options().key_encoding(KeyEncoding::Raw);
    let sealed = encrypt_entry(DOCUMENT, &request, &raw).unwrap();
    assert_eq!(sealed.key_material.dh_public_key.key_value.len(), 88);
    let opened = keys.decrypt_entry(&sealed.content, &sealed.key_material, None).unwrap();
    assert_eq!(&*opened.bytes, DOCUMENT);
}

#[test]
fn no_two_entries_share_a_key_or_a_nonce() {
    let (_, request) = exchange();
    let one = encrypt_entry(DOCUMENT, &request, &options()).unwrap();
    let two = encrypt_entry(DOCUMENT, &request, &options()).unwrap();
    assert_ne!(one.content, two.content);
    assert_ne!(one.key_material.nonce, two.key_material.nonce);
    assert_ne!(one.key_material.dh_public_key.key_value, two.key_material.dh_public_key.key_value);
}

#[test]
fn a_borrowed_and_an_owned_document_seal_alike() {
    let (keys, request) = exchange();
    let owned = encrypt_entry(DOCUMENT.to_vec(), &request, &options()).unwrap();
    let opened = keys.decrypt_entry(&owned.content, &owned.key_material, None).unwrap();
    assert_eq!(opened.bytes.into_vec(), DOCUMENT);
}

#[test]
fn several_documents_under_one_key_open_with_the_one_key_material() {
    let (keys, request) = exchange();
    let encryptor = Encryptor::for_request(&request, &options()).unwrap();
    let documents = [b"one".as_slice(), b"two"];
    let body = encryptor.unsafe_compat_encrypt_several_under_one_key(documents).unwrap();
    assert_eq!(body.entries.len(), 2);
    let decryptor = keys.decryptor(&body.key_material, &DecryptOptions::default()).unwrap();
    for (entry, document) in body.entries.iter().zip(documents) {
        let opened = decryptor.decrypt(&entry.content, entry.checksum.as_str()).unwrap();
        assert_eq!(&*opened.bytes, document);
        let opened = keys
            .decrypt_entry(&entry.content, &body.key_material, entry.checksum.as_str())
            .unwrap();
        assert_eq!(&*opened.bytes, document);
        assert_eq!(opened.checksum, ChecksumVerdict::Match);
    }
}

#[test]
fn a_flipped_bit_anywhere_releases_nothing() {
    let (keys, request) = exchange();
    let sealed = encrypt_entry(DOCUMENT, &request, &options()).unwrap();
    let bytes = base64_decode(&sealed.content);
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 0x80;
        let content = crate::support::base64_encode(&changed);
        let error = keys.decrypt_entry(&content, &sealed.key_material, None).unwrap_err();
        assert_eq!(error, Error::AuthenticationFailed, "byte {at}");
    }
}

#[test]
fn the_checksum_takes_the_form_asked_for_and_is_never_a_reason_to_refuse() {
    let (keys, request) = exchange();
    for (form, length) in [
        (ChecksumForm::Hex, 32),
        (ChecksumForm::Base64, 24),
        (ChecksumForm::Base64OfHex, 44),
        (ChecksumForm::Empty, 0),
    ] {
        let sealed = encrypt_entry(DOCUMENT, &request, &options().checksum(form)).unwrap();
        assert_eq!(sealed.checksum.len(), length);
    }
    let sealed = encrypt_entry(DOCUMENT, &request, &options()).unwrap();
    let wrong = "0".repeat(32);
    let opened = keys.decrypt_entry(&sealed.content, &sealed.key_material, wrong.as_str()).unwrap();
    assert_eq!(opened.checksum, ChecksumVerdict::Mismatch);
    let opened = keys.decrypt_entry(&sealed.content, &sealed.key_material, "string").unwrap();
    assert_eq!(opened.checksum, ChecksumVerdict::Absent);
}

#[test]
fn content_above_the_limit_is_refused_before_the_key_is_even_looked_at() {
    let (keys, request) = exchange();
    let mut sealed = encrypt_entry(DOCUMENT, &request, &options()).unwrap();
    sealed.key_material.dh_public_key.key_value = "AA==".to_owned();
    let limit = DecryptOptions::default().content_limit(DOCUMENT.len());
    let error =
        keys.decrypt_entry_with(&sealed.content, &sealed.key_material, None, &limit).unwrap_err();
    assert_eq!(error, Error::ContentTooLarge { limit: DOCUMENT.len() });
}

#[test]
fn content_that_is_not_text_opens_as_bytes_and_says_so_as_text() {
    let (keys, request) = exchange();
    let sealed = encrypt_entry([0xff, 0xfe].as_slice(), &request, &options()).unwrap();
    let opened = keys.decrypt_entry(&sealed.content, &sealed.key_material, None).unwrap();
    assert_eq!(&*opened.bytes, [0xff, 0xfe]);
    assert_eq!(opened.bytes.as_str(), Err(Error::InvalidUtf8));
}

#[test]
fn debug_output_holds_neither_keys_nor_content() {
    let (keys, request) = exchange();
    let encryptor = Encryptor::for_request(&request, &options()).unwrap();
    let encryptor_text = format!("{encryptor:?}");
    let sealed = encryptor.encrypt(DOCUMENT).unwrap();
    let opened = keys.decrypt_entry(&sealed.content, &sealed.key_material, None).unwrap();
    let private_key = crate::support::base64_encode(&keys.export()[1..33]);
    for text in [encryptor_text, format!("{keys:?}"), format!("{sealed:?}"), format!("{opened:?}")]
    {
        assert!(!text.contains(&private_key), "{text}");
        assert!(!text.contains(&sealed.content), "{text}");
        assert!(!text.contains("Bundle"), "{text}");
        assert!(!text.contains("agreement"), "{text}");
    }
    assert!(format!("{opened:?}").contains(&format!("Plaintext({} bytes)", DOCUMENT.len())));
}
