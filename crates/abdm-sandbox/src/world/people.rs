//! Made-up people.
//!
//! Their numbers have valid check digits (Verhoeff for Aadhaar, Luhn for ABHA) and are otherwise
//! plainly invented. Some have an ABHA number already, the others are there to be enrolled.

mod addresses;
mod ending;
mod patient;
mod person;
mod seed;

use std::collections::BTreeSet;

use abdm_core::person::{AbhaAddress, AbhaNumber};
use abdm_core::secret::{AadhaarNumber, MobileNumber, check_digit};
use abdm_core::vocabulary::Gender;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub(crate) use self::ending::AccountChange;
pub use self::patient::{Patient, PatientDetails};
pub(crate) use self::person::{Account, AccountKind, AccountState, Application, Home, Person};
pub(crate) use self::seed::PROGRAMME;
use crate::shared::Shared;

/// All people. A person's place never changes.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct People {
    people: Vec<Shared<Person>>,
    numbers: u64,
    /// The addresses of deleted ABHA numbers, folded: nobody's, and never free again.
    retired: BTreeSet<String>,
    /// The accounts that have changed since somebody asked.
    #[serde(skip)]
    changes: Vec<AccountChange>,
}

impl People {
    /// Adds a person, whose place is given back.
    pub(crate) fn add(&mut self, details: PatientDetails) -> usize {
        let name = (details.first_name, details.last_name);
        let person = Person::new(name, details.gender, details.date_of_birth, details.mobile);
        let place = self.push(Person { aadhaar: Some(details.aadhaar), ..person });
        if let Some(name) = details.abha_name {
            let mobile = self.person(place).map(|p| p.aadhaar_mobile.expose().to_owned());
            self.enrol(place, mobile, NaiveDate::default());
            if let Ok(address) = format!("{name}@sbx").parse() {
                self.claim(place, address);
            }
        }
        place
    }

    /// Adds a child with an ABHA number below the parent's.
    pub(crate) fn add_child(
        &mut self,
        parent: usize,
        name: (&str, &str),
        gender: Gender,
        date_of_birth: NaiveDate,
        today: NaiveDate,
    ) -> Option<usize> {
        let of = self.person(parent)?.clone();
        let place = self.push(Person::new(name, gender, date_of_birth, of.aadhaar_mobile));
        self.enrol(place, of.mobile, today);
        self.change(place, |child| {
            if let Some(account) = &mut child.account {
                account.kind = AccountKind::Child { parent };
            }
        });
        Some(place)
    }

    /// Adds somebody who declares an ABHA address without any KYC.
    pub(crate) fn declare(
        &mut self,
        name: (&str, &str),
        gender: Gender,
        date_of_birth: NaiveDate,
        mobile: MobileNumber,
        address: AbhaAddress,
    ) -> usize {
        let proved = Some(mobile.expose().to_owned());
        let person = Person::new(name, gender, date_of_birth, mobile);
        self.push(Person { mobile: proved, addresses: vec![address], ..person })
    }

    /// Takes an application by driving licence. The same licence gets the same enrolment number;
    /// whether it is new stands beside it.
    pub(crate) fn apply_by_licence(
        &mut self,
        name: (&str, &str),
        gender: Gender,
        date_of_birth: NaiveDate,
        mobile: MobileNumber,
        licence: &str,
    ) -> Option<(AbhaNumber, bool)> {
        let has = |person: &&Shared<Person>| {
            person.application.as_ref().is_some_and(|a| a.licence.eq_ignore_ascii_case(licence))
        };
        if let Some(application) = self.people.iter().find(has).and_then(|p| p.application.as_ref())
        {
            return Some((application.number.clone(), false));
        }
        let number = self.next_number()?;
        let proved = Some(mobile.expose().to_owned());
        let application = Application { number: number.clone(), licence: licence.to_owned() };
        let person = Person::new(name, gender, date_of_birth, mobile);
        self.push(Person { mobile: proved, application: Some(application), ..person });
        Some((number, true))
    }

    /// An Aadhaar number that nobody has, as plainly invented as the others.
    pub(crate) fn free_aadhaar(&self) -> Option<AadhaarNumber> {
        let of = |count: u32| {
            let digits = with_check_digit(&format!("9999{count:07}"), check_digit::verhoeff)?;
            AadhaarNumber::new(&digits).ok()
        };
        let is_free = |number: &AadhaarNumber| self.by_aadhaar(number.expose()).is_none();
        (1_000_000..9_999_999).filter_map(of).find(is_free)
    }

    fn push(&mut self, person: Person) -> usize {
        self.people.push(Shared::new(person));
        self.people.len() - 1
    }

    /// Gives a person an ABHA number. One that has one keeps it; a deleted one is replaced. `None`
    /// when there is no such person.
    pub(crate) fn enrol(
        &mut self,
        place: usize,
        mobile: Option<String>,
        today: NaiveDate,
    ) -> Option<&Person> {
        let has_one = self.person(place)?.living_account().is_some();
        if !has_one {
            let number = self.next_number()?;
            let person = self.people.get_mut(place)?;
            let default: Option<AbhaAddress> = format!("{}@sbx", number.to_digits()).parse().ok();
            person.addresses = default.into_iter().collect();
            person.mobile = mobile;
            person.account = Some(Account {
                number,
                state: AccountState::Active,
                kind: AccountKind::Aadhaar,
                created: today,
                benefits: Vec::new(),
                corrected: false,
            });
        }
        self.person(place)
    }

    /// Gives a person a new preferred address. Whether it is free is checked before.
    pub(crate) fn claim(&mut self, place: usize, address: AbhaAddress) {
        self.change(place, |person| {
            person.addresses.retain(|own| *own != address);
            person.addresses.insert(0, address);
        });
    }

    /// Changes somebody.
    pub(crate) fn change(&mut self, place: usize, change: impl FnOnce(&mut Person)) {
        if let Some(person) = self.people.get_mut(place) {
            change(person);
        }
    }

    pub(crate) fn person(&self, place: usize) -> Option<&Person> {
        self.people.get(place).map(|person| &**person)
    }

    /// Who has this Aadhaar number, or the one that this VID stands for.
    pub(crate) fn by_aadhaar(&self, digits: &str) -> Option<usize> {
        self.people.iter().position(|person| person.has_uid(digits))
    }

    /// Who has this ABHA number. Nobody has a deleted one.
    pub(crate) fn by_number(&self, number: &AbhaNumber) -> Option<usize> {
        let is =
            |person: &Shared<Person>| person.living_account().is_some_and(|a| a.number == *number);
        self.people.iter().position(is)
    }

    pub(crate) fn by_address(&self, address: &AbhaAddress) -> Option<&Person> {
        self.person(self.place_of(address)?)
    }

    /// The place of the person with this ABHA address.
    pub(crate) fn place_of(&self, address: &AbhaAddress) -> Option<usize> {
        self.people.iter().position(|person| person.addresses.contains(address))
    }

    /// The places of everybody who fits.
    pub(crate) fn which(&self, fits: impl Fn(&Person) -> bool) -> Vec<usize> {
        let fitting = self.people.iter().enumerate().filter(|(_, person)| fits(person));
        fitting.map(|(place, _)| place).collect()
    }

    /// Who has an ABHA number with this mobile number: what a login by mobile number lists.
    pub(crate) fn accounts_of_mobile(&self, mobile: &str) -> Vec<usize> {
        self.which(|p| p.mobile.as_deref() == Some(mobile) && p.living_account().is_some())
    }

    /// The person with this ABHA address, preferred or not.
    pub(crate) fn patient(&self, address: &AbhaAddress) -> Option<Patient> {
        self.by_address(address).map(Person::patient)
    }

    pub(crate) fn patients(&self) -> Vec<Patient> {
        // Of somebody whose declared address was linked, nothing is left.
        let is_left = |p: &&Shared<Person>| {
            p.aadhaar.is_some()
                || p.account.is_some()
                || p.application.is_some()
                || !p.addresses.is_empty()
        };
        self.people.iter().filter(is_left).map(|person| person.patient()).collect()
    }

    /// The next ABHA number: begins with 91, ends with a Luhn digit.
    fn next_number(&mut self) -> Option<AbhaNumber> {
        self.numbers += 1;
        let stem = format!("91{:011}", 11_111_000_000 + self.numbers);
        with_check_digit(&stem, check_digit::luhn)?.parse().ok()
    }
}

/// These digits and the one that makes them valid.
fn with_check_digit(stem: &str, is_valid: impl Fn(&str) -> bool) -> Option<String> {
    (0..10).map(|digit| format!("{stem}{digit}")).find(|digits| is_valid(digits))
}

/// A photo for everybody: a small grey JPEG in base64.
pub(crate) const PHOTO: &str = "\
    /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAKBueIx4ZKCMgoy0qqC+8P//8Nzc8P//////////////////////////\
    ////////////////////////////////wAALCAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAv/EABQQAQAA\
    AAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AT//Z";

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::default()
    }

    #[test]
    fn a_second_enrolment_finds_the_first() {
        let mut people = People::seeded();
        let number = |person: &Person| person.account.clone().unwrap().number;
        let first = number(people.enrol(0, None, today()).unwrap());
        assert_eq!(number(people.enrol(0, None, today()).unwrap()), first);
    }

    #[test]
    fn a_deleted_number_is_nobodys_and_its_owner_may_have_a_new_one() {
        let mut people = People::seeded();
        let old = people.enrol(0, None, today()).unwrap().account.clone().unwrap().number;
        people.delete(0);
        assert_eq!(people.by_number(&old), None);
        let address = format!("{}@sbx", old.to_digits()).parse().unwrap();
        assert_eq!(people.place_of(&address), None);
        assert!(people.is_taken(&address), "never free again");
        let new = people.enrol(0, None, today()).unwrap().account.clone().unwrap().number;
        assert_ne!(new, old);
    }

    #[test]
    fn the_claimed_address_is_preferred_and_the_default_stays() {
        let mut people = People::seeded();
        people.enrol(0, None, today()).unwrap();
        people.claim(0, "asha.kumari@sbx".parse().unwrap());
        assert_eq!(people.person(0).unwrap().addresses.len(), 2);
        assert_eq!(people.patients()[0].abha_address, Some("asha.kumari@sbx".parse().unwrap()));
    }
}
