//! What is heard of a word: the spellings of one name reduced to one key.
//!
//! A key has small letters for consonants and vowels, `S` for sh, `E` for ai, `O` for au, and
//! Tamil's `K`, `C`, `T`, `P`, each of which stands for all that its letter may be.

use super::compare::Agreement;
use crate::matching::scripts::Writing;

/// The longest word that is compared.
const LONGEST: usize = 30;

/// What is heard of a word.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Sound {
    bytes: [u8; LONGEST],
    length: u8,
    writing: Writing,
}

impl Sound {
    pub(super) const NONE: Self = Self { bytes: [0; LONGEST], length: 0, writing: Writing::Full };

    /// What is heard of a word that is spelled in Latin letters. `None` when it is too long.
    pub(super) fn of(spelled: &str, writing: Writing) -> Option<Self> {
        let mut key = Key::default();
        match writing {
            Writing::Full => {
                let mut rest = spelled.as_bytes();
                while !rest.is_empty() {
                    rest = key.take(rest);
                }
                key.finish();
            }
            Writing::WithoutShortVowels => spelled.bytes().for_each(|byte| key.push(byte)),
        }
        Self::from_bytes(&key.0, writing)
    }

    /// An initial.
    pub(super) fn letter(letter: &str) -> Option<Self> {
        Self::from_bytes(letter.as_bytes(), Writing::Full)
    }

    /// Two words that are written as one.
    pub(super) fn joined(self, next: Self) -> Option<Self> {
        if self.writing != next.writing {
            return None;
        }
        let mut key = Key::default();
        self.as_bytes().iter().chain(next.as_bytes()).for_each(|byte| key.push(*byte));
        if self.writing == Writing::Full {
            key.settle_neighbours();
            key.drop_unspoken();
        }
        Self::from_bytes(&key.0, self.writing)
    }

    fn from_bytes(heard: &[u8], writing: Writing) -> Option<Self> {
        let mut bytes = [0; LONGEST];
        bytes.get_mut(..heard.len())?.copy_from_slice(heard);
        let length = u8::try_from(heard.len()).ok().filter(|length| *length > 0)?;
        Some(Self { bytes, length, writing })
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or_default()
    }

    /// How far two words sound alike.
    pub(super) fn agreement(&self, other: &Self) -> Agreement {
        let (one, two) = (self.as_bytes(), other.as_bytes());
        match (self.writing, other.writing) {
            (Writing::Full, Writing::Full) => full(one, two),
            (Writing::WithoutShortVowels, Writing::WithoutShortVowels) => {
                if one == two {
                    Agreement::Alike
                } else {
                    Agreement::None
                }
            }
            (Writing::WithoutShortVowels, Writing::Full) => consonants(one, two),
            (Writing::Full, Writing::WithoutShortVowels) => consonants(two, one),
        }
    }

    /// Whether two words have the same consonants, two or more.
    pub(super) fn has_consonants_of(&self, other: &Self) -> bool {
        let consonants = |sound: &Self| {
            let bytes = sound.bytes;
            let heard = bytes.into_iter().take(usize::from(sound.length));
            heard.filter(|byte| !is_vowel(*byte)).map(|byte| match byte {
                b'v' => b'b',
                b'S' => b's',
                b'z' => b'j',
                other => other,
            })
        };
        self.writing == Writing::Full
            && other.writing == Writing::Full
            && consonants(self).eq(consonants(other))
            && consonants(self).count() > 1
    }

    /// Whether a word can begin with an initial.
    pub(super) fn begins_with(&self, initial: u8) -> bool {
        let Some(&first) = self.as_bytes().first() else { return false };
        // An initial is a letter, and a letter has several sounds.
        let sounds: &[u8] = match initial {
            b'a' => b"aEO",
            b'c' => b"csSC",
            b'e' => b"eiE",
            b'f' => b"fpP",
            b'g' => b"gjK",
            b'i' => b"iE",
            b'j' => b"jzg",
            b'k' => b"kgK",
            b'o' => b"ouO",
            b'p' => b"pfP",
            b's' => b"sSC",
            b't' => b"tT",
            b'd' => b"dT",
            b'h' => b"hK",
            b'u' => b"uo",
            b'v' | b'w' => b"vb",
            b'b' => b"bvP",
            b'x' => b"kszj",
            b'y' => b"yi",
            b'z' => b"zj",
            b'q' => b"k",
            other => return first == other,
        };
        sounds.contains(&first)
    }
}

/// How far two words agree in which every vowel is written.
fn full(one: &[u8], two: &[u8]) -> Agreement {
    if one == two {
        return Agreement::Same;
    }
    let (short, long) = if one.len() <= two.len() { (one, two) } else { (two, one) };
    let mut agreement = match (long.len() - short.len(), long.last()) {
        (0, _) => Agreement::Same,
        // Ashok and Ashoka, Manjunath and Manjunatha; but neither Ram and Rama nor Raj and Raja.
        (1, Some(b'a')) if short.len() >= 4 => Agreement::Alike,
        _ => return Agreement::None,
    };
    for (a, b) in short.iter().zip(long) {
        agreement = agreement.min(letters(*a, *b));
    }
    agreement
}

/// How far two sounds agree.
fn letters(one: u8, two: u8) -> Agreement {
    if one == two {
        return Agreement::Same;
    }
    let means = |capital: u8, letter: u8| match capital {
        b'K' => b"kgh".contains(&letter),
        b'C' => b"csS".contains(&letter),
        b'T' => b"td".contains(&letter),
        b'P' => b"pbf".contains(&letter),
        _ => false,
    };
    if means(one, two) || means(two, one) {
        return Agreement::Partly;
    }
    match (one.min(two), one.max(two)) {
        (b'S', b's') | (b'j', b'z') | (b'E', b'e') | (b'O', b'o') => Agreement::Alike,
        _ => Agreement::None,
    }
}

/// Whether a word without short vowels can be the same as one with them: each of its letters
/// stands for a sound of the other, in their order, and nothing but short vowels is left over.
fn consonants(letters: &[u8], sounds: &[u8]) -> Agreement {
    // A bit for each place of the other word up to which all is accounted for.
    let mut reached: u64 = 1;
    let skip = |mut reached: u64| {
        for (place, sound) in sounds.iter().enumerate() {
            if reached & (1 << place) != 0 && b"aiue".contains(sound) {
                reached |= 1 << (place + 1);
            }
        }
        reached
    };
    for (position, letter) in letters.iter().enumerate() {
        reached = skip(reached);
        // The alif that carries a first vowel, and the h of a last one, are not heard.
        let silent = match letter {
            b'a' => position == 0,
            b'h' => position + 1 == letters.len(),
            _ => false,
        };
        let mut next = if silent { reached } else { 0 };
        for (place, sound) in sounds.iter().enumerate() {
            if reached & (1 << place) != 0 && stands_for(*letter, *sound) {
                next |= 1 << (place + 1);
            }
        }
        reached = next;
    }
    let consonant = letters.iter().any(|letter| !b"aAwyh".contains(letter));
    let whole = skip(reached) & (1 << sounds.len()) != 0;
    if whole && consonant && letters.len() > 1 { Agreement::Alike } else { Agreement::None }
}

/// Whether one of Urdu's letters can stand for a sound.
fn stands_for(letter: u8, sound: u8) -> bool {
    match letter {
        b'a' | b'A' => sound == b'a',
        b'w' => b"vouO".contains(&sound),
        b'y' => b"yieE".contains(&sound),
        b'h' => b"ha".contains(&sound),
        b'p' => b"pf".contains(&sound),
        other => other == sound,
    }
}

/// A key in the making.
#[derive(Default)]
struct Key(Vec<u8>);

const fn is_vowel(byte: u8) -> bool {
    matches!(byte, b'a' | b'e' | b'i' | b'o' | b'u' | b'E' | b'O')
}

impl Key {
    /// A sound, unless it is the one before: doubled letters are one.
    fn push(&mut self, sound: u8) {
        if self.0.last() != Some(&sound) {
            self.0.push(sound);
        }
    }

    /// Takes one sound from the beginning of a spelling, and gives what is left of it.
    fn take<'a>(&mut self, rest: &'a [u8]) -> &'a [u8] {
        /// Letters that stand together for a sound, the longest first.
        const TOGETHER: [(&[u8], &[u8]); 34] = [
            (b"khsh", b"ks"),
            (b"ksh", b"ks"),
            (b"ks", b"ks"),
            (b"dny", b"gn"),
            (b"gny", b"gn"),
            (b"jny", b"gn"),
            (b"gy", b"gn"),
            (b"jn", b"gn"),
            (b"chh", b"c"),
            (b"chr", b"kr"),
            (b"tch", b"c"),
            (b"sch", b"S"),
            (b"ch", b"c"),
            (b"ck", b"k"),
            (b"sh", b"S"),
            (b"th", b"t"),
            (b"dh", b"d"),
            (b"bh", b"b"),
            (b"gh", b"g"),
            (b"kh", b"k"),
            (b"jh", b"j"),
            (b"ph", b"f"),
            (b"wh", b"v"),
            (b"zh", b"l"),
            (b"aa", b"a"),
            (b"ee", b"i"),
            (b"ie", b"i"),
            (b"ii", b"i"),
            (b"oo", b"u"),
            (b"uu", b"u"),
            (b"ai", b"E"),
            (b"ei", b"E"),
            (b"au", b"O"),
            (b"ou", b"O"),
        ];
        // A long a before another vowel is the same diphthong: aai, aay.
        if rest.starts_with(b"aai") || rest.starts_with(b"aay") || rest.starts_with(b"aau") {
            return rest.get(1..).unwrap_or_default();
        }
        let vowel_at = |place: usize| rest.get(place).copied().is_some_and(is_vowel);
        let (sounds, length): (&[u8], usize) = match rest {
            // Sai and సాయి.
            [b'a', b'y', b'i', ..] => (b"E", 3),
            // Tamil writes tch and ksh so.
            [b'T', b'C', ..] => (b"C", 2),
            // A y or w between a vowel and no vowel is the vowel's second half.
            [b'a' | b'e', b'y', ..] if !vowel_at(2) => (b"E", 2),
            [b'a' | b'o', b'w', ..] if !vowel_at(2) => (b"O", 2),
            // Priya, Preeya and Pria.
            [b'y', ..] if vowel_at(1) && self.0.last() == Some(&b'i') => (b"", 1),
            [b'y', ..] if !vowel_at(1) => (b"i", 1),
            [b'c', b'e' | b'i' | b'y', ..] => (b"s", 1),
            [b'c', next, ..] if !b"hk".contains(next) => (b"k", 1),
            [b'c'] | [b'q', ..] => (b"k", 1),
            [b'x', ..] => (b"ks", 1),
            [b'w', ..] => (b"v", 1),
            _ => TOGETHER
                .iter()
                .find(|(letters, _)| rest.starts_with(letters))
                .map_or((rest.get(..1).unwrap_or_default(), 1), |(letters, sounds)| {
                    (*sounds, letters.len())
                }),
        };
        sounds.iter().for_each(|sound| self.push(*sound));
        rest.get(length..).unwrap_or_default()
    }

    /// What depends on the whole word.
    fn finish(&mut self) {
        // Shah and Sha, Sarah and Sara.
        if let [.., before, b'h'] = self.0.as_slice()
            && is_vowel(*before)
        {
            self.0.pop();
        }
        self.settle_neighbours();
        // Narendra, Narendar, Narender, Narinder.
        for ending in [&b"endra"[..], b"endar", b"ender", b"indra", b"indar", b"inder", b"endr"] {
            if self.0.ends_with(ending) {
                self.0.truncate(self.0.len() - ending.len());
                self.0.extend_from_slice(b"indr");
                break;
            }
        }
        self.drop_unspoken();
    }

    /// What depends on the sound that follows.
    fn settle_neighbours(&mut self) {
        for place in 0..self.0.len().saturating_sub(1) {
            let next = self.0.get(place + 1).copied().unwrap_or_default();
            if let Some(sound) = self.0.get_mut(place) {
                match *sound {
                    // Sh before a consonant is written s as often: Vishwanath and Viswanath.
                    b'S' if !is_vowel(next) => *sound = b's',
                    b'n' if b"pbf".contains(&next) => *sound = b'm',
                    _ => {}
                }
            }
        }
    }

    /// Drops each short a that is not spoken and therefore often not written: between a vowel with
    /// one consonant and a consonant with a vowel, from the end on. Kamala and Kamla, Charanajit and
    /// Charanjit, Haraprit and Harprit.
    fn drop_unspoken(&mut self) {
        for place in (2..self.0.len()).rev() {
            let Some(&[before, consonant, b'a', next, ref rest @ ..]) = self.0.get(place - 2..)
            else {
                continue;
            };
            let onset = match rest {
                [after, ..] if is_vowel(*after) => true,
                [b'r' | b'l' | b'v' | b'y', after, ..] => is_vowel(*after),
                _ => false,
            };
            let between = is_vowel(before) && !is_vowel(consonant) && !is_vowel(next);
            if between && onset && consonant != next {
                self.0.remove(place);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::scripts;

    fn sound(word: &str) -> Sound {
        let mut spelled = String::new();
        let writing = scripts::spell(word, &mut spelled).unwrap();
        Sound::of(&spelled, writing).unwrap()
    }

    #[test]
    fn the_spellings_of_one_name_sound_the_same() {
        for (one, two) in [
            ("Lakshmi", "Laxmi"),
            ("Lakshmi", "Laksmi"),
            ("Srinivasan", "Sreenivasan"),
            ("Srinivasan", "Shrinivasan"),
            ("Geetha", "Gita"),
            ("Chaudhary", "Choudhari"),
            ("Vishwanath", "Viswanath"),
            ("Sowmya", "Saumya"),
            ("Narender", "Narendra"),
            ("Kamala", "Kamla"),
            ("Phani", "Fani"),
            ("Priya", "Preeya"),
            ("Aayush", "Ayush"),
            ("Vijay", "विजय"),
            ("Gnanesh", "Jnanesh"),
            ("Rajkumar", "राजकुमार"),
            ("Anil", "അനിൽ"),
            ("Harpreet", "ਹਰਪ੍ਰੀਤ"),
            ("Charanjeet", "ਚਰਨਜੀਤ"),
            ("Shyamal", "শ্যামল"),
            ("Sai", "సాయి"),
            ("Surendra", "সুরেন্দ্র"),
        ] {
            assert_eq!(sound(one).agreement(&sound(two)), Agreement::Same, "{one} {two}");
        }
        for (one, two, agreement) in [
            ("Geetha", "கீதா", Agreement::Partly),
            ("Ashok", "Ashoka", Agreement::Alike),
            ("Zakir", "Jakir", Agreement::Alike),
            ("Salim", "سلیم", Agreement::Alike),
            ("Usha", "اوشا", Agreement::Alike),
            ("Fatima", "فاطمہ", Agreement::Alike),
        ] {
            assert_eq!(sound(one).agreement(&sound(two)), agreement, "{one} {two}");
        }
    }

    #[test]
    fn two_names_do_not_sound_alike() {
        for (one, two) in [
            ("Asha", "Usha"),
            ("Asha", "اوشا"),
            ("Usha", "आशा"),
            ("Isha", "آشا"),
            ("Sita", "Gita"),
            ("Sita", "கீதா"),
            ("Ram", "Shyam"),
            ("Ram", "Rama"),
            ("Raja", "Raju"),
            ("Raj", "Raja"),
            ("Anil", "Sunil"),
            ("Ajay", "Vijay"),
            ("Kiran", "Karan"),
            ("Bina", "Veena"),
            ("Hasan", "Husain"),
            ("Hasan", "حسین"),
            ("Salim", "سلام"),
            ("Siva", "ஜீவா"),
            ("Ramesh", "Rajesh"),
            ("Raman", "Rahman"),
            ("Mina", "Mona"),
        ] {
            assert_eq!(sound(one).agreement(&sound(two)), Agreement::None, "{one} {two}");
        }
    }
}
