//! Reads the language files: `key = text`, one phrase a line, `#` for remarks.

use std::{collections::HashMap, sync::LazyLock};

use super::phrase::Phrase;

/// The words of one language.
pub(super) struct Table {
    /// By the place of the phrase; nothing where the file does not have it.
    words: Vec<Option<&'static str>>,
    /// Whether it has every phrase.
    pub(super) is_whole: bool,
}

impl Table {
    pub(super) fn of(file: &'static str) -> Self {
        static PLACES: LazyLock<HashMap<&'static str, usize>> = LazyLock::new(|| {
            Phrase::ALL.iter().map(|phrase| (phrase.key(), phrase.place())).collect()
        });
        let mut words = vec![None; Phrase::ALL.len()];
        for (key, text) in lines(file) {
            if let Some(word) = PLACES.get(key).and_then(|place| words.get_mut(*place)) {
                *word = Some(text);
            }
        }
        let is_whole = words.iter().all(Option::is_some);
        Self { words, is_whole }
    }

    pub(super) fn get(&self, phrase: Phrase) -> Option<&'static str> {
        self.words.get(phrase.place()).copied().flatten()
    }
}

/// The keys and texts of a file.
pub(super) fn lines(file: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = file.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(" = ")).map(|(key, text)| (key.trim(), text.trim()))
}
