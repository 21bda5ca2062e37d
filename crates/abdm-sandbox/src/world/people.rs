//! Made-up people.
//!
//! Their numbers have valid check digits (Verhoeff for Aadhaar, Luhn for ABHA) and are otherwise
//! plainly invented. Some have an ABHA number already, the others are there to be enrolled.

use abdm_core::id::IdError;
use abdm_core::person::{AbhaAddress, AbhaNumber};
use abdm_core::secret::check_digit;
use abdm_core::secret::{AadhaarNumber, MobileNumber};
use abdm_core::vocabulary::Gender;
use chrono::{Datelike as _, NaiveDate};

/// A person of the sandbox, as its owner sees them.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Patient {
    /// The whole name, as in the ABHA profile.
    pub name: String,
    /// Gender.
    pub gender: Gender,
    /// Date of birth.
    pub date_of_birth: NaiveDate,
    /// The Aadhaar number.
    pub aadhaar: AadhaarNumber,
    /// The mobile number that Aadhaar knows.
    pub mobile: MobileNumber,
    /// The ABHA number, once there is one.
    pub abha_number: Option<AbhaNumber>,
    /// The preferred ABHA address, once there is one.
    pub abha_address: Option<AbhaAddress>,
}

/// A person to add to the sandbox.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PatientDetails {
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Gender.
    pub gender: Gender,
    /// Date of birth.
    pub date_of_birth: NaiveDate,
    /// The Aadhaar number.
    pub aadhaar: AadhaarNumber,
    /// The mobile number that Aadhaar knows.
    pub mobile: MobileNumber,
    /// The name of the ABHA address, for a person who has an ABHA number already.
    pub abha_name: Option<String>,
}

impl PatientDetails {
    /// A person without ABHA number.
    pub fn new(
        (first_name, last_name): (impl Into<String>, impl Into<String>),
        gender: Gender,
        date_of_birth: NaiveDate,
        aadhaar: AadhaarNumber,
        mobile: MobileNumber,
    ) -> Self {
        Self {
            first_name: first_name.into(),
            last_name: last_name.into(),
            gender,
            date_of_birth,
            aadhaar,
            mobile,
            abha_name: None,
        }
    }

    /// The same with an ABHA number and the address `name@sbx`.
    #[must_use]
    pub fn with_abha(mut self, name: impl Into<String>) -> Self {
        self.abha_name = Some(name.into());
        self
    }
}

/// An ABHA number and what belongs to it.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) number: AbhaNumber,
    /// All addresses; the first is the preferred one.
    pub(crate) addresses: Vec<AbhaAddress>,
    /// The linked mobile number.
    pub(crate) mobile: Option<String>,
}

/// One person.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) gender: Gender,
    pub(crate) date_of_birth: NaiveDate,
    pub(crate) aadhaar: AadhaarNumber,
    pub(crate) aadhaar_mobile: MobileNumber,
    pub(crate) account: Option<Account>,
}

impl Person {
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }

    pub(crate) fn year_of_birth(&self) -> i64 {
        i64::from(self.date_of_birth.year())
    }

    fn patient(&self) -> Patient {
        Patient {
            name: self.name(),
            gender: self.gender.clone(),
            date_of_birth: self.date_of_birth,
            aadhaar: self.aadhaar.clone(),
            mobile: self.aadhaar_mobile.clone(),
            abha_number: self.account.as_ref().map(|account| account.number.clone()),
            abha_address: self.account.as_ref().and_then(|a| a.addresses.first().cloned()),
        }
    }
}

/// All people. A person's place never changes.
#[derive(Debug, Default)]
pub(crate) struct People {
    people: Vec<Person>,
    numbers: u64,
}

/// Name, gender, date of birth, last digits of Aadhaar and mobile, name of the ABHA address.
type Row = (&'static str, &'static str, Gender, (i32, u32, u32), u32, Option<&'static str>);

const SEED: &[Row] = &[
    ("Asha", "Kumari", Gender::Female, (1988, 6, 6), 1, None),
    ("Ravi", "Example", Gender::Male, (1975, 1, 31), 2, Some("ravi.example")),
    ("Meera", "Sample", Gender::Female, (1999, 6, 26), 3, Some("meera.sample")),
    ("Imran", "Specimen", Gender::Male, (2001, 12, 9), 4, None),
    ("Lakshmi", "Muster", Gender::Female, (1954, 3, 17), 5, None),
    ("Arjun", "Proben", Gender::Male, (2015, 8, 2), 6, Some("arjun.proben")),
    ("Nandini", "Invented", Gender::Female, (1983, 11, 23), 7, None),
    ("Joseph", "Fictional", Gender::Male, (1969, 4, 5), 8, Some("joseph.fictional")),
    ("Kiran", "Imaginary", Gender::Diverse, (1992, 2, 29), 9, None),
];

impl People {
    /// The people that every sandbox begins with.
    pub(crate) fn seeded() -> Self {
        let mut people = Self::default();
        for (first, last, gender, (year, month, day), tail, abha) in SEED {
            let details = NaiveDate::from_ymd_opt(*year, *month, *day).and_then(|born| {
                let aadhaar = invented_aadhaar(*tail).ok()?;
                let mobile = MobileNumber::new(&format!("99999{tail:05}")).ok()?;
                let details =
                    PatientDetails::new((*first, *last), gender.clone(), born, aadhaar, mobile);
                Some(abha.map_or(details.clone(), |name| details.with_abha(name)))
            });
            if let Some(details) = details {
                people.add(details);
            }
        }
        people
    }

    /// Adds a person, whose place is given back.
    pub(crate) fn add(&mut self, details: PatientDetails) -> usize {
        let place = self.people.len();
        self.people.push(Person {
            first_name: details.first_name,
            last_name: details.last_name,
            gender: details.gender,
            date_of_birth: details.date_of_birth,
            aadhaar: details.aadhaar,
            aadhaar_mobile: details.mobile,
            account: None,
        });
        if let Some(name) = details.abha_name {
            let mobile = self.people.get(place).map(|p| p.aadhaar_mobile.expose().to_owned());
            self.enrol(place, mobile);
            if let Ok(address) = format!("{name}@sbx").parse() {
                self.claim(place, address);
            }
        }
        place
    }

    /// Gives a person an ABHA number; one that has one keeps it. `None` when there is no such person.
    pub(crate) fn enrol(&mut self, place: usize, mobile: Option<String>) -> Option<&Account> {
        let number = self.next_number()?;
        let person = self.people.get_mut(place)?;
        Some(person.account.get_or_insert_with(|| {
            let default = format!("{}@sbx", number.to_digits()).parse().ok();
            Account { number, addresses: default.into_iter().collect(), mobile }
        }))
    }

    /// Gives an account a new preferred address. Whether it is free is checked before.
    pub(crate) fn claim(&mut self, place: usize, address: AbhaAddress) {
        if let Some(account) = self.people.get_mut(place).and_then(|p| p.account.as_mut()) {
            account.addresses.retain(|own| *own != address);
            account.addresses.insert(0, address);
        }
    }

    pub(crate) fn link_mobile(&mut self, place: usize, mobile: &str) {
        if let Some(account) = self.people.get_mut(place).and_then(|p| p.account.as_mut()) {
            account.mobile = Some(mobile.to_owned());
        }
    }

    pub(crate) fn person(&self, place: usize) -> Option<&Person> {
        self.people.get(place)
    }

    pub(crate) fn by_aadhaar(&self, number: &str) -> Option<usize> {
        self.people.iter().position(|person| person.aadhaar.expose() == number)
    }

    pub(crate) fn by_address(&self, address: &AbhaAddress) -> Option<&Person> {
        self.people.iter().find(|person| {
            person.account.as_ref().is_some_and(|account| account.addresses.contains(address))
        })
    }

    /// How many ABHA numbers have this mobile number.
    pub(crate) fn count_by_mobile(&self, mobile: &str) -> usize {
        let accounts = self.people.iter().filter_map(|person| person.account.as_ref());
        accounts.filter(|account| account.mobile.as_deref() == Some(mobile)).count()
    }

    pub(crate) fn patients(&self) -> Vec<Patient> {
        self.people.iter().map(Person::patient).collect()
    }

    /// The next ABHA number: begins with 91, ends with a Luhn digit.
    fn next_number(&mut self) -> Option<AbhaNumber> {
        self.numbers += 1;
        let stem = format!("91{:011}", 11_111_000_000 + self.numbers);
        let with_digit = (0..10).map(|digit| format!("{stem}{digit}"));
        with_digit.into_iter().find(|number| check_digit::luhn(number))?.parse().ok()
    }
}

/// A photo for everybody: a small grey JPEG in base64.
pub(crate) const PHOTO: &str = "\
    /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAKBueIx4ZKCMgoy0qqC+8P//8Nzc8P//////////////////////////\
    ////////////////////////////////wAALCAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAv/EABQQAQAA\
    AAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AT//Z";

/// `9999 0000 00nn` with its Verhoeff digit: valid, and seen at once to be nobody's.
fn invented_aadhaar(tail: u32) -> Result<AadhaarNumber, IdError> {
    let stem = format!("99990000{tail:03}");
    let valid = (0..10).map(|digit| format!("{stem}{digit}")).find(|n| check_digit::verhoeff(n));
    AadhaarNumber::new(&valid.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_has_valid_check_digits() {
        let patients = People::seeded().patients();
        assert_eq!(patients.len(), SEED.len());
        let mut numbers: Vec<_> = patients.iter().filter_map(|p| p.abha_number.clone()).collect();
        assert!(numbers.iter().all(AbhaNumber::has_valid_check_digit));
        numbers.sort();
        numbers.dedup();
        assert_eq!(numbers.len(), SEED.iter().filter(|row| row.5.is_some()).count());
        assert!(patients.iter().all(|p| p.aadhaar.expose().starts_with("9999")));
    }

    #[test]
    fn a_second_enrolment_finds_the_first() {
        let mut people = People::seeded();
        let first = people.enrol(0, None).unwrap().number.clone();
        assert_eq!(people.enrol(0, None).unwrap().number, first);
    }

    #[test]
    fn the_claimed_address_is_preferred_and_the_default_stays() {
        let mut people = People::seeded();
        people.enrol(0, None).unwrap();
        people.claim(0, "asha.kumari@sbx".parse().unwrap());
        let account = people.person(0).unwrap().account.clone().unwrap();
        assert_eq!(account.addresses.len(), 2);
        assert_eq!(people.patients()[0].abha_address, Some("asha.kumari@sbx".parse().unwrap()));
    }
}
