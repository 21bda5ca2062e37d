//! Names of resources and of what references lead to.

use super::{index::Index, modifiers, people::Party};
use crate::{
    Language,
    language::Phrase,
    model::{CodeableConcept, Coding, Reference, Resource},
    words,
};

/// The first code of a concept.
pub(super) fn first_code(concept: Option<&CodeableConcept>) -> Option<Coding> {
    concept?.coding.first().cloned()
}

/// What references lead to, in words: what the resource is about with what is said against it, else
/// what the reference shows.
pub(super) fn linked<'a>(
    references: &[Reference],
    holder: &'a Resource,
    index: &mut Index<'a>,
) -> Option<String> {
    let all: Vec<_> =
        references.iter().filter_map(|reference| link(reference, holder, index)).collect();
    words::joined(all, ", ")
}

/// More of a name that stands in many places helps nobody, and would let a document of a megabyte
/// become a record of gigabytes.
const LONGEST_LINK: usize = 600;

/// A text that may stand in many places.
pub(super) fn clipped(text: String) -> String {
    match text.char_indices().nth(LONGEST_LINK) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// What one reference leads to, in words.
pub(super) fn link<'a>(
    reference: &Reference,
    holder: &'a Resource,
    index: &mut Index<'a>,
) -> Option<String> {
    whole_link(reference, holder, index).map(clipped)
}

fn whole_link<'a>(
    reference: &Reference,
    holder: &'a Resource,
    index: &mut Index<'a>,
) -> Option<String> {
    let display = reference.display.clone().filter(|display| !display.trim().is_empty());
    match index.follow(reference, Some(holder)) {
        Some(found) if is_party(found) => match index.party(found) {
            Some(words) => Some(words.to_owned()),
            None => {
                let words = Party::of(reference, Some(holder), index)?.words();
                index.remember_party(found, &words);
                Some(words)
            }
        },
        Some(found) => {
            let name = about(found, index).or(display);
            let name = name.unwrap_or_else(|| found.resource_type().to_owned());
            Some(modifiers::standing(found, index).before(&name))
        }
        None => display.or_else(|| {
            let identifier = reference.identifier.as_ref()?;
            identifier.value.clone()
        }),
    }
}

/// Who references lead to, in words, those left out who are the record's authors anyway.
pub(super) fn parties<'a>(
    references: impl IntoIterator<Item = &'a Reference>,
    holder: &'a Resource,
    index: &mut Index<'a>,
) -> Option<String> {
    let mut all: Vec<String> = Vec::new();
    for reference in references {
        let name = link(reference, holder, index);
        all.extend(name.filter(|name| !all.contains(name)));
    }
    words::joined(all, "; ")
}

fn is_party(resource: &Resource) -> bool {
    matches!(
        resource,
        Resource::Practitioner(_)
            | Resource::PractitionerRole(_)
            | Resource::Organization(_)
            | Resource::Patient(_)
            | Resource::RelatedPerson(_)
    )
}

/// How many references a name is sought behind: a request names a medicine that is in a resource of
/// its own.
const MOST_STEPS: usize = 4;

/// What a resource is about, in a word or two.
pub(super) fn about<'a>(resource: &'a Resource, index: &Index<'a>) -> Option<String> {
    about_within(resource, index, MOST_STEPS)
}

/// What a reference leads to, by name, with what is said against it; nothing is noted as looked up.
fn named_behind<'a>(
    reference: &Reference,
    holder: &'a Resource,
    index: &Index<'a>,
    steps: usize,
) -> Option<String> {
    let display = reference.display.clone().filter(|display| !display.trim().is_empty());
    let found = (steps > 0).then(|| index.peek(reference, Some(holder))).flatten();
    let Some(found) = found else {
        return display.or_else(|| reference.identifier.as_ref()?.value.clone());
    };
    let name = about_within(found, index, steps - 1).filter(|name| !name.trim().is_empty());
    Some(modifiers::of_itself(found, index).before(&name.or(display)?))
}

fn about_within<'a>(resource: &'a Resource, index: &Index<'a>, steps: usize) -> Option<String> {
    let concept = match resource {
        Resource::Condition(r) => r.code.as_ref(),
        Resource::Procedure(r) => r.code.as_ref(),
        Resource::ServiceRequest(r) => r.code.as_ref(),
        Resource::Observation(r) => r.code.as_ref(),
        Resource::DiagnosticReport(r) => r.code.as_ref(),
        Resource::AllergyIntolerance(r) => r.code.as_ref(),
        Resource::Immunization(r) => r.vaccine_code.as_ref(),
        Resource::Medication(r) => r.code.as_ref(),
        Resource::ChargeItem(r) => r.code.as_ref(),
        Resource::Specimen(r) => r.r#type.as_ref(),
        Resource::Task(r) => return r.description.clone(),
        Resource::Organization(r) => return r.name.clone(),
        Resource::Location(r) => return r.name.clone(),
        Resource::Device(r) => {
            let name = r.device_name.iter().find_map(|name| name.name.clone());
            return name.or_else(|| Some(words::concept(r.r#type.as_ref())));
        }
        Resource::ImagingStudy(r) => return r.description.clone(),
        Resource::CarePlan(r) => {
            return r.title.clone().or_else(|| words::concepts(&r.category));
        }
        Resource::Appointment(r) => {
            let words = r.description.clone().or_else(|| words::concepts(&r.service_type));
            return words.or_else(|| words::concepts(&r.reason_code));
        }
        Resource::DocumentReference(r) => {
            let name = r.description.clone();
            return name.or_else(|| Some(words::concept(r.r#type.as_ref())));
        }
        Resource::Composition(r) => return r.title.clone(),
        Resource::MedicationRequest(r) => match &r.medication {
            Some(crate::model::MedicationRequestMedication::CodeableConcept(concept)) => {
                Some(concept)
            }
            Some(crate::model::MedicationRequestMedication::Reference(reference)) => {
                return named_behind(reference, resource, index, steps);
            }
            None => None,
        },
        Resource::MedicationStatement(r) => match &r.medication {
            Some(crate::model::MedicationStatementMedication::CodeableConcept(concept)) => {
                Some(concept)
            }
            Some(crate::model::MedicationStatementMedication::Reference(reference)) => {
                return named_behind(reference, resource, index, steps);
            }
            None => None,
        },
        Resource::Encounter(r) => {
            let kind = words::concepts(&r.r#type);
            return kind.or_else(|| r.class.as_ref().and_then(words::coding));
        }
        Resource::Practitioner(r) => return super::people::name(&r.name),
        Resource::Patient(r) => return super::people::name(&r.name),
        Resource::RelatedPerson(r) => return super::people::name(&r.name),
        Resource::Other(object) => {
            return super::other::name(object, index.language, &mut |reference| {
                named_behind(reference, resource, index, steps)
            });
        }
        _ => None,
    };
    let label = concept.and_then(CodeableConcept::label)?;
    Some(label.to_owned())
}

/// Both in one text.
pub(super) fn either(one: Option<String>, other: Option<String>) -> Option<String> {
    match (one, other) {
        (Some(one), Some(other)) if one != other => Some(format!("{one}, {other}")),
        (one, other) => one.or(other),
    }
}

/// Labelled facts in order; empty ones are left out.
pub(super) struct Details {
    language: Language,
    facts: Vec<(String, String)>,
}

impl Details {
    pub(super) fn of(language: Language) -> Self {
        Self { language, facts: Vec::new() }
    }

    pub(super) fn add(&mut self, label: Phrase, words: Option<String>) {
        self.add_labelled(self.language.say(label), words);
    }

    /// A fact whose label is the document's own.
    pub(super) fn add_labelled(&mut self, label: &str, words: Option<String>) {
        if let Some(words) = words.filter(|words| !words.trim().is_empty()) {
            self.facts.push((label.to_owned(), words));
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &(String, String)> {
        self.facts.iter()
    }

    pub(super) fn into_vec(self) -> Vec<(String, String)> {
        self.facts
    }
}
