//! Documents from plain records: the rows that a hospital system has, as flat and forgiving JSON.
//!
//! There is one form per record type, with a JSON Schema ([`schema`]) and an [`example`]. A form
//! is a public contract: fields are added, never renamed or removed.
//!
//! Forgiving means: names may be written `abhaNumber`, `abha_number` or `ABHA-Number`; a number may
//! be a text and keeps its digits then, with Indian groups (`1,50,000`) and a comparator (`<0.05`);
//! one thing may stand where a list is expected; a plain text may stand for a medicine, a condition
//! or a test; `OPD`, `ultrasound`, `H` are understood; `null` and `""` mean absent.
//!
//! It does not mean that anything is dropped or made up. A field that the form does not know is a
//! problem, since it might hold what a patient needs; so is a unit that does not fit, a value that
//! no living person has, a date after the document, a file that is not of its type. A weight of
//! 132 lb is written as 59.87 kg, with "Given as 132 lb" in a note. An age gives the likeliest year or
//! month of birth, never a day, a follow-up on a day has no hour, and a stay has no end unless one is
//! given. What can be read in two ways is a problem: 5.11 ft, a range without a unit beside
//! 1.5 lakh/cumm, a reason beside a status that has none, "Nil" in a list of medicines.
//!
//! ```
//! use fhir_bundles::{HiType, check, plain};
//!
//! let bundle = plain::to_bundle(HiType::OpConsultation, br#"{
//!     "patient": { "name": "Asha Devi", "abhaNumber": "91-7225-4829-5255", "gender": "F", "birthDate": "1986" },
//!     "practitioner": { "name": "Dr. Meera Rao", "hprId": "71-1234-5678-9012" },
//!     "facility": { "name": "Sunrise Clinic", "hfrId": "IN2710000001" },
//!     "visit": { "start": "2026-03-01T10:30:00+05:30" },
//!     "chiefComplaints": "Fever for three days",
//!     "vitalSigns": [{ "kind": "temperature", "value": 38.4 }],
//!     "medications": [{ "name": "Paracetamol 500 mg", "dose": "1 tablet", "timing": "1-0-1", "days": 3 }]
//! }"#)?;
//! assert!(!check(&bundle.to_vec()).has_errors());
//! # Ok::<(), fhir_bundles::plain::PlainError>(())
//! ```

mod convert;
mod facts;
mod files;
mod form;
mod forms;
mod number;
mod paths;
mod range;
mod rules;
mod schema;
mod source;
mod suggestion;
mod unit;
mod words;

use crate::{
    build::{Ids, Problem},
    codes::HiType,
    document::DocumentBundle,
    json::{Json, SyntaxError},
    model::Instant,
};

/// Why a plain record cannot become a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlainError {
    /// The bytes are not JSON.
    #[error("cannot read the record: {0}")]
    Syntax(#[from] SyntaxError),
    /// The record does not say of what type it is, and the caller did not either.
    #[error("the record has no \"type\": write one such as \"op-consultation\"")]
    NoType,
    /// The facts have problems. All of them are here.
    #[error("the record has {} problem(s): {}", .0.len(), list(.0))]
    Problems(Vec<Problem>),
}

fn list(problems: &[Problem]) -> String {
    problems.iter().map(Problem::to_string).collect::<Vec<_>>().join(" | ")
}

/// Makes the document of a plain record.
///
/// # Errors
///
/// [`PlainError`] with every problem at once, each with its path and what to write instead.
pub fn to_bundle(kind: HiType, bytes: &[u8]) -> Result<DocumentBundle, PlainError> {
    Options::default().to_bundle(kind, bytes)
}

/// Makes the document of a plain record that says its type itself, in the field `type`.
///
/// # Errors
///
/// As [`to_bundle`], and [`PlainError::NoType`].
pub fn to_bundle_by_type(bytes: &[u8]) -> Result<DocumentBundle, PlainError> {
    let json = Json::parse(bytes)?;
    let word = json.get("type").and_then(Json::as_str).ok_or(PlainError::NoType)?;
    let kind = rules::record_type(word).map_err(|problem| PlainError::Problems(vec![problem]))?;
    convert::document(kind, &json, Options::default())
}

/// How the document is made beyond what the record says.
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct Options {
    ids: Ids,
    timestamp: Option<Instant>,
}

impl Options {
    /// Random ids and the present moment.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets where ids come from.
    pub fn ids(self, ids: Ids) -> Self {
        Self { ids, ..self }
    }

    /// Sets the moment at which the bundle is assembled.
    pub fn timestamp(self, timestamp: impl Into<Instant>) -> Self {
        Self { timestamp: Some(timestamp.into()), ..self }
    }

    /// Makes the document of a plain record.
    ///
    /// # Errors
    ///
    /// As [`to_bundle`].
    pub fn to_bundle(self, kind: HiType, bytes: &[u8]) -> Result<DocumentBundle, PlainError> {
        convert::document(kind, &Json::parse(bytes)?, self)
    }
}

/// The JSON Schema (draft 2020-12) of a record type's form, as indented text.
#[must_use]
pub fn schema(kind: HiType) -> String {
    String::from_utf8_lossy(&schema::of(kind).to_vec_pretty()).into_owned()
}

/// An example that fills every field of a record type's form.
#[must_use]
pub fn example(kind: HiType) -> &'static str {
    match kind {
        HiType::OpConsultation => include_str!("plain/examples/op-consultation.json"),
        HiType::Prescription => include_str!("plain/examples/prescription.json"),
        HiType::DischargeSummary => include_str!("plain/examples/discharge-summary.json"),
        HiType::DiagnosticReport => include_str!("plain/examples/diagnostic-report.json"),
        HiType::ImmunizationRecord => include_str!("plain/examples/immunization-record.json"),
        HiType::HealthDocumentRecord => include_str!("plain/examples/health-document-record.json"),
        HiType::WellnessRecord => include_str!("plain/examples/wellness-record.json"),
        HiType::Invoice => include_str!("plain/examples/invoice.json"),
    }
}
