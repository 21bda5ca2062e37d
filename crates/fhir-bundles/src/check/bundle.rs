use std::collections::BTreeMap;

use super::{Checker, Kind};
use crate::{
    codes::{self, HiType, SNOMED_CT},
    json::Json,
    model::{Instant, Value as _},
};

/// The rules of a document bundle (fhir-nrces.md, section 3), and of its composition as a whole.
pub(super) fn check(bundle: &Json, checker: &mut Checker) {
    envelope(bundle, checker);
    entries(bundle, checker);
    let first = bundle.get("entry").and_then(|entries| entries.at(0));
    let first = first.and_then(|entry| entry.get("resource"));
    match first {
        Some(composition) if type_of(composition) == Some("Composition") => {
            self::composition(composition, checker);
        }
        _ => checker.error(
            "Bundle.entry[0].resource",
            "bdl-11",
            Kind::Invariant,
            "the first entry of a document is not a Composition",
            "put the Composition before all other entries",
        ),
    }
}

fn envelope(bundle: &Json, checker: &mut Checker) {
    if text(bundle, "type") != Some("document") {
        checker.error(
            "Bundle.type",
            "document-type",
            Kind::Profile,
            "the type is not document",
            "write \"type\": \"document\"",
        );
    }
    for name in ["total", "search"] {
        if bundle.get(name).is_some() {
            let rule = if name == "total" { "bdl-1" } else { "bdl-2" };
            checker.error(
                format!("Bundle.{name}"),
                rule,
                Kind::Invariant,
                format!("{name} is for search results only"),
                format!("leave {name} out"),
            );
        }
    }
    let identifier = bundle.get("identifier");
    let has = |name| {
        identifier
            .and_then(|identifier| text(identifier, name))
            .is_some()
    };
    if !(has("system") && has("value")) {
        checker.error(
            "Bundle.identifier",
            "bdl-9",
            Kind::Invariant,
            "a document needs an identifier with system and value",
            "give every document its own identifier, such as a new UUID in a namespace of the facility",
        );
    }
    match text(bundle, "timestamp") {
        Some(timestamp) if Instant::from(timestamp).is_valid() => {}
        Some(_) => checker.error(
            "Bundle.timestamp",
            "format-instant",
            Kind::Format,
            "the timestamp is not an instant",
            format!("write {}", Instant::RULE),
        ),
        None => checker.error(
            "Bundle.timestamp",
            "bdl-10",
            Kind::Invariant,
            "a document needs a timestamp",
            format!("write when it was assembled: {}", Instant::RULE),
        ),
    }
    if bundle
        .get("meta")
        .and_then(|meta| text(meta, "versionId"))
        .is_none()
    {
        checker.error(
            "Bundle.meta.versionId",
            "required",
            Kind::Profile,
            "a document needs meta.versionId",
            "write \"versionId\": \"1\"",
        );
    }
}

fn entries(bundle: &Json, checker: &mut Checker) {
    let entries = bundle
        .get("entry")
        .and_then(Json::as_array)
        .unwrap_or_default();
    let mut seen: BTreeMap<(&str, Option<&str>), usize> = BTreeMap::new();
    for (place, entry) in entries.iter().enumerate() {
        let path = format!("Bundle.entry[{place}]");
        for (name, rule) in [
            ("request", "bdl-3"),
            ("response", "bdl-4"),
            ("search", "bdl-2"),
        ] {
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
                "required",
                Kind::Shape,
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
        if !is_uuid(uuid) {
            checker.error(
                path,
                "format-uuid",
                Kind::Format,
                "what follows urn:uuid: is not a UUID in lower case",
                "write one such as urn:uuid:c757873d-ec9a-4326-a141-556f43239520",
            );
        } else if id.is_some_and(|id| id != uuid) {
            checker.warning(
                path,
                "full-url-id",
                Kind::Reference,
                "the fullUrl and the resource's id differ",
                "use the same UUID for both",
            );
        }
    } else if url.contains("://") || url.starts_with("urn:oid:") {
        if let (Some(id), Some(tail)) = (id, url.rsplit('/').next())
            && url.contains("://")
            && tail != id
        {
            checker.error(
                path,
                "full-url-id",
                Kind::Reference,
                "the fullUrl does not end with the resource's id",
                "end the URL with /Type/id, or write urn:uuid: and the id",
            );
        }
    } else {
        checker.error(
            path,
            "full-url",
            Kind::Reference,
            "the fullUrl is not absolute",
            "write urn:uuid: and the resource's id; HL7's validator refuses Type/id",
        );
    }
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    lengths == [8, 4, 4, 4, 12]
        && groups.iter().all(|group| {
            group
                .bytes()
                .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
        })
}

fn composition(composition: &Json, checker: &mut Checker) {
    const PATH: &str = "Bundle.entry[0].resource";
    let profiles = composition.get("meta").and_then(|meta| meta.get("profile"));
    let profiles = profiles.and_then(Json::as_array).unwrap_or_default();
    let kind = profiles
        .iter()
        .filter_map(Json::as_str)
        .find_map(HiType::from_profile);
    let Some(kind) = kind else {
        checker.error(
            format!("{PATH}.meta.profile"),
            "record-profile",
            Kind::Profile,
            "the Composition names none of the eight record profiles",
            format!(
                "write the one of the HI type, such as {}",
                codes::profile("OPConsultRecord")
            ),
        );
        return;
    };
    let concept = composition.get("type");
    if let (Some((code, display)), true) = (kind.type_code(), kind != HiType::DiagnosticReport) {
        let coding = concept.and_then(|concept| concept.get("coding")?.at(0));
        let right = coding.is_some_and(|coding| {
            text(coding, "system") == Some(SNOMED_CT)
                && text(coding, "code") == Some(code)
                && text(coding, "display") == Some(display)
        });
        if !right {
            checker.error(
                format!("{PATH}.type.coding"),
                "fixed-code",
                Kind::Code,
                format!(
                    "the type of a record of profile {} is fixed",
                    kind.profile_name()
                ),
                format!("write system {SNOMED_CT}, code {code}, display \"{display}\""),
            );
        }
    }
    if let Some(fixed) = kind.fixed_text()
        && concept.and_then(|concept| text(concept, "text")) != Some(fixed)
    {
        checker.error(
            format!("{PATH}.type.text"),
            "fixed-text",
            Kind::Code,
            format!(
                "the type of a record of profile {} is fixed",
                kind.profile_name()
            ),
            format!("write \"text\": \"{fixed}\""),
        );
    }
    let mut required = vec!["status", "date", "author", "title", "subject", "section"];
    if matches!(kind, HiType::OpConsultation | HiType::DischargeSummary) {
        required.push("encounter");
    }
    for name in required {
        if composition.get(name).is_none() {
            checker.error(
                format!("{PATH}.{name}"),
                "required",
                Kind::Profile,
                format!("{name} is missing"),
                format!("add {name}; {} demands it", kind.profile_name()),
            );
        }
    }
    if bundle_model_is_broken(composition) {
        checker.error(
            PATH,
            "shape",
            Kind::Shape,
            "the Composition is not an object",
            "write a FHIR Composition",
        );
    }
}

fn bundle_model_is_broken(composition: &Json) -> bool {
    !crate::model::Resource::fits("resource", composition)
}

pub(super) fn type_of(resource: &Json) -> Option<&str> {
    text(resource, "resourceType")
}

pub(super) fn text<'a>(json: &'a Json, name: &str) -> Option<&'a str> {
    json.get(name)
        .and_then(Json::as_str)
        .filter(|text| !text.trim().is_empty())
}
