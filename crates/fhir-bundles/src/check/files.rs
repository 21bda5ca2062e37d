//! Files inside a document: whether the bytes are what the content type says.

use base64::{
    Engine as _,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use super::{Checker, Kind, path::Path};
use crate::json::{Json, Object};

/// How many characters of a file's base64 are looked at.
const LOOKED_AT: usize = 4096;

/// How far into a PDF its mark may stand, as readers take it.
const PDF_MARK_WITHIN: usize = 1024;

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Reports on an Attachment or a Binary.
pub(super) fn check(object: &Object, path: &Path<'_>, checker: &mut Checker) {
    let member = |name: &str| object.get(name).and_then(Json::as_str);
    if member("url").is_some_and(is_data_uri) {
        checker.warning(
            path.name("url").to_string(),
            "data-uri",
            Kind::Format,
            "a data URI: the file stands in its own URL",
            "put what follows base64, into data, and the type before it into contentType",
        );
    }
    let Some(data) = member("data").filter(|data| !is_data_uri(data)) else {
        return;
    };
    let Some(bytes) = beginning(data) else { return };
    let (rule, message, help) = match inner(&bytes) {
        Some(Inner::File(format)) => (
            "encoded-twice",
            format!(
                "the file is encoded twice: its bytes are the base64 text of a {}",
                format.name
            ),
            "encode the file's own bytes once".to_owned(),
        ),
        Some(Inner::DataUri) => (
            "encoded-twice",
            "the file is encoded twice: its bytes are a data URI".to_owned(),
            "put what follows base64, into data as it is".to_owned(),
        ),
        None => {
            let said = member("contentType").and_then(Format::said);
            let found = Format::of(&bytes);
            match (said, found) {
                (Some(said), Some(found)) if said.type_ != found.type_ => (
                    "content-type",
                    format!("the bytes are a {}, not a {}", found.name, said.name),
                    format!("write \"contentType\": \"{}\", or put the right file in", found.type_),
                ),
                (Some(said), None) => (
                    "content-type",
                    format!("the bytes are not a {}: {}", said.name, said.mark),
                    "put the file's own bytes in, whole, and encode them once".to_owned(),
                ),
                _ => return,
            }
        }
    };
    checker.warning(path.name("data").to_string(), rule, Kind::Format, message, help);
}

/// Whether a text is a `data:` URI.
pub(super) fn is_data_uri(text: &str) -> bool {
    let start = text.trim_start().get(.."data:".len());
    start.is_some_and(|start| start.eq_ignore_ascii_case("data:"))
}

/// The first bytes of a file; nothing when the text is not base64.
fn beginning(data: &str) -> Option<Vec<u8>> {
    let digits = data.bytes().filter(|byte| !byte.is_ascii_whitespace());
    let mut digits: Vec<u8> = digits.take(LOOKED_AT).collect();
    if digits.len() == LOOKED_AT {
        // Whole groups alone, of a longer text.
        digits.truncate(LOOKED_AT / 4 * 4);
    }
    LENIENT.decode(digits).ok().filter(|bytes| !bytes.is_empty())
}

/// What is inside bytes that should be a file and are a text that holds one.
enum Inner {
    File(Format),
    DataUri,
}

fn inner(bytes: &[u8]) -> Option<Inner> {
    let text = std::str::from_utf8(bytes).ok().or_else(|| {
        // The beginning may end inside a letter.
        bytes.get(..16).and_then(|start| std::str::from_utf8(start).ok())
    })?;
    let text = text.trim_start().trim_start_matches('"');
    if is_data_uri(text) {
        return Some(Inner::DataUri);
    }
    Format::of(&beginning(text.trim_end().trim_end_matches('"'))?).map(Inner::File)
}

/// A format that is told by its first bytes.
#[derive(Clone, Copy)]
struct Format {
    type_: &'static str,
    name: &'static str,
    mark: &'static str,
}

impl Format {
    const fn new(type_: &'static str, name: &'static str, mark: &'static str) -> Self {
        Self { type_, name, mark }
    }

    /// The format that a content type names, if it is one of those that can be told.
    fn said(content_type: &str) -> Option<Self> {
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        let lower = essence.to_ascii_lowercase();
        let lower = match lower.as_str() {
            "image/jpg" | "image/pjpeg" => "image/jpeg",
            "application/x-pdf" => "application/pdf",
            other => other,
        };
        [PDF, JPEG, PNG, GIF, TIFF, DICOM].into_iter().find(|format| format.type_ == lower)
    }

    /// The format of the bytes.
    fn of(bytes: &[u8]) -> Option<Self> {
        let starts = |mark: &[u8]| bytes.starts_with(mark);
        if starts(b"\xff\xd8\xff") {
            Some(JPEG)
        } else if starts(b"\x89PNG") {
            Some(PNG)
        } else if starts(b"GIF8") {
            Some(GIF)
        } else if starts(b"II*\0") || starts(b"MM\0*") {
            Some(TIFF)
        } else if bytes.get(128..132) == Some(b"DICM") {
            Some(DICOM)
        } else {
            let start = bytes.get(..PDF_MARK_WITHIN).unwrap_or(bytes);
            start.windows(5).any(|window| window == b"%PDF-").then_some(PDF)
        }
    }
}

const PDF: Format = Format::new("application/pdf", "PDF", "%PDF- is missing at their start");
const JPEG: Format = Format::new("image/jpeg", "JPEG picture", "they start otherwise");
const PNG: Format = Format::new("image/png", "PNG picture", "they start otherwise");
const GIF: Format = Format::new("image/gif", "GIF picture", "they start otherwise");
const TIFF: Format = Format::new("image/tiff", "TIFF picture", "they start otherwise");
const DICOM: Format = Format::new("application/dicom", "DICOM file", "DICM is missing at byte 128");
