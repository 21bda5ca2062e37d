// Generated from the FHIR R4 definitions by `cargo xtask generate`. Do not edit.

use super::super::{DateTime, Decimal};
use super::Resource;
use super::datatypes::{
    Annotation, CodeableConcept, Extension, Identifier, Meta, Money, Narrative, Period, Quantity,
    Reference, Timing,
};

element! {
    /// `ChargeItem`: The resource ChargeItem describes the provision of healthcare provider
    /// products for a certain patient, therefore referring not only to the product, but
    /// containing in addition details of the provision, like date, time, amounts and
    /// participating organizations and persons.
    struct ChargeItem resource "ChargeItem" {
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
        /// Business Identifier for item
        identifier: Vec<Identifier> = "identifier",
        /// Defining information about the code of this charge item
        definition_uri: Vec<String> = "definitionUri",
        /// Resource defining the code of this ChargeItem
        definition_canonical: Vec<String> = "definitionCanonical",
        /// planned | billable | not-billable | aborted | billed | entered-in-error | unknown
        status: Option<String> = "status",
        /// Part of referenced ChargeItem
        part_of: Vec<Reference> = "partOf",
        /// A code that identifies the charge, like a billing code
        code: Option<CodeableConcept> = "code",
        /// Individual service was done for/to
        subject: Option<Reference> = "subject",
        /// Encounter / Episode associated with event
        context: Option<Reference> = "context",
        /// When the charged service was applied
        occurrence: Option<ChargeItemOccurrence> =
              "occurrenceDateTime"
            | "occurrencePeriod"
            | "occurrenceTiming",
        /// Who performed charged service
        performer: Vec<ChargeItemPerformer> = "performer",
        /// Organization providing the charged service
        performing_organization: Option<Reference> = "performingOrganization",
        /// Organization requesting the charged service
        requesting_organization: Option<Reference> = "requestingOrganization",
        /// Organization that has ownership of the (potential, future) revenue
        cost_center: Option<Reference> = "costCenter",
        /// Quantity of which the charge item has been serviced
        quantity: Option<Quantity> = "quantity",
        /// Anatomical location, if relevant
        bodysite: Vec<CodeableConcept> = "bodysite",
        /// Factor overriding the associated rules
        factor_override: Option<Decimal> = "factorOverride",
        /// Price overriding the associated rules
        price_override: Option<Money> = "priceOverride",
        /// Reason for overriding the list price/factor
        override_reason: Option<String> = "overrideReason",
        /// Individual who was entering
        enterer: Option<Reference> = "enterer",
        /// Date the charge item was entered
        entered_date: Option<DateTime> = "enteredDate",
        /// Why was the charged service rendered?
        reason: Vec<CodeableConcept> = "reason",
        /// Which rendered service is being charged?
        service: Vec<Reference> = "service",
        /// Product charged
        product: Option<ChargeItemProduct> = "productReference" | "productCodeableConcept",
        /// Account to place this charge
        account: Vec<Reference> = "account",
        /// Comments made about the ChargeItem
        note: Vec<Annotation> = "note",
        /// Further information supporting this charge
        supporting_information: Vec<Reference> = "supportingInformation",
    }
}

element! {
    /// `ChargeItem.performer`: Who performed charged service
    struct ChargeItemPerformer {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// What type of performance was done
        function: Option<CodeableConcept> = "function",
        /// Individual who was performing
        actor: Option<Reference> = "actor",
    }
}

choice! {
    /// `ChargeItem.occurrence[x]`: When the charged service was applied
    enum ChargeItemOccurrence {
        DateTime(DateTime) = "occurrenceDateTime",
        Period(Period) = "occurrencePeriod",
        Timing(Timing) = "occurrenceTiming",
    }
}

choice! {
    /// `ChargeItem.product[x]`: Product charged
    enum ChargeItemProduct {
        Reference(Reference) = "productReference",
        CodeableConcept(CodeableConcept) = "productCodeableConcept",
    }
}
