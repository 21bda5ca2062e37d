use std::collections::{BTreeMap, BTreeSet};

use super::{bundle::text, path::Path};
use crate::{document::ReferenceParts, json::Json};

/// What references of a document can lead to.
#[derive(Default)]
pub(super) struct Targets<'a> {
    by_url: BTreeMap<&'a str, Vec<Target<'a>>>,
    by_id: BTreeMap<&'a str, Vec<Target<'a>>>,
    by_type: BTreeMap<&'a str, Vec<Target<'a>>>,
}

/// An entry as a reference sees it.
#[derive(Clone, Copy)]
pub(super) struct Target<'a> {
    pub(super) place: usize,
    pub(super) type_: &'a str,
    url: Option<&'a str>,
    id: Option<&'a str>,
    version: Option<&'a str>,
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
            let version = resource.get("meta").and_then(|meta| text(meta, "versionId"));
            let target = Target { place, type_, url, id: text(resource, "id"), version };
            let tail = url.map(|url| ReferenceParts::of(url).id());
            if let Some(url) = url {
                targets.by_url.entry(url).or_default().push(target);
            }
            for id in target.id.into_iter().chain(tail.filter(|tail| Some(*tail) != target.id)) {
                targets.by_id.entry(id).or_default().push(target);
            }
            targets.by_type.entry(type_).or_default().push(target);
        }
        targets
    }

    /// The entry that a reference means by FHIR's own rules: the same URL, or `Type/id` at the end
    /// of one. A reference to a version means the entry of that version; a urn has none.
    pub(super) fn find(&self, reference: &str) -> Option<Target<'a>> {
        if let Some(found) = self.by_url.get(reference) {
            return found.first().copied();
        }
        let (reference, version) = match reference.split_once("/_history/") {
            Some((url, _)) if url.starts_with("urn:") => return None,
            Some((url, version)) => (url, Some(version)),
            None => (reference, None),
        };
        let is_meant = |target: &&Target<'_>| version.is_none() || target.version == version;
        if let Some(found) = self.by_url.get(reference) {
            return found.iter().find(is_meant).copied();
        }
        if reference.contains(':') {
            return None;
        }
        let places = self.by_id.get(ReferenceParts::of(reference).id())?;
        let ends_so = |target: &&Target<'_>| {
            target.url.is_some_and(|url| {
                url.strip_suffix(reference).is_some_and(|before| before.ends_with('/'))
            })
        };
        places.iter().filter(ends_so).find(is_meant).copied()
    }

    /// The place of the entry that a reader that looks at ids would find nevertheless.
    pub(super) fn find_by_id(&self, reference: &str) -> Option<usize> {
        let wanted = ReferenceParts::of(reference);
        let found = self.by_id.get(wanted.id())?;
        found
            .iter()
            .find(|target| wanted.means(target.url, target.type_, target.id))
            .or_else(|| {
                // An absolute URL of elsewhere: the type in it tells whether the same is meant.
                let type_ = reference.rsplit('/').nth(1).unwrap_or_default();
                found.iter().find(|target| target.type_ == type_)
            })
            .map(|target| target.place)
    }

    /// The entry of one of these types, if there is one alone.
    pub(super) fn only_one_of(&self, types: &[&str]) -> Option<Target<'a>> {
        let mut found = types.iter().filter_map(|type_| self.by_type.get(type_)).flatten();
        let only = found.next().copied();
        only.filter(|_| found.next().is_none())
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
