//! What a document says that a result means: by code where the code is of HL7's interpretation codes,
//! else by words, and by words only where they are plain.

use crate::{
    Language,
    codes::V3_INTERPRETATION,
    language::Phrase,
    model::{CodeableConcept, Coding},
};

/// What a document says that a result means, such as "Critical high".
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Interpretation {
    /// The words, as the document has them; the meaning of the code when it has none.
    pub words: String,
    /// The codes.
    pub codes: Vec<Coding>,
    /// What code and words say, when they say something about normal and abnormal.
    pub level: Option<Level>,
}

/// Where a result lies, the mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Level {
    /// Within what is normal.
    Normal,
    /// Not normal, without a side.
    Abnormal,
    /// Below what is normal.
    Low,
    /// Above what is normal.
    High,
    /// So abnormal that somebody must act.
    Critical,
    /// So low that somebody must act.
    CriticalLow,
    /// So high that somebody must act.
    CriticalHigh,
}

impl Level {
    /// Whether a doctor should look.
    #[must_use]
    pub fn is_abnormal(self) -> bool {
        self != Self::Normal
    }

    pub(super) fn is_low(self) -> bool {
        matches!(self, Self::Low | Self::CriticalLow)
    }

    pub(super) fn is_high(self) -> bool {
        matches!(self, Self::High | Self::CriticalHigh)
    }
}

/// The addresses under which HL7 has published its interpretation codes.
const SYSTEMS: [&str; 5] = [
    V3_INTERPRETATION,
    "http://hl7.org/fhir/v3/ObservationInterpretation",
    "http://terminology.hl7.org/CodeSystem/v2-0078",
    "http://hl7.org/fhir/v2/0078",
    "urn:oid:2.16.840.1.113883.5.83",
];

impl Interpretation {
    /// `None` for a concept that says nothing at all.
    pub(super) fn of(concept: &CodeableConcept, language: Language) -> Option<Self> {
        let known = |coding: &Coding| {
            let system = coding.system.as_deref().unwrap_or_default().trim_end_matches('/');
            let is_hl7 = system.is_empty() || SYSTEMS.contains(&system);
            coding.code.as_deref().filter(|_| is_hl7).and_then(meaning)
        };
        let meanings: Vec<_> = concept.coding.iter().filter_map(known).collect();
        // The words may say more than the code, and two codes need not agree: the gravest counts.
        let displays = concept.coding.iter().filter_map(|coding| coding.display.as_deref());
        let said = concept.text.as_deref().into_iter().chain(displays).filter_map(level_of_words);
        let level = meanings.iter().filter_map(|(level, _)| *level).chain(said).max();
        let label = concept.label()?;
        // HL7's own word for a code that stands there is told in the language.
        let told = |words: &str| {
            let mut phrases = meanings.iter().map(|(_, phrase)| *phrase);
            let phrase = phrases
                .find(|phrase| Language::English.say(*phrase).eq_ignore_ascii_case(words.trim()));
            phrase.map_or_else(|| words.to_owned(), |phrase| language.say(phrase).to_owned())
        };
        let mut words = match meanings.first() {
            // A bare code becomes a word.
            Some((_, phrase))
                if concept.coding.iter().any(|c| c.code.as_deref() == Some(label)) =>
            {
                format!("{} ({label})", language.say(*phrase))
            }
            _ => told(label),
        };
        let displays = concept.coding.iter().filter_map(|coding| coding.display.as_deref());
        for display in displays.filter(|display| !display.trim().is_empty()).map(told) {
            if !words.to_lowercase().contains(&display.to_lowercase()) {
                words = format!("{words}, {display}");
            }
        }
        Some(Self { words, codes: concept.coding.clone(), level })
    }
}

/// The word for an HL7 interpretation code.
pub(crate) fn interpretation_words(code: &str, language: Language) -> Option<&'static str> {
    meaning(code).map(|(_, phrase)| language.say(phrase))
}

/// The level and the word of an HL7 interpretation code.
fn meaning(code: &str) -> Option<(Option<Level>, Phrase)> {
    use Level::{Abnormal, Critical, CriticalHigh, CriticalLow, High, Low, Normal};
    Some(match code.trim() {
        "N" => (Some(Normal), Phrase::Normal),
        "A" => (Some(Abnormal), Phrase::Abnormal),
        "AA" => (Some(Critical), Phrase::CriticalAbnormal),
        "H" => (Some(High), Phrase::HighResult),
        "HH" => (Some(CriticalHigh), Phrase::CriticalHigh),
        "HU" => (Some(High), Phrase::SignificantlyHigh),
        "L" => (Some(Low), Phrase::LowResult),
        "LL" => (Some(CriticalLow), Phrase::CriticalLow),
        "LU" => (Some(Low), Phrase::SignificantlyLow),
        ">" => (Some(High), Phrase::OffScaleHigh),
        "<" => (Some(Low), Phrase::OffScaleLow),
        "HX" => (Some(High), Phrase::AboveHighThreshold),
        "LX" => (Some(Low), Phrase::BelowLowThreshold),
        "POS" => (None, Phrase::Positive),
        "NEG" => (None, Phrase::Negative),
        "DET" => (None, Phrase::Detected),
        "ND" => (None, Phrase::NotDetected),
        "RR" => (None, Phrase::Reactive),
        "WR" => (None, Phrase::WeaklyReactive),
        "NR" => (None, Phrase::NonReactive),
        "IND" => (None, Phrase::Indeterminate),
        "E" => (None, Phrase::Equivocal),
        "S" => (None, Phrase::Susceptible),
        "I" => (None, Phrase::Intermediate),
        "R" => (None, Phrase::Resistant),
        "NS" => (None, Phrase::NonSusceptible),
        "SDD" => (None, Phrase::SusceptibleDoseDependent),
        "B" => (None, Phrase::Better),
        "W" => (None, Phrase::Worse),
        "U" => (None, Phrase::SignificantChangeUp),
        "D" => (None, Phrase::SignificantChangeDown),
        "EXP" => (None, Phrase::Expected),
        "UNE" => (None, Phrase::Unexpected),
        _ => return None,
    })
}

/// What words say about normal and abnormal; `None` unless it is plain.
fn level_of_words(text: &str) -> Option<Level> {
    let lower = text.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let has = |any: &[&str]| words.iter().any(|word| any.contains(word));
    if words.is_empty() {
        return None;
    }
    // A letter alone is the code, written as text.
    if let [letter] = words.as_slice()
        && lower.trim() == *letter
        && letter.len() <= 2
        && let Some((level, _)) = meaning(&letter.to_uppercase())
    {
        return level;
    }
    let denies = has(&["not", "no", "non", "without", "isn", "never", "neither", "nor"]);
    let normal = has(&["normal", "normally"]);
    if denies {
        // "Not normal" is plain; "not high", "no abnormality" and the like are left to the reader.
        let only = words.iter().all(|word| {
            [
                "not", "non", "normal", "is", "isn", "t", "result", "value", "within", "limits",
                "range",
            ]
            .contains(word)
        });
        return (normal && only).then_some(Level::Abnormal);
    }
    let critical = has(&["critical", "critically", "panic", "alarming"]);
    let up = has(&["above", "elevated", "raised", "increased", "exceeds"]);
    let down = has(&["below", "decreased", "reduced", "depressed", "under"]);
    let high = has(&["high", "higher", "hi"]);
    let low = has(&["low", "lower"]);
    let side = match (up, down) {
        (true, true) => return None,
        // "Above low normal" and "below high normal" may be normal.
        (true, false) if low => return None,
        (false, true) if high => return None,
        (true, false) => Some(Level::High),
        (false, true) => Some(Level::Low),
        (false, false) => match (high, low) {
            (true, true) => return None,
            // "High normal" is normal to some and not to others.
            (true, false) if normal => return None,
            (false, true) if normal => return None,
            (true, false) => Some(Level::High),
            (false, true) => Some(Level::Low),
            (false, false) => None,
        },
    };
    match (side, critical) {
        (Some(Level::High), true) => return Some(Level::CriticalHigh),
        (Some(_), true) => return Some(Level::CriticalLow),
        (Some(side), false) => return Some(side),
        (None, true) => return Some(Level::Critical),
        (None, false) => {}
    }
    if has(&["abnormal", "outside"])
        || lower.contains("out of range")
        || lower.contains("out of limits")
    {
        return Some(Level::Abnormal);
    }
    let usual = [
        "normal",
        "within",
        "limits",
        "limit",
        "range",
        "in",
        "the",
        "reference",
        "interval",
        "result",
        "value",
        "is",
        "for",
        "age",
        "sex",
        "n",
        "wnl",
    ];
    let plain = words.iter().all(|word| usual.contains(word));
    let says = normal || has(&["wnl", "within"]) || lower.trim() == "in range";
    (plain && says).then_some(Level::Normal)
}

super::opaque_debug!(Interpretation);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_taken_only_where_they_are_plain() {
        for (words, expected) in [
            ("Normal", Some(Level::Normal)),
            ("within normal limits", Some(Level::Normal)),
            ("WNL", Some(Level::Normal)),
            ("Above normal", Some(Level::High)),
            ("Above high normal", Some(Level::High)),
            ("Below low normal", Some(Level::Low)),
            ("not normal", Some(Level::Abnormal)),
            ("Abnormal", Some(Level::Abnormal)),
            ("Out of range", Some(Level::Abnormal)),
            ("Critical high", Some(Level::CriticalHigh)),
            ("PANIC LOW", Some(Level::CriticalLow)),
            ("critical", Some(Level::Critical)),
            ("H", Some(Level::High)),
            ("ll", Some(Level::CriticalLow)),
            ("Elevated", Some(Level::High)),
            ("Borderline high", Some(Level::High)),
            ("high normal", None),
            ("above low normal", None),
            ("not abnormal", None),
            ("not high", None),
            ("no abnormality detected", None),
            ("Positive", None),
            ("see comment", None),
            ("normal saline", None),
            ("", None),
        ] {
            assert_eq!(level_of_words(words), expected, "{words}");
        }
    }

    #[test]
    fn codes_count_only_in_the_code_systems_of_hl7() {
        let concept = |system: &str, code: &str, display: &str| {
            Interpretation::of(
                &CodeableConcept {
                    coding: vec![Coding::of(system, code, display)],
                    ..CodeableConcept::default()
                },
                Language::English,
            )
        };
        let level = |found: Option<Interpretation>| found.unwrap().level;
        assert_eq!(
            level(concept(V3_INTERPRETATION, "HH", "Critical high")),
            Some(Level::CriticalHigh)
        );
        assert_eq!(
            level(concept("http://snomed.info/sct", "17621005", "Normal")),
            Some(Level::Normal)
        );
        assert_eq!(level(concept("https://lab.example", "H", "Haemolysed")), None);
        assert_eq!(
            level(concept(V3_INTERPRETATION, "N", "Critical low")),
            Some(Level::CriticalLow)
        );
        let bare = CodeableConcept {
            coding: vec![Coding { code: Some("LL".to_owned()), ..Coding::default() }],
            ..CodeableConcept::default()
        };
        assert_eq!(
            Interpretation::of(&bare, Language::English).unwrap().words,
            "Critical low (LL)"
        );
        let told = Interpretation::of(&bare, Language::Hindi).unwrap().words;
        assert_eq!(told, format!("{} (LL)", Language::Hindi.say(Phrase::CriticalLow)));
    }
}
