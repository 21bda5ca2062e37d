use super::super::{
    form::{Form, Kind, field, needed},
    words::{CONDITION_STATUSES, MEDICINE_STATUSES, PROCEDURE_STATUSES, VACCINATION_STATUSES},
};

pub(super) static CONDITION: Form = Form {
    name: "condition",
    about: "A complaint, symptom or illness. A plain text is enough.",
    short: Some("name"),
    fields: &[
        needed("name", Kind::Concept, "words, or a SNOMED CT or ICD-10 code"),
        field("status", Kind::Word(&CONDITION_STATUSES), "active unless given"),
        field("since", Kind::When, "as far as it is known, or in words: 3 days, childhood"),
        field("note", Kind::Text, "a remark"),
    ],
};

pub(super) static ALLERGY: Form = Form {
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

pub(super) static PROCEDURE: Form = Form {
    name: "procedure",
    about: "A procedure that was done, or was not. A plain text is enough.",
    short: Some("name"),
    fields: &[
        needed("name", Kind::Concept, "words, or a SNOMED CT code"),
        field("status", Kind::Word(&PROCEDURE_STATUSES), "done unless given"),
        field("statusReason", Kind::Concept, "of the status not-done or stopped: why"),
        field("on", Kind::When, "when, as far as it is known, or in words: 2 years ago"),
        field("reason", Kind::Concept, "why"),
        field("outcome", Kind::Concept, "how it ended"),
        field("note", Kind::Text, "a remark"),
    ],
};

pub(super) static FAMILY_HISTORY: Form = Form {
    name: "familyHistory",
    about: "An illness of a relative.",
    short: None,
    fields: &[
        needed("relationship", Kind::Concept, "such as Father"),
        needed("condition", Kind::Concept, "words, or a SNOMED CT code"),
        field("note", Kind::Text, "a remark"),
    ],
};

pub(super) static ORDER: Form = Form {
    name: "order",
    about: "A test that is asked for, or a referral. A plain text is enough.",
    short: Some("name"),
    fields: &[
        needed("name", Kind::Concept, "words, or a SNOMED CT code"),
        field("reason", Kind::Concept, "why"),
        field("note", Kind::Text, "a remark"),
    ],
};

pub(super) static MEDICINE: Form = Form {
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
        field("days", Kind::Span, "for how many days, or how long: 2 weeks"),
        field("route", Kind::Concept, "such as Oral"),
        field("instructions", Kind::List(&Kind::Text), "such as after food"),
        field("asNeeded", Kind::FlagOrConcept, "true, or for what: severe pain"),
        field(
            "dosages",
            Kind::Forms(&DOSAGE),
            "several that follow each other, as when a dose is tapered; instead of dose, timing, \
             days, route, instructions and asNeeded",
        ),
        field("status", Kind::Word(&MEDICINE_STATUSES), "active unless given"),
        field("statusReason", Kind::Concept, "of the status stopped or on-hold: why"),
        field("quantity", Kind::Text, "how much is to be given out: 15 tablets"),
        field("reason", Kind::Concept, "what it is for"),
        field("orderedOn", Kind::DateTime, "the document's date unless given"),
        field("note", Kind::Text, "a remark for pharmacist or patient"),
    ],
};

pub(super) static FOLLOW_UP: Form = Form {
    name: "followUp",
    about: "The next visit. A plain date is enough. A time is a booked appointment; a day, or how \
            long after, is only proposed.",
    short: Some("on"),
    fields: &[
        needed(
            "on",
            Kind::Next,
            "a day, a time with offset, or how long after: after 1 week; not before the document's",
        ),
        field("reason", Kind::Text, "why"),
    ],
};

pub(super) static DOSAGE: Form = Form {
    name: "dosage",
    about: "How a medicine is taken for a while. A plain text is enough for its timing.",
    short: Some("timing"),
    fields: &[
        field("dose", Kind::Text, "how much at a time: 1 tablet, 10 ml"),
        field("timing", Kind::Text, "how often, as in a medicine"),
        field("days", Kind::Span, "for how many days, or how long: 2 weeks"),
        field("route", Kind::Concept, "such as Oral"),
        field("instructions", Kind::List(&Kind::Text), "such as after food"),
        field("asNeeded", Kind::FlagOrConcept, "true, or for what: severe pain"),
    ],
};

pub(super) static CARE_PLAN: Form = Form {
    name: "carePlan",
    about: "What is planned for after the stay. A plain text is enough.",
    short: Some("title"),
    fields: &[
        needed("title", Kind::Text, "what a person reads"),
        field("description", Kind::Text, "an explanation"),
        field("activities", Kind::List(&Kind::Text), "what to do"),
        field("from", Kind::DateTime, "first day"),
        field("to", Kind::DateTime, "last day"),
        field("note", Kind::Text, "a remark"),
    ],
};

pub(super) static VACCINATION: Form = Form {
    name: "vaccination",
    about: "A vaccination that was given, or was not.",
    short: None,
    fields: &[
        needed("vaccine", Kind::Concept, "words, or a code"),
        needed("date", Kind::DateTime, "when it was given, or was to be"),
        field(
            "status",
            Kind::Word(&VACCINATION_STATUSES),
            "given unless notGivenReason says why not",
        ),
        field("notGivenReason", Kind::Concept, "why it was not given"),
        field("brand", Kind::Text, "the brand"),
        field("dose", Kind::Dose, "which dose of the series: 2, booster, birth dose"),
        field("lot", Kind::Text, "the lot"),
        field("expires", Kind::Date, "until when the lot can be used"),
        field("manufacturer", Kind::Text, "who made it"),
        field("site", Kind::Concept, "where on the body"),
        field("route", Kind::Concept, "such as Intramuscular"),
        field("note", Kind::Text, "a remark"),
    ],
};

pub(super) static DUE: Form = Form {
    name: "vaccineDue",
    about: "A vaccination that is due.",
    short: None,
    fields: &[
        needed("vaccine", Kind::Concept, "words, or a code"),
        needed("due", Kind::Next, "when it is due, or how long after: after 4 weeks"),
        field("dose", Kind::Dose, "which dose of the series: 2, booster, birth dose"),
        field("description", Kind::Text, "an explanation"),
    ],
};
