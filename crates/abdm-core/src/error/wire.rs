//! The `error` object inside callback bodies.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::code::{self, ErrorCode};
use crate::lenient::Text;

/// The `error` object of a callback body, theirs and ours.
///
/// Read tolerantly: the code may be a text (with a trailing `: `), a number or missing, the message
/// may be missing. Written strictly: [`CallbackError::new`] makes the only form that ABDM accepts
/// in our own `on-…` bodies, a code `ABDM-nnnn` and a message within
/// `^[a-zA-Z0-9_\-@,. ":]{0,255}$` (gateway.md 7).
///
/// ```
/// use abdm_core::error::CallbackError;
/// let error = CallbackError::new(1010, "No match (two patients fit!)");
/// assert_eq!(
///     serde_json::to_string(&error).unwrap(),
///     r#"{"code":"ABDM-1010","message":"No match two patients fit"}"#,
/// );
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CallbackError {
    /// ABDM's code, if one was sent.
    pub code: Option<ErrorCode>,
    /// ABDM's text as it came; empty when none was sent. It may name a person: `Debug` leaves it
    /// out.
    pub message: String,
}

impl fmt::Debug for CallbackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallbackError").field("code", &self.code).finish_non_exhaustive()
    }
}

/// The most characters that ABDM takes in an error's message.
const MAX_MESSAGE: usize = 255;

impl CallbackError {
    /// An error of our own: ABDM's code of this number, and a message in which every character that
    /// ABDM would refuse has become a blank.
    #[must_use]
    pub fn new(number: u16, message: &str) -> Self {
        Self { code: Some(ErrorCode::abdm(number)), message: clean(message) }
    }

    /// Whether the object says nothing: ABDM sends `"error": {}` beside a success, too.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.code.is_none() && self.message.trim().is_empty()
    }

    /// Reads an optional `error` field, taking `null`, `{}` and an object full of nulls as none.
    /// Whatever else it is, it is an error, and hides nothing of the body around it: of a list the
    /// first that says something, of anything but an object its text.
    ///
    /// Use it as `#[serde(default, deserialize_with = "CallbackError::read_optional")]`.
    ///
    /// # Errors
    /// When the body is no JSON.
    pub fn read_optional<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Self>, D::Error> {
        Ok(Self::said(&Value::deserialize(deserializer)?))
    }

    fn said(value: &Value) -> Option<Self> {
        let error = match value {
            Value::Null | Value::Bool(false) => return None,
            Value::Array(list) => return list.iter().find_map(Self::said),
            Value::Object(fields) => Self {
                code: fields.get("code").and_then(code::from_value),
                message: fields
                    .get("message")
                    .or_else(|| fields.get("Message"))
                    .map_or_else(String::new, text),
            },
            other => Self { code: None, message: text(other) },
        };
        (!error.is_empty()).then_some(error)
    }
}

/// A text as it is; anything else as it was written.
fn text(value: &Value) -> String {
    match Text::deserialize(value) {
        Ok(text) => text.0,
        Err(_) if value.is_null() => String::new(),
        Err(_) => value.to_string(),
    }
}

/// Keeps ABDM's character rule; runs of what is refused become one blank.
fn clean(message: &str) -> String {
    let allowed = |c: char| {
        if c.is_ascii_alphanumeric() || "_-@,.\":".contains(c) { c } else { ' ' }
    };
    let replaced: String = message.chars().map(allowed).collect();
    let words: Vec<&str> = replaced.split_ascii_whitespace().collect();
    words.join(" ").chars().take(MAX_MESSAGE).collect()
}

impl<'de> Deserialize<'de> for CallbackError {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Loose {
            #[serde(default)]
            code: serde_json::Value,
            #[serde(default, alias = "Message")]
            message: Option<String>,
        }
        let loose = Loose::deserialize(deserializer)?;
        Ok(Self { code: code::from_value(&loose.code), message: loose.message.unwrap_or_default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_the_error_object_is_read() {
        for (json, code, message) in [
            (r#"{"code":"ABDM-1027: ","message":"Blocked."}"#, Some("ABDM-1027"), "Blocked."),
            (r#"{"code":1401,"message":"No link"}"#, Some("1401"), "No link"),
            (r#"{"code":"ABDM-1001"}"#, Some("ABDM-1001"), ""),
            (r#"{"message":"x","more":[1]}"#, None, "x"),
            (r#"{"code":null,"message":null}"#, None, ""),
        ] {
            let error: CallbackError = serde_json::from_str(json).unwrap();
            assert_eq!(error.code.as_ref().map(ErrorCode::as_str), code, "{json}");
            assert_eq!(error.message, message, "{json}");
        }
    }

    #[test]
    fn an_error_object_without_content_is_no_error() {
        #[derive(Deserialize)]
        struct Body {
            #[serde(default, deserialize_with = "CallbackError::read_optional")]
            error: Option<CallbackError>,
        }
        for json in [r"{}", r#"{"error":null}"#, r#"{"error":{}}"#, r#"{"error":{"code":null}}"#] {
            let body: Body = serde_json::from_str(json).unwrap();
            assert_eq!(body.error, None, "{json}");
        }
    }

    #[test]
    fn an_error_of_an_odd_shape_is_an_error_and_hides_nothing_beside_it() {
        #[derive(Deserialize)]
        struct Body {
            status: String,
            #[serde(default, deserialize_with = "CallbackError::read_optional")]
            error: Option<CallbackError>,
        }
        for (json, code, message) in [
            (r#""No link""#, None, Some("No link")),
            (r#"[{"code":"ABDM-1001","message":"x"}]"#, Some("ABDM-1001"), Some("x")),
            (r#"[null,{}]"#, None, None),
            (
                r#"{"code":"ABDM-1001","message":{"en":"x"}}"#,
                Some("ABDM-1001"),
                Some(r#"{"en":"x"}"#),
            ),
            (r#"{"message":7}"#, None, Some("7")),
            ("7", None, Some("7")),
            (r#""""#, None, None),
            ("false", None, None),
            ("true", None, Some("true")),
        ] {
            let json = format!(r#"{{"error":{json},"status":"ERRORED"}}"#);
            let body: Body = crate::wire::read_json(json.as_bytes()).unwrap();
            assert_eq!(body.status, "ERRORED");
            let error = body.error.as_ref();
            let read = error.and_then(|e| e.code.as_ref()).map(ErrorCode::as_str);
            assert_eq!(read, code, "{json}");
            assert_eq!(error.map(|e| e.message.as_str()), message, "{json}");
        }
    }

    #[test]
    fn our_own_message_keeps_the_character_rule() {
        let error = CallbackError::new(7, &"é<script>\n".repeat(60));
        assert_eq!(error.code.as_ref().unwrap(), "ABDM-0007");
        assert!(error.message.chars().count() <= 255);
        assert!(
            error.message.chars().all(|c| c.is_ascii_alphanumeric() || "_-@,. \":".contains(c))
        );
        assert!(error.message.starts_with("script script"));
    }
}
