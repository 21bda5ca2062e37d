//! What NHA's testers look for, as a table: `requirements.csv`.
//!
//! The table holds facts in our own words. A requirement is shown by a case, or says why no software
//! can show it: [`coverage`](crate::coverage) holds the two together.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

const EMBEDDED: &str = include_str!("requirements.csv");

/// The columns, in order.
const COLUMNS: [&str; 9] = [
    "milestone",
    "id",
    "nha_id",
    "section",
    "mandatory",
    "condition",
    "wording",
    "not_applicable",
    "source",
];

/// A milestone of ABDM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Milestone {
    /// ABHA numbers and addresses.
    M1,
    /// Health information providers: linking and giving out records.
    M2,
}

impl Milestone {
    /// Every milestone that has requirements here.
    pub const ALL: &'static [Self] = &[Self::M1, Self::M2];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::M1 => "M1",
            Self::M2 => "M2",
        }
    }

    /// The folder of its evidence.
    #[must_use]
    pub const fn folder(self) -> &'static str {
        match self {
            Self::M1 => "m1",
            Self::M2 => "m2",
        }
    }

    /// The crate of the SDK that its cases show; all have one version.
    pub(crate) const fn shown_crate(self) -> &'static str {
        match self {
            Self::M1 => "abha-enrollment",
            Self::M2 => "hip-services",
        }
    }

    fn read(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|milestone| milestone.as_str() == text)
    }
}

/// One requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Requirement {
    /// The milestone that it belongs to.
    pub milestone: Milestone,
    /// NHA's id, with an ending where NHA has used one twice.
    pub id: String,
    /// NHA's id, where it is another one.
    nha_id: Option<String>,
    /// The section of NHA's list.
    pub section: String,
    /// Whether it must be met, by those whom the condition names, or by all.
    pub mandatory: bool,
    /// For whom, and when, where `mandatory` alone does not say it.
    pub condition: Option<String>,
    /// What NHA's tester looks for.
    pub wording: String,
    /// Why no software development kit can show it.
    pub not_applicable: Option<String>,
    /// Which document says so.
    pub source: String,
}

impl Requirement {
    /// NHA's id, which two requirements may share.
    #[must_use]
    pub fn nha_id(&self) -> &str {
        self.nha_id.as_deref().unwrap_or(&self.id)
    }
}

/// Every requirement, in NHA's order.
#[must_use]
pub fn all() -> &'static [Requirement] {
    static ALL: LazyLock<Vec<Requirement>> = LazyLock::new(|| read(EMBEDDED).unwrap_or_default());
    &ALL
}

/// The requirement of this id.
#[must_use]
pub fn of(id: &str) -> Option<&'static Requirement> {
    all().iter().find(|requirement| requirement.id == id)
}

/// The table itself, as comma-separated values with a header (RFC 4180), for other tools.
#[must_use]
pub const fn csv() -> &'static str {
    EMBEDDED
}

/// Why a table of requirements cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("row {row} of the table of requirements: {fault}")]
struct TableError {
    row: usize,
    fault: String,
}

/// Reads a table. The header names the columns and must be there.
fn read(text: &str) -> Result<Vec<Requirement>, TableError> {
    let mut rows = rows(text).into_iter().enumerate();
    let fault = |row: usize, fault: &str| TableError { row: row + 1, fault: fault.to_owned() };
    match rows.next() {
        Some((_, header)) if header == COLUMNS => {}
        _ => return Err(fault(0, &format!("the header must be {}", COLUMNS.join(",")))),
    }
    rows.map(|(row, fields)| {
        let fields: [String; COLUMNS.len()] =
            fields.try_into().map_err(|_| fault(row, "it does not have nine fields"))?;
        let [milestone, id, nha_id, section, mandatory, condition, wording, reason, source] =
            fields;
        let some = |text: String| Some(text).filter(|text| !text.is_empty());
        let milestone = Milestone::read(&milestone)
            .ok_or_else(|| fault(row, &format!("{milestone} is no milestone")))?;
        let mandatory = match mandatory.as_str() {
            "yes" => true,
            "no" => false,
            other => return Err(fault(row, &format!("mandatory is yes or no, not {other}"))),
        };
        if [&id, &section, &wording, &source].iter().any(|field| field.is_empty()) {
            return Err(fault(row, "id, section, wording and source must be there"));
        }
        Ok(Requirement {
            milestone,
            id,
            nha_id: some(nha_id),
            section,
            mandatory,
            condition: some(condition),
            wording,
            not_applicable: some(reason),
            source,
        })
    })
    .collect()
}

/// The rows of comma-separated values; a field in quotes may hold commas, lines and doubled quotes.
fn rows(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut field) = (Vec::new(), Vec::new(), String::new());
    let mut is_quoted = false;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if is_quoted && letters.peek() == Some(&'"') => {
                letters.next();
                field.push('"');
            }
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => row.push(std::mem::take(&mut field)),
            '\n' if !is_quoted => {
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
            }
            '\r' if !is_quoted => {}
            other => field.push(other),
        }
    }
    if !field.is_empty() || !row.is_empty() {
        row.push(field);
        rows.push(row);
    }
    rows
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_table_is_read_whole() {
        let read = read(EMBEDDED).unwrap();
        assert_eq!(read.len(), EMBEDDED.lines().count() - 1, "a row is a line");
        assert_eq!(all(), read);
    }

    #[test]
    fn the_list_of_milestone_1_is_nhas() {
        let m1 = || all().iter().filter(|requirement| requirement.milestone == Milestone::M1);
        assert_eq!(m1().count(), 66);
        let ids: BTreeSet<&str> = m1().map(|requirement| requirement.id.as_str()).collect();
        assert_eq!(ids.len(), 66, "every id once");
        let nhas: BTreeSet<&str> = m1().map(Requirement::nha_id).collect();
        assert_eq!(nhas.len(), 65, "NHA uses VRFY_ABHA_501 twice");
    }

    /// The 36 rows of the sheet of 1 Oct 2026, and one that only older sheets have.
    #[test]
    fn the_list_of_milestone_2_is_nhas() {
        let m2 = || all().iter().filter(|requirement| requirement.milestone == Milestone::M2);
        assert_eq!(m2().count(), 37);
        let ids: BTreeSet<&str> = m2().map(|requirement| requirement.id.as_str()).collect();
        assert_eq!(ids.len(), 37, "every id once");
        assert!(m2().all(|requirement| requirement.nha_id.is_none()), "NHA uses each once");
    }

    #[test]
    fn a_field_in_quotes_keeps_commas_quotes_and_lines() {
        let read = rows("a,\"b, \"\"c\"\"\nd\",\r\n,e,");
        let expected = [vec!["a", "b, \"c\"\nd", ""], vec!["", "e", ""]];
        assert_eq!(read, expected);
    }

    #[test]
    fn a_faulty_row_is_named() {
        let header = COLUMNS.join(",");
        let row = |text: &str| read(&format!("{header}\n{text}\n")).unwrap_err().to_string();
        assert_eq!(
            row("M9,A,,s,yes,,w,,x"),
            "row 2 of the table of requirements: M9 is no milestone"
        );
        assert!(row("M1,A,,s,M,,w,,x").contains("mandatory is yes or no"));
        assert!(row("M1,A,,s,yes,,w").contains("nine fields"));
        assert!(row("M1,A,,s,yes,,,,x").contains("must be there"));
        assert!(read("a,b\n").unwrap_err().fault.contains("header"));
    }
}
