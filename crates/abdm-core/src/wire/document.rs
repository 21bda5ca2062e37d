//! Answers that are not JSON: cards and QR codes.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::WireError;
use crate::endpoint::AnswerBody;

/// Bytes with their media type, passed through untouched.
///
/// The media type is the reply's own where it names an image or a document; where it does not (ABDM
/// has called a PNG JSON), the first bytes tell. An image that came as base64 text, bare or in JSON,
/// is unwrapped. `Debug` shows size and type only: a card is a person's.
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
    /// When there is none: nobody can be shown an empty card.
    pub fn read(headers: &HeaderMap, body: &[u8]) -> Result<Self, WireError> {
        if body.iter().all(u8::is_ascii_whitespace) {
            let problem = "there is no document".to_owned();
            return Err(WireError::Body { path: ".".to_owned(), problem });
        }
        let told = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let told =
            told.map(|text| text.split(';').next().unwrap_or_default().trim().to_lowercase());
        let telling = |kind: &String| kind.starts_with("image/") || kind == "application/pdf";
        let told = told.filter(telling);
        let unwrapped = if sniff(body).is_none() { unwrap(body) } else { None };
        if let Some((media_type, bytes)) = unwrapped {
            return Ok(Self::new(media_type, bytes));
        }
        let seen = || sniff(body).unwrap_or("application/octet-stream").to_owned();
        Ok(Self::new(told.unwrap_or_else(seen), Bytes::copy_from_slice(body)))
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
            "application/pdf" => "pdf",
            _ => "bin",
        }
    }
}

/// The media type that the first bytes tell.
fn sniff(body: &[u8]) -> Option<&'static str> {
    const STARTS: &[(&[u8], &str)] = &[
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"%PDF-", "application/pdf"),
        (b"<svg", "image/svg+xml"),
        (b"GIF8", "image/gif"),
    ];
    let known = STARTS.iter().find(|(start, _)| body.starts_with(start));
    known.map(|(_, media_type)| *media_type)
}

/// The document inside base64 text: bare, as a `data:` URL, as a JSON string, or as the one member of
/// a JSON object that holds a document.
fn unwrap(body: &[u8]) -> Option<(&'static str, Vec<u8>)> {
    let decoded = |text: &str| {
        let text = text.split_once(";base64,").map_or(text, |(_, data)| data).trim();
        let bytes = STANDARD.decode(text).ok()?;
        Some((sniff(&bytes)?, bytes))
    };
    match serde_json::from_slice(body) {
        Ok(Value::String(text)) => decoded(&text),
        Ok(Value::Object(members)) => members.values().find_map(|member| decoded(member.as_str()?)),
        Ok(_) => None,
        Err(_) => decoded(std::str::from_utf8(body).ok()?),
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

    use super::*;

    fn read(told: Option<&'static str>, body: &[u8]) -> Document {
        let mut headers = HeaderMap::new();
        if let Some(told) = told {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(told));
        }
        Document::read(&headers, body).unwrap()
    }

    #[test]
    fn an_image_in_base64_is_unwrapped() {
        let png = b"\x89PNG\r\n\x1a\nrest";
        let text = STANDARD.encode(png);
        for wrapped in [
            text.clone(),
            format!("data:image/png;base64,{text}"),
            format!("\"{text}\""),
            format!("{{\"message\":\"done\",\"card\":\"{text}\"}}"),
        ] {
            for told in ["application/json", "image/png"] {
                let document = read(Some(told), wrapped.as_bytes());
                assert_eq!(document.media_type(), "image/png", "{wrapped}");
                assert_eq!(document.bytes().as_ref(), png);
            }
        }
        let other = format!("\"{}\"", STANDARD.encode("no document"));
        assert_eq!(read(None, other.as_bytes()).bytes().as_ref(), other.as_bytes());
    }

    #[test]
    fn no_bytes_are_no_document() {
        for body in [b"".as_slice(), b" \r\n"] {
            let refused = Document::read(&HeaderMap::new(), body).unwrap_err();
            assert!(refused.to_string().contains("no document"), "{refused}");
        }
    }

    #[test]
    fn the_media_type_is_the_replys_or_that_of_the_bytes() {
        let png = b"\x89PNG\r\n\x1a\nrest";
        assert_eq!(read(Some("image/png; charset=UTF-8"), png).media_type(), "image/png");
        assert_eq!(read(Some("application/json"), png).extension(), "png");
        assert_eq!(read(None, b"%PDF-1.7").media_type(), "application/pdf");
        assert_eq!(read(Some("text/plain"), b"?").media_type(), "application/octet-stream");
    }

    #[test]
    fn bytes_come_out_as_they_went_in_and_do_not_show() {
        let document = read(Some("image/jpeg"), b"\xff\xd8\xff\x00card");
        assert_eq!(document.to_answer().bytes.as_ref(), b"\xff\xd8\xff\x00card");
        assert_eq!(format!("{document:?}"), "Document(image/jpeg, 8 bytes)");
        let json = serde_json::to_string(&document).unwrap();
        assert_eq!(serde_json::from_str::<Document>(&json).unwrap(), document);
    }
}
