//! Types of single fields that many messages share.

use std::fmt;

use abdm_core::lenient;
use abdm_core::person::{AbhaAddress, AbhaNumber, BirthDate};
use abdm_core::vocabulary::Gender;
use serde::{Deserialize, Serialize, Serializer};

/// A personal text: a name, an address, a photo. `Debug` shows its length only.
///
/// Reading takes numbers too; the text is kept as it came. A flag tells nothing of a person.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Personal(String);

impl<'de> Deserialize<'de> for Personal {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextOrNumber;
        impl serde::de::Visitor<'_> for TextOrNumber {
            type Value = String;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a number")
            }
            fn visit_str<E>(self, v: &str) -> Result<String, E> {
                Ok(v.to_owned())
            }
            fn visit_string<E>(self, v: String) -> Result<String, E> {
                Ok(v)
            }
            fn visit_u64<E>(self, v: u64) -> Result<String, E> {
                Ok(v.to_string())
            }
            fn visit_i64<E>(self, v: i64) -> Result<String, E> {
                Ok(v.to_string())
            }
            fn visit_f64<E>(self, v: f64) -> Result<String, E> {
                Ok(v.to_string())
            }
        }
        deserializer.deserialize_any(TextOrNumber).map(Self)
    }
}

impl Personal {
    /// Takes a text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text. For the screen and the record, not for logs.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text itself.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Debug for Personal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Personal({} characters)", self.0.chars().count())
    }
}

impl From<&str> for Personal {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Personal {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// An ABHA number in a reply: whole, or masked as some lists show it (`91-****-****-5727`,
/// `xx-xxxx-xxxx-xx15`).
///
/// What is neither (a word, a flag, thirteen digits) is a misfit: in an answer it is absent then,
/// and the rest stands.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SeenAbhaNumber {
    /// All 14 digits.
    Whole(AbhaNumber),
    /// One of which digits are hidden, as it came.
    Masked(String),
}

impl SeenAbhaNumber {
    /// The number, when all of it is there. Its `Display` is masked: store
    /// [`to_digits`](AbhaNumber::to_digits), print [`to_dashed`](AbhaNumber::to_dashed).
    #[must_use]
    pub const fn whole(&self) -> Option<&AbhaNumber> {
        match self {
            Self::Whole(number) => Some(number),
            Self::Masked(_) => None,
        }
    }

    /// The text for a screen: dashed, or masked as it came.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Self::Whole(number) => number.to_dashed(),
            Self::Masked(text) => text.clone(),
        }
    }
}

impl From<AbhaNumber> for SeenAbhaNumber {
    fn from(number: AbhaNumber) -> Self {
        Self::Whole(number)
    }
}

impl fmt::Debug for SeenAbhaNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(number) => write!(f, "SeenAbhaNumber({number})"),
            Self::Masked(_) => f.write_str("SeenAbhaNumber(masked)"),
        }
    }
}

impl Serialize for SeenAbhaNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_text())
    }
}

impl<'de> Deserialize<'de> for SeenAbhaNumber {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = lenient::text::deserialize(deserializer)?;
        if let Ok(number) = text.parse() {
            return Ok(Self::Whole(number));
        }
        let signs = text.chars().filter(|c| !matches!(c, '-' | ' ')).count();
        let is_like_one = (4..=16).contains(&signs)
            && text.chars().any(hides)
            && text.chars().all(|c| hides(c) || c.is_ascii_digit() || matches!(c, '-' | ' '));
        if is_like_one || text.trim().is_empty() {
            return Ok(Self::Masked(text));
        }
        Err(serde::de::Error::custom("expected an ABHA number, whole or masked"))
    }
}

/// `#[serde(deserialize_with)]` for an optional ABHA number: a blank is none, as `null` is.
pub(crate) fn seen<'de, D>(deserializer: D) -> Result<Option<SeenAbhaNumber>, D::Error>
where
    D: serde::Deserializer<'de>,
{
    let seen = Option::<SeenAbhaNumber>::deserialize(deserializer)?;
    Ok(seen.filter(|seen| !seen.to_text().trim().is_empty()))
}

/// What stands for a hidden digit.
const fn hides(c: char) -> bool {
    matches!(c, '*' | 'x' | 'X' | '#' | '\u{2022}')
}

/// The date of birth that day, month and year tell, else the text.
pub(crate) fn birth_date(
    parts: [&Option<Personal>; 3],
    text: &Option<Personal>,
) -> Option<BirthDate> {
    let [day, month, year] = parts.map(|part| part.as_ref().map_or("", Personal::as_str));
    BirthDate::of_parts(day, month, year).or_else(|| BirthDate::read(text.as_ref()?.as_str()))
}

/// `#[serde(with)]` for an optional id: `null`, blank and absent all mean none.
pub(crate) mod maybe_id {
    use std::fmt::Display;

    use abdm_core::lenient::Text;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<T: Display, S: Serializer>(
        id: &Option<T>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match id {
            Some(id) => serializer.collect_str(id),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
    where
        T: TryFrom<String>,
        D: Deserializer<'de>,
    {
        Ok(Option::<Text>::deserialize(deserializer)?.and_then(|text| T::try_from(text.0).ok()))
    }
}

/// `#[serde(with)]` for an optional ABHA number: written dashed; absent, `null` and blank mean
/// none.
pub(crate) mod dashed_option {
    use abdm_core::person::AbhaNumber;
    use serde::{Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(
        number: &Option<AbhaNumber>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match number {
            Some(number) => serializer.serialize_str(&number.to_dashed()),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<AbhaNumber>, D::Error> {
        abdm_core::person::digits::option::deserialize(deserializer)
    }
}

/// `#[serde(with)]` for an optional flag that may arrive as a text (`"true"`); written as a
/// boolean.
pub(crate) mod flag {
    use abdm_core::lenient::Text;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(flag: &Option<bool>, s: S) -> Result<S::Ok, S::Error> {
        match flag {
            Some(flag) => s.serialize_bool(*flag),
            None => s.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Option<bool>, D::Error> {
        let text = Option::<Text>::deserialize(d)?.map(|text| text.0.trim().to_ascii_lowercase());
        Ok(text.and_then(|text| match text.as_str() {
            "true" | "1" | "y" | "yes" => Some(true),
            "false" | "0" | "n" | "no" => Some(false),
            _ => None,
        }))
    }
}

/// `#[serde(deserialize_with)]` for a word or an ABHA address, which must be a text: `true` in the
/// place of `authResult: "success"` says nothing, and a number is nobody's address.
pub(crate) fn word<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: From<String>,
    D: serde::Deserializer<'de>,
{
    struct Word;
    impl<'de> serde::de::Visitor<'de> for Word {
        type Value = Option<String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a word")
        }
        fn visit_none<E>(self) -> Result<Self::Value, E> {
            Ok(None)
        }
        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(None)
        }
        fn visit_str<E>(self, word: &str) -> Result<Self::Value, E> {
            Ok(Some(word.to_owned()))
        }
    }
    let word = deserializer.deserialize_any(Word)?;
    Ok(word.filter(|word| !matches!(word.trim(), "" | "null")).map(T::from))
}

/// `#[serde(deserialize_with)]` for a list of ABHA addresses, each of which must be a text.
pub(crate) fn addresses<'de, D>(deserializer: D) -> Result<Vec<Personal>, D::Error>
where
    D: serde::Deserializer<'de>,
{
    struct Written(Personal);
    impl<'de> Deserialize<'de> for Written {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let address = word(deserializer)?.map(Self);
            address.ok_or_else(|| serde::de::Error::custom("expected an ABHA address"))
        }
    }
    let written = lenient::list::deserialize::<Written, D>(deserializer)?;
    Ok(written.into_iter().map(|address| address.0).collect())
}

/// Whether a text is an ABHA address with its suffix. Where a field has another place than the
/// documents give it, its name alone may be that of a field which a refusal finds fault with.
pub(crate) fn is_whole_address(text: &Personal) -> bool {
    text.as_str().trim().parse::<AbhaAddress>().is_ok()
}

/// Adds ABHA addresses to a list that has not yet got them.
pub(crate) fn add(list: &mut Vec<Personal>, addresses: impl IntoIterator<Item = Personal>) {
    for address in addresses {
        let is_it =
            |other: &Personal| other.as_str().trim().eq_ignore_ascii_case(address.as_str().trim());
        if !list.iter().any(is_it) {
            list.push(address);
        }
    }
}

/// `#[serde(deserialize_with)]` for an optional gender: a letter, or the English word for it.
pub(crate) fn gender<'de, D>(deserializer: D) -> Result<Option<Gender>, D::Error>
where
    D: serde::Deserializer<'de>,
{
    Ok(word(deserializer)?.map(|text: String| match text.trim().to_ascii_lowercase().as_str() {
        "m" | "male" => Gender::Male,
        "f" | "female" => Gender::Female,
        "o" | "other" | "others" => Gender::Diverse,
        "d" | "undisclosed" => Gender::Undisclosed,
        "t" | "transgender" => Gender::Transgender,
        "u" | "unknown" => Gender::Unknown,
        _ => Gender::from(text),
    }))
}

/// `#[serde(with)]` for an optional flag that the wire carries as a text; read in any form.
pub(crate) mod flag_text {
    use serde::{Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(flag: &Option<bool>, s: S) -> Result<S::Ok, S::Error> {
        match flag {
            Some(flag) => s.collect_str(flag),
            None => s.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Option<bool>, D::Error> {
        super::flag::deserialize(d)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_number_is_kept_and_a_whole_one_is_read() {
        let whole: SeenAbhaNumber = serde_json::from_str(r#""91123456789015""#).unwrap();
        assert_eq!(whole.whole().unwrap().to_digits(), "91123456789015");
        assert_eq!(serde_json::to_string(&whole).unwrap(), r#""91-1234-5678-9015""#);
        let masked: SeenAbhaNumber = serde_json::from_str(r#""91-****-****-5727""#).unwrap();
        assert_eq!(masked.whole(), None);
        assert_eq!(serde_json::to_string(&masked).unwrap(), r#""91-****-****-5727""#);
        assert_eq!(
            format!("{whole:?} {masked:?}"),
            "SeenAbhaNumber(xx-xxxx-xxxx-9015) SeenAbhaNumber(masked)"
        );
    }

    #[test]
    fn personal_texts_do_not_show() {
        assert_eq!(format!("{:?}", Personal::new("Asha")), "Personal(4 characters)");
        let number: Personal = serde_json::from_str("411001").unwrap();
        assert_eq!(number.as_str(), "411001");
    }
}
