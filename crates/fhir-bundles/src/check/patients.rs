//! Facts of another patient than the one whose record it is.

use super::{
    Checker, Kind,
    bundle::{composition, text, type_of},
    path::Path,
    targets::Targets,
};
use crate::{
    json::Json,
    model::{Patient, Reference, Value as _},
    record::identity::{Identity, Likeness},
};

/// The elements by which a resource says whose fact it is.
const WHOSE: [&str; 4] = ["subject", "patient", "for", "sourcePatientInfo"];

/// Warns of every resource that is about another patient. FHIR allows it, and no app shows it.
pub(super) fn check(bundle: &Json, entries: &[Json], targets: &Targets<'_>, checker: &mut Checker) {
    let subject = composition(bundle).and_then(|record| record.get("subject"));
    let Some(own) = subject.and_then(|subject| patient_of(subject, None, entries, targets)) else {
        return;
    };
    let identity = identity(own);
    let root = Path::root("Bundle");
    let list = root.name("entry");
    for (place, entry) in entries.iter().enumerate() {
        let Some(resource) = entry.get("resource") else { continue };
        let here = list.place(place);
        let scene = Scene { own, identity: &identity, holder: resource, entries, targets };
        scene.look(resource, &here.name("resource"), checker);
    }
}

/// Where the patient of a reference is sought.
struct Scene<'a> {
    own: &'a Json,
    /// What tells the record's patient from others.
    identity: &'a Identity,
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
                    if WHOSE.contains(&name) {
                        self.judge(value, &here, checker);
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

    /// Warns unless a reference is to the record's patient, as far as anybody can tell.
    fn judge(&self, value: &'a Json, here: &Path<'_>, checker: &mut Checker) {
        let found = patient_of(value, Some(self.holder), self.entries, self.targets);
        let likeness = match found {
            Some(patient) if std::ptr::eq(self.own, patient) => Likeness::Same,
            Some(patient) => self.identity.likeness(&identity(patient)),
            // What leads nowhere is an error of its own; a reference by number or name is not.
            None if text(value, "reference").is_some() => Likeness::Same,
            None => match Reference::read("", value.clone()) {
                Some(reference) => {
                    let said = Identity::of_reference(&reference);
                    let likeness = self.identity.likeness_of_reference(&said);
                    if likeness == Likeness::Different { likeness } else { Likeness::Same }
                }
                None => Likeness::Same,
            },
        };
        let words = match likeness {
            Likeness::Same => return,
            Likeness::Different => "this is about another patient than the record",
            Likeness::Unclear => "nothing proves that this is about the patient of the record",
        };
        let place = found.map_or_else(|| here.to_string(), |_| here.name("reference").to_string());
        checker.warning(
            place,
            "another-patient",
            Kind::Reference,
            words,
            "refer to the patient of the record, or send it in a record of its own; for a relative \
             use RelatedPerson or FamilyMemberHistory",
        );
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

/// What tells a patient from others; nothing where the resource cannot be read.
fn identity(patient: &Json) -> Identity {
    Patient::read("", patient.clone()).map(|patient| Identity::of(&patient)).unwrap_or_default()
}
