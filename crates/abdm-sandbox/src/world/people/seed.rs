//! The people that every sandbox begins with.

use abdm_core::id::IdError;
use abdm_core::secret::{AadhaarNumber, MobileNumber, check_digit};
use abdm_core::vocabulary::Gender;
use chrono::NaiveDate;

use super::{AccountState, PatientDetails, People, with_check_digit};

/// Name, gender, date of birth, last digits of Aadhaar, of the mobile number, name of the ABHA
/// address.
type Row = (&'static str, &'static str, Gender, (i32, u32, u32), u32, u32, Option<&'static str>);

const SEED: &[Row] = &[
    ("Asha", "Kumari", Gender::Female, (1988, 6, 6), 1, 1, None),
    ("Ravi", "Example", Gender::Male, (1975, 1, 31), 2, 2, Some("ravi.example")),
    ("Meera", "Sample", Gender::Female, (1999, 6, 26), 3, 3, Some("meera.sample")),
    ("Imran", "Specimen", Gender::Male, (2001, 12, 9), 4, 4, None),
    ("Lakshmi", "Muster", Gender::Female, (1954, 3, 17), 5, 5, None),
    ("Arjun", "Proben", Gender::Male, (2015, 8, 2), 6, 6, Some("arjun.proben")),
    ("Nandini", "Invented", Gender::Female, (1983, 11, 23), 7, 7, None),
    ("Joseph", "Fictional", Gender::Male, (1969, 4, 5), 8, 8, Some("joseph.fictional")),
    ("Kiran", "Imaginary", Gender::Diverse, (1992, 2, 29), 9, 9, None),
    // Ravi's wife and brother use his phone: one mobile number, three ABHA numbers.
    ("Sunita", "Example", Gender::Female, (1979, 9, 14), 10, 2, Some("sunita.example")),
    ("Vijay", "Example", Gender::Male, (1981, 5, 20), 11, 2, Some("vijay.example")),
    ("Farida", "Dormant", Gender::Female, (1966, 7, 7), 12, 12, Some("farida.dormant")),
    ("Gopal", "Beneficiary", Gender::Male, (1958, 10, 2), 13, 13, Some("gopal.beneficiary")),
];

/// The place of a seeded person by the last digits of the Aadhaar number.
const fn place(tail: usize) -> usize {
    tail - 1
}

/// The programme that the seeded beneficiary is linked with.
pub(crate) const PROGRAMME: &str = "EXAMPLE-SCHEME";

/// The password of those who have one. No secret: it opens nothing but this.
pub(crate) const PASSWORD: &str = "Sandbox@2468";

impl People {
    /// The people that every sandbox begins with.
    pub(crate) fn seeded() -> Self {
        let mut people = Self::default();
        for row in SEED {
            if let Some(details) = details(row) {
                people.add(details);
            }
        }
        people.change(place(12), |person| {
            person.password = Some(PASSWORD.to_owned());
            if let Some(account) = &mut person.account {
                account.state = AccountState::Deactivated;
            }
        });
        people.change(place(13), |person| {
            if let Some(account) = &mut person.account {
                account.benefits.push(PROGRAMME.to_owned());
            }
        });
        people.change(place(8), |person| {
            person.password = Some(PASSWORD.to_owned());
            person.email = Some("joseph.fictional@example.org".to_owned());
        });
        if let Some(born) = NaiveDate::from_ymd_opt(2021, 2, 21) {
            people.add_child(
                place(3),
                ("Tara", "Sample"),
                Gender::Female,
                born,
                NaiveDate::default(),
            );
        }
        if let (Some(born), Ok(mobile)) =
            (NaiveDate::from_ymd_opt(1996, 8, 15), MobileNumber::new("9999900014"))
            && let Ok(address) = "devi.declared@sbx".parse()
        {
            people.declare(("Devi", "Declared"), Gender::Female, born, mobile, address);
        }
        people
    }
}

fn details(row: &Row) -> Option<PatientDetails> {
    let (first, last, gender, (year, month, day), aadhaar, mobile, abha) = row;
    let born = NaiveDate::from_ymd_opt(*year, *month, *day)?;
    let aadhaar = invented_aadhaar(*aadhaar).ok()?;
    let mobile = MobileNumber::new(&format!("99999{mobile:05}")).ok()?;
    let details = PatientDetails::new((*first, *last), gender.clone(), born, aadhaar, mobile);
    Some(abha.map_or(details.clone(), |name| details.with_abha(name)))
}

/// `9999 0000 00nn` with its Verhoeff digit: valid, and seen at once to be nobody's.
fn invented_aadhaar(tail: u32) -> Result<AadhaarNumber, IdError> {
    let stem = format!("99990000{tail:03}");
    AadhaarNumber::new(&with_check_digit(&stem, check_digit::verhoeff).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use abdm_core::person::AbhaNumber;
    use abha_enrollment::input::VirtualId;

    use super::*;

    #[test]
    fn everybody_has_valid_check_digits() {
        let patients = People::seeded().patients();
        assert_eq!(patients.len(), SEED.len() + 2, "a child and a declared address");
        let mut numbers: Vec<_> = patients.iter().filter_map(|p| p.abha_number.clone()).collect();
        assert!(numbers.iter().all(AbhaNumber::has_valid_check_digit));
        numbers.sort();
        numbers.dedup();
        assert_eq!(numbers.len(), SEED.iter().filter(|row| row.6.is_some()).count() + 1);
        let aadhaar = patients.iter().filter_map(|p| p.aadhaar.as_ref());
        assert_eq!(aadhaar.filter(|a| a.expose().starts_with("9999")).count(), SEED.len());
        let vids = patients.iter().filter_map(|p| Some((p.aadhaar.as_ref()?, p.vid.as_ref()?)));
        let stands_for = |(aadhaar, vid): &(&AadhaarNumber, &VirtualId)| {
            vid.expose().get(4..15) == aadhaar.expose().get(..11)
        };
        assert_eq!(vids.filter(stands_for).count(), SEED.len());
    }

    #[test]
    fn the_special_ones_say_what_they_are() {
        let patients = People::seeded().patients();
        let notes: Vec<_> = patients.iter().filter_map(|p| p.note).collect();
        assert_eq!(
            notes,
            [
                "deactivated",
                "linked with a benefit programme",
                "child",
                "address without ABHA number"
            ]
        );
    }
}
