//! References: their own parts, where they lead, and what is wanted there.

use super::{
    Kind,
    bundle::text,
    generated::RESOURCE_TYPES,
    near::nearest,
    path::Path,
    rules::{ElementRule, Node},
    walk::Walk,
};
use crate::json::{Json, Object};

impl<'a> Walk<'_, 'a> {
    /// A reference's own parts.
    pub(super) fn reference(&mut self, object: &Object, path: &Path<'_>) {
        let Some(type_) = object.get("type").and_then(Json::as_str) else {
            return;
        };
        let name = type_.rsplit('/').next().unwrap_or(type_);
        if RESOURCE_TYPES.binary_search(&name).is_err() {
            let help = match nearest(name, RESOURCE_TYPES.iter().copied()) {
                Some(near) => format!("write {near}"),
                None => "write the exact name of the type that the reference leads to".to_owned(),
            };
            self.checker.error(
                path.name("type").to_string(),
                "reference-type",
                Kind::Reference,
                "no resource of FHIR R4 has this name",
                help,
            );
        }
    }

    /// Where a reference leads, and what is wanted there.
    pub(super) fn lead(
        &mut self,
        object: &'a Object,
        element: &'static ElementRule,
        nodes: &[&'static Node],
        path: &Path<'_>,
    ) {
        let Some(text) = object.get("reference").and_then(Json::as_str) else {
            return;
        };
        let here = path.name("reference");
        let (type_, entry) = if let Some(id) = text.strip_prefix('#') {
            match self.holder.contained.get(id) {
                Some(type_) => (*type_, None),
                // The resource that contains this one.
                None if id.is_empty() => return,
                None => {
                    return self.dangling(
                        "a contained resource that is not there",
                        "contain the resource, or write # and the id of one that is contained",
                        &here,
                    );
                }
            }
        } else {
            match self.targets.find(text) {
                Some(found) => (found.type_, Some(found.place)),
                None => return self.not_here(text, element, nodes, &here),
            }
        };
        if let Some(said) = object.get("type").and_then(Json::as_str)
            && RESOURCE_TYPES.binary_search(&said.rsplit('/').next().unwrap_or(said)).is_ok()
            && said.rsplit('/').next() != Some(type_)
        {
            self.checker.error(
                path.name("type").to_string(),
                "reference-type",
                Kind::Reference,
                format!("the reference leads to a resource of type {type_}"),
                format!("write \"type\": \"{type_}\", or point to the right resource"),
            );
        }
        if !element.targets.is_empty() && !element.targets.contains(&type_) {
            self.wrong_target(type_, element.targets, element.targets, Kind::Reference, &here);
            return;
        }
        for node in nodes.iter().filter(|node| !node.targets.is_empty()) {
            let of_type: Vec<_> =
                node.targets.iter().filter(|target| target.type_ == type_).collect();
            if of_type.is_empty() {
                let types: Vec<_> = node.targets.iter().map(|target| target.type_).collect();
                let names: Vec<_> = node
                    .targets
                    .iter()
                    .map(|target| target.profile.unwrap_or(target.type_))
                    .collect();
                self.wrong_target(type_, &types, &names, Kind::Profile, &here);
            } else if let Some(entry) = entry {
                let profiles: Option<Vec<_>> =
                    of_type.iter().map(|target| target.profile).collect();
                if let Some(profiles) = profiles.filter(|_| self.follow) {
                    self.links.add(entry, profiles, &here);
                }
            }
        }
    }

    /// A reference to nothing in the document. R4 wants in it what the Composition refers to; what
    /// others refer to by an absolute URL may be elsewhere.
    fn not_here(
        &mut self,
        text: &str,
        element: &'static ElementRule,
        nodes: &[&'static Node],
        here: &Path<'_>,
    ) {
        let known = self.targets.find_by_id(text);
        if self.is_outside(text) && !self.holder.is_composition {
            // The URL tells of what type it is there.
            let type_ = text.split("/_history/").next().and_then(|url| url.rsplit('/').nth(1));
            if let Some(type_) = type_.filter(|it| RESOURCE_TYPES.binary_search(it).is_ok())
                && !element.targets.is_empty()
                && !element.targets.contains(&type_)
            {
                let targets = element.targets;
                return self.wrong_target(type_, targets, targets, Kind::Reference, here);
            }
            let help = match known {
                Some(place) => format!("point to the fullUrl of entry[{place}], if that is meant"),
                None => "add the resource as an entry, if the receiver needs it".to_owned(),
            };
            self.checker.warning(
                here.to_string(),
                "reference-outside",
                Kind::Reference,
                "the reference leads out of the document, where a receiver may not follow it",
                help,
            );
            return;
        }
        let without_version = text.split_once("/_history/").map(|(url, _)| url);
        if let Some(found) = without_version.and_then(|url| self.targets.find(url)) {
            let what = match text.starts_with("urn:") {
                true => "a version, and a urn cannot name one",
                false => "a version of the resource that is not in the document",
            };
            let help = format!(
                "leave /_history/ and what follows out, and so point to entry[{}]",
                found.place
            );
            return self.dangling(what, &help, here);
        }
        match known {
            Some(place) => self.dangling(
                "a resource that is there under another fullUrl",
                &format!("point to the fullUrl of entry[{place}]"),
                here,
            ),
            None => {
                let of_profile = nodes.iter().find(|node| !node.targets.is_empty());
                let types = match of_profile {
                    Some(node) => node.targets.iter().map(|target| target.type_).collect(),
                    None => element.targets.to_vec(),
                };
                let help = match self.targets.only_one_of(&types) {
                    Some(only) => format!(
                        "add the resource as an entry, or point to the fullUrl of entry[{}], the only \
                         {} here",
                        only.place, only.type_
                    ),
                    None => {
                        "add the resource as an entry, or point to the fullUrl of one that is there"
                            .to_owned()
                    }
                };
                self.dangling("nothing in the document", &help, here);
            }
        }
    }

    /// Whether a reference names a place on the web, by itself or by the URL of its entry.
    fn is_outside(&self, text: &str) -> bool {
        let is_web = |url: &str| url.starts_with("http://") || url.starts_with("https://");
        is_web(text) || (!text.contains(':') && self.holder.full_url.is_some_and(is_web))
    }

    fn dangling(&mut self, what: &str, help: &str, here: &Path<'_>) {
        self.checker.error(
            here.to_string(),
            "reference-resolves",
            Kind::Reference,
            format!("the reference leads to {what}"),
            help,
        );
    }

    fn wrong_target(
        &mut self,
        type_: &str,
        types: &[&'static str],
        names: &[&'static str],
        kind: Kind,
        here: &Path<'_>,
    ) {
        let names = names.join(", ");
        let help = match self.targets.only_one_of(types) {
            Some(only) => format!(
                "point to one of: {names}; here that is entry[{}], the only {}",
                only.place, only.type_
            ),
            None => format!("point to one of: {names}"),
        };
        self.checker.error(
            here.to_string(),
            "reference-target",
            kind,
            format!("the reference leads to a resource of type {type_}"),
            help,
        );
    }
}

/// What the references in an entry are seen from.
#[derive(Default)]
pub(super) struct Holder<'a> {
    /// Ids and types of the resources that the entry's resource contains.
    pub(super) contained: std::collections::BTreeMap<&'a str, &'a str>,
    pub(super) full_url: Option<&'a str>,
    pub(super) is_composition: bool,
}

impl<'a> Holder<'a> {
    pub(super) fn of(resource: &'a Json, full_url: Option<&'a str>) -> Self {
        let contained = resource.get("contained").and_then(Json::as_array).unwrap_or_default();
        let contained = contained
            .iter()
            .filter_map(|inner| Some((text(inner, "id")?, text(inner, "resourceType")?)))
            .collect();
        let is_composition = text(resource, "resourceType") == Some("Composition");
        Self { contained, full_url, is_composition }
    }
}
