//! AES-256-GCM by AWS-LC.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

use super::{IV_LEN, KEY_LEN, TAG_LEN};
use crate::Error;

/// Encrypts a copy, leaving the plaintext alone: ciphertext, then tag.
pub(crate) fn seal(
    key: &[u8; KEY_LEN],
    iv: &[u8; IV_LEN],
    plaintext: &[u8],
) -> Result<Vec<u8>, Error> {
    let mut sealed = vec![0; plaintext.len() + TAG_LEN];
    let (ciphertext, tag) = sealed.split_at_mut(plaintext.len());
    cipher(key)?
        .seal_out_of_place_scatter(iv.into(), Aad::empty(), plaintext, ciphertext, &[], tag)
        .map_err(|_| too_large())?;
    Ok(sealed)
}

/// Turns the plaintext into ciphertext and appends the tag.
pub(crate) fn seal_in_place(
    key: &[u8; KEY_LEN],
    iv: &[u8; IV_LEN],
    plaintext: &mut Vec<u8>,
) -> Result<(), Error> {
    cipher(key)?
        .seal_in_place_append_tag(iv.into(), Aad::empty(), plaintext)
        .map_err(|_| too_large())
}

/// Verifies the tag and decrypts; returns how many bytes of the buffer are plaintext.
pub(crate) fn open_in_place(
    key: &[u8; KEY_LEN],
    iv: &[u8; IV_LEN],
    sealed: &mut [u8],
) -> Result<usize, Error> {
    let found = sealed.len();
    if found < TAG_LEN {
        return Err(Error::CiphertextTooShort { found });
    }
    cipher(key)?
        .open_in_place(Nonce::from(iv), Aad::empty(), sealed)
        .map(|plaintext| plaintext.len())
        .map_err(|_| Error::AuthenticationFailed)
}

fn cipher(key: &[u8; KEY_LEN]) -> Result<LessSafeKey, Error> {
    // Only a key of the wrong length is refused, which the type rules out.
    let key = UnboundKey::new(&AES_256_GCM, key).map_err(|_| Error::AuthenticationFailed)?;
    Ok(LessSafeKey::new(key))
}

fn too_large() -> Error {
    Error::ContentTooLarge { limit: usize::MAX }
}
