// Generated from the FHIR R4 definitions by `cargo xtask generate`. Do not edit.

use super::super::{Decimal, Instant};
use super::Resource;
use super::datatypes::{Extension, Identifier, Meta, Signature};

element! {
    /// `Bundle`: A container for a collection of resources.
    struct Bundle resource "Bundle" {
        /// Logical id of this artifact
        id: Option<String> = "id",
        /// Metadata about the resource
        meta: Option<Meta> = "meta",
        /// A set of rules under which this content was created
        implicit_rules: Option<String> = "implicitRules",
        /// Language of the resource content
        language: Option<String> = "language",
        /// Persistent identifier for the bundle
        identifier: Option<Identifier> = "identifier",
        /// document | message | transaction | transaction-response | batch | batch-response |
        /// history | searchset | collection
        r#type: Option<String> = "type",
        /// When the bundle was assembled
        timestamp: Option<Instant> = "timestamp",
        /// If search, the total number of matches
        total: Option<i32> = "total",
        /// Links related to this Bundle
        link: Vec<BundleLink> = "link",
        /// Entry in the bundle - will have a resource or information
        entry: Vec<BundleEntry> = "entry",
        /// Digital Signature
        signature: Option<Signature> = "signature",
    }
}

element! {
    /// `Bundle.link`: Links related to this Bundle
    struct BundleLink {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// See
        /// <http://www.iana.org/assignments/link-relations/link-relations.xhtml#link-relations-1>
        relation: Option<String> = "relation",
        /// Reference details for the link
        url: Option<String> = "url",
    }
}

element! {
    /// `Bundle.entry`: Entry in the bundle - will have a resource or information
    struct BundleEntry {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// Links related to this entry
        link: Vec<BundleLink> = "link",
        /// URI for resource (Absolute URL server address or URI for UUID/OID)
        full_url: Option<String> = "fullUrl",
        /// A resource in the bundle
        resource: Option<Resource> = "resource",
        /// Search related information
        search: Option<BundleEntrySearch> = "search",
        /// Additional execution information (transaction/batch/history)
        request: Option<BundleEntryRequest> = "request",
        /// Results of execution (transaction/batch/history)
        response: Option<BundleEntryResponse> = "response",
    }
}

element! {
    /// `Bundle.entry.search`: Search related information
    struct BundleEntrySearch {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// match | include | outcome - why this is in the result set
        mode: Option<String> = "mode",
        /// Search ranking (between 0 and 1)
        score: Option<Decimal> = "score",
    }
}

element! {
    /// `Bundle.entry.request`: Additional execution information (transaction/batch/history)
    struct BundleEntryRequest {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// GET | HEAD | POST | PUT | DELETE | PATCH
        method: Option<String> = "method",
        /// URL for HTTP equivalent of this entry
        url: Option<String> = "url",
        /// For managing cache currency
        if_none_match: Option<String> = "ifNoneMatch",
        /// For managing cache currency
        if_modified_since: Option<Instant> = "ifModifiedSince",
        /// For managing update contention
        if_match: Option<String> = "ifMatch",
        /// For conditional creates
        if_none_exist: Option<String> = "ifNoneExist",
    }
}

element! {
    /// `Bundle.entry.response`: Results of execution (transaction/batch/history)
    struct BundleEntryResponse {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// Status response code (text optional)
        status: Option<String> = "status",
        /// The location (if the operation returns a location)
        location: Option<String> = "location",
        /// The Etag for the resource (if relevant)
        etag: Option<String> = "etag",
        /// Server's date time modified
        last_modified: Option<Instant> = "lastModified",
        /// OperationOutcome with hints and warnings (for batch/transaction)
        outcome: Option<Resource> = "outcome",
    }
}
