//! The name in an ABHA address.

use std::fmt;

use abdm_core::id::IdError;
use abdm_core::person::AbhaAddress;

/// The part of an ABHA address before the `@`, as a person chooses it.
///
/// The rule to print beside the field is [`AbhaAddressName::RULE`] (certification case
/// CRT_ABHA_112). Taken here is a little more: real addresses break that rule in both directions,
/// and the server is the judge (m1-abha.md 13). What is refused here is told by the rule that it
/// breaks.
///
/// ```
/// use abha_enrollment::input::AbhaAddressName;
/// assert!(AbhaAddressName::parse("asha.example").is_ok());
/// assert!(AbhaAddressName::parse("asha@sbx").is_ok()); // the suffix is dropped
/// assert!(AbhaAddressName::parse(".asha").is_err());
/// assert!(!AbhaAddressName::parse("a.s.h.a").unwrap().keeps_printed_rule());
/// # Ok::<(), abdm_core::id::IdError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct AbhaAddressName(String);

/// What [`AbhaAddressName::parse`] asks for.
const TAKEN: &str =
    "it must have 4 to 64 characters: letters and digits, inside it dots and underscores, too";

impl AbhaAddressName {
    /// The rule as it stands beside the field of an enrolment form.
    pub const RULE: &'static str = "8 to 18 characters: letters and digits, at most one dot and one underscore, \
         neither at the beginning nor at the end";

    /// Takes a name; a suffix (`@sbx`) is dropped.
    ///
    /// # Errors
    /// When it has fewer than 4 or more than 64 characters, others than letters, digits, `.` and
    /// `_`, or begins or ends with one of these two.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let text = text.trim();
        let name = text.split_once('@').map_or(text, |(name, _)| name);
        let inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_');
        let end = |c: char| c.is_ascii_alphanumeric();
        let well_formed = (4..=64).contains(&name.len())
            && name.chars().all(inside)
            && name.starts_with(end)
            && name.ends_with(end);
        if well_formed {
            Ok(Self(name.to_owned()))
        } else {
            Err(IdError::new("AbhaAddressName", TAKEN))
        }
    }

    /// The names of a list that are some, each of them once: letters that differ in case only are
    /// the same address.
    pub(crate) fn of_list<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<Self> {
        let mut names: Vec<Self> = Vec::new();
        for name in texts.filter_map(|text| Self::parse(text).ok()) {
            if !names.iter().any(|known| known.0.eq_ignore_ascii_case(&name.0)) {
                names.push(name);
            }
        }
        names
    }

    /// Whether the name keeps [`RULE`](Self::RULE).
    #[must_use]
    pub fn keeps_printed_rule(&self) -> bool {
        (8..=18).contains(&self.0.len())
            && self.0.matches('.').count() <= 1
            && self.0.matches('_').count() <= 1
    }

    /// The name, without a suffix.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The whole address with this suffix (`sbx`, `abdm`).
    ///
    /// # Errors
    /// When the suffix is not one.
    pub fn with_suffix(&self, suffix: &str) -> Result<AbhaAddress, IdError> {
        format!("{}@{suffix}", self.0).parse()
    }
}

impl fmt::Debug for AbhaAddressName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AbhaAddressName({} characters)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_printed_rule_is_stricter_than_what_is_taken() {
        for (name, printed) in [
            ("asha.example", true),
            ("asha_exam.ple9", true),
            ("12345678", true),
            ("asha", false),
            ("asha.ex.ample", false),
            ("1998_asha_of_the_long_name", false),
        ] {
            assert_eq!(
                AbhaAddressName::parse(name).unwrap().keeps_printed_rule(),
                printed,
                "{name}"
            );
        }
        for wrong in ["", "ash", "asha.", "_asha", "asha example", "аsha"] {
            assert!(AbhaAddressName::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_list_names_each_address_once() {
        let texts = ["asha.example", "Asha.Example@sbx", "a", "asha_example", "asha.example"];
        let names = AbhaAddressName::of_list(texts.into_iter());
        let names: Vec<&str> = names.iter().map(AbhaAddressName::as_str).collect();
        assert_eq!(names, ["asha.example", "asha_example"]);
    }

    #[test]
    fn a_refused_name_is_told_the_rule_that_it_breaks_and_not_the_printed_one() {
        let rule = AbhaAddressName::parse("ash").unwrap_err().rule;
        assert!(rule.contains("4 to 64 characters") && !rule.contains("at most one"), "{rule}");
        for (length, taken) in [(3, false), (4, true), (64, true), (65, false)] {
            assert_eq!(AbhaAddressName::parse(&"a".repeat(length)).is_ok(), taken, "{length}");
        }
        for (length, printed) in [(7, false), (8, true), (18, true), (19, false)] {
            let name = AbhaAddressName::parse(&"a".repeat(length)).unwrap();
            assert_eq!(name.keeps_printed_rule(), printed, "{length}");
        }
        assert!(AbhaAddressName::RULE.starts_with("8 to 18 characters"));
    }
}
