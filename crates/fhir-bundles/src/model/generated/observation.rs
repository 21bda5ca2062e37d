// Generated from the FHIR R4 definitions by `cargo xtask generate`. Do not edit.

use super::super::{DateTime, Instant};
use super::Resource;
use super::datatypes::{
    Annotation, CodeableConcept, Extension, Identifier, Meta, Narrative, Period, Quantity, Range,
    Ratio, Reference, SampledData, Timing,
};

element! {
    /// `Observation`: Measurements and simple assertions made about a patient, device or other
    /// subject.
    struct Observation resource "Observation" {
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
        /// Business Identifier for observation
        identifier: Vec<Identifier> = "identifier",
        /// Fulfills plan, proposal or order
        based_on: Vec<Reference> = "basedOn",
        /// Part of referenced event
        part_of: Vec<Reference> = "partOf",
        /// registered | preliminary | final | amended +
        status: Option<String> = "status",
        /// Classification of type of observation
        category: Vec<CodeableConcept> = "category",
        /// Type of observation (code / type)
        code: Option<CodeableConcept> = "code",
        /// Who and/or what the observation is about
        subject: Option<Reference> = "subject",
        /// What the observation is about, when it is not about the subject of record
        focus: Vec<Reference> = "focus",
        /// Healthcare event during which this observation is made
        encounter: Option<Reference> = "encounter",
        /// Clinically relevant time/time-period for observation
        effective: Option<ObservationEffective> =
              "effectiveDateTime"
            | "effectivePeriod"
            | "effectiveTiming"
            | "effectiveInstant",
        /// Date/Time this version was made available
        issued: Option<Instant> = "issued",
        /// Who is responsible for the observation
        performer: Vec<Reference> = "performer",
        /// Actual result
        value: Option<ObservationValue> =
              "valueQuantity"
            | "valueCodeableConcept"
            | "valueString"
            | "valueBoolean"
            | "valueInteger"
            | "valueRange"
            | "valueRatio"
            | "valueSampledData"
            | "valueTime"
            | "valueDateTime"
            | "valuePeriod",
        /// Why the result is missing
        data_absent_reason: Option<CodeableConcept> = "dataAbsentReason",
        /// High, low, normal, etc.
        interpretation: Vec<CodeableConcept> = "interpretation",
        /// Comments about the observation
        note: Vec<Annotation> = "note",
        /// Observed body part
        body_site: Option<CodeableConcept> = "bodySite",
        /// How it was done
        method: Option<CodeableConcept> = "method",
        /// Specimen used for this observation
        specimen: Option<Reference> = "specimen",
        /// (Measurement) Device
        device: Option<Reference> = "device",
        /// Provides guide for interpretation
        reference_range: Vec<ObservationReferenceRange> = "referenceRange",
        /// Related resource that belongs to the Observation group
        has_member: Vec<Reference> = "hasMember",
        /// Related measurements the observation is made from
        derived_from: Vec<Reference> = "derivedFrom",
        /// Component results
        component: Vec<ObservationComponent> = "component",
    }
}

element! {
    /// `Observation.referenceRange`: Provides guide for interpretation
    struct ObservationReferenceRange {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// Low Range, if relevant
        low: Option<Quantity> = "low",
        /// High Range, if relevant
        high: Option<Quantity> = "high",
        /// Reference range qualifier
        r#type: Option<CodeableConcept> = "type",
        /// Reference range population
        applies_to: Vec<CodeableConcept> = "appliesTo",
        /// Applicable age range, if relevant
        age: Option<Range> = "age",
        /// Text based reference range in an observation
        text: Option<String> = "text",
    }
}

element! {
    /// `Observation.component`: Component results
    struct ObservationComponent {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// Type of component observation (code / type)
        code: Option<CodeableConcept> = "code",
        /// Actual component result
        value: Option<ObservationComponentValue> =
              "valueQuantity"
            | "valueCodeableConcept"
            | "valueString"
            | "valueBoolean"
            | "valueInteger"
            | "valueRange"
            | "valueRatio"
            | "valueSampledData"
            | "valueTime"
            | "valueDateTime"
            | "valuePeriod",
        /// Why the component result is missing
        data_absent_reason: Option<CodeableConcept> = "dataAbsentReason",
        /// High, low, normal, etc.
        interpretation: Vec<CodeableConcept> = "interpretation",
        /// Provides guide for interpretation of component result
        reference_range: Vec<ObservationReferenceRange> = "referenceRange",
    }
}

choice! {
    /// `Observation.effective[x]`: Clinically relevant time/time-period for observation
    enum ObservationEffective {
        DateTime(DateTime) = "effectiveDateTime",
        Period(Period) = "effectivePeriod",
        Timing(Timing) = "effectiveTiming",
        Instant(Instant) = "effectiveInstant",
    }
}

choice! {
    /// `Observation.value[x]`: Actual result
    enum ObservationValue {
        Quantity(Quantity) = "valueQuantity",
        CodeableConcept(CodeableConcept) = "valueCodeableConcept",
        String(String) = "valueString",
        Boolean(bool) = "valueBoolean",
        Integer(i32) = "valueInteger",
        Range(Range) = "valueRange",
        Ratio(Ratio) = "valueRatio",
        SampledData(SampledData) = "valueSampledData",
        Time(String) = "valueTime",
        DateTime(DateTime) = "valueDateTime",
        Period(Period) = "valuePeriod",
    }
}

choice! {
    /// `Observation.component.value[x]`: Actual component result
    enum ObservationComponentValue {
        Quantity(Quantity) = "valueQuantity",
        CodeableConcept(CodeableConcept) = "valueCodeableConcept",
        String(String) = "valueString",
        Boolean(bool) = "valueBoolean",
        Integer(i32) = "valueInteger",
        Range(Range) = "valueRange",
        Ratio(Ratio) = "valueRatio",
        SampledData(SampledData) = "valueSampledData",
        Time(String) = "valueTime",
        DateTime(DateTime) = "valueDateTime",
        Period(Period) = "valuePeriod",
    }
}
