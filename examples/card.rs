//! The ABHA card: on disk, and its QR code in the terminal.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use abdm_core::wire::Document;
use fast_qr::{ECL, QRBuilder};
use serde_json::json;

/// Lines of modules around the code, in which a scanner expects nothing.
const QUIET: usize = 2;

/// Saves a card, with the ending of its media type, for the operator's eyes only.
///
/// # Errors
/// When the file cannot be written. One that is there already is not touched.
pub fn save(card: &Document, folder: &Path, stem: &str) -> io::Result<PathBuf> {
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

/// A QR code of this text, light on dark, two rows of modules in one line.
#[must_use]
pub fn terminal_qr(text: &str) -> Option<String> {
    let code = QRBuilder::new(text).ecl(ECL::L).build().ok()?;
    let size = code.size;
    let dark = |row: usize, column: usize| {
        let inside = |at: usize| at.checked_sub(QUIET).filter(|at| *at < size);
        match (inside(row), inside(column)) {
            (Some(row), Some(column)) => code[row].get(column).is_some_and(|module| module.value()),
            _ => false,
        }
    };
    let whole = size + 2 * QUIET;
    let line = |row: usize| {
        let cells = (0..whole).map(|column| match (dark(row, column), dark(row + 1, column)) {
            (true, true) => ' ',
            (true, false) => '▄',
            (false, true) => '▀',
            (false, false) => '█',
        });
        cells.collect::<String>()
    };
    Some((0..whole).step_by(2).map(line).collect::<Vec<_>>().join("\n"))
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
    fn a_code_is_square_and_framed_by_light() {
        let code = terminal_qr("91-1234-5678-9015").unwrap();
        let lines: Vec<Vec<char>> = code.lines().map(|line| line.chars().collect()).collect();
        let width = lines[0].len();
        assert!(lines.iter().all(|line| line.len() == width));
        assert_eq!(lines.len(), width.div_ceil(2));
        assert!(lines[0].iter().all(|cell| *cell == '█'));
        assert!(lines.iter().all(|line| line[0] == '█' || line[0] == '▀'));
    }

    #[test]
    fn a_second_card_does_not_overwrite_the_first() {
        let folder = std::env::temp_dir().join(format!("abha-card-test-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let card = Document::new("image/png", b"\x89PNG".to_vec());
        let (one, two) = (save(&card, &folder, "card"), save(&card, &folder, "card"));
        assert!(one.unwrap().ends_with("card.png"));
        assert!(two.unwrap().ends_with("card-2.png"));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
