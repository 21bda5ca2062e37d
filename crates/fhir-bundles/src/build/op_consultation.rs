use super::{
    assembly::add_all,
    attachment::Document,
    condition::{Allergy, Condition, FamilyHistory, add_allergies},
    frame::{Frame, fact_methods, frame_methods, section},
    medicine::{CurrentMedicine, Medicine},
    observation::Observation,
    order::{FollowUp, Investigation, Referral},
    party::{Facility, Patient, Practitioner, opaque_debug},
    problem::BuildError,
    procedure::Procedure,
    visit::Visit,
};
use crate::{
    codes::{HiType, op_consultation as sections},
    document::DocumentBundle,
};

/// A visit to a doctor: `OPConsultation`.
///
/// ```
/// use fhir_bundles::build::{
///     Facility, FollowUp, Medicine, Observation, OpConsultation, Patient, Practitioner, Visit,
/// };
///
/// let bundle = OpConsultation::new(
///     Patient::with_abha_number("Asha Devi", "91-7225-4829-5255"),
///     Practitioner::with_hpr_id("Dr. Meera Rao", "71-1234-5678-9012"),
///     Facility::new("Sunrise Clinic", "IN2710000001"),
///     Visit::outpatient("2026-03-01T10:30:00+05:30"),
/// )
/// .chief_complaint("Fever for three days")
/// .vital_sign(Observation::temperature("38.4", "°C"))
/// .medication(Medicine::new("Paracetamol 500 mg tablet").dose("1 tablet").timing("1-0-1").days(3))
/// .follow_up(FollowUp::on("2026-03-04T10:00:00+05:30"))
/// .build()?;
///
/// let bytes = bundle.to_vec(); // encrypt these very bytes
/// assert!(!fhir_bundles::check(&bytes).has_errors());
/// # Ok::<(), fhir_bundles::build::BuildError>(())
/// ```
#[derive(Clone)]
pub struct OpConsultation {
    frame: Frame,
    chief_complaints: Vec<Condition>,
    physical_examination: Vec<Observation>,
    allergies: Vec<Allergy>,
    medical_history: Vec<Condition>,
    past_procedures: Vec<Procedure>,
    family_histories: Vec<FamilyHistory>,
    investigations: Vec<Investigation>,
    current_medications: Vec<CurrentMedicine>,
    medications: Vec<Medicine>,
    follow_ups: Vec<FollowUp>,
    procedures: Vec<Procedure>,
    referrals: Vec<Referral>,
    other_observations: Vec<Observation>,
    documents: Vec<Document>,
}

impl OpConsultation {
    /// A consultation. At least one section must be added before [`build`](Self::build).
    #[must_use]
    pub fn new(
        patient: Patient,
        practitioner: Practitioner,
        facility: Facility,
        visit: Visit,
    ) -> Self {
        Self {
            frame: Frame::around(patient, practitioner, facility, visit),
            chief_complaints: Vec::new(),
            physical_examination: Vec::new(),
            allergies: Vec::new(),
            medical_history: Vec::new(),
            past_procedures: Vec::new(),
            family_histories: Vec::new(),
            investigations: Vec::new(),
            current_medications: Vec::new(),
            medications: Vec::new(),
            follow_ups: Vec::new(),
            procedures: Vec::new(),
            referrals: Vec::new(),
            other_observations: Vec::new(),
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
        /// Adds a test that is ordered.
        investigation, investigations: Investigation;
        /// Adds a medicine that the patient takes already.
        current_medication, current_medications: CurrentMedicine;
        /// Adds a medicine that is ordered.
        medication, medications: Medicine;
        /// Adds the next visit.
        follow_up, follow_ups: FollowUp;
        /// Adds a procedure done at this visit.
        procedure, procedures: Procedure;
        /// Adds a referral.
        referral, referrals: Referral;
        /// Adds anything else that was observed.
        other_observation, other_observations: Observation;
        /// Adds a file.
        document, documents: Document;
    }

    /// Makes the document.
    ///
    /// # Errors
    ///
    /// [`BuildError`] with every problem at once: no section, an empty name, a date that does not
    /// exist, a code of a system that NRCES does not allow.
    pub fn build(self) -> Result<DocumentBundle, BuildError> {
        let (mut a, closing) = self.frame.open();
        let complaints = add_all(self.chief_complaints, "chiefComplaints", &mut a);
        let examination = add_all(self.physical_examination, "physicalExamination", &mut a);
        let allergies = add_allergies(self.allergies, &mut a);
        let mut history = add_all(self.medical_history, "medicalHistory", &mut a);
        history.extend(add_all(self.past_procedures, "pastProcedures", &mut a));
        let family = add_all(self.family_histories, "familyHistories", &mut a);
        let investigations = add_all(self.investigations, "investigations", &mut a);
        let mut medications = add_all(self.current_medications, "currentMedications", &mut a);
        medications.extend(add_all(self.medications, "medications", &mut a));
        let follow_ups = add_all(self.follow_ups, "followUps", &mut a);
        let procedures = add_all(self.procedures, "procedures", &mut a);
        let referrals = add_all(self.referrals, "referrals", &mut a);
        let observations = add_all(self.other_observations, "otherObservations", &mut a);
        let documents = add_all(self.documents, "documents", &mut a);
        let sections: Vec<_> = [
            (sections::CHIEF_COMPLAINTS, complaints),
            (sections::PHYSICAL_EXAMINATION, examination),
            (sections::ALLERGIES, allergies),
            (sections::MEDICAL_HISTORY, history),
            (sections::FAMILY_HISTORY, family),
            (sections::INVESTIGATION_ADVICE, investigations),
            (sections::MEDICATIONS, medications),
            (sections::FOLLOW_UP, follow_ups),
            (sections::PROCEDURE, procedures),
            (sections::REFERRAL, referrals),
            (sections::OTHER_OBSERVATIONS, observations),
            (sections::DOCUMENT_REFERENCE, documents),
        ]
        .into_iter()
        .filter_map(|(definition, entries)| section(definition, entries, &a))
        .collect();
        if sections.is_empty() {
            a.problem(
                "sections",
                "are missing",
                "add at least one fact, such as a chief complaint",
            );
        }
        closing.close(HiType::OpConsultation, HiType::OpConsultation.type_concept(), sections, a)
    }
}

opaque_debug!(OpConsultation);
