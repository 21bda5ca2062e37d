//! The parts of a name.

use super::compare::Agreement;
use super::lists::{self, Variant};
use super::sound::Sound;
use crate::matching::scripts::{self, Writing};

/// What a part of a name tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Nothing: Dr, Shri, Smt.
    Title,
    /// A letter in place of a name.
    Initial,
    /// Half of a given name, which is another name without it: Sai Kiran, Vijaya Lakshmi, Raj Mohan.
    Half,
    /// Beside a given name, and such as brothers and sisters share: Kumar, Devi, Mohammed.
    Common,
    /// The family.
    Surname,
    /// The person. Whatever is on no list.
    Given,
}

/// A part of a name.
#[derive(Clone, Copy)]
pub(super) struct Part {
    pub(super) sound: Sound,
    pub(super) class: Class,
    /// The name of which it is a regional form, by its place in the list.
    regional: Option<u16>,
    /// Whether it is a given name for certain.
    pub(super) is_known_given: bool,
}

impl Part {
    pub(super) fn agreement(&self, other: &Self) -> Agreement {
        let heard = self.sound.agreement(&other.sound);
        let regional = self.regional.is_some() && self.regional == other.regional;
        if regional { heard.max(Agreement::Alike) } else { heard }
    }

    /// The letter, when it is an initial.
    pub(super) fn initial(&self) -> Option<u8> {
        self.sound.as_bytes().first().copied().filter(|_| self.class == Class::Initial)
    }
}

/// A name, taken apart.
pub(in crate::matching) struct Name {
    parts: [Part; Self::MOST],
    length: usize,
}

impl Name {
    /// The most parts that a name may have.
    pub(super) const MOST: usize = 8;

    /// Takes a name apart. `None` when there is nothing in it that can be compared: it is empty, or
    /// in a script that is not known, or longer than names are.
    pub(in crate::matching) fn read(text: &str) -> Option<Self> {
        let none =
            Part { sound: Sound::NONE, class: Class::Title, regional: None, is_known_given: false };
        let mut name = Self { parts: [none; Self::MOST], length: 0 };
        let mut spelled = String::new();
        // "S/O", "W/O" and the like: what follows is another person's name.
        let own = lists::before_a_relation(text);
        for word in own.split(|c: char| !scripts::is_of_a_word(c)) {
            if !word.contains(char::is_alphabetic) || lists::is_doctor(word) {
                continue;
            }
            let writing = scripts::spell(word, &mut spelled)?;
            name.push_word(&spelled, writing)?;
        }
        (name.length > 0).then_some(name)
    }

    pub(super) fn parts(&self) -> &[Part] {
        self.parts.get(..self.length).unwrap_or_default()
    }

    fn push(&mut self, part: Part) -> Option<()> {
        *self.parts.get_mut(self.length)? = part;
        self.length += 1;
        Some(())
    }

    fn push_word(&mut self, spelled: &str, writing: Writing) -> Option<()> {
        let latin = writing == Writing::Full;
        let spelled = if latin { lists::expanded(spelled) } else { spelled };
        if latin && is_initials(spelled) {
            for letter in spelled.split_inclusive(|_: char| true) {
                self.push_initial(letter)?;
            }
            return Some(());
        }
        let spelled = lists::without_address(spelled);
        let sound = Sound::of(spelled, writing)?;
        let Variant { sound, class, regional, is_known_given } = lists::variant(sound);
        self.push(Part { sound, class, regional, is_known_given })
    }

    fn push_initial(&mut self, letter: &str) -> Option<()> {
        let sound = Sound::letter(letter)?;
        self.push(Part { sound, class: Class::Initial, regional: None, is_known_given: false })
    }
}

/// Whether a word is initials written together: one letter, or up to three consonants.
fn is_initials(spelled: &str) -> bool {
    let vowel = |byte: u8| b"aeiouy".contains(&byte);
    spelled.len() == 1 || (spelled.len() <= 3 && !spelled.bytes().any(vowel))
}
