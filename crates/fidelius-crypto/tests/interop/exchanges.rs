//! What both sides must agree on.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use fidelius_crypto::{
    DecryptOptions, EncryptOptions, KeyEncoding, KeyMaterial, ReceiverKeys, SecretForm,
    chrono::{DateTime, Utc},
    encrypt_entry,
    hazmat::{self, ExplicitKeys, Nonce, PrivateKey},
};

use crate::peers::{Keys, PEERS, Peers};

const DOCUMENT: &str = "{\"resourceType\":\"Bundle\",\"text\":\"रोगी को बुखार है 🙂\"}";
const RANDOM_EXCHANGES: usize = 16;

/// Our own keys in the peers' spelling.
fn own_keys(private_key: &PrivateKey) -> Keys {
    let public_key = hazmat::public_key(private_key);
    Keys {
        private_key: STANDARD.encode(private_key.to_bytes()),
        public_key: public_key.to_base64(KeyEncoding::Raw),
        x509_public_key: public_key.to_base64(KeyEncoding::X509),
        nonce: Nonce::generate().unwrap().to_base64(),
    }
}

/// All three encodings; the named curve is never written by the crate, so it is put together here.
fn encodings(keys: &Keys) -> [String; 3] {
    let mut named = STANDARD.decode("MFswFQYHKoZIzj0CAQYKKwYBBAGXVQEFAQNCAA==").unwrap();
    named.extend(STANDARD.decode(&keys.public_key).unwrap());
    assert_eq!(named.len(), 93);
    [keys.public_key.clone(), keys.x509_public_key.clone(), STANDARD.encode(named)]
}

fn explicit<'a>(own: &'a Keys, nonce: &'a str, public_key: &'a str) -> ExplicitKeys<'a> {
    ExplicitKeys {
        own_private_key: &own.private_key,
        own_nonce: &own.nonce,
        peer_public_key: public_key,
        peer_nonce: nonce,
    }
}

/// The same exchange in both directions and all encodings.
fn assert_agreement(peers: &mut Peers, peer: &str, ours: &Keys, theirs: &Keys) {
    let data = STANDARD.encode(DOCUMENT);
    let mut contents = Vec::new();
    for public_key in encodings(theirs) {
        let keys = explicit(ours, &theirs.nonce, &public_key);
        contents.push(hazmat::encrypt(DOCUMENT.as_bytes(), keys).unwrap());
    }
    for public_key in encodings(ours) {
        contents.push(peers.encrypt(peer, &data, theirs, &ours.nonce, &public_key));
    }
    // Key and IV are symmetric, so every one of these must be the same ciphertext.
    assert!(contents.iter().all(|content| *content == contents[0]), "{peer} {ours:?} {theirs:?}");

    for public_key in encodings(ours) {
        let opened = peers.decrypt(peer, &contents[0], theirs, &ours.nonce, &public_key);
        assert_eq!(opened.as_deref(), Some(DOCUMENT), "{peer} {ours:?} {theirs:?}");
    }
    for public_key in encodings(theirs) {
        let keys = explicit(ours, &theirs.nonce, &public_key);
        let opened = hazmat::decrypt(&contents[0], keys, &DecryptOptions::strict());
        let (bytes, form) = opened.unwrap();
        assert_eq!((bytes.as_str(), form), (Ok(DOCUMENT), SecretForm::Full), "{peer}");
    }
}

/// Draws keys until one has the property, which takes about 256 draws.
fn drawn_with(property: impl Fn(&PrivateKey) -> bool) -> Keys {
    let mut draws = std::iter::repeat_with(|| PrivateKey::generate().unwrap());
    own_keys(&draws.find(|key| property(key)).unwrap())
}

fn raw(key: &PrivateKey) -> [u8; 65] {
    hazmat::public_key(key).to_raw_bytes()
}

#[test]
fn random_keys_agree_in_both_directions_and_all_encodings() {
    let Some(mut peers) = Peers::start() else {
        return;
    };
    for peer in PEERS {
        for _ in 0..RANDOM_EXCHANGES {
            let ours = own_keys(&PrivateKey::generate().unwrap());
            let theirs = peers.generate(peer);
            assert_agreement(&mut peers, peer, &ours, &theirs);
        }
    }
}

#[test]
fn leading_zeros_agree_in_both_directions_and_all_encodings() {
    let Some(mut peers) = Peers::start() else {
        return;
    };
    for peer in PEERS {
        let theirs = peers.generate(peer);
        let with_their_key =
            |key: &PrivateKey| hazmat::secret_begins_with_zero(key, &theirs.public_key).unwrap();
        let cases = [
            drawn_with(|key| raw(key)[1] == 0),
            drawn_with(|key| raw(key)[33] == 0),
            drawn_with(|key| key.to_bytes()[0] == 0 && key.to_bytes()[1] < 0x80),
            drawn_with(|key| key.to_bytes()[0] == 0 && key.to_bytes()[1] >= 0x80),
            drawn_with(with_their_key),
        ];
        for ours in cases {
            assert_agreement(&mut peers, peer, &ours, &theirs);
        }
    }
}

#[test]
fn the_front_door_and_a_peer_read_each_other() {
    let Some(mut peers) = Peers::start() else {
        return;
    };
    let expiry: DateTime<Utc> = "2026-11-24T10:00:00Z".parse().unwrap();
    for peer in PEERS {
        let theirs = peers.generate(peer);
        for public_key in encodings(&theirs) {
            let request = KeyMaterial::new(public_key, theirs.nonce.clone(), expiry);
            let options = EncryptOptions::new(expiry);
            let sealed = encrypt_entry(DOCUMENT.as_bytes(), &request, &options).unwrap();
            let push = &sealed.key_material;
            let key = &push.dh_public_key.key_value;
            let opened = peers.decrypt(peer, &sealed.content, &theirs, &push.nonce, key);
            assert_eq!(opened.as_deref(), Some(DOCUMENT), "{peer}");
        }

        let receiver = ReceiverKeys::generate().unwrap();
        let request = receiver.key_material(expiry);
        let key = &request.dh_public_key.key_value;
        let data = STANDARD.encode(DOCUMENT);
        let content = peers.encrypt(peer, &data, &theirs, &request.nonce, key);
        for public_key in encodings(&theirs) {
            let push = KeyMaterial::new(public_key, theirs.nonce.clone(), expiry);
            let opened = receiver.decrypt_entry(&content, &push, None).unwrap();
            assert_eq!(opened.bytes.as_str(), Ok(DOCUMENT), "{peer}");
        }
    }
}

#[test]
fn what_we_refuse_no_peer_can_read_either() {
    let Some(mut peers) = Peers::start() else {
        return;
    };
    for peer in PEERS {
        let ours = own_keys(&PrivateKey::generate().unwrap());
        let theirs = peers.generate(peer);
        let keys = explicit(&ours, &theirs.nonce, &theirs.public_key);
        let content = hazmat::encrypt(DOCUMENT.as_bytes(), keys).unwrap();
        let mut bytes = STANDARD.decode(content).unwrap();
        bytes[0] ^= 1;
        let flipped = STANDARD.encode(bytes);
        let opened = peers.decrypt(peer, &flipped, &theirs, &ours.nonce, &ours.public_key);
        assert!(opened.is_none_or(|text| text.is_empty()), "{peer}");
        assert!(hazmat::decrypt(&flipped, keys, &DecryptOptions::default()).is_err());
    }
}
