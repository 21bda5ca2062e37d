//! Codes: required and extensible value sets, and the code systems that are known in full.

use super::{
    Checker, Kind,
    generated::SYSTEMS,
    mime::{self, MimeFault},
    near::nearest,
    path::Path,
    rules::{Binding, CodeSet, ElementRule, Node, Primitive, Shape, System},
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
    // Only these have codes; a profile's binding of a choice is for those of its types that do.
    let is_coded = match element.shape {
        Shape::Primitive(primitive) => matches!(primitive, Primitive::Code | Primitive::Uri),
        Shape::Complex(rule) => matches!(rule.name, "CodeableConcept" | "Coding" | "Quantity"),
        Shape::Resource => false,
    };
    if !is_coded && element.binding.is_none() {
        return;
    }
    let of_profiles = nodes.iter().filter(|_| is_coded).filter_map(|node| node.binding.as_ref());
    for binding in element.binding.iter().chain(of_profiles) {
        match binding {
            Binding::Required(set) => required(value, set, path, checker),
            Binding::Extensible(set) => extensible(value, set, path, checker),
            Binding::MimeType => mime_type(value, path, checker),
        }
    }
}

fn required(value: &Json, set: &CodeSet, path: &Path<'_>, checker: &mut Checker) {
    let wrong = match value {
        Json::String(code) if set.has_code(code) => return,
        Json::String(code) => Some(code.as_str()),
        Json::Object(object) => {
            let codings = codings(value);
            if codings.iter().any(|coding| coding_in(coding, set)) {
                return;
            }
            // A quantity without a code is for its own rules.
            if codings.is_empty() && object.contains("value") {
                return;
            }
            codings.iter().find_map(|coding| coding.get("code").and_then(Json::as_str))
        }
        _ => return,
    };
    let (message, help) = match wrong {
        Some(code) => (
            format!("the code is not in the value set {}", set.name),
            match nearest(code, set.codes()) {
                Some(near) if near == code => {
                    format!("write {near} with the system of {}", set.name)
                }
                Some(near) => format!("write {near}; the set has: {}", set.some()),
                None => format!("write one of: {}", set.some()),
            },
        ),
        None => (
            format!("no code is given, and one of the value set {} is required", set.name),
            format!("add a coding with one of: {}", set.some()),
        ),
    };
    checker.error(path.to_string(), "binding-required", Kind::Code, message, help);
}

fn mime_type(value: &Json, path: &Path<'_>, checker: &mut Checker) {
    match value.as_str().and_then(mime::fault) {
        Some(MimeFault::Not(meant)) => checker.error(
            path.to_string(),
            "binding-required",
            Kind::Code,
            "not a MIME type",
            format!("write {}", meant.unwrap_or("one such as application/pdf or image/jpeg")),
        ),
        Some(MimeFault::Unregistered(meant)) => checker.warning(
            path.to_string(),
            "mime-type",
            Kind::Code,
            "another MIME type is registered for this kind of file",
            format!("write {meant}"),
        ),
        None => {}
    }
}

fn extensible(value: &Json, set: &CodeSet, path: &Path<'_>, checker: &mut Checker) {
    let codings = codings(value);
    if codings.is_empty() || codings.iter().any(|coding| coding_in(coding, set)) {
        return;
    }
    let given = codings.iter().find_map(|coding| coding.get("code").and_then(Json::as_str));
    let help = match given.and_then(|code| nearest(code, set.codes())) {
        Some(near) => format!("write {near} if that is meant; the set has: {}", set.some()),
        None => format!("use one of these where it fits: {}", set.some()),
    };
    checker.warning(
        path.to_string(),
        "binding-extensible",
        Kind::Code,
        format!("none of the codes is in the value set {}", set.name),
        help,
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
            unknown_code(code, system),
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

/// What to do about a code that its system does not have: it may be one of another system, or
/// misspelt.
fn unknown_code(code: &str, system: &System) -> String {
    if let Some(other) = SYSTEMS.iter().find(|other| other.display(code).is_some()) {
        return format!("{code} is a code of {}: write that system, or another code", other.url);
    }
    let codes = system.codes.iter();
    let by_code = nearest(code, codes.clone().map(|(code, _)| *code));
    // Some write the display where the code belongs.
    let by_display = || {
        let display = nearest(code, codes.clone().map(|(_, display)| *display))?;
        codes.clone().find(|(_, known)| *known == display).map(|(code, _)| *code)
    };
    match by_code.or_else(by_display) {
        Some(near) => format!("write {near}, if that is meant"),
        None => "look the code up in the code system; codes are case-sensitive".to_owned(),
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
