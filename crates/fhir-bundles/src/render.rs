//! Records for people's eyes: as plain text for a terminal, and as one HTML page.
//!
//! Both write out the same sheet of lines and facts, so that neither says what the other leaves out.
//!
//! ```
//! # let bundle = fhir_bundles::build::Prescription::new(
//! #     fhir_bundles::build::Patient::with_abha_address("Asha Devi", "asha@abdm"),
//! #     fhir_bundles::build::Practitioner::with_hpr_id("Dr. Rao", "71-1234-5678-9012"),
//! #     fhir_bundles::build::Facility::new("Sunrise Clinic", "IN2710000001"),
//! #     "2026-03-01", "Paracetamol 500 mg").build().unwrap();
//! use fhir_bundles::{Record, render};
//!
//! let record = Record::of(&bundle);
//! assert!(render::text(&record, 80).contains("Paracetamol 500 mg"));
//! assert!(render::html(&record).contains("Paracetamol"));
//! ```

mod facts;
mod html;
mod narratives;
mod numbers;
mod results;
mod sheet;
mod terminal;

use crate::record::Record;

/// The record as plain text, for a terminal of that many columns. No line is wider unless one word
/// is, and none is laid out narrower than 40 columns.
#[must_use]
pub fn text(record: &Record, width: usize) -> String {
    terminal::write(&facts::sheet(record), width)
}

/// The record as one HTML page, for screen and print: no script, no outside resource, everything
/// escaped, files inside as links.
#[must_use]
pub fn html(record: &Record) -> String {
    html::write(&facts::sheet(record))
}

impl Record {
    /// The record as plain text: [`render::text`](text).
    #[must_use]
    pub fn render_text(&self, width: usize) -> String {
        text(self, width)
    }

    /// The record as one HTML page: [`render::html`](html).
    #[must_use]
    pub fn render_html(&self) -> String {
        html(self)
    }
}
