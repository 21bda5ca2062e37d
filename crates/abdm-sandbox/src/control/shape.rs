//! What a call may hold, by the description of its type: a field that is not described, and a
//! number out of its range, is refused by one look for all types, so that none can forget it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Number, Value};

use super::Problem;

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum For {
    Names,
    Values,
}

/// The shape of a value.
#[derive(Debug)]
pub(super) enum Shape {
    /// What the type alone decides.
    Any,
    /// This text alone: the tag of an alternative.
    Tag(Value),
    Number {
        least: Option<f64>,
        most: Option<f64>,
    },
    List {
        of: Box<Shape>,
        least: usize,
    },
    Object(BTreeMap<String, Shape>),
    /// Names that are free, with values of one shape.
    Map(Box<Shape>),
    /// One of several.
    Alternatives(Vec<Shape>),
}

impl Shape {
    /// The shape of a type.
    pub(super) fn of<T: JsonSchema>() -> Self {
        let settings =
            SchemaSettings::openapi3().with(|settings| settings.inline_subschemas = true);
        Self::read(settings.into_generator().into_root_schema_for::<T>().as_value())
    }

    fn read(schema: &Value) -> Self {
        let list = |name: &str| schema.get(name).and_then(Value::as_array).map(Vec::as_slice);
        if let Some([only]) = list("allOf") {
            return Self::read(only);
        }
        if let Some(several) = list("oneOf").or_else(|| list("anyOf")) {
            return Self::Alternatives(several.iter().map(Self::read).collect());
        }
        if let Some([only]) = list("enum") {
            return Self::Tag(only.clone());
        }
        if let Some(fields) = schema.get("properties").and_then(Value::as_object) {
            let fields = fields.iter().map(|(name, field)| (name.clone(), Self::read(field)));
            return Self::Object(fields.collect());
        }
        if let Some(values) = schema.get("additionalProperties").filter(|v| v.is_object()) {
            return Self::Map(Box::new(Self::read(values)));
        }
        match schema.get("type").and_then(Value::as_str) {
            Some("object") if schema.get("additionalProperties") == Some(&Value::Bool(false)) => {
                Self::Object(BTreeMap::new())
            }
            Some("array") => {
                let least = schema.get("minItems").and_then(Value::as_u64).unwrap_or_default();
                let of = schema.get("items").map_or(Self::Any, Self::read);
                Self::List { of: Box::new(of), least: usize::try_from(least).unwrap_or(usize::MAX) }
            }
            Some("number" | "integer") => {
                let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
                Self::Number { least: bound("minimum"), most: bound("maximum") }
            }
            _ => Self::Any,
        }
    }

    /// Looks at a body: at all names before any value, since a misspelt one is the reason for the
    /// rest.
    pub(super) fn check(&self, value: &Value) -> Result<(), Problem> {
        self.look(value, "", For::Names)?;
        self.look(value, "", For::Values)
    }

    /// Looks at the pairs of a query, whose values are texts.
    pub(super) fn check_query(&self, query: &str) -> Result<(), Problem> {
        let Self::Object(shapes) = self else {
            return Ok(());
        };
        let mut values = Map::new();
        for (name, text) in url::form_urlencoded::parse(query.as_bytes()) {
            let mut value = Value::from(&*text);
            if let (Some(Self::Number { least, most }), Ok(number)) =
                (shapes.get(&*name), text.parse())
            {
                // Infinity is a number of the query alone.
                value = Number::from_f64(number)
                    .ok_or_else(|| Problem::out_of_range(&name, *least, *most))?
                    .into();
            }
            values.insert(name.into_owned(), value);
        }
        self.check(&Value::Object(values))
    }

    fn look(&self, value: &Value, path: &str, what: For) -> Result<(), Problem> {
        match (self, value) {
            (Self::Object(shapes), Value::Object(fields)) => {
                for (name, value) in fields {
                    let path = below(path, name);
                    match shapes.get(name) {
                        Some(shape) => shape.look(value, &path, what)?,
                        None => {
                            let known = shapes.keys().map(String::as_str);
                            return Err(Problem::unknown_field(&path, name, known));
                        }
                    }
                }
                Ok(())
            }
            (Self::Map(shape), Value::Object(fields)) => {
                let mut fields = fields.iter();
                fields.try_for_each(|(name, value)| shape.look(value, &below(path, name), what))
            }
            (Self::List { of, least }, Value::Array(items)) => {
                if what == For::Values && items.len() < *least {
                    let text = format!("`{path}`: it must have at least {least} element(s)");
                    return Err(Problem::invalid_field(path, text));
                }
                let mut items = items.iter().enumerate();
                items.try_for_each(|(at, item)| of.look(item, &format!("{path}[{at}]"), what))
            }
            (Self::Number { least, most }, Value::Number(number)) if what == For::Values => {
                let number = number.as_f64().unwrap_or(f64::INFINITY);
                let fits = least.is_none_or(|least| number >= least)
                    && most.is_none_or(|most| number <= most);
                if fits { Ok(()) } else { Err(Problem::out_of_range(path, *least, *most)) }
            }
            (Self::Alternatives(several), value) => {
                let meant = several.iter().find(|one| one.is_meant(value));
                meant.map_or(Ok(()), |one| one.look(value, path, what))
            }
            // The type tells what is of another type.
            _ => Ok(()),
        }
    }

    /// Whether a value is meant to be of this alternative: by its tags.
    fn is_meant(&self, value: &Value) -> bool {
        match self {
            Self::Tag(tag) => tag == value,
            Self::Object(shapes) => shapes.iter().all(|(name, shape)| match shape {
                Self::Tag(tag) => value.get(name) == Some(tag),
                _ => true,
            }),
            _ => false,
        }
    }
}

/// The place of a field below another place.
fn below(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// A range in words.
pub(crate) fn span(least: Option<f64>, most: Option<f64>) -> String {
    match (least, most) {
        (Some(least), Some(most)) => format!("lie between {least} and {most}"),
        (Some(least), None) => format!("be at least {least}"),
        (None, Some(most)) => format!("be at most {most}"),
        (None, None) => "be a number".to_owned(),
    }
}
