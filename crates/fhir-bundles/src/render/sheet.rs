//! What is shown of a record, before it is laid out.

use crate::{
    Language,
    language::Phrase,
    record::{Attachment, Narrative},
};

/// A record as lines and facts.
pub(super) struct Sheet<'a> {
    pub(super) title: String,
    /// The language of its labels and words.
    pub(super) language: Language,
    /// What every printed page repeats: name, number, title, date.
    pub(super) running: Vec<String>,
    pub(super) date: Option<String>,
    /// What is said against the whole document, before everything else.
    pub(super) standing: Option<String>,
    pub(super) head: Vec<Fact>,
    /// The narratives of the patient and of the visit.
    pub(super) head_words: Vec<Words<'a>>,
    pub(super) words: Words<'a>,
    pub(super) parts: Vec<Part<'a>>,
    pub(super) unread: Unread,
}

/// A label and words; an empty label for words that explain themselves.
pub(super) struct Fact {
    pub(super) label: String,
    pub(super) words: String,
    pub(super) place: Place,
}

impl Fact {
    pub(super) fn new(label: &str, words: impl Into<String>) -> Self {
        Self { label: label.to_owned(), words: words.into(), place: Place::Below }
    }
}

/// Where a fact stands beside others of its kind, in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Below,
    Dosage,
    Range,
    Date,
    Quantity,
    Price,
}

/// A section.
pub(super) struct Part<'a> {
    pub(super) title: String,
    pub(super) standing: Option<String>,
    pub(super) facts: Vec<Fact>,
    pub(super) blocks: Vec<Block<'a>>,
    pub(super) words: Words<'a>,
    pub(super) parts: Vec<Part<'a>>,
}

/// One item.
pub(super) enum Block<'a> {
    Line(Line<'a>),
    /// A report or bill with what it holds.
    Holder(Line<'a>, Vec<Block<'a>>),
}

impl<'a> Block<'a> {
    /// Its own line.
    pub(super) fn line(&self) -> &Line<'a> {
        match self {
            Self::Line(line) | Self::Holder(line, _) => line,
        }
    }

    pub(super) fn line_mut(&mut self) -> &mut Line<'a> {
        match self {
            Self::Line(line) | Self::Holder(line, _) => line,
        }
    }
}

/// A line: what is said against it first, then a name, what stands beside it, and what stands below.
pub(super) struct Line<'a> {
    pub(super) table: Table,
    /// How many lines it stands within.
    pub(super) depth: usize,
    pub(super) standing: Option<String>,
    /// In error, refuted or withdrawn.
    pub(super) is_struck: bool,
    pub(super) name: String,
    pub(super) value: String,
    /// Words of a warning beside the value.
    pub(super) flag: Option<String>,
    pub(super) facts: Vec<Fact>,
    pub(super) words: Words<'a>,
    pub(super) file: Option<&'a Attachment>,
    language: Language,
}

/// Neighbours of one kind share a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    No,
    Medicines,
    Results,
    Charges,
    Totals,
}

impl Line<'_> {
    pub(super) fn new(name: impl Into<String>, language: Language) -> Self {
        Self {
            table: Table::No,
            depth: 0,
            standing: None,
            is_struck: false,
            name: name.into(),
            value: String::new(),
            flag: None,
            facts: Vec::new(),
            words: Words::default(),
            file: None,
            language,
        }
    }

    pub(super) fn add(&mut self, label: Phrase, words: Option<&str>) {
        self.place(Place::Below, label, words);
    }

    /// Words that explain themselves.
    pub(super) fn add_plain(&mut self, words: Option<&str>) {
        self.add_labelled("", words);
    }

    /// A fact with a label that is in words already.
    pub(super) fn add_labelled(&mut self, label: &str, words: Option<&str>) {
        self.place_labelled(Place::Below, label, words);
    }

    pub(super) fn place(&mut self, place: Place, label: Phrase, words: Option<&str>) {
        self.place_labelled(place, self.language.say(label), words);
    }

    pub(super) fn place_labelled(&mut self, place: Place, label: &str, words: Option<&str>) {
        if let Some(words) = words.filter(|words| !words.trim().is_empty()) {
            self.facts.push(Fact { place, ..Fact::new(label, words) });
        }
    }
}

/// A narrative, and what of it is to be shown once all else is known.
#[derive(Default)]
pub(super) struct Words<'a> {
    pub(super) narrative: Option<&'a Narrative>,
    pub(super) lines: Vec<String>,
}

impl<'a> From<Option<&'a Narrative>> for Words<'a> {
    fn from(narrative: Option<&'a Narrative>) -> Self {
        Self { narrative, lines: Vec::new() }
    }
}

/// What could not be shown.
#[derive(Default)]
pub(super) struct Unread {
    pub(super) count: usize,
    /// The first of them: place and reason.
    pub(super) first: Vec<(String, &'static str)>,
}
