// Generated from the FHIR R4 definitions by `cargo xtask generate`. Do not edit.

use super::super::DateTime;
use super::Resource;
use super::datatypes::{CodeableConcept, Extension, Identifier, Meta, Narrative, Reference};

element! {
    /// `ImmunizationRecommendation`: A patient's point-in-time set of recommendations (i.e.
    struct ImmunizationRecommendation resource "ImmunizationRecommendation" {
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
        /// Business identifier
        identifier: Vec<Identifier> = "identifier",
        /// Who this profile is for
        patient: Option<Reference> = "patient",
        /// Date recommendation(s) created
        date: Option<DateTime> = "date",
        /// Who is responsible for protocol
        authority: Option<Reference> = "authority",
        /// Vaccine administration recommendations
        recommendation: Vec<ImmunizationRecommendationRecommendation> = "recommendation",
    }
}

element! {
    /// `ImmunizationRecommendation.recommendation`: Vaccine administration recommendations
    struct ImmunizationRecommendationRecommendation {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// Vaccine or vaccine group recommendation applies to
        vaccine_code: Vec<CodeableConcept> = "vaccineCode",
        /// Disease to be immunized against
        target_disease: Option<CodeableConcept> = "targetDisease",
        /// Vaccine which is contraindicated to fulfill the recommendation
        contraindicated_vaccine_code: Vec<CodeableConcept> = "contraindicatedVaccineCode",
        /// Vaccine recommendation status
        forecast_status: Option<CodeableConcept> = "forecastStatus",
        /// Vaccine administration status reason
        forecast_reason: Vec<CodeableConcept> = "forecastReason",
        /// Dates governing proposed immunization
        date_criterion: Vec<ImmunizationRecommendationRecommendationDateCriterion> =
              "dateCriterion",
        /// Protocol details
        description: Option<String> = "description",
        /// Name of vaccination series
        series: Option<String> = "series",
        /// Recommended dose number within series
        dose_number: Option<ImmunizationRecommendationRecommendationDoseNumber> =
              "doseNumberPositiveInt"
            | "doseNumberString",
        /// Recommended number of doses for immunity
        series_doses: Option<ImmunizationRecommendationRecommendationSeriesDoses> =
              "seriesDosesPositiveInt"
            | "seriesDosesString",
        /// Past immunizations supporting recommendation
        supporting_immunization: Vec<Reference> = "supportingImmunization",
        /// Patient observations supporting recommendation
        supporting_patient_information: Vec<Reference> = "supportingPatientInformation",
    }
}

element! {
    /// `ImmunizationRecommendation.recommendation.dateCriterion`: Dates governing proposed
    /// immunization
    struct ImmunizationRecommendationRecommendationDateCriterion {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// Type of date
        code: Option<CodeableConcept> = "code",
        /// Recommended date
        value: Option<DateTime> = "value",
    }
}

choice! {
    /// `ImmunizationRecommendation.recommendation.doseNumber[x]`: Recommended dose number within
    /// series
    enum ImmunizationRecommendationRecommendationDoseNumber {
        PositiveInt(i32) = "doseNumberPositiveInt",
        String(String) = "doseNumberString",
    }
}

choice! {
    /// `ImmunizationRecommendation.recommendation.seriesDoses[x]`: Recommended number of doses
    /// for immunity
    enum ImmunizationRecommendationRecommendationSeriesDoses {
        PositiveInt(i32) = "seriesDosesPositiveInt",
        String(String) = "seriesDosesString",
    }
}
