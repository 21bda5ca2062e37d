//! Reads values out of a record whose problems have been reported already: what is wrong reads as
//! absent.

use base64::Engine as _;

use super::{
    form::{self, is_absent, same_name},
    number,
    words::Words,
};
use crate::{
    build::Span,
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
        number::of_json(self.value(name)?)
    }

    /// The number, or the text that is none, for the builder to report.
    pub(super) fn amount(&self, name: &str) -> Option<String> {
        let value = self.value(name)?;
        Some(number::of_amount(value).map_or_else(String::new, |number| number.to_string()))
    }

    pub(super) fn whole(&self, name: &str) -> Option<i32> {
        form::whole(self.value(name)?)
    }

    pub(super) fn span(&self, name: &str) -> Option<Span> {
        form::span(self.value(name)?)
    }

    /// Yes or no, where that is said.
    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        form::flag(self.value(name)?)
    }

    /// The word that a text means.
    pub(super) fn word(&self, name: &str, words: &Words) -> Option<&'static str> {
        words.find(self.value(name)?.as_str()?)
    }

    /// What a table has for the word that a text means.
    pub(super) fn meant<T: Copy>(
        &self,
        name: &str,
        words: &Words,
        table: &[(&str, T)],
    ) -> Option<T> {
        let word = self.word(name, words)?;
        table.iter().find(|(known, _)| *known == word).map(|(_, value)| *value)
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
            // One in a list is the one.
            Some(Json::Array(several)) if several.len() == 1 => several
                .first()
                .map_or(Source { content: Content::Nothing }, |json| Source::of(json, None)),
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
        values
            .filter_map(|value| value.as_str().or_else(|| value.as_number()))
            .map(str::to_owned)
            .collect()
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
        system: match source.text("system") {
            Some(name) => Some(system(&name)),
            None => usual_system(&code).map(str::to_owned),
        },
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
    found.map_or(name, |(url, _)| url).to_owned()
}

/// The system whose codes look like this one: SNOMED CT has long numbers, LOINC a check digit behind a
/// hyphen.
pub(super) fn usual_system(code: &str) -> Option<&'static str> {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match code.trim().split_once('-') {
        Some((number, check)) if is_number(number) && is_number(check) && check.len() == 1 => {
            Some(LOINC)
        }
        None if is_number(code.trim()) && (6..=18).contains(&code.trim().len()) => Some(SNOMED_CT),
        _ => None,
    }
}

/// The bytes of base64, also of a data URL.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let text = match text.trim().strip_prefix("data:") {
        Some(rest) => rest.split_once(";base64,")?.1,
        None => text,
    };
    let dense: String = text.chars().filter(|letter| !letter.is_ascii_whitespace()).collect();
    base64::engine::general_purpose::STANDARD.decode(dense).ok()
}
