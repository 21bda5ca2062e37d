use std::{fmt, str::FromStr};

use super::{SNOMED_CT, profile};
use crate::model::{CodeableConcept, Coding};

/// The eight types of health information record. `as_str` gives the exact, case-sensitive word that
/// ABDM uses on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum HiType {
    /// A visit to a doctor.
    OpConsultation,
    /// Medicines ordered.
    Prescription,
    /// A hospital stay.
    DischargeSummary,
    /// A laboratory or imaging report.
    DiagnosticReport,
    /// Vaccinations given or due.
    ImmunizationRecord,
    /// Any document, as a file.
    HealthDocumentRecord,
    /// Vital signs, measurements and habits.
    WellnessRecord,
    /// A bill.
    Invoice,
}

impl HiType {
    /// All eight, in the order of the guide.
    pub const ALL: [Self; 8] = [
        Self::OpConsultation,
        Self::Prescription,
        Self::DischargeSummary,
        Self::DiagnosticReport,
        Self::ImmunizationRecord,
        Self::HealthDocumentRecord,
        Self::WellnessRecord,
        Self::Invoice,
    ];

    /// The word on the wire, such as `OPConsultation`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OpConsultation => "OPConsultation",
            Self::Prescription => "Prescription",
            Self::DischargeSummary => "DischargeSummary",
            Self::DiagnosticReport => "DiagnosticReport",
            Self::ImmunizationRecord => "ImmunizationRecord",
            Self::HealthDocumentRecord => "HealthDocumentRecord",
            Self::WellnessRecord => "WellnessRecord",
            Self::Invoice => "Invoice",
        }
    }

    /// The name on a command line and in plain records, such as `op-consultation`.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::OpConsultation => "op-consultation",
            Self::Prescription => "prescription",
            Self::DischargeSummary => "discharge-summary",
            Self::DiagnosticReport => "diagnostic-report",
            Self::ImmunizationRecord => "immunization-record",
            Self::HealthDocumentRecord => "health-document-record",
            Self::WellnessRecord => "wellness-record",
            Self::Invoice => "invoice",
        }
    }

    /// The name of the Composition profile, such as `OPConsultRecord`.
    #[must_use]
    pub fn profile_name(self) -> &'static str {
        match self {
            Self::OpConsultation => "OPConsultRecord",
            Self::Prescription => "PrescriptionRecord",
            Self::DischargeSummary => "DischargeSummaryRecord",
            Self::DiagnosticReport => "DiagnosticReportRecord",
            Self::ImmunizationRecord => "ImmunizationRecord",
            Self::HealthDocumentRecord => "HealthDocumentRecord",
            Self::WellnessRecord => "WellnessRecord",
            Self::Invoice => "InvoiceRecord",
        }
    }

    /// The URL of the Composition profile, as it stands in `Composition.meta.profile`.
    #[must_use]
    pub fn profile(self) -> String {
        profile(self.profile_name())
    }

    /// What a person reads: "OP consultation".
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::OpConsultation => "OP consultation",
            Self::Prescription => "Prescription",
            Self::DischargeSummary => "Discharge summary",
            Self::DiagnosticReport => "Diagnostic report",
            Self::ImmunizationRecord => "Immunization record",
            Self::HealthDocumentRecord => "Health document",
            Self::WellnessRecord => "Wellness record",
            Self::Invoice => "Invoice",
        }
    }

    /// The fixed SNOMED CT code and display of `Composition.type`; `None` for the two types that are
    /// told by [`fixed_text`](Self::fixed_text). For a diagnostic report the guide leaves the code
    /// open: this is the one that NHA uses.
    #[must_use]
    pub fn type_code(self) -> Option<(&'static str, &'static str)> {
        Some(match self {
            Self::OpConsultation => ("371530004", "Clinical consultation report"),
            Self::Prescription => ("440545006", "Prescription record"),
            Self::DischargeSummary => ("373942005", "Discharge summary"),
            Self::DiagnosticReport => ("721981007", "Diagnostic studies report"),
            Self::ImmunizationRecord => ("41000179103", "Immunization record"),
            Self::HealthDocumentRecord => ("419891008", "Record artifact"),
            Self::WellnessRecord | Self::Invoice => return None,
        })
    }

    /// The fixed `Composition.type.text` of the two types without a code.
    #[must_use]
    pub fn fixed_text(self) -> Option<&'static str> {
        match self {
            Self::WellnessRecord => Some("Wellness Record"),
            Self::Invoice => Some("Invoice Record"),
            _ => None,
        }
    }

    /// `Composition.type` as the guide wants it.
    #[must_use]
    pub fn type_concept(self) -> CodeableConcept {
        match self.type_code() {
            Some((code, display)) => CodeableConcept::coded(Coding::of(SNOMED_CT, code, display)),
            None => CodeableConcept::text(self.fixed_text().unwrap_or_default()),
        }
    }

    /// The type whose profile this is. A `|version` behind the URL is ignored.
    #[must_use]
    pub fn from_profile(url: &str) -> Option<Self> {
        let url = url.split('|').next().unwrap_or_default();
        let name = url.rsplit('/').next().unwrap_or_default();
        Self::ALL.into_iter().find(|kind| kind.profile_name() == name)
    }

    /// The type that a `Composition.type` tells, as a peer wrote it.
    #[must_use]
    pub fn from_type_concept(concept: &CodeableConcept) -> Option<Self> {
        let by_code = Self::ALL.into_iter().find(|kind| {
            let Some((code, _)) = kind.type_code() else {
                return false;
            };
            concept.coding.iter().any(|coding| coding.code.as_deref() == Some(code))
        });
        by_code.or_else(|| {
            let texts = concept.text.iter().chain(
                concept.coding.iter().flat_map(|coding| coding.code.iter().chain(&coding.display)),
            );
            // Some peers write the fixed text as a code, or without its space.
            let words: Vec<String> = texts.map(|text| letters(text)).collect();
            Self::ALL.into_iter().find(|kind| {
                kind.fixed_text().is_some_and(|text| {
                    let text = letters(text);
                    words.iter().any(|word| *word == text || *word == text.replace("record", "rec"))
                })
            })
        })
    }
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect()
}

impl fmt::Display for HiType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that names none of the eight record types.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a record type: write op-consultation, prescription, discharge-summary, diagnostic-report, \
     immunization-record, health-document-record, wellness-record or invoice"
)]
#[non_exhaustive]
pub struct UnknownHiType;

/// Takes the wire word and the command line's name.
impl FromStr for HiType {
    type Err = UnknownHiType;

    fn from_str(text: &str) -> Result<Self, UnknownHiType> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == text || kind.slug() == text)
            .ok_or(UnknownHiType)
    }
}
