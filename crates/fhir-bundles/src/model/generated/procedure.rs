// Generated from the FHIR R4 definitions by `cargo xtask generate`. Do not edit.

use super::super::DateTime;
use super::Resource;
use super::datatypes::{
    Annotation, CodeableConcept, Extension, Identifier, Meta, Narrative, Period, Quantity, Range,
    Reference,
};

element! {
    /// `Procedure`: An action that is or was performed on or for a patient.
    struct Procedure resource "Procedure" {
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
        /// External Identifiers for this procedure
        identifier: Vec<Identifier> = "identifier",
        /// Instantiates FHIR protocol or definition
        instantiates_canonical: Vec<String> = "instantiatesCanonical",
        /// Instantiates external protocol or definition
        instantiates_uri: Vec<String> = "instantiatesUri",
        /// A request for this procedure
        based_on: Vec<Reference> = "basedOn",
        /// Part of referenced event
        part_of: Vec<Reference> = "partOf",
        /// preparation | in-progress | not-done | on-hold | stopped | completed |
        /// entered-in-error | unknown
        status: Option<String> = "status",
        /// Reason for current status
        status_reason: Option<CodeableConcept> = "statusReason",
        /// Classification of the procedure
        category: Option<CodeableConcept> = "category",
        /// Identification of the procedure
        code: Option<CodeableConcept> = "code",
        /// Who the procedure was performed on
        subject: Option<Reference> = "subject",
        /// Encounter created as part of
        encounter: Option<Reference> = "encounter",
        /// When the procedure was performed
        performed: Option<ProcedurePerformed> =
              "performedDateTime"
            | "performedPeriod"
            | "performedString"
            | "performedAge"
            | "performedRange",
        /// Who recorded the procedure
        recorder: Option<Reference> = "recorder",
        /// Person who asserts this procedure
        asserter: Option<Reference> = "asserter",
        /// The people who performed the procedure
        performer: Vec<ProcedurePerformer> = "performer",
        /// Where the procedure happened
        location: Option<Reference> = "location",
        /// Coded reason procedure performed
        reason_code: Vec<CodeableConcept> = "reasonCode",
        /// The justification that the procedure was performed
        reason_reference: Vec<Reference> = "reasonReference",
        /// Target body sites
        body_site: Vec<CodeableConcept> = "bodySite",
        /// The result of procedure
        outcome: Option<CodeableConcept> = "outcome",
        /// Any report resulting from the procedure
        report: Vec<Reference> = "report",
        /// Complication following the procedure
        complication: Vec<CodeableConcept> = "complication",
        /// A condition that is a result of the procedure
        complication_detail: Vec<Reference> = "complicationDetail",
        /// Instructions for follow up
        follow_up: Vec<CodeableConcept> = "followUp",
        /// Additional information about the procedure
        note: Vec<Annotation> = "note",
        /// Manipulated, implanted, or removed device
        focal_device: Vec<ProcedureFocalDevice> = "focalDevice",
        /// Items used during procedure
        used_reference: Vec<Reference> = "usedReference",
        /// Coded items used during the procedure
        used_code: Vec<CodeableConcept> = "usedCode",
    }
}

element! {
    /// `Procedure.performer`: The people who performed the procedure
    struct ProcedurePerformer {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// Type of performance
        function: Option<CodeableConcept> = "function",
        /// The reference to the practitioner
        actor: Option<Reference> = "actor",
        /// Organization the device or practitioner was acting for
        on_behalf_of: Option<Reference> = "onBehalfOf",
    }
}

element! {
    /// `Procedure.focalDevice`: Manipulated, implanted, or removed device
    struct ProcedureFocalDevice {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// Kind of change to device
        action: Option<CodeableConcept> = "action",
        /// Device that was changed
        manipulated: Option<Reference> = "manipulated",
    }
}

choice! {
    /// `Procedure.performed[x]`: When the procedure was performed
    enum ProcedurePerformed {
        DateTime(DateTime) = "performedDateTime",
        Period(Period) = "performedPeriod",
        String(String) = "performedString",
        Age(Quantity) = "performedAge",
        Range(Range) = "performedRange",
    }
}
