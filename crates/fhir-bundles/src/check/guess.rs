//! Which record type a Composition seems to be of, when it claims none.

use super::{
    bundle::{composition, text, type_of},
    targets::Targets,
};
use crate::{
    codes::{self, HiType, LOINC},
    json::Json,
    model::CodeableConcept,
};

/// LOINC's codes of documents that hospital systems write as the type.
const LOINC_TYPES: &[(&str, HiType)] = &[
    ("11488-4", HiType::OpConsultation),
    ("34117-2", HiType::OpConsultation),
    ("34108-1", HiType::OpConsultation),
    ("57833-6", HiType::Prescription),
    ("29551-9", HiType::Prescription),
    ("18842-5", HiType::DischargeSummary),
    ("28655-9", HiType::DischargeSummary),
    ("34133-9", HiType::DischargeSummary),
    ("11502-2", HiType::DiagnosticReport),
    ("18748-4", HiType::DiagnosticReport),
    ("18725-2", HiType::DiagnosticReport),
    ("11526-1", HiType::DiagnosticReport),
    ("11369-6", HiType::ImmunizationRecord),
    ("82593-5", HiType::ImmunizationRecord),
];

/// Words of titles, in the order in which they decide.
const WORDS: &[(&str, HiType)] = &[
    ("discharge", HiType::DischargeSummary),
    ("prescription", HiType::Prescription),
    ("invoice", HiType::Invoice),
    ("bill", HiType::Invoice),
    ("receipt", HiType::Invoice),
    ("immunization", HiType::ImmunizationRecord),
    ("immunisation", HiType::ImmunizationRecord),
    ("vaccin", HiType::ImmunizationRecord),
    ("wellness", HiType::WellnessRecord),
    ("vital", HiType::WellnessRecord),
    ("consult", HiType::OpConsultation),
    ("outpatient", HiType::OpConsultation),
    ("opd", HiType::OpConsultation),
    ("diagnostic", HiType::DiagnosticReport),
    ("laboratory", HiType::DiagnosticReport),
    ("lab report", HiType::DiagnosticReport),
    ("radiology", HiType::DiagnosticReport),
    ("imaging", HiType::DiagnosticReport),
    ("pathology", HiType::DiagnosticReport),
    ("health document", HiType::HealthDocumentRecord),
    ("scanned", HiType::HealthDocumentRecord),
];

/// What all entries of the sections are of, and the record type that holds nothing else.
const CONTENTS: &[(&[&str], HiType)] = &[
    (&["DiagnosticReport"], HiType::DiagnosticReport),
    (&["Invoice"], HiType::Invoice),
    (&["Immunization", "ImmunizationRecommendation"], HiType::ImmunizationRecord),
    (&["MedicationRequest", "Binary"], HiType::Prescription),
    (&["DocumentReference"], HiType::HealthDocumentRecord),
    (&["Observation"], HiType::WellnessRecord),
];

/// The record type that the Composition's type and title tell.
pub(super) fn by_type(composition: &Json) -> Option<HiType> {
    by_concept(composition).or_else(|| by_title(composition)).or_else(|| by_loinc(composition))
}

/// The record type that the document seems to be of, by its entries if nothing else tells.
pub(super) fn of_document(bundle: &Json, targets: &Targets<'_>) -> Option<HiType> {
    let composition = composition(bundle)?;
    by_type(composition).or_else(|| by_entries(bundle, composition, targets))
}

fn by_concept(composition: &Json) -> Option<HiType> {
    let concept = composition.get("type")?;
    let concept = CodeableConcept {
        text: text(concept, "text").map(str::to_owned),
        coding: codings(composition)
            .filter_map(|coding| text(coding, "code"))
            .map(|code| codes::snomed(code, ""))
            .collect(),
        ..CodeableConcept::default()
    };
    HiType::from_type_concept(&concept)
}

fn codings(composition: &Json) -> impl Iterator<Item = &Json> {
    let codings = composition.get("type").and_then(|concept| concept.get("coding"));
    codings.and_then(Json::as_array).unwrap_or_default().iter()
}

fn by_loinc(composition: &Json) -> Option<HiType> {
    let of_loinc = codings(composition).filter(|coding| text(coding, "system") == Some(LOINC));
    of_loinc.filter_map(|coding| text(coding, "code")).find_map(|code| {
        LOINC_TYPES.iter().find(|(known, _)| *known == code).map(|(_, kind)| *kind)
    })
}

fn by_title(composition: &Json) -> Option<HiType> {
    let title = text(composition, "title");
    let concept = composition.get("type").and_then(|concept| text(concept, "text"));
    let displays = codings(composition).filter_map(|coding| text(coding, "display"));
    title.into_iter().chain(concept).chain(displays).find_map(|words| {
        let words = words.to_lowercase();
        WORDS.iter().find(|(word, _)| words.contains(word)).map(|(_, kind)| *kind)
    })
}

fn by_entries(bundle: &Json, composition: &Json, targets: &Targets<'_>) -> Option<HiType> {
    let entries = bundle.get("entry").and_then(Json::as_array)?;
    let sections = composition.get("section").and_then(Json::as_array)?;
    let mut types = Vec::new();
    for section in sections {
        let references = section.get("entry").and_then(Json::as_array).unwrap_or_default();
        for reference in references.iter().filter_map(|entry| text(entry, "reference")) {
            let found = targets.find(reference)?;
            types.push(type_of(entries.get(found.place)?.get("resource")?)?);
        }
    }
    if types.is_empty() {
        return None;
    }
    let holds = |allowed: &[&str]| types.iter().all(|type_| allowed.contains(type_));
    CONTENTS.iter().find(|(allowed, _)| holds(allowed)).map(|(_, kind)| *kind)
}
