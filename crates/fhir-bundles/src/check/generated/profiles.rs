// Generated from the FHIR R4 and NRCES definitions by `cargo xtask generate`. Do not edit.

use super::super::rules::{Binding, NODE, Node, Profile, Rules, Slice, Slicing, Target};
use super::codes;

/// The profiles of the guide by name, in order.
pub(in crate::check) static PROFILES: &[&Profile] = &[
    &P_ALLERGY_INTOLERANCE,
    &P_APPOINTMENT,
    &P_BINARY,
    &P_BRAND_NAME,
    &P_CARE_PLAN,
    &P_CHARGE_ITEM,
    &P_CONDITION,
    &P_DIAGNOSTIC_REPORT_IMAGING,
    &P_DIAGNOSTIC_REPORT_LAB,
    &P_DIAGNOSTIC_REPORT_RECORD,
    &P_DISCHARGE_SUMMARY_RECORD,
    &P_DOCUMENT_BUNDLE,
    &P_DOCUMENT_REFERENCE,
    &P_ENCOUNTER,
    &P_FAMILY_MEMBER_HISTORY,
    &P_HEALTH_DOCUMENT_RECORD,
    &P_IMAGING_STUDY,
    &P_IMMUNIZATION,
    &P_IMMUNIZATION_RECOMMENDATION,
    &P_IMMUNIZATION_RECORD,
    &P_INVOICE,
    &P_INVOICE_RECORD,
    &P_MEDIA,
    &P_MEDICATION,
    &P_MEDICATION_REQUEST,
    &P_MEDICATION_STATEMENT,
    &P_O_P_CONSULT_RECORD,
    &P_OBSERVATION,
    &P_OBSERVATION_BODY_MEASUREMENT,
    &P_OBSERVATION_GENERAL_ASSESSMENT,
    &P_OBSERVATION_LIFESTYLE,
    &P_OBSERVATION_PHYSICAL_ACTIVITY,
    &P_OBSERVATION_VITAL_SIGNS,
    &P_OBSERVATION_WOMEN_HEALTH,
    &P_ORGANIZATION,
    &P_PATIENT,
    &P_PRACTITIONER,
    &P_PRACTITIONER_ROLE,
    &P_PRESCRIPTION_RECORD,
    &P_PROCEDURE,
    &P_SERVICE_REQUEST,
    &P_SPECIMEN,
    &P_WELLNESS_RECORD,
];

/// R4's own profiles by name, in order.
pub(in crate::check) static BASE_PROFILES: &[&Profile] = &[
    &B_BMI,
    &B_BODYHEIGHT,
    &B_BODYTEMP,
    &B_BODYWEIGHT,
    &B_BP,
    &B_HEADCIRCUM,
    &B_HEARTRATE,
    &B_OXYGENSAT,
    &B_RESPRATE,
    &B_VITALSIGNS,
    &B_VITALSPANEL,
];

static P_ALLERGY_INTOLERANCE: Profile = Profile {
    name: "AllergyIntolerance",
    type_: "AllergyIntolerance",
    root: Node {
        name: "AllergyIntolerance",
        children: &[
            Node {
                name: "code",
                min: 1,
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node {
                            name: "system",
                            min: 1,
                            fixed: Some("http://snomed.info/sct"),
                            ..NODE
                        },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "patient",
                targets: &[Target { type_: "Patient", profile: Some("Patient") }],
                ..NODE
            },
            Node {
                name: "encounter",
                targets: &[Target { type_: "Encounter", profile: Some("Encounter") }],
                ..NODE
            },
            Node {
                name: "recorder",
                targets: &[
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                    Target { type_: "Patient", profile: Some("Patient") },
                    Target { type_: "RelatedPerson", profile: None },
                ],
                ..NODE
            },
            Node {
                name: "asserter",
                targets: &[
                    Target { type_: "RelatedPerson", profile: None },
                    Target { type_: "Patient", profile: Some("Patient") },
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                ],
                ..NODE
            },
        ],
        ..NODE
    },
};

static P_APPOINTMENT: Profile = Profile {
    name: "Appointment",
    type_: "Appointment",
    root: Node {
        name: "Appointment",
        children: &[
            Node {
                name: "serviceCategory",
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node {
                            name: "system",
                            min: 1,
                            fixed: Some("http://snomed.info/sct"),
                            ..NODE
                        },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "serviceType",
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node {
                            name: "system",
                            min: 1,
                            fixed: Some("http://snomed.info/sct"),
                            ..NODE
                        },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "specialty",
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node {
                            name: "system",
                            min: 1,
                            fixed: Some("http://snomed.info/sct"),
                            ..NODE
                        },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "appointmentType",
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node {
                            name: "system",
                            min: 1,
                            fixed: Some("http://snomed.info/sct"),
                            ..NODE
                        },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "reasonCode",
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node {
                            name: "system",
                            min: 1,
                            fixed: Some("http://snomed.info/sct"),
                            ..NODE
                        },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "reasonReference",
                targets: &[
                    Target {
                        type_: "ImmunizationRecommendation",
                        profile: Some("ImmunizationRecommendation"),
                    },
                    Target { type_: "Procedure", profile: Some("Procedure") },
                    Target { type_: "Observation", profile: Some("Observation") },
                    Target { type_: "Condition", profile: Some("Condition") },
                ],
                ..NODE
            },
            Node { name: "start", min: 1, ..NODE },
            Node {
                name: "basedOn",
                targets: &[Target { type_: "ServiceRequest", profile: Some("ServiceRequest") }],
                ..NODE
            },
            Node {
                name: "participant",
                children: &[
                    Node {
                        name: "type",
                        children: &[Node {
                            name: "coding",
                            children: &[
                                Node { name: "system", min: 1, ..NODE },
                                Node { name: "code", min: 1, ..NODE },
                                Node { name: "display", min: 1, ..NODE },
                            ],
                            ..NODE
                        }],
                        ..NODE
                    },
                    Node {
                        name: "actor",
                        targets: &[
                            Target { type_: "RelatedPerson", profile: None },
                            Target { type_: "Device", profile: None },
                            Target { type_: "HealthcareService", profile: None },
                            Target { type_: "Location", profile: None },
                            Target { type_: "Patient", profile: Some("Patient") },
                            Target { type_: "Practitioner", profile: Some("Practitioner") },
                            Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                        ],
                        ..NODE
                    },
                ],
                ..NODE
            },
        ],
        ..NODE
    },
};

static P_BINARY: Profile = Profile {
    name: "Binary",
    type_: "Binary",
    root: Node { name: "Binary", children: &[Node { name: "data", min: 1, ..NODE }], ..NODE },
};

static P_BRAND_NAME: Profile = Profile {
    name: "BrandName",
    type_: "Extension",
    root: Node {
        name: "Extension",
        children: &[
            Node { name: "extension", max: Some(0), ..NODE },
            Node {
                name: "url",
                fixed: Some("https://nrces.in/ndhm/fhir/r4/StructureDefinition/BrandName"),
                ..NODE
            },
            Node { name: "value", choices: &["valueString"], ..NODE },
        ],
        ..NODE
    },
};

static P_CARE_PLAN: Profile = Profile {
    name: "CarePlan",
    type_: "CarePlan",
    root: Node {
        name: "CarePlan",
        children: &[
            Node {
                name: "basedOn",
                targets: &[Target { type_: "CarePlan", profile: Some("CarePlan") }],
                ..NODE
            },
            Node {
                name: "replaces",
                targets: &[Target { type_: "CarePlan", profile: Some("CarePlan") }],
                ..NODE
            },
            Node {
                name: "partOf",
                targets: &[Target { type_: "CarePlan", profile: Some("CarePlan") }],
                ..NODE
            },
            Node {
                name: "category",
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node {
                            name: "system",
                            min: 1,
                            fixed: Some("http://snomed.info/sct"),
                            ..NODE
                        },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "subject",
                targets: &[
                    Target { type_: "Group", profile: None },
                    Target { type_: "Patient", profile: Some("Patient") },
                ],
                ..NODE
            },
            Node {
                name: "encounter",
                targets: &[Target { type_: "Encounter", profile: Some("Encounter") }],
                ..NODE
            },
            Node {
                name: "author",
                targets: &[
                    Target { type_: "Device", profile: None },
                    Target { type_: "RelatedPerson", profile: None },
                    Target { type_: "CareTeam", profile: None },
                    Target { type_: "Patient", profile: Some("Patient") },
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                    Target { type_: "Organization", profile: Some("Organization") },
                ],
                children: &[Node {
                    name: "identifier",
                    children: &[Node {
                        name: "assigner",
                        targets: &[Target { type_: "Organization", profile: Some("Organization") }],
                        ..NODE
                    }],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "contributor",
                targets: &[
                    Target { type_: "Device", profile: None },
                    Target { type_: "RelatedPerson", profile: None },
                    Target { type_: "CareTeam", profile: None },
                    Target { type_: "Patient", profile: Some("Patient") },
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                    Target { type_: "Organization", profile: Some("Organization") },
                ],
                ..NODE
            },
            Node {
                name: "addresses",
                targets: &[Target { type_: "Condition", profile: Some("Condition") }],
                ..NODE
            },
            Node {
                name: "activity",
                children: &[
                    Node {
                        name: "reference",
                        targets: &[
                            Target { type_: "CommunicationRequest", profile: None },
                            Target { type_: "DeviceRequest", profile: None },
                            Target { type_: "NutritionOrder", profile: None },
                            Target { type_: "Task", profile: None },
                            Target { type_: "VisionPrescription", profile: None },
                            Target { type_: "RequestGroup", profile: None },
                            Target { type_: "ServiceRequest", profile: Some("ServiceRequest") },
                            Target {
                                type_: "MedicationRequest",
                                profile: Some("MedicationRequest"),
                            },
                            Target { type_: "Appointment", profile: Some("Appointment") },
                        ],
                        ..NODE
                    },
                    Node {
                        name: "detail",
                        children: &[
                            Node {
                                name: "reasonReference",
                                targets: &[
                                    Target { type_: "DiagnosticReport", profile: None },
                                    Target { type_: "Condition", profile: Some("Condition") },
                                    Target { type_: "Observation", profile: Some("Observation") },
                                    Target {
                                        type_: "DocumentReference",
                                        profile: Some("DocumentReference"),
                                    },
                                ],
                                ..NODE
                            },
                            Node {
                                name: "performer",
                                targets: &[
                                    Target { type_: "RelatedPerson", profile: None },
                                    Target { type_: "CareTeam", profile: None },
                                    Target { type_: "HealthcareService", profile: None },
                                    Target { type_: "Device", profile: None },
                                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                                    Target {
                                        type_: "PractitionerRole",
                                        profile: Some("PractitionerRole"),
                                    },
                                    Target { type_: "Organization", profile: Some("Organization") },
                                    Target { type_: "Patient", profile: Some("Patient") },
                                ],
                                ..NODE
                            },
                            Node {
                                name: "product",
                                targets: &[
                                    Target { type_: "Substance", profile: None },
                                    Target { type_: "Medication", profile: Some("Medication") },
                                ],
                                ..NODE
                            },
                        ],
                        ..NODE
                    },
                ],
                ..NODE
            },
        ],
        ..NODE
    },
};

static P_CHARGE_ITEM: Profile = Profile {
    name: "ChargeItem",
    type_: "ChargeItem",
    root: Node {
        name: "ChargeItem",
        children: &[
            Node {
                name: "partOf",
                targets: &[Target { type_: "ChargeItem", profile: Some("ChargeItem") }],
                ..NODE
            },
            Node {
                name: "code",
                binding: Some(Binding::Extensible(&codes::VS_NDHM_CHARGEITEM_TYPES)),
                children: &[Node {
                    name: "coding",
                    min: 1,
                    max: Some(1),
                    children: &[
                        Node { name: "system", min: 1, ..NODE },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "subject",
                targets: &[
                    Target { type_: "Group", profile: None },
                    Target { type_: "Patient", profile: Some("Patient") },
                ],
                ..NODE
            },
            Node {
                name: "context",
                targets: &[
                    Target { type_: "EpisodeOfCare", profile: None },
                    Target { type_: "Encounter", profile: Some("Encounter") },
                ],
                ..NODE
            },
            Node {
                name: "performer",
                children: &[Node {
                    name: "actor",
                    targets: &[
                        Target { type_: "CareTeam", profile: None },
                        Target { type_: "Device", profile: None },
                        Target { type_: "RelatedPerson", profile: None },
                        Target { type_: "Practitioner", profile: Some("Practitioner") },
                        Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                        Target { type_: "Organization", profile: Some("Organization") },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "performingOrganization",
                targets: &[Target { type_: "Organization", profile: Some("Organization") }],
                ..NODE
            },
            Node {
                name: "requestingOrganization",
                targets: &[Target { type_: "Organization", profile: Some("Organization") }],
                ..NODE
            },
            Node {
                name: "costCenter",
                targets: &[Target { type_: "Organization", profile: Some("Organization") }],
                ..NODE
            },
            Node { name: "quantity", min: 1, ..NODE },
            Node {
                name: "enterer",
                targets: &[
                    Target { type_: "Device", profile: None },
                    Target { type_: "RelatedPerson", profile: None },
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                    Target { type_: "Organization", profile: Some("Organization") },
                    Target { type_: "Patient", profile: Some("Patient") },
                ],
                ..NODE
            },
            Node {
                name: "service",
                targets: &[
                    Target { type_: "DiagnosticReport", profile: None },
                    Target { type_: "MedicationAdministration", profile: None },
                    Target { type_: "MedicationDispense", profile: None },
                    Target { type_: "SupplyDelivery", profile: None },
                    Target { type_: "ImagingStudy", profile: Some("ImagingStudy") },
                    Target { type_: "Immunization", profile: Some("Immunization") },
                    Target { type_: "Observation", profile: Some("Observation") },
                    Target { type_: "Procedure", profile: Some("Procedure") },
                ],
                ..NODE
            },
            Node {
                name: "product",
                min: 1,
                targets: &[
                    Target { type_: "Device", profile: None },
                    Target { type_: "Substance", profile: None },
                    Target { type_: "Medication", profile: Some("Medication") },
                ],
                ..NODE
            },
        ],
        ..NODE
    },
};

static P_CONDITION: Profile = Profile {
    name: "Condition",
    type_: "Condition",
    root: Node {
        name: "Condition",
        children: &[
            Node {
                name: "code",
                min: 1,
                children: &[Node {
                    name: "coding",
                    slicing: Some(Slicing {
                        path: "system",
                        rules: Rules::Closed,
                        slices: &[
                            Slice {
                                name: "ICD-10",
                                values: &["http://hl7.org/fhir/sid/icd-10"],
                                node: Node {
                                    name: "coding",
                                    children: &[
                                        Node {
                                            name: "system",
                                            min: 1,
                                            fixed: Some("http://hl7.org/fhir/sid/icd-10"),
                                            ..NODE
                                        },
                                        Node { name: "code", min: 1, ..NODE },
                                        Node { name: "display", min: 1, ..NODE },
                                    ],
                                    ..NODE
                                },
                            },
                            Slice {
                                name: "SNOMEDCT",
                                values: &["http://snomed.info/sct"],
                                node: Node {
                                    name: "coding",
                                    children: &[
                                        Node {
                                            name: "system",
                                            min: 1,
                                            fixed: Some("http://snomed.info/sct"),
                                            ..NODE
                                        },
                                        Node { name: "code", min: 1, ..NODE },
                                        Node { name: "display", min: 1, ..NODE },
                                    ],
                                    ..NODE
                                },
                            },
                        ],
                    }),
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "subject",
                targets: &[Target { type_: "Patient", profile: Some("Patient") }],
                ..NODE
            },
            Node {
                name: "encounter",
                targets: &[Target { type_: "Encounter", profile: Some("Encounter") }],
                ..NODE
            },
            Node {
                name: "recorder",
                targets: &[
                    Target { type_: "RelatedPerson", profile: None },
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                    Target { type_: "Patient", profile: Some("Patient") },
                ],
                ..NODE
            },
            Node {
                name: "asserter",
                targets: &[
                    Target { type_: "RelatedPerson", profile: None },
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                    Target { type_: "Patient", profile: Some("Patient") },
                ],
                ..NODE
            },
            Node {
                name: "stage",
                children: &[Node {
                    name: "assessment",
                    targets: &[
                        Target { type_: "ClinicalImpression", profile: None },
                        Target { type_: "Observation", profile: Some("Observation") },
                        Target { type_: "DiagnosticReport", profile: Some("DiagnosticReportLab") },
                        Target {
                            type_: "DiagnosticReport",
                            profile: Some("DiagnosticReportImaging"),
                        },
                    ],
                    ..NODE
                }],
                ..NODE
            },
        ],
        ..NODE
    },
};

static P_DIAGNOSTIC_REPORT_IMAGING: Profile = Profile {
    name: "DiagnosticReportImaging",
    type_: "DiagnosticReport",
    root: Node {
        name: "DiagnosticReport",
        children: &[
            Node {
                name: "basedOn",
                targets: &[
                    Target { type_: "NutritionOrder", profile: None },
                    Target { type_: "MedicationRequest", profile: Some("MedicationRequest") },
                    Target { type_: "ServiceRequest", profile: Some("ServiceRequest") },
                    Target { type_: "CarePlan", profile: Some("CarePlan") },
                    Target {
                        type_: "ImmunizationRecommendation",
                        profile: Some("ImmunizationRecommendation"),
                    },
                ],
                ..NODE
            },
            Node {
                name: "category",
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node {
                            name: "system",
                            min: 1,
                            fixed: Some("http://snomed.info/sct"),
                            ..NODE
                        },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "code",
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node { name: "system", min: 1, fixed: Some("http://loinc.org"), ..NODE },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "subject",
                targets: &[
                    Target { type_: "Group", profile: None },
                    Target { type_: "Device", profile: None },
                    Target { type_: "Location", profile: None },
                    Target { type_: "Patient", profile: Some("Patient") },
                ],
                ..NODE
            },
            Node {
                name: "encounter",
                targets: &[Target { type_: "Encounter", profile: Some("Encounter") }],
                ..NODE
            },
            Node {
                name: "performer",
                targets: &[
                    Target { type_: "CareTeam", profile: None },
                    Target { type_: "Organization", profile: Some("Organization") },
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                ],
                ..NODE
            },
            Node {
                name: "resultsInterpreter",
                min: 1,
                targets: &[
                    Target { type_: "CareTeam", profile: None },
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "Organization", profile: Some("Organization") },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                ],
                ..NODE
            },
            Node {
                name: "specimen",
                targets: &[Target { type_: "Specimen", profile: Some("Specimen") }],
                ..NODE
            },
            Node {
                name: "result",
                targets: &[Target { type_: "Observation", profile: Some("Observation") }],
                ..NODE
            },
            Node {
                name: "imagingStudy",
                targets: &[Target { type_: "ImagingStudy", profile: Some("ImagingStudy") }],
                ..NODE
            },
            Node {
                name: "media",
                min: 1,
                children: &[Node {
                    name: "link",
                    targets: &[Target { type_: "Media", profile: Some("Media") }],
                    ..NODE
                }],
                ..NODE
            },
            Node { name: "conclusion", min: 1, ..NODE },
            Node {
                name: "conclusionCode",
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node {
                            name: "system",
                            min: 1,
                            fixed: Some("http://snomed.info/sct"),
                            ..NODE
                        },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "presentedForm",
                children: &[
                    Node { name: "contentType", min: 1, ..NODE },
                    Node { name: "data", min: 1, ..NODE },
                ],
                ..NODE
            },
        ],
        ..NODE
    },
};

static P_DIAGNOSTIC_REPORT_LAB: Profile = Profile {
    name: "DiagnosticReportLab",
    type_: "DiagnosticReport",
    root: Node {
        name: "DiagnosticReport",
        children: &[
            Node {
                name: "basedOn",
                targets: &[
                    Target { type_: "NutritionOrder", profile: None },
                    Target { type_: "MedicationRequest", profile: Some("MedicationRequest") },
                    Target { type_: "ServiceRequest", profile: Some("ServiceRequest") },
                    Target { type_: "CarePlan", profile: Some("CarePlan") },
                    Target {
                        type_: "ImmunizationRecommendation",
                        profile: Some("ImmunizationRecommendation"),
                    },
                ],
                ..NODE
            },
            Node {
                name: "category",
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node {
                            name: "system",
                            min: 1,
                            fixed: Some("http://snomed.info/sct"),
                            ..NODE
                        },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "code",
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node { name: "system", min: 1, fixed: Some("http://loinc.org"), ..NODE },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "subject",
                targets: &[
                    Target { type_: "Group", profile: None },
                    Target { type_: "Device", profile: None },
                    Target { type_: "Location", profile: None },
                    Target { type_: "Patient", profile: Some("Patient") },
                ],
                ..NODE
            },
            Node {
                name: "encounter",
                targets: &[Target { type_: "Encounter", profile: Some("Encounter") }],
                ..NODE
            },
            Node {
                name: "performer",
                targets: &[
                    Target { type_: "CareTeam", profile: None },
                    Target { type_: "Organization", profile: Some("Organization") },
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                ],
                ..NODE
            },
            Node {
                name: "resultsInterpreter",
                min: 1,
                targets: &[
                    Target { type_: "CareTeam", profile: None },
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "Organization", profile: Some("Organization") },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                ],
                ..NODE
            },
            Node {
                name: "specimen",
                targets: &[Target { type_: "Specimen", profile: Some("Specimen") }],
                ..NODE
            },
            Node {
                name: "result",
                min: 1,
                targets: &[Target { type_: "Observation", profile: Some("Observation") }],
                ..NODE
            },
            Node {
                name: "imagingStudy",
                targets: &[Target { type_: "ImagingStudy", profile: Some("ImagingStudy") }],
                ..NODE
            },
            Node {
                name: "media",
                children: &[Node {
                    name: "link",
                    targets: &[Target { type_: "Media", profile: Some("Media") }],
                    ..NODE
                }],
                ..NODE
            },
            Node { name: "conclusion", min: 1, ..NODE },
            Node {
                name: "conclusionCode",
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node {
                            name: "system",
                            min: 1,
                            fixed: Some("http://snomed.info/sct"),
                            ..NODE
                        },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "presentedForm",
                children: &[
                    Node { name: "contentType", min: 1, ..NODE },
                    Node { name: "data", min: 1, ..NODE },
                ],
                ..NODE
            },
        ],
        ..NODE
    },
};

static P_DIAGNOSTIC_REPORT_RECORD: Profile = Profile {
    name: "DiagnosticReportRecord",
    type_: "Composition",
    root: Node {
        name: "Composition",
        children: &[
            Node {
                name: "type",
                children: &[Node {
                    name: "coding",
                    min: 1,
                    max: Some(1),
                    children: &[
                        Node {
                            name: "system",
                            min: 1,
                            fixed: Some("http://snomed.info/sct"),
                            ..NODE
                        },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "subject",
                min: 1,
                targets: &[Target { type_: "Patient", profile: Some("Patient") }],
                children: &[Node { name: "reference", min: 1, ..NODE }],
                ..NODE
            },
            Node {
                name: "encounter",
                targets: &[Target { type_: "Encounter", profile: Some("Encounter") }],
                ..NODE
            },
            Node {
                name: "author",
                targets: &[
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                    Target { type_: "Organization", profile: Some("Organization") },
                    Target { type_: "Patient", profile: Some("Patient") },
                    Target { type_: "Device", profile: None },
                    Target { type_: "RelatedPerson", profile: None },
                ],
                children: &[Node { name: "reference", min: 1, ..NODE }],
                ..NODE
            },
            Node {
                name: "attester",
                children: &[Node {
                    name: "party",
                    targets: &[
                        Target { type_: "Organization", profile: Some("Organization") },
                        Target { type_: "Patient", profile: Some("Patient") },
                        Target { type_: "Practitioner", profile: Some("Practitioner") },
                        Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                        Target { type_: "RelatedPerson", profile: None },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "custodian",
                targets: &[Target { type_: "Organization", profile: Some("Organization") }],
                ..NODE
            },
            Node {
                name: "section",
                min: 1,
                max: Some(1),
                children: &[
                    Node {
                        name: "code",
                        children: &[Node {
                            name: "coding",
                            children: &[
                                Node {
                                    name: "system",
                                    min: 1,
                                    fixed: Some("http://snomed.info/sct"),
                                    ..NODE
                                },
                                Node { name: "code", min: 1, ..NODE },
                                Node { name: "display", min: 1, ..NODE },
                            ],
                            ..NODE
                        }],
                        ..NODE
                    },
                    Node {
                        name: "author",
                        targets: &[
                            Target { type_: "Device", profile: None },
                            Target { type_: "RelatedPerson", profile: None },
                            Target { type_: "Patient", profile: Some("Patient") },
                            Target { type_: "Practitioner", profile: Some("Practitioner") },
                            Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                            Target { type_: "Organization", profile: Some("Organization") },
                        ],
                        ..NODE
                    },
                    Node {
                        name: "entry",
                        min: 1,
                        max: Some(2),
                        targets: &[
                            Target {
                                type_: "DiagnosticReport",
                                profile: Some("DiagnosticReportLab"),
                            },
                            Target {
                                type_: "DiagnosticReport",
                                profile: Some("DiagnosticReportImaging"),
                            },
                            Target {
                                type_: "DocumentReference",
                                profile: Some("DocumentReference"),
                            },
                        ],
                        slicing: Some(Slicing {
                            path: "type",
                            rules: Rules::Closed,
                            slices: &[
                                Slice {
                                    name: "DiagnosticReport",
                                    values: &["DiagnosticReport"],
                                    node: Node {
                                        name: "entry",
                                        max: Some(1),
                                        targets: &[
                                            Target {
                                                type_: "DiagnosticReport",
                                                profile: Some("DiagnosticReportLab"),
                                            },
                                            Target {
                                                type_: "DiagnosticReport",
                                                profile: Some("DiagnosticReportImaging"),
                                            },
                                        ],
                                        children: &[
                                            Node { name: "reference", min: 1, ..NODE },
                                            Node {
                                                name: "type",
                                                min: 1,
                                                fixed: Some("DiagnosticReport"),
                                                ..NODE
                                            },
                                        ],
                                        ..NODE
                                    },
                                },
                                Slice {
                                    name: "DocumentReference",
                                    values: &["DocumentReference"],
                                    node: Node {
                                        name: "entry",
                                        max: Some(1),
                                        targets: &[
                                            Target {
                                                type_: "DiagnosticReport",
                                                profile: Some("DiagnosticReportLab"),
                                            },
                                            Target {
                                                type_: "DiagnosticReport",
                                                profile: Some("DiagnosticReportImaging"),
                                            },
                                            Target {
                                                type_: "DocumentReference",
                                                profile: Some("DocumentReference"),
                                            },
                                        ],
                                        children: &[
                                            Node { name: "reference", min: 1, ..NODE },
                                            Node {
                                                name: "type",
                                                min: 1,
                                                fixed: Some("DocumentReference"),
                                                ..NODE
                                            },
                                        ],
                                        ..NODE
                                    },
                                },
                            ],
                        }),
                        ..NODE
                    },
                ],
                ..NODE
            },
        ],
        ..NODE
    },
};

static P_DISCHARGE_SUMMARY_RECORD: Profile = Profile {
    name: "DischargeSummaryRecord",
    type_: "Composition",
    root: Node {
        name: "Composition",
        children: &[
            Node {
                name: "type",
                children: &[Node {
                    name: "coding",
                    min: 1,
                    max: Some(1),
                    children: &[
                        Node {
                            name: "system",
                            min: 1,
                            fixed: Some("http://snomed.info/sct"),
                            ..NODE
                        },
                        Node { name: "code", min: 1, fixed: Some("373942005"), ..NODE },
                        Node { name: "display", min: 1, fixed: Some("Discharge summary"), ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "subject",
                min: 1,
                targets: &[Target { type_: "Patient", profile: Some("Patient") }],
                children: &[Node { name: "reference", min: 1, ..NODE }],
                ..NODE
            },
            Node {
                name: "encounter",
                min: 1,
                targets: &[Target { type_: "Encounter", profile: Some("Encounter") }],
                ..NODE
            },
            Node {
                name: "author",
                targets: &[
                    Target { type_: "Device", profile: None },
                    Target { type_: "RelatedPerson", profile: None },
                    Target { type_: "Patient", profile: Some("Patient") },
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                    Target { type_: "Organization", profile: Some("Organization") },
                ],
                ..NODE
            },
            Node {
                name: "attester",
                children: &[Node {
                    name: "party",
                    targets: &[
                        Target { type_: "RelatedPerson", profile: None },
                        Target { type_: "Practitioner", profile: Some("Practitioner") },
                        Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                        Target { type_: "Patient", profile: Some("Patient") },
                        Target { type_: "Organization", profile: Some("Organization") },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "custodian",
                targets: &[Target { type_: "Organization", profile: Some("Organization") }],
                ..NODE
            },
            Node {
                name: "section",
                min: 1,
                slicing: Some(Slicing {
                    path: "code.coding.code",
                    rules: Rules::OpenAtEnd,
                    slices: &[
                        Slice {
                            name: "ChiefComplaints",
                            values: &["422843007"],
                            node: Node {
                                name: "section",
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "code",
                                        children: &[Node {
                                            name: "coding",
                                            max: Some(1),
                                            children: &[
                                                Node {
                                                    name: "system",
                                                    min: 1,
                                                    fixed: Some("http://snomed.info/sct"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "code",
                                                    min: 1,
                                                    fixed: Some("422843007"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "display",
                                                    min: 1,
                                                    fixed: Some("Chief complaint section"),
                                                    ..NODE
                                                },
                                            ],
                                            ..NODE
                                        }],
                                        ..NODE
                                    },
                                    Node {
                                        name: "author",
                                        targets: &[
                                            Target { type_: "Device", profile: None },
                                            Target { type_: "RelatedPerson", profile: None },
                                            Target { type_: "Patient", profile: Some("Patient") },
                                            Target {
                                                type_: "Practitioner",
                                                profile: Some("Practitioner"),
                                            },
                                            Target {
                                                type_: "PractitionerRole",
                                                profile: Some("PractitionerRole"),
                                            },
                                            Target {
                                                type_: "Organization",
                                                profile: Some("Organization"),
                                            },
                                        ],
                                        ..NODE
                                    },
                                    Node {
                                        name: "entry",
                                        targets: &[Target {
                                            type_: "Condition",
                                            profile: Some("Condition"),
                                        }],
                                        children: &[Node { name: "reference", min: 1, ..NODE }],
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            },
                        },
                        Slice {
                            name: "PhysicalExamination",
                            values: &["425044008"],
                            node: Node {
                                name: "section",
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "code",
                                        children: &[Node {
                                            name: "coding",
                                            max: Some(1),
                                            children: &[
                                                Node {
                                                    name: "system",
                                                    min: 1,
                                                    fixed: Some("http://snomed.info/sct"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "code",
                                                    min: 1,
                                                    fixed: Some("425044008"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "display",
                                                    min: 1,
                                                    fixed: Some("Physical exam section"),
                                                    ..NODE
                                                },
                                            ],
                                            ..NODE
                                        }],
                                        ..NODE
                                    },
                                    Node {
                                        name: "author",
                                        targets: &[
                                            Target { type_: "Device", profile: None },
                                            Target { type_: "RelatedPerson", profile: None },
                                            Target { type_: "Patient", profile: Some("Patient") },
                                            Target {
                                                type_: "Practitioner",
                                                profile: Some("Practitioner"),
                                            },
                                            Target {
                                                type_: "PractitionerRole",
                                                profile: Some("PractitionerRole"),
                                            },
                                            Target {
                                                type_: "Organization",
                                                profile: Some("Organization"),
                                            },
                                        ],
                                        ..NODE
                                    },
                                    Node {
                                        name: "entry",
                                        targets: &[Target {
                                            type_: "Observation",
                                            profile: Some("Observation"),
                                        }],
                                        children: &[Node { name: "reference", min: 1, ..NODE }],
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            },
                        },
                        Slice {
                            name: "Allergies",
                            values: &["722446000"],
                            node: Node {
                                name: "section",
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "code",
                                        children: &[Node {
                                            name: "coding",
                                            max: Some(1),
                                            children: &[
                                                Node {
                                                    name: "system",
                                                    min: 1,
                                                    fixed: Some("http://snomed.info/sct"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "code",
                                                    min: 1,
                                                    fixed: Some("722446000"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "display",
                                                    min: 1,
                                                    fixed: Some("Allergy record"),
                                                    ..NODE
                                                },
                                            ],
                                            ..NODE
                                        }],
                                        ..NODE
                                    },
                                    Node {
                                        name: "author",
                                        targets: &[
                                            Target { type_: "Device", profile: None },
                                            Target { type_: "RelatedPerson", profile: None },
                                            Target { type_: "Patient", profile: Some("Patient") },
                                            Target {
                                                type_: "Practitioner",
                                                profile: Some("Practitioner"),
                                            },
                                            Target {
                                                type_: "PractitionerRole",
                                                profile: Some("PractitionerRole"),
                                            },
                                            Target {
                                                type_: "Organization",
                                                profile: Some("Organization"),
                                            },
                                        ],
                                        ..NODE
                                    },
                                    Node {
                                        name: "entry",
                                        targets: &[Target {
                                            type_: "AllergyIntolerance",
                                            profile: Some("AllergyIntolerance"),
                                        }],
                                        children: &[Node { name: "reference", min: 1, ..NODE }],
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            },
                        },
                        Slice {
                            name: "MedicalHistory",
                            values: &["1003642006"],
                            node: Node {
                                name: "section",
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "code",
                                        children: &[Node {
                                            name: "coding",
                                            max: Some(1),
                                            children: &[
                                                Node {
                                                    name: "system",
                                                    min: 1,
                                                    fixed: Some("http://snomed.info/sct"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "code",
                                                    min: 1,
                                                    fixed: Some("1003642006"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "display",
                                                    min: 1,
                                                    fixed: Some("Past medical history section"),
                                                    ..NODE
                                                },
                                            ],
                                            ..NODE
                                        }],
                                        ..NODE
                                    },
                                    Node {
                                        name: "author",
                                        targets: &[
                                            Target { type_: "Device", profile: None },
                                            Target { type_: "RelatedPerson", profile: None },
                                            Target { type_: "Patient", profile: Some("Patient") },
                                            Target {
                                                type_: "Practitioner",
                                                profile: Some("Practitioner"),
                                            },
                                            Target {
                                                type_: "PractitionerRole",
                                                profile: Some("PractitionerRole"),
                                            },
                                            Target {
                                                type_: "Organization",
                                                profile: Some("Organization"),
                                            },
                                        ],
                                        ..NODE
                                    },
                                    Node {
                                        name: "entry",
                                        targets: &[
                                            Target {
                                                type_: "Procedure",
                                                profile: Some("Procedure"),
                                            },
                                            Target {
                                                type_: "Condition",
                                                profile: Some("Condition"),
                                            },
                                        ],
                                        children: &[Node { name: "reference", min: 1, ..NODE }],
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            },
                        },
                        Slice {
                            name: "FamilyHistory",
                            values: &["422432008"],
                            node: Node {
                                name: "section",
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "code",
                                        children: &[Node {
                                            name: "coding",
                                            max: Some(1),
                                            children: &[
                                                Node {
                                                    name: "system",
                                                    min: 1,
                                                    fixed: Some("http://snomed.info/sct"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "code",
                                                    min: 1,
                                                    fixed: Some("422432008"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "display",
                                                    min: 1,
                                                    fixed: Some("Family history section"),
                                                    ..NODE
                                                },
                                            ],
                                            ..NODE
                                        }],
                                        ..NODE
                                    },
                                    Node {
                                        name: "author",
                                        targets: &[
                                            Target { type_: "Device", profile: None },
                                            Target { type_: "RelatedPerson", profile: None },
                                            Target { type_: "Patient", profile: Some("Patient") },
                                            Target {
                                                type_: "Practitioner",
                                                profile: Some("Practitioner"),
                                            },
                                            Target {
                                                type_: "PractitionerRole",
                                                profile: Some("PractitionerRole"),
                                            },
                                            Target {
                                                type_: "Organization",
                                                profile: Some("Organization"),
                                            },
                                        ],
                                        ..NODE
                                    },
                                    Node {
                                        name: "entry",
                                        targets: &[Target {
                                            type_: "FamilyMemberHistory",
                                            profile: Some("FamilyMemberHistory"),
                                        }],
                                        children: &[Node { name: "reference", min: 1, ..NODE }],
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            },
                        },
                        Slice {
                            name: "Investigations",
                            values: &["721981007"],
                            node: Node {
                                name: "section",
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "code",
                                        children: &[Node {
                                            name: "coding",
                                            max: Some(1),
                                            children: &[
                                                Node {
                                                    name: "system",
                                                    min: 1,
                                                    fixed: Some("http://snomed.info/sct"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "code",
                                                    min: 1,
                                                    fixed: Some("721981007"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "display",
                                                    min: 1,
                                                    fixed: Some("Diagnostic studies report"),
                                                    ..NODE
                                                },
                                            ],
                                            ..NODE
                                        }],
                                        ..NODE
                                    },
                                    Node {
                                        name: "author",
                                        targets: &[
                                            Target { type_: "Device", profile: None },
                                            Target { type_: "RelatedPerson", profile: None },
                                            Target { type_: "Patient", profile: Some("Patient") },
                                            Target {
                                                type_: "Practitioner",
                                                profile: Some("Practitioner"),
                                            },
                                            Target {
                                                type_: "PractitionerRole",
                                                profile: Some("PractitionerRole"),
                                            },
                                            Target {
                                                type_: "Organization",
                                                profile: Some("Organization"),
                                            },
                                        ],
                                        ..NODE
                                    },
                                    Node {
                                        name: "entry",
                                        targets: &[
                                            Target {
                                                type_: "DiagnosticReport",
                                                profile: Some("DiagnosticReportLab"),
                                            },
                                            Target {
                                                type_: "DiagnosticReport",
                                                profile: Some("DiagnosticReportImaging"),
                                            },
                                        ],
                                        children: &[Node { name: "reference", min: 1, ..NODE }],
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            },
                        },
                        Slice {
                            name: "Medications",
                            values: &["1003606003"],
                            node: Node {
                                name: "section",
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "code",
                                        children: &[Node {
                                            name: "coding",
                                            max: Some(1),
                                            children: &[
                                                Node {
                                                    name: "system",
                                                    min: 1,
                                                    fixed: Some("http://snomed.info/sct"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "code",
                                                    min: 1,
                                                    fixed: Some("1003606003"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "display",
                                                    min: 1,
                                                    fixed: Some("Medication history section"),
                                                    ..NODE
                                                },
                                            ],
                                            ..NODE
                                        }],
                                        ..NODE
                                    },
                                    Node {
                                        name: "author",
                                        targets: &[
                                            Target { type_: "Device", profile: None },
                                            Target { type_: "RelatedPerson", profile: None },
                                            Target { type_: "Patient", profile: Some("Patient") },
                                            Target {
                                                type_: "Practitioner",
                                                profile: Some("Practitioner"),
                                            },
                                            Target {
                                                type_: "PractitionerRole",
                                                profile: Some("PractitionerRole"),
                                            },
                                            Target {
                                                type_: "Organization",
                                                profile: Some("Organization"),
                                            },
                                        ],
                                        ..NODE
                                    },
                                    Node {
                                        name: "entry",
                                        targets: &[Target {
                                            type_: "MedicationRequest",
                                            profile: Some("MedicationRequest"),
                                        }],
                                        children: &[Node { name: "reference", min: 1, ..NODE }],
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            },
                        },
                        Slice {
                            name: "Procedures",
                            values: &["1003640003"],
                            node: Node {
                                name: "section",
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "code",
                                        children: &[Node {
                                            name: "coding",
                                            max: Some(1),
                                            children: &[
                                                Node {
                                                    name: "system",
                                                    min: 1,
                                                    fixed: Some("http://snomed.info/sct"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "code",
                                                    min: 1,
                                                    fixed: Some("1003640003"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "display",
                                                    min: 1,
                                                    fixed: Some(
                                                        "History of past procedure section",
                                                    ),
                                                    ..NODE
                                                },
                                            ],
                                            ..NODE
                                        }],
                                        ..NODE
                                    },
                                    Node {
                                        name: "author",
                                        targets: &[
                                            Target { type_: "Device", profile: None },
                                            Target { type_: "RelatedPerson", profile: None },
                                            Target { type_: "Patient", profile: Some("Patient") },
                                            Target {
                                                type_: "Practitioner",
                                                profile: Some("Practitioner"),
                                            },
                                            Target {
                                                type_: "PractitionerRole",
                                                profile: Some("PractitionerRole"),
                                            },
                                            Target {
                                                type_: "Organization",
                                                profile: Some("Organization"),
                                            },
                                        ],
                                        ..NODE
                                    },
                                    Node {
                                        name: "entry",
                                        targets: &[Target {
                                            type_: "Procedure",
                                            profile: Some("Procedure"),
                                        }],
                                        children: &[Node { name: "reference", min: 1, ..NODE }],
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            },
                        },
                        Slice {
                            name: "CarePlan",
                            values: &["734163000"],
                            node: Node {
                                name: "section",
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "code",
                                        children: &[Node {
                                            name: "coding",
                                            max: Some(1),
                                            children: &[
                                                Node {
                                                    name: "system",
                                                    min: 1,
                                                    fixed: Some("http://snomed.info/sct"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "code",
                                                    min: 1,
                                                    fixed: Some("734163000"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "display",
                                                    min: 1,
                                                    fixed: Some("Care plan"),
                                                    ..NODE
                                                },
                                            ],
                                            ..NODE
                                        }],
                                        ..NODE
                                    },
                                    Node {
                                        name: "author",
                                        targets: &[
                                            Target { type_: "Device", profile: None },
                                            Target { type_: "RelatedPerson", profile: None },
                                            Target { type_: "Patient", profile: Some("Patient") },
                                            Target {
                                                type_: "Practitioner",
                                                profile: Some("Practitioner"),
                                            },
                                            Target {
                                                type_: "PractitionerRole",
                                                profile: Some("PractitionerRole"),
                                            },
                                            Target {
                                                type_: "Organization",
                                                profile: Some("Organization"),
                                            },
                                        ],
                                        ..NODE
                                    },
                                    Node {
                                        name: "entry",
                                        targets: &[Target {
                                            type_: "CarePlan",
                                            profile: Some("CarePlan"),
                                        }],
                                        children: &[Node { name: "reference", min: 1, ..NODE }],
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            },
                        },
                        Slice {
                            name: "DocumentReference",
                            values: &["373942005"],
                            node: Node {
                                name: "section",
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "code",
                                        children: &[Node {
                                            name: "coding",
                                            max: Some(1),
                                            children: &[
                                                Node {
                                                    name: "system",
                                                    min: 1,
                                                    fixed: Some("http://snomed.info/sct"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "code",
                                                    min: 1,
                                                    fixed: Some("373942005"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "display",
                                                    min: 1,
                                                    fixed: Some("Discharge summary"),
                                                    ..NODE
                                                },
                                            ],
                                            ..NODE
                                        }],
                                        ..NODE
                                    },
                                    Node {
                                        name: "author",
                                        targets: &[
                                            Target { type_: "Device", profile: None },
                                            Target { type_: "RelatedPerson", profile: None },
                                            Target { type_: "Patient", profile: Some("Patient") },
                                            Target {
                                                type_: "Practitioner",
                                                profile: Some("Practitioner"),
                                            },
                                            Target {
                                                type_: "PractitionerRole",
                                                profile: Some("PractitionerRole"),
                                            },
                                            Target {
                                                type_: "Organization",
                                                profile: Some("Organization"),
                                            },
                                        ],
                                        ..NODE
                                    },
                                    Node {
                                        name: "entry",
                                        targets: &[Target {
                                            type_: "DocumentReference",
                                            profile: Some("DocumentReference"),
                                        }],
                                        children: &[Node { name: "reference", min: 1, ..NODE }],
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            },
                        },
                    ],
                }),
                ..NODE
            },
        ],
        ..NODE
    },
};

static P_DOCUMENT_BUNDLE: Profile = Profile {
    name: "DocumentBundle",
    type_: "Bundle",
    root: Node {
        name: "Bundle",
        children: &[
            Node {
                name: "meta",
                min: 1,
                children: &[Node { name: "versionId", min: 1, ..NODE }],
                ..NODE
            },
            Node {
                name: "identifier",
                min: 1,
                children: &[
                    Node { name: "system", min: 1, ..NODE },
                    Node { name: "value", min: 1, ..NODE },
                    Node {
                        name: "assigner",
                        targets: &[Target { type_: "Organization", profile: Some("Organization") }],
                        ..NODE
                    },
                ],
                ..NODE
            },
            Node { name: "type", fixed: Some("document"), ..NODE },
            Node { name: "timestamp", min: 1, ..NODE },
        ],
        ..NODE
    },
};

static P_DOCUMENT_REFERENCE: Profile = Profile {
    name: "DocumentReference",
    type_: "DocumentReference",
    root: Node {
        name: "DocumentReference",
        children: &[
            Node {
                name: "subject",
                targets: &[
                    Target { type_: "Group", profile: None },
                    Target { type_: "Device", profile: None },
                    Target { type_: "Patient", profile: Some("Patient") },
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                ],
                ..NODE
            },
            Node {
                name: "author",
                targets: &[
                    Target { type_: "Device", profile: None },
                    Target { type_: "RelatedPerson", profile: None },
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                    Target { type_: "Organization", profile: Some("Organization") },
                    Target { type_: "Patient", profile: Some("Patient") },
                ],
                ..NODE
            },
            Node {
                name: "authenticator",
                targets: &[
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                    Target { type_: "Organization", profile: Some("Organization") },
                ],
                ..NODE
            },
            Node {
                name: "custodian",
                targets: &[Target { type_: "Organization", profile: Some("Organization") }],
                ..NODE
            },
            Node {
                name: "relatesTo",
                children: &[Node {
                    name: "target",
                    targets: &[Target {
                        type_: "DocumentReference",
                        profile: Some("DocumentReference"),
                    }],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "content",
                children: &[Node {
                    name: "attachment",
                    children: &[
                        Node { name: "contentType", min: 1, ..NODE },
                        Node { name: "data", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "context",
                children: &[
                    Node {
                        name: "encounter",
                        targets: &[
                            Target { type_: "EpisodeOfCare", profile: None },
                            Target { type_: "Encounter", profile: Some("Encounter") },
                        ],
                        ..NODE
                    },
                    Node {
                        name: "sourcePatientInfo",
                        targets: &[Target { type_: "Patient", profile: Some("Patient") }],
                        ..NODE
                    },
                ],
                ..NODE
            },
        ],
        ..NODE
    },
};

static P_ENCOUNTER: Profile = Profile {
    name: "Encounter",
    type_: "Encounter",
    root: Node {
        name: "Encounter",
        children: &[
            Node {
                name: "type",
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node { name: "system", min: 1, ..NODE },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "serviceType",
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node { name: "system", min: 1, ..NODE },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "priority",
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node { name: "system", min: 1, ..NODE },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "subject",
                targets: &[
                    Target { type_: "Group", profile: None },
                    Target { type_: "Patient", profile: Some("Patient") },
                ],
                ..NODE
            },
            Node {
                name: "basedOn",
                targets: &[Target { type_: "ServiceRequest", profile: Some("ServiceRequest") }],
                ..NODE
            },
            Node {
                name: "participant",
                children: &[
                    Node {
                        name: "type",
                        children: &[Node {
                            name: "coding",
                            children: &[
                                Node { name: "system", min: 1, ..NODE },
                                Node { name: "code", min: 1, ..NODE },
                                Node { name: "display", min: 1, ..NODE },
                            ],
                            ..NODE
                        }],
                        ..NODE
                    },
                    Node {
                        name: "individual",
                        targets: &[
                            Target { type_: "RelatedPerson", profile: None },
                            Target { type_: "Practitioner", profile: Some("Practitioner") },
                            Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                        ],
                        ..NODE
                    },
                ],
                ..NODE
            },
            Node {
                name: "appointment",
                targets: &[Target { type_: "Appointment", profile: Some("Appointment") }],
                ..NODE
            },
            Node {
                name: "reasonCode",
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node {
                            name: "system",
                            min: 1,
                            fixed: Some("http://snomed.info/sct"),
                            ..NODE
                        },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "reasonReference",
                targets: &[
                    Target {
                        type_: "ImmunizationRecommendation",
                        profile: Some("ImmunizationRecommendation"),
                    },
                    Target { type_: "Condition", profile: Some("Condition") },
                    Target { type_: "Procedure", profile: Some("Procedure") },
                    Target { type_: "Observation", profile: Some("Observation") },
                ],
                ..NODE
            },
            Node {
                name: "diagnosis",
                children: &[
                    Node {
                        name: "condition",
                        targets: &[
                            Target { type_: "Condition", profile: Some("Condition") },
                            Target { type_: "Procedure", profile: Some("Procedure") },
                        ],
                        ..NODE
                    },
                    Node {
                        name: "use",
                        children: &[Node {
                            name: "coding",
                            children: &[
                                Node {
                                    name: "system",
                                    min: 1,
                                    fixed: Some("http://snomed.info/sct"),
                                    ..NODE
                                },
                                Node { name: "code", min: 1, ..NODE },
                                Node { name: "display", min: 1, ..NODE },
                            ],
                            ..NODE
                        }],
                        ..NODE
                    },
                ],
                ..NODE
            },
            Node {
                name: "hospitalization",
                children: &[
                    Node {
                        name: "origin",
                        targets: &[
                            Target { type_: "Location", profile: None },
                            Target { type_: "Organization", profile: Some("Organization") },
                        ],
                        ..NODE
                    },
                    Node {
                        name: "destination",
                        targets: &[
                            Target { type_: "Location", profile: None },
                            Target { type_: "Organization", profile: Some("Organization") },
                        ],
                        ..NODE
                    },
                ],
                ..NODE
            },
            Node {
                name: "serviceProvider",
                targets: &[Target { type_: "Organization", profile: Some("Organization") }],
                ..NODE
            },
            Node {
                name: "partOf",
                targets: &[Target { type_: "Encounter", profile: Some("Encounter") }],
                ..NODE
            },
        ],
        ..NODE
    },
};

static P_FAMILY_MEMBER_HISTORY: Profile = Profile {
    name: "FamilyMemberHistory",
    type_: "FamilyMemberHistory",
    root: Node {
        name: "FamilyMemberHistory",
        children: &[
            Node {
                name: "patient",
                targets: &[Target { type_: "Patient", profile: Some("Patient") }],
                ..NODE
            },
            Node {
                name: "relationship",
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node { name: "system", min: 1, ..NODE },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "reasonCode",
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node {
                            name: "system",
                            min: 1,
                            fixed: Some("http://snomed.info/sct"),
                            ..NODE
                        },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "reasonReference",
                targets: &[
                    Target { type_: "QuestionnaireResponse", profile: None },
                    Target { type_: "Condition", profile: Some("Condition") },
                    Target { type_: "Observation", profile: Some("Observation") },
                    Target { type_: "AllergyIntolerance", profile: Some("AllergyIntolerance") },
                    Target { type_: "DiagnosticReport", profile: Some("DiagnosticReportLab") },
                    Target { type_: "DiagnosticReport", profile: Some("DiagnosticReportImaging") },
                    Target { type_: "DocumentReference", profile: Some("DocumentReference") },
                ],
                ..NODE
            },
            Node {
                name: "condition",
                min: 1,
                children: &[Node {
                    name: "code",
                    children: &[Node {
                        name: "coding",
                        children: &[
                            Node {
                                name: "system",
                                min: 1,
                                fixed: Some("http://snomed.info/sct"),
                                ..NODE
                            },
                            Node { name: "code", min: 1, ..NODE },
                            Node { name: "display", min: 1, ..NODE },
                        ],
                        ..NODE
                    }],
                    ..NODE
                }],
                ..NODE
            },
        ],
        ..NODE
    },
};

static P_HEALTH_DOCUMENT_RECORD: Profile = Profile {
    name: "HealthDocumentRecord",
    type_: "Composition",
    root: Node {
        name: "Composition",
        children: &[
            Node {
                name: "type",
                children: &[Node {
                    name: "coding",
                    min: 1,
                    max: Some(1),
                    children: &[
                        Node {
                            name: "system",
                            min: 1,
                            fixed: Some("http://snomed.info/sct"),
                            ..NODE
                        },
                        Node { name: "code", min: 1, fixed: Some("419891008"), ..NODE },
                        Node { name: "display", min: 1, fixed: Some("Record artifact"), ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "subject",
                min: 1,
                targets: &[Target { type_: "Patient", profile: Some("Patient") }],
                children: &[Node { name: "reference", min: 1, ..NODE }],
                ..NODE
            },
            Node {
                name: "encounter",
                targets: &[Target { type_: "Encounter", profile: Some("Encounter") }],
                ..NODE
            },
            Node {
                name: "author",
                targets: &[
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "Organization", profile: Some("Organization") },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                    Target { type_: "Patient", profile: Some("Patient") },
                    Target { type_: "Device", profile: None },
                    Target { type_: "RelatedPerson", profile: None },
                ],
                children: &[Node { name: "reference", min: 1, ..NODE }],
                ..NODE
            },
            Node {
                name: "attester",
                children: &[Node {
                    name: "party",
                    targets: &[
                        Target { type_: "RelatedPerson", profile: None },
                        Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                        Target { type_: "Practitioner", profile: Some("Practitioner") },
                        Target { type_: "Patient", profile: Some("Patient") },
                        Target { type_: "Organization", profile: Some("Organization") },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "custodian",
                targets: &[Target { type_: "Organization", profile: Some("Organization") }],
                ..NODE
            },
            Node {
                name: "section",
                min: 1,
                max: Some(1),
                children: &[
                    Node {
                        name: "code",
                        children: &[Node {
                            name: "coding",
                            children: &[
                                Node {
                                    name: "system",
                                    min: 1,
                                    fixed: Some("http://snomed.info/sct"),
                                    ..NODE
                                },
                                Node { name: "code", min: 1, fixed: Some("419891008"), ..NODE },
                                Node {
                                    name: "display",
                                    min: 1,
                                    fixed: Some("Record artifact"),
                                    ..NODE
                                },
                            ],
                            ..NODE
                        }],
                        ..NODE
                    },
                    Node {
                        name: "author",
                        targets: &[
                            Target { type_: "Device", profile: None },
                            Target { type_: "RelatedPerson", profile: None },
                            Target { type_: "Organization", profile: Some("Organization") },
                            Target { type_: "Practitioner", profile: Some("Practitioner") },
                            Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                            Target { type_: "Patient", profile: Some("Patient") },
                        ],
                        ..NODE
                    },
                    Node {
                        name: "entry",
                        min: 1,
                        targets: &[Target {
                            type_: "DocumentReference",
                            profile: Some("DocumentReference"),
                        }],
                        children: &[Node { name: "reference", min: 1, ..NODE }],
                        ..NODE
                    },
                ],
                ..NODE
            },
        ],
        ..NODE
    },
};

static P_IMAGING_STUDY: Profile = Profile {
    name: "ImagingStudy",
    type_: "ImagingStudy",
    root: Node {
        name: "ImagingStudy",
        children: &[
            Node {
                name: "subject",
                targets: &[
                    Target { type_: "Device", profile: None },
                    Target { type_: "Group", profile: None },
                    Target { type_: "Patient", profile: Some("Patient") },
                ],
                ..NODE
            },
            Node {
                name: "encounter",
                targets: &[Target { type_: "Encounter", profile: Some("Encounter") }],
                ..NODE
            },
            Node {
                name: "basedOn",
                targets: &[
                    Target { type_: "Appointment", profile: Some("Appointment") },
                    Target { type_: "AppointmentResponse", profile: None },
                    Target { type_: "ServiceRequest", profile: Some("ServiceRequest") },
                    Target { type_: "CarePlan", profile: Some("CarePlan") },
                    Target { type_: "Task", profile: None },
                ],
                ..NODE
            },
            Node {
                name: "referrer",
                targets: &[
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                ],
                ..NODE
            },
            Node {
                name: "interpreter",
                targets: &[
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                ],
                ..NODE
            },
            Node {
                name: "procedureReference",
                targets: &[Target { type_: "Procedure", profile: Some("Procedure") }],
                ..NODE
            },
            Node {
                name: "procedureCode",
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node {
                            name: "system",
                            min: 1,
                            fixed: Some("http://snomed.info/sct"),
                            ..NODE
                        },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "reasonCode",
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node {
                            name: "system",
                            min: 1,
                            fixed: Some("http://snomed.info/sct"),
                            ..NODE
                        },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "reasonReference",
                targets: &[
                    Target { type_: "Condition", profile: Some("Condition") },
                    Target { type_: "Observation", profile: Some("Observation") },
                    Target { type_: "Media", profile: Some("Media") },
                    Target { type_: "DocumentReference", profile: Some("DocumentReference") },
                    Target { type_: "DiagnosticReport", profile: Some("DiagnosticReportImaging") },
                    Target { type_: "DiagnosticReport", profile: Some("DiagnosticReportLab") },
                ],
                ..NODE
            },
            Node {
                name: "series",
                children: &[
                    Node {
                        name: "specimen",
                        targets: &[Target { type_: "Specimen", profile: Some("Specimen") }],
                        ..NODE
                    },
                    Node {
                        name: "performer",
                        children: &[Node {
                            name: "actor",
                            targets: &[
                                Target { type_: "CareTeam", profile: None },
                                Target { type_: "Device", profile: None },
                                Target { type_: "RelatedPerson", profile: None },
                                Target { type_: "Practitioner", profile: Some("Practitioner") },
                                Target {
                                    type_: "PractitionerRole",
                                    profile: Some("PractitionerRole"),
                                },
                                Target { type_: "Organization", profile: Some("Organization") },
                                Target { type_: "Patient", profile: Some("Patient") },
                            ],
                            ..NODE
                        }],
                        ..NODE
                    },
                ],
                ..NODE
            },
        ],
        ..NODE
    },
};

static P_IMMUNIZATION: Profile = Profile {
    name: "Immunization",
    type_: "Immunization",
    root: Node {
        name: "Immunization",
        children: &[
            Node {
                name: "extension",
                slicing: Some(Slicing {
                    path: "url",
                    rules: Rules::Open,
                    slices: &[Slice {
                        name: "BrandName",
                        values: &["https://nrces.in/ndhm/fhir/r4/StructureDefinition/BrandName"],
                        node: Node { name: "extension", max: Some(1), ..NODE },
                    }],
                }),
                ..NODE
            },
            Node {
                name: "vaccineCode",
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node { name: "system", min: 1, ..NODE },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "patient",
                targets: &[Target { type_: "Patient", profile: Some("Patient") }],
                ..NODE
            },
            Node {
                name: "encounter",
                targets: &[Target { type_: "Encounter", profile: Some("Encounter") }],
                ..NODE
            },
            Node { name: "occurrence", choices: &["occurrenceDateTime"], ..NODE },
            Node {
                name: "manufacturer",
                targets: &[Target { type_: "Organization", profile: Some("Organization") }],
                ..NODE
            },
            Node {
                name: "site",
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node { name: "system", min: 1, ..NODE },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "route",
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node {
                            name: "system",
                            min: 1,
                            fixed: Some("http://snomed.info/sct"),
                            ..NODE
                        },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "performer",
                children: &[
                    Node {
                        name: "function",
                        children: &[Node {
                            name: "coding",
                            children: &[
                                Node { name: "system", min: 1, ..NODE },
                                Node { name: "code", min: 1, ..NODE },
                                Node { name: "display", min: 1, ..NODE },
                            ],
                            ..NODE
                        }],
                        ..NODE
                    },
                    Node {
                        name: "actor",
                        targets: &[
                            Target { type_: "Practitioner", profile: Some("Practitioner") },
                            Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                            Target { type_: "Organization", profile: Some("Organization") },
                        ],
                        ..NODE
                    },
                ],
                ..NODE
            },
            Node {
                name: "reasonCode",
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node {
                            name: "system",
                            min: 1,
                            fixed: Some("http://snomed.info/sct"),
                            ..NODE
                        },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "reasonReference",
                targets: &[
                    Target { type_: "Condition", profile: Some("Condition") },
                    Target { type_: "Observation", profile: Some("Observation") },
                    Target { type_: "DiagnosticReport", profile: Some("DiagnosticReportLab") },
                    Target { type_: "DiagnosticReport", profile: Some("DiagnosticReportImaging") },
                ],
                ..NODE
            },
            Node {
                name: "reaction",
                children: &[Node {
                    name: "detail",
                    targets: &[Target { type_: "Observation", profile: Some("Observation") }],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "protocolApplied",
                children: &[Node {
                    name: "authority",
                    targets: &[Target { type_: "Organization", profile: Some("Organization") }],
                    ..NODE
                }],
                ..NODE
            },
        ],
        ..NODE
    },
};

static P_IMMUNIZATION_RECOMMENDATION: Profile = Profile {
    name: "ImmunizationRecommendation",
    type_: "ImmunizationRecommendation",
    root: Node {
        name: "ImmunizationRecommendation",
        children: &[
            Node {
                name: "patient",
                targets: &[Target { type_: "Patient", profile: Some("Patient") }],
                ..NODE
            },
            Node {
                name: "authority",
                targets: &[Target { type_: "Organization", profile: Some("Organization") }],
                ..NODE
            },
            Node {
                name: "recommendation",
                children: &[
                    Node {
                        name: "vaccineCode",
                        children: &[Node {
                            name: "coding",
                            children: &[
                                Node { name: "system", min: 1, ..NODE },
                                Node { name: "code", min: 1, ..NODE },
                                Node { name: "display", min: 1, ..NODE },
                            ],
                            ..NODE
                        }],
                        ..NODE
                    },
                    Node {
                        name: "targetDisease",
                        children: &[Node {
                            name: "coding",
                            children: &[
                                Node { name: "system", min: 1, ..NODE },
                                Node { name: "code", min: 1, ..NODE },
                                Node { name: "display", min: 1, ..NODE },
                            ],
                            ..NODE
                        }],
                        ..NODE
                    },
                    Node {
                        name: "contraindicatedVaccineCode",
                        children: &[Node {
                            name: "coding",
                            children: &[
                                Node { name: "system", min: 1, ..NODE },
                                Node { name: "code", min: 1, ..NODE },
                                Node { name: "display", min: 1, ..NODE },
                            ],
                            ..NODE
                        }],
                        ..NODE
                    },
                    Node {
                        name: "forecastStatus",
                        children: &[Node {
                            name: "coding",
                            children: &[
                                Node { name: "system", min: 1, ..NODE },
                                Node { name: "code", min: 1, ..NODE },
                                Node { name: "display", min: 1, ..NODE },
                            ],
                            ..NODE
                        }],
                        ..NODE
                    },
                    Node {
                        name: "forecastReason",
                        children: &[Node {
                            name: "coding",
                            children: &[
                                Node { name: "system", min: 1, ..NODE },
                                Node { name: "code", min: 1, ..NODE },
                                Node { name: "display", min: 1, ..NODE },
                            ],
                            ..NODE
                        }],
                        ..NODE
                    },
                    Node {
                        name: "dateCriterion",
                        children: &[Node {
                            name: "code",
                            children: &[Node {
                                name: "coding",
                                children: &[
                                    Node { name: "system", min: 1, ..NODE },
                                    Node { name: "code", min: 1, ..NODE },
                                    Node { name: "display", min: 1, ..NODE },
                                ],
                                ..NODE
                            }],
                            ..NODE
                        }],
                        ..NODE
                    },
                    Node {
                        name: "supportingImmunization",
                        targets: &[
                            Target { type_: "ImmunizationEvaluation", profile: None },
                            Target { type_: "Immunization", profile: Some("Immunization") },
                        ],
                        ..NODE
                    },
                ],
                ..NODE
            },
        ],
        ..NODE
    },
};

static P_IMMUNIZATION_RECORD: Profile = Profile {
    name: "ImmunizationRecord",
    type_: "Composition",
    root: Node {
        name: "Composition",
        children: &[
            Node {
                name: "type",
                children: &[Node {
                    name: "coding",
                    min: 1,
                    max: Some(1),
                    children: &[
                        Node {
                            name: "system",
                            min: 1,
                            fixed: Some("http://snomed.info/sct"),
                            ..NODE
                        },
                        Node { name: "code", min: 1, fixed: Some("41000179103"), ..NODE },
                        Node {
                            name: "display",
                            min: 1,
                            fixed: Some("Immunization record"),
                            ..NODE
                        },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "subject",
                min: 1,
                targets: &[Target { type_: "Patient", profile: Some("Patient") }],
                children: &[Node { name: "reference", min: 1, ..NODE }],
                ..NODE
            },
            Node {
                name: "encounter",
                targets: &[Target { type_: "Encounter", profile: Some("Encounter") }],
                ..NODE
            },
            Node {
                name: "author",
                targets: &[
                    Target { type_: "Device", profile: None },
                    Target { type_: "RelatedPerson", profile: None },
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                    Target { type_: "Organization", profile: Some("Organization") },
                    Target { type_: "Patient", profile: Some("Patient") },
                ],
                ..NODE
            },
            Node {
                name: "attester",
                children: &[Node {
                    name: "party",
                    targets: &[
                        Target { type_: "RelatedPerson", profile: None },
                        Target { type_: "Patient", profile: Some("Patient") },
                        Target { type_: "Practitioner", profile: Some("Practitioner") },
                        Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                        Target { type_: "Organization", profile: Some("Organization") },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "custodian",
                targets: &[Target { type_: "Organization", profile: Some("Organization") }],
                ..NODE
            },
            Node {
                name: "section",
                min: 1,
                max: Some(1),
                children: &[
                    Node {
                        name: "code",
                        children: &[Node {
                            name: "coding",
                            children: &[
                                Node {
                                    name: "system",
                                    min: 1,
                                    fixed: Some("http://snomed.info/sct"),
                                    ..NODE
                                },
                                Node { name: "code", min: 1, fixed: Some("41000179103"), ..NODE },
                                Node {
                                    name: "display",
                                    min: 1,
                                    fixed: Some("Immunization record"),
                                    ..NODE
                                },
                            ],
                            ..NODE
                        }],
                        ..NODE
                    },
                    Node {
                        name: "author",
                        targets: &[
                            Target { type_: "Device", profile: None },
                            Target { type_: "RelatedPerson", profile: None },
                            Target { type_: "Practitioner", profile: Some("Practitioner") },
                            Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                            Target { type_: "Patient", profile: Some("Patient") },
                            Target { type_: "Organization", profile: Some("Organization") },
                        ],
                        ..NODE
                    },
                    Node {
                        name: "entry",
                        min: 1,
                        slicing: Some(Slicing {
                            path: "type",
                            rules: Rules::Closed,
                            slices: &[
                                Slice {
                                    name: "Immunization",
                                    values: &["Immunization"],
                                    node: Node {
                                        name: "entry",
                                        targets: &[Target {
                                            type_: "Immunization",
                                            profile: Some("Immunization"),
                                        }],
                                        children: &[
                                            Node { name: "reference", min: 1, ..NODE },
                                            Node {
                                                name: "type",
                                                min: 1,
                                                fixed: Some("Immunization"),
                                                ..NODE
                                            },
                                        ],
                                        ..NODE
                                    },
                                },
                                Slice {
                                    name: "ImmunizationRecommendation",
                                    values: &["ImmunizationRecommendation"],
                                    node: Node {
                                        name: "entry",
                                        max: Some(1),
                                        targets: &[Target {
                                            type_: "ImmunizationRecommendation",
                                            profile: Some("ImmunizationRecommendation"),
                                        }],
                                        children: &[
                                            Node { name: "reference", min: 1, ..NODE },
                                            Node {
                                                name: "type",
                                                min: 1,
                                                fixed: Some("ImmunizationRecommendation"),
                                                ..NODE
                                            },
                                        ],
                                        ..NODE
                                    },
                                },
                                Slice {
                                    name: "DocumentReference",
                                    values: &["DocumentReference"],
                                    node: Node {
                                        name: "entry",
                                        targets: &[Target {
                                            type_: "DocumentReference",
                                            profile: Some("DocumentReference"),
                                        }],
                                        children: &[
                                            Node { name: "reference", min: 1, ..NODE },
                                            Node {
                                                name: "type",
                                                min: 1,
                                                fixed: Some("DocumentReference"),
                                                ..NODE
                                            },
                                        ],
                                        ..NODE
                                    },
                                },
                            ],
                        }),
                        ..NODE
                    },
                ],
                ..NODE
            },
        ],
        ..NODE
    },
};

static P_INVOICE: Profile = Profile {
    name: "Invoice",
    type_: "Invoice",
    root: Node {
        name: "Invoice",
        children: &[
            Node {
                name: "identifier",
                min: 1,
                max: Some(1),
                children: &[
                    Node { name: "value", min: 1, ..NODE },
                    Node {
                        name: "assigner",
                        targets: &[Target { type_: "Organization", profile: Some("Organization") }],
                        ..NODE
                    },
                ],
                ..NODE
            },
            Node {
                name: "type",
                min: 1,
                binding: Some(Binding::Extensible(&codes::VS_NDHM_INVOICE_TYPES)),
                children: &[Node {
                    name: "coding",
                    min: 1,
                    max: Some(1),
                    children: &[
                        Node { name: "system", min: 1, ..NODE },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "subject",
                min: 1,
                targets: &[
                    Target { type_: "Group", profile: None },
                    Target { type_: "Patient", profile: Some("Patient") },
                ],
                ..NODE
            },
            Node {
                name: "recipient",
                targets: &[
                    Target { type_: "RelatedPerson", profile: None },
                    Target { type_: "Patient", profile: Some("Patient") },
                    Target { type_: "Organization", profile: Some("Organization") },
                ],
                ..NODE
            },
            Node { name: "date", min: 1, ..NODE },
            Node {
                name: "participant",
                children: &[Node {
                    name: "actor",
                    targets: &[
                        Target { type_: "Device", profile: None },
                        Target { type_: "RelatedPerson", profile: None },
                        Target { type_: "Practitioner", profile: Some("Practitioner") },
                        Target { type_: "Organization", profile: Some("Organization") },
                        Target { type_: "Patient", profile: Some("Patient") },
                        Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "issuer",
                targets: &[Target { type_: "Organization", profile: Some("Organization") }],
                ..NODE
            },
            Node {
                name: "lineItem",
                min: 1,
                children: &[
                    Node {
                        name: "chargeItem",
                        targets: &[Target { type_: "ChargeItem", profile: Some("ChargeItem") }],
                        ..NODE
                    },
                    Node {
                        name: "priceComponent",
                        min: 1,
                        children: &[
                            Node {
                                name: "code",
                                min: 1,
                                binding: Some(Binding::Extensible(
                                    &codes::VS_NDHM_PRICE_COMPONENTS,
                                )),
                                children: &[Node {
                                    name: "coding",
                                    min: 1,
                                    max: Some(1),
                                    children: &[
                                        Node { name: "system", min: 1, ..NODE },
                                        Node { name: "code", min: 1, ..NODE },
                                        Node { name: "display", min: 1, ..NODE },
                                    ],
                                    ..NODE
                                }],
                                ..NODE
                            },
                            Node { name: "amount", min: 1, ..NODE },
                        ],
                        ..NODE
                    },
                ],
                ..NODE
            },
            Node { name: "totalNet", min: 1, ..NODE },
            Node { name: "totalGross", min: 1, ..NODE },
        ],
        ..NODE
    },
};

static P_INVOICE_RECORD: Profile = Profile {
    name: "InvoiceRecord",
    type_: "Composition",
    root: Node {
        name: "Composition",
        children: &[
            Node {
                name: "type",
                children: &[Node { name: "text", fixed: Some("Invoice Record"), ..NODE }],
                ..NODE
            },
            Node {
                name: "subject",
                min: 1,
                targets: &[Target { type_: "Patient", profile: Some("Patient") }],
                children: &[Node { name: "reference", min: 1, ..NODE }],
                ..NODE
            },
            Node {
                name: "encounter",
                targets: &[Target { type_: "Encounter", profile: Some("Encounter") }],
                ..NODE
            },
            Node {
                name: "author",
                targets: &[
                    Target { type_: "Device", profile: None },
                    Target { type_: "RelatedPerson", profile: None },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "Patient", profile: Some("Patient") },
                    Target { type_: "Organization", profile: Some("Organization") },
                ],
                children: &[Node { name: "reference", min: 1, ..NODE }],
                ..NODE
            },
            Node {
                name: "attester",
                children: &[Node {
                    name: "party",
                    targets: &[
                        Target { type_: "RelatedPerson", profile: None },
                        Target { type_: "Patient", profile: Some("Patient") },
                        Target { type_: "Practitioner", profile: Some("Practitioner") },
                        Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                        Target { type_: "Organization", profile: Some("Organization") },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "custodian",
                targets: &[Target { type_: "Organization", profile: Some("Organization") }],
                ..NODE
            },
            Node {
                name: "section",
                min: 1,
                max: Some(1),
                children: &[
                    Node {
                        name: "author",
                        targets: &[
                            Target { type_: "Device", profile: None },
                            Target { type_: "RelatedPerson", profile: None },
                            Target { type_: "Organization", profile: Some("Organization") },
                            Target { type_: "Practitioner", profile: Some("Practitioner") },
                            Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                            Target { type_: "Patient", profile: Some("Patient") },
                        ],
                        ..NODE
                    },
                    Node {
                        name: "entry",
                        min: 1,
                        targets: &[Target { type_: "Invoice", profile: Some("Invoice") }],
                        slicing: Some(Slicing {
                            path: "type",
                            rules: Rules::Closed,
                            slices: &[Slice {
                                name: "Invoice",
                                values: &["Invoice"],
                                node: Node {
                                    name: "entry",
                                    max: Some(1),
                                    targets: &[Target {
                                        type_: "Invoice",
                                        profile: Some("Invoice"),
                                    }],
                                    children: &[
                                        Node { name: "reference", min: 1, ..NODE },
                                        Node {
                                            name: "type",
                                            min: 1,
                                            fixed: Some("Invoice"),
                                            ..NODE
                                        },
                                    ],
                                    ..NODE
                                },
                            }],
                        }),
                        ..NODE
                    },
                ],
                ..NODE
            },
        ],
        ..NODE
    },
};

static P_MEDIA: Profile = Profile {
    name: "Media",
    type_: "Media",
    root: Node {
        name: "Media",
        children: &[
            Node {
                name: "basedOn",
                targets: &[
                    Target { type_: "ServiceRequest", profile: Some("ServiceRequest") },
                    Target { type_: "CarePlan", profile: Some("CarePlan") },
                ],
                ..NODE
            },
            Node {
                name: "modality",
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node { name: "system", min: 1, ..NODE },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "subject",
                targets: &[
                    Target { type_: "Group", profile: None },
                    Target { type_: "Device", profile: None },
                    Target { type_: "Location", profile: None },
                    Target { type_: "Patient", profile: Some("Patient") },
                    Target { type_: "Specimen", profile: Some("Specimen") },
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                ],
                ..NODE
            },
            Node {
                name: "encounter",
                targets: &[Target { type_: "Encounter", profile: Some("Encounter") }],
                ..NODE
            },
            Node {
                name: "operator",
                targets: &[
                    Target { type_: "CareTeam", profile: None },
                    Target { type_: "Device", profile: None },
                    Target { type_: "RelatedPerson", profile: None },
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                    Target { type_: "Organization", profile: Some("Organization") },
                    Target { type_: "Patient", profile: Some("Patient") },
                ],
                ..NODE
            },
            Node {
                name: "content",
                children: &[
                    Node { name: "contentType", min: 1, ..NODE },
                    Node { name: "data", min: 1, ..NODE },
                ],
                ..NODE
            },
        ],
        ..NODE
    },
};

static P_MEDICATION: Profile = Profile {
    name: "Medication",
    type_: "Medication",
    root: Node {
        name: "Medication",
        children: &[
            Node {
                name: "identifier",
                max: Some(1),
                children: &[
                    Node {
                        name: "type",
                        min: 1,
                        binding: Some(Binding::Extensible(&codes::VS_NDHM_IDENTIFIER_TYPE_CODE)),
                        children: &[Node {
                            name: "coding",
                            max: Some(1),
                            children: &[
                                Node {
                                    name: "system",
                                    min: 1,
                                    fixed: Some(
                                        "https://nrces.in/ndhm/fhir/r4/CodeSystem/ndhm-identifier-type-code",
                                    ),
                                    ..NODE
                                },
                                Node { name: "code", min: 1, fixed: Some("HSN"), ..NODE },
                                Node {
                                    name: "display",
                                    min: 1,
                                    fixed: Some("Harmonized System of Nomenclature"),
                                    ..NODE
                                },
                            ],
                            ..NODE
                        }],
                        ..NODE
                    },
                    Node { name: "value", min: 1, ..NODE },
                    Node {
                        name: "assigner",
                        targets: &[Target { type_: "Organization", profile: Some("Organization") }],
                        ..NODE
                    },
                ],
                ..NODE
            },
            Node {
                name: "code",
                min: 1,
                children: &[Node {
                    name: "coding",
                    max: Some(1),
                    children: &[
                        Node { name: "system", min: 1, ..NODE },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "manufacturer",
                targets: &[Target { type_: "Organization", profile: Some("Organization") }],
                ..NODE
            },
            Node {
                name: "ingredient",
                children: &[Node {
                    name: "item",
                    targets: &[
                        Target { type_: "Substance", profile: None },
                        Target { type_: "Medication", profile: Some("Medication") },
                    ],
                    ..NODE
                }],
                ..NODE
            },
        ],
        ..NODE
    },
};

static P_MEDICATION_REQUEST: Profile = Profile {
    name: "MedicationRequest",
    type_: "MedicationRequest",
    root: Node {
        name: "MedicationRequest",
        children: &[
            Node {
                name: "reported",
                targets: &[
                    Target { type_: "RelatedPerson", profile: None },
                    Target { type_: "Patient", profile: Some("Patient") },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "Organization", profile: Some("Organization") },
                ],
                ..NODE
            },
            Node {
                name: "medication",
                choices: &["medicationCodeableConcept"],
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node {
                            name: "system",
                            min: 1,
                            fixed: Some("http://snomed.info/sct"),
                            ..NODE
                        },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "subject",
                targets: &[Target { type_: "Patient", profile: Some("Patient") }],
                ..NODE
            },
            Node {
                name: "encounter",
                targets: &[Target { type_: "Encounter", profile: Some("Encounter") }],
                ..NODE
            },
            Node { name: "authoredOn", min: 1, ..NODE },
            Node {
                name: "requester",
                min: 1,
                targets: &[
                    Target { type_: "RelatedPerson", profile: None },
                    Target { type_: "Device", profile: None },
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                    Target { type_: "Patient", profile: Some("Patient") },
                    Target { type_: "Organization", profile: Some("Organization") },
                ],
                ..NODE
            },
            Node {
                name: "performer",
                targets: &[
                    Target { type_: "Device", profile: None },
                    Target { type_: "RelatedPerson", profile: None },
                    Target { type_: "CareTeam", profile: None },
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                    Target { type_: "Organization", profile: Some("Organization") },
                    Target { type_: "Patient", profile: Some("Patient") },
                ],
                ..NODE
            },
            Node {
                name: "recorder",
                targets: &[
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                ],
                ..NODE
            },
            Node {
                name: "reasonCode",
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node {
                            name: "system",
                            min: 1,
                            fixed: Some("http://snomed.info/sct"),
                            ..NODE
                        },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "reasonReference",
                targets: &[
                    Target { type_: "Condition", profile: Some("Condition") },
                    Target { type_: "Observation", profile: Some("Observation") },
                ],
                ..NODE
            },
            Node {
                name: "basedOn",
                targets: &[
                    Target { type_: "CarePlan", profile: Some("CarePlan") },
                    Target { type_: "MedicationRequest", profile: Some("MedicationRequest") },
                    Target { type_: "ServiceRequest", profile: Some("ServiceRequest") },
                    Target {
                        type_: "ImmunizationRecommendation",
                        profile: Some("ImmunizationRecommendation"),
                    },
                ],
                ..NODE
            },
            Node {
                name: "insurance",
                targets: &[
                    Target { type_: "Coverage", profile: None },
                    Target { type_: "ClaimResponse", profile: None },
                ],
                ..NODE
            },
            Node {
                name: "dosageInstruction",
                min: 1,
                children: &[
                    Node {
                        name: "additionalInstruction",
                        children: &[Node {
                            name: "coding",
                            children: &[
                                Node {
                                    name: "system",
                                    min: 1,
                                    fixed: Some("http://snomed.info/sct"),
                                    ..NODE
                                },
                                Node { name: "code", min: 1, ..NODE },
                                Node { name: "display", min: 1, ..NODE },
                            ],
                            ..NODE
                        }],
                        ..NODE
                    },
                    Node {
                        name: "route",
                        children: &[Node {
                            name: "coding",
                            children: &[
                                Node {
                                    name: "system",
                                    min: 1,
                                    fixed: Some("http://snomed.info/sct"),
                                    ..NODE
                                },
                                Node { name: "code", min: 1, ..NODE },
                                Node { name: "display", min: 1, ..NODE },
                            ],
                            ..NODE
                        }],
                        ..NODE
                    },
                    Node {
                        name: "method",
                        children: &[Node {
                            name: "coding",
                            children: &[
                                Node {
                                    name: "system",
                                    min: 1,
                                    fixed: Some("http://snomed.info/sct"),
                                    ..NODE
                                },
                                Node { name: "code", min: 1, ..NODE },
                                Node { name: "display", min: 1, ..NODE },
                            ],
                            ..NODE
                        }],
                        ..NODE
                    },
                ],
                ..NODE
            },
            Node {
                name: "dispenseRequest",
                children: &[Node {
                    name: "performer",
                    targets: &[Target { type_: "Organization", profile: Some("Organization") }],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "priorPrescription",
                targets: &[Target {
                    type_: "MedicationRequest",
                    profile: Some("MedicationRequest"),
                }],
                ..NODE
            },
        ],
        ..NODE
    },
};

static P_MEDICATION_STATEMENT: Profile = Profile {
    name: "MedicationStatement",
    type_: "MedicationStatement",
    root: Node {
        name: "MedicationStatement",
        children: &[
            Node {
                name: "basedOn",
                targets: &[
                    Target { type_: "MedicationRequest", profile: Some("MedicationRequest") },
                    Target { type_: "CarePlan", profile: Some("CarePlan") },
                    Target { type_: "ServiceRequest", profile: Some("ServiceRequest") },
                ],
                ..NODE
            },
            Node {
                name: "partOf",
                targets: &[
                    Target { type_: "MedicationAdministration", profile: None },
                    Target { type_: "MedicationDispense", profile: None },
                    Target { type_: "Procedure", profile: Some("Procedure") },
                    Target { type_: "Observation", profile: Some("Observation") },
                    Target { type_: "MedicationStatement", profile: Some("MedicationStatement") },
                ],
                ..NODE
            },
            Node {
                name: "medication",
                choices: &["medicationCodeableConcept"],
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node {
                            name: "system",
                            min: 1,
                            fixed: Some("http://snomed.info/sct"),
                            ..NODE
                        },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "subject",
                targets: &[
                    Target { type_: "Group", profile: None },
                    Target { type_: "Patient", profile: Some("Patient") },
                ],
                ..NODE
            },
            Node {
                name: "context",
                targets: &[
                    Target { type_: "EpisodeOfCare", profile: None },
                    Target { type_: "Encounter", profile: Some("Encounter") },
                ],
                ..NODE
            },
            Node {
                name: "informationSource",
                targets: &[
                    Target { type_: "RelatedPerson", profile: None },
                    Target { type_: "Patient", profile: Some("Patient") },
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                    Target { type_: "Organization", profile: Some("Organization") },
                ],
                ..NODE
            },
            Node {
                name: "reasonCode",
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node {
                            name: "system",
                            min: 1,
                            fixed: Some("http://snomed.info/sct"),
                            ..NODE
                        },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "reasonReference",
                targets: &[
                    Target { type_: "Condition", profile: Some("Condition") },
                    Target { type_: "Observation", profile: Some("Observation") },
                    Target { type_: "DiagnosticReport", profile: Some("DiagnosticReportLab") },
                    Target { type_: "DiagnosticReport", profile: Some("DiagnosticReportImaging") },
                ],
                ..NODE
            },
            Node {
                name: "dosage",
                children: &[
                    Node {
                        name: "additionalInstruction",
                        children: &[Node {
                            name: "coding",
                            children: &[
                                Node {
                                    name: "system",
                                    min: 1,
                                    fixed: Some("http://snomed.info/sct"),
                                    ..NODE
                                },
                                Node { name: "code", min: 1, ..NODE },
                                Node { name: "display", min: 1, ..NODE },
                            ],
                            ..NODE
                        }],
                        ..NODE
                    },
                    Node {
                        name: "site",
                        children: &[Node {
                            name: "coding",
                            children: &[
                                Node {
                                    name: "system",
                                    min: 1,
                                    fixed: Some("http://snomed.info/sct"),
                                    ..NODE
                                },
                                Node { name: "code", min: 1, ..NODE },
                                Node { name: "display", min: 1, ..NODE },
                            ],
                            ..NODE
                        }],
                        ..NODE
                    },
                    Node {
                        name: "route",
                        children: &[Node {
                            name: "coding",
                            children: &[
                                Node {
                                    name: "system",
                                    min: 1,
                                    fixed: Some("http://snomed.info/sct"),
                                    ..NODE
                                },
                                Node { name: "code", min: 1, ..NODE },
                                Node { name: "display", min: 1, ..NODE },
                            ],
                            ..NODE
                        }],
                        ..NODE
                    },
                    Node {
                        name: "method",
                        children: &[Node {
                            name: "coding",
                            children: &[
                                Node {
                                    name: "system",
                                    min: 1,
                                    fixed: Some("http://snomed.info/sct"),
                                    ..NODE
                                },
                                Node { name: "code", min: 1, ..NODE },
                                Node { name: "display", min: 1, ..NODE },
                            ],
                            ..NODE
                        }],
                        ..NODE
                    },
                    Node {
                        name: "doseAndRate",
                        children: &[Node {
                            name: "type",
                            children: &[Node {
                                name: "coding",
                                children: &[
                                    Node {
                                        name: "system",
                                        min: 1,
                                        fixed: Some("http://snomed.info/sct"),
                                        ..NODE
                                    },
                                    Node { name: "code", min: 1, ..NODE },
                                    Node { name: "display", min: 1, ..NODE },
                                ],
                                ..NODE
                            }],
                            ..NODE
                        }],
                        ..NODE
                    },
                ],
                ..NODE
            },
        ],
        ..NODE
    },
};

static P_O_P_CONSULT_RECORD: Profile = Profile {
    name: "OPConsultRecord",
    type_: "Composition",
    root: Node {
        name: "Composition",
        children: &[
            Node {
                name: "type",
                children: &[Node {
                    name: "coding",
                    min: 1,
                    max: Some(1),
                    children: &[
                        Node {
                            name: "system",
                            min: 1,
                            fixed: Some("http://snomed.info/sct"),
                            ..NODE
                        },
                        Node { name: "code", min: 1, fixed: Some("371530004"), ..NODE },
                        Node {
                            name: "display",
                            min: 1,
                            fixed: Some("Clinical consultation report"),
                            ..NODE
                        },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "subject",
                min: 1,
                targets: &[Target { type_: "Patient", profile: Some("Patient") }],
                children: &[Node { name: "reference", min: 1, ..NODE }],
                ..NODE
            },
            Node {
                name: "encounter",
                min: 1,
                targets: &[Target { type_: "Encounter", profile: Some("Encounter") }],
                ..NODE
            },
            Node {
                name: "author",
                targets: &[
                    Target { type_: "Device", profile: None },
                    Target { type_: "RelatedPerson", profile: None },
                    Target { type_: "Patient", profile: Some("Patient") },
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                    Target { type_: "Organization", profile: Some("Organization") },
                ],
                children: &[Node { name: "reference", min: 1, ..NODE }],
                ..NODE
            },
            Node {
                name: "attester",
                children: &[Node {
                    name: "party",
                    targets: &[
                        Target { type_: "RelatedPerson", profile: None },
                        Target { type_: "Patient", profile: Some("Patient") },
                        Target { type_: "Practitioner", profile: Some("Practitioner") },
                        Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                        Target { type_: "Organization", profile: Some("Organization") },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "custodian",
                targets: &[Target { type_: "Organization", profile: Some("Organization") }],
                ..NODE
            },
            Node {
                name: "section",
                min: 1,
                slicing: Some(Slicing {
                    path: "code.coding.code",
                    rules: Rules::OpenAtEnd,
                    slices: &[
                        Slice {
                            name: "ChiefComplaints",
                            values: &["422843007"],
                            node: Node {
                                name: "section",
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "code",
                                        children: &[Node {
                                            name: "coding",
                                            max: Some(1),
                                            children: &[
                                                Node {
                                                    name: "system",
                                                    min: 1,
                                                    fixed: Some("http://snomed.info/sct"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "code",
                                                    min: 1,
                                                    fixed: Some("422843007"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "display",
                                                    min: 1,
                                                    fixed: Some("Chief complaint section"),
                                                    ..NODE
                                                },
                                            ],
                                            ..NODE
                                        }],
                                        ..NODE
                                    },
                                    Node {
                                        name: "author",
                                        targets: &[
                                            Target { type_: "Device", profile: None },
                                            Target { type_: "RelatedPerson", profile: None },
                                            Target {
                                                type_: "Organization",
                                                profile: Some("Organization"),
                                            },
                                            Target { type_: "Patient", profile: Some("Patient") },
                                            Target {
                                                type_: "PractitionerRole",
                                                profile: Some("PractitionerRole"),
                                            },
                                            Target {
                                                type_: "Practitioner",
                                                profile: Some("Practitioner"),
                                            },
                                        ],
                                        ..NODE
                                    },
                                    Node {
                                        name: "entry",
                                        targets: &[Target {
                                            type_: "Condition",
                                            profile: Some("Condition"),
                                        }],
                                        children: &[Node { name: "reference", min: 1, ..NODE }],
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            },
                        },
                        Slice {
                            name: "PhysicalExamination",
                            values: &["425044008"],
                            node: Node {
                                name: "section",
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "code",
                                        children: &[Node {
                                            name: "coding",
                                            max: Some(1),
                                            children: &[
                                                Node {
                                                    name: "system",
                                                    min: 1,
                                                    fixed: Some("http://snomed.info/sct"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "code",
                                                    min: 1,
                                                    fixed: Some("425044008"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "display",
                                                    min: 1,
                                                    fixed: Some("Physical exam section"),
                                                    ..NODE
                                                },
                                            ],
                                            ..NODE
                                        }],
                                        ..NODE
                                    },
                                    Node {
                                        name: "author",
                                        targets: &[
                                            Target { type_: "Device", profile: None },
                                            Target { type_: "RelatedPerson", profile: None },
                                            Target {
                                                type_: "Organization",
                                                profile: Some("Organization"),
                                            },
                                            Target { type_: "Patient", profile: Some("Patient") },
                                            Target {
                                                type_: "PractitionerRole",
                                                profile: Some("PractitionerRole"),
                                            },
                                            Target {
                                                type_: "Practitioner",
                                                profile: Some("Practitioner"),
                                            },
                                        ],
                                        ..NODE
                                    },
                                    Node {
                                        name: "entry",
                                        targets: &[Target {
                                            type_: "Observation",
                                            profile: Some("Observation"),
                                        }],
                                        children: &[Node { name: "reference", min: 1, ..NODE }],
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            },
                        },
                        Slice {
                            name: "Allergies",
                            values: &["722446000"],
                            node: Node {
                                name: "section",
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "code",
                                        children: &[Node {
                                            name: "coding",
                                            max: Some(1),
                                            children: &[
                                                Node {
                                                    name: "system",
                                                    min: 1,
                                                    fixed: Some("http://snomed.info/sct"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "code",
                                                    min: 1,
                                                    fixed: Some("722446000"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "display",
                                                    min: 1,
                                                    fixed: Some("Allergy record"),
                                                    ..NODE
                                                },
                                            ],
                                            ..NODE
                                        }],
                                        ..NODE
                                    },
                                    Node {
                                        name: "author",
                                        targets: &[
                                            Target { type_: "Device", profile: None },
                                            Target { type_: "RelatedPerson", profile: None },
                                            Target {
                                                type_: "Organization",
                                                profile: Some("Organization"),
                                            },
                                            Target { type_: "Patient", profile: Some("Patient") },
                                            Target {
                                                type_: "PractitionerRole",
                                                profile: Some("PractitionerRole"),
                                            },
                                            Target {
                                                type_: "Practitioner",
                                                profile: Some("Practitioner"),
                                            },
                                        ],
                                        ..NODE
                                    },
                                    Node {
                                        name: "entry",
                                        targets: &[Target {
                                            type_: "AllergyIntolerance",
                                            profile: Some("AllergyIntolerance"),
                                        }],
                                        children: &[Node { name: "reference", min: 1, ..NODE }],
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            },
                        },
                        Slice {
                            name: "MedicalHistory",
                            values: &["371529009"],
                            node: Node {
                                name: "section",
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "code",
                                        children: &[Node {
                                            name: "coding",
                                            max: Some(1),
                                            children: &[
                                                Node {
                                                    name: "system",
                                                    min: 1,
                                                    fixed: Some("http://snomed.info/sct"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "code",
                                                    min: 1,
                                                    fixed: Some("371529009"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "display",
                                                    min: 1,
                                                    fixed: Some("History and physical report"),
                                                    ..NODE
                                                },
                                            ],
                                            ..NODE
                                        }],
                                        ..NODE
                                    },
                                    Node {
                                        name: "author",
                                        targets: &[
                                            Target { type_: "Device", profile: None },
                                            Target { type_: "RelatedPerson", profile: None },
                                            Target {
                                                type_: "Organization",
                                                profile: Some("Organization"),
                                            },
                                            Target { type_: "Patient", profile: Some("Patient") },
                                            Target {
                                                type_: "PractitionerRole",
                                                profile: Some("PractitionerRole"),
                                            },
                                            Target {
                                                type_: "Practitioner",
                                                profile: Some("Practitioner"),
                                            },
                                        ],
                                        ..NODE
                                    },
                                    Node {
                                        name: "entry",
                                        targets: &[
                                            Target {
                                                type_: "Condition",
                                                profile: Some("Condition"),
                                            },
                                            Target {
                                                type_: "Procedure",
                                                profile: Some("Procedure"),
                                            },
                                        ],
                                        children: &[Node { name: "reference", min: 1, ..NODE }],
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            },
                        },
                        Slice {
                            name: "FamilyHistory",
                            values: &["422432008"],
                            node: Node {
                                name: "section",
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "code",
                                        children: &[Node {
                                            name: "coding",
                                            max: Some(1),
                                            children: &[
                                                Node {
                                                    name: "system",
                                                    min: 1,
                                                    fixed: Some("http://snomed.info/sct"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "code",
                                                    min: 1,
                                                    fixed: Some("422432008"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "display",
                                                    min: 1,
                                                    fixed: Some("Family history section"),
                                                    ..NODE
                                                },
                                            ],
                                            ..NODE
                                        }],
                                        ..NODE
                                    },
                                    Node {
                                        name: "author",
                                        targets: &[
                                            Target { type_: "Device", profile: None },
                                            Target { type_: "RelatedPerson", profile: None },
                                            Target {
                                                type_: "Organization",
                                                profile: Some("Organization"),
                                            },
                                            Target { type_: "Patient", profile: Some("Patient") },
                                            Target {
                                                type_: "PractitionerRole",
                                                profile: Some("PractitionerRole"),
                                            },
                                            Target {
                                                type_: "Practitioner",
                                                profile: Some("Practitioner"),
                                            },
                                        ],
                                        ..NODE
                                    },
                                    Node {
                                        name: "entry",
                                        targets: &[Target {
                                            type_: "FamilyMemberHistory",
                                            profile: Some("FamilyMemberHistory"),
                                        }],
                                        children: &[Node { name: "reference", min: 1, ..NODE }],
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            },
                        },
                        Slice {
                            name: "InvestigationAdvice",
                            values: &["721963009"],
                            node: Node {
                                name: "section",
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "code",
                                        children: &[Node {
                                            name: "coding",
                                            max: Some(1),
                                            children: &[
                                                Node {
                                                    name: "system",
                                                    min: 1,
                                                    fixed: Some("http://snomed.info/sct"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "code",
                                                    min: 1,
                                                    fixed: Some("721963009"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "display",
                                                    min: 1,
                                                    fixed: Some("Order document"),
                                                    ..NODE
                                                },
                                            ],
                                            ..NODE
                                        }],
                                        ..NODE
                                    },
                                    Node {
                                        name: "author",
                                        targets: &[
                                            Target { type_: "Device", profile: None },
                                            Target { type_: "RelatedPerson", profile: None },
                                            Target {
                                                type_: "Organization",
                                                profile: Some("Organization"),
                                            },
                                            Target { type_: "Patient", profile: Some("Patient") },
                                            Target {
                                                type_: "PractitionerRole",
                                                profile: Some("PractitionerRole"),
                                            },
                                            Target {
                                                type_: "Practitioner",
                                                profile: Some("Practitioner"),
                                            },
                                        ],
                                        ..NODE
                                    },
                                    Node {
                                        name: "entry",
                                        targets: &[Target {
                                            type_: "ServiceRequest",
                                            profile: Some("ServiceRequest"),
                                        }],
                                        children: &[Node { name: "reference", min: 1, ..NODE }],
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            },
                        },
                        Slice {
                            name: "Medications",
                            values: &["721912009"],
                            node: Node {
                                name: "section",
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "code",
                                        children: &[Node {
                                            name: "coding",
                                            max: Some(1),
                                            children: &[
                                                Node {
                                                    name: "system",
                                                    min: 1,
                                                    fixed: Some("http://snomed.info/sct"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "code",
                                                    min: 1,
                                                    fixed: Some("721912009"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "display",
                                                    min: 1,
                                                    fixed: Some("Medication summary document"),
                                                    ..NODE
                                                },
                                            ],
                                            ..NODE
                                        }],
                                        ..NODE
                                    },
                                    Node {
                                        name: "author",
                                        targets: &[
                                            Target { type_: "Device", profile: None },
                                            Target { type_: "RelatedPerson", profile: None },
                                            Target {
                                                type_: "Organization",
                                                profile: Some("Organization"),
                                            },
                                            Target { type_: "Patient", profile: Some("Patient") },
                                            Target {
                                                type_: "PractitionerRole",
                                                profile: Some("PractitionerRole"),
                                            },
                                            Target {
                                                type_: "Practitioner",
                                                profile: Some("Practitioner"),
                                            },
                                        ],
                                        ..NODE
                                    },
                                    Node {
                                        name: "entry",
                                        targets: &[
                                            Target {
                                                type_: "MedicationStatement",
                                                profile: Some("MedicationStatement"),
                                            },
                                            Target {
                                                type_: "MedicationRequest",
                                                profile: Some("MedicationRequest"),
                                            },
                                        ],
                                        children: &[Node { name: "reference", min: 1, ..NODE }],
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            },
                        },
                        Slice {
                            name: "FollowUp",
                            values: &["390906007"],
                            node: Node {
                                name: "section",
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "code",
                                        children: &[Node {
                                            name: "coding",
                                            max: Some(1),
                                            children: &[
                                                Node {
                                                    name: "system",
                                                    min: 1,
                                                    fixed: Some("http://snomed.info/sct"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "code",
                                                    min: 1,
                                                    fixed: Some("390906007"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "display",
                                                    min: 1,
                                                    fixed: Some("Follow-up encounter"),
                                                    ..NODE
                                                },
                                            ],
                                            ..NODE
                                        }],
                                        ..NODE
                                    },
                                    Node {
                                        name: "author",
                                        targets: &[
                                            Target { type_: "Device", profile: None },
                                            Target { type_: "RelatedPerson", profile: None },
                                            Target {
                                                type_: "Organization",
                                                profile: Some("Organization"),
                                            },
                                            Target { type_: "Patient", profile: Some("Patient") },
                                            Target {
                                                type_: "PractitionerRole",
                                                profile: Some("PractitionerRole"),
                                            },
                                            Target {
                                                type_: "Practitioner",
                                                profile: Some("Practitioner"),
                                            },
                                        ],
                                        ..NODE
                                    },
                                    Node {
                                        name: "entry",
                                        targets: &[Target {
                                            type_: "Appointment",
                                            profile: Some("Appointment"),
                                        }],
                                        children: &[Node { name: "reference", min: 1, ..NODE }],
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            },
                        },
                        Slice {
                            name: "Procedure",
                            values: &["371525003"],
                            node: Node {
                                name: "section",
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "code",
                                        children: &[Node {
                                            name: "coding",
                                            max: Some(1),
                                            children: &[
                                                Node {
                                                    name: "system",
                                                    min: 1,
                                                    fixed: Some("http://snomed.info/sct"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "code",
                                                    min: 1,
                                                    fixed: Some("371525003"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "display",
                                                    min: 1,
                                                    fixed: Some("Clinical procedure report"),
                                                    ..NODE
                                                },
                                            ],
                                            ..NODE
                                        }],
                                        ..NODE
                                    },
                                    Node {
                                        name: "author",
                                        targets: &[
                                            Target { type_: "Device", profile: None },
                                            Target { type_: "RelatedPerson", profile: None },
                                            Target {
                                                type_: "Organization",
                                                profile: Some("Organization"),
                                            },
                                            Target { type_: "Patient", profile: Some("Patient") },
                                            Target {
                                                type_: "PractitionerRole",
                                                profile: Some("PractitionerRole"),
                                            },
                                            Target {
                                                type_: "Practitioner",
                                                profile: Some("Practitioner"),
                                            },
                                        ],
                                        ..NODE
                                    },
                                    Node {
                                        name: "entry",
                                        targets: &[Target {
                                            type_: "Procedure",
                                            profile: Some("Procedure"),
                                        }],
                                        children: &[Node { name: "reference", min: 1, ..NODE }],
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            },
                        },
                        Slice {
                            name: "Referral",
                            values: &["306206005"],
                            node: Node {
                                name: "section",
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "code",
                                        children: &[Node {
                                            name: "coding",
                                            max: Some(1),
                                            children: &[
                                                Node {
                                                    name: "system",
                                                    min: 1,
                                                    fixed: Some("http://snomed.info/sct"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "code",
                                                    min: 1,
                                                    fixed: Some("306206005"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "display",
                                                    min: 1,
                                                    fixed: Some("Referral to service"),
                                                    ..NODE
                                                },
                                            ],
                                            ..NODE
                                        }],
                                        ..NODE
                                    },
                                    Node {
                                        name: "author",
                                        targets: &[
                                            Target { type_: "Device", profile: None },
                                            Target { type_: "RelatedPerson", profile: None },
                                            Target {
                                                type_: "Organization",
                                                profile: Some("Organization"),
                                            },
                                            Target { type_: "Patient", profile: Some("Patient") },
                                            Target {
                                                type_: "PractitionerRole",
                                                profile: Some("PractitionerRole"),
                                            },
                                            Target {
                                                type_: "Practitioner",
                                                profile: Some("Practitioner"),
                                            },
                                        ],
                                        ..NODE
                                    },
                                    Node {
                                        name: "entry",
                                        targets: &[Target {
                                            type_: "ServiceRequest",
                                            profile: Some("ServiceRequest"),
                                        }],
                                        children: &[Node { name: "reference", min: 1, ..NODE }],
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            },
                        },
                        Slice {
                            name: "OtherObservations",
                            values: &["404684003"],
                            node: Node {
                                name: "section",
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "code",
                                        children: &[Node {
                                            name: "coding",
                                            max: Some(1),
                                            children: &[
                                                Node {
                                                    name: "system",
                                                    min: 1,
                                                    fixed: Some("http://snomed.info/sct"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "code",
                                                    min: 1,
                                                    fixed: Some("404684003"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "display",
                                                    min: 1,
                                                    fixed: Some("Clinical finding"),
                                                    ..NODE
                                                },
                                            ],
                                            ..NODE
                                        }],
                                        ..NODE
                                    },
                                    Node {
                                        name: "author",
                                        targets: &[
                                            Target { type_: "Device", profile: None },
                                            Target { type_: "RelatedPerson", profile: None },
                                            Target {
                                                type_: "Organization",
                                                profile: Some("Organization"),
                                            },
                                            Target { type_: "Patient", profile: Some("Patient") },
                                            Target {
                                                type_: "PractitionerRole",
                                                profile: Some("PractitionerRole"),
                                            },
                                            Target {
                                                type_: "Practitioner",
                                                profile: Some("Practitioner"),
                                            },
                                        ],
                                        ..NODE
                                    },
                                    Node {
                                        name: "entry",
                                        targets: &[Target {
                                            type_: "Observation",
                                            profile: Some("Observation"),
                                        }],
                                        children: &[Node { name: "reference", min: 1, ..NODE }],
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            },
                        },
                        Slice {
                            name: "DocumentReference",
                            values: &["371530004"],
                            node: Node {
                                name: "section",
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "code",
                                        children: &[Node {
                                            name: "coding",
                                            max: Some(1),
                                            children: &[
                                                Node {
                                                    name: "system",
                                                    min: 1,
                                                    fixed: Some("http://snomed.info/sct"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "code",
                                                    min: 1,
                                                    fixed: Some("371530004"),
                                                    ..NODE
                                                },
                                                Node {
                                                    name: "display",
                                                    min: 1,
                                                    fixed: Some("Clinical consultation report"),
                                                    ..NODE
                                                },
                                            ],
                                            ..NODE
                                        }],
                                        ..NODE
                                    },
                                    Node {
                                        name: "author",
                                        targets: &[
                                            Target { type_: "Device", profile: None },
                                            Target { type_: "RelatedPerson", profile: None },
                                            Target {
                                                type_: "Organization",
                                                profile: Some("Organization"),
                                            },
                                            Target { type_: "Patient", profile: Some("Patient") },
                                            Target {
                                                type_: "PractitionerRole",
                                                profile: Some("PractitionerRole"),
                                            },
                                            Target {
                                                type_: "Practitioner",
                                                profile: Some("Practitioner"),
                                            },
                                        ],
                                        ..NODE
                                    },
                                    Node {
                                        name: "entry",
                                        targets: &[Target {
                                            type_: "DocumentReference",
                                            profile: Some("DocumentReference"),
                                        }],
                                        children: &[Node { name: "reference", min: 1, ..NODE }],
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            },
                        },
                    ],
                }),
                ..NODE
            },
        ],
        ..NODE
    },
};

static P_OBSERVATION: Profile = Profile {
    name: "Observation",
    type_: "Observation",
    root: Node {
        name: "Observation",
        children: &[
            Node {
                name: "basedOn",
                targets: &[
                    Target { type_: "DeviceRequest", profile: None },
                    Target {
                        type_: "ImmunizationRecommendation",
                        profile: Some("ImmunizationRecommendation"),
                    },
                    Target { type_: "NutritionOrder", profile: None },
                    Target { type_: "ServiceRequest", profile: Some("ServiceRequest") },
                    Target { type_: "MedicationRequest", profile: Some("MedicationRequest") },
                    Target { type_: "CarePlan", profile: Some("CarePlan") },
                ],
                ..NODE
            },
            Node {
                name: "partOf",
                targets: &[
                    Target { type_: "MedicationAdministration", profile: None },
                    Target { type_: "MedicationDispense", profile: None },
                    Target { type_: "ImagingStudy", profile: Some("ImagingStudy") },
                    Target { type_: "Procedure", profile: Some("Procedure") },
                    Target { type_: "MedicationStatement", profile: Some("MedicationStatement") },
                    Target { type_: "Immunization", profile: Some("Immunization") },
                ],
                ..NODE
            },
            Node {
                name: "code",
                children: &[Node {
                    name: "coding",
                    slicing: Some(Slicing {
                        path: "system",
                        rules: Rules::Closed,
                        slices: &[
                            Slice {
                                name: "LOINC",
                                values: &["http://loinc.org"],
                                node: Node {
                                    name: "coding",
                                    children: &[
                                        Node {
                                            name: "system",
                                            min: 1,
                                            fixed: Some("http://loinc.org"),
                                            ..NODE
                                        },
                                        Node { name: "code", min: 1, ..NODE },
                                        Node { name: "display", min: 1, ..NODE },
                                    ],
                                    ..NODE
                                },
                            },
                            Slice {
                                name: "SNOMEDCT",
                                values: &["http://snomed.info/sct"],
                                node: Node {
                                    name: "coding",
                                    children: &[
                                        Node {
                                            name: "system",
                                            min: 1,
                                            fixed: Some("http://snomed.info/sct"),
                                            ..NODE
                                        },
                                        Node { name: "code", min: 1, ..NODE },
                                        Node { name: "display", min: 1, ..NODE },
                                    ],
                                    ..NODE
                                },
                            },
                        ],
                    }),
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "subject",
                targets: &[Target { type_: "Patient", profile: Some("Patient") }],
                ..NODE
            },
            Node {
                name: "encounter",
                targets: &[Target { type_: "Encounter", profile: Some("Encounter") }],
                ..NODE
            },
            Node {
                name: "performer",
                targets: &[
                    Target { type_: "CareTeam", profile: None },
                    Target { type_: "RelatedPerson", profile: None },
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "Organization", profile: Some("Organization") },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                    Target { type_: "Patient", profile: Some("Patient") },
                ],
                ..NODE
            },
            Node {
                name: "specimen",
                targets: &[Target { type_: "Specimen", profile: Some("Specimen") }],
                ..NODE
            },
            Node {
                name: "hasMember",
                targets: &[
                    Target { type_: "QuestionnaireResponse", profile: None },
                    Target { type_: "MolecularSequence", profile: None },
                    Target { type_: "Observation", profile: Some("Observation") },
                ],
                ..NODE
            },
            Node {
                name: "derivedFrom",
                targets: &[
                    Target { type_: "QuestionnaireResponse", profile: None },
                    Target { type_: "MolecularSequence", profile: None },
                    Target { type_: "DocumentReference", profile: Some("DocumentReference") },
                    Target { type_: "ImagingStudy", profile: Some("ImagingStudy") },
                    Target { type_: "Media", profile: Some("Media") },
                    Target { type_: "Observation", profile: Some("Observation") },
                ],
                ..NODE
            },
        ],
        ..NODE
    },
};

static P_OBSERVATION_BODY_MEASUREMENT: Profile = Profile {
    name: "ObservationBodyMeasurement",
    type_: "Observation",
    root: Node {
        name: "Observation",
        children: &[
            Node {
                name: "basedOn",
                targets: &[
                    Target { type_: "DeviceRequest", profile: None },
                    Target { type_: "NutritionOrder", profile: None },
                    Target { type_: "CarePlan", profile: Some("CarePlan") },
                    Target {
                        type_: "ImmunizationRecommendation",
                        profile: Some("ImmunizationRecommendation"),
                    },
                    Target { type_: "ServiceRequest", profile: Some("ServiceRequest") },
                    Target { type_: "MedicationRequest", profile: Some("MedicationRequest") },
                ],
                ..NODE
            },
            Node {
                name: "partOf",
                targets: &[
                    Target { type_: "MedicationAdministration", profile: None },
                    Target { type_: "MedicationDispense", profile: None },
                    Target { type_: "ImagingStudy", profile: Some("ImagingStudy") },
                    Target { type_: "Procedure", profile: Some("Procedure") },
                    Target { type_: "MedicationStatement", profile: Some("MedicationStatement") },
                    Target { type_: "Immunization", profile: Some("Immunization") },
                ],
                ..NODE
            },
            Node {
                name: "code",
                binding: Some(Binding::Extensible(&codes::VS_NDHM_BODY_MEASUREMENT)),
                children: &[Node {
                    name: "coding",
                    slicing: Some(Slicing {
                        path: "system",
                        rules: Rules::Closed,
                        slices: &[
                            Slice {
                                name: "LOINC",
                                values: &["http://loinc.org"],
                                node: Node {
                                    name: "coding",
                                    children: &[
                                        Node {
                                            name: "system",
                                            min: 1,
                                            fixed: Some("http://loinc.org"),
                                            ..NODE
                                        },
                                        Node { name: "code", min: 1, ..NODE },
                                        Node { name: "display", min: 1, ..NODE },
                                    ],
                                    ..NODE
                                },
                            },
                            Slice {
                                name: "SNOMEDCT",
                                values: &["http://snomed.info/sct"],
                                node: Node {
                                    name: "coding",
                                    children: &[
                                        Node {
                                            name: "system",
                                            min: 1,
                                            fixed: Some("http://snomed.info/sct"),
                                            ..NODE
                                        },
                                        Node { name: "code", min: 1, ..NODE },
                                        Node { name: "display", min: 1, ..NODE },
                                    ],
                                    ..NODE
                                },
                            },
                        ],
                    }),
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "subject",
                targets: &[Target { type_: "Patient", profile: Some("Patient") }],
                ..NODE
            },
            Node {
                name: "encounter",
                targets: &[Target { type_: "Encounter", profile: Some("Encounter") }],
                ..NODE
            },
            Node {
                name: "performer",
                targets: &[
                    Target { type_: "CareTeam", profile: None },
                    Target { type_: "RelatedPerson", profile: None },
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "Organization", profile: Some("Organization") },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                    Target { type_: "Patient", profile: Some("Patient") },
                ],
                ..NODE
            },
            Node { name: "value", choices: &["valueQuantity", "valueString"], ..NODE },
            Node {
                name: "specimen",
                targets: &[Target { type_: "Specimen", profile: Some("Specimen") }],
                ..NODE
            },
            Node {
                name: "hasMember",
                targets: &[
                    Target { type_: "QuestionnaireResponse", profile: None },
                    Target { type_: "MolecularSequence", profile: None },
                    Target { type_: "Observation", profile: Some("Observation") },
                ],
                ..NODE
            },
            Node {
                name: "derivedFrom",
                targets: &[
                    Target { type_: "QuestionnaireResponse", profile: None },
                    Target { type_: "MolecularSequence", profile: None },
                    Target { type_: "DocumentReference", profile: Some("DocumentReference") },
                    Target { type_: "ImagingStudy", profile: Some("ImagingStudy") },
                    Target { type_: "Media", profile: Some("Media") },
                    Target { type_: "Observation", profile: Some("Observation") },
                ],
                ..NODE
            },
        ],
        ..NODE
    },
};

static P_OBSERVATION_GENERAL_ASSESSMENT: Profile = Profile {
    name: "ObservationGeneralAssessment",
    type_: "Observation",
    root: Node {
        name: "Observation",
        children: &[
            Node {
                name: "basedOn",
                targets: &[
                    Target { type_: "DeviceRequest", profile: None },
                    Target { type_: "NutritionOrder", profile: None },
                    Target {
                        type_: "ImmunizationRecommendation",
                        profile: Some("ImmunizationRecommendation"),
                    },
                    Target { type_: "ServiceRequest", profile: Some("ServiceRequest") },
                    Target { type_: "MedicationRequest", profile: Some("MedicationRequest") },
                    Target { type_: "CarePlan", profile: Some("CarePlan") },
                ],
                ..NODE
            },
            Node {
                name: "partOf",
                targets: &[
                    Target { type_: "MedicationAdministration", profile: None },
                    Target { type_: "MedicationDispense", profile: None },
                    Target { type_: "ImagingStudy", profile: Some("ImagingStudy") },
                    Target { type_: "Procedure", profile: Some("Procedure") },
                    Target { type_: "MedicationStatement", profile: Some("MedicationStatement") },
                    Target { type_: "Immunization", profile: Some("Immunization") },
                ],
                ..NODE
            },
            Node {
                name: "code",
                binding: Some(Binding::Extensible(&codes::VS_NDHM_GENERAL_ASSESSMENT)),
                children: &[Node {
                    name: "coding",
                    slicing: Some(Slicing {
                        path: "system",
                        rules: Rules::Closed,
                        slices: &[
                            Slice {
                                name: "LOINC",
                                values: &["http://loinc.org"],
                                node: Node {
                                    name: "coding",
                                    children: &[
                                        Node {
                                            name: "system",
                                            min: 1,
                                            fixed: Some("http://loinc.org"),
                                            ..NODE
                                        },
                                        Node { name: "code", min: 1, ..NODE },
                                        Node { name: "display", min: 1, ..NODE },
                                    ],
                                    ..NODE
                                },
                            },
                            Slice {
                                name: "SNOMEDCT",
                                values: &["http://snomed.info/sct"],
                                node: Node {
                                    name: "coding",
                                    children: &[
                                        Node {
                                            name: "system",
                                            min: 1,
                                            fixed: Some("http://snomed.info/sct"),
                                            ..NODE
                                        },
                                        Node { name: "code", min: 1, ..NODE },
                                        Node { name: "display", min: 1, ..NODE },
                                    ],
                                    ..NODE
                                },
                            },
                        ],
                    }),
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "subject",
                targets: &[Target { type_: "Patient", profile: Some("Patient") }],
                ..NODE
            },
            Node {
                name: "encounter",
                targets: &[Target { type_: "Encounter", profile: Some("Encounter") }],
                ..NODE
            },
            Node {
                name: "performer",
                targets: &[
                    Target { type_: "CareTeam", profile: None },
                    Target { type_: "RelatedPerson", profile: None },
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "Organization", profile: Some("Organization") },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                    Target { type_: "Patient", profile: Some("Patient") },
                ],
                ..NODE
            },
            Node { name: "value", choices: &["valueQuantity", "valueCodeableConcept"], ..NODE },
            Node {
                name: "specimen",
                targets: &[Target { type_: "Specimen", profile: Some("Specimen") }],
                ..NODE
            },
            Node {
                name: "hasMember",
                targets: &[
                    Target { type_: "QuestionnaireResponse", profile: None },
                    Target { type_: "MolecularSequence", profile: None },
                    Target { type_: "Observation", profile: Some("Observation") },
                ],
                ..NODE
            },
            Node {
                name: "derivedFrom",
                targets: &[
                    Target { type_: "QuestionnaireResponse", profile: None },
                    Target { type_: "MolecularSequence", profile: None },
                    Target { type_: "DocumentReference", profile: Some("DocumentReference") },
                    Target { type_: "ImagingStudy", profile: Some("ImagingStudy") },
                    Target { type_: "Media", profile: Some("Media") },
                    Target { type_: "Observation", profile: Some("Observation") },
                ],
                ..NODE
            },
        ],
        ..NODE
    },
};

static P_OBSERVATION_LIFESTYLE: Profile = Profile {
    name: "ObservationLifestyle",
    type_: "Observation",
    root: Node {
        name: "Observation",
        children: &[
            Node {
                name: "basedOn",
                targets: &[
                    Target { type_: "DeviceRequest", profile: None },
                    Target { type_: "NutritionOrder", profile: None },
                    Target { type_: "ServiceRequest", profile: Some("ServiceRequest") },
                    Target { type_: "MedicationRequest", profile: Some("MedicationRequest") },
                    Target { type_: "CarePlan", profile: Some("CarePlan") },
                    Target {
                        type_: "ImmunizationRecommendation",
                        profile: Some("ImmunizationRecommendation"),
                    },
                ],
                ..NODE
            },
            Node {
                name: "partOf",
                targets: &[
                    Target { type_: "MedicationAdministration", profile: None },
                    Target { type_: "MedicationDispense", profile: None },
                    Target { type_: "ImagingStudy", profile: Some("ImagingStudy") },
                    Target { type_: "Procedure", profile: Some("Procedure") },
                    Target { type_: "MedicationStatement", profile: Some("MedicationStatement") },
                    Target { type_: "Immunization", profile: Some("Immunization") },
                ],
                ..NODE
            },
            Node {
                name: "code",
                binding: Some(Binding::Extensible(&codes::VS_NDHM_LIFESTYLE)),
                children: &[Node {
                    name: "coding",
                    slicing: Some(Slicing {
                        path: "system",
                        rules: Rules::Closed,
                        slices: &[
                            Slice {
                                name: "LOINC",
                                values: &["http://loinc.org"],
                                node: Node {
                                    name: "coding",
                                    children: &[
                                        Node {
                                            name: "system",
                                            min: 1,
                                            fixed: Some("http://loinc.org"),
                                            ..NODE
                                        },
                                        Node { name: "code", min: 1, ..NODE },
                                        Node { name: "display", min: 1, ..NODE },
                                    ],
                                    ..NODE
                                },
                            },
                            Slice {
                                name: "SNOMEDCT",
                                values: &["http://snomed.info/sct"],
                                node: Node {
                                    name: "coding",
                                    children: &[
                                        Node {
                                            name: "system",
                                            min: 1,
                                            fixed: Some("http://snomed.info/sct"),
                                            ..NODE
                                        },
                                        Node { name: "code", min: 1, ..NODE },
                                        Node { name: "display", min: 1, ..NODE },
                                    ],
                                    ..NODE
                                },
                            },
                        ],
                    }),
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "subject",
                targets: &[Target { type_: "Patient", profile: Some("Patient") }],
                ..NODE
            },
            Node {
                name: "encounter",
                targets: &[Target { type_: "Encounter", profile: Some("Encounter") }],
                ..NODE
            },
            Node {
                name: "performer",
                targets: &[
                    Target { type_: "CareTeam", profile: None },
                    Target { type_: "RelatedPerson", profile: None },
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "Organization", profile: Some("Organization") },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                    Target { type_: "Patient", profile: Some("Patient") },
                ],
                ..NODE
            },
            Node { name: "value", choices: &["valueCodeableConcept"], ..NODE },
            Node {
                name: "specimen",
                targets: &[Target { type_: "Specimen", profile: Some("Specimen") }],
                ..NODE
            },
            Node {
                name: "hasMember",
                targets: &[
                    Target { type_: "QuestionnaireResponse", profile: None },
                    Target { type_: "MolecularSequence", profile: None },
                    Target { type_: "Observation", profile: Some("Observation") },
                ],
                ..NODE
            },
            Node {
                name: "derivedFrom",
                targets: &[
                    Target { type_: "QuestionnaireResponse", profile: None },
                    Target { type_: "MolecularSequence", profile: None },
                    Target { type_: "DocumentReference", profile: Some("DocumentReference") },
                    Target { type_: "ImagingStudy", profile: Some("ImagingStudy") },
                    Target { type_: "Media", profile: Some("Media") },
                    Target { type_: "Observation", profile: Some("Observation") },
                ],
                ..NODE
            },
        ],
        ..NODE
    },
};

static P_OBSERVATION_PHYSICAL_ACTIVITY: Profile = Profile {
    name: "ObservationPhysicalActivity",
    type_: "Observation",
    root: Node {
        name: "Observation",
        children: &[
            Node {
                name: "basedOn",
                targets: &[
                    Target { type_: "DeviceRequest", profile: None },
                    Target { type_: "NutritionOrder", profile: None },
                    Target {
                        type_: "ImmunizationRecommendation",
                        profile: Some("ImmunizationRecommendation"),
                    },
                    Target { type_: "ServiceRequest", profile: Some("ServiceRequest") },
                    Target { type_: "MedicationRequest", profile: Some("MedicationRequest") },
                    Target { type_: "CarePlan", profile: Some("CarePlan") },
                ],
                ..NODE
            },
            Node {
                name: "partOf",
                targets: &[
                    Target { type_: "MedicationAdministration", profile: None },
                    Target { type_: "MedicationDispense", profile: None },
                    Target { type_: "ImagingStudy", profile: Some("ImagingStudy") },
                    Target { type_: "Procedure", profile: Some("Procedure") },
                    Target { type_: "MedicationStatement", profile: Some("MedicationStatement") },
                    Target { type_: "Immunization", profile: Some("Immunization") },
                ],
                ..NODE
            },
            Node {
                name: "code",
                binding: Some(Binding::Extensible(&codes::VS_NDHM_PHYSICAL_ACTIVITY)),
                children: &[Node {
                    name: "coding",
                    slicing: Some(Slicing {
                        path: "system",
                        rules: Rules::Closed,
                        slices: &[
                            Slice {
                                name: "LOINC",
                                values: &["http://loinc.org"],
                                node: Node {
                                    name: "coding",
                                    children: &[
                                        Node {
                                            name: "system",
                                            min: 1,
                                            fixed: Some("http://loinc.org"),
                                            ..NODE
                                        },
                                        Node { name: "code", min: 1, ..NODE },
                                        Node { name: "display", min: 1, ..NODE },
                                    ],
                                    ..NODE
                                },
                            },
                            Slice {
                                name: "SNOMEDCT",
                                values: &["http://snomed.info/sct"],
                                node: Node {
                                    name: "coding",
                                    children: &[
                                        Node {
                                            name: "system",
                                            min: 1,
                                            fixed: Some("http://snomed.info/sct"),
                                            ..NODE
                                        },
                                        Node { name: "code", min: 1, ..NODE },
                                        Node { name: "display", min: 1, ..NODE },
                                    ],
                                    ..NODE
                                },
                            },
                        ],
                    }),
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "subject",
                targets: &[Target { type_: "Patient", profile: Some("Patient") }],
                ..NODE
            },
            Node {
                name: "encounter",
                targets: &[Target { type_: "Encounter", profile: Some("Encounter") }],
                ..NODE
            },
            Node {
                name: "performer",
                targets: &[
                    Target { type_: "CareTeam", profile: None },
                    Target { type_: "RelatedPerson", profile: None },
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "Organization", profile: Some("Organization") },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                    Target { type_: "Patient", profile: Some("Patient") },
                ],
                ..NODE
            },
            Node { name: "value", choices: &["valueQuantity", "valueString"], ..NODE },
            Node {
                name: "specimen",
                targets: &[Target { type_: "Specimen", profile: Some("Specimen") }],
                ..NODE
            },
            Node {
                name: "hasMember",
                targets: &[
                    Target { type_: "QuestionnaireResponse", profile: None },
                    Target { type_: "MolecularSequence", profile: None },
                    Target { type_: "Observation", profile: Some("Observation") },
                ],
                ..NODE
            },
            Node {
                name: "derivedFrom",
                targets: &[
                    Target { type_: "QuestionnaireResponse", profile: None },
                    Target { type_: "MolecularSequence", profile: None },
                    Target { type_: "DocumentReference", profile: Some("DocumentReference") },
                    Target { type_: "ImagingStudy", profile: Some("ImagingStudy") },
                    Target { type_: "Media", profile: Some("Media") },
                    Target { type_: "Observation", profile: Some("Observation") },
                ],
                ..NODE
            },
        ],
        ..NODE
    },
};

static P_OBSERVATION_VITAL_SIGNS: Profile = Profile {
    name: "ObservationVitalSigns",
    type_: "Observation",
    root: Node {
        name: "Observation",
        children: &[
            Node {
                name: "basedOn",
                targets: &[
                    Target { type_: "DeviceRequest", profile: None },
                    Target { type_: "NutritionOrder", profile: None },
                    Target {
                        type_: "ImmunizationRecommendation",
                        profile: Some("ImmunizationRecommendation"),
                    },
                    Target { type_: "ServiceRequest", profile: Some("ServiceRequest") },
                    Target { type_: "MedicationRequest", profile: Some("MedicationRequest") },
                    Target { type_: "CarePlan", profile: Some("CarePlan") },
                ],
                ..NODE
            },
            Node {
                name: "partOf",
                targets: &[
                    Target { type_: "MedicationAdministration", profile: None },
                    Target { type_: "MedicationDispense", profile: None },
                    Target { type_: "ImagingStudy", profile: Some("ImagingStudy") },
                    Target { type_: "Procedure", profile: Some("Procedure") },
                    Target { type_: "MedicationStatement", profile: Some("MedicationStatement") },
                    Target { type_: "Immunization", profile: Some("Immunization") },
                ],
                ..NODE
            },
            Node {
                name: "code",
                binding: Some(Binding::Extensible(&codes::VS_NDHM_VITAL_SIGNS)),
                children: &[Node {
                    name: "coding",
                    slicing: Some(Slicing {
                        path: "system",
                        rules: Rules::Closed,
                        slices: &[
                            Slice {
                                name: "LOINC",
                                values: &["http://loinc.org"],
                                node: Node {
                                    name: "coding",
                                    children: &[
                                        Node {
                                            name: "system",
                                            min: 1,
                                            fixed: Some("http://loinc.org"),
                                            ..NODE
                                        },
                                        Node { name: "code", min: 1, ..NODE },
                                        Node { name: "display", min: 1, ..NODE },
                                    ],
                                    ..NODE
                                },
                            },
                            Slice {
                                name: "SNOMEDCT",
                                values: &["http://snomed.info/sct"],
                                node: Node {
                                    name: "coding",
                                    children: &[
                                        Node {
                                            name: "system",
                                            min: 1,
                                            fixed: Some("http://snomed.info/sct"),
                                            ..NODE
                                        },
                                        Node { name: "code", min: 1, ..NODE },
                                        Node { name: "display", min: 1, ..NODE },
                                    ],
                                    ..NODE
                                },
                            },
                        ],
                    }),
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "subject",
                targets: &[Target { type_: "Patient", profile: Some("Patient") }],
                ..NODE
            },
            Node {
                name: "encounter",
                targets: &[Target { type_: "Encounter", profile: Some("Encounter") }],
                ..NODE
            },
            Node {
                name: "performer",
                targets: &[
                    Target { type_: "CareTeam", profile: None },
                    Target { type_: "RelatedPerson", profile: None },
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "Organization", profile: Some("Organization") },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                    Target { type_: "Patient", profile: Some("Patient") },
                ],
                ..NODE
            },
            Node { name: "value", choices: &["valueQuantity", "valueString"], ..NODE },
            Node {
                name: "specimen",
                targets: &[Target { type_: "Specimen", profile: Some("Specimen") }],
                ..NODE
            },
            Node {
                name: "hasMember",
                targets: &[
                    Target { type_: "QuestionnaireResponse", profile: None },
                    Target { type_: "MolecularSequence", profile: None },
                    Target { type_: "Observation", profile: Some("Observation") },
                ],
                ..NODE
            },
            Node {
                name: "derivedFrom",
                targets: &[
                    Target { type_: "QuestionnaireResponse", profile: None },
                    Target { type_: "MolecularSequence", profile: None },
                    Target { type_: "DocumentReference", profile: Some("DocumentReference") },
                    Target { type_: "ImagingStudy", profile: Some("ImagingStudy") },
                    Target { type_: "Media", profile: Some("Media") },
                    Target { type_: "Observation", profile: Some("Observation") },
                ],
                ..NODE
            },
        ],
        ..NODE
    },
};

static P_OBSERVATION_WOMEN_HEALTH: Profile = Profile {
    name: "ObservationWomenHealth",
    type_: "Observation",
    root: Node {
        name: "Observation",
        children: &[
            Node {
                name: "basedOn",
                targets: &[
                    Target { type_: "DeviceRequest", profile: None },
                    Target { type_: "CarePlan", profile: Some("CarePlan") },
                    Target {
                        type_: "ImmunizationRecommendation",
                        profile: Some("ImmunizationRecommendation"),
                    },
                    Target { type_: "ServiceRequest", profile: Some("ServiceRequest") },
                    Target { type_: "MedicationRequest", profile: Some("MedicationRequest") },
                    Target { type_: "NutritionOrder", profile: None },
                ],
                ..NODE
            },
            Node {
                name: "partOf",
                targets: &[
                    Target { type_: "MedicationAdministration", profile: None },
                    Target { type_: "MedicationDispense", profile: None },
                    Target { type_: "ImagingStudy", profile: Some("ImagingStudy") },
                    Target { type_: "Procedure", profile: Some("Procedure") },
                    Target { type_: "MedicationStatement", profile: Some("MedicationStatement") },
                    Target { type_: "Immunization", profile: Some("Immunization") },
                ],
                ..NODE
            },
            Node {
                name: "code",
                binding: Some(Binding::Extensible(&codes::VS_NDHM_WOMEN_HEALTH)),
                children: &[Node {
                    name: "coding",
                    slicing: Some(Slicing {
                        path: "system",
                        rules: Rules::Closed,
                        slices: &[
                            Slice {
                                name: "LOINC",
                                values: &["http://loinc.org"],
                                node: Node {
                                    name: "coding",
                                    children: &[
                                        Node {
                                            name: "system",
                                            min: 1,
                                            fixed: Some("http://loinc.org"),
                                            ..NODE
                                        },
                                        Node { name: "code", min: 1, ..NODE },
                                        Node { name: "display", min: 1, ..NODE },
                                    ],
                                    ..NODE
                                },
                            },
                            Slice {
                                name: "SNOMEDCT",
                                values: &["http://snomed.info/sct"],
                                node: Node {
                                    name: "coding",
                                    children: &[
                                        Node {
                                            name: "system",
                                            min: 1,
                                            fixed: Some("http://snomed.info/sct"),
                                            ..NODE
                                        },
                                        Node { name: "code", min: 1, ..NODE },
                                        Node { name: "display", min: 1, ..NODE },
                                    ],
                                    ..NODE
                                },
                            },
                        ],
                    }),
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "subject",
                targets: &[Target { type_: "Patient", profile: Some("Patient") }],
                ..NODE
            },
            Node {
                name: "encounter",
                targets: &[Target { type_: "Encounter", profile: Some("Encounter") }],
                ..NODE
            },
            Node {
                name: "performer",
                targets: &[
                    Target { type_: "CareTeam", profile: None },
                    Target { type_: "RelatedPerson", profile: None },
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "Organization", profile: Some("Organization") },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                    Target { type_: "Patient", profile: Some("Patient") },
                ],
                ..NODE
            },
            Node { name: "value", choices: &["valueQuantity", "valueString"], ..NODE },
            Node {
                name: "specimen",
                targets: &[Target { type_: "Specimen", profile: Some("Specimen") }],
                ..NODE
            },
            Node {
                name: "hasMember",
                targets: &[
                    Target { type_: "QuestionnaireResponse", profile: None },
                    Target { type_: "MolecularSequence", profile: None },
                    Target { type_: "Observation", profile: Some("Observation") },
                ],
                ..NODE
            },
            Node {
                name: "derivedFrom",
                targets: &[
                    Target { type_: "QuestionnaireResponse", profile: None },
                    Target { type_: "MolecularSequence", profile: None },
                    Target { type_: "DocumentReference", profile: Some("DocumentReference") },
                    Target { type_: "ImagingStudy", profile: Some("ImagingStudy") },
                    Target { type_: "Media", profile: Some("Media") },
                    Target { type_: "Observation", profile: Some("Observation") },
                ],
                ..NODE
            },
        ],
        ..NODE
    },
};

static P_ORGANIZATION: Profile = Profile {
    name: "Organization",
    type_: "Organization",
    root: Node {
        name: "Organization",
        children: &[
            Node {
                name: "identifier",
                min: 1,
                children: &[
                    Node {
                        name: "type",
                        min: 1,
                        binding: Some(Binding::Extensible(&codes::VS_NDHM_IDENTIFIER_TYPE_CODE)),
                        children: &[Node {
                            name: "coding",
                            children: &[
                                Node { name: "system", min: 1, ..NODE },
                                Node { name: "code", min: 1, ..NODE },
                                Node { name: "display", min: 1, ..NODE },
                            ],
                            ..NODE
                        }],
                        ..NODE
                    },
                    Node { name: "system", min: 1, ..NODE },
                    Node { name: "value", min: 1, ..NODE },
                    Node {
                        name: "assigner",
                        targets: &[Target { type_: "Organization", profile: Some("Organization") }],
                        ..NODE
                    },
                ],
                ..NODE
            },
            Node {
                name: "type",
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node {
                            name: "system",
                            min: 1,
                            fixed: Some("http://terminology.hl7.org/CodeSystem/organization-type"),
                            ..NODE
                        },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node { name: "name", min: 1, ..NODE },
            Node { name: "telecom", children: &[Node { name: "value", min: 1, ..NODE }], ..NODE },
            Node {
                name: "partOf",
                targets: &[Target { type_: "Organization", profile: Some("Organization") }],
                ..NODE
            },
        ],
        ..NODE
    },
};

static P_PATIENT: Profile = Profile {
    name: "Patient",
    type_: "Patient",
    root: Node {
        name: "Patient",
        children: &[
            Node {
                name: "identifier",
                min: 1,
                children: &[
                    Node {
                        name: "type",
                        min: 1,
                        binding: Some(Binding::Extensible(&codes::VS_NDHM_IDENTIFIER_TYPE_CODE)),
                        children: &[Node {
                            name: "coding",
                            children: &[
                                Node { name: "system", min: 1, ..NODE },
                                Node { name: "code", min: 1, ..NODE },
                                Node { name: "display", min: 1, ..NODE },
                            ],
                            ..NODE
                        }],
                        ..NODE
                    },
                    Node { name: "value", min: 1, ..NODE },
                    Node {
                        name: "assigner",
                        targets: &[Target { type_: "Organization", profile: Some("Organization") }],
                        ..NODE
                    },
                ],
                ..NODE
            },
            Node { name: "name", children: &[Node { name: "text", min: 1, ..NODE }], ..NODE },
            Node { name: "telecom", children: &[Node { name: "value", min: 1, ..NODE }], ..NODE },
            Node {
                name: "contact",
                children: &[Node {
                    name: "organization",
                    targets: &[Target { type_: "Organization", profile: Some("Organization") }],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "generalPractitioner",
                targets: &[
                    Target { type_: "Organization", profile: Some("Organization") },
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                ],
                ..NODE
            },
            Node {
                name: "managingOrganization",
                targets: &[Target { type_: "Organization", profile: Some("Organization") }],
                ..NODE
            },
            Node {
                name: "link",
                children: &[Node {
                    name: "other",
                    targets: &[
                        Target { type_: "RelatedPerson", profile: None },
                        Target { type_: "Patient", profile: Some("Patient") },
                    ],
                    ..NODE
                }],
                ..NODE
            },
        ],
        ..NODE
    },
};

static P_PRACTITIONER: Profile = Profile {
    name: "Practitioner",
    type_: "Practitioner",
    root: Node {
        name: "Practitioner",
        children: &[
            Node {
                name: "identifier",
                min: 1,
                children: &[
                    Node {
                        name: "type",
                        min: 1,
                        binding: Some(Binding::Extensible(&codes::VS_NDHM_IDENTIFIER_TYPE_CODE)),
                        children: &[Node {
                            name: "coding",
                            children: &[
                                Node { name: "system", min: 1, ..NODE },
                                Node { name: "code", min: 1, ..NODE },
                                Node { name: "display", min: 1, ..NODE },
                            ],
                            ..NODE
                        }],
                        ..NODE
                    },
                    Node { name: "value", min: 1, ..NODE },
                    Node {
                        name: "assigner",
                        targets: &[Target { type_: "Organization", profile: Some("Organization") }],
                        ..NODE
                    },
                ],
                ..NODE
            },
            Node { name: "name", children: &[Node { name: "text", min: 1, ..NODE }], ..NODE },
            Node { name: "telecom", children: &[Node { name: "value", min: 1, ..NODE }], ..NODE },
            Node {
                name: "photo",
                children: &[
                    Node { name: "contentType", min: 1, ..NODE },
                    Node { name: "data", min: 1, ..NODE },
                ],
                ..NODE
            },
            Node {
                name: "qualification",
                children: &[
                    Node {
                        name: "code",
                        children: &[Node {
                            name: "coding",
                            children: &[
                                Node { name: "system", min: 1, ..NODE },
                                Node { name: "code", min: 1, ..NODE },
                                Node { name: "display", min: 1, ..NODE },
                            ],
                            ..NODE
                        }],
                        ..NODE
                    },
                    Node {
                        name: "issuer",
                        targets: &[Target { type_: "Organization", profile: Some("Organization") }],
                        ..NODE
                    },
                ],
                ..NODE
            },
        ],
        ..NODE
    },
};

static P_PRACTITIONER_ROLE: Profile = Profile {
    name: "PractitionerRole",
    type_: "PractitionerRole",
    root: Node {
        name: "PractitionerRole",
        children: &[
            Node {
                name: "identifier",
                children: &[
                    Node {
                        name: "type",
                        min: 1,
                        binding: Some(Binding::Extensible(&codes::VS_NDHM_IDENTIFIER_TYPE_CODE)),
                        children: &[Node {
                            name: "coding",
                            children: &[
                                Node { name: "system", min: 1, ..NODE },
                                Node { name: "code", min: 1, ..NODE },
                                Node { name: "display", min: 1, ..NODE },
                            ],
                            ..NODE
                        }],
                        ..NODE
                    },
                    Node { name: "value", min: 1, ..NODE },
                    Node {
                        name: "assigner",
                        targets: &[Target { type_: "Organization", profile: Some("Organization") }],
                        ..NODE
                    },
                ],
                ..NODE
            },
            Node {
                name: "practitioner",
                targets: &[Target { type_: "Practitioner", profile: Some("Practitioner") }],
                ..NODE
            },
            Node {
                name: "organization",
                targets: &[Target { type_: "Organization", profile: Some("Organization") }],
                ..NODE
            },
            Node {
                name: "code",
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node {
                            name: "system",
                            min: 1,
                            fixed: Some("http://snomed.info/sct"),
                            ..NODE
                        },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "specialty",
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node {
                            name: "system",
                            min: 1,
                            fixed: Some("http://snomed.info/sct"),
                            ..NODE
                        },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node { name: "telecom", children: &[Node { name: "value", min: 1, ..NODE }], ..NODE },
        ],
        ..NODE
    },
};

static P_PRESCRIPTION_RECORD: Profile = Profile {
    name: "PrescriptionRecord",
    type_: "Composition",
    root: Node {
        name: "Composition",
        children: &[
            Node {
                name: "type",
                children: &[Node {
                    name: "coding",
                    min: 1,
                    max: Some(1),
                    children: &[
                        Node { name: "system", fixed: Some("http://snomed.info/sct"), ..NODE },
                        Node { name: "code", min: 1, fixed: Some("440545006"), ..NODE },
                        Node {
                            name: "display",
                            min: 1,
                            fixed: Some("Prescription record"),
                            ..NODE
                        },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "subject",
                min: 1,
                targets: &[Target { type_: "Patient", profile: Some("Patient") }],
                children: &[Node { name: "reference", min: 1, ..NODE }],
                ..NODE
            },
            Node {
                name: "encounter",
                targets: &[Target { type_: "Encounter", profile: Some("Encounter") }],
                ..NODE
            },
            Node {
                name: "author",
                targets: &[
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "Organization", profile: Some("Organization") },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                    Target { type_: "Patient", profile: Some("Patient") },
                    Target { type_: "Device", profile: None },
                    Target { type_: "RelatedPerson", profile: None },
                ],
                children: &[Node { name: "reference", min: 1, ..NODE }],
                ..NODE
            },
            Node {
                name: "attester",
                children: &[Node {
                    name: "party",
                    targets: &[
                        Target { type_: "RelatedPerson", profile: None },
                        Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                        Target { type_: "Practitioner", profile: Some("Practitioner") },
                        Target { type_: "Patient", profile: Some("Patient") },
                        Target { type_: "Organization", profile: Some("Organization") },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "custodian",
                targets: &[Target { type_: "Organization", profile: Some("Organization") }],
                ..NODE
            },
            Node {
                name: "section",
                min: 1,
                max: Some(1),
                children: &[
                    Node {
                        name: "code",
                        children: &[Node {
                            name: "coding",
                            children: &[
                                Node {
                                    name: "system",
                                    min: 1,
                                    fixed: Some("http://snomed.info/sct"),
                                    ..NODE
                                },
                                Node { name: "code", min: 1, fixed: Some("440545006"), ..NODE },
                                Node {
                                    name: "display",
                                    min: 1,
                                    fixed: Some("Prescription record"),
                                    ..NODE
                                },
                            ],
                            ..NODE
                        }],
                        ..NODE
                    },
                    Node {
                        name: "author",
                        targets: &[
                            Target { type_: "Device", profile: None },
                            Target { type_: "RelatedPerson", profile: None },
                            Target { type_: "Practitioner", profile: Some("Practitioner") },
                            Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                            Target { type_: "Patient", profile: Some("Patient") },
                            Target { type_: "Organization", profile: Some("Organization") },
                        ],
                        ..NODE
                    },
                    Node {
                        name: "entry",
                        min: 1,
                        targets: &[
                            Target {
                                type_: "MedicationRequest",
                                profile: Some("MedicationRequest"),
                            },
                            Target { type_: "Binary", profile: Some("Binary") },
                        ],
                        slicing: Some(Slicing {
                            path: "type",
                            rules: Rules::Closed,
                            slices: &[
                                Slice {
                                    name: "MedicationRequest",
                                    values: &["MedicationRequest"],
                                    node: Node {
                                        name: "entry",
                                        targets: &[
                                            Target {
                                                type_: "MedicationRequest",
                                                profile: Some("MedicationRequest"),
                                            },
                                            Target { type_: "Binary", profile: Some("Binary") },
                                        ],
                                        children: &[
                                            Node { name: "reference", min: 1, ..NODE },
                                            Node {
                                                name: "type",
                                                min: 1,
                                                fixed: Some("MedicationRequest"),
                                                ..NODE
                                            },
                                        ],
                                        ..NODE
                                    },
                                },
                                Slice {
                                    name: "Binary",
                                    values: &["Binary"],
                                    node: Node {
                                        name: "entry",
                                        max: Some(1),
                                        targets: &[
                                            Target {
                                                type_: "MedicationRequest",
                                                profile: Some("MedicationRequest"),
                                            },
                                            Target { type_: "Binary", profile: Some("Binary") },
                                        ],
                                        children: &[
                                            Node { name: "reference", min: 1, ..NODE },
                                            Node {
                                                name: "type",
                                                min: 1,
                                                fixed: Some("Binary"),
                                                ..NODE
                                            },
                                        ],
                                        ..NODE
                                    },
                                },
                            ],
                        }),
                        ..NODE
                    },
                ],
                ..NODE
            },
        ],
        ..NODE
    },
};

static P_PROCEDURE: Profile = Profile {
    name: "Procedure",
    type_: "Procedure",
    root: Node {
        name: "Procedure",
        children: &[
            Node {
                name: "basedOn",
                targets: &[
                    Target { type_: "CarePlan", profile: Some("CarePlan") },
                    Target { type_: "ServiceRequest", profile: Some("ServiceRequest") },
                ],
                ..NODE
            },
            Node {
                name: "partOf",
                targets: &[
                    Target { type_: "MedicationAdministration", profile: None },
                    Target { type_: "Procedure", profile: Some("Procedure") },
                    Target { type_: "Observation", profile: Some("Observation") },
                ],
                ..NODE
            },
            Node {
                name: "statusReason",
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node {
                            name: "system",
                            min: 1,
                            fixed: Some("http://snomed.info/sct"),
                            ..NODE
                        },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "category",
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node {
                            name: "system",
                            min: 1,
                            fixed: Some("http://snomed.info/sct"),
                            ..NODE
                        },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "code",
                min: 1,
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node {
                            name: "system",
                            min: 1,
                            fixed: Some("http://snomed.info/sct"),
                            ..NODE
                        },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "subject",
                targets: &[
                    Target { type_: "Group", profile: None },
                    Target { type_: "Patient", profile: Some("Patient") },
                ],
                ..NODE
            },
            Node {
                name: "encounter",
                targets: &[Target { type_: "Encounter", profile: Some("Encounter") }],
                ..NODE
            },
            Node {
                name: "recorder",
                targets: &[
                    Target { type_: "RelatedPerson", profile: None },
                    Target { type_: "Patient", profile: Some("Patient") },
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                ],
                ..NODE
            },
            Node {
                name: "asserter",
                targets: &[
                    Target { type_: "RelatedPerson", profile: None },
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                    Target { type_: "Patient", profile: Some("Patient") },
                ],
                ..NODE
            },
            Node {
                name: "performer",
                children: &[
                    Node {
                        name: "function",
                        children: &[Node {
                            name: "coding",
                            children: &[
                                Node {
                                    name: "system",
                                    min: 1,
                                    fixed: Some("http://snomed.info/sct"),
                                    ..NODE
                                },
                                Node { name: "code", min: 1, ..NODE },
                                Node { name: "display", min: 1, ..NODE },
                            ],
                            ..NODE
                        }],
                        ..NODE
                    },
                    Node {
                        name: "actor",
                        targets: &[
                            Target { type_: "RelatedPerson", profile: None },
                            Target { type_: "Device", profile: None },
                            Target { type_: "Practitioner", profile: Some("Practitioner") },
                            Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                            Target { type_: "Organization", profile: Some("Organization") },
                            Target { type_: "Patient", profile: Some("Patient") },
                        ],
                        ..NODE
                    },
                    Node {
                        name: "onBehalfOf",
                        targets: &[Target { type_: "Organization", profile: Some("Organization") }],
                        ..NODE
                    },
                ],
                ..NODE
            },
            Node {
                name: "reasonCode",
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node {
                            name: "system",
                            min: 1,
                            fixed: Some("http://snomed.info/sct"),
                            ..NODE
                        },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "reasonReference",
                targets: &[
                    Target { type_: "Procedure", profile: Some("Procedure") },
                    Target { type_: "Observation", profile: Some("Observation") },
                    Target { type_: "Condition", profile: Some("Condition") },
                    Target { type_: "DocumentReference", profile: Some("DocumentReference") },
                    Target { type_: "DiagnosticReport", profile: Some("DiagnosticReportLab") },
                    Target { type_: "DiagnosticReport", profile: Some("DiagnosticReportImaging") },
                ],
                ..NODE
            },
            Node {
                name: "bodySite",
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node {
                            name: "system",
                            min: 1,
                            fixed: Some("http://snomed.info/sct"),
                            ..NODE
                        },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "outcome",
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node {
                            name: "system",
                            min: 1,
                            fixed: Some("http://snomed.info/sct"),
                            ..NODE
                        },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "report",
                targets: &[
                    Target { type_: "Composition", profile: None },
                    Target { type_: "DocumentReference", profile: Some("DocumentReference") },
                    Target { type_: "DiagnosticReport", profile: Some("DiagnosticReportLab") },
                    Target { type_: "DiagnosticReport", profile: Some("DiagnosticReportImaging") },
                ],
                ..NODE
            },
            Node {
                name: "complicationDetail",
                targets: &[Target { type_: "Condition", profile: Some("Condition") }],
                ..NODE
            },
            Node {
                name: "usedReference",
                targets: &[
                    Target { type_: "Device", profile: None },
                    Target { type_: "Substance", profile: None },
                    Target { type_: "Medication", profile: Some("Medication") },
                ],
                ..NODE
            },
            Node {
                name: "usedCode",
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node {
                            name: "system",
                            min: 1,
                            fixed: Some("http://snomed.info/sct"),
                            ..NODE
                        },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
        ],
        ..NODE
    },
};

static P_SERVICE_REQUEST: Profile = Profile {
    name: "ServiceRequest",
    type_: "ServiceRequest",
    root: Node {
        name: "ServiceRequest",
        children: &[
            Node {
                name: "basedOn",
                targets: &[
                    Target { type_: "CarePlan", profile: Some("CarePlan") },
                    Target { type_: "ServiceRequest", profile: Some("ServiceRequest") },
                    Target { type_: "MedicationRequest", profile: Some("MedicationRequest") },
                ],
                ..NODE
            },
            Node {
                name: "replaces",
                targets: &[Target { type_: "ServiceRequest", profile: Some("ServiceRequest") }],
                ..NODE
            },
            Node {
                name: "code",
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node {
                            name: "system",
                            min: 1,
                            fixed: Some("http://snomed.info/sct"),
                            ..NODE
                        },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "subject",
                targets: &[Target { type_: "Patient", profile: Some("Patient") }],
                ..NODE
            },
            Node {
                name: "encounter",
                targets: &[Target { type_: "Encounter", profile: Some("Encounter") }],
                ..NODE
            },
            Node {
                name: "requester",
                min: 1,
                targets: &[
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                    Target { type_: "Organization", profile: Some("Organization") },
                    Target { type_: "Patient", profile: Some("Patient") },
                ],
                ..NODE
            },
            Node {
                name: "performer",
                targets: &[
                    Target { type_: "CareTeam", profile: None },
                    Target { type_: "HealthcareService", profile: None },
                    Target { type_: "Device", profile: None },
                    Target { type_: "RelatedPerson", profile: None },
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                    Target { type_: "Organization", profile: Some("Organization") },
                    Target { type_: "Patient", profile: Some("Patient") },
                ],
                ..NODE
            },
            Node {
                name: "reasonReference",
                targets: &[
                    Target { type_: "DiagnosticReport", profile: None },
                    Target { type_: "Condition", profile: Some("Condition") },
                    Target { type_: "Observation", profile: Some("Observation") },
                    Target { type_: "DocumentReference", profile: Some("DocumentReference") },
                ],
                ..NODE
            },
            Node {
                name: "insurance",
                targets: &[
                    Target { type_: "Coverage", profile: None },
                    Target { type_: "ClaimResponse", profile: None },
                ],
                ..NODE
            },
            Node {
                name: "specimen",
                targets: &[Target { type_: "Specimen", profile: Some("Specimen") }],
                ..NODE
            },
        ],
        ..NODE
    },
};

static P_SPECIMEN: Profile = Profile {
    name: "Specimen",
    type_: "Specimen",
    root: Node {
        name: "Specimen",
        children: &[
            Node {
                name: "type",
                children: &[Node {
                    name: "coding",
                    children: &[
                        Node {
                            name: "system",
                            min: 1,
                            fixed: Some("http://snomed.info/sct"),
                            ..NODE
                        },
                        Node { name: "code", min: 1, ..NODE },
                        Node { name: "display", min: 1, ..NODE },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "subject",
                targets: &[Target { type_: "Patient", profile: Some("Patient") }],
                ..NODE
            },
            Node { name: "receivedTime", min: 1, ..NODE },
            Node {
                name: "parent",
                targets: &[Target { type_: "Specimen", profile: Some("Specimen") }],
                ..NODE
            },
            Node {
                name: "request",
                targets: &[Target { type_: "ServiceRequest", profile: Some("ServiceRequest") }],
                ..NODE
            },
            Node {
                name: "collection",
                children: &[
                    Node {
                        name: "collector",
                        targets: &[
                            Target { type_: "Practitioner", profile: Some("Practitioner") },
                            Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                        ],
                        ..NODE
                    },
                    Node { name: "collected", min: 1, choices: &["collectedDateTime"], ..NODE },
                ],
                ..NODE
            },
        ],
        ..NODE
    },
};

static P_WELLNESS_RECORD: Profile = Profile {
    name: "WellnessRecord",
    type_: "Composition",
    root: Node {
        name: "Composition",
        children: &[
            Node {
                name: "type",
                children: &[Node { name: "text", fixed: Some("Wellness Record"), ..NODE }],
                ..NODE
            },
            Node {
                name: "subject",
                min: 1,
                targets: &[Target { type_: "Patient", profile: Some("Patient") }],
                children: &[Node { name: "reference", min: 1, ..NODE }],
                ..NODE
            },
            Node {
                name: "encounter",
                targets: &[Target { type_: "Encounter", profile: Some("Encounter") }],
                ..NODE
            },
            Node {
                name: "author",
                targets: &[
                    Target { type_: "Device", profile: None },
                    Target { type_: "RelatedPerson", profile: None },
                    Target { type_: "Patient", profile: Some("Patient") },
                    Target { type_: "Practitioner", profile: Some("Practitioner") },
                    Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                    Target { type_: "Organization", profile: Some("Organization") },
                ],
                ..NODE
            },
            Node {
                name: "attester",
                children: &[Node {
                    name: "party",
                    targets: &[
                        Target { type_: "RelatedPerson", profile: None },
                        Target { type_: "Patient", profile: Some("Patient") },
                        Target { type_: "Practitioner", profile: Some("Practitioner") },
                        Target { type_: "PractitionerRole", profile: Some("PractitionerRole") },
                        Target { type_: "Organization", profile: Some("Organization") },
                    ],
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "custodian",
                targets: &[Target { type_: "Organization", profile: Some("Organization") }],
                ..NODE
            },
            Node {
                name: "section",
                min: 1,
                slicing: Some(Slicing {
                    path: "title",
                    rules: Rules::OpenAtEnd,
                    slices: &[
                        Slice {
                            name: "VitalSigns",
                            values: &["Vital Signs"],
                            node: Node {
                                name: "section",
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "title",
                                        min: 1,
                                        fixed: Some("Vital Signs"),
                                        ..NODE
                                    },
                                    Node {
                                        name: "author",
                                        targets: &[
                                            Target { type_: "Device", profile: None },
                                            Target { type_: "RelatedPerson", profile: None },
                                            Target {
                                                type_: "Practitioner",
                                                profile: Some("Practitioner"),
                                            },
                                            Target {
                                                type_: "PractitionerRole",
                                                profile: Some("PractitionerRole"),
                                            },
                                            Target { type_: "Patient", profile: Some("Patient") },
                                            Target {
                                                type_: "Organization",
                                                profile: Some("Organization"),
                                            },
                                        ],
                                        ..NODE
                                    },
                                    Node {
                                        name: "entry",
                                        targets: &[Target {
                                            type_: "Observation",
                                            profile: Some("ObservationVitalSigns"),
                                        }],
                                        children: &[Node { name: "reference", min: 1, ..NODE }],
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            },
                        },
                        Slice {
                            name: "BodyMeasurement",
                            values: &["Body Measurement"],
                            node: Node {
                                name: "section",
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "title",
                                        min: 1,
                                        fixed: Some("Body Measurement"),
                                        ..NODE
                                    },
                                    Node {
                                        name: "author",
                                        targets: &[
                                            Target { type_: "Device", profile: None },
                                            Target { type_: "RelatedPerson", profile: None },
                                            Target {
                                                type_: "Organization",
                                                profile: Some("Organization"),
                                            },
                                            Target { type_: "Patient", profile: Some("Patient") },
                                            Target {
                                                type_: "PractitionerRole",
                                                profile: Some("PractitionerRole"),
                                            },
                                            Target {
                                                type_: "Practitioner",
                                                profile: Some("Practitioner"),
                                            },
                                        ],
                                        ..NODE
                                    },
                                    Node {
                                        name: "entry",
                                        targets: &[Target {
                                            type_: "Observation",
                                            profile: Some("ObservationBodyMeasurement"),
                                        }],
                                        children: &[Node { name: "reference", min: 1, ..NODE }],
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            },
                        },
                        Slice {
                            name: "PhysicalActivity",
                            values: &["Physical Activity"],
                            node: Node {
                                name: "section",
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "title",
                                        min: 1,
                                        fixed: Some("Physical Activity"),
                                        ..NODE
                                    },
                                    Node {
                                        name: "author",
                                        targets: &[
                                            Target { type_: "Device", profile: None },
                                            Target { type_: "RelatedPerson", profile: None },
                                            Target {
                                                type_: "Organization",
                                                profile: Some("Organization"),
                                            },
                                            Target { type_: "Patient", profile: Some("Patient") },
                                            Target {
                                                type_: "PractitionerRole",
                                                profile: Some("PractitionerRole"),
                                            },
                                            Target {
                                                type_: "Practitioner",
                                                profile: Some("Practitioner"),
                                            },
                                        ],
                                        ..NODE
                                    },
                                    Node {
                                        name: "entry",
                                        targets: &[Target {
                                            type_: "Observation",
                                            profile: Some("ObservationPhysicalActivity"),
                                        }],
                                        children: &[Node { name: "reference", min: 1, ..NODE }],
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            },
                        },
                        Slice {
                            name: "GeneralAssessment",
                            values: &["General Assessment"],
                            node: Node {
                                name: "section",
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "title",
                                        min: 1,
                                        fixed: Some("General Assessment"),
                                        ..NODE
                                    },
                                    Node {
                                        name: "author",
                                        targets: &[
                                            Target { type_: "Device", profile: None },
                                            Target { type_: "RelatedPerson", profile: None },
                                            Target {
                                                type_: "Organization",
                                                profile: Some("Organization"),
                                            },
                                            Target { type_: "Patient", profile: Some("Patient") },
                                            Target {
                                                type_: "PractitionerRole",
                                                profile: Some("PractitionerRole"),
                                            },
                                            Target {
                                                type_: "Practitioner",
                                                profile: Some("Practitioner"),
                                            },
                                        ],
                                        ..NODE
                                    },
                                    Node {
                                        name: "entry",
                                        targets: &[Target {
                                            type_: "Observation",
                                            profile: Some("ObservationGeneralAssessment"),
                                        }],
                                        children: &[Node { name: "reference", min: 1, ..NODE }],
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            },
                        },
                        Slice {
                            name: "WomenHealth",
                            values: &["Women Health"],
                            node: Node {
                                name: "section",
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "title",
                                        min: 1,
                                        fixed: Some("Women Health"),
                                        ..NODE
                                    },
                                    Node {
                                        name: "author",
                                        targets: &[
                                            Target { type_: "Device", profile: None },
                                            Target { type_: "RelatedPerson", profile: None },
                                            Target {
                                                type_: "Organization",
                                                profile: Some("Organization"),
                                            },
                                            Target { type_: "Patient", profile: Some("Patient") },
                                            Target {
                                                type_: "PractitionerRole",
                                                profile: Some("PractitionerRole"),
                                            },
                                            Target {
                                                type_: "Practitioner",
                                                profile: Some("Practitioner"),
                                            },
                                        ],
                                        ..NODE
                                    },
                                    Node {
                                        name: "entry",
                                        targets: &[Target {
                                            type_: "Observation",
                                            profile: Some("ObservationWomenHealth"),
                                        }],
                                        children: &[Node { name: "reference", min: 1, ..NODE }],
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            },
                        },
                        Slice {
                            name: "Lifestyle",
                            values: &["Lifestyle"],
                            node: Node {
                                name: "section",
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "title",
                                        min: 1,
                                        fixed: Some("Lifestyle"),
                                        ..NODE
                                    },
                                    Node {
                                        name: "author",
                                        targets: &[
                                            Target { type_: "Device", profile: None },
                                            Target { type_: "RelatedPerson", profile: None },
                                            Target {
                                                type_: "Organization",
                                                profile: Some("Organization"),
                                            },
                                            Target { type_: "Patient", profile: Some("Patient") },
                                            Target {
                                                type_: "PractitionerRole",
                                                profile: Some("PractitionerRole"),
                                            },
                                            Target {
                                                type_: "Practitioner",
                                                profile: Some("Practitioner"),
                                            },
                                        ],
                                        ..NODE
                                    },
                                    Node {
                                        name: "entry",
                                        targets: &[Target {
                                            type_: "Observation",
                                            profile: Some("ObservationLifestyle"),
                                        }],
                                        children: &[Node { name: "reference", min: 1, ..NODE }],
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            },
                        },
                        Slice {
                            name: "OtherObservations",
                            values: &["Other Observations"],
                            node: Node {
                                name: "section",
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "title",
                                        min: 1,
                                        fixed: Some("Other Observations"),
                                        ..NODE
                                    },
                                    Node {
                                        name: "author",
                                        targets: &[
                                            Target { type_: "Device", profile: None },
                                            Target { type_: "RelatedPerson", profile: None },
                                            Target {
                                                type_: "Organization",
                                                profile: Some("Organization"),
                                            },
                                            Target { type_: "Patient", profile: Some("Patient") },
                                            Target {
                                                type_: "PractitionerRole",
                                                profile: Some("PractitionerRole"),
                                            },
                                            Target {
                                                type_: "Practitioner",
                                                profile: Some("Practitioner"),
                                            },
                                        ],
                                        ..NODE
                                    },
                                    Node {
                                        name: "entry",
                                        targets: &[
                                            Target {
                                                type_: "Observation",
                                                profile: Some("Observation"),
                                            },
                                            Target {
                                                type_: "Condition",
                                                profile: Some("Condition"),
                                            },
                                        ],
                                        children: &[Node { name: "reference", min: 1, ..NODE }],
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            },
                        },
                        Slice {
                            name: "DocumentReference",
                            values: &["Document Reference"],
                            node: Node {
                                name: "section",
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "title",
                                        min: 1,
                                        fixed: Some("Document Reference"),
                                        ..NODE
                                    },
                                    Node {
                                        name: "author",
                                        targets: &[
                                            Target { type_: "Device", profile: None },
                                            Target { type_: "RelatedPerson", profile: None },
                                            Target {
                                                type_: "Practitioner",
                                                profile: Some("Practitioner"),
                                            },
                                            Target {
                                                type_: "PractitionerRole",
                                                profile: Some("PractitionerRole"),
                                            },
                                            Target { type_: "Patient", profile: Some("Patient") },
                                            Target {
                                                type_: "Organization",
                                                profile: Some("Organization"),
                                            },
                                        ],
                                        ..NODE
                                    },
                                    Node {
                                        name: "entry",
                                        targets: &[Target {
                                            type_: "DocumentReference",
                                            profile: Some("DocumentReference"),
                                        }],
                                        children: &[Node { name: "reference", min: 1, ..NODE }],
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            },
                        },
                    ],
                }),
                ..NODE
            },
        ],
        ..NODE
    },
};

static B_BMI: Profile = Profile {
    name: "bmi",
    type_: "Observation",
    root: Node {
        name: "Observation",
        children: &[
            Node {
                name: "category",
                min: 1,
                slicing: Some(Slicing {
                    path: "coding.code",
                    rules: Rules::Open,
                    slices: &[Slice {
                        name: "VSCat",
                        values: &["vital-signs"],
                        node: Node {
                            name: "category",
                            min: 1,
                            max: Some(1),
                            children: &[Node {
                                name: "coding",
                                min: 1,
                                children: &[
                                    Node {
                                        name: "system",
                                        min: 1,
                                        fixed: Some(
                                            "http://terminology.hl7.org/CodeSystem/observation-category",
                                        ),
                                        ..NODE
                                    },
                                    Node {
                                        name: "code",
                                        min: 1,
                                        fixed: Some("vital-signs"),
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            }],
                            ..NODE
                        },
                    }],
                }),
                ..NODE
            },
            Node {
                name: "code",
                children: &[Node {
                    name: "coding",
                    slicing: Some(Slicing {
                        path: "code",
                        rules: Rules::Open,
                        slices: &[Slice {
                            name: "BMICode",
                            values: &["39156-5"],
                            node: Node {
                                name: "coding",
                                min: 1,
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "system",
                                        min: 1,
                                        fixed: Some("http://loinc.org"),
                                        ..NODE
                                    },
                                    Node { name: "code", min: 1, fixed: Some("39156-5"), ..NODE },
                                ],
                                ..NODE
                            },
                        }],
                    }),
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "subject",
                min: 1,
                targets: &[Target { type_: "Patient", profile: None }],
                ..NODE
            },
            Node {
                name: "effective",
                min: 1,
                choices: &["effectiveDateTime", "effectivePeriod"],
                ..NODE
            },
            Node { name: "value", choices: &["valueQuantity"], ..NODE },
            Node {
                name: "valueQuantity",
                min: 1,
                children: &[
                    Node { name: "value", min: 1, ..NODE },
                    Node { name: "unit", min: 1, ..NODE },
                    Node {
                        name: "system",
                        min: 1,
                        fixed: Some("http://unitsofmeasure.org"),
                        ..NODE
                    },
                    Node { name: "code", min: 1, fixed: Some("kg/m2"), ..NODE },
                ],
                ..NODE
            },
            Node {
                name: "hasMember",
                targets: &[
                    Target { type_: "QuestionnaireResponse", profile: None },
                    Target { type_: "MolecularSequence", profile: None },
                    Target { type_: "vitalsigns", profile: None },
                ],
                ..NODE
            },
            Node {
                name: "derivedFrom",
                targets: &[
                    Target { type_: "DocumentReference", profile: None },
                    Target { type_: "ImagingStudy", profile: None },
                    Target { type_: "Media", profile: None },
                    Target { type_: "QuestionnaireResponse", profile: None },
                    Target { type_: "MolecularSequence", profile: None },
                    Target { type_: "vitalsigns", profile: None },
                ],
                ..NODE
            },
            Node {
                name: "component",
                children: &[Node {
                    name: "value",
                    binding: Some(Binding::Required(&codes::VS_UCUM_VITALS_COMMON)),
                    ..NODE
                }],
                ..NODE
            },
        ],
        ..NODE
    },
};

static B_BODYHEIGHT: Profile = Profile {
    name: "bodyheight",
    type_: "Observation",
    root: Node {
        name: "Observation",
        children: &[
            Node {
                name: "category",
                min: 1,
                slicing: Some(Slicing {
                    path: "coding.code",
                    rules: Rules::Open,
                    slices: &[Slice {
                        name: "VSCat",
                        values: &["vital-signs"],
                        node: Node {
                            name: "category",
                            min: 1,
                            max: Some(1),
                            children: &[Node {
                                name: "coding",
                                min: 1,
                                children: &[
                                    Node {
                                        name: "system",
                                        min: 1,
                                        fixed: Some(
                                            "http://terminology.hl7.org/CodeSystem/observation-category",
                                        ),
                                        ..NODE
                                    },
                                    Node {
                                        name: "code",
                                        min: 1,
                                        fixed: Some("vital-signs"),
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            }],
                            ..NODE
                        },
                    }],
                }),
                ..NODE
            },
            Node {
                name: "code",
                children: &[Node {
                    name: "coding",
                    slicing: Some(Slicing {
                        path: "code",
                        rules: Rules::Open,
                        slices: &[Slice {
                            name: "BodyHeightCode",
                            values: &["8302-2"],
                            node: Node {
                                name: "coding",
                                min: 1,
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "system",
                                        min: 1,
                                        fixed: Some("http://loinc.org"),
                                        ..NODE
                                    },
                                    Node { name: "code", min: 1, fixed: Some("8302-2"), ..NODE },
                                ],
                                ..NODE
                            },
                        }],
                    }),
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "subject",
                min: 1,
                targets: &[Target { type_: "Patient", profile: None }],
                ..NODE
            },
            Node {
                name: "effective",
                min: 1,
                choices: &["effectiveDateTime", "effectivePeriod"],
                ..NODE
            },
            Node { name: "value", choices: &["valueQuantity"], ..NODE },
            Node {
                name: "valueQuantity",
                children: &[
                    Node { name: "value", min: 1, ..NODE },
                    Node { name: "unit", min: 1, ..NODE },
                    Node {
                        name: "system",
                        min: 1,
                        fixed: Some("http://unitsofmeasure.org"),
                        ..NODE
                    },
                    Node {
                        name: "code",
                        min: 1,
                        binding: Some(Binding::Required(&codes::VS_UCUM_BODYLENGTH)),
                        ..NODE
                    },
                ],
                ..NODE
            },
            Node {
                name: "hasMember",
                targets: &[
                    Target { type_: "QuestionnaireResponse", profile: None },
                    Target { type_: "MolecularSequence", profile: None },
                    Target { type_: "vitalsigns", profile: None },
                ],
                ..NODE
            },
            Node {
                name: "derivedFrom",
                targets: &[
                    Target { type_: "DocumentReference", profile: None },
                    Target { type_: "ImagingStudy", profile: None },
                    Target { type_: "Media", profile: None },
                    Target { type_: "QuestionnaireResponse", profile: None },
                    Target { type_: "MolecularSequence", profile: None },
                    Target { type_: "vitalsigns", profile: None },
                ],
                ..NODE
            },
            Node {
                name: "component",
                children: &[Node {
                    name: "value",
                    binding: Some(Binding::Required(&codes::VS_UCUM_VITALS_COMMON)),
                    ..NODE
                }],
                ..NODE
            },
        ],
        ..NODE
    },
};

static B_BODYTEMP: Profile = Profile {
    name: "bodytemp",
    type_: "Observation",
    root: Node {
        name: "Observation",
        children: &[
            Node {
                name: "category",
                min: 1,
                slicing: Some(Slicing {
                    path: "coding.code",
                    rules: Rules::Open,
                    slices: &[Slice {
                        name: "VSCat",
                        values: &["vital-signs"],
                        node: Node {
                            name: "category",
                            min: 1,
                            max: Some(1),
                            children: &[Node {
                                name: "coding",
                                min: 1,
                                children: &[
                                    Node {
                                        name: "system",
                                        min: 1,
                                        fixed: Some(
                                            "http://terminology.hl7.org/CodeSystem/observation-category",
                                        ),
                                        ..NODE
                                    },
                                    Node {
                                        name: "code",
                                        min: 1,
                                        fixed: Some("vital-signs"),
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            }],
                            ..NODE
                        },
                    }],
                }),
                ..NODE
            },
            Node {
                name: "code",
                children: &[Node {
                    name: "coding",
                    slicing: Some(Slicing {
                        path: "code",
                        rules: Rules::Open,
                        slices: &[Slice {
                            name: "BodyTempCode",
                            values: &["8310-5"],
                            node: Node {
                                name: "coding",
                                min: 1,
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "system",
                                        min: 1,
                                        fixed: Some("http://loinc.org"),
                                        ..NODE
                                    },
                                    Node { name: "code", min: 1, fixed: Some("8310-5"), ..NODE },
                                ],
                                ..NODE
                            },
                        }],
                    }),
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "subject",
                min: 1,
                targets: &[Target { type_: "Patient", profile: None }],
                ..NODE
            },
            Node {
                name: "effective",
                min: 1,
                choices: &["effectiveDateTime", "effectivePeriod"],
                ..NODE
            },
            Node { name: "value", choices: &["valueQuantity"], ..NODE },
            Node {
                name: "valueQuantity",
                children: &[
                    Node { name: "value", min: 1, ..NODE },
                    Node { name: "unit", min: 1, ..NODE },
                    Node {
                        name: "system",
                        min: 1,
                        fixed: Some("http://unitsofmeasure.org"),
                        ..NODE
                    },
                    Node {
                        name: "code",
                        min: 1,
                        binding: Some(Binding::Required(&codes::VS_UCUM_BODYTEMP)),
                        ..NODE
                    },
                ],
                ..NODE
            },
            Node {
                name: "hasMember",
                targets: &[
                    Target { type_: "QuestionnaireResponse", profile: None },
                    Target { type_: "MolecularSequence", profile: None },
                    Target { type_: "vitalsigns", profile: None },
                ],
                ..NODE
            },
            Node {
                name: "derivedFrom",
                targets: &[
                    Target { type_: "DocumentReference", profile: None },
                    Target { type_: "ImagingStudy", profile: None },
                    Target { type_: "Media", profile: None },
                    Target { type_: "QuestionnaireResponse", profile: None },
                    Target { type_: "MolecularSequence", profile: None },
                    Target { type_: "vitalsigns", profile: None },
                ],
                ..NODE
            },
            Node {
                name: "component",
                children: &[Node {
                    name: "value",
                    binding: Some(Binding::Required(&codes::VS_UCUM_VITALS_COMMON)),
                    ..NODE
                }],
                ..NODE
            },
        ],
        ..NODE
    },
};

static B_BODYWEIGHT: Profile = Profile {
    name: "bodyweight",
    type_: "Observation",
    root: Node {
        name: "Observation",
        children: &[
            Node {
                name: "category",
                min: 1,
                slicing: Some(Slicing {
                    path: "coding.code",
                    rules: Rules::Open,
                    slices: &[Slice {
                        name: "VSCat",
                        values: &["vital-signs"],
                        node: Node {
                            name: "category",
                            min: 1,
                            max: Some(1),
                            children: &[Node {
                                name: "coding",
                                min: 1,
                                children: &[
                                    Node {
                                        name: "system",
                                        min: 1,
                                        fixed: Some(
                                            "http://terminology.hl7.org/CodeSystem/observation-category",
                                        ),
                                        ..NODE
                                    },
                                    Node {
                                        name: "code",
                                        min: 1,
                                        fixed: Some("vital-signs"),
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            }],
                            ..NODE
                        },
                    }],
                }),
                ..NODE
            },
            Node {
                name: "code",
                children: &[Node {
                    name: "coding",
                    slicing: Some(Slicing {
                        path: "code",
                        rules: Rules::Open,
                        slices: &[Slice {
                            name: "BodyWeightCode",
                            values: &["29463-7"],
                            node: Node {
                                name: "coding",
                                min: 1,
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "system",
                                        min: 1,
                                        fixed: Some("http://loinc.org"),
                                        ..NODE
                                    },
                                    Node { name: "code", min: 1, fixed: Some("29463-7"), ..NODE },
                                ],
                                ..NODE
                            },
                        }],
                    }),
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "subject",
                min: 1,
                targets: &[Target { type_: "Patient", profile: None }],
                ..NODE
            },
            Node {
                name: "effective",
                min: 1,
                choices: &["effectiveDateTime", "effectivePeriod"],
                ..NODE
            },
            Node { name: "value", choices: &["valueQuantity"], ..NODE },
            Node {
                name: "valueQuantity",
                children: &[
                    Node { name: "value", min: 1, ..NODE },
                    Node { name: "unit", min: 1, ..NODE },
                    Node {
                        name: "system",
                        min: 1,
                        fixed: Some("http://unitsofmeasure.org"),
                        ..NODE
                    },
                    Node {
                        name: "code",
                        min: 1,
                        binding: Some(Binding::Required(&codes::VS_UCUM_BODYWEIGHT)),
                        ..NODE
                    },
                ],
                ..NODE
            },
            Node {
                name: "hasMember",
                targets: &[
                    Target { type_: "QuestionnaireResponse", profile: None },
                    Target { type_: "MolecularSequence", profile: None },
                    Target { type_: "vitalsigns", profile: None },
                ],
                ..NODE
            },
            Node {
                name: "derivedFrom",
                targets: &[
                    Target { type_: "DocumentReference", profile: None },
                    Target { type_: "ImagingStudy", profile: None },
                    Target { type_: "Media", profile: None },
                    Target { type_: "QuestionnaireResponse", profile: None },
                    Target { type_: "MolecularSequence", profile: None },
                    Target { type_: "vitalsigns", profile: None },
                ],
                ..NODE
            },
            Node {
                name: "component",
                children: &[Node {
                    name: "value",
                    binding: Some(Binding::Required(&codes::VS_UCUM_VITALS_COMMON)),
                    ..NODE
                }],
                ..NODE
            },
        ],
        ..NODE
    },
};

static B_BP: Profile = Profile {
    name: "bp",
    type_: "Observation",
    root: Node {
        name: "Observation",
        children: &[
            Node {
                name: "category",
                min: 1,
                slicing: Some(Slicing {
                    path: "coding.code",
                    rules: Rules::Open,
                    slices: &[Slice {
                        name: "VSCat",
                        values: &["vital-signs"],
                        node: Node {
                            name: "category",
                            min: 1,
                            max: Some(1),
                            children: &[Node {
                                name: "coding",
                                min: 1,
                                children: &[
                                    Node {
                                        name: "system",
                                        min: 1,
                                        fixed: Some(
                                            "http://terminology.hl7.org/CodeSystem/observation-category",
                                        ),
                                        ..NODE
                                    },
                                    Node {
                                        name: "code",
                                        min: 1,
                                        fixed: Some("vital-signs"),
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            }],
                            ..NODE
                        },
                    }],
                }),
                ..NODE
            },
            Node {
                name: "code",
                children: &[Node {
                    name: "coding",
                    slicing: Some(Slicing {
                        path: "code",
                        rules: Rules::Open,
                        slices: &[Slice {
                            name: "BPCode",
                            values: &["85354-9"],
                            node: Node {
                                name: "coding",
                                min: 1,
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "system",
                                        min: 1,
                                        fixed: Some("http://loinc.org"),
                                        ..NODE
                                    },
                                    Node { name: "code", min: 1, fixed: Some("85354-9"), ..NODE },
                                ],
                                ..NODE
                            },
                        }],
                    }),
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "subject",
                min: 1,
                targets: &[Target { type_: "Patient", profile: None }],
                ..NODE
            },
            Node {
                name: "effective",
                min: 1,
                choices: &["effectiveDateTime", "effectivePeriod"],
                ..NODE
            },
            Node { name: "value", choices: &["valueQuantity"], ..NODE },
            Node { name: "valueQuantity", max: Some(0), ..NODE },
            Node {
                name: "hasMember",
                targets: &[
                    Target { type_: "QuestionnaireResponse", profile: None },
                    Target { type_: "MolecularSequence", profile: None },
                    Target { type_: "vitalsigns", profile: None },
                ],
                ..NODE
            },
            Node {
                name: "derivedFrom",
                targets: &[
                    Target { type_: "DocumentReference", profile: None },
                    Target { type_: "ImagingStudy", profile: None },
                    Target { type_: "Media", profile: None },
                    Target { type_: "QuestionnaireResponse", profile: None },
                    Target { type_: "MolecularSequence", profile: None },
                    Target { type_: "vitalsigns", profile: None },
                ],
                ..NODE
            },
            Node {
                name: "component",
                min: 2,
                slicing: Some(Slicing {
                    path: "code.coding.code",
                    rules: Rules::Open,
                    slices: &[
                        Slice {
                            name: "SystolicBP",
                            values: &["8480-6"],
                            node: Node {
                                name: "component",
                                min: 1,
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "code",
                                        children: &[Node {
                                            name: "coding",
                                            slicing: Some(Slicing {
                                                path: "code",
                                                rules: Rules::Open,
                                                slices: &[Slice {
                                                    name: "SBPCode",
                                                    values: &["8480-6"],
                                                    node: Node {
                                                        name: "coding",
                                                        min: 1,
                                                        max: Some(1),
                                                        children: &[
                                                            Node {
                                                                name: "system",
                                                                min: 1,
                                                                fixed: Some("http://loinc.org"),
                                                                ..NODE
                                                            },
                                                            Node {
                                                                name: "code",
                                                                min: 1,
                                                                fixed: Some("8480-6"),
                                                                ..NODE
                                                            },
                                                        ],
                                                        ..NODE
                                                    },
                                                }],
                                            }),
                                            ..NODE
                                        }],
                                        ..NODE
                                    },
                                    Node {
                                        name: "value",
                                        choices: &["valueQuantity"],
                                        binding: Some(Binding::Required(
                                            &codes::VS_UCUM_VITALS_COMMON,
                                        )),
                                        children: &[
                                            Node { name: "value", min: 1, ..NODE },
                                            Node { name: "unit", min: 1, ..NODE },
                                            Node {
                                                name: "system",
                                                min: 1,
                                                fixed: Some("http://unitsofmeasure.org"),
                                                ..NODE
                                            },
                                            Node {
                                                name: "code",
                                                min: 1,
                                                fixed: Some("mm[Hg]"),
                                                ..NODE
                                            },
                                        ],
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            },
                        },
                        Slice {
                            name: "DiastolicBP",
                            values: &["8462-4"],
                            node: Node {
                                name: "component",
                                min: 1,
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "code",
                                        children: &[Node {
                                            name: "coding",
                                            slicing: Some(Slicing {
                                                path: "code",
                                                rules: Rules::Open,
                                                slices: &[Slice {
                                                    name: "DBPCode",
                                                    values: &["8462-4"],
                                                    node: Node {
                                                        name: "coding",
                                                        min: 1,
                                                        max: Some(1),
                                                        children: &[
                                                            Node {
                                                                name: "system",
                                                                min: 1,
                                                                fixed: Some("http://loinc.org"),
                                                                ..NODE
                                                            },
                                                            Node {
                                                                name: "code",
                                                                min: 1,
                                                                fixed: Some("8462-4"),
                                                                ..NODE
                                                            },
                                                        ],
                                                        ..NODE
                                                    },
                                                }],
                                            }),
                                            ..NODE
                                        }],
                                        ..NODE
                                    },
                                    Node {
                                        name: "value",
                                        choices: &["valueQuantity"],
                                        binding: Some(Binding::Required(
                                            &codes::VS_UCUM_VITALS_COMMON,
                                        )),
                                        children: &[
                                            Node { name: "value", min: 1, ..NODE },
                                            Node { name: "unit", min: 1, ..NODE },
                                            Node {
                                                name: "system",
                                                min: 1,
                                                fixed: Some("http://unitsofmeasure.org"),
                                                ..NODE
                                            },
                                            Node {
                                                name: "code",
                                                min: 1,
                                                fixed: Some("mm[Hg]"),
                                                ..NODE
                                            },
                                        ],
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            },
                        },
                    ],
                }),
                children: &[Node {
                    name: "value",
                    binding: Some(Binding::Required(&codes::VS_UCUM_VITALS_COMMON)),
                    ..NODE
                }],
                ..NODE
            },
        ],
        ..NODE
    },
};

static B_HEADCIRCUM: Profile = Profile {
    name: "headcircum",
    type_: "Observation",
    root: Node {
        name: "Observation",
        children: &[
            Node {
                name: "category",
                min: 1,
                slicing: Some(Slicing {
                    path: "coding.code",
                    rules: Rules::Open,
                    slices: &[Slice {
                        name: "VSCat",
                        values: &["vital-signs"],
                        node: Node {
                            name: "category",
                            min: 1,
                            max: Some(1),
                            children: &[Node {
                                name: "coding",
                                min: 1,
                                children: &[
                                    Node {
                                        name: "system",
                                        min: 1,
                                        fixed: Some(
                                            "http://terminology.hl7.org/CodeSystem/observation-category",
                                        ),
                                        ..NODE
                                    },
                                    Node {
                                        name: "code",
                                        min: 1,
                                        fixed: Some("vital-signs"),
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            }],
                            ..NODE
                        },
                    }],
                }),
                ..NODE
            },
            Node {
                name: "code",
                children: &[Node {
                    name: "coding",
                    slicing: Some(Slicing {
                        path: "code",
                        rules: Rules::Open,
                        slices: &[Slice {
                            name: "HeadCircumCode",
                            values: &["9843-4"],
                            node: Node {
                                name: "coding",
                                min: 1,
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "system",
                                        min: 1,
                                        fixed: Some("http://loinc.org"),
                                        ..NODE
                                    },
                                    Node { name: "code", min: 1, fixed: Some("9843-4"), ..NODE },
                                ],
                                ..NODE
                            },
                        }],
                    }),
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "subject",
                min: 1,
                targets: &[Target { type_: "Patient", profile: None }],
                ..NODE
            },
            Node {
                name: "effective",
                min: 1,
                choices: &["effectiveDateTime", "effectivePeriod"],
                ..NODE
            },
            Node { name: "value", choices: &["valueQuantity"], ..NODE },
            Node {
                name: "valueQuantity",
                children: &[
                    Node { name: "value", min: 1, ..NODE },
                    Node { name: "unit", min: 1, ..NODE },
                    Node {
                        name: "system",
                        min: 1,
                        fixed: Some("http://unitsofmeasure.org"),
                        ..NODE
                    },
                    Node {
                        name: "code",
                        min: 1,
                        binding: Some(Binding::Required(&codes::VS_UCUM_BODYLENGTH)),
                        ..NODE
                    },
                ],
                ..NODE
            },
            Node {
                name: "hasMember",
                targets: &[
                    Target { type_: "QuestionnaireResponse", profile: None },
                    Target { type_: "MolecularSequence", profile: None },
                    Target { type_: "vitalsigns", profile: None },
                ],
                ..NODE
            },
            Node {
                name: "derivedFrom",
                targets: &[
                    Target { type_: "DocumentReference", profile: None },
                    Target { type_: "ImagingStudy", profile: None },
                    Target { type_: "Media", profile: None },
                    Target { type_: "QuestionnaireResponse", profile: None },
                    Target { type_: "MolecularSequence", profile: None },
                    Target { type_: "vitalsigns", profile: None },
                ],
                ..NODE
            },
            Node {
                name: "component",
                children: &[Node {
                    name: "value",
                    binding: Some(Binding::Required(&codes::VS_UCUM_VITALS_COMMON)),
                    ..NODE
                }],
                ..NODE
            },
        ],
        ..NODE
    },
};

static B_HEARTRATE: Profile = Profile {
    name: "heartrate",
    type_: "Observation",
    root: Node {
        name: "Observation",
        children: &[
            Node {
                name: "category",
                min: 1,
                slicing: Some(Slicing {
                    path: "coding.code",
                    rules: Rules::Open,
                    slices: &[Slice {
                        name: "VSCat",
                        values: &["vital-signs"],
                        node: Node {
                            name: "category",
                            min: 1,
                            max: Some(1),
                            children: &[Node {
                                name: "coding",
                                min: 1,
                                children: &[
                                    Node {
                                        name: "system",
                                        min: 1,
                                        fixed: Some(
                                            "http://terminology.hl7.org/CodeSystem/observation-category",
                                        ),
                                        ..NODE
                                    },
                                    Node {
                                        name: "code",
                                        min: 1,
                                        fixed: Some("vital-signs"),
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            }],
                            ..NODE
                        },
                    }],
                }),
                ..NODE
            },
            Node {
                name: "code",
                children: &[Node {
                    name: "coding",
                    slicing: Some(Slicing {
                        path: "code",
                        rules: Rules::Open,
                        slices: &[Slice {
                            name: "HeartRateCode",
                            values: &["8867-4"],
                            node: Node {
                                name: "coding",
                                min: 1,
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "system",
                                        min: 1,
                                        fixed: Some("http://loinc.org"),
                                        ..NODE
                                    },
                                    Node { name: "code", min: 1, fixed: Some("8867-4"), ..NODE },
                                ],
                                ..NODE
                            },
                        }],
                    }),
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "subject",
                min: 1,
                targets: &[Target { type_: "Patient", profile: None }],
                ..NODE
            },
            Node {
                name: "effective",
                min: 1,
                choices: &["effectiveDateTime", "effectivePeriod"],
                ..NODE
            },
            Node { name: "value", choices: &["valueQuantity"], ..NODE },
            Node {
                name: "valueQuantity",
                children: &[
                    Node { name: "value", min: 1, ..NODE },
                    Node { name: "unit", min: 1, ..NODE },
                    Node {
                        name: "system",
                        min: 1,
                        fixed: Some("http://unitsofmeasure.org"),
                        ..NODE
                    },
                    Node { name: "code", min: 1, fixed: Some("/min"), ..NODE },
                ],
                ..NODE
            },
            Node {
                name: "hasMember",
                targets: &[
                    Target { type_: "QuestionnaireResponse", profile: None },
                    Target { type_: "MolecularSequence", profile: None },
                    Target { type_: "vitalsigns", profile: None },
                ],
                ..NODE
            },
            Node {
                name: "derivedFrom",
                targets: &[
                    Target { type_: "DocumentReference", profile: None },
                    Target { type_: "ImagingStudy", profile: None },
                    Target { type_: "Media", profile: None },
                    Target { type_: "QuestionnaireResponse", profile: None },
                    Target { type_: "MolecularSequence", profile: None },
                    Target { type_: "vitalsigns", profile: None },
                ],
                ..NODE
            },
            Node {
                name: "component",
                children: &[Node {
                    name: "value",
                    binding: Some(Binding::Required(&codes::VS_UCUM_VITALS_COMMON)),
                    ..NODE
                }],
                ..NODE
            },
        ],
        ..NODE
    },
};

static B_OXYGENSAT: Profile = Profile {
    name: "oxygensat",
    type_: "Observation",
    root: Node {
        name: "Observation",
        children: &[
            Node {
                name: "category",
                min: 1,
                slicing: Some(Slicing {
                    path: "coding.code",
                    rules: Rules::Open,
                    slices: &[Slice {
                        name: "VSCat",
                        values: &["vital-signs"],
                        node: Node {
                            name: "category",
                            min: 1,
                            max: Some(1),
                            children: &[Node {
                                name: "coding",
                                min: 1,
                                children: &[
                                    Node {
                                        name: "system",
                                        min: 1,
                                        fixed: Some(
                                            "http://terminology.hl7.org/CodeSystem/observation-category",
                                        ),
                                        ..NODE
                                    },
                                    Node {
                                        name: "code",
                                        min: 1,
                                        fixed: Some("vital-signs"),
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            }],
                            ..NODE
                        },
                    }],
                }),
                ..NODE
            },
            Node {
                name: "code",
                children: &[Node {
                    name: "coding",
                    slicing: Some(Slicing {
                        path: "code",
                        rules: Rules::Open,
                        slices: &[Slice {
                            name: "OxygenSatCode",
                            values: &["2708-6"],
                            node: Node {
                                name: "coding",
                                min: 1,
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "system",
                                        min: 1,
                                        fixed: Some("http://loinc.org"),
                                        ..NODE
                                    },
                                    Node { name: "code", min: 1, fixed: Some("2708-6"), ..NODE },
                                ],
                                ..NODE
                            },
                        }],
                    }),
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "subject",
                min: 1,
                targets: &[Target { type_: "Patient", profile: None }],
                ..NODE
            },
            Node {
                name: "effective",
                min: 1,
                choices: &["effectiveDateTime", "effectivePeriod"],
                ..NODE
            },
            Node { name: "value", choices: &["valueQuantity"], ..NODE },
            Node {
                name: "valueQuantity",
                children: &[
                    Node { name: "value", min: 1, ..NODE },
                    Node { name: "unit", min: 1, ..NODE },
                    Node {
                        name: "system",
                        min: 1,
                        fixed: Some("http://unitsofmeasure.org"),
                        ..NODE
                    },
                    Node { name: "code", min: 1, fixed: Some("%"), ..NODE },
                ],
                ..NODE
            },
            Node {
                name: "hasMember",
                targets: &[
                    Target { type_: "QuestionnaireResponse", profile: None },
                    Target { type_: "MolecularSequence", profile: None },
                    Target { type_: "vitalsigns", profile: None },
                ],
                ..NODE
            },
            Node {
                name: "derivedFrom",
                targets: &[
                    Target { type_: "DocumentReference", profile: None },
                    Target { type_: "ImagingStudy", profile: None },
                    Target { type_: "Media", profile: None },
                    Target { type_: "QuestionnaireResponse", profile: None },
                    Target { type_: "MolecularSequence", profile: None },
                    Target { type_: "vitalsigns", profile: None },
                ],
                ..NODE
            },
            Node {
                name: "component",
                children: &[Node {
                    name: "value",
                    binding: Some(Binding::Required(&codes::VS_UCUM_VITALS_COMMON)),
                    ..NODE
                }],
                ..NODE
            },
        ],
        ..NODE
    },
};

static B_RESPRATE: Profile = Profile {
    name: "resprate",
    type_: "Observation",
    root: Node {
        name: "Observation",
        children: &[
            Node {
                name: "category",
                min: 1,
                slicing: Some(Slicing {
                    path: "coding.code",
                    rules: Rules::Open,
                    slices: &[Slice {
                        name: "VSCat",
                        values: &["vital-signs"],
                        node: Node {
                            name: "category",
                            min: 1,
                            max: Some(1),
                            children: &[Node {
                                name: "coding",
                                min: 1,
                                children: &[
                                    Node {
                                        name: "system",
                                        min: 1,
                                        fixed: Some(
                                            "http://terminology.hl7.org/CodeSystem/observation-category",
                                        ),
                                        ..NODE
                                    },
                                    Node {
                                        name: "code",
                                        min: 1,
                                        fixed: Some("vital-signs"),
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            }],
                            ..NODE
                        },
                    }],
                }),
                ..NODE
            },
            Node {
                name: "code",
                children: &[Node {
                    name: "coding",
                    slicing: Some(Slicing {
                        path: "code",
                        rules: Rules::Open,
                        slices: &[Slice {
                            name: "RespRateCode",
                            values: &["9279-1"],
                            node: Node {
                                name: "coding",
                                min: 1,
                                max: Some(1),
                                children: &[
                                    Node {
                                        name: "system",
                                        min: 1,
                                        fixed: Some("http://loinc.org"),
                                        ..NODE
                                    },
                                    Node { name: "code", min: 1, fixed: Some("9279-1"), ..NODE },
                                ],
                                ..NODE
                            },
                        }],
                    }),
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "subject",
                min: 1,
                targets: &[Target { type_: "Patient", profile: None }],
                ..NODE
            },
            Node {
                name: "effective",
                min: 1,
                choices: &["effectiveDateTime", "effectivePeriod"],
                ..NODE
            },
            Node { name: "value", choices: &["valueQuantity"], ..NODE },
            Node {
                name: "valueQuantity",
                children: &[
                    Node { name: "value", min: 1, ..NODE },
                    Node { name: "unit", min: 1, ..NODE },
                    Node {
                        name: "system",
                        min: 1,
                        fixed: Some("http://unitsofmeasure.org"),
                        ..NODE
                    },
                    Node { name: "code", min: 1, fixed: Some("/min"), ..NODE },
                ],
                ..NODE
            },
            Node {
                name: "hasMember",
                targets: &[
                    Target { type_: "QuestionnaireResponse", profile: None },
                    Target { type_: "MolecularSequence", profile: None },
                    Target { type_: "vitalsigns", profile: None },
                ],
                ..NODE
            },
            Node {
                name: "derivedFrom",
                targets: &[
                    Target { type_: "DocumentReference", profile: None },
                    Target { type_: "ImagingStudy", profile: None },
                    Target { type_: "Media", profile: None },
                    Target { type_: "QuestionnaireResponse", profile: None },
                    Target { type_: "MolecularSequence", profile: None },
                    Target { type_: "vitalsigns", profile: None },
                ],
                ..NODE
            },
            Node {
                name: "component",
                children: &[Node {
                    name: "value",
                    binding: Some(Binding::Required(&codes::VS_UCUM_VITALS_COMMON)),
                    ..NODE
                }],
                ..NODE
            },
        ],
        ..NODE
    },
};

static B_VITALSIGNS: Profile = Profile {
    name: "vitalsigns",
    type_: "Observation",
    root: Node {
        name: "Observation",
        children: &[
            Node {
                name: "category",
                min: 1,
                slicing: Some(Slicing {
                    path: "coding.code",
                    rules: Rules::Open,
                    slices: &[Slice {
                        name: "VSCat",
                        values: &["vital-signs"],
                        node: Node {
                            name: "category",
                            min: 1,
                            max: Some(1),
                            children: &[Node {
                                name: "coding",
                                min: 1,
                                children: &[
                                    Node {
                                        name: "system",
                                        min: 1,
                                        fixed: Some(
                                            "http://terminology.hl7.org/CodeSystem/observation-category",
                                        ),
                                        ..NODE
                                    },
                                    Node {
                                        name: "code",
                                        min: 1,
                                        fixed: Some("vital-signs"),
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            }],
                            ..NODE
                        },
                    }],
                }),
                ..NODE
            },
            Node {
                name: "subject",
                min: 1,
                targets: &[Target { type_: "Patient", profile: None }],
                ..NODE
            },
            Node {
                name: "effective",
                min: 1,
                choices: &["effectiveDateTime", "effectivePeriod"],
                ..NODE
            },
            Node {
                name: "hasMember",
                targets: &[
                    Target { type_: "QuestionnaireResponse", profile: None },
                    Target { type_: "MolecularSequence", profile: None },
                    Target { type_: "vitalsigns", profile: None },
                ],
                ..NODE
            },
            Node {
                name: "derivedFrom",
                targets: &[
                    Target { type_: "DocumentReference", profile: None },
                    Target { type_: "ImagingStudy", profile: None },
                    Target { type_: "Media", profile: None },
                    Target { type_: "QuestionnaireResponse", profile: None },
                    Target { type_: "MolecularSequence", profile: None },
                    Target { type_: "vitalsigns", profile: None },
                ],
                ..NODE
            },
            Node {
                name: "component",
                children: &[Node {
                    name: "value",
                    binding: Some(Binding::Required(&codes::VS_UCUM_VITALS_COMMON)),
                    ..NODE
                }],
                ..NODE
            },
        ],
        ..NODE
    },
};

static B_VITALSPANEL: Profile = Profile {
    name: "vitalspanel",
    type_: "Observation",
    root: Node {
        name: "Observation",
        children: &[
            Node {
                name: "category",
                min: 1,
                slicing: Some(Slicing {
                    path: "coding.code",
                    rules: Rules::Open,
                    slices: &[Slice {
                        name: "VSCat",
                        values: &["vital-signs"],
                        node: Node {
                            name: "category",
                            min: 1,
                            max: Some(1),
                            children: &[Node {
                                name: "coding",
                                min: 1,
                                children: &[
                                    Node {
                                        name: "system",
                                        min: 1,
                                        fixed: Some(
                                            "http://terminology.hl7.org/CodeSystem/observation-category",
                                        ),
                                        ..NODE
                                    },
                                    Node {
                                        name: "code",
                                        min: 1,
                                        fixed: Some("vital-signs"),
                                        ..NODE
                                    },
                                ],
                                ..NODE
                            }],
                            ..NODE
                        },
                    }],
                }),
                ..NODE
            },
            Node {
                name: "code",
                children: &[Node {
                    name: "coding",
                    slicing: Some(Slicing {
                        path: "code",
                        rules: Rules::Open,
                        slices: &[Slice {
                            name: "VitalsPanelCode",
                            values: &["85353-1"],
                            node: Node {
                                name: "coding",
                                children: &[
                                    Node {
                                        name: "system",
                                        fixed: Some("http://loinc.org"),
                                        ..NODE
                                    },
                                    Node { name: "code", fixed: Some("85353-1"), ..NODE },
                                ],
                                ..NODE
                            },
                        }],
                    }),
                    ..NODE
                }],
                ..NODE
            },
            Node {
                name: "subject",
                min: 1,
                targets: &[Target { type_: "Patient", profile: None }],
                ..NODE
            },
            Node {
                name: "effective",
                min: 1,
                choices: &["effectiveDateTime", "effectivePeriod"],
                ..NODE
            },
            Node { name: "value", max: Some(0), ..NODE },
            Node {
                name: "hasMember",
                min: 1,
                targets: &[
                    Target { type_: "QuestionnaireResponse", profile: None },
                    Target { type_: "MolecularSequence", profile: None },
                    Target { type_: "vitalsigns", profile: None },
                ],
                ..NODE
            },
            Node {
                name: "derivedFrom",
                targets: &[
                    Target { type_: "DocumentReference", profile: None },
                    Target { type_: "ImagingStudy", profile: None },
                    Target { type_: "Media", profile: None },
                    Target { type_: "QuestionnaireResponse", profile: None },
                    Target { type_: "MolecularSequence", profile: None },
                    Target { type_: "vitalsigns", profile: None },
                ],
                ..NODE
            },
            Node {
                name: "component",
                children: &[Node {
                    name: "value",
                    binding: Some(Binding::Required(&codes::VS_UCUM_VITALS_COMMON)),
                    ..NODE
                }],
                ..NODE
            },
        ],
        ..NODE
    },
};
