//! The public key and its encodings (fidelius.md 3.2 to 3.6).

use crate::{
    Error, Input, KeyEncodingFault,
    base64_text::{self, Reading},
    curve::{COORDINATE_LEN, Point},
};

/// Length of an uncompressed point in bytes: 04, X, Y.
pub(crate) const RAW_POINT_LEN: usize = 1 + 2 * COORDINATE_LEN;

/// How a public key is written. Every form of fidelius.md 3 is read, in either direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KeyEncoding {
    /// The uncompressed point, 65 bytes, 88 characters of base64.
    ///
    /// What a HIU sends in its request: most HIPs read nothing else (fidelius.md 3.5).
    Raw,
    /// SubjectPublicKeyInfo with the curve's parameters spelled out, 309 bytes, 412 characters.
    ///
    /// What a HIP sends with its push: most HIUs read nothing else (fidelius.md 3.5).
    X509,
}

/// A peer's public key that passed every check of fidelius.md 5, or our own.
///
/// ```
/// use fidelius_crypto::{Error, PublicKey};
///
/// // A bare X25519 key, as hobby clients send it, is no Fidelius key.
/// let x25519 = "3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK08=";
/// assert_eq!(PublicKey::from_base64(x25519), Err(Error::InvalidKeyLength { found: 32 }));
/// ```
#[derive(Clone, Copy)]
pub struct PublicKey(Point);

impl PublicKey {
    /// Reads a key in any of the three encodings and checks it.
    ///
    /// # Errors
    /// The classes of fidelius.md 5, in its order.
    pub fn from_base64(text: &str) -> Result<PublicKey, Error> {
        PublicKey::from_bytes(&base64_text::decode(text, Input::PeerPublicKey, Reading::Strict)?)
    }

    /// Like [`PublicKey::from_base64`], for a key that is already decoded.
    ///
    /// # Errors
    /// The classes of fidelius.md 5, from the point at infinity on.
    pub fn from_bytes(bytes: &[u8]) -> Result<PublicKey, Error> {
        PublicKey::read(bytes, Reading::Strict)
    }

    pub(crate) fn read(bytes: &[u8], reading: Reading) -> Result<PublicKey, Error> {
        if bytes == [0] {
            return Err(Error::PointAtInfinity);
        }
        let point = match bytes.first() {
            Some(0x30) => point_of_x509(bytes)?,
            Some(0x04) if bytes.len() == RAW_POINT_LEN - 1 && reading == Reading::Lenient => {
                return PublicKey::from_shortened_point(bytes);
            }
            _ => bytes,
        };
        let Ok(point) = <&[u8; RAW_POINT_LEN]>::try_from(point) else {
            return Err(Error::InvalidKeyLength { found: point.len() });
        };
        PublicKey::from_raw_point(point)
    }

    fn from_raw_point(point: &[u8; RAW_POINT_LEN]) -> Result<PublicKey, Error> {
        let (&[form], coordinates) = point.split_first_chunk::<1>().ok_or(POINT_FORM)?;
        if form != 0x04 {
            return Err(POINT_FORM);
        }
        let (x, y) = coordinates.split_first_chunk::<COORDINATE_LEN>().ok_or(POINT_FORM)?;
        let y = y.first_chunk::<COORDINATE_LEN>().ok_or(POINT_FORM)?;
        Point::from_coordinates(x, y).map(PublicKey)
    }

    /// 64 bytes from a peer that dropped the leading zero of X or of Y (fidelius.md 3.6): puts it
    /// back in either place and keeps the only reading that is a valid key.
    fn from_shortened_point(bytes: &[u8]) -> Result<PublicKey, Error> {
        let padded_at = |position: usize| {
            let mut point = [0; RAW_POINT_LEN];
            let (before, after) = bytes.split_at_checked(position)?;
            let (front, back) = point.split_at_mut_checked(position)?;
            front.copy_from_slice(before);
            back.get_mut(1..)?.copy_from_slice(after);
            PublicKey::from_raw_point(&point).ok()
        };
        match (padded_at(1), padded_at(1 + COORDINATE_LEN)) {
            (Some(key), None) | (None, Some(key)) => Ok(key),
            _ => Err(Error::InvalidKeyLength { found: bytes.len() }),
        }
    }

    pub(crate) fn from_own_point(point: Point) -> PublicKey {
        PublicKey(point)
    }

    pub(crate) fn point(&self) -> &Point {
        &self.0
    }

    /// The uncompressed point: 04, X, Y, both coordinates big-endian and padded to 32 bytes.
    #[must_use]
    pub fn to_raw_bytes(&self) -> [u8; RAW_POINT_LEN] {
        let mut raw = [0x04; RAW_POINT_LEN];
        let coordinates = self.0.x.iter().chain(&self.0.y);
        raw.iter_mut().skip(1).zip(coordinates).for_each(|(to, from)| *to = *from);
        raw
    }

    /// The key as base64 text in the chosen encoding.
    #[must_use]
    pub fn to_base64(&self, encoding: KeyEncoding) -> String {
        let raw = self.to_raw_bytes();
        match encoding {
            KeyEncoding::Raw => base64_text::encode(&raw),
            KeyEncoding::X509 => base64_text::encode(&[X509_PREFIX.as_slice(), &raw].concat()),
        }
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &PublicKey) -> bool {
        self.0.x == other.0.x && self.0.y == other.0.y
    }
}

impl Eq for PublicKey {}

impl std::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("PublicKey").field(&self.to_base64(KeyEncoding::Raw)).finish()
    }
}

const POINT_FORM: Error = Error::UnsupportedKeyEncoding { found: KeyEncodingFault::PointForm };

/// Takes the point out of a SubjectPublicKeyInfo.
///
/// DER has exactly one way to write each value, so comparing everything before the point byte by
/// byte checks every tag, length, OID and curve parameter at once. That leaves no room for a key
/// that brings its own curve, or for trailing bytes.
fn point_of_x509(der: &[u8]) -> Result<&[u8], Error> {
    let other = |found| Err(Error::UnsupportedKeyEncoding { found });
    let point = der.strip_prefix(&X509_PREFIX).or_else(|| der.strip_prefix(&X509_NAMED_PREFIX));
    match point {
        Some(point) if point.len() == RAW_POINT_LEN => Ok(point),
        _ if contains(der, &X25519_OID) => other(KeyEncodingFault::X25519),
        _ => other(KeyEncodingFault::OtherDer),
    }
}

fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

/// 1.3.101.110 with its tag and length.
const X25519_OID: [u8; 5] = [0x06, 0x03, 0x2b, 0x65, 0x6e];

/// fidelius.md 3.3: explicit parameters, as BouncyCastle writes them.
const X509_PREFIX: [u8; 244] = [
    // SubjectPublicKeyInfo
    0x30, 0x82, 0x01, 0x31, // AlgorithmIdentifier
    0x30, 0x81, 0xea, // id-ecPublicKey 1.2.840.10045.2.1
    0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, // ECParameters
    0x30, 0x81, 0xde, // version 1
    0x02, 0x01, 0x01, // prime-field 1.2.840.10045.1.1
    0x30, 0x2b, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x01, 0x01, // p
    0x02, 0x20, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xed, // the curve
    0x30, 0x44, // a
    0x04, 0x20, 0x2a, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa,
    0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0x98, 0x49, 0x14,
    0xa1, 0x44, // b
    0x04, 0x20, 0x7b, 0x42, 0x5e, 0xd0, 0x97, 0xb4, 0x25, 0xed, 0x09, 0x7b, 0x42, 0x5e, 0xd0, 0x97,
    0xb4, 0x25, 0xed, 0x09, 0x7b, 0x42, 0x5e, 0xd0, 0x97, 0xb4, 0x26, 0x0b, 0x5e, 0x9c, 0x77, 0x10,
    0xc8, 0x64, // the base point, uncompressed
    0x04, 0x41, 0x04, // Gx
    0x2a, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa,
    0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xad, 0x24, 0x5a,
    // Gy
    0x20, 0xae, 0x19, 0xa1, 0xb8, 0xa0, 0x86, 0xb4, 0xe0, 0x1e, 0xdd, 0x2c, 0x77, 0x48, 0xd1, 0x4c,
    0x92, 0x3d, 0x4d, 0x7e, 0x6d, 0x7c, 0x61, 0xb2, 0x29, 0xe9, 0xc5, 0xa2, 0x7e, 0xce, 0xd3, 0xd9,
    // n
    0x02, 0x20, 0x10, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x14, 0xde, 0xf9, 0xde, 0xa2, 0xf7, 0x9c, 0xd6, 0x58, 0x12, 0x63, 0x1a, 0x5c, 0xf5,
    0xd3, 0xed, // cofactor 8
    0x02, 0x01, 0x08, // BIT STRING, no unused bits: the raw point follows
    0x03, 0x42, 0x00,
];

/// fidelius.md 3.4: the named curve. Read, never written.
const X509_NAMED_PREFIX: [u8; 28] = [
    // SubjectPublicKeyInfo
    0x30, 0x5b, // AlgorithmIdentifier
    0x30, 0x15, // id-ecPublicKey 1.2.840.10045.2.1
    0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, // curve 1.3.6.1.4.1.3029.1.5.1
    0x06, 0x0a, 0x2b, 0x06, 0x01, 0x04, 0x01, 0x97, 0x55, 0x01, 0x05, 0x01,
    // BIT STRING, no unused bits: the raw point follows
    0x03, 0x42, 0x00,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::private_key::PrivateKey;

    fn key(scalar: u8) -> PublicKey {
        PublicKey::from_own_point(PrivateKey::from_bytes(&[scalar]).unwrap().public_point())
    }

    #[test]
    fn all_three_encodings_of_a_key_are_the_same_key() {
        let raw = key(7).to_raw_bytes();
        let explicit = [X509_PREFIX.as_slice(), &raw].concat();
        let named = [X509_NAMED_PREFIX.as_slice(), &raw].concat();
        for encoded in [raw.as_slice(), &explicit, &named] {
            assert_eq!(PublicKey::from_bytes(encoded).unwrap(), key(7));
        }
        assert!(
            key(7)
                .to_base64(KeyEncoding::X509)
                .starts_with("MIIBMTCB6gYHKoZIzj0CATCB3gIBATArBgcqhkjOPQEBAiB/")
        );
    }

    #[test]
    fn every_single_changed_byte_of_the_der_is_refused() {
        let der = [X509_PREFIX.as_slice(), &key(7).to_raw_bytes()].concat();
        for at in 0..der.len() {
            let mut changed = der.clone();
            changed[at] ^= 0x01;
            assert!(PublicKey::from_bytes(&changed).is_err(), "byte {at}");
        }
    }

    #[test]
    fn the_der_of_x25519_is_named_in_the_error() {
        let mut der = vec![0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x03, 0x21, 0x00];
        der.extend([9; 32]);
        assert_eq!(
            PublicKey::from_bytes(&der),
            Err(Error::UnsupportedKeyEncoding { found: KeyEncodingFault::X25519 })
        );
    }

    #[test]
    fn a_dropped_leading_zero_is_put_back_only_in_lenient_reading() {
        let mut found = [false, false];
        for scalar in 1..=255 {
            let whole = key(scalar).to_raw_bytes();
            for (seen, at) in found.iter_mut().zip([1, 33]) {
                if whole[at] == 0 {
                    let shortened = [&whole[..at], &whole[at + 1..]].concat();
                    let strict = PublicKey::read(&shortened, Reading::Strict);
                    assert_eq!(strict, Err(Error::InvalidKeyLength { found: 64 }));
                    let lenient = PublicKey::read(&shortened, Reading::Lenient);
                    assert_eq!(lenient.unwrap().to_raw_bytes(), whole);
                    *seen = true;
                }
            }
        }
        assert_eq!(found, [true, true], "no key with a leading zero was tried");
    }
}
