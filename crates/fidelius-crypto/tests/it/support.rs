//! Vectors and values that several modules need.

use std::sync::LazyLock;

use base64::Engine as _;
use fidelius_crypto::{
    KeyMaterial, ReceiverKeys,
    chrono::{DateTime, Utc},
};
use serde::Deserialize;

/// `tests/vectors/fidelius.json`.
#[derive(Deserialize)]
pub(crate) struct Vectors {
    pub(crate) vectors: Vec<Exchange>,
    pub(crate) compat: Section<Exchange>,
    pub(crate) negative: Section<Refusal>,
}

#[derive(Deserialize)]
pub(crate) struct Section<T> {
    pub(crate) vectors: Vec<T>,
}

#[derive(Deserialize)]
pub(crate) struct Exchange {
    pub(crate) id: String,
    #[serde(default)]
    pub(crate) case: String,
    pub(crate) sender: Side,
    pub(crate) requester: Side,
    pub(crate) plaintext_b64: String,
    #[serde(default)]
    pub(crate) plaintext_md5_hex: String,
    pub(crate) ciphertext_b64: String,
    #[serde(default)]
    pub(crate) ikm_form: String,
    #[serde(default)]
    pub(crate) strict_decrypt: String,
}

#[derive(Deserialize)]
pub(crate) struct Side {
    pub(crate) private_b64: String,
    pub(crate) private_hex: String,
    pub(crate) public_raw_b64: String,
    pub(crate) public_x509_b64: String,
    pub(crate) public_x509_named_b64: String,
    pub(crate) nonce_b64: String,
}

impl Side {
    pub(crate) fn public_keys(&self) -> [&str; 3] {
        [&self.public_raw_b64, &self.public_x509_b64, &self.public_x509_named_b64]
    }

    /// This side as a receiver whose keys were saved.
    pub(crate) fn receiver(&self) -> ReceiverKeys {
        let private_key = base64_decode(&self.private_b64);
        let significant = private_key.iter().skip_while(|byte| **byte == 0);
        let significant: Vec<u8> = significant.copied().collect();
        let mut saved = vec![1];
        saved.resize(33 - significant.len(), 0);
        saved.extend(significant);
        saved.extend(base64_decode(&self.nonce_b64));
        ReceiverKeys::import(&saved).unwrap()
    }

    pub(crate) fn key_material(&self, public_key: &str) -> KeyMaterial {
        KeyMaterial::new(public_key.to_owned(), self.nonce_b64.clone(), expiry())
    }
}

#[derive(Deserialize)]
pub(crate) struct Refusal {
    pub(crate) id: String,
    pub(crate) case: String,
    pub(crate) operation: String,
    pub(crate) expected: String,
    pub(crate) ciphertext_b64: String,
    pub(crate) requester_private_b64: String,
    pub(crate) requester_nonce_b64: String,
    pub(crate) sender_public_b64: String,
    pub(crate) sender_nonce_b64: String,
}

pub(crate) fn vectors() -> &'static Vectors {
    static VECTORS: LazyLock<Vectors> =
        LazyLock::new(|| serde_json::from_str(include_str!("../vectors/fidelius.json")).unwrap());
    &VECTORS
}

pub(crate) fn base64_decode(text: &str) -> Vec<u8> {
    base64::engine::general_purpose::STANDARD.decode(text).unwrap()
}

pub(crate) fn base64_encode(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

pub(crate) fn expiry() -> DateTime<Utc> {
    "2026-11-24T10:00:00Z".parse().unwrap()
}
