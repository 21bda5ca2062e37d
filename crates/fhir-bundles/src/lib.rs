//! Build, read, check and show the NRCES India FHIR R4 document bundles that ABDM exchanges: all
//! eight record types of the guide `ndhm.in` 6.5.0.
//!
//! A developer who has never seen FHIR gets a correct document from what a hospital system really
//! holds; a wrong one does not compile, or is explained in one sentence with its place.
//!
//! # The ways in and out
//!
//! | You have | You want | Use |
//! |---|---|---|
//! | clinical facts in Rust | a document to encrypt and send | [`build`] |
//! | rows, in any language | a document to encrypt and send | [`plain`] |
//! | a document | what it says: medicines, results, files | [`Record::read`] |
//! | a document | whether a reviewer accepts it, and why not | [`check`](check()) |
//! | a record | a page or a terminal text | [`render`] |
//! | a document | every element of it, typed and lossless | [`DocumentBundle`], [`model`] |
//!
//! # A visit, from facts to the reader
//!
//! ```
//! use fhir_bundles::{
//!     HiType, Record,
//!     build::{
//!         Facility, FollowUp, Gender, Medicine, Observation, OpConsultation, Patient,
//!         Practitioner, Visit,
//!     },
//!     check,
//! };
//!
//! let bundle = OpConsultation::new(
//!     Patient::with_abha_number("Asha Devi", "91-7225-4829-5255")
//!         .gender(Gender::Female)
//!         .birth_date("1986-04"),
//!     Practitioner::with_hpr_id("Dr. Meera Rao", "71-1234-5678-9012"),
//!     Facility::new("Sunrise Clinic", "IN2710000001"),
//!     Visit::outpatient("2026-03-01T10:30:00+05:30"),
//! )
//! .chief_complaint("Fever for three days")
//! .vital_sign(Observation::temperature("38.40", "°C"))
//! .medication(Medicine::new("Paracetamol 500 mg").dose("1 tablet").timing("1-0-1").days(3))
//! .follow_up(FollowUp::on("2026-03-04"))
//! .build()?;
//!
//! let bytes = bundle.to_vec();              // encrypt these very bytes
//! assert_eq!(check(&bytes).findings(), []); // what a reviewer would say
//!
//! let record = Record::read(&bytes)?;       // what the receiver does
//! assert_eq!(record.hi_type(), Some(HiType::OpConsultation));
//! let temperature = record.results().next().and_then(|result| result.if_holds());
//! let temperature = temperature.map(|result| result.value_text());
//! assert_eq!(temperature.as_deref(), Some("38.40 °C")); // the digits are kept
//! println!("{}", record.render_text(80));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The other record types have their example at their front door: [`build::Prescription`],
//! [`build::DischargeSummary`], [`build::DiagnosticReport`], [`build::ImmunizationRecord`],
//! [`build::HealthDocumentRecord`], [`build::WellnessRecord`], [`build::InvoiceRecord`].
//!
//! # Hostile input
//!
//! Documents come from other hospitals. Reading is bounded in size and depth ([`Limits`]), no
//! input makes this crate panic, pages carry no script and no outside resource, and neither `Debug`
//! nor any error or finding repeats what a document says about a patient.
//!
//! # Features
//!
//! `check`, on by default: the check and its tables, more than half of this crate. A program that only
//! reads, makes or shows documents leaves it out.
//!
//! # Sources
//!
//! The rules are those of the contract files fhir-nrces.md and fhir-portal-notes.md; the model and
//! the rule tables are generated from the published R4 and NRCES definitions by the repository's
//! `xtask` and committed, so that building this crate needs no download.

pub mod build;
#[cfg(feature = "check")]
pub mod check;
pub mod codes;
mod document;
mod json;
mod language;
pub mod model;
pub mod plain;
pub mod record;
pub mod render;
mod words;

#[cfg(feature = "check")]
pub use self::check::{check, check_as, check_within};
pub use self::{
    codes::HiType,
    document::{DocumentBundle, ReadError},
    json::{Limits, SyntaxError, SyntaxErrorKind},
    language::Language,
    record::Record,
};
