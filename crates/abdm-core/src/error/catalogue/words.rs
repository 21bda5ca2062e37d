//! How ABDM's texts are compared: by their words.

/// The mark for "anything" in a pattern.
const ANYTHING: &str = "*";

/// The words of a text, without case and punctuation; `<n>` and `...` become [`ANYTHING`].
pub(super) fn words(text: &str) -> Vec<String> {
    let mut plain = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("...") {
            plain.push_str(" * ");
            rest = after;
        } else if let Some((_, after)) = rest.strip_prefix('<').and_then(|r| r.split_once('>')) {
            plain.push_str(" * ");
            rest = after;
        } else {
            if c.is_alphanumeric() {
                plain.extend(c.to_lowercase());
            } else {
                plain.push(' ');
            }
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
    }
    plain.split_whitespace().map(str::to_owned).collect()
}

/// Whether the words fit the pattern, in which [`ANYTHING`] stands for any number of words.
pub(super) fn matches_words(pattern: &[String], words: &[String]) -> bool {
    let (mut at, mut word) = (0, 0);
    let mut last_anything: Option<(usize, usize)> = None;
    while let Some(present) = words.get(word) {
        match pattern.get(at) {
            Some(mark) if mark == ANYTHING => {
                last_anything = Some((at, word));
                at += 1;
            }
            Some(expected) if expected == present => {
                at += 1;
                word += 1;
            }
            _ => match last_anything {
                Some((mark, from)) => {
                    at = mark + 1;
                    word = from + 1;
                    last_anything = Some((mark, word));
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(at).all(|mark| mark == ANYTHING)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_compared_without_case_blanks_and_punctuation() {
        let fits = |pattern: &str, text: &str| matches_words(&words(pattern), &words(text));
        assert!(fits("User not found", "  USER  not found. "));
        assert!(fits("UIDAI Error code : <n> : <text>", "UIDAI Error code: 400: Invalid OTP"));
        assert!(fits("Invalid HIType, it must be in ...", "Invalid HIType, it must be in A,B"));
        assert!(fits("below <n> years", "below 18 years"));
        assert!(!fits("User not found", "User not found here"));
        assert!(!fits("below <n> years", "below 18 months"));
        assert!(!fits("User not found", ""));
    }
}
