//! Modifier extensions: whoever does not know one must not use the element that it changes
//! (FHIR R4, extensibility: "Implementations SHALL NOT process a resource with an unknown modifier").
//! Neither R4 nor the guide defines one for what ABDM documents hold, so each is unknown.

use super::{Checker, Kind, path::Path};
use crate::json::Json;

pub(super) fn report(path: &Path<'_>, checker: &mut Checker) {
    checker.error(
        path.to_string(),
        "modifier-extension",
        Kind::Invariant,
        "a modifier extension that ABDM does not know; a receiver must not use what it changes",
        "say it with R4's own elements, such as status or doNotPerform, or in an extension that \
         changes nothing",
    );
}

/// All of a resource whose type is not modelled.
pub(super) fn scan(json: &Json, path: &Path<'_>, checker: &mut Checker) {
    match json {
        Json::Object(object) => {
            for (name, value) in object.iter() {
                let here = path.name(name);
                if name == "modifierExtension" {
                    let count = value.as_array().map_or(1, <[Json]>::len);
                    for place in 0..count {
                        report(&here.place(place), checker);
                    }
                } else {
                    scan(value, &here, checker);
                }
            }
        }
        Json::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                scan(item, &path.place(place), checker);
            }
        }
        _ => {}
    }
}
