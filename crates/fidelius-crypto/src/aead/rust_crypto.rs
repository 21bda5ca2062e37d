//! AES-256-GCM by RustCrypto, in Rust alone.

use aes_gcm::{
    Aes256Gcm, KeyInit,
    aead::{AeadInOut, inout::InOutBuf},
};

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
    let buffer = InOutBuf::new(plaintext, ciphertext).map_err(|_| too_large())?;
    let computed = Aes256Gcm::new(key.into())
        .encrypt_inout_detached(iv.into(), &[], buffer)
        .map_err(|_| too_large())?;
    tag.copy_from_slice(&computed);
    Ok(sealed)
}

/// Turns the plaintext into ciphertext and appends the tag.
pub(crate) fn seal_in_place(
    key: &[u8; KEY_LEN],
    iv: &[u8; IV_LEN],
    plaintext: &mut Vec<u8>,
) -> Result<(), Error> {
    let tag = Aes256Gcm::new(key.into())
        .encrypt_inout_detached(iv.into(), &[], plaintext.as_mut_slice().into())
        .map_err(|_| too_large())?;
    plaintext.extend_from_slice(&tag);
    Ok(())
}

/// Verifies the tag and decrypts; returns how many bytes of the buffer are plaintext.
pub(crate) fn open_in_place(
    key: &[u8; KEY_LEN],
    iv: &[u8; IV_LEN],
    sealed: &mut [u8],
) -> Result<usize, Error> {
    let found = sealed.len();
    let Some((ciphertext, tag)) = sealed.split_last_chunk_mut::<TAG_LEN>() else {
        return Err(Error::CiphertextTooShort { found });
    };
    Aes256Gcm::new(key.into())
        .decrypt_inout_detached(iv.into(), &[], (&mut *ciphertext).into(), (&*tag).into())
        .map_err(|_| Error::AuthenticationFailed)?;
    Ok(ciphertext.len())
}

fn too_large() -> Error {
    Error::ContentTooLarge { limit: usize::MAX }
}
