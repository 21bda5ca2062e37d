// Generated from the FHIR R4 definitions by `cargo xtask generate`. Do not edit.

use super::super::DateTime;
use super::Resource;
use super::datatypes::{
    Annotation, CodeableConcept, ContactPoint, Extension, Identifier, Meta, Narrative, Quantity,
    Reference,
};

element! {
    /// `Device`: A type of a manufactured item that is used in the provision of healthcare
    /// without being substantially changed through that activity.
    struct Device resource "Device" {
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
        /// Instance identifier
        identifier: Vec<Identifier> = "identifier",
        /// The reference to the definition for the device
        definition: Option<Reference> = "definition",
        /// Unique Device Identifier (UDI) Barcode string
        udi_carrier: Vec<DeviceUdiCarrier> = "udiCarrier",
        /// active | inactive | entered-in-error | unknown
        status: Option<String> = "status",
        /// online | paused | standby | offline | not-ready | transduc-discon | hw-discon | off
        status_reason: Vec<CodeableConcept> = "statusReason",
        /// The distinct identification string
        distinct_identifier: Option<String> = "distinctIdentifier",
        /// Name of device manufacturer
        manufacturer: Option<String> = "manufacturer",
        /// Date when the device was made
        manufacture_date: Option<DateTime> = "manufactureDate",
        /// Date and time of expiry of this device (if applicable)
        expiration_date: Option<DateTime> = "expirationDate",
        /// Lot number of manufacture
        lot_number: Option<String> = "lotNumber",
        /// Serial number assigned by the manufacturer
        serial_number: Option<String> = "serialNumber",
        /// The name of the device as given by the manufacturer
        device_name: Vec<DeviceDeviceName> = "deviceName",
        /// The model number for the device
        model_number: Option<String> = "modelNumber",
        /// The part number of the device
        part_number: Option<String> = "partNumber",
        /// The kind or type of device
        r#type: Option<CodeableConcept> = "type",
        /// The capabilities supported on a device, the standards to which the device conforms for
        /// a particular purpose, and used for the communication
        specialization: Vec<DeviceSpecialization> = "specialization",
        /// The actual design of the device or software version running on the device
        version: Vec<DeviceVersion> = "version",
        /// The actual configuration settings of a device as it actually operates, e.g.,
        /// regulation status, time properties
        property: Vec<DeviceProperty> = "property",
        /// Patient to whom Device is affixed
        patient: Option<Reference> = "patient",
        /// Organization responsible for device
        owner: Option<Reference> = "owner",
        /// Details for human/organization for support
        contact: Vec<ContactPoint> = "contact",
        /// Where the device is found
        location: Option<Reference> = "location",
        /// Network address to contact device
        url: Option<String> = "url",
        /// Device notes and comments
        note: Vec<Annotation> = "note",
        /// Safety Characteristics of Device
        safety: Vec<CodeableConcept> = "safety",
        /// The parent device
        parent: Option<Reference> = "parent",
    }
}

element! {
    /// `Device.udiCarrier`: Unique Device Identifier (UDI) Barcode string
    struct DeviceUdiCarrier {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// Mandatory fixed portion of UDI
        device_identifier: Option<String> = "deviceIdentifier",
        /// UDI Issuing Organization
        issuer: Option<String> = "issuer",
        /// Regional UDI authority
        jurisdiction: Option<String> = "jurisdiction",
        /// UDI Machine Readable Barcode String
        carrier_a_i_d_c: Option<String> = "carrierAIDC",
        /// UDI Human Readable Barcode String
        carrier_h_r_f: Option<String> = "carrierHRF",
        /// barcode | rfid | manual +
        entry_type: Option<String> = "entryType",
    }
}

element! {
    /// `Device.deviceName`: The name of the device as given by the manufacturer
    struct DeviceDeviceName {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// The name of the device
        name: Option<String> = "name",
        /// udi-label-name | user-friendly-name | patient-reported-name | manufacturer-name |
        /// model-name | other
        r#type: Option<String> = "type",
    }
}

element! {
    /// `Device.specialization`: The capabilities supported on a device, the standards to which
    /// the device conforms for a particular purpose, and used for the communication
    struct DeviceSpecialization {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// The standard that is used to operate and communicate
        system_type: Option<CodeableConcept> = "systemType",
        /// The version of the standard that is used to operate and communicate
        version: Option<String> = "version",
    }
}

element! {
    /// `Device.version`: The actual design of the device or software version running on the
    /// device
    struct DeviceVersion {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// The type of the device version
        r#type: Option<CodeableConcept> = "type",
        /// A single component of the device version
        component: Option<Identifier> = "component",
        /// The version text
        value: Option<String> = "value",
    }
}

element! {
    /// `Device.property`: The actual configuration settings of a device as it actually operates,
    /// e.g., regulation status, time properties
    struct DeviceProperty {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// Code that specifies the property DeviceDefinitionPropetyCode (Extensible)
        r#type: Option<CodeableConcept> = "type",
        /// Property value as a quantity
        value_quantity: Vec<Quantity> = "valueQuantity",
        /// Property value as a code, e.g., NTP4 (synced to NTP)
        value_code: Vec<CodeableConcept> = "valueCode",
    }
}
