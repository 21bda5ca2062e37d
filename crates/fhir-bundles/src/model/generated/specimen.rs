// Generated from the FHIR R4 definitions by `cargo xtask generate`. Do not edit.

use super::super::DateTime;
use super::Resource;
use super::datatypes::{
    Annotation, CodeableConcept, Extension, Identifier, Meta, Narrative, Period, Quantity,
    Reference,
};

element! {
    /// `Specimen`: A sample to be used for analysis.
    struct Specimen resource "Specimen" {
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
        /// External Identifier
        identifier: Vec<Identifier> = "identifier",
        /// Identifier assigned by the lab
        accession_identifier: Option<Identifier> = "accessionIdentifier",
        /// available | unavailable | unsatisfactory | entered-in-error
        status: Option<String> = "status",
        /// Kind of material that forms the specimen
        r#type: Option<CodeableConcept> = "type",
        /// Where the specimen came from. This may be from patient(s), from a location (e.g., the
        /// source of an environmental sample), or a sampling of a substance or a device
        subject: Option<Reference> = "subject",
        /// The time when specimen was received for processing
        received_time: Option<DateTime> = "receivedTime",
        /// Specimen from which this specimen originated
        parent: Vec<Reference> = "parent",
        /// Why the specimen was collected
        request: Vec<Reference> = "request",
        /// Collection details
        collection: Option<SpecimenCollection> = "collection",
        /// Processing and processing step details
        processing: Vec<SpecimenProcessing> = "processing",
        /// Direct container of specimen (tube/slide, etc.)
        container: Vec<SpecimenContainer> = "container",
        /// State of the specimen
        condition: Vec<CodeableConcept> = "condition",
        /// Comments
        note: Vec<Annotation> = "note",
    }
}

element! {
    /// `Specimen.collection`: Collection details
    struct SpecimenCollection {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// Who collected the specimen
        collector: Option<Reference> = "collector",
        /// Collection time
        collected: Option<SpecimenCollectionCollected> = "collectedDateTime" | "collectedPeriod",
        /// How long it took to collect specimen
        duration: Option<Quantity> = "duration",
        /// The quantity of specimen collected
        quantity: Option<Quantity> = "quantity",
        /// Technique used to perform collection
        method: Option<CodeableConcept> = "method",
        /// Anatomical collection site
        body_site: Option<CodeableConcept> = "bodySite",
        /// Whether or how long patient abstained from food and/or drink
        fasting_status: Option<SpecimenCollectionFastingStatus> =
              "fastingStatusCodeableConcept"
            | "fastingStatusDuration",
    }
}

element! {
    /// `Specimen.processing`: Processing and processing step details
    struct SpecimenProcessing {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// Textual description of procedure
        description: Option<String> = "description",
        /// Indicates the treatment step applied to the specimen
        procedure: Option<CodeableConcept> = "procedure",
        /// Material used in the processing step
        additive: Vec<Reference> = "additive",
        /// Date and time of specimen processing
        time: Option<SpecimenProcessingTime> = "timeDateTime" | "timePeriod",
    }
}

element! {
    /// `Specimen.container`: Direct container of specimen (tube/slide, etc.)
    struct SpecimenContainer {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// Id for the container
        identifier: Vec<Identifier> = "identifier",
        /// Textual description of the container
        description: Option<String> = "description",
        /// Kind of container directly associated with specimen
        r#type: Option<CodeableConcept> = "type",
        /// Container volume or size
        capacity: Option<Quantity> = "capacity",
        /// Quantity of specimen within container
        specimen_quantity: Option<Quantity> = "specimenQuantity",
        /// Additive associated with container
        additive: Option<SpecimenContainerAdditive> =
              "additiveCodeableConcept"
            | "additiveReference",
    }
}

choice! {
    /// `Specimen.collection.collected[x]`: Collection time
    enum SpecimenCollectionCollected {
        DateTime(DateTime) = "collectedDateTime",
        Period(Period) = "collectedPeriod",
    }
}

choice! {
    /// `Specimen.collection.fastingStatus[x]`: Whether or how long patient abstained from food
    /// and/or drink
    enum SpecimenCollectionFastingStatus {
        CodeableConcept(CodeableConcept) = "fastingStatusCodeableConcept",
        Duration(Quantity) = "fastingStatusDuration",
    }
}

choice! {
    /// `Specimen.processing.time[x]`: Date and time of specimen processing
    enum SpecimenProcessingTime {
        DateTime(DateTime) = "timeDateTime",
        Period(Period) = "timePeriod",
    }
}

choice! {
    /// `Specimen.container.additive[x]`: Additive associated with container
    enum SpecimenContainerAdditive {
        CodeableConcept(CodeableConcept) = "additiveCodeableConcept",
        Reference(Reference) = "additiveReference",
    }
}
