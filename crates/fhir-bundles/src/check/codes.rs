//! Codes: required and extensible value sets, and the code systems that are known in full.

use super::{
    Checker, Kind,
    generated::SYSTEMS,
    path::Path,
    rules::{Binding, CodeSet, ElementRule, Node, Shape, System},
};
use crate::json::Json;

/// Checks a value against its bindings, and its codings against the systems that are known.
pub(super) fn check_codes(
    value: &Json,
    element: &ElementRule,
    nodes: &[&'static Node],
    path: &Path<'_>,
    checker: &mut Checker,
) {
    if let Shape::Complex(rule) = element.shape
        && rule.name == "Coding"
    {
        known_code(value, path, checker);
    }
    let bindings = element
        .binding
        .iter()
        .chain(nodes.iter().filter_map(|node| node.binding.as_ref()));
    for binding in bindings {
        match binding {
            Binding::Required(set) => required(value, set, path, checker),
            Binding::Extensible(set) => extensible(value, set, path, checker),
        }
    }
}

fn required(value: &Json, set: &CodeSet, path: &Path<'_>, checker: &mut Checker) {
    let is_in = match value {
        Json::String(code) => set.has_code(code),
        Json::Object(_) => {
            let codings = codings(value);
            codings.is_empty() || codings.iter().any(|coding| coding_in(coding, set))
        }
        _ => return,
    };
    if !is_in {
        checker.error(
            path.to_string(),
            "binding-required",
            Kind::Code,
            format!("the code is not in the value set {}", set.name),
            format!("write one of: {}", set.some()),
        );
    }
}

fn extensible(value: &Json, set: &CodeSet, path: &Path<'_>, checker: &mut Checker) {
    let codings = codings(value);
    if codings.is_empty() || codings.iter().any(|coding| coding_in(coding, set)) {
        return;
    }
    checker.warning(
        path.to_string(),
        "binding-extensible",
        Kind::Code,
        format!("none of the codes is in the value set {}", set.name),
        format!("use one of these where it fits: {}", set.some()),
    );
}

/// The codings of a concept, or the coding itself.
fn codings(value: &Json) -> Vec<&Json> {
    match value.get("coding") {
        Some(Json::Array(codings)) => codings.iter().collect(),
        Some(_) => Vec::new(),
        None if value.get("code").is_some() => vec![value],
        None => Vec::new(),
    }
}

fn coding_in(coding: &Json, set: &CodeSet) -> bool {
    let text = |name| coding.get(name).and_then(Json::as_str);
    match (text("system"), text("code")) {
        (Some(system), Some(code)) => set.has(system, code),
        _ => false,
    }
}

/// A code of a system that is known in full exists there, and has the display of there.
fn known_code(coding: &Json, path: &Path<'_>, checker: &mut Checker) {
    let text = |name| coding.get(name).and_then(Json::as_str);
    let (Some(url), Some(code)) = (text("system"), text("code")) else {
        return;
    };
    let Some(system) = system(url) else { return };
    let Some(display) = system.display(code) else {
        checker.error(
            path.name("code").to_string(),
            "code-unknown",
            Kind::Code,
            format!("the code system {} has no such code", system.url),
            "look the code up in the code system; codes are case-sensitive",
        );
        return;
    };
    if let Some(given) = text("display")
        && !same_words(given, display)
    {
        checker.warning(
            path.name("display").to_string(),
            "code-display",
            Kind::Code,
            "the display is not the one of the code system",
            format!("write \"{display}\""),
        );
    }
}

fn system(url: &str) -> Option<&'static System> {
    let place = SYSTEMS
        .binary_search_by_key(&url, |system| system.url)
        .ok()?;
    SYSTEMS.get(place)
}

/// Case and space do not matter to a display.
fn same_words(one: &str, other: &str) -> bool {
    one.split_whitespace()
        .map(str::to_lowercase)
        .eq(other.split_whitespace().map(str::to_lowercase))
}
