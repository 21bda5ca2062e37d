use super::super::{
    form::{Form, Kind, field, needed},
    words::{MEANINGS, MODALITIES, VITAL_KINDS},
};

pub(super) static OBSERVATION: Form = Form {
    name: "observation",
    about: "Something observed or measured. Either kind, or name with value; for a blood pressure \
            systolic and diastolic. The value of a kind is written in one unit (°C or °F, /min, %, \
            kg, cm, kg/m2, mmHg): others that are known (K, g, lb, oz, st, m, mm, in, ft, kPa, cmHg) \
            are converted and kept in a note, all others are a problem.",
    short: None,
    fields: &[
        field(
            "kind",
            Kind::Word(&VITAL_KINDS),
            "for what has a kind, name and unit follow from it; blood-pressure with the value 120/80",
        ),
        field(
            "name",
            Kind::Concept,
            "words, or a LOINC or SNOMED CT code; among vital signs, examination and body \
             measurements the name of a kind is the kind: Pulse, Weight (lb)",
        ),
        field("value", Kind::Value, "a number, also <0.05 or 1,50,000, words, or a code"),
        field("unit", Kind::Text, "as people write it: g/dL, mmHg, °C, lb"),
        field("systolic", Kind::Number, "mmHg unless unit says another"),
        field("diastolic", Kind::Number, "mmHg unless unit says another"),
        field("low", Kind::Number, "lowest normal value, in the unit of the value"),
        field("high", Kind::Number, "highest normal value, in the unit of the value"),
        field(
            "range",
            Kind::Text,
            "what is normal as it is printed: 12-16, <5, Non Reactive; instead of low and high; \
             with its unit where that of the value is a multiple: 1.5-4.5 lakh/cumm",
        ),
        field("interpretation", Kind::Word(&MEANINGS), "follows from low and high unless given"),
        field("at", Kind::DateTime, "the document's date unless given"),
        field("note", Kind::Text, "a remark"),
    ],
};

pub(super) static DOCUMENT: Form = Form {
    name: "document",
    about: "A file: a scan, a PDF, a picture.",
    short: None,
    fields: &[
        needed("title", Kind::Text, "what a person reads"),
        needed("contentType", Kind::Text, "such as application/pdf or image/jpeg"),
        needed("data", Kind::Base64, "the file's bytes as base64; they must be of that type"),
        field("kind", Kind::Concept, "what kind of document it is"),
        field("madeOn", Kind::DateTime, "when the file was made"),
    ],
};

pub(super) static SPECIMEN: Form = Form {
    name: "specimen",
    about: "What was examined in the laboratory.",
    short: None,
    fields: &[
        needed("kind", Kind::Concept, "words, or a SNOMED CT code"),
        needed("received", Kind::DateTime, "when the laboratory received it"),
        field("collected", Kind::DateTime, "when it was taken"),
    ],
};

pub(super) static REPORT: Form = Form {
    name: "report",
    about: "A laboratory report with results, or, with modality, an imaging report with pictures.",
    short: None,
    fields: &[
        needed("name", Kind::Concept, "words, or a LOINC code"),
        needed("issued", Kind::DateTime, "when it was issued"),
        needed(
            "conclusion",
            Kind::Text,
            "what it concludes; where it says nothing, \"See results\"",
        ),
        field("conclusionCode", Kind::Concept, "the conclusion's SNOMED CT code"),
        field("results", Kind::Forms(&OBSERVATION), "of a laboratory report: at least one"),
        field("specimens", Kind::Forms(&SPECIMEN), "of a laboratory report"),
        field(
            "modality",
            Kind::Word(&MODALITIES),
            "of an imaging report: DX X-ray, CT, MR, US, MG, ECG, ES endoscopy, NM, PT, XA; or in \
             words: X-ray, MRI, ultrasound",
        ),
        field("pictures", Kind::Forms(&DOCUMENT), "of an imaging report: at least one"),
        field("findings", Kind::Forms(&OBSERVATION), "of an imaging report"),
        field("printed", Kind::Form(&DOCUMENT), "the report as it was printed"),
    ],
};

pub(super) static RECORD_KIND: Form = Form {
    name: "recordKind",
    about: "The SNOMED CT code of the report's kind, where it is known exactly.",
    short: None,
    fields: &[
        needed("code", Kind::Text, "the code"),
        needed("display", Kind::Text, "the words of SNOMED CT"),
    ],
};
