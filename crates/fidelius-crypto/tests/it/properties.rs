//! Laws that hold for all inputs.

use fidelius_crypto::{
    ChecksumVerdict, DecryptOptions, EncryptOptions, KeyEncoding, PublicKey, ReceiverKeys,
    encrypt_entry,
    hazmat::{self, ExplicitKeys, PrivateKey},
};
use proptest::prelude::*;

use crate::support::{base64_encode, expiry};

/// Bytes that are, nearly always, a private key: the top byte stays below that of n.
fn scalar() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(any::<u8>(), 1..=32)
        .prop_map(|mut bytes| {
            if bytes.len() == 32 {
                bytes[0] &= 0x0f;
            }
            bytes
        })
        .prop_filter("zero is no key", |bytes| bytes.iter().any(|byte| *byte != 0))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_document_survives_the_journey(document in proptest::collection::vec(any::<u8>(), 0..5000)) {
        let keys = ReceiverKeys::generate().unwrap();
        let request = keys.key_material(expiry());
        let sealed =
            encrypt_entry(document.as_slice(), &request, &EncryptOptions::new(expiry())).unwrap();
        let opened = keys
            .decrypt_entry_with(
                &sealed.content,
                &sealed.key_material,
                sealed.checksum.as_str(),
                &DecryptOptions::strict(),
            )
            .unwrap();
        prop_assert_eq!(&*opened.bytes, document);
        prop_assert_eq!(opened.checksum, ChecksumVerdict::Match);
    }

    #[test]
    fn both_sides_derive_the_same_key(one in scalar(), other in scalar(), nonces: [[u8; 32]; 2]) {
        prop_assume!(nonces[0] != nonces[1]);
        let [one, other] = [one, other].map(|bytes| PrivateKey::from_bytes(&bytes).unwrap());
        prop_assume!(one.to_bytes() != other.to_bytes());
        let public = |key, encoding| hazmat::public_key(key).to_base64(encoding);
        prop_assume!(public(&one, KeyEncoding::Raw) != public(&other, KeyEncoding::Raw));
        let [one_nonce, other_nonce] = nonces.map(|nonce| base64_encode(&nonce));

        let content = hazmat::encrypt(b"document".as_slice(), ExplicitKeys {
            own_private_key: &base64_encode(one.to_bytes().as_slice()),
            own_nonce: &one_nonce,
            peer_public_key: &public(&other, KeyEncoding::Raw),
            peer_nonce: &other_nonce,
        }).unwrap();
        let (bytes, _) = hazmat::decrypt(&content, ExplicitKeys {
            own_private_key: &base64_encode(other.to_bytes().as_slice()),
            own_nonce: &other_nonce,
            peer_public_key: &public(&one, KeyEncoding::X509),
            peer_nonce: &one_nonce,
        }, &DecryptOptions::strict()).unwrap();
        prop_assert_eq!(&*bytes, b"document");
    }

    #[test]
    fn a_private_key_survives_export_and_its_public_key_passes_all_checks(bytes in scalar()) {
        let key = PrivateKey::from_bytes(&bytes).unwrap();
        let exported = key.to_bytes();
        prop_assert_eq!(PrivateKey::from_bytes(exported.as_slice()).unwrap().to_bytes(), exported);
        let public_key = hazmat::public_key(&key);
        for encoding in [KeyEncoding::Raw, KeyEncoding::X509] {
            let read = PublicKey::from_base64(&public_key.to_base64(encoding)).unwrap();
            prop_assert_eq!(read, public_key);
        }
    }

    /// x25519-dalek clamps, so it can check us only where a clamped scalar is meant: there, the
    /// scalar modulo n gives the same u coordinate, and x = u + A/3.
    #[test]
    fn clamped_keys_reduced_modulo_n_agree_with_x25519(secret: [u8; 32]) {
        let x25519 = x25519_dalek::StaticSecret::from(secret);
        let u = x25519_dalek::PublicKey::from(&x25519).to_bytes();
        let clamped = curve25519_dalek::scalar::clamp_integer(secret);
        let mut reduced =
            curve25519_dalek::Scalar::from_bytes_mod_order(clamped).to_bytes().to_vec();
        reduced.reverse();
        let key = PrivateKey::from_bytes(&reduced).unwrap();
        let raw = hazmat::public_key(&key).to_raw_bytes();
        prop_assert_eq!(x_of_u(u), raw[1..33].to_vec());
    }
}

/// u + A/3 modulo p by schoolbook bytes, independent of the crate's own arithmetic.
fn x_of_u(mut u: [u8; 32]) -> Vec<u8> {
    const A_THIRD_TOP: [u8; 32] = {
        let mut bytes = [0xaa; 32];
        bytes[0] = 0x51;
        bytes[1] = 0x24;
        bytes[2] = 0xad;
        bytes[31] = 0x2a;
        bytes
    };
    let mut p = [0xff; 32];
    p[0] = 0xed;
    p[31] = 0x7f;
    let mut carry = 0_u16;
    for (digit, add) in u.iter_mut().zip(A_THIRD_TOP) {
        let sum = u16::from(*digit) + u16::from(add) + carry;
        *digit = sum as u8;
        carry = sum >> 8;
    }
    if u.iter().rev().cmp(p.iter().rev()).is_ge() {
        let mut borrow = 0_i16;
        for (digit, take) in u.iter_mut().zip(p) {
            let difference = i16::from(*digit) - i16::from(take) - borrow;
            *digit = difference as u8;
            borrow = i16::from(difference < 0);
        }
    }
    u.iter().rev().copied().collect()
}
