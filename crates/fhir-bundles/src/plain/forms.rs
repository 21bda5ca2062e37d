//! The forms. Names of lists are those that the builders use in their problems.

use super::form::{Field, Form, Kind, field, needed};
use crate::codes::HiType;

const CODE_SYSTEMS: &str = "snomed, loinc, icd10, or the URL of a code system";

pub(super) static CONCEPT: Form = Form {
    name: "concept",
    about: "Something with a name: words, a code, or both. A plain text is enough.",
    short: Some("text"),
    fields: &[
        field("text", Kind::Text, "what a person reads; the display unless given"),
        field("code", Kind::Text, "the code"),
        field("system", Kind::Text, CODE_SYSTEMS),
        field("display", Kind::Text, "the words that the code system has for the code"),
    ],
};

static PATIENT: Form = Form {
    name: "patient",
    about: "The patient. One of abhaNumber, abhaAddress and facilityNumber is needed.",
    short: None,
    fields: &[
        needed("name", Kind::Text, "the whole name"),
        field("abhaNumber", Kind::Text, "14 digits, with or without dashes"),
        field("abhaAddress", Kind::Text, "such as asha.devi@abdm"),
        field("facilityNumber", Kind::Text, "the facility's own number (UHID, MRN)"),
        field(
            "gender",
            Kind::Word(&["male", "female", "other", "unknown", "M", "F", "O", "U"]),
            "an app shows NA without it",
        ),
        field("birthDate", Kind::Date, "as far as it is known: 1986, 1986-04, 1986-04-12"),
        field("phone", Kind::Text, "telephone number"),
        field("email", Kind::Text, "e-mail address"),
        field("address", Kind::Text, "postal address in one line"),
    ],
};

static PRACTITIONER: Form = Form {
    name: "practitioner",
    about: "The doctor or other professional. hprId or registrationNumber is needed.",
    short: None,
    fields: &[
        needed("name", Kind::Text, "the whole name"),
        field("hprId", Kind::Text, "id in the Healthcare Professionals Registry"),
        field("registrationNumber", Kind::Text, "number at a medical council"),
        field(
            "registrationCouncil",
            Kind::Text,
            "URL of the council; the National Medical Commission unless given",
        ),
        field("qualification", Kind::Text, "degrees, such as MBBS, MD"),
        field("phone", Kind::Text, "telephone number"),
    ],
};

static FACILITY: Form = Form {
    name: "facility",
    about: "The hospital, clinic or laboratory.",
    short: None,
    fields: &[
        needed("name", Kind::Text, "the name"),
        needed("hfrId", Kind::Text, "id in the Health Facility Registry"),
        field("phone", Kind::Text, "telephone number"),
        field("email", Kind::Text, "e-mail address"),
        field("address", Kind::Text, "postal address in one line"),
    ],
};

pub(super) const VISIT_KINDS: [&str; 5] =
    ["outpatient", "inpatient", "emergency", "teleconsultation", "home"];

static VISIT: Form = Form {
    name: "visit",
    about: "The visit or stay during which the record was made.",
    short: None,
    fields: &[
        field(
            "kind",
            Kind::Word(&VISIT_KINDS),
            "outpatient unless given; inpatient in a discharge summary",
        ),
        needed("start", Kind::DateTime, "when it began"),
        field("end", Kind::DateTime, "when it ended"),
        field("number", Kind::Text, "the facility's number of the visit"),
        field("reasons", Kind::List(&Kind::Concept), "why the patient came"),
        field("dischargedTo", Kind::Concept, "where the patient went on discharge"),
    ],
};

static IDENTIFIER: Form = Form {
    name: "identifier",
    about: "The document's own identifier; a new UUID unless given.",
    short: None,
    fields: &[
        needed("system", Kind::Text, "a namespace of the facility, as a URL"),
        needed("value", Kind::Text, "unique in it"),
    ],
};

static CONDITION: Form = Form {
    name: "condition",
    about: "A complaint, symptom or illness. A plain text is enough.",
    short: Some("name"),
    fields: &[
        needed("name", Kind::Concept, "words, or a SNOMED CT or ICD-10 code"),
        field("status", Kind::Word(&["active", "resolved", "inactive"]), "active unless given"),
        field("since", Kind::DateTime, "as far as it is known"),
        field("note", Kind::Text, "a remark"),
    ],
};

static ALLERGY: Form = Form {
    name: "allergy",
    about: "An allergy or intolerance. A plain text is enough.",
    short: Some("substance"),
    fields: &[
        needed("substance", Kind::Concept, "words, or a SNOMED CT code"),
        field("reaction", Kind::Text, "what happens"),
        field("lifeThreatening", Kind::Flag, "true when it can kill"),
        field("note", Kind::Text, "a remark"),
    ],
};

static PROCEDURE: Form = Form {
    name: "procedure",
    about: "A procedure that was done. A plain text is enough.",
    short: Some("name"),
    fields: &[
        needed("name", Kind::Concept, "words, or a SNOMED CT code"),
        field("on", Kind::DateTime, "when, as far as it is known"),
        field("reason", Kind::Concept, "why"),
        field("outcome", Kind::Concept, "how it ended"),
        field("note", Kind::Text, "a remark"),
    ],
};

static FAMILY_HISTORY: Form = Form {
    name: "familyHistory",
    about: "An illness of a relative.",
    short: None,
    fields: &[
        needed("relationship", Kind::Concept, "such as Father"),
        needed("condition", Kind::Concept, "words, or a SNOMED CT code"),
        field("note", Kind::Text, "a remark"),
    ],
};

static ORDER: Form = Form {
    name: "order",
    about: "A test that is asked for, or a referral. A plain text is enough.",
    short: Some("name"),
    fields: &[
        needed("name", Kind::Concept, "words, or a SNOMED CT code"),
        field("reason", Kind::Concept, "why"),
        field("note", Kind::Text, "a remark"),
    ],
};

static MEDICINE: Form = Form {
    name: "medicine",
    about: "A medicine. A plain text is enough.",
    short: Some("name"),
    fields: &[
        needed("name", Kind::Concept, "name and strength in words, or a SNOMED CT code"),
        field("dose", Kind::Text, "how much at a time: 1 tablet, 10 ml"),
        field(
            "timing",
            Kind::Text,
            "how often: 1-0-1, BD, TDS, HS, SOS, every 8 hours, or any words",
        ),
        field("days", Kind::Whole, "for how many days"),
        field("route", Kind::Concept, "such as Oral"),
        field("instructions", Kind::List(&Kind::Text), "such as after food"),
        field("reason", Kind::Concept, "what it is for"),
        field("orderedOn", Kind::DateTime, "the document's date unless given"),
        field("note", Kind::Text, "a remark for pharmacist or patient"),
    ],
};

static FOLLOW_UP: Form = Form {
    name: "followUp",
    about: "The next visit. A plain date is enough.",
    short: Some("on"),
    fields: &[
        needed("on", Kind::DateTime, "a day, or a time with offset"),
        field("reason", Kind::Text, "why"),
    ],
};

pub(super) const VITAL_KINDS: [&str; 9] = [
    "temperature",
    "surface-temperature",
    "pulse",
    "respiratory-rate",
    "oxygen-saturation",
    "weight",
    "height",
    "body-mass-index",
    "steps",
];

const MEANINGS: [&str; 8] =
    ["normal", "low", "high", "critical-low", "critical-high", "abnormal", "positive", "negative"];

static OBSERVATION: Form = Form {
    name: "observation",
    about: "Something observed or measured. Either kind, or name with value; for a blood pressure \
            systolic and diastolic.",
    short: None,
    fields: &[
        field(
            "kind",
            Kind::Word(&VITAL_KINDS),
            "for what has a kind, name and unit follow from it",
        ),
        field("name", Kind::Concept, "words, or a LOINC or SNOMED CT code"),
        field("value", Kind::Value, "a number, words, or a code"),
        field("unit", Kind::Text, "as people write it: g/dL, mmHg, °C"),
        field("systolic", Kind::Number, "mmHg"),
        field("diastolic", Kind::Number, "mmHg"),
        field("low", Kind::Number, "lowest normal value"),
        field("high", Kind::Number, "highest normal value"),
        field("interpretation", Kind::Word(&MEANINGS), "follows from low and high unless given"),
        field("at", Kind::DateTime, "the document's date unless given"),
        field("note", Kind::Text, "a remark"),
    ],
};

static DOCUMENT: Form = Form {
    name: "document",
    about: "A file: a scan, a PDF, a picture.",
    short: None,
    fields: &[
        needed("title", Kind::Text, "what a person reads"),
        needed("contentType", Kind::Text, "such as application/pdf or image/jpeg"),
        needed("data", Kind::Base64, "the file's bytes as base64"),
        field("kind", Kind::Concept, "what kind of document it is"),
        field("madeOn", Kind::DateTime, "when the file was made"),
    ],
};

static SPECIMEN: Form = Form {
    name: "specimen",
    about: "What was examined in the laboratory.",
    short: None,
    fields: &[
        needed("kind", Kind::Concept, "words, or a SNOMED CT code"),
        needed("received", Kind::DateTime, "when the laboratory received it"),
        field("collected", Kind::DateTime, "when it was taken"),
    ],
};

pub(super) const MODALITIES: [&str; 7] = ["DX", "CT", "MR", "US", "MG", "ECG", "ES"];

static REPORT: Form = Form {
    name: "report",
    about: "A laboratory report with results, or, with modality, an imaging report with pictures.",
    short: None,
    fields: &[
        needed("name", Kind::Concept, "words, or a LOINC code"),
        needed("issued", Kind::DateTime, "when it was issued"),
        needed("conclusion", Kind::Text, "what it concludes"),
        field("conclusionCode", Kind::Concept, "the conclusion's SNOMED CT code"),
        field("results", Kind::Forms(&OBSERVATION), "of a laboratory report: at least one"),
        field("specimens", Kind::Forms(&SPECIMEN), "of a laboratory report"),
        field(
            "modality",
            Kind::Word(&MODALITIES),
            "of an imaging report: DX X-ray, CT, MR, US, MG, ECG, ES endoscopy",
        ),
        field("pictures", Kind::Forms(&DOCUMENT), "of an imaging report: at least one"),
        field("findings", Kind::Forms(&OBSERVATION), "of an imaging report"),
        field("printed", Kind::Form(&DOCUMENT), "the report as it was printed"),
    ],
};

static CARE_PLAN: Form = Form {
    name: "carePlan",
    about: "What is planned for after the stay. A plain text is enough.",
    short: Some("title"),
    fields: &[
        needed("title", Kind::Text, "what a person reads"),
        field("description", Kind::Text, "an explanation"),
        field("activities", Kind::List(&Kind::Text), "what to do"),
        field("from", Kind::DateTime, "first day; with to"),
        field("to", Kind::DateTime, "last day; with from"),
        field("note", Kind::Text, "a remark"),
    ],
};

static VACCINATION: Form = Form {
    name: "vaccination",
    about: "A vaccination that was given.",
    short: None,
    fields: &[
        needed("vaccine", Kind::Concept, "words, or a code"),
        needed("date", Kind::DateTime, "when it was given"),
        field("brand", Kind::Text, "the brand"),
        field("dose", Kind::Whole, "which dose of the series"),
        field("lot", Kind::Text, "the lot"),
        field("expires", Kind::Date, "until when the lot can be used"),
        field("manufacturer", Kind::Text, "who made it"),
        field("site", Kind::Concept, "where on the body"),
        field("route", Kind::Concept, "such as Intramuscular"),
        field("note", Kind::Text, "a remark"),
    ],
};

static DUE: Form = Form {
    name: "vaccineDue",
    about: "A vaccination that is due.",
    short: None,
    fields: &[
        needed("vaccine", Kind::Concept, "words, or a code"),
        needed("due", Kind::DateTime, "when it is due"),
        field("dose", Kind::Whole, "which dose of the series"),
        field("description", Kind::Text, "an explanation"),
    ],
};

pub(super) const BILL_KINDS: [&str; 5] =
    ["consultation", "pharmacy", "inpatient", "outpatient", "other"];

pub(super) const CHARGE_KINDS: [&str; 10] = [
    "consultation",
    "pharmacy",
    "inpatient",
    "outpatient",
    "pathology",
    "medicine",
    "nursing",
    "handling",
    "delivery",
    "other",
];

static BILL_ITEM: Form = Form {
    name: "billItem",
    about: "A line of a bill, in rupees.",
    short: None,
    fields: &[
        needed("product", Kind::Concept, "words, or a SNOMED CT code"),
        field("kind", Kind::Word(&CHARGE_KINDS), "other unless given"),
        needed("rate", Kind::Number, "price of one, without tax"),
        field("quantity", Kind::Number, "1 unless given"),
        field("unit", Kind::Text, "such as tablet"),
        field("mrp", Kind::Number, "maximum retail price of the line, for information"),
        field("discount", Kind::Number, "amount off the line"),
        field("gst", Kind::Number, "tax in per cent; half is CGST, half SGST"),
        field("on", Kind::DateTime, "when it was given; the bill's date unless said"),
    ],
};

static BILL: Form = Form {
    name: "bill",
    about: "A bill. Totals are computed.",
    short: None,
    fields: &[
        needed("number", Kind::Text, "the bill's number"),
        field("kind", Kind::Word(&BILL_KINDS), "other unless given"),
        needed("date", Kind::DateTime, "the bill's date"),
        needed("items", Kind::Forms(&BILL_ITEM), "the lines"),
        field("note", Kind::Text, "a remark"),
    ],
};

static RECORD_KIND: Form = Form {
    name: "recordKind",
    about: "The SNOMED CT code of the report's kind, where it is known exactly.",
    short: None,
    fields: &[
        needed("code", Kind::Text, "the code"),
        needed("display", Kind::Text, "the words of SNOMED CT"),
    ],
};

pub(super) const LANGUAGES: [&str; 10] =
    ["en", "hi", "bn", "mr", "te", "ta", "gu", "kn", "ml", "pa"];

/// What every record has, before its own fields.
macro_rules! record_fields {
    ($($own:expr,)*) => {
        &[
            field("type", Kind::Text, "the record type, where it is not said otherwise"),
            needed("patient", Kind::Form(&PATIENT), "whom the record is about"),
            needed("practitioner", Kind::Form(&PRACTITIONER), "who wrote it"),
            field("coAuthors", Kind::Forms(&PRACTITIONER), "who wrote it too"),
            needed("facility", Kind::Form(&FACILITY), "where it was written"),
            field("title", Kind::Text, "what the patient sees in a list"),
            field("language", Kind::Word(&LANGUAGES), "of the narrative; en unless given"),
            field("identifier", Kind::Form(&IDENTIFIER), "the document's identifier"),
            $($own,)*
        ]
    };
}

const fn list(name: &'static str, form: &'static Form, about: &'static str) -> Field {
    field(name, Kind::Forms(form), about)
}

const DATE: Field =
    field("date", Kind::DateTime, "the document's date; that of the visit unless given");
const NEEDED_DATE: Field = needed("date", Kind::DateTime, "the document's date");
const VISIT_FIELD: Field = field("visit", Kind::Form(&VISIT), "the visit during which it was made");
const NEEDED_VISIT: Field = needed("visit", Kind::Form(&VISIT), "the visit or stay");
const DOCUMENTS: Field = list("documents", &DOCUMENT, "files");
const COMPLAINTS: Field = list("chiefComplaints", &CONDITION, "why the patient came");
const VITALS: Field = list("vitalSigns", &OBSERVATION, "vital signs");
const EXAMINATION: Field = list("physicalExamination", &OBSERVATION, "findings of the examination");
const ALLERGIES: Field = list("allergies", &ALLERGY, "allergies");
const HISTORY: Field = list("medicalHistory", &CONDITION, "earlier and standing illnesses");
const PAST_PROCEDURES: Field = list("pastProcedures", &PROCEDURE, "earlier procedures");
const FAMILY: Field = list("familyHistories", &FAMILY_HISTORY, "illnesses in the family");
const MEDICATIONS: Field = list("medications", &MEDICINE, "medicines ordered");
const PROCEDURES: Field = list("procedures", &PROCEDURE, "procedures done");
const OTHERS: Field = list("otherObservations", &OBSERVATION, "anything else observed");

static OP_CONSULTATION: Form = Form {
    name: "op-consultation",
    about: "A visit to a doctor.",
    short: None,
    fields: record_fields![
        DATE,
        NEEDED_VISIT,
        COMPLAINTS,
        VITALS,
        EXAMINATION,
        ALLERGIES,
        HISTORY,
        PAST_PROCEDURES,
        FAMILY,
        list("investigations", &ORDER, "tests ordered"),
        list("currentMedications", &MEDICINE, "medicines taken already"),
        MEDICATIONS,
        list("followUps", &FOLLOW_UP, "the next visit"),
        PROCEDURES,
        list("referrals", &ORDER, "referrals"),
        OTHERS,
        DOCUMENTS,
    ],
};

static PRESCRIPTION: Form = Form {
    name: "prescription",
    about: "Medicines ordered, or a scan of the sheet, or both.",
    short: None,
    fields: record_fields![
        NEEDED_DATE,
        VISIT_FIELD,
        MEDICATIONS,
        field("scan", Kind::Form(&DOCUMENT), "the sheet as it was written or printed"),
    ],
};

static DISCHARGE_SUMMARY: Form = Form {
    name: "discharge-summary",
    about: "A hospital stay.",
    short: None,
    fields: record_fields![
        DATE,
        NEEDED_VISIT,
        COMPLAINTS,
        VITALS,
        EXAMINATION,
        ALLERGIES,
        HISTORY,
        PAST_PROCEDURES,
        FAMILY,
        list("investigations", &REPORT, "reports of tests done"),
        MEDICATIONS,
        PROCEDURES,
        list("carePlans", &CARE_PLAN, "what is planned"),
        DOCUMENTS,
    ],
};

static DIAGNOSTIC_REPORT: Form = Form {
    name: "diagnostic-report",
    about: "A laboratory or imaging report, a scan of one, or both. Without report, date is needed.",
    short: None,
    fields: record_fields![
        DATE,
        VISIT_FIELD,
        field("recordKind", Kind::Form(&RECORD_KIND), "the kind of report"),
        field("report", Kind::Form(&REPORT), "the report"),
        field("document", Kind::Form(&DOCUMENT), "the report as a file"),
    ],
};

static IMMUNIZATION_RECORD: Form = Form {
    name: "immunization-record",
    about: "Vaccinations given or due.",
    short: None,
    fields: record_fields![
        NEEDED_DATE,
        VISIT_FIELD,
        list("vaccinations", &VACCINATION, "vaccinations given"),
        list("due", &DUE, "vaccinations due"),
        DOCUMENTS,
    ],
};

static HEALTH_DOCUMENT_RECORD: Form = Form {
    name: "health-document-record",
    about: "Any document as a file.",
    short: None,
    fields: record_fields![
        NEEDED_DATE,
        VISIT_FIELD,
        needed("documents", Kind::Forms(&DOCUMENT), "files"),
    ],
};

static WELLNESS_RECORD: Form = Form {
    name: "wellness-record",
    about: "Vital signs, measurements and habits.",
    short: None,
    fields: record_fields![
        NEEDED_DATE,
        VISIT_FIELD,
        VITALS,
        list("bodyMeasurements", &OBSERVATION, "weight, height, circumferences"),
        list("physicalActivities", &OBSERVATION, "steps, sleep, calories"),
        list("generalAssessments", &OBSERVATION, "glucose, intake, well-being"),
        list("womenHealth", &OBSERVATION, "menstrual history"),
        list("lifestyles", &OBSERVATION, "diet, alcohol, tobacco; values are words or codes"),
        OTHERS,
        list("otherConditions", &CONDITION, "conditions"),
        DOCUMENTS,
    ],
};

static INVOICE: Form = Form {
    name: "invoice",
    about: "A bill.",
    short: None,
    fields: record_fields![DATE, VISIT_FIELD, needed("bill", Kind::Form(&BILL), "the bill"),],
};

/// The form of a record type.
pub(super) fn of(kind: HiType) -> &'static Form {
    match kind {
        HiType::OpConsultation => &OP_CONSULTATION,
        HiType::Prescription => &PRESCRIPTION,
        HiType::DischargeSummary => &DISCHARGE_SUMMARY,
        HiType::DiagnosticReport => &DIAGNOSTIC_REPORT,
        HiType::ImmunizationRecord => &IMMUNIZATION_RECORD,
        HiType::HealthDocumentRecord => &HEALTH_DOCUMENT_RECORD,
        HiType::WellnessRecord => &WELLNESS_RECORD,
        HiType::Invoice => &INVOICE,
    }
}
