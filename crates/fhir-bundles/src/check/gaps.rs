//! What nothing forbids and a patient's app shows as "NA" (fhir-nrces.md 6.9).

use super::{
    Checker, Kind,
    bundle::{text, type_of},
    path::Path,
    targets::Targets,
};
use crate::json::Json;

/// Reports the gaps of a document.
pub(super) fn check(entries: &[Json], targets: &Targets<'_>, checker: &mut Checker) {
    let root = Path::root("Bundle");
    let list = root.name("entry");
    for (place, entry) in entries.iter().enumerate() {
        let Some(resource) = entry.get("resource") else {
            continue;
        };
        let here = list.place(place);
        let path = here.name("resource");
        let mut gap = |name: &str, help: &str| {
            let message = format!("{name} is missing, and an app shows \"NA\" for it");
            let path = path.name(name).to_string();
            checker.warning(path, "shown-as-na", Kind::ShownAsNa, message, help);
        };
        match type_of(resource) {
            Some("Composition") => {
                for name in ["subject", "encounter", "custodian"] {
                    if let Some(reference) = resource.get(name)
                        && text(reference, "display").is_none()
                    {
                        gap(
                            &format!("{name}.display"),
                            "write what a person should read, such as the name",
                        );
                    }
                }
                let authors = resource.get("author").and_then(Json::as_array).unwrap_or_default();
                if authors.iter().any(|author| text(author, "display").is_none()) {
                    gap("author.display", "write the name");
                }
                let by_organization = authors.iter().any(|author| {
                    let reference = text(author, "reference").unwrap_or_default();
                    targets.find(reference).is_some_and(|target| target.type_ == "Organization")
                });
                if resource.get("custodian").is_none() && !by_organization {
                    gap("custodian", "refer to the Organization that keeps the record");
                }
            }
            Some("Patient") => {
                for name in ["name", "gender", "birthDate"] {
                    if resource.get(name).is_none() {
                        gap(name, "add it where it is known");
                    }
                }
            }
            Some("Practitioner") if resource.get("name").is_none() => {
                gap("name", "add name.text");
            }
            _ => {}
        }
    }
}
