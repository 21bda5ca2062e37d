//! What ABDM lets pass in texts, so that a wrong one is refused before it costs one of the patient's few
//! link-token requests.

/// The most characters of a text.
const LONGEST: usize = 255;

/// `^[a-zA-Z0-9_\-@,. "':|()/]{0,255}$` (m2-hip.md 2).
pub(super) fn display(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "_-@,. \"':|()/".contains(c);
    text.len() <= LONGEST && text.chars().all(fits)
}

/// `^[a-zA-Z]+(([',. -][a-zA-Z ])?[a-zA-Z]*)*$` (m2-hip.md 1.1); as the patient's display, no longer
/// than one.
pub(super) fn name(text: &str) -> bool {
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
