//! The HIU's key pair and nonce: made for one data request, kept until its push has arrived.

use chrono::{DateTime, Utc};
use zeroize::Zeroizing;

use crate::{
    ChecksumVerdict, DecryptOptions, Decryptor, Error, Input, KeyEncoding, KeyMaterial,
    OpenedEntry, decrypt,
    exchange::OwnKeys,
    nonce::{NONCE_LEN, Nonce},
    private_key::{PRIVATE_KEY_LEN, PrivateKey},
};

/// First byte of the saved form.
const SAVED_VERSION: u8 = 1;
/// Length of the saved form: version, private key, nonce.
const SAVED_LEN: usize = 1 + PRIVATE_KEY_LEN + NONCE_LEN;

/// A receiver's private key and nonce, for exactly one data request.
///
/// Make new ones for each request, save them encrypted while the request is open, and delete them
/// when the transfer is complete, failed or expired: whoever has them and the pushed data can read
/// it (fidelius.md 8, rule 2). There is no `Clone` and no `Serialize`; [`ReceiverKeys::export`] is
/// the one way out.
pub struct ReceiverKeys(OwnKeys);

impl ReceiverKeys {
    /// Draws a fresh private key and nonce from the operating system's generator.
    ///
    /// # Errors
    /// [`Error::RandomnessUnavailable`].
    pub fn generate() -> Result<ReceiverKeys, Error> {
        OwnKeys::generate().map(ReceiverKeys)
    }

    /// The key material for the data request, the key as a raw point: the only form that most HIPs
    /// read (fidelius.md 3.5).
    #[must_use]
    pub fn key_material(&self, expiry: DateTime<Utc>) -> KeyMaterial {
        self.key_material_as(KeyEncoding::Raw, expiry)
    }

    /// The key material with the key in the encoding of your choice.
    #[must_use]
    pub fn key_material_as(&self, encoding: KeyEncoding, expiry: DateTime<Utc>) -> KeyMaterial {
        self.0.key_material(encoding, expiry)
    }

    /// The private key and nonce as 65 bytes, to be stored **encrypted**.
    ///
    /// The form is a version byte (1), the private key (32 bytes, big-endian) and the nonce (32
    /// bytes).
    #[must_use]
    pub fn export(&self) -> Zeroizing<Vec<u8>> {
        let private_key = self.0.private_key.to_bytes();
        let mut saved = Zeroizing::new(Vec::with_capacity(SAVED_LEN));
        saved.push(SAVED_VERSION);
        saved.extend_from_slice(private_key.as_slice());
        saved.extend_from_slice(self.0.nonce.as_bytes());
        saved
    }

    /// Reads what [`ReceiverKeys::export`] wrote.
    ///
    /// # Errors
    /// [`Error::InvalidSavedKeys`] for another length or version, [`Error::InvalidPrivateKey`] for
    /// a scalar out of range.
    pub fn import(saved: &[u8]) -> Result<ReceiverKeys, Error> {
        let damaged = Error::InvalidSavedKeys { expected: SAVED_LEN };
        let Some((&[SAVED_VERSION], keys)) = saved.split_first_chunk::<1>() else {
            return Err(damaged);
        };
        let Some((private_key, nonce)) = keys.split_first_chunk::<PRIVATE_KEY_LEN>() else {
            return Err(damaged);
        };
        let nonce = Nonce::from_bytes(nonce, Input::OwnNonce).map_err(|_| damaged)?;
        Ok(ReceiverKeys(OwnKeys::new(PrivateKey::from_bytes(private_key)?, nonce)))
    }

    pub(crate) const fn own(&self) -> &OwnKeys {
        &self.0
    }

    /// Decrypts one entry of a push with the default [`DecryptOptions`].
    ///
    /// `push` is the key material of the push body that carried the entry, `checksum` the entry's
    /// own, if it has one.
    ///
    /// # Errors
    /// The classes of fidelius.md 6, in its order. No byte of the document is released unless its
    /// tag is right.
    pub fn decrypt_entry<'a>(
        &self,
        content: &str,
        push: &KeyMaterial,
        checksum: impl Into<Option<&'a str>>,
    ) -> Result<OpenedEntry, Error> {
        self.decrypt_entry_with(content, push, checksum, &DecryptOptions::default())
    }

    /// Decrypts one entry of a push as strictly or leniently as the options say.
    ///
    /// # Errors
    /// As [`ReceiverKeys::decrypt_entry`].
    pub fn decrypt_entry_with<'a>(
        &self,
        content: &str,
        push: &KeyMaterial,
        checksum: impl Into<Option<&'a str>>,
        options: &DecryptOptions,
    ) -> Result<OpenedEntry, Error> {
        let peer = push.decode(options.reading)?;
        let sealed = decrypt::decode_content(content, options)?;
        let agreement = self.0.agree(&peer.parse()?)?;
        let (bytes, secret_form) = decrypt::open(&agreement, content, sealed, options)?;
        let checksum = ChecksumVerdict::judge(checksum.into(), &bytes);
        Ok(OpenedEntry { bytes, checksum, secret_form })
    }

    /// Agrees on keys with the sender of one push body, to decrypt several entries of it.
    ///
    /// # Errors
    /// The classes of fidelius.md 6 that concern the push's key material.
    pub fn decryptor(
        &self,
        push: &KeyMaterial,
        options: &DecryptOptions,
    ) -> Result<Decryptor, Error> {
        let agreement = self.0.agree(&push.decode(options.reading)?.parse()?)?;
        Ok(Decryptor::new(agreement, options.clone()))
    }
}

impl std::fmt::Debug for ReceiverKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReceiverKeys")
            .field("public_key", &self.0.public_key)
            .field("nonce", &self.0.nonce)
            .finish_non_exhaustive()
    }
}
