// Generated from the FHIR R4 definitions by `cargo xtask generate`. Do not edit.

use super::super::{DateTime, Decimal};
use super::Resource;
use super::datatypes::{
    Annotation, CodeableConcept, Extension, Identifier, Meta, Money, Narrative, Reference,
};

element! {
    /// `Invoice`: Invoice containing collected ChargeItems from an Account with calculated
    /// individual and total price for Billing purpose.
    struct Invoice resource "Invoice" {
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
        /// draft | issued | balanced | cancelled | entered-in-error
        status: Option<String> = "status",
        /// Reason for cancellation of this Invoice
        cancelled_reason: Option<String> = "cancelledReason",
        /// Type of Invoice
        r#type: Option<CodeableConcept> = "type",
        /// Recipient(s) of goods and services
        subject: Option<Reference> = "subject",
        /// Recipient of this invoice
        recipient: Option<Reference> = "recipient",
        /// Invoice date / posting date
        date: Option<DateTime> = "date",
        /// Participant in creation of this Invoice
        participant: Vec<InvoiceParticipant> = "participant",
        /// Issuing Organization of Invoice
        issuer: Option<Reference> = "issuer",
        /// Account that is being balanced
        account: Option<Reference> = "account",
        /// Line items of this Invoice
        line_item: Vec<InvoiceLineItem> = "lineItem",
        /// Components of Invoice total
        total_price_component: Vec<InvoiceLineItemPriceComponent> = "totalPriceComponent",
        /// Net total of this Invoice
        total_net: Option<Money> = "totalNet",
        /// Gross total of this Invoice
        total_gross: Option<Money> = "totalGross",
        /// Payment details
        payment_terms: Option<String> = "paymentTerms",
        /// Comments made about the invoice
        note: Vec<Annotation> = "note",
    }
}

element! {
    /// `Invoice.participant`: Participant in creation of this Invoice
    struct InvoiceParticipant {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// Type of involvement in creation of this Invoice
        role: Option<CodeableConcept> = "role",
        /// Individual who was involved
        actor: Option<Reference> = "actor",
    }
}

element! {
    /// `Invoice.lineItem`: Line items of this Invoice
    struct InvoiceLineItem {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// Sequence number of line item
        sequence: Option<i32> = "sequence",
        /// Reference to ChargeItem containing details of this line item or an inline billing code
        charge_item: Option<InvoiceLineItemChargeItem> =
              "chargeItemReference"
            | "chargeItemCodeableConcept",
        /// Components of total line item price
        price_component: Vec<InvoiceLineItemPriceComponent> = "priceComponent",
    }
}

element! {
    /// `Invoice.lineItem.priceComponent`: Components of total line item price
    struct InvoiceLineItemPriceComponent {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// base | surcharge | deduction | discount | tax | informational
        r#type: Option<String> = "type",
        /// Code identifying the specific component
        code: Option<CodeableConcept> = "code",
        /// Factor used for calculating this component
        factor: Option<Decimal> = "factor",
        /// Monetary amount associated with this component
        amount: Option<Money> = "amount",
    }
}

choice! {
    /// `Invoice.lineItem.chargeItem[x]`: Reference to ChargeItem containing details of this line
    /// item or an inline billing code
    enum InvoiceLineItemChargeItem {
        Reference(Reference) = "chargeItemReference",
        CodeableConcept(CodeableConcept) = "chargeItemCodeableConcept",
    }
}
