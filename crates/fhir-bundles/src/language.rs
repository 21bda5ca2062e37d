//! The languages of records, and what is said in them: `language/*.txt` has the words, one file a
//! language.

mod phrase;
mod table;

use std::{collections::HashSet, sync::LazyLock};

pub(crate) use self::phrase::Phrase;
use self::table::Table;

/// A record's language: the `language` of its resources, the labels of its narratives, and the labels
/// and words of the page and the terminal text. What the hospital writes itself (names, complaints,
/// instructions) is never translated.
///
/// Eleven languages have narratives of their own; a record in another language of India keeps its tag
/// and has English ones. Three have all the words of a page ([`is_whole`](Self::is_whole)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Language {
    /// English as used in India: `en-IN`.
    #[default]
    English,
    /// हिन्दी: `hi-IN`.
    Hindi,
    /// বাংলা: `bn-IN`.
    Bengali,
    /// मराठी: `mr-IN`.
    Marathi,
    /// తెలుగు: `te-IN`.
    Telugu,
    /// தமிழ்: `ta-IN`.
    Tamil,
    /// ગુજરાતી: `gu-IN`.
    Gujarati,
    /// ಕನ್ನಡ: `kn-IN`.
    Kannada,
    /// മലയാളം: `ml-IN`.
    Malayalam,
    /// ਪੰਜਾਬੀ: `pa-IN`.
    Punjabi,
    /// অসমীয়া: `as-IN`. English labels.
    Assamese,
    /// बर’: `brx-IN`. English labels.
    Bodo,
    /// डोगरी: `doi-IN`. English labels.
    Dogri,
    /// کٲشُر: `ks-IN`. English labels.
    Kashmiri,
    /// कोंकणी: `kok-IN`. English labels.
    Konkani,
    /// मैथिली: `mai-IN`. English labels.
    Maithili,
    /// মৈতৈলোন্: `mni-IN`. English labels.
    Manipuri,
    /// नेपाली: `ne-IN`. English labels.
    Nepali,
    /// ଓଡ଼ିଆ: `or-IN`. English labels.
    Odia,
    /// संस्कृतम्: `sa-IN`. English labels.
    Sanskrit,
    /// ᱥᱟᱱᱛᱟᱲᱤ: `sat-IN`. English labels.
    Santali,
    /// سنڌي: `sd-IN`. English labels.
    Sindhi,
    /// اردو: `ur-IN`.
    Urdu,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 23] = [
        Self::English,
        Self::Hindi,
        Self::Bengali,
        Self::Marathi,
        Self::Telugu,
        Self::Tamil,
        Self::Gujarati,
        Self::Kannada,
        Self::Malayalam,
        Self::Punjabi,
        Self::Assamese,
        Self::Bodo,
        Self::Dogri,
        Self::Kashmiri,
        Self::Konkani,
        Self::Maithili,
        Self::Manipuri,
        Self::Nepali,
        Self::Odia,
        Self::Sanskrit,
        Self::Santali,
        Self::Sindhi,
        Self::Urdu,
    ];

    /// The language tag, such as `hi-IN`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en-IN",
            Self::Hindi => "hi-IN",
            Self::Bengali => "bn-IN",
            Self::Marathi => "mr-IN",
            Self::Telugu => "te-IN",
            Self::Tamil => "ta-IN",
            Self::Gujarati => "gu-IN",
            Self::Kannada => "kn-IN",
            Self::Malayalam => "ml-IN",
            Self::Punjabi => "pa-IN",
            Self::Assamese => "as-IN",
            Self::Bodo => "brx-IN",
            Self::Dogri => "doi-IN",
            Self::Kashmiri => "ks-IN",
            Self::Konkani => "kok-IN",
            Self::Maithili => "mai-IN",
            Self::Manipuri => "mni-IN",
            Self::Nepali => "ne-IN",
            Self::Odia => "or-IN",
            Self::Sanskrit => "sa-IN",
            Self::Santali => "sat-IN",
            Self::Sindhi => "sd-IN",
            Self::Urdu => "ur-IN",
        }
    }

    /// The language of a tag, by its first part: `hi`, `hi-IN`, `HI`.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let first = tag.trim().split(['-', '_']).next()?;
        Self::ALL.into_iter().find(|language| language.code().eq_ignore_ascii_case(first))
    }

    /// The tag's first part, such as `hi`.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.tag().split('-').next().unwrap_or_default()
    }

    /// Whether pages and terminal texts can be had in it: English, Hindi, Urdu. Those of other languages
    /// are English.
    #[must_use]
    pub fn is_whole(self) -> bool {
        self.table().is_some_and(|table| table.is_whole)
    }

    /// Whether it is written from right to left.
    #[must_use]
    pub fn is_right_to_left(self) -> bool {
        matches!(self, Self::Urdu | Self::Kashmiri | Self::Sindhi)
    }

    /// The language in which a record in this one is shown: itself where it is whole.
    pub(crate) fn shown(self) -> Self {
        if self.is_whole() { self } else { Self::English }
    }

    /// The words of a phrase; in English where the language does not have it.
    pub(crate) fn say(self, phrase: Phrase) -> &'static str {
        let own = self.table().and_then(|table| table.get(phrase));
        own.or_else(|| TABLES.english.get(phrase)).unwrap_or_default()
    }

    /// The words of a phrase with something put in for `{0}` and `{1}`.
    pub(crate) fn fill(self, phrase: Phrase, values: &[&str]) -> String {
        let mut rest = self.say(phrase);
        let mut text = String::with_capacity(rest.len() + 16);
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let (place, after) = after.split_once('}').unwrap_or(("", after));
            let value = place.parse::<usize>().ok().and_then(|place| values.get(place));
            text.push_str(value.copied().unwrap_or_default());
            rest = after;
        }
        text.push_str(rest);
        text
    }

    /// A title that the guide gives to a document or section, in this language; any other as it is.
    pub(crate) fn title(self, title: &str) -> &str {
        if self == Self::English {
            return title;
        }
        let known = Phrase::ALL.iter().filter(|phrase| phrase.is_title()).find(|phrase| {
            let english = Self::English.say(**phrase);
            english.eq_ignore_ascii_case(title.trim())
        });
        known.map_or(title, |phrase| self.say(*phrase))
    }

    /// The languages that have words of their own.
    pub(crate) fn with_words() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|language| language.table().is_some())
    }

    fn table(self) -> Option<&'static Table> {
        Some(match self {
            Self::English => &TABLES.english,
            Self::Hindi => &TABLES.hindi,
            Self::Bengali => &TABLES.bengali,
            Self::Marathi => &TABLES.marathi,
            Self::Telugu => &TABLES.telugu,
            Self::Tamil => &TABLES.tamil,
            Self::Gujarati => &TABLES.gujarati,
            Self::Kannada => &TABLES.kannada,
            Self::Malayalam => &TABLES.malayalam,
            Self::Punjabi => &TABLES.punjabi,
            Self::Urdu => &TABLES.urdu,
            Self::Assamese
            | Self::Bodo
            | Self::Dogri
            | Self::Kashmiri
            | Self::Konkani
            | Self::Maithili
            | Self::Manipuri
            | Self::Nepali
            | Self::Odia
            | Self::Sanskrit
            | Self::Santali
            | Self::Sindhi => return None,
        })
    }
}

/// One file a language; a further one is added here and in [`Language::table`].
macro_rules! tables {
    ($($language:ident: $file:literal,)*) => {
        struct Tables {
            $($language: Lazy,)*
        }

        static TABLES: Tables = Tables {
            $($language: LazyLock::new(|| Table::of(include_str!($file))),)*
        };

        /// The files by their languages' names, for tests.
        #[cfg(test)]
        const FILES: &[(&str, &str)] = &[$(($file, include_str!($file)),)*];
    };
}

type Lazy = LazyLock<Table>;

tables! {
    english: "language/en.txt",
    hindi: "language/hi.txt",
    bengali: "language/bn.txt",
    marathi: "language/mr.txt",
    telugu: "language/te.txt",
    tamil: "language/ta.txt",
    gujarati: "language/gu.txt",
    kannada: "language/kn.txt",
    malayalam: "language/ml.txt",
    punjabi: "language/pa.txt",
    urdu: "language/ur.txt",
}

/// Whether a word, in lower case, is one of the labels of narratives in any of the languages.
pub(crate) fn is_label(word: &str) -> bool {
    static WORDS: LazyLock<HashSet<String>> = LazyLock::new(|| {
        let labels = Phrase::ALL.iter().filter(|phrase| phrase.place() < Phrase::Day.place());
        let texts = labels.flat_map(|phrase| Language::with_words().map(|it| it.say(*phrase)));
        let words = texts.flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
        words.map(str::to_lowercase).collect()
    });
    WORDS.contains(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_is_found_by_its_tag() {
        for language in Language::ALL {
            assert_eq!(Language::from_tag(language.tag()), Some(language));
            assert_eq!(Language::from_tag(&language.code().to_uppercase()), Some(language));
        }
        assert_eq!(Language::from_tag("fr"), None);
        assert_eq!(Language::Odia.say(Phrase::Patient), "Patient");
        assert_eq!(Language::Marathi.say(Phrase::Days), "दिवस");
    }

    #[test]
    fn every_file_has_the_keys_of_english_in_their_order_and_no_others() {
        for (file, text) in FILES {
            let keys: Vec<&str> = table::lines(text).map(|(key, _)| key).collect();
            let all = Phrase::ALL.iter();
            let whole: Vec<&str> = all.clone().map(|phrase| phrase.key()).collect();
            let narratives: Vec<&str> =
                all.filter(|phrase| phrase.is_of_narratives()).map(|phrase| phrase.key()).collect();
            assert!(keys == whole || keys == narratives, "{file}: {:?}", difference(&keys, &whole));
            let phrases = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
            assert_eq!(phrases.count(), keys.len(), "{file}: a line that is no phrase");
        }
        let whole: Vec<_> = Language::ALL.into_iter().filter(|it| it.is_whole()).collect();
        assert_eq!(whole, [Language::English, Language::Hindi, Language::Urdu]);
    }

    fn difference<'a>(keys: &[&'a str], whole: &[&'a str]) -> Vec<&'a str> {
        let missing = whole.iter().filter(|key| !keys.contains(key));
        missing.chain(keys.iter().filter(|key| !whole.contains(key))).copied().collect()
    }

    #[test]
    fn every_text_puts_in_what_the_english_one_does() {
        for (file, text) in FILES {
            for (key, words) in table::lines(text) {
                let phrase = Phrase::ALL.iter().find(|phrase| phrase.key() == key).unwrap();
                let of =
                    |text: &str| ["{0}", "{1}", "{2}"].map(|place| text.matches(place).count());
                assert_eq!(of(words), of(Language::English.say(*phrase)), "{file}: {key}");
                assert!(!words.is_empty(), "{file}: {key}");
                assert_eq!(
                    words.matches('{').count(),
                    of(words).iter().sum::<usize>(),
                    "{file}: {key}"
                );
            }
        }
    }

    #[test]
    fn what_is_put_in_is_not_read_for_places() {
        let words = Language::English.fill(Phrase::AToB, &["{1}", "{0}{"]);
        assert_eq!(words, "{1} to {0}{");
    }

    #[test]
    fn the_titles_of_the_guide_are_told_in_the_language() {
        assert_ne!(Language::Hindi.title("Chief complaints"), "Chief complaints");
        assert_eq!(Language::Hindi.title("Vital Signs"), Language::Hindi.title("Vital signs"));
        assert_eq!(Language::Hindi.title("Dr. Rao's page"), "Dr. Rao's page");
    }
}
