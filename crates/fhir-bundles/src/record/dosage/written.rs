//! What a prescriber wrote of a dosage, and whether it says what the structure says.
//!
//! The structure is left out only where the text plainly says the same of the dosage itself. Words
//! about something else ("review after 5 days", "max 2 tablets", "avoid at night") say nothing of it,
//! and where a text holds words that are not understood, the structure is shown as well.

use crate::model::TimingRepeat;

/// A text as clauses of words.
pub(super) struct Written {
    clauses: Vec<Vec<String>>,
}

/// How often, as far as a text tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Often {
    /// So many times a day.
    Daily(i32),
    /// Every so many hours.
    Hours(i32),
    /// In a way that is not compared.
    Other,
}

impl Written {
    pub(super) fn of(text: &str) -> Self {
        let mut clauses = Vec::new();
        let letters: Vec<char> = text.chars().flat_map(char::to_lowercase).collect();
        let mut clause = String::new();
        for (place, letter) in letters.iter().enumerate() {
            let at_number = |place: usize| letters.get(place).is_some_and(|c| c.is_numeric());
            let ends = match letter {
                ';' | '\n' | '\r' | '(' | ')' | '[' | ']' | '|' | ':' | '।' | '،' | '؛' | '۔' => {
                    true
                }
                ',' | '.' => !at_number(place + 1),
                _ => false,
            };
            if ends {
                push(&mut clauses, &clause);
                clause.clear();
            } else {
                clause.push(*letter);
            }
        }
        push(&mut clauses, &clause);
        Self { clauses }
    }

    /// Whether the text says these words of the dosage.
    pub(super) fn says(&self, words: &str) -> bool {
        let key = split(words);
        if key.is_empty() {
            return false;
        }
        let in_clause = self.clauses.iter().any(|clause| {
            places(clause, &key).any(|place| {
                let (before, after) = around(clause, place, key.len());
                if key.len() >= 3 {
                    !before.iter().any(|word| is_doubt(word)) && !denies(after)
                } else {
                    is_plain(before) && is_plain(after)
                }
            })
        });
        in_clause || (key.len() >= 3 && self.says_across(&key))
    }

    /// Whether a longer text stands there whole, over several clauses.
    fn says_across(&self, key: &[String]) -> bool {
        let mut starts = self.clauses.iter().enumerate().flat_map(|(number, clause)| {
            (0..clause.len()).map(move |place| (number, clause, place))
        });
        starts.any(|(number, clause, place)| {
            let before = clause.get(..place).unwrap_or_default();
            let rest = clause.get(place..).unwrap_or_default().iter().map(|word| (number, word));
            let later = self.clauses.iter().enumerate().skip(number + 1);
            let later = later.flat_map(|(number, clause)| clause.iter().map(move |w| (number, w)));
            let mut words = rest.chain(later);
            let mut last = number;
            let is_there = key.iter().all(|word| {
                words.next().is_some_and(|(number, found)| {
                    last = number;
                    found == word
                })
            });
            let after = words.take_while(|(number, _)| *number == last).map(|(_, word)| word);
            is_there && !before.iter().any(|word| is_doubt(word)) && !denies(after)
        })
    }

    /// Whether the text says for how long: "for 5 days", "x 5 days", or the span as all or the end of
    /// a clause about nothing else. "After 5 days" is when something else is to be done. `words` is how
    /// the structure would be told.
    pub(super) fn says_span(&self, span: &str, words: &str) -> bool {
        let whole = split(words);
        let is_told = self.clauses.iter().any(|clause| {
            places(clause, &whole).any(|place| {
                let (before, after) = around(clause, place, whole.len());
                is_plain(before) && is_plain(after)
            })
        });
        let key = split(span);
        is_told
            || !key.is_empty()
                && self.clauses.iter().any(|clause| {
                    places(clause, &key).any(|place| {
                        let (before, after) = around(clause, place, key.len());
                        let about_when = |word: &String| {
                            ["after", "before", "in", "every", "at", "on", "with"]
                                .contains(&word.as_str())
                        };
                        is_plain(before)
                            && match before.last().map(String::as_str) {
                                Some("for" | "x") => is_plain(after),
                                _ => after.is_empty() && !before.iter().any(about_when),
                            }
                    })
                })
    }

    /// Whether the text says "if needed", in English or in the words of another language.
    pub(super) fn says_if_needed(&self, own: &str) -> bool {
        let said = |words: &str| {
            let key = split(words);
            self.clauses.iter().any(|clause| {
                places(clause, &key).any(|place| {
                    let (before, after) = around(clause, place, key.len());
                    !before.iter().any(|word| is_doubt(word))
                        && !after.iter().any(|word| DENIALS.contains(&word.as_str()))
                })
            })
        };
        IF_NEEDED.iter().chain([&own]).any(|words| said(words))
    }

    /// Whether the text says how often, and nothing else of how often: `1-0-1` and `BD` are twice a
    /// day. `words` are how the structure would be told, in the languages that are compared.
    pub(super) fn says_frequency(&self, words: &[&str], repeat: &TimingRepeat) -> bool {
        let is_plain_count = repeat.period_max.is_none() && repeat.frequency_max.is_none();
        let period = repeat.period.as_ref().map(|period| period.as_str());
        let expected = match (repeat.period_unit.as_deref(), repeat.frequency) {
            (Some("d"), Some(times)) if is_plain_count && period.is_none_or(|one| one == "1") => {
                Often::Daily(times)
            }
            (Some("h"), None | Some(1)) if is_plain_count => {
                period.and_then(|hours| hours.parse().ok()).map_or(Often::Other, Often::Hours)
            }
            _ => Often::Other,
        };
        let mut said = Vec::new();
        let mut moments = Vec::new();
        for clause in &self.clauses {
            often(clause, &mut said);
            let plain = is_plain(clause);
            moments.extend(clause.iter().filter(|word| is_moment(word)).map(|_| plain));
        }
        let says_words = || words.iter().any(|words| self.says(words));
        if expected == Often::Other {
            return says_words() && said.iter().all(|(found, _)| *found == Often::Other);
        }
        match said.as_slice() {
            // "At night" alone is once a day.
            [] => (expected == Often::Daily(1) && moments == [true]) || says_words(),
            all => {
                all.iter().all(|(found, _)| *found == expected)
                    && all.iter().any(|(_, is_plain)| *is_plain)
            }
        }
    }
}

/// Adds the words of a clause; "then" and "but" begin another.
fn push(clauses: &mut Vec<Vec<String>>, clause: &str) {
    let mut words = Vec::new();
    for word in split(clause) {
        if !matches!(word.as_str(), "then" | "but" | "else" | "otherwise") {
            words.push(word);
        } else if !words.is_empty() {
            clauses.push(std::mem::take(&mut words));
        }
    }
    if !words.is_empty() {
        clauses.push(words);
    }
}

/// The words of a text in lower case.
fn split(text: &str) -> Vec<String> {
    let simple: String = text
        .chars()
        .flat_map(char::to_lowercase)
        .map(|letter| if is_part(letter) { letter } else { ' ' })
        .collect();
    let words = simple.split(' ').map(|word| word.trim_matches(['.', '-']));
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn is_part(letter: char) -> bool {
    letter.is_alphanumeric()
        || matches!(letter, '.' | '/' | '%' | '-')
        // Vowel signs of the scripts of India are no letters of their own.
        || matches!(letter, '\u{0900}'..='\u{0dff}' if letter != '।')
}

fn places<'a>(clause: &'a [String], key: &'a [String]) -> impl Iterator<Item = usize> + 'a {
    let windows = clause.windows(key.len().max(1)).enumerate();
    windows.filter(move |(_, words)| *words == key).map(|(place, _)| place)
}

fn around(clause: &[String], place: usize, length: usize) -> (&[String], &[String]) {
    let before = clause.get(..place).unwrap_or_default();
    (before, clause.get(place + length..).unwrap_or_default())
}

/// Words that turn what follows into something else, or set bounds to it.
fn is_doubt(word: &str) -> bool {
    const DOUBTS: [&str; 25] = [
        "not",
        "no",
        "never",
        "without",
        "except",
        "avoid",
        "don",
        "dont",
        "stop",
        "skip",
        "unless",
        "instead",
        "until",
        "till",
        "max",
        "maximum",
        "most",
        "more",
        "exceed",
        "exceeding",
        "less",
        "than",
        "limit",
        "upto",
        "if",
    ];
    DOUBTS.contains(&word) || DENIALS.contains(&word)
}

/// Whether what follows takes back what was said.
fn denies<'a>(after: impl IntoIterator<Item = &'a String>) -> bool {
    let mut words = after.into_iter().enumerate();
    words.any(|(place, word)| (place == 0 && is_doubt(word)) || DENIALS.contains(&word.as_str()))
}

/// How Hindi and Urdu deny, before or behind what they deny.
const DENIALS: [&str; 8] = ["न", "नहीं", "बिना", "मत", "نہ", "نہیں", "بغیر", "مت"];

fn is_plain(words: &[String]) -> bool {
    words.iter().enumerate().all(|(place, word)| {
        let next = words.get(place + 1).map(String::as_str);
        let before = place.checked_sub(1).and_then(|place| words.get(place)).map(String::as_str);
        let pair = match word.as_str() {
            "in" => matches!(next, None | Some("the" | "each" | "both" | "right" | "left")),
            "if" | "when" | "as" => matches!(next, Some("needed" | "required")),
            "needed" | "required" => matches!(before, Some("if" | "when" | "as")),
            _ => false,
        };
        pair || word.starts_with(|c: char| c.is_numeric()) || PLAIN.contains(&word.as_str())
    })
}

/// Every way of saying how often in a clause, and whether the clause is about nothing else.
fn often(clause: &[String], said: &mut Vec<(Often, bool)>) {
    let plain = is_plain(clause);
    let word = |place: usize| clause.get(place).map(String::as_str);
    let mut place = 0;
    while let Some(first) = word(place) {
        let (second, third) = (word(place + 1), word(place + 2));
        let number = |word: &str| counted(word);
        let found = match (first, second, third) {
            ("once" | "twice" | "thrice", Some("a" | "per"), Some("day")) => {
                Some((Often::Daily(times(first)), 3))
            }
            ("once" | "twice" | "thrice", Some("daily"), _) => {
                Some((Often::Daily(times(first)), 2))
            }
            (count, Some("times"), Some("daily")) if number(count).is_some() => {
                number(count).map(|count| (Often::Daily(count), 3))
            }
            (count, Some("times"), Some("a" | "per")) if word(place + 3) == Some("day") => {
                Some((number(count).map_or(Often::Other, Often::Daily), 4))
            }
            ("every", Some(hours), Some("hours" | "hour" | "hrs")) => {
                Some((hours.parse().map_or(Often::Other, Often::Hours), 3))
            }
            ("every", Some("day" | "night" | "morning" | "evening"), _) => {
                Some((Often::Daily(1), 2))
            }
            (hours, Some("hourly"), _) => {
                Some((hours.parse().map_or(Often::Other, Often::Hours), 2))
            }
            ("od" | "qd" | "daily", ..) => Some((Often::Daily(1), 1)),
            ("bd" | "bid" | "bds", ..) => Some((Often::Daily(2), 1)),
            ("tds" | "tid", ..) => Some((Often::Daily(3), 1)),
            ("qid" | "qds", ..) => Some((Often::Daily(4), 1)),
            (
                "every" | "alternate" | "weekly" | "monthly" | "fortnightly" | "hourly" | "times"
                | "once" | "twice" | "thrice" | "qod" | "eod",
                ..,
            ) => Some((Often::Other, 1)),
            (other, ..) => by_meal(other).map(|count| (Often::Daily(count), 1)).or_else(|| {
                let hours = other.strip_prefix('q')?.strip_suffix('h')?.parse().ok()?;
                Some((Often::Hours(hours), 1))
            }),
        };
        match found {
            Some((found, length)) => {
                said.push((found, plain));
                place += length;
            }
            None => place += 1,
        }
    }
}

fn times(word: &str) -> i32 {
    match word {
        "once" => 1,
        "twice" => 2,
        _ => 3,
    }
}

fn counted(word: &str) -> Option<i32> {
    match word {
        "one" => Some(1),
        "two" => Some(2),
        "three" => Some(3),
        "four" => Some(4),
        "five" => Some(5),
        "six" => Some(6),
        number => number.parse().ok(),
    }
}

/// How many doses a day `1-0-1` has; `None` for any other word.
fn by_meal(word: &str) -> Option<i32> {
    let doses: Vec<&str> = word.split('-').collect();
    let is_dose = |dose: &&str| {
        !dose.is_empty() && dose.chars().all(|c| c.is_numeric() || matches!(c, '.' | '/'))
    };
    if !(3..=4).contains(&doses.len()) || !doses.iter().all(is_dose) {
        return None;
    }
    i32::try_from(doses.iter().filter(|dose| !matches!(**dose, "0" | "00")).count()).ok()
}

fn is_moment(word: &str) -> bool {
    const MOMENTS: [&str; 11] = [
        "morning",
        "noon",
        "afternoon",
        "evening",
        "night",
        "bedtime",
        "hs",
        "breakfast",
        "lunch",
        "dinner",
        "nightly",
    ];
    MOMENTS.contains(&word)
}

const IF_NEEDED: [&str; 8] = [
    "if needed",
    "as needed",
    "when needed",
    "sos",
    "prn",
    "if required",
    "when required",
    "as required",
];

/// Words of which a plain dosage consists. A clause of others may be about something else.
#[rustfmt::skip]
const PLAIN: [&str; 149] = [
    "take", "apply", "inject", "instil", "instill", "put", "use", "chew", "swallow",
    "insert", "inhale", "give", "spray", "rub", "gargle", "dissolve", "continue", "drink",
    "tab", "tabs", "tablet", "tablets", "cap", "caps", "capsule", "capsules", "syp",
    "syrup", "inj", "injection", "drop", "drops", "puff", "puffs", "spoon", "spoons",
    "spoonful", "teaspoon", "teaspoons", "tsp", "tbsp", "ml", "mg", "g", "gm",
    "mcg", "ug", "iu", "unit", "units", "sachet", "sachets", "patch", "ointment",
    "cream", "gel", "lotion", "suspension", "amp", "ampoule", "vial", "sprays", "scoop",
    "oral", "orally", "po", "iv", "im", "sc", "sl", "mouth", "by",
    "topical", "topically", "nasal", "rectal", "eye", "ear", "nose", "right", "left",
    "both", "eyes", "ears", "nostril", "nostrils", "each", "once", "twice", "thrice",
    "one", "two", "three", "four", "half", "times", "time", "a", "an",
    "the", "day", "daily", "od", "qd", "bd", "bds", "bid", "tds",
    "tid", "qid", "qds", "hs", "sos", "prn", "morning", "noon", "afternoon",
    "evening", "night", "bedtime", "breakfast", "lunch", "dinner", "meal", "meals", "food",
    "after", "before", "with", "at", "on", "and", "of", "water", "milk",
    "empty", "stomach", "every", "hours", "hour", "hrs", "hourly", "days", "weeks",
    "week", "months", "month", "for", "x",
];
