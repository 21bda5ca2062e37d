//! What ABDM lets pass in texts, so that a wrong one is refused before it costs one of the
//! patient's few link-token requests.

use crate::error::Error;
use crate::patient::LinkPatient;

/// The most characters of a text.
const LONGEST: usize = 255;

/// Whether the visits may be linked, or told of.
pub(super) fn visits(patient: &LinkPatient) -> Result<(), Error> {
    let rule = if patient.visits.is_empty() {
        "it needs at least one visit"
    } else if patient.visits.iter().any(|visit| visit.hi_types.is_empty()) {
        "every visit needs at least one HI type"
    } else if !patient.reference.keeps_wire_rule()
        || !patient.visits.iter().all(|visit| visit.reference.keeps_wire_rule())
    {
        "references may hold letters, digits and _-@,. ()/:\\ only"
    } else {
        return Ok(());
    };
    Err(Error::Invalid { rule })
}

/// Whether the patient and the visits may be linked.
pub(super) fn patient(patient: &LinkPatient) -> Result<(), Error> {
    visits(patient)?;
    let rule = if !patient.visits.iter().all(|v| display(&v.display)) {
        "a visit's display may hold up to 255 letters a-z, digits, spaces and _-@,.\"':|()/ only"
    } else if patient.name.trim().is_empty() {
        "it needs the name as in the ABHA profile"
    } else if !name(&patient.name) {
        "the name must be that of the ABHA profile in up to 255 letters a-z, spaces and ' , . -: it \
         begins with a letter, and after each sign comes a letter or a space"
    } else if !(1900..=2200).contains(&patient.year_of_birth) {
        "the year of birth (yearOfBirth) must be between 1900 and 2200"
    } else {
        return Ok(());
    };
    Err(Error::Invalid { rule })
}

/// `^[a-zA-Z0-9_\-@,. "':|()/]{0,255}$` (m2-hip.md 2).
fn display(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "_-@,. \"':|()/".contains(c);
    text.len() <= LONGEST && text.chars().all(fits)
}

/// `^[a-zA-Z]+(([',. -][a-zA-Z ])?[a-zA-Z]*)*$` (m2-hip.md 1.1); as the patient's display, no
/// longer than one.
fn name(text: &str) -> bool {
    let mut letters = text.chars();
    let begins = letters.next().is_some_and(|c| c.is_ascii_alphabetic());
    while let Some(c) = letters.next() {
        let fits = match c {
            c if c.is_ascii_alphabetic() => true,
            // Each such sign takes a letter or a space with it.
            '\'' | ',' | '.' | ' ' | '-' => {
                letters.next().is_some_and(|next| next.is_ascii_alphabetic() || next == ' ')
            }
            _ => false,
        };
        if !fits {
            return false;
        }
    }
    begins && text.len() <= LONGEST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_display_may_hold_what_the_contract_lists() {
        for text in ["", "OPD visit 14 Sep 2026", "a_b-c@d,e. \"'f':|(g)/", &"x".repeat(255)] {
            assert!(display(text), "{text}");
        }
        for text in ["Visit #1", "a\\b", "जाँच", "two\nlines", "a;b", &"x".repeat(256)] {
            assert!(!display(text), "{text}");
        }
    }

    #[test]
    fn a_name_is_letters_and_signs_that_a_letter_or_space_follows() {
        for text in ["A", "Asha Test Kumari", "K. Asha", "D'Souza", "Rao-Nair", "A.B.C", "A  B"] {
            assert!(name(text), "{text}");
        }
        for text in [
            "",
            " Asha",
            "Asha ",
            "Asha K.",
            "Asha2",
            "Asha (Kumari)",
            "आशा",
            "A.-B",
            "A .B",
            &"x".repeat(256),
        ] {
            assert!(!name(text), "{text}");
        }
    }
}
