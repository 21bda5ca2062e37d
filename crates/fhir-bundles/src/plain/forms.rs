//! The forms. Names of lists are those that the builders use in their problems.

mod bill;
mod clinical;
mod people;
mod results;

use self::{
    bill::BILL,
    clinical::{
        ALLERGY, CARE_PLAN, CONDITION, DUE, FAMILY_HISTORY, FOLLOW_UP, MEDICINE, ORDER, PROCEDURE,
        VACCINATION,
    },
    people::{FACILITY, PATIENT, PRACTITIONER},
    results::{DOCUMENT, OBSERVATION, RECORD_KIND, REPORT},
};
use super::{
    form::{Field, Form, Kind, field, needed},
    words::VISIT_KINDS,
};
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
        field("end", Kind::DateTime, "when it ended; left out where it is not known"),
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

/// What every record has, before its own fields.
macro_rules! record_fields {
    ($($own:expr,)*) => {
        &[
            field("type", Kind::Text, "the record type; the same as the one asked for"),
            needed("patient", Kind::Form(&PATIENT), "whom the record is about"),
            needed("practitioner", Kind::Form(&PRACTITIONER), "who wrote it"),
            field("coAuthors", Kind::Forms(&PRACTITIONER), "who wrote it too"),
            needed("facility", Kind::Form(&FACILITY), "where it was written"),
            field("title", Kind::Text, "what the patient sees in a list"),
            field(
                "language",
                Kind::Language,
                "of the record: en unless given, hi, bn, mr, te, ta, gu, kn, ml, pa; with English \
                 labels also as, or, ur and the other languages of India",
            ),
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
