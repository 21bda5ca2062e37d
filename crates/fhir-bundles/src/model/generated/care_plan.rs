// Generated from the FHIR R4 definitions by `cargo xtask generate`. Do not edit.

use super::super::DateTime;
use super::Resource;
use super::datatypes::{
    Annotation, CodeableConcept, Extension, Identifier, Meta, Narrative, Period, Quantity,
    Reference, Timing,
};

element! {
    /// `CarePlan`: Describes the intention of how one or more practitioners intend to deliver
    /// care for a particular patient, group or community for a period of time, possibly limited
    /// to care for a specific condition or set of conditions.
    struct CarePlan resource "CarePlan" {
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
        /// External Ids for this plan
        identifier: Vec<Identifier> = "identifier",
        /// Instantiates FHIR protocol or definition
        instantiates_canonical: Vec<String> = "instantiatesCanonical",
        /// Instantiates external protocol or definition
        instantiates_uri: Vec<String> = "instantiatesUri",
        /// Fulfills CarePlan
        based_on: Vec<Reference> = "basedOn",
        /// CarePlan replaced by this CarePlan
        replaces: Vec<Reference> = "replaces",
        /// Part of referenced CarePlan
        part_of: Vec<Reference> = "partOf",
        /// draft | active | on-hold | revoked | completed | entered-in-error | unknown
        status: Option<String> = "status",
        /// proposal | plan | order | option
        intent: Option<String> = "intent",
        /// Type of plan
        category: Vec<CodeableConcept> = "category",
        /// Human-friendly name for the care plan
        title: Option<String> = "title",
        /// Summary of nature of plan
        description: Option<String> = "description",
        /// Who the care plan is for
        subject: Option<Reference> = "subject",
        /// Encounter created as part of
        encounter: Option<Reference> = "encounter",
        /// Time period plan covers
        period: Option<Period> = "period",
        /// Date record was first recorded
        created: Option<DateTime> = "created",
        /// Who is the designated responsible party
        author: Option<Reference> = "author",
        /// Who provided the content of the care plan
        contributor: Vec<Reference> = "contributor",
        /// Who's involved in plan?
        care_team: Vec<Reference> = "careTeam",
        /// Health issues this plan addresses
        addresses: Vec<Reference> = "addresses",
        /// Information considered as part of plan
        supporting_info: Vec<Reference> = "supportingInfo",
        /// Desired outcome of plan
        goal: Vec<Reference> = "goal",
        /// Action to occur as part of plan
        activity: Vec<CarePlanActivity> = "activity",
        /// Comments about the plan
        note: Vec<Annotation> = "note",
    }
}

element! {
    /// `CarePlan.activity`: Action to occur as part of plan
    struct CarePlanActivity {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// Results of the activity
        outcome_codeable_concept: Vec<CodeableConcept> = "outcomeCodeableConcept",
        /// Appointment, Encounter, Procedure, etc.
        outcome_reference: Vec<Reference> = "outcomeReference",
        /// Comments about the activity status/progress
        progress: Vec<Annotation> = "progress",
        /// Activity details defined in specific resource
        reference: Option<Reference> = "reference",
        /// In-line definition of activity
        detail: Option<CarePlanActivityDetail> = "detail",
    }
}

element! {
    /// `CarePlan.activity.detail`: In-line definition of activity
    struct CarePlanActivityDetail {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// Appointment | CommunicationRequest | DeviceRequest | MedicationRequest |
        /// NutritionOrder | Task | ServiceRequest | VisionPrescription
        kind: Option<String> = "kind",
        /// Instantiates FHIR protocol or definition
        instantiates_canonical: Vec<String> = "instantiatesCanonical",
        /// Instantiates external protocol or definition
        instantiates_uri: Vec<String> = "instantiatesUri",
        /// Detail type of activity
        code: Option<CodeableConcept> = "code",
        /// Why activity should be done or why activity was prohibited
        reason_code: Vec<CodeableConcept> = "reasonCode",
        /// Why activity is needed
        reason_reference: Vec<Reference> = "reasonReference",
        /// Goals this activity relates to
        goal: Vec<Reference> = "goal",
        /// not-started | scheduled | in-progress | on-hold | completed | cancelled | stopped |
        /// unknown | entered-in-error
        status: Option<String> = "status",
        /// Reason for current status
        status_reason: Option<CodeableConcept> = "statusReason",
        /// If true, activity is prohibiting action
        do_not_perform: Option<bool> = "doNotPerform",
        /// When activity is to occur
        scheduled: Option<CarePlanActivityDetailScheduled> =
              "scheduledTiming"
            | "scheduledPeriod"
            | "scheduledString",
        /// Where it should happen
        location: Option<Reference> = "location",
        /// Who will be responsible?
        performer: Vec<Reference> = "performer",
        /// What is to be administered/supplied
        product: Option<CarePlanActivityDetailProduct> =
              "productCodeableConcept"
            | "productReference",
        /// How to consume/day?
        daily_amount: Option<Quantity> = "dailyAmount",
        /// How much to administer/supply/consume
        quantity: Option<Quantity> = "quantity",
        /// Extra info describing activity to perform
        description: Option<String> = "description",
    }
}

choice! {
    /// `CarePlan.activity.detail.scheduled[x]`: When activity is to occur
    enum CarePlanActivityDetailScheduled {
        Timing(Timing) = "scheduledTiming",
        Period(Period) = "scheduledPeriod",
        String(String) = "scheduledString",
    }
}

choice! {
    /// `CarePlan.activity.detail.product[x]`: What is to be administered/supplied
    enum CarePlanActivityDetailProduct {
        CodeableConcept(CodeableConcept) = "productCodeableConcept",
        Reference(Reference) = "productReference",
    }
}
