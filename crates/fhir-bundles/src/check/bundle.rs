use std::collections::BTreeMap;

use super::{Checker, Kind, claimed, guess, primitive::is_uuid, targets::Targets};
use crate::{
    codes::{self, HiType},
    json::{Json, Object},
};

/// The rules of a document bundle that tables cannot hold (fhir-nrces.md, section 3).
pub(super) fn check(
    bundle: &Json,
    targets: &Targets<'_>,
    wanted: Option<HiType>,
    checker: &mut Checker,
) {
    for (name, rule) in [("total", "bdl-1"), ("search", "bdl-2")] {
        if bundle.get(name).is_some() && name == "total" {
            checker.error(
                format!("Bundle.{name}"),
                rule,
                Kind::Invariant,
                format!("{name} is for search results only"),
                format!("leave {name} out"),
            );
        }
    }
    entries(bundle, checker);
    match composition(bundle) {
        Some(composition) => record_type(bundle, composition, targets, wanted, checker),
        None => checker.error(
            "Bundle.entry[0].resource",
            "bdl-11",
            Kind::Invariant,
            "the first entry of a document is not a Composition",
            "put the Composition before all other entries",
        ),
    }
}

/// The Composition, where it must be.
pub(super) fn composition(bundle: &Json) -> Option<&Json> {
    let first = bundle.get("entry")?.at(0)?.get("resource")?;
    (type_of(first) == Some("Composition")).then_some(first)
}

/// The record type that the Composition claims.
pub(super) fn record_kind(composition: &Json) -> Option<HiType> {
    claimed::declared(composition)
        .filter(|url| url.starts_with(codes::PROFILE_BASE))
        .find_map(HiType::from_profile)
}

/// Whether the Composition claims a record profile, and the one that is wanted.
fn record_type(
    bundle: &Json,
    composition: &Json,
    targets: &Targets<'_>,
    wanted: Option<HiType>,
    checker: &mut Checker,
) {
    const PATH: &str = "Bundle.entry[0].resource.meta.profile";
    let claimed = record_kind(composition);
    if let (Some(claimed), Some(wanted)) = (claimed, wanted)
        && claimed != wanted
    {
        checker.error(
            PATH,
            "record-type",
            Kind::Profile,
            format!("the record is of the type {claimed}, and {wanted} is expected"),
            format!(
                "announce it as {claimed}, or make it one of {wanted}, whose profile is {}",
                wanted.profile()
            ),
        );
    }
    if claimed.is_some() {
        return;
    }
    let help = match wanted.or_else(|| guess::of_document(bundle, targets)) {
        Some(kind) => format!("write {}, the one of {kind}", kind.profile()),
        None => {
            let names = HiType::ALL.map(HiType::profile_name).join(", ");
            format!("write {} and one of {names}", codes::PROFILE_BASE)
        }
    };
    checker.error(
        PATH,
        "record-profile",
        Kind::Profile,
        "the Composition names none of the eight record profiles",
        help,
    );
}

fn entries(bundle: &Json, checker: &mut Checker) {
    let entries = bundle.get("entry").and_then(Json::as_array).unwrap_or_default();
    let mut seen: BTreeMap<(&str, Option<&str>), usize> = BTreeMap::new();
    for (place, entry) in entries.iter().enumerate() {
        let path = format!("Bundle.entry[{place}]");
        for (name, rule) in [("request", "bdl-3"), ("response", "bdl-4"), ("search", "bdl-2")] {
            if entry.get(name).is_some() {
                checker.error(
                    format!("{path}.{name}"),
                    rule,
                    Kind::Invariant,
                    format!("an entry of a document has no {name}"),
                    format!("leave {name} out"),
                );
            }
        }
        let resource = entry.get("resource");
        if resource.is_none() {
            checker.error(
                format!("{path}.resource"),
                "bdl-5",
                Kind::Invariant,
                "an entry of a document needs a resource",
                "add the resource, or leave the entry out",
            );
        }
        let Some(url) = text(entry, "fullUrl") else {
            checker.error(
                format!("{path}.fullUrl"),
                "full-url",
                Kind::Reference,
                "the entry has no fullUrl",
                "write urn:uuid: and the resource's id",
            );
            continue;
        };
        if url.contains("/_history/") {
            checker.error(
                format!("{path}.fullUrl"),
                "bdl-8",
                Kind::Invariant,
                "a fullUrl names no version",
                "leave /_history/ and what follows out",
            );
        }
        full_url(url, resource, &path, checker);
        let version = resource.and_then(|resource| text(resource.get("meta")?, "versionId"));
        if let Some(first) = seen.insert((url, version), place) {
            checker.error(
                format!("{path}.fullUrl"),
                "bdl-7",
                Kind::Invariant,
                format!("entry[{first}] has the same fullUrl"),
                "give every entry its own UUID",
            );
        }
    }
}

/// `urn:uuid:` and the id, as every official example has it; a relative one fails in HL7's validator.
fn full_url(url: &str, resource: Option<&Json>, path: &str, checker: &mut Checker) {
    let path = format!("{path}.fullUrl");
    let id = resource.and_then(|resource| text(resource, "id"));
    if let Some(uuid) = url.strip_prefix("urn:uuid:") {
        // A malformed UUID is reported as a format.
        if is_uuid(uuid) && id.is_some_and(|id| id != uuid) {
            checker.warning(
                path,
                "full-url-id",
                Kind::Reference,
                "the fullUrl and the resource's id differ",
                "use the same UUID for both",
            );
        }
    } else if url.contains("://") {
        if id.is_some_and(|id| url.rsplit('/').next() != Some(id)) {
            checker.error(
                path,
                "full-url-id",
                Kind::Reference,
                "the fullUrl does not end with the resource's id",
                "end the URL with /Type/id, or write urn:uuid: and the id",
            );
        }
    } else if !url.starts_with("urn:oid:") {
        checker.error(
            path,
            "full-url",
            Kind::Reference,
            "the fullUrl is not absolute",
            "write urn:uuid: and the resource's id; HL7's validator refuses Type/id",
        );
    }
}

pub(super) fn type_of(resource: &Json) -> Option<&str> {
    text(resource, "resourceType")
}

pub(super) fn text<'a>(json: &'a Json, name: &str) -> Option<&'a str> {
    json.get(name).and_then(Json::as_str).filter(|text| !text.trim().is_empty())
}

/// A member that is a text and not blank.
pub(super) fn member_text<'a>(object: &'a Object, name: &str) -> Option<&'a str> {
    object.get(name).and_then(Json::as_str).filter(|text| !text.trim().is_empty())
}
