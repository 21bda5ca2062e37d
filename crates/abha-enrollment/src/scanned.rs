//! The QR code of an ABHA card or app, as a scanner reads it (m1-abha.md 12).
//!
//! There is no official schema. What is known comes from two scanners and some samples, so everything
//! is read by its aliases and nothing is required. And nothing is true yet: anybody can print a QR
//! code. Fill the form with it, then verify the person by OTP.

use abdm_core::person::{AbhaAddress, AbhaNumber};
use abdm_core::vocabulary::Gender;
use chrono::{Datelike as _, NaiveDate};
use serde_json::{Map, Value};

use crate::api::fields::Personal;

/// What a scanned code claims. Unverified.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ScannedCard {
    /// ABHA number.
    pub abha_number: Option<AbhaNumber>,
    /// ABHA address.
    pub abha_address: Option<AbhaAddress>,
    /// Whole name.
    pub name: Option<Personal>,
    /// Gender.
    pub gender: Option<Gender>,
    /// Date of birth.
    pub born: Option<Born>,
    /// Mobile number.
    pub mobile: Option<Personal>,
    /// Postal address.
    pub address: Option<Personal>,
    /// State.
    pub state: Option<Personal>,
    /// District.
    pub district: Option<Personal>,
    /// LGD code of the state.
    pub state_code: Option<Personal>,
    /// LGD code of the district.
    pub district_code: Option<Personal>,
}

/// A date of birth, or only its year.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Born {
    /// The day is known.
    On(NaiveDate),
    /// Only the year is.
    In(i32),
}

impl std::fmt::Debug for Born {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Born(…)")
    }
}

impl Born {
    /// The year.
    #[must_use]
    pub fn year(self) -> i32 {
        match self {
            Self::On(day) => day.year(),
            Self::In(year) => year,
        }
    }

    fn read(text: &str) -> Option<Self> {
        let text = text.trim().replace(['/', '.'], "-");
        let date = ["%d-%m-%Y", "%Y-%m-%d"]
            .iter()
            .find_map(|form| NaiveDate::parse_from_str(&text, form).ok())
            .filter(|day| day.year() >= 1850);
        let year = || text.parse().ok().filter(|year| (1850..=2200).contains(year));
        date.map(Self::On).or_else(|| year().map(Self::In))
    }
}

impl ScannedCard {
    /// Reads the text of a code: JSON of a card, or only an ABHA number or address as on older cards.
    /// `None` when neither number nor address is in it: then it is no ABHA card.
    ///
    /// ```
    /// use abha_enrollment::scanned::ScannedCard;
    /// let text = r#"{"hidn":"91-1234-5678-9015","phr":"asha@sbx","name":"Asha Example","gender":"F",
    ///                "dob":"26/6/1999","state name":"Maharashtra","distlgd":"-"}"#;
    /// let card = ScannedCard::read(text).unwrap();
    /// assert_eq!(card.abha_address.unwrap().as_str(), "asha@sbx");
    /// assert_eq!(card.born.unwrap().year(), 1999);
    /// assert_eq!(card.district_code, None);
    /// ```
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches('\u{feff}');
        let card = match serde_json::from_str::<Value>(text) {
            Ok(Value::Object(fields)) => Self::of_fields(&fields),
            _ => Self {
                abha_number: text.parse().ok(),
                abha_address: text.parse().ok(),
                ..Self::default()
            },
        };
        (card.abha_number.is_some() || card.abha_address.is_some()).then_some(card)
    }

    fn of_fields(fields: &Map<String, Value>) -> Self {
        let text = |names: &[&str]| find(fields, names);
        let personal = |names: &[&str]| text(names).map(Personal::new);
        let first_parse = |names: &[&str]| {
            names.iter().find_map(|name| find(fields, &[name])?.parse::<AbhaAddress>().ok())
        };
        Self {
            abha_number: text(&["hidn", "abhanumber", "healthidnumber"])
                .and_then(|number| number.parse().ok()),
            abha_address: first_parse(&["phr", "hid", "abhaaddress", "healthid"]),
            name: personal(&["name", "fullname"]),
            gender: text(&["gender"]).map(|gender| read_gender(&gender)),
            born: text(&["dob", "dateofbirth", "yob"]).and_then(|dob| Born::read(&dob)),
            mobile: personal(&["mobile"]),
            address: personal(&["address"]),
            state: personal(&["statename", "state"]),
            district: personal(&["districtname", "distname", "district"]),
            state_code: personal(&["statelgd", "statecode"]),
            district_code: personal(&["distlgd", "districtcode"]),
        }
    }
}

/// The first of these fields that says something. Names are compared without case, blanks and
/// underscores: cards have `state name`, `district_name`, `dist name`.
fn find(fields: &Map<String, Value>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|wanted| {
        let is_it = |name: &str| {
            let letters = name.chars().filter(|c| c.is_alphanumeric());
            letters.flat_map(char::to_lowercase).eq(wanted.chars())
        };
        let value = fields.iter().find(|(name, _)| is_it(name)).map(|(_, value)| value)?;
        let text = match value {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        (!text.is_empty() && text != "-" && !text.eq_ignore_ascii_case("null")).then_some(text)
    })
}

fn read_gender(text: &str) -> Gender {
    let first = text.trim().chars().next().map(|c| c.to_ascii_uppercase());
    match (text.trim().len(), first) {
        (1, Some(letter)) => Gender::from(letter.to_string().as_str()),
        (_, Some('M')) => Gender::Male,
        (_, Some('F')) => Gender::Female,
        _ => Gender::from(text),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_aliases_of_known_scanners_mean_the_same() {
        let one = r#"{"hidn":"91-1234-5678-9015","hid":"asha@sbx","name":"Asha","gender":"F","dob":"26-06-1999","statelgd":"27","district_name":"Pune","mobile":9876543210}"#;
        let two = r#"{"hidn":91123456789015,"phr":"asha@sbx","name":"Asha","gender":"Female","dob":"1999-6-26","statelgd":27,"dist name":"Pune","mobile":"9876543210","new":[]}"#;
        assert_eq!(ScannedCard::read(one).unwrap(), ScannedCard::read(two).unwrap());
    }

    #[test]
    fn an_older_card_holds_only_a_number_or_has_it_in_another_field() {
        let card = ScannedCard::read("91-1234-5678-9015").unwrap();
        assert_eq!(card.abha_number.unwrap().to_digits(), "91123456789015");
        assert!(ScannedCard::read("asha@sbx").unwrap().abha_address.is_some());
        let year = ScannedCard::read(r#"{"hid":"asha@sbx","dob":"1999"}"#).unwrap();
        assert_eq!(year.born, Some(Born::In(1999)));
    }

    #[test]
    fn other_codes_are_no_cards() {
        for text in ["", "{}", "[]", "https://example.org", r#"{"name":"Asha"}"#, r#"{"hidn":"-"}"#]
        {
            assert_eq!(ScannedCard::read(text), None, "{text}");
        }
    }

    #[test]
    fn a_card_does_not_show_in_debug() {
        let text = r#"{"hidn":"91-1234-5678-9015","phr":"asha@sbx","name":"Asha","dob":"26-06-1999","mobile":"9876543210"}"#;
        let shown = format!("{:?}", ScannedCard::read(text).unwrap());
        for hidden in ["Asha", "asha", "1234", "1999", "98765"] {
            assert!(!shown.contains(hidden), "{shown}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in ".{0,200}", dob in ".{0,20}") {
            let _ = ScannedCard::read(&text);
            let _ = Born::read(&dob);
            let _ = ScannedCard::read(&serde_json::json!({"hidn": text, "dob": dob, "gender": dob}).to_string());
        }
    }
}
