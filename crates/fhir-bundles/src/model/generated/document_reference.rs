// Generated from the FHIR R4 definitions by `cargo xtask generate`. Do not edit.

use super::super::Instant;
use super::Resource;
use super::datatypes::{
    Attachment, CodeableConcept, Coding, Extension, Identifier, Meta, Narrative, Period, Reference,
};

element! {
    /// `DocumentReference`: A reference to a document of any kind for any purpose.
    struct DocumentReference resource "DocumentReference" {
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
        /// Master Version Specific Identifier
        master_identifier: Option<Identifier> = "masterIdentifier",
        /// Other identifiers for the document
        identifier: Vec<Identifier> = "identifier",
        /// current | superseded | entered-in-error
        status: Option<String> = "status",
        /// preliminary | final | amended | entered-in-error
        doc_status: Option<String> = "docStatus",
        /// Kind of document (LOINC if possible)
        r#type: Option<CodeableConcept> = "type",
        /// Categorization of document
        category: Vec<CodeableConcept> = "category",
        /// Who/what is the subject of the document
        subject: Option<Reference> = "subject",
        /// When this document reference was created
        date: Option<Instant> = "date",
        /// Who and/or what authored the document
        author: Vec<Reference> = "author",
        /// Who/what authenticated the document
        authenticator: Option<Reference> = "authenticator",
        /// Organization which maintains the document
        custodian: Option<Reference> = "custodian",
        /// Relationships to other documents
        relates_to: Vec<DocumentReferenceRelatesTo> = "relatesTo",
        /// Human-readable description
        description: Option<String> = "description",
        /// Document security-tags
        security_label: Vec<CodeableConcept> = "securityLabel",
        /// Document referenced
        content: Vec<DocumentReferenceContent> = "content",
        /// Clinical context of document
        context: Option<DocumentReferenceContext> = "context",
    }
}

element! {
    /// `DocumentReference.relatesTo`: Relationships to other documents
    struct DocumentReferenceRelatesTo {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// replaces | transforms | signs | appends
        code: Option<String> = "code",
        /// Target of the relationship
        target: Option<Reference> = "target",
    }
}

element! {
    /// `DocumentReference.content`: Document referenced
    struct DocumentReferenceContent {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// Where to access the document
        attachment: Option<Attachment> = "attachment",
        /// Format/content rules for the document
        format: Option<Coding> = "format",
    }
}

element! {
    /// `DocumentReference.context`: Clinical context of document
    struct DocumentReferenceContext {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// Context of the document content
        encounter: Vec<Reference> = "encounter",
        /// Main clinical acts documented
        event: Vec<CodeableConcept> = "event",
        /// Time of service that is being documented
        period: Option<Period> = "period",
        /// Kind of facility where patient was seen
        facility_type: Option<CodeableConcept> = "facilityType",
        /// Additional details about where the content was created (e.g. clinical specialty)
        practice_setting: Option<CodeableConcept> = "practiceSetting",
        /// Patient demographics from source
        source_patient_info: Option<Reference> = "sourcePatientInfo",
        /// Related identifiers or resources
        related: Vec<Reference> = "related",
    }
}
