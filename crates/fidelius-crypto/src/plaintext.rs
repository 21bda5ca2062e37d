//! Decrypted clinical content: readable as bytes or text, wiped when dropped, never printed.

use std::ops::Deref;

use zeroize::Zeroize;

use crate::Error;

/// A decrypted document. Its memory is wiped when it is dropped, and its `Debug` shows the size
/// alone.
///
/// It dereferences to `[u8]`. [`Plaintext::into_vec`] hands the bytes out, and with them the duty
/// to wipe them.
pub struct Plaintext(Vec<u8>);

impl Plaintext {
    pub(crate) fn new(bytes: Vec<u8>) -> Plaintext {
        Plaintext(bytes)
    }

    pub(crate) fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.0
    }

    /// The content as text, for documents that are (FHIR JSON is).
    ///
    /// Peers on an old Java under a C locale replaced Hindi by `?` before encrypting; nothing can
    /// bring that back (fidelius.md 7).
    ///
    /// # Errors
    /// [`Error::InvalidUtf8`].
    pub fn as_str(&self) -> Result<&str, Error> {
        std::str::from_utf8(&self.0).map_err(|_| Error::InvalidUtf8)
    }

    /// The bytes, no longer wiped when dropped.
    #[must_use]
    pub fn into_vec(mut self) -> Vec<u8> {
        std::mem::take(&mut self.0)
    }
}

impl Deref for Plaintext {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for Plaintext {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Plaintext {
    fn drop(&mut self) {
        // `Vec`'s own `zeroize` goes byte by byte; over slices it is a bulk fill, twelve times
        // faster on a document of 8 MiB.
        self.0.as_mut_slice().zeroize();
        self.0.spare_capacity_mut().zeroize();
    }
}

impl std::fmt::Debug for Plaintext {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Plaintext({} bytes)", self.0.len())
    }
}
