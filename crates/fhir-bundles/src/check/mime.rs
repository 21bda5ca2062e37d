//! MIME types: R4 binds them to BCP 13, whose types are too many to list. The form is looked at, the
//! kind of content, and the slips that are usual.

/// The kinds of content that are registered.
const KINDS: [&str; 11] = [
    "application",
    "audio",
    "example",
    "font",
    "haptics",
    "image",
    "message",
    "model",
    "multipart",
    "text",
    "video",
];

/// What is written by mistake, and the registered type.
const MEANT: &[(&str, &str)] = &[
    ("pdf", "application/pdf"),
    ("x-pdf", "application/pdf"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("pjpeg", "image/jpeg"),
    ("png", "image/png"),
    ("x-png", "image/png"),
    ("gif", "image/gif"),
    ("tif", "image/tiff"),
    ("tiff", "image/tiff"),
    ("bmp", "image/bmp"),
    ("dcm", "application/dicom"),
    ("dicom", "application/dicom"),
    ("html", "text/html"),
    ("htm", "text/html"),
    ("txt", "text/plain"),
    ("plain", "text/plain"),
    ("text", "text/plain"),
    ("csv", "text/csv"),
    ("xml", "application/xml"),
    ("json", "application/json"),
    ("doc", "application/msword"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("mp4", "video/mp4"),
    ("mp3", "audio/mpeg"),
    ("zip", "application/zip"),
];

/// What is wrong with a MIME type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MimeFault {
    /// It is none; the registered type that was probably meant.
    Not(Option<&'static str>),
    /// It is of the form, and another one is registered for what it names.
    Unregistered(&'static str),
}

/// What is wrong with a text as a MIME type.
pub(super) fn fault(text: &str) -> Option<MimeFault> {
    let (essence, parameters) = match text.split_once(';') {
        Some((essence, parameters)) => (essence.trim_end(), Some(parameters)),
        None => (text, None),
    };
    let lower = essence.to_ascii_lowercase();
    let last = lower.rsplit(['/', '.', ' ']).next().unwrap_or_default();
    let meant = || MEANT.iter().find(|(slip, _)| *slip == last).map(|(_, right)| *right);
    let is_type = lower.split_once('/').is_some_and(|(kind, subtype)| {
        (KINDS.contains(&kind) || kind.starts_with("x-")) && is_name(subtype)
    });
    if !is_type || !parameters.is_none_or(are_parameters) {
        return Some(MimeFault::Not(meant()));
    }
    let unregistered = meant().filter(|right| {
        *right != lower && !matches!(lower.as_str(), "text/xml" | "application/html")
    });
    unregistered.map(MimeFault::Unregistered)
}

/// A name of RFC 6838, section 4.2.
fn is_name(text: &str) -> bool {
    (1..=127).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.bytes().all(|byte| {
            byte.is_ascii_alphanumeric()
                || matches!(byte, b'!' | b'#' | b'$' | b'&' | b'-' | b'^' | b'_' | b'.' | b'+')
        })
}

fn are_parameters(text: &str) -> bool {
    text.split(';').all(|parameter| {
        parameter
            .trim()
            .split_once('=')
            .is_some_and(|(name, value)| is_name(name) && !value.trim_matches('"').is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::{MimeFault, fault};

    #[test]
    fn types_of_the_form_are_taken_and_slips_are_named() {
        for good in [
            "application/pdf",
            "APPLICATION/PDF",
            "image/jpeg",
            "image/svg+xml",
            "text/plain; charset=UTF-8",
            "text/plain;charset=utf-8;format=flowed",
            "application/dicom",
            "text/xml",
            "application/fhir+json",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/x-hospital",
            "chemical/x-pdb",
        ] {
            let is_chemical = good.starts_with("chemical");
            assert_eq!(fault(good).is_some(), is_chemical, "{good}");
        }
        for (bad, meant) in [
            ("pdf", Some("application/pdf")),
            ("PDF", Some("application/pdf")),
            (".pdf", Some("application/pdf")),
            ("document/pdf", Some("application/pdf")),
            ("PDF file", None),
            ("image", None),
            ("image/*", None),
            ("image/", None),
            ("/png", Some("image/png")),
            ("application/pdf;base64", Some("application/pdf")),
            ("application/pdf,image/png", Some("image/png")),
            ("application / pdf", Some("application/pdf")),
            ("scanned report", None),
        ] {
            assert_eq!(fault(bad), Some(MimeFault::Not(meant)), "{bad}");
        }
        assert_eq!(fault("image/jpg"), Some(MimeFault::Unregistered("image/jpeg")));
        assert_eq!(fault("application/x-pdf"), Some(MimeFault::Unregistered("application/pdf")));
    }
}
