//! Fields that count as absent when they cannot be read, so that one odd field hides no other.

use std::str::FromStr;

use abdm_core::lenient::Text;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A text, a number or a boolean; `null`, blank and anything else are none.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let text = Text::deserialize(value).ok().map(|text| text.0);
    Ok(text.filter(|text| !text.trim().is_empty()))
}

/// A value that is none when its text breaks the rule.
pub(crate) fn parsed<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr,
{
    Ok(text(deserializer)?.and_then(|text| text.trim().parse().ok()))
}

/// The default in the place of what has not the form of `T`.
pub(crate) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned + Default,
{
    Ok(serde_json::from_value(Value::deserialize(deserializer)?).unwrap_or_default())
}

/// The elements of a list, or the one that stands in its place, that have the form of `T`.
pub(crate) fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let values = match Value::deserialize(deserializer)? {
        Value::Array(values) => values,
        single => vec![single],
    };
    Ok(values.into_iter().filter_map(|value| serde_json::from_value(value).ok()).collect())
}
