//! Everything in a document is shown or named (R13 to R16, R18, R19, R22 to R27).

use super::*;

#[test]
fn r13_an_unknown_modifier_extension_is_a_warning_at_its_item() {
    let url = "https://hospital.example/only-if-fasting";
    let text = shown(&[json!({
        "resourceType": "MedicationRequest", "status": "active", "intent": "order",
        "medicationCodeableConcept": {"text": "Metformin"},
        "modifierExtension": [{"url": url, "valueBoolean": true}]
    })]);
    assert_says(
        &text,
        &["• WARNING: changed by an extension that is not known here", url, "Metformin"],
    );
    let (_, judgement) = measured(json!({
        "valueQuantity": quantity("1", ""), "interpretation": [{"text": "High"}],
        "component": [{"code": {"text": "part"}, "modifierExtension": [{"url": url}]}]
    }));
    assert_eq!(judgement, Judgement::NotJudged(NotJudged::Standing), "nested ones too");
}

#[test]
fn r14_a_medicine_that_is_not_taken_says_so_with_the_reason() {
    let text = shown(&[json!({
        "resourceType": "MedicationStatement", "status": "not-taken", "statusReason": [{"text": "nausea"}],
        "medicationCodeableConcept": {"text": "Metformin"}
    })]);
    assert_says(&text, &["• not taken: nausea: Metformin"]);
    assert_silent(&text, &["taken already"]);
}

#[test]
fn r15_what_no_section_reaches_is_shown_at_the_end() {
    let mut json = document(&[]);
    for resource in [
        json!({"resourceType": "Observation", "status": "final", "code": {"text": "Haemoglobin"}, "valueQuantity": quantity("9.1", "g/dL")}),
        json!({"resourceType": "Goal", "lifecycleStatus": "active", "description": {"text": "Walk daily"}}),
    ] {
        json["entry"].as_array_mut().unwrap().push(json!({"fullUrl": format!("urn:uuid:{}", resource["resourceType"]), "resource": resource}));
    }
    let text = both(&read(&json));
    assert_says(&text, &["Also in the document", "Haemoglobin", "9.1 g/dL", "Goal", "Walk daily"]);
    // Without a Composition everything is there.
    json["type"] = json!("collection");
    json["entry"].as_array_mut().unwrap().remove(0);
    let text = both(&read(&json));
    assert_says(&text, &["Asha Devi", "Haemoglobin", "Walk daily"]);
    json["entry"].as_array_mut().unwrap().push(json!({"fullUrl": "urn:uuid:x"}));
    assert_says(
        &both(&read(&json)),
        &["1 in the document could not be shown", "an entry without a resource"],
    );
}

#[test]
fn r16_types_that_abdm_does_not_use_say_what_they_say() {
    let text = shown(&[
        json!({"resourceType": "MedicationAdministration", "status": "not-done", "medicationCodeableConcept": {"text": "Adrenaline"},
            "effectiveDateTime": "2026-03-02T10:10:00+05:30", "dosage": {"text": "1 mg IM"}, "note": [{"text": "vein lost"}]}),
        json!({"resourceType": "QuestionnaireResponse", "status": "completed",
            "text": {"status": "generated", "div": "<div>PHQ-9 score 21</div>"},
            "item": [{"linkId": "9", "text": "Self-harm", "answer": [{"valueString": "nearly every day"}]}]}),
        json!({"resourceType": "Flag", "status": "inactive", "code": {"text": "Do not resuscitate"}}),
        json!({"resourceType": "AdverseEvent", "actuality": "potential", "event": {"text": "Fall"}, "date": "2026-02-01"}),
    ]);
    assert_says(
        &text,
        &[
            "• NOT GIVEN: Adrenaline",
            "2 Mar 2026, 10:10",
            "1 mg IM",
            "vein lost",
            "PHQ-9 score 21",
            "Self-harm: nearly every day",
            "• inactive: Do not resuscitate",
            "• potential: Fall",
            "1 Feb 2026",
        ],
    );
}

/// References as they are met: to what the resource contains, and to an entry.
const PLACES: [&str; 2] = ["#m", "urn:uuid:m"];

/// A document of a resource that refers to another at one of [`PLACES`].
fn referring(mut resource: Value, mut to: Value, place: &str) -> Record {
    if place.starts_with('#') {
        to["id"] = json!("m");
        resource["contained"] = json!([to]);
        return read(&document(&[resource]));
    }
    let mut json = document(&[resource]);
    json["entry"].as_array_mut().unwrap().push(json!({"fullUrl": place, "resource": to}));
    read(&json)
}

#[test]
fn r16_what_a_reference_leads_to_is_named_and_never_its_address() {
    let medicine = || json!({"resourceType": "Medication", "code": {"text": "Doxorubicin 50 mg"}, "batch": {"lotNumber": "B7"}});
    let refuted = || json!({"resourceType": "Condition", "code": {"text": "Tuberculosis"}, "verificationStatus": {"coding": [{"code": "refuted"}]}});
    let nurse = || json!({"resourceType": "Practitioner", "name": [{"text": "Sister Mary"}]});
    for place in PLACES {
        let at = || json!({"reference": place});
        for (resource, to, words) in [
            (
                json!({"resourceType": "MedicationAdministration", "status": "not-done", "medicationReference": at()}),
                medicine(),
                ["• NOT GIVEN: Doxorubicin 50 mg", "Batch: B7"].as_slice(),
            ),
            (
                json!({"resourceType": "MedicationDispense", "status": "completed", "medicationReference": at()}),
                medicine(),
                &["• Doxorubicin 50 mg", "Batch: B7"],
            ),
            (
                json!({"resourceType": "AdverseEvent", "actuality": "actual", "event": {"text": "Rash"}, "suspectEntity": [{"instance": at()}]}),
                medicine(),
                &["Suspect entity, instance: Doxorubicin 50 mg"],
            ),
            (
                json!({"resourceType": "ClinicalImpression", "status": "completed", "description": "Cough", "finding": [{"itemReference": at()}]}),
                refuted(),
                &["refuted: Tuberculosis"],
            ),
            (
                json!({"resourceType": "List", "status": "current", "title": "Problems", "entry": [{"item": at()}]}),
                refuted(),
                &["Entry, item: refuted: Tuberculosis"],
            ),
            (
                json!({"resourceType": "Communication", "status": "completed", "topic": {"text": "Call"}, "sender": at()}),
                nurse(),
                &["Sender: Sister Mary"],
            ),
            (
                json!({"resourceType": "Flag", "status": "active", "code": {"text": "Falls"}, "author": at()}),
                nurse(),
                &["Author: Sister Mary"],
            ),
            (
                json!({"resourceType": "RequestGroup", "status": "active", "intent": "plan", "action": [{"resource": at()}]}),
                json!({"resourceType": "MedicationRequest", "status": "active", "intent": "order", "doNotPerform": true, "medicationReference": {"display": "Aspirin"}}),
                &["DO NOT GIVE: Aspirin"],
            ),
        ] {
            let text = both(&referring(resource, to, place));
            assert_says(&text, words);
            assert_silent(&text, &["#m", "urn:uuid:m"]);
        }
        // What is not there is said to be missing.
        let text = shown(&[
            json!({"resourceType": "MedicationAdministration", "status": "completed", "medicationReference": at()}),
            json!({"resourceType": "MedicationRequest", "status": "active", "intent": "order", "medicationReference": at()}),
            json!({"resourceType": "List", "status": "current", "title": "Problems", "entry": [{"item": at()}]}),
        ]);
        assert_says(
            &text,
            &[
                "• Medicine",
                "Missing: the document refers to it and does not hold it",
                "Entry, item: the document refers to it and does not hold it",
            ],
        );
        let shown = text.split("could not be shown").next().unwrap();
        assert_silent(shown, &["• #m", "• urn:uuid:m", ": #m", ": urn:uuid:m"]);
    }
}

#[test]
fn r16_a_name_is_found_behind_several_references_and_circles_end() {
    let request = json!({"resourceType": "MedicationRequest", "status": "active", "intent": "order", "doNotPerform": true, "medicationReference": {"reference": "urn:uuid:m"}});
    let mut json = document(&[
        json!({"resourceType": "CarePlan", "status": "active", "intent": "plan", "title": "Plan", "activity": [{"reference": {"reference": "urn:uuid:r"}}]}),
    ]);
    for (url, resource) in [
        ("urn:uuid:r", request),
        (
            "urn:uuid:m",
            json!({"resourceType": "Medication", "status": "inactive", "code": {"text": "Aspirin 75 mg"}}),
        ),
        ("urn:uuid:x", json!({"resourceType": "Basic", "focus": {"reference": "urn:uuid:y"}})),
        ("urn:uuid:y", json!({"resourceType": "Basic", "focus": {"reference": "urn:uuid:x"}})),
    ] {
        json["entry"].as_array_mut().unwrap().push(json!({"fullUrl": url, "resource": resource}));
    }
    assert_says(&both(&read(&json)), &["DO NOT GIVE: inactive: Aspirin 75 mg"]);
}

#[test]
fn r16_the_dose_and_rate_that_were_given_are_shown() {
    let given = |dosage: Value| {
        shown(&[
            json!({"resourceType": "MedicationAdministration", "status": "not-done", "medicationCodeableConcept": {"text": "Cisplatin"}, "dosage": dosage}),
        ])
    };
    for (dosage, words) in [
        (json!({"text": "IV slowly", "dose": quantity("10", "mg")}), "Dosage: IV slowly, 10 mg"),
        (json!({"dose": quantity("100", "mg")}), "Dosage: 100 mg"),
        (
            json!({"route": {"text": "IV"}, "dose": quantity("1", "g"), "rateQuantity": quantity("100", "mL/h")}),
            "Dosage: 1 g, rate 100 mL/h, IV",
        ),
        (
            json!({"rateRatio": {"numerator": quantity("5", "mg"), "denominator": quantity("1", "min")}}),
            "Dosage: rate 5 mg per min",
        ),
        (json!({"text": "slow", "dose": "ten drops"}), "Dosage, dose quantity: ten drops"),
        (json!({"text": "slow", "drip": quantity("20", "drops")}), "Dosage, drip: 20 drops"),
    ] {
        assert_says(&given(dosage), &[words]);
    }
}

#[test]
fn r16_what_is_taken_from_a_list_or_left_out_of_a_group_says_so_first() {
    let text = shown(&[
        json!({"resourceType": "List", "status": "current", "title": "Medicines", "entry": [{"deleted": true, "item": {"display": "Aspirin"}}, {"item": {"display": "Statin"}}]}),
        json!({"resourceType": "Group", "type": "person", "actual": true, "characteristic": [{"code": {"text": "Smoker"}, "valueBoolean": true, "exclude": true}]}),
        json!({"resourceType": "RequestGroup", "status": "active", "intent": "plan", "action": [{"title": "Massage", "doNotPerform": true}]}),
    ]);
    assert_says(
        &text,
        &[
            "Entry, item: DELETED: Aspirin",
            "Entry, item: Statin",
            "EXCLUDED: Smoker",
            "DO NOT: Massage",
        ],
    );
}

#[test]
fn r16_only_dates_are_read_as_dates() {
    let text = shown(&[json!({
        "resourceType": "Device", "type": {"text": "Stent"}, "lotNumber": "2024-05", "serialNumber": "1999",
        "manufactureDate": "2024-05", "expirationDate": "2027-05-31"
    })]);
    assert_says(
        &text,
        &[
            "Lot number: 2024-05",
            "Serial number: 1999",
            "Manufacture date: May 2024",
            "Expiration date: 31 May 2027",
        ],
    );
    let text = shown(&[
        json!({
            "resourceType": "Observation", "status": "final", "code": {"text": "x"}, "valueString": "2024-05"
        }),
        json!({"resourceType": "QuestionnaireResponse", "status": "completed", "item": [
        {"text": "Policy", "answer": [{"valueString": "2024-05"}]}, {"text": "Since", "answer": [{"valueDate": "2024-05"}]}]}),
    ]);
    assert_says(&text, &["Policy: 2024-05", "Since: May 2024"]);
}

#[test]
fn r16_notes_and_texts_within_parts_are_shown() {
    let text = shown(&[
        json!({"resourceType": "VisionPrescription", "status": "active", "lensSpecification": [{"eye": "right", "sphere": -2.0, "note": [{"text": "bifocal"}]}]}),
        json!({"resourceType": "QuestionnaireResponse", "status": "completed", "item": [{"linkId": "1", "text": "Says nothing more"}]}),
    ]);
    assert_says(&text, &["bifocal", "Says nothing more"]);
}

#[test]
fn r24_facts_beside_the_usual_ones_are_shown() {
    let mut json = document(&[
        json!({"resourceType": "Condition", "code": {"text": "Ulcer"}, "category": [{"text": "Surgical"}], "stage": [{"summary": {"text": "II"}, "type": {"text": "clinical"}}]}),
        json!({"resourceType": "MedicationRequest", "status": "active", "intent": "order", "medicationCodeableConcept": {"text": "Heparin"},
            "category": [{"text": "inpatient"}], "supportingInformation": [{"display": "platelets falling"}], "basedOn": [{"display": "Ward plan"}], "performerType": {"text": "Anaesthetist"}}),
        json!({"resourceType": "MedicationStatement", "status": "active", "medicationCodeableConcept": {"text": "Statin"}, "derivedFrom": [{"display": "Old card"}], "basedOn": [{"display": "Old order"}]}),
        observation(
            json!({"specimen": {"reference": "#s"}, "contained": [{"resourceType": "Specimen", "id": "s", "type": {"text": "Blood"},
            "processing": [{"procedure": {"text": "Centrifuged"}, "description": "late", "additive": [{"display": "Heparin lock"}], "timeDateTime": "2026-02-27"}],
            "container": [{"type": {"text": "Red tube"}, "additiveCodeableConcept": {"text": "EDTA"}}]}]}),
        ),
        json!({"resourceType": "Immunization", "status": "completed", "vaccineCode": {"text": "BCG"}, "reportOrigin": {"text": "Card"}, "subpotentReason": [{"text": "Warm"}]}),
        json!({"resourceType": "ImmunizationRecommendation", "recommendation": [{"vaccineCode": [{"text": "MMR"}], "doseNumberPositiveInt": 1, "seriesDosesPositiveInt": 2}]}),
        json!({"resourceType": "Appointment", "description": "Review", "participant": [{"actor": {"display": "Dr Khan"}, "type": [{"text": "Attender"}]}]}),
        json!({"resourceType": "DiagnosticReport", "status": "final", "code": {"text": "X-ray"}, "media": [{"comment": "left is right", "link": {"display": "Film"}}]}),
    ]);
    let patient = &mut json["entry"][1]["resource"];
    patient["multipleBirthInteger"] = json!(2);
    patient["maritalStatus"] = json!({"text": "Widowed"});
    patient["generalPractitioner"] = json!([{"display": "Dr. Sen"}]);
    patient["contact"] = json!([{"name": {"text": "Ravi Devi"}, "relationship": [{"text": "Son"}], "telecom": [{"value": "+919811111111"}]}]);
    assert_says(
        &both(&read(&json)),
        &[
            "Surgical",
            "II, clinical",
            "inpatient",
            "platelets falling",
            "Ward plan",
            "Anaesthetist",
            "Old card",
            "Old order",
            "Centrifuged, late, Heparin lock, 27 Feb 2026",
            "Red tube, EDTA",
            "Source: Card",
            "Subpotent reason: Warm",
            "Dose: 1 of 2",
            "Dr Khan, Attender",
            "Film, left is right",
            "number 2",
            "Widowed",
            "Dr. Sen",
            "Ravi Devi, Son, +919811111111",
        ],
    );
}

#[test]
fn r15_devices_and_relatives_that_are_named_are_shown_whole() {
    let device = json!({"resourceType": "Device", "id": "d", "type": {"text": "Pacemaker"}, "safety": [{"text": "MRI unsafe"}], "serialNumber": "S-77",
        "expirationDate": "2027-05-31", "note": [{"text": "left side"}]});
    let mother = json!({"resourceType": "RelatedPerson", "id": "m", "name": [{"text": "Lata Devi"}], "relationship": [{"text": "Mother"}]});
    let text = shown(&[
        json!({"resourceType": "Procedure", "status": "completed", "code": {"text": "Implant"}, "contained": [device], "focalDevice": [{"manipulated": {"reference": "#d"}}]}),
        json!({"resourceType": "MedicationStatement", "status": "active", "medicationCodeableConcept": {"text": "Statin"}, "contained": [mother], "informationSource": {"reference": "#m"}}),
    ]);
    assert_says(
        &text,
        &["MRI unsafe", "S-77", "31 May 2027", "left side", "Said by: Lata Devi", "Mother"],
    );
}

#[test]
fn r24_the_samples_of_a_curve_are_told_with_their_factor() {
    let text = shown(&[observation(json!({"valueSampledData": {
        "origin": quantity("0", "mV"), "period": 10, "factor": 2.5, "lowerLimit": -3, "upperLimit": 4, "dimensions": 1, "data": "1 2 3 L U"
    }}))]);
    assert_says(
        &text,
        &[
            "5 values from 0 mV: 1 2 3 L U (each times 2.5, every 10 ms, L is below -3, U is above 4)",
        ],
    );
}

#[test]
fn r24_the_dates_of_a_vaccination_due_are_named_by_their_codes() {
    let dated = |code: &str, display: &str| json!({"code": {"coding": [{"system": "http://loinc.org", "code": code, "display": display}]}, "value": "2026-04-01"});
    for (code, display, label) in [
        ("30980-7", "Date vaccine due", "Due"),
        ("59778-1", "Date when overdue for immunization", "Date when overdue for immunization"),
        ("30981-5", "Earliest date to give", "Earliest date to give"),
        ("59777-3", "Latest date next dose may be given", "Latest date next dose may be given"),
    ] {
        let text = shown(&[
            json!({"resourceType": "ImmunizationRecommendation", "date": "2026-03-01", "recommendation": [{
            "vaccineCode": [{"text": "MMR"}], "dateCriterion": [dated(code, display)]}]}),
        ]);
        assert_says(&text, &[&format!("{label}: 1 Apr 2026")]);
    }
}

#[test]
fn r18_a_second_composition_is_a_part_of_its_own() {
    let mut json = document(&[]);
    let second = json!({
        "resourceType": "Composition", "status": "amended", "title": "Nurse's notes", "date": "2026-03-02",
        "author": [{"display": "Sister Mary"}],
        "section": [{"title": "Night", "text": {"status": "additional", "div": "<div>slept well</div>"}}]
    });
    json["entry"]
        .as_array_mut()
        .unwrap()
        .push(json!({"fullUrl": "urn:uuid:c2", "resource": second}));
    assert_says(
        &both(&read(&json)),
        &["Nurse's notes", "amended", "2 Mar 2026", "Sister Mary", "Night", "slept well"],
    );
}

#[test]
fn r19_every_file_of_a_document_is_shown() {
    let record = read(&document(&[json!({
        "resourceType": "DocumentReference", "status": "current",
        "content": [
            {"attachment": {"contentType": "application/pdf", "title": "Page 1", "data": "JVBERi0xLjQK"}},
            {"attachment": {"contentType": "application/pdf", "title": "Page 2 (biopsy)", "data": "JVBERi0xLjUK"}}
        ]
    })]));
    assert_eq!(record.attachments().count(), 2);
    assert_says(&both(&record), &["Page 1", "Page 2 (biopsy)"]);
    assert_eq!(render::html(&record).matches("download=").count(), 2);
}

#[test]
fn r22_who_reported_is_named() {
    let text = shown(&[
        json!({"resourceType": "DiagnosticReport", "status": "final", "code": {"text": "CBC"},
            "performer": [{"display": "Sunrise Lab"}], "resultsInterpreter": [{"display": "Dr. Sen"}]}),
        observation(json!({"performer": [{"display": "Nurse Anu"}]})),
    ]);
    assert_says(&text, &["Reported by: Sunrise Lab; Dr. Sen", "Reported by: Nurse Anu"]);
}

#[test]
fn r23_numbers_contacts_and_age_of_the_patient_are_shown() {
    let text = shown(&[]);
    assert_says(
        &text,
        &[
            "SUN-4711 (Medical record number)",
            "+919800000000",
            "12 MG Road",
            "female, 39 years, born 12 Apr 1986",
        ],
    );
}

#[test]
fn r24_the_facts_that_were_left_out_are_shown() {
    let text = shown(&[
        json!({"resourceType": "AllergyIntolerance", "code": {"text": "Iodine"}, "onsetString": "childhood",
            "reaction": [{"manifestation": [{"text": "Rash"}], "severity": "severe", "description": "needed adrenaline"}]}),
        json!({"resourceType": "Condition", "code": {"text": "Ulcer"}, "bodySite": [{"text": "left foot"}]}),
        json!({"resourceType": "Procedure", "status": "completed", "code": {"text": "Repair"}, "complication": [{"text": "bleeding"}], "bodySite": [{"text": "groin"}]}),
        json!({"resourceType": "Immunization", "status": "completed", "vaccineCode": {"text": "BCG"}, "site": {"text": "left arm"}, "route": {"text": "intradermal"}, "reasonCode": [{"text": "birth dose"}]}),
        json!({"resourceType": "DiagnosticReport", "status": "final", "code": {"text": "X-ray"}, "conclusion": "shadow", "conclusionCode": [{"text": "Pneumonia"}]}),
        json!({"resourceType": "FamilyMemberHistory", "status": "completed", "relationship": {"text": "Father"}, "condition": [{"code": {"text": "Diabetes"}, "onsetAge": {"value": 40, "unit": "years"}}]}),
        json!({"resourceType": "CarePlan", "status": "active", "intent": "plan", "contained": [{"resourceType": "Goal", "id": "g", "lifecycleStatus": "active", "description": {"text": "Lose 5 kg"}}],
            "goal": [{"reference": "#g"}], "activity": [{"outcomeReference": [{"display": "weight fell"}]}]}),
    ]);
    assert_says(
        &text,
        &[
            "childhood",
            "Rash, severe, needed adrenaline",
            "left foot",
            "bleeding",
            "groin",
            "left arm",
            "intradermal",
            "birth dose",
            "shadow",
            "Pneumonia",
            "40 years",
            "Lose 5 kg",
            "weight fell",
        ],
    );
}

#[test]
fn r25_the_visit_is_told_whole_in_both() {
    let mut json = document(&[]);
    json["entry"][0]["resource"]["encounter"] = json!({"reference": "urn:uuid:e"});
    let encounter = json!({
        "resourceType": "Encounter", "status": "finished", "class": {"code": "IMP"},
        "reasonCode": [{"text": "Sepsis"}], "period": {"start": "2026-02-20", "end": "2026-02-24"},
        "hospitalization": {"dischargeDisposition": {"text": "Expired"}}
    });
    json["entry"]
        .as_array_mut()
        .unwrap()
        .push(json!({"fullUrl": "urn:uuid:e", "resource": encounter}));
    assert_says(
        &both(&read(&json)),
        &["Sepsis", "Discharged to: Expired", "20 Feb 2026 – 24 Feb 2026"],
    );
    json["entry"].as_array_mut().unwrap().last_mut().unwrap()["resource"]["status"] =
        json!("cancelled");
    assert_says(&both(&read(&json)), &["cancelled: IMP"]);
}

#[test]
fn r26_times_within_values_read_as_times_elsewhere() {
    let text = shown(&[
        observation(json!({"valueDateTime": "2021-01-01T00:00:00+05:30"})),
        observation(
            json!({"valuePeriod": {"start": "2021-02-01T09:00:00+05:30", "end": "2021-02-03"}}),
        ),
    ]);
    assert_says(&text, &["1 Jan 2021, 00:00", "1 Feb 2021, 09:00 – 3 Feb 2021"]);
    assert_silent(&text, &["2021-0"]);
}

#[test]
fn r27_a_bill_is_told_whole() {
    let charge = json!({
        "resourceType": "ChargeItem", "id": "c", "status": "billed", "code": {"text": "Medicines"},
        "quantity": quantity("10", "tablet"), "productReference": {"reference": "urn:uuid:m"}
    });
    let medication = json!({"resourceType": "Medication", "code": {"text": "Paracetamol"}, "batch": {"lotNumber": "B7", "expirationDate": "2027-05"}});
    let mut json = document(&[json!({
        "resourceType": "Invoice", "status": "issued", "date": "2026-02-28", "note": [{"text": "paid in cash"}],
        "lineItem": [{"chargeItemReference": {"reference": "urn:uuid:c"}, "priceComponent": [
            {"type": "base", "code": {"text": "Rate"}, "amount": {"value": 80.00, "currency": "INR"}},
            {"type": "tax", "code": {"text": "CGST"}, "factor": 0.06, "amount": {"value": 4.8, "currency": "INR"}}]}]
    })]);
    for (url, resource) in [("urn:uuid:c", charge), ("urn:uuid:m", medication)] {
        json["entry"].as_array_mut().unwrap().push(json!({"fullUrl": url, "resource": resource}));
    }
    let text = both(&read(&json));
    assert_says(
        &text,
        &[
            "issued",
            "28 Feb 2026",
            "paid in cash",
            "Paracetamol",
            "10 tablet",
            "Rate, whole line: 80.0",
            "factor 0.06",
            "B7",
            "May 2027",
        ],
    );
    assert_silent(&text, &["Also in the document"]);
}
