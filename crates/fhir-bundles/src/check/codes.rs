//! Codes: required and extensible value sets, and the code systems that are known in full.

use super::{
    Checker, Kind,
    generated::SYSTEMS,
    path::Path,
    rules::{Binding, CodeSet, ElementRule, Node, Shape, System},
};
use crate::{
    codes::{ICD_10, LOINC, SNOMED_CT},
    json::Json,
};

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
    let bindings =
        element.binding.iter().chain(nodes.iter().filter_map(|node| node.binding.as_ref()));
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
    code_form(url, code, path, checker);
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

/// The code systems that cannot be listed here are tested for form.
fn code_form(url: &str, code: &str, path: &Path<'_>, checker: &mut Checker) {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (is_right, help) = match url {
        SNOMED_CT => (
            digits(code) && (6..=18).contains(&code.len()) && verhoeff_holds(code),
            "write the concept id: 6 to 18 digits, of which the last is a check digit",
        ),
        LOINC => (
            code.split_once('-').is_some_and(|(number, check)| {
                digits(number.trim_start_matches("LA").trim_start_matches("LP"))
                    && digits(check)
                    && check.len() == 1
            }),
            "write the LOINC number with its check digit, such as 718-7",
        ),
        ICD_10 => (
            code.starts_with(|c: char| c.is_ascii_uppercase())
                && code.chars().skip(1).take(2).all(|c| c.is_ascii_alphanumeric())
                && (3..=8).contains(&code.len())
                && code.chars().all(|c| c.is_ascii_alphanumeric() || c == '.'),
            "write a code such as I10 or E11.9",
        ),
        _ => return,
    };
    if !is_right {
        checker.warning(
            path.name("code").to_string(),
            "code-form",
            Kind::Code,
            "the code is not of the form that its code system has",
            help,
        );
    }
}

/// The check digit of SNOMED CT identifiers: Verhoeff's dihedral scheme.
fn verhoeff_holds(code: &str) -> bool {
    // The group of symmetries of a pentagon, without tables.
    let product = |a: u8, b: u8| match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => (a + b - 5) % 5 + 5,
        (false, true) => (a - 5 + 5 - b) % 5 + 5,
        (false, false) => (a + 5 - b) % 5,
    };
    let turn = |digit: u8| match digit {
        0 => 1,
        1 => 5,
        2 => 7,
        3 => 6,
        4 => 2,
        5 => 8,
        6 => 3,
        7 => 0,
        8 => 9,
        _ => 4,
    };
    let checked = code.bytes().rev().enumerate().fold(0, |sum, (place, byte)| {
        let digit = (0..place % 8).fold(byte.wrapping_sub(b'0') % 10, |digit, _| turn(digit));
        product(sum, digit)
    });
    checked == 0
}

fn system(url: &str) -> Option<&'static System> {
    let place = SYSTEMS.binary_search_by_key(&url, |system| system.url).ok()?;
    SYSTEMS.get(place)
}

/// Case and space do not matter to a display.
fn same_words(one: &str, other: &str) -> bool {
    one.split_whitespace()
        .map(str::to_lowercase)
        .eq(other.split_whitespace().map(str::to_lowercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_of_snomed_codes_hold() {
        // The record types and sections of the guide.
        for code in [
            "371530004",
            "440545006",
            "373942005",
            "721981007",
            "41000179103",
            "419891008",
            "1003642006",
        ] {
            assert!(verhoeff_holds(code), "{code}");
        }
        for code in ["371530005", "317530004", "440545060"] {
            assert!(!verhoeff_holds(code), "{code}");
        }
    }
}
