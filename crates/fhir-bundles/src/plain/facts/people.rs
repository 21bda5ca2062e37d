//! The people, the place and the visit.

use super::{
    super::{
        source::Source,
        words::{GENDERS, VISIT_KINDS},
    },
    with,
};
use crate::build::{
    Facility, FurtherIdentifier, Gender, IdentifierKind, Patient, Practitioner, Visit,
};

/// The council of those who name none.
const NATIONAL_COUNCIL: &str = "https://www.nmc.org.in";

pub(in crate::plain) fn patient(source: Source<'_>) -> Patient {
    let patient = Patient::named(source.needed("name"));
    let patient = with(patient, source.text("abhaNumber"), Patient::abha_number);
    let patient = with(patient, source.text("abhaAddress"), Patient::abha_address);
    let patient = with(patient, source.text("facilityNumber"), Patient::facility_number);
    let further = source.list("identifiers", None).into_iter().map(further_identifier);
    let patient = further.fold(patient, Patient::identifier);
    let gender = source.word("gender", &GENDERS).and_then(Gender::from_code);
    let patient = with(patient, gender, Patient::gender);
    let patient = with(patient, source.text("birthDate"), |p, date| p.birth_date(date));
    let patient = with(patient, source.text("age"), Patient::age);
    let patient = with(patient, source.text("phone"), Patient::phone);
    let patient = with(patient, source.text("email"), Patient::email);
    with(patient, source.text("address"), Patient::address)
}

/// Whether a patient can be told from others.
pub(in crate::plain) fn patient_is_identified(source: Source<'_>) -> bool {
    ["abhaNumber", "abhaAddress", "facilityNumber", "identifiers"]
        .iter()
        .any(|name| source.has(name))
}

fn further_identifier(source: Source<'_>) -> FurtherIdentifier {
    let word = source.needed("type");
    let known = IdentifierKind::from_word(&word);
    let identifier =
        FurtherIdentifier::new(known.unwrap_or(IdentifierKind::Other), source.needed("value"));
    // A kind that has no code is told in the caller's words.
    let name = known.is_none().then_some(word);
    let identifier = with(identifier, name, FurtherIdentifier::named);
    let identifier = with(identifier, source.text("issuer"), FurtherIdentifier::issued_by);
    with(identifier, source.text("system"), FurtherIdentifier::in_system)
}

pub(in crate::plain) fn practitioner(source: Source<'_>) -> Practitioner {
    let practitioner = Practitioner::named(source.needed("name"));
    let practitioner = with(practitioner, source.text("hprId"), Practitioner::hpr_id);
    let practitioner = with(practitioner, source.text("registrationNumber"), |p, number| {
        let council = source.text("registrationCouncil");
        p.registration(council.unwrap_or_else(|| NATIONAL_COUNCIL.to_owned()), number)
    });
    let practitioner =
        with(practitioner, source.text("facilityNumber"), Practitioner::facility_number);
    let further = source.list("identifiers", None).into_iter().map(further_identifier);
    let practitioner = further.fold(practitioner, Practitioner::identifier);
    let practitioner =
        with(practitioner, source.text("qualification"), Practitioner::qualification);
    with(practitioner, source.text("phone"), Practitioner::phone)
}

/// Whether a professional can be told from others.
pub(in crate::plain) fn practitioner_is_identified(source: Source<'_>) -> bool {
    let names = ["hprId", "registrationNumber", "facilityNumber", "identifiers"];
    names.iter().any(|name| source.has(name))
}

pub(in crate::plain) fn facility(source: Source<'_>) -> Facility {
    let facility = Facility::new(source.needed("name"), source.needed("hfrId"));
    let facility = with(facility, source.text("phone"), Facility::phone);
    let facility = with(facility, source.text("email"), Facility::email);
    with(facility, source.text("address"), Facility::address)
}

pub(in crate::plain) fn visit(source: Source<'_>, usual: &str) -> Visit {
    let start = source.needed("start");
    let visit = match source.word("kind", &VISIT_KINDS).unwrap_or(usual) {
        "inpatient" => Visit::admitted(start),
        "emergency" => Visit::emergency(start),
        "teleconsultation" => Visit::teleconsultation(start),
        "home" => Visit::home(start),
        _ => Visit::outpatient(start),
    };
    let visit = with(visit, source.text("end"), |visit, end| visit.until(end));
    let visit = with(visit, source.text("number"), Visit::number);
    let visit = source.concepts("reasons").into_iter().fold(visit, Visit::reason);
    with(visit, source.concept("dischargedTo"), Visit::discharged_to)
}
