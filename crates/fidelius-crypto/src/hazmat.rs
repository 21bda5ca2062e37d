//! Encryption and decryption with every key and nonce given from outside.
//!
//! **Not for applications.** Encrypting twice with the same four values breaks the scheme
//! (fidelius.md 8, rule 1), and nothing here can prevent it. It exists for the drop-in replacement
//! of the Java command line (crate `fidelius-cli`), whose interface leaves the caller no other way,
//! and for test vectors. Use [`encrypt_entry`](crate::encrypt_entry) and
//! [`ReceiverKeys`](crate::ReceiverKeys).

mod shortened;

use std::borrow::Cow;

use zeroize::Zeroizing;

pub use self::shortened::{decrypt_with_shortened_secret, encrypt_with_shortened_secret};

use crate::{
    ChecksumForm, DecryptOptions, Error, Input, KeyMaterial, PublicKey, SecretForm,
    base64_text::{self, Reading},
    decrypt,
    encrypt::SealedContent,
    exchange::OwnKeys,
    key_material::DecodedPeer,
    plaintext::Plaintext,
};
pub use crate::{nonce::Nonce, private_key::PrivateKey};

/// From now on the keys and nonces that this thread makes come from a seed, the same in every run;
/// with `None` from the operating system again. **Whoever knows the seed knows every key**: for
/// simulations, which must be played again step by step, and for nothing else.
#[cfg(feature = "testing")]
pub fn seed_this_thread(seed: Option<u64>) {
    crate::random::seeded::set(seed);
}

/// One side's keys and nonce, reusable, which is the danger.
pub struct KeyPair(OwnKeys);

impl KeyPair {
    /// A key pair around a given private key and nonce.
    #[must_use]
    pub fn new(private_key: PrivateKey, nonce: Nonce) -> KeyPair {
        KeyPair(OwnKeys::new(private_key, nonce))
    }

    /// Encrypts for a peer and returns the base64 content. No other content may ever be encrypted
    /// by this pair for the same peer.
    ///
    /// # Errors
    /// The classes of fidelius.md 6, in its order.
    pub fn encrypt<'a>(
        &self,
        content: impl Into<Cow<'a, [u8]>>,
        peer: &KeyMaterial,
    ) -> Result<String, Error> {
        seal(&self.0, content.into(), peer.decode(Reading::Strict)?)
    }
}

impl std::fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("KeyPair").field(&self.0.public_key).finish()
    }
}

/// Both sides' keys and nonces as base64 texts.
#[derive(Clone, Copy)]
pub struct ExplicitKeys<'a> {
    /// Our private key: a big-endian scalar.
    pub own_private_key: &'a str,
    /// Our nonce.
    pub own_nonce: &'a str,
    /// The peer's public key in any encoding.
    pub peer_public_key: &'a str,
    /// The peer's nonce.
    pub peer_nonce: &'a str,
}

impl std::fmt::Debug for ExplicitKeys<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ExplicitKeys(…)")
    }
}

/// Encrypts and returns the base64 content.
///
/// # Errors
/// The classes of fidelius.md 6, in its order.
pub fn encrypt<'a>(
    content: impl Into<Cow<'a, [u8]>>,
    keys: ExplicitKeys<'_>,
) -> Result<String, Error> {
    let (own, peer) = keys.decode(Reading::Strict)?;
    seal(&own.parse(&peer)?, content.into(), peer)
}

/// Decrypts a base64 content.
///
/// # Errors
/// The classes of fidelius.md 6, in its order.
pub fn decrypt(
    content: &str,
    keys: ExplicitKeys<'_>,
    options: &DecryptOptions,
) -> Result<(Plaintext, SecretForm), Error> {
    let (own, peer) = keys.decode(options.reading)?;
    let sealed = decrypt::decode_content(content, options)?;
    let agreement = own.parse(&peer)?.agree(&peer.parse()?)?;
    decrypt::open(&agreement, content, sealed, options)
}

fn seal(own: &OwnKeys, content: Cow<'_, [u8]>, peer: DecodedPeer) -> Result<String, Error> {
    let session = own.agree(&peer.parse()?)?.session();
    Ok(SealedContent::seal(&session, content, ChecksumForm::Empty)?.content)
}

/// Whether the two keys' shared secret begins with a zero byte, where careless peers go wrong.
///
/// # Errors
/// The classes of fidelius.md 5.
pub fn secret_begins_with_zero(own: &PrivateKey, peer: &str) -> Result<bool, Error> {
    Ok(own.agree(PublicKey::from_base64(peer)?.point())?.starts_with(&[0]))
}

/// Base64 as this crate writes it.
#[must_use]
pub fn encode_base64(bytes: &[u8]) -> String {
    base64_text::encode(bytes)
}

/// Base64 as this crate reads it: strictly, but for line breaks.
///
/// # Errors
/// [`Error::InvalidBase64`].
pub fn decode_base64(text: &str) -> Result<Vec<u8>, Error> {
    base64_text::decode(text, Input::Content, Reading::Strict)
}

/// The public key that belongs to a private key.
#[must_use]
pub fn public_key(private_key: &PrivateKey) -> PublicKey {
    PublicKey::from_own_point(private_key.public_point())
}

impl ExplicitKeys<'_> {
    fn decode(&self, reading: Reading) -> Result<(DecodedOwn, DecodedPeer), Error> {
        let private_key = base64_text::decode(self.own_private_key, Input::OwnPrivateKey, reading)?;
        let own = DecodedOwn {
            private_key: Zeroizing::new(private_key),
            nonce: base64_text::decode(self.own_nonce, Input::OwnNonce, reading)?,
        };
        Ok((own, DecodedPeer::decode(self.peer_public_key, self.peer_nonce, reading)?))
    }
}

struct DecodedOwn {
    private_key: Zeroizing<Vec<u8>>,
    nonce: Vec<u8>,
}

impl DecodedOwn {
    /// Both nonces come before the private key in the order of fidelius.md 6.
    fn parse(&self, peer: &DecodedPeer) -> Result<OwnKeys, Error> {
        let nonce = Nonce::from_bytes(&self.nonce, Input::OwnNonce)?;
        peer.check_nonce()?;
        Ok(OwnKeys::new(PrivateKey::from_bytes(&self.private_key)?, nonce))
    }
}
