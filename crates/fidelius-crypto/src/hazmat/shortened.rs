//! What peers do that write a shared secret without its leading zeros (fidelius.md 7): for those
//! who play such peers in tests. One exchange in 128 has a secret where they go wrong.

use std::borrow::Cow;

use crate::{
    DecryptOptions, EncryptOptions, Error, KeyMaterial, Plaintext, ReceiverKeys, SealedEntry,
    base64_text::Reading,
    decrypt,
    encrypt::{Encryptor, SealedContent},
    exchange::OwnKeys,
};

/// One draw in 128 has such a secret: so many without any do not happen.
const MAX_DRAWS: usize = 1 << 13;

/// Encrypts one document as such a sender does, for a secret that begins with a zero byte: a
/// receiver must take the secret in its shortest form to open it.
///
/// # Errors
/// The classes of fidelius.md 6 for the request's key material, and
/// [`Error::RandomnessUnavailable`].
pub fn encrypt_with_shortened_secret<'a>(
    content: impl Into<Cow<'a, [u8]>>,
    request: &KeyMaterial,
    options: &EncryptOptions,
) -> Result<SealedEntry, Error> {
    let peer = request.decode(Reading::Strict)?.parse()?;
    for _ in 0..MAX_DRAWS {
        let own = OwnKeys::generate()?;
        let agreement = own.agree(&peer)?;
        if agreement.has_leading_zero() {
            let session = agreement.session_of_shortest_unsigned();
            let (key_material, checksum) = Encryptor::shown(&own, options);
            let SealedContent { content, checksum } =
                SealedContent::seal(&session, content.into(), checksum)?;
            return Ok(SealedEntry { content, checksum, key_material });
        }
    }
    Err(Error::RandomnessUnavailable)
}

/// Decrypts one entry as such a receiver does: it cannot read what was encrypted under a secret
/// that begins with a zero byte.
///
/// # Errors
/// The classes of fidelius.md 6, in its order.
pub fn decrypt_with_shortened_secret(
    keys: &ReceiverKeys,
    content: &str,
    push: &KeyMaterial,
) -> Result<Plaintext, Error> {
    let options = DecryptOptions::strict();
    let peer = push.decode(Reading::Strict)?;
    let sealed = decrypt::decode_content(content, &options)?;
    let agreement = keys.own().agree(&peer.parse()?)?;
    decrypt::open_shortened(&agreement, sealed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{SecretForm, encrypt_entry};

    fn request() -> (ReceiverKeys, KeyMaterial, EncryptOptions) {
        let until = "2026-11-24T10:00:00Z".parse().unwrap();
        let keys = ReceiverKeys::generate().unwrap();
        let material = keys.key_material(until);
        (keys, material, EncryptOptions::new(until))
    }

    #[test]
    fn a_sender_that_drops_zeros_is_read_by_the_shortest_form_and_by_no_strict_reader() {
        let (keys, material, options) = request();
        let sealed =
            encrypt_with_shortened_secret(b"a record".as_slice(), &material, &options).unwrap();
        let (content, push) = (sealed.content.as_str(), &sealed.key_material);
        let opened = keys.decrypt_entry(content, push, None).unwrap();
        assert_eq!(opened.bytes.as_str().unwrap(), "a record");
        assert_eq!(opened.secret_form, SecretForm::ShortestUnsigned);
        let strict = keys.decrypt_entry_with(content, push, None, &DecryptOptions::strict());
        assert_eq!(strict.err(), Some(Error::AuthenticationFailed));
        let same = decrypt_with_shortened_secret(&keys, content, push).unwrap();
        assert_eq!(same.as_str().unwrap(), "a record");
    }

    /// The rule of fidelius.md 7 for the sender: more exchanges than would hold a zero by chance.
    #[test]
    fn what_this_crate_encrypts_is_read_by_a_receiver_that_drops_zeros() {
        let (keys, material, options) = request();
        for _ in 0..600 {
            let sealed = encrypt_entry(b"a record".as_slice(), &material, &options).unwrap();
            let read = decrypt_with_shortened_secret(&keys, &sealed.content, &sealed.key_material);
            assert_eq!(read.unwrap().as_str().unwrap(), "a record");
        }
    }
}
