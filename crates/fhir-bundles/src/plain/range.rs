//! Reference ranges as laboratories print them.

use super::{
    number::{comparator, of_text},
    unit::same_unit,
};
use crate::{build::Comparator, model::Decimal};

/// A range that is numbers.
pub(super) struct Bounds {
    pub(super) low: Option<Decimal>,
    pub(super) high: Option<Decimal>,
    /// Whether the bound itself is not known to be normal: `<5`.
    pub(super) open: bool,
    /// Whether the text says the unit too.
    pub(super) in_unit: bool,
}

/// The bounds of `12-16`, `12 to 16 g/dL`, `<5`, `≥ 60`; `None` for words, and for another unit than
/// that of the value.
pub(super) fn bounds(text: &str, unit: &str) -> Option<Bounds> {
    let whole = text.trim();
    let text = without_unit(whole, unit);
    let in_unit = text != whole;
    let inner = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    let inner = inner.or_else(|| text.strip_prefix('[').and_then(|text| text.strip_suffix(']')));
    let outer = inner.unwrap_or(text).trim();
    let text = without_unit(outer, unit);
    let in_unit = in_unit || text != outer;
    if let (Some(comparator), rest) = comparator(text) {
        let number = of_text(rest)?;
        let open = matches!(comparator, Comparator::Below | Comparator::Above);
        return Some(match comparator {
            Comparator::Below | Comparator::AtMost => {
                Bounds { low: None, high: Some(number), open, in_unit }
            }
            Comparator::Above | Comparator::AtLeast => {
                Bounds { low: Some(number), high: None, open, in_unit }
            }
        });
    }
    let (low, high) = [" to ", "–", "—", "~"]
        .iter()
        .find_map(|sign| text.split_once(sign))
        .or_else(|| between_hyphens(text))?;
    let (low, high) = (of_text(without_unit(low, unit))?, of_text(high)?);
    Some(Bounds { low: Some(low), high: Some(high), open: false, in_unit })
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
        let is_end = |letter: char| letter.is_ascii_digit() || matches!(letter, ')' | ']');
        start.trim_end().ends_with(is_end) && same_unit(end, unit)
    });
    found.map_or(text, |(start, _)| start.trim_end())
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
    fn a_range_may_say_the_unit_of_the_value() {
        let says = |text: &str, unit: &str| bounds(text, unit).map(|bounds| bounds.in_unit);
        for text in [
            "1.5-4.5 lakh/cumm",
            "(1.5 – 4.5) Lakhs/cu mm",
            "<4.5 10^5/uL",
            "1.5 lakh/cumm - 4.5 lakh/cumm",
        ] {
            assert_eq!(says(text, "lakh/cumm"), Some(true), "{text}");
        }
        for text in ["1.5-4.5", "(1,50,000-4,50,000)", "<4.5"] {
            assert_eq!(says(text, "lakh/cumm"), Some(false), "{text}");
        }
        for text in ["1,50,000-4,50,000 /cumm", "1.5-4.5 lakh"] {
            assert_eq!(says(text, "lakh/cumm"), None, "{text}");
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
