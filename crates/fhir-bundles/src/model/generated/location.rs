// Generated from the FHIR R4 definitions by `cargo xtask generate`. Do not edit.

use super::super::Decimal;
use super::Resource;
use super::datatypes::{
    Address, CodeableConcept, Coding, ContactPoint, Extension, Identifier, Meta, Narrative,
    Reference,
};

element! {
    /// `Location`: Details and position information for a physical place where services are
    /// provided and resources and participants may be stored, found, contained, or accommodated.
    struct Location resource "Location" {
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
        /// Unique code or number identifying the location to its users
        identifier: Vec<Identifier> = "identifier",
        /// active | suspended | inactive
        status: Option<String> = "status",
        /// The operational status of the location (typically only for a bed/room)
        operational_status: Option<Coding> = "operationalStatus",
        /// Name of the location as used by humans
        name: Option<String> = "name",
        /// A list of alternate names that the location is known as, or was known as, in the past
        alias: Vec<String> = "alias",
        /// Additional details about the location that could be displayed as further information
        /// to identify the location beyond its name
        description: Option<String> = "description",
        /// instance | kind
        mode: Option<String> = "mode",
        /// Type of function performed
        r#type: Vec<CodeableConcept> = "type",
        /// Contact details of the location
        telecom: Vec<ContactPoint> = "telecom",
        /// Physical location
        address: Option<Address> = "address",
        /// Physical form of the location
        physical_type: Option<CodeableConcept> = "physicalType",
        /// The absolute geographic location
        position: Option<LocationPosition> = "position",
        /// Organization responsible for provisioning and upkeep
        managing_organization: Option<Reference> = "managingOrganization",
        /// Another Location this one is physically a part of
        part_of: Option<Reference> = "partOf",
        /// What days/times during a week is this location usually open
        hours_of_operation: Vec<LocationHoursOfOperation> = "hoursOfOperation",
        /// Description of availability exceptions
        availability_exceptions: Option<String> = "availabilityExceptions",
        /// Technical endpoints providing access to services operated for the location
        endpoint: Vec<Reference> = "endpoint",
    }
}

element! {
    /// `Location.position`: The absolute geographic location
    struct LocationPosition {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// Longitude with WGS84 datum
        longitude: Option<Decimal> = "longitude",
        /// Latitude with WGS84 datum
        latitude: Option<Decimal> = "latitude",
        /// Altitude with WGS84 datum
        altitude: Option<Decimal> = "altitude",
    }
}

element! {
    /// `Location.hoursOfOperation`: What days/times during a week is this location usually open
    struct LocationHoursOfOperation {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// mon | tue | wed | thu | fri | sat | sun
        days_of_week: Vec<String> = "daysOfWeek",
        /// The Location is open all day
        all_day: Option<bool> = "allDay",
        /// Time that the Location opens
        opening_time: Option<String> = "openingTime",
        /// Time that the Location closes
        closing_time: Option<String> = "closingTime",
    }
}
