use super::{
    super::{
        assembly::add_one,
        attachment::Document,
        frame::{Frame, frame_methods},
        party::{Facility, Patient, Practitioner, opaque_debug},
        problem::BuildError,
        report::Report,
    },
    single, typed,
};
use crate::{
    codes::{HiType, snomed},
    document::DocumentBundle,
    model::{CodeableConcept, DateTime},
};

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
        Self { frame, report: None, document: None, kind }
    }

    /// Adds the report itself.
    pub(crate) fn report(self, report: Report) -> Self {
        Self { report: Some(report), ..self }
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
        Self { frame, report: None, document: Some(document), kind }
    }

    frame_methods!(with visit);

    /// Adds the report as a file. A record has room for one.
    #[must_use]
    pub fn document(self, document: Document) -> Self {
        Self { document: Some(document), ..self }
    }

    /// Sets the SNOMED CT code of the record's kind, where it is known more exactly than
    /// "Diagnostic studies report".
    #[must_use]
    pub fn kind(self, code: &str, display: &str) -> Self {
        Self { kind: snomed(code, display).into(), ..self }
    }

    /// Makes the document.
    ///
    /// # Errors
    ///
    /// [`BuildError`] with every problem at once.
    pub fn build(self) -> Result<DocumentBundle, BuildError> {
        let (mut a, closing) = self.frame.open();
        let mut entries = typed("DiagnosticReport", add_one(self.report, "report", &mut a));
        entries.extend(typed("DocumentReference", add_one(self.document, "document", &mut a)));
        let coding = self.kind.coding.first();
        let code = coding.and_then(|coding| coding.code.clone()).unwrap_or_default();
        let display = coding.and_then(|coding| coding.display.clone()).unwrap_or_default();
        a.required("recordKind.code", &code);
        a.required("recordKind.display", &display);
        let section = single("Diagnostic report", Some((&code, &display)), entries, &mut a);
        closing.close(HiType::DiagnosticReport, self.kind, section, a)
    }
}

opaque_debug!(DiagnosticReport);
