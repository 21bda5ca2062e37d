//! The registry's own public key, under which it wants some fields encrypted.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::rsa::{Pkcs1PublicEncryptingKey, PublicEncryptingKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::api::registry::ProtectedText;

/// Why a key cannot be read, or a value not be encrypted. Names no value.
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegistryKeyError {
    /// The text holds no RSA key.
    #[error(
        "the registry's key cannot be read: expected a PEM public key or certificate, base64 of the \
         DER of either, or JSON with one of them under `publicKey` or `certificate`, of an RSA key \
         of at least 2048 bits"
    )]
    Unreadable,
    /// The value is longer than the key can take.
    #[error("the value is too long for the registry's key")]
    TooLong,
}

crate::error::debug_in_words!(RegistryKeyError);

/// The registry's public key, for RSA/ECB/PKCS1Padding. No key of milestone 1 can stand in its
/// place, nor it in theirs.
///
/// ```
/// use abdm_core::registry::RegistryKey;
/// assert!(RegistryKey::read("no key").is_err());
/// ```
#[derive(Clone)]
pub struct RegistryKey(Arc<Pkcs1PublicEncryptingKey>);

impl fmt::Debug for RegistryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RegistryKey({} bits)", self.0.key_size_bits())
    }
}

impl RegistryKey {
    /// Reads it in any of the forms that it comes in: a PEM key, a PEM certificate, bare base64 of
    /// the DER of either, or JSON with one of these under `publicKey` or `certificate`.
    ///
    /// # Errors
    /// [`RegistryKeyError::Unreadable`].
    pub fn read(text: &str) -> Result<Self, RegistryKeyError> {
        let text = text.trim();
        if text.starts_with(['{', '"']) {
            return Self::read_json(text);
        }
        let base64: String = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("-----"))
            .flat_map(str::chars)
            .filter(|c| !c.is_whitespace())
            .collect();
        let der = STANDARD.decode(base64).map_err(|_| RegistryKeyError::Unreadable)?;
        let key = PublicEncryptingKey::from_der(&der).or_else(|error| {
            let inside = key_of_certificate(&der).ok_or(error)?;
            PublicEncryptingKey::from_der(inside)
        });
        let key = key.map_err(|_| RegistryKeyError::Unreadable)?;
        let key = Pkcs1PublicEncryptingKey::new(key).map_err(|_| RegistryKeyError::Unreadable)?;
        Ok(Self(Arc::new(key)))
    }

    fn read_json(text: &str) -> Result<Self, RegistryKeyError> {
        let value: Value = serde_json::from_str(text).map_err(|_| RegistryKeyError::Unreadable)?;
        let named = ["publicKey", "certificate"].into_iter().find_map(|name| value.get(name));
        let inside = named.unwrap_or(&value).as_str();
        let inside = inside.filter(|inside| !inside.trim_start().starts_with(['{', '"']));
        Self::read(inside.ok_or(RegistryKeyError::Unreadable)?)
    }

    /// Encrypts a value, as base64. Two encryptions of one value differ.
    ///
    /// # Errors
    /// [`RegistryKeyError::TooLong`].
    pub fn encrypt(&self, value: &str) -> Result<ProtectedText, RegistryKeyError> {
        let mut buffer = vec![0; self.0.ciphertext_size()];
        let encrypted = self.0.encrypt(value.as_bytes(), &mut buffer);
        let encrypted = encrypted.map_err(|_| RegistryKeyError::TooLong)?;
        Ok(ProtectedText::new(STANDARD.encode(encrypted)))
    }
}

/// The `SubjectPublicKeyInfo` of an X.509 certificate: behind the optional version, serial number,
/// signature algorithm, issuer, validity and subject of the first sequence inside.
fn key_of_certificate(certificate: &[u8]) -> Option<&[u8]> {
    const SEQUENCE: u8 = 0x30;
    const VERSION: u8 = 0xa0;
    let outer = Element::first(certificate).filter(|element| element.tag == SEQUENCE)?;
    let signed = Element::first(outer.content).filter(|element| element.tag == SEQUENCE)?;
    let mut rest = signed.content;
    let mut fields = 0;
    while let Some(element) = Element::first(rest) {
        if element.tag != VERSION {
            fields += 1;
        }
        if fields == 6 {
            return (element.tag == SEQUENCE).then_some(element.whole);
        }
        rest = element.after;
    }
    None
}

/// One element of DER.
struct Element<'a> {
    tag: u8,
    whole: &'a [u8],
    content: &'a [u8],
    after: &'a [u8],
}

impl<'a> Element<'a> {
    fn first(bytes: &'a [u8]) -> Option<Self> {
        let (tag, length, head) = match bytes {
            [tag, short, ..] if *short < 0x80 => (*tag, usize::from(*short), 2),
            [tag, 0x81, length, ..] => (*tag, usize::from(*length), 3),
            [tag, 0x82, high, low, ..] => (*tag, usize::from(u16::from_be_bytes([*high, *low])), 4),
            _ => return None,
        };
        let (whole, after) = bytes.split_at_checked(head + length)?;
        Some(Self { tag, whole, content: whole.get(head..)?, after })
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
    use aws_lc_rs::rsa::{KeySize, Pkcs1PrivateDecryptingKey, PrivateDecryptingKey};
    use serde_json::json;

    use super::*;

    fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
        let content = parts.concat();
        let mut bytes = vec![tag, 0x82];
        bytes.extend(u16::try_from(content.len()).unwrap().to_be_bytes());
        bytes.extend(content);
        bytes
    }

    /// The frame of a certificate around a key; nobody looks at the rest.
    fn certificate(key: &[u8], has_version: bool) -> Vec<u8> {
        let version = element(0xa0, &[&[2, 1, 2]]);
        let empty = element(0x30, &[]);
        let first: &[u8] = if has_version { &version } else { &[] };
        let signed = element(0x30, &[first, &[2, 1, 7], &empty, &empty, &empty, &empty, key]);
        element(0x30, &[&signed, &empty, &[3, 1, 0]])
    }

    fn pem(label: &str, der: &[u8]) -> String {
        let base64 = STANDARD.encode(der);
        let lines: Vec<&str> =
            base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
        format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
    }

    #[test]
    fn the_key_is_read_in_all_its_forms_and_encrypts_with_the_padding_of_the_registry() {
        let private = PrivateDecryptingKey::generate(KeySize::Rsa2048).unwrap();
        let der: PublicKeyX509Der<'_> = private.public_key().as_der().unwrap();
        let der = der.as_ref().to_vec();
        let private = Pkcs1PrivateDecryptingKey::new(private).unwrap();
        let (with, without) = (certificate(&der, true), certificate(&der, false));
        let forms = [
            pem("PUBLIC KEY", &der),
            pem("CERTIFICATE", &with),
            STANDARD.encode(&der),
            format!("  {}\n", STANDARD.encode(&without)),
            json!({"publicKey": pem("PUBLIC KEY", &der)}).to_string(),
            json!({"certificate": STANDARD.encode(&with), "other": 1}).to_string(),
            json!(STANDARD.encode(&der)).to_string(),
        ];
        for form in forms {
            let key = RegistryKey::read(&form).unwrap_or_else(|error| panic!("{form}: {error}"));
            let (one, two) = (key.encrypt("123456").unwrap(), key.encrypt("123456").unwrap());
            assert_ne!(one.expose(), two.expose());
            let cipher = STANDARD.decode(one.expose()).unwrap();
            let mut plain = vec![0; private.min_output_size()];
            assert_eq!(private.decrypt(&cipher, &mut plain).unwrap(), b"123456");
            assert_eq!(key.encrypt(&"9".repeat(300)).err(), Some(RegistryKeyError::TooLong));
            assert_eq!(format!("{key:?}"), "RegistryKey(2048 bits)");
        }
    }

    #[test]
    fn what_holds_no_key_is_refused_and_nothing_panics() {
        let key = STANDARD.decode("MIIBIjANBgkqhkiG9w0BAQEFAAOC").unwrap();
        for text in [
            "",
            "{}",
            "not base64!",
            r#"{"publicKey":7}"#,
            r#"{"publicKey":"{\"publicKey\":\"x\"}"}"#,
            &STANDARD.encode([0x30, 0x82, 0xff, 0xff]),
            &STANDARD.encode(certificate(&key, true)),
            &STANDARD.encode([0x30]),
        ] {
            let read = RegistryKey::read(text);
            assert_eq!(read.err(), Some(RegistryKeyError::Unreadable), "{text}");
        }
    }
}
