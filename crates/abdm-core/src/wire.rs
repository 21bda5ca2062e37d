//! Reading and writing bodies: JSON with errors that name the field and never the value.

mod document;
mod envelope;
mod forgiving;
mod json;
mod node;
#[cfg(any(test, feature = "testing"))]
pub mod odd;
mod plain;
mod reader;
mod trace;

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use self::document::Document;
pub use self::envelope::without_envelope;
pub(crate) use self::envelope::{enveloped, own_request_id, read_envelope, repeated};
pub(crate) use self::forgiving::WRAPPERS;
pub use self::forgiving::{Read, Warning, read_forgiving};
pub use self::json::{MOST_LEVELS, MOST_VALUES, Unreadable, check_json, parse_json, without_bom};
use self::node::{Node, without_values};
pub(crate) use self::plain::{Preference, plain};
use self::reader::Reader;
use self::trace::Trace;
use crate::headers::documented_spelling;
use crate::id::IdError;

/// Why an HTTP message is not what its endpoint says.
///
/// Texts name the place and the rule; values, which may be personal, are left out.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
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
    /// Something that was given to us, and not by ABDM, breaks its rule.
    #[error("{given} {rule}")]
    Given {
        /// What was given.
        given: &'static str,
        /// The rule.
        rule: &'static str,
    },
    /// A URL cannot be formed from base and path.
    #[error("the URL cannot be formed from its base and path")]
    Url,
    /// Nobody has published where this family is in the environment.
    #[error(
        "where {} is in this environment is not published: give its base URL by `Environment::with_base`",
        .0.as_str()
    )]
    NoBase(crate::environment::Family),
}

crate::error::debug_in_words!(WireError);

impl WireError {
    pub(crate) fn missing_header(name: &'static str) -> Self {
        Self::MissingHeader { name }
    }

    pub(crate) fn header_value(name: &'static str) -> Self {
        Self::InvalidHeader { name, rule: "it must be visible ASCII text" }
    }
}

/// Reads a JSON body exactly. An empty one reads as `null`, because ABDM answers many calls with
/// nothing; a byte order mark is skipped; a list is no struct.
///
/// This is for what comes in by itself (callbacks, pushes, requests to a server), where a field
/// that does not fit must not be thought away: a consent without one of its bounds would be wider.
/// Answers to calls are read by [`read_forgiving`].
///
/// # Errors
/// [`WireError::Body`], with the JSON path of the first misfit.
pub fn read_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, WireError> {
    let node = Node::parse(body)?;
    let trace = Trace::strict();
    T::deserialize(Reader::new(&node, &trace)).map_err(|misfit| WireError::Body {
        path: trace.fault(&misfit).path,
        problem: misfit.to_string(),
    })
}

/// Writes a JSON body; what serialises to `null` becomes an empty body.
///
/// # Errors
/// [`WireError::Unwritable`] when the value has no JSON form.
pub fn write_json<T: Serialize + ?Sized>(value: &T) -> Result<Bytes, WireError> {
    let text = serde_json::to_vec(value)
        .map_err(|error| WireError::Unwritable { problem: without_values(&error.to_string()) })?;
    Ok(if text == b"null" { Bytes::new() } else { Bytes::from(text) })
}

/// The answer to a call that ABDM only takes note of: 202 and an empty body, or whatever JSON it
/// adds.
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
            "the body does not fit at patient[1].yearOfBirth: expected u16"
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
