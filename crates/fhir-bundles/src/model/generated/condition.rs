// Generated from the FHIR R4 definitions by `cargo xtask generate`. Do not edit.

use super::super::DateTime;
use super::Resource;
use super::datatypes::{
    Annotation, CodeableConcept, Extension, Identifier, Meta, Narrative, Period, Quantity, Range,
    Reference,
};

element! {
    /// `Condition`: A clinical condition, problem, diagnosis, or other event, situation, issue,
    /// or clinical concept that has risen to a level of concern.
    struct Condition resource "Condition" {
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
        /// External Ids for this condition
        identifier: Vec<Identifier> = "identifier",
        /// active | recurrence | relapse | inactive | remission | resolved
        clinical_status: Option<CodeableConcept> = "clinicalStatus",
        /// unconfirmed | provisional | differential | confirmed | refuted | entered-in-error
        verification_status: Option<CodeableConcept> = "verificationStatus",
        /// problem-list-item | encounter-diagnosis
        category: Vec<CodeableConcept> = "category",
        /// Subjective severity of condition
        severity: Option<CodeableConcept> = "severity",
        /// Identification of the condition, problem or diagnosis
        code: Option<CodeableConcept> = "code",
        /// Anatomical location, if relevant
        body_site: Vec<CodeableConcept> = "bodySite",
        /// Who has the condition?
        subject: Option<Reference> = "subject",
        /// Encounter created as part of
        encounter: Option<Reference> = "encounter",
        /// Estimated or actual date, date-time, or age
        onset: Option<ConditionOnset> =
              "onsetDateTime"
            | "onsetAge"
            | "onsetPeriod"
            | "onsetRange"
            | "onsetString",
        /// When in resolution/remission
        abatement: Option<ConditionAbatement> =
              "abatementDateTime"
            | "abatementAge"
            | "abatementPeriod"
            | "abatementRange"
            | "abatementString",
        /// Date record was first recorded
        recorded_date: Option<DateTime> = "recordedDate",
        /// Who recorded the condition
        recorder: Option<Reference> = "recorder",
        /// Person who asserts this condition
        asserter: Option<Reference> = "asserter",
        /// Stage/grade, usually assessed formally
        stage: Vec<ConditionStage> = "stage",
        /// Supporting evidence
        evidence: Vec<ConditionEvidence> = "evidence",
        /// Additional information about the Condition
        note: Vec<Annotation> = "note",
    }
}

element! {
    /// `Condition.stage`: Stage/grade, usually assessed formally
    struct ConditionStage {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// Simple summary (disease specific)
        summary: Option<CodeableConcept> = "summary",
        /// Formal record of assessment
        assessment: Vec<Reference> = "assessment",
        /// Kind of staging
        r#type: Option<CodeableConcept> = "type",
    }
}

element! {
    /// `Condition.evidence`: Supporting evidence
    struct ConditionEvidence {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// Manifestation/symptom
        code: Vec<CodeableConcept> = "code",
        /// Supporting information found elsewhere
        detail: Vec<Reference> = "detail",
    }
}

choice! {
    /// `Condition.onset[x]`: Estimated or actual date, date-time, or age
    enum ConditionOnset {
        DateTime(DateTime) = "onsetDateTime",
        Age(Quantity) = "onsetAge",
        Period(Period) = "onsetPeriod",
        Range(Range) = "onsetRange",
        String(String) = "onsetString",
    }
}

choice! {
    /// `Condition.abatement[x]`: When in resolution/remission
    enum ConditionAbatement {
        DateTime(DateTime) = "abatementDateTime",
        Age(Quantity) = "abatementAge",
        Period(Period) = "abatementPeriod",
        Range(Range) = "abatementRange",
        String(String) = "abatementString",
    }
}
