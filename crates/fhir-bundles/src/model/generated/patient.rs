// Generated from the FHIR R4 definitions by `cargo xtask generate`. Do not edit.

use super::super::{Date, DateTime};
use super::Resource;
use super::datatypes::{
    Address, Attachment, CodeableConcept, ContactPoint, Extension, HumanName, Identifier, Meta,
    Narrative, Period, Reference,
};

element! {
    /// `Patient`: Demographics and other administrative information about an individual or animal
    /// receiving care or other health-related services.
    struct Patient resource "Patient" {
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
        /// An identifier for this patient
        identifier: Vec<Identifier> = "identifier",
        /// Whether this patient's record is in active use
        active: Option<bool> = "active",
        /// A name associated with the patient
        name: Vec<HumanName> = "name",
        /// A contact detail for the individual
        telecom: Vec<ContactPoint> = "telecom",
        /// male | female | other | unknown
        gender: Option<String> = "gender",
        /// The date of birth for the individual
        birth_date: Option<Date> = "birthDate",
        /// Indicates if the individual is deceased or not
        deceased: Option<PatientDeceased> = "deceasedBoolean" | "deceasedDateTime",
        /// An address for the individual
        address: Vec<Address> = "address",
        /// Marital (civil) status of a patient
        marital_status: Option<CodeableConcept> = "maritalStatus",
        /// Whether patient is part of a multiple birth
        multiple_birth: Option<PatientMultipleBirth> =
              "multipleBirthBoolean"
            | "multipleBirthInteger",
        /// Image of the patient
        photo: Vec<Attachment> = "photo",
        /// A contact party (e.g. guardian, partner, friend) for the patient
        contact: Vec<PatientContact> = "contact",
        /// A language which may be used to communicate with the patient about his or her health
        communication: Vec<PatientCommunication> = "communication",
        /// Patient's nominated primary care provider
        general_practitioner: Vec<Reference> = "generalPractitioner",
        /// Organization that is the custodian of the patient record
        managing_organization: Option<Reference> = "managingOrganization",
        /// Link to another patient resource that concerns the same actual person
        link: Vec<PatientLink> = "link",
    }
}

element! {
    /// `Patient.contact`: A contact party (e.g. guardian, partner, friend) for the patient
    struct PatientContact {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// The kind of relationship
        relationship: Vec<CodeableConcept> = "relationship",
        /// A name associated with the contact person
        name: Option<HumanName> = "name",
        /// A contact detail for the person
        telecom: Vec<ContactPoint> = "telecom",
        /// Address for the contact person
        address: Option<Address> = "address",
        /// male | female | other | unknown
        gender: Option<String> = "gender",
        /// Organization that is associated with the contact
        organization: Option<Reference> = "organization",
        /// The period during which this contact person or organization is valid to be contacted
        /// relating to this patient
        period: Option<Period> = "period",
    }
}

element! {
    /// `Patient.communication`: A language which may be used to communicate with the patient
    /// about his or her health
    struct PatientCommunication {
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

element! {
    /// `Patient.link`: Link to another patient resource that concerns the same actual person
    struct PatientLink {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// The other patient or related person resource that the link refers to
        other: Option<Reference> = "other",
        /// replaced-by | replaces | refer | seealso
        r#type: Option<String> = "type",
    }
}

choice! {
    /// `Patient.deceased[x]`: Indicates if the individual is deceased or not
    enum PatientDeceased {
        Boolean(bool) = "deceasedBoolean",
        DateTime(DateTime) = "deceasedDateTime",
    }
}

choice! {
    /// `Patient.multipleBirth[x]`: Whether patient is part of a multiple birth
    enum PatientMultipleBirth {
        Boolean(bool) = "multipleBirthBoolean",
        Integer(i32) = "multipleBirthInteger",
    }
}
