use std::collections::{BTreeMap, BTreeSet};

use super::{bundle::text, path::Path};
use crate::{document::ReferenceParts, json::Json};

/// What references of a document can lead to.
#[derive(Default)]
pub(super) struct Targets<'a> {
    by_url: BTreeMap<&'a str, Target<'a>>,
    by_id: BTreeMap<&'a str, Vec<Target<'a>>>,
}

/// An entry as a reference sees it.
#[derive(Clone, Copy)]
pub(super) struct Target<'a> {
    pub(super) place: usize,
    pub(super) type_: &'a str,
    url: Option<&'a str>,
    id: Option<&'a str>,
}

impl<'a> Targets<'a> {
    pub(super) fn of(entries: &'a [Json]) -> Self {
        let mut targets = Self::default();
        for (place, entry) in entries.iter().enumerate() {
            let url = text(entry, "fullUrl");
            let Some(resource) = entry.get("resource") else {
                continue;
            };
            let type_ = text(resource, "resourceType").unwrap_or_default();
            let target = Target { place, type_, url, id: text(resource, "id") };
            let tail = url.map(|url| ReferenceParts::of(url).id());
            if let Some(url) = url {
                targets.by_url.entry(url).or_insert(target);
            }
            for id in target.id.into_iter().chain(tail.filter(|tail| Some(*tail) != target.id)) {
                targets.by_id.entry(id).or_default().push(target);
            }
        }
        targets
    }

    /// The entry that a reference means by FHIR's own rules: the same URL, or `Type/id` at the end
    /// of one.
    pub(super) fn find(&self, reference: &str) -> Option<Target<'a>> {
        let reference = match reference.split_once("/_history/") {
            Some((reference, _)) => reference,
            None => reference,
        };
        if let Some(found) = self.by_url.get(reference) {
            return Some(*found);
        }
        if reference.contains(':') {
            return None;
        }
        let places = self.by_id.get(ReferenceParts::of(reference).id())?;
        places.iter().copied().find(|target| {
            target.url.is_some_and(|url| {
                url.strip_suffix(reference).is_some_and(|before| before.ends_with('/'))
            })
        })
    }

    /// Whether a reader that looks at ids would find it nevertheless.
    pub(super) fn find_by_id(&self, reference: &str) -> bool {
        let wanted = ReferenceParts::of(reference);
        self.by_id.get(wanted.id()).is_some_and(|found| {
            found.iter().any(|target| wanted.means(target.url, target.type_, target.id))
        })
    }
}

/// What references demand of the entries that they lead to.
#[derive(Default)]
pub(super) struct Links {
    demands: Vec<Demand>,
    known: BTreeSet<(usize, Vec<&'static str>)>,
}

/// One reference, and the profiles of which its target must meet one.
pub(super) struct Demand {
    pub(super) entry: usize,
    pub(super) profiles: Vec<&'static str>,
    pub(super) path: String,
}

impl Links {
    pub(super) fn add(&mut self, entry: usize, profiles: Vec<&'static str>, path: &Path<'_>) {
        if self.known.insert((entry, profiles.clone())) {
            self.demands.push(Demand { entry, profiles, path: path.to_string() });
        }
    }

    pub(super) fn into_demands(self) -> Vec<Demand> {
        self.demands
    }
}
