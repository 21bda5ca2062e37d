use std::collections::BTreeMap;

use super::{Checker, Kind, primitive::is_uuid};
use crate::{
    codes::{self, HiType},
    json::Json,
    model::CodeableConcept,
};

/// The rules of a document bundle that tables cannot hold (fhir-nrces.md, section 3).
pub(super) fn check(bundle: &Json, checker: &mut Checker) {
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
        Some(composition) => {
            if record_kind(composition).is_none() {
                checker.error(
                    "Bundle.entry[0].resource.meta.profile",
                    "record-profile",
                    Kind::Profile,
                    "the Composition names none of the eight record profiles",
                    format!(
                        "write the one of the HI type, such as {}",
                        guessed_kind(composition).unwrap_or(HiType::OpConsultation).profile()
                    ),
                );
            }
        }
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
    super::structure::declared(composition)
        .filter(|url| url.starts_with(codes::PROFILE_BASE))
        .find_map(HiType::from_profile)
}

/// The record type that the Composition seems to be, for one that claims none.
pub(super) fn guessed_kind(composition: &Json) -> Option<HiType> {
    let concept = composition.get("type")?;
    let coding = concept.get("coding").and_then(|codings| codings.at(0));
    let code = coding.and_then(|coding| text(coding, "code"));
    let concept = CodeableConcept {
        text: text(concept, "text").map(str::to_owned),
        coding: code.map(|code| codes::snomed(code, "")).into_iter().collect(),
        ..CodeableConcept::default()
    };
    HiType::from_type_concept(&concept)
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
