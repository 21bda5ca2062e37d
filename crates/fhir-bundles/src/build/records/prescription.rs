use super::{
    super::{
        assembly::add_all,
        attachment::Document,
        frame::{Frame, fact_methods, frame_methods},
        medicine::Medicine,
        party::{Facility, Patient, Practitioner, opaque_debug},
        problem::BuildError,
    },
    single, typed,
};
use crate::{
    codes::HiType,
    document::DocumentBundle,
    model::{self, DateTime},
};

/// Medicines ordered: `Prescription`.
///
/// ```
/// use fhir_bundles::build::{Facility, Medicine, Patient, Practitioner, Prescription};
///
/// let bundle = Prescription::new(
///     Patient::with_abha_number("Asha Devi", "91-7225-4829-5255"),
///     Practitioner::with_hpr_id("Dr. Meera Rao", "71-1234-5678-9012"),
///     Facility::new("Sunrise Clinic", "IN2710000001"),
///     "2026-03-01T10:50:00+05:30",
///     Medicine::new("Amoxicillin 500 mg capsule").dose("1 capsule").timing("1-1-1").days(5),
/// )
/// .build()?;
/// assert!(!fhir_bundles::check(&bundle.to_vec()).has_errors());
/// # Ok::<(), fhir_bundles::build::BuildError>(())
/// ```
#[derive(Clone)]
pub struct Prescription {
    frame: Frame,
    medications: Vec<Medicine>,
    scan: Option<Document>,
}

impl Prescription {
    /// A prescription to be filled, for facts whose number is known only when they were read.
    pub(crate) fn open(
        patient: Patient,
        practitioner: Practitioner,
        facility: Facility,
        date: DateTime,
    ) -> Self {
        let frame = Frame::new(patient, practitioner, facility, date);
        Self { frame, medications: Vec::new(), scan: None }
    }

    /// A prescription with its first medicine.
    #[must_use]
    pub fn new(
        patient: Patient,
        practitioner: Practitioner,
        facility: Facility,
        date: impl Into<DateTime>,
        medication: impl Into<Medicine>,
    ) -> Self {
        let frame = Frame::new(patient, practitioner, facility, date.into());
        Self { frame, medications: vec![medication.into()], scan: None }
    }

    /// A prescription that is a scanned sheet or a PDF alone.
    #[must_use]
    pub fn scanned(
        patient: Patient,
        practitioner: Practitioner,
        facility: Facility,
        date: impl Into<DateTime>,
        scan: Document,
    ) -> Self {
        let frame = Frame::new(patient, practitioner, facility, date.into());
        Self { frame, medications: Vec::new(), scan: Some(scan) }
    }

    frame_methods!(with visit);

    fact_methods! {
        /// Adds a medicine.
        medication, medications: Medicine;
    }

    /// Adds the sheet as it was written or printed. A prescription has room for one.
    #[must_use]
    pub fn scan(self, scan: Document) -> Self {
        Self { scan: Some(scan), ..self }
    }

    /// Makes the document.
    ///
    /// # Errors
    ///
    /// [`BuildError`] with every problem at once.
    pub fn build(self) -> Result<DocumentBundle, BuildError> {
        let (mut a, closing) = self.frame.open();
        let mut entries =
            typed("MedicationRequest", add_all(self.medications, "medications", &mut a));
        if let Some(scan) = self.scan {
            scan.check("scan", &mut a);
            let id = a.uuid();
            let binary = model::Binary {
                id: Some(id),
                meta: Some(model::Meta::profile(crate::codes::profile("Binary"))),
                content_type: Some(scan.content_type().to_owned()),
                data: scan.attachment(a.language.tag()).data,
                ..model::Binary::default()
            };
            // A Binary has no element for what the file is.
            let reference = a.add(binary, &scan.caption(a.language));
            entries.extend(typed("Binary", vec![reference]));
        }
        let section =
            single("Prescription", Some(("440545006", "Prescription record")), entries, &mut a);
        closing.close(HiType::Prescription, HiType::Prescription.type_concept(), section, a)
    }
}

opaque_debug!(Prescription);
