use std::collections::{BTreeMap, BTreeSet};

use super::{
    Checker, Kind,
    bundle::{text, type_of},
};
use crate::{document::ReferenceParts, json::Json};

/// Every reference of a document resolves inside it.
pub(super) fn check(bundle: &Json, checker: &mut Checker) {
    let entries = bundle
        .get("entry")
        .and_then(Json::as_array)
        .unwrap_or_default();
    let targets = Targets::of(entries);
    for (place, entry) in entries.iter().enumerate() {
        if let Some(resource) = entry.get("resource") {
            let contained = resource
                .get("contained")
                .and_then(Json::as_array)
                .unwrap_or_default();
            let contained: BTreeSet<&str> = contained
                .iter()
                .filter_map(|resource| text(resource, "id"))
                .collect();
            let mut path = format!("Bundle.entry[{place}].resource");
            walk(resource, &mut path, &targets, &contained, checker);
        }
    }
}

/// What references can mean.
struct Targets<'a> {
    by_url: BTreeSet<&'a str>,
    by_id: BTreeMap<&'a str, Vec<Target<'a>>>,
}

#[derive(Clone, Copy)]
struct Target<'a> {
    url: Option<&'a str>,
    type_: &'a str,
    id: Option<&'a str>,
}

impl<'a> Targets<'a> {
    fn of(entries: &'a [Json]) -> Self {
        let mut targets = Self {
            by_url: BTreeSet::new(),
            by_id: BTreeMap::new(),
        };
        for entry in entries {
            let url = text(entry, "fullUrl");
            let Some(resource) = entry.get("resource") else {
                continue;
            };
            let target = Target {
                url,
                type_: type_of(resource).unwrap_or_default(),
                id: text(resource, "id"),
            };
            let tail = url.map(|url| ReferenceParts::of(url).id());
            if let Some(url) = url {
                targets.by_url.insert(url);
            }
            for id in target
                .id
                .into_iter()
                .chain(tail.filter(|tail| Some(*tail) != target.id))
            {
                targets.by_id.entry(id).or_default().push(target);
            }
        }
        targets
    }

    fn has(&self, reference: &str) -> bool {
        let wanted = ReferenceParts::of(reference);
        self.by_url.contains(reference)
            || self.by_id.get(wanted.id()).is_some_and(|found| {
                found
                    .iter()
                    .any(|target| wanted.means(target.url, target.type_, target.id))
            })
    }
}

fn walk(
    json: &Json,
    path: &mut String,
    targets: &Targets<'_>,
    contained: &BTreeSet<&str>,
    checker: &mut Checker,
) {
    match json {
        Json::Object(object) => {
            for (name, value) in object.iter() {
                let length = path.len();
                path.push('.');
                path.push_str(name);
                match value {
                    Json::String(reference) if name == "reference" => {
                        resolve(reference, path, targets, contained, checker);
                    }
                    _ => walk(value, path, targets, contained, checker),
                }
                path.truncate(length);
            }
        }
        Json::Array(elements) => {
            for (place, element) in elements.iter().enumerate() {
                let length = path.len();
                path.push_str(&format!("[{place}]"));
                walk(element, path, targets, contained, checker);
                path.truncate(length);
            }
        }
        _ => {}
    }
}

fn resolve(
    reference: &str,
    path: &str,
    targets: &Targets<'_>,
    contained: &BTreeSet<&str>,
    checker: &mut Checker,
) {
    let found = match reference.strip_prefix('#') {
        Some(id) => id.is_empty() || contained.contains(id),
        None => targets.has(reference),
    };
    if !found {
        checker.error(
            path,
            "reference-resolves",
            Kind::Reference,
            "the reference leads to nothing in the document",
            "add the resource as an entry, or point to the fullUrl of one that is there",
        );
    }
}
