// Generated from the FHIR R4 definitions by `cargo xtask generate`. Do not edit.

use super::Resource;
use super::datatypes::{
    Address, CodeableConcept, ContactPoint, Extension, HumanName, Identifier, Meta, Narrative,
    Reference,
};

element! {
    /// `Organization`: A formally or informally recognized grouping of people or organizations
    /// formed for the purpose of achieving some form of collective action.
    struct Organization resource "Organization" {
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
        /// Identifies this organization across multiple systems
        identifier: Vec<Identifier> = "identifier",
        /// Whether the organization's record is still in active use
        active: Option<bool> = "active",
        /// Kind of organization
        r#type: Vec<CodeableConcept> = "type",
        /// Name used for the organization
        name: Option<String> = "name",
        /// A list of alternate names that the organization is known as, or was known as in the
        /// past
        alias: Vec<String> = "alias",
        /// A contact detail for the organization
        telecom: Vec<ContactPoint> = "telecom",
        /// An address for the organization
        address: Vec<Address> = "address",
        /// The organization of which this organization forms a part
        part_of: Option<Reference> = "partOf",
        /// Contact for the organization for a certain purpose
        contact: Vec<OrganizationContact> = "contact",
        /// Technical endpoints providing access to services operated for the organization
        endpoint: Vec<Reference> = "endpoint",
    }
}

element! {
    /// `Organization.contact`: Contact for the organization for a certain purpose
    struct OrganizationContact {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// The type of contact
        purpose: Option<CodeableConcept> = "purpose",
        /// A name associated with the contact
        name: Option<HumanName> = "name",
        /// Contact details (telephone, email, etc.) for a contact
        telecom: Vec<ContactPoint> = "telecom",
        /// Visiting or postal addresses for the contact
        address: Option<Address> = "address",
    }
}
