// Generated from the FHIR R4 definitions by `cargo xtask generate`. Do not edit.

use super::super::{DateTime, Decimal, Instant};
use super::Resource;
use super::datatypes::{
    Annotation, Attachment, CodeableConcept, Extension, Identifier, Meta, Narrative, Period,
    Reference,
};

element! {
    /// `Media`: A photo, video, or audio recording acquired or used in healthcare.
    struct Media resource "Media" {
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
        /// Identifier(s) for the image
        identifier: Vec<Identifier> = "identifier",
        /// Procedure that caused this media to be created
        based_on: Vec<Reference> = "basedOn",
        /// Part of referenced event
        part_of: Vec<Reference> = "partOf",
        /// preparation | in-progress | not-done | on-hold | stopped | completed |
        /// entered-in-error | unknown
        status: Option<String> = "status",
        /// Classification of media as image, video, or audio
        r#type: Option<CodeableConcept> = "type",
        /// The type of acquisition equipment/process
        modality: Option<CodeableConcept> = "modality",
        /// Imaging view, e.g. Lateral or Antero-posterior
        view: Option<CodeableConcept> = "view",
        /// Who/What this Media is a record of
        subject: Option<Reference> = "subject",
        /// Encounter associated with media
        encounter: Option<Reference> = "encounter",
        /// When Media was collected
        created: Option<MediaCreated> = "createdDateTime" | "createdPeriod",
        /// Date/Time this version was made available
        issued: Option<Instant> = "issued",
        /// The person who generated the image
        operator: Option<Reference> = "operator",
        /// Why was event performed?
        reason_code: Vec<CodeableConcept> = "reasonCode",
        /// Observed body part
        body_site: Option<CodeableConcept> = "bodySite",
        /// Name of the device/manufacturer
        device_name: Option<String> = "deviceName",
        /// Observing Device
        device: Option<Reference> = "device",
        /// Height of the image in pixels (photo/video)
        height: Option<i32> = "height",
        /// Width of the image in pixels (photo/video)
        width: Option<i32> = "width",
        /// Number of frames if \> 1 (photo)
        frames: Option<i32> = "frames",
        /// Length in seconds (audio / video)
        duration: Option<Decimal> = "duration",
        /// Actual Media - reference or data
        content: Option<Attachment> = "content",
        /// Comments made about the media
        note: Vec<Annotation> = "note",
    }
}

choice! {
    /// `Media.created[x]`: When Media was collected
    enum MediaCreated {
        DateTime(DateTime) = "createdDateTime",
        Period(Period) = "createdPeriod",
    }
}
