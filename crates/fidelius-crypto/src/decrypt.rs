//! The HIU's side: opening what a HIP pushed.

use crate::{
    ChecksumVerdict, Error, Input, Plaintext,
    aead::TAG_LEN,
    base64_text::{self, Reading},
    exchange::{Agreement, Session},
};

/// Default of [`DecryptOptions::content_limit`]: 64 MiB.
const DEFAULT_CONTENT_LIMIT: usize = 64 << 20;

/// How strictly an entry is opened.
///
/// | setting | default | what it admits |
/// |---|---|---|
/// | `lenient_encodings` | off | malformed keys and base64 (fidelius.md 3.6, 3.7) |
/// | `lenient_secrets` | on | well-formed pushes of HIPs that drop leading zeros of the *shared secret* (fidelius.md 7) |
///
/// The second is on because nothing is weakened by it: each try needs the secret and a valid tag,
/// it happens only when the first try failed and the secret begins with a zero byte, and without
/// it one document in 128 from the ProjectEKA HIP is lost. [`OpenedEntry::secret_form`] reports it.
#[derive(Debug, Clone)]
#[must_use]
pub struct DecryptOptions {
    pub(crate) reading: Reading,
    pub(crate) lenient_secrets: bool,
    pub(crate) content_limit: usize,
}

impl Default for DecryptOptions {
    fn default() -> DecryptOptions {
        DecryptOptions {
            reading: Reading::Strict,
            lenient_secrets: true,
            content_limit: DEFAULT_CONTENT_LIMIT,
        }
    }
}

impl DecryptOptions {
    /// The standard alone: no leniency of any kind.
    pub fn strict() -> DecryptOptions {
        DecryptOptions::default().lenient_secrets(false)
    }

    /// Also reads url-safe or doubly escaped base64, and 64-byte public keys whose leading zero was
    /// dropped.
    pub fn lenient_encodings(mut self, lenient: bool) -> DecryptOptions {
        self.reading = if lenient { Reading::Lenient } else { Reading::Strict };
        self
    }

    /// Also tries the two shortened forms of a shared secret that begins with zero.
    pub fn lenient_secrets(mut self, lenient: bool) -> DecryptOptions {
        self.lenient_secrets = lenient;
        self
    }

    /// The largest content to accept, in bytes after base64. Checked before allocating.
    pub fn content_limit(mut self, bytes: usize) -> DecryptOptions {
        self.content_limit = bytes;
        self
    }
}

/// A decrypted and authenticated entry.
#[derive(Debug)]
#[non_exhaustive]
pub struct OpenedEntry {
    /// The document, wiped from memory when dropped.
    pub bytes: Plaintext,
    /// What the entry's checksum says. Information only: the tag has already vouched for the bytes.
    pub checksum: ChecksumVerdict,
    /// Which form of the shared secret the sender used.
    pub secret_form: SecretForm,
}

/// The bytes of the shared secret that a sender feeds to HKDF.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SecretForm {
    /// All 32 bytes: the standard.
    Full,
    /// Leading zero bytes dropped (`ToByteArrayUnsigned` in C#, `Bytes` in Go).
    ShortestUnsigned,
    /// Shortest two's complement (`ToByteArray` in C#).
    ShortestSigned,
}

/// The keys agreed with the sender of one push body, ready for its entries.
///
/// Made by [`ReceiverKeys::decryptor`](crate::ReceiverKeys::decryptor). Deployed HIPs put several
/// entries under one `keyMaterial`; this spares the key agreement for all but the first.
pub struct Decryptor {
    agreement: Agreement,
    options: DecryptOptions,
}

impl Decryptor {
    pub(crate) fn new(agreement: Agreement, options: DecryptOptions) -> Decryptor {
        Decryptor { agreement, options }
    }

    /// Decrypts one entry. `checksum` is the entry's own, if it has one.
    ///
    /// # Errors
    /// [`Error::InvalidBase64`], [`Error::ContentTooLarge`], [`Error::CiphertextTooShort`],
    /// [`Error::AuthenticationFailed`]. No byte is released unless the tag is right.
    pub fn decrypt<'a>(
        &self,
        content: &str,
        checksum: impl Into<Option<&'a str>>,
    ) -> Result<OpenedEntry, Error> {
        let sealed = decode_content(content, &self.options)?;
        let (bytes, secret_form) = open(&self.agreement, content, sealed, &self.options)?;
        let checksum = ChecksumVerdict::judge(checksum.into(), &bytes);
        Ok(OpenedEntry { bytes, checksum, secret_form })
    }
}

impl std::fmt::Debug for Decryptor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Decryptor").field("options", &self.options).finish_non_exhaustive()
    }
}

/// Opens one content, given both as text and decoded: the text is needed again for a second try.
pub(crate) fn open(
    agreement: &Agreement,
    content: &str,
    sealed: Vec<u8>,
    options: &DecryptOptions,
) -> Result<(Plaintext, SecretForm), Error> {
    let found = sealed.len();
    if found < TAG_LEN {
        return Err(Error::CiphertextTooShort { found });
    }
    match open_with(&agreement.session(), sealed) {
        Err(Error::AuthenticationFailed)
            if options.lenient_secrets && agreement.has_leading_zero() =>
        {
            open_with_shortened_secret(agreement, content, options)
        }
        outcome => outcome.map(|bytes| (bytes, SecretForm::Full)),
    }
}

/// Opens one content under the shortest form of the secret alone.
pub(crate) fn open_shortened(agreement: &Agreement, sealed: Vec<u8>) -> Result<Plaintext, Error> {
    let found = sealed.len();
    if found < TAG_LEN {
        return Err(Error::CiphertextTooShort { found });
    }
    open_with(&agreement.session_of_shortest_unsigned(), sealed)
}

/// The failed try may have overwritten the ciphertext, so it is decoded again. That is cheaper
/// than keeping a copy each time for the one exchange in 128 that can come here.
fn open_with_shortened_secret(
    agreement: &Agreement,
    content: &str,
    options: &DecryptOptions,
) -> Result<(Plaintext, SecretForm), Error> {
    let unsigned = agreement.session_of_shortest_unsigned();
    if let Ok(bytes) = open_with(&unsigned, decode_content(content, options)?) {
        return Ok((bytes, SecretForm::ShortestUnsigned));
    }
    let signed = agreement.session_of_shortest_signed().ok_or(Error::AuthenticationFailed)?;
    let bytes = open_with(&signed, decode_content(content, options)?)?;
    Ok((bytes, SecretForm::ShortestSigned))
}

fn open_with(session: &Session, sealed: Vec<u8>) -> Result<Plaintext, Error> {
    // Owned by `Plaintext` from here on, so that it is wiped on every way out.
    let mut buffer = Plaintext::new(sealed);
    let length = session.open_in_place(buffer.buffer())?;
    buffer.buffer().truncate(length);
    Ok(buffer)
}

pub(crate) fn decode_content(content: &str, options: &DecryptOptions) -> Result<Vec<u8>, Error> {
    base64_text::decode_limited(content, options.content_limit, Input::Content, options.reading)
}
