//! Whether two descriptions are of one person: by numbers, sex, date of birth and names.

use crate::model::{HumanName, Identifier, Patient, Reference};

/// What tells one person from another.
#[derive(Default)]
pub(crate) struct Identity {
    names: Vec<Name>,
    numbers: Vec<Number>,
    sex: Option<String>,
    born: Option<String>,
}

/// What a comparison of two persons proves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Likeness {
    /// They are one person.
    Same,
    /// They are two.
    Different,
    /// What is said of them neither proves that they are one nor that they are two.
    Unclear,
}

/// A name as words of one script, in lower case, without titles and without the relative by whom
/// people are told apart ("wife of Ramesh").
struct Name {
    words: Vec<String>,
    script: u32,
    /// A child or relative that is named by somebody else: "Baby of Asha".
    is_relative: bool,
}

/// A number with what is known of its kind.
struct Number {
    system: Option<String>,
    kinds: Vec<String>,
    value: String,
    /// An address such as `asha@abdm` stands beside a number of the same system.
    is_address: bool,
    is_old: bool,
    /// It stands in words, so that nobody knows of what it is.
    is_in_words: bool,
}

/// How the kinds of two numbers are related.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kinds {
    Different,
    /// Of at least one, nobody can tell.
    Unknown,
    /// The same, but for the system that one of them does not name.
    Likely,
    Same,
}

/// How near two names are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Nearness {
    /// There is no name, or none in the same script.
    Unknown,
    Different,
    /// Some words are the same: a family has them, too.
    Partly,
    /// All words of the shorter name are in the longer one.
    Agrees,
    Equal,
}

/// What the numbers of two persons prove.
#[derive(Default)]
struct Numbers {
    is_shared: bool,
    /// Both have one number of one kind, and the two differ.
    differs: bool,
    /// The same, as far as the kind can be told.
    may_differ: bool,
}

impl Identity {
    pub(crate) fn of(patient: &Patient) -> Self {
        Self {
            names: patient.name.iter().filter_map(Name::of).collect(),
            numbers: patient.identifier.iter().filter_map(Number::of).collect(),
            sex: patient.gender.clone().filter(|sex| sex != "unknown" && !sex.trim().is_empty()),
            born: patient.birth_date.as_ref().map(|born| born.as_str().to_owned()),
        }
    }

    /// What a reference itself says of a person: its words and its number.
    pub(crate) fn of_reference(reference: &Reference) -> Self {
        let mut numbers: Vec<Number> = reference.identifier.iter().filter_map(Number::of).collect();
        let mut name = String::new();
        for word in reference.display.as_deref().unwrap_or_default().split_whitespace() {
            let bare = letters(word);
            if bare.chars().any(char::is_numeric) {
                numbers.push(Number {
                    system: None,
                    kinds: Vec::new(),
                    value: bare,
                    is_address: word.contains('@'),
                    is_old: false,
                    is_in_words: true,
                });
            } else if !NAMES_NOBODY.contains(&bare.as_str()) {
                name.push_str(word);
                name.push(' ');
            }
        }
        Self { names: Name::of_text(&name).into_iter().collect(), numbers, ..Self::default() }
    }

    /// Whether nothing is said that could tell one person from another.
    pub(crate) fn is_empty(&self) -> bool {
        self.names.is_empty()
            && self.numbers.is_empty()
            && self.sex.is_none()
            && self.born.is_none()
    }

    /// Whether sex or date of birth are not those of the other.
    pub(crate) fn contradicts_facts(&self, other: &Self) -> bool {
        self.sex_differs(other) || self.birth_differs(other)
    }

    /// Compares two persons as two resources describe them. A number that both have counts only if
    /// nothing else contradicts: a newborn has its mother's.
    pub(crate) fn likeness(&self, other: &Self) -> Likeness {
        let numbers = self.numbers_of(other);
        let name = self.name_of(other);
        let contradictions = usize::from(self.sex_differs(other))
            + usize::from(self.birth_differs(other))
            + usize::from(numbers.differs && numbers.is_shared);
        if numbers.is_shared {
            return match (contradictions, name) {
                (0, Nearness::Different) => Likeness::Unclear,
                (0, _) => Likeness::Same,
                (1, Nearness::Partly | Nearness::Agrees | Nearness::Equal) => Likeness::Unclear,
                _ => Likeness::Different,
            };
        }
        if contradictions > 0 || numbers.differs || name == Nearness::Different {
            return Likeness::Different;
        }
        let same_birth = match (&self.born, &other.born) {
            (Some(one), Some(other)) => one == other && one.len() >= 10,
            _ => false,
        };
        match name {
            _ if numbers.may_differ && name < Nearness::Agrees => Likeness::Different,
            _ if numbers.may_differ => Likeness::Unclear,
            Nearness::Equal => Likeness::Same,
            Nearness::Agrees if same_birth => Likeness::Same,
            _ => Likeness::Unclear,
        }
    }

    /// Compares a person with what a reference says of one, which leads to no resource.
    pub(crate) fn likeness_of_reference(&self, said: &Self) -> Likeness {
        let numbers = self.numbers_of(said);
        let name = self.name_of(said);
        let differs = numbers.differs || numbers.may_differ && name < Nearness::Agrees;
        match name {
            Nearness::Different if numbers.is_shared => Likeness::Unclear,
            _ if numbers.is_shared => Likeness::Same,
            Nearness::Different => Likeness::Different,
            _ if differs => Likeness::Different,
            _ if numbers.may_differ => Likeness::Unclear,
            Nearness::Agrees | Nearness::Equal => Likeness::Same,
            Nearness::Unknown | Nearness::Partly => Likeness::Unclear,
        }
    }

    fn sex_differs(&self, other: &Self) -> bool {
        matches!((&self.sex, &other.sex), (Some(one), Some(other)) if one != other)
    }

    /// A year and a day in it do not contradict each other.
    fn birth_differs(&self, other: &Self) -> bool {
        match (&self.born, &other.born) {
            (Some(one), Some(other)) => !one.starts_with(other) && !other.starts_with(one),
            _ => false,
        }
    }

    fn name_of(&self, other: &Self) -> Nearness {
        let pairs = self.names.iter().flat_map(|one| other.names.iter().map(|two| one.near(two)));
        pairs.max().unwrap_or(Nearness::Unknown)
    }

    fn numbers_of(&self, other: &Self) -> Numbers {
        let mut found = Numbers::default();
        for one in &self.numbers {
            for two in &other.numbers {
                let kinds = one.kinds_with(two);
                if kinds == Kinds::Different {
                    continue;
                }
                if one.value == two.value {
                    found.is_shared = true;
                    continue;
                }
                // A person may have several numbers of one kind, and old ones.
                let alone = |number: &Number, all: &[Number]| {
                    let same = all.iter().filter(|one| one.kinds_with(number) >= Kinds::Likely);
                    !number.is_old && same.count() == 1
                };
                if alone(one, &self.numbers) && alone(two, &other.numbers) {
                    found.differs |= kinds == Kinds::Same;
                    found.may_differ |= kinds == Kinds::Likely;
                }
            }
        }
        found
    }
}

/// Words of a reference that name nobody.
const NAMES_NOBODY: [&str; 14] = [
    "patient", "pt", "the", "self", "uhid", "mrn", "mr", "no", "number", "id", "ip", "op", "abha",
    "subject",
];

/// Titles, which are no part of a name.
const TITLES: [&str; 13] = [
    "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "smt", "shri", "sri", "shrimati", "late",
    "master",
];

/// Words by which somebody is named who has no name of their own yet.
const CHILDREN: [&str; 8] =
    ["baby", "newborn", "infant", "twin", "child", "son", "daughter", "fetus"];

impl Name {
    fn of(name: &HumanName) -> Option<Self> {
        Self::of_text(&super::people::one_name(name)?)
    }

    fn of_text(text: &str) -> Option<Self> {
        let mut words: Vec<String> = Vec::new();
        let mut is_relative = false;
        for written in text.split_whitespace() {
            let lower = written.to_lowercase();
            let relation = lower.trim_matches(|c: char| !c.is_alphanumeric());
            // "W/o Ramesh", "d/o Asha": whoever follows is somebody else.
            if relation.len() == 3 && relation.ends_with("/o") {
                if !words.is_empty() {
                    break;
                }
                is_relative = true;
                continue;
            }
            for word in split(&lower) {
                if words.is_empty() && CHILDREN.contains(&word) {
                    is_relative = true;
                } else if !(TITLES.contains(&word) || words.is_empty() && word == "of") {
                    words.push(word.to_owned());
                }
            }
        }
        let script = script(words.first()?.chars().next()?);
        Some(Self { words, script, is_relative })
    }

    fn near(&self, other: &Self) -> Nearness {
        if self.script != other.script {
            return Nearness::Unknown;
        }
        if self.is_relative != other.is_relative {
            return Nearness::Different;
        }
        if self.words == other.words || self.words.concat() == other.words.concat() {
            return Nearness::Equal;
        }
        let (short, long) = if self.words.len() <= other.words.len() {
            (&self.words, &other.words)
        } else {
            (&other.words, &self.words)
        };
        let mut left: Vec<&String> = long.iter().collect();
        let mut met = 0;
        for word in short {
            let is_met = |one: &&String| {
                *one == word
                    || is_initial(word) && one.starts_with(word.as_str())
                    || is_initial(one) && word.starts_with(one.as_str())
            };
            if let Some(place) = left.iter().position(is_met) {
                left.swap_remove(place);
                met += 1;
            }
        }
        match met {
            0 => Nearness::Different,
            _ if met == short.len() => Nearness::Agrees,
            _ => Nearness::Partly,
        }
    }
}

fn is_initial(word: &str) -> bool {
    word.chars().count() == 1
}

/// The words of a name: vowel signs and joiners belong to them.
fn split(text: &str) -> impl Iterator<Item = &str> {
    let divides = |c: char| {
        c.is_whitespace()
            || c.is_ascii_punctuation()
            || (matches!(c, '\u{2000}'..='\u{206f}') && !matches!(c, '\u{200c}' | '\u{200d}'))
    };
    text.split(divides).filter(|word| !word.is_empty())
}

/// A number for each script: those of India have blocks of 128 letters.
fn script(letter: char) -> u32 {
    match u32::from(letter) {
        0..0x0370 | 0x1e00..0x1f00 => 0,
        code @ 0x0900..0x0e00 => code / 0x80,
        0x0600..0x0780 | 0xfb50..0xff00 => 1,
        code => 0x1000 + code / 0x100,
    }
}

impl Number {
    fn of(identifier: &Identifier) -> Option<Self> {
        let written = identifier.value.as_deref()?;
        let value = letters(written);
        if value.is_empty() {
            return None;
        }
        let kind = identifier.r#type.as_ref();
        let codes = kind.iter().flat_map(|kind| &kind.coding).filter_map(|c| c.code.as_deref());
        let text = kind.and_then(|kind| kind.text.as_deref());
        let mut kinds: Vec<String> = codes.chain(text).map(letters).collect();
        if kinds.iter().any(|kind| kind.as_str() == "mr" || kind.contains("medicalrecord")) {
            kinds.push("mr".to_owned());
        }
        let system = identifier.system.as_deref().filter(|system| !system.trim().is_empty());
        // Hosts of NDHM and ABDM mean the same.
        let system =
            system.map(|system| system.trim_end_matches('/').replace("abdm.gov.in", "ndhm.gov.in"));
        Some(Self {
            system,
            kinds,
            value,
            is_address: written.contains('@'),
            is_old: identifier.r#use.as_deref() == Some("old"),
            is_in_words: false,
        })
    }

    fn kinds_with(&self, other: &Self) -> Kinds {
        let shares = self.kinds.iter().any(|kind| other.kinds.contains(kind));
        let both_named = !self.kinds.is_empty() && !other.kinds.is_empty();
        if self.is_address != other.is_address || both_named && !shares {
            return Kinds::Different;
        }
        let none_named = self.kinds.is_empty() && other.kinds.is_empty();
        match (&self.system, &other.system) {
            _ if self.is_in_words || other.is_in_words => Kinds::Unknown,
            (Some(one), Some(other)) if one == other => Kinds::Same,
            (Some(_), Some(_)) => Kinds::Different,
            (None, None) if shares || none_named => Kinds::Same,
            (Some(_), None) | (None, Some(_)) if shares => Kinds::Likely,
            _ => Kinds::Unknown,
        }
    }
}

/// Letters and digits alone, in lower case: signs that divide a number say nothing.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{json::Json, model::Value as _};

    fn person(json: &str) -> Identity {
        Identity::of(&Patient::read("", Json::parse(json.as_bytes()).unwrap()).unwrap())
    }

    fn named(name: &str) -> Identity {
        person(&format!(r#"{{"name":[{{"text":"{name}"}}]}}"#))
    }

    #[test]
    fn names_are_compared_word_by_word_in_one_script() {
        for (name, expected) in [
            ("Asha Devi", Nearness::Equal),
            ("Smt. ASHA  DEVI", Nearness::Equal),
            ("Ashadevi", Nearness::Equal),
            ("Asha Devi W/O Ravi Kumar", Nearness::Equal),
            ("Devi, Asha", Nearness::Agrees),
            ("A. Devi", Nearness::Agrees),
            ("Asha", Nearness::Agrees),
            ("Ravi Devi", Nearness::Partly),
            ("Ravi Kumar", Nearness::Different),
            ("Baby of Asha", Nearness::Different),
            ("B/O Asha Devi", Nearness::Different),
            ("आशा देवी", Nearness::Unknown),
        ] {
            assert_eq!(named("Asha Devi").name_of(&named(name)), expected, "{name}");
        }
        assert_eq!(named("आशा देवी").name_of(&named("आशा देवी")), Nearness::Equal);
        assert_eq!(named("आशा देवी").name_of(&named("रवि कुमार")), Nearness::Different);
    }

    #[test]
    fn numbers_prove_only_within_their_kind() {
        let one = person(
            r#"{"identifier":[{"system":"https://healthid.ndhm.gov.in","value":"91-7225-4829-5255"},{"type":{"coding":[{"code":"MR"}]},"value":"417"}]}"#,
        );
        for (identifier, shared, differs, may_differ) in [
            (
                r#"{"system":"https://healthid.abdm.gov.in/","value":"91722548295255"}"#,
                true,
                false,
                false,
            ),
            (
                r#"{"system":"https://healthid.ndhm.gov.in","value":"asha@abdm"}"#,
                false,
                false,
                false,
            ),
            (r#"{"type":{"text":"Medical record number"},"value":"999"}"#, false, true, false),
            (
                r#"{"type":{"coding":[{"code":"MR"}]},"system":"https://a.example","value":"999"}"#,
                false,
                false,
                true,
            ),
            (r#"{"type":{"coding":[{"code":"PPN"}]},"value":"417"}"#, false, false, false),
        ] {
            let found = one.numbers_of(&person(&format!(r#"{{"identifier":[{identifier}]}}"#)));
            assert_eq!(
                (found.is_shared, found.differs, found.may_differ),
                (shared, differs, may_differ),
                "{identifier}"
            );
        }
    }
}
