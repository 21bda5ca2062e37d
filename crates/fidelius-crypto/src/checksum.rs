//! The `checksum` beside an entry's content (fidelius.md 4, "Checksum").
//!
//! MD5 here is a field that the contract requires, not a protection: the GCM tag is the integrity
//! check (fidelius.md 8, rule 10).

use md5::{Digest, Md5};

use crate::{Input, base64_text, base64_text::Reading};

/// How the MD5 of the plaintext is written. Which form a receiver checks is unknown, if any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ChecksumForm {
    /// 32 lower-case hexadecimal digits.
    #[default]
    Hex,
    /// Base64 of the 16 bytes of the digest.
    Base64,
    /// Base64 of the 32 hexadecimal digits, as one reading of the documentation has it.
    Base64OfHex,
    /// An empty text, as some senders have it. Spares the MD5, by far the slowest step of sealing
    /// a large document.
    Empty,
}

impl ChecksumForm {
    /// The checksum text for this plaintext.
    #[must_use]
    pub fn of(self, plaintext: &[u8]) -> String {
        match self {
            ChecksumForm::Hex => hex(&digest(plaintext)),
            ChecksumForm::Base64 => base64_text::encode(&digest(plaintext)),
            ChecksumForm::Base64OfHex => base64_text::encode(hex(&digest(plaintext)).as_bytes()),
            ChecksumForm::Empty => String::new(),
        }
    }
}

/// What a received checksum says about the plaintext. It is information, never a refusal: many
/// real senders fill the field with something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChecksumVerdict {
    /// It is the MD5 of the plaintext, in one of the three forms.
    Match,
    /// It has the shape of an MD5, but of something else.
    Mismatch,
    /// There is none: the field is missing, empty, or not shaped like an MD5 (`string`, a SHA-256).
    Absent,
}

impl ChecksumVerdict {
    /// Judges a checksum against the plaintext. Computes the MD5 only if there is one to compare.
    #[must_use]
    pub fn judge(checksum: Option<&str>, plaintext: &[u8]) -> ChecksumVerdict {
        match checksum.and_then(read) {
            None => ChecksumVerdict::Absent,
            Some(received) if received == digest(plaintext) => ChecksumVerdict::Match,
            Some(_) => ChecksumVerdict::Mismatch,
        }
    }
}

fn digest(plaintext: &[u8]) -> [u8; 16] {
    Md5::digest(plaintext).into()
}

/// The digest in any of the three forms.
fn read(checksum: &str) -> Option<[u8; 16]> {
    let checksum = checksum.trim();
    match checksum.len() {
        32 => unhex(checksum.as_bytes()),
        24 | 44 => {
            let decoded = base64_text::decode(checksum, Input::Content, Reading::Strict).ok()?;
            <[u8; 16]>::try_from(decoded.as_slice()).ok().or_else(|| unhex(&decoded))
        }
        _ => None,
    }
}

fn hex(bytes: &[u8; 16]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(digits: &[u8]) -> Option<[u8; 16]> {
    let digits: &[u8; 32] = digits.try_into().ok()?;
    let value = |digit: u8| char::from(digit).to_digit(16).map(|value| value as u8);
    let mut bytes = [0; 16];
    let (pairs, _) = digits.as_chunks::<2>();
    for (byte, &[high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = value(high)? << 4 | value(low)?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY_MD5: &str = "d41d8cd98f00b204e9800998ecf8427e";

    #[test]
    fn every_form_of_the_right_digest_matches() {
        for form in [ChecksumForm::Hex, ChecksumForm::Base64, ChecksumForm::Base64OfHex] {
            let text = form.of(b"x");
            assert_eq!(ChecksumVerdict::judge(Some(&text), b"x"), ChecksumVerdict::Match, "{text}");
            assert_eq!(ChecksumVerdict::judge(Some(&text), b"y"), ChecksumVerdict::Mismatch);
        }
        let upper = EMPTY_MD5.to_uppercase();
        assert_eq!(ChecksumVerdict::judge(Some(&upper), b""), ChecksumVerdict::Match);
    }

    #[test]
    fn the_default_form_is_lower_case_hex() {
        assert_eq!(ChecksumForm::default().of(b""), EMPTY_MD5);
    }

    #[test]
    fn placeholders_of_real_senders_count_as_absent() {
        let sha256_hex = "a".repeat(64);
        let sha256_base64 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        for text in ["", "string", "MD5", "  ", &sha256_hex, sha256_base64] {
            assert_eq!(ChecksumVerdict::judge(Some(text), b""), ChecksumVerdict::Absent, "{text}");
        }
        assert_eq!(ChecksumVerdict::judge(None, b""), ChecksumVerdict::Absent);
    }
}
