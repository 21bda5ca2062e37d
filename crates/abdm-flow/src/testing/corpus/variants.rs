//! The variants of an enum, as its own `Deserialize` tells them.

use std::marker::PhantomData;

use serde::de::value::Error;
use serde::de::{Deserialize, Deserializer, Error as _, Visitor};
use serde::{Serialize, forward_to_deserialize_any};
use serde_json::Value;

/// The names of all variants of an enum that is written with its variant outside, as derived
/// implementations do: `"New"` or `{"Asked": …}`. Each behind `what` and a slash.
///
/// A variant that is added later is among them by itself.
#[must_use]
pub fn variants_of<'de, T: Deserialize<'de>>(what: &str) -> Vec<String> {
    let mut asked = Asked { variants: &[], of: PhantomData };
    // It fails by design: only which variants there are is asked for.
    let _ = T::deserialize(&mut asked);
    asked.variants.iter().map(|variant| format!("{what}/{variant}")).collect()
}

/// The variant that a value has, behind `what` and a slash.
#[must_use]
pub fn variant_of<T: Serialize>(what: &str, value: &T) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    format!("{what}/{}", tag(&value))
}

/// The variant of an enum that is written as this.
pub(super) fn tag(value: &Value) -> &str {
    match value {
        Value::String(variant) => variant,
        Value::Object(members) => members.keys().next().map_or("", String::as_str),
        _ => "",
    }
}

struct Asked<'de> {
    variants: &'static [&'static str],
    of: PhantomData<&'de ()>,
}

impl<'de> Deserializer<'de> for &mut Asked<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(Error::custom("it is no enum"))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Error> {
        self.variants = variants;
        Err(Error::custom("only its variants are asked for"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Serialize, serde::Deserialize)]
    enum Stage {
        New,
        Asked { since: u8 },
        Over(Box<u8>),
    }

    #[test]
    fn an_enum_tells_its_variants_and_a_value_its_own() {
        assert_eq!(variants_of::<Stage>("stage"), ["stage/New", "stage/Asked", "stage/Over"]);
        assert_eq!(variants_of::<u8>("number"), Vec::<String>::new());
        for (stage, variant) in [
            (Stage::New, "stage/New"),
            (Stage::Asked { since: 1 }, "stage/Asked"),
            (Stage::Over(Box::new(1)), "stage/Over"),
        ] {
            assert_eq!(variant_of("stage", &stage), variant);
        }
    }
}
