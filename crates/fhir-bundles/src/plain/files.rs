//! Whether a file's bytes are what its type says.

use super::source::decode;

/// How files of a type begin.
const BEGINNINGS: [(&str, &str, &[&[u8]]); 7] = [
    ("application/pdf", "a PDF: it does not begin with %PDF", &[b"%PDF"]),
    ("image/jpeg", "a JPEG picture", &[b"\xff\xd8\xff"]),
    ("image/jpg", "a JPEG picture", &[b"\xff\xd8\xff"]),
    ("image/png", "a PNG picture", &[b"\x89PNG"]),
    ("image/gif", "a GIF picture", &[b"GIF8"]),
    ("image/tiff", "a TIFF picture", &[b"II*\0", b"MM\0*"]),
    ("image/bmp", "a BMP picture", &[b"BM"]),
];

/// Readers of PDF search this far for its beginning.
const SEARCHED: usize = 1024;

/// What is wrong with a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is base64 of base64.
    EncodedTwice,
    /// It is no file of its type.
    OtherType(&'static str),
}

/// Compares bytes with a MIME type. Types that are not known are not judged.
pub(super) fn fault(content_type: &str, bytes: &[u8]) -> Option<Fault> {
    let content_type = content_type.split(';').next().unwrap_or_default().trim();
    let known = BEGINNINGS.iter().find(|(name, ..)| content_type.eq_ignore_ascii_case(name));
    if let Some((name, _, begins)) = known
        && is_a(name, begins, bytes)
    {
        return None;
    }
    // Two letters are too little to know a bitmap by.
    let told = BEGINNINGS.iter().filter(|(name, ..)| *name != "image/bmp");
    let inner = std::str::from_utf8(bytes).ok().and_then(decode);
    let is_inner_file =
        |inner: &Vec<u8>| told.clone().any(|(name, _, begins)| is_a(name, begins, inner));
    if inner.as_ref().is_some_and(is_inner_file) {
        return Some(Fault::EncodedTwice);
    }
    known.map(|(_, words, _)| Fault::OtherType(words))
}

fn is_a(name: &str, begins: &[&[u8]], bytes: &[u8]) -> bool {
    if name == "application/pdf" {
        let head = bytes.get(..SEARCHED).unwrap_or(bytes);
        return begins.iter().any(|begin| head.windows(begin.len()).any(|part| part == *begin));
    }
    begins.iter().any(|begin| bytes.starts_with(begin))
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;

    use super::*;

    #[test]
    fn bytes_are_compared_with_their_type() {
        assert_eq!(fault("application/pdf", b"%PDF-1.7 ..."), None);
        assert_eq!(fault("application/pdf", b"\n\n%PDF-1.7 ..."), None);
        assert!(matches!(fault("application/pdf", b"hello world"), Some(Fault::OtherType(_))));
        assert!(matches!(fault("image/jpeg; q=1", b"%PDF-1.7"), Some(Fault::OtherType(_))));
        assert_eq!(fault("image/png", b"\x89PNG\r\n"), None);
        assert_eq!(fault("text/plain", b"hello world"), None);
        let twice = base64::engine::general_purpose::STANDARD.encode(b"%PDF-1.7 and more");
        for kind in ["application/pdf", "image/png", "application/octet-stream"] {
            assert_eq!(fault(kind, twice.as_bytes()), Some(Fault::EncodedTwice), "{kind}");
        }
    }
}
