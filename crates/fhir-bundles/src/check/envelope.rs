//! What stands around a document, or in its place: named as what it is.

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{Checker, Kind};
use crate::json::{Json, Limits, SyntaxError};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Bytes that are read as JSON, and what many receivers would stumble over.
pub(super) fn warn(bytes: &[u8], checker: &mut Checker) {
    if bytes.starts_with(BYTE_ORDER_MARK) {
        checker.warning(
            "Bundle",
            "byte-order-mark",
            Kind::Format,
            "the document starts with a byte order mark, which many receivers refuse",
            "write the file without it: in most editors and libraries \"UTF-8\", not \"UTF-8 with BOM\"",
        );
    }
}

/// Why bytes are no JSON.
pub(super) fn unreadable(bytes: &[u8], error: &SyntaxError, checker: &mut Checker) {
    let (rule, message, help) = match guess(bytes) {
        Some((message, help)) => ("json", message.to_owned(), help),
        None => ("json", format!("not readable as JSON: {error}"), "send one JSON object in UTF-8"),
    };
    checker.error("Bundle", rule, Kind::Shape, message, help);
}

fn guess(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    const AS_IT_IS: &str = "send the document's own JSON text in UTF-8";
    let starts = |mark: &[u8]| bytes.starts_with(mark);
    if starts(b"\xff\xfe") || starts(b"\xfe\xff") || starts(b"{\0") || starts(b"\0{") {
        return Some(("the text is UTF-16, not UTF-8", AS_IT_IS));
    }
    if starts(b"%PDF-") {
        return Some((
            "a PDF, not a FHIR document",
            "put the file into a document: `nrces example prescription --plain` shows how",
        ));
    }
    if starts(b"\x1f\x8b") || starts(b"PK\x03\x04") {
        return Some(("a packed file, not a FHIR document", "unpack it and send what is inside"));
    }
    let text = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes).trim_ascii();
    if text.is_empty() {
        return Some(("there is nothing in it", "send one JSON object in UTF-8"));
    }
    if text.starts_with(b"<") {
        return Some((
            "XML, and ABDM exchanges FHIR as JSON",
            "write the Bundle in FHIR's JSON format",
        ));
    }
    if decodes_to_json(text) {
        return Some(("the document is encoded: a base64 text that holds JSON", AS_IT_IS));
    }
    None
}

/// JSON that is no Bundle.
pub(super) fn not_a_bundle(json: &Json, checker: &mut Checker) {
    const INSIDE: &str = "send the document inside it, a Bundle of type document";
    let member = |name: &str| json.get(name);
    let (rule, message, help) = match json {
        Json::String(text) if holds_json(text) => (
            "encoded-twice",
            "the document is encoded twice: a JSON text inside a JSON string",
            "send the inner text as it is; do not serialise it a second time",
        ),
        Json::String(text) if decodes_to_json(text.trim().as_bytes()) => (
            "encoded-twice",
            "the document is encoded twice: base64 of a JSON text inside a JSON string",
            "send the document's own JSON text",
        ),
        Json::Array(items) if items.iter().any(is_bundle) => {
            ("bundle-type", "a list of Bundles", "send each Bundle by itself")
        }
        Json::Object(_) if member("entries").is_some() => {
            ("bundle-type", "a data push of ABDM, not the document in it", INSIDE)
        }
        Json::Object(object) if object.iter().any(|(_, value)| is_bundle(value)) => {
            ("bundle-type", "an object around a FHIR Bundle", INSIDE)
        }
        Json::Object(_) if member("resourceType").is_some() => (
            "bundle-type",
            "a single FHIR resource, not a Bundle",
            "send a Bundle of type document; ABDM exchanges nothing else",
        ),
        _ => (
            "bundle-type",
            "not a FHIR Bundle",
            "send a Bundle of type document; ABDM exchanges nothing else",
        ),
    };
    checker.error("Bundle", rule, Kind::Shape, message, help);
}

fn is_bundle(json: &Json) -> bool {
    json.get("resourceType").and_then(Json::as_str) == Some("Bundle")
}

fn holds_json(text: &str) -> bool {
    let trimmed = text.trim_start();
    trimmed.starts_with(['{', '[', '"'])
        && Json::parse_within(trimmed.as_bytes(), Limits::default()).is_ok()
}

fn decodes_to_json(text: &[u8]) -> bool {
    let start = text.get(..text.len().min(64) / 4 * 4).unwrap_or_default();
    STANDARD.decode(start).is_ok_and(|bytes| {
        let bytes = bytes.trim_ascii_start();
        let inside = bytes.strip_prefix(b"{").or_else(|| bytes.strip_prefix(b"["));
        inside.is_some_and(|inside| inside.trim_ascii_start().starts_with(b"\""))
    })
}
