//! The 32-byte nonce of each side, and what both together give (fidelius.md 1, 3.8).

use crate::{Error, Input, base64_text, random};

/// Length of a nonce in bytes.
pub(crate) const NONCE_LEN: usize = 32;

/// A nonce. It travels beside the public key and is not secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nonce([u8; NONCE_LEN]);

impl Nonce {
    /// 32 fresh bytes from the operating system's generator.
    ///
    /// # Errors
    /// [`Error::RandomnessUnavailable`].
    pub fn generate() -> Result<Nonce, Error> {
        let mut bytes = [0; NONCE_LEN];
        random::fill(&mut bytes)?;
        Ok(Nonce(bytes))
    }

    pub(crate) fn from_bytes(bytes: &[u8], input: Input) -> Result<Nonce, Error> {
        <[u8; NONCE_LEN]>::try_from(bytes)
            .map(Nonce)
            .map_err(|_| Error::InvalidNonceLength { input, found: bytes.len() })
    }

    /// The nonce's bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; NONCE_LEN] {
        &self.0
    }

    /// The nonce as base64 text, 44 characters.
    #[must_use]
    pub fn to_base64(&self) -> String {
        base64_text::encode(&self.0)
    }

    /// Steps 3 and 4 of fidelius.md 1: X = sender nonce XOR requester nonce; salt = X[0..20],
    /// iv = X[20..32]. The order of the two does not matter.
    pub(crate) fn mix(&self, other: &Nonce) -> MixedNonces {
        let mut bytes = self.0.iter().zip(&other.0).map(|(a, b)| a ^ b);
        MixedNonces {
            salt: std::array::from_fn(|_| bytes.next().unwrap_or_default()),
            iv: std::array::from_fn(|_| bytes.next().unwrap_or_default()),
        }
    }
}

/// HKDF salt and GCM nonce of one exchange.
pub(crate) struct MixedNonces {
    pub(crate) salt: [u8; 20],
    pub(crate) iv: [u8; 12],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_salt_is_the_first_twenty_bytes_and_the_iv_the_last_twelve() {
        let counting = Nonce(std::array::from_fn(|at| at as u8));
        let mixed = counting.mix(&Nonce([0; NONCE_LEN]));
        assert_eq!(mixed.salt.as_slice(), (0..20).collect::<Vec<u8>>());
        assert_eq!(mixed.iv.as_slice(), (20..32).collect::<Vec<u8>>());
    }
}
