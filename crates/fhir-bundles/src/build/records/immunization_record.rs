use super::{
    super::{
        assembly::add_all,
        attachment::Document,
        frame::{Frame, fact_methods, frame_methods},
        party::{Facility, Patient, Practitioner, opaque_debug},
        problem::BuildError,
        vaccination::{Vaccination, VaccineDue, add_due},
    },
    single, typed,
};
use crate::{codes::HiType, document::DocumentBundle, model::DateTime};

/// Vaccinations given or due: `ImmunizationRecord`.
///
/// ```
/// use fhir_bundles::build::{
///     Facility, ImmunizationRecord, Patient, Practitioner, Vaccination, VaccineDue,
/// };
///
/// let bundle = ImmunizationRecord::new(
///     Patient::with_abha_number("Baby of Asha", "91-7225-4829-5255"),
///     Practitioner::with_hpr_id("Dr. Meera Rao", "71-1234-5678-9012"),
///     Facility::new("Sunrise Clinic", "IN2710000001"),
///     "2026-03-01T10:50:00+05:30",
///     Vaccination::new("Pentavalent vaccine", "2026-03-01").dose(1).lot("PV-118"),
/// )
/// .due(VaccineDue::new("Pentavalent vaccine", "2026-03-29").dose(2))
/// .build()?;
/// assert!(!fhir_bundles::check(&bundle.to_vec()).has_errors());
/// # Ok::<(), fhir_bundles::build::BuildError>(())
/// ```
#[derive(Clone)]
pub struct ImmunizationRecord {
    frame: Frame,
    vaccinations: Vec<Vaccination>,
    all_due: Vec<VaccineDue>,
    documents: Vec<Document>,
}

impl ImmunizationRecord {
    /// A record with its first vaccination.
    #[must_use]
    pub fn new(
        patient: Patient,
        practitioner: Practitioner,
        facility: Facility,
        date: impl Into<DateTime>,
        vaccination: Vaccination,
    ) -> Self {
        Self {
            vaccinations: vec![vaccination],
            ..Self::empty(patient, practitioner, facility, date)
        }
    }

    /// A record that is a file alone, such as a certificate.
    #[must_use]
    pub fn scanned(
        patient: Patient,
        practitioner: Practitioner,
        facility: Facility,
        date: impl Into<DateTime>,
        document: Document,
    ) -> Self {
        Self { documents: vec![document], ..Self::empty(patient, practitioner, facility, date) }
    }

    /// A record to be filled.
    pub(crate) fn empty(
        patient: Patient,
        practitioner: Practitioner,
        facility: Facility,
        date: impl Into<DateTime>,
    ) -> Self {
        let frame = Frame::new(patient, practitioner, facility, date.into());
        Self { frame, vaccinations: Vec::new(), all_due: Vec::new(), documents: Vec::new() }
    }

    frame_methods!(with visit);

    fact_methods! {
        /// Adds a vaccination.
        vaccination, vaccinations: Vaccination;
        /// Adds a vaccination that is due.
        due, all_due: VaccineDue;
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
        let mut entries = typed("Immunization", add_all(self.vaccinations, "vaccinations", &mut a));
        let due: Vec<_> = add_due(self.all_due, &mut a).into_iter().collect();
        entries.extend(typed("ImmunizationRecommendation", due));
        entries.extend(typed("DocumentReference", add_all(self.documents, "documents", &mut a)));
        let code = Some(("41000179103", "Immunization record"));
        let section = single("Immunization record", code, entries, &mut a);
        closing.close(
            HiType::ImmunizationRecord,
            HiType::ImmunizationRecord.type_concept(),
            section,
            a,
        )
    }
}

opaque_debug!(ImmunizationRecord);
