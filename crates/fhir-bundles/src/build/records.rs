//! The seven record types beside the OP consultation.

use super::{
    assembly::{Assembly, add_all},
    attachment::Document,
    bill::Bill,
    condition::{Allergy, Condition, FamilyHistory, Procedure},
    frame::{Frame, fact_methods, frame_methods, section},
    medicine::Medicine,
    observation::Observation,
    party::{Facility, Patient, Practitioner, opaque_debug},
    plan::CarePlan,
    problem::BuildError,
    report::Report,
    vaccination::{Vaccination, VaccineDue, add_due},
    visit::Visit,
};
use crate::{
    codes::{HiType, SectionDefinition, discharge_summary, snomed, wellness},
    document::DocumentBundle,
    model::{self, CodeableConcept, CompositionSection, DateTime, Reference},
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
        Self {
            frame,
            medications: Vec::new(),
            scan: None,
        }
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
        Self {
            frame,
            medications: vec![medication.into()],
            scan: None,
        }
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
        Self {
            frame,
            medications: Vec::new(),
            scan: Some(scan),
        }
    }

    frame_methods!(with visit);

    fact_methods! {
        /// Adds a medicine.
        medication, medications: Medicine;
    }

    /// Adds the sheet as it was written or printed. A prescription has room for one.
    #[must_use]
    pub fn scan(self, scan: Document) -> Self {
        Self {
            scan: Some(scan),
            ..self
        }
    }

    /// Makes the document.
    ///
    /// # Errors
    ///
    /// [`BuildError`] with every problem at once.
    pub fn build(self) -> Result<DocumentBundle, BuildError> {
        let (mut a, closing) = self.frame.open();
        let mut entries = typed(
            "MedicationRequest",
            add_all(self.medications, "medications", &mut a),
        );
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
            let reference = a.add(binary, scan.title());
            entries.extend(typed("Binary", vec![reference]));
        }
        let section = single(
            "Prescription",
            Some(("440545006", "Prescription record")),
            entries,
            &mut a,
        );
        closing.close(
            HiType::Prescription,
            HiType::Prescription.type_concept(),
            section,
            a,
        )
    }
}

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
            (
                sections::CHIEF_COMPLAINTS,
                add_all(self.chief_complaints, "chiefComplaints", &mut a),
            ),
            (
                sections::PHYSICAL_EXAMINATION,
                add_all(self.physical_examination, "physicalExamination", &mut a),
            ),
            (
                sections::ALLERGIES,
                add_all(self.allergies, "allergies", &mut a),
            ),
            (sections::MEDICAL_HISTORY, history),
            (
                sections::FAMILY_HISTORY,
                add_all(self.family_histories, "familyHistories", &mut a),
            ),
            (
                sections::INVESTIGATIONS,
                add_all(self.investigations, "investigations", &mut a),
            ),
            (
                sections::MEDICATIONS,
                add_all(self.medications, "medications", &mut a),
            ),
            (
                sections::PROCEDURES,
                add_all(self.procedures, "procedures", &mut a),
            ),
            (
                sections::CARE_PLAN,
                add_all(self.care_plans, "carePlans", &mut a),
            ),
            (
                sections::DOCUMENT_REFERENCE,
                add_all(self.documents, "documents", &mut a),
            ),
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

/// A laboratory or imaging report: `DiagnosticReport`.
///
/// ```
/// use fhir_bundles::build::{
///     DiagnosticReport, Facility, LabReport, Observation, Patient, Practitioner,
/// };
///
/// let bundle = DiagnosticReport::new(
///     Patient::with_abha_number("Asha Devi", "91-7225-4829-5255"),
///     Practitioner::with_hpr_id("Dr. Nikhil Jain", "71-9876-5432-1098"),
///     Facility::new("City Laboratory", "IN2710000003"),
///     LabReport::new(
///         "Complete blood count",
///         "2026-03-01T17:40:00+05:30",
///         Observation::measured("Haemoglobin", "10.2", "g/dL").reference_range("12.0", "15.5"),
///         "Mild anaemia",
///     ),
/// )
/// .build()?;
/// assert!(!fhir_bundles::check(&bundle.to_vec()).has_errors());
/// # Ok::<(), fhir_bundles::build::BuildError>(())
/// ```
#[derive(Clone)]
pub struct DiagnosticReport {
    frame: Frame,
    report: Option<Report>,
    document: Option<Document>,
    kind: CodeableConcept,
}

impl DiagnosticReport {
    /// A report to be filled.
    pub(crate) fn open(
        patient: Patient,
        practitioner: Practitioner,
        facility: Facility,
        date: DateTime,
    ) -> Self {
        let frame = Frame::new(patient, practitioner, facility, date);
        let kind = HiType::DiagnosticReport.type_concept();
        Self {
            frame,
            report: None,
            document: None,
            kind,
        }
    }

    /// Adds the report itself.
    pub(crate) fn report(self, report: Report) -> Self {
        Self {
            report: Some(report),
            ..self
        }
    }

    /// A report. The practitioner is the one who interprets it.
    #[must_use]
    pub fn new(
        patient: Patient,
        practitioner: Practitioner,
        facility: Facility,
        report: impl Into<Report>,
    ) -> Self {
        let report = report.into();
        let frame = Frame::new(patient, practitioner, facility, report.issued().clone());
        Self {
            frame,
            report: Some(report),
            document: None,
            kind: HiType::DiagnosticReport.type_concept(),
        }
    }

    /// A report that is a file alone.
    #[must_use]
    pub fn scanned(
        patient: Patient,
        practitioner: Practitioner,
        facility: Facility,
        date: impl Into<DateTime>,
        document: Document,
    ) -> Self {
        let frame = Frame::new(patient, practitioner, facility, date.into());
        let kind = HiType::DiagnosticReport.type_concept();
        Self {
            frame,
            report: None,
            document: Some(document),
            kind,
        }
    }

    frame_methods!(with visit);

    /// Adds the report as a file. A record has room for one.
    #[must_use]
    pub fn document(self, document: Document) -> Self {
        Self {
            document: Some(document),
            ..self
        }
    }

    /// Sets the SNOMED CT code of the record's kind, where it is known more exactly than
    /// "Diagnostic studies report".
    #[must_use]
    pub fn kind(self, code: &str, display: &str) -> Self {
        Self {
            kind: snomed(code, display).into(),
            ..self
        }
    }

    /// Makes the document.
    ///
    /// # Errors
    ///
    /// [`BuildError`] with every problem at once.
    pub fn build(self) -> Result<DocumentBundle, BuildError> {
        let (mut a, closing) = self.frame.open();
        let report: Vec<_> = self.report.into_iter().collect();
        let document: Vec<_> = self.document.into_iter().collect();
        let mut entries = typed("DiagnosticReport", add_all(report, "report", &mut a));
        entries.extend(typed(
            "DocumentReference",
            add_all(document, "document", &mut a),
        ));
        let coding = self.kind.coding.first();
        let code = coding
            .and_then(|coding| coding.code.clone())
            .unwrap_or_default();
        let display = coding
            .and_then(|coding| coding.display.clone())
            .unwrap_or_default();
        a.required("kind.code", &code);
        a.required("kind.display", &display);
        let section = single(
            "Diagnostic report",
            Some((&code, &display)),
            entries,
            &mut a,
        );
        closing.close(HiType::DiagnosticReport, self.kind, section, a)
    }
}

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
        Self {
            documents: vec![document],
            ..Self::empty(patient, practitioner, facility, date)
        }
    }

    /// A record to be filled.
    pub(crate) fn empty(
        patient: Patient,
        practitioner: Practitioner,
        facility: Facility,
        date: impl Into<DateTime>,
    ) -> Self {
        let frame = Frame::new(patient, practitioner, facility, date.into());
        Self {
            frame,
            vaccinations: Vec::new(),
            all_due: Vec::new(),
            documents: Vec::new(),
        }
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
        let mut entries = typed(
            "Immunization",
            add_all(self.vaccinations, "vaccinations", &mut a),
        );
        let due: Vec<_> = add_due(self.all_due, &mut a).into_iter().collect();
        entries.extend(typed("ImmunizationRecommendation", due));
        entries.extend(typed(
            "DocumentReference",
            add_all(self.documents, "documents", &mut a),
        ));
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
        Self {
            frame,
            documents: vec![document],
        }
    }

    /// A record to be filled.
    pub(crate) fn open(
        patient: Patient,
        practitioner: Practitioner,
        facility: Facility,
        date: DateTime,
    ) -> Self {
        let frame = Frame::new(patient, practitioner, facility, date);
        Self {
            frame,
            documents: Vec::new(),
        }
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
        let entries = typed(
            "DocumentReference",
            add_all(self.documents, "documents", &mut a),
        );
        let section = single(
            "Documents",
            Some(("419891008", "Record artifact")),
            entries,
            &mut a,
        );
        let kind = HiType::HealthDocumentRecord;
        closing.close(kind, kind.type_concept(), section, a)
    }
}

/// Vital signs, measurements and habits: `WellnessRecord`.
///
/// ```
/// use fhir_bundles::build::{Facility, Observation, Patient, Practitioner, WellnessRecord};
///
/// let bundle = WellnessRecord::new(
///     Patient::with_abha_number("Asha Devi", "91-7225-4829-5255"),
///     Practitioner::with_hpr_id("Dr. Meera Rao", "71-1234-5678-9012"),
///     Facility::new("Sunrise Clinic", "IN2710000001"),
///     "2026-03-01T10:50:00+05:30",
/// )
/// .vital_sign(Observation::pulse(72))
/// .body_measurement(Observation::weight("61.50"))
/// .physical_activity(Observation::steps(8400))
/// .build()?;
/// assert!(!fhir_bundles::check(&bundle.to_vec()).has_errors());
/// # Ok::<(), fhir_bundles::build::BuildError>(())
/// ```
#[derive(Clone)]
pub struct WellnessRecord {
    frame: Frame,
    vital_signs: Vec<Observation>,
    body_measurements: Vec<Observation>,
    physical_activities: Vec<Observation>,
    general_assessments: Vec<Observation>,
    women_health_observations: Vec<Observation>,
    lifestyles: Vec<Observation>,
    other_observations: Vec<Observation>,
    other_conditions: Vec<Condition>,
    documents: Vec<Document>,
}

impl WellnessRecord {
    /// A record. At least one section must be added before [`build`](Self::build).
    #[must_use]
    pub fn new(
        patient: Patient,
        practitioner: Practitioner,
        facility: Facility,
        date: impl Into<DateTime>,
    ) -> Self {
        Self {
            frame: Frame::new(patient, practitioner, facility, date.into()),
            vital_signs: Vec::new(),
            body_measurements: Vec::new(),
            physical_activities: Vec::new(),
            general_assessments: Vec::new(),
            women_health_observations: Vec::new(),
            lifestyles: Vec::new(),
            other_observations: Vec::new(),
            other_conditions: Vec::new(),
            documents: Vec::new(),
        }
    }

    frame_methods!(with visit);

    fact_methods! {
        /// Adds a vital sign: a quantity or words.
        vital_sign, vital_signs: Observation;
        /// Adds a body measurement: a quantity or words.
        body_measurement, body_measurements: Observation;
        /// Adds a physical activity: a quantity or words.
        physical_activity, physical_activities: Observation;
        /// Adds a general assessment: a quantity or a concept.
        general_assessment, general_assessments: Observation;
        /// Adds a fact of women's health: a quantity or words.
        women_health, women_health_observations: Observation;
        /// Adds a habit: a concept, see [`Observation::coded`].
        lifestyle, lifestyles: Observation;
        /// Adds anything else that was observed.
        other_observation, other_observations: Observation;
        /// Adds a condition to the other observations.
        other_condition, other_conditions: Condition;
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
        let mut observed = |list: Vec<Observation>, profile: &'static str, values, name: &str| {
            for (place, observation) in list.iter().enumerate() {
                observation.check_value_kind(&format!("{name}[{place}]"), values, &mut a);
            }
            let list = list.into_iter().map(|o| o.with_profile(profile)).collect();
            add_all(list, name, &mut a)
        };
        let quantity_or_words = &["quantity", "text"][..];
        let vital_signs = observed(
            self.vital_signs,
            "ObservationVitalSigns",
            quantity_or_words,
            "vitalSigns",
        );
        let measurements = observed(
            self.body_measurements,
            "ObservationBodyMeasurement",
            quantity_or_words,
            "bodyMeasurements",
        );
        let activities = observed(
            self.physical_activities,
            "ObservationPhysicalActivity",
            quantity_or_words,
            "physicalActivities",
        );
        let assessments = observed(
            self.general_assessments,
            "ObservationGeneralAssessment",
            &["quantity", "concept"],
            "generalAssessments",
        );
        let women = observed(
            self.women_health_observations,
            "ObservationWomenHealth",
            quantity_or_words,
            "womenHealth",
        );
        let lifestyles = observed(
            self.lifestyles,
            "ObservationLifestyle",
            &["concept"],
            "lifestyles",
        );
        let mut others = add_all(self.other_observations, "otherObservations", &mut a);
        others.extend(add_all(self.other_conditions, "otherConditions", &mut a));
        let documents = add_all(self.documents, "documents", &mut a);
        let parts = vec![
            (wellness::VITAL_SIGNS, vital_signs),
            (wellness::BODY_MEASUREMENT, measurements),
            (wellness::PHYSICAL_ACTIVITY, activities),
            (wellness::GENERAL_ASSESSMENT, assessments),
            (wellness::WOMEN_HEALTH, women),
            (wellness::LIFESTYLE, lifestyles),
            (wellness::OTHER_OBSERVATIONS, others),
            (wellness::DOCUMENT_REFERENCE, documents),
        ];
        let sections = named(parts, &mut a);
        closing.close(
            HiType::WellnessRecord,
            HiType::WellnessRecord.type_concept(),
            sections,
            a,
        )
    }
}

/// A bill: `Invoice`.
///
/// ```
/// use fhir_bundles::build::{
///     Bill, BillItem, BillKind, ChargeKind, Facility, InvoiceRecord, Patient, Practitioner,
/// };
///
/// let bundle = InvoiceRecord::new(
///     Patient::with_abha_number("Asha Devi", "91-7225-4829-5255"),
///     Practitioner::with_hpr_id("Dr. Meera Rao", "71-1234-5678-9012"),
///     Facility::new("Sunrise Clinic", "IN2710000001"),
///     Bill::new(
///         "INV-2026-0417",
///         BillKind::Pharmacy,
///         "2026-03-01T11:10:00+05:30",
///         BillItem::new("Paracetamol 500 mg", ChargeKind::Medicine, "8.00").quantity(10, "tablet").gst(12),
///     ),
/// )
/// .build()?;
/// assert!(!fhir_bundles::check(&bundle.to_vec()).has_errors());
/// # Ok::<(), fhir_bundles::build::BuildError>(())
/// ```
#[derive(Clone)]
pub struct InvoiceRecord {
    frame: Frame,
    bill: Bill,
}

impl InvoiceRecord {
    /// A record of one bill, which is all that it has room for.
    #[must_use]
    pub fn new(
        patient: Patient,
        practitioner: Practitioner,
        facility: Facility,
        bill: Bill,
    ) -> Self {
        let frame = Frame::new(patient, practitioner, facility, bill.date().clone());
        Self { frame, bill }
    }

    frame_methods!(with visit);

    /// Makes the document.
    ///
    /// # Errors
    ///
    /// [`BuildError`] with every problem at once.
    pub fn build(self) -> Result<DocumentBundle, BuildError> {
        let (mut a, closing) = self.frame.open();
        let entries = typed("Invoice", add_all(vec![self.bill], "bill", &mut a));
        let section = single("Invoice", None, entries, &mut a);
        closing.close(HiType::Invoice, HiType::Invoice.type_concept(), section, a)
    }
}

/// Entries whose profile tells them apart by `Reference.type`.
fn typed(type_: &str, mut entries: Vec<Reference>) -> Vec<Reference> {
    for entry in &mut entries {
        entry.r#type = Some(type_.to_owned());
    }
    entries
}

/// The one section of a record that has one.
fn single(
    title: &'static str,
    code: Option<(&str, &str)>,
    entries: Vec<Reference>,
    assembly: &mut Assembly,
) -> Vec<CompositionSection> {
    if entries.is_empty() {
        assembly.problem("entries", "are missing", "add at least one fact or file");
    }
    let lines = entries.iter().filter_map(|entry| entry.display.as_deref());
    let text = assembly.story().list(lines).narrative();
    let concept = code.map(|(code, display)| CodeableConcept {
        coding: vec![snomed(code, display)],
        ..CodeableConcept::default()
    });
    vec![CompositionSection {
        title: Some(title.to_owned()),
        code: concept,
        text: Some(text),
        entry: entries,
        ..CompositionSection::default()
    }]
}

/// The sections that have entries, in the order of the guide.
fn named(
    parts: Vec<(SectionDefinition, Vec<Reference>)>,
    assembly: &mut Assembly,
) -> Vec<CompositionSection> {
    let sections: Vec<_> = parts
        .into_iter()
        .filter_map(|(definition, entries)| section(definition, entries, assembly))
        .collect();
    if sections.is_empty() {
        assembly.problem("sections", "are missing", "add at least one fact");
    }
    sections
}

opaque_debug!(
    Prescription,
    DischargeSummary,
    DiagnosticReport,
    ImmunizationRecord,
    HealthDocumentRecord,
    WellnessRecord,
    InvoiceRecord
);
