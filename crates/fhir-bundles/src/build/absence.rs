//! Words that say that there is none: "Nil", "NKDA". They are no fact of their own kind.

use crate::{
    codes::snomed,
    model::{CodeableConcept, Coding},
};

/// Words of which each says that there is none. `NA` is not among them: it may be sodium.
const NONE: [&str; 17] = [
    "",
    "0",
    "n/a",
    "nil",
    "nill",
    "no",
    "none",
    "nothing",
    "none known",
    "nil known",
    "nil significant",
    "none significant",
    "nothing significant",
    "not applicable",
    "नहीं",
    "कोई नहीं",
    "कुछ नहीं",
];

/// Words of allergies from which it cannot be told whether there is one.
const UNTOLD: [&str; 12] = [
    "",
    "0",
    "n/a",
    "na",
    "not applicable",
    "not asked",
    "not available",
    "not known",
    "not recorded",
    "unknown",
    "nothing significant",
    "nil significant",
];

const NO_ALLERGY: [&str; 12] = [
    "nka",
    "no allergies",
    "no allergy",
    "no known allergies",
    "no known allergy",
    "nil allergy",
    "no history of allergies",
    "no history of allergy",
    "no h/o allergies",
    "no h/o allergy",
    "denies allergies",
    "denies any allergies",
];
const NO_DRUG_ALLERGY: [&str; 8] = [
    "nkda",
    "no drug allergies",
    "no drug allergy",
    "no known drug allergies",
    "no known drug allergy",
    "no history of drug allergy",
    "no h/o drug allergy",
    "no known medication allergies",
];
const NO_FOOD_ALLERGY: [&str; 5] = [
    "nkfa",
    "no food allergies",
    "no food allergy",
    "no known food allergies",
    "no known food allergy",
];

/// Whether a name in words says that there is none.
pub(super) fn is_none(words: &str) -> bool {
    NONE.contains(&plain(words).as_str())
}

/// What the substance of an allergy says about there being none.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum NoAllergy {
    /// There is no known one, of any kind.
    Any(Coding),
    /// There is no known one of a kind; of others nothing is said.
    OfAKind(Coding),
    /// It cannot be told whether there is one.
    Untold,
}

/// What words say instead of a substance; `None` for a substance.
pub(super) fn no_allergy(substance: &CodeableConcept) -> Option<NoAllergy> {
    if !substance.coding.is_empty() {
        return None;
    }
    let words = plain(substance.text.as_deref()?);
    let words = words.as_str();
    if UNTOLD.contains(&words) {
        Some(NoAllergy::Untold)
    } else if NONE.contains(&words) || NO_ALLERGY.contains(&words) {
        Some(NoAllergy::Any(snomed("716186003", "No known allergy")))
    } else if NO_DRUG_ALLERGY.contains(&words) {
        Some(NoAllergy::OfAKind(snomed("409137002", "No known drug allergy")))
    } else if NO_FOOD_ALLERGY.contains(&words) {
        Some(NoAllergy::OfAKind(snomed("429625007", "No known food allergy")))
    } else {
        None
    }
}

/// Small letters with one space between words, without the signs around them.
fn plain(words: &str) -> String {
    let kept = words.chars().filter(|letter| !matches!(letter, '.' | '\'' | '"' | '’'));
    let spaced: String = kept
        .map(|letter| match letter {
            '-' | '–' | '—' | '_' | ',' | ':' | ';' | '?' | '(' | ')' | '*' | '!' => ' ',
            letter => letter,
        })
        .collect();
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let words = words.join(" ").to_lowercase();
    words.trim_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_none_are_known_in_any_case() {
        for words in
            ["Nil", "NIL.", "- Nil -", "None", "no", "N/A", "-", "--", ".", "Nil significant"]
        {
            assert!(is_none(words), "{words}");
        }
        for words in ["Na", "NA", "Nitrofurantoin", "No pain", "Nil by mouth", "Nonea", "Noni"] {
            assert!(!is_none(words), "{words}");
        }
    }

    #[test]
    fn substances_are_no_words_for_none() {
        let said = |words: &str| no_allergy(&CodeableConcept::text(words));
        for words in
            ["Nil", "none.", "No", "NKA", "N.K.A.", "No known allergies", "No  Known Allergy"]
        {
            assert!(matches!(said(words), Some(NoAllergy::Any(_))), "{words}");
        }
        for words in ["NKDA", "n.k.d.a.", "No known drug allergies", "NKFA"] {
            assert!(matches!(said(words), Some(NoAllergy::OfAKind(_))), "{words}");
        }
        for words in ["NA", "N/A", "Unknown", "not known", "-", "?", "Not recorded"] {
            assert_eq!(said(words), Some(NoAllergy::Untold), "{words}");
        }
        for words in ["Nickel", "Penicillin", "Nil by mouth", "Unknown antibiotic"] {
            assert_eq!(said(words), None, "{words}");
        }
    }
}
