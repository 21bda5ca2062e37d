//! One complaint of an error reply.

use std::fmt;

use super::catalogue;
use super::code::ErrorCode;

/// One complaint of an error reply.
///
/// The texts are the peer's own and may name a person: show them at the desk, never log them.
/// `Display` and `Debug` say instead what the catalogue knows of them.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrorEntry {
    /// The code, if one was sent.
    pub code: Option<ErrorCode>,
    /// The text as it came, cut to 256 characters, tokens masked; may be empty.
    pub message: String,
    /// A second, longer text that the API manager sends beside the message.
    pub description: Option<String>,
    /// The field of the request that the complaint is about, if it was named.
    pub field: Option<String>,
}

impl ErrorEntry {
    pub(super) fn text(message: String) -> Self {
        Self { code: None, message, description: None, field: None }
    }

    pub(super) fn at_field(field: &str, message: &str) -> Self {
        Self {
            code: None,
            message: message.to_owned(),
            description: None,
            field: Some(field.to_owned()),
        }
    }

    /// The text as the catalogue has it: `<n>` and `...` stand for what may differ. `None` when no
    /// text came, or one that the catalogue does not know.
    #[must_use]
    pub fn catalogued_text(&self) -> Option<&'static str> {
        let code = self.code.as_ref().map(ErrorCode::as_str);
        catalogue::known_text(code, [Some(self.message.as_str()), self.description.as_deref()])
    }

    /// The field, when it is one that the catalogue knows.
    pub(super) fn catalogued_field(&self) -> Option<&str> {
        self.field.as_deref().filter(|name| catalogue::knows_field(name))
    }

    /// Whether something came that may not be shown.
    pub(super) fn hides(&self) -> bool {
        let text = !self.message.is_empty() && self.catalogued_text().is_none();
        text || self.field.is_some() && self.catalogued_field().is_none()
    }
}

/// Shows the field and the text, each only if the catalogue knows it: any other text may name a
/// person.
impl fmt::Display for ErrorEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.catalogued_text().map(|text| text.trim_end_matches(['.', ' ']));
        match (self.catalogued_field(), text) {
            (Some(field), Some(text)) => write!(f, "{field}: {text}"),
            (Some(shown), None) | (None, Some(shown)) => f.write_str(shown),
            (None, None) => f.write_str("a text that is not shown"),
        }
    }
}

impl fmt::Debug for ErrorEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorEntry")
            .field("code", &self.code)
            .field("text", &self.catalogued_text())
            .field("field", &self.catalogued_field())
            .field("hidden", &self.hides())
            .finish_non_exhaustive()
    }
}
