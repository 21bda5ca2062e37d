//! What a document says: type, date, patient, authors, sections, medicines, results, files.
//!
//! [`Record::read`] takes any bundle that is met in the field: the current guide, the older shapes
//! of 2021, relative and absolute references, contained resources, codes as other vendors write
//! them. What it does not understand it lists in [`Record::unread`], so that nothing is lost
//! silently.
//!
//! What a document negates, refutes, withdraws or enters in error is in the record with that
//! [`Standing`], and cannot be read without it: see [`Stated`].
//!
//! ```
//! # let bundle = fhir_bundles::build::OpConsultation::new(
//! #     fhir_bundles::build::Patient::with_abha_address("Asha Devi", "asha@abdm"),
//! #     fhir_bundles::build::Practitioner::with_hpr_id("Dr. Rao", "71-1234-5678-9012"),
//! #     fhir_bundles::build::Facility::new("Sunrise Clinic", "IN2710000001"),
//! #     fhir_bundles::build::Visit::outpatient("2026-03-01T10:30:00+05:30"),
//! # ).medication(fhir_bundles::build::Medicine::new("Paracetamol 500 mg").timing("BD")).build().unwrap();
//! # let bytes = bundle.to_vec();
//! use fhir_bundles::{HiType, Record};
//!
//! let record = Record::read(&bytes)?;
//! assert_eq!(record.hi_type(), Some(HiType::OpConsultation));
//! let medicine = record.medicines().next().and_then(|medicine| medicine.if_holds());
//! assert_eq!(medicine.map(|medicine| medicine.name.as_str()), Some("Paracetamol 500 mg"));
//! println!("{}", record.render_text(80));
//! # Ok::<(), fhir_bundles::ReadError>(())
//! ```

mod age;
mod bill;
mod domain;
mod dosage;
mod entry;
mod file;
pub(crate) mod identity;
mod index;
mod interpretation;
mod item;
mod judgement;
mod labels;
mod measurement;
mod medicine;
mod modifiers;
mod observation;
mod other;
mod people;
mod range;
mod reader;
mod report;
mod said;
mod standing;
mod status;
mod unread;
mod vaccination;

use crate::{
    Language,
    codes::HiType,
    document::{DocumentBundle, ReadError},
    model::{Coding, DateTime},
};

pub use self::{
    bill::{Bill, BillLine},
    dosage::DosageStep,
    entry::Entry,
    file::{Attachment, AttachmentError},
    interpretation::{Interpretation, Level},
    item::Item,
    judgement::{Judgement, NotJudged},
    measurement::{MeasuredValue, Measurement},
    medicine::Medicine,
    people::{Deceased, Party, Person, Stay},
    range::ReferenceRange,
    report::Report,
    standing::{Mark, MarkKind, Narrative, Standing, Stated},
    unread::Unread,
    vaccination::Vaccination,
};
pub(crate) use self::{dosage::frequency as frequency_words, interpretation::interpretation_words};

/// A document as a person reads it.
///
/// Its labels and words are in the document's language, where all the words are there
/// ([`Language::is_whole`]), else in English; [`read_in`](Self::read_in) and [`of_in`](Self::of_in) take
/// another. Codes, numbers, dates as values, and what the document says in its own words are the same
/// in each.
#[derive(Clone, PartialEq)]
pub struct Record {
    hi_type: Option<HiType>,
    title: String,
    status: Option<String>,
    standing: Standing,
    tag: Option<String>,
    language: Language,
    date: Option<DateTime>,
    patient: Option<Person>,
    authors: Vec<Party>,
    organization: Option<Party>,
    stay: Option<Stated<Stay>>,
    details: Vec<(String, String)>,
    narrative: Option<Narrative>,
    sections: Vec<Section>,
    unread: Vec<Unread>,
    /// The same in the document's own language, where it is told in another: what its narratives repeat
    /// is in that one.
    in_own_words: Option<Box<Record>>,
}

/// A section with what it holds.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Section {
    /// The title, or the display of the code when there is none.
    pub title: String,
    /// The code, when there is one.
    pub code: Option<Coding>,
    /// What is said against the section as a whole; its items have it too.
    pub standing: Standing,
    /// Facts about the section itself, such as why it is empty: label and words.
    pub details: Vec<(String, String)>,
    /// The section's own narrative.
    pub narrative: Option<Narrative>,
    /// What the entries say.
    pub items: Vec<Item>,
    /// Sections inside this one.
    pub sections: Vec<Section>,
}

impl Record {
    /// Reads a bundle.
    ///
    /// # Errors
    ///
    /// [`ReadError`] when the bytes are not JSON or not a Bundle. A bundle with errors is read as
    /// far as it can be: use [`check`](crate::check()) to judge it.
    pub fn read(bytes: &[u8]) -> Result<Self, ReadError> {
        Ok(Self::of(&DocumentBundle::read(bytes)?))
    }

    /// Reads a bundle, with labels and words in a language of the caller's. One that is not
    /// [whole](Language::is_whole) gives English ones.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn read_in(bytes: &[u8], language: Language) -> Result<Self, ReadError> {
        Ok(Self::of_in(&DocumentBundle::read(bytes)?, language))
    }

    /// The view of a bundle that was read or built already.
    #[must_use]
    pub fn of(bundle: &DocumentBundle) -> Self {
        let language = bundle.language().and_then(Language::from_tag);
        Self::of_in(bundle, language.unwrap_or_default())
    }

    /// The same, with labels and words in a language of the caller's.
    ///
    /// ```
    /// # let bundle = fhir_bundles::build::Prescription::new(
    /// #     fhir_bundles::build::Patient::with_abha_address("Asha Devi", "asha@abdm"),
    /// #     fhir_bundles::build::Practitioner::with_hpr_id("Dr. Rao", "71-1234-5678-9012"),
    /// #     fhir_bundles::build::Facility::new("Sunrise Clinic", "IN2710000001"),
    /// #     "2026-03-01", "Paracetamol 500 mg").build().unwrap();
    /// use fhir_bundles::{Language, Record};
    ///
    /// let record = Record::of_in(&bundle, Language::Hindi);
    /// assert!(record.render_text(80).contains("रोगी"));
    /// ```
    #[must_use]
    pub fn of_in(bundle: &DocumentBundle, language: Language) -> Self {
        let own = bundle.language().and_then(Language::from_tag).unwrap_or_default().shown();
        let mut record = reader::read(bundle, language.shown());
        if own != record.language {
            record.in_own_words = Some(Box::new(reader::read(bundle, own)));
        }
        record
    }

    /// The record type, told by the profile, else by the type's code or text.
    #[must_use]
    pub fn hi_type(&self) -> Option<HiType> {
        self.hi_type
    }

    /// The title; the type's name when the document has none.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// `final`, `preliminary`, `amended` or `entered-in-error`.
    #[must_use]
    pub fn status(&self) -> Option<&str> {
        self.status.as_deref()
    }

    /// What is said against the document as a whole. Where that is an error, or something unknown
    /// that changes the meaning, every item has it too.
    #[must_use]
    pub fn standing(&self) -> &Standing {
        &self.standing
    }

    /// The language tag of the document: its Composition's, else the bundle's.
    #[must_use]
    pub fn language(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// The language of the labels and words.
    #[must_use]
    pub fn told_in(&self) -> Language {
        self.language
    }

    /// The record in the document's own language, where it is told in another.
    pub(crate) fn in_own_words(&self) -> Option<&Self> {
        self.in_own_words.as_deref()
    }

    /// When the record was made.
    #[must_use]
    pub fn date(&self) -> Option<&DateTime> {
        self.date.as_ref()
    }

    /// Whom the record is about.
    #[must_use]
    pub fn patient(&self) -> Option<&Person> {
        self.patient.as_ref()
    }

    /// Who wrote it.
    #[must_use]
    pub fn authors(&self) -> &[Party] {
        &self.authors
    }

    /// The facility: the custodian, else the organisation of the visit, else an author that is one.
    #[must_use]
    pub fn organization(&self) -> Option<&Party> {
        self.organization.as_ref()
    }

    /// The visit or stay.
    #[must_use]
    pub fn stay(&self) -> Option<&Stated<Stay>> {
        self.stay.as_ref()
    }

    /// Further facts about the document itself, such as who attested it: label and words.
    #[must_use]
    pub fn details(&self) -> &[(String, String)] {
        &self.details
    }

    /// The document's own narrative.
    #[must_use]
    pub fn narrative(&self) -> Option<&Narrative> {
        self.narrative.as_ref()
    }

    /// The sections in order; then further Compositions, each as a section; then a section of what
    /// no section reaches, by type.
    #[must_use]
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// What was not understood, or not reachable from the sections, with its place.
    #[must_use]
    pub fn unread(&self) -> &[Unread] {
        &self.unread
    }

    /// Everything in the sections, inner sections and reports included.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        let mut found = Vec::new();
        for section in &self.sections {
            section.collect(&mut found);
        }
        found.into_iter()
    }

    /// All medicines, ordered and taken, and those not to be given.
    pub fn medicines(&self) -> impl Iterator<Item = &Stated<Medicine>> {
        self.items().filter_map(|item| match item {
            Item::Medicine(medicine) => Some(medicine),
            _ => None,
        })
    }

    /// All observations and laboratory results, those inside reports and panels included, a panel
    /// before its parts.
    pub fn results(&self) -> impl Iterator<Item = &Stated<Measurement>> {
        let mut found = Vec::new();
        for item in self.items() {
            match item {
                Item::Measurement(measurement) => collect(measurement, &mut found),
                Item::Report(report) => {
                    let (_, report) = report.with_standing();
                    report.results.iter().for_each(|result| collect(result, &mut found));
                }
                _ => {}
            }
        }
        found.into_iter()
    }

    /// All files.
    pub fn attachments(&self) -> impl Iterator<Item = &Stated<Attachment>> {
        self.items().flat_map(|item| match item {
            Item::Attachment(attachment) => std::slice::from_ref(attachment),
            Item::Report(report) => report.with_standing().1.attachments.as_slice(),
            _ => &[],
        })
    }
}

fn collect<'a>(measurement: &'a Stated<Measurement>, found: &mut Vec<&'a Stated<Measurement>>) {
    found.push(measurement);
    for part in &measurement.with_standing().1.parts {
        collect(part, found);
    }
}

impl Section {
    fn titled(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            code: None,
            standing: Standing::plain(),
            details: Vec::new(),
            narrative: None,
            items: Vec::new(),
            sections: Vec::new(),
        }
    }

    fn collect<'a>(&'a self, found: &mut Vec<&'a Item>) {
        found.extend(&self.items);
        for inner in &self.sections {
            inner.collect(found);
        }
    }
}

/// Health data: only the shape is shown.
impl std::fmt::Debug for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Record")
            .field("hi_type", &self.hi_type)
            .field("sections", &self.sections.len())
            .field("unread", &self.unread.len())
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Section {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Section").field("items", &self.items.len()).finish_non_exhaustive()
    }
}

/// Health data stays out of logs.
macro_rules! opaque_debug {
    ($($name:ident),*) => {
        $(
            impl std::fmt::Debug for $name {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str(concat!(stringify!($name), "(…)"))
                }
            }
        )*
    };
}
use opaque_debug;
