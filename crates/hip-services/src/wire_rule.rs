//! What ABDM lets pass in texts, so that a wrong one is refused before it costs one of the
//! patient's few link-token requests.
//!
//! The rules are those of the types. What the hospital gives stays plain text until here, because a
//! back-fill takes whatever stands in the hospital's tables, and tells of each row that ABDM would
//! refuse without stopping at it.

use abdm_core::display_text::DisplayText;
use abdm_core::id::{IdError, PatientReference};
use abdm_core::person::{ProfileName, YearOfBirth};
use abdm_core::vocabulary::Gender;

use crate::error::Error;
use crate::patient::{LinkPatient, Visit};

/// What references may hold.
const REFERENCES: &str = "references may hold letters, digits and _-@,. ()/:\\ only";

/// Whether the visits may be linked, or told of.
pub(crate) fn visits(patient: &LinkPatient) -> Result<(), Error> {
    if patient.visits.is_empty() {
        return Err(Error::invalid("it needs at least one visit"));
    }
    if !patient.reference.keeps_wire_rule() {
        return Err(Error::invalid(REFERENCES));
    }
    for visit in &patient.visits {
        if visit.hi_types.is_empty() {
            return Err(of_visit(visit, "every visit needs at least one HI type"));
        }
        if !visit.reference.keeps_wire_rule() {
            return Err(of_visit(visit, REFERENCES));
        }
    }
    Ok(())
}

/// Whether a visit of this patient may be offered to them.
pub(crate) fn offers(patient: &PatientReference, visit: &Visit) -> bool {
    let references = patient.keeps_wire_rule() && visit.reference.keeps_wire_rule();
    references && !visit.hi_types.is_empty() && DisplayText::new(&visit.display).is_ok()
}

/// Whether the patient and the visits may be linked.
pub(crate) fn patient(patient: &LinkPatient) -> Result<(), Error> {
    visits(patient)?;
    for visit in &patient.visits {
        DisplayText::new(&visit.display).map_err(|error| of_visit(visit, error.rule))?;
    }
    let rule = |error: IdError| Error::invalid(error.rule);
    ProfileName::new(&patient.name).map_err(rule)?;
    YearOfBirth::new(patient.year_of_birth).map_err(rule)?;
    match patient.gender {
        Gender::Male | Gender::Female | Gender::Diverse | Gender::Undisclosed => Ok(()),
        _ => Err(Error::invalid("the gender must be that of the ABHA profile: M, F, O or D")),
    }
}

fn of_visit(visit: &Visit, rule: &'static str) -> Error {
    Error::Invalid { rule, visit: Some(visit.reference.clone()) }
}
