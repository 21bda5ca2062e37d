//! A body as JSON, before anything is known of its type: what the reader walks over.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Unexpected, Visitor};

use super::WireError;
use super::json::{Unreadable, without_bom};
use super::reader::{folded, same_name};

/// One JSON value. Long texts are borrowed from the body; the members of an object keep their
/// order, and one that stands twice stands twice.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node<'b> {
    Null,
    Flag(bool),
    Unsigned(u64),
    Signed(i64),
    Float(f64),
    Text(Cow<'b, str>),
    List(Vec<Self>),
    Object(Vec<(Cow<'b, str>, Self)>),
}

impl<'b> Node<'b> {
    /// Reads a body. An empty one is `null`, because ABDM answers many calls with nothing.
    pub(super) fn parse(body: &'b [u8]) -> Result<Self, WireError> {
        let body = without_bom(body);
        if body.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self::Null);
        }
        let mut json = serde_json::Deserializer::from_slice(body);
        let node = Self::deserialize(&mut json).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            let what = match Unreadable::of(body) {
                limit @ (Unreadable::TooDeep | Unreadable::TooMany) => limit.to_string(),
                Unreadable::NotJson if error.is_eof() => "the JSON is cut off".to_owned(),
                Unreadable::NotJson => "the JSON is not readable".to_owned(),
            };
            whole(format!("{what} (line {line}, column {column})"))
        })?;
        json.end().map_err(|_| whole("something follows the JSON value".to_owned()))?;
        Ok(node)
    }

    /// Whether the value tells anything: not `null` (nor the text of it), not blank, not empty.
    pub(super) fn says_something(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Text(text) => !is_silent(text),
            Self::List(items) => !items.is_empty(),
            Self::Object(members) => !members.is_empty(),
            Self::Flag(_) | Self::Unsigned(_) | Self::Signed(_) | Self::Float(_) => true,
        }
    }

    /// How much it tells: nothing, a text of which a part is hidden, or what it is; of lists and
    /// objects what the best of their parts tells.
    pub(super) fn worth(&self) -> u8 {
        let hidden = |text: &str| ["*", "xx", "XX"].iter().any(|sign| text.contains(sign));
        match self {
            Self::Null => 0,
            Self::Text(text) if is_silent(text) => 0,
            Self::Text(text) if hidden(text) => 1,
            Self::List(items) => items.iter().map(Self::worth).max().unwrap_or(0),
            Self::Object(fields) => {
                fields.iter().map(|(_, field)| field.worth()).max().unwrap_or(0)
            }
            _ => 2,
        }
    }

    /// Makes one of the objects, and one of the lists of objects, that stand under one name: the
    /// fields of the first come first, and no element comes twice. Not of tokens: one token with
    /// the refresh token of another is neither.
    pub(super) fn merge_twins(&mut self) {
        match self {
            Self::List(items) => items.iter_mut().for_each(Self::merge_twins),
            Self::Object(members) => {
                let mut first: HashMap<(String, bool), usize> = HashMap::new();
                let mut kept: Vec<(Cow<'b, str>, Self)> = Vec::with_capacity(members.len());
                for (key, node) in members.drain(..) {
                    let name = || (folded(&key).collect(), matches!(node, Self::List(_)));
                    let twin = match &node {
                        Self::List(items) if items.iter().all(Self::is_object) => Some(name()),
                        Self::Object(fields) if !fields.iter().any(is_token) => Some(name()),
                        _ => None,
                    };
                    let twin =
                        twin.map_or(kept.len(), |name| *first.entry(name).or_insert(kept.len()));
                    match (kept.get_mut(twin), node) {
                        (Some((_, Self::Object(fields))), Self::Object(more)) => {
                            fields.extend(more)
                        }
                        (Some((_, Self::List(items))), Self::List(more)) => {
                            let new: Vec<Self> =
                                more.into_iter().filter(|item| !items.contains(item)).collect();
                            items.extend(new);
                        }
                        (_, node) => kept.push((key, node)),
                    }
                }
                kept.iter_mut().for_each(|(_, node)| node.merge_twins());
                *members = kept;
            }
            _ => {}
        }
    }

    /// Whether it is an object, or a list of one.
    fn is_object(&self) -> bool {
        match self {
            Self::Object(_) => true,
            Self::List(items) => matches!(items.as_slice(), [one] if one.is_object()),
            _ => false,
        }
    }

    /// Whether it is `null` or `{}`, which ABDM puts into a list that it means to be empty.
    pub(super) fn is_filler(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Object(members) => members.is_empty(),
            _ => false,
        }
    }

    /// What kind of value it is, for an error that must not quote it.
    pub(super) fn kind(&self) -> Unexpected<'_> {
        match self {
            Self::Null => Unexpected::Unit,
            Self::Flag(flag) => Unexpected::Bool(*flag),
            Self::Unsigned(_) | Self::Signed(_) | Self::Float(_) => Unexpected::Other("a number"),
            Self::Text(_) => Unexpected::Other("a text"),
            Self::List(_) => Unexpected::Seq,
            Self::Object(_) => Unexpected::Map,
        }
    }
}

fn is_silent(text: &str) -> bool {
    matches!(text.trim(), "" | "null")
}

fn is_token((key, _): &(Cow<'_, str>, Node<'_>)) -> bool {
    same_name(key, "token")
}

/// An error of the body as a whole.
pub(super) fn whole(problem: String) -> WireError {
    WireError::Body { path: ".".to_owned(), problem }
}

impl<'de> Deserialize<'de> for Node<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyNode)
    }
}

struct AnyNode;

impl<'de> Visitor<'de> for AnyNode {
    type Value = Node<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }
    fn visit_unit<E>(self) -> Result<Node<'de>, E> {
        Ok(Node::Null)
    }
    fn visit_bool<E>(self, v: bool) -> Result<Node<'de>, E> {
        Ok(Node::Flag(v))
    }
    fn visit_u64<E>(self, v: u64) -> Result<Node<'de>, E> {
        Ok(Node::Unsigned(v))
    }
    fn visit_i64<E>(self, v: i64) -> Result<Node<'de>, E> {
        Ok(Node::Signed(v))
    }
    fn visit_f64<E>(self, v: f64) -> Result<Node<'de>, E> {
        Ok(Node::Float(v))
    }
    fn visit_borrowed_str<E>(self, v: &'de str) -> Result<Node<'de>, E> {
        Ok(Node::Text(Cow::Borrowed(v)))
    }
    fn visit_str<E>(self, v: &str) -> Result<Node<'de>, E> {
        Ok(Node::Text(Cow::Owned(v.to_owned())))
    }
    fn visit_string<E>(self, v: String) -> Result<Node<'de>, E> {
        Ok(Node::Text(Cow::Owned(v)))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node<'de>, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Node::List(items))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node<'de>, A::Error> {
        let mut members = Vec::new();
        while let Some(Node::Text(key)) = map.next_key()? {
            members.push((key, map.next_value()?));
        }
        Ok(Node::Object(members))
    }
}

/// Why a body does not fit its type. Never quotes a value: it may be personal.
#[derive(Debug)]
pub(super) enum Misfit {
    /// A required field is not there.
    Missing(&'static str),
    /// A field is there more than once, or in two spellings.
    Doubled(&'static str),
    /// Anything else: what was expected.
    Other(String),
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(field) => write!(f, "missing field `{field}`"),
            Self::Doubled(field) => write!(f, "duplicate field `{field}`"),
            Self::Other(problem) => f.write_str(problem),
        }
    }
}

impl std::error::Error for Misfit {}

impl de::Error for Misfit {
    fn custom<T: fmt::Display>(text: T) -> Self {
        Self::Other(without_values(&text.to_string()))
    }
    fn invalid_type(_: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::Other(format!("expected {expected}"))
    }
    fn invalid_value(_: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::Other(format!("expected {expected}"))
    }
    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self::Other("expected one of the words that the contract has here".to_owned())
    }
    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field)
    }
    fn duplicate_field(field: &'static str) -> Self {
        Self::Doubled(field)
    }
}

/// The text of an error without the value that it quotes: that value may be personal.
pub(super) fn without_values(text: &str) -> String {
    if let Some((_, expected)) = text.rsplit_once("expected ") {
        return format!("expected {expected}");
    }
    let quotes_names_only = ["missing field", "duplicate field", "not a valid"];
    if quotes_names_only.iter().any(|start| text.starts_with(start)) {
        return text.to_owned();
    }
    "the value has not the form that it must have".to_owned()
}
