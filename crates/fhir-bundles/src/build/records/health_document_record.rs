use super::{
    super::{
        assembly::add_all,
        attachment::Document,
        frame::{Frame, fact_methods, frame_methods},
        party::{Facility, Patient, Practitioner, opaque_debug},
        problem::BuildError,
    },
    single, typed,
};
use crate::{codes::HiType, document::DocumentBundle, model::DateTime};

/// Any document as a file: `HealthDocumentRecord`.
///
/// ```
/// use fhir_bundles::build::{Document, Facility, HealthDocumentRecord, Patient, Practitioner};
///
/// let bundle = HealthDocumentRecord::new(
///     Patient::with_abha_number("Asha Devi", "91-7225-4829-5255"),
///     Practitioner::with_hpr_id("Dr. Meera Rao", "71-1234-5678-9012"),
///     Facility::new("Sunrise Clinic", "IN2710000001"),
///     "2026-03-01T10:50:00+05:30",
///     Document::pdf("Fitness certificate", *b"%PDF-1.7 ..."),
/// )
/// .build()?;
/// assert!(!fhir_bundles::check(&bundle.to_vec()).has_errors());
/// # Ok::<(), fhir_bundles::build::BuildError>(())
/// ```
#[derive(Clone)]
pub struct HealthDocumentRecord {
    frame: Frame,
    documents: Vec<Document>,
}

impl HealthDocumentRecord {
    /// A record with its first file.
    #[must_use]
    pub fn new(
        patient: Patient,
        practitioner: Practitioner,
        facility: Facility,
        date: impl Into<DateTime>,
        document: Document,
    ) -> Self {
        let frame = Frame::new(patient, practitioner, facility, date.into());
        Self { frame, documents: vec![document] }
    }

    /// A record to be filled.
    pub(crate) fn open(
        patient: Patient,
        practitioner: Practitioner,
        facility: Facility,
        date: DateTime,
    ) -> Self {
        let frame = Frame::new(patient, practitioner, facility, date);
        Self { frame, documents: Vec::new() }
    }

    frame_methods!(with visit);

    fact_methods! {
        /// Adds a file.
        document, documents: Document;
    }

    /// Makes the document.
    ///
    /// # Errors
    ///
    /// [`BuildError`] with every problem at once.
    pub fn build(self) -> Result<DocumentBundle, BuildError> {
        let (mut a, closing) = self.frame.open();
        let entries = typed("DocumentReference", add_all(self.documents, "documents", &mut a));
        let section = single("Documents", Some(("419891008", "Record artifact")), entries, &mut a);
        let kind = HiType::HealthDocumentRecord;
        closing.close(kind, kind.type_concept(), section, a)
    }
}

opaque_debug!(HealthDocumentRecord);
