mod modality;
mod specimen;

pub use self::{modality::Modality, specimen::Specimen};
use super::{
    assembly::{Assembly, Fact, add_all},
    attachment::Document,
    observation::Observation,
    party::opaque_debug,
};
use crate::{
    codes::{LOINC, SNOMED_CT, snomed},
    language::Phrase,
    model::{
        self, CodeableConcept, Coding, DateTime, DiagnosticReportEffective, DiagnosticReportMedia,
        MediaCreated, Reference,
    },
};

/// A laboratory report: results, and what they mean.
///
/// ```
/// use fhir_bundles::build::{LabReport, Observation, Specimen};
///
/// let report = LabReport::new(
///     "Complete blood count",
///     "2026-03-01T17:40:00+05:30",
///     Observation::measured("Haemoglobin", "10.2", "g/dL").reference_range("12.0", "15.5"),
///     "Mild anaemia",
/// )
/// .result(Observation::measured("Platelets", 210, "10^3/µL").reference_range(150, 410))
/// .specimen(Specimen::new("Venous blood", "2026-03-01T11:20:00+05:30"));
/// ```
#[derive(Clone)]
pub struct LabReport {
    name: CodeableConcept,
    issued: DateTime,
    results: Vec<Observation>,
    conclusion: String,
    conclusion_code: Option<CodeableConcept>,
    specimens: Vec<Specimen>,
    form: Option<Document>,
}

impl LabReport {
    /// A report with its name (in words or with a LOINC code), when it was issued, its first result
    /// and its conclusion, all of which the guide demands.
    #[must_use]
    pub fn new(
        name: impl Into<CodeableConcept>,
        issued: impl Into<DateTime>,
        result: impl Into<Observation>,
        conclusion: impl Into<String>,
    ) -> Self {
        Self {
            name: name.into(),
            issued: issued.into(),
            results: vec![result.into()],
            conclusion: conclusion.into(),
            conclusion_code: None,
            specimens: Vec::new(),
            form: None,
        }
    }

    /// A report to be filled.
    pub(crate) fn open(name: CodeableConcept, issued: DateTime, conclusion: String) -> Self {
        Self {
            name,
            issued,
            results: Vec::new(),
            conclusion,
            conclusion_code: None,
            specimens: Vec::new(),
            form: None,
        }
    }

    /// Adds a result.
    #[must_use]
    pub fn result(mut self, result: impl Into<Observation>) -> Self {
        self.results.push(result.into());
        self
    }

    /// Adds a specimen.
    #[must_use]
    pub fn specimen(mut self, specimen: Specimen) -> Self {
        self.specimens.push(specimen);
        self
    }

    /// Adds the SNOMED CT code of the conclusion.
    #[must_use]
    pub fn conclusion_code(self, code: impl Into<CodeableConcept>) -> Self {
        Self { conclusion_code: Some(code.into()), ..self }
    }

    /// Adds the report as it was printed.
    #[must_use]
    pub fn printed(self, form: Document) -> Self {
        Self { form: Some(form), ..self }
    }
}

/// An imaging report: pictures, and what they show.
///
/// ```
/// use fhir_bundles::build::{Document, ImagingReport, Modality};
///
/// let report = ImagingReport::new(
///     "Chest X-ray, PA view",
///     "2026-03-01T16:00:00+05:30",
///     Modality::X_RAY,
///     Document::jpeg("Chest PA", *b"made-up picture"),
///     "No active lung lesion",
/// );
/// ```
#[derive(Clone)]
pub struct ImagingReport {
    name: CodeableConcept,
    issued: DateTime,
    modality: Modality,
    pictures: Vec<Document>,
    conclusion: String,
    conclusion_code: Option<CodeableConcept>,
    findings: Vec<Observation>,
    form: Option<Document>,
}

impl ImagingReport {
    /// A report with its name (in words or with a LOINC code), when it was issued, how the pictures
    /// were made, the first of them, and its conclusion, all of which the guide demands.
    #[must_use]
    pub fn new(
        name: impl Into<CodeableConcept>,
        issued: impl Into<DateTime>,
        modality: Modality,
        picture: Document,
        conclusion: impl Into<String>,
    ) -> Self {
        Self {
            name: name.into(),
            issued: issued.into(),
            modality,
            pictures: vec![picture],
            conclusion: conclusion.into(),
            conclusion_code: None,
            findings: Vec::new(),
            form: None,
        }
    }

    /// A report to be filled.
    pub(crate) fn open(
        name: CodeableConcept,
        issued: DateTime,
        modality: Modality,
        conclusion: String,
    ) -> Self {
        Self {
            name,
            issued,
            modality,
            pictures: Vec::new(),
            conclusion,
            conclusion_code: None,
            findings: Vec::new(),
            form: None,
        }
    }

    /// Adds a picture.
    #[must_use]
    pub fn picture(mut self, picture: Document) -> Self {
        self.pictures.push(picture);
        self
    }

    /// Adds a finding.
    #[must_use]
    pub fn finding(mut self, finding: impl Into<Observation>) -> Self {
        self.findings.push(finding.into());
        self
    }

    /// Adds the SNOMED CT code of the conclusion.
    #[must_use]
    pub fn conclusion_code(self, code: impl Into<CodeableConcept>) -> Self {
        Self { conclusion_code: Some(code.into()), ..self }
    }

    /// Adds the report as it was printed.
    #[must_use]
    pub fn printed(self, form: Document) -> Self {
        Self { form: Some(form), ..self }
    }
}

/// A laboratory or an imaging report.
#[derive(Clone)]
#[non_exhaustive]
pub enum Report {
    /// From a laboratory.
    Laboratory(LabReport),
    /// From an imaging department.
    Imaging(ImagingReport),
}

impl From<LabReport> for Report {
    fn from(report: LabReport) -> Self {
        Self::Laboratory(report)
    }
}

impl From<ImagingReport> for Report {
    fn from(report: ImagingReport) -> Self {
        Self::Imaging(report)
    }
}

impl Report {
    pub(super) fn issued(&self) -> &DateTime {
        match self {
            Self::Laboratory(report) => &report.issued,
            Self::Imaging(report) => &report.issued,
        }
    }
}

impl Fact for Report {
    fn add_to(self, path: &str, assembly: &mut Assembly) -> Reference {
        match self {
            Self::Laboratory(report) => report.add_to(path, assembly),
            Self::Imaging(report) => report.add_to(path, assembly),
        }
    }
}

impl Fact for LabReport {
    fn add_to(self, path: &str, assembly: &mut Assembly) -> Reference {
        if self.results.is_empty() {
            let help = "add at least one; the guide demands it";
            assembly.problem(&format!("{path}.results"), "are missing", help);
        }
        let specimens = add_all(self.specimens, &format!("{path}.specimens"), assembly);
        let results = self.results.into_iter().map(|o| o.with_category("laboratory", "Laboratory"));
        let results = add_all(results.collect(), &format!("{path}.results"), assembly);
        let frame = Frame {
            profile: "DiagnosticReportLab",
            category: snomed("4241000179101", "Laboratory report"),
            name: self.name,
            issued: self.issued,
            conclusion: self.conclusion,
            conclusion_code: self.conclusion_code,
            form: self.form,
        };
        let report = model::DiagnosticReport {
            specimen: specimens,
            result: results,
            ..model::DiagnosticReport::default()
        };
        frame.add(report, path, assembly)
    }
}

impl Fact for ImagingReport {
    fn add_to(self, path: &str, assembly: &mut Assembly) -> Reference {
        let findings = self.findings.into_iter().map(|o| o.with_category("imaging", "Imaging"));
        let findings = add_all(findings.collect(), &format!("{path}.findings"), assembly);
        if self.pictures.is_empty() {
            let help = "add at least one; the guide demands it";
            assembly.problem(&format!("{path}.pictures"), "are missing", help);
        }
        let mut media = Vec::new();
        for (place, picture) in self.pictures.into_iter().enumerate() {
            let path = format!("{path}.pictures[{place}]");
            let link = add_picture(picture, self.modality, &self.issued, &path, assembly);
            media.push(DiagnosticReportMedia {
                link: Some(link),
                ..DiagnosticReportMedia::default()
            });
        }
        let label = self.name.label().unwrap_or_default().to_owned();
        let study = add_study(&label, self.modality, &self.issued, assembly);
        let frame = Frame {
            profile: "DiagnosticReportImaging",
            category: snomed("4201000179104", "Imaging report"),
            name: self.name,
            issued: self.issued,
            conclusion: self.conclusion,
            conclusion_code: self.conclusion_code,
            form: self.form,
        };
        let report = model::DiagnosticReport {
            result: findings,
            imaging_study: vec![study],
            media,
            ..model::DiagnosticReport::default()
        };
        frame.add(report, path, assembly)
    }
}

/// What both kinds of report share.
struct Frame {
    profile: &'static str,
    category: Coding,
    name: CodeableConcept,
    issued: DateTime,
    conclusion: String,
    conclusion_code: Option<CodeableConcept>,
    form: Option<Document>,
}

impl Frame {
    fn add(
        self,
        report: model::DiagnosticReport,
        path: &str,
        assembly: &mut Assembly,
    ) -> Reference {
        assembly.check_concept(&format!("{path}.name"), &self.name, &[LOINC]);
        assembly.check_date_time(&format!("{path}.issued"), &self.issued);
        if self.conclusion.trim().is_empty() {
            let help = "write what the report concludes; where it says nothing, \"See results\"";
            assembly.problem(&format!("{path}.conclusion"), "is missing", help);
        }
        if let Some(code) = &self.conclusion_code {
            assembly.check_concept(&format!("{path}.conclusionCode"), code, &[SNOMED_CT]);
        }
        if let Some(form) = &self.form {
            form.check(&format!("{path}.printed"), assembly);
        }
        let label = self.name.label().unwrap_or_default().to_owned();
        let text = assembly
            .story()
            .row(Phrase::Test, &label)
            .dated(Phrase::Date, self.issued.as_str())
            .row(Phrase::Conclusion, &self.conclusion);
        let language = assembly.language.tag();
        let slot = assembly.slot(self.profile);
        let report = model::DiagnosticReport {
            id: Some(slot.id),
            meta: Some(slot.meta),
            language: Some(slot.language),
            text: Some(text.narrative()),
            status: Some("final".to_owned()),
            category: vec![self.category.into()],
            code: Some(self.name),
            subject: Some(assembly.patient.clone()),
            encounter: assembly.encounter.clone(),
            issued: self.issued.to_instant(),
            effective: Some(DiagnosticReportEffective::DateTime(self.issued)),
            performer: vec![assembly.organization.clone()],
            results_interpreter: vec![assembly.practitioner.clone()],
            conclusion: Some(self.conclusion),
            conclusion_code: self.conclusion_code.into_iter().collect(),
            presented_form: self.form.iter().map(|form| form.attachment(language)).collect(),
            ..report
        };
        assembly.add(report, &label)
    }
}

fn add_picture(
    picture: Document,
    modality: Modality,
    made: &DateTime,
    path: &str,
    assembly: &mut Assembly,
) -> Reference {
    picture.check(path, assembly);
    let text = assembly.story().row(Phrase::Document, picture.title());
    let content = picture.attachment(assembly.language.tag());
    let slot = assembly.slot("Media");
    let media = model::Media {
        id: Some(slot.id),
        meta: Some(slot.meta),
        language: Some(slot.language),
        text: Some(text.narrative()),
        status: Some("completed".to_owned()),
        modality: Some(modality.coding().into()),
        subject: Some(assembly.patient.clone()),
        encounter: assembly.encounter.clone(),
        created: Some(MediaCreated::DateTime(made.clone())),
        content: Some(content),
        ..model::Media::default()
    };
    assembly.add(media, picture.title())
}

fn add_study(
    label: &str,
    modality: Modality,
    started: &DateTime,
    assembly: &mut Assembly,
) -> Reference {
    let text = assembly.story().row(Phrase::Test, label).row(Phrase::Note, modality.display);
    let slot = assembly.slot("ImagingStudy");
    let study = model::ImagingStudy {
        id: Some(slot.id),
        meta: Some(slot.meta),
        language: Some(slot.language),
        text: Some(text.narrative()),
        status: Some("available".to_owned()),
        modality: vec![modality.coding()],
        subject: Some(assembly.patient.clone()),
        encounter: assembly.encounter.clone(),
        started: Some(started.clone()),
        description: Some(label.to_owned()).filter(|label| !label.is_empty()),
        ..model::ImagingStudy::default()
    };
    assembly.add(study, label)
}

opaque_debug!(LabReport, ImagingReport, Report);
