//! The QR code of an ABHA card or app, as a scanner reads it (m1-abha.md 12).
//!
//! There is no official schema. What is known comes from two scanners and some samples, so
//! everything is read by its aliases and nothing is required. And nothing is true yet: anybody can
//! print a QR code. Fill the form with it, then verify the person by OTP. A code that is no ABHA
//! card says what it is: [`NotACard`].

mod not_a_card;

use abdm_core::person::{AbhaAddress, AbhaNumber};
use abdm_core::vocabulary::Gender;
use chrono::{Datelike as _, NaiveDate};
use serde_json::{Map, Value};

pub use self::not_a_card::NotACard;
use self::not_a_card::bare_name;
use crate::api::fields::Personal;
use crate::input::AbhaAddressName;

/// What a scanned code claims. Unverified.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ScannedCard {
    /// ABHA number.
    pub abha_number: Option<AbhaNumber>,
    /// Whether a number stands in its place that is none, because it has not 14 digits. It is never
    /// cut to fit, and not kept: it may be an Aadhaar number.
    pub refuses_number: bool,
    /// ABHA address.
    pub abha_address: Option<AbhaAddress>,
    /// The name of an ABHA address whose suffix is missing (`asha.example` for `asha.example@sbx`):
    /// the address is incomplete. Ask the person, then
    /// [`with_suffix`](AbhaAddressName::with_suffix).
    pub address_name: Option<AbhaAddressName>,
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
    /// Reads the text of a code: JSON of a card, or only an ABHA number or address as on older
    /// cards.
    ///
    /// # Errors
    /// When neither an ABHA number nor an ABHA address is in it: what it is then. An incomplete
    /// card is in the error.
    ///
    /// ```
    /// use abha_enrollment::scanned::ScannedCard;
    /// let text = r#"{"hidn":"91-1234-5678-9015","phr":"asha@sbx","name":"Asha Example",
    ///                "gender":"F","dob":"26/6/1999","state name":"Maharashtra","distlgd":"-"}"#;
    /// let card = ScannedCard::read(text).unwrap();
    /// assert_eq!(card.abha_address.unwrap().as_str(), "asha@sbx");
    /// assert_eq!(card.born.unwrap().year(), 1999);
    /// assert_eq!(card.district_code, None);
    ///
    /// use abha_enrollment::scanned::NotACard;
    /// let other = ScannedCard::read("2345 6789 0124").unwrap_err();
    /// assert_eq!(other, NotACard::Aadhaar);
    /// ```
    pub fn read(text: &str) -> Result<Self, NotACard> {
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\0');
        match serde_json::from_str::<Value>(text) {
            Ok(Value::Object(fields)) => {
                let card = Self::of_fields(&fields);
                if card.is_usable() { Ok(card) } else { Err(NotACard::of_fields(card, &fields)) }
            }
            Ok(Value::String(inner)) => Self::of_text(inner.trim()),
            _ => Self::of_text(text),
        }
    }

    fn of_text(text: &str) -> Result<Self, NotACard> {
        let (abha_number, abha_address) = (text.parse().ok(), text.parse().ok());
        let card = Self { abha_number, abha_address, ..Self::default() };
        if card.is_usable() { Ok(card) } else { Err(NotACard::of_text(text)) }
    }

    const fn is_usable(&self) -> bool {
        self.abha_number.is_some() || self.abha_address.is_some()
    }

    fn of_fields(fields: &Map<String, Value>) -> Self {
        let text = |names: &[&str]| find(fields, names);
        let personal = |names: &[&str]| text(names).map(Personal::new);
        let first_parse = |names: &[&str]| {
            names.iter().find_map(|name| find(fields, &[name])?.parse::<AbhaAddress>().ok())
        };
        let number = text(&["hidn", "abhanumber", "healthidnumber"]);
        let abha_number = number.as_ref().and_then(|number| number.parse().ok());
        let addresses = ["phr", "hid", "abhaaddress", "healthid"];
        let abha_address = first_parse(&addresses);
        let bare = || addresses.iter().find_map(|name| bare_name(&find(fields, &[name])?));
        Self {
            refuses_number: number.is_some() && abha_number.is_none(),
            abha_number,
            address_name: if abha_address.is_none() { bare() } else { None },
            abha_address,
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
        fields.iter().filter(|(name, _)| is_it(name)).find_map(|(_, value)| said(value))
    })
}

/// What a value says, if it says something.
fn said(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty() && text != "-" && !text.eq_ignore_ascii_case("null")).then_some(text)
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
    use crate::error::Language;

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
    fn a_code_that_is_no_card_says_what_it_is() {
        let hip_id: abdm_core::id::HipId = "IN0710000001".parse().unwrap();
        let facility = |counter: Option<&str>| NotACard::Facility {
            hip_id: Some(hip_id.clone()),
            counter: counter.map(str::to_owned),
        };
        for (text, what) in [
            ("", NotACard::Empty),
            (" \n", NotACard::Empty),
            ("{}", NotACard::Other),
            ("[]", NotACard::Other),
            (r#"{"name":"Asha"}"#, NotACard::Other),
            (r#"{"hidn":"-"}"#, NotACard::Other),
            ("Token 42, counter 3", NotACard::Other),
            ("https://example.org", NotACard::Link),
            (
                "https://phrsbx.abdm.gov.in/share-profile?hip-id=IN0710000001&counter-id=OPD1",
                facility(Some("OPD1")),
            ),
            (
                "https://phr.abdm.gov.in/share-profile?counterid=OPD1&hipid=IN0710000001",
                facility(Some("OPD1")),
            ),
            ("phrsbx.abdm.gov.in/share-profile?hip-id=IN0710000001", facility(None)),
            (
                r#"<PrintLetterBarcodeData uid="234567890124" name="Asha" yob="1999"/>"#,
                NotACard::Aadhaar,
            ),
            (r#"<?xml version="1.0"?><QPDB n="Asha" u="xxxxxxxx0124"/>"#, NotACard::Aadhaar),
            ("Asha Example, Aadhaar 2345 6789 0124, Pune", NotACard::Aadhaar),
            ("DOB 26-06-1999 234567890124", NotACard::Aadhaar),
            ("234567890124", NotACard::Aadhaar),
            ("९१२३ ४५६७ ८९०१ २३४६", NotACard::Aadhaar),
            (r#"{"uid":"xxxxxxxx0124","name":"Asha"}"#, NotACard::Aadhaar),
            (r#"{"hidn":"2345 6789 0124","name":"Asha"}"#, NotACard::Aadhaar),
        ] {
            assert_eq!(ScannedCard::read(text).unwrap_err(), what, "{text}");
            assert!(what.text(Language::English).is_ascii());
            assert!(what.text(Language::Hindi).ends_with('।'));
        }
        let secure = "6".repeat(900);
        assert_eq!(ScannedCard::read(&secure).unwrap_err(), NotACard::Aadhaar);
    }

    #[test]
    fn an_aadhaar_number_is_kept_nowhere() {
        for text in [
            "234567890124",
            r#"<PrintLetterBarcodeData uid="234567890124" name="Asha"/>"#,
            r#"{"hidn":"234567890124","name":"Asha"}"#,
            r#"{"hidn":"234567890124","hid":"asha@sbx"}"#,
        ] {
            let read = ScannedCard::read(text);
            let texts = match &read {
                Ok(card) => format!("{card:?} {:?}", card.abha_address),
                Err(other) => format!("{other:?} {other}"),
            };
            assert!(!texts.contains("2345"), "{texts}");
            if let Ok(card) = read {
                assert!(card.refuses_number);
                assert_eq!((card.abha_number, card.name), (None, None));
            }
        }
    }

    #[test]
    fn an_address_without_its_suffix_is_told_as_incomplete() {
        for text in ["asha.example", "asha.example@", r#"{"phr":"asha.example","name":"Asha"}"#] {
            let NotACard::Incomplete(card) = ScannedCard::read(text).unwrap_err() else {
                panic!("incomplete: {text}")
            };
            assert_eq!(card.address_name.as_ref().unwrap().as_str(), "asha.example");
            let told = NotACard::Incomplete(card).text(Language::English);
            assert!(told.contains("after the @"), "{told}");
        }
        let both = r#"{"hidn":"91-1234-5678-9015","hid":"asha.example"}"#;
        let card = ScannedCard::read(both).unwrap();
        assert!(card.abha_number.is_some() && card.abha_address.is_none());
        assert_eq!(card.address_name.unwrap().as_str(), "asha.example");
    }

    // Case 22a, case 22b and case 22c of the contract.
    #[test]
    fn a_number_that_has_not_fourteen_digits_is_none_and_the_rest_of_the_card_stays() {
        let phr_only = r#"{"hidn":"91-1234-5678-9015","phr":"asha.example@sbx","statelgd":"27"}"#;
        let card = ScannedCard::read(phr_only).unwrap();
        assert_eq!(card.abha_address.unwrap().as_str(), "asha.example@sbx");

        let address_only = r#"{"hidn":"","hid":"asha.example@sbx","dob":"1999","statelgd":"-"}"#;
        let card = ScannedCard::read(address_only).unwrap();
        assert_eq!((card.abha_number, card.refuses_number, card.state_code), (None, false, None));
        assert_eq!(card.born, Some(Born::In(1999)));

        let sixteen = r#"{"hidn":"1234123456785678","hid":"asha.example@sbx","name":"Asha"}"#;
        let card = ScannedCard::read(sixteen).unwrap();
        assert_eq!((card.abha_number, card.refuses_number), (None, true));
        assert_eq!(card.name.unwrap().as_str(), "Asha");
        let alone = r#"{"hidn":"1234123456785678","name":"Asha"}"#;
        let NotACard::Incomplete(card) = ScannedCard::read(alone).unwrap_err() else {
            panic!("incomplete")
        };
        assert_eq!(card.name.unwrap().as_str(), "Asha");
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
