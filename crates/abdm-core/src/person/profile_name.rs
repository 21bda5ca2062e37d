//! The name in an ABHA profile.

use std::fmt;
use std::str::FromStr;

use crate::id::IdError;

/// The name of a person as the ABHA profile has it, in the form that ABDM takes where it compares
/// the two: `^[a-zA-Z]+(([',. -][a-zA-Z ])?[a-zA-Z]*)*$` (m2-hip.md 1.1), no longer than a
/// [`DisplayText`](crate::display_text::DisplayText).
///
/// `Debug` does not show it.
///
/// ```
/// use abdm_core::person::ProfileName;
///
/// let name: ProfileName = "Asha Test Kumari".parse()?;
/// assert_eq!(name.as_str(), "Asha Test Kumari");
/// assert!("Asha K.".parse::<ProfileName>().is_err());
/// # Ok::<(), abdm_core::id::IdError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ProfileName(String);

impl ProfileName {
    /// The most characters.
    const LONGEST: usize = crate::display_text::DisplayText::LONGEST;

    /// Takes a text as a name.
    ///
    /// # Errors
    /// When it breaks the rule.
    pub fn new(text: impl Into<String>) -> Result<Self, IdError> {
        let text = text.into();
        let rule = if text.trim().is_empty() {
            "it needs the name as in the ABHA profile"
        } else if !fits(&text) || text.len() > Self::LONGEST {
            "the name must be that of the ABHA profile in up to 255 letters a-z, spaces and \
             ' , . -: it begins with a letter, and after each sign comes a letter or a space"
        } else {
            return Ok(Self(text));
        };
        Err(IdError::new("ProfileName", rule))
    }

    /// The name as it stands on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn fits(text: &str) -> bool {
    let mut letters = text.chars();
    if !letters.next().is_some_and(|first| first.is_ascii_alphabetic()) {
        return false;
    }
    while let Some(c) = letters.next() {
        // Each sign takes a letter or a blank with it.
        let fits = if "',. -".contains(c) {
            letters.next().is_some_and(|next| next.is_ascii_alphabetic() || next == ' ')
        } else {
            c.is_ascii_alphabetic()
        };
        if !fits {
            return false;
        }
    }
    true
}

impl FromStr for ProfileName {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(text)
    }
}

impl fmt::Debug for ProfileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProfileName(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_name_is_letters_and_signs_that_a_letter_or_blank_follows() {
        for text in [
            "A",
            "Asha Test Kumari",
            "K. Asha",
            "Dr. Asha Rao",
            "D'Souza",
            "Rao-Nair",
            "A.B.C",
            "A, B",
            "A  B",
            &"x".repeat(255),
        ] {
            assert!(ProfileName::new(text).is_ok(), "{text}");
        }
        for text in [
            "",
            " ",
            " Asha",
            "Asha ",
            "Asha K.",
            "Asha2",
            "1",
            "Asha (Kumari)",
            "आशा",
            "A.-B",
            "A .B",
            &"x".repeat(256),
        ] {
            assert!(ProfileName::new(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_profile_name_is_not_shown_by_debug() {
        assert!(!format!("{:?}", ProfileName::new("Asha").unwrap()).contains("Asha"));
    }
}
