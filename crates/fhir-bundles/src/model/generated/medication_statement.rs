// Generated from the FHIR R4 definitions by `cargo xtask generate`. Do not edit.

use super::super::DateTime;
use super::Resource;
use super::datatypes::{
    Annotation, CodeableConcept, Dosage, Extension, Identifier, Meta, Narrative, Period, Reference,
};

element! {
    /// `MedicationStatement`: A record of a medication that is being consumed by a patient.
    struct MedicationStatement resource "MedicationStatement" {
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
        /// External identifier
        identifier: Vec<Identifier> = "identifier",
        /// Fulfils plan, proposal or order
        based_on: Vec<Reference> = "basedOn",
        /// Part of referenced event
        part_of: Vec<Reference> = "partOf",
        /// active | completed | entered-in-error | intended | stopped | on-hold | unknown |
        /// not-taken
        status: Option<String> = "status",
        /// Reason for current status
        status_reason: Vec<CodeableConcept> = "statusReason",
        /// Type of medication usage
        category: Option<CodeableConcept> = "category",
        /// What medication was taken
        medication: Option<MedicationStatementMedication> =
              "medicationCodeableConcept"
            | "medicationReference",
        /// Who is/was taking the medication
        subject: Option<Reference> = "subject",
        /// Encounter / Episode associated with MedicationStatement
        context: Option<Reference> = "context",
        /// The date/time or interval when the medication is/was/will be taken
        effective: Option<MedicationStatementEffective> = "effectiveDateTime" | "effectivePeriod",
        /// When the statement was asserted?
        date_asserted: Option<DateTime> = "dateAsserted",
        /// Person or organization that provided the information about the taking of this
        /// medication
        information_source: Option<Reference> = "informationSource",
        /// Additional supporting information
        derived_from: Vec<Reference> = "derivedFrom",
        /// Reason for why the medication is being/was taken
        reason_code: Vec<CodeableConcept> = "reasonCode",
        /// Condition or observation that supports why the medication is being/was taken
        reason_reference: Vec<Reference> = "reasonReference",
        /// Further information about the statement
        note: Vec<Annotation> = "note",
        /// Details of how medication is/was taken or should be taken
        dosage: Vec<Dosage> = "dosage",
    }
}

choice! {
    /// `MedicationStatement.medication[x]`: What medication was taken
    enum MedicationStatementMedication {
        CodeableConcept(CodeableConcept) = "medicationCodeableConcept",
        Reference(Reference) = "medicationReference",
    }
}

choice! {
    /// `MedicationStatement.effective[x]`: The date/time or interval when the medication
    /// is/was/will be taken
    enum MedicationStatementEffective {
        DateTime(DateTime) = "effectiveDateTime",
        Period(Period) = "effectivePeriod",
    }
}
