// Generated from the FHIR R4 definitions by `cargo xtask generate`. Do not edit.

use super::super::{Date, DateTime};
use super::Resource;
use super::datatypes::{
    Annotation, CodeableConcept, Extension, Identifier, Meta, Narrative, Quantity, Reference,
};

element! {
    /// `Immunization`: Describes the event of a patient being administered a vaccine or a record
    /// of an immunization as reported by a patient, a clinician or another party.
    struct Immunization resource "Immunization" {
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
        /// completed | entered-in-error | not-done
        status: Option<String> = "status",
        /// Reason not done
        status_reason: Option<CodeableConcept> = "statusReason",
        /// Vaccine product administered
        vaccine_code: Option<CodeableConcept> = "vaccineCode",
        /// Who was immunized
        patient: Option<Reference> = "patient",
        /// Encounter immunization was part of
        encounter: Option<Reference> = "encounter",
        /// Vaccine administration date
        occurrence: Option<ImmunizationOccurrence> = "occurrenceDateTime" | "occurrenceString",
        /// When the immunization was first captured in the subject's record
        recorded: Option<DateTime> = "recorded",
        /// Indicates context the data was recorded in
        primary_source: Option<bool> = "primarySource",
        /// Indicates the source of a secondarily reported record
        report_origin: Option<CodeableConcept> = "reportOrigin",
        /// Where immunization occurred
        location: Option<Reference> = "location",
        /// Vaccine manufacturer
        manufacturer: Option<Reference> = "manufacturer",
        /// Vaccine lot number
        lot_number: Option<String> = "lotNumber",
        /// Vaccine expiration date
        expiration_date: Option<Date> = "expirationDate",
        /// Body site vaccine was administered
        site: Option<CodeableConcept> = "site",
        /// How vaccine entered body
        route: Option<CodeableConcept> = "route",
        /// Amount of vaccine administered
        dose_quantity: Option<Quantity> = "doseQuantity",
        /// Who performed event
        performer: Vec<ImmunizationPerformer> = "performer",
        /// Additional immunization notes
        note: Vec<Annotation> = "note",
        /// Why immunization occurred
        reason_code: Vec<CodeableConcept> = "reasonCode",
        /// Why immunization occurred
        reason_reference: Vec<Reference> = "reasonReference",
        /// Dose potency
        is_subpotent: Option<bool> = "isSubpotent",
        /// Reason for being subpotent
        subpotent_reason: Vec<CodeableConcept> = "subpotentReason",
        /// Educational material presented to patient
        education: Vec<ImmunizationEducation> = "education",
        /// Patient eligibility for a vaccination program
        program_eligibility: Vec<CodeableConcept> = "programEligibility",
        /// Funding source for the vaccine
        funding_source: Option<CodeableConcept> = "fundingSource",
        /// Details of a reaction that follows immunization
        reaction: Vec<ImmunizationReaction> = "reaction",
        /// Protocol followed by the provider
        protocol_applied: Vec<ImmunizationProtocolApplied> = "protocolApplied",
    }
}

element! {
    /// `Immunization.performer`: Who performed event
    struct ImmunizationPerformer {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// What type of performance was done
        function: Option<CodeableConcept> = "function",
        /// Individual or organization who was performing
        actor: Option<Reference> = "actor",
    }
}

element! {
    /// `Immunization.education`: Educational material presented to patient
    struct ImmunizationEducation {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// Educational material document identifier
        document_type: Option<String> = "documentType",
        /// Educational material reference pointer
        reference: Option<String> = "reference",
        /// Educational material publication date
        publication_date: Option<DateTime> = "publicationDate",
        /// Educational material presentation date
        presentation_date: Option<DateTime> = "presentationDate",
    }
}

element! {
    /// `Immunization.reaction`: Details of a reaction that follows immunization
    struct ImmunizationReaction {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// When reaction started
        date: Option<DateTime> = "date",
        /// Additional information on reaction
        detail: Option<Reference> = "detail",
        /// Indicates self-reported reaction
        reported: Option<bool> = "reported",
    }
}

element! {
    /// `Immunization.protocolApplied`: Protocol followed by the provider
    struct ImmunizationProtocolApplied {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// Name of vaccine series
        series: Option<String> = "series",
        /// Who is responsible for publishing the recommendations
        authority: Option<Reference> = "authority",
        /// Vaccine preventatable disease being targetted
        target_disease: Vec<CodeableConcept> = "targetDisease",
        /// Dose number within series
        dose_number: Option<ImmunizationProtocolAppliedDoseNumber> =
              "doseNumberPositiveInt"
            | "doseNumberString",
        /// Recommended number of doses for immunity
        series_doses: Option<ImmunizationProtocolAppliedSeriesDoses> =
              "seriesDosesPositiveInt"
            | "seriesDosesString",
    }
}

choice! {
    /// `Immunization.occurrence[x]`: Vaccine administration date
    enum ImmunizationOccurrence {
        DateTime(DateTime) = "occurrenceDateTime",
        String(String) = "occurrenceString",
    }
}

choice! {
    /// `Immunization.protocolApplied.doseNumber[x]`: Dose number within series
    enum ImmunizationProtocolAppliedDoseNumber {
        PositiveInt(i32) = "doseNumberPositiveInt",
        String(String) = "doseNumberString",
    }
}

choice! {
    /// `Immunization.protocolApplied.seriesDoses[x]`: Recommended number of doses for immunity
    enum ImmunizationProtocolAppliedSeriesDoses {
        PositiveInt(i32) = "seriesDosesPositiveInt",
        String(String) = "seriesDosesString",
    }
}
