//! Facts of another patient than the one whose record it is.

use super::{
    Checker, Kind,
    bundle::{composition, text, type_of},
    path::Path,
    targets::Targets,
};
use crate::json::Json;

/// The elements by which a resource says whose fact it is.
const WHOSE: [&str; 4] = ["subject", "patient", "for", "sourcePatientInfo"];

/// Warns of every resource that is about another patient. FHIR allows it, and no app shows it.
pub(super) fn check(bundle: &Json, entries: &[Json], targets: &Targets<'_>, checker: &mut Checker) {
    let subject = composition(bundle).and_then(|record| record.get("subject"));
    let Some(own) = subject.and_then(|subject| patient_of(subject, None, entries, targets)) else {
        return;
    };
    let root = Path::root("Bundle");
    let list = root.name("entry");
    for (place, entry) in entries.iter().enumerate() {
        let Some(resource) = entry.get("resource") else { continue };
        let here = list.place(place);
        let scene = Scene { own, holder: resource, entries, targets };
        scene.look(resource, &here.name("resource"), checker);
    }
}

/// Where the patient of a reference is sought.
struct Scene<'a> {
    own: &'a Json,
    holder: &'a Json,
    entries: &'a [Json],
    targets: &'a Targets<'a>,
}

impl<'a> Scene<'a> {
    fn look(&self, json: &'a Json, path: &Path<'_>, checker: &mut Checker) {
        match json {
            Json::Object(object) => {
                for (name, value) in object.iter() {
                    let here = path.name(name);
                    if WHOSE.contains(&name)
                        && let Some(patient) =
                            patient_of(value, Some(self.holder), self.entries, self.targets)
                        && !is_same(self.own, patient)
                    {
                        checker.warning(
                            here.name("reference").to_string(),
                            "another-patient",
                            Kind::Reference,
                            "this is about another patient than the record",
                            "refer to the patient of the record, or send it in a record of its own; \
                             for a relative use RelatedPerson or FamilyMemberHistory",
                        );
                    }
                    self.look(value, &here, checker);
                }
            }
            Json::Array(items) => {
                for (place, item) in items.iter().enumerate() {
                    self.look(item, &path.place(place), checker);
                }
            }
            _ => {}
        }
    }
}

/// The Patient that a reference leads to, in the document or in the resource that holds it.
fn patient_of<'a>(
    reference: &Json,
    holder: Option<&'a Json>,
    entries: &'a [Json],
    targets: &Targets<'_>,
) -> Option<&'a Json> {
    let url = text(reference, "reference")?;
    let found = match url.strip_prefix('#') {
        Some(id) => {
            let contained = holder?.get("contained")?.as_array()?;
            contained.iter().find(|inner| text(inner, "id") == Some(id))?
        }
        None => entries.get(targets.find(url)?.place)?.get("resource")?,
    };
    (type_of(found) == Some("Patient")).then_some(found)
}

/// Whether two Patient resources are the same, or of the same person: a number of both tells, or
/// the name where one of them has no number.
fn is_same(one: &Json, other: &Json) -> bool {
    if std::ptr::eq(one, other) {
        return true;
    }
    let (numbers, others) = (identifiers(one), identifiers(other));
    if numbers.is_empty() || others.is_empty() {
        let names = names(other);
        return names.is_empty() || self::names(one).iter().any(|name| names.contains(name));
    }
    numbers.iter().any(|number| others.contains(number))
}

/// The numbers of a patient, without the signs that divide them.
fn identifiers(patient: &Json) -> Vec<String> {
    let listed = patient.get("identifier").and_then(Json::as_array).unwrap_or_default();
    let values = listed.iter().filter_map(|identifier| text(identifier, "value"));
    values.map(letters).collect()
}

fn names(patient: &Json) -> Vec<String> {
    let listed = patient.get("name").and_then(Json::as_array).unwrap_or_default();
    listed.iter().filter_map(|name| text(name, "text")).map(letters).collect()
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
