//! Step 5 of fidelius.md 1: HKDF-SHA-256, empty info, 32 bytes.

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::aead::KEY_LEN;

/// key = HKDF(ikm, salt). `ikm` is the shared secret, normally all of its 32 bytes.
pub(crate) fn derive_key(ikm: &[u8], salt: &[u8; 20]) -> Zeroizing<[u8; KEY_LEN]> {
    let mut key = Zeroizing::new([0; KEY_LEN]);
    // Expanding fails only beyond 255 blocks, and this is a single one.
    let expanded = Hkdf::<Sha256>::new(Some(salt), ikm).expand(&[], key.as_mut_slice());
    debug_assert!(expanded.is_ok());
    key
}
