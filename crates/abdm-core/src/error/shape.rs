//! Reads every error body that ABDM sends (gateway.md 7, m1-abha.md 5).

mod disguise;

use serde_json::{Map, Value};

pub use self::disguise::AUTH_RESULT;
use self::disguise::{TELLING, failed_auth_result, is_spring, is_success, refusals};
use super::catalogue;
use super::code;
use super::entry::ErrorEntry;
use super::mask::mask_tokens;
use crate::wire::{plain, without_bom};

/// The most characters of one text that are kept.
const MAX_TEXT: usize = 256;
/// The most entries that are kept.
const MAX_ENTRIES: usize = 16;
/// The longest name that is taken for one of a field.
const MAX_FIELD_NAME: usize = 64;

/// The form of a body, as far as a reply without a code is judged by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Nothing, or blanks only.
    Empty,
    /// JSON of any kind not named below.
    Json,
    /// A service that failed before ABDM's own code ran: `{timestamp, path, status, error, …}`.
    Spring,
    /// `authResult` other than `success`.
    AuthResult,
    /// Text or an HTML page of something in front of ABDM.
    Text,
}

/// A body, read.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) shape: Shape,
    pub(super) entries: Vec<ErrorEntry>,
}

/// Reads the body of a reply that is an error by its status.
pub(super) fn parse(body: &[u8]) -> Parsed {
    let body = without_bom(body).trim_ascii();
    if body.is_empty() {
        return Parsed { shape: Shape::Empty, entries: Vec::new() };
    }
    match plain(body, TELLING) {
        Some(value) => parse_values(&complaints(&value)),
        None => {
            let text = readable_text(&String::from_utf8_lossy(body));
            Parsed { shape: Shape::Text, entries: vec![ErrorEntry::text(text)] }
        }
    }
}

/// Reads the body of a 2xx reply: `None` unless it is an error in disguise.
pub(super) fn parse_disguised(body: &[u8]) -> Option<Parsed> {
    let value = plain(body, TELLING)?;
    let parsed = parse_values(&refusals(&value));
    (!parsed.entries.is_empty()).then_some(parsed)
}

/// The parts of an error by its status that tell of it, out of their wrappers.
fn complaints(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().flat_map(complaints).collect(),
        _ => Some(refusals(value)).filter(|found| !found.is_empty()).unwrap_or(vec![value]),
    }
}

fn parse_values(values: &[&Value]) -> Parsed {
    let shape = match values.first().map(|value| alone(value)) {
        Some(Value::Object(object)) if is_spring(object) => Shape::Spring,
        Some(Value::Object(object)) if failed_auth_result(object) => Shape::AuthResult,
        _ => Shape::Json,
    };
    let mut entries = Vec::new();
    values.iter().for_each(|value| collect(value, &mut entries));
    entries.truncate(MAX_ENTRIES);
    Parsed { shape, entries }
}

/// What a list of one holds, as the reader of answers has it; `null` and `{}` are no elements.
fn alone(value: &Value) -> &Value {
    let Value::Array(items) = value else { return value };
    let is_filler = |item: &&Value| !(item.is_null() || **item == Value::Object(Map::new()));
    let mut items = items.iter().filter(is_filler);
    match (items.next(), items.next()) {
        (Some(one), None) => alone(one),
        _ => value,
    }
}

/// A member, out of its list of one.
fn told<'v>(object: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    object.get(name).map(alone)
}

/// Gathers the entries of a value: the most telling first. Stops when there are enough.
fn collect(value: &Value, entries: &mut Vec<ErrorEntry>) {
    if entries.len() >= MAX_ENTRIES {
        return;
    }
    match value {
        Value::Array(elements) => elements.iter().for_each(|element| collect(element, entries)),
        Value::String(text) if !text.trim().is_empty() => {
            entries.push(ErrorEntry::text(shown_text(text)));
        }
        Value::Object(object) => collect_object(object, entries),
        _ => {}
    }
}

fn collect_object(object: &Map<String, Value>, entries: &mut Vec<ErrorEntry>) {
    // `{"error": {…}}`, and the array of it.
    if let Some(inner @ (Value::Object(_) | Value::Array(_))) = told(object, "error") {
        let before = entries.len();
        collect(inner, entries);
        if entries.len() > before {
            return;
        }
    }
    // The registry says what is wrong in `details`, and only "bad request" above it.
    if let Some(details @ (Value::Array(_) | Value::Object(_))) = object.get("details") {
        collect(details, entries);
    }
    let code = told(object, "code").and_then(code::from_value).filter(|code| !is_success(code));
    let message = text_of(object, "message");
    let description = text_of(object, "description");
    let spring = text_of(object, "error");
    let before = entries.len();
    if let Some(inner) = told(object, "message").and_then(complaints_inside) {
        collect(&inner, entries);
    }
    if entries.len() > before {
        // Those in the text have no code of their own.
        entries
            .iter_mut()
            .skip(before)
            .for_each(|entry| entry.code = entry.code.take().or(code.clone()));
        return;
    }
    let text = message.clone().or_else(|| description.clone()).or(spring);
    if code.is_some() || text.is_some() {
        let field = told(object, "attribute").and_then(attribute_name);
        entries.push(ErrorEntry {
            code,
            message: text.unwrap_or_default(),
            description: description.filter(|_| message.is_some()),
            field,
        });
        return;
    }
    if failed_auth_result(object) {
        entries.push(ErrorEntry::text(String::new()));
        return;
    }
    collect_fields(object, entries);
}

/// Reads `{"loginId": "Invalid LoginId", "consent": {"code": "…"}, "timestamp": "…"}`.
///
/// An object of an unknown form may be anything, an echo of the request with a person's data
/// included. So a text is taken only where it complains about a field that the catalogue knows; of
/// everything else the name alone is told.
fn collect_fields(object: &Map<String, Value>, entries: &mut Vec<ErrorEntry>) {
    for (key, value) in object {
        if entries.len() >= MAX_ENTRIES {
            return;
        }
        if key == "timestamp" {
            continue;
        }
        match value {
            Value::String(text) if !text.trim().is_empty() => {
                entries.extend(field_entry(key, text));
            }
            Value::Array(texts) => {
                let texts = texts.iter().filter_map(Value::as_str).take(MAX_ENTRIES);
                let mut found: Vec<_> = texts.filter_map(|text| field_entry(key, text)).collect();
                found.dedup();
                entries.append(&mut found);
            }
            Value::Object(nested) => {
                let mut found: Vec<_> = nested
                    .iter()
                    .filter_map(|(inner, text)| Some((format!("{key}.{inner}"), text.as_str()?)))
                    .filter_map(|(name, text)| {
                        if catalogue::knows_field(&name) {
                            field_entry(&name, text)
                        } else {
                            field_entry(key, "")
                        }
                    })
                    .take(MAX_ENTRIES)
                    .collect();
                found.dedup();
                entries.append(&mut found);
            }
            _ => {}
        }
    }
}

/// A complaint about a field: its text if the field is known and the text is prose, not a value.
fn field_entry(name: &str, text: &str) -> Option<ErrorEntry> {
    let is_prose = text.split_whitespace().nth(1).is_some();
    let text =
        if is_prose && catalogue::knows_field(name) { shown_text(text) } else { String::new() };
    Some(ErrorEntry::at_field(&field_name(name)?, &text))
}

/// A text that is itself JSON: `{"code": "ABDM-1006: ", "message": " [{\"scope\":\"Invalid
/// Scope\"}]"}`.
fn complaints_inside(text: &Value) -> Option<Value> {
    let text = text.as_str()?.trim();
    text.starts_with(['[', '{']).then(|| plain(text.as_bytes(), TELLING))?
}

fn text_of(object: &Map<String, Value>, name: &str) -> Option<String> {
    told(object, name)?.as_str().map(shown_text).filter(|text| !text.is_empty())
}

/// The registry names the field as `{"attribute": {"key": "facilityName", …}}` or as a text.
fn attribute_name(attribute: &Value) -> Option<String> {
    match attribute {
        Value::String(name) => field_name(name),
        Value::Object(object) => ["key", "name", "field"]
            .iter()
            .find_map(|key| told(object, key)?.as_str())
            .or_else(|| object.keys().next().map(String::as_str))
            .and_then(field_name),
        _ => None,
    }
}

/// The name, unless it is none: blank, too long, or with characters that no field's name has.
fn field_name(name: &str) -> Option<String> {
    let named = !name.is_empty()
        && name.len() <= MAX_FIELD_NAME
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.[]".contains(&byte));
    named.then(|| mask_tokens(name))
}

/// The words of a text body; of an HTML page its title.
fn readable_text(text: &str) -> String {
    let text = if text.trim_start().starts_with('<') {
        html_title(text).unwrap_or("an HTML page")
    } else {
        text
    };
    shown_text(text)
}

/// A text as it may be shown: without control characters and tokens, and cut. ABDM's own texts have
/// at most 161 characters.
pub(super) fn shown_text(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().take(MAX_TEXT).collect();
    let plain: String = words.join(" ").chars().filter(|c| !c.is_control()).collect();
    mask_tokens(&plain).chars().take(MAX_TEXT).collect()
}

fn html_title(page: &str) -> Option<&str> {
    let lower = page.to_ascii_lowercase();
    let start = lower.find("<title")?;
    let open = start + lower.get(start..)?.find('>')? + 1;
    let close = open + lower.get(open..)?.find("</title")?;
    page.get(open..close).map(str::trim).filter(|title| !title.is_empty())
}
