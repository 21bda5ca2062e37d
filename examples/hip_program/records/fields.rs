//! Reads the fields of an object, however they are spelt: `abhaNumber`, `abha_number`, `ABHA-Number`.

use super::json::{Json, Object};

/// The members of an object; of anything else there are none.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a>(Option<&'a Object>);

impl<'a> Fields<'a> {
    pub(super) fn of(json: &'a Json) -> Self {
        Self(json.as_object())
    }

    /// The first of these that is there; `null` and blank texts are not.
    pub(super) fn get(self, names: &[&str]) -> Option<&'a Json> {
        names.iter().find_map(|name| {
            let mut members = self.0?.iter();
            members
                .find(|(key, value)| same(key, name) && !is_absent(value))
                .map(|(_, value)| value)
        })
    }

    /// How the first of these that is there is spelt.
    pub(super) fn name(self, names: &[&str]) -> Option<&'a str> {
        self.member(names).map(|(name, _)| name)
    }

    fn member(self, names: &[&str]) -> Option<(&'a str, &'a Json)> {
        names.iter().find_map(|name| {
            let mut members = self.0?.iter();
            members.find(|(key, value)| same(key, name) && !is_absent(value))
        })
    }

    /// A text, or a number as it is written.
    pub(super) fn text(self, names: &[&str]) -> Option<String> {
        text(self.get(names)?)
    }

    /// Texts; one stands for a list of one.
    pub(super) fn texts(self, names: &[&str]) -> Vec<String> {
        match self.get(names) {
            Some(Json::Array(elements)) => elements.iter().filter_map(text).collect(),
            Some(one) => text(one).into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// An object.
    pub(super) fn form(self, names: &[&str]) -> Option<&'a Json> {
        self.get(names).filter(|json| json.as_object().is_some())
    }
}

fn text(json: &Json) -> Option<String> {
    let text = json.as_str().or_else(|| json.as_number())?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn is_absent(json: &Json) -> bool {
    matches!(json, Json::Null) || json.as_str().is_some_and(|text| text.trim().is_empty())
}

/// Whether two names differ in case and signs at most.
pub(super) fn same(one: &str, other: &str) -> bool {
    let letters = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    letters(one) == letters(other)
}
