// Generated from the FHIR R4 definitions by `cargo xtask generate`. Do not edit.

use super::Resource;
use super::datatypes::{
    CodeableConcept, Coding, Extension, Identifier, Meta, Narrative, Period, Quantity, Reference,
};

element! {
    /// `Encounter`: An interaction between a patient and healthcare provider(s) for the purpose
    /// of providing healthcare service(s) or assessing the health status of a patient.
    struct Encounter resource "Encounter" {
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
        /// Identifier(s) by which this encounter is known
        identifier: Vec<Identifier> = "identifier",
        /// planned | arrived | triaged | in-progress | onleave | finished | cancelled +
        status: Option<String> = "status",
        /// List of past encounter statuses
        status_history: Vec<EncounterStatusHistory> = "statusHistory",
        /// Classification of patient encounter
        class: Option<Coding> = "class",
        /// List of past encounter classes
        class_history: Vec<EncounterClassHistory> = "classHistory",
        /// Specific type of encounter
        r#type: Vec<CodeableConcept> = "type",
        /// Specific type of service
        service_type: Option<CodeableConcept> = "serviceType",
        /// Indicates the urgency of the encounter
        priority: Option<CodeableConcept> = "priority",
        /// The patient or group present at the encounter
        subject: Option<Reference> = "subject",
        /// Episode(s) of care that this encounter should be recorded against
        episode_of_care: Vec<Reference> = "episodeOfCare",
        /// The ServiceRequest that initiated this encounter
        based_on: Vec<Reference> = "basedOn",
        /// List of participants involved in the encounter
        participant: Vec<EncounterParticipant> = "participant",
        /// The appointment that scheduled this encounter
        appointment: Vec<Reference> = "appointment",
        /// The start and end time of the encounter
        period: Option<Period> = "period",
        /// Quantity of time the encounter lasted (less time absent)
        length: Option<Quantity> = "length",
        /// Coded reason the encounter takes place
        reason_code: Vec<CodeableConcept> = "reasonCode",
        /// Reason the encounter takes place (reference)
        reason_reference: Vec<Reference> = "reasonReference",
        /// The list of diagnosis relevant to this encounter
        diagnosis: Vec<EncounterDiagnosis> = "diagnosis",
        /// The set of accounts that may be used for billing for this Encounter
        account: Vec<Reference> = "account",
        /// Details about the admission to a healthcare service
        hospitalization: Option<EncounterHospitalization> = "hospitalization",
        /// List of locations where the patient has been
        location: Vec<EncounterLocation> = "location",
        /// The organization (facility) responsible for this encounter
        service_provider: Option<Reference> = "serviceProvider",
        /// Another Encounter this encounter is part of
        part_of: Option<Reference> = "partOf",
    }
}

element! {
    /// `Encounter.statusHistory`: List of past encounter statuses
    struct EncounterStatusHistory {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// planned | arrived | triaged | in-progress | onleave | finished | cancelled +
        status: Option<String> = "status",
        /// The time that the episode was in the specified status
        period: Option<Period> = "period",
    }
}

element! {
    /// `Encounter.classHistory`: List of past encounter classes
    struct EncounterClassHistory {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// inpatient | outpatient | ambulatory | emergency +
        class: Option<Coding> = "class",
        /// The time that the episode was in the specified class
        period: Option<Period> = "period",
    }
}

element! {
    /// `Encounter.participant`: List of participants involved in the encounter
    struct EncounterParticipant {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// Role of participant in encounter
        r#type: Vec<CodeableConcept> = "type",
        /// Period of time during the encounter that the participant participated
        period: Option<Period> = "period",
        /// Persons involved in the encounter other than the patient
        individual: Option<Reference> = "individual",
    }
}

element! {
    /// `Encounter.diagnosis`: The list of diagnosis relevant to this encounter
    struct EncounterDiagnosis {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// The diagnosis or procedure relevant to the encounter
        condition: Option<Reference> = "condition",
        /// Role that this diagnosis has within the encounter (e.g. admission, billing, discharge
        /// …)
        r#use: Option<CodeableConcept> = "use",
        /// Ranking of the diagnosis (for each role type)
        rank: Option<i32> = "rank",
    }
}

element! {
    /// `Encounter.hospitalization`: Details about the admission to a healthcare service
    struct EncounterHospitalization {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// Pre-admission identifier
        pre_admission_identifier: Option<Identifier> = "preAdmissionIdentifier",
        /// The location/organization from which the patient came before admission
        origin: Option<Reference> = "origin",
        /// From where patient was admitted (physician referral, transfer)
        admit_source: Option<CodeableConcept> = "admitSource",
        /// The type of hospital re-admission that has occurred (if any). If the value is absent,
        /// then this is not identified as a readmission
        re_admission: Option<CodeableConcept> = "reAdmission",
        /// Diet preferences reported by the patient
        diet_preference: Vec<CodeableConcept> = "dietPreference",
        /// Special courtesies (VIP, board member)
        special_courtesy: Vec<CodeableConcept> = "specialCourtesy",
        /// Wheelchair, translator, stretcher, etc.
        special_arrangement: Vec<CodeableConcept> = "specialArrangement",
        /// Location/organization to which the patient is discharged
        destination: Option<Reference> = "destination",
        /// Category or kind of location after discharge
        discharge_disposition: Option<CodeableConcept> = "dischargeDisposition",
    }
}

element! {
    /// `Encounter.location`: List of locations where the patient has been
    struct EncounterLocation {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// Location the encounter takes place
        location: Option<Reference> = "location",
        /// planned | active | reserved | completed
        status: Option<String> = "status",
        /// The physical type of the location (usually the level in the location hierachy - bed
        /// room ward etc.)
        physical_type: Option<CodeableConcept> = "physicalType",
        /// Time period during which the patient was present at the location
        period: Option<Period> = "period",
    }
}
