//! Value sets and code systems, as far as they can be listed.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::definitions::{Definitions, text};

/// Code systems larger than this are left to a terminology server.
const MOST_CODES: usize = 400;

/// The larger ones that are worth their size: the class of every visit is a code of this one.
const LARGE_SYSTEMS: [&str; 1] = ["http://terminology.hl7.org/CodeSystem/v3-ActCode"];

/// Codes by system; `None` when the set cannot be listed.
pub(crate) type Codes = BTreeMap<String, Vec<String>>;

/// The codes of a value set, if all of them are known.
pub(crate) fn expand(definitions: &Definitions, url: &str) -> Option<Codes> {
    let set = definitions.terminology.get(url)?;
    let compose = set.get("compose")?;
    if compose.get("exclude").is_some() {
        return None;
    }
    let mut codes = Codes::new();
    for include in compose["include"].as_array()? {
        if include.get("filter").is_some() {
            return None;
        }
        if let Some(sets) = include["valueSet"].as_array() {
            for inner in sets {
                for (system, more) in expand(definitions, inner.as_str()?)? {
                    codes.entry(system).or_default().extend(more);
                }
            }
            continue;
        }
        let system = text(include, "system");
        let listed = match include["concept"].as_array() {
            Some(concepts) => concepts.iter().map(|concept| text(concept, "code")).collect(),
            None => code_system(definitions, &system)?.into_iter().map(|(code, _)| code).collect(),
        };
        codes.entry(system).or_default().extend::<Vec<String>>(listed);
    }
    for listed in codes.values_mut() {
        listed.sort();
        listed.dedup();
    }
    Some(codes)
}

/// Codes and displays of a complete code system.
pub(crate) fn code_system(definitions: &Definitions, url: &str) -> Option<Vec<(String, String)>> {
    let system = definitions.terminology.get(url)?;
    if text(system, "resourceType") != "CodeSystem" || text(system, "content") != "complete" {
        return None;
    }
    let mut codes = Vec::new();
    collect(system, &mut codes);
    codes.sort();
    codes.dedup();
    (!codes.is_empty()).then_some(codes)
}

fn collect(holder: &Value, codes: &mut Vec<(String, String)>) {
    for concept in holder["concept"].as_array().into_iter().flatten() {
        // A heading of other codes is none itself.
        let is_heading = concept["property"].as_array().into_iter().flatten().any(|property| {
            property["code"] == "notSelectable" && property["valueBoolean"] == true
        });
        if !is_heading {
            codes.push((text(concept, "code"), text(concept, "display")));
        }
        collect(concept, codes);
    }
}

/// The systems whose codes are worth carrying: those that occur in codings of ABDM documents.
pub(crate) fn known_systems(definitions: &Definitions) -> Vec<(String, Vec<(String, String)>)> {
    definitions
        .terminology
        .keys()
        .filter(|url| {
            url.starts_with("https://nrces.in/") || url.starts_with("http://terminology.hl7.org/")
        })
        .filter_map(|url| Some((url.clone(), code_system(definitions, url)?)))
        .filter(|(url, codes)| codes.len() <= MOST_CODES || LARGE_SYSTEMS.contains(&url.as_str()))
        .collect()
}
