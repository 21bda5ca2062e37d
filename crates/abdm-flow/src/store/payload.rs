//! JSON that is stored and not looked at.

use std::fmt;

use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A JSON text: the state of a flow, an effect, a row.
///
/// Kept as bytes and not as a tree, so that decimals keep their digits and a store can encrypt it
/// or copy it without reading it. `Debug` prints its size only: it may hold clinical data.
#[derive(Clone, PartialEq, Eq)]
pub struct Payload(Bytes);

impl Payload {
    /// Writes a value as JSON.
    ///
    /// # Errors
    /// When the value has no JSON form, for example a map whose keys are not texts.
    pub fn encode<T: Serialize>(value: &T) -> Result<Self, PayloadError> {
        serde_json::to_vec(value).map(|json| Self(json.into())).map_err(|error| PayloadError {
            path: ".".into(),
            rule: "it has no JSON form",
            line: error.line(),
        })
    }

    /// Reads the value.
    ///
    /// # Errors
    /// When the JSON does not have the form of `T`. The error names the place, never the value.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, PayloadError> {
        let mut reader = serde_json::Deserializer::from_slice(&self.0);
        serde_path_to_error::deserialize(&mut reader).map_err(|error| PayloadError {
            path: error.path().to_string(),
            rule: match error.inner().classify() {
                serde_json::error::Category::Data => "the value does not have the expected form",
                serde_json::error::Category::Eof => "the text ends too early",
                _ => "it is not JSON",
            },
            line: error.inner().line(),
        })
    }

    /// Which variant of an enum it is, if it is one in its usual form: the name, never what is in
    /// it.
    pub(crate) fn variant(&self) -> Option<String> {
        let name = match serde_json::from_slice(&self.0).ok()? {
            serde_json::Value::String(name) => name,
            serde_json::Value::Object(fields) if fields.len() == 1 => fields.into_iter().next()?.0,
            _ => return None,
        };
        let is_name = |name: &String| name.chars().all(|c| c.is_ascii_alphanumeric());
        Some(name).filter(is_name)
    }

    /// The bytes, for stores.
    #[must_use]
    pub const fn as_bytes(&self) -> &Bytes {
        &self.0
    }

    /// Takes back what a store kept.
    #[must_use]
    pub fn from_bytes(bytes: impl Into<Bytes>) -> Self {
        Self(bytes.into())
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Payload({} bytes)", self.0.len())
    }
}

/// As base64, for the snapshot of the memory store.
impl Serialize for Payload {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        super::base64::serialize(&self.0, serializer)
    }
}

impl<'de> Deserialize<'de> for Payload {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        super::base64::deserialize(deserializer).map(Self)
    }
}

/// Where a stored JSON does not fit. Names the place and the rule, never the value.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("stored JSON, at `{path}` (line {line}): {rule}")]
#[non_exhaustive]
pub struct PayloadError {
    /// The place, for example `state.pages[2].accepted`.
    pub path: String,
    /// What is wrong there.
    pub rule: &'static str,
    /// The line of the text.
    pub line: usize,
}

abdm_base::debug_in_words!(PayloadError);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_effect_is_named_by_its_variant_and_by_nothing_else() {
        let variant = |json: &'static str| Payload::from_bytes(json.as_bytes()).variant();
        assert_eq!(variant(r#"{"Announce":{"name":"Asha Devi"}}"#).as_deref(), Some("Announce"));
        assert_eq!(variant(r#""Close""#).as_deref(), Some("Close"));
        for other in [r#""Asha Devi""#, r#"{"a":1,"b":2}"#, r#"{"asha@sbx":1}"#, "7", "[", "{}"] {
            assert_eq!(variant(other), None, "{other}");
        }
    }

    #[test]
    fn errors_and_debug_never_show_the_value() {
        #[derive(Debug, Deserialize)]
        struct State {
            #[expect(dead_code, reason = "only read by serde")]
            age: u8,
        }
        let payload = Payload::from_bytes(r#"{"age":"Asha Devi"}"#);
        let error = payload.decode::<State>().unwrap_err();
        assert_eq!(error.path, "age");
        let all = format!("{error} {error:?} {payload:?}");
        assert!(!all.contains("Asha"), "{all}");
        assert!(format!("{payload:?}").contains("19 bytes"));
    }
}
