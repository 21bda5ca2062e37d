//! Numbers with their units inside of texts: they are never broken across lines, and in a text that is
//! written from right to left they keep their order.

/// Longer ones are no numbers that a person reads at a glance; they may be broken.
const LONGEST: usize = 32;

/// A unit is short.
const LONGEST_UNIT: usize = 14;

/// A piece of a text, and whether it is a number: `12.0–15.5 g/dL`, `≥ 5`, `142/91 mmHg`, `1-0-1`.
pub(super) struct Piece<'a> {
    pub(super) text: &'a str,
    pub(super) is_number: bool,
}

/// The pieces of a text, in order.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut plain = 0;
    let mut from = 0;
    while let Some(start) = next_number(text, from) {
        let end = end_of_number(text, start);
        from = end;
        let Some(number) = text.get(start..end).filter(|number| is_short(number)) else { continue };
        pieces.extend(piece(text, plain, start, false));
        pieces.push(Piece { text: number, is_number: true });
        plain = end;
    }
    pieces.extend(piece(text, plain, text.len(), false));
    pieces
}

fn piece(text: &str, start: usize, end: usize, is_number: bool) -> Option<Piece<'_>> {
    let text = text.get(start..end).filter(|text| !text.is_empty())?;
    Some(Piece { text, is_number })
}

fn is_short(number: &str) -> bool {
    number.chars().count() <= LONGEST
}

/// Whether a letter of a script that is written from right to left is there.
pub(super) fn has_right_to_left(text: &str) -> bool {
    text.chars().any(is_right_to_left)
}

fn is_right_to_left(letter: char) -> bool {
    matches!(letter,
        '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// Where the next number begins, signs before it included.
fn next_number(text: &str, from: usize) -> Option<usize> {
    let mut from = from;
    loop {
        let rest = text.get(from..)?;
        let digit = from + rest.find(|letter: char| letter.is_ascii_digit())?;
        let before = text.get(..digit)?;
        // The digits of "B12" belong to their word; "KMC-44120" holds together as a number does.
        let word = before.trim_end_matches(['-', '.', '/']);
        let inside = |text: &str| text.chars().next_back().is_some_and(char::is_alphanumeric);
        if inside(before) || (word.len() < before.len() && inside(word)) {
            if let Some(start) = start_of_code(before).filter(|start| *start >= from) {
                return Some(start);
            }
            let digits = text.get(digit..)?;
            from = digit + digits.find(|letter: char| !letter.is_ascii_digit())?;
            continue;
        }
        let is_sign = |letter: char| "<>≤≥=~±+-−×".contains(letter);
        let close = before.trim_end_matches(is_sign);
        if close.len() < before.len() {
            return Some(close.len());
        }
        // "≥ 5": the space belongs to the sign.
        let spaced = before.strip_suffix(' ').unwrap_or(before);
        let sign = spaced.trim_end_matches(|letter: char| "<>≤≥±".contains(letter));
        return Some(if sign.len() < spaced.len() { sign.len() } else { digit });
    }
}

/// Where the code begins that a text ends with, such as `KMC-4`; nothing where it has no dash, or is
/// too long to be held together anyway.
fn start_of_code(before: &str) -> Option<usize> {
    let mut letters = before.char_indices().rev().take(LONGEST + 1);
    let mut start = before.len();
    let mut has_dash = false;
    for (place, letter) in &mut letters {
        if !(letter.is_ascii_alphanumeric() || letter == '-') {
            return has_dash.then_some(start);
        }
        has_dash |= letter == '-';
        start = place;
    }
    (has_dash && start == 0).then_some(start)
}

/// Where it ends, a further number behind a sign and the unit included.
fn end_of_number(text: &str, start: usize) -> usize {
    let mut end = start;
    end += run(text, end, |letter| !letter.is_ascii_digit());
    loop {
        end += run(text, end, |letter| letter.is_ascii_digit() || is_raised(letter));
        let rest = text.get(end..).unwrap_or_default();
        let joint = run(text, end, |letter| ".,:/–-−^×'".contains(letter));
        let starts_number = |at: usize| {
            text.get(at..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        };
        let signed = |at: usize| {
            let signs = run(text, at, |letter| "<>≤≥−-".contains(letter));
            starts_number(at + signs)
        };
        if joint > 0 && signed(end + joint) {
            end += joint + run(text, end + joint, |letter| !letter.is_ascii_digit());
        } else if let Some(dash) = [" – ", " - "].into_iter().find(|dash| rest.starts_with(dash))
            && joins(text, start, end, end + dash.len())
        {
            end += dash.len();
        } else {
            break;
        }
    }
    // "500mg", "5th", "98%"
    end += run(text, end, is_of_unit);
    end + unit(text, end)
}

/// Whether a dash stands between two numbers of one kind: between the ends of a range or two times of
/// a day, not between two dates.
fn joins(text: &str, start: usize, end: usize, next: usize) -> bool {
    let is_of_number = |letter: char| letter.is_ascii_digit() || ".,:".contains(letter);
    let length = run(text, next, is_of_number);
    let (one, other) = (text.get(start..end), text.get(next..next + length));
    let is_time = |number: Option<&str>| number.is_some_and(|number| number.contains(':'));
    let after = text.get(next + length..).unwrap_or_default();
    let word = after.strip_prefix(' ').and_then(|after| after.chars().next());
    length > 0
        && other.is_some_and(|number| number.starts_with(|digit: char| digit.is_ascii_digit()))
        && is_time(one) == is_time(other)
        && !word.is_some_and(|letter| letter.is_alphabetic() && !letter.is_ascii())
}

/// The length of a unit behind a space; nothing where none follows.
fn unit(text: &str, end: usize) -> usize {
    let Some(rest) = text.get(end..).and_then(|rest| rest.strip_prefix(' ')) else { return 0 };
    let length = run(rest, 0, is_of_unit);
    let unit = rest.get(..length).unwrap_or_default();
    let starts =
        unit.starts_with(|letter: char| letter.is_ascii_alphabetic() || "µμ×°%Ω/".contains(letter));
    let ends = rest.get(length..).is_none_or(|after| {
        after.chars().next().is_none_or(|letter| letter.is_whitespace() || ",;().".contains(letter))
    });
    if starts && ends && unit.chars().count() <= LONGEST_UNIT { 1 + length } else { 0 }
}

fn is_of_unit(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "/%^*.µμ×°Ω·[]{}_'".contains(letter) || is_raised(letter)
}

fn is_raised(letter: char) -> bool {
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁻".contains(letter)
}

/// The length of what satisfies a test, from a place on.
fn run(text: &str, from: usize, is_in: impl Fn(char) -> bool) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    rest.find(|letter| !is_in(letter)).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_with_their_signs_and_units() {
        for (text, expected) in [
            ("12.0–15.5 g/dL", vec!["12.0–15.5 g/dL"]),
            ("210 ×10³/µL", vec!["210 ×10³/µL"]),
            ("150000.0 /cumm (low)", vec!["150000.0 /cumm"]),
            ("≥ 5 mmol/L, <0.05", vec!["≥ 5 mmol/L", "<0.05"]),
            ("142/91 mmHg", vec!["142/91 mmHg"]),
            ("1 tablet, 1-0-1, 3 दिन", vec!["1 tablet", "1-0-1", "3"]),
            ("12 – 15", vec!["12 – 15"]),
            ("1 Mar 2026, 10:30 – 10:55", vec!["1 Mar", "2026", "10:30 – 10:55"]),
            ("1 मार्च 2026, 10:30 – 2 मार्च 2026", vec!["1", "2026", "10:30", "2", "2026"]),
            ("1 مارچ 2026 – 2 مارچ 2026", vec!["1", "2026", "2", "2026"]),
            ("38.4°C and 98%", vec!["38.4°C and", "98%"]),
            ("vitamin B12, Rx-12 (KMC-44120)", vec!["Rx-12", "KMC-44120"]),
            ("-2.0 to 2.0", vec!["-2.0 to", "2.0"]),
            ("8901234567890123456789012345678901234567890", vec![]),
            ("", vec![]),
            ("م 5 دن", vec!["5"]),
        ] {
            let found = pieces(text);
            let numbers = found.iter().filter(|piece| piece.is_number).map(|piece| piece.text);
            assert_eq!(numbers.collect::<Vec<_>>(), expected, "{text}");
            let all: String = found.iter().map(|piece| piece.text).collect();
            assert_eq!(all, text);
        }
    }
}
