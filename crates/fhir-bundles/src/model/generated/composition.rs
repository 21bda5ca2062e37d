// Generated from the FHIR R4 definitions by `cargo xtask generate`. Do not edit.

use super::super::DateTime;
use super::Resource;
use super::datatypes::{
    CodeableConcept, Extension, Identifier, Meta, Narrative, Period, Reference,
};

element! {
    /// `Composition`: A set of healthcare-related information that is assembled together into a
    /// single logical package that provides a single coherent statement of meaning, establishes
    /// its own context and that has clinical attestation with regard to who is making the
    /// statement.
    struct Composition resource "Composition" {
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
        /// Version-independent identifier for the Composition
        identifier: Option<Identifier> = "identifier",
        /// preliminary | final | amended | entered-in-error
        status: Option<String> = "status",
        /// Kind of composition (LOINC if possible)
        r#type: Option<CodeableConcept> = "type",
        /// Categorization of Composition
        category: Vec<CodeableConcept> = "category",
        /// Who and/or what the composition is about
        subject: Option<Reference> = "subject",
        /// Context of the Composition
        encounter: Option<Reference> = "encounter",
        /// Composition editing time
        date: Option<DateTime> = "date",
        /// Who and/or what authored the composition
        author: Vec<Reference> = "author",
        /// Human Readable name/title
        title: Option<String> = "title",
        /// As defined by affinity domain
        confidentiality: Option<String> = "confidentiality",
        /// Attests to accuracy of composition
        attester: Vec<CompositionAttester> = "attester",
        /// Organization which maintains the composition
        custodian: Option<Reference> = "custodian",
        /// Relationships to other compositions/documents
        relates_to: Vec<CompositionRelatesTo> = "relatesTo",
        /// The clinical service(s) being documented
        event: Vec<CompositionEvent> = "event",
        /// Composition is broken into sections
        section: Vec<CompositionSection> = "section",
    }
}

element! {
    /// `Composition.attester`: Attests to accuracy of composition
    struct CompositionAttester {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// personal | professional | legal | official
        mode: Option<String> = "mode",
        /// When the composition was attested
        time: Option<DateTime> = "time",
        /// Who attested the composition
        party: Option<Reference> = "party",
    }
}

element! {
    /// `Composition.relatesTo`: Relationships to other compositions/documents
    struct CompositionRelatesTo {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// replaces | transforms | signs | appends
        code: Option<String> = "code",
        /// Target of the relationship
        target: Option<CompositionRelatesToTarget> = "targetIdentifier" | "targetReference",
    }
}

element! {
    /// `Composition.event`: The clinical service(s) being documented
    struct CompositionEvent {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// Code(s) that apply to the event being documented
        code: Vec<CodeableConcept> = "code",
        /// The period covered by the documentation
        period: Option<Period> = "period",
        /// The event(s) being documented
        detail: Vec<Reference> = "detail",
    }
}

element! {
    /// `Composition.section`: Composition is broken into sections
    struct CompositionSection {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// Label for section (e.g. for ToC)
        title: Option<String> = "title",
        /// Classification of section (recommended)
        code: Option<CodeableConcept> = "code",
        /// Who and/or what authored the section
        author: Vec<Reference> = "author",
        /// Who/what the section is about, when it is not about the subject of composition
        focus: Option<Reference> = "focus",
        /// Text summary of the section, for human interpretation
        text: Option<Narrative> = "text",
        /// working | snapshot | changes
        mode: Option<String> = "mode",
        /// Order of section entries
        ordered_by: Option<CodeableConcept> = "orderedBy",
        /// A reference to data that supports this section
        entry: Vec<Reference> = "entry",
        /// Why the section is empty
        empty_reason: Option<CodeableConcept> = "emptyReason",
        /// Nested Section
        section: Vec<CompositionSection> = "section",
    }
}

choice! {
    /// `Composition.relatesTo.target[x]`: Target of the relationship
    enum CompositionRelatesToTarget {
        Identifier(Identifier) = "targetIdentifier",
        Reference(Reference) = "targetReference",
    }
}
