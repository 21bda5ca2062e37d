//! The patients of the clinic, all made up, and what each of them has in the register.

use abdm_core::id::IdError;
use abdm_core::vocabulary::Gender;
use abdm_examples::hip_program::records::Patient;

const WOMEN: [&str; 16] = [
    "Asha", "Meera", "Lakshmi", "Sunita", "Kavita", "Fatima", "Priya", "Radha", "Gurpreet",
    "Anjali", "Deepa", "Nirmala", "Rukmini", "Shabana", "Usha", "Vidya",
];
const MEN: [&str; 16] = [
    "Ravi", "Suresh", "Arjun", "Imran", "Vijay", "Mohan", "Harpreet", "Dinesh", "Ganesh", "Joseph",
    "Kiran", "Manoj", "Naveen", "Prakash", "Rajesh", "Tariq",
];
const SURNAMES: [&str; 16] = [
    "Sharma",
    "Patel",
    "Reddy",
    "Iyer",
    "Khan",
    "Singh",
    "Banerjee",
    "Nair",
    "Gowda",
    "Deshmukh",
    "Yadav",
    "Mishra",
    "Das",
    "Chauhan",
    "Fernandes",
    "Kulkarni",
];
/// So many share a telephone and a surname.
pub(crate) const FAMILY: usize = 4;
/// Of so many families ten have the telephone of a health worker.
pub(crate) const FAMILIES_OF_A_HELPER: usize = 500;
const HELPED: usize = 10;

/// A number that looks drawn, the same at each run.
const fn drawn(from: usize) -> usize {
    let mixed = (from as u64 ^ 0x9e37_79b9).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed >> 33) as usize
}

fn one_of<'a>(names: &[&'a str], number: usize) -> &'a str {
    names.get(number % names.len()).copied().unwrap_or_default()
}

pub(crate) fn address(number: usize) -> String {
    format!("patient{number}@sbx")
}

pub(crate) fn uhid(number: usize) -> String {
    format!("UHID-{number:07}")
}

/// Whether a health worker's telephone stands on the whole family's records.
pub(crate) const fn is_helped(family: usize) -> bool {
    family % FAMILIES_OF_A_HELPER < HELPED
}

/// A family's telephone, in ten digits.
pub(crate) fn mobile(family: usize) -> String {
    let of = if is_helped(family) { family - family % FAMILIES_OF_A_HELPER } else { family };
    // Neighbours have numbers far from each other.
    format!("{}", 6_000_000_000 + (of as u64 * 2_654_435_761) % 4_000_000_000)
}

/// The patient of this number. The first of each family has proven their ABHA address, the second
/// has told it.
pub(crate) fn patient(number: usize) -> Result<Patient, IdError> {
    let (family, member) = (number / FAMILY, number % FAMILY);
    let is_woman = member % 2 == 0;
    let names = if is_woman { &WOMEN } else { &MEN };
    let given = one_of(names, drawn(family) + member * 3);
    let name = format!("{given} {}", one_of(&SURNAMES, drawn(family) / 16));
    let mut patient = Patient::new(&uhid(number), name)?;
    patient.gender = Some(if is_woman { Gender::Female } else { Gender::Male });
    let year = 1950 + drawn(family) % 40 + member / 2 * 25;
    patient.birth = Some(format!("{year}-{:02}-{:02}", 1 + number % 12, 1 + number % 28));
    let digits = mobile(family);
    let (first, last) = digits.split_at(5);
    patient.mobiles = vec![format!("+91 {first}-{last}")];
    if member < 2 {
        patient.abha_address = Some(address(number).parse()?);
        patient.abha_number = Some(format!("91{number:012}").parse()?);
        patient.proven = member == 0;
    }
    Ok(patient)
}
