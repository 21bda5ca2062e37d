//! Every way this crate can fail, one variant per rejection class of fidelius.md 6.

use thiserror::Error;

/// Why key material was refused, or an entry could not be encrypted or decrypted.
///
/// Nothing secret appears in the texts: they name the input and the rule, never its value.
/// [`Error::fault`] says whose side has to act.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Error {
    /// The text is not standard base64 with padding (fidelius.md 3.7).
    #[error(
        "{input} is not valid base64: the standard alphabet with `=` padding is required; \
         url-safe or doubly escaped text needs `lenient_encodings`"
    )]
    InvalidBase64 {
        /// Which value was being read.
        input: Input,
    },
    /// A nonce that is not exactly 32 bytes; peers diverge on any other length (fidelius.md 3.8).
    #[error("{input} decodes to {found} bytes; a Fidelius nonce is base64 of exactly 32 bytes")]
    InvalidNonceLength {
        /// Whose nonce it is.
        input: Input,
        /// How many bytes the text decodes to.
        found: usize,
    },
    /// Not a scalar in `[1, n-1]`, written big-endian in 1 to 33 bytes (fidelius.md 3.1).
    ///
    /// A clamped X25519 private key is always refused: it is larger than the group order.
    #[error(
        "the private key is not a big-endian scalar in [1, n-1]; clamped X25519 keys do not \
         belong to this scheme, generate a new key pair"
    )]
    InvalidPrivateKey,
    /// The public key is the point at infinity.
    #[error("the public key is the point at infinity; the peer must send a new key")]
    PointAtInfinity,
    /// Neither a 65-byte point nor DER.
    #[error(
        "the public key is {found} bytes long; a raw point has 65 (04 || X || Y). 32 bytes are a \
         bare X25519 key, 33 a compressed point, 64 a point whose leading zero was dropped \
         (the last opens with `lenient_encodings`)"
    )]
    InvalidKeyLength {
        /// How many bytes the text decodes to.
        found: usize,
    },
    /// A DER structure or point form that is not on the list of fidelius.md 3.2 to 3.4.
    #[error("the public key's encoding is not supported: {found}")]
    UnsupportedKeyEncoding {
        /// What was found instead.
        found: KeyEncodingFault,
    },
    /// X or Y is not below the field prime.
    #[error("the public key has a coordinate that is not reduced modulo p")]
    NonCanonicalCoordinate,
    /// The point does not satisfy the curve equation.
    #[error("the public key is not a point of Curve25519 in short-Weierstrass form")]
    PointNotOnCurve,
    /// One of the eight points whose multiples are known to everybody.
    #[error("the public key has small order, so the shared secret would be known to everybody")]
    LowOrderPoint,
    /// On the curve, but with a small-order part.
    #[error("the public key is not in the prime-order subgroup")]
    NotInPrimeSubgroup,
    /// Own and peer's key or nonce are equal (fidelius.md 8, rule 4).
    #[error(
        "the peer's {input} equals our own: the message was reflected, or the caller passed the \
         same key material for both sides"
    )]
    ReflectedKeyMaterial {
        /// Which of the two was equal.
        input: Input,
    },
    /// Less content than an authentication tag takes.
    #[error("the content decodes to {found} bytes, fewer than the 16 bytes of the tag")]
    CiphertextTooShort {
        /// How many bytes the content decodes to.
        found: usize,
    },
    /// More content than the configured limit (fidelius.md 8, rule 7).
    #[error(
        "the content is larger than the limit of {limit} bytes; raise `content_limit` if such \
         documents are expected"
    )]
    ContentTooLarge {
        /// The limit in bytes of decoded content.
        limit: usize,
    },
    /// The tag does not fit: wrong key, wrong nonce, or altered content.
    #[error(
        "authentication failed: the content was altered, or was encrypted for other key material \
         (check that the key pair of this very data request is used)"
    )]
    AuthenticationFailed,
    /// The decrypted bytes are not UTF-8.
    #[error("the decrypted content is not UTF-8 text")]
    InvalidUtf8,
    /// `cryptoAlg` is not `ECDH` (fidelius.md 4).
    #[error("the peer's cryptoAlg is not supported; ABDM uses `ECDH`")]
    UnsupportedAlgorithm {
        /// The value received, shortened.
        found: ForeignText,
    },
    /// `curve` is not `Curve25519` (fidelius.md 4).
    #[error("the peer's curve is not supported; ABDM uses `Curve25519`")]
    UnsupportedCurve {
        /// The value received, shortened.
        found: ForeignText,
    },
    /// Saved receiver keys are not in the form that
    /// [`ReceiverKeys::export`](crate::ReceiverKeys::export) writes.
    #[error(
        "saved receiver keys are damaged or of an unknown version: expected the {expected} bytes \
         that `ReceiverKeys::export` gave"
    )]
    InvalidSavedKeys {
        /// The length of the current form in bytes.
        expected: usize,
    },
    /// The operating system gave no usable randomness.
    #[error("the operating system's random generator failed; nothing was encrypted")]
    RandomnessUnavailable,
}

/// A peer's own words, which may say anything: to be looked at by [`as_str`](ForeignText::as_str), and
/// in no error text or `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct ForeignText(String);

impl ForeignText {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for ForeignText {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl std::fmt::Debug for ForeignText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ForeignText({} characters)", self.0.chars().count())
    }
}

impl Error {
    /// The class name of fidelius.md 6, as the shared vectors spell it.
    ///
    /// ```
    /// use fidelius_crypto::Error;
    ///
    /// assert_eq!(Error::LowOrderPoint.class(), "LowOrderPoint");
    /// ```
    #[must_use]
    pub fn class(&self) -> &'static str {
        match self {
            Error::InvalidBase64 { .. } => "InvalidBase64",
            Error::InvalidNonceLength { .. } => "InvalidNonceLength",
            Error::InvalidPrivateKey => "InvalidPrivateKey",
            Error::PointAtInfinity => "PointAtInfinity",
            Error::InvalidKeyLength { .. } => "InvalidKeyLength",
            Error::UnsupportedKeyEncoding { .. } => "UnsupportedKeyEncoding",
            Error::NonCanonicalCoordinate => "NonCanonicalCoordinate",
            Error::PointNotOnCurve => "PointNotOnCurve",
            Error::LowOrderPoint => "LowOrderPoint",
            Error::NotInPrimeSubgroup => "NotInPrimeSubgroup",
            Error::ReflectedKeyMaterial { .. } => "ReflectedKeyMaterial",
            Error::CiphertextTooShort { .. } => "CiphertextTooShort",
            Error::ContentTooLarge { .. } => "ContentTooLarge",
            Error::AuthenticationFailed => "AuthenticationFailed",
            Error::InvalidUtf8 => "InvalidUtf8",
            Error::UnsupportedAlgorithm { .. } => "UnsupportedAlgorithm",
            Error::UnsupportedCurve { .. } => "UnsupportedCurve",
            Error::InvalidSavedKeys { .. } => "InvalidSavedKeys",
            Error::RandomnessUnavailable => "RandomnessUnavailable",
        }
    }

    /// Whose side has to act.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Error::InvalidPrivateKey | Error::InvalidSavedKeys { .. } => Fault::Caller,
            Error::InvalidBase64 { input } | Error::InvalidNonceLength { input, .. } => match input
            {
                Input::OwnPrivateKey | Input::OwnNonce => Fault::Caller,
                Input::Content | Input::PeerPublicKey | Input::PeerNonce => Fault::Peer,
            },
            Error::RandomnessUnavailable => Fault::Machine,
            _ => Fault::Peer,
        }
    }
}

/// Whose side has to act on an [error](enum@Error).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The other party sent something that cannot be used.
    Peer,
    /// The calling program passed something that cannot be used.
    Caller,
    /// This machine failed.
    Machine,
}

/// The value an [error](enum@Error) is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Input {
    /// The entry's encrypted content.
    Content,
    /// Our own private key.
    OwnPrivateKey,
    /// Our own nonce.
    OwnNonce,
    /// The other party's public key.
    PeerPublicKey,
    /// The other party's nonce.
    PeerNonce,
}

impl std::fmt::Display for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Input::Content => "content",
            Input::OwnPrivateKey => "own private key",
            Input::OwnNonce => "own nonce",
            Input::PeerPublicKey => "peer public key",
            Input::PeerNonce => "peer nonce",
        })
    }
}

/// What an unsupported public key turned out to be, as far as can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyEncodingFault {
    /// A SubjectPublicKeyInfo of X25519 (OID 1.3.101.110), as hobby clients send it.
    X25519,
    /// DER that is cut short, has trailing bytes, or names another curve or other parameters.
    OtherDer,
    /// 65 bytes that do not begin with 04.
    PointForm,
}

impl std::fmt::Display for KeyEncodingFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            KeyEncodingFault::X25519 => {
                "it is an X25519 key (OID 1.3.101.110), but ABDM's Curve25519 keys are points in \
                 short-Weierstrass form; the peer's software does not implement Fidelius"
            }
            KeyEncodingFault::OtherDer => {
                "the DER is cut short, has trailing bytes, or its curve parameters are not those \
                 of Curve25519 in short-Weierstrass form"
            }
            KeyEncodingFault::PointForm => "an uncompressed point begins with 04",
        })
    }
}
