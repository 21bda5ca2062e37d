//! A public key, and what it encrypts.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use aws_lc_rs::rsa::{OAEP_SHA1_MGF1SHA1, OaepPublicEncryptingKey, PublicEncryptingKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::encrypted::Encrypted;
use super::family::KeyFamily;
use super::plaintext::Plaintext;
use crate::api::certificate::{OAEP_SHA1, PublicCertificate};

/// Why a key cannot be read or a value not be encrypted. Names no value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncryptionError {
    /// ABDM's key is not base64 of a DER `SubjectPublicKeyInfo` of an RSA key of 2048 bits or more.
    #[error(
        "ABDM's public key cannot be read: expected base64 of a DER SubjectPublicKeyInfo with an RSA key of at least 2048 bits"
    )]
    Key,
    /// ABDM names another algorithm than the one that is implemented.
    #[error(
        "ABDM asks for the encryption {asked:?}, this version knows RSA-OAEP with SHA-1 only: look for a newer release"
    )]
    Algorithm {
        /// The algorithm that the certificate reply names.
        asked: String,
    },
    /// The value is longer than the key can take (470 bytes with the 4096-bit key, 214 with the
    /// other).
    #[error("the value is too long for ABDM's key")]
    TooLong,
}

/// The key itself, whose family is told by the one who hands it out.
pub(super) struct RsaKey {
    key: OaepPublicEncryptingKey,
    /// The certificate's text: tells whether a key that was fetched again is another one.
    text: String,
}

impl RsaKey {
    pub(super) fn read(certificate: &PublicCertificate) -> Result<Self, EncryptionError> {
        if let Some(asked) = &certificate.encryption_algorithm
            && !asked.trim().is_empty()
            && !asked.trim().eq_ignore_ascii_case(OAEP_SHA1)
        {
            return Err(EncryptionError::Algorithm { asked: asked.chars().take(80).collect() });
        }
        let text: String = certificate
            .public_key
            .lines()
            .filter(|line| !line.trim_start().starts_with("-----"))
            .flat_map(str::chars)
            .filter(|c| !c.is_whitespace())
            .collect();
        let der = STANDARD.decode(&text).map_err(|_| EncryptionError::Key)?;
        let key = PublicEncryptingKey::from_der(&der).map_err(|_| EncryptionError::Key)?;
        let key = OaepPublicEncryptingKey::new(key).map_err(|_| EncryptionError::Key)?;
        Ok(Self { key, text })
    }

    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.text == other.text
    }

    fn bits(&self) -> usize {
        self.key.key_size_bits()
    }
}

/// ABDM's public key for the calls of family `K`.
///
/// ```
/// # use abha_enrollment::api::certificate::PublicCertificate;
/// use abdm_core::secret::Otp;
/// use abha_enrollment::encryption::{AbhaKey, PublicKey};
///
/// # fn run(certificate: PublicCertificate) -> Result<(), Box<dyn std::error::Error>> {
/// let key = PublicKey::<AbhaKey>::from_certificate(&certificate)?;
/// let field = key.encrypt(&Otp::new("123456")?)?;
/// assert_eq!(field.as_str().len(), 684); // 512 bytes in base64, under the 4096-bit key
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct PublicKey<K: KeyFamily> {
    rsa: Arc<RsaKey>,
    family: PhantomData<K>,
}

impl<K: KeyFamily> PublicKey<K> {
    /// Reads the key of a certificate reply; PEM armour and line breaks are tolerated.
    ///
    /// # Errors
    /// When it is no RSA key, or for another algorithm.
    pub fn from_certificate(certificate: &PublicCertificate) -> Result<Self, EncryptionError> {
        RsaKey::read(certificate).map(|key| Self::labelled(Arc::new(key)))
    }

    pub(super) const fn labelled(rsa: Arc<RsaKey>) -> Self {
        Self { rsa, family: PhantomData }
    }

    pub(super) const fn rsa(&self) -> &Arc<RsaKey> {
        &self.rsa
    }

    /// Encrypts a value. Two encryptions of one value differ: OAEP is randomised.
    ///
    /// # Errors
    /// When the value is too long for the key.
    pub fn encrypt(&self, value: &dyn Plaintext) -> Result<Encrypted<K>, EncryptionError> {
        let plaintext = value.plaintext();
        let mut buffer = vec![0; self.rsa.key.ciphertext_size()];
        let ciphertext = self
            .rsa
            .key
            .encrypt(&OAEP_SHA1_MGF1SHA1, plaintext.as_bytes(), &mut buffer, None)
            .map_err(|_| EncryptionError::TooLong)?;
        Ok(Encrypted::from_base64(STANDARD.encode(ciphertext)))
    }
}

impl<K: KeyFamily> fmt::Debug for PublicKey<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey<{}>({} bits)", K::NAME, self.rsa.bits())
    }
}

impl fmt::Debug for RsaKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RsaKey({} bits)", self.bits())
    }
}

#[cfg(test)]
mod tests {
    use abdm_core::secret::{AadhaarNumber, Otp};
    use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
    use aws_lc_rs::rsa::{KeySize, OaepPrivateDecryptingKey, PrivateDecryptingKey};

    use super::*;
    use crate::encryption::AbhaKey;
    use crate::input::Password;

    fn pair() -> (OaepPrivateDecryptingKey, String) {
        let private = PrivateDecryptingKey::generate(KeySize::Rsa2048).unwrap();
        let der: PublicKeyX509Der<'_> = private.public_key().as_der().unwrap();
        let text = STANDARD.encode(der.as_ref());
        (OaepPrivateDecryptingKey::new(private).unwrap(), text)
    }

    fn open(private: &OaepPrivateDecryptingKey, field: &str) -> String {
        let bytes = STANDARD.decode(field).unwrap();
        let mut out = vec![0; private.min_output_size()];
        let text = private.decrypt(&OAEP_SHA1_MGF1SHA1, &bytes, &mut out, None).unwrap();
        String::from_utf8(text.to_vec()).unwrap()
    }

    #[test]
    fn what_is_encrypted_opens_with_sha1_oaep_and_never_looks_the_same_twice() {
        let (private, text) = pair();
        let key = PublicKey::<AbhaKey>::from_certificate(&PublicCertificate::new(text)).unwrap();
        let aadhaar = AadhaarNumber::new("2345 6789 0124").unwrap();
        let one = key.encrypt(&aadhaar).unwrap();
        let two = key.encrypt(&aadhaar).unwrap();
        assert_eq!(open(&private, one.as_str()), "234567890124");
        assert_eq!(open(&private, two.as_str()), "234567890124");
        assert_ne!(one.as_str(), two.as_str());
        assert_eq!(one.as_str().len(), 344);
        assert_eq!(
            format!("{one:?} {key:?}"),
            "Encrypted<abha>(344 characters) PublicKey<abha>(2048 bits)"
        );
    }

    #[test]
    fn pem_armour_and_line_breaks_are_tolerated() {
        let (private, text) = pair();
        let (head, tail) = text.split_at(64);
        let pem =
            format!("-----BEGIN PUBLIC KEY-----\n{head}\r\n{tail}\n-----END PUBLIC KEY-----\n");
        let key = PublicKey::<AbhaKey>::from_certificate(&PublicCertificate::new(pem)).unwrap();
        let field = key.encrypt(&Otp::new("012345").unwrap()).unwrap();
        assert_eq!(open(&private, field.as_str()), "012345");
    }

    #[test]
    fn a_bad_key_another_algorithm_and_a_long_value_are_refused() {
        let (_, text) = pair();
        for bad in ["", "no base64!", "AAAA", text.get(..80).unwrap()] {
            let outcome = PublicKey::<AbhaKey>::from_certificate(&PublicCertificate::new(bad));
            assert_eq!(outcome.unwrap_err(), EncryptionError::Key, "{bad}");
        }
        let mut certificate = PublicCertificate::new(text);
        let key = PublicKey::<AbhaKey>::from_certificate(&certificate).unwrap();
        let long = Password::existing("x".repeat(215));
        assert_eq!(key.encrypt(&long).unwrap_err(), EncryptionError::TooLong);
        assert!(key.encrypt(&Password::existing("x".repeat(214))).is_ok());
        certificate.encryption_algorithm = Some("RSA/ECB/OAEPWithSHA-256AndMGF1Padding".to_owned());
        assert!(matches!(
            PublicKey::<AbhaKey>::from_certificate(&certificate),
            Err(EncryptionError::Algorithm { .. })
        ));
    }
}
