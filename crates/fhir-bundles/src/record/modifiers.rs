//! Reads the standing of a resource from all its modifier elements.

use super::{
    index::{Index, Whose},
    labels::clipped,
    said,
    standing::{MarkKind, Standing},
    status,
};
use crate::{
    Language,
    json::{Json, Object},
    language::Phrase,
    model::{
        BundleEntry, CodeableConcept, DocumentReference, Modifier, Patient, Reference, Resource,
        Value,
    },
    words::{concept, concepts},
};

/// How a resource stands. `Patient` and `Practitioner` say of themselves only whether they are in
/// use.
pub(super) fn standing<'a>(resource: &'a Resource, index: &mut Index<'a>) -> Standing {
    let mut standing = of_itself(resource, index);
    if let Some(words) = other_subject(resource, index) {
        standing.add(MarkKind::OtherSubject, words);
    }
    standing
}

/// The same without the question whom it is about.
pub(super) fn of_itself(resource: &Resource, index: &Index<'_>) -> Standing {
    let mut standing = own(resource, index.language);
    if let Some(marks) = index.entry_standing(resource) {
        standing.inherit(marks, Phrase::OfEntry, index.language);
    }
    standing
}

/// What the resource says of itself.
pub(super) fn own(resource: &Resource, language: Language) -> Standing {
    let mut standing = Standing::plain();
    let kind = resource.resource_type();
    if !matches!(resource, Resource::Patient(_)) {
        status::add(&mut standing, kind, resource.member_text("status"), language);
    }
    match resource {
        Resource::Condition(r) => {
            status::add_concept(&mut standing, kind, r.verification_status.as_ref(), language);
            status::add_concept(&mut standing, kind, r.clinical_status.as_ref(), language);
        }
        Resource::AllergyIntolerance(r) => {
            status::add_concept(&mut standing, kind, r.verification_status.as_ref(), language);
            status::add_concept(&mut standing, kind, r.clinical_status.as_ref(), language);
        }
        Resource::MedicationRequest(r) => {
            if r.do_not_perform == Some(true) {
                standing.add(MarkKind::Negated, language.say(Phrase::DoNotGive));
            }
            status::add_intent(&mut standing, kind, r.intent.as_deref(), language);
            standing.explain(r.status_reason.as_ref().map(|c| concept(Some(c))));
        }
        Resource::MedicationStatement(r) => {
            standing.explain(concepts(&r.status_reason));
        }
        Resource::ServiceRequest(r) => {
            if r.do_not_perform == Some(true) {
                standing.add(MarkKind::Negated, language.say(Phrase::DoNotPerform));
            }
            status::add_intent(&mut standing, kind, r.intent.as_deref(), language);
        }
        Resource::CarePlan(r) => {
            status::add_intent(&mut standing, kind, r.intent.as_deref(), language)
        }
        Resource::Procedure(r) => {
            standing.explain(r.status_reason.as_ref().map(|c| concept(Some(c))));
        }
        Resource::Immunization(r) => {
            standing.explain(r.status_reason.as_ref().map(|c| concept(Some(c))));
            if r.is_subpotent == Some(true) {
                let reason = concepts(&r.subpotent_reason);
                let words = match reason {
                    Some(reason) => language.fill(Phrase::SubpotentDoseFor, &[&reason]),
                    None => language.say(Phrase::SubpotentDose).to_owned(),
                };
                standing.add(MarkKind::Unclear, words);
            }
        }
        Resource::Appointment(r) => {
            let reason = r.cancelation_reason.as_ref().map(|c| concept(Some(c)));
            standing.explain(reason);
        }
        Resource::Invoice(r) => {
            standing.explain(r.cancelled_reason.clone());
        }
        Resource::DocumentReference(r) => document_reference(&mut standing, r, language),
        Resource::Device(r) => {
            standing.explain(concepts(&r.status_reason));
        }
        Resource::Task(r) => {
            status::add_intent(&mut standing, kind, r.intent.as_deref(), language);
            standing.explain(r.status_reason.as_ref().map(|c| concept(Some(c))));
        }
        Resource::Organization(r) => inactive(&mut standing, r.active, language),
        Resource::RelatedPerson(r) => inactive(&mut standing, r.active, language),
        Resource::Practitioner(r) => inactive(&mut standing, r.active, language),
        Resource::PractitionerRole(r) => inactive(&mut standing, r.active, language),
        Resource::Patient(r) => patient(&mut standing, r, language),
        Resource::Other(object) => other(&mut standing, kind, object, language),
        _ => {}
    }
    if let Some(rules) = resource.member_text("implicitRules") {
        standing.add(MarkKind::UnknownModifier, rules_words(rules, language));
    }
    resource.modifiers(&mut |modifier| add_modifier(&mut standing, modifier, language));
    standing
}

/// What an element that is no resource says of itself by modifier extensions, here and below.
pub(super) fn of_element<T: Value>(element: &T, language: Language) -> Standing {
    let mut standing = Standing::plain();
    element.modifiers(&mut |modifier| add_modifier(&mut standing, modifier, language));
    standing
}

fn document_reference(standing: &mut Standing, document: &DocumentReference, language: Language) {
    let doc_status = document.doc_status.as_deref();
    if doc_status != document.status.as_deref() {
        status::add(standing, "DocumentReference", doc_status, language);
    }
}

fn inactive(standing: &mut Standing, active: Option<bool>, language: Language) {
    if active == Some(false) {
        standing.add(MarkKind::Ended, language.say(Phrase::Inactive));
    }
}

fn patient(standing: &mut Standing, patient: &Patient, language: Language) {
    inactive(standing, patient.active, language);
    for link in &patient.link {
        let other = link.other.as_ref();
        let name = other.and_then(|other| other.display.clone());
        let name = name.unwrap_or_else(|| language.say(Phrase::AnotherRecord).to_owned());
        match link.r#type.as_deref() {
            Some("replaced-by") => {
                standing.add(MarkKind::Withdrawn, language.fill(Phrase::ReplacedBy, &[&name]));
            }
            Some("replaces") => {
                standing.add(MarkKind::Noted, language.fill(Phrase::ReplacesOther, &[&name]))
            }
            _ => standing.add(MarkKind::Noted, language.fill(Phrase::SeeAlsoOther, &[&name])),
        }
    }
}

/// What a resource of a type that is not modelled says by the modifier elements that R4 has.
fn other(standing: &mut Standing, kind: &str, object: &Object, language: Language) {
    let text = |name: &str| object.get(name).and_then(Json::as_str);
    for name in ["lifecycleStatus", "actuality"] {
        match text(name) {
            Some("actual") | None => {}
            code => status::add(standing, kind, code, language),
        }
    }
    for name in ["verificationStatus", "clinicalStatus", "achievementStatus"] {
        let concept = object.get(name).and_then(concept_of);
        status::add_concept(standing, kind, concept.as_ref(), language);
    }
    if object.get("doNotPerform").and_then(Json::as_bool) == Some(true) {
        standing.add(MarkKind::Negated, language.say(Phrase::DoNotPerform));
    }
    if object.get("active").and_then(Json::as_bool) == Some(false) {
        standing.add(MarkKind::Ended, language.say(Phrase::Inactive));
    }
    status::add_intent(standing, kind, text("intent"), language);
    let reasons =
        ["statusReason", "statusReasonCodeableConcept", "notDoneReason", "reasonNotGiven"];
    for name in reasons {
        let list = match object.get(name) {
            Some(Json::Array(list)) => list.iter().filter_map(concept_of).collect(),
            Some(one) => concept_of(one).into_iter().collect(),
            None => Vec::new(),
        };
        standing.explain(concepts(&list));
    }
    let mut found = Vec::new();
    for (name, value) in object.iter() {
        if name != "contained" {
            extensions(name, value, &mut found);
        }
        // A status of an unexpected shape may say anything.
        let is_text = value.as_str().is_some();
        if matches!(name, "status" | "implicitRules" | "lifecycleStatus") && !is_text {
            add_modifier(standing, Modifier::Unreadable(name), language);
        }
    }
    for url in found {
        add_modifier(standing, Modifier::Extension(url.as_deref()), language);
    }
}

/// The modifier extensions of a tree; JSON depth is bounded by the reader.
fn extensions(name: &str, value: &Json, found: &mut Vec<Option<String>>) {
    match value {
        Json::Array(elements) if name == "modifierExtension" => {
            let urls = elements.iter().map(|e| Some(e.get("url")?.as_str()?.to_owned()));
            found.extend(urls);
        }
        Json::Array(elements) => elements.iter().for_each(|e| extensions("", e, found)),
        Json::Object(object) => object.iter().for_each(|(name, e)| extensions(name, e, found)),
        _ if name == "modifierExtension" => found.push(None),
        _ => {}
    }
}

pub(super) fn concept_of(json: &Json) -> Option<CodeableConcept> {
    CodeableConcept::read("", json.clone())
}

fn rules_words(rules: &str, language: Language) -> String {
    let rules: String = rules.chars().take(100).collect();
    language.fill(Phrase::WarningRules, &[&rules])
}

fn add_modifier(standing: &mut Standing, modifier: Modifier<'_>, language: Language) {
    let words = match modifier {
        Modifier::Extension(url) => {
            let url = url.unwrap_or_else(|| language.say(Phrase::WithoutUrl));
            let url: String = url.chars().take(100).collect();
            language.fill(Phrase::WarningExtension, &[&url])
        }
        Modifier::Unreadable(name) => {
            let name: String = name.chars().take(40).collect();
            language.fill(Phrase::WarningUnreadable, &[&name])
        }
    };
    standing.add(MarkKind::UnknownModifier, words);
}

/// What an entry of the bundle says against its resource.
pub(super) fn of_entry(entry: &BundleEntry, language: Language) -> Standing {
    let mut standing = Standing::plain();
    for extension in &entry.modifier_extension {
        add_modifier(&mut standing, Modifier::Extension(extension.url.as_deref()), language);
    }
    if entry.extra.contains("modifierExtension") {
        add_modifier(&mut standing, Modifier::Unreadable("modifierExtension"), language);
    }
    standing
}

/// What rules that are not known say against what was made under them.
pub(super) fn of_rules(rules: Option<&str>, standing: &mut Standing, language: Language) {
    if let Some(rules) = rules {
        standing.add(MarkKind::UnknownModifier, rules_words(rules, language));
    }
}

/// Whom a resource is about, when it says so.
pub(super) fn subject(resource: &Resource) -> Option<&Reference> {
    match resource {
        Resource::AllergyIntolerance(r) => r.patient.as_ref(),
        Resource::CarePlan(r) => r.subject.as_ref(),
        Resource::ChargeItem(r) => r.subject.as_ref(),
        Resource::Composition(r) => r.subject.as_ref(),
        Resource::Condition(r) => r.subject.as_ref(),
        Resource::Device(r) => r.patient.as_ref(),
        Resource::DiagnosticReport(r) => r.subject.as_ref(),
        Resource::DocumentReference(r) => r.subject.as_ref(),
        Resource::Encounter(r) => r.subject.as_ref(),
        Resource::FamilyMemberHistory(r) => r.patient.as_ref(),
        Resource::ImagingStudy(r) => r.subject.as_ref(),
        Resource::Immunization(r) => r.patient.as_ref(),
        Resource::ImmunizationRecommendation(r) => r.patient.as_ref(),
        Resource::Invoice(r) => r.subject.as_ref(),
        Resource::Media(r) => r.subject.as_ref(),
        Resource::MedicationRequest(r) => r.subject.as_ref(),
        Resource::MedicationStatement(r) => r.subject.as_ref(),
        Resource::Observation(r) => r.subject.as_ref(),
        Resource::Procedure(r) => r.subject.as_ref(),
        Resource::RelatedPerson(r) => r.patient.as_ref(),
        Resource::ServiceRequest(r) => r.subject.as_ref(),
        Resource::Specimen(r) => r.subject.as_ref(),
        Resource::Task(r) => r.r#for.as_ref(),
        _ => None,
    }
}

/// The words when a resource is about somebody or something else than the record's patient.
fn other_subject<'a>(resource: &'a Resource, index: &mut Index<'a>) -> Option<String> {
    // What an observation is about may be another than its patient: a fetus, a donor, an implant.
    if let Resource::Observation(observation) = resource {
        let focus =
            observation.focus.iter().find_map(|focus| match index.whose(focus, Some(resource)) {
                // Nothing says that what has no resource is a patient.
                Whose::OtherPatient(_) if index.peek(focus, Some(resource)).is_none() => {
                    let name = focus.display.as_deref().map(|name| clipped(name.to_owned()));
                    Some(said::not_about_the_patient(&name.unwrap_or_default(), index.language))
                }
                whose => whose.words(),
            });
        if focus.is_some() {
            return focus;
        }
    }
    match resource {
        Resource::Appointment(appointment) => {
            let actors = appointment.participant.iter().filter_map(|one| one.actor.as_ref());
            let patients: Vec<&Reference> =
                actors.filter(|actor| index.is_of_patient(actor, Some(resource))).collect();
            whose_of_all(&patients, resource, index)
        }
        Resource::Other(object) => {
            let from_json: Vec<Reference> = OF_WHOM
                .iter()
                .find_map(|name| object.get(name))
                .into_iter()
                .flat_map(|json| super::other::list(Some(json)))
                .filter_map(|json| Reference::read("", json.clone()))
                .collect();
            whose_of_all(&from_json.iter().collect::<Vec<_>>(), resource, index)
        }
        Resource::DocumentReference(document) => {
            let source = document.context.as_ref().and_then(|it| it.source_patient_info.as_ref());
            let all = document.subject.iter().chain(source);
            all.filter_map(|one| index.whose(one, Some(resource)).words()).next()
        }
        typed => index.whose(subject(typed)?, Some(resource)).words(),
    }
}

/// Where resources of types that are not modelled say whom they are about.
const OF_WHOM: [&str; 6] =
    ["subject", "patient", "beneficiary", "for", "individual", "subjectReference"];

/// What is said of references of which one at least must be to the patient.
fn whose_of_all<'a>(
    references: &[&Reference],
    resource: &'a Resource,
    index: &Index<'a>,
) -> Option<String> {
    let mut said = None;
    for reference in references {
        match index.whose(reference, Some(resource)) {
            Whose::Patient => return None,
            whose => said = said.or(whose.words()),
        }
    }
    said
}
