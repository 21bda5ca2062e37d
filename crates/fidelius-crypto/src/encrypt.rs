//! The HIP's side: one entry, one key pair, one nonce.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use zeroize::Zeroize;

use crate::{
    ChecksumForm, Error, KeyEncoding, KeyMaterial,
    base64_text::{self, Reading},
    exchange::{Agreement, OwnKeys, Session},
    key_material::Peer,
};

/// How often the sender draws a key before it concludes that the random generator is broken. One
/// draw in 128 is discarded, so 32 in a row do not happen.
const MAX_DRAWS: usize = 32;

/// How an entry is encrypted. [`EncryptOptions::new`] has the defaults that most receivers read.
#[derive(Debug, Clone)]
#[must_use]
pub struct EncryptOptions {
    expiry: DateTime<Utc>,
    key_encoding: KeyEncoding,
    checksum: ChecksumForm,
    reading: Reading,
}

impl EncryptOptions {
    /// X.509 key material, hex MD5 checksum, strict reading of the request.
    ///
    /// `expiry` goes into the push's key material. Nobody enforces it; the time until which the
    /// receiver may still fetch or retry is a good value.
    pub fn new(expiry: DateTime<Utc>) -> EncryptOptions {
        EncryptOptions {
            expiry,
            key_encoding: KeyEncoding::X509,
            checksum: ChecksumForm::default(),
            reading: Reading::Strict,
        }
    }

    /// How our public key is written. The default, X.509, is the only form that the NHA wrapper
    /// and the ProjectEKA HIU read (fidelius.md 3.5).
    pub fn key_encoding(mut self, encoding: KeyEncoding) -> EncryptOptions {
        self.key_encoding = encoding;
        self
    }

    /// How the checksum is written.
    pub fn checksum(mut self, form: ChecksumForm) -> EncryptOptions {
        self.checksum = form;
        self
    }

    /// Also reads keys and nonces in url-safe or doubly escaped base64, and 64-byte public keys
    /// whose leading zero was dropped (fidelius.md 3.6, 3.7). Off by default.
    pub fn lenient_encodings(mut self, lenient: bool) -> EncryptOptions {
        self.reading = if lenient { Reading::Lenient } else { Reading::Strict };
        self
    }
}

/// Encrypts one document for the receiver whose key material came with the data request.
///
/// Draws a fresh key pair and nonce, uses them for this one entry, and wipes them. Bytes are
/// encrypted exactly as given. A borrowed document is copied once; an owned `Vec<u8>` is encrypted
/// in its own memory.
///
/// # Errors
/// The classes of fidelius.md 6 for the request's key material, and
/// [`Error::RandomnessUnavailable`].
pub fn encrypt_entry<'a>(
    content: impl Into<Cow<'a, [u8]>>,
    request: &KeyMaterial,
    options: &EncryptOptions,
) -> Result<SealedEntry, Error> {
    Encryptor::for_request(request, options)?.encrypt(content)
}

/// A fresh key pair and nonce, bound to one receiver. Encrypting consumes it.
///
/// Key and IV depend on nothing but the two key pairs and nonces, so a second document under the
/// same ones would give both away (fidelius.md 8, rule 1). That does not compile:
///
/// ```compile_fail,E0382
/// # fn twice(encryptor: fidelius_crypto::Encryptor) -> Result<(), fidelius_crypto::Error> {
/// let first = encryptor.encrypt(b"one".as_slice())?;
/// let second = encryptor.encrypt(b"two".as_slice())?; // use of moved value
/// # Ok(()) }
/// ```
pub struct Encryptor {
    agreement: Agreement,
    key_material: KeyMaterial,
    checksum: ChecksumForm,
}

impl Encryptor {
    /// Checks the receiver's key material and draws a key pair for it.
    ///
    /// A key whose shared secret would begin with a zero byte is discarded and another drawn, so
    /// that receivers which drop leading zeros can decrypt too (fidelius.md 7).
    ///
    /// # Errors
    /// The classes of fidelius.md 6 for the request's key material, and
    /// [`Error::RandomnessUnavailable`].
    pub fn for_request(
        request: &KeyMaterial,
        options: &EncryptOptions,
    ) -> Result<Encryptor, Error> {
        let peer = request.decode(options.reading)?.parse()?;
        let (own, agreement) = draw_keys(&peer, OwnKeys::generate)?;
        let (key_material, checksum) = Encryptor::shown(&own, options);
        Ok(Encryptor { agreement, key_material, checksum })
    }

    /// What a push shows of these keys, and in which form its checksums.
    pub(crate) fn shown(own: &OwnKeys, options: &EncryptOptions) -> (KeyMaterial, ChecksumForm) {
        (own.key_material(options.key_encoding, options.expiry), options.checksum)
    }

    /// The key material that goes into the push body.
    #[must_use]
    pub fn key_material(&self) -> &KeyMaterial {
        &self.key_material
    }

    /// Encrypts the one document this key pair is for.
    ///
    /// # Errors
    /// [`Error::ContentTooLarge`] beyond the 64 GiB of AES-GCM.
    pub fn encrypt<'a>(self, content: impl Into<Cow<'a, [u8]>>) -> Result<SealedEntry, Error> {
        let SealedContent { content, checksum } =
            SealedContent::seal(&self.agreement.session(), content.into(), self.checksum)?;
        Ok(SealedEntry { content, checksum, key_material: self.key_material })
    }

    /// Encrypts several documents under **one key and IV**, for receivers known to refuse push
    /// bodies of one entry each.
    ///
    /// This breaks AES-GCM: whoever sees two of the contents learns the XOR of the documents and
    /// can forge further ones. ABDM's message format invites it, with one `keyMaterial` for all
    /// `entries` of a push body, and every implementation read does it. Prefer one entry per body
    /// (`pageNumber`, `pageCount`), each with a fresh [`Encryptor`] (fidelius.md 8, rule 1).
    ///
    /// # Errors
    /// As [`Encryptor::encrypt`].
    pub fn unsafe_compat_encrypt_several_under_one_key<'a, C>(
        self,
        contents: impl IntoIterator<Item = C>,
    ) -> Result<SealedBody, Error>
    where
        C: Into<Cow<'a, [u8]>>,
    {
        let session = self.agreement.session();
        let entries = contents
            .into_iter()
            .map(|content| SealedContent::seal(&session, content.into(), self.checksum))
            .collect::<Result<_, _>>()?;
        Ok(SealedBody { entries, key_material: self.key_material })
    }
}

impl std::fmt::Debug for Encryptor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Encryptor")
            .field("key_material", &self.key_material)
            .finish_non_exhaustive()
    }
}

fn draw_keys(
    peer: &Peer,
    mut draw: impl FnMut() -> Result<OwnKeys, Error>,
) -> Result<(OwnKeys, Agreement), Error> {
    for _ in 0..MAX_DRAWS {
        let own = draw()?;
        let agreement = own.agree(peer)?;
        if !agreement.has_leading_zero() {
            return Ok((own, agreement));
        }
    }
    Err(Error::RandomnessUnavailable)
}

/// One encrypted document with everything the push body needs for it.
#[derive(Clone)]
#[non_exhaustive]
pub struct SealedEntry {
    /// `content` of the entry: base64 of ciphertext and tag.
    pub content: String,
    /// `checksum` of the entry, in the form that the options chose.
    pub checksum: String,
    /// `keyMaterial` of the push body that carries this entry, and no other.
    pub key_material: KeyMaterial,
}

impl std::fmt::Debug for SealedEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SealedEntry")
            .field("content", &format_args!("{} characters", self.content.len()))
            .field("key_material", &self.key_material)
            .finish_non_exhaustive()
    }
}

/// Several documents encrypted under one key; see
/// [`Encryptor::unsafe_compat_encrypt_several_under_one_key`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SealedBody {
    /// The entries' contents and checksums, in the order given.
    pub entries: Vec<SealedContent>,
    /// `keyMaterial` of the push body that carries them all.
    pub key_material: KeyMaterial,
}

/// An encrypted document without the key material that belongs to it.
#[derive(Clone)]
#[non_exhaustive]
pub struct SealedContent {
    /// `content` of the entry: base64 of ciphertext and tag.
    pub content: String,
    /// `checksum` of the entry.
    pub checksum: String,
}

impl SealedContent {
    pub(crate) fn seal(
        session: &Session,
        content: Cow<'_, [u8]>,
        form: ChecksumForm,
    ) -> Result<SealedContent, Error> {
        let checksum = form.of(&content);
        let sealed = match content {
            Cow::Borrowed(plaintext) => session.seal(plaintext)?,
            Cow::Owned(plaintext) => seal_owned(session, plaintext)?,
        };
        Ok(SealedContent { content: base64_text::encode(&sealed), checksum })
    }
}

/// Encrypts in place. The tag needs room: without it, growing would leave a copy of the document
/// behind in freed memory, so the document is copied out and its memory wiped instead.
fn seal_owned(session: &Session, mut plaintext: Vec<u8>) -> Result<Vec<u8>, Error> {
    if plaintext.capacity() - plaintext.len() >= crate::aead::TAG_LEN {
        let sealed = session.seal_in_place(&mut plaintext);
        return match sealed {
            Ok(()) => Ok(plaintext),
            Err(error) => {
                plaintext.as_mut_slice().zeroize();
                Err(error)
            }
        };
    }
    let sealed = session.seal(&plaintext);
    plaintext.as_mut_slice().zeroize();
    sealed
}

impl std::fmt::Debug for SealedContent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SealedContent")
            .field("content", &format_args!("{} characters", self.content.len()))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PublicKey, nonce::Nonce, private_key::PrivateKey};

    fn own(scalar: u16, nonce: u8) -> OwnKeys {
        let private_key = PrivateKey::from_bytes(&scalar.to_be_bytes()).unwrap();
        OwnKeys::new(private_key, Nonce::from_bytes(&[nonce; 32], crate::Input::OwnNonce).unwrap())
    }

    fn peer() -> Peer {
        let OwnKeys { public_key, nonce, .. } = own(9, 1);
        Peer { public_key, nonce }
    }

    /// The smallest scalar whose secret with `peer` does, or does not, begin with zero.
    fn scalar_with_leading_zero(wanted: bool) -> u16 {
        let begins_with_zero = |scalar| own(scalar, 2).agree(&peer()).unwrap().has_leading_zero();
        (10..).find(|scalar| begins_with_zero(*scalar) == wanted).unwrap()
    }

    #[test]
    fn a_key_whose_secret_begins_with_zero_is_drawn_again() {
        let [bad, good] = [true, false].map(scalar_with_leading_zero);
        let mut draws = [bad, bad, good].into_iter();
        let drawn = draw_keys(&peer(), || Ok(own(draws.next().unwrap(), 2)));
        let (keys, agreement) = drawn.ok().unwrap();
        assert!(!agreement.has_leading_zero());
        assert_eq!(
            keys.public_key,
            PublicKey::from_own_point(own(good, 2).private_key.public_point())
        );
        assert!(draws.next().is_none());
    }

    #[test]
    fn a_generator_that_repeats_itself_is_an_error_instead_of_a_loop() {
        let bad = scalar_with_leading_zero(true);
        let drawn = draw_keys(&peer(), || Ok(own(bad, 2)));
        assert_eq!(drawn.err(), Some(Error::RandomnessUnavailable));
    }
}
