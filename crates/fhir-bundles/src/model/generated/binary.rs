// Generated from the FHIR R4 definitions by `cargo xtask generate`. Do not edit.

use super::datatypes::{Meta, Reference};

element! {
    /// `Binary`: A resource that represents the data of a single raw artifact as digital content
    /// accessible in its native format.
    struct Binary resource "Binary" {
        /// Logical id of this artifact
        id: Option<String> = "id",
        /// Metadata about the resource
        meta: Option<Meta> = "meta",
        /// A set of rules under which this content was created
        implicit_rules: Option<String> = "implicitRules",
        /// Language of the resource content
        language: Option<String> = "language",
        /// MimeType of the binary content
        content_type: Option<String> = "contentType",
        /// Identifies another resource to use as proxy when enforcing access control
        security_context: Option<Reference> = "securityContext",
        /// The actual content
        data: Option<String> = "data",
    }
}
