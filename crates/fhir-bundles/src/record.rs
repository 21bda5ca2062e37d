//! What a document says: type, date, patient, authors, sections, medicines, results, files.
//!
//! [`Record::read`] takes any bundle that is met in the field: the current guide, the older shapes
//! of 2021, relative and absolute references, contained resources, codes as other vendors write
//! them. What it does not understand it lists in [`Record::unread`], so that nothing is lost
//! silently.
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
//! assert_eq!(record.medicines().next().map(|medicine| medicine.name.as_str()), Some("Paracetamol 500 mg"));
//! println!("{}", record.render_text(80));
//! # Ok::<(), fhir_bundles::ReadError>(())
//! ```

mod index;
mod item;
mod items;
mod people;
mod reader;
mod unread;

use crate::{
    codes::HiType,
    document::{DocumentBundle, ReadError},
    model::{Coding, DateTime},
};

pub use self::{
    item::{
        Attachment, AttachmentError, Bill, BillLine, Entry, Flag, Item, MeasuredValue, Measurement,
        Medicine, Report, Vaccination,
    },
    people::{Party, Person, Stay},
    unread::Unread,
};

/// A document as a person reads it.
#[derive(Clone, PartialEq)]
pub struct Record {
    hi_type: Option<HiType>,
    title: String,
    status: Option<String>,
    language: Option<String>,
    date: Option<DateTime>,
    patient: Option<Person>,
    authors: Vec<Party>,
    organization: Option<Party>,
    stay: Option<Stay>,
    sections: Vec<Section>,
    unread: Vec<Unread>,
}

/// A section with what it holds.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Section {
    /// The title, or the display of the code when there is none.
    pub title: String,
    /// The code, when there is one.
    pub code: Option<Coding>,
    /// What the entries say.
    pub items: Vec<Item>,
    /// The section's own narrative as plain text, when it has no entries.
    pub text: Option<String>,
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

    /// The view of a bundle that was read or built already.
    #[must_use]
    pub fn of(bundle: &DocumentBundle) -> Self {
        reader::read(bundle)
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

    /// The language tag of the document.
    #[must_use]
    pub fn language(&self) -> Option<&str> {
        self.language.as_deref()
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
    pub fn stay(&self) -> Option<&Stay> {
        self.stay.as_ref()
    }

    /// The sections in order.
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

    /// All medicines, ordered and taken.
    pub fn medicines(&self) -> impl Iterator<Item = &Medicine> {
        self.items().filter_map(|item| match item {
            Item::Medicine(medicine) => Some(medicine),
            _ => None,
        })
    }

    /// All observations and laboratory results, those inside reports included.
    pub fn results(&self) -> impl Iterator<Item = &Measurement> {
        self.items().flat_map(|item| match item {
            Item::Measurement(measurement) => std::slice::from_ref(measurement),
            Item::Report(report) => report.results.as_slice(),
            _ => &[],
        })
    }

    /// All files.
    pub fn attachments(&self) -> impl Iterator<Item = &Attachment> {
        self.items().flat_map(|item| match item {
            Item::Attachment(attachment) => std::slice::from_ref(attachment),
            Item::Report(report) => report.attachments.as_slice(),
            _ => &[],
        })
    }

    /// The record as plain text, for a terminal of that many columns.
    #[must_use]
    pub fn render_text(&self, width: usize) -> String {
        crate::render::text(self, width)
    }

    /// The record as one HTML page, for screen and print: no script, no outside resource, everything
    /// escaped, files inside as links.
    #[must_use]
    pub fn render_html(&self) -> String {
        crate::render::html(self)
    }
}

impl Section {
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
