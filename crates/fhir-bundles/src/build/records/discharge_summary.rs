use super::{
    super::{
        assembly::add_all,
        attachment::Document,
        condition::{Allergy, Condition, FamilyHistory, add_allergies},
        frame::{Frame, fact_methods, frame_methods},
        medicine::Medicine,
        observation::Observation,
        party::{Facility, Patient, Practitioner, opaque_debug},
        plan::CarePlan,
        problem::BuildError,
        procedure::Procedure,
        report::Report,
        visit::Visit,
    },
    named,
};
use crate::{
    codes::{HiType, discharge_summary},
    document::DocumentBundle,
};

/// A hospital stay: `DischargeSummary`.
///
/// ```
/// use fhir_bundles::build::{
///     CarePlan, DischargeSummary, Facility, Medicine, Patient, Practitioner, Procedure, Visit,
/// };
///
/// let bundle = DischargeSummary::new(
///     Patient::with_abha_number("Asha Devi", "91-7225-4829-5255"),
///     Practitioner::with_hpr_id("Dr. Meera Rao", "71-1234-5678-9012"),
///     Facility::new("City Hospital", "IN2710000002"),
///     Visit::inpatient("2026-02-20T09:00:00+05:30", "2026-02-24T12:00:00+05:30"),
/// )
/// .chief_complaint("Pain in the right lower abdomen")
/// .procedure(Procedure::new("Laparoscopic appendectomy").on("2026-02-21"))
/// .medication(Medicine::new("Paracetamol 650 mg").dose("1 tablet").timing("SOS"))
/// .care_plan(CarePlan::new("Home care").activity("Wound check on day 7"))
/// .build()?;
/// assert!(!fhir_bundles::check(&bundle.to_vec()).has_errors());
/// # Ok::<(), fhir_bundles::build::BuildError>(())
/// ```
#[derive(Clone)]
pub struct DischargeSummary {
    frame: Frame,
    chief_complaints: Vec<Condition>,
    physical_examination: Vec<Observation>,
    allergies: Vec<Allergy>,
    medical_history: Vec<Condition>,
    past_procedures: Vec<Procedure>,
    family_histories: Vec<FamilyHistory>,
    investigations: Vec<Report>,
    medications: Vec<Medicine>,
    procedures: Vec<Procedure>,
    care_plans: Vec<CarePlan>,
    documents: Vec<Document>,
}

impl DischargeSummary {
    /// A summary of a stay. At least one section must be added before [`build`](Self::build).
    #[must_use]
    pub fn new(
        patient: Patient,
        practitioner: Practitioner,
        facility: Facility,
        stay: Visit,
    ) -> Self {
        Self {
            frame: Frame::around(patient, practitioner, facility, stay),
            chief_complaints: Vec::new(),
            physical_examination: Vec::new(),
            allergies: Vec::new(),
            medical_history: Vec::new(),
            past_procedures: Vec::new(),
            family_histories: Vec::new(),
            investigations: Vec::new(),
            medications: Vec::new(),
            procedures: Vec::new(),
            care_plans: Vec::new(),
            documents: Vec::new(),
        }
    }

    frame_methods!();

    fact_methods! {
        /// Adds why the patient came.
        chief_complaint, chief_complaints: Condition;
        /// Adds a vital sign or a finding of the physical examination.
        vital_sign, physical_examination: Observation;
        /// Adds an allergy.
        allergy, allergies: Allergy;
        /// Adds an illness of the past or a standing one.
        history, medical_history: Condition;
        /// Adds a procedure of the past, which also goes into the medical history.
        past_procedure, past_procedures: Procedure;
        /// Adds an illness in the family.
        family_history, family_histories: FamilyHistory;
        /// Adds a laboratory or imaging report.
        investigation, investigations: Report;
        /// Adds a medicine for after the stay.
        medication, medications: Medicine;
        /// Adds a procedure done during the stay.
        procedure, procedures: Procedure;
        /// Adds a plan for after the stay.
        care_plan, care_plans: CarePlan;
        /// Adds a file.
        document, documents: Document;
    }

    /// Makes the document.
    ///
    /// # Errors
    ///
    /// [`BuildError`] with every problem at once.
    pub fn build(self) -> Result<DocumentBundle, BuildError> {
        use discharge_summary as sections;
        let (mut a, closing) = self.frame.open();
        let mut history = add_all(self.medical_history, "medicalHistory", &mut a);
        history.extend(add_all(self.past_procedures, "pastProcedures", &mut a));
        let parts = [
            (sections::CHIEF_COMPLAINTS, add_all(self.chief_complaints, "chiefComplaints", &mut a)),
            (
                sections::PHYSICAL_EXAMINATION,
                add_all(self.physical_examination, "physicalExamination", &mut a),
            ),
            (sections::ALLERGIES, add_allergies(self.allergies, &mut a)),
            (sections::MEDICAL_HISTORY, history),
            (sections::FAMILY_HISTORY, add_all(self.family_histories, "familyHistories", &mut a)),
            (sections::INVESTIGATIONS, add_all(self.investigations, "investigations", &mut a)),
            (sections::MEDICATIONS, add_all(self.medications, "medications", &mut a)),
            (sections::PROCEDURES, add_all(self.procedures, "procedures", &mut a)),
            (sections::CARE_PLAN, add_all(self.care_plans, "carePlans", &mut a)),
            (sections::DOCUMENT_REFERENCE, add_all(self.documents, "documents", &mut a)),
        ];
        let sections = named(parts.into(), &mut a);
        closing.close(
            HiType::DischargeSummary,
            HiType::DischargeSummary.type_concept(),
            sections,
            a,
        )
    }
}

opaque_debug!(DischargeSummary);
