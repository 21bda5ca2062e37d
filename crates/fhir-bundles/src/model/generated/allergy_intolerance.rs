// Generated from the FHIR R4 definitions by `cargo xtask generate`. Do not edit.

use super::super::DateTime;
use super::Resource;
use super::datatypes::{
    Annotation, CodeableConcept, Extension, Identifier, Meta, Narrative, Period, Quantity, Range,
    Reference,
};

element! {
    /// `AllergyIntolerance`: Risk of harmful or undesirable, physiological response which is
    /// unique to an individual and associated with exposure to a substance.
    struct AllergyIntolerance resource "AllergyIntolerance" {
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
        /// External ids for this item
        identifier: Vec<Identifier> = "identifier",
        /// active | inactive | resolved
        clinical_status: Option<CodeableConcept> = "clinicalStatus",
        /// unconfirmed | confirmed | refuted | entered-in-error
        verification_status: Option<CodeableConcept> = "verificationStatus",
        /// allergy | intolerance - Underlying mechanism (if known)
        r#type: Option<String> = "type",
        /// food | medication | environment | biologic
        category: Vec<String> = "category",
        /// low | high | unable-to-assess
        criticality: Option<String> = "criticality",
        /// Code that identifies the allergy or intolerance
        code: Option<CodeableConcept> = "code",
        /// Who the sensitivity is for
        patient: Option<Reference> = "patient",
        /// Encounter when the allergy or intolerance was asserted
        encounter: Option<Reference> = "encounter",
        /// When allergy or intolerance was identified
        onset: Option<AllergyIntoleranceOnset> =
              "onsetDateTime"
            | "onsetAge"
            | "onsetPeriod"
            | "onsetRange"
            | "onsetString",
        /// Date first version of the resource instance was recorded
        recorded_date: Option<DateTime> = "recordedDate",
        /// Who recorded the sensitivity
        recorder: Option<Reference> = "recorder",
        /// Source of the information about the allergy
        asserter: Option<Reference> = "asserter",
        /// Date(/time) of last known occurrence of a reaction
        last_occurrence: Option<DateTime> = "lastOccurrence",
        /// Additional text not captured in other fields
        note: Vec<Annotation> = "note",
        /// Adverse Reaction Events linked to exposure to substance
        reaction: Vec<AllergyIntoleranceReaction> = "reaction",
    }
}

element! {
    /// `AllergyIntolerance.reaction`: Adverse Reaction Events linked to exposure to substance
    struct AllergyIntoleranceReaction {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// Specific substance or pharmaceutical product considered to be responsible for event
        substance: Option<CodeableConcept> = "substance",
        /// Clinical symptoms/signs associated with the Event
        manifestation: Vec<CodeableConcept> = "manifestation",
        /// Description of the event as a whole
        description: Option<String> = "description",
        /// Date(/time) when manifestations showed
        onset: Option<DateTime> = "onset",
        /// mild | moderate | severe (of event as a whole)
        severity: Option<String> = "severity",
        /// How the subject was exposed to the substance
        exposure_route: Option<CodeableConcept> = "exposureRoute",
        /// Text about event not captured in other fields
        note: Vec<Annotation> = "note",
    }
}

choice! {
    /// `AllergyIntolerance.onset[x]`: When allergy or intolerance was identified
    enum AllergyIntoleranceOnset {
        DateTime(DateTime) = "onsetDateTime",
        Age(Quantity) = "onsetAge",
        Period(Period) = "onsetPeriod",
        Range(Range) = "onsetRange",
        String(String) = "onsetString",
    }
}
