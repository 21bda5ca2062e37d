// Generated from the FHIR R4 definitions by `cargo xtask generate`. Do not edit.

mod allergy_intolerance;
mod appointment;
mod binary;
mod bundle;
mod care_plan;
mod charge_item;
mod composition;
mod condition;
mod datatypes;
mod device;
mod diagnostic_report;
mod document_reference;
mod encounter;
mod family_member_history;
mod imaging_study;
mod immunization;
mod immunization_recommendation;
mod invoice;
mod location;
mod media;
mod medication;
mod medication_request;
mod medication_statement;
mod observation;
mod organization;
mod patient;
mod practitioner;
mod practitioner_role;
mod procedure;
mod related_person;
mod service_request;
mod specimen;
mod task;

pub use self::allergy_intolerance::*;
pub use self::appointment::*;
pub use self::binary::*;
pub use self::bundle::*;
pub use self::care_plan::*;
pub use self::charge_item::*;
pub use self::composition::*;
pub use self::condition::*;
pub use self::datatypes::*;
pub use self::device::*;
pub use self::diagnostic_report::*;
pub use self::document_reference::*;
pub use self::encounter::*;
pub use self::family_member_history::*;
pub use self::imaging_study::*;
pub use self::immunization::*;
pub use self::immunization_recommendation::*;
pub use self::invoice::*;
pub use self::location::*;
pub use self::media::*;
pub use self::medication::*;
pub use self::medication_request::*;
pub use self::medication_statement::*;
pub use self::observation::*;
pub use self::organization::*;
pub use self::patient::*;
pub use self::practitioner::*;
pub use self::practitioner_role::*;
pub use self::procedure::*;
pub use self::related_person::*;
pub use self::service_request::*;
pub use self::specimen::*;
pub use self::task::*;

super::resource::resources! {
    AllergyIntolerance,
    Appointment,
    Binary,
    Bundle,
    CarePlan,
    ChargeItem,
    Composition,
    Condition,
    Device,
    DiagnosticReport,
    DocumentReference,
    Encounter,
    FamilyMemberHistory,
    ImagingStudy,
    Immunization,
    ImmunizationRecommendation,
    Invoice,
    Location,
    Media,
    Medication,
    MedicationRequest,
    MedicationStatement,
    Observation,
    Organization,
    Patient,
    Practitioner,
    PractitionerRole,
    Procedure,
    RelatedPerson,
    ServiceRequest,
    Specimen,
    Task,
}
