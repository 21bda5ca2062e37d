//! What a form looks like, and the check of a record against it.

use crate::{
    build::Problem,
    json::{Json, Object},
    model::{Date, DateTime, Decimal},
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
    /// A number, or its text.
    Number,
    /// A whole number, or its text.
    Whole,
    Flag,
    /// One of these words.
    Word(&'static [&'static str]),
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
        Kind::Number => {
            if number(json).is_none() {
                report(
                    "is not a number".to_owned(),
                    "write digits with a decimal point, such as 37.2",
                );
            }
        }
        Kind::Whole => {
            if number(json).and_then(|number| number.as_str().parse::<i32>().ok()).is_none() {
                report("is not a whole number".to_owned(), "write digits alone, such as 5");
            }
        }
        Kind::Flag => {
            if json.as_bool().is_none() {
                report(format!("is {kind_of}"), "write true or false, without quotes");
            }
        }
        Kind::Word(words) => {
            let known =
                json.as_str().is_some_and(|text| words.iter().any(|word| same_name(word, text)));
            if !known {
                report(
                    "is not one of the known words".to_owned(),
                    &format!("write one of: {}", words.join(", ")),
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
        Json::Object(object) => fields(object, &super::forms::CONCEPT, path, problems),
        other => problems.push(Problem::new(
            path,
            format!("is {}", other.kind()),
            "write words in quotes, or { \"code\", \"system\", \"display\" }",
        )),
    }
}

/// The field that was perhaps meant.
fn suggestion(name: &str, form: &Form) -> String {
    let letters: String = name.to_lowercase();
    let candidates = form.fields.iter().filter_map(|field| {
        let known = field.name.to_lowercase();
        let shared = known.chars().zip(letters.chars()).take_while(|(a, b)| a == b).count();
        let far = distance(&known, &letters);
        let is_near = far <= 2 || (shared >= 4 && shared * 2 > letters.len());
        is_near.then_some((far, field))
    });
    let near = candidates.min_by_key(|(far, _)| *far).map(|(_, field)| field);
    match near {
        Some(field) => format!("did you mean {}?", field.name),
        None => {
            let names: Vec<&str> = form.fields.iter().map(|field| field.name).collect();
            format!("the fields are: {}", names.join(", "))
        }
    }
}

/// How many letters differ (Levenshtein), for names of ordinary length.
fn distance(one: &str, other: &str) -> usize {
    if one.len() > 40 || other.len() > 40 {
        return usize::MAX;
    }
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (cell, b) in row.iter_mut().skip(1).zip(&other) {
            let cost = diagonal + usize::from(a != *b);
            diagonal = *cell;
            left = cost.min(left + 1).min(*cell + 1);
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

/// A number, or the text of one.
pub(super) fn number(json: &Json) -> Option<Decimal> {
    let text = json.as_number().or_else(|| json.as_str())?;
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_letters() {
        assert_eq!(distance("dose", "dose"), 0);
        assert_eq!(distance("dosage", "dose"), 2);
        assert_eq!(distance("timing", "timming"), 1);
        assert_eq!(distance("", "abc"), 3);
    }

    #[test]
    fn names_are_compared_by_letters() {
        assert!(same_name("abhaNumber", "ABHA_number"));
        assert!(!same_name("abhaNumber", "abhaAddress"));
    }
}
