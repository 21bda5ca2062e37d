//! A word in any of India's scripts, spelled in plain Latin letters.
//!
//! What comes out is no scholar's transliteration: it is the spelling that a clerk would type, for
//! [`names::sound`](super::names) to reduce to what is heard. Tamil writes one letter where others
//! have two or three (க is k, g or h): these come out as capitals, which stand for all of them.

mod indic;
mod latin;
mod urdu;

/// How the letters of a word are to be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Writing {
    /// Every vowel is written.
    Full,
    /// Short vowels are not written (Urdu).
    WithoutShortVowels,
}

/// Spells a word in Latin letters, into `spelled`. `None` when a letter is of no script that is
/// known here.
pub(super) fn spell(word: &str, spelled: &mut String) -> Option<Writing> {
    spelled.clear();
    let first = word.chars().find(|c| c.is_alphabetic())?;
    if indic::is_letter(first) {
        indic::spell(word, spelled).then_some(Writing::Full)
    } else if urdu::is_letter(first) {
        urdu::spell(word, spelled).then_some(Writing::WithoutShortVowels)
    } else {
        latin::spell(word, spelled).then_some(Writing::Full)
    }
}

/// Whether a character belongs to a word: a letter of any script, or a mark on one.
pub(super) fn is_of_a_word(c: char) -> bool {
    c.is_alphabetic()
        || indic::is_letter(c)
        || urdu::is_mark(c)
        || latin::is_mark(c)
        || is_silent(c)
}

/// What stands between letters without parting them: an apostrophe, and the two joiners that say
/// how letters are drawn.
const fn is_silent(c: char) -> bool {
    matches!(c, '\'' | '’' | '`' | '\u{200c}' | '\u{200d}')
}
