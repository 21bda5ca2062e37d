//! Fields that count as absent when they cannot be read, so that one odd field hides no other.

use std::str::FromStr;

use abdm_core::lenient::Text;
use serde::{Deserialize, Deserializer};

/// A text, a number or a boolean; `null`, blank and anything else are none.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
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
