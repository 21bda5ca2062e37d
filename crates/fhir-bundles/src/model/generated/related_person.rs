// Generated from the FHIR R4 definitions by `cargo xtask generate`. Do not edit.

use super::super::Date;
use super::Resource;
use super::datatypes::{
    Address, Attachment, CodeableConcept, ContactPoint, Extension, HumanName, Identifier, Meta,
    Narrative, Period, Reference,
};

element! {
    /// `RelatedPerson`: Information about a person that is involved in the care for a patient,
    /// but who is not the target of healthcare, nor has a formal responsibility in the care
    /// process.
    struct RelatedPerson resource "RelatedPerson" {
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
        /// A human identifier for this person
        identifier: Vec<Identifier> = "identifier",
        /// Whether this related person's record is in active use
        active: Option<bool> = "active",
        /// The patient this person is related to
        patient: Option<Reference> = "patient",
        /// The nature of the relationship
        relationship: Vec<CodeableConcept> = "relationship",
        /// A name associated with the person
        name: Vec<HumanName> = "name",
        /// A contact detail for the person
        telecom: Vec<ContactPoint> = "telecom",
        /// male | female | other | unknown
        gender: Option<String> = "gender",
        /// The date on which the related person was born
        birth_date: Option<Date> = "birthDate",
        /// Address where the related person can be contacted or visited
        address: Vec<Address> = "address",
        /// Image of the person
        photo: Vec<Attachment> = "photo",
        /// Period of time that this relationship is considered valid
        period: Option<Period> = "period",
        /// A language which may be used to communicate with about the patient's health
        communication: Vec<RelatedPersonCommunication> = "communication",
    }
}

element! {
    /// `RelatedPerson.communication`: A language which may be used to communicate with about the
    /// patient's health
    struct RelatedPersonCommunication {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// The language which can be used to communicate with the patient about his or her health
        language: Option<CodeableConcept> = "language",
        /// Language preference indicator
        preferred: Option<bool> = "preferred",
    }
}
