//! The two names a patient has in ABDM: ABHA number and ABHA address.

mod birth_date;
mod named_patient;
mod profile_name;
mod year_of_birth;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use self::birth_date::BirthDate;
pub use self::named_patient::{NamedPatient, PatientMismatch};
pub use self::profile_name::ProfileName;
pub use self::year_of_birth::YearOfBirth;
use crate::id::IdError;
use crate::secret::check_digit;
use crate::typed;

/// An ABHA number: 14 digits.
///
/// ABDM wants it dashed (`91-1234-5678-9015`) on the ABHA family and bare (`91123456789015`) on the
/// gateway, where the dashed form is refused with an empty 400. So there is no default wire form:
/// the field chooses, with `#[serde(with = "abdm_core::person::dashed")]` or
/// [`digits`]. Reading takes dashed, bare and integer forms alike.
///
/// `Display` and `Debug` mask all but the last four digits.
///
/// ```
/// use abdm_core::person::AbhaNumber;
/// let number: AbhaNumber = "91-1234-5678-9015".parse()?;
/// assert_eq!(number.to_digits(), "91123456789015");
/// assert_eq!(number.to_string(), "xx-xxxx-xxxx-9015");
/// assert!(number.has_valid_check_digit());
/// # Ok::<(), abdm_core::id::IdError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AbhaNumber(String);

impl AbhaNumber {
    /// The 14 bare digits, as the gateway wants them.
    #[must_use]
    pub fn to_digits(&self) -> &str {
        &self.0
    }

    /// The dashed form, as the ABHA family wants it.
    #[must_use]
    pub fn to_dashed(&self) -> String {
        let mut text = String::with_capacity(17);
        for (position, digit) in self.0.chars().enumerate() {
            if matches!(position, 2 | 6 | 10) {
                text.push('-');
            }
            text.push(digit);
        }
        text
    }

    /// Whether the number passes Luhn, as almost all do. The rule is inferred, not published
    /// (m1-abha.md 13): use it to ask "read that again?", never to refuse.
    #[must_use]
    pub fn has_valid_check_digit(&self) -> bool {
        check_digit::luhn(&self.0)
    }
}

impl FromStr for AbhaNumber {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        typed::digits(text)
            .filter(|digits| digits.len() == 14)
            .map(|digits| Self(digits.as_str().to_owned()))
            .ok_or(IdError::new("AbhaNumber", "it must be 14 digits, with or without dashes"))
    }
}

impl fmt::Display for AbhaNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "xx-xxxx-xxxx-{}", self.0.get(10..).unwrap_or_default())
    }
}

impl fmt::Debug for AbhaNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AbhaNumber({self})")
    }
}

/// Reading is the same for every wire form: text, dashed or bare, or an integer.
impl<'de> Deserialize<'de> for AbhaNumber {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = crate::lenient::text::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Writes an ABHA number dashed: `91-1234-5678-9015`. For `#[serde(with = "…")]`.
pub mod dashed {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::AbhaNumber;

    /// Writes the dashed form.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(number: &AbhaNumber, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&number.to_dashed())
    }

    /// Reads any form.
    ///
    /// # Errors
    /// When it is not 14 digits.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<AbhaNumber, D::Error> {
        AbhaNumber::deserialize(deserializer)
    }
}

/// Writes an ABHA number as a text of 14 bare digits. For `#[serde(with = "…")]`.
pub mod digits {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::AbhaNumber;

    /// Writes the bare form.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(number: &AbhaNumber, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(number.to_digits())
    }

    /// Reads any form.
    ///
    /// # Errors
    /// When it is not 14 digits.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<AbhaNumber, D::Error> {
        AbhaNumber::deserialize(deserializer)
    }

    /// The same for an optional field; absent, `null` and blank all mean none.
    pub mod option {
        use serde::{Deserialize, Deserializer, Serializer};

        use super::super::AbhaNumber;

        /// Writes the bare form, or `null`.
        ///
        /// # Errors
        /// Those of the serializer.
        pub fn serialize<S: Serializer>(
            number: &Option<AbhaNumber>,
            serializer: S,
        ) -> Result<S::Ok, S::Error> {
            match number {
                Some(number) => serializer.serialize_str(number.to_digits()),
                None => serializer.serialize_none(),
            }
        }

        /// Reads any form.
        ///
        /// # Errors
        /// When it is neither 14 digits nor nothing.
        pub fn deserialize<'de, D: Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Option<AbhaNumber>, D::Error> {
            let text = Option::<crate::lenient::Text>::deserialize(deserializer)?;
            match text {
                Some(text) if !text.0.trim().is_empty() => {
                    text.0.parse().map(Some).map_err(serde::de::Error::custom)
                }
                _ => Ok(None),
            }
        }
    }
}

/// An ABHA address, `name@sbx` on the sandbox and `name@abdm` in production.
///
/// Compared without regard to case, kept as it was written. Not secret, but personal: log it only
/// where the patient's name might be logged too.
#[derive(Clone, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AbhaAddress {
    text: String,
    at: usize,
}

impl AbhaAddress {
    /// The part before the `@`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.text.get(..self.at).unwrap_or_default()
    }

    /// The part after the `@`: `sbx` or `abdm`.
    #[must_use]
    pub fn suffix(&self) -> &str {
        self.text.get(self.at + 1..).unwrap_or_default()
    }

    /// The whole address as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The form to compare and to key by: lower case.
    #[must_use]
    pub fn folded(&self) -> String {
        self.text.to_lowercase()
    }
}

impl FromStr for AbhaAddress {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const RULE: IdError = IdError::new(
            "AbhaAddress",
            "it must look like name@sbx or name@abdm: letters, digits, '.', '_' or '-', at least 3 before the @",
        );
        let text = text.trim();
        let (name, suffix) = text.split_once('@').ok_or(RULE)?;
        let inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '!');
        let ends = name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && name.ends_with(|c: char| c.is_ascii_alphanumeric());
        let named = (3..=64).contains(&name.len()) && ends && name.chars().all(inside);
        let suffixed = !suffix.is_empty()
            && suffix.len() <= 16
            && suffix.chars().all(|c| c.is_ascii_alphanumeric());
        if named && suffixed {
            Ok(Self { text: text.to_owned(), at: name.len() })
        } else {
            Err(RULE)
        }
    }
}

impl TryFrom<String> for AbhaAddress {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<AbhaAddress> for String {
    fn from(address: AbhaAddress) -> Self {
        address.text
    }
}

impl PartialEq for AbhaAddress {
    fn eq(&self, other: &Self) -> bool {
        self.text.eq_ignore_ascii_case(&other.text)
    }
}

impl Eq for AbhaAddress {}

impl std::hash::Hash for AbhaAddress {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.folded().hash(state);
    }
}

impl fmt::Display for AbhaAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for AbhaAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AbhaAddress(…@{})", self.suffix())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Serialize, Deserialize)]
    struct Wire {
        #[serde(with = "dashed")]
        on_abha: AbhaNumber,
        #[serde(with = "digits")]
        on_gateway: AbhaNumber,
        #[serde(with = "digits::option", default)]
        maybe: Option<AbhaNumber>,
    }

    #[test]
    fn every_wire_form_is_read_and_the_field_chooses_what_is_written() {
        for form in [r#""91-1234-5678-9015""#, r#""91123456789015""#, "91123456789015"] {
            let json = format!(r#"{{"on_abha":{form},"on_gateway":{form},"maybe":{form}}}"#);
            let wire: Wire = serde_json::from_str(&json).unwrap();
            assert_eq!(
                serde_json::to_string(&wire).unwrap(),
                r#"{"on_abha":"91-1234-5678-9015","on_gateway":"91123456789015","maybe":"91123456789015"}"#
            );
        }
        let none: Wire = serde_json::from_str(
            r#"{"on_abha":"91123456789015","on_gateway":"91123456789015","maybe":""}"#,
        )
        .unwrap();
        assert_eq!(none.maybe, None);
    }

    // M1 trial C12.
    #[test]
    fn a_number_is_read_with_any_blank_dash_and_script() {
        for text in [
            "91\u{2013}1234\u{2013}5678\u{2013}9015",
            "91 1234\u{a0}5678\t9015",
            "९१-१२३४-५६७८-९०१५",
        ] {
            assert_eq!(text.parse::<AbhaNumber>().unwrap().to_digits(), "91123456789015");
        }
    }

    #[test]
    fn addresses_compare_without_case_and_hide_in_debug() {
        let one: AbhaAddress = "Asha.Test@sbx".parse().unwrap();
        let two: AbhaAddress = "asha.test@SBX".parse().unwrap();
        assert_eq!(one, two);
        assert_eq!((one.name(), one.suffix()), ("Asha.Test", "sbx"));
        assert_eq!(format!("{one:?}"), "AbhaAddress(…@sbx)");
        for wrong in ["asha", "@sbx", "as@sbx", ".asha@sbx", "asha.@sbx", "asha test@sbx", "asha@"]
        {
            assert!(wrong.parse::<AbhaAddress>().is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_dashed_round_trips(text in ".{0,40}", digits in "[0-9]{14}") {
            let _ = text.parse::<AbhaNumber>();
            let _ = text.parse::<AbhaAddress>();
            let number: AbhaNumber = digits.parse().unwrap();
            prop_assert_eq!(number.to_dashed().parse::<AbhaNumber>().unwrap(), number);
        }
    }
}
