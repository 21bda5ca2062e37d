//! A JSON tree that loses nothing.
//!
//! FHIR counts `1.50` and `1.5` as different measurements, so a number keeps the text in which it
//! was written. An object keeps its members in order, doubled names included, so that whatever a
//! peer sends can be looked at, reported on and written back.
//!
//! Reading is bounded: see [`Limits`]. A document that is nested a hundred thousand levels deep is
//! refused with an error, not with a stack overflow.

mod key;
mod parse;
mod write;

use std::fmt;

pub use self::{
    key::Key,
    parse::{Limits, SyntaxError, SyntaxErrorKind},
};
pub(crate) use self::{parse::number_is_valid, write::Writer};

/// A JSON value, kept exactly.
///
/// Equality is that of JSON: the order of an object's members does not matter, the order of an
/// array does, and numbers are equal when their text is.
#[derive(Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "JSON has these six kinds of value and no others")]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as its text.
    Number(Number),
    /// A string, with its escapes resolved.
    String(String),
    /// An array, in order.
    Array(Vec<Json>),
    /// An object, in the order in which it was read.
    Object(Object),
}

impl Json {
    /// Reads one JSON document within the default [`Limits`].
    ///
    /// # Errors
    ///
    /// [`SyntaxError`] with line and column when the bytes are not JSON, not UTF-8, too large or too
    /// deep.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, SyntaxError> {
        Self::parse_within(bytes, Limits::default())
    }

    /// Reads one JSON document within the given limits.
    ///
    /// # Errors
    ///
    /// As [`Json::parse`].
    pub(crate) fn parse_within(bytes: &[u8], limits: Limits) -> Result<Self, SyntaxError> {
        parse::document(bytes, limits)
    }

    /// The compact text as bytes.
    pub(crate) fn to_vec(&self) -> Vec<u8> {
        let mut writer = Writer::compact();
        writer.json(self);
        writer.into_bytes()
    }

    /// The text with two spaces of indentation, for people.
    pub(crate) fn to_vec_pretty(&self) -> Vec<u8> {
        let mut writer = Writer::pretty();
        writer.json(self);
        writer.into_bytes()
    }

    /// The member of that name, if this is an object that has it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.as_object()?.get(name)
    }

    /// The element at that place, if this is an array that long.
    #[must_use]
    pub fn at(&self, index: usize) -> Option<&Json> {
        self.as_array()?.get(index)
    }

    /// The text, if this is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The number's text, if this is a number.
    #[must_use]
    pub fn as_number(&self) -> Option<&str> {
        match self {
            Self::Number(number) => Some(number.as_str()),
            _ => None,
        }
    }

    /// The truth value, if this is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The elements, if this is an array.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Json]> {
        match self {
            Self::Array(elements) => Some(elements),
            _ => None,
        }
    }

    /// The members, if this is an object.
    #[must_use]
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    /// "an object", "a number" and so on, for messages.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::String(_) => "a string",
            Self::Array(_) => "an array",
            Self::Object(_) => "an object",
        }
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.to_vec()))
    }
}

/// Health data stays out of logs: the shape is shown, the content is not.
impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("Null"),
            Self::Bool(_) => f.write_str("Bool(…)"),
            Self::Number(_) => f.write_str("Number(…)"),
            Self::String(text) => write!(f, "String({} bytes)", text.len()),
            Self::Array(elements) => write!(f, "Array({} elements)", elements.len()),
            Self::Object(object) => object.fmt(f),
        }
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Json {
    fn from(value: i64) -> Self {
        Self::Number(Number::from(value))
    }
}

impl From<Number> for Json {
    fn from(value: Number) -> Self {
        Self::Number(value)
    }
}

impl From<Object> for Json {
    fn from(object: Object) -> Self {
        Self::Object(object)
    }
}

impl From<Vec<Json>> for Json {
    fn from(elements: Vec<Json>) -> Self {
        Self::Array(elements)
    }
}

/// A JSON number as its text.
#[derive(Clone, PartialEq, Eq)]
pub struct Number(String);

impl Number {
    /// Takes the text of a JSON number: `7`, `-0.50`, `1.2e-3`.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        number_is_valid(&text).then_some(Self(text))
    }

    /// The text as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self(value.to_string())
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Number(…)")
    }
}

/// The members of a JSON object, in order. A name may occur twice, since peers do that.
#[derive(Clone, Default)]
pub struct Object {
    members: Vec<(Key, Json)>,
}

impl Object {
    /// An object without members.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The first member of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.members.iter().find(|(key, _)| key.as_str() == name).map(|(_, value)| value)
    }

    /// Whether a member of that name exists.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Adds a member at the end, whether or not the name is there already.
    pub fn push(&mut self, name: impl Into<Key>, value: impl Into<Json>) {
        self.members.push((name.into(), value.into()));
    }

    /// Replaces the first member of that name, or adds it at the end.
    pub fn insert(&mut self, name: impl Into<Key>, value: impl Into<Json>) {
        let name = name.into();
        match self.members.iter_mut().find(|(key, _)| *key == name) {
            Some((_, old)) => *old = value.into(),
            None => self.members.push((name, value.into())),
        }
    }

    /// Takes the first member of that name out.
    pub fn remove(&mut self, name: &str) -> Option<Json> {
        let place = self.members.iter().position(|(key, _)| key.as_str() == name)?;
        Some(self.members.remove(place).1)
    }

    /// All members in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.members.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// How many members there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    pub(crate) fn into_members(self) -> impl Iterator<Item = (Key, Json)> {
        self.members.into_iter()
    }
}

impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        if self.members.len() != other.members.len() {
            return false;
        }
        if self.members == other.members {
            return true;
        }
        let mut left: Vec<_> = self.members.iter().collect();
        let mut right: Vec<_> = other.members.iter().collect();
        left.sort_by(|a, b| a.0.as_str().cmp(b.0.as_str()));
        right.sort_by(|a, b| a.0.as_str().cmp(b.0.as_str()));
        left == right
    }
}

impl Eq for Object {}

/// Names of members only: values may be health data.
impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Object")?;
        f.debug_set().entries(self.members.iter().map(|(key, _)| key.as_str())).finish()
    }
}

impl<K: Into<Key>, V: Into<Json>> FromIterator<(K, V)> for Object {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(members: I) -> Self {
        let members = members.into_iter().map(|(key, value)| (key.into(), value.into())).collect();
        Self { members }
    }
}

#[cfg(test)]
mod tests;
