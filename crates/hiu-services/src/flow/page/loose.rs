//! A page as loosely as HIPs write it. Long texts are read once and moved, never copied.

use std::fmt;

use abdm_core::id::{CareContextReference, TransactionId};
use abdm_core::lenient;
use serde::de::{Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::{PageEntry, bounded};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LoosePage {
    #[serde(default, with = "lenient::integer::option")]
    pub(super) page_number: Option<i64>,
    #[serde(default, with = "lenient::integer::option")]
    pub(super) page_count: Option<i64>,
    pub(super) transaction_id: TransactionId,
    #[serde(default, deserialize_with = "entries")]
    pub(super) entries: Vec<PageEntry>,
    #[serde(default, deserialize_with = "bounded::value")]
    pub(super) key_material: serde_json::Value,
}

/// So many entries may stand in one page. More of them are no records: an entry of a few bytes
/// becomes many times as large in memory.
const MOST_ENTRIES: usize = 10_000;

/// A list of entries, one entry alone, or none.
fn entries<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<PageEntry>, D::Error> {
    Ok(match deserializer.deserialize_any(AnyEntry { in_list: false })? {
        Found::List(entries) => entries,
        Found::Nothing => Vec::new(),
        Found::One(entry) => vec![entry],
    })
}

enum Found {
    List(Vec<PageEntry>),
    One(PageEntry),
    Nothing,
}

impl Found {
    /// What stands in a list stays in its place, whatever it is.
    fn entry(self) -> PageEntry {
        match self {
            Self::One(entry) => entry,
            Self::List(_) | Self::Nothing => PageEntry::default(),
        }
    }
}

/// Reads any JSON where entries, or one of them, should stand.
#[derive(Clone, Copy)]
struct AnyEntry {
    in_list: bool,
}

impl<'de> serde::de::DeserializeSeed<'de> for AnyEntry {
    type Value = Found;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Found, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for AnyEntry {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("entries")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Found, A::Error> {
        let mut entry = PageEntry::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "careContextReference" => {
                    let reference = map.next_value::<LooseText>()?.0;
                    entry.care_context =
                        reference.and_then(|text| CareContextReference::new(text).ok());
                }
                "content" => {
                    let content = map.next_value::<LooseText>()?.0;
                    entry.content = content.filter(|content| !content.is_empty());
                }
                "checksum" => entry.checksum = map.next_value::<LooseText>()?.0,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(Found::One(entry))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Found, A::Error> {
        let mut entries = Vec::new();
        // A list in the list is one unusable entry.
        if self.in_list {
            while list.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(Found::One(PageEntry::default()));
        }
        while let Some(found) = list.next_element_seed(Self { in_list: true })? {
            if entries.len() == MOST_ENTRIES {
                return Err(A::Error::custom("too many entries"));
            }
            entries.push(found.entry());
        }
        Ok(Found::List(entries))
    }

    fn visit_unit<E>(self) -> Result<Found, E> {
        Ok(Found::Nothing)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Found, E> {
        Ok(Found::One(PageEntry::default()))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Found, E> {
        Ok(Found::One(PageEntry::default()))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Found, E> {
        Ok(Found::One(PageEntry::default()))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Found, E> {
        Ok(Found::One(PageEntry::default()))
    }

    fn visit_str<E>(self, _: &str) -> Result<Found, E> {
        Ok(Found::One(PageEntry::default()))
    }
}

/// A text, or nothing where something else stands.
struct LooseText(Option<String>);

impl<'de> Deserialize<'de> for LooseText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyText)
    }
}

struct AnyText;

impl<'de> Visitor<'de> for AnyText {
    type Value = LooseText;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E>(self, text: &str) -> Result<LooseText, E> {
        Ok(LooseText(Some(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<LooseText, E> {
        Ok(LooseText(Some(text)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<LooseText, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(LooseText(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<LooseText, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(LooseText(None))
    }

    fn visit_unit<E>(self) -> Result<LooseText, E> {
        Ok(LooseText(None))
    }

    fn visit_bool<E>(self, _: bool) -> Result<LooseText, E> {
        Ok(LooseText(None))
    }

    fn visit_i64<E>(self, _: i64) -> Result<LooseText, E> {
        Ok(LooseText(None))
    }

    fn visit_u64<E>(self, _: u64) -> Result<LooseText, E> {
        Ok(LooseText(None))
    }

    fn visit_f64<E>(self, _: f64) -> Result<LooseText, E> {
        Ok(LooseText(None))
    }
}
