//! Whose a fact is, and who the patient is (R11 and R12).

use super::*;

#[test]
fn r11_a_fact_of_another_patient_names_that_patient() {
    let other = json!({
        "resourceType": "Patient", "name": [{"text": "Ravi Kumar"}],
        "identifier": [{"system": "https://sunrise.example/mrn", "value": "SUN-9999"}]
    });
    let mut json = document(&[json!({
        "resourceType": "AllergyIntolerance", "code": {"text": "Penicillin"},
        "patient": {"reference": "Patient/other"}
    })]);
    json["entry"]
        .as_array_mut()
        .unwrap()
        .push(json!({"fullUrl": "Patient/other", "resource": other}));
    let record = read(&json);
    assert_says(&both(&record), &["• ABOUT ANOTHER PATIENT: Ravi Kumar: Penicillin", "SUN-9999"]);
    assert!(!record.items().next().unwrap().standing().counts());
    // The same person in a second resource is no other patient.
    json["entry"].as_array_mut().unwrap().last_mut().unwrap()["resource"] =
        json["entry"][1]["resource"].clone();
    assert_silent(&both(&read(&json)), &["ABOUT ANOTHER"]);
}

/// A penicillin allergy whose `patient` is this, in a document that holds these further entries.
fn allergy_of(patient: Value, more: &[Value]) -> Value {
    let mut json = document(&[json!({
        "resourceType": "AllergyIntolerance", "code": {"text": "Penicillin"}, "patient": patient
    })]);
    json["entry"].as_array_mut().unwrap().extend(more.iter().cloned());
    json
}

/// The same with a Patient resource of its own, named by the reference.
fn allergy_of_resource(patient: Value) -> Record {
    let mut other = json!({"resourceType": "Patient", "id": "p9"});
    other.as_object_mut().unwrap().extend(patient.as_object().unwrap().clone());
    let entry = json!({"fullUrl": "urn:uuid:p9", "resource": other});
    read(&allergy_of(json!({"reference": "urn:uuid:p9"}), &[entry]))
}

#[test]
fn r11_a_second_resource_is_the_patient_only_where_nothing_contradicts() {
    let mrn = |value: &str| json!([{"system": "https://sunrise.example/mrn", "value": value}]);
    let own = || mrn("SUN-4711");
    let baby = "male, born 28 Feb 2026";
    for (patient, words) in [
        (
            json!({"gender": "male", "birthDate": "2026-02-28"}),
            format!("ABOUT ANOTHER PATIENT (no name; {baby})"),
        ),
        // A newborn with its mother's number, named and not.
        (
            json!({"name": [{"text": "Baby of Asha"}], "gender": "male", "birthDate": "2026-02-28", "identifier": own()}),
            format!("ABOUT ANOTHER PATIENT: Baby of Asha ({baby})"),
        ),
        (
            json!({"gender": "male", "birthDate": "2026-02-28", "identifier": own()}),
            format!("ABOUT ANOTHER PATIENT (no name; {baby}, SUN-4711)"),
        ),
        (
            json!({"name": [{"text": "B/O Asha Devi"}], "gender": "female", "birthDate": "2026-02-28", "identifier": own()}),
            "ABOUT ANOTHER PATIENT: B/O Asha Devi (female, born 28 Feb 2026)".to_owned(),
        ),
        (
            json!({"name": [{"text": "Asha Devi"}], "identifier": mrn("SUN-9999")}),
            "ABOUT ANOTHER PATIENT: Asha Devi".to_owned(),
        ),
        (
            json!({"name": [{"text": "Asha Devi"}], "gender": "female", "birthDate": "1968-04-12"}),
            "ABOUT ANOTHER PATIENT: Asha Devi (female, born 12 Apr 1968)".to_owned(),
        ),
        (json!({"name": [{"text": "Ravi Kumar"}]}), "ABOUT ANOTHER PATIENT: Ravi Kumar".to_owned()),
        // Nothing proves that it is she, and nothing that it is not.
        (json!({}), "WHOSE FACT THIS IS CANNOT BE TOLD".to_owned()),
        (
            json!({"gender": "female"}),
            "WHOSE FACT THIS IS CANNOT BE TOLD (no name; female)".to_owned(),
        ),
        (
            json!({"name": [{"text": "Ravi Kumar"}], "identifier": own()}),
            "WHOSE FACT THIS IS CANNOT BE TOLD: Ravi Kumar".to_owned(),
        ),
        (
            json!({"name": [{"text": "Asha Devi"}], "gender": "male", "identifier": own()}),
            "WHOSE FACT THIS IS CANNOT BE TOLD: Asha Devi (male)".to_owned(),
        ),
        (
            json!({"name": [{"text": "Ravi Devi"}]}),
            "WHOSE FACT THIS IS CANNOT BE TOLD: Ravi Devi".to_owned(),
        ),
        (
            json!({"name": [{"text": "आशा देवी"}]}),
            "WHOSE FACT THIS IS CANNOT BE TOLD: आशा देवी".to_owned(),
        ),
    ] {
        let record = allergy_of_resource(patient.clone());
        assert_says(&both(&record), &[&format!("• {words}: Penicillin")]);
        let standing = record.items().next().unwrap().standing();
        assert!(standing.has(MarkKind::OtherSubject) && !standing.counts(), "{patient}");
    }
    for patient in [
        json!({"identifier": own()}),
        json!({"name": [{"text": "आशा देवी"}], "identifier": own(), "birthDate": "1986"}),
        json!({"name": [{"text": "Asha D."}], "identifier": [{"value": "sun 4711"}]}),
        json!({"name": [{"text": "Smt. ASHA DEVI"}], "gender": "female"}),
        json!({"name": [{"text": "Devi, Asha"}], "birthDate": "1986-04-12"}),
    ] {
        let record = allergy_of_resource(patient.clone());
        assert_says(&both(&record), &["• Penicillin"]);
        assert!(record.items().next().unwrap().standing().holds(), "{patient}");
    }
}

#[test]
fn r11_numbers_without_a_system_tell_patients_apart() {
    let number = |value: &str| json!([{"type": {"coding": [{"code": "MR"}]}, "value": value}]);
    let with = |own: &str, other: &str| {
        let mut json = allergy_of(json!({"reference": "urn:uuid:p9"}), &[]);
        json["entry"][1]["resource"]["identifier"] = number(own);
        let other = json!({"resourceType": "Patient", "name": [{"text": "Asha Devi"}], "identifier": number(other)});
        json["entry"]
            .as_array_mut()
            .unwrap()
            .push(json!({"fullUrl": "urn:uuid:p9", "resource": other}));
        both(&read(&json))
    };
    assert_says(&with("417", "999"), &["• ABOUT ANOTHER PATIENT: Asha Devi: Penicillin"]);
    assert_says(&with("417", "417"), &["• Penicillin"]);
}

#[test]
fn r11_a_reference_that_leads_nowhere_is_judged_by_its_words_and_number() {
    let said = |patient: Value| both(&read(&allergy_of(patient, &[])));
    let identifier = |value: &str| json!({"system": "https://sunrise.example/mrn", "value": value});
    for (patient, words) in [
        (json!({"reference": "Patient/999"}), "WHOSE FACT THIS IS CANNOT BE TOLD: Penicillin"),
        (json!({"reference": "#p"}), "WHOSE FACT THIS IS CANNOT BE TOLD: Penicillin"),
        (
            json!({"reference": "Patient/999", "display": "Patient"}),
            "WHOSE FACT THIS IS CANNOT BE TOLD: Patient: Penicillin",
        ),
        (json!({"display": "Ravi Kumar"}), "ABOUT ANOTHER PATIENT: Ravi Kumar: Penicillin"),
        (
            json!({"display": "Patient Ravi Kumar"}),
            "ABOUT ANOTHER PATIENT: Patient Ravi Kumar: Penicillin",
        ),
        (json!({"display": "Baby of Asha"}), "ABOUT ANOTHER PATIENT: Baby of Asha: Penicillin"),
        (
            json!({"display": "Ravi Devi"}),
            "WHOSE FACT THIS IS CANNOT BE TOLD: Ravi Devi: Penicillin",
        ),
        (
            json!({"display": "UHID SUN-9999"}),
            "WHOSE FACT THIS IS CANNOT BE TOLD: UHID SUN-9999: Penicillin",
        ),
        (json!({"display": "रवि कुमार"}), "WHOSE FACT THIS IS CANNOT BE TOLD: रवि कुमार: Penicillin"),
        (
            json!({"identifier": identifier("SUN-9999")}),
            "ABOUT ANOTHER PATIENT: SUN-9999: Penicillin",
        ),
        (
            json!({"display": "Asha Devi", "identifier": identifier("SUN-9999")}),
            "ABOUT ANOTHER PATIENT: Asha Devi: Penicillin",
        ),
        (
            json!({"display": "Ravi Kumar", "identifier": identifier("SUN-4711")}),
            "WHOSE FACT THIS IS CANNOT BE TOLD: Ravi Kumar: Penicillin",
        ),
    ] {
        assert_says(&said(patient), &[&format!("• {words}")]);
    }
    for patient in [
        json!({"display": "Asha Devi"}),
        json!({"reference": "Patient/999", "display": "Mrs Asha Devi"}),
        json!({"display": "UHID SUN-4711"}),
        json!({"identifier": identifier("SUN-4711"), "display": "आशा देवी"}),
        json!({"display": "Patient"}),
        json!({}),
    ] {
        assert_says(&said(patient), &["• Penicillin"]);
    }
}

#[test]
fn r11_a_record_without_a_resource_of_its_patient_knows_whose_facts_are_others() {
    let with = |subject: Value, patient: Value| {
        let mut json = allergy_of(patient, &[]);
        json["entry"][0]["resource"]["subject"] = subject;
        json["entry"].as_array_mut().unwrap().remove(1);
        both(&read(&json))
    };
    let asha = || json!({"reference": "Patient/1", "display": "Asha Devi"});
    assert_says(&with(asha(), json!({"reference": "Patient/1"})), &["• Penicillin"]);
    assert_says(&with(asha(), json!({"display": "Asha Devi"})), &["• Penicillin"]);
    assert_says(
        &with(asha(), json!({"reference": "Patient/2"})),
        &["• WHOSE FACT THIS IS CANNOT BE TOLD: Penicillin"],
    );
    assert_says(
        &with(asha(), json!({"display": "Ravi Kumar"})),
        &["• ABOUT ANOTHER PATIENT: Ravi Kumar: Penicillin"],
    );
}

#[test]
fn r11_a_result_of_somebody_else_is_never_judged() {
    for subject in [json!({"reference": "Patient/999"}), json!({"display": "Baby of Asha"})] {
        let (record, judgement) = measured(json!({
            "subject": subject, "valueQuantity": quantity("18", "g/dL"), "interpretation": [{"text": "High"}],
            "referenceRange": [{"low": quantity("12", "g/dL"), "high": quantity("15", "g/dL"), "appliesTo": [{"text": "Female"}]}]
        }));
        assert_eq!(judgement, Judgement::NotJudged(NotJudged::Standing));
        assert_silent(&both(&record), &["! "]);
    }
}

#[test]
fn r11_of_the_actors_of_an_appointment_only_patients_are_other_patients() {
    let said = |actors: Value| {
        let record = read(&document(&[
            json!({"resourceType": "Appointment", "status": "booked", "description": "Review", "participant": actors}),
        ]));
        both(&record)
    };
    let khan = || json!({"actor": {"display": "Dr Khan, Cardiology"}, "status": "declined"});
    let text = said(json!([khan()]));
    assert_says(&text, &["• Review", "With: Dr Khan, Cardiology (declined)"]);
    assert_silent(&text, &["ABOUT ANOTHER", "CANNOT BE TOLD"]);
    assert_says(
        &said(json!([{"actor": {"display": "Dr Khan"}, "status": "needs-action"}])),
        &["With: Dr Khan (has not answered)"],
    );
    let ravi =
        || json!({"actor": {"type": "Patient", "display": "Ravi Kumar"}, "status": "accepted"});
    assert_says(&said(json!([khan(), ravi()])), &["• ABOUT ANOTHER PATIENT: Ravi Kumar: Review"]);
    assert_says(
        &said(json!([{"actor": {"reference": "Patient/999"}}])),
        &["• WHOSE FACT THIS IS CANNOT BE TOLD: Review"],
    );
    assert_says(&said(json!([ravi(), {"actor": {"reference": PATIENT}}])), &["• Review"]);
    assert_says(
        &said(json!([{"actor": {"display": "Dr. Meera Rao"}, "status": "declined"}])),
        &["With: Dr. Meera Rao (declined)"],
    );
    assert_says(
        &said(json!([{"actor": {"reference": PATIENT}, "status": "declined"}])),
        &["Patient: declined"],
    );
}

#[test]
fn r12_the_name_in_use_is_shown_and_that_the_patient_died() {
    let mut json = document(&[]);
    let patient = &mut json["entry"][1]["resource"];
    patient["name"] = json!([
        {"use": "old", "text": "Asha Kumari"}, {"use": "nickname", "text": "Ash"},
        {"use": "usual", "text": "Asha D."}, {"use": "official", "text": "Asha Devi"}
    ]);
    patient["deceasedDateTime"] = json!("2026-03-01");
    let record = read(&json);
    assert_eq!(record.patient().unwrap().name, "Asha Devi");
    assert_says(&both(&record), &["died 1 Mar 2026", "Asha Kumari (old)"]);
    json["entry"][1]["resource"]["name"] =
        json!([{"use": "old", "text": "Asha Kumari"}, {"use": "usual", "text": "Asha D."}]);
    assert_eq!(read(&json).patient().unwrap().name, "Asha D.");
    json["entry"][1]["resource"]["name"] = json!([{"use": "maiden", "text": "Asha Kumari"}]);
    assert_eq!(read(&json).patient().unwrap().name, "Asha Kumari");
}
