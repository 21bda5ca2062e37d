// Generated from the FHIR R4 definitions by `cargo xtask generate`. Do not edit.

use super::super::DateTime;
use super::Resource;
use super::datatypes::{
    Annotation, CodeableConcept, Extension, Identifier, Meta, Narrative, Period, Quantity, Range,
    Ratio, Reference, Timing,
};

element! {
    /// `ServiceRequest`: A record of a request for service such as diagnostic investigations,
    /// treatments, or operations to be performed.
    struct ServiceRequest resource "ServiceRequest" {
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
        /// Identifiers assigned to this order
        identifier: Vec<Identifier> = "identifier",
        /// Instantiates FHIR protocol or definition
        instantiates_canonical: Vec<String> = "instantiatesCanonical",
        /// Instantiates external protocol or definition
        instantiates_uri: Vec<String> = "instantiatesUri",
        /// What request fulfills
        based_on: Vec<Reference> = "basedOn",
        /// What request replaces
        replaces: Vec<Reference> = "replaces",
        /// Composite Request ID
        requisition: Option<Identifier> = "requisition",
        /// draft | active | on-hold | revoked | completed | entered-in-error | unknown
        status: Option<String> = "status",
        /// proposal | plan | directive | order | original-order | reflex-order | filler-order |
        /// instance-order | option
        intent: Option<String> = "intent",
        /// Classification of service
        category: Vec<CodeableConcept> = "category",
        /// routine | urgent | asap | stat
        priority: Option<String> = "priority",
        /// True if service/procedure should not be performed
        do_not_perform: Option<bool> = "doNotPerform",
        /// What is being requested/ordered
        code: Option<CodeableConcept> = "code",
        /// Additional order information
        order_detail: Vec<CodeableConcept> = "orderDetail",
        /// Service amount
        quantity: Option<ServiceRequestQuantity> =
              "quantityQuantity"
            | "quantityRatio"
            | "quantityRange",
        /// Individual or Entity the service is ordered for
        subject: Option<Reference> = "subject",
        /// Encounter in which the request was created
        encounter: Option<Reference> = "encounter",
        /// When service should occur
        occurrence: Option<ServiceRequestOccurrence> =
              "occurrenceDateTime"
            | "occurrencePeriod"
            | "occurrenceTiming",
        /// Preconditions for service
        as_needed: Option<ServiceRequestAsNeeded> = "asNeededBoolean" | "asNeededCodeableConcept",
        /// Date request signed
        authored_on: Option<DateTime> = "authoredOn",
        /// Who/what is requesting service
        requester: Option<Reference> = "requester",
        /// Performer role
        performer_type: Option<CodeableConcept> = "performerType",
        /// Requested performer
        performer: Vec<Reference> = "performer",
        /// Requested location
        location_code: Vec<CodeableConcept> = "locationCode",
        /// Requested location
        location_reference: Vec<Reference> = "locationReference",
        /// Explanation/Justification for procedure or service
        reason_code: Vec<CodeableConcept> = "reasonCode",
        /// Explanation/Justification for service or service
        reason_reference: Vec<Reference> = "reasonReference",
        /// Associated insurance coverage
        insurance: Vec<Reference> = "insurance",
        /// Additional clinical information
        supporting_info: Vec<Reference> = "supportingInfo",
        /// Procedure Samples
        specimen: Vec<Reference> = "specimen",
        /// Location on Body
        body_site: Vec<CodeableConcept> = "bodySite",
        /// Comments
        note: Vec<Annotation> = "note",
        /// Patient or consumer-oriented instructions
        patient_instruction: Option<String> = "patientInstruction",
        /// Request provenance
        relevant_history: Vec<Reference> = "relevantHistory",
    }
}

choice! {
    /// `ServiceRequest.quantity[x]`: Service amount
    enum ServiceRequestQuantity {
        Quantity(Quantity) = "quantityQuantity",
        Ratio(Ratio) = "quantityRatio",
        Range(Range) = "quantityRange",
    }
}

choice! {
    /// `ServiceRequest.occurrence[x]`: When service should occur
    enum ServiceRequestOccurrence {
        DateTime(DateTime) = "occurrenceDateTime",
        Period(Period) = "occurrencePeriod",
        Timing(Timing) = "occurrenceTiming",
    }
}

choice! {
    /// `ServiceRequest.asNeeded[x]`: Preconditions for service
    enum ServiceRequestAsNeeded {
        Boolean(bool) = "asNeededBoolean",
        CodeableConcept(CodeableConcept) = "asNeededCodeableConcept",
    }
}
