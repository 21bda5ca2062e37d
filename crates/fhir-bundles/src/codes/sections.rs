use super::SNOMED_CT;
use crate::model::{CodeableConcept, Coding};

/// A section that the guide names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SectionDefinition {
    /// The slice's name in the profile, such as `ChiefComplaints`.
    pub slice: &'static str,
    /// The title that we write; for a wellness record the fixed one.
    pub title: &'static str,
    /// The fixed SNOMED CT code; empty for wellness records, which are told by title.
    pub code: &'static str,
    /// The fixed display of the code.
    pub display: &'static str,
}

impl SectionDefinition {
    const fn new(
        slice: &'static str,
        title: &'static str,
        code: &'static str,
        display: &'static str,
    ) -> Self {
        Self { slice, title, code, display }
    }

    /// `section.code`; `None` for a wellness section.
    #[must_use]
    pub fn concept(&self) -> Option<CodeableConcept> {
        let coding = || Coding::of(SNOMED_CT, self.code, self.display);
        (!self.code.is_empty())
            .then(|| CodeableConcept { coding: vec![coding()], ..CodeableConcept::default() })
    }
}

/// The sections of an OP consultation, in the order of the guide.
pub mod op_consultation {
    use super::SectionDefinition as Section;

    /// Why the patient came.
    pub const CHIEF_COMPLAINTS: Section =
        Section::new("ChiefComplaints", "Chief complaints", "422843007", "Chief complaint section");
    /// Vital signs and findings.
    pub const PHYSICAL_EXAMINATION: Section = Section::new(
        "PhysicalExamination",
        "Physical examination",
        "425044008",
        "Physical exam section",
    );
    /// Allergies and intolerances.
    pub const ALLERGIES: Section =
        Section::new("Allergies", "Allergies", "722446000", "Allergy record");
    /// Earlier illnesses and procedures.
    pub const MEDICAL_HISTORY: Section = Section::new(
        "MedicalHistory",
        "Medical history",
        "371529009",
        "History and physical report",
    );
    /// Illnesses in the family.
    pub const FAMILY_HISTORY: Section =
        Section::new("FamilyHistory", "Family history", "422432008", "Family history section");
    /// Tests ordered.
    pub const INVESTIGATION_ADVICE: Section =
        Section::new("InvestigationAdvice", "Investigation advice", "721963009", "Order document");
    /// Medicines ordered or taken.
    pub const MEDICATIONS: Section =
        Section::new("Medications", "Medications", "721912009", "Medication summary document");
    /// The next visit. Older documents have 736271009 here.
    pub const FOLLOW_UP: Section =
        Section::new("FollowUp", "Follow up", "390906007", "Follow-up encounter");
    /// Procedures done.
    pub const PROCEDURE: Section =
        Section::new("Procedure", "Procedure", "371525003", "Clinical procedure report");
    /// Referral to another service.
    pub const REFERRAL: Section =
        Section::new("Referral", "Referral", "306206005", "Referral to service");
    /// Everything else that was observed.
    pub const OTHER_OBSERVATIONS: Section =
        Section::new("OtherObservations", "Other observations", "404684003", "Clinical finding");
    /// Files.
    pub const DOCUMENT_REFERENCE: Section =
        Section::new("DocumentReference", "Documents", "371530004", "Clinical consultation report");
    /// All of them.
    pub const ALL: [Section; 12] = [
        CHIEF_COMPLAINTS,
        PHYSICAL_EXAMINATION,
        ALLERGIES,
        MEDICAL_HISTORY,
        FAMILY_HISTORY,
        INVESTIGATION_ADVICE,
        MEDICATIONS,
        FOLLOW_UP,
        PROCEDURE,
        REFERRAL,
        OTHER_OBSERVATIONS,
        DOCUMENT_REFERENCE,
    ];
}

/// The sections of a discharge summary, in the order of the guide.
pub mod discharge_summary {
    use super::SectionDefinition as Section;

    /// Why the patient came.
    pub const CHIEF_COMPLAINTS: Section = super::op_consultation::CHIEF_COMPLAINTS;
    /// Vital signs and findings.
    pub const PHYSICAL_EXAMINATION: Section = super::op_consultation::PHYSICAL_EXAMINATION;
    /// Allergies and intolerances.
    pub const ALLERGIES: Section = super::op_consultation::ALLERGIES;
    /// Earlier illnesses and procedures.
    pub const MEDICAL_HISTORY: Section = Section::new(
        "MedicalHistory",
        "Medical history",
        "1003642006",
        "Past medical history section",
    );
    /// Illnesses in the family.
    pub const FAMILY_HISTORY: Section = super::op_consultation::FAMILY_HISTORY;
    /// Reports of tests done.
    pub const INVESTIGATIONS: Section =
        Section::new("Investigations", "Investigations", "721981007", "Diagnostic studies report");
    /// Medicines at discharge.
    pub const MEDICATIONS: Section =
        Section::new("Medications", "Medications", "1003606003", "Medication history section");
    /// Procedures done.
    pub const PROCEDURES: Section =
        Section::new("Procedures", "Procedures", "1003640003", "History of past procedure section");
    /// What is planned.
    pub const CARE_PLAN: Section = Section::new("CarePlan", "Care plan", "734163000", "Care plan");
    /// Files.
    pub const DOCUMENT_REFERENCE: Section =
        Section::new("DocumentReference", "Documents", "373942005", "Discharge summary");
    /// All of them.
    pub const ALL: [Section; 10] = [
        CHIEF_COMPLAINTS,
        PHYSICAL_EXAMINATION,
        ALLERGIES,
        MEDICAL_HISTORY,
        FAMILY_HISTORY,
        INVESTIGATIONS,
        MEDICATIONS,
        PROCEDURES,
        CARE_PLAN,
        DOCUMENT_REFERENCE,
    ];
}

/// The sections of a wellness record, told by their fixed titles.
pub mod wellness {
    use super::SectionDefinition as Section;

    /// Pulse, temperature, blood pressure.
    pub const VITAL_SIGNS: Section = Section::new("VitalSigns", "Vital Signs", "", "");
    /// Weight, height, circumferences.
    pub const BODY_MEASUREMENT: Section =
        Section::new("BodyMeasurement", "Body Measurement", "", "");
    /// Steps, sleep, calories.
    pub const PHYSICAL_ACTIVITY: Section =
        Section::new("PhysicalActivity", "Physical Activity", "", "");
    /// Glucose, intake, well-being.
    pub const GENERAL_ASSESSMENT: Section =
        Section::new("GeneralAssessment", "General Assessment", "", "");
    /// Menstrual history.
    pub const WOMEN_HEALTH: Section = Section::new("WomenHealth", "Women Health", "", "");
    /// Diet, alcohol, tobacco.
    pub const LIFESTYLE: Section = Section::new("Lifestyle", "Lifestyle", "", "");
    /// Everything else that was observed.
    pub const OTHER_OBSERVATIONS: Section =
        Section::new("OtherObservations", "Other Observations", "", "");
    /// Files.
    pub const DOCUMENT_REFERENCE: Section =
        Section::new("DocumentReference", "Document Reference", "", "");
    /// All of them.
    pub const ALL: [Section; 8] = [
        VITAL_SIGNS,
        BODY_MEASUREMENT,
        PHYSICAL_ACTIVITY,
        GENERAL_ASSESSMENT,
        WOMEN_HEALTH,
        LIFESTYLE,
        OTHER_OBSERVATIONS,
        DOCUMENT_REFERENCE,
    ];
}
