//! The ABHA card: on disk, and the text of its QR code.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use abdm_core::wire::Document;
use serde_json::json;

/// Saves a card, with the ending of its media type, for the operator's eyes only. A folder that is
/// missing is made.
///
/// # Errors
/// When the file cannot be written; the message names the path. A file that is there already is not
/// touched.
pub fn save(card: &Document, folder: &Path, stem: &str) -> io::Result<PathBuf> {
    write(card, folder, stem).map_err(|error| {
        let text = format!("cannot save the card in {}: {error}", folder.display());
        io::Error::new(error.kind(), text)
    })
}

/// Whether a document can be shown as a card. A page of a gateway, or JSON such as `null`, cannot.
#[must_use]
pub fn is_card(document: &Document) -> bool {
    let body = document.bytes().trim_ascii();
    let begins = |tag: &[u8]| body.get(..tag.len()).is_some_and(|b| b.eq_ignore_ascii_case(tag));
    let is_json = serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok();
    !(body.is_empty() || begins(b"<!doctype html") || begins(b"<html") || is_json)
}

/// The folder of a demonstration's card, which ends with the demonstration.
#[must_use]
pub fn demo_folder() -> PathBuf {
    std::env::temp_dir().join(format!("abha-card-demo-{}", std::process::id()))
}

fn write(card: &Document, folder: &Path, stem: &str) -> io::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let mut options = std::fs::File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    for copy in 1.. {
        let copy = if copy == 1 { String::new() } else { format!("-{copy}") };
        let path = folder.join(format!("{stem}{copy}.{}", card.extension()));
        match options.open(&path) {
            Ok(mut file) => {
                file.write_all(card.bytes())?;
                return Ok(path);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// What the QR code of a card says. There is no official schema; these are the keys that scanners
/// know (m1-abha.md 12).
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct CardText<'a> {
    /// The ABHA number, dashed.
    pub number: Option<&'a str>,
    /// The ABHA address.
    pub address: Option<&'a str>,
    /// The name.
    pub name: Option<&'a str>,
    /// The gender, one letter.
    pub gender: Option<&'a str>,
    /// The date of birth.
    pub born: Option<&'a str>,
}

impl CardText<'_> {
    /// The text of the code.
    #[must_use]
    pub fn to_json(self) -> String {
        json!({
            "hidn": self.number,
            "hid": self.address,
            "name": self.name,
            "gender": self.gender,
            "dob": self.born,
        })
        .to_string()
    }
}

#[cfg(test)]
mod tests {
    use abha_enrollment::scanned::ScannedCard;

    use super::*;

    #[test]
    fn the_text_of_a_code_is_read_back_by_a_scanner() {
        let text = CardText {
            number: Some("91-1234-5678-9015"),
            address: Some("asha.example@sbx"),
            born: Some("26-06-1999"),
            ..CardText::default()
        };
        let card = ScannedCard::read(&text.to_json()).unwrap();
        assert_eq!(card.abha_number.unwrap().to_dashed(), "91-1234-5678-9015");
        assert_eq!(card.abha_address.unwrap().as_str(), "asha.example@sbx");
        assert!(card.name.is_none());
    }

    #[test]
    fn a_second_card_does_not_overwrite_the_first() {
        let folder = std::env::temp_dir().join(format!("abha-card-test-{}", std::process::id()));
        let card = Document::new("image/png", b"\x89PNG".to_vec());
        let (one, two) = (save(&card, &folder, "card"), save(&card, &folder, "card"));
        assert!(one.unwrap().ends_with("card.png"));
        assert!(two.unwrap().ends_with("card-2.png"));
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let file = std::env::temp_dir().join(format!("abha-no-folder-{}", std::process::id()));
        std::fs::write(&file, "").unwrap();
        let card = Document::new("image/png", b"\x89PNG".to_vec());
        let error = save(&card, &file.join("cards"), "card").unwrap_err().to_string();
        assert!(error.contains("abha-no-folder") && error.contains("cards"), "{error}");
        std::fs::remove_file(&file).unwrap();
    }

    #[test]
    fn a_page_and_json_are_no_card() {
        let document = |body: &str| Document::new("application/octet-stream", body.to_owned());
        for body in ["null", " {\"a\": 1}", "<!DOCTYPE html><p>", "\n<HTML>", " "] {
            assert!(!is_card(&document(body)), "{body}");
        }
        for body in ["<svg xmlns=''/>", "%PDF-1.4", "\u{89}PNG"] {
            assert!(is_card(&document(body)), "{body}");
        }
    }
}
