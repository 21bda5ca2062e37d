// Generated from the FHIR R4 definitions by `cargo xtask generate`. Do not edit.

use super::super::DateTime;
use super::Resource;
use super::datatypes::{CodeableConcept, Extension, Identifier, Meta, Narrative, Ratio, Reference};

element! {
    /// `Medication`: This resource is primarily used for the identification and definition of a
    /// medication for the purposes of prescribing, dispensing, and administering a medication as
    /// well as for making statements about medication use.
    struct Medication resource "Medication" {
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
        /// Business identifier for this medication
        identifier: Vec<Identifier> = "identifier",
        /// Codes that identify this medication
        code: Option<CodeableConcept> = "code",
        /// active | inactive | entered-in-error
        status: Option<String> = "status",
        /// Manufacturer of the item
        manufacturer: Option<Reference> = "manufacturer",
        /// powder | tablets | capsule +
        form: Option<CodeableConcept> = "form",
        /// Amount of drug in package
        amount: Option<Ratio> = "amount",
        /// Active or inactive ingredient
        ingredient: Vec<MedicationIngredient> = "ingredient",
        /// Details about packaged medications
        batch: Option<MedicationBatch> = "batch",
    }
}

element! {
    /// `Medication.ingredient`: Active or inactive ingredient
    struct MedicationIngredient {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// The actual ingredient or content
        item: Option<MedicationIngredientItem> = "itemCodeableConcept" | "itemReference",
        /// Active ingredient indicator
        is_active: Option<bool> = "isActive",
        /// Quantity of ingredient present
        strength: Option<Ratio> = "strength",
    }
}

element! {
    /// `Medication.batch`: Details about packaged medications
    struct MedicationBatch {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// Identifier assigned to batch
        lot_number: Option<String> = "lotNumber",
        /// When batch will expire
        expiration_date: Option<DateTime> = "expirationDate",
    }
}

choice! {
    /// `Medication.ingredient.item[x]`: The actual ingredient or content
    enum MedicationIngredientItem {
        CodeableConcept(CodeableConcept) = "itemCodeableConcept",
        Reference(Reference) = "itemReference",
    }
}
