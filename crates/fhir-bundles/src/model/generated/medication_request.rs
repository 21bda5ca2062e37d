// Generated from the FHIR R4 definitions by `cargo xtask generate`. Do not edit.

use super::super::DateTime;
use super::Resource;
use super::datatypes::{
    Annotation, CodeableConcept, Dosage, Extension, Identifier, Meta, Narrative, Period, Quantity,
    Reference,
};

element! {
    /// `MedicationRequest`: An order or request for both supply of the medication and the
    /// instructions for administration of the medication to a patient.
    struct MedicationRequest resource "MedicationRequest" {
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
        /// External ids for this request
        identifier: Vec<Identifier> = "identifier",
        /// active | on-hold | cancelled | completed | entered-in-error | stopped | draft |
        /// unknown
        status: Option<String> = "status",
        /// Reason for current status
        status_reason: Option<CodeableConcept> = "statusReason",
        /// proposal | plan | order | original-order | reflex-order | filler-order |
        /// instance-order | option
        intent: Option<String> = "intent",
        /// Type of medication usage
        category: Vec<CodeableConcept> = "category",
        /// routine | urgent | asap | stat
        priority: Option<String> = "priority",
        /// True if request is prohibiting action
        do_not_perform: Option<bool> = "doNotPerform",
        /// Reported rather than primary record
        reported: Option<MedicationRequestReported> = "reportedBoolean" | "reportedReference",
        /// Medication to be taken
        medication: Option<MedicationRequestMedication> =
              "medicationCodeableConcept"
            | "medicationReference",
        /// Who or group medication request is for
        subject: Option<Reference> = "subject",
        /// Encounter created as part of encounter/admission/stay
        encounter: Option<Reference> = "encounter",
        /// Information to support ordering of the medication
        supporting_information: Vec<Reference> = "supportingInformation",
        /// When request was initially authored
        authored_on: Option<DateTime> = "authoredOn",
        /// Who/What requested the Request
        requester: Option<Reference> = "requester",
        /// Intended performer of administration
        performer: Option<Reference> = "performer",
        /// Desired kind of performer of the medication administration
        performer_type: Option<CodeableConcept> = "performerType",
        /// Person who entered the request
        recorder: Option<Reference> = "recorder",
        /// Reason or indication for ordering or not ordering the medication
        reason_code: Vec<CodeableConcept> = "reasonCode",
        /// Condition or observation that supports why the prescription is being written
        reason_reference: Vec<Reference> = "reasonReference",
        /// Instantiates FHIR protocol or definition
        instantiates_canonical: Vec<String> = "instantiatesCanonical",
        /// Instantiates external protocol or definition
        instantiates_uri: Vec<String> = "instantiatesUri",
        /// What request fulfills
        based_on: Vec<Reference> = "basedOn",
        /// Composite request this is part of
        group_identifier: Option<Identifier> = "groupIdentifier",
        /// Overall pattern of medication administration
        course_of_therapy_type: Option<CodeableConcept> = "courseOfTherapyType",
        /// Associated insurance coverage
        insurance: Vec<Reference> = "insurance",
        /// Information about the prescription
        note: Vec<Annotation> = "note",
        /// How the medication should be taken
        dosage_instruction: Vec<Dosage> = "dosageInstruction",
        /// Medication supply authorization
        dispense_request: Option<MedicationRequestDispenseRequest> = "dispenseRequest",
        /// Any restrictions on medication substitution
        substitution: Option<MedicationRequestSubstitution> = "substitution",
        /// An order/prescription that is being replaced
        prior_prescription: Option<Reference> = "priorPrescription",
        /// Clinical Issue with action
        detected_issue: Vec<Reference> = "detectedIssue",
        /// A list of events of interest in the lifecycle
        event_history: Vec<Reference> = "eventHistory",
    }
}

element! {
    /// `MedicationRequest.dispenseRequest`: Medication supply authorization
    struct MedicationRequestDispenseRequest {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// First fill details
        initial_fill: Option<MedicationRequestDispenseRequestInitialFill> = "initialFill",
        /// Minimum period of time between dispenses
        dispense_interval: Option<Quantity> = "dispenseInterval",
        /// Time period supply is authorized for
        validity_period: Option<Period> = "validityPeriod",
        /// Number of refills authorized
        number_of_repeats_allowed: Option<i32> = "numberOfRepeatsAllowed",
        /// Amount of medication to supply per dispense
        quantity: Option<Quantity> = "quantity",
        /// Number of days supply per dispense
        expected_supply_duration: Option<Quantity> = "expectedSupplyDuration",
        /// Intended dispenser
        performer: Option<Reference> = "performer",
    }
}

element! {
    /// `MedicationRequest.dispenseRequest.initialFill`: First fill details
    struct MedicationRequestDispenseRequestInitialFill {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// First fill quantity
        quantity: Option<Quantity> = "quantity",
        /// First fill duration
        duration: Option<Quantity> = "duration",
    }
}

element! {
    /// `MedicationRequest.substitution`: Any restrictions on medication substitution
    struct MedicationRequestSubstitution {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// Whether substitution is allowed or not
        allowed: Option<MedicationRequestSubstitutionAllowed> =
              "allowedBoolean"
            | "allowedCodeableConcept",
        /// Why should (not) substitution be made
        reason: Option<CodeableConcept> = "reason",
    }
}

choice! {
    /// `MedicationRequest.reported[x]`: Reported rather than primary record
    enum MedicationRequestReported {
        Boolean(bool) = "reportedBoolean",
        Reference(Reference) = "reportedReference",
    }
}

choice! {
    /// `MedicationRequest.medication[x]`: Medication to be taken
    enum MedicationRequestMedication {
        CodeableConcept(CodeableConcept) = "medicationCodeableConcept",
        Reference(Reference) = "medicationReference",
    }
}

choice! {
    /// `MedicationRequest.substitution.allowed[x]`: Whether substitution is allowed or not
    enum MedicationRequestSubstitutionAllowed {
        Boolean(bool) = "allowedBoolean",
        CodeableConcept(CodeableConcept) = "allowedCodeableConcept",
    }
}
