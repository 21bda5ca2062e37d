//! Numbers as people type or paste them.
//!
//! A number that is copied from a message or a card comes with no-break blanks, tabs and dashes of
//! every kind, and an Indian keyboard may write its digits in Devanagari. All of it is the same
//! number (m1-abha.md 13: strip what a person typed).

use zeroize::Zeroizing;

/// The zeros of the scripts that have decimal digits of their own, of Unicode's category `Nd`. The
/// nine other digits follow each.
const ZEROS: &[u32] = &[
    0x0030, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6,
    0x0D66, 0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80,
    0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0,
    0xFF10, 0x104A0, 0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650,
    0x116C0, 0x11730, 0x118E0, 0x11C50, 0x11D50, 0x11DA0, 0x16A60, 0x16B50, 0x1D7CE, 0x1D7D8,
    0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E950,
];

/// The bare ASCII digits of a number that a person typed: blanks and dashes of every kind are
/// dropped, decimal digits of other scripts are read. `None` when anything else is in it.
///
/// What it gives is wiped when it goes, because it may be an Aadhaar number.
///
/// ```
/// use abdm_core::typed;
///
/// assert_eq!(typed::digits("2345\u{a0}6789\u{2013}0124").unwrap().as_str(), "234567890124");
/// assert_eq!(typed::digits("४८२ ९१३").unwrap().as_str(), "482913");
/// assert!(typed::digits("2345 6789 O124").is_none());
/// ```
#[must_use]
pub fn digits(text: &str) -> Option<Zeroizing<String>> {
    digits_beside(text, &[])
}

/// The same for a number beside which these characters mean nothing either.
pub(crate) fn digits_beside(text: &str, also: &[char]) -> Option<Zeroizing<String>> {
    // Room for all of it from the start: a longer buffer would leave the shorter one unwiped.
    let mut digits = Zeroizing::new(String::with_capacity(text.len()));
    for c in text.chars() {
        if let Some(digit) = decimal_digit(c) {
            digits.push(digit);
        } else if !(is_blank(c) || is_dash(c) || also.contains(&c)) {
            return None;
        }
    }
    Some(digits)
}

/// The ASCII digit of the same value.
fn decimal_digit(c: char) -> Option<char> {
    let code = u32::from(c);
    let value = ZEROS.iter().find_map(|zero| code.checked_sub(*zero).filter(|value| *value < 10));
    value.and_then(|value| char::from_digit(value, 10))
}

/// Whether a character is a blank, or one that is not seen at all: a tab, a no-break blank, a mark
/// that only turns the direction of the text.
fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206f}'
                | '\u{feff}'
        )
}

/// Whether a character is a dash: those of Unicode's category `Pd`, and the minus sign.
const fn is_dash(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{58a}' | '\u{5be}' | '\u{1400}' | '\u{1806}' | '\u{2010}'
            ..='\u{2015}'
                | '\u{2043}'
                | '\u{2212}'
                | '\u{2e17}'
                | '\u{2e1a}'
                | '\u{2e3a}'
                | '\u{2e3b}'
                | '\u{2e40}'
                | '\u{301c}'
                | '\u{3030}'
                | '\u{30a0}'
                | '\u{fe31}'
                | '\u{fe32}'
                | '\u{fe58}'
                | '\u{fe63}'
                | '\u{ff0d}'
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_in_any_script_with_any_blank_and_dash_is_the_same() {
        let forms = [
            "482913",
            "482 913",
            "482-913",
            "482\u{a0}913",
            "482\t913",
            "482\u{2009}913",
            "482\u{2013}913",
            "482\u{2011}913",
            "\u{202a}482913\u{202c}",
            "\u{feff}482913\n",
            "४८२९१३",
            "४८२ ९१३",
            "৪৮২৯১৩",
            "૪૮૨૯૧૩",
            "௪௮௨௯௧௩",
            "٤٨٢٩١٣",
            "４８２９１３",
        ];
        for form in forms {
            assert_eq!(digits(form).unwrap().as_str(), "482913", "{form:?}");
        }
        for other in ["482913a", "48.2913", "482²913", "½82913", "482/913"] {
            assert!(digits(other).is_none(), "{other}");
        }
        assert_eq!(digits("").unwrap().as_str(), "");
    }

    proptest! {
        #[test]
        fn what_comes_out_has_only_ascii_digits(text in ".{0,40}") {
            if let Some(digits) = digits(&text) {
                prop_assert!(digits.bytes().all(|byte| byte.is_ascii_digit()));
            }
        }
    }
}
