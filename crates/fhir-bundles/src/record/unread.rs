use crate::{
    Language,
    language::Phrase,
    model::{Bundle, Path, Value as _},
};

/// Something in a document that was not understood, or that no section leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unread {
    /// Where it is: a path such as `Bundle.entry[4].resource.note2`.
    pub path: String,
    /// Why, in the record's language.
    pub reason: &'static str,
    /// Whether the record shows it all the same, as far as it can be read.
    pub is_shown: bool,
}

impl Unread {
    pub(super) fn new(path: impl Into<String>, reason: &'static str) -> Self {
        Self { path: path.into(), reason, is_shown: false }
    }

    pub(super) fn shown(path: impl Into<String>, reason: &'static str) -> Self {
        Self { path: path.into(), reason, is_shown: true }
    }
}

/// The elements that no typed field took.
pub(super) fn leftovers(bundle: &Bundle, language: Language) -> Vec<Unread> {
    let mut found = Vec::new();
    bundle.leftovers(&Path::root("Bundle"), &mut |path| {
        found.push(Unread::new(path, language.say(Phrase::NotAnElement)));
    });
    found
}
