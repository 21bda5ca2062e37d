//! The private key: a scalar, never clamped (fidelius.md 3.1, 5 "Clamping").

use curve25519_dalek::scalar::Scalar;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{
    Error,
    curve::{COORDINATE_LEN, Point},
};

/// Length of an exported private key in bytes.
pub(crate) const PRIVATE_KEY_LEN: usize = 32;

/// A scalar d with 1 <= d <= n-1, wiped from memory when dropped.
///
/// It has no `Clone`, no `Display`, no `Serialize`, and its `Debug` shows nothing.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct PrivateKey(Scalar);

impl PrivateKey {
    /// Draws a scalar uniformly from `[1, n-1]`, from the operating system's generator alone.
    ///
    /// # Errors
    /// [`Error::RandomnessUnavailable`].
    pub fn generate() -> Result<PrivateKey, Error> {
        let mut wide = Zeroizing::new([0; 64]);
        loop {
            crate::random::fill(wide.as_mut_slice())?;
            let scalar = Scalar::from_bytes_mod_order_wide(&wide);
            if scalar != Scalar::ZERO {
                return Ok(PrivateKey(scalar));
            }
        }
    }

    /// Reads a big-endian scalar as any peer writes it: shortest two's complement (Java, C#),
    /// shortest unsigned form (Go, Python), or 32 bytes.
    ///
    /// # Errors
    /// [`Error::InvalidPrivateKey`] when the input is empty, longer than 33 bytes, zero, or n and
    /// above. Nothing is reduced or clamped.
    pub fn from_bytes(bytes: &[u8]) -> Result<PrivateKey, Error> {
        let digits = match bytes {
            [] => return Err(Error::InvalidPrivateKey),
            [0, digits @ ..] if digits.len() == PRIVATE_KEY_LEN => digits,
            digits => digits,
        };
        let mut little_endian = Zeroizing::new([0; PRIVATE_KEY_LEN]);
        let target = little_endian.get_mut(..digits.len()).ok_or(Error::InvalidPrivateKey)?;
        target.copy_from_slice(digits);
        target.reverse();
        let scalar = Option::from(Scalar::from_canonical_bytes(*little_endian))
            .filter(|scalar| *scalar != Scalar::ZERO);
        scalar.map(PrivateKey).ok_or(Error::InvalidPrivateKey)
    }

    /// Exactly 32 bytes, big-endian: the form that every peer reads.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; PRIVATE_KEY_LEN]> {
        let mut bytes = Zeroizing::new(self.0.to_bytes());
        bytes.reverse();
        bytes
    }

    /// d G.
    pub(crate) fn public_point(&self) -> Point {
        Point::mul_base(&self.0)
    }

    /// The x coordinate of d times the peer's point.
    pub(crate) fn agree(&self, peer: &Point) -> Result<Zeroizing<[u8; COORDINATE_LEN]>, Error> {
        peer.mul_to_x(&self.0)
    }
}

impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PrivateKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_width_of_the_same_scalar_reads_alike() {
        let mut padded = [0; 33];
        padded[2..].fill(0xb7);
        for start in 0..=2 {
            let key = PrivateKey::from_bytes(&padded[start..]).unwrap();
            assert_eq!(key.to_bytes().as_slice(), &padded[1..], "from byte {start}");
        }
    }

    #[test]
    fn a_scalar_outside_the_group_is_refused_instead_of_reduced() {
        let n = (-Scalar::ONE).to_bytes();
        let mut n: Vec<u8> = n.iter().rev().copied().collect();
        assert!(PrivateKey::from_bytes(&n).is_ok());
        n[31] += 1;
        for refused in
            [n.as_slice(), &[], &[0], &[0; 32], &[0; 33], &[1; 33], &[0; 34], &[0xff; 32]]
        {
            assert_eq!(PrivateKey::from_bytes(refused).unwrap_err(), Error::InvalidPrivateKey);
        }
    }

    #[test]
    fn a_clamped_x25519_scalar_is_refused() {
        let clamped = curve25519_dalek::scalar::clamp_integer([0x5a; 32]);
        let big_endian: Vec<u8> = clamped.iter().rev().copied().collect();
        assert_eq!(PrivateKey::from_bytes(&big_endian).unwrap_err(), Error::InvalidPrivateKey);
    }

    #[test]
    fn debug_shows_nothing_of_the_scalar() {
        assert_eq!(format!("{:?}", PrivateKey::from_bytes(&[7]).unwrap()), "PrivateKey(…)");
    }
}
