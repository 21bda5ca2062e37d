//! Entries that the Composition does not reach.
//!
//! FHIR R4, documents: "The document bundle SHALL include only: the Composition resource, and any
//! resources directly or indirectly (e.g. recursively) referenced from it; a Binary resource
//! containing a stylesheet; any Provenance resources that have a target of Composition or another
//! resource included in the document". A reference the other way does not make an entry part of the
//! document: a medicine that names the patient is still in no section.

use std::collections::BTreeSet;

use super::{
    Checker, Kind,
    bundle::{composition, text, type_of},
    targets::Targets,
};
use crate::json::Json;

/// The type of a stylesheet, which no resource refers to.
const STYLESHEET: &str = "text/css";

/// Elements whose text may be the URL of an entry.
const LINKS: [&str; 5] = ["reference", "url", "valueUrl", "valueUri", "valueCanonical"];

pub(super) fn check(bundle: &Json, entries: &[Json], targets: &Targets<'_>, checker: &mut Checker) {
    // Without a Composition in its place nothing is reached, and that is said once.
    if composition(bundle).is_none() {
        return;
    }
    let mut reached = BTreeSet::new();
    let mut waiting = vec![0];
    loop {
        while let Some(place) = waiting.pop() {
            if reached.insert(place)
                && let Some(entry) = entries.get(place)
            {
                follow(entry, targets, &mut waiting);
            }
        }
        let of_provenance = entries.iter().enumerate().filter(|(place, entry)| {
            !reached.contains(place) && proves_one_of(entry, &reached, targets)
        });
        waiting.extend(of_provenance.map(|(place, _)| place));
        if waiting.is_empty() {
            break;
        }
    }
    for (place, entry) in entries.iter().enumerate() {
        let Some(resource) = entry.get("resource") else { continue };
        // One without a fullUrl cannot be referred to, which is reported as that.
        if reached.contains(&place) || text(entry, "fullUrl").is_none() || is_stylesheet(resource) {
            continue;
        }
        let type_ = type_of(resource).filter(|name| name.chars().all(char::is_alphanumeric));
        checker.error(
            format!("Bundle.entry[{place}]"),
            "entry-reachable",
            Kind::Reference,
            "nothing in the document that starts at the Composition leads to this entry",
            format!(
                "refer to the {} from the section that it belongs to, or from a resource that is \
                 reached, or leave it out",
                type_.unwrap_or("resource"),
            ),
        );
    }
}

/// The entries that an entry refers to.
fn follow(json: &Json, targets: &Targets<'_>, found: &mut Vec<usize>) {
    match json {
        Json::Object(object) => {
            for (name, value) in object.iter() {
                match value {
                    Json::String(text) if LINKS.contains(&name) => {
                        found.extend(targets.find(text).map(|target| target.place));
                    }
                    other => follow(other, targets, found),
                }
            }
        }
        Json::Array(items) => items.iter().for_each(|item| follow(item, targets, found)),
        _ => {}
    }
}

/// Whether an entry is a Provenance of something in the document.
fn proves_one_of(entry: &Json, reached: &BTreeSet<usize>, targets: &Targets<'_>) -> bool {
    let Some(resource) = entry.get("resource").filter(|it| type_of(it) == Some("Provenance"))
    else {
        return false;
    };
    let proven = resource.get("target").and_then(Json::as_array).unwrap_or_default();
    let mut references = proven.iter().filter_map(|target| text(target, "reference"));
    references.any(|target| targets.find(target).is_some_and(|it| reached.contains(&it.place)))
}

fn is_stylesheet(resource: &Json) -> bool {
    type_of(resource) == Some("Binary") && text(resource, "contentType") == Some(STYLESHEET)
}
