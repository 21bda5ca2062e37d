//! The JSON Schema of a form.

use std::collections::BTreeMap;

use super::{
    form::{Form, Kind},
    forms,
};
use crate::{
    codes::HiType,
    json::{Json, Object},
    language::Language,
};

/// The schema of a record type, with all forms that it uses as definitions.
pub(super) fn of(kind: HiType) -> Json {
    let form = forms::of(kind);
    let mut definitions = BTreeMap::new();
    let body = object(form, &mut definitions);
    let mut schema = Object::new();
    schema.push("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.push("$id", format!("urn:abdm:plain:{}", form.name));
    schema.push("title", form.name);
    for (name, value) in body.into_members() {
        schema.push(name, value);
    }
    let definitions: Object =
        definitions.into_iter().filter_map(|(name, body)| Some((name.to_owned(), body?))).collect();
    schema.push("$defs", definitions);
    Json::Object(schema)
}

type Definitions = BTreeMap<&'static str, Option<Json>>;

fn object(form: &'static Form, definitions: &mut Definitions) -> Object {
    let mut properties = Object::new();
    for field in form.fields {
        let mut body = of_kind(field.kind, definitions);
        body.push("description", field.about);
        properties.push(field.name, body);
    }
    let required: Vec<Json> =
        form.fields.iter().filter(|field| field.required).map(|field| field.name.into()).collect();
    let mut body = Object::new();
    body.push("description", form.about);
    body.push("type", "object");
    body.push("properties", properties);
    if !required.is_empty() {
        body.push("required", required);
    }
    body.push("additionalProperties", false);
    body
}

/// A form by reference; defined once.
fn reference(form: &'static Form, definitions: &mut Definitions) -> Object {
    if !definitions.contains_key(form.name) {
        // A place is held first, for forms that should ever hold themselves.
        definitions.insert(form.name, None);
        let body = Json::Object(object(form, definitions));
        let body = match form.short {
            Some(_) => one_of(vec![typed("string").into(), body]).into(),
            None => body,
        };
        definitions.insert(form.name, Some(body));
    }
    let mut schema = Object::new();
    schema.push("$ref", format!("#/$defs/{}", form.name));
    schema
}

fn of_kind(kind: Kind, definitions: &mut Definitions) -> Object {
    match kind {
        Kind::Text => any_of(vec![typed("string").into(), typed("number").into()]),
        Kind::Date => pattern(r"^\d{4}(-\d{2}(-\d{2})?)?$"),
        Kind::DateTime => {
            pattern(r"^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2}))?)?)?$")
        }
        Kind::When | Kind::Next => typed("string"),
        Kind::Number => any_of(vec![
            typed("number").into(),
            pattern(r"^\s*[-+]?(\d[\d,]*)?(\.\d+)?([eE][+-]?\d+)?\s*$").into(),
        ]),
        Kind::Amount => any_of(vec![
            typed("number").into(),
            pattern(r"^\s*[-+]?\s*(₹|Rs\.?|INR)?\s*[-+]?(\d[\d,]*)?(\.\d+)?(/-)?\s*$").into(),
        ]),
        Kind::Dose | Kind::Span => any_of(vec![typed("integer").into(), typed("string").into()]),
        Kind::Flag => any_of(vec![
            typed("boolean").into(),
            pattern(r"^\s*([tT]rue|[fF]alse|[yY](es)?|[nN]o?|0|1)\s*$").into(),
        ]),
        Kind::FlagOrConcept => {
            any_of(vec![typed("boolean").into(), reference(&forms::CONCEPT, definitions).into()])
        }
        Kind::Word(words) => {
            let also = words.also.iter().map(|(word, _)| word);
            let all = words.known.iter().chain(also).map(|word| Json::from(*word));
            let mut schema = Object::new();
            schema.push("enum", all.collect::<Vec<_>>());
            schema
        }
        Kind::Language => {
            let codes: Vec<&str> = Language::ALL.into_iter().map(Language::code).collect();
            pattern(&format!("^({})([-_].*)?$", codes.join("|")))
        }
        Kind::Concept => reference(&forms::CONCEPT, definitions),
        Kind::Value => any_of(vec![
            typed("string").into(),
            typed("number").into(),
            reference(&forms::CONCEPT, definitions).into(),
        ]),
        Kind::Base64 => {
            let mut schema = typed("string");
            schema.push("contentEncoding", "base64");
            schema
        }
        Kind::Form(form) => reference(form, definitions),
        Kind::List(inner) => list(of_kind(*inner, definitions)),
        Kind::Forms(form) => list(reference(form, definitions)),
    }
}

fn list(one: Object) -> Object {
    let mut many = typed("array");
    many.push("items", one.clone());
    any_of(vec![many.into(), one.into()])
}

fn typed(name: &str) -> Object {
    [("type", name)].into_iter().collect()
}

fn pattern(pattern: &str) -> Object {
    let mut schema = typed("string");
    schema.push("pattern", pattern);
    schema
}

fn any_of(options: Vec<Json>) -> Object {
    [("anyOf", options)].into_iter().collect()
}

fn one_of(options: Vec<Json>) -> Object {
    [("oneOf", options)].into_iter().collect()
}
