//! RSA encryption of the fields that must not travel in the clear.

mod encrypted;
mod family;

pub use self::encrypted::Encrypted;
pub use self::family::{AbhaKey, KeyFamily, PhrKey};
