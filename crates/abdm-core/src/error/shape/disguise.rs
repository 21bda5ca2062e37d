//! Which values are errors, whatever the status that they came with.

use serde_json::{Map, Value};

use super::{alone, collect, told};
use crate::error::code::{self, ErrorCode};
use crate::wire::{Preference, WRAPPERS};

/// The field of an answer in which a proof is accepted or refused (m1-abha.md 5).
pub const AUTH_RESULT: &str = "authResult";

/// What an error consists of.
const ERROR_KEYS: &[&str] = &[
    "code",
    "message",
    "description",
    "type",
    "details",
    "error",
    "errors",
    "timestamp",
    "status",
    "path",
    "requestId",
];

/// How a body is read in which a name is spelt otherwise or stands twice: nothing may hide a
/// refusal.
pub(super) const TELLING: Preference =
    Preference { names: &[ERROR_KEYS, &[AUTH_RESULT, "attribute"], WRAPPERS], rank };

fn rank(name: &str, value: &Value) -> u8 {
    let holds = matches!(alone(value), Value::Object(_) | Value::Array(_));
    match (name, alone(value)) {
        _ if !says_something(value) => 0,
        (AUTH_RESULT, result) if refuses(result) => 4,
        ("code", code) => match code::from_value(code) {
            Some(code) if names_an_error(&code) => 4,
            Some(code) if is_number(&code) && !is_success(&code) => 3,
            Some(_) => 2,
            None => 1,
        },
        ("status", status) if is_failure(status) => 4,
        ("error" | "details", inner) if holds && tells_an_error(inner) => 4,
        (name, _) if holds && WRAPPERS.contains(&name) => 4,
        (_, Value::String(_)) => 3,
        (_, Value::Object(_) | Value::Array(_)) => 1,
        _ => 2,
    }
}

/// As the reader of answers has it: blank texts, the text `null` and what holds nothing else say
/// nothing.
fn says_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !matches!(text.trim(), "" | "null"),
        Value::Array(items) => items.iter().any(says_something),
        Value::Object(members) => members.values().any(says_something),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

/// The parts of a value that came with a 2xx which are errors: itself, elements of a list, or what
/// a wrapper holds.
///
/// Successes carry `"error": null`, `"error": {}`, and lists of things that have a `code` and a
/// `name`; none of them may be taken for an error.
pub(super) fn refusals(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().flat_map(refusals).collect(),
        Value::Object(object) if is_refusal(object) => vec![value],
        Value::Object(object) => {
            WRAPPERS.iter().filter_map(|name| object.get(*name)).flat_map(refusals).collect()
        }
        _ => Vec::new(),
    }
}

fn is_refusal(object: &Map<String, Value>) -> bool {
    failed_auth_result(object) || is_failed_spring(object) || holds_error(object) || {
        let has_text = object.contains_key("message") || object.contains_key("details");
        match told(object, "code").and_then(code::from_value) {
            Some(code) if names_an_error(&code) => has_text,
            // A bare number says "error" only when nothing but an error's fields are there.
            Some(code) => {
                has_text && has_error_keys_only(object) && is_number(&code) && !is_success(&code)
            }
            None => false,
        }
    }
}

/// Whether `error` tells of one.
fn holds_error(object: &Map<String, Value>) -> bool {
    match told(object, "error") {
        Some(Value::String(text)) => !text.trim().is_empty() && has_error_keys_only(object),
        Some(inner @ (Value::Object(_) | Value::Array(_))) => tells_an_error(inner),
        _ => false,
    }
}

fn tells_an_error(inner: &Value) -> bool {
    let mut entries = Vec::new();
    collect(inner, &mut entries);
    entries
        .iter()
        .any(|entry| entry.code.is_some() || !entry.message.is_empty() || entry.field.is_some())
}

pub(super) fn failed_auth_result(object: &Map<String, Value>) -> bool {
    told(object, AUTH_RESULT).is_some_and(refuses)
}

fn refuses(result: &Value) -> bool {
    match result {
        Value::String(result) => !result.trim().eq_ignore_ascii_case("success"),
        Value::Bool(accepted) => !accepted,
        _ => false,
    }
}

pub(super) fn is_spring(object: &Map<String, Value>) -> bool {
    told(object, "status").is_some_and(Value::is_number)
        && told(object, "error").is_some_and(Value::is_string)
        && object.contains_key("timestamp")
}

fn is_failed_spring(object: &Map<String, Value>) -> bool {
    is_spring(object) && told(object, "status").is_some_and(is_failure)
}

fn is_failure(status: &Value) -> bool {
    status.as_u64().is_some_and(|status| (400..600).contains(&status))
}

fn names_an_error(code: &ErrorCode) -> bool {
    ["ABDM-", "HIS-", "AS-"].iter().any(|prefix| {
        code.as_str()
            .strip_prefix(prefix)
            .is_some_and(|rest| rest.len() >= 3 && rest.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

fn is_number(code: &ErrorCode) -> bool {
    code.as_str().bytes().all(|byte| byte.is_ascii_digit())
}

/// An HTTP status of success, which is no error's code.
pub(super) fn is_success(code: &ErrorCode) -> bool {
    code.as_str().len() == 3 && code.as_str().starts_with('2')
}

fn has_error_keys_only(object: &Map<String, Value>) -> bool {
    object.keys().all(|key| ERROR_KEYS.contains(&key.as_str()))
}
