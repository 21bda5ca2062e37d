//! Reference ranges as laboratories print them.

use super::number::{comparator, of_text};
use crate::{build::Comparator, codes::ucum_code, model::Decimal};

/// A range that is numbers.
pub(super) struct Bounds {
    pub(super) low: Option<Decimal>,
    pub(super) high: Option<Decimal>,
    /// Whether the bound itself is not known to be normal: `<5`.
    pub(super) open: bool,
}

/// The bounds of `12-16`, `12 to 16 g/dL`, `<5`, `≥ 60`; `None` for words, and for another unit than
/// that of the value.
pub(super) fn bounds(text: &str, unit: &str) -> Option<Bounds> {
    let text = without_unit(text, unit);
    let inner = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    let inner = inner.or_else(|| text.strip_prefix('[').and_then(|text| text.strip_suffix(']')));
    let text = without_unit(inner.unwrap_or(text), unit);
    if let (Some(comparator), rest) = comparator(text) {
        let number = of_text(rest)?;
        let open = matches!(comparator, Comparator::Below | Comparator::Above);
        return Some(match comparator {
            Comparator::Below | Comparator::AtMost => {
                Bounds { low: None, high: Some(number), open }
            }
            Comparator::Above | Comparator::AtLeast => {
                Bounds { low: Some(number), high: None, open }
            }
        });
    }
    let (low, high) = [" to ", "–", "—", "~"]
        .iter()
        .find_map(|sign| text.split_once(sign))
        .or_else(|| between_hyphens(text))?;
    let (low, high) = (of_text(without_unit(low, unit))?, of_text(high)?);
    Some(Bounds { low: Some(low), high: Some(high), open: false })
}

/// Split at the hyphen that is no sign: `-2-2`, `-2 - -1`.
fn between_hyphens(text: &str) -> Option<(&str, &str)> {
    let digits = text.find(|letter: char| letter.is_ascii_digit())?;
    let hyphen = digits + text.get(digits..)?.find('-')?;
    Some((text.get(..hyphen)?, text.get(hyphen + 1..)?))
}

/// The text without the value's own unit at its end.
fn without_unit<'a>(text: &'a str, unit: &str) -> &'a str {
    let text = text.trim();
    if unit.trim().is_empty() {
        return text;
    }
    let ends = text.char_indices().filter_map(|(place, _)| text.split_at_checked(place));
    let found = ends.into_iter().find(|(start, end)| {
        start.trim_end().ends_with(|letter: char| letter.is_ascii_digit()) && same_unit(end, unit)
    });
    found.map_or(text, |(start, _)| start.trim_end())
}

/// Whether two texts mean one unit.
pub(super) fn same_unit(one: &str, other: &str) -> bool {
    let plain = |text: &str| {
        let letters = text.chars().filter(|letter| !letter.is_whitespace());
        letters.flat_map(char::to_lowercase).collect::<String>()
    };
    let coded = || ucum_code(one).is_some_and(|code| Some(code) == ucum_code(other));
    plain(one) == plain(other) || coded()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, unit: &str) -> Option<String> {
        let bounds = bounds(text, unit)?;
        let number =
            |bound: &Option<Decimal>| bound.as_ref().map_or(String::new(), ToString::to_string);
        let open = if bounds.open { " open" } else { "" };
        Some(format!("{}..{}{open}", number(&bounds.low), number(&bounds.high)))
    }

    #[test]
    fn ranges_that_are_numbers_are_read() {
        for (text, unit, expected) in [
            ("12-16", "", "12..16"),
            ("12.0 - 15.5 g/dL", "g/dL", "12.0..15.5"),
            ("12.0 gm% – 15.5 gm%", "g/dL", "12.0..15.5"),
            ("(12 to 16)", "g/dl", "12..16"),
            ("1,50,000 - 4,10,000", "/cumm", "150000..410000"),
            ("-2.0 - 2.0", "", "-2.0..2.0"),
            ("-2--1", "", "-2..-1"),
            ("<5", "mg/L", "..5 open"),
            ("≤ 5.0 mg/L", "mg/L", "..5.0"),
            ("Up to 40", "U/L", "..40"),
            (">60", "", "60.. open"),
        ] {
            assert_eq!(shown(text, unit).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn ranges_in_words_stay_words() {
        for text in [
            "Non Reactive",
            "< 1:80",
            "M: 13-17, F: 12-15",
            "12-16 g/L",
            "2026-03-01",
            "12",
            "",
            "Negative",
            "-",
            "1-2-3",
        ] {
            assert_eq!(shown(text, "g/dL"), None, "{text}");
        }
    }
}
