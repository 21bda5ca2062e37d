//! Error codes.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A code by which ABDM names a failure, for example `ABDM-1062`, `900901`, `HIS-1070`, `AS-1118`.
///
/// Normalised: blanks and a trailing `: ` are gone (ABDM sends both `ABDM-9999` and `ABDM-9999: `),
/// letters are upper case, a number is its digits. An open set: any code survives. A code alone has
/// no meaning, see [`catalogue`](crate::error::catalogue).
///
/// ```
/// use abdm_core::error::ErrorCode;
/// assert_eq!(ErrorCode::parse("ABDM-1027: ").unwrap(), "ABDM-1027");
/// assert_eq!(ErrorCode::abdm(1001), "ABDM-1001");
/// assert_eq!(ErrorCode::parse("Invalid consent code"), None);
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ErrorCode(String);

/// The longest code that is taken as one. The longest seen has 47 characters.
const MAX_LENGTH: usize = 64;

impl ErrorCode {
    /// Reads a code as liberally as ABDM writes it. `None` when the text is empty or prose.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        // `ABDM-1094: Access to this feature …`: the text has slipped into the code.
        let head = match text.split_once(':') {
            Some((head, rest)) if rest.trim().is_empty() || has_digit(head) => head.trim_end(),
            _ => text,
        };
        let shaped = !head.is_empty()
            && head.len() <= MAX_LENGTH
            && head.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        shaped.then(|| Self(head.to_ascii_uppercase()))
    }

    /// The ABDM code of this number, as our own answers send it: `ABDM-1001`.
    #[must_use]
    pub fn abdm(number: u16) -> Self {
        Self(format!("ABDM-{number:04}"))
    }

    /// The normalised text. It is what the peer sent; `Display` and `Debug` show it only when it
    /// has the form of a code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

/// Letters, a dash and up to five digits, or three to six digits: every code of errors.md. Anything
/// else that stands in the place of a code may be a value.
fn has_the_form_of_a_code(text: &str) -> bool {
    let digits = |text: &str, most| {
        (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    match text.split_once('-') {
        Some((family, number)) => {
            (2..=6).contains(&family.len())
                && family.bytes().all(|byte| byte.is_ascii_uppercase())
                && digits(number, 5)
        }
        None => text.len() >= 3 && digits(text, 6),
    }
}

/// The code, or that it is none.
impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if has_the_form_of_a_code(&self.0) { &self.0 } else { "no known code" })
    }
}

impl fmt::Debug for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ErrorCode({self})")
    }
}

impl AsRef<str> for ErrorCode {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for ErrorCode {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for ErrorCode {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

impl Serialize for ErrorCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ErrorCode {
    /// Accepts a text or a number.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        from_value(&value).ok_or_else(|| serde::de::Error::custom("not an error code"))
    }
}

/// Reads the code from a JSON value: a text or a whole number.
pub(super) fn from_value(value: &serde_json::Value) -> Option<ErrorCode> {
    match value {
        serde_json::Value::String(text) => ErrorCode::parse(text),
        serde_json::Value::Number(number) => ErrorCode::parse(&number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_loses_its_trailing_colon_and_blanks() {
        for (text, code) in [
            ("ABDM-9999: ", "ABDM-9999"),
            ("ABDM-9999:", "ABDM-9999"),
            (" abdm-9999 ", "ABDM-9999"),
            ("900901", "900901"),
            ("HIS-1070", "HIS-1070"),
            ("ABDM-1094: Access to this feature is restricted", "ABDM-1094"),
        ] {
            assert_eq!(ErrorCode::parse(text).unwrap(), code, "{text:?}");
        }
    }

    #[test]
    fn prose_is_not_a_code() {
        for text in ["", ": ", "Invalid Consent Code", "Invalid: yes", "ü"] {
            assert_eq!(ErrorCode::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_number_on_the_wire_is_its_digits() {
        let code: ErrorCode = serde_json::from_str("1401").unwrap();
        assert_eq!(code, "1401");
        assert_eq!(serde_json::to_string(&code).unwrap(), "\"1401\"");
    }
}
