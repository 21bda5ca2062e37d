// Generated from the FHIR R4 definitions by `cargo xtask generate`. Do not edit.

use super::super::{DateTime, Instant};
use super::Resource;
use super::datatypes::{
    Attachment, CodeableConcept, Extension, Identifier, Meta, Narrative, Period, Reference,
};

element! {
    /// `DiagnosticReport`: The findings and interpretation of diagnostic tests performed on
    /// patients, groups of patients, devices, and locations, and/or specimens derived from these.
    struct DiagnosticReport resource "DiagnosticReport" {
        /// Logical id of this artifact
        id: Option<String> = "id",
        /// Metadata about the resource
        meta: Option<Meta> = "meta",
        /// A set of rules under which this content was created
        implicit_rules: Option<String> = "implicitRules",
        /// Language of the resource content
        language: Option<String> = "language",
        /// Text summary of the resource, for human interpretation
        text: Option<Narrative> = "text",
        /// Contained, inline Resources
        contained: Vec<Resource> = "contained",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// Business identifier for report
        identifier: Vec<Identifier> = "identifier",
        /// What was requested
        based_on: Vec<Reference> = "basedOn",
        /// registered | partial | preliminary | final +
        status: Option<String> = "status",
        /// Service category
        category: Vec<CodeableConcept> = "category",
        /// Name/Code for this diagnostic report
        code: Option<CodeableConcept> = "code",
        /// The subject of the report - usually, but not always, the patient
        subject: Option<Reference> = "subject",
        /// Health care event when test ordered
        encounter: Option<Reference> = "encounter",
        /// Clinically relevant time/time-period for report
        effective: Option<DiagnosticReportEffective> = "effectiveDateTime" | "effectivePeriod",
        /// DateTime this version was made
        issued: Option<Instant> = "issued",
        /// Responsible Diagnostic Service
        performer: Vec<Reference> = "performer",
        /// Primary result interpreter
        results_interpreter: Vec<Reference> = "resultsInterpreter",
        /// Specimens this report is based on
        specimen: Vec<Reference> = "specimen",
        /// Observations
        result: Vec<Reference> = "result",
        /// Reference to full details of imaging associated with the diagnostic report
        imaging_study: Vec<Reference> = "imagingStudy",
        /// Key images associated with this report
        media: Vec<DiagnosticReportMedia> = "media",
        /// Clinical conclusion (interpretation) of test results
        conclusion: Option<String> = "conclusion",
        /// Codes for the clinical conclusion of test results
        conclusion_code: Vec<CodeableConcept> = "conclusionCode",
        /// Entire report as issued
        presented_form: Vec<Attachment> = "presentedForm",
    }
}

element! {
    /// `DiagnosticReport.media`: Key images associated with this report
    struct DiagnosticReportMedia {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// Comment about the image (e.g. explanation)
        comment: Option<String> = "comment",
        /// Reference to the image source
        link: Option<Reference> = "link",
    }
}

choice! {
    /// `DiagnosticReport.effective[x]`: Clinically relevant time/time-period for report
    enum DiagnosticReportEffective {
        DateTime(DateTime) = "effectiveDateTime",
        Period(Period) = "effectivePeriod",
    }
}
