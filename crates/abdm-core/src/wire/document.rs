//! Answers that are not JSON: cards and QR codes.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde::{Deserialize, Serialize};

use crate::endpoint::AnswerBody;

/// Bytes with their media type, passed through untouched.
///
/// The media type is the reply's own where it names an image or a document; where it does not (ABDM
/// has called a PNG JSON), the first bytes tell. `Debug` shows size and type only: a card is a
/// person's.
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
    #[must_use]
    pub fn read(headers: &HeaderMap, body: &[u8]) -> Self {
        let told = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let told =
            told.map(|text| text.split(';').next().unwrap_or_default().trim().to_lowercase());
        let telling = |kind: &String| kind.starts_with("image/") || kind == "application/pdf";
        let seen = || sniff(body).unwrap_or("application/octet-stream").to_owned();
        let media_type = told.filter(telling).unwrap_or_else(seen);
        Self { media_type, bytes: Bytes::copy_from_slice(body) }
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
        Document::read(&headers, body)
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
