//! Who looks for their records, and what the consent manager vouches for.

use abdm_core::id::HipId;
use abdm_examples::hip_program::records::Patient;
use hip_services::matching::WantedPatient;

use crate::town::{self, FAMILIES_OF_A_HELPER, FAMILY};
use crate::{Failure, Size};

/// By what somebody is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    /// A proven ABHA address alone.
    Address,
    /// All that ABDM knows of an account: address, number and mobile number.
    Account,
    /// The mobile number of a family.
    Mobile,
    /// A medical record number.
    RecordNumber,
    /// The mobile number of a health worker: it says nothing of a person.
    Helper,
    /// What nobody has.
    Nothing,
}

impl Key {
    pub(crate) const ALL: [Self; 6] = [
        Self::Address,
        Self::Account,
        Self::Mobile,
        Self::RecordNumber,
        Self::Helper,
        Self::Nothing,
    ];
}

/// One discovery.
pub(crate) struct Question {
    pub(crate) key: Key,
    pub(crate) wanted: WantedPatient,
    /// Who is to be found.
    pub(crate) expected: Option<String>,
}

/// The patients who have visits: of all members of families alike.
pub(crate) fn visitors(size: &Size) -> impl Iterator<Item = usize> {
    let (patients, step) = (size.patients, size.patients / size.visitors);
    (0..size.visitors).filter_map(move |visitor| {
        let mut family = visitor * step / FAMILY;
        while town::is_helped(family) {
            family += 1;
        }
        let number = family * FAMILY + visitor % FAMILY;
        (number < patients).then_some(number)
    })
}

/// The questions, the keys by turns.
pub(crate) fn all(size: &Size, hip_id: &HipId) -> Result<Vec<Question>, Failure> {
    let chosen = visitors(size).step_by((size.visitors / size.questions).max(1) | 1);
    // The first of a family has a proven address, which is asked by.
    let chosen: Vec<usize> = chosen.filter(|number| number % FAMILY != 0).collect();
    let proven: Vec<usize> = visitors(size).filter(|number| number % FAMILY == 0).collect();
    let mut questions = Vec::with_capacity(size.questions);
    for turn in 0..size.questions {
        let key = *Key::ALL.get(turn % Key::ALL.len()).ok_or("no key")?;
        let of = match key {
            Key::Address | Key::Account => &proven,
            _ => &chosen,
        };
        let number = *of.get(turn % of.len()).ok_or("nobody has a visit")?;
        questions.push(question(key, number, (turn, size.patients), hip_id)?);
    }
    Ok(questions)
}

fn question(
    key: Key,
    number: usize,
    (turn, patients): (usize, usize),
    hip_id: &HipId,
) -> Result<Question, Failure> {
    let patient = town::patient(number)?;
    let wanted = described(WantedPatient::new(hip_id.clone()), &patient)?;
    let (address, abha_number) = (town::address(number), format!("91{number:012}"));
    let own_mobile = town::mobile(number / FAMILY);
    let expected = Some(town::uhid(number));
    let (wanted, expected) = match key {
        Key::Address => (wanted.abha_address(address), expected),
        Key::Account => {
            let wanted = wanted.abha_address(address).verified("ABHA_NUMBER", abha_number);
            (wanted.verified("MOBILE", own_mobile), expected)
        }
        Key::Mobile => {
            (wanted.abha_address("newcomer@sbx").verified("MOBILE", own_mobile), expected)
        }
        Key::RecordNumber => {
            let typed = town::uhid(number).to_lowercase();
            (wanted.abha_address("newcomer@sbx").verified("MR", typed), expected)
        }
        Key::Helper => {
            let mobile = town::mobile(turn % 7 * FAMILIES_OF_A_HELPER);
            (wanted.abha_address("newcomer@sbx").verified("MOBILE", mobile), None)
        }
        Key::Nothing => {
            let wanted = wanted.abha_address(format!("nobody{turn}@sbx"));
            (wanted.verified("MOBILE", town::mobile(nobodys_family(patients + turn))), None)
        }
    };
    Ok(Question { key, wanted, expected })
}

/// One of this number or after it who has a telephone for itself.
fn nobodys_family(first: usize) -> usize {
    if town::is_helped(first) { first + FAMILIES_OF_A_HELPER / 2 } else { first }
}

/// The account's own name, gender and year of birth.
fn described(wanted: WantedPatient, patient: &Patient) -> Result<WantedPatient, Failure> {
    let gender = patient.gender.clone().ok_or("no gender")?;
    let year = patient.year_of_birth().ok_or("no year")?;
    Ok(wanted.name(&patient.name).gender(gender).year_of_birth(year))
}
