//! Reads a type from a [`Node`], and knows at each moment where it is.
//!
//! Two things differ from `serde_json`: a list is never read as a struct (serde's derived types
//! would take its elements for their fields, one after the other), and the place of a misfit is
//! known exactly, so that what stands there can be taken away. With [`Trace::forgiving`] a struct's
//! fields are found in any spelling, a field that stands twice is read once, and numbers, texts and
//! flags stand for each other.

use std::cmp::Reverse;
use std::collections::HashSet;

use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IntoDeserializer as _, MapAccess, SeqAccess, Visitor,
};

use super::node::{Misfit, Node};
use super::trace::{Place, Trace};
use crate::lenient::LIST;

/// One node at its place.
#[derive(Clone, Copy)]
pub(super) struct Reader<'t, 'b> {
    node: &'t Node<'b>,
    place: Place<'t>,
    trace: &'t Trace,
}

impl<'t, 'b> Reader<'t, 'b> {
    pub(super) fn new(node: &'t Node<'b>, trace: &'t Trace) -> Self {
        Self { node, place: Place::Whole, trace }
    }

    fn refuse<'de, T>(&self, visitor: &impl Visitor<'de>) -> Result<T, Misfit> {
        Err(Misfit::invalid_type(self.node.kind(), visitor))
    }

    /// The number that a text writes out.
    fn number_in_text(&self) -> Option<Node<'static>> {
        let Node::Text(text) = self.node else {
            return None;
        };
        let text = text.trim();
        let whole = text.parse().map(Node::Unsigned).or_else(|_| text.parse().map(Node::Signed));
        whole.or_else(|_| text.parse().map(Node::Float)).ok().filter(is_finite)
    }

    fn visit_number<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        let written = if self.trace.forgiving { self.number_in_text() } else { None };
        match written.as_ref().unwrap_or(self.node) {
            Node::Unsigned(v) => visitor.visit_u64(*v),
            Node::Signed(v) => visitor.visit_i64(*v),
            Node::Float(v) => match whole_number(*v).filter(|_| self.trace.forgiving) {
                Some(whole) => visitor.visit_i64(whole),
                None => visitor.visit_f64(*v),
            },
            _ => self.refuse(&visitor),
        }
    }

    fn visit_text<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.node {
            Node::Text(text) => visitor.visit_str(text),
            Node::Unsigned(v) if self.trace.forgiving => visitor.visit_string(v.to_string()),
            Node::Signed(v) if self.trace.forgiving => visitor.visit_string(v.to_string()),
            Node::Float(v) if self.trace.forgiving => visitor.visit_string(v.to_string()),
            _ => self.refuse(&visitor),
        }
    }

    fn items(self, items: &'t [Node<'b>]) -> Items<'t, 'b> {
        let items = items.iter().enumerate().collect::<Vec<_>>().into_iter();
        Items { items, place: self.place, trace: self.trace }
    }

    /// The list that [`lenient::list`](crate::lenient::list) means: `None` where nothing is said.
    fn lenient_list<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        let forgiving = self.trace.forgiving;
        let silent =
            |node: &Node<'_>| if forgiving { !node.says_something() } else { node.is_filler() };
        let Node::List(items) = self.node else {
            return if silent(self.node) {
                visitor.visit_none()
            } else {
                visitor.visit_seq(Single(Some(self)))
            };
        };
        let told: Vec<_> = items.iter().enumerate().filter(|(_, item)| !silent(item)).collect();
        if told.is_empty() && !items.is_empty() {
            return visitor.visit_none();
        }
        let (place, trace) = (self.place, self.trace);
        visitor.visit_seq(Items { items: told.into_iter(), place, trace })
    }

    fn members(
        self,
        members: &'t [Member<'b>],
        fields: Option<&'static [&'static str]>,
    ) -> Members<'t, 'b> {
        let (place, trace) = (self.place, self.trace);
        let entries: Vec<Entry<'t, 'b>> = if trace.forgiving {
            self.chosen(members, fields)
        } else {
            let entry = |(index, (key, node)): (usize, &'t Member<'b>)| Entry {
                index,
                key,
                shown: shown(key, fields),
                node,
            };
            members.iter().enumerate().map(entry).collect()
        };
        Members { entries: entries.into_iter(), value: None, place, trace }
    }

    /// The members that are read: of a struct its fields in whatever spelling; each once, the one
    /// that says most, else the first.
    fn chosen(
        self,
        members: &'t [Member<'b>],
        fields: Option<&'static [&'static str]>,
    ) -> Vec<Entry<'t, 'b>> {
        let named = members.iter().enumerate().filter_map(|(index, (key, node))| {
            let key: &str = match fields {
                Some(fields) => field_of(key, fields)?,
                None => key,
            };
            Some(Entry { index, key, shown: shown(key, fields), node })
        });
        let mut named: Vec<Entry<'t, 'b>> = named.collect();
        named.sort_by_key(|entry| Reverse(entry.node.worth()));
        let mut seen: HashSet<String> = HashSet::new();
        let mut kept: Vec<Entry<'t, 'b>> = Vec::with_capacity(named.len());
        for entry in named {
            let folded =
                if fields.is_some() { folded(entry.key).collect() } else { entry.key.into() };
            if seen.insert(folded) {
                kept.push(entry);
            } else if entry.node.says_something() {
                let same = |other: &Entry<'_, '_>| other.node == entry.node;
                if !kept.iter().any(same) {
                    let place =
                        Place::Member { of: &self.place, index: entry.index, name: entry.shown };
                    self.trace.doubled.borrow_mut().push(place.path());
                }
            }
        }
        kept
    }
}

fn is_finite(number: &Node<'_>) -> bool {
    !matches!(number, Node::Float(v) if !v.is_finite())
}

type Member<'b> = (std::borrow::Cow<'b, str>, Node<'b>);

/// A field's name without regard to case, `_` and `-`: `pinCode` and `pincode` are one field.
pub(super) fn folded(name: &str) -> impl Iterator<Item = char> + '_ {
    name.chars().filter(|c| !matches!(c, '_' | '-' | ' ')).map(|c| c.to_ascii_lowercase())
}

/// Whether two names are one but for their spelling.
pub(super) fn same_name(one: &str, other: &str) -> bool {
    folded(one).eq(folded(other))
}

/// The field that a key means.
pub(super) fn field_of(key: &str, fields: &'static [&'static str]) -> Option<&'static str> {
    let exact = fields.iter().find(|field| **field == key);
    exact.or_else(|| fields.iter().find(|field| same_name(field, key))).copied()
}

/// A key as it may be told: a struct's fields by their names, keys that are data not at all.
fn shown<'k>(key: &'k str, fields: Option<&'static [&'static str]>) -> &'k str {
    match fields {
        Some(fields) if fields.contains(&key) => key,
        _ => "*",
    }
}

/// The integer that a number written with a decimal point is.
fn whole_number(v: f64) -> Option<i64> {
    /// Up to here every integer has a float of its own.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[expect(clippy::cast_possible_truncation, reason = "whole and within the exact range")]
    let whole = (v.fract() == 0.0 && v.abs() <= EXACT).then_some(v as i64);
    whole
}

struct Entry<'t, 'b> {
    index: usize,
    key: &'t str,
    shown: &'t str,
    node: &'t Node<'b>,
}

struct Members<'t, 'b> {
    entries: std::vec::IntoIter<Entry<'t, 'b>>,
    value: Option<Entry<'t, 'b>>,
    place: Place<'t>,
    trace: &'t Trace,
}

impl<'de> MapAccess<'de> for Members<'_, '_> {
    type Error = Misfit;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Misfit> {
        let Some(entry) = self.entries.next() else {
            return Ok(None);
        };
        self.trace.last_member.set(entry.index);
        let key: StrDeserializer<'_, Misfit> = entry.key.into_deserializer();
        self.value = Some(entry);
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Misfit> {
        let Some(Entry { index, shown, node, .. }) = self.value.take() else {
            return Err(Misfit::custom("a value without a key"));
        };
        let place = Place::Member { of: &self.place, index, name: shown };
        let read = seed.deserialize(Reader { node, place, trace: self.trace });
        self.trace.noted(&place, read)
    }
}

struct Items<'t, 'b> {
    items: std::vec::IntoIter<(usize, &'t Node<'b>)>,
    place: Place<'t>,
    trace: &'t Trace,
}

impl<'de> SeqAccess<'de> for Items<'_, '_> {
    type Error = Misfit;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Misfit> {
        let Some((index, node)) = self.items.next() else {
            return Ok(None);
        };
        let place = Place::Item { of: &self.place, index };
        let read = seed.deserialize(Reader { node, place, trace: self.trace });
        self.trace.noted(&place, read).map(Some)
    }
}

/// A single value where a list belongs.
struct Single<'t, 'b>(Option<Reader<'t, 'b>>);

impl<'de> SeqAccess<'de> for Single<'_, '_> {
    type Error = Misfit;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Misfit> {
        let Some(reader) = self.0.take() else {
            return Ok(None);
        };
        let read = seed.deserialize(reader);
        reader.trace.noted(&reader.place, read).map(Some)
    }
}

macro_rules! as_number {
    ($($method:ident)+) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
            self.visit_number(visitor)
        }
    )+};
}

macro_rules! as_text {
    ($($method:ident)+) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
            self.visit_text(visitor)
        }
    )+};
}

impl<'de> Deserializer<'de> for Reader<'_, '_> {
    type Error = Misfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.node {
            Node::Null => visitor.visit_unit(),
            Node::Flag(v) => visitor.visit_bool(*v),
            Node::Unsigned(v) => visitor.visit_u64(*v),
            Node::Signed(v) => visitor.visit_i64(*v),
            Node::Float(v) => visitor.visit_f64(*v),
            Node::Text(v) => visitor.visit_str(v),
            Node::List(items) => visitor.visit_seq(self.items(items)),
            Node::Object(members) => visitor.visit_map(self.members(members, None)),
        }
    }

    as_number! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
        deserialize_f32 deserialize_f64
    }

    as_text! { deserialize_char deserialize_str deserialize_string deserialize_identifier }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.node {
            Node::Flag(v) => visitor.visit_bool(*v),
            Node::Text(text) if self.trace.forgiving => match text.trim() {
                word if word.eq_ignore_ascii_case("true") => visitor.visit_bool(true),
                word if word.eq_ignore_ascii_case("false") => visitor.visit_bool(false),
                _ => self.refuse(&visitor),
            },
            _ => self.refuse(&visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.node {
            Node::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        if name == LIST {
            return self.lenient_list(visitor);
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.node {
            Node::List(items) => visitor.visit_seq(self.items(items)),
            _ => self.refuse(&visitor),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Misfit> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.node {
            Node::Object(members) => visitor.visit_map(self.members(members, None)),
            _ => self.refuse(&visitor),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        if matches!(self.place, Place::Whole) {
            self.trace.root_fields.set(Some(fields));
        }
        match self.node {
            Node::Object(members) => visitor.visit_map(self.members(members, Some(fields))),
            _ => self.refuse(&visitor),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        match self.node {
            Node::Text(text) => {
                let word: StrDeserializer<'_, Misfit> = text.as_ref().into_deserializer();
                visitor.visit_enum(word)
            }
            Node::Object(members) => {
                visitor.visit_enum(MapAccessDeserializer::new(self.members(members, None)))
            }
            _ => self.refuse(&visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! { bytes byte_buf unit unit_struct }
}
