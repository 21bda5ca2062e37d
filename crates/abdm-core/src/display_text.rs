//! What patients are shown of a care context.

use std::fmt;
use std::str::FromStr;

use crate::id::IdError;

/// A text that is shown to patients, in the form that ABDM takes:
/// `^[a-zA-Z0-9_\-@,. "':|()/]{0,255}$` (m2-hip.md 2).
///
/// ```
/// use abdm_core::display_text::DisplayText;
///
/// let shown: DisplayText = "OPD visit 14 Sep 2026".parse()?;
/// assert_eq!(shown.as_str(), "OPD visit 14 Sep 2026");
/// assert!("Visit #1".parse::<DisplayText>().is_err());
/// # Ok::<(), abdm_core::id::IdError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisplayText(String);

impl DisplayText {
    /// The most characters.
    pub const LONGEST: usize = 255;

    /// Takes a text as one that patients are shown.
    ///
    /// # Errors
    /// When it breaks the rule.
    pub fn new(text: impl Into<String>) -> Result<Self, IdError> {
        let text = text.into();
        let fits = |c: char| c.is_ascii_alphanumeric() || "_-@,. \"':|()/".contains(c);
        if text.len() <= Self::LONGEST && text.chars().all(fits) {
            return Ok(Self(text));
        }
        let rule = "the display may hold up to 255 letters a-z, digits, spaces and \
                    _-@,.\"':|()/ only";
        Err(IdError::new("DisplayText", rule))
    }

    /// The text as it stands on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for DisplayText {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}

impl fmt::Display for DisplayText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_display_text_holds_what_the_contract_lists() {
        let longest = "x".repeat(DisplayText::LONGEST);
        for text in ["", "OPD visit 14 Sep 2026", "a_b-c@d,e. \"'f':|(g)/", &longest] {
            assert!(DisplayText::new(text).is_ok(), "{text}");
        }
        let longer = "x".repeat(DisplayText::LONGEST + 1);
        for text in ["Visit #1", "a\\b", "जाँच", "two\nlines", "a;b", &longer] {
            assert!(DisplayText::new(text).is_err(), "{text}");
        }
    }
}
