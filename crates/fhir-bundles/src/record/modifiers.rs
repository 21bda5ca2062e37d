//! Reads the standing of a resource from all its modifier elements.

use super::{
    index::{Index, OTHER_PATIENT, Whose},
    standing::{MarkKind, Standing},
    status,
};
use crate::{
    json::{Json, Object},
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
    let mut standing = own(resource);
    if let Some(marks) = index.entry_standing(resource) {
        standing.inherit(marks, "entry");
    }
    standing
}

/// What the resource says of itself.
pub(super) fn own(resource: &Resource) -> Standing {
    let mut standing = Standing::plain();
    let kind = resource.resource_type();
    if !matches!(resource, Resource::Patient(_)) {
        status::add(&mut standing, kind, resource.member_text("status"));
    }
    match resource {
        Resource::Condition(r) => {
            status::add_concept(&mut standing, kind, r.verification_status.as_ref());
            status::add_concept(&mut standing, kind, r.clinical_status.as_ref());
        }
        Resource::AllergyIntolerance(r) => {
            status::add_concept(&mut standing, kind, r.verification_status.as_ref());
            status::add_concept(&mut standing, kind, r.clinical_status.as_ref());
        }
        Resource::MedicationRequest(r) => {
            if r.do_not_perform == Some(true) {
                standing.add(MarkKind::Negated, "DO NOT GIVE");
            }
            status::add_intent(&mut standing, kind, r.intent.as_deref());
            let _unused = standing.explain(r.status_reason.as_ref().map(|c| concept(Some(c))));
        }
        Resource::MedicationStatement(r) => {
            let _unused = standing.explain(concepts(&r.status_reason));
        }
        Resource::ServiceRequest(r) => {
            if r.do_not_perform == Some(true) {
                standing.add(MarkKind::Negated, "DO NOT PERFORM");
            }
            status::add_intent(&mut standing, kind, r.intent.as_deref());
        }
        Resource::CarePlan(r) => status::add_intent(&mut standing, kind, r.intent.as_deref()),
        Resource::Procedure(r) => {
            let _unused = standing.explain(r.status_reason.as_ref().map(|c| concept(Some(c))));
        }
        Resource::Immunization(r) => {
            let _unused = standing.explain(r.status_reason.as_ref().map(|c| concept(Some(c))));
            if r.is_subpotent == Some(true) {
                let reason = concepts(&r.subpotent_reason);
                let words = match reason {
                    Some(reason) => format!("SUBPOTENT dose: {reason}"),
                    None => "SUBPOTENT dose".to_owned(),
                };
                standing.add(MarkKind::Unclear, words);
            }
        }
        Resource::Appointment(r) => {
            let reason = r.cancelation_reason.as_ref().map(|c| concept(Some(c)));
            let _unused = standing.explain(reason);
        }
        Resource::Invoice(r) => {
            let _unused = standing.explain(r.cancelled_reason.clone());
        }
        Resource::DocumentReference(r) => document_reference(&mut standing, r),
        Resource::Device(r) => {
            let _unused = standing.explain(concepts(&r.status_reason));
        }
        Resource::Task(r) => {
            status::add_intent(&mut standing, kind, r.intent.as_deref());
            let _unused = standing.explain(r.status_reason.as_ref().map(|c| concept(Some(c))));
        }
        Resource::Organization(r) => inactive(&mut standing, r.active),
        Resource::RelatedPerson(r) => inactive(&mut standing, r.active),
        Resource::Practitioner(r) => inactive(&mut standing, r.active),
        Resource::PractitionerRole(r) => inactive(&mut standing, r.active),
        Resource::Patient(r) => patient(&mut standing, r),
        Resource::Other(object) => other(&mut standing, kind, object),
        _ => {}
    }
    if let Some(rules) = resource.member_text("implicitRules") {
        standing.add(MarkKind::UnknownModifier, rules_words(rules));
    }
    resource.modifiers(&mut |modifier| add_modifier(&mut standing, modifier));
    standing
}

/// What an element that is no resource says of itself by modifier extensions, here and below.
pub(super) fn of_element<T: Value>(element: &T) -> Standing {
    let mut standing = Standing::plain();
    element.modifiers(&mut |modifier| add_modifier(&mut standing, modifier));
    standing
}

fn document_reference(standing: &mut Standing, document: &DocumentReference) {
    let doc_status = document.doc_status.as_deref();
    if doc_status != document.status.as_deref() {
        status::add(standing, "DocumentReference", doc_status);
    }
}

fn inactive(standing: &mut Standing, active: Option<bool>) {
    if active == Some(false) {
        standing.add(MarkKind::Ended, "inactive");
    }
}

fn patient(standing: &mut Standing, patient: &Patient) {
    inactive(standing, patient.active);
    for link in &patient.link {
        let other = link.other.as_ref();
        let name = other.and_then(|o| o.display.clone().or_else(|| o.reference.clone()));
        let name = name.unwrap_or_else(|| "another record".to_owned());
        match link.r#type.as_deref() {
            Some("replaced-by") => {
                standing.add(MarkKind::Withdrawn, format!("replaced by {name}"));
            }
            Some("replaces") => standing.add(MarkKind::Noted, format!("replaces {name}")),
            _ => standing.add(MarkKind::Noted, format!("see also {name}")),
        }
    }
}

/// What a resource of a type that is not modelled says by the modifier elements that R4 has.
fn other(standing: &mut Standing, kind: &str, object: &Object) {
    let text = |name: &str| object.get(name).and_then(Json::as_str);
    for name in ["lifecycleStatus", "actuality"] {
        match text(name) {
            Some("actual") | None => {}
            code => status::add(standing, kind, code),
        }
    }
    for name in ["verificationStatus", "clinicalStatus", "achievementStatus"] {
        let concept = object.get(name).and_then(concept_of);
        status::add_concept(standing, kind, concept.as_ref());
    }
    if object.get("doNotPerform").and_then(Json::as_bool) == Some(true) {
        standing.add(MarkKind::Negated, "DO NOT PERFORM");
    }
    if object.get("active").and_then(Json::as_bool) == Some(false) {
        standing.add(MarkKind::Ended, "inactive");
    }
    status::add_intent(standing, kind, text("intent"));
    let reasons =
        ["statusReason", "statusReasonCodeableConcept", "notDoneReason", "reasonNotGiven"];
    for name in reasons {
        let list = match object.get(name) {
            Some(Json::Array(list)) => list.iter().filter_map(concept_of).collect(),
            Some(one) => concept_of(one).into_iter().collect(),
            None => Vec::new(),
        };
        let _unused = standing.explain(concepts(&list));
    }
    let mut found = Vec::new();
    for (name, value) in object.iter() {
        if name != "contained" {
            extensions(name, value, &mut found);
        }
        // A status of an unexpected shape may say anything.
        let is_text = value.as_str().is_some();
        if matches!(name, "status" | "implicitRules" | "lifecycleStatus") && !is_text {
            add_modifier(standing, Modifier::Unreadable(name));
        }
    }
    for url in found {
        add_modifier(standing, Modifier::Extension(url.as_deref()));
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

fn rules_words(rules: &str) -> String {
    let rules: String = rules.chars().take(100).collect();
    format!(
        "WARNING: made under rules that are not known here ({rules}); it may mean something else"
    )
}

fn add_modifier(standing: &mut Standing, modifier: Modifier<'_>) {
    let words = match modifier {
        Modifier::Extension(url) => {
            let url: String = url.unwrap_or("without a URL").chars().take(100).collect();
            format!(
                "WARNING: changed by an extension that is not known here ({url}); it may mean something else"
            )
        }
        Modifier::Unreadable(name) => {
            let name: String = name.chars().take(40).collect();
            format!("WARNING: its {name} cannot be read; it may mean something else")
        }
    };
    standing.add(MarkKind::UnknownModifier, words);
}

/// What an entry of the bundle says against its resource.
pub(super) fn of_entry(entry: &BundleEntry) -> Standing {
    let mut standing = Standing::plain();
    for extension in &entry.modifier_extension {
        add_modifier(&mut standing, Modifier::Extension(extension.url.as_deref()));
    }
    if entry.extra.contains("modifierExtension") {
        add_modifier(&mut standing, Modifier::Unreadable("modifierExtension"));
    }
    standing
}

/// What rules that are not known say against what was made under them.
pub(super) fn of_rules(rules: Option<&str>, standing: &mut Standing) {
    if let Some(rules) = rules {
        standing.add(MarkKind::UnknownModifier, rules_words(rules));
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
        for focus in &observation.focus {
            if let Whose::Other(words) = index.whose(focus, Some(resource)) {
                return Some(words);
            }
        }
    }
    if let Resource::Appointment(appointment) = resource {
        let mut other = None;
        for actor in appointment.participant.iter().filter_map(|p| p.actor.as_ref()) {
            match index.whose(actor, Some(resource)) {
                Whose::Patient => return None,
                Whose::Other(words) if words.starts_with(OTHER_PATIENT) => other = Some(words),
                _ => {}
            }
        }
        return other;
    }
    let from_json;
    let subject = match resource {
        Resource::Other(object) => {
            let subject = ["subject", "patient", "beneficiary", "for", "individual"];
            let json = subject.iter().find_map(|name| object.get(name))?;
            from_json = Reference::read("", json.clone())?;
            &from_json
        }
        typed => subject(typed)?,
    };
    match index.whose(subject, Some(resource)) {
        Whose::Other(words) => Some(words),
        Whose::Patient | Whose::Unknown => None,
    }
}
