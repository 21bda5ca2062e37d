// Generated from the FHIR R4 definitions by `cargo xtask generate`. Do not edit.

use super::Resource;
use super::datatypes::{
    CodeableConcept, ContactPoint, Extension, Identifier, Meta, Narrative, Period, Reference,
};

element! {
    /// `PractitionerRole`: A specific set of Roles/Locations/specialties/services that a
    /// practitioner may perform at an organization for a period of time.
    struct PractitionerRole resource "PractitionerRole" {
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
        /// Business Identifiers that are specific to a role/location
        identifier: Vec<Identifier> = "identifier",
        /// Whether this practitioner role record is in active use
        active: Option<bool> = "active",
        /// The period during which the practitioner is authorized to perform in these role(s)
        period: Option<Period> = "period",
        /// Practitioner that is able to provide the defined services for the organization
        practitioner: Option<Reference> = "practitioner",
        /// Organization where the roles are available
        organization: Option<Reference> = "organization",
        /// Roles which this practitioner may perform
        code: Vec<CodeableConcept> = "code",
        /// Specific specialty of the practitioner
        specialty: Vec<CodeableConcept> = "specialty",
        /// The location(s) at which this practitioner provides care
        location: Vec<Reference> = "location",
        /// The list of healthcare services that this worker provides for this role's
        /// Organization/Location(s)
        healthcare_service: Vec<Reference> = "healthcareService",
        /// Contact details that are specific to the role/location/service
        telecom: Vec<ContactPoint> = "telecom",
        /// Times the Service Site is available
        available_time: Vec<PractitionerRoleAvailableTime> = "availableTime",
        /// Not available during this time due to provided reason
        not_available: Vec<PractitionerRoleNotAvailable> = "notAvailable",
        /// Description of availability exceptions
        availability_exceptions: Option<String> = "availabilityExceptions",
        /// Technical endpoints providing access to services operated for the practitioner with
        /// this role
        endpoint: Vec<Reference> = "endpoint",
    }
}

element! {
    /// `PractitionerRole.availableTime`: Times the Service Site is available
    struct PractitionerRoleAvailableTime {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// mon | tue | wed | thu | fri | sat | sun
        days_of_week: Vec<String> = "daysOfWeek",
        /// Always available? e.g. 24 hour service
        all_day: Option<bool> = "allDay",
        /// Opening time of day (ignored if allDay = true)
        available_start_time: Option<String> = "availableStartTime",
        /// Closing time of day (ignored if allDay = true)
        available_end_time: Option<String> = "availableEndTime",
    }
}

element! {
    /// `PractitionerRole.notAvailable`: Not available during this time due to provided reason
    struct PractitionerRoleNotAvailable {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// Reason presented to the user explaining why time not available
        description: Option<String> = "description",
        /// Service not available from this date
        during: Option<Period> = "during",
    }
}
