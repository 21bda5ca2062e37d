//! What a form looks like, and the check of a record against it.

use super::{number, suggestion::suggestion, words::Words};
use crate::{
    build::{NUMBER_HELP, Problem, Span},
    json::{Json, Object},
    language::Language,
    model::{Date, DateTime},
};

/// An object with named fields.
#[derive(Debug)]
pub(super) struct Form {
    /// The name in the JSON Schema.
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) fields: &'static [Field],
    /// The field that a plain text stands for, if one may.
    pub(super) short: Option<&'static str>,
}

/// A field of a form.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) required: bool,
    pub(super) about: &'static str,
}

/// What a field holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Text,
    /// A date as far as it is known.
    Date,
    /// A date as far as it is known, or a time with offset.
    DateTime,
    /// The same, or words: since childhood.
    When,
    /// A day or time, or how long after the document: after 1 week.
    Next,
    /// A number, or its text.
    Number,
    /// An amount in rupees, or its text.
    Amount,
    /// A whole number, or a name: booster.
    Dose,
    /// A number of days, or a length of time: 2 weeks.
    Span,
    /// Yes or no.
    Flag,
    /// Yes or no, or for what in words.
    FlagOrConcept,
    /// One of these words.
    Word(&'static Words),
    /// A language tag.
    Language,
    /// Words, or a code.
    Concept,
    /// A number or words.
    Value,
    /// A file's bytes.
    Base64,
    Form(&'static Form),
    /// Many, or one.
    List(&'static Kind),
    /// Many of a form, or one.
    Forms(&'static Form),
}

pub(super) const fn field(name: &'static str, kind: Kind, about: &'static str) -> Field {
    Field { name, kind, required: false, about }
}

pub(super) const fn needed(name: &'static str, kind: Kind, about: &'static str) -> Field {
    Field { name, kind, required: true, about }
}

/// Names are the same when their letters and digits are.
pub(super) fn same_name(one: &str, other: &str) -> bool {
    let plain = |name: &str| {
        name.chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect::<String>()
    };
    one == other || plain(one) == plain(other)
}

/// Whether a value means that there is none.
pub(super) fn is_absent(json: &Json) -> bool {
    match json {
        Json::Null => true,
        Json::String(text) => text.trim().is_empty(),
        Json::Array(elements) => elements.is_empty(),
        _ => false,
    }
}

/// Checks a value, and reports every problem with its path.
pub(super) fn check(json: &Json, kind: Kind, path: &str, problems: &mut Vec<Problem>) {
    let mut report = |message: String, help: &str| {
        problems.push(Problem::new(path, message, help));
    };
    let kind_of = json.kind();
    match kind {
        Kind::Text => match json {
            Json::String(_) | Json::Number(_) => {}
            _ => report(format!("is {kind_of}"), "write a text in quotes"),
        },
        Kind::Date => match json.as_str() {
            Some(text) if Date::from(text).is_valid() => {}
            _ => report("is not a date".to_owned(), &format!("write {}", Date::RULE)),
        },
        Kind::DateTime => match json.as_str() {
            Some(text) if DateTime::from(text).is_valid() => {}
            _ => report("is not a date or time".to_owned(), &format!("write {}", DateTime::RULE)),
        },
        Kind::When => match json.as_str() {
            Some(text) if is_words(text) || DateTime::from(text).is_valid() => {}
            _ => report(
                "is not a date or time".to_owned(),
                &format!("write {}, or words such as 3 days", DateTime::RULE),
            ),
        },
        Kind::Next => match json.as_str() {
            Some(text) if Span::parse(text).is_some() && is_words(text) => {}
            Some(text) if DateTime::from(text).is_valid() => {}
            _ => report(
                "is not a date or time".to_owned(),
                &format!("write {}, or how long after: after 1 week", DateTime::RULE),
            ),
        },
        Kind::Number => {
            if number::of_json(json).is_none() {
                report("is not a number".to_owned(), &number_help(json));
            }
        }
        Kind::Amount => {
            if number::of_amount(json).is_none() {
                report("is not an amount in rupees".to_owned(), &number_help(json));
            }
        }
        Kind::Dose => {
            let is_whole = whole(json).is_some_and(|number| number >= 0);
            let is_name = json.as_str().is_some_and(|text| text.contains(char::is_alphabetic));
            if !is_whole && !is_name {
                report(
                    "is not a dose of a series".to_owned(),
                    "write its number, such as 2, or its name, such as booster",
                );
            }
        }
        Kind::Span => {
            if span(json).is_none() {
                report(
                    "is not a whole number".to_owned(),
                    "write how many days, such as 5, or a length of time, such as 2 weeks",
                );
            }
        }
        Kind::Flag => {
            if flag(json).is_none() {
                report(format!("is {kind_of}"), "write true or false, without quotes");
            }
        }
        Kind::FlagOrConcept => {
            if flag(json).is_none() {
                match json {
                    Json::String(_) | Json::Object(_) => {
                        check(json, Kind::Concept, path, problems);
                    }
                    _ => report(format!("is {kind_of}"), "write true or false, or for what"),
                }
            }
        }
        Kind::Word(words) => {
            if json.as_str().and_then(|text| words.find(text)).is_none() {
                report(
                    "is not one of the known words".to_owned(),
                    &format!("write one of: {}", words.known.join(", ")),
                );
            }
        }
        Kind::Language => {
            if json.as_str().and_then(Language::from_tag).is_none() {
                let codes: Vec<&str> = Language::ALL.into_iter().map(Language::code).collect();
                report(
                    "is not a language of India".to_owned(),
                    &format!("write one of: {}", codes.join(", ")),
                );
            }
        }
        Kind::Value => match json {
            Json::String(_) | Json::Number(_) | Json::Object(_) => {
                if matches!(json, Json::Object(_)) {
                    check(json, Kind::Concept, path, problems);
                }
            }
            _ => report(format!("is {kind_of}"), "write a number, a text, or a code"),
        },
        Kind::Base64 => {
            if json.as_str().and_then(super::source::decode).is_none() {
                report(
                    "is not base64".to_owned(),
                    "encode the file's bytes with the standard alphabet and padding",
                );
            }
        }
        Kind::Concept => concept(json, path, problems),
        Kind::Form(form) => match json {
            Json::Object(object) => fields(object, form, path, problems),
            Json::String(_) if form.short.is_some() => {}
            Json::Array(several) => match several.as_slice() {
                [one] => check(one, kind, path, problems),
                _ => report(
                    format!("is {kind_of} of several, and there is place for one"),
                    &format!("make one record for each {}", form.name),
                ),
            },
            _ => {
                let or_text = if form.short.is_some() { "a text or " } else { "" };
                report(
                    format!("is {kind_of}"),
                    &format!("write {or_text}an object with the fields of {}", form.name),
                );
            }
        },
        Kind::List(inner) => list(json, *inner, path, problems),
        Kind::Forms(form) => list(json, Kind::Form(form), path, problems),
    }
}

/// The members of a list; a single value is a list of one.
fn list(json: &Json, kind: Kind, path: &str, problems: &mut Vec<Problem>) {
    let members = json.as_array().unwrap_or(std::slice::from_ref(json));
    for (place, member) in members.iter().enumerate() {
        check(member, kind, &format!("{path}[{place}]"), problems);
    }
}

/// The fields of an object: wrong ones, unknown ones, missing ones.
pub(super) fn fields(object: &Object, form: &Form, path: &str, problems: &mut Vec<Problem>) {
    let inside = |name: &str| {
        if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
    };
    let mut seen: Vec<&str> = Vec::new();
    for (name, value) in object.iter() {
        let Some(field) = form.fields.iter().find(|field| same_name(field.name, name)) else {
            let shown: String = name.chars().filter(|c| !c.is_control()).take(60).collect();
            problems.push(Problem::new(
                &inside(&shown),
                "is not a field of this form",
                &suggestion(name, form),
            ));
            continue;
        };
        if seen.contains(&field.name) {
            problems.push(Problem::new(&inside(field.name), "is given twice", "keep one of them"));
        }
        seen.push(field.name);
        if !is_absent(value) {
            check(value, field.kind, &inside(field.name), problems);
        }
    }
    for field in form.fields.iter().filter(|field| field.required) {
        let given =
            object.iter().any(|(name, value)| same_name(field.name, name) && !is_absent(value));
        if !given {
            problems.push(Problem::new(
                &inside(field.name),
                "is missing",
                &format!("add {}: {}", field.name, field.about),
            ));
        }
    }
}

fn concept(json: &Json, path: &str, problems: &mut Vec<Problem>) {
    match json {
        Json::String(_) => {}
        Json::Object(object) => {
            fields(object, &super::forms::CONCEPT, path, problems);
            let source = super::source::Source::of(json, None);
            let code = source.text("code");
            if let Some(code) = code.filter(|_| !source.has("system"))
                && super::source::usual_system(&code).is_none()
            {
                problems.push(Problem::new(
                    &format!("{path}.system"),
                    "is missing, and the code may be of several systems",
                    "say of which code system it is: snomed, loinc, icd10, or a URL",
                ));
            }
            let is_named_twice = !source.has("code")
                && source.text("text").zip(source.text("display")).is_some_and(|(a, b)| a != b);
            if is_named_twice {
                problems.push(Problem::new(
                    &format!("{path}.display"),
                    "stands beside another text, without a code",
                    "give the code that has it, or text alone",
                ));
            }
        }
        other => problems.push(Problem::new(
            path,
            format!("is {}", other.kind()),
            "write words in quotes, or { \"code\", \"system\", \"display\" }",
        )),
    }
}

/// Words, and not a date in a form that is not taken.
pub(super) fn is_words(text: &str) -> bool {
    let begins_as_date = text.get(..5).is_some_and(|start| {
        start.ends_with('-') && start.bytes().take(4).all(|byte| byte.is_ascii_digit())
    });
    text.contains(char::is_alphabetic) && !begins_as_date
}

/// Yes or no as it is written.
pub(super) fn flag(json: &Json) -> Option<bool> {
    if let Some(flag) = json.as_bool() {
        return Some(flag);
    }
    let text = json.as_str().or_else(|| json.as_number())?;
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "y" | "1" => Some(true),
        "false" | "no" | "n" | "0" => Some(false),
        _ => None,
    }
}

/// A whole number.
pub(super) fn whole(json: &Json) -> Option<i32> {
    number::of_json(json)?.as_str().parse().ok()
}

/// A number of days, or a length of time.
pub(super) fn span(json: &Json) -> Option<Span> {
    match json {
        Json::Number(number) => Span::parse(number.as_str()),
        Json::String(text) if text.contains(|letter: char| letter.is_ascii_digit()) => {
            Span::parse(text)
        }
        _ => None,
    }
}

fn number_help(json: &Json) -> String {
    let text = json.as_str().unwrap_or_default();
    if number::has_odd_commas(text) {
        return "take the commas out; write a decimal point where one is meant".to_owned();
    }
    match number::comparator(text) {
        (Some(_), _) => format!("{NUMBER_HELP}; words and signs such as < go into range"),
        _ => NUMBER_HELP.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_another_form_are_not_words() {
        for text in ["3 days", "childhood", "since 2 weeks", "बचपन से", "15-Mar-2025"] {
            assert!(is_words(text), "{text}");
        }
        for text in ["12/04/1986", "2026-13", "2026-03-01T10:30", "2026-Mar-01", "7", ""] {
            assert!(!is_words(text), "{text}");
        }
    }

    #[test]
    fn names_are_compared_by_letters() {
        assert!(same_name("abhaNumber", "ABHA_number"));
        assert!(!same_name("abhaNumber", "abhaAddress"));
    }
}
