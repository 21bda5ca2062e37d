//! JSON as it is written, to see that nothing is lost: numbers by their text, doubled members kept.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// A JSON text without its space; equal to another but for the order of an object's members.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tree {
    /// Texts by what they say, all else as it is written.
    Leaf(String),
    Array(Vec<Tree>),
    /// In order of name and value.
    Object(Vec<(String, Tree)>),
}

impl Tree {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self::read(serde_json::from_slice(bytes).unwrap())
    }

    fn read(raw: &RawValue) -> Self {
        let text = raw.get();
        match text.as_bytes()[0] {
            b'{' => {
                let Members(members) = serde_json::from_str(text).unwrap();
                let mut members: Vec<_> =
                    members.into_iter().map(|(name, raw)| (name, Self::read(raw))).collect();
                members.sort();
                Self::Object(members)
            }
            b'[' => {
                let items: Vec<&RawValue> = serde_json::from_str(text).unwrap();
                Self::Array(items.into_iter().map(Self::read).collect())
            }
            b'"' => Self::Leaf(format!("\"{}", serde_json::from_str::<String>(text).unwrap())),
            _ => Self::Leaf(text.to_owned()),
        }
    }

    /// An object without its members of a name.
    pub(crate) fn without(self, name: &str) -> Self {
        match self {
            Self::Object(mut members) => {
                members.retain(|(known, _)| known != name);
                Self::Object(members)
            }
            other => other,
        }
    }
}

/// The members of an object as they are written.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;

        impl<'de> Visitor<'de> for Reader {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Reader)
    }
}
