//! Encryption at rest: private keys, tokens and payloads that a store must keep.
//!
//! What is sealed is bound to a context, a text that says what it is and whose (for example
//! `"fidelius-key/{transaction id}"`): a sealed value that is moved to another row does not open.
//! AES-256-GCM, a random 96-bit nonce per value; one key is good for some four thousand million
//! values. Change keys with a [`SealingKeyRing`]: it seals with the newest and opens with all.
//!
//! ```
//! use abdm_base::seal::SealingKey;
//!
//! let key = SealingKey::generate()?;
//! let sealed = key.seal(b"link token", "link-token/asha@sbx")?;
//! assert_eq!(key.open(&sealed, "link-token/asha@sbx")?.as_slice(), b"link token");
//! assert!(key.open(&sealed, "link-token/somebody-else@sbx").is_err());
//! # Ok::<(), abdm_base::seal::SealError>(())
//! ```

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::{digest, hmac, rand};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize as _, Zeroizing};

/// The bytes of a key.
const KEY_LENGTH: usize = 32;
/// The bytes of the key id in front of each sealed value.
const KEY_ID_LENGTH: usize = 4;
/// The first byte of every sealed value: how the rest is to be read.
const VERSION: u8 = 1;
/// Version, key id, nonce.
const HEAD_LENGTH: usize = 1 + KEY_ID_LENGTH + NONCE_LEN;

/// Why something cannot be sealed or opened. Names neither key nor content.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// The text or bytes are not a key.
    #[error(
        "a sealing key is 32 bytes, or their base64 text; make one with `openssl rand -base64 32`"
    )]
    BadKey,
    /// The text is not a sealed value.
    #[error(
        "not a sealed value: it is no base64, too short, or of a version that this release does not know"
    )]
    Malformed,
    /// The value was sealed with a key that is not at hand.
    #[error("the value was sealed with another key (id {key_id}); add that key to the ring")]
    UnknownKey {
        /// The id of the key that is needed.
        key_id: KeyId,
    },
    /// The value was changed, or belongs to another context.
    #[error("the sealed value does not open: it was changed, or belongs to something else")]
    Refused,
    /// The operating system gives no randomness, or the value is too long for one seal.
    #[error("the value cannot be sealed: no randomness from the operating system, or too long")]
    Failed,
}

crate::debug_in_words!(SealError);

/// Which key sealed a value: the start of the key's SHA-256, which tells nothing of the key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; KEY_ID_LENGTH]);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

/// A key for encryption at rest, 32 bytes. Wiped when dropped; never shown.
///
/// Reads from base64 text (`FromStr`), the form in which an environment variable or a secret store
/// holds it.
pub struct SealingKey {
    bytes: Zeroizing<[u8; KEY_LENGTH]>,
    id: KeyId,
}

impl SealingKey {
    /// A fresh random key.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn generate() -> Result<Self, SealError> {
        let mut bytes = Zeroizing::new([0; KEY_LENGTH]);
        rand::fill(bytes.as_mut_slice()).map_err(|_| SealError::Failed)?;
        Ok(Self::from_array(bytes))
    }

    /// The key of these bytes.
    ///
    /// # Errors
    /// When they are not 32.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SealError> {
        let array: [u8; KEY_LENGTH] = bytes.try_into().map_err(|_| SealError::BadKey)?;
        Ok(Self::from_array(Zeroizing::new(array)))
    }

    /// The key of this base64 text (standard alphabet, 44 characters).
    ///
    /// # Errors
    /// When the text is not base64 of 32 bytes.
    pub fn from_base64(text: &str) -> Result<Self, SealError> {
        let bytes = STANDARD.decode(text.trim()).map(Zeroizing::new);
        Self::from_bytes(&bytes.map_err(|_| SealError::BadKey)?)
    }

    /// The key as base64 text, to be put into a secret store.
    #[must_use]
    pub fn expose_base64(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(self.bytes.as_slice()))
    }

    /// The id that stands in every value sealed with this key.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// Encrypts a value for a context.
    ///
    /// # Errors
    /// [`SealError::Failed`].
    pub fn seal(&self, plaintext: &[u8], context: &str) -> Result<Sealed, SealError> {
        let mut nonce = [0; NONCE_LEN];
        rand::fill(&mut nonce).map_err(|_| SealError::Failed)?;
        let mut sealed = Vec::with_capacity(HEAD_LENGTH + plaintext.len() + AES_256_GCM.tag_len());
        sealed.push(VERSION);
        sealed.extend_from_slice(&self.id.0);
        sealed.extend_from_slice(&nonce);
        let aad = Aad::from(bound(&sealed, context));
        let mut content = plaintext.to_vec();
        let tag = self
            .cipher()?
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), aad, &mut content)
            .map_err(|_| {
                content.zeroize();
                SealError::Failed
            })?;
        sealed.extend_from_slice(&content);
        sealed.extend_from_slice(tag.as_ref());
        Ok(Sealed(sealed))
    }

    /// Decrypts a value that was sealed for this context.
    ///
    /// # Errors
    /// [`SealError::UnknownKey`] when another key sealed it, [`SealError::Refused`] when it was
    /// changed or sealed for another context.
    pub fn open(&self, sealed: &Sealed, context: &str) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let key_id = sealed.key_id()?;
        if key_id != self.id {
            return Err(SealError::UnknownKey { key_id });
        }
        let (head, content) = sealed.0.split_at_checked(HEAD_LENGTH).ok_or(SealError::Malformed)?;
        let nonce = head
            .get(1 + KEY_ID_LENGTH..)
            .and_then(|nonce| Nonce::try_assume_unique_for_key(nonce).ok())
            .ok_or(SealError::Malformed)?;
        let mut content = Zeroizing::new(content.to_vec());
        let length = self
            .cipher()?
            .open_in_place(nonce, Aad::from(bound(head, context)), &mut content)
            .map_err(|_| SealError::Refused)?
            .len();
        content.truncate(length);
        Ok(content)
    }

    fn from_array(bytes: Zeroizing<[u8; KEY_LENGTH]>) -> Self {
        let hash = digest::digest(&digest::SHA256, bytes.as_slice());
        let mut id = [0; KEY_ID_LENGTH];
        id.iter_mut().zip(hash.as_ref()).for_each(|(to, from)| *to = *from);
        Self { bytes, id: KeyId(id) }
    }

    fn cipher(&self) -> Result<LessSafeKey, SealError> {
        UnboundKey::new(&AES_256_GCM, self.bytes.as_slice())
            .map(LessSafeKey::new)
            .map_err(|_| SealError::Failed)
    }
}

/// What is authenticated beside the content: the head of the value and the context.
fn bound(head: &[u8], context: &str) -> Vec<u8> {
    [head, context.as_bytes()].concat()
}

impl FromStr for SealingKey {
    type Err = SealError;

    fn from_str(text: &str) -> Result<Self, SealError> {
        Self::from_base64(text)
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealingKey(id {})", self.id)
    }
}

/// The current key and older ones: seals with the current, opens with whichever sealed the value.
///
/// To change keys, put the new one in front and keep the old one until [`Sealed::key_id`] finds it
/// no more. Cheap to clone: the keys are in memory once.
#[derive(Debug, Clone)]
pub struct SealingKeyRing {
    keys: Arc<Keys>,
}

#[derive(Debug)]
struct Keys {
    current: SealingKey,
    older: Vec<SealingKey>,
}

impl SealingKeyRing {
    /// A ring of the current key and those before it.
    #[must_use]
    pub fn new(current: SealingKey, older: Vec<SealingKey>) -> Self {
        Self { keys: Arc::new(Keys { current, older }) }
    }

    /// Encrypts a value for a context, with the current key.
    ///
    /// # Errors
    /// As [`SealingKey::seal`].
    pub fn seal(&self, plaintext: &[u8], context: &str) -> Result<Sealed, SealError> {
        self.keys.current.seal(plaintext, context)
    }

    /// Decrypts a value with the key that sealed it.
    ///
    /// # Errors
    /// As [`SealingKey::open`].
    pub fn open(&self, sealed: &Sealed, context: &str) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let key_id = sealed.key_id()?;
        std::iter::once(&self.keys.current)
            .chain(&self.keys.older)
            .find(|key| key.id == key_id)
            .ok_or(SealError::UnknownKey { key_id })?
            .open(sealed, context)
    }

    /// Whether it has keys beside the current one.
    #[must_use]
    pub fn has_older(&self) -> bool {
        !self.keys.older.is_empty()
    }

    /// Whether the value was sealed with an older key and should be sealed anew.
    #[must_use]
    pub fn is_outdated(&self, sealed: &Sealed) -> bool {
        sealed.key_id() != Ok(self.keys.current.id)
    }
}

impl From<SealingKey> for SealingKeyRing {
    fn from(key: SealingKey) -> Self {
        Self::new(key, Vec::new())
    }
}

/// Turns look-up keys into hashes that tell nothing of them: a stolen database names nobody, and
/// the same key still finds the same row.
///
/// HMAC-SHA-256 with a key of its own, which never changes: what was stored under it would be found
/// no more. It is made once for a store, and kept sealed beside what it hashes.
pub struct LookupKey(Zeroizing<[u8; KEY_LENGTH]>);

impl LookupKey {
    /// A fresh random key.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub fn generate() -> Result<Self, SealError> {
        let mut bytes = Zeroizing::new([0; KEY_LENGTH]);
        rand::fill(bytes.as_mut_slice()).map_err(|_| SealError::Failed)?;
        Ok(Self(bytes))
    }

    /// The key of these bytes.
    ///
    /// # Errors
    /// When they are not 32.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SealError> {
        let array: [u8; KEY_LENGTH] = bytes.try_into().map_err(|_| SealError::BadKey)?;
        Ok(Self(Zeroizing::new(array)))
    }

    /// The bytes, to be sealed and kept.
    #[must_use]
    pub fn expose_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// The hash of a text in a domain (a table, say): the same text has different hashes in
    /// different domains, so that two tables cannot be joined by them. 43 characters of base64.
    #[must_use]
    pub fn hash(&self, domain: &str, text: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.as_slice());
        let mut context = hmac::Context::with_key(&key);
        context.update(domain.as_bytes());
        // No domain has this character, so that no two pairs are the same bytes.
        context.update(&[0]);
        context.update(text.as_bytes());
        URL_SAFE_NO_PAD.encode(context.sign().as_ref())
    }
}

impl fmt::Debug for LookupKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LookupKey")
    }
}

/// A sealed value: version, key id, nonce, ciphertext and tag. One base64 string in JSON.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Sealed(Vec<u8>);

impl Sealed {
    /// How many bytes longer a sealed value is than what was sealed.
    pub const OVERHEAD: usize = HEAD_LENGTH + 16;

    /// Takes bytes that [`Sealed::as_bytes`] gave.
    ///
    /// # Errors
    /// [`SealError::Malformed`] when they cannot be a sealed value.
    pub fn from_bytes(bytes: impl Into<Vec<u8>>) -> Result<Self, SealError> {
        let bytes = bytes.into();
        let long_enough = bytes.len() >= HEAD_LENGTH + AES_256_GCM.tag_len();
        let known = bytes.first() == Some(&VERSION);
        (long_enough && known).then_some(Self(bytes)).ok_or(SealError::Malformed)
    }

    /// The bytes, for a store with binary columns.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The bytes, for a store with binary columns.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// The id of the key that sealed the value.
    ///
    /// # Errors
    /// [`SealError::Malformed`] when there is none.
    pub fn key_id(&self) -> Result<KeyId, SealError> {
        self.0
            .get(1..=KEY_ID_LENGTH)
            .and_then(|id| id.try_into().ok())
            .map(KeyId)
            .ok_or(SealError::Malformed)
    }
}

impl fmt::Display for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(&self.0))
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes)", self.0.len())
    }
}

impl FromStr for Sealed {
    type Err = SealError;

    fn from_str(text: &str) -> Result<Self, SealError> {
        Self::from_bytes(STANDARD.decode(text.trim()).map_err(|_| SealError::Malformed)?)
    }
}

impl TryFrom<String> for Sealed {
    type Error = SealError;

    fn try_from(text: String) -> Result<Self, SealError> {
        text.parse()
    }
}

impl From<Sealed> for String {
    fn from(sealed: Sealed) -> Self {
        sealed.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_the_same_key_and_context_only() {
        let key = SealingKey::generate().unwrap();
        let sealed = key.seal(b"private key", "key/1").unwrap();
        assert_eq!(key.open(&sealed, "key/1").unwrap().as_slice(), b"private key");
        assert_eq!(key.open(&sealed, "key/2"), Err(SealError::Refused));
        let other = SealingKey::generate().unwrap();
        assert_eq!(other.open(&sealed, "key/1"), Err(SealError::UnknownKey { key_id: key.id() }));
    }

    #[test]
    fn a_looked_up_text_has_one_hash_for_each_domain_and_key() {
        let key = LookupKey::from_bytes(&[7; 32]).unwrap();
        assert_eq!(key.hash("keys", "asha@abdm"), key.hash("keys", "asha@abdm"));
        assert_eq!(key.hash("keys", "asha@abdm").len(), 43);
        assert_ne!(key.hash("keys", "asha@abdm"), key.hash("rows", "asha@abdm"));
        assert_ne!(
            key.hash("keys", "asha@abdm"),
            LookupKey::generate().unwrap().hash("keys", "asha@abdm")
        );
        assert_eq!(format!("{key:?}"), "LookupKey");
    }

    #[test]
    fn no_byte_can_be_changed() {
        let key = SealingKey::generate().unwrap();
        let sealed = key.seal(b"x", "c").unwrap();
        for position in 0..sealed.as_bytes().len() {
            let mut bytes = sealed.as_bytes().to_vec();
            bytes[position] ^= 1;
            let opened = Sealed::from_bytes(bytes).and_then(|changed| key.open(&changed, "c"));
            assert!(opened.is_err(), "byte {position}");
        }
    }

    #[test]
    fn the_same_value_never_looks_the_same() {
        let key = SealingKey::generate().unwrap();
        assert_ne!(key.seal(b"x", "c").unwrap(), key.seal(b"x", "c").unwrap());
    }

    #[test]
    fn an_older_key_of_the_ring_still_opens() {
        let old = SealingKey::generate().unwrap();
        let text = old.expose_base64();
        let sealed = old.seal(b"token", "c").unwrap();
        let ring = SealingKeyRing::new(
            SealingKey::generate().unwrap(),
            vec![SealingKey::from_base64(&text).unwrap()],
        );
        assert_eq!(ring.open(&sealed, "c").unwrap().as_slice(), b"token");
        assert!(ring.is_outdated(&sealed));
        assert!(!ring.is_outdated(&ring.seal(b"token", "c").unwrap()));
    }

    #[test]
    fn a_sealed_value_is_one_string_in_json() {
        let key = SealingKey::generate().unwrap();
        let sealed = key.seal(b"", "empty").unwrap();
        let json = serde_json::to_string(&sealed).unwrap();
        assert!(json.starts_with('"'), "{json}");
        let read: Sealed = serde_json::from_str(&json).unwrap();
        assert_eq!(key.open(&read, "empty").unwrap().as_slice(), b"");
        for bad in ["\"\"", "\"!!\"", "\"AAAA\"", "7"] {
            assert!(serde_json::from_str::<Sealed>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn bad_keys_are_refused_and_good_ones_not_shown() {
        for bad in ["", "short", "AAAA"] {
            assert_eq!(SealingKey::from_base64(bad).unwrap_err(), SealError::BadKey);
        }
        let key = SealingKey::from_bytes(&[7; 32]).unwrap();
        let shown = format!("{key:?}");
        assert!(!shown.contains(key.expose_base64().as_str()) && !shown.contains("7, 7"));
        assert_eq!(shown, format!("SealingKey(id {})", key.id()));
    }
}
