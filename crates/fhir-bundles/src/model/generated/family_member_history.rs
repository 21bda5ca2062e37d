// Generated from the FHIR R4 definitions by `cargo xtask generate`. Do not edit.

use super::super::{Date, DateTime};
use super::Resource;
use super::datatypes::{
    Annotation, CodeableConcept, Extension, Identifier, Meta, Narrative, Period, Quantity, Range,
    Reference,
};

element! {
    /// `FamilyMemberHistory`: Significant health conditions for a person related to the patient
    /// relevant in the context of care for the patient.
    struct FamilyMemberHistory resource "FamilyMemberHistory" {
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
        /// External Id(s) for this record
        identifier: Vec<Identifier> = "identifier",
        /// Instantiates FHIR protocol or definition
        instantiates_canonical: Vec<String> = "instantiatesCanonical",
        /// Instantiates external protocol or definition
        instantiates_uri: Vec<String> = "instantiatesUri",
        /// partial | completed | entered-in-error | health-unknown
        status: Option<String> = "status",
        /// subject-unknown | withheld | unable-to-obtain | deferred
        data_absent_reason: Option<CodeableConcept> = "dataAbsentReason",
        /// Patient history is about
        patient: Option<Reference> = "patient",
        /// When history was recorded or last updated
        date: Option<DateTime> = "date",
        /// The family member described
        name: Option<String> = "name",
        /// Relationship to the subject
        relationship: Option<CodeableConcept> = "relationship",
        /// male | female | other | unknown
        sex: Option<CodeableConcept> = "sex",
        /// (approximate) date of birth
        born: Option<FamilyMemberHistoryBorn> = "bornPeriod" | "bornDate" | "bornString",
        /// (approximate) age
        age: Option<FamilyMemberHistoryAge> = "ageAge" | "ageRange" | "ageString",
        /// Age is estimated?
        estimated_age: Option<bool> = "estimatedAge",
        /// Dead? How old/when?
        deceased: Option<FamilyMemberHistoryDeceased> =
              "deceasedBoolean"
            | "deceasedAge"
            | "deceasedRange"
            | "deceasedDate"
            | "deceasedString",
        /// Why was family member history performed?
        reason_code: Vec<CodeableConcept> = "reasonCode",
        /// Why was family member history performed?
        reason_reference: Vec<Reference> = "reasonReference",
        /// General note about related person
        note: Vec<Annotation> = "note",
        /// Condition that the related person had
        condition: Vec<FamilyMemberHistoryCondition> = "condition",
    }
}

element! {
    /// `FamilyMemberHistory.condition`: Condition that the related person had
    struct FamilyMemberHistoryCondition {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// Condition suffered by relation
        code: Option<CodeableConcept> = "code",
        /// deceased | permanent disability | etc.
        outcome: Option<CodeableConcept> = "outcome",
        /// Whether the condition contributed to the cause of death
        contributed_to_death: Option<bool> = "contributedToDeath",
        /// When condition first manifested
        onset: Option<FamilyMemberHistoryConditionOnset> =
              "onsetAge"
            | "onsetRange"
            | "onsetPeriod"
            | "onsetString",
        /// Extra information about condition
        note: Vec<Annotation> = "note",
    }
}

choice! {
    /// `FamilyMemberHistory.born[x]`: (approximate) date of birth
    enum FamilyMemberHistoryBorn {
        Period(Period) = "bornPeriod",
        Date(Date) = "bornDate",
        String(String) = "bornString",
    }
}

choice! {
    /// `FamilyMemberHistory.age[x]`: (approximate) age
    enum FamilyMemberHistoryAge {
        Age(Quantity) = "ageAge",
        Range(Range) = "ageRange",
        String(String) = "ageString",
    }
}

choice! {
    /// `FamilyMemberHistory.deceased[x]`: Dead? How old/when?
    enum FamilyMemberHistoryDeceased {
        Boolean(bool) = "deceasedBoolean",
        Age(Quantity) = "deceasedAge",
        Range(Range) = "deceasedRange",
        Date(Date) = "deceasedDate",
        String(String) = "deceasedString",
    }
}

choice! {
    /// `FamilyMemberHistory.condition.onset[x]`: When condition first manifested
    enum FamilyMemberHistoryConditionOnset {
        Age(Quantity) = "onsetAge",
        Range(Range) = "onsetRange",
        Period(Period) = "onsetPeriod",
        String(String) = "onsetString",
    }
}
