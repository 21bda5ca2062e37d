//! Lenient readings of single fields.
//!
//! Live bodies carry numbers as texts, texts as numbers, single values where lists belong and
//! `null` where nothing belongs (README.md of the contract, reality 24). Each leniency is a type or
//! a `serde(with)` module here, so that no handler ever needs to know.

use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};

/// A text that may arrive as a number or a boolean; always written as a text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Text(pub String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyScalar;
        impl Visitor<'_> for AnyScalar {
            type Value = String;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a text, a number or a boolean")
            }
            fn visit_str<E: de::Error>(self, v: &str) -> Result<String, E> {
                Ok(v.to_owned())
            }
            fn visit_string<E: de::Error>(self, v: String) -> Result<String, E> {
                Ok(v)
            }
            fn visit_u64<E: de::Error>(self, v: u64) -> Result<String, E> {
                Ok(v.to_string())
            }
            fn visit_i64<E: de::Error>(self, v: i64) -> Result<String, E> {
                Ok(v.to_string())
            }
            fn visit_f64<E: de::Error>(self, v: f64) -> Result<String, E> {
                Ok(v.to_string())
            }
            fn visit_bool<E: de::Error>(self, v: bool) -> Result<String, E> {
                Ok(v.to_string())
            }
        }
        deserializer.deserialize_any(AnyScalar).map(Self)
    }
}

/// `#[serde(with)]` for a `String` that may arrive as a number.
pub mod text {
    use super::{Deserialize, Deserializer, Serializer, Text};

    /// Writes a text.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(value: &str, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(value)
    }

    /// Reads a text, number or boolean.
    ///
    /// # Errors
    /// When it is a list, an object or `null`.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
        Text::deserialize(deserializer).map(|text| text.0)
    }
}

/// `#[serde(with)]` for an integer that may arrive as a text; always written as a number.
pub mod integer {
    use super::{Deserialize, Deserializer, Serializer, Text, de};

    /// Writes a number.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(value: &i64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(*value)
    }

    /// Reads a number or a text of digits.
    ///
    /// # Errors
    /// When it is neither.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
        parse(&Text::deserialize(deserializer)?.0)
    }

    fn parse<E: de::Error>(text: &str) -> Result<i64, E> {
        text.trim().parse().map_err(|_| E::custom("expected a whole number, or a text of digits"))
    }

    /// The same for an optional field.
    pub mod option {
        use super::{Deserialize, Deserializer, Serializer, Text, parse};

        /// Writes a number or `null`.
        ///
        /// # Errors
        /// Those of the serializer.
        pub fn serialize<S: Serializer>(v: &Option<i64>, serializer: S) -> Result<S::Ok, S::Error> {
            match v {
                Some(v) => serializer.serialize_i64(*v),
                None => serializer.serialize_none(),
            }
        }

        /// Reads a number, a text of digits, blank or `null`.
        ///
        /// # Errors
        /// When it is none of these.
        pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Option<i64>, D::Error> {
            match Option::<Text>::deserialize(d)? {
                Some(text) if !text.0.trim().is_empty() => parse(&text.0).map(Some),
                _ => Ok(None),
            }
        }
    }
}

/// `#[serde(with)]` for an instant: read in any form that peers write, written as
/// [`format_timestamp`](crate::clock::format_timestamp) does.
pub mod instant {
    use chrono::{DateTime, Utc};

    use super::{Deserialize, Deserializer, Serializer, de};
    use crate::clock::{format_timestamp, parse_timestamp};

    /// Writes UTC, milliseconds, `Z`.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(v: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format_timestamp(*v))
    }

    /// Reads any form.
    ///
    /// # Errors
    /// When the text is no instant.
    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<DateTime<Utc>, D::Error> {
        let text = String::deserialize(d)?;
        parse_timestamp(&text).ok_or_else(|| de::Error::custom("expected an ISO 8601 instant"))
    }

    /// The same for an optional field; blank texts and unreadable ones count as absent.
    pub mod option {
        use super::{DateTime, Deserialize, Deserializer, Serializer, Utc, parse_timestamp};

        /// Writes the instant or `null`.
        ///
        /// # Errors
        /// Those of the serializer.
        pub fn serialize<S: Serializer>(
            v: &Option<DateTime<Utc>>,
            serializer: S,
        ) -> Result<S::Ok, S::Error> {
            match v {
                Some(v) => super::serialize(v, serializer),
                None => serializer.serialize_none(),
            }
        }

        /// Reads any form.
        ///
        /// # Errors
        /// When it is neither a text nor `null`.
        pub fn deserialize<'de, D: Deserializer<'de>>(
            d: D,
        ) -> Result<Option<DateTime<Utc>>, D::Error> {
            Ok(Option::<String>::deserialize(d)?.and_then(|text| parse_timestamp(&text)))
        }
    }
}

/// `#[serde(deserialize_with)]` for an [`open_enum!`](crate::open_enum!) that peers write in any
/// case, with blanks around it, or as a number.
pub mod any_case {
    use super::{Deserialize, Deserializer, Text};
    use crate::open_enum::OpenText;

    /// Reads any scalar; what is not known is kept as it came.
    ///
    /// # Errors
    /// When it is no scalar.
    pub fn deserialize<'de, T: OpenText, D: Deserializer<'de>>(d: D) -> Result<T, D::Error> {
        Ok(T::in_any_case(&Text::deserialize(d)?.0))
    }
}

/// The name by which [`list`] asks the reader of bodies for its kind of list.
pub(crate) const LIST: &str = "$abdm_core::lenient::list";

/// `#[serde(with)]` for a list that may arrive as a single value, `null`, or with empty objects
/// (`[{}]`) where ABDM means an empty list; always written as a list.
pub mod list {
    use std::fmt;
    use std::marker::PhantomData;

    use serde::Serialize;
    use serde::de::{DeserializeOwned, SeqAccess, Visitor};
    use serde_json::Value;

    use super::{Deserialize, Deserializer, LIST, Serializer, de};

    /// Writes a list.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<T: Serialize, S: Serializer>(v: &[T], s: S) -> Result<S::Ok, S::Error> {
        s.collect_seq(v)
    }

    /// Reads a list, one value, `null`, or `[{}]`.
    ///
    /// # Errors
    /// When an element has not the form of `T`.
    pub fn deserialize<'de, T, D>(deserializer: D) -> Result<Vec<T>, D::Error>
    where
        T: DeserializeOwned,
        D: Deserializer<'de>,
    {
        option::deserialize(deserializer).map(Option::unwrap_or_default)
    }

    /// The same for a list whose absence is not its emptiness: `null` and `[{}]` say nothing, and
    /// are `None`; only `[]` says that there are none.
    pub mod option {
        use super::{
            DeserializeOwned, Deserializer, LIST, PhantomData, Serialize, Serializer, Told,
        };

        /// Writes a list or `null`.
        ///
        /// # Errors
        /// Those of the serializer.
        pub fn serialize<T: Serialize, S: Serializer>(
            list: &Option<Vec<T>>,
            serializer: S,
        ) -> Result<S::Ok, S::Error> {
            list.serialize(serializer)
        }

        /// Reads a list, one value, `null`, or `[{}]`.
        ///
        /// # Errors
        /// When an element has not the form of `T`.
        pub fn deserialize<'de, T, D>(deserializer: D) -> Result<Option<Vec<T>>, D::Error>
        where
            T: DeserializeOwned,
            D: Deserializer<'de>,
        {
            deserializer.deserialize_newtype_struct(LIST, Told(PhantomData))
        }
    }

    struct Told<T>(PhantomData<T>);

    impl<'de, T: DeserializeOwned> Visitor<'de> for Told<T> {
        type Value = Option<Vec<T>>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list, or one of its elements")
        }

        fn visit_none<E>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        /// From the reader of bodies, which has left out what says nothing.
        fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
            let mut list = Vec::new();
            while let Some(element) = seq.next_element()? {
                list.push(element);
            }
            Ok(Some(list))
        }

        /// From any other format, to which the name means nothing.
        fn visit_newtype_struct<D: Deserializer<'de>>(self, d: D) -> Result<Self::Value, D::Error> {
            let (values, says_none) = match Value::deserialize(d)? {
                Value::Null => (Vec::new(), false),
                Value::Array(values) => {
                    let says_none = values.is_empty();
                    (values, says_none)
                }
                single => (vec![single], false),
            };
            let says_something =
                |value: &Value| !value.is_null() && value.as_object().is_none_or(|o| !o.is_empty());
            let list = values
                .into_iter()
                .filter(says_something)
                .map(|value| serde_json::from_value(value).map_err(de::Error::custom))
                .collect::<Result<Vec<T>, D::Error>>()?;
            Ok((says_none || !list.is_empty()).then_some(list))
        }
    }
}

/// `#[serde(with)]` for a field where `null` means the default.
pub mod null_as_default {
    use super::{Deserialize, Deserializer};

    /// Reads the value, or its default for `null`.
    ///
    /// # Errors
    /// Those of the value.
    pub fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
    where
        T: Deserialize<'de> + Default,
        D: Deserializer<'de>,
    {
        Ok(Option::<T>::deserialize(deserializer)?.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Deserialize, Serialize)]
    struct Loose {
        #[serde(with = "text")]
        token: String,
        #[serde(with = "integer")]
        repeats: i64,
        #[serde(with = "integer::option", default)]
        value: Option<i64>,
        #[serde(with = "list", default)]
        types: Vec<String>,
    }

    #[test]
    fn loose_and_strict_bodies_read_the_same() {
        let strict: Loose =
            serde_json::from_str(r#"{"token":"012345","repeats":2,"value":1,"types":["A"]}"#)
                .unwrap();
        let loose: Loose =
            serde_json::from_str(r#"{"token":"012345","repeats":"2","value":"1","types":"A"}"#)
                .unwrap();
        assert_eq!(strict, loose);
        let empty: Loose =
            serde_json::from_str(r#"{"token":123456,"repeats":"0","value":"","types":null}"#)
                .unwrap();
        assert_eq!((empty.token.as_str(), empty.value, empty.types.len()), ("123456", None, 0));
    }

    #[test]
    fn an_empty_object_in_a_list_is_an_empty_list() {
        #[derive(Deserialize)]
        struct Item {
            id: String,
        }
        #[derive(Deserialize)]
        struct Page {
            #[serde(with = "list")]
            items: Vec<Item>,
        }
        impl Serialize for Item {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_str(&self.id)
            }
        }
        let page: Page = serde_json::from_str(r#"{"items":[{}]}"#).unwrap();
        assert!(page.items.is_empty());
        let page: Page = serde_json::from_str(r#"{"items":[{"id":"1"},{}]}"#).unwrap();
        assert_eq!(page.items.iter().map(|i| i.id.as_str()).collect::<Vec<_>>(), ["1"]);
        assert!(serde_json::from_str::<Page>(r#"{"items":[{"id":1}]}"#).is_err());
    }
}
