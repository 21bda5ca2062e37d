//! What the words beside a range say: whom it is for, and in which unit it is.
//!
//! Only what is understood lets a range be used: its bounds, the unit of the value, comparators,
//! words for a sex, and words that say nothing. Any other word may tie the range to a state of the
//! patient, and any other number may be an age or belong to somebody else.

use super::Sex;
use crate::{
    codes::ucum_code,
    model::{Decimal, Quantity},
    record::judgement::Unit,
};

/// What the words beside a range say.
#[derive(Default)]
pub(super) struct Said {
    pub(super) sex: Vec<Sex>,
    /// They name the unit of the value.
    pub(super) names_unit: bool,
    /// They name another unit.
    pub(super) names_another_unit: bool,
    /// They say more than is understood.
    pub(super) other: bool,
}

/// What is known of a range when its words are read.
#[derive(Clone, Copy, Default)]
pub(super) struct About<'a> {
    pub(super) low: Option<&'a Quantity>,
    pub(super) high: Option<&'a Quantity>,
    /// The unit of the value.
    pub(super) unit: Option<Unit<'a>>,
}

/// Which bound a comparator announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bound {
    Low,
    High,
}

pub(super) fn read(text: &str, about: About<'_>) -> Said {
    let mut reader = Reader { text, about, said: Said::default(), announced: None };
    let mut place = 0;
    while let Some(letter) = text.get(place..).and_then(|rest| rest.chars().next()) {
        place += reader.step(place, letter).max(letter.len_utf8());
    }
    let mut said = reader.said;
    // "Male: 13-17, female: 12-15" is two ranges in one text.
    let has_digits = text.bytes().any(|byte| byte.is_ascii_digit());
    if said.sex.contains(&Sex::Female) && said.sex.contains(&Sex::Male) && has_digits {
        said.other = true;
    }
    said
}

struct Reader<'a> {
    text: &'a str,
    about: About<'a>,
    said: Said,
    announced: Option<Bound>,
}

impl Reader<'_> {
    /// Reads what begins at a place, and says how long it is.
    fn step(&mut self, place: usize, letter: char) -> usize {
        let rest = self.text.get(place..).unwrap_or_default();
        let before = self.text.get(..place).and_then(|before| before.chars().next_back());
        if letter.is_whitespace() {
            return 0;
        }
        if let Some(length) = self.own_unit(rest, before) {
            self.said.names_unit = true;
            return length;
        }
        let chunk = chunk(rest);
        if letter.is_ascii_digit() {
            if chunk.contains(char::is_alphabetic) && self.another_unit(chunk) {
                return chunk.len();
            }
            return self.number(rest);
        }
        match letter {
            '<' | '≤' => self.announced = Some(Bound::High),
            '>' | '≥' => self.announced = Some(Bound::Low),
            letter if is_word(letter) => return self.word(rest, before, chunk),
            letter if NEUTRAL_SIGNS.contains(&letter) => {}
            _ if self.another_unit(chunk) => return chunk.len(),
            _ => self.said.other = true,
        }
        0
    }

    /// The unit of the value at the start of a text, as it is written there, by its code, or in
    /// other words that mean the same code.
    fn own_unit(&self, rest: &str, before: Option<char>) -> Option<usize> {
        let unit = self.about.unit?;
        if before.is_some_and(char::is_alphabetic) {
            return None;
        }
        let written = [Some(unit.text), unit.ucum].into_iter().flatten();
        let found = written.map(str::trim).find(|unit| {
            let after = rest.strip_prefix(unit).filter(|_| !unit.is_empty());
            after.is_some_and(|after| !after.starts_with(|c: char| c.is_alphanumeric() || c == '/'))
        });
        if let Some(found) = found {
            return Some(found.len());
        }
        let chunk = chunk(rest);
        let known = unit.known()?;
        let means = ucum_code(chunk).filter(|_| chunk.chars().count() > 1)?;
        (*known == *means).then_some(chunk.len())
    }

    /// Whether a piece of text is a unit, which is another than the value's.
    fn another_unit(&mut self, chunk: &str) -> bool {
        let is_unit = ucum_code(chunk).is_some();
        self.said.names_another_unit |= is_unit;
        is_unit
    }

    /// A number must be a bound, and the one that a comparator before it announces.
    fn number(&mut self, rest: &str) -> usize {
        let is_part = |(place, letter): (usize, char)| {
            let next = || rest.get(place + 1..).and_then(|after| after.chars().next());
            letter.is_ascii_digit()
                || matches!(letter, '.' | ',') && next().is_some_and(|next| next.is_ascii_digit())
        };
        let end = rest.char_indices().find(|(place, letter)| !is_part((*place, *letter)));
        let written = rest.get(..end.map_or(rest.len(), |(place, _)| place)).unwrap_or_default();
        let number: Option<Decimal> = digits(written).and_then(|digits| digits.parse().ok());
        let equals = |bound: Option<&Quantity>| {
            let bound = bound.and_then(|bound| bound.value.as_ref());
            bound.zip(number.as_ref()).is_some_and(|(bound, number)| {
                bound.compare(number) == Some(std::cmp::Ordering::Equal)
            })
        };
        let is_bound = match self.announced.take() {
            Some(Bound::Low) => equals(self.about.low),
            Some(Bound::High) => equals(self.about.high),
            None => equals(self.about.low) || equals(self.about.high),
        };
        self.said.other |= !is_bound;
        written.len()
    }

    fn word(&mut self, rest: &str, before: Option<char>, chunk: &str) -> usize {
        let length = rest.find(|letter: char| !is_word(letter)).unwrap_or(rest.len());
        let word = rest.get(..length).unwrap_or_default().to_lowercase();
        let after = rest.get(length..).and_then(|after| after.chars().next());
        // A letter alone is a sex in "(M)", "M:" and as the whole label, and a unit elsewhere.
        let alone = matches!(before, None | Some('(' | ',' | ';' | '/' | '['))
            && matches!(after, None | Some(')' | ':' | ']' | '='))
            || matches!((before, after), (None, Some(' ')))
            || matches!((before, after), (Some(' '), Some(':')));
        match word.as_str() {
            "female" | "females" | "woman" | "women" | "girl" | "girls" => {
                self.said.sex.push(Sex::Female);
            }
            "male" | "males" | "man" | "men" | "boy" | "boys" => self.said.sex.push(Sex::Male),
            "f" if alone => self.said.sex.push(Sex::Female),
            "m" if alone => self.said.sex.push(Sex::Male),
            "upto" | "up" | "less" | "below" | "under" | "lt" => {
                self.announced = Some(Bound::High);
            }
            "more" | "greater" | "above" | "over" | "gt" => self.announced = Some(Bound::Low),
            word if NEUTRAL_WORDS.contains(&word) => {}
            _ if self.another_unit(chunk) => return chunk.len(),
            _ => self.said.other = true,
        }
        length
    }
}

/// The piece of a text in which a unit would stand.
fn chunk(rest: &str) -> &str {
    let ends = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | '=' | '<' | '>');
    let chunk = rest.split(ends).next().unwrap_or_default();
    chunk.trim_end_matches(['.', ':', '-', '–'])
}

/// Vowel signs and other marks belong to words of scripts other than Latin.
fn is_word(letter: char) -> bool {
    letter.is_alphabetic() || (!letter.is_ascii() && !NEUTRAL_SIGNS.contains(&letter))
}

/// The digits of a number; commas divide them by thousands, as in India or elsewhere. A comma that
/// does not may be a decimal sign, and then nobody can tell.
fn digits(written: &str) -> Option<String> {
    let (whole, _) = written.split_once('.').unwrap_or((written, ""));
    let mut groups = whole.split(',').rev();
    if whole.contains(',') {
        let last = groups.next().unwrap_or_default();
        let inner = groups.all(|group| matches!(group.len(), 1..=3));
        if last.len() != 3 || !inner {
            return None;
        }
    }
    let plain = written.replace(',', "");
    let (whole, part) = plain.split_once('.').map_or((plain.as_str(), None), |(w, p)| (w, Some(p)));
    // JSON's numbers have no zeros in front.
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    };
    Some(part.map_or_else(|| whole.to_owned(), |part| format!("{whole}.{part}")))
}

const NEUTRAL_SIGNS: [char; 20] = [
    '(', ')', '[', ']', ':', ';', ',', '.', '/', '-', '–', '—', '−', '=', '&', '"', '\'', '|',
    '\u{a0}', '\u{202f}',
];

/// Words that say nothing about whom a range is for. What is critical is said by the kind of range.
const NEUTRAL_WORDS: [&str; 32] = [
    "normal",
    "range",
    "ranges",
    "reference",
    "ref",
    "value",
    "values",
    "interval",
    "biological",
    "bio",
    "limit",
    "limits",
    "level",
    "levels",
    "to",
    "and",
    "or",
    "from",
    "between",
    "than",
    "equal",
    "upper",
    "lower",
    "low",
    "high",
    "of",
    "the",
    "is",
    "for",
    "critical",
    "panic",
    "alert",
];
