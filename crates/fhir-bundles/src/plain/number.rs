//! Numbers as old systems write them: lenient where there is one meaning, refused where not.

use crate::{build::Comparator, json::Json, model::Decimal};

/// A number, or the text of one.
pub(super) fn of_json(json: &Json) -> Option<Decimal> {
    match json {
        Json::Number(number) => number.as_str().parse().ok(),
        Json::String(text) => of_text(text),
        _ => None,
    }
}

/// The number of a text. Taken are Indian and western groups (`1,50,000`, `150,000`), digits of the
/// Indian scripts, a plus, and a point without a zero before it.
pub(super) fn of_text(text: &str) -> Option<Decimal> {
    let text: String = text.trim().chars().map(plain_digit).collect();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(&text)),
    };
    let (whole, rest) = match digits.find(['.', 'e', 'E']) {
        Some(end) => digits.split_at_checked(end)?,
        None => (digits, ""),
    };
    if whole.is_empty() && !rest.starts_with('.') {
        return None;
    }
    let whole = ungrouped(whole)?;
    let zeros = whole.trim_start_matches('0');
    let whole = if zeros.is_empty() { "0" } else { zeros };
    format!("{sign}{whole}{rest}").parse().ok()
}

/// Whether a text would be a number but for its commas.
pub(super) fn has_odd_commas(text: &str) -> bool {
    text.contains(',') && of_text(text).is_none() && of_text(&text.replace(',', "")).is_some()
}

/// An amount in rupees: `1,500.00`, `₹ 1,500`, `Rs. 500/-`.
pub(super) fn of_amount(json: &Json) -> Option<Decimal> {
    let Json::String(text) = json else { return of_json(json) };
    let text = text.trim();
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest.trim_start()),
        None => ("", text),
    };
    let text = ["₹", "Rs.", "Rs", "RS.", "RS", "INR"]
        .iter()
        .find_map(|word| text.strip_prefix(word))
        .unwrap_or(text);
    let text = text.strip_suffix("/-").unwrap_or(text).trim();
    if sign == "-" && text.starts_with('-') {
        return None;
    }
    of_text(&format!("{sign}{text}"))
}

/// The digits without the commas between their groups.
fn ungrouped(whole: &str) -> Option<String> {
    if !whole.contains(',') {
        return whole.bytes().all(|byte| byte.is_ascii_digit()).then(|| whole.to_owned());
    }
    let groups: Vec<&str> = whole.split(',').collect();
    let (last, others) = groups.split_last()?;
    let (first, middle) = others.split_first()?;
    let is_indian =
        middle.iter().all(|group| group.len() == 2) && (first.len() < 3 || middle.is_empty());
    let is_western = middle.iter().all(|group| group.len() == 3);
    let is_grouped = last.len() == 3 && (1..=3).contains(&first.len()) && (is_indian || is_western);
    let digits = groups.concat();
    (is_grouped && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

/// Zeros of the Indian scripts: Devanagari, Bengali, Gurmukhi, Gujarati, Odia, Tamil, Telugu, Kannada,
/// Malayalam, and the eastern Arabic one of Urdu. Nine follow each.
const ZEROS: [u32; 10] = [0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0x6f0];

pub(super) fn plain_digit(letter: char) -> char {
    let code = u32::from(letter);
    let digit = ZEROS.iter().find_map(|zero| code.checked_sub(*zero).filter(|digit| *digit < 10));
    match (letter, digit) {
        ('\u{2212}', _) => '-',
        (_, Some(digit)) => char::from_digit(digit, 10).unwrap_or(letter),
        _ => letter,
    }
}

/// A number with what may stand around it: `<0.05`, `132 lb`, `> 500 mg/L`.
pub(super) struct Measured {
    pub(super) comparator: Option<Comparator>,
    pub(super) number: Decimal,
    /// What follows the number; may be empty.
    pub(super) unit: String,
}

const COMPARATORS: [(&str, Comparator); 15] = [
    ("<=", Comparator::AtMost),
    ("=<", Comparator::AtMost),
    ("≤", Comparator::AtMost),
    (">=", Comparator::AtLeast),
    ("=>", Comparator::AtLeast),
    ("≥", Comparator::AtLeast),
    ("<", Comparator::Below),
    (">", Comparator::Above),
    ("less than", Comparator::Below),
    ("below", Comparator::Below),
    ("more than", Comparator::Above),
    ("greater than", Comparator::Above),
    ("above", Comparator::Above),
    ("up to", Comparator::AtMost),
    ("upto", Comparator::AtMost),
];

/// The comparator at the beginning of a text, and what follows it.
pub(super) fn comparator(text: &str) -> (Option<Comparator>, &str) {
    let text = text.trim();
    for (word, comparator) in COMPARATORS {
        let begins =
            text.split_at_checked(word.len()).filter(|(start, _)| start.eq_ignore_ascii_case(word));
        if let Some((_, rest)) = begins {
            return (Some(comparator), rest.trim_start());
        }
    }
    (None, text)
}

/// The number of a text with its comparator and its unit; `None` for `1:80`, `12-16` and words.
pub(super) fn measured(text: &str) -> Option<Measured> {
    let (comparator, rest) = comparator(text);
    let is_of_number = |letter: char| {
        plain_digit(letter).is_ascii_digit() || matches!(letter, '.' | ',' | '-' | '+' | '\u{2212}')
    };
    let end = rest.find(|letter| !is_of_number(letter)).unwrap_or(rest.len());
    let (number, unit) = rest.split_at_checked(end)?;
    let unit = unit.trim();
    let begins_unit = |letter: char| {
        letter.is_alphabetic()
            || matches!(letter, '%' | '°' | 'º' | '℃' | '℉' | '/' | '[' | '\'' | '"' | '′' | '″')
    };
    if unit.chars().next().is_some_and(|letter| !begins_unit(letter)) {
        return None;
    }
    Some(Measured { comparator, number: of_text(number)?, unit: unit.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Option<String> {
        of_text(text).map(|number| number.to_string())
    }

    #[test]
    fn numbers_of_one_meaning_are_taken() {
        for (text, expected) in [
            ("37.20", "37.20"),
            (" 1,50,000 ", "150000"),
            ("12,34,567.50", "1234567.50"),
            ("150,000", "150000"),
            ("1,500", "1500"),
            ("1,234,567", "1234567"),
            ("-5", "-5"),
            ("+5", "5"),
            (".5", "0.5"),
            ("007", "7"),
            ("0", "0"),
            ("1e3", "1e3"),
            ("३७.२", "37.2"),
            ("৩৭", "37"),
            ("۳۷", "37"),
        ] {
            assert_eq!(number(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn numbers_of_two_meanings_are_refused() {
        for text in [
            "1,5",
            "1,50",
            "1,2345",
            "1,,500",
            ",500",
            "1500,",
            "1,50,00",
            "1.5.2",
            "5.",
            "",
            "-",
            "--5",
            "12,345,67",
            "a",
            "e5",
        ] {
            assert_eq!(number(text), None, "{text}");
        }
        assert!(has_odd_commas("1,5") && !has_odd_commas("1,500") && !has_odd_commas("a,b"));
    }

    #[test]
    fn amounts_may_name_the_rupee() {
        let amount = |text: &str| of_amount(&Json::from(text)).map(|number| number.to_string());
        for text in ["1,500.00", "₹1,500.00", "Rs. 1,500.00", "INR 1500.00", "Rs 1500.00/-"] {
            assert_eq!(amount(text).as_deref(), Some("1500.00"), "{text}");
        }
        assert_eq!(amount("-₹5").as_deref(), Some("-5"));
        assert_eq!(amount("-Rs.-5"), None);
        assert_eq!(amount("$5"), None);
    }

    #[test]
    fn comparators_and_units_are_taken_off() {
        let parts = |text: &str| {
            let measured = measured(text)?;
            let comparator = measured.comparator.map_or("", Comparator::code);
            Some(format!("{comparator}|{}|{}", measured.number, measured.unit))
        };
        assert_eq!(parts("<0.05").as_deref(), Some("<|0.05|"));
        assert_eq!(parts("≥ 1,50,000 /cumm").as_deref(), Some(">=|150000|/cumm"));
        assert_eq!(parts("132 lb").as_deref(), Some("|132|lb"));
        assert_eq!(parts("98.6°F").as_deref(), Some("|98.6|°F"));
        assert_eq!(parts("Less than 5").as_deref(), Some("<|5|"));
        for text in ["1:80", "12-16", "2-4 /hpf", "+++", "Reactive", "", "<", "10..2"] {
            assert_eq!(parts(text), None, "{text}");
        }
    }
}
