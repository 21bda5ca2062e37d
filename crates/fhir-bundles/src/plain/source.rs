//! Reads values out of a record whose problems have been reported already: what is wrong reads as
//! absent.

use base64::Engine as _;

use super::form::{is_absent, number, same_name};
use crate::{
    codes::{ICD_10, LOINC, SNOMED_CT},
    json::{Json, Object},
    model::{CodeableConcept, Coding, Decimal},
};

/// An object of a record; or a text that stands for one, as its short field.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    content: Content<'a>,
}

#[derive(Clone, Copy)]
enum Content<'a> {
    Nothing,
    Object(&'a Object),
    Short(&'static str, &'a Json),
}

impl<'a> Source<'a> {
    pub(super) fn of(json: &'a Json, short: Option<&'static str>) -> Self {
        let content = match (json, short) {
            (Json::Object(object), _) => Content::Object(object),
            (Json::String(_), Some(name)) => Content::Short(name, json),
            _ => Content::Nothing,
        };
        Self { content }
    }

    fn value(&self, name: &str) -> Option<&'a Json> {
        let found = match self.content {
            Content::Nothing => None,
            Content::Object(object) => {
                object.iter().find(|(key, _)| same_name(name, key)).map(|(_, value)| value)
            }
            Content::Short(short, value) => (short == name).then_some(value),
        };
        found.filter(|value| !is_absent(value))
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        match self.value(name)? {
            Json::String(text) => Some(text.clone()),
            Json::Number(number) => Some(number.as_str().to_owned()),
            _ => None,
        }
    }

    /// The text, or an empty one, for what was reported as missing.
    pub(super) fn needed(&self, name: &str) -> String {
        self.text(name).unwrap_or_default()
    }

    pub(super) fn number(&self, name: &str) -> Option<Decimal> {
        number(self.value(name)?)
    }

    pub(super) fn whole(&self, name: &str) -> Option<i32> {
        self.number(name)?.as_str().parse().ok()
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        self.value(name).and_then(Json::as_bool).unwrap_or(false)
    }

    /// The word of a table that is given.
    pub(super) fn word<T: Copy>(&self, name: &str, table: &[(&str, T)]) -> Option<T> {
        let text = self.value(name)?.as_str()?;
        table.iter().find(|(word, _)| same_name(word, text)).map(|(_, value)| *value)
    }

    pub(super) fn concept(&self, name: &str) -> Option<CodeableConcept> {
        concept(self.value(name)?)
    }

    pub(super) fn raw(&self, name: &str) -> Option<&'a Json> {
        self.value(name)
    }

    pub(super) fn bytes(&self, name: &str) -> Vec<u8> {
        self.value(name).and_then(Json::as_str).and_then(decode).unwrap_or_default()
    }

    pub(super) fn form(&self, name: &str) -> Source<'a> {
        match self.value(name) {
            Some(json) => Source::of(json, None),
            None => Source { content: Content::Nothing },
        }
    }

    /// The members of a list; a single value is a list of one.
    pub(super) fn list(&self, name: &str, short: Option<&'static str>) -> Vec<Source<'a>> {
        self.values(name).into_iter().map(|json| Source::of(json, short)).collect()
    }

    pub(super) fn texts(&self, name: &str) -> Vec<String> {
        let values = self.values(name).into_iter();
        values.filter_map(Json::as_str).map(str::to_owned).collect()
    }

    pub(super) fn concepts(&self, name: &str) -> Vec<CodeableConcept> {
        self.values(name).into_iter().filter_map(concept).collect()
    }

    fn values(&self, name: &str) -> Vec<&'a Json> {
        match self.value(name) {
            Some(Json::Array(elements)) => elements.iter().collect(),
            Some(one) => vec![one],
            None => Vec::new(),
        }
    }
}

/// Words, a code, or both.
pub(super) fn concept(json: &Json) -> Option<CodeableConcept> {
    if let Json::String(text) = json {
        return Some(CodeableConcept::text(text.clone()));
    }
    let source = Source::of(json, None);
    let display = source.text("display");
    let coding = source.text("code").map(|code| Coding {
        system: Some(system(&source.text("system").unwrap_or_default())),
        code: Some(code),
        display: display.clone().or_else(|| source.text("text")),
        ..Coding::default()
    });
    Some(CodeableConcept {
        text: source.text("text").or(display),
        coding: coding.into_iter().collect(),
        ..CodeableConcept::default()
    })
}

fn system(name: &str) -> String {
    let known = [
        (SNOMED_CT, &["snomed", "snomedct", "sct", "snomed ct"][..]),
        (LOINC, &["loinc"][..]),
        (ICD_10, &["icd10", "icd-10", "icd 10"][..]),
    ];
    let lower = name.trim().to_lowercase();
    let found = known.iter().find(|(_, names)| names.contains(&lower.as_str()));
    // SNOMED CT is what most elements take.
    match found {
        Some((url, _)) => (*url).to_owned(),
        None if name.trim().is_empty() => SNOMED_CT.to_owned(),
        None => name.to_owned(),
    }
}

pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let dense: String = text.chars().filter(|letter| !letter.is_ascii_whitespace()).collect();
    base64::engine::general_purpose::STANDARD.decode(dense).ok()
}
