// Generated from the FHIR R4 definitions by `cargo xtask generate`. Do not edit.

use super::super::{Date, DateTime, Decimal, Instant};

element! {
    /// `Address`: Base StructureDefinition for Address Type: An address expressed using postal
    /// conventions (as opposed to GPS or other location definition formats).
    struct Address {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// home | work | temp | old | billing - purpose of this address
        r#use: Option<String> = "use",
        /// postal | physical | both
        r#type: Option<String> = "type",
        /// Text representation of the address
        text: Option<String> = "text",
        /// Street name, number, direction & P.O. Box etc.
        line: Vec<String> = "line",
        /// Name of city, town etc.
        city: Option<String> = "city",
        /// District name (aka county)
        district: Option<String> = "district",
        /// Sub-unit of country (abbreviations ok)
        state: Option<String> = "state",
        /// Postal code for area
        postal_code: Option<String> = "postalCode",
        /// Country (e.g. can be ISO 3166 2 or 3 letter code)
        country: Option<String> = "country",
        /// Time period when address was/is in use
        period: Option<Period> = "period",
    }
}

element! {
    /// `Annotation`: Base StructureDefinition for Annotation Type: A text note which also
    /// contains information about who made the statement and when.
    struct Annotation {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Individual responsible for the annotation
        author: Option<AnnotationAuthor> = "authorReference" | "authorString",
        /// When the annotation was made
        time: Option<DateTime> = "time",
        /// The annotation - text content (as markdown)
        text: Option<String> = "text",
    }
}

choice! {
    /// `Annotation.author[x]`: Individual responsible for the annotation
    enum AnnotationAuthor {
        Reference(Reference) = "authorReference",
        String(String) = "authorString",
    }
}

element! {
    /// `Attachment`: Base StructureDefinition for Attachment Type: For referring to data content
    /// defined in other formats.
    struct Attachment {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Mime type of the content, with charset etc.
        content_type: Option<String> = "contentType",
        /// Human language of the content (BCP-47)
        language: Option<String> = "language",
        /// Data inline, base64ed
        data: Option<String> = "data",
        /// Uri where the data can be found
        url: Option<String> = "url",
        /// Number of bytes of content (if url provided)
        size: Option<i32> = "size",
        /// Hash of the data (sha-1, base64ed)
        hash: Option<String> = "hash",
        /// Label to display in place of the data
        title: Option<String> = "title",
        /// Date attachment was first created
        creation: Option<DateTime> = "creation",
    }
}

element! {
    /// `CodeableConcept`: Base StructureDefinition for CodeableConcept Type: A concept that may
    /// be defined by a formal reference to a terminology or ontology or may be provided by text.
    struct CodeableConcept {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Code defined by a terminology system
        coding: Vec<Coding> = "coding",
        /// Plain text representation of the concept
        text: Option<String> = "text",
    }
}

element! {
    /// `Coding`: Base StructureDefinition for Coding Type: A reference to a code defined by a
    /// terminology system.
    struct Coding {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Identity of the terminology system
        system: Option<String> = "system",
        /// Version of the system - if relevant
        version: Option<String> = "version",
        /// Symbol in syntax defined by the system
        code: Option<String> = "code",
        /// Representation defined by the system
        display: Option<String> = "display",
        /// If this coding was chosen directly by the user
        user_selected: Option<bool> = "userSelected",
    }
}

element! {
    /// `ContactPoint`: Base StructureDefinition for ContactPoint Type: Details for all kinds of
    /// technology mediated contact points for a person or organization, including telephone,
    /// email, etc.
    struct ContactPoint {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// phone | fax | email | pager | url | sms | other
        system: Option<String> = "system",
        /// The actual contact point details
        value: Option<String> = "value",
        /// home | work | temp | old | mobile - purpose of this contact point
        r#use: Option<String> = "use",
        /// Specify preferred order of use (1 = highest)
        rank: Option<i32> = "rank",
        /// Time period when the contact point was/is in use
        period: Option<Period> = "period",
    }
}

element! {
    /// `Dosage`: Base StructureDefinition for Dosage Type: Indicates how the medication is/was
    /// taken or should be taken by the patient.
    struct Dosage {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// The order of the dosage instructions
        sequence: Option<i32> = "sequence",
        /// Free text dosage instructions e.g. SIG
        text: Option<String> = "text",
        /// Supplemental instruction or warnings to the patient - e.g. "with meals", "may cause
        /// drowsiness"
        additional_instruction: Vec<CodeableConcept> = "additionalInstruction",
        /// Patient or consumer oriented instructions
        patient_instruction: Option<String> = "patientInstruction",
        /// When medication should be administered
        timing: Option<Timing> = "timing",
        /// Take "as needed" (for x)
        as_needed: Option<DosageAsNeeded> = "asNeededBoolean" | "asNeededCodeableConcept",
        /// Body site to administer to
        site: Option<CodeableConcept> = "site",
        /// How drug should enter body
        route: Option<CodeableConcept> = "route",
        /// Technique for administering medication
        method: Option<CodeableConcept> = "method",
        /// Amount of medication administered
        dose_and_rate: Vec<DosageDoseAndRate> = "doseAndRate",
        /// Upper limit on medication per unit of time
        max_dose_per_period: Option<Ratio> = "maxDosePerPeriod",
        /// Upper limit on medication per administration
        max_dose_per_administration: Option<Quantity> = "maxDosePerAdministration",
        /// Upper limit on medication per lifetime of the patient
        max_dose_per_lifetime: Option<Quantity> = "maxDosePerLifetime",
    }
}

element! {
    /// `Dosage.doseAndRate`: Amount of medication administered
    struct DosageDoseAndRate {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// The kind of dose or rate specified
        r#type: Option<CodeableConcept> = "type",
        /// Amount of medication per dose
        dose: Option<DosageDoseAndRateDose> = "doseRange" | "doseQuantity",
        /// Amount of medication per unit of time
        rate: Option<DosageDoseAndRateRate> = "rateRatio" | "rateRange" | "rateQuantity",
    }
}

choice! {
    /// `Dosage.asNeeded[x]`: Take "as needed" (for x)
    enum DosageAsNeeded {
        Boolean(bool) = "asNeededBoolean",
        CodeableConcept(CodeableConcept) = "asNeededCodeableConcept",
    }
}

choice! {
    /// `Dosage.doseAndRate.dose[x]`: Amount of medication per dose
    enum DosageDoseAndRateDose {
        Range(Range) = "doseRange",
        Quantity(Quantity) = "doseQuantity",
    }
}

choice! {
    /// `Dosage.doseAndRate.rate[x]`: Amount of medication per unit of time
    enum DosageDoseAndRateRate {
        Ratio(Ratio) = "rateRatio",
        Range(Range) = "rateRange",
        Quantity(Quantity) = "rateQuantity",
    }
}

element! {
    /// `Extension`: Base StructureDefinition for Extension Type: Optional Extension Element -
    /// found in all resources.
    struct Extension {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// identifies the meaning of the extension
        url: Option<String> = "url",
        /// Value of extension
        value: Option<Box<ExtensionValue>> =
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
    /// `Extension.value[x]`: Value of extension
    enum ExtensionValue {
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

element! {
    /// `HumanName`: Base StructureDefinition for HumanName Type: A human's name with the ability
    /// to identify parts and usage.
    struct HumanName {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// usual | official | temp | nickname | anonymous | old | maiden
        r#use: Option<String> = "use",
        /// Text representation of the full name
        text: Option<String> = "text",
        /// Family name (often called 'Surname')
        family: Option<String> = "family",
        /// Given names (not always 'first'). Includes middle names
        given: Vec<String> = "given",
        /// Parts that come before the name
        prefix: Vec<String> = "prefix",
        /// Parts that come after the name
        suffix: Vec<String> = "suffix",
        /// Time period when name was/is in use
        period: Option<Period> = "period",
    }
}

element! {
    /// `Identifier`: Base StructureDefinition for Identifier Type: An identifier - identifies
    /// some entity uniquely and unambiguously.
    struct Identifier {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// usual | official | temp | secondary | old (If known)
        r#use: Option<String> = "use",
        /// Description of identifier
        r#type: Option<CodeableConcept> = "type",
        /// The namespace for the identifier value
        system: Option<String> = "system",
        /// The value that is unique
        value: Option<String> = "value",
        /// Time period when id is/was valid for use
        period: Option<Period> = "period",
        /// Organization that issued id (may be just text)
        assigner: Option<Box<Reference>> = "assigner",
    }
}

element! {
    /// `Meta`: Base StructureDefinition for Meta Type: The metadata about a resource.
    struct Meta {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Version specific identifier
        version_id: Option<String> = "versionId",
        /// When the resource version last changed
        last_updated: Option<Instant> = "lastUpdated",
        /// Identifies where the resource comes from
        source: Option<String> = "source",
        /// Profiles this resource claims to conform to
        profile: Vec<String> = "profile",
        /// Security Labels applied to this resource
        security: Vec<Coding> = "security",
        /// Tags applied to this resource
        tag: Vec<Coding> = "tag",
    }
}

element! {
    /// `Money`: Base StructureDefinition for Money Type: An amount of economic utility in some
    /// recognized currency.
    struct Money {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Numerical value (with implicit precision)
        value: Option<Decimal> = "value",
        /// ISO 4217 Currency Code
        currency: Option<String> = "currency",
    }
}

element! {
    /// `Narrative`: Base StructureDefinition for Narrative Type: A human-readable summary of the
    /// resource conveying the essential clinical and business information for the resource.
    struct Narrative {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// generated | extensions | additional | empty
        status: Option<String> = "status",
        /// Limited xhtml content
        div: Option<String> = "div",
    }
}

element! {
    /// `Period`: Base StructureDefinition for Period Type: A time period defined by a start and
    /// end date and optionally time.
    struct Period {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Starting time with inclusive boundary
        start: Option<DateTime> = "start",
        /// End time with inclusive boundary, if not ongoing
        end: Option<DateTime> = "end",
    }
}

element! {
    /// `Quantity`: Base StructureDefinition for Quantity Type: A measured amount (or an amount
    /// that can potentially be measured).
    struct Quantity {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Numerical value (with implicit precision)
        value: Option<Decimal> = "value",
        /// \< | \<= | \>= | \> - how to understand the value
        comparator: Option<String> = "comparator",
        /// Unit representation
        unit: Option<String> = "unit",
        /// System that defines coded unit form
        system: Option<String> = "system",
        /// Coded form of the unit
        code: Option<String> = "code",
    }
}

element! {
    /// `Range`: Base StructureDefinition for Range Type: A set of ordered Quantities defined by a
    /// low and high limit.
    struct Range {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Low limit
        low: Option<Quantity> = "low",
        /// High limit
        high: Option<Quantity> = "high",
    }
}

element! {
    /// `Ratio`: Base StructureDefinition for Ratio Type: A relationship of two Quantity values -
    /// expressed as a numerator and a denominator.
    struct Ratio {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Numerator value
        numerator: Option<Quantity> = "numerator",
        /// Denominator value
        denominator: Option<Quantity> = "denominator",
    }
}

element! {
    /// `Reference`: Base StructureDefinition for Reference Type: A reference from one resource to
    /// another.
    struct Reference {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Literal reference, Relative, internal or absolute URL
        reference: Option<String> = "reference",
        /// Type the reference refers to (e.g. "Patient")
        r#type: Option<String> = "type",
        /// Logical reference, when literal reference is not known
        identifier: Option<Identifier> = "identifier",
        /// Text alternative for the resource
        display: Option<String> = "display",
    }
}

element! {
    /// `SampledData`: Base StructureDefinition for SampledData Type: A series of measurements
    /// taken by a device, with upper and lower limits.
    struct SampledData {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Zero value and units
        origin: Option<Quantity> = "origin",
        /// Number of milliseconds between samples
        period: Option<Decimal> = "period",
        /// Multiply data by this before adding to origin
        factor: Option<Decimal> = "factor",
        /// Lower limit of detection
        lower_limit: Option<Decimal> = "lowerLimit",
        /// Upper limit of detection
        upper_limit: Option<Decimal> = "upperLimit",
        /// Number of sample points at each time point
        dimensions: Option<i32> = "dimensions",
        /// Decimal values with spaces, or "E" | "U" | "L"
        data: Option<String> = "data",
    }
}

element! {
    /// `Signature`: Base StructureDefinition for Signature Type: A signature along with
    /// supporting context.
    struct Signature {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Indication of the reason the entity signed the object(s)
        r#type: Vec<Coding> = "type",
        /// When the signature was created
        when: Option<Instant> = "when",
        /// Who signed
        who: Option<Reference> = "who",
        /// The party represented
        on_behalf_of: Option<Reference> = "onBehalfOf",
        /// The technical format of the signed resources
        target_format: Option<String> = "targetFormat",
        /// The technical format of the signature
        sig_format: Option<String> = "sigFormat",
        /// The actual signature content (XML DigSig. JWS, picture, etc.)
        data: Option<String> = "data",
    }
}

element! {
    /// `Timing`: Base StructureDefinition for Timing Type: Specifies an event that may occur
    /// multiple times.
    struct Timing {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Extensions that cannot be ignored even if unrecognized
        modifier_extension: Vec<Extension> = "modifierExtension",
        /// When the event occurs
        event: Vec<DateTime> = "event",
        /// When the event is to occur
        repeat: Option<TimingRepeat> = "repeat",
        /// BID | TID | QID | AM | PM | QD | QOD | +
        code: Option<CodeableConcept> = "code",
    }
}

element! {
    /// `Timing.repeat`: When the event is to occur
    struct TimingRepeat {
        /// Unique id for inter-element referencing
        id: Option<String> = "id",
        /// Additional content defined by implementations
        extension: Vec<Extension> = "extension",
        /// Length/Range of lengths, or (Start and/or end) limits
        bounds: Option<TimingRepeatBounds> = "boundsDuration" | "boundsRange" | "boundsPeriod",
        /// Number of times to repeat
        count: Option<i32> = "count",
        /// Maximum number of times to repeat
        count_max: Option<i32> = "countMax",
        /// How long when it happens
        duration: Option<Decimal> = "duration",
        /// How long when it happens (Max)
        duration_max: Option<Decimal> = "durationMax",
        /// s | min | h | d | wk | mo | a - unit of time (UCUM)
        duration_unit: Option<String> = "durationUnit",
        /// Event occurs frequency times per period
        frequency: Option<i32> = "frequency",
        /// Event occurs up to frequencyMax times per period
        frequency_max: Option<i32> = "frequencyMax",
        /// Event occurs frequency times per period
        period: Option<Decimal> = "period",
        /// Upper limit of period (3-4 hours)
        period_max: Option<Decimal> = "periodMax",
        /// s | min | h | d | wk | mo | a - unit of time (UCUM)
        period_unit: Option<String> = "periodUnit",
        /// mon | tue | wed | thu | fri | sat | sun
        day_of_week: Vec<String> = "dayOfWeek",
        /// Time of day for action
        time_of_day: Vec<String> = "timeOfDay",
        /// Code for time period of occurrence
        when: Vec<String> = "when",
        /// Minutes from event (before or after)
        offset: Option<i32> = "offset",
    }
}

choice! {
    /// `Timing.repeat.bounds[x]`: Length/Range of lengths, or (Start and/or end) limits
    enum TimingRepeatBounds {
        Duration(Quantity) = "boundsDuration",
        Range(Range) = "boundsRange",
        Period(Period) = "boundsPeriod",
    }
}
