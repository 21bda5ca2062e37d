//! Reading and writing bodies: JSON with errors that name the field and never the value.

mod document;

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use self::document::Document;
use crate::headers::documented_spelling;
use crate::id::IdError;

/// Why an HTTP message is not what its endpoint says.
///
/// Texts name the place and the rule; values, which may be personal, are left out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WireError {
    /// A required header is not there or blank.
    #[error("the header {} is missing", documented_spelling(name))]
    MissingHeader {
        /// Its name, in lower case.
        name: &'static str,
    },
    /// A header breaks its rule.
    #[error("the header {} is not valid: {rule}", documented_spelling(name))]
    InvalidHeader {
        /// Its name, in lower case.
        name: &'static str,
        /// What it must be.
        rule: &'static str,
    },
    /// The body does not have the form that the endpoint declares.
    #[error("the body does not fit at {path}: {problem}")]
    Body {
        /// Where, as a JSON path (`patient[0].hiType`); `.` is the whole body.
        path: String,
        /// What is wrong there, without the value.
        problem: String,
    },
    /// A value of ours cannot be written as JSON or as a query.
    #[error("the request cannot be written: {problem}")]
    Unwritable {
        /// What is in the way.
        problem: String,
    },
    /// The path's variable segment breaks its rule.
    #[error("the path is not valid: {0}")]
    Path(#[from] IdError),
    /// A URL cannot be formed from base and path.
    #[error("the URL cannot be formed from its base and path")]
    Url,
}

impl WireError {
    pub(crate) fn missing_header(name: &'static str) -> Self {
        Self::MissingHeader { name }
    }

    pub(crate) fn header_value(name: &'static str) -> Self {
        Self::InvalidHeader { name, rule: "it must be visible ASCII text" }
    }
}

/// Reads a JSON body. An empty one reads as `null`, because ABDM answers many calls with nothing.
///
/// # Errors
/// [`WireError::Body`], with the JSON path of the first misfit.
pub fn read_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, WireError> {
    let text: &[u8] = if body.iter().all(u8::is_ascii_whitespace) { b"null" } else { body };
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        WireError::Body { path, problem: without_values(&error.into_inner()) }
    })?;
    deserializer.end().map_err(|_| WireError::Body {
        path: ".".to_owned(),
        problem: "something follows the JSON value".to_owned(),
    })?;
    Ok(value)
}

/// Writes a JSON body; what serialises to `null` becomes an empty body.
///
/// # Errors
/// [`WireError::Unwritable`] when the value has no JSON form.
pub fn write_json<T: Serialize + ?Sized>(value: &T) -> Result<Bytes, WireError> {
    let text = serde_json::to_vec(value)
        .map_err(|error| WireError::Unwritable { problem: without_values(&error) })?;
    Ok(if text == b"null" { Bytes::new() } else { Bytes::from(text) })
}

/// The text of a JSON error without the value that it quotes: that value may be personal.
fn without_values(error: &serde_json::Error) -> String {
    let text = error.to_string();
    if let Some((_, expected)) = text.rsplit_once("expected ") {
        return format!("expected {expected}");
    }
    let quotes_names_only =
        ["missing field", "duplicate field", "not a valid", "EOF while", "key must"];
    if quotes_names_only.iter().any(|start| text.starts_with(start)) {
        return text;
    }
    format!("the JSON is not readable (line {}, column {})", error.line(), error.column())
}

/// The answer to a call that ABDM only takes note of: 202 and an empty body, or whatever JSON it adds.
///
/// It holds nothing on purpose: an accepted call has not succeeded yet, the outcome arrives as a
/// callback (README.md of the contract, reality 21).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Accepted;

impl Serialize for Accepted {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

impl<'de> serde::Deserialize<'de> for Accepted {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde::de::IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

/// No body.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NoBody;

impl Serialize for NoBody {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

impl<'de> serde::Deserialize<'de> for NoBody {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        serde::de::IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Outer {
        #[expect(dead_code, reason = "only its place is tested")]
        patient: Vec<Inner>,
    }

    #[derive(Debug, Deserialize)]
    struct Inner {
        #[serde(rename = "yearOfBirth")]
        #[expect(dead_code, reason = "only its place is tested")]
        year: u16,
    }

    #[test]
    fn a_misfit_names_the_field_and_not_the_value() {
        let body = br#"{"patient":[{"yearOfBirth":1988},{"yearOfBirth":"Asha Kumari"}]}"#;
        let error = read_json::<Outer>(body).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the body does not fit at patient[1].yearOfBirth: expected u16 at line 1 column 61"
        );
        assert!(!format!("{error:?}").contains("Asha"));
    }

    #[test]
    fn an_empty_body_is_an_accepted_answer_and_leaves_as_nothing() {
        assert_eq!(read_json::<Accepted>(b"").unwrap(), Accepted);
        let some = br#"{"status":"Notification is Accepted"}"#;
        assert_eq!(read_json::<Accepted>(some).unwrap(), Accepted);
        assert!(write_json(&Accepted).unwrap().is_empty());
        assert!(read_json::<Accepted>(b"{}x").is_err());
    }
}
