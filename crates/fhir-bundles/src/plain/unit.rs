//! Units as they stand in texts.

use super::number;
use crate::{
    build::vital,
    codes::{has_multiplier, is_multiplier, ucum_code},
};

/// Whether two texts surely mean one unit.
pub(super) fn same_unit(one: &str, other: &str) -> bool {
    match (ucum_code(one), ucum_code(other)) {
        (Some(one), Some(other)) => one == other,
        // Of two that differ by their capitals alone, one may be another unit: g/L and G/L.
        (Some(_), None) | (None, Some(_)) => false,
        (None, None) => {
            let dense = |text: &str| {
                let letters = text.chars().filter(|letter| !letter.is_whitespace());
                letters.collect::<String>()
            };
            let (one, other) = (dense(one), dense(other));
            let is_letter = one.chars().count() == 1;
            one == other || (!is_letter && one.to_lowercase() == other.to_lowercase())
        }
    }
}

/// Whether a text is a unit of measure, also one that has no UCUM code here.
pub(super) fn is_unit(text: &str) -> bool {
    let is_of_a_kind = || vital::every().any(|kind| kind.unit(text).is_some());
    !text.trim().is_empty() && (ucum_code(text).is_some() || has_multiplier(text) || is_of_a_kind())
}

/// The unit of which one text has the multiplier and the other what was counted in: lakh, of /cumm.
pub(super) fn joined(multiplier: &str, unit: &str) -> Option<String> {
    let code = |unit: &str| ucum_code(&format!("{}{unit}", multiplier.trim()));
    if !is_multiplier(multiplier) {
        return None;
    }
    // The multiplier may stand in both: 1.5 lakh, of lakh/cumm.
    if ucum_code(unit).is_some_and(|whole| code("/uL") == Some(whole)) {
        return Some(unit.to_owned());
    }
    let is_rest = unit.trim().starts_with('/') && code(unit.trim()).is_some();
    is_rest.then(|| format!("{}{}", multiplier.trim(), unit.trim()))
}

/// The concentrations and rates that stand behind the numbers of a text: mmol/L, of
/// `4-6 mmol/L (fasting)`. Other units could be words there: 1 in 80, 1st degree, 2 a day.
pub(super) fn rates_in(text: &str) -> Vec<&str> {
    let is_digit = |letter: char| number::plain_digit(letter).is_ascii_digit();
    let mut rates = Vec::new();
    let mut before = ' ';
    for (place, letter) in text.char_indices() {
        if is_digit(before) && !is_digit(letter) {
            rates.extend(text.get(place..).and_then(leading_rate));
        }
        before = letter;
    }
    rates
}

/// The longest rate with which a text begins, at the end of a word.
fn leading_rate(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let breaks = text.char_indices().filter(|(_, letter)| {
        letter.is_whitespace() || matches!(letter, ',' | ';' | '(' | ')' | '-' | '–')
    });
    let ends = breaks.map(|(place, _)| place).chain([text.len()]);
    let is_rate = |unit: &&str| unit.contains('/') && ucum_code(unit).is_some();
    ends.filter_map(|end| text.get(..end)).map(str::trim_end).rfind(is_rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_unit_has_many_spellings_and_capitals_may_tell_two() {
        for (one, other) in [
            ("mg/dl", "MG/DL"),
            ("mm Hg", "mmHg"),
            ("gm%", "g/dL"),
            ("lakh/cumm", "10^5/uL"),
            ("titre", "Titre"),
            ("D", "D"),
            ("/hpf", "/ HPF"),
        ] {
            assert!(same_unit(one, other), "{one} {other}");
        }
        for (one, other) in [
            ("g/L", "G/L"),
            ("mIU/L", "MIU/L"),
            ("mm", "mM"),
            ("d", "D"),
            ("R", "r"),
            ("mg/dL", "mmol/L"),
            ("lakh/cumm", "/cumm"),
        ] {
            assert!(!same_unit(one, other), "{one} {other}");
        }
    }

    #[test]
    fn rates_are_found_behind_numbers() {
        for (text, expected) in [
            ("5.6 mmol/L", &["mmol/L"][..]),
            ("4-6 mmol/L (fasting)", &["mmol/L"]),
            ("1.5 lakh /cumm", &["lakh /cumm"]),
            ("90 mg/dL, after 2 h 140 mg/dL", &["mg/dL", "mg/dL"]),
            ("1 in 80", &[]),
            ("1st degree", &[]),
            ("2-4 /hpf", &[]),
            ("1:80", &[]),
            ("+++", &[]),
        ] {
            assert_eq!(rates_in(text), expected, "{text}");
        }
    }

    #[test]
    fn units_without_a_code_are_units_too() {
        for text in ["F", "pounds", "stone", "lakh", "°C", "mg"] {
            assert!(is_unit(text), "{text}");
        }
        for text in ["", " ", "approx", "positive", "titre"] {
            assert!(!is_unit(text), "{text}");
        }
    }

    #[test]
    fn a_multiplier_and_a_volume_make_one_unit() {
        assert_eq!(joined("lakh", "/cumm").as_deref(), Some("lakh/cumm"));
        assert_eq!(joined("Lakhs", "lakh/cumm").as_deref(), Some("lakh/cumm"));
        assert_eq!(joined("thousand", "lakh/cumm"), None);
        assert_eq!(joined("lakh", "mg"), None);
        assert_eq!(joined("lakh/cumm", "/cumm"), None);
    }
}
