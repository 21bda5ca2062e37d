// Generated from the FHIR R4 definitions by `cargo xtask generate`. Do not edit.

use super::super::DateTime;
use super::Resource;
use super::datatypes::{
    Annotation, CodeableConcept, Coding, Extension, Identifier, Meta, Narrative, Reference,
};

element! {
    /// `ImagingStudy`: Representation of the content produced in a DICOM imaging study.
    struct ImagingStudy resource "ImagingStudy" {
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
        /// Identifiers for the whole study
        identifier: Vec<Identifier> = "identifier",
        /// registered | available | cancelled | entered-in-error | unknown
        status: Option<String> = "status",
        /// All series modality if actual acquisition modalities
        modality: Vec<Coding> = "modality",
        /// Who or what is the subject of the study
        subject: Option<Reference> = "subject",
        /// Encounter with which this imaging study is associated
        encounter: Option<Reference> = "encounter",
        /// When the study was started
        started: Option<DateTime> = "started",
        /// Request fulfilled
        based_on: Vec<Reference> = "basedOn",
        /// Referring physician
        referrer: Option<Reference> = "referrer",
        /// Who interpreted images
        interpreter: Vec<Reference> = "interpreter",
        /// Study access endpoint
        endpoint: Vec<Reference> = "endpoint",
        /// Number of Study Related Series
        number_of_series: Option<i32> = "numberOfSeries",
        /// Number of Study Related Instances
        number_of_instances: Option<i32> = "numberOfInstances",
        /// The performed Procedure reference
        procedure_reference: Option<Reference> = "procedureReference",
        /// The performed procedure code
        procedure_code: Vec<CodeableConcept> = "procedureCode",
        /// Where ImagingStudy occurred
        location: Option<Reference> = "location",
        /// Why the study was requested
        reason_code: Vec<CodeableConcept> = "reasonCode",
        /// Why was study performed
        reason_reference: Vec<Reference> = "reasonReference",
        /// User-defined comments
        note: Vec<Annotation> = "note",
        /// Institution-generated description
        description: Option<String> = "description",
        /// Each study has one or more series of instances
        series: Vec<ImagingStudySeries> = "series",
    }
}

element! {
    /// `ImagingStudy.series`: Each study has one or more series of instances
    struct ImagingStudySeries {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// DICOM Series Instance UID for the series
        uid: Option<String> = "uid",
        /// Numeric identifier of this series
        number: Option<i32> = "number",
        /// The modality of the instances in the series
        modality: Option<Coding> = "modality",
        /// A short human readable summary of the series
        description: Option<String> = "description",
        /// Number of Series Related Instances
        number_of_instances: Option<i32> = "numberOfInstances",
        /// Series access endpoint
        endpoint: Vec<Reference> = "endpoint",
        /// Body part examined
        body_site: Option<Coding> = "bodySite",
        /// Body part laterality
        laterality: Option<Coding> = "laterality",
        /// Specimen imaged
        specimen: Vec<Reference> = "specimen",
        /// When the series started
        started: Option<DateTime> = "started",
        /// Who performed the series
        performer: Vec<ImagingStudySeriesPerformer> = "performer",
        /// A single SOP instance from the series
        instance: Vec<ImagingStudySeriesInstance> = "instance",
    }
}

element! {
    /// `ImagingStudy.series.performer`: Who performed the series
    struct ImagingStudySeriesPerformer {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// Type of performance
        function: Option<CodeableConcept> = "function",
        /// Who performed the series
        actor: Option<Reference> = "actor",
    }
}

element! {
    /// `ImagingStudy.series.instance`: A single SOP instance from the series
    struct ImagingStudySeriesInstance {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// DICOM SOP Instance UID
        uid: Option<String> = "uid",
        /// DICOM class type
        sop_class: Option<Coding> = "sopClass",
        /// The number of this instance in the series
        number: Option<i32> = "number",
        /// Description of instance
        title: Option<String> = "title",
    }
}
