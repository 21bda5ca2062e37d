use super::super::{
    form::{Form, Kind, field, needed},
    words::GENDERS,
};

static FURTHER_IDENTIFIER: Form = Form {
    name: "furtherIdentifier",
    about: "A further number by which a person is known. Aadhaar numbers are refused.",
    short: None,
    fields: &[
        needed(
            "type",
            Kind::Text,
            "PPN or passport, DL or drivingLicence, EI (employee), VID (voter), RCN (ration card), \
             PMJAY, CGHS, ECHS, TAX (PAN), or what it is called",
        ),
        needed("value", Kind::Text, "the number"),
        field("issuer", Kind::Text, "who gave it out: a country, an authority"),
        field("system", Kind::Text, "the namespace in which it is unique, as a URL"),
    ],
};

pub(super) static PATIENT: Form = Form {
    name: "patient",
    about: "The patient. One of abhaNumber, abhaAddress, facilityNumber and identifiers is needed.",
    short: None,
    fields: &[
        needed("name", Kind::Text, "the whole name"),
        field("abhaNumber", Kind::Text, "14 digits, with or without dashes"),
        field("abhaAddress", Kind::Text, "such as asha.devi@abdm"),
        field("facilityNumber", Kind::Text, "the facility's own number (UHID, MRN)"),
        field("gender", Kind::Word(&GENDERS), "an app shows NA without it"),
        field("birthDate", Kind::Date, "as far as it is known: 1986, 1986-04, 1986-04-12"),
        field(
            "age",
            Kind::Text,
            "on the document's date, without birthDate: 39, 7 months, 15 days; gives the year or \
             month of birth",
        ),
        field(
            "identifiers",
            Kind::Forms(&FURTHER_IDENTIFIER),
            "further numbers: a passport, a driving licence, a scheme's card",
        ),
        field("phone", Kind::Text, "telephone number"),
        field("email", Kind::Text, "e-mail address"),
        field("address", Kind::Text, "postal address in one line"),
    ],
};

pub(super) static PRACTITIONER: Form = Form {
    name: "practitioner",
    about: "The doctor or other professional. One of hprId, registrationNumber, facilityNumber and \
            identifiers is needed.",
    short: None,
    fields: &[
        needed("name", Kind::Text, "the whole name"),
        field("hprId", Kind::Text, "id in the Healthcare Professionals Registry"),
        field("registrationNumber", Kind::Text, "number at a medical council"),
        field(
            "registrationCouncil",
            Kind::Text,
            "URL or name of the council; the National Medical Commission unless given",
        ),
        field("facilityNumber", Kind::Text, "the facility's own number of the doctor"),
        field("identifiers", Kind::Forms(&FURTHER_IDENTIFIER), "further numbers"),
        field("qualification", Kind::Text, "degrees, such as MBBS, MD"),
        field("phone", Kind::Text, "telephone number"),
    ],
};

pub(super) static FACILITY: Form = Form {
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
