// Generated from the FHIR R4 definitions by `cargo xtask generate`. Do not edit.

use super::super::Date;
use super::Resource;
use super::datatypes::{
    Address, Attachment, CodeableConcept, ContactPoint, Extension, HumanName, Identifier, Meta,
    Narrative, Period, Reference,
};

element! {
    /// `Practitioner`: A person who is directly or indirectly involved in the provisioning of
    /// healthcare.
    struct Practitioner resource "Practitioner" {
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
        /// An identifier for the person as this agent
        identifier: Vec<Identifier> = "identifier",
        /// Whether this practitioner's record is in active use
        active: Option<bool> = "active",
        /// The name(s) associated with the practitioner
        name: Vec<HumanName> = "name",
        /// A contact detail for the practitioner (that apply to all roles)
        telecom: Vec<ContactPoint> = "telecom",
        /// Address(es) of the practitioner that are not role specific (typically home address)
        address: Vec<Address> = "address",
        /// male | female | other | unknown
        gender: Option<String> = "gender",
        /// The date on which the practitioner was born
        birth_date: Option<Date> = "birthDate",
        /// Image of the person
        photo: Vec<Attachment> = "photo",
        /// Certification, licenses, or training pertaining to the provision of care
        qualification: Vec<PractitionerQualification> = "qualification",
        /// A language the practitioner can use in patient communication
        communication: Vec<CodeableConcept> = "communication",
    }
}

element! {
    /// `Practitioner.qualification`: Certification, licenses, or training pertaining to the
    /// provision of care
    struct PractitionerQualification {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// An identifier for this qualification for the practitioner
        identifier: Vec<Identifier> = "identifier",
        /// Coded representation of the qualification
        code: Option<CodeableConcept> = "code",
        /// Period during which the qualification is valid
        period: Option<Period> = "period",
        /// Organization that regulates and issues the qualification
        issuer: Option<Reference> = "issuer",
    }
}
