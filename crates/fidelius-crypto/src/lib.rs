#![doc = include_str!("../README.md")]

mod aead;
mod base64_text;
mod checksum;
mod curve;
mod decrypt;
mod encrypt;
mod error;
mod exchange;
mod expiry;
mod field;
mod kdf;
mod key_material;
mod nonce;
mod plaintext;
mod private_key;
mod public_key;
mod random;
mod receiver;

#[doc(hidden)]
pub mod hazmat;

pub use crate::{
    checksum::{ChecksumForm, ChecksumVerdict},
    decrypt::{DecryptOptions, Decryptor, OpenedEntry, SecretForm},
    encrypt::{EncryptOptions, Encryptor, SealedBody, SealedContent, SealedEntry, encrypt_entry},
    error::{Error, Fault, ForeignText, Input, KeyEncodingFault},
    expiry::Expiry,
    key_material::{DhPublicKey, KeyMaterial},
    plaintext::Plaintext,
    public_key::{KeyEncoding, PublicKey},
    receiver::ReceiverKeys,
};

pub use chrono;
pub use zeroize;
