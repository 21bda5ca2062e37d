//! The nine scripts that Unicode lays out alike: Devanagari, Bengali, Gurmukhi, Gujarati, Odia,
//! Tamil, Telugu, Kannada and Malayalam. A letter stands at the same place of each block, so one
//! table serves them all.

/// A script, by the block of 128 characters it has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Devanagari,
    Bengali,
    Gurmukhi,
    Gujarati,
    Odia,
    Tamil,
    Telugu,
    Kannada,
    Malayalam,
}

impl Script {
    fn of(c: char) -> Option<Self> {
        Some(match u32::from(c) >> 7 {
            0x12 => Self::Devanagari,
            0x13 => Self::Bengali,
            0x14 => Self::Gurmukhi,
            0x15 => Self::Gujarati,
            0x16 => Self::Odia,
            0x17 => Self::Tamil,
            0x18 => Self::Telugu,
            0x19 => Self::Kannada,
            0x1a => Self::Malayalam,
            _ => return None,
        })
    }

    /// Whether the vowel that a last consonant carries unwritten is not spoken, nor spelled in
    /// Latin letters: राम is Ram, రామ is Rama.
    const fn drops_last_vowel(self) -> bool {
        matches!(
            self,
            Self::Devanagari | Self::Bengali | Self::Gurmukhi | Self::Gujarati | Self::Odia
        )
    }
}

/// What a character is.
enum Letter {
    Vowel(&'static str),
    Sign(&'static str),
    Consonant(&'static str),
    /// Anusvāra and candrabindu: a nasal before the next consonant.
    Nasal,
    Virama,
    Nukta,
    /// Gurmukhi's addak doubles what follows: doubled letters are one here.
    Silent,
}

pub(super) fn is_letter(c: char) -> bool {
    // Digits and full stops are of no word.
    Script::of(c).is_some() && !matches!(u32::from(c) & 0x7f, 0x64..=0x6f)
}

/// Spells a word in Latin letters. `false` when a letter is not known.
pub(super) fn spell(word: &str, spelled: &mut String) -> bool {
    let (mut open, mut cluster, mut last) = (false, 0_u8, Script::Devanagari);
    // `open`: the last consonant still has its own `a` to come. `cluster`: how many consonants
    // stand together.
    let characters = word.chars().filter(|c| !super::is_silent(*c));
    for c in characters {
        let Some(script) = Script::of(c) else { return false };
        let Some(letter) = letter(script, u32::from(c) & 0x7f) else { return false };
        last = script;
        if open && !matches!(letter, Letter::Sign(_) | Letter::Virama | Letter::Nukta) {
            spelled.push('a');
            open = false;
            cluster = 0;
        }
        match letter {
            Letter::Vowel(text) => {
                spelled.push_str(text);
                cluster = 0;
            }
            Letter::Sign(text) => {
                spelled.push_str(text);
                open = false;
                cluster = 0;
            }
            Letter::Consonant(text) => {
                // Under a consonant Bengal's b and j are v and y: বিশ্বাস is Biswas, শ্যামল Shyamal.
                let eastern = matches!(script, Script::Bengali | Script::Odia);
                spelled.push_str(match text {
                    "b" if eastern && cluster > 0 => "v",
                    "j" if eastern && cluster > 0 => "y",
                    text => text,
                });
                open = !is_closed(script, c);
                cluster += 1;
            }
            Letter::Nasal => spelled.push('n'),
            Letter::Virama => open = false,
            Letter::Nukta => dot(script, spelled),
            Letter::Silent => {}
        }
    }
    // After two consonants of which the second is liquid or nasal, the vowel is spoken: कृष्ण is
    // Krishna, चन्द्र Chandra; after others not: वसन्त is Vasant.
    let liquid = spelled.ends_with(['r', 'y', 'v', 'n', 'm', 'l']);
    if open && (!last.drops_last_vowel() || spelled.len() < 2 || (cluster > 1 && liquid)) {
        spelled.push('a');
    }
    if spelled.ends_with('n')
        && matches!(last, Script::Telugu | Script::Kannada | Script::Malayalam)
        && word.ends_with(['\u{c02}', '\u{c82}', '\u{d02}'])
    {
        spelled.pop();
        spelled.push('m');
    }
    !spelled.is_empty()
}

/// Consonants that are drawn without a vowel: Malayalam's chillus, Bengal's ৎ.
fn is_closed(script: Script, c: char) -> bool {
    let place = u32::from(c) & 0x7f;
    match script {
        Script::Malayalam => place >= 0x7a,
        Script::Bengali => place == 0x4e,
        _ => false,
    }
}

/// The dot below, which makes another sound of the letter before it.
fn dot(script: Script, spelled: &mut String) {
    const DOTTED: [(&str, &str); 6] =
        [("jh", "z"), ("ph", "f"), ("dh", "r"), ("kh", "kh"), ("j", "z"), ("d", "r")];
    // Bengal's য is j and becomes y.
    if script == Script::Bengali && spelled.ends_with('j') {
        spelled.pop();
        spelled.push('y');
    } else if script == Script::Gurmukhi && spelled.ends_with('s') {
        spelled.push('h');
    } else if let Some((plain, dotted)) = DOTTED.iter().find(|(plain, _)| spelled.ends_with(plain))
    {
        spelled.truncate(spelled.len() - plain.len());
        spelled.push_str(dotted);
    }
}

/// The letter at a place of a script's block.
fn letter(script: Script, place: u32) -> Option<Letter> {
    use Letter::{Consonant, Nasal, Nukta, Sign, Silent, Virama, Vowel};
    Some(match (script, place) {
        (Script::Gurmukhi, 0x70) => Nasal,
        (Script::Gurmukhi, 0x71) => Silent,
        (Script::Gurmukhi, 0x72) => Vowel("i"),
        (Script::Gurmukhi, 0x73) => Vowel("u"),
        (Script::Gurmukhi, 0x59) => Consonant("kh"),
        (Script::Gurmukhi, 0x5a) => Consonant("g"),
        (Script::Gurmukhi, 0x5b) => Consonant("z"),
        (Script::Gurmukhi, 0x5c) => Consonant("r"),
        (Script::Gurmukhi, 0x5e) => Consonant("f"),
        (Script::Devanagari, 0x58) => Consonant("k"),
        (Script::Devanagari, 0x59) => Consonant("kh"),
        (Script::Devanagari, 0x5a) => Consonant("g"),
        (Script::Devanagari, 0x5b) => Consonant("z"),
        (Script::Devanagari, 0x5c | 0x5d) | (Script::Bengali | Script::Odia, 0x5c | 0x5d) => {
            Consonant("r")
        }
        (Script::Devanagari, 0x5e) => Consonant("f"),
        (Script::Devanagari | Script::Bengali | Script::Odia, 0x5f) => Consonant("y"),
        (Script::Bengali, 0x4e) => Consonant("t"),
        (Script::Bengali, 0x2f) => Consonant("j"),
        (Script::Bengali, 0x70) => Consonant("r"),
        (Script::Bengali, 0x71) | (Script::Odia, 0x71) => Consonant("v"),
        (Script::Odia, 0x2f) => Consonant("j"),
        (Script::Malayalam, 0x7a | 0x7b) => Consonant("n"),
        (Script::Malayalam, 0x7c) => Consonant("r"),
        (Script::Malayalam, 0x7d | 0x7e) => Consonant("l"),
        (Script::Malayalam, 0x7f) => Consonant("k"),
        (Script::Tamil, 0x15) => Consonant("K"),
        (Script::Tamil, 0x1a) => Consonant("C"),
        (Script::Tamil, 0x1f | 0x24) => Consonant("T"),
        (Script::Tamil, 0x2a) => Consonant("P"),
        (Script::Tamil, 0x03) => Silent,
        (_, 0x01 | 0x02) => Nasal,
        (_, 0x03) => Silent,
        (_, 0x05) => Vowel("a"),
        (_, 0x06) => Vowel("aa"),
        (_, 0x07 | 0x08) => Vowel("i"),
        (_, 0x09 | 0x0a) => Vowel("u"),
        (_, 0x0b) => Vowel("ri"),
        (_, 0x0d..=0x0f) => Vowel("e"),
        (_, 0x10) => Vowel("ai"),
        (_, 0x11..=0x13) => Vowel("o"),
        (_, 0x14) => Vowel("au"),
        (_, 0x15) => Consonant("k"),
        (_, 0x16) => Consonant("kh"),
        (_, 0x17) => Consonant("g"),
        (_, 0x18) => Consonant("gh"),
        (_, 0x19 | 0x1e | 0x23 | 0x28 | 0x29) => Consonant("n"),
        (_, 0x1a) => Consonant("ch"),
        (_, 0x1b) => Consonant("chh"),
        (_, 0x1c) => Consonant("j"),
        (_, 0x1d) => Consonant("jh"),
        (_, 0x1f | 0x24) => Consonant("t"),
        (_, 0x20 | 0x25) => Consonant("th"),
        (_, 0x21 | 0x26) => Consonant("d"),
        (_, 0x22 | 0x27) => Consonant("dh"),
        (_, 0x2a) => Consonant("p"),
        (_, 0x2b) => Consonant("ph"),
        (_, 0x2c) => Consonant("b"),
        (_, 0x2d) => Consonant("bh"),
        (_, 0x2e) => Consonant("m"),
        (_, 0x2f) => Consonant("y"),
        (_, 0x30 | 0x31) => Consonant("r"),
        (_, 0x32 | 0x33) => Consonant("l"),
        (_, 0x34) => Consonant("zh"),
        (_, 0x35) => Consonant("v"),
        (_, 0x36 | 0x37) => Consonant("sh"),
        (_, 0x38) => Consonant("s"),
        (_, 0x39) => Consonant("h"),
        (_, 0x3c) => Nukta,
        (_, 0x3d) => Silent,
        (_, 0x3e) => Sign("aa"),
        (_, 0x3f | 0x40) => Sign("i"),
        (_, 0x41 | 0x42) => Sign("u"),
        (_, 0x43 | 0x44) => Sign("ri"),
        (_, 0x45..=0x47) => Sign("e"),
        (_, 0x48) => Sign("ai"),
        (_, 0x49..=0x4b) => Sign("o"),
        (_, 0x4c) => Sign("au"),
        (_, 0x4d) => Virama,
        // The second half of a vowel sign that is drawn on both sides of its consonant.
        (Script::Malayalam | Script::Tamil, 0x57) => Sign("au"),
        (_, 0x55..=0x57) => Silent,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_each_script_is_spelled_as_a_clerk_would() {
        for (word, latin) in [
            ("राम", "raam"),
            ("कृष्ण", "krishna"),
            ("वसन्त", "vasant"),
            ("लक्ष्मी", "lakshmi"),
            ("ज़ाकिर", "zaakir"),
            ("সুমিত্রা", "sumitraa"),
            ("বিশ্বাস", "bishvaas"),
            ("ਗੁਰਪ੍ਰੀਤ", "guraprit"),
            ("ਸਿੰਘ", "singh"),
            ("રમેશ", "ramesh"),
            ("ରମେଶ", "ramesh"),
            ("லட்சுமி", "laTCumi"),
            ("రామ", "raama"),
            ("ಸುರೇಶ್", "suresh"),
            ("അനിൽ", "anil"),
        ] {
            let mut spelled = String::new();
            assert!(spell(word, &mut spelled), "{word}");
            assert_eq!(spelled, latin, "{word}");
        }
    }

    #[test]
    fn a_character_that_is_no_letter_is_not_guessed() {
        assert!(!spell("रामx", &mut String::new()));
    }
}
