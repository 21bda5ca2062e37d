// Generated from the FHIR R4 definitions by `cargo xtask generate`. Do not edit.

use super::super::{Date, DateTime, Decimal, Instant};
use super::Resource;
use super::datatypes::{
    Address, Annotation, Attachment, CodeableConcept, Coding, ContactPoint, Dosage, Extension,
    HumanName, Identifier, Meta, Money, Narrative, Period, Quantity, Range, Ratio, Reference,
    SampledData, Signature, Timing,
};

element! {
    /// `Task`: A task to be performed.
    struct Task resource "Task" {
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
        /// Task Instance Identifier
        identifier: Vec<Identifier> = "identifier",
        /// Formal definition of task
        instantiates_canonical: Option<String> = "instantiatesCanonical",
        /// Formal definition of task
        instantiates_uri: Option<String> = "instantiatesUri",
        /// Request fulfilled by this task
        based_on: Vec<Reference> = "basedOn",
        /// Requisition or grouper id
        group_identifier: Option<Identifier> = "groupIdentifier",
        /// Composite task
        part_of: Vec<Reference> = "partOf",
        /// draft | requested | received | accepted | +
        status: Option<String> = "status",
        /// Reason for current status
        status_reason: Option<CodeableConcept> = "statusReason",
        /// E.g. "Specimen collected", "IV prepped"
        business_status: Option<CodeableConcept> = "businessStatus",
        /// unknown | proposal | plan | order | original-order | reflex-order | filler-order |
        /// instance-order | option
        intent: Option<String> = "intent",
        /// routine | urgent | asap | stat
        priority: Option<String> = "priority",
        /// Task Type
        code: Option<CodeableConcept> = "code",
        /// Human-readable explanation of task
        description: Option<String> = "description",
        /// What task is acting on
        focus: Option<Reference> = "focus",
        /// Beneficiary of the Task
        r#for: Option<Reference> = "for",
        /// Healthcare event during which this task originated
        encounter: Option<Reference> = "encounter",
        /// Start and end time of execution
        execution_period: Option<Period> = "executionPeriod",
        /// Task Creation Date
        authored_on: Option<DateTime> = "authoredOn",
        /// Task Last Modified Date
        last_modified: Option<DateTime> = "lastModified",
        /// Who is asking for task to be done
        requester: Option<Reference> = "requester",
        /// Requested performer
        performer_type: Vec<CodeableConcept> = "performerType",
        /// Responsible individual
        owner: Option<Reference> = "owner",
        /// Where task occurs
        location: Option<Reference> = "location",
        /// Why task is needed
        reason_code: Option<CodeableConcept> = "reasonCode",
        /// Why task is needed
        reason_reference: Option<Reference> = "reasonReference",
        /// Associated insurance coverage
        insurance: Vec<Reference> = "insurance",
        /// Comments made about the task
        note: Vec<Annotation> = "note",
        /// Key events in history of the Task
        relevant_history: Vec<Reference> = "relevantHistory",
        /// Constraints on fulfillment tasks
        restriction: Option<TaskRestriction> = "restriction",
        /// Information used to perform task
        input: Vec<TaskInput> = "input",
        /// Information produced as part of task
        output: Vec<TaskOutput> = "output",
    }
}

element! {
    /// `Task.restriction`: Constraints on fulfillment tasks
    struct TaskRestriction {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// How many times to repeat
        repetitions: Option<i32> = "repetitions",
        /// When fulfillment sought
        period: Option<Period> = "period",
        /// For whom is fulfillment sought?
        recipient: Vec<Reference> = "recipient",
    }
}

element! {
    /// `Task.input`: Information used to perform task
    struct TaskInput {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// Label for the input
        r#type: Option<CodeableConcept> = "type",
        /// Content to use in performing the task
        value: Option<TaskInputValue> =
              "valueBase64Binary"
            | "valueBoolean"
            | "valueCanonical"
            | "valueCode"
            | "valueDate"
            | "valueDateTime"
            | "valueDecimal"
            | "valueId"
            | "valueInstant"
            | "valueInteger"
            | "valueMarkdown"
            | "valueOid"
            | "valuePositiveInt"
            | "valueString"
            | "valueTime"
            | "valueUnsignedInt"
            | "valueUri"
            | "valueUrl"
            | "valueUuid"
            | "valueAddress"
            | "valueAge"
            | "valueAnnotation"
            | "valueAttachment"
            | "valueCodeableConcept"
            | "valueCoding"
            | "valueContactPoint"
            | "valueCount"
            | "valueDistance"
            | "valueDuration"
            | "valueHumanName"
            | "valueIdentifier"
            | "valueMoney"
            | "valuePeriod"
            | "valueQuantity"
            | "valueRange"
            | "valueRatio"
            | "valueReference"
            | "valueSampledData"
            | "valueSignature"
            | "valueTiming"
            | "valueDosage"
            | "valueMeta",
    }
}

element! {
    /// `Task.output`: Information produced as part of task
    struct TaskOutput {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// Label for output
        r#type: Option<CodeableConcept> = "type",
        /// Result of output
        value: Option<TaskOutputValue> =
              "valueBase64Binary"
            | "valueBoolean"
            | "valueCanonical"
            | "valueCode"
            | "valueDate"
            | "valueDateTime"
            | "valueDecimal"
            | "valueId"
            | "valueInstant"
            | "valueInteger"
            | "valueMarkdown"
            | "valueOid"
            | "valuePositiveInt"
            | "valueString"
            | "valueTime"
            | "valueUnsignedInt"
            | "valueUri"
            | "valueUrl"
            | "valueUuid"
            | "valueAddress"
            | "valueAge"
            | "valueAnnotation"
            | "valueAttachment"
            | "valueCodeableConcept"
            | "valueCoding"
            | "valueContactPoint"
            | "valueCount"
            | "valueDistance"
            | "valueDuration"
            | "valueHumanName"
            | "valueIdentifier"
            | "valueMoney"
            | "valuePeriod"
            | "valueQuantity"
            | "valueRange"
            | "valueRatio"
            | "valueReference"
            | "valueSampledData"
            | "valueSignature"
            | "valueTiming"
            | "valueDosage"
            | "valueMeta",
    }
}

choice! {
    /// `Task.input.value[x]`: Content to use in performing the task
    enum TaskInputValue {
        Base64Binary(String) = "valueBase64Binary",
        Boolean(bool) = "valueBoolean",
        Canonical(String) = "valueCanonical",
        Code(String) = "valueCode",
        Date(Date) = "valueDate",
        DateTime(DateTime) = "valueDateTime",
        Decimal(Decimal) = "valueDecimal",
        Id(String) = "valueId",
        Instant(Instant) = "valueInstant",
        Integer(i32) = "valueInteger",
        Markdown(String) = "valueMarkdown",
        Oid(String) = "valueOid",
        PositiveInt(i32) = "valuePositiveInt",
        String(String) = "valueString",
        Time(String) = "valueTime",
        UnsignedInt(i32) = "valueUnsignedInt",
        Uri(String) = "valueUri",
        Url(String) = "valueUrl",
        Uuid(String) = "valueUuid",
        Address(Address) = "valueAddress",
        Age(Quantity) = "valueAge",
        Annotation(Annotation) = "valueAnnotation",
        Attachment(Attachment) = "valueAttachment",
        CodeableConcept(CodeableConcept) = "valueCodeableConcept",
        Coding(Coding) = "valueCoding",
        ContactPoint(ContactPoint) = "valueContactPoint",
        Count(Quantity) = "valueCount",
        Distance(Quantity) = "valueDistance",
        Duration(Quantity) = "valueDuration",
        HumanName(HumanName) = "valueHumanName",
        Identifier(Identifier) = "valueIdentifier",
        Money(Money) = "valueMoney",
        Period(Period) = "valuePeriod",
        Quantity(Quantity) = "valueQuantity",
        Range(Range) = "valueRange",
        Ratio(Ratio) = "valueRatio",
        Reference(Reference) = "valueReference",
        SampledData(SampledData) = "valueSampledData",
        Signature(Signature) = "valueSignature",
        Timing(Timing) = "valueTiming",
        Dosage(Dosage) = "valueDosage",
        Meta(Meta) = "valueMeta",
    }
}

choice! {
    /// `Task.output.value[x]`: Result of output
    enum TaskOutputValue {
        Base64Binary(String) = "valueBase64Binary",
        Boolean(bool) = "valueBoolean",
        Canonical(String) = "valueCanonical",
        Code(String) = "valueCode",
        Date(Date) = "valueDate",
        DateTime(DateTime) = "valueDateTime",
        Decimal(Decimal) = "valueDecimal",
        Id(String) = "valueId",
        Instant(Instant) = "valueInstant",
        Integer(i32) = "valueInteger",
        Markdown(String) = "valueMarkdown",
        Oid(String) = "valueOid",
        PositiveInt(i32) = "valuePositiveInt",
        String(String) = "valueString",
        Time(String) = "valueTime",
        UnsignedInt(i32) = "valueUnsignedInt",
        Uri(String) = "valueUri",
        Url(String) = "valueUrl",
        Uuid(String) = "valueUuid",
        Address(Address) = "valueAddress",
        Age(Quantity) = "valueAge",
        Annotation(Annotation) = "valueAnnotation",
        Attachment(Attachment) = "valueAttachment",
        CodeableConcept(CodeableConcept) = "valueCodeableConcept",
        Coding(Coding) = "valueCoding",
        ContactPoint(ContactPoint) = "valueContactPoint",
        Count(Quantity) = "valueCount",
        Distance(Quantity) = "valueDistance",
        Duration(Quantity) = "valueDuration",
        HumanName(HumanName) = "valueHumanName",
        Identifier(Identifier) = "valueIdentifier",
        Money(Money) = "valueMoney",
        Period(Period) = "valuePeriod",
        Quantity(Quantity) = "valueQuantity",
        Range(Range) = "valueRange",
        Ratio(Ratio) = "valueRatio",
        Reference(Reference) = "valueReference",
        SampledData(SampledData) = "valueSampledData",
        Signature(Signature) = "valueSignature",
        Timing(Timing) = "valueTiming",
        Dosage(Dosage) = "valueDosage",
        Meta(Meta) = "valueMeta",
    }
}
