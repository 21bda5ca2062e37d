//! Whether two genders can be one person's.

use abdm_core::vocabulary::Gender;

/// Whether two genders are the same; `None` when one is not known.
///
/// "Other" and "transgender" are one here: registers older than the letter T have O for both.
pub(super) fn same(wanted: Option<&Gender>, registered: Option<&Gender>) -> Option<bool> {
    Some(letter(wanted?)? == letter(registered?)?)
}

/// One letter for what means the same; `None` for what says nothing.
fn letter(gender: &Gender) -> Option<char> {
    match gender {
        Gender::Male => Some('M'),
        Gender::Female => Some('F'),
        Gender::Diverse | Gender::Transgender => Some('O'),
        // Registers have whole words, in any case; ABDM has letters.
        Gender::Other(text) => match text.trim().to_ascii_lowercase().as_str() {
            "m" | "male" => Some('M'),
            "f" | "female" => Some('F'),
            "o" | "t" | "other" | "transgender" => Some('O'),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(one: &str, other: &str) -> Option<bool> {
        same(Some(&Gender::from(one)), Some(&Gender::from(other)))
    }

    #[test]
    fn an_unknown_gender_is_compared_with_nothing() {
        assert_eq!(of("F", "F"), Some(true));
        assert_eq!(of("F", "female"), Some(true));
        assert_eq!(of("F", "M"), Some(false));
        assert_eq!(of("T", "O"), Some(true));
        assert_eq!(of("T", "M"), Some(false));
        for unknown in ["U", "D", "", "?"] {
            assert_eq!(of("F", unknown), None);
        }
        assert_eq!(same(None, Some(&Gender::Male)), None);
    }
}
