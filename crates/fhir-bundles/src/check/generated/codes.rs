// Generated from the FHIR R4 and NRCES definitions by `cargo run -p xtask -- generate`. Do not edit.

use super::super::rules::{CodeSet, System};

pub(super) static VS_ADDRESS_TYPE: CodeSet = CodeSet {
    name: "address-type",
    systems: &[("http://hl7.org/fhir/address-type", &["both", "physical", "postal"])],
};

pub(super) static VS_ADDRESS_USE: CodeSet = CodeSet {
    name: "address-use",
    systems: &[("http://hl7.org/fhir/address-use", &["billing", "home", "old", "temp", "work"])],
};

pub(super) static VS_ADMINISTRATIVE_GENDER: CodeSet = CodeSet {
    name: "administrative-gender",
    systems: &[(
        "http://hl7.org/fhir/administrative-gender",
        &["female", "male", "other", "unknown"],
    )],
};

pub(super) static VS_ALL_TYPES: CodeSet = CodeSet {
    name: "all-types",
    systems: &[
        ("http://hl7.org/fhir/abstract-types", &["Any", "Type"]),
        (
            "http://hl7.org/fhir/data-types",
            &[
                "Address",
                "Age",
                "Annotation",
                "Attachment",
                "BackboneElement",
                "CodeableConcept",
                "Coding",
                "ContactDetail",
                "ContactPoint",
                "Contributor",
                "Count",
                "DataRequirement",
                "Distance",
                "Dosage",
                "Duration",
                "Element",
                "ElementDefinition",
                "Expression",
                "Extension",
                "HumanName",
                "Identifier",
                "MarketingStatus",
                "Meta",
                "Money",
                "MoneyQuantity",
                "Narrative",
                "ParameterDefinition",
                "Period",
                "Population",
                "ProdCharacteristic",
                "ProductShelfLife",
                "Quantity",
                "Range",
                "Ratio",
                "Reference",
                "RelatedArtifact",
                "SampledData",
                "Signature",
                "SimpleQuantity",
                "SubstanceAmount",
                "Timing",
                "TriggerDefinition",
                "UsageContext",
                "base64Binary",
                "boolean",
                "canonical",
                "code",
                "date",
                "dateTime",
                "decimal",
                "id",
                "instant",
                "integer",
                "markdown",
                "oid",
                "positiveInt",
                "string",
                "time",
                "unsignedInt",
                "uri",
                "url",
                "uuid",
                "xhtml",
            ],
        ),
        (
            "http://hl7.org/fhir/resource-types",
            &[
                "Account",
                "ActivityDefinition",
                "AdverseEvent",
                "AllergyIntolerance",
                "Appointment",
                "AppointmentResponse",
                "AuditEvent",
                "Basic",
                "Binary",
                "BiologicallyDerivedProduct",
                "BodyStructure",
                "Bundle",
                "CapabilityStatement",
                "CarePlan",
                "CareTeam",
                "CatalogEntry",
                "ChargeItem",
                "ChargeItemDefinition",
                "Claim",
                "ClaimResponse",
                "ClinicalImpression",
                "CodeSystem",
                "Communication",
                "CommunicationRequest",
                "CompartmentDefinition",
                "Composition",
                "ConceptMap",
                "Condition",
                "Consent",
                "Contract",
                "Coverage",
                "CoverageEligibilityRequest",
                "CoverageEligibilityResponse",
                "DetectedIssue",
                "Device",
                "DeviceDefinition",
                "DeviceMetric",
                "DeviceRequest",
                "DeviceUseStatement",
                "DiagnosticReport",
                "DocumentManifest",
                "DocumentReference",
                "DomainResource",
                "EffectEvidenceSynthesis",
                "Encounter",
                "Endpoint",
                "EnrollmentRequest",
                "EnrollmentResponse",
                "EpisodeOfCare",
                "EventDefinition",
                "Evidence",
                "EvidenceVariable",
                "ExampleScenario",
                "ExplanationOfBenefit",
                "FamilyMemberHistory",
                "Flag",
                "Goal",
                "GraphDefinition",
                "Group",
                "GuidanceResponse",
                "HealthcareService",
                "ImagingStudy",
                "Immunization",
                "ImmunizationEvaluation",
                "ImmunizationRecommendation",
                "ImplementationGuide",
                "InsurancePlan",
                "Invoice",
                "Library",
                "Linkage",
                "List",
                "Location",
                "Measure",
                "MeasureReport",
                "Media",
                "Medication",
                "MedicationAdministration",
                "MedicationDispense",
                "MedicationKnowledge",
                "MedicationRequest",
                "MedicationStatement",
                "MedicinalProduct",
                "MedicinalProductAuthorization",
                "MedicinalProductContraindication",
                "MedicinalProductIndication",
                "MedicinalProductIngredient",
                "MedicinalProductInteraction",
                "MedicinalProductManufactured",
                "MedicinalProductPackaged",
                "MedicinalProductPharmaceutical",
                "MedicinalProductUndesirableEffect",
                "MessageDefinition",
                "MessageHeader",
                "MolecularSequence",
                "NamingSystem",
                "NutritionOrder",
                "Observation",
                "ObservationDefinition",
                "OperationDefinition",
                "OperationOutcome",
                "Organization",
                "OrganizationAffiliation",
                "Parameters",
                "Patient",
                "PaymentNotice",
                "PaymentReconciliation",
                "Person",
                "PlanDefinition",
                "Practitioner",
                "PractitionerRole",
                "Procedure",
                "Provenance",
                "Questionnaire",
                "QuestionnaireResponse",
                "RelatedPerson",
                "RequestGroup",
                "ResearchDefinition",
                "ResearchElementDefinition",
                "ResearchStudy",
                "ResearchSubject",
                "Resource",
                "RiskAssessment",
                "RiskEvidenceSynthesis",
                "Schedule",
                "SearchParameter",
                "ServiceRequest",
                "Slot",
                "Specimen",
                "SpecimenDefinition",
                "StructureDefinition",
                "StructureMap",
                "Subscription",
                "Substance",
                "SubstanceNucleicAcid",
                "SubstancePolymer",
                "SubstanceProtein",
                "SubstanceReferenceInformation",
                "SubstanceSourceMaterial",
                "SubstanceSpecification",
                "SupplyDelivery",
                "SupplyRequest",
                "Task",
                "TerminologyCapabilities",
                "TestReport",
                "TestScript",
                "ValueSet",
                "VerificationResult",
                "VisionPrescription",
            ],
        ),
    ],
};

pub(super) static VS_ALLERGY_INTOLERANCE_CATEGORY: CodeSet = CodeSet {
    name: "allergy-intolerance-category",
    systems: &[(
        "http://hl7.org/fhir/allergy-intolerance-category",
        &["biologic", "environment", "food", "medication"],
    )],
};

pub(super) static VS_ALLERGY_INTOLERANCE_CRITICALITY: CodeSet = CodeSet {
    name: "allergy-intolerance-criticality",
    systems: &[(
        "http://hl7.org/fhir/allergy-intolerance-criticality",
        &["high", "low", "unable-to-assess"],
    )],
};

pub(super) static VS_ALLERGY_INTOLERANCE_TYPE: CodeSet = CodeSet {
    name: "allergy-intolerance-type",
    systems: &[("http://hl7.org/fhir/allergy-intolerance-type", &["allergy", "intolerance"])],
};

pub(super) static VS_ALLERGYINTOLERANCE_CLINICAL: CodeSet = CodeSet {
    name: "allergyintolerance-clinical",
    systems: &[(
        "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical",
        &["active", "inactive", "resolved"],
    )],
};

pub(super) static VS_ALLERGYINTOLERANCE_VERIFICATION: CodeSet = CodeSet {
    name: "allergyintolerance-verification",
    systems: &[(
        "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification",
        &["confirmed", "entered-in-error", "refuted", "unconfirmed"],
    )],
};

pub(super) static VS_APPOINTMENTSTATUS: CodeSet = CodeSet {
    name: "appointmentstatus",
    systems: &[(
        "http://hl7.org/fhir/appointmentstatus",
        &[
            "arrived",
            "booked",
            "cancelled",
            "checked-in",
            "entered-in-error",
            "fulfilled",
            "noshow",
            "pending",
            "proposed",
            "waitlist",
        ],
    )],
};

pub(super) static VS_BUNDLE_TYPE: CodeSet = CodeSet {
    name: "bundle-type",
    systems: &[(
        "http://hl7.org/fhir/bundle-type",
        &[
            "batch",
            "batch-response",
            "collection",
            "document",
            "history",
            "message",
            "searchset",
            "transaction",
            "transaction-response",
        ],
    )],
};

pub(super) static VS_CARE_PLAN_ACTIVITY_KIND: CodeSet = CodeSet {
    name: "care-plan-activity-kind",
    systems: &[(
        "http://hl7.org/fhir/resource-types",
        &[
            "Appointment",
            "CommunicationRequest",
            "DeviceRequest",
            "MedicationRequest",
            "NutritionOrder",
            "ServiceRequest",
            "Task",
            "VisionPrescription",
        ],
    )],
};

pub(super) static VS_CARE_PLAN_ACTIVITY_STATUS: CodeSet = CodeSet {
    name: "care-plan-activity-status",
    systems: &[(
        "http://hl7.org/fhir/care-plan-activity-status",
        &[
            "cancelled",
            "completed",
            "entered-in-error",
            "in-progress",
            "not-started",
            "on-hold",
            "scheduled",
            "stopped",
            "unknown",
        ],
    )],
};

pub(super) static VS_CARE_PLAN_INTENT: CodeSet = CodeSet {
    name: "care-plan-intent",
    systems: &[("http://hl7.org/fhir/request-intent", &["option", "order", "plan", "proposal"])],
};

pub(super) static VS_CHARGEITEM_STATUS: CodeSet = CodeSet {
    name: "chargeitem-status",
    systems: &[(
        "http://hl7.org/fhir/chargeitem-status",
        &[
            "aborted",
            "billable",
            "billed",
            "entered-in-error",
            "not-billable",
            "planned",
            "unknown",
        ],
    )],
};

pub(super) static VS_COMPOSITION_ATTESTATION_MODE: CodeSet = CodeSet {
    name: "composition-attestation-mode",
    systems: &[(
        "http://hl7.org/fhir/composition-attestation-mode",
        &["legal", "official", "personal", "professional"],
    )],
};

pub(super) static VS_COMPOSITION_STATUS: CodeSet = CodeSet {
    name: "composition-status",
    systems: &[(
        "http://hl7.org/fhir/composition-status",
        &["amended", "entered-in-error", "final", "preliminary"],
    )],
};

pub(super) static VS_CONDITION_CLINICAL: CodeSet = CodeSet {
    name: "condition-clinical",
    systems: &[(
        "http://terminology.hl7.org/CodeSystem/condition-clinical",
        &["active", "inactive", "recurrence", "relapse", "remission", "resolved"],
    )],
};

pub(super) static VS_CONDITION_VER_STATUS: CodeSet = CodeSet {
    name: "condition-ver-status",
    systems: &[(
        "http://terminology.hl7.org/CodeSystem/condition-ver-status",
        &["confirmed", "differential", "entered-in-error", "provisional", "refuted", "unconfirmed"],
    )],
};

pub(super) static VS_CONTACT_POINT_SYSTEM: CodeSet = CodeSet {
    name: "contact-point-system",
    systems: &[(
        "http://hl7.org/fhir/contact-point-system",
        &["email", "fax", "other", "pager", "phone", "sms", "url"],
    )],
};

pub(super) static VS_CONTACT_POINT_USE: CodeSet = CodeSet {
    name: "contact-point-use",
    systems: &[(
        "http://hl7.org/fhir/contact-point-use",
        &["home", "mobile", "old", "temp", "work"],
    )],
};

pub(super) static VS_CONTRIBUTOR_TYPE: CodeSet = CodeSet {
    name: "contributor-type",
    systems: &[(
        "http://hl7.org/fhir/contributor-type",
        &["author", "editor", "endorser", "reviewer"],
    )],
};

pub(super) static VS_DAYS_OF_WEEK: CodeSet = CodeSet {
    name: "days-of-week",
    systems: &[(
        "http://hl7.org/fhir/days-of-week",
        &["fri", "mon", "sat", "sun", "thu", "tue", "wed"],
    )],
};

pub(super) static VS_DEVICE_NAMETYPE: CodeSet = CodeSet {
    name: "device-nametype",
    systems: &[(
        "http://hl7.org/fhir/device-nametype",
        &[
            "manufacturer-name",
            "model-name",
            "other",
            "patient-reported-name",
            "udi-label-name",
            "user-friendly-name",
        ],
    )],
};

pub(super) static VS_DEVICE_STATUS: CodeSet = CodeSet {
    name: "device-status",
    systems: &[(
        "http://hl7.org/fhir/device-status",
        &["active", "entered-in-error", "inactive", "unknown"],
    )],
};

pub(super) static VS_DIAGNOSTIC_REPORT_STATUS: CodeSet = CodeSet {
    name: "diagnostic-report-status",
    systems: &[(
        "http://hl7.org/fhir/diagnostic-report-status",
        &[
            "amended",
            "appended",
            "cancelled",
            "corrected",
            "entered-in-error",
            "final",
            "partial",
            "preliminary",
            "registered",
            "unknown",
        ],
    )],
};

pub(super) static VS_DOCUMENT_REFERENCE_STATUS: CodeSet = CodeSet {
    name: "document-reference-status",
    systems: &[(
        "http://hl7.org/fhir/document-reference-status",
        &["current", "entered-in-error", "superseded"],
    )],
};

pub(super) static VS_DOCUMENT_RELATIONSHIP_TYPE: CodeSet = CodeSet {
    name: "document-relationship-type",
    systems: &[(
        "http://hl7.org/fhir/document-relationship-type",
        &["appends", "replaces", "signs", "transforms"],
    )],
};

pub(super) static VS_ENCOUNTER_LOCATION_STATUS: CodeSet = CodeSet {
    name: "encounter-location-status",
    systems: &[(
        "http://hl7.org/fhir/encounter-location-status",
        &["active", "completed", "planned", "reserved"],
    )],
};

pub(super) static VS_ENCOUNTER_STATUS: CodeSet = CodeSet {
    name: "encounter-status",
    systems: &[(
        "http://hl7.org/fhir/encounter-status",
        &[
            "arrived",
            "cancelled",
            "entered-in-error",
            "finished",
            "in-progress",
            "onleave",
            "planned",
            "triaged",
            "unknown",
        ],
    )],
};

pub(super) static VS_EVENT_STATUS: CodeSet = CodeSet {
    name: "event-status",
    systems: &[(
        "http://hl7.org/fhir/event-status",
        &[
            "completed",
            "entered-in-error",
            "in-progress",
            "not-done",
            "on-hold",
            "preparation",
            "stopped",
            "unknown",
        ],
    )],
};

pub(super) static VS_EVENT_TIMING: CodeSet = CodeSet {
    name: "event-timing",
    systems: &[
        (
            "http://hl7.org/fhir/event-timing",
            &[
                "AFT",
                "AFT.early",
                "AFT.late",
                "EVE",
                "EVE.early",
                "EVE.late",
                "MORN",
                "MORN.early",
                "MORN.late",
                "NIGHT",
                "NOON",
                "PHS",
            ],
        ),
        (
            "http://terminology.hl7.org/CodeSystem/v3-TimingEvent",
            &[
                "AC", "ACD", "ACM", "ACV", "C", "CD", "CM", "CV", "HS", "PC", "PCD", "PCM", "PCV",
                "WAKE",
            ],
        ),
    ],
};

pub(super) static VS_HISTORY_STATUS: CodeSet = CodeSet {
    name: "history-status",
    systems: &[(
        "http://hl7.org/fhir/history-status",
        &["completed", "entered-in-error", "health-unknown", "partial"],
    )],
};

pub(super) static VS_HTTP_VERB: CodeSet = CodeSet {
    name: "http-verb",
    systems: &[(
        "http://hl7.org/fhir/http-verb",
        &["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"],
    )],
};

pub(super) static VS_IDENTIFIER_USE: CodeSet = CodeSet {
    name: "identifier-use",
    systems: &[(
        "http://hl7.org/fhir/identifier-use",
        &["official", "old", "secondary", "temp", "usual"],
    )],
};

pub(super) static VS_IMAGINGSTUDY_STATUS: CodeSet = CodeSet {
    name: "imagingstudy-status",
    systems: &[(
        "http://hl7.org/fhir/imagingstudy-status",
        &["available", "cancelled", "entered-in-error", "registered", "unknown"],
    )],
};

pub(super) static VS_IMMUNIZATION_STATUS: CodeSet = CodeSet {
    name: "immunization-status",
    systems: &[(
        "http://hl7.org/fhir/event-status",
        &["completed", "entered-in-error", "not-done"],
    )],
};

pub(super) static VS_INVOICE_PRICECOMPONENTTYPE: CodeSet = CodeSet {
    name: "invoice-priceComponentType",
    systems: &[(
        "http://hl7.org/fhir/invoice-priceComponentType",
        &["base", "deduction", "discount", "informational", "surcharge", "tax"],
    )],
};

pub(super) static VS_INVOICE_STATUS: CodeSet = CodeSet {
    name: "invoice-status",
    systems: &[(
        "http://hl7.org/fhir/invoice-status",
        &["balanced", "cancelled", "draft", "entered-in-error", "issued"],
    )],
};

pub(super) static VS_LINK_TYPE: CodeSet = CodeSet {
    name: "link-type",
    systems: &[("http://hl7.org/fhir/link-type", &["refer", "replaced-by", "replaces", "seealso"])],
};

pub(super) static VS_LIST_MODE: CodeSet = CodeSet {
    name: "list-mode",
    systems: &[("http://hl7.org/fhir/list-mode", &["changes", "snapshot", "working"])],
};

pub(super) static VS_LOCATION_MODE: CodeSet = CodeSet {
    name: "location-mode",
    systems: &[("http://hl7.org/fhir/location-mode", &["instance", "kind"])],
};

pub(super) static VS_LOCATION_STATUS: CodeSet = CodeSet {
    name: "location-status",
    systems: &[("http://hl7.org/fhir/location-status", &["active", "inactive", "suspended"])],
};

pub(super) static VS_MEDICATION_STATEMENT_STATUS: CodeSet = CodeSet {
    name: "medication-statement-status",
    systems: &[(
        "http://hl7.org/fhir/CodeSystem/medication-statement-status",
        &[
            "active",
            "completed",
            "entered-in-error",
            "intended",
            "not-taken",
            "on-hold",
            "stopped",
            "unknown",
        ],
    )],
};

pub(super) static VS_MEDICATION_STATUS: CodeSet = CodeSet {
    name: "medication-status",
    systems: &[(
        "http://hl7.org/fhir/CodeSystem/medication-status",
        &["active", "entered-in-error", "inactive"],
    )],
};

pub(super) static VS_MEDICATIONREQUEST_INTENT: CodeSet = CodeSet {
    name: "medicationrequest-intent",
    systems: &[(
        "http://hl7.org/fhir/CodeSystem/medicationrequest-intent",
        &[
            "filler-order",
            "instance-order",
            "option",
            "order",
            "original-order",
            "plan",
            "proposal",
            "reflex-order",
        ],
    )],
};

pub(super) static VS_MEDICATIONREQUEST_STATUS: CodeSet = CodeSet {
    name: "medicationrequest-status",
    systems: &[(
        "http://hl7.org/fhir/CodeSystem/medicationrequest-status",
        &[
            "active",
            "cancelled",
            "completed",
            "draft",
            "entered-in-error",
            "on-hold",
            "stopped",
            "unknown",
        ],
    )],
};

pub(super) static VS_NAME_USE: CodeSet = CodeSet {
    name: "name-use",
    systems: &[(
        "http://hl7.org/fhir/name-use",
        &["anonymous", "maiden", "nickname", "official", "old", "temp", "usual"],
    )],
};

pub(super) static VS_NARRATIVE_STATUS: CodeSet = CodeSet {
    name: "narrative-status",
    systems: &[(
        "http://hl7.org/fhir/narrative-status",
        &["additional", "empty", "extensions", "generated"],
    )],
};

pub(super) static VS_OBSERVATION_STATUS: CodeSet = CodeSet {
    name: "observation-status",
    systems: &[(
        "http://hl7.org/fhir/observation-status",
        &[
            "amended",
            "cancelled",
            "corrected",
            "entered-in-error",
            "final",
            "preliminary",
            "registered",
            "unknown",
        ],
    )],
};

pub(super) static VS_OPERATION_PARAMETER_USE: CodeSet = CodeSet {
    name: "operation-parameter-use",
    systems: &[("http://hl7.org/fhir/operation-parameter-use", &["in", "out"])],
};

pub(super) static VS_PARTICIPANTREQUIRED: CodeSet = CodeSet {
    name: "participantrequired",
    systems: &[(
        "http://hl7.org/fhir/participantrequired",
        &["information-only", "optional", "required"],
    )],
};

pub(super) static VS_PARTICIPATIONSTATUS: CodeSet = CodeSet {
    name: "participationstatus",
    systems: &[(
        "http://hl7.org/fhir/participationstatus",
        &["accepted", "declined", "needs-action", "tentative"],
    )],
};

pub(super) static VS_QUANTITY_COMPARATOR: CodeSet = CodeSet {
    name: "quantity-comparator",
    systems: &[("http://hl7.org/fhir/quantity-comparator", &["<", "<=", ">", ">="])],
};

pub(super) static VS_REACTION_EVENT_SEVERITY: CodeSet = CodeSet {
    name: "reaction-event-severity",
    systems: &[("http://hl7.org/fhir/reaction-event-severity", &["mild", "moderate", "severe"])],
};

pub(super) static VS_RELATED_ARTIFACT_TYPE: CodeSet = CodeSet {
    name: "related-artifact-type",
    systems: &[(
        "http://hl7.org/fhir/related-artifact-type",
        &[
            "citation",
            "composed-of",
            "depends-on",
            "derived-from",
            "documentation",
            "justification",
            "predecessor",
            "successor",
        ],
    )],
};

pub(super) static VS_REQUEST_INTENT: CodeSet = CodeSet {
    name: "request-intent",
    systems: &[(
        "http://hl7.org/fhir/request-intent",
        &[
            "directive",
            "filler-order",
            "instance-order",
            "option",
            "order",
            "original-order",
            "plan",
            "proposal",
            "reflex-order",
        ],
    )],
};

pub(super) static VS_REQUEST_PRIORITY: CodeSet = CodeSet {
    name: "request-priority",
    systems: &[("http://hl7.org/fhir/request-priority", &["asap", "routine", "stat", "urgent"])],
};

pub(super) static VS_REQUEST_STATUS: CodeSet = CodeSet {
    name: "request-status",
    systems: &[(
        "http://hl7.org/fhir/request-status",
        &["active", "completed", "draft", "entered-in-error", "on-hold", "revoked", "unknown"],
    )],
};

pub(super) static VS_SEARCH_ENTRY_MODE: CodeSet = CodeSet {
    name: "search-entry-mode",
    systems: &[("http://hl7.org/fhir/search-entry-mode", &["include", "match", "outcome"])],
};

pub(super) static VS_SORT_DIRECTION: CodeSet = CodeSet {
    name: "sort-direction",
    systems: &[("http://hl7.org/fhir/sort-direction", &["ascending", "descending"])],
};

pub(super) static VS_SPECIMEN_STATUS: CodeSet = CodeSet {
    name: "specimen-status",
    systems: &[(
        "http://hl7.org/fhir/specimen-status",
        &["available", "entered-in-error", "unavailable", "unsatisfactory"],
    )],
};

pub(super) static VS_TASK_INTENT: CodeSet = CodeSet {
    name: "task-intent",
    systems: &[
        (
            "http://hl7.org/fhir/request-intent",
            &[
                "filler-order",
                "instance-order",
                "option",
                "order",
                "original-order",
                "plan",
                "proposal",
                "reflex-order",
            ],
        ),
        ("http://hl7.org/fhir/task-intent", &["unknown"]),
    ],
};

pub(super) static VS_TASK_STATUS: CodeSet = CodeSet {
    name: "task-status",
    systems: &[(
        "http://hl7.org/fhir/task-status",
        &[
            "accepted",
            "cancelled",
            "completed",
            "draft",
            "entered-in-error",
            "failed",
            "in-progress",
            "on-hold",
            "ready",
            "received",
            "rejected",
            "requested",
        ],
    )],
};

pub(super) static VS_TRIGGER_TYPE: CodeSet = CodeSet {
    name: "trigger-type",
    systems: &[(
        "http://hl7.org/fhir/trigger-type",
        &[
            "data-access-ended",
            "data-accessed",
            "data-added",
            "data-changed",
            "data-modified",
            "data-removed",
            "named-event",
            "periodic",
        ],
    )],
};

pub(super) static VS_UDI_ENTRY_TYPE: CodeSet = CodeSet {
    name: "udi-entry-type",
    systems: &[(
        "http://hl7.org/fhir/udi-entry-type",
        &["barcode", "card", "manual", "rfid", "self-reported", "unknown"],
    )],
};

pub(super) static VS_UNITS_OF_TIME: CodeSet = CodeSet {
    name: "units-of-time",
    systems: &[("http://unitsofmeasure.org", &["a", "d", "h", "min", "mo", "s", "wk"])],
};

pub(super) static VS_V3_CONFIDENTIALITYCLASSIFICATION: CodeSet = CodeSet {
    name: "v3-ConfidentialityClassification",
    systems: &[(
        "http://terminology.hl7.org/CodeSystem/v3-Confidentiality",
        &["L", "M", "N", "R", "U", "V"],
    )],
};

pub(super) static VS_NDHM_BODY_MEASUREMENT: CodeSet = CodeSet {
    name: "ndhm-body-measurement",
    systems: &[(
        "http://loinc.org",
        &["29463-7", "39156-5", "56072-2", "56074-8", "8280-0", "8302-2"],
    )],
};

pub(super) static VS_NDHM_CHARGEITEM_TYPES: CodeSet = CodeSet {
    name: "ndhm-chargeitem-types",
    systems: &[(
        "https://nrces.in/ndhm/fhir/r4/CodeSystem/ndhm-billing-codes",
        &["00", "01", "02", "03", "04", "05", "06", "07", "08", "99"],
    )],
};

pub(super) static VS_NDHM_GENERAL_ASSESSMENT: CodeSet = CodeSet {
    name: "ndhm-general-assessment",
    systems: &[
        (
            "http://loinc.org",
            &[
                "14743-9", "14760-3", "2339-0", "34534-8", "41604-0", "69429-9", "73708-0",
                "8693-4", "8999-5", "9052-2", "94122-9",
            ],
        ),
        ("http://snomed.info/sct", &["365275006"]),
    ],
};

pub(super) static VS_NDHM_IDENTIFIER_TYPE_CODE: CodeSet = CodeSet {
    name: "ndhm-identifier-type-code",
    systems: &[
        (
            "http://terminology.hl7.org/CodeSystem/v2-0203",
            &[
                "AC", "ACSN", "AM", "AMA", "AN", "ANC", "AND", "ANON", "ANT", "APRN", "ASID", "BA",
                "BC", "BCFN", "BCT", "BR", "BRN", "BSNR", "CC", "CONM", "CY", "CZ", "DC", "DCFN",
                "DDS", "DEA", "DFN", "DI", "DL", "DN", "DO", "DP", "DPM", "DR", "DS", "EI", "EN",
                "ESN", "FDR", "FDRFN", "FI", "FILL", "GI", "GL", "GN", "HC", "IND", "JHN", "LACSN",
                "LANR", "LI", "LN", "LR", "MA", "MB", "MC", "MCD", "MCN", "MCR", "MCT", "MD", "MI",
                "MR", "MRT", "MS", "NBSNR", "NCT", "NE", "NH", "NI", "NII", "NIIP", "NNxxx", "NP",
                "NPI", "OBI", "OD", "PA", "PC", "PCN", "PE", "PEN", "PHC", "PHE", "PHO", "PI",
                "PLAC", "PN", "PNT", "PPIN", "PPN", "PRC", "PRN", "PT", "QA", "RI", "RN", "RPH",
                "RR", "RRI", "RRP", "SB", "SID", "SL", "SN", "SNBSN", "SNO", "SP", "SR", "SS",
                "STN", "TAX", "TN", "TPR", "TRL", "U", "UDI", "UPIN", "USID", "VN", "VP", "VS",
                "WC", "WCN", "WP", "XV", "XX",
            ],
        ),
        (
            "https://nrces.in/ndhm/fhir/r4/CodeSystem/ndhm-identifier-type-code",
            &[
                "ABHA", "ADN", "AL", "BIC", "BPL", "CCF", "CFC", "CFE", "CFG", "CFP", "CFUA",
                "CGHS", "CLN", "DCF", "ECHS", "FF", "HIN", "HPID", "HPIN", "HSN", "IGA", "KP",
                "NHRR", "NIN", "ODN", "OIN", "PMJAY", "PSC", "RCN", "ROHINI", "SCC", "SID", "SLR",
                "TRC", "VID",
            ],
        ),
    ],
};

pub(super) static VS_NDHM_INVOICE_TYPES: CodeSet = CodeSet {
    name: "ndhm-invoice-types",
    systems: &[(
        "https://nrces.in/ndhm/fhir/r4/CodeSystem/ndhm-billing-codes",
        &["00", "01", "02", "03", "99"],
    )],
};

pub(super) static VS_NDHM_LIFESTYLE: CodeSet = CodeSet {
    name: "ndhm-lifestyle",
    systems: &[("http://snomed.info/sct", &["228273003", "228509002", "365981007", "41829006"])],
};

pub(super) static VS_NDHM_PHYSICAL_ACTIVITY: CodeSet = CodeSet {
    name: "ndhm-physical-activity",
    systems: &[("http://loinc.org", &["41981-2", "55423-8", "80493-0", "93832-4"])],
};

pub(super) static VS_NDHM_PRICE_COMPONENTS: CodeSet = CodeSet {
    name: "ndhm-price-components",
    systems: &[(
        "https://nrces.in/ndhm/fhir/r4/CodeSystem/ndhm-price-components",
        &["00", "01", "02", "03", "04"],
    )],
};

pub(super) static VS_NDHM_VITAL_SIGNS: CodeSet = CodeSet {
    name: "ndhm-vital-signs",
    systems: &[("http://loinc.org", &["2708-6", "61008-9", "85354-9", "8867-4", "9279-1"])],
};

pub(super) static VS_NDHM_WOMEN_HEALTH: CodeSet = CodeSet {
    name: "ndhm-women-health",
    systems: &[("http://loinc.org", &["11976-8", "42798-9", "42802-9", "8665-2", "92656-8"])],
};

/// Code systems whose codes and displays are all known.
pub(in crate::check) static SYSTEMS: &[System] = &[
    System {
        url: "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical",
        codes: &[("active", "Active"), ("inactive", "Inactive"), ("resolved", "Resolved")],
    },
    System {
        url: "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification",
        codes: &[
            ("confirmed", "Confirmed"),
            ("entered-in-error", "Entered in Error"),
            ("refuted", "Refuted"),
            ("unconfirmed", "Unconfirmed"),
        ],
    },
    System {
        url: "http://terminology.hl7.org/CodeSystem/condition-clinical",
        codes: &[
            ("active", "Active"),
            ("inactive", "Inactive"),
            ("recurrence", "Recurrence"),
            ("relapse", "Relapse"),
            ("remission", "Remission"),
            ("resolved", "Resolved"),
        ],
    },
    System {
        url: "http://terminology.hl7.org/CodeSystem/condition-ver-status",
        codes: &[
            ("confirmed", "Confirmed"),
            ("differential", "Differential"),
            ("entered-in-error", "Entered in Error"),
            ("provisional", "Provisional"),
            ("refuted", "Refuted"),
            ("unconfirmed", "Unconfirmed"),
        ],
    },
    System {
        url: "http://terminology.hl7.org/CodeSystem/observation-category",
        codes: &[
            ("activity", "Activity"),
            ("exam", "Exam"),
            ("imaging", "Imaging"),
            ("laboratory", "Laboratory"),
            ("procedure", "Procedure"),
            ("social-history", "Social History"),
            ("survey", "Survey"),
            ("therapy", "Therapy"),
            ("vital-signs", "Vital Signs"),
        ],
    },
    System {
        url: "http://terminology.hl7.org/CodeSystem/organization-type",
        codes: &[
            ("bus", "Non-Healthcare Business or Corporation"),
            ("cg", "Community Group"),
            ("crs", "Clinical Research Sponsor"),
            ("dept", "Hospital Department"),
            ("edu", "Educational Institute"),
            ("govt", "Government"),
            ("ins", "Insurance Company"),
            ("other", "Other"),
            ("pay", "Payer"),
            ("prov", "Healthcare Provider"),
            ("reli", "Religious Institution"),
            ("team", "Organizational team"),
        ],
    },
    System {
        url: "http://terminology.hl7.org/CodeSystem/v2-0203",
        codes: &[
            ("AC", "Accreditation/Certification Identifier"),
            ("ACSN", "Accession ID"),
            ("AM", "American Express"),
            ("AMA", "American Medical Association Number"),
            ("AN", "Account number"),
            ("ANC", "Account number Creditor"),
            ("AND", "Account number debitor"),
            ("ANON", "Anonymous identifier"),
            ("ANT", "Temporary Account Number"),
            ("APRN", "Advanced Practice Registered Nurse number"),
            ("ASID", "Ancestor Specimen ID"),
            ("BA", "Bank Account Number"),
            ("BC", "Bank Card Number"),
            ("BCFN", "Birth Certificate File Number"),
            ("BCT", "Birth Certificate"),
            ("BR", "Birth registry number"),
            ("BRN", "Breed Registry Number"),
            ("BSNR", "Primary physician office number"),
            ("CC", "Cost Center number"),
            ("CONM", "Change of Name Document"),
            ("CY", "County number"),
            ("CZ", "Citizenship Card"),
            ("DC", "Death Certificate ID"),
            ("DCFN", "Death Certificate File Number"),
            ("DDS", "Dentist license number"),
            ("DEA", "Drug Enforcement Administration registration number"),
            ("DFN", "Drug Furnishing or prescriptive authority Number"),
            ("DI", "Diner's Club card"),
            ("DL", "Driver's license number"),
            ("DN", "Doctor number"),
            ("DO", "Osteopathic License number"),
            ("DP", "Diplomatic Passport"),
            ("DPM", "Podiatrist license number"),
            ("DR", "Donor Registration Number"),
            ("DS", "Discover Card"),
            ("EI", "Employee number"),
            ("EN", "Employer number"),
            ("ESN", "Staff Enterprise Number"),
            ("FDR", "Fetal Death Report ID"),
            ("FDRFN", "Fetal Death Report File Number"),
            ("FI", "Facility ID"),
            ("FILL", "Filler Identifier"),
            ("GI", "Guarantor internal identifier"),
            ("GL", "General ledger number"),
            ("GN", "Guarantor external  identifier"),
            ("HC", "Health Card Number"),
            ("IND", "Indigenous/Aboriginal"),
            ("JHN", "Jurisdictional health number (Canada)"),
            ("LACSN", "Laboratory Accession ID"),
            ("LANR", "Lifelong physician number"),
            ("LI", "Labor and industries number"),
            ("LN", "License number"),
            ("LR", "Local Registry ID"),
            ("MA", "Patient Medicaid number"),
            ("MB", "Member Number"),
            ("MC", "Patient's Medicare number"),
            ("MCD", "Practitioner Medicaid number"),
            ("MCN", "Microchip Number"),
            ("MCR", "Practitioner Medicare number"),
            ("MCT", "Marriage Certificate"),
            ("MD", "Medical License number"),
            ("MI", "Military ID number"),
            ("MR", "Medical record number"),
            ("MRT", "Temporary Medical Record Number"),
            ("MS", "MasterCard"),
            ("NBSNR", "Secondary physician office number"),
            ("NCT", "Naturalization Certificate"),
            ("NE", "National employer identifier"),
            ("NH", "National Health Plan Identifier"),
            ("NI", "National unique individual identifier"),
            ("NII", "National Insurance Organization Identifier"),
            ("NIIP", "National Insurance Payor Identifier (Payor)"),
            (
                "NNxxx",
                "National Person Identifier where the xxx is the ISO table 3166 3-character (alphabetic) country code",
            ),
            ("NP", "Nurse practitioner number"),
            ("NPI", "National provider identifier"),
            ("OBI", "Observation Instance Identifier"),
            ("OD", "Optometrist license number"),
            ("PA", "Physician Assistant number"),
            ("PC", "Parole Card"),
            ("PCN", "Penitentiary/correctional institution Number"),
            ("PE", "Living Subject Enterprise Number"),
            ("PEN", "Pension Number"),
            ("PHC", "Public Health Case Identifier"),
            ("PHE", "Public Health Event Identifier"),
            ("PHO", "Public Health Official ID"),
            ("PI", "Patient internal identifier"),
            ("PLAC", "Placer Identifier"),
            ("PN", "Person number"),
            ("PNT", "Temporary Living Subject Number"),
            ("PPIN", "Medicare/CMS Performing Provider Identification Number"),
            ("PPN", "Passport number"),
            ("PRC", "Permanent Resident Card Number"),
            ("PRN", "Provider number"),
            ("PT", "Patient external identifier"),
            ("QA", "QA number"),
            ("RI", "Resource identifier"),
            ("RN", "Registered Nurse Number"),
            ("RPH", "Pharmacist license number"),
            ("RR", "Railroad Retirement number"),
            ("RRI", "Regional registry ID"),
            ("RRP", "Railroad Retirement Provider"),
            ("SB", "Social Beneficiary Identifier"),
            ("SID", "Specimen ID"),
            ("SL", "State license"),
            ("SN", "Subscriber Number"),
            ("SNBSN", "State assigned NDBS card Identifier"),
            ("SNO", "Serial Number"),
            ("SP", "Study Permit"),
            ("SR", "State registry ID"),
            ("SS", "Social Security number"),
            ("STN", "Shipment Tracking Number"),
            ("TAX", "Tax ID number"),
            ("TN", "Treaty Number/ (Canada)"),
            ("TPR", "Temporary Permanent Resident (Canada)"),
            ("TRL", "Training License Number"),
            ("U", "Unspecified identifier"),
            ("UDI", "Universal Device Identifier"),
            ("UPIN", "Medicare/CMS (formerly HCFA)'s Universal Physician Identification numbers"),
            ("USID", "Unique Specimen ID"),
            ("VN", "Visit number"),
            ("VP", "Visitor Permit"),
            ("VS", "VISA"),
            ("WC", "WIC identifier"),
            ("WCN", "Workers' Comp Number"),
            ("WP", "Work Permit"),
            ("XV", "Health Plan Identifier"),
            ("XX", "Organization identifier"),
        ],
    },
    System {
        url: "http://terminology.hl7.org/CodeSystem/v3-Confidentiality",
        codes: &[
            ("B", "business"),
            ("C", "celebrity"),
            ("D", "clinician"),
            ("ETH", "substance abuse related"),
            ("HIV", "HIV related"),
            ("I", "individual"),
            ("L", "low"),
            ("M", "moderate"),
            ("N", "normal"),
            ("PSY", "psychiatry relate"),
            ("R", "restricted"),
            ("S", "sensitive"),
            ("SDV", "sexual and domestic violence related"),
            ("T", "taboo"),
            ("U", "unrestricted"),
            ("V", "very restricted"),
            ("_Confidentiality", "Confidentiality"),
            ("_ConfidentialityByAccessKind", "ConfidentialityByAccessKind"),
            ("_ConfidentialityByInfoType", "ConfidentialityByInfoType"),
            ("_ConfidentialityModifiers", "ConfidentialityModifiers"),
        ],
    },
    System {
        url: "http://terminology.hl7.org/CodeSystem/v3-TimingEvent",
        codes: &[
            ("AC", "AC"),
            ("ACD", "ACD"),
            ("ACM", "ACM"),
            ("ACV", "ACV"),
            ("C", "C"),
            ("CD", "CD"),
            ("CM", "CM"),
            ("CV", "CV"),
            ("HS", "HS"),
            ("IC", "IC"),
            ("ICD", "ICD"),
            ("ICM", "ICM"),
            ("ICV", "ICV"),
            ("PC", "PC"),
            ("PCD", "PCD"),
            ("PCM", "PCM"),
            ("PCV", "PCV"),
            ("WAKE", "WAKE"),
        ],
    },
    System {
        url: "https://nrces.in/ndhm/fhir/r4/CodeSystem/ndhm-adjudication-reason",
        codes: &[
            (
                "claimError-1",
                "The claimed service is not covered under the policy, and therefore, the amount is deducted.",
            ),
            (
                "claimError-10",
                "The claimed service is deemed medically unnecessary, leading to a deduction.",
            ),
            (
                "claimError-11",
                "The claimant has reached the maximum benefit limit, resulting in a deduction.",
            ),
            (
                "claimError-12",
                "The claim was not submitted within the required time frame, leading to a deduction.",
            ),
            (
                "claimError-13",
                "The claimed service has already been paid for, leading to a deduction.",
            ),
            (
                "claimError-14",
                "Claim has been rejected due to less tha 24 hours of hospitalization",
            ),
            (
                "claimError-15",
                "Claim has been rejected as the Package is Reserved to Public Hospital",
            ),
            (
                "claimError-16",
                "Claim has been closed due to Incomplete submission of documents by hospital after multiple queries",
            ),
            (
                "claimError-17",
                "Claim has been rejected as there was misrepresentation of bed category booked",
            ),
            (
                "claimError-18",
                "Claim has been rejected due to Outside Scope of cover (Exclusions as per scheme)",
            ),
            ("claimError-19", "Claim has been rejected as the claim was found be False/Fraudulent"),
            (
                "claimError-2",
                "The claimed amount exceeds the maximum coverage limit, leading to a deduction.",
            ),
            (
                "claimError-20",
                "Claim has been rejected due to mismatch of package and disease/diagnosis/treatment",
            ),
            (
                "claimError-21",
                "Claim has been rejected due to hospital not empanelled for this specialty",
            ),
            ("claimError-22", "Claim has been closed due to non submission of the documents"),
            (
                "claimError-23",
                "Claim rejected as the treatment provided does not support the blocked package, request you to book a fresh relevant package",
            ),
            (
                "claimError-24",
                "Claim has been closed as the photo of the operative site is not available",
            ),
            (
                "claimError-25",
                "Claim has been rejected due to apparent manipulation in medical record",
            ),
            (
                "claimError-26",
                "Claim has been rejected as the hospital expenses have been paid by patient",
            ),
            (
                "claimError-27",
                "Claim has been closed due missing Pre-Auth patient's photo/post operative photo/After discharge photo",
            ),
            (
                "claimError-28",
                "Claim has been closed as referral letter mandatory for package selected has not been provided",
            ),
            (
                "claimError-29",
                "Claim has been rejected as the need for hospitalization was not justified based on the available documents",
            ),
            (
                "claimError-3",
                "The same claim has been submitted more than once, resulting in a deduction.",
            ),
            (
                "claimError-30",
                "Claim rejected as the treatment provided does not support the blocked package, request you to book a fresh relevant package",
            ),
            (
                "claimError-4",
                "The claim needs to be coordinated with another insurance policy, leading to a deduction.",
            ),
            (
                "claimError-5",
                "The claim lacks essential documentation, leading to a partial deduction until proper documents are provided.",
            ),
            (
                "claimError-6",
                "The claim amount is subject to the policy deductible, leading to a deduction.",
            ),
            (
                "claimError-7",
                "The claimant is responsible for a portion of the service cost due to co-payment or coinsurance.",
            ),
            (
                "claimError-8",
                "There is an error in the claim submission, leading to a deduction until the correct information is provided.",
            ),
            (
                "claimError-9",
                "The claim is determined to be fraudulent, leading to a complete/partial deduction of the amount.",
            ),
            ("covered", "Covered"),
            ("other", "Others"),
            (
                "preauthError-1",
                "Pre-Auth has been rejected as the diagnosis is outside Scope of cover (Exclusions as per scheme)",
            ),
            (
                "preauthError-10",
                "Pre-Auth has been closed due to non submission of mandatory document as per STG",
            ),
            (
                "preauthError-11",
                "Pre-Auth has been rejected as the Surgery was done before Pre-auth Approval",
            ),
            (
                "preauthError-12",
                "Pre-auth enhancement rejected due to missing patient photo to depict bed category",
            ),
            (
                "preauthError-2",
                "Pre-auth has been rejected due to delay in raising enhancement requests",
            ),
            ("preauthError-3", "Pre-Auth has been rejected as it was found to be False/Fraudulent"),
            (
                "preauthError-4",
                "Pre-Auth has been closed due to delay in preauth Intimation (as per state guidelines)",
            ),
            (
                "preauthError-5",
                "Pre-Auth has been rejected as the Hospital is not empanelled for this specialty",
            ),
            ("preauthError-6", "Pre- Auth has been rejected due to mismatch in dialysis records"),
            (
                "preauthError-7",
                "Enhancement request rejected as the medical necessity of enhancement request not met",
            ),
            (
                "preauthError-8",
                "Pre-Auth rejected as the medical necessity of ICU bed category not met",
            ),
            (
                "preauthError-9",
                "Pre-Auth has been rejected as the package selected is reserved for public hospital",
            ),
        ],
    },
    System {
        url: "https://nrces.in/ndhm/fhir/r4/CodeSystem/ndhm-benefit-type",
        codes: &[("00", "ICU"), ("01", "Blood"), ("02", "Oxygen"), ("03", "Room Rent")],
    },
    System {
        url: "https://nrces.in/ndhm/fhir/r4/CodeSystem/ndhm-billing-codes",
        codes: &[
            ("00", "Consultation"),
            ("01", "Pharmacy"),
            ("02", "IPD"),
            ("03", "OPD"),
            ("04", "Pathology"),
            ("05", "Medicines"),
            ("06", "Nursing Charges"),
            ("07", "Handling Charges"),
            ("08", "Delivery Charges"),
            ("99", "Others"),
        ],
    },
    System {
        url: "https://nrces.in/ndhm/fhir/r4/CodeSystem/ndhm-claim-exclusion",
        codes: &[
            ("Excl01", "Pre-Existing Diseases"),
            ("Excl02", "Specified disease/procedure waiting period"),
            ("Excl03", "30-day waiting period"),
            ("Excl04", "Investigation Evaluation"),
            ("Excl05", "Rest Cure,Rehabilitation and Respite Care"),
            ("Excl06", "Obesity/Weight Control"),
            ("Excl07", "Change-of-Gender treatments"),
            ("Excl08", "Cosmetic or plastic Surgery"),
            ("Excl09", "Hazardous or Adventure sports"),
            ("Excl10", "Breach of law"),
            ("Excl11", "Excluded Providers"),
            ("Excl12", "Rehabilitation"),
            ("Excl13", "Hydrotherapy"),
            ("Excl14", "Non-prescription"),
            ("Excl15", "Refractive Error"),
            ("Excl16", "Unproven Treatments"),
            ("Excl17", "Sterility and Infertility"),
            ("Excl18", "Maternity Expenses"),
            ("IIB13", "Fraudulent Claim"),
            ("IIB14", "Sum insured exhausted"),
            ("IIB15", "Withdrawal by the Insured"),
            ("IIB16", "Suppression of Material Information"),
            ("IIB17", "Waiting Period beyond 30 days"),
            ("IIB20", "Not covered under the Terms and Conditions of the contract"),
        ],
    },
    System {
        url: "https://nrces.in/ndhm/fhir/r4/CodeSystem/ndhm-coverage-type",
        codes: &[
            ("00", "In Patient Hospitalization"),
            ("01", "Pre Hospitalization"),
            ("02", "Post Hospitalization"),
            ("03", "Local Ambulance"),
            ("04", "Living Donor Medical Costs"),
            ("05", "Annual Preventive Health Check up"),
            ("06", "Mental Illness Treatment"),
            ("07", "Rehabiliation"),
            ("08", "Modern Treatment method"),
            ("09", "Out patient"),
            ("10", "Lab pathelogy"),
            ("11", "Drugs and Medicines"),
            ("12", "Dental"),
            ("13", "Eye"),
            ("14", "Day Care"),
            ("15", "Daily-cash"),
            ("16", "Major illness/critical illness"),
        ],
    },
    System {
        url: "https://nrces.in/ndhm/fhir/r4/CodeSystem/ndhm-form-code",
        codes: &[
            ("claimapproval", "Approval letter for claim settlement"),
            ("claimdenial", "Rejection letter for claim"),
            ("dischargeapproval", "Provisional approval of claim for the discharge"),
            ("feedbackletter", "Patient feedback form"),
            ("policydocument", "Policy Document with terms and conditions"),
            ("preauthapproval", "Approval letter for Pre-authorisation"),
            ("preauthdenial", "Rejection letter for Pre-authorisation"),
        ],
    },
    System {
        url: "https://nrces.in/ndhm/fhir/r4/CodeSystem/ndhm-identifier-type-code",
        codes: &[
            ("ABHA", "Ayushman Bharat Health Account (ABHA) ID"),
            ("ADN", "Adhaar number"),
            ("AL", "Arms License"),
            ("BIC", "Border ID card"),
            ("BPL", "BPL Card Number"),
            ("CCF", "Caste Certificate"),
            (
                "CFC",
                "Fresh Certificate carrying the identity and address of the person(s) concerned issued by the Lt. Colonel",
            ),
            (
                "CFE",
                "Certificate of address with photo from Govt. recognized educational institution (for students only)",
            ),
            (
                "CFG",
                "Certificate of Address having Photo, issued by MP/ MLA / Group A Gazetted Officer on letter head with seal",
            ),
            (
                "CFP",
                "Certificate of Address having Photo, issued by Head of Village / Gram Panchayat or its equivalent Authority. (for Rural Areas)",
            ),
            ("CFUA", "Defence Personnel - Armed Forces ;Certificate from Competent Unit Authority"),
            ("CGHS", "Central Government Health Scheme (CGHS) ID"),
            ("CLN", "Claim number"),
            ("DCF", "Domicile Certificate"),
            ("ECHS", "Ex-servicemen Contributory Health Scheme (ECHS) ID"),
            ("FF", "Freedom Fighter Card having photo"),
            ("HIN", "Health ID issued by NDHM"),
            ("HPID", "Healthcare Professional ID (HPID)"),
            ("HPIN", "Health Practitioner ID issued by NDHM"),
            ("HSN", "Harmonized System of Nomenclature"),
            ("IGA", "Identifier(s) assigned by central/state or local Government authority"),
            ("KP", "Kissan Passbook"),
            ("NHRR", "National Health Resource Repository (NHRR) ID"),
            ("NIN", "National Identification Number (NIN)"),
            ("ODN", "Other document"),
            ("OIN", "Other identifier"),
            ("PMJAY", "Pradhan Mantri Jan Aarogya Yojana (PMJAY) ID"),
            ("PSC", "Pensioners Card"),
            ("RCN", "Ration Card Number"),
            ("ROHINI", "Registry of Hospitals in Network of Insurance (ROHINI) ID"),
            ("SCC", "Senior Citizen Card"),
            ("SID", "Student ID card"),
            ("SLR", "Sri Lankan Refugees Identity Card"),
            ("TRC", "Tibetan Refugee Card"),
            ("VID", "Voter ID"),
        ],
    },
    System {
        url: "https://nrces.in/ndhm/fhir/r4/CodeSystem/ndhm-insuranceplan-type",
        codes: &[
            ("01", "Hospitalisation Indemnity Policy"),
            ("02", "Hospital Cash Plan"),
            ("03", "Critical Illness Cover -Indemnity"),
            ("04", "Critical Illness Cover - Benefits"),
            ("05", "Out Patient Policy"),
            ("07", "Universal Health Policy"),
            ("08", "Micro insurance Policy"),
            ("09", "Package Policy (covering more than one type of health above)"),
            ("10", "Hybrid Policy (covering other than health also)"),
            ("90", "Mass policy"),
            ("99", "Any Other Product Type"),
        ],
    },
    System {
        url: "https://nrces.in/ndhm/fhir/r4/CodeSystem/ndhm-payment-type",
        codes: &[
            ("approvedAmount", "Approved Amount"),
            ("claimedAmount", "Claimed Amount"),
            ("penality", "Penalty Deduction"),
            ("recovered", "Recovered Amount"),
            ("serviceTax", "Service Tax"),
            ("tds", "TDS Deduction"),
        ],
    },
    System {
        url: "https://nrces.in/ndhm/fhir/r4/CodeSystem/ndhm-plan-type",
        codes: &[
            ("01", "Individual"),
            ("02", "Individual Floater"),
            ("03", "Group"),
            ("04", "Group Floater"),
            ("05", "Declaration"),
            ("06", "Declaration Floater"),
            ("07", "Declaration with Group Organiser"),
            ("08", "Declaration Floater with Group Organiser"),
            ("99", "Any Other Cover Type"),
        ],
    },
    System {
        url: "https://nrces.in/ndhm/fhir/r4/CodeSystem/ndhm-price-components",
        codes: &[("00", "MRP"), ("01", "Rate"), ("02", "Discount"), ("03", "CGST"), ("04", "SGST")],
    },
    System {
        url: "https://nrces.in/ndhm/fhir/r4/CodeSystem/ndhm-program-code",
        codes: &[
            ("AB-PMJAY", "Ayushman Bharat Pradhan Mantri Jan Arogya Yojana (AB-PMJAY)"),
            ("ABDM", "Ayushman Bharat Digital Mission"),
            ("ABY", "Ayushman Bharat Yojana"),
            ("AMR", "National Programme on Containment of Anti-Microbial Resistance"),
            ("CAPF", "CAPF"),
            ("CGHS", "Central Government Health Scheme (CGHS)"),
            ("ECHS", "Ex-Servicemen Contributory Health Scheme(ECHS)"),
            ("ESIC", "ESIC"),
            ("HMDG", "RAN/HMDG"),
            ("ICDS", "Integrated Child Development Services"),
            ("IDSP", "Integrated Disease Surveillance Programme"),
            ("JSSK", "Janani Shishu Suraksha Karyakaram"),
            ("JSY", "Janani Suraksha Yojana"),
            ("LaQshya", "LaQshya’ programme (Labour Room Quality Improvement Initiative)"),
            (
                "MAA",
                "MAA (Mothers’ Absolute Affection) Programme for Infant and Young Child Feeding",
            ),
            ("MDMP", "Mid-Day Meal Programme"),
            ("NACP", "National AIDS Control Programme"),
            ("NCVBDCP", "National Centre for Vector Borne Diseases Control Progarmme"),
            ("NHM", "National Health Mission"),
            ("NIPIAC", "National Iron Plus Initiative for Anaemia Control"),
            ("NLEP", "National Leprosy Eradication Programme"),
            ("NMHP", "National Mental Health Programme"),
            ("NOHP", "National Oral Health programme"),
            ("NPCBVI", "National Programme for Control of Blindness& Visual Impairment"),
            ("NPCCHH", "National Programme on Climate Change & Human Health"),
            (
                "NPCDCS",
                "National Programme for Prevention and Control of Cancer, Diabetes, Cardiovascular Diseases & Stroke",
            ),
            ("NPCTOD", "National Programme for Control Treatment of Occupational Diseases"),
            ("NPHCE", "National Programme for the Health Care for the Elderly"),
            ("NPPC", "National Programme for Palliative Care"),
            ("NPPCD", "National Programme for Prevention and Control of Deafness"),
            ("NPPCF", "National Programme for Prevention and Control of Fluorosis"),
            ("NPPMBI", "National Programme for Prevention & Management of Burn Injuries"),
            ("NRCP", "National Rabies Control Programme"),
            ("NSSK", "NavjaatShishu Suraksha Karyakram"),
            ("NTCP", "National Tobacco Control Programme"),
            ("NTEP", "National Tuberculosis Elimination Programme"),
            ("NVAPP", "National Vitamin A prophylaxis Programe"),
            ("NVHCP", "National Viral Hepatitis Control Program"),
            ("OTH", "Other"),
            ("PHI", "Private Health Insurance"),
            ("PIP", "Add private insurance program(PIP)"),
            ("PM-ABHIM", "PM Ayushman Bharat Health Infrastructure Mission"),
            ("PMNDP", "Pradhan Mantri National Dialysis Programme"),
            ("PMSMA", "Pradhan Mantri Surakshit Matritva Abhiyan"),
            ("PMSSY", "Pradhan Mantri Swasthya Suraksha Yojana"),
            ("PPCL", "Programme for Prevention and Control of leptospirosis"),
            ("PPP", "Pulse Polio Programme"),
            ("RBSK", "Rashtriya Bal SwasthyaKaryakram"),
            ("RKSK", "Rashtriya Kishor Swasthya Karyakram"),
            ("STATE", "STATE SCHEMES"),
        ],
    },
    System {
        url: "https://nrces.in/ndhm/fhir/r4/CodeSystem/ndhm-reason-code",
        codes: &[
            ("claimrejected", "Reprocess request due to claim rejected by payer"),
            ("erroneousclaim", "Reprocess request due to erroneous claim submission by provider"),
            ("erroneousregistration", "Beneficiary registered by mistakenly for a given policy"),
            ("partialpayment", "Reprocess request due to partial payment by payer"),
            ("referred", "Referred to another hospital"),
            ("treatmentplanchanged", "Treatment plan changed during hospitalization."),
            ("wrongdiagnosis", "Additional facts were diagnosed during treatment."),
        ],
    },
    System {
        url: "https://nrces.in/ndhm/fhir/r4/CodeSystem/ndhm-related-claim-relationship-code",
        codes: &[("enhancement", "Enhancement"), ("settlement", "Settlement")],
    },
    System {
        url: "https://nrces.in/ndhm/fhir/r4/CodeSystem/ndhm-supportinginfo-category",
        codes: &[
            ("ATT", "Attachment"),
            ("BVC", "Benefiaciary verification card"),
            ("CD", "Clinical document"),
            ("CER", "Medical Certficate"),
            ("CIL", "Claim status intimation letter"),
            ("COI", "Injury or accident detail"),
            ("CRD", "Claim received"),
            ("DCT", "Document Type - Doctor Consent"),
            ("DEF", "Declaration form"),
            ("DEL", "Doctor signed extention letter"),
            ("DIA", "Diagnostic report"),
            ("DIS", "Discharge status and discharge to location detail"),
            ("DOB", "Proof of Date of Birth"),
            ("DRUG", "Document Type - Drug"),
            ("EID", "Employee id card"),
            ("EXC", "Exception"),
            ("FCF", "Filled claim form"),
            ("FIR", "FIR copy"),
            ("HCT", "Document Type - Hospital Consent"),
            ("HDS", "Hospital discharge summary"),
            ("IMP", "Document Type - Implant"),
            ("IND", "Indicator flag"),
            (
                "INF",
                "Additional info related to claim ( conveying additional situation and condition information.)",
            ),
            ("INV", "Document Type - Investigation"),
            ("MAT", "Materials Forwarded"),
            ("MB", "Medical bill"),
            ("NMI", "Claim query detail"),
            (
                "ONS",
                "Period, start or end dates of aspects of the Condition. (e.g. admission, discharge etc)",
            ),
            ("OTH", "Other"),
            ("PCT", "Document Type - Patient Consent"),
            ("PHT", "Photograph"),
            ("POA", "Proof of address"),
            ("POI", "Proof of identity"),
            ("POR", "Proof of relation"),
            ("REF", "Referal latter"),
            ("REL", "Related service"),
            ("SIG", "Signature"),
            ("TRD", "Treatment detail"),
            ("VRE", "Patient Reason for Visit"),
        ],
    },
    System {
        url: "https://nrces.in/ndhm/fhir/r4/CodeSystem/ndhm-supportinginfo-code",
        codes: &[
            ("ACC", "Army Canteen Card"),
            ("ADDD", "Admission date -Discharge date"),
            ("AHBD", "Attack on human body detail (FIR Registered or not)"),
            (
                "ARC",
                "Additional info related to claim ( conveying additional situation and condition information.)",
            ),
            ("AT", "Attachment"),
            (
                "BCF",
                "Birth Certificate issued by Registrar of Birth, Municipal Corporation and other notified local government bodies like Taluk, Tehsil etc.",
            ),
            ("BMR", "Bedside monitoring report"),
            ("CAL", "Claim approval letter"),
            ("CDNC", "ConsummablesAndDisposiblesNotcoveredinPolicy"),
            (
                "CFIE",
                "Certificate of Identity containing Name, DOB and Photo issued by Recognized Educational Institution signed by Head of Institute on UIDAI standard certificate format",
            ),
            (
                "CFIG",
                "Certificate of Identity having photo issued by MP or MLA or MLC or Municipal Councillor or Gazetted Officer on UIDAI standard certificate format",
            ),
            (
                "CFIP",
                "Certificate of Identity having photo and relationship with HoF issued by Village Panchayat Head or Mukhiya or its equivalent authority (for rural areas)",
            ),
            (
                "CFIU",
                "Certificate of identity containing Name, DOB and Photograph issued by Employees Provident Fund Organisation (EPFO) on UIDAI standard certificate format",
            ),
            ("CIA", "Cause of Injury or Accident"),
            ("CNCR", "courier number of claim reciept"),
            ("CP", "CarePlan"),
            ("CPNC", "CostlyProcedureNotCoveredInPolicy"),
            ("CPSD", "Consumption of Poisonous substance detail(FIR Registered or not)"),
            ("CQD", "Claim query detail"),
            ("CRD", "Claim received date time"),
            ("CSN", "Consultation Summary Note"),
            ("DAMA", "Discharge Summary with DAMA"),
            ("DCB", "Discharge card/ slip issued by Government hospitals for birth of a child"),
            ("DCR", "Discharge Summary Report"),
            (
                "DCSPP",
                "Details of claim settled by primary payor (in case of secondary claims - attachment)",
            ),
            ("DD", "document detail (submitted with claims)"),
            ("DHDA", "Date-Time of Hospitalization Due to Accident"),
            ("DOA", "Date of Accident or Injury"),
            ("DPN", "Daily progress note"),
            (
                "DRL",
                "Downward Referral Letter (referral from higher facility to the original referee facility)",
            ),
            ("DRP", "Doctor Prescription"),
            ("DRRL", "Doctor Referral letter (to specialist)"),
            ("DRRLH", "Doctor Referral letter (to hospital)"),
            ("DSDE", "Discharge start-discharge end time"),
            ("DSDEL", "Doctor signed discharge extension letter"),
            ("DSR", "Death Summary Report"),
            ("DSTEL", "Doctor signed treatment extension letter"),
            ("DTC", "DischargeToDifferentCountry"),
            ("DTH", "DischargeToHome (Discharge disposition status)"),
            ("DTM", "DischargetoMortuary(death disposition)"),
            ("DTS", "DischargeToDifferentState"),
            ("DTU", "DischargeToUnknownLocation"),
            ("EB", "Electricity Bill of Govt./private company (not older than 3 months)"),
            ("ED", "EmploymentDetail"),
            ("EDT", "EncounterDateTime"),
            ("EI", "EmploymentImpacted (Y/N) for long disabilities)"),
            ("EID", "Employment impacted period (start date - end date)"),
            ("EMNC", "ExpensiveMedicinesNotCoveredinPackage"),
            ("EMPID", "Employment ID card"),
            ("EO", "EncounterOutcome"),
            ("ESB", "Estimate Bill"),
            ("ESD", "Electric Shock detail"),
            (
                "ESR",
                "Extract of School Records issued by Head of School containing Name, Date of Birth and Photograph",
            ),
            ("ET", "EncounterType"),
            ("ETN", "Emergency Treatment Note"),
            ("FB", "Final Bill"),
            ("FBD", "Fire Burns detail"),
            ("FED", "Any other Central/ State government issued family entitlement document"),
            ("FIR", "FIR report"),
            ("FS", "Flowsheet"),
            ("GAR", "Genetic Assessment Report"),
            ("HDF", "Hospital stamped and signed hospital declaration form"),
            ("HI", "HospitalizedIndicator (if patient was hospitalized or not - Y/N)"),
            ("HS", "Hospital signature and stamp (scanned copy)"),
            ("IAO", "IT Assessment Order"),
            ("IB", "Interim Bill"),
            ("IC", "Insurance Card"),
            ("IHRL", "Inter Hospital Referral Letter"),
            ("IMR", "ICU monitoring reports with note"),
            ("IPD", "InvestigationPerformedDetail"),
            ("IPDT", "InvestigationPerformedDetailDateTime"),
            ("IPE", "InsurancePolicyExclusion"),
            ("IR", "Imaging Report with study"),
            ("ITPP", "ImmediateTreatmentProvidedToPatientAfterAccident"),
            ("LAMA", "Discharge Summary with LAMA"),
            ("LIR", "Lab Investigation Report"),
            ("MCF", "Marriage Certificate issued by the government"),
            ("MDC", "Medical Certificate"),
            ("MDF", "Any other consent form or miscellaneous declaration form"),
            ("MDN", "Medication Diapensation Note"),
            ("MF", "Materials Forwarded"),
            ("MLC", "MLC Case (Boolean Y/N)"),
            ("MNREGA", "MNREGA Job Card"),
            ("MPC", "MultiPayorClaim (Boolean Y/N)"),
            ("MRU", "Marksheet issued by any Government Board or University"),
            ("NN", "Nursing note"),
            ("OSN", "OT Surgery Note"),
            ("PAL", "Preauthorization approval letter"),
            ("PBC", "PMJAY Beneficiary Card"),
            ("PCA", "Photograph (any other required for claims adjudication)"),
            ("PCAI", "Patient Condition at time of admission after injury"),
            ("PCDT", "AnyPreviousClaimsDueToAccident (previous claim detail)"),
            ("PCTR", "Point of care testing report"),
            ("PD", "Photograph of dead person"),
            ("PDRRL", "Post discharge readmission request letter"),
            ("PDS", "PDS Card"),
            ("PER", "PatientEmergencyRoom(start datetime-enddatetime)"),
            ("PF", "Photograph of family"),
            ("PIC", "Government Photo ID Card/ Photo Identity Card issued by PSU containing DOB"),
            (
                "PIPC",
                "PMJAYInsurancePortabilityCase (Y/N) (treatment received in a different state)",
            ),
            ("PIS", "PatientICUStay (startdatetime-enddatetime)"),
            ("PNR", "PatientNormalRoom (start datetime- enddatetime)"),
            ("POSC", "PrimaryorSecondaryClaim"),
            ("PPD", "ProcedurePerformedDetail"),
            ("PPDT", "ProcedurePerformedDateTime"),
            ("PS", "Photograph of self"),
            (
                "PSD",
                "PrimarySHADetails (SHA/TPA detail of state where PMJAY benefeciary belongs to)",
            ),
            ("PSP", "PatientSurgeryPerformed(startdatetime-enddatetime)"),
            ("PSPD", "Primary and Secondary Payor Detail (in case of Multi Payor claim)"),
            ("RA", "Registered Sale/Lease (Rent) Agreement"),
            ("RC", "ReasonCode (encounter reason)"),
            ("RDR", "Radiology Report"),
            ("SBD", "Snake Bite detail"),
            ("SDF", "Self signed declaration form"),
            ("SRD", "ServiceRenderedDetail"),
            ("SRDT", "ServiceRenderedDateTime"),
            (
                "SRIC",
                "Surrender ID Card (BLT etc.) issued by Govt. of India signed by IGP of the state",
            ),
            (
                "SSD",
                "SecondarySHADetails (SHA/TPA detail of state where benefeciary received treatment)",
            ),
            ("SSLC", "SSLC Book/ Certificate"),
            ("TB", "Telephone Bill of a fixed line. (Any Service Provider)"),
            ("TD", "Treatment detail"),
            ("URL", "Upward Referral Letter (referral from HWC, SC, PHC,CHC to District Hospital)"),
            ("VAD", "Vehicle Acident detail"),
            ("VRCF", "Vehicle Registration Certificate / Smart card"),
            ("WB", "Water Bill with address"),
            ("WS", "Self signature (wet signature) scanned copy"),
        ],
    },
    System {
        url: "https://nrces.in/ndhm/fhir/r4/CodeSystem/ndhm-task-codes",
        codes: &[("deliver", "deliver"), ("nullify", "nullify"), ("search", "Search")],
    },
    System {
        url: "https://nrces.in/ndhm/fhir/r4/CodeSystem/ndhm-task-input-type-code",
        codes: &[
            ("claimNumber", "ClaimNumber"),
            ("document", "Document"),
            ("financeYear", "FinanceYear"),
            ("fromDate", "FromDate"),
            ("initimationNumber", "InitimationNumber"),
            ("payerId", "PayerId"),
            ("policyNumber", "PolicyNumber"),
            ("productNumber", "ProductNumber"),
            ("providerId", "ProviderId"),
            ("serviceCode", "ServiceCode"),
            ("toDate", "ToDate"),
        ],
    },
    System {
        url: "https://nrces.in/ndhm/fhir/r4/CodeSystem/ndhm-task-output-value",
        codes: &[
            ("claimcancelled", "Requested claim is cancelled"),
            ("claimreinitiated", "Requested claim is reinitiated"),
            ("claimsuspended", "Requested claim is suspended"),
            ("paymentack", "Payment is acknowledged"),
            ("taskak", "Requested task is acknowledged"),
            ("taskdelivered", "Requested task is delivered"),
        ],
    },
];

/// All R4 resource types, in order.
pub(in crate::check) static RESOURCE_TYPES: &[&str] = &[
    "Account",
    "ActivityDefinition",
    "AdverseEvent",
    "AllergyIntolerance",
    "Appointment",
    "AppointmentResponse",
    "AuditEvent",
    "Basic",
    "Binary",
    "BiologicallyDerivedProduct",
    "BodyStructure",
    "Bundle",
    "CapabilityStatement",
    "CarePlan",
    "CareTeam",
    "CatalogEntry",
    "ChargeItem",
    "ChargeItemDefinition",
    "Claim",
    "ClaimResponse",
    "ClinicalImpression",
    "CodeSystem",
    "Communication",
    "CommunicationRequest",
    "CompartmentDefinition",
    "Composition",
    "ConceptMap",
    "Condition",
    "Consent",
    "Contract",
    "Coverage",
    "CoverageEligibilityRequest",
    "CoverageEligibilityResponse",
    "DetectedIssue",
    "Device",
    "DeviceDefinition",
    "DeviceMetric",
    "DeviceRequest",
    "DeviceUseStatement",
    "DiagnosticReport",
    "DocumentManifest",
    "DocumentReference",
    "DomainResource",
    "EffectEvidenceSynthesis",
    "Encounter",
    "Endpoint",
    "EnrollmentRequest",
    "EnrollmentResponse",
    "EpisodeOfCare",
    "EventDefinition",
    "Evidence",
    "EvidenceVariable",
    "ExampleScenario",
    "ExplanationOfBenefit",
    "FamilyMemberHistory",
    "Flag",
    "Goal",
    "GraphDefinition",
    "Group",
    "GuidanceResponse",
    "HealthcareService",
    "ImagingStudy",
    "Immunization",
    "ImmunizationEvaluation",
    "ImmunizationRecommendation",
    "ImplementationGuide",
    "InsurancePlan",
    "Invoice",
    "Library",
    "Linkage",
    "List",
    "Location",
    "Measure",
    "MeasureReport",
    "Media",
    "Medication",
    "MedicationAdministration",
    "MedicationDispense",
    "MedicationKnowledge",
    "MedicationRequest",
    "MedicationStatement",
    "MedicinalProduct",
    "MedicinalProductAuthorization",
    "MedicinalProductContraindication",
    "MedicinalProductIndication",
    "MedicinalProductIngredient",
    "MedicinalProductInteraction",
    "MedicinalProductManufactured",
    "MedicinalProductPackaged",
    "MedicinalProductPharmaceutical",
    "MedicinalProductUndesirableEffect",
    "MessageDefinition",
    "MessageHeader",
    "MolecularSequence",
    "NamingSystem",
    "NutritionOrder",
    "Observation",
    "ObservationDefinition",
    "OperationDefinition",
    "OperationOutcome",
    "Organization",
    "OrganizationAffiliation",
    "Parameters",
    "Patient",
    "PaymentNotice",
    "PaymentReconciliation",
    "Person",
    "PlanDefinition",
    "Practitioner",
    "PractitionerRole",
    "Procedure",
    "Provenance",
    "Questionnaire",
    "QuestionnaireResponse",
    "RelatedPerson",
    "RequestGroup",
    "ResearchDefinition",
    "ResearchElementDefinition",
    "ResearchStudy",
    "ResearchSubject",
    "Resource",
    "RiskAssessment",
    "RiskEvidenceSynthesis",
    "Schedule",
    "SearchParameter",
    "ServiceRequest",
    "Slot",
    "Specimen",
    "SpecimenDefinition",
    "StructureDefinition",
    "StructureMap",
    "Subscription",
    "Substance",
    "SubstanceNucleicAcid",
    "SubstancePolymer",
    "SubstanceProtein",
    "SubstanceReferenceInformation",
    "SubstanceSourceMaterial",
    "SubstanceSpecification",
    "SupplyDelivery",
    "SupplyRequest",
    "Task",
    "TerminologyCapabilities",
    "TestReport",
    "TestScript",
    "ValueSet",
    "VerificationResult",
    "VisionPrescription",
];
