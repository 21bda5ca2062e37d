//! The patients of a file: those that it lists, and those whom its records name.

use abdm_core::id::{IdError, PatientReference};
use abdm_core::person::{AbhaAddress, AbhaNumber};
use abdm_core::vocabulary::Gender;
use hip_services::patient_index::ten_digit_mobile;
use hip_services::year_of_birth;
use sha2::{Digest as _, Sha256};

use super::fields::{Fields, same};
use super::json::Json;
use super::problems::RecordsProblem;

/// The names of a patient's number.
const REFERENCE: [&str; 7] =
    ["reference", "facilityNumber", "uhid", "mrn", "patientReference", "referenceNumber", "id"];

/// A patient of the facility.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Patient {
    /// The facility's number for the patient.
    pub reference: PatientReference,
    /// The whole name.
    pub name: String,
    /// The gender, if it is known.
    pub gender: Option<Gender>,
    /// The date of birth, as far as it is known: `1986`, `1986-04-12`, `12-04-1986`.
    pub birth: Option<String>,
    /// Mobile numbers, as they are written.
    pub mobiles: Vec<String>,
    /// The ABHA number.
    pub abha_number: Option<AbhaNumber>,
    /// The ABHA address.
    pub abha_address: Option<AbhaAddress>,
    /// Whether ABHA number and address are proven to be the patient's.
    pub proven: bool,
}

/// Names no person.
impl std::fmt::Debug for Patient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Patient").field("reference", &self.reference).finish_non_exhaustive()
    }
}

impl Patient {
    /// A patient of whom nothing but number and name is known so far.
    ///
    /// # Errors
    /// When the number is none.
    pub fn new(reference: &str, name: impl Into<String>) -> Result<Self, IdError> {
        Ok(Self {
            reference: PatientReference::new(reference)?,
            name: name.into(),
            gender: None,
            birth: None,
            mobiles: Vec::new(),
            abha_number: None,
            abha_address: None,
            proven: false,
        })
    }
}

/// A patient, and whether the number is the file's own.
struct Known {
    patient: Patient,
    is_numbered: bool,
}

/// The patients so far.
#[derive(Default)]
pub(super) struct Patients(Vec<Known>);

impl Patients {
    /// Takes a patient of the file's list.
    pub(super) fn declare(&mut self, place: &str, json: &Json, problems: &mut Vec<RecordsProblem>) {
        let Some(read) = read(place, json, None, problems) else { return };
        if read.is_numbered && self.get(&read.patient.reference).is_some() {
            let text = "another patient has the same reference";
            problems.push(RecordsProblem::new(format!("{place}.reference"), text));
            return;
        }
        self.add(read);
    }

    /// The patient whom a record names: one of those before, if it is the same person. `reference` is
    /// what stands beside the record.
    pub(super) fn named(
        &mut self,
        place: &str,
        json: &Json,
        reference: Option<&str>,
        problems: &mut Vec<RecordsProblem>,
    ) -> Option<PatientReference> {
        Some(self.add(read(place, json, reference, problems)?))
    }

    pub(super) fn get(&self, reference: &PatientReference) -> Option<&Patient> {
        let mut all = self.0.iter().map(|known| &known.patient);
        all.find(|patient| patient.reference == *reference)
    }

    pub(super) fn into_all(self) -> Vec<Patient> {
        self.0.into_iter().map(|known| known.patient).collect()
    }

    fn add(&mut self, new: Known) -> PatientReference {
        let Some(known) = self.0.iter_mut().find(|known| is_same(known, &new)) else {
            let reference = new.patient.reference.clone();
            self.0.push(new);
            return reference;
        };
        let (own, new_one) = (&mut known.patient, new.patient);
        own.gender = own.gender.take().or(new_one.gender);
        own.birth = own.birth.take().or(new_one.birth);
        own.abha_number = own.abha_number.take().or(new_one.abha_number);
        own.abha_address = own.abha_address.take().or(new_one.abha_address);
        own.proven |= new_one.proven;
        for mobile in new_one.mobiles {
            if !own.mobiles.iter().any(|own| ten_digit_mobile(own) == ten_digit_mobile(&mobile)) {
                own.mobiles.push(mobile);
            }
        }
        own.reference.clone()
    }
}

/// Whether two are one person: by the file's own numbers where both have one, else by ABHA address, by
/// ABHA number, or by name, birth and mobile number, and nothing of these contradicts.
fn is_same(known: &Known, new: &Known) -> bool {
    let (one, other) = (&known.patient, &new.patient);
    if known.is_numbered && new.is_numbered || one.reference == other.reference {
        return one.reference == other.reference;
    }
    let address = |patient: &Patient| patient.abha_address.as_ref().map(AbhaAddress::folded);
    let numbers = (&one.abha_number, &other.abha_number);
    let addresses = (address(one), address(other));
    // A second address of a person is kept apart: a document names one of them.
    if matches!(numbers, (Some(one), Some(other)) if one != other)
        || matches!(&addresses, (Some(one), Some(other)) if one != other)
    {
        return false;
    }
    if numbers.0.is_some() && numbers.1.is_some() || addresses.0.is_some() && addresses.1.is_some()
    {
        return true;
    }
    let has_mobile = |mobile: &String| {
        let digits = ten_digit_mobile(mobile);
        digits.is_some() && one.mobiles.iter().any(|own| ten_digit_mobile(own) == digits)
    };
    same(&one.name, &other.name)
        && one.birth.is_some()
        && one.birth == other.birth
        && other.mobiles.iter().any(has_mobile)
}

/// Reads a patient; `None` after a problem.
fn read(
    place: &str,
    json: &Json,
    reference: Option<&str>,
    problems: &mut Vec<RecordsProblem>,
) -> Option<Known> {
    let fields = Fields::of(json);
    let before = problems.len();
    let mut problem = |field: &str, text: &str| {
        problems.push(RecordsProblem::new(format!("{place}.{field}"), text));
    };
    let name = fields.text(&["name", "fullName", "patientName"]);
    if name.is_none() {
        problem("name", "the whole name is missing");
    }
    let name = name.unwrap_or_default();
    let birth = ["birthDate", "dateOfBirth", "dob", "yearOfBirth", "yob"];
    let birth = fields.text(&birth);
    if birth.as_deref().is_some_and(|birth| year_of_birth(birth).is_err()) {
        problem(
            "birthDate",
            "it is no date with a year of four digits, such as 1986-04-12 or 1986",
        );
    }
    let gender = fields.text(&["gender", "sex"]).map(|text| gender(&text));
    let number = fields.text(&["abhaNumber", "abha", "healthIdNumber"]);
    let abha_number = number.and_then(|text| {
        text.parse().map_err(|_| problem("abhaNumber", "it is no ABHA number of 14 digits")).ok()
    });
    let address = fields.text(&["abhaAddress", "healthId"]);
    let abha_address: Option<AbhaAddress> = address.and_then(|text| {
        text.parse().map_err(|_| problem("abhaAddress", "it is no address such as asha@sbx")).ok()
    });
    let mobiles = fields.texts(&["mobiles", "mobile", "phone", "phones", "phoneNumber"]);
    if mobiles.iter().any(|mobile| ten_digit_mobile(mobile).is_none()) {
        problem("mobile", "it is no mobile number of ten digits");
    }
    let given = reference.map(str::to_owned).or_else(|| fields.text(&REFERENCE));
    let is_numbered = given.is_some();
    let made_up = || {
        let number = abha_number.as_ref().map(|number: &AbhaNumber| number.to_digits().to_owned());
        let address = abha_address.as_ref().map(AbhaAddress::folded);
        if number.is_some() || address.is_some() {
            return [number, address].map(Option::unwrap_or_default).join("|");
        }
        format!("{name}|{}|{}", birth.as_deref().unwrap_or_default(), mobiles.join("|"))
    };
    let text = given.unwrap_or_else(|| format!("UHID-{}", short_digest(&made_up())));
    let reference = PatientReference::new(&text).ok().filter(PatientReference::keeps_wire_rule);
    if reference.is_none() {
        problem("reference", "ABDM takes up to 255 letters, digits and _-@,. ()/:\\ only");
    }
    let proven = fields.get(&["proven", "verified", "abhaVerified"]).and_then(Json::as_bool);
    // The file is what the hospital knows: a number that was merely typed in says so.
    let proven = proven.unwrap_or(true);
    let reference = reference.filter(|_| problems.len() == before)?;
    let patient =
        Patient { reference, name, gender, birth, mobiles, abha_number, abha_address, proven };
    Some(Known { patient, is_numbered })
}

/// A gender by its word or ABDM's letter.
fn gender(text: &str) -> Gender {
    let letter = match text.to_lowercase().as_str() {
        "male" => "M",
        "female" => "F",
        "other" => "O",
        "transgender" => "T",
        "undisclosed" => "D",
        "unknown" => "U",
        _ => text,
    };
    Gender::from(letter.to_uppercase().as_str())
}

/// Eight signs that stand for a text, the same ones at every start.
pub(super) fn short_digest(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().take(4).map(|byte| format!("{byte:02X}")).collect()
}
