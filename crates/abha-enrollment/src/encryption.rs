//! RSA encryption of the fields that must not travel in the clear (m1-abha.md 4).
//!
//! RSA-OAEP with SHA-1 and MGF1-SHA-1, empty label, standard base64. SHA-256 or PKCS#1 v1.5 are
//! refused by ABDM, with texts that blame the value; so are plaintexts of the wrong shape (an ABHA
//! number without its dashes). Here neither can happen: the algorithm is fixed, the shape belongs
//! to the value's type ([`Plaintext`]), and which key a field needs is part of the request's type
//! ([`Encrypted`]).

mod encrypted;
mod family;
mod keys;
mod plaintext;
mod public_key;
mod suspicion;

pub use self::encrypted::Encrypted;
pub use self::family::{AbhaKey, KeyFamily, PhrKey};
pub use self::keys::{KeyPolicy, KeySource};
pub(crate) use self::keys::{Keys, NoKey};
pub use self::plaintext::Plaintext;
pub use self::public_key::{EncryptionError, PublicKey};
pub(crate) use self::suspicion::may_be_wrong_key;
