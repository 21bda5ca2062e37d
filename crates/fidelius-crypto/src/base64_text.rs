//! Base64 as fidelius.md 3.7 wants it: written strictly, read strictly after removing line breaks.
//!
//! Encoding and decoding use different libraries in default builds, each for a measured reason
//! (`docs/performance.md`): the encoder only ever sees our own ciphertext and keys; everything a
//! peer sent goes through the `base64` crate.

use std::borrow::Cow;

use base64::Engine as _;

use crate::{Error, Input};

/// How strictly to read what a peer wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// Standard alphabet, padded; line breaks are dropped.
    Strict,
    /// Also the url-safe alphabet, and the literal escapes `\u002B`, `\u002F`, `\u003D`.
    Lenient,
}

#[cfg(feature = "simd")]
pub(crate) fn encode(bytes: &[u8]) -> String {
    base64_simd::STANDARD.encode_to_string(bytes)
}

#[cfg(not(feature = "simd"))]
pub(crate) fn encode(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

pub(crate) fn decode(text: &str, input: Input, reading: Reading) -> Result<Vec<u8>, Error> {
    let strict = decode_strict(text.as_bytes());
    let decoded = match strict {
        None if has_whitespace(text) || reading == Reading::Lenient => {
            decode_strict(tidy(text, reading).as_bytes())
        }
        strict => strict,
    };
    decoded.ok_or(Error::InvalidBase64 { input })
}

/// At most `limit` decoded bytes; more is refused before anything is allocated for it.
pub(crate) fn decode_limited(
    text: &str,
    limit: usize,
    input: Input,
    reading: Reading,
) -> Result<Vec<u8>, Error> {
    let at_most = |characters: usize| characters / 4 <= limit.div_ceil(3);
    if !at_most(text.len()) {
        let significant = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).count();
        if !at_most(significant) {
            return Err(Error::ContentTooLarge { limit });
        }
    }
    let decoded = decode(text, input, reading)?;
    if decoded.len() > limit {
        return Err(Error::ContentTooLarge { limit });
    }
    Ok(decoded)
}

fn decode_strict(text: &[u8]) -> Option<Vec<u8>> {
    engine().decode(text).ok()
}

#[cfg(feature = "simd")]
fn engine() -> impl base64::Engine {
    base64::engine::Simd::standard(base64::engine::general_purpose::PAD)
}

#[cfg(not(feature = "simd"))]
fn engine() -> impl base64::Engine {
    base64::engine::general_purpose::STANDARD
}

fn has_whitespace(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_whitespace())
}

fn tidy(text: &str, reading: Reading) -> String {
    let text = match reading {
        Reading::Strict => Cow::Borrowed(text),
        Reading::Lenient => unescape(text),
    };
    let lenient = reading == Reading::Lenient;
    text.chars()
        .filter(|character| !character.is_ascii_whitespace())
        .map(|character| match character {
            '-' if lenient => '+',
            '_' if lenient => '/',
            other => other,
        })
        .collect()
}

/// Undoes JSON escapes that a peer escaped once too often.
fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains("\\u00") {
        return Cow::Borrowed(text);
    }
    let mut plain = text.to_owned();
    for (upper, lower, character) in
        [("\\u002B", "\\u002b", "+"), ("\\u002F", "\\u002f", "/"), ("\\u003D", "\\u003d", "=")]
    {
        plain = plain.replace(upper, character).replace(lower, character);
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strict(text: &str) -> Result<Vec<u8>, Error> {
        decode(text, Input::Content, Reading::Strict)
    }

    fn lenient(text: &str) -> Result<Vec<u8>, Error> {
        decode(text, Input::Content, Reading::Lenient)
    }

    #[test]
    fn line_wrapped_text_is_read() {
        assert_eq!(strict("aGVs\r\nbG8g\n d29y bGQ=\t\n").unwrap(), b"hello world");
    }

    #[test]
    fn anything_but_canonical_standard_base64_is_refused() {
        for text in
            ["aGVsbG8", "aGVsbG9=", "aGVs=bG8", "-_-_", "\\u002B+++", "A", "=", "aGV\0", "é"]
        {
            assert_eq!(strict(text), Err(Error::InvalidBase64 { input: Input::Content }), "{text}");
        }
    }

    #[test]
    fn url_safe_and_escaped_text_is_read_only_when_lenient() {
        assert_eq!(lenient("-_-_").unwrap(), strict("+/+/").unwrap());
        assert_eq!(
            lenient("\\u002B\\u002f+/Zg\\u003D\\u003d").unwrap(),
            strict("+/+/Zg==").unwrap()
        );
        assert!(lenient("*").is_err());
    }

    #[test]
    fn the_limit_counts_decoded_bytes_and_ignores_line_breaks() {
        let at_limit = encode(&[0; 48]);
        let wrapped = at_limit.replace('A', "A\r\n");
        for text in [&at_limit, &wrapped] {
            let read = |limit| decode_limited(text, limit, Input::Content, Reading::Strict);
            assert_eq!(read(48).unwrap().len(), 48);
            assert_eq!(read(47), Err(Error::ContentTooLarge { limit: 47 }));
        }
    }
}
