//! By what a patient can be found.

use abdm_core::person::{AbhaAddress, AbhaNumber};
use abdm_core::secret::MobileNumber;
use serde::{Deserialize, Deserializer, Serialize};

use crate::api::readable;

abdm_core::open_enum! {
    /// What kind of identifier it is. [`read`](Self::read) knows other spellings, too.
    pub enum IdentifierType {
        /// The facility's own number for the patient.
        MedicalRecord = "MR",
        /// A mobile number.
        Mobile = "MOBILE",
        /// An ABHA number.
        AbhaNumber = "ABHA_NUMBER",
        /// An ABHA address.
        AbhaAddress = "ABHA_ADDRESS",
        /// An e-mail address.
        Email = "EMAIL",
    }
}

impl IdentifierType {
    /// Reads a text without regard to case and underscores, with the names of V0.5: live bodies say
    /// `abhaAddress` (m2-hip.md 0). What is not known is kept as it came.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let letters = |text: &str| -> String {
            let letters = text.chars().filter(char::is_ascii_alphanumeric);
            letters.map(|letter| letter.to_ascii_uppercase()).collect()
        };
        let read = letters(text);
        match read.as_str() {
            "NDHMHEALTHNUMBER" => Self::AbhaNumber,
            "HEALTHID" => Self::AbhaAddress,
            _ => {
                let known = Self::ALL.iter().find(|known| letters(known.as_str()) == read);
                known.cloned().unwrap_or_else(|| Self::from(text))
            }
        }
    }
}

/// An identifier of a patient: its kind and its value. `Debug` leaves the value out.
///
/// An empty value or none matches nobody, and neither does one that breaks the rule of its kind:
/// use [`mobile`](Self::mobile), [`abha_number`](Self::abha_number),
/// [`abha_address`](Self::abha_address) and [`text`](Self::text), which give none then.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Identifier {
    /// Its kind.
    #[serde(rename = "type", default = "untold", deserialize_with = "kind")]
    pub kind: IdentifierType,
    /// Its value as it came.
    #[serde(default, deserialize_with = "readable::text")]
    pub value: Option<String>,
}

impl Identifier {
    /// An identifier of this kind.
    #[must_use]
    pub fn new(kind: IdentifierType, value: impl Into<String>) -> Self {
        Self { kind, value: Some(value.into()) }
    }

    /// The value without blanks around it, where there is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.value.as_deref().map(str::trim).filter(|text| !text.is_empty())
    }

    /// The mobile number, where this is one of ten digits: with India's code before them or
    /// without.
    #[must_use]
    pub fn mobile(&self) -> Option<MobileNumber> {
        let text = self.text().filter(|_| self.kind == IdentifierType::Mobile)?;
        MobileNumber::new(text).ok()
    }

    /// The ABHA number, where this is one: dashed or bare.
    #[must_use]
    pub fn abha_number(&self) -> Option<AbhaNumber> {
        self.text().filter(|_| self.kind == IdentifierType::AbhaNumber)?.parse().ok()
    }

    /// The ABHA address, where this is one.
    #[must_use]
    pub fn abha_address(&self) -> Option<AbhaAddress> {
        self.text().filter(|_| self.kind == IdentifierType::AbhaAddress)?.parse().ok()
    }
}

/// Shows the kind alone.
impl std::fmt::Debug for Identifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let known = IdentifierType::ALL.contains(&self.kind);
        let kind = if known { self.kind.as_str() } else { "another kind" };
        f.debug_struct("Identifier").field("kind", &kind).finish_non_exhaustive()
    }
}

fn untold() -> IdentifierType {
    IdentifierType::Other(String::new())
}

fn kind<'de, D: Deserializer<'de>>(deserializer: D) -> Result<IdentifierType, D::Error> {
    let text = readable::text(deserializer)?;
    Ok(text.map_or_else(untold, |text| IdentifierType::read(text.trim())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Identifier {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn every_spelling_of_a_kind_is_read_and_an_unknown_one_is_kept() {
        for (text, kind) in [
            ("MOBILE", IdentifierType::Mobile),
            ("mobile", IdentifierType::Mobile),
            ("abhaAddress", IdentifierType::AbhaAddress),
            ("HEALTH_ID", IdentifierType::AbhaAddress),
            ("NDHM_HEALTH_NUMBER", IdentifierType::AbhaNumber),
            ("MR", IdentifierType::MedicalRecord),
            ("PASSPORT", IdentifierType::Other("PASSPORT".to_owned())),
        ] {
            assert_eq!(read(&format!(r#"{{"type":"{text}","value":"x"}}"#)).kind, kind, "{text}");
        }
        assert_eq!(read(r#"{"value":"x"}"#).kind, untold());
        assert_eq!(read(r#"{"type":null,"value":["x"]}"#).value, None);
    }

    #[test]
    fn values_are_compared_in_one_form_and_bad_ones_are_none() {
        for (value, ten) in [
            (r#""+91-9000000000""#, Some("9000000000")),
            (r#""9000000000""#, Some("9000000000")),
            ("9000000000", Some("9000000000")),
            (r#""12345""#, None),
            (r#""0""#, None),
            (r#""""#, None),
            ("null", None),
        ] {
            let mobile = read(&format!(r#"{{"type":"MOBILE","value":{value}}}"#)).mobile();
            assert_eq!(mobile.as_ref().map(MobileNumber::expose), ten, "{value}");
        }
        let number = Identifier::new(IdentifierType::AbhaNumber, "91-0000-0000-0001");
        assert_eq!(number.abha_number().unwrap().to_digits(), "91000000000001");
        assert!(number.abha_address().is_none() && number.mobile().is_none());
        let address = Identifier::new(IdentifierType::AbhaAddress, " asha.test@sbx ");
        assert_eq!(address.abha_address().unwrap().as_str(), "asha.test@sbx");
    }

    #[test]
    fn the_value_is_not_shown() {
        let mobile = Identifier::new(IdentifierType::Mobile, "9000000000");
        assert_eq!(format!("{mobile:?}"), r#"Identifier { kind: "MOBILE", .. }"#);
    }
}
