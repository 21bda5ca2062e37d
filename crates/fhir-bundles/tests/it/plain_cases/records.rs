//! Who, when, and of what type.

use fhir_bundles::{
    HiType,
    plain::{self, PlainError},
};
use serde_json::{Value, json};

use super::{built, observed, of_type, options, paths, refused};

#[test]
fn p7_a_stay_without_an_end_has_none() {
    let visit = json!({ "kind": "IPD", "start": "2026-03-04T11:30:00+05:30" });
    for kind in [HiType::OpConsultation, HiType::Prescription, HiType::WellnessRecord] {
        let fields = json!({ "visit": visit, "medications": ["Zinc"], "vitalSigns": [{ "kind": "pulse", "value": 72 }] });
        let mut fields = fields;
        if kind == HiType::Prescription {
            fields.as_object_mut().unwrap().remove("vitalSigns");
        } else if kind == HiType::WellnessRecord {
            fields.as_object_mut().unwrap().remove("medications");
        }
        let encounter = of_type(&built(kind, fields), "Encounter").remove(0);
        assert_eq!(encounter["period"], json!({ "start": "2026-03-04T11:30:00+05:30" }));
        assert_ne!(encounter["status"], "finished");
    }
    let told =
        paths(HiType::DischargeSummary, json!({ "visit": visit, "chiefComplaints": ["Pain"] }));
    assert_eq!(told, ["visit.end"]);
}

#[test]
fn p8_the_type_inside_is_compared_with_the_one_asked_for() {
    for kind in HiType::ALL {
        for other in HiType::ALL.into_iter().filter(|other| *other != kind) {
            let text = plain::example(kind);
            let Err(PlainError::Problems(problems)) = options().to_bundle(other, text.as_bytes())
            else {
                panic!("{kind} as {other}")
            };
            let paths: Vec<&str> = problems.iter().map(|problem| problem.path.as_str()).collect();
            assert_eq!(paths, ["type"], "{kind} as {other}");
        }
    }
    for word in ["Prescription", "PRESCRIPTION", "PrescriptionRecord"] {
        built(
            HiType::Prescription,
            json!({ "type": word, "visit": null, "medications": ["Zinc"] }),
        );
    }
    let told = refused(HiType::Prescription, json!({ "type": "recipe", "medications": ["Zinc"] }));
    assert!(
        told[0].starts_with("type: is not a record type → write one of: op-consultation"),
        "{told:?}"
    );
    let unknown = plain::to_bundle_by_type(br#"{ "type": "recipe" }"#);
    assert!(matches!(unknown, Err(PlainError::Problems(_))));
}

#[test]
fn p9_what_has_not_happened_yet_is_a_problem() {
    let patient = json!({ "name": "Asha", "facilityNumber": "1", "birthDate": "2036-01-01" });
    assert_eq!(
        paths(HiType::OpConsultation, json!({ "patient": patient, "chiefComplaints": ["Fever"] })),
        ["patient.birthDate"]
    );
    let fields = json!({
        "chiefComplaints": [{ "name": "Fever", "since": "2099" }, { "name": "Cough", "since": "1950" }],
        "pastProcedures": [{ "name": "Appendectomy", "on": "2026-04" }],
        "vitalSigns": [{ "kind": "pulse", "value": 72, "at": "2026-03-05" }],
    });
    let mut told = paths(HiType::OpConsultation, fields);
    told.sort();
    assert_eq!(
        told,
        [
            "chiefComplaints[0].since",
            "chiefComplaints[1].since",
            "pastProcedures[0].on",
            "vitalSigns[0].at"
        ]
    );
    assert_eq!(
        paths(
            HiType::ImmunizationRecord,
            json!({ "vaccinations": [{ "vaccine": "BCG", "date": "2026-03-05" }] })
        ),
        ["vaccinations[0].date"]
    );
    built(
        HiType::OpConsultation,
        json!({ "chiefComplaints": [{ "name": "Fever", "since": "2026-03-04" }, { "name": "Cough", "since": "1961" }] }),
    );
    assert_eq!(
        paths(
            HiType::Prescription,
            json!({ "medications": [{ "name": "Zinc", "orderedOn": "2026-03-05" }] })
        ),
        ["medications[0].orderedOn"]
    );
    let plan = json!({ "title": "Rest", "from": "2026-03-10", "to": "2026-03-05" });
    let stay = json!({ "start": "2026-03-01", "end": "2026-03-04" });
    assert_eq!(
        paths(HiType::DischargeSummary, json!({ "visit": stay, "carePlans": plan })),
        ["carePlans.to"]
    );
}

#[test]
fn p10_an_age_gives_the_year_or_the_month_of_birth() {
    for (age, expected) in [
        (json!("7 months"), ("2025-07", "Jul 2025")),
        (json!(39), ("1986", "1986")),
        (json!("39 Y"), ("1986", "1986")),
        (json!("15 days"), ("2026-02", "Feb 2026")),
        (json!("2y 3m"), ("2023-11", "Nov 2023")),
    ] {
        let (expected, in_words) = expected;
        let patient = json!({ "name": "Asha", "facilityNumber": "1", "gender": "F", "age": age });
        let built = built(
            HiType::OpConsultation,
            json!({ "patient": patient, "chiefComplaints": ["Fever"] }),
        );
        let patient = of_type(&built, "Patient").remove(0);
        assert_eq!(patient["birthDate"], expected, "{age}");
        let said = age.as_str().map_or_else(|| age.to_string(), str::to_owned);
        assert!(patient["text"]["div"].as_str().unwrap().contains(&format!("{in_words} ({said})")));
    }
    for (patient, help) in [
        (json!({ "name": "A", "facilityNumber": "1", "age": "seven" }), "7 months"),
        (json!({ "name": "A", "facilityNumber": "1", "age": 0 }), "7 months"),
        (json!({ "name": "A", "facilityNumber": "1", "age": 200 }), "7 months"),
        (
            json!({ "name": "A", "facilityNumber": "1", "age": 39, "birthDate": "1961" }),
            "correct one",
        ),
    ] {
        let told = refused(
            HiType::OpConsultation,
            json!({ "patient": patient, "chiefComplaints": ["Fever"] }),
        );
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with("patient.age: ") && told[0].contains(help), "{told:?}");
    }
    let told = refused(
        HiType::OpConsultation,
        json!({ "facility": { "name": "C", "hfrId": "I", "ages": 1 }, "chiefComplaints": ["Fever"] }),
    );
    assert!(!told[0].contains("did you mean"), "{told:?}");
}

#[test]
fn p11_further_identifiers_tell_people_from_others() {
    let patient = json!({ "name": "Sita Gurung", "gender": "F", "birthDate": "1990", "identifiers": [
        { "type": "passport", "value": "PA1234567", "issuer": "Nepal" },
        { "type": "DL", "value": "KA-0120110012345" },
        { "type": "EN", "value": "E-17" },
        { "type": "CR number", "value": "9" },
    ] });
    let doctor = json!({ "name": "Dr. Intern", "facilityNumber": "DR-12" });
    let resources = built(
        HiType::OpConsultation,
        json!({ "patient": patient, "practitioner": doctor, "chiefComplaints": ["Fever"] }),
    );
    let found = of_type(&resources, "Patient").remove(0);
    let codes: Vec<&Value> = found["identifier"]
        .as_array()
        .unwrap()
        .iter()
        .map(|id| &id["type"]["coding"][0]["code"])
        .collect();
    assert_eq!(codes, ["PPN", "DL", "EI", "OIN"]);
    assert_eq!(found["identifier"][0]["assigner"]["display"], "Nepal");
    assert_eq!(found["identifier"][3]["type"]["text"], "CR number");
    let found = of_type(&resources, "Practitioner").remove(0);
    assert_eq!(found["identifier"][0]["value"], "DR-12");
    assert_eq!(found["identifier"][0]["type"]["coding"][0]["code"], "EI");
    // All of a doctor's numbers are written.
    let doctor = json!({ "name": "Dr. Rao", "hprId": "71-1", "registrationNumber": "KMC-4", "registrationCouncil": "Karnataka Medical Council" });
    let resources = built(
        HiType::OpConsultation,
        json!({ "practitioner": doctor, "chiefComplaints": ["Fever"] }),
    );
    let found = of_type(&resources, "Practitioner").remove(0);
    assert_eq!(found["identifier"][1]["value"], "KMC-4");
    assert_eq!(found["identifier"][1]["assigner"]["display"], "Karnataka Medical Council");
    let nobody = json!({ "name": "Dr. Rao", "registrationCouncil": "KMC" });
    let told = paths(
        HiType::OpConsultation,
        json!({ "practitioner": nobody, "chiefComplaints": ["Fever"] }),
    );
    assert_eq!(told, ["practitioner", "practitioner.registrationCouncil"]);
    for kind in ["Aadhaar", "aadhar card", "ADN", "UID"] {
        let patient = json!({ "name": "Asha", "identifiers": [{ "type": kind, "value": "1" }] });
        let told = refused(
            HiType::OpConsultation,
            json!({ "patient": patient, "chiefComplaints": ["Fever"] }),
        );
        assert!(told[0].starts_with("patient.identifiers[0]: is an Aadhaar number"), "{told:?}");
    }
}

#[test]
fn p17_times_in_words_stay_words_or_are_counted() {
    let resources = built(
        HiType::OpConsultation,
        json!({
            "chiefComplaints": [{ "name": "Fever", "since": "since 3 days" }],
            "pastProcedures": [{ "name": "Appendectomy", "on": "2 years ago" }],
            "followUps": ["after 1 week", { "on": "after 10 days", "reason": "Review" }],
        }),
    );
    assert_eq!(of_type(&resources, "Condition")[0]["onsetString"], "since 3 days");
    assert_eq!(of_type(&resources, "Procedure")[0]["performedString"], "2 years ago");
    let visits = of_type(&resources, "Appointment");
    assert_eq!(visits[0]["requestedPeriod"][0]["start"], "2026-03-11");
    assert_eq!(
        (&visits[0]["status"], &visits[0]["description"]),
        (&json!("proposed"), &json!("after 1 week"))
    );
    assert_eq!(visits[1]["description"], "after 10 days: Review");
    let told = refused(
        HiType::OpConsultation,
        json!({ "followUps": [{ "on": "when better" }], "chiefComplaints": [{ "name": "Fever", "since": "12/04/2026" }] }),
    );
    assert_eq!(told.len(), 2);
    assert!(told.iter().any(|line| line.contains("after 1 week")), "{told:?}");
}

/// Of a day neither a time, nor a booking, nor anybody's consent is known.
#[test]
fn p7_p9_a_follow_up_on_a_day_is_proposed_for_all_of_it() {
    let visit = |follow_up: Value| {
        let fields = json!({ "chiefComplaints": ["Fever"], "followUps": [follow_up] });
        of_type(&built(HiType::OpConsultation, fields), "Appointment").remove(0)
    };
    for (given, day, description) in [
        (json!("2026-03-08"), "2026-03-08", "2026-03-08"),
        (json!("2026-03-04"), "2026-03-04", "2026-03-04"),
        (json!({ "on": "2026-03-08", "reason": "Review" }), "2026-03-08", "2026-03-08: Review"),
        (json!("after 1 week"), "2026-03-11", "after 1 week"),
        (json!({ "on": "after 1 month", "reason": "BP" }), "2026-04-04", "after 1 month: BP"),
    ] {
        let found = visit(given);
        assert_eq!(found["status"], "proposed", "{day}");
        assert_eq!(found["description"], description);
        assert_eq!(found["requestedPeriod"], json!([{ "start": day, "end": day }]));
        assert_eq!(found["start"], format!("{day}T00:00:00+05:30"));
        assert_eq!(found["end"], format!("{day}T23:59:59+05:30"));
        let answers: Vec<&Value> =
            found["participant"].as_array().unwrap().iter().map(|one| &one["status"]).collect();
        assert_eq!(answers, ["needs-action", "needs-action"]);
    }
    // A time is one that was agreed; of its end nothing is known.
    let booked = visit(json!({ "on": "2026-03-08T17:00:00+05:30", "reason": "Review" }));
    assert_eq!((&booked["status"], &booked["description"]), (&json!("booked"), &json!("Review")));
    assert_eq!(booked["start"], "2026-03-08T17:00:00+05:30");
    assert_eq!(booked["end"], booked["start"]);
    assert_eq!(booked["requestedPeriod"], Value::Null);
}

#[test]
fn p9_a_follow_up_before_the_document_is_a_problem() {
    let told = refused(
        HiType::OpConsultation,
        json!({ "chiefComplaints": ["Fever"], "followUps": [
            "2026-03-08", "2026-02-01", { "on": "2026-03-03" }, "2026-03-03T23:00:00+05:30",
            "2026-03-04", "2026-03-04T09:00:00+05:30", "2026-03",
        ] }),
    );
    let before = "is before the document's date → give the day of the next visit";
    assert_eq!(told.len(), 4, "{told:?}");
    for (line, path) in told.iter().zip(["followUps[1]", "followUps[2].on", "followUps[3]"]) {
        assert!(line.starts_with(&format!("{path}: {before}")), "{line}");
    }
    assert!(told[3].starts_with("followUps[6]: is not a day or time"), "{told:?}");
}

#[test]
fn p10_an_age_leaves_open_what_it_does_not_tell() {
    // 39 on 4 March 2026: born between 5 March 1986 and 4 March 1987.
    let patient = json!({ "name": "Asha", "facilityNumber": "1", "gender": "F", "age": 39 });
    let since = |date: &str| json!({ "patient": patient, "chiefComplaints": [{ "name": "Asthma", "since": date }] });
    for date in ["1986", "1986-03", "1986-03-05", "1987-01"] {
        built(HiType::OpConsultation, since(date));
    }
    for date in ["1985", "1986-02", "1986-03-03"] {
        let told = paths(HiType::OpConsultation, since(date));
        assert_eq!(told, ["chiefComplaints[0].since"], "{date}");
    }
    for birth in ["1986", "1987", "1986-03-05", "1987-03-04"] {
        let patient = json!({ "name": "Asha", "facilityNumber": "1", "gender": "F", "age": 39, "birthDate": birth });
        let fields = json!({ "patient": patient, "chiefComplaints": ["Fever"] });
        let found = of_type(&built(HiType::OpConsultation, fields), "Patient").remove(0);
        assert_eq!(found["birthDate"], birth);
    }
}

#[test]
fn words_for_no_allergy_are_written_as_none() {
    for (words, code, text) in [
        ("Nil", "716186003", "No known allergy (Nil)"),
        ("NONE.", "716186003", "No known allergy (NONE.)"),
        ("No", "716186003", "No known allergy (No)"),
        ("NKA", "716186003", "No known allergy (NKA)"),
        ("No known allergies", "716186003", "No known allergies"),
        ("NKDA", "409137002", "No known drug allergy (NKDA)"),
        ("no known drug allergies", "409137002", "no known drug allergies"),
        ("No known food allergy", "429625007", "No known food allergy"),
    ] {
        for allergies in
            [json!(words), json!([words]), json!({ "substance": words, "note": "asked" })]
        {
            let fields = json!({ "allergies": allergies, "chiefComplaints": ["Fever"] });
            let found =
                of_type(&built(HiType::OpConsultation, fields), "AllergyIntolerance").remove(0);
            assert_eq!(found["code"]["coding"][0]["code"], code, "{words}");
            assert_eq!(found["code"]["coding"][0]["system"], "http://snomed.info/sct");
            assert_eq!(found["code"]["text"], text);
        }
    }
    let both = json!({ "allergies": ["NKDA", "Peanut"] });
    assert_eq!(of_type(&built(HiType::OpConsultation, both), "AllergyIntolerance").len(), 2);
    let stay = json!({ "start": "2026-03-01", "end": "2026-03-04" });
    for (allergies, path, help) in [
        (json!(["Penicillin", "Nil"]), "allergies[1]", "leave one of them out"),
        (json!(["No known allergies", "Dust"]), "allergies[0]", "leave one of them out"),
        (json!({ "substance": "Nil", "reaction": "Rash" }), "allergies", "name the substance"),
        (
            json!([{ "substance": "NKDA", "lifeThreatening": true }]),
            "allergies[0]",
            "name the substance",
        ),
        (json!("Unknown"), "allergies", "No known allergies"),
        (json!(["NA"]), "allergies[0]", "No known allergies"),
        (json!(["N/A"]), "allergies[0]", "No known allergies"),
        (json!(["-"]), "allergies[0]", "No known allergies"),
    ] {
        for (kind, visit) in [
            (HiType::OpConsultation, json!({ "start": "2026-03-04" })),
            (HiType::DischargeSummary, stay.clone()),
        ] {
            let fields =
                json!({ "visit": visit, "allergies": allergies, "chiefComplaints": ["Fever"] });
            let told = refused(kind, fields);
            assert_eq!(told.len(), 1, "{told:?}");
            assert!(
                told[0].starts_with(&format!("{path}: ")) && told[0].contains(help),
                "{told:?}"
            );
        }
    }
}

/// The same words in other lists would become an illness, an order, a medicine, a vaccination.
#[test]
fn words_for_none_are_no_facts() {
    let stay = json!({ "start": "2026-03-01", "end": "2026-03-04" });
    for words in ["Nil", "none", "NO", "N/A", "-", "Not applicable", "कोई नहीं"] {
        for list in [
            "chiefComplaints",
            "medicalHistory",
            "pastProcedures",
            "procedures",
            "investigations",
            "currentMedications",
            "medications",
            "referrals",
        ] {
            let told = refused(HiType::OpConsultation, json!({ list: [words] }));
            assert_eq!(told.len(), 1, "{list} {words}: {told:?}");
            assert!(
                told[0].starts_with(&format!("{list}[0]: says that there is none")),
                "{told:?}"
            );
        }
        let father = json!({ "familyHistories": { "relationship": "Father", "condition": words } });
        assert_eq!(paths(HiType::OpConsultation, father), ["familyHistories.condition"]);
        let given = json!({ "vaccinations": { "vaccine": words, "date": "2026-03-04" } });
        assert_eq!(paths(HiType::ImmunizationRecord, given), ["vaccinations"]);
        let due = json!({ "due": { "vaccine": words, "due": "2026-04" } });
        assert_eq!(paths(HiType::ImmunizationRecord, due), ["due"]);
        let plan = json!({ "visit": stay, "carePlans": words });
        assert_eq!(paths(HiType::DischargeSummary, plan), ["carePlans"]);
    }
    // Sodium is a test, and a value may be nil.
    built(HiType::OpConsultation, json!({ "investigations": ["Na", "K"] }));
    let urine = observed(json!({ "name": "Urine protein", "value": "Nil" }));
    assert_eq!(urine["valueString"], "Nil");
}
