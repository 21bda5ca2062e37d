//! Answers that are not JSON: cards and QR codes.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::HeaderMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::WireError;
use super::json::{parse_json, without_bom};
use crate::endpoint::AnswerBody;

/// Bytes with their media type, passed through untouched.
///
/// What a reply calls itself counts for nothing: ABDM has called a PNG JSON, and things in front of
/// it call a page of theirs an image. The first bytes tell. An image that came as base64 text, bare
/// or in JSON, is unwrapped. `Debug` shows size and type only: a card is a person's.
#[derive(Clone, PartialEq, Eq)]
pub struct Document {
    media_type: String,
    bytes: Bytes,
}

impl Document {
    /// A document of this media type.
    pub fn new(media_type: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self { media_type: media_type.into(), bytes: bytes.into() }
    }

    /// Takes the body of a reply.
    ///
    /// # Errors
    /// When it is no image and no PDF by its first bytes, or too short to be one: nobody can be
    /// shown a web page, a text or nothing as a card.
    pub fn read(_: &HeaderMap, body: &[u8]) -> Result<Self, WireError> {
        let whole =
            |problem: &str| WireError::Body { path: ".".to_owned(), problem: problem.into() };
        if body.iter().all(u8::is_ascii_whitespace) {
            return Err(whole("there is no document"));
        }
        let (media_type, bytes) = match sniff(body) {
            Some(media_type) => (media_type, Bytes::copy_from_slice(body)),
            None => {
                let (media_type, bytes) = unwrap(without_bom(body)).ok_or_else(|| {
                    whole("expected an image or a PDF; by its first bytes it is none")
                })?;
                (media_type, bytes.into())
            }
        };
        if bytes.len() < SHORTEST {
            return Err(whole("expected an image or a PDF; it is too short to be one"));
        }
        Ok(Self::new(media_type, bytes))
    }

    /// The same as a server sends it.
    #[must_use]
    pub fn to_answer(&self) -> AnswerBody {
        AnswerBody::new(self.media_type.clone(), self.bytes.clone())
    }

    /// The media type, for example `image/png`.
    #[must_use]
    pub fn media_type(&self) -> &str {
        &self.media_type
    }

    /// The bytes.
    #[must_use]
    pub const fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// The usual ending of a file of this type, without the dot.
    #[must_use]
    pub fn extension(&self) -> &'static str {
        match self.media_type.as_str() {
            "image/png" => "png",
            "image/jpeg" | "image/jpg" => "jpg",
            "image/svg+xml" => "svg",
            "image/gif" => "gif",
            "image/webp" => "webp",
            "application/pdf" => "pdf",
            _ => "bin",
        }
    }
}

/// No picture of a card has fewer bytes: a PNG of one pixel has 67.
const SHORTEST: usize = 64;

/// The media type that the first bytes tell.
fn sniff(body: &[u8]) -> Option<&'static str> {
    const STARTS: &[(&[u8], &str)] = &[
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"%PDF-", "application/pdf"),
        (b"GIF87a", "image/gif"),
        (b"GIF89a", "image/gif"),
    ];
    let known = STARTS.iter().find(|(start, _)| body.starts_with(start));
    known.map(|(_, media_type)| *media_type).or_else(|| {
        let webp = body.starts_with(b"RIFF") && body.get(8..12) == Some(b"WEBP");
        webp.then_some("image/webp").or_else(|| is_svg(body).then_some("image/svg+xml"))
    })
}

/// Whether a text is a vector image, perhaps after an XML declaration.
fn is_svg(body: &[u8]) -> bool {
    let start = without_bom(body).trim_ascii_start();
    let start = start.get(..start.len().min(1024)).unwrap_or_default();
    start.starts_with(b"<svg")
        || (start.starts_with(b"<?xml") && start.windows(4).any(|four| four == b"<svg"))
}

/// The document inside base64 text: bare, as a `data:` URL, as a JSON string, or anywhere in a JSON
/// object or list that holds a document.
fn unwrap(body: &[u8]) -> Option<(&'static str, Vec<u8>)> {
    fn decoded(text: &str) -> Option<(&'static str, Vec<u8>)> {
        let text = text.split_once(";base64,").map_or(text, |(_, data)| data);
        let text: Vec<u8> = text.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
        let bytes = STANDARD.decode(text).ok()?;
        Some((sniff(&bytes)?, bytes))
    }
    fn inside(value: &Value) -> Option<(&'static str, Vec<u8>)> {
        match value {
            Value::String(text) => decoded(text),
            Value::Object(members) => members.values().find_map(inside),
            Value::Array(items) => items.iter().find_map(inside),
            _ => None,
        }
    }
    match parse_json(body) {
        Some(value) => inside(&value),
        None => decoded(std::str::from_utf8(body).ok()?),
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({}, {} bytes)", self.media_type, self.bytes.len())
    }
}

/// The JSON form, for records and snapshots; on the wire a document is its bytes.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Json {
    media_type: String,
    base64: String,
}

impl Serialize for Document {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let base64 = STANDARD.encode(&self.bytes);
        Json { media_type: self.media_type.clone(), base64 }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Document {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Json::deserialize(deserializer)?;
        let bytes = STANDARD.decode(&json.base64);
        let bytes = bytes.map_err(|_| serde::de::Error::custom("expected base64 text"))?;
        Ok(Self::new(json.media_type, bytes))
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use http::header::CONTENT_TYPE;

    use super::*;

    fn try_read(told: Option<&'static str>, body: &[u8]) -> Result<Document, WireError> {
        let mut headers = HeaderMap::new();
        if let Some(told) = told {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(told));
        }
        Document::read(&headers, body)
    }

    /// An image's first bytes, and enough others.
    fn image(start: &[u8]) -> Vec<u8> {
        [start, &[7; 64]].concat()
    }

    fn png() -> Vec<u8> {
        image(b"\x89PNG\r\n\x1a\n")
    }

    #[test]
    fn an_image_in_base64_is_unwrapped() {
        let png = png();
        let text = STANDARD.encode(&png);
        for wrapped in [
            text.clone(),
            format!("{}\r\n{}", &text[..8], &text[8..]),
            format!("data:image/png;base64,{text}"),
            format!("\"{text}\""),
            format!("{{\"message\":\"done\",\"card\":\"{text}\"}}"),
            format!("[{{\"data\":{{\"card\":\"{text}\"}}}}]"),
        ] {
            for told in ["application/json", "image/png"] {
                let document = try_read(Some(told), wrapped.as_bytes()).unwrap();
                assert_eq!(document.media_type(), "image/png", "{wrapped}");
                assert_eq!(document.bytes().as_ref(), png);
            }
        }
    }

    /// (M1 trial C3)
    #[test]
    fn what_is_no_image_and_no_pdf_by_its_first_bytes_is_no_document() {
        let page = "<!DOCTYPE html><html><body><svg></svg>The service is not available now.</body>";
        let no_document =
            format!("\"{}\"", STANDARD.encode("a text that is long enough".repeat(4)));
        for body in [
            page.as_bytes(),
            br#"{"message":"card will be ready, please come back in a while, thank you very much"}"#,
            b"null",
            b"",
            b" \r\n",
            b"\x89PNG",
            b"\x89PNG\r\n\x1a\n",
            b"\xff\xd8\xff\xe0",
            no_document.as_bytes(),
            STANDARD.encode(b"\x89PNG\r\n\x1a\n").as_bytes(),
            &[0; 200],
        ] {
            for told in [None, Some("image/png"), Some("application/pdf"), Some("text/html")] {
                let refused = try_read(told, body).unwrap_err().to_string();
                assert!(refused.contains("document") || refused.contains("an image"), "{refused}");
            }
        }
    }

    #[test]
    fn the_media_type_is_that_of_the_bytes() {
        for (told, start, media_type, extension) in [
            (Some("image/png; charset=UTF-8"), b"\x89PNG\r\n\x1a\n".as_slice(), "image/png", "png"),
            (Some("application/json"), b"\x89PNG\r\n\x1a\n", "image/png", "png"),
            (Some("image/png"), b"\xff\xd8\xff", "image/jpeg", "jpg"),
            (None, b"%PDF-1.7", "application/pdf", "pdf"),
            (Some("text/plain"), b"GIF89a", "image/gif", "gif"),
            (None, b"RIFF\x01\x01\x01\x01WEBP", "image/webp", "webp"),
            (Some("text/xml"), b"<?xml version='1.0'?>\n<svg xmlns=''>", "image/svg+xml", "svg"),
        ] {
            let document = try_read(told, &image(start)).unwrap();
            assert_eq!((document.media_type(), document.extension()), (media_type, extension));
        }
    }

    #[test]
    fn bytes_come_out_as_they_went_in_and_do_not_show() {
        let card = image(b"\xff\xd8\xff\x00card");
        let document = try_read(Some("image/jpeg"), &card).unwrap();
        assert_eq!(document.to_answer().bytes.as_ref(), card);
        assert_eq!(format!("{document:?}"), "Document(image/jpeg, 72 bytes)");
        let json = serde_json::to_string(&document).unwrap();
        assert_eq!(serde_json::from_str::<Document>(&json).unwrap(), document);
    }
}
