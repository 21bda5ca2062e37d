// Generated from the FHIR R4 definitions by `cargo xtask generate`. Do not edit.

use super::super::{DateTime, Instant};
use super::Resource;
use super::datatypes::{
    CodeableConcept, Extension, Identifier, Meta, Narrative, Period, Reference,
};

element! {
    /// `Appointment`: A booking of a healthcare event among patient(s), practitioner(s), related
    /// person(s) and/or device(s) for a specific date/time.
    struct Appointment resource "Appointment" {
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
        /// External Ids for this item
        identifier: Vec<Identifier> = "identifier",
        /// proposed | pending | booked | arrived | fulfilled | cancelled | noshow |
        /// entered-in-error | checked-in | waitlist
        status: Option<String> = "status",
        /// The coded reason for the appointment being cancelled
        cancelation_reason: Option<CodeableConcept> = "cancelationReason",
        /// A broad categorization of the service that is to be performed during this appointment
        service_category: Vec<CodeableConcept> = "serviceCategory",
        /// The specific service that is to be performed during this appointment
        service_type: Vec<CodeableConcept> = "serviceType",
        /// The specialty of a practitioner that would be required to perform the service
        /// requested in this appointment
        specialty: Vec<CodeableConcept> = "specialty",
        /// The style of appointment or patient that has been booked in the slot (not service
        /// type)
        appointment_type: Option<CodeableConcept> = "appointmentType",
        /// Coded reason this appointment is scheduled
        reason_code: Vec<CodeableConcept> = "reasonCode",
        /// Reason the appointment is to take place (resource)
        reason_reference: Vec<Reference> = "reasonReference",
        /// Used to make informed decisions if needing to re-prioritize
        priority: Option<i32> = "priority",
        /// Shown on a subject line in a meeting request, or appointment list
        description: Option<String> = "description",
        /// Additional information to support the appointment
        supporting_information: Vec<Reference> = "supportingInformation",
        /// When appointment is to take place
        start: Option<Instant> = "start",
        /// When appointment is to conclude
        end: Option<Instant> = "end",
        /// Can be less than start/end (e.g. estimate)
        minutes_duration: Option<i32> = "minutesDuration",
        /// The slots that this appointment is filling
        slot: Vec<Reference> = "slot",
        /// The date that this appointment was initially created
        created: Option<DateTime> = "created",
        /// Additional comments
        comment: Option<String> = "comment",
        /// Detailed information and instructions for the patient
        patient_instruction: Option<String> = "patientInstruction",
        /// The service request this appointment is allocated to assess
        based_on: Vec<Reference> = "basedOn",
        /// Participants involved in appointment
        participant: Vec<AppointmentParticipant> = "participant",
        /// Potential date/time interval(s) requested to allocate the appointment within
        requested_period: Vec<Period> = "requestedPeriod",
    }
}

element! {
    /// `Appointment.participant`: Participants involved in appointment
    struct AppointmentParticipant {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// Role of participant in the appointment
        r#type: Vec<CodeableConcept> = "type",
        /// Person, Location/HealthcareService or Device
        actor: Option<Reference> = "actor",
        /// required | optional | information-only
        required: Option<String> = "required",
        /// accepted | declined | tentative | needs-action
        status: Option<String> = "status",
        /// Participation period of the actor
        period: Option<Period> = "period",
    }
}
