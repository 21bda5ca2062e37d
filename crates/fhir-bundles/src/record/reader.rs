use super::{
    Record, Section,
    index::Index,
    item::{Entry, Item},
    items::{self, either, first_code, label, labels, linked, note, period, plain},
    people::{Party, Person, Stay},
    unread::{Unread, leftovers},
};
use crate::{
    document::DocumentBundle,
    model::{
        self, Composition, CompositionSection, ConditionOnset, ProcedurePerformed, Reference,
        Resource,
    },
    render::plain_text,
};

pub(super) fn read(bundle: &DocumentBundle) -> Record {
    let mut index = Index::of(&bundle.bundle().entry);
    let composition = bundle.composition();
    let hi_type = bundle.hi_type();
    let mut record = Record {
        hi_type,
        title: composition
            .and_then(|composition| composition.title.clone())
            .or_else(|| hi_type.map(|kind| kind.title().to_owned()))
            .unwrap_or_else(|| "Health record".to_owned()),
        status: composition.and_then(|composition| composition.status.clone()),
        language: composition.and_then(|composition| composition.language.clone()),
        date: composition.and_then(|composition| composition.date.clone()),
        patient: None,
        authors: Vec::new(),
        organization: None,
        stay: None,
        sections: Vec::new(),
        unread: Vec::new(),
    };
    if let Some(composition) = composition {
        people(composition, &mut index, &mut record);
        let holder = bundle.resources().find(|r| matches!(r, Resource::Composition(_)));
        record.sections =
            composition.section.iter().map(|s| section(s, holder, &mut index, 0)).collect();
    }
    if record.patient.is_none() {
        record.patient = bundle.resources().find_map(|resource| match resource {
            Resource::Patient(patient) => Some(Person::of(patient, None)),
            _ => None,
        });
    }
    record.unread = unread(bundle, &index);
    record
}

fn people<'a>(composition: &'a Composition, index: &mut Index<'a>, record: &mut Record) {
    record.patient = composition.subject.as_ref().and_then(|subject| {
        let display = subject.display.as_deref();
        match index.follow(subject, None) {
            Some(Resource::Patient(patient)) => Some(Person::of(patient, display)),
            _ => display.map(Person::only_named),
        }
    });
    let parties: Vec<_> =
        composition.author.iter().filter_map(|author| Party::of(author, index)).collect();
    let encounter =
        composition.encounter.as_ref().and_then(|reference| index.follow(reference, None));
    let mut provider = None;
    if let Some(holder @ Resource::Encounter(encounter)) = encounter {
        record.stay = Some(Stay::of(encounter, holder, index));
        provider = encounter.service_provider.as_ref();
    }
    record.organization = composition
        .custodian
        .as_ref()
        .and_then(|custodian| Party::of(custodian, index))
        .or_else(|| provider.and_then(|provider| Party::of(provider, index)))
        .or_else(|| parties.iter().find(|party| party.kind == "Organization").cloned());
    record.authors = parties;
    for attester in &composition.attester {
        let _reached = attester.party.as_ref().and_then(|party| index.follow(party, None));
    }
}

fn section<'a>(
    section: &'a CompositionSection,
    holder: Option<&'a Resource>,
    index: &mut Index<'a>,
    depth: usize,
) -> Section {
    let items: Vec<Item> = section
        .entry
        .iter()
        .map(|reference| match index.follow(reference, holder) {
            Some(resource) => titled(items::item(resource, index), resource, reference),
            None => Item::Entry(missing(reference)),
        })
        .collect();
    // JSON depth is bounded by the reader, so this recursion is too; a model built by hand is not.
    let inner: &[_] = if depth < 16 { &section.section } else { &[] };
    let sections = inner.iter().map(|s| self::section(s, holder, index, depth + 1)).collect();
    let narrative = section.text.as_ref().and_then(|text| text.div.as_deref()).map(plain_text);
    Section {
        title: section
            .title
            .clone()
            .filter(|title| !title.trim().is_empty())
            .unwrap_or_else(|| label(section.code.as_ref())),
        code: first_code(section.code.as_ref()),
        text: narrative.filter(|text| items.is_empty() && !text.is_empty()),
        items,
        sections,
    }
}

/// A Binary has no title of its own; the reference to it may show one.
fn titled(mut item: Item, resource: &Resource, reference: &Reference) -> Item {
    if let (Item::Attachment(attachment), Resource::Binary(_), Some(display)) =
        (&mut item, resource, &reference.display)
    {
        attachment.title.clone_from(display);
    }
    item
}

/// An entry whose resource is not in the bundle: what its reference says is all there is.
fn missing(reference: &Reference) -> Entry {
    let name = reference.display.clone().unwrap_or_else(|| "not in the document".to_owned());
    let kind = reference.r#type.clone().unwrap_or_default();
    Entry {
        kind,
        name,
        code: None,
        details: vec![(
            "Missing".to_owned(),
            "the document refers to it and does not hold it".to_owned(),
        )],
    }
}

/// Entries that need no structure of their own.
pub(super) fn entry<'a>(resource: &'a Resource, index: &mut Index<'a>) -> Entry {
    let mut details = Vec::new();
    let mut add = |name: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.trim().is_empty()) {
            details.push((name.to_owned(), value));
        }
    };
    let concept = match resource {
        Resource::Condition(condition) => {
            add("Since", condition.onset.as_ref().map(onset));
            let status = label(condition.clinical_status.as_ref());
            add("Status", Some(status).filter(|status| !status.eq_ignore_ascii_case("active")));
            add("Severity", condition.severity.as_ref().and_then(|c| c.label().map(str::to_owned)));
            add("Note", note(&condition.note));
            condition.code.as_ref()
        }
        Resource::AllergyIntolerance(allergy) => {
            let reactions = allergy.reaction.iter().filter_map(|r| labels(&r.manifestation));
            add("Reaction", Some(reactions.collect::<Vec<_>>().join(", ")));
            add("Criticality", allergy.criticality.clone());
            add("Note", note(&allergy.note));
            allergy.code.as_ref()
        }
        Resource::Procedure(procedure) => {
            add("Done", procedure.performed.as_ref().map(performed));
            let reasons = linked(&procedure.reason_reference, resource, index);
            add("Reason", either(labels(&procedure.reason_code), reasons));
            add("Outcome", procedure.outcome.as_ref().and_then(|c| c.label().map(str::to_owned)));
            add("Note", note(&procedure.note));
            procedure.code.as_ref()
        }
        Resource::ServiceRequest(request) => {
            let reasons = linked(&request.reason_reference, resource, index);
            add("Reason", either(labels(&request.reason_code), reasons));
            add("Performer", linked(&request.performer, resource, index));
            add("Note", note(&request.note));
            request.code.as_ref()
        }
        Resource::Appointment(appointment) => {
            add("When", appointment.start.as_ref().map(model::Instant::to_string));
            add("Status", appointment.status.clone());
            add("Note", appointment.comment.clone());
            let based_on = linked(&appointment.based_on, resource, index);
            let reasons = linked(&appointment.reason_reference, resource, index);
            add("Reason", either(based_on, reasons));
            let words =
                appointment.description.clone().or_else(|| labels(&appointment.reason_code));
            let words = words.or_else(|| labels(&appointment.service_type));
            return Entry {
                name: words.unwrap_or_else(|| "Appointment".to_owned()),
                details,
                ..plain(resource, "")
            };
        }
        Resource::FamilyMemberHistory(history) => {
            add("Relative", history.name.clone());
            add("Note", note(&history.note));
            let illnesses: Vec<_> =
                history.condition.iter().map(|condition| label(condition.code.as_ref())).collect();
            let name =
                format!("{}: {}", label(history.relationship.as_ref()), illnesses.join(", "));
            return Entry { name, details, ..plain(resource, "") };
        }
        Resource::CarePlan(plan) => {
            add("Plan", plan.description.clone());
            add("Period", plan.period.as_ref().map(period));
            add("Goals", linked(&plan.goal, resource, index));
            add("Addresses", linked(&plan.addresses, resource, index));
            for activity in &plan.activity {
                let activity_words = activity.detail.as_ref().and_then(|detail| {
                    detail.description.clone().or_else(|| Some(label(detail.code.as_ref())))
                });
                let referenced: Vec<_> = activity.reference.iter().cloned().collect();
                add("Activity", either(activity_words, linked(&referenced, resource, index)));
            }
            add("Note", note(&plan.note));
            let name = plan.title.clone().or_else(|| labels(&plan.category));
            let name = name.unwrap_or_else(|| "Care plan".to_owned());
            return Entry { name, details, ..plain(resource, "") };
        }
        Resource::ImmunizationRecommendation(recommendation) => {
            let mut names = Vec::new();
            for due in &recommendation.recommendation {
                names.extend(labels(&due.vaccine_code).or_else(|| {
                    due.target_disease.as_ref().and_then(|c| c.label().map(str::to_owned))
                }));
                let given = linked(&due.supporting_immunization, resource, index);
                add("After", given);
                for date in &due.date_criterion {
                    add("Due", date.value.as_ref().map(model::DateTime::to_string));
                }
                add(
                    "Status",
                    due.forecast_status.as_ref().and_then(|c| c.label().map(str::to_owned)),
                );
            }
            return Entry { name: names.join(", "), details, ..plain(resource, "") };
        }
        Resource::Medication(medication) => medication.code.as_ref(),
        Resource::Encounter(encounter) => encounter.r#type.first(),
        Resource::Organization(organization) => {
            return plain(resource, organization.name.as_deref().unwrap_or_default());
        }
        _ => None,
    };
    let name = label(concept);
    let name = if name.is_empty() { resource.resource_type().to_owned() } else { name };
    Entry { kind: resource.resource_type().to_owned(), name, code: first_code(concept), details }
}

fn onset(onset: &ConditionOnset) -> String {
    match onset {
        ConditionOnset::DateTime(date) => date.to_string(),
        ConditionOnset::Age(age) => items::quantity(age),
        ConditionOnset::Period(value) => period(value),
        ConditionOnset::String(text) => text.clone(),
        ConditionOnset::Range(range) => range.low.as_ref().map(items::quantity).unwrap_or_default(),
    }
}

fn performed(performed: &ProcedurePerformed) -> String {
    match performed {
        ProcedurePerformed::DateTime(date) => date.to_string(),
        ProcedurePerformed::Period(value) => period(value),
        ProcedurePerformed::String(text) => text.clone(),
        ProcedurePerformed::Age(age) => items::quantity(age),
        ProcedurePerformed::Range(range) => {
            range.low.as_ref().map(items::quantity).unwrap_or_default()
        }
    }
}

/// Misshapen and unknown elements, types that are not modelled, references that lead nowhere, and
/// clinical resources that no section reaches.
fn unread(bundle: &DocumentBundle, index: &Index<'_>) -> Vec<Unread> {
    let mut unread = leftovers(bundle.bundle());
    for (place, entry) in bundle.bundle().entry.iter().enumerate() {
        let path = format!("Bundle.entry[{place}].resource");
        match &entry.resource {
            None => unread.push(Unread::new(path, "an entry without a resource")),
            Some(Resource::Other(_)) => {
                unread
                    .push(Unread::new(path, "a resource of a type that ABDM documents do not use"));
            }
            Some(resource) if is_clinical(resource) && !index.was_reached(place) => {
                unread.push(Unread::new(path, "no section leads to this resource"));
            }
            Some(_) => {}
        }
    }
    for reference in &index.dangling {
        let path = format!("reference {}", short(reference));
        unread.push(Unread::new(path, "leads to nothing in the document"));
    }
    unread
}

fn is_clinical(resource: &Resource) -> bool {
    !matches!(
        resource,
        Resource::Composition(_)
            | Resource::Patient(_)
            | Resource::Practitioner(_)
            | Resource::PractitionerRole(_)
            | Resource::Organization(_)
            | Resource::Encounter(_)
            | Resource::RelatedPerson(_)
            | Resource::Location(_)
            | Resource::Device(_)
            | Resource::Medication(_)
    )
}

/// A reference is an address, no health data; a very long one is cut.
fn short(reference: &str) -> String {
    reference.chars().take(80).collect()
}
