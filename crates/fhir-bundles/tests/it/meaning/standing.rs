//! What is negated, refuted, stopped or in error says so first (R1 to R5).

use super::*;

#[test]
fn r1_a_vaccination_that_was_not_given_says_so_first() {
    let immunization = json!({
        "resourceType": "Immunization", "status": "not-done",
        "statusReason": {"text": "Patient refused"}, "vaccineCode": {"text": "COVID-19 vaccine"},
        "patient": {"reference": PATIENT}, "occurrenceDateTime": "2026-03-01"
    });
    let record = read(&document(std::slice::from_ref(&immunization)));
    assert_says(&both(&record), &["• NOT GIVEN: Patient refused: COVID-19 vaccine"]);
    let Some(Item::Vaccination(vaccination)) = record.items().next() else { panic!("none") };
    assert!(vaccination.if_holds().is_none());
    assert!(vaccination.standing().has(MarkKind::Negated));
}

#[test]
fn r2_a_procedure_that_was_not_done_says_so_first() {
    for (status, words) in [
        ("not-done", "NOT DONE: bleeding risk: Appendectomy"),
        ("in-progress", "in progress, not finished: bleeding risk: Appendectomy"),
        ("preparation", "not done yet, in preparation: bleeding risk: Appendectomy"),
        ("stopped", "stopped: bleeding risk: Appendectomy"),
        ("entered-in-error", "entered in error: bleeding risk: Appendectomy"),
        ("unknown", "status unknown: bleeding risk: Appendectomy"),
    ] {
        let text = shown(&[json!({
            "resourceType": "Procedure", "status": status, "code": {"text": "Appendectomy"},
            "statusReason": {"text": "bleeding risk"}, "performedDateTime": "2026-02-28",
            "subject": {"reference": PATIENT}
        })]);
        assert_says(&text, &[words]);
        assert_silent(&text, &["Done:"]);
    }
}

#[test]
fn r3_refuted_unconfirmed_and_resolved_conditions_and_allergies_say_so_first() {
    let verification =
        ["refuted", "entered-in-error", "provisional", "differential", "unconfirmed"];
    for kind in ["Condition", "AllergyIntolerance"] {
        for code in verification {
            let clinical = json!({"coding": [{"code": "resolved"}]});
            let record = read(&document(&[json!({
                "resourceType": kind, "code": {"text": "Penicillin"}, "criticality": "high",
                "verificationStatus": {"coding": [{"code": code}]}, "clinicalStatus": clinical
            })]));
            let words = format!("• {}; resolved: Penicillin", code.replace('-', " "));
            assert_says(&both(&record), &[&words]);
            let struck = render::html(&record).contains("<s>Penicillin</s>");
            assert_eq!(struck, matches!(code, "refuted" | "entered-in-error"), "{code}");
            assert!(!record.items().next().unwrap().standing().holds());
        }
        let text = shown(&[json!({
            "resourceType": kind, "code": {"text": "Penicillin"},
            "verificationStatus": {"text": "Refuted"}
        })]);
        assert_says(&text, &["refuted: Penicillin"]);
    }
}

#[test]
fn r2_a_reason_beside_a_status_that_needs_no_word_is_shown() {
    let why = || json!({"text": "Clarify allergy before giving"});
    for resource in [
        json!({"resourceType": "MedicationRequest", "status": "active", "intent": "order", "statusReason": why(), "medicationCodeableConcept": {"text": "Aspirin"}}),
        json!({"resourceType": "MedicationStatement", "status": "active", "statusReason": [why()], "medicationCodeableConcept": {"text": "Aspirin"}}),
        json!({"resourceType": "Procedure", "status": "completed", "statusReason": why(), "code": {"text": "Appendectomy"}}),
        json!({"resourceType": "Immunization", "status": "completed", "statusReason": why(), "vaccineCode": {"text": "BCG"}}),
        json!({"resourceType": "Appointment", "cancelationReason": why(), "description": "Review"}),
        json!({"resourceType": "Invoice", "cancelledReason": "Clarify allergy before giving", "type": {"text": "OPD"}}),
        json!({"resourceType": "Device", "status": "active", "statusReason": [why()], "type": {"text": "Pump"}}),
        json!({"resourceType": "Task", "statusReason": why(), "description": "Call"}),
        json!({"resourceType": "MedicationAdministration", "status": "completed", "statusReason": [why()], "medicationCodeableConcept": {"text": "Aspirin"}}),
        json!({"resourceType": "CarePlan", "status": "active", "intent": "plan", "title": "Diet", "activity": [{"detail": {"statusReason": why(), "description": "Walk"}}]}),
    ] {
        let text = shown(std::slice::from_ref(&resource));
        assert_says(&text, &["Clarify allergy before giving"]);
        // Somebody else's fact has its reason, too.
        let mut other = resource;
        let whose = if matches!(other["resourceType"].as_str(), Some("Immunization" | "Device")) {
            "patient"
        } else {
            "subject"
        };
        other[whose] = json!({"display": "Ravi Kumar"});
        assert_says(&shown(&[other]), &["Clarify allergy before giving"]);
    }
}

#[test]
fn r4_what_must_not_be_done_says_so_first() {
    let text = shown(&[
        json!({
            "resourceType": "MedicationRequest", "status": "active", "intent": "order",
            "doNotPerform": true, "medicationCodeableConcept": {"text": "Aspirin 75 mg"},
            "dosageInstruction": [{"text": "1 tablet daily"}]
        }),
        json!({
            "resourceType": "ServiceRequest", "status": "active", "intent": "order",
            "doNotPerform": true, "code": {"text": "MRI"}
        }),
        json!({
            "resourceType": "CarePlan", "status": "active", "intent": "plan", "title": "Mobilisation",
            "activity": [{"detail": {"status": "scheduled", "doNotPerform": true, "description": "Weight bearing"}}]
        }),
    ]);
    assert_says(
        &text,
        &["• DO NOT GIVE: Aspirin", "• DO NOT PERFORM: MRI", "• DO NOT; scheduled: Weight"],
    );
}

#[test]
fn r5_reports_bills_files_orders_and_plans_say_that_they_are_not_final() {
    let result = json!({
        "resourceType": "Observation", "id": "r", "status": "preliminary", "code": {"text": "Sodium"},
        "valueQuantity": {"value": 160, "unit": "mmol/L"},
        "interpretation": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "code": "HH"}]}]
    });
    let report = json!({
        "resourceType": "DiagnosticReport", "status": "entered-in-error", "code": {"text": "Electrolytes"},
        "contained": [result], "result": [{"reference": "#r"}], "conclusion": "Severe"
    });
    let record = read(&document(&[
        report,
        json!({"resourceType": "Invoice", "status": "cancelled", "cancelledReason": "wrong patient", "type": {"text": "OPD"}}),
        json!({"resourceType": "DocumentReference", "status": "superseded", "content": [{"attachment": {"title": "Scan", "url": "https://a.example/scan"}}]}),
        json!({"resourceType": "ServiceRequest", "status": "revoked", "intent": "order", "code": {"text": "MRI"}}),
        json!({"resourceType": "CarePlan", "status": "revoked", "intent": "plan", "title": "Diet"}),
    ]));
    let text = both(&record);
    assert_says(
        &text,
        &[
            "• entered in error: Electrolytes",
            "• report: entered in error; preliminary: Sodium",
            "• entered in error: Conclusion",
            "• cancelled: wrong patient: OPD",
            "superseded: Scan",
            "• revoked: MRI",
            "• revoked: Diet",
        ],
    );
    // Never counted, never flagged.
    let sodium = record.results().next().unwrap();
    assert!(sodium.standing().is_in_error() && !sodium.standing().counts());
    let judgement = sodium.with_standing().1.judgement();
    assert_eq!(*judgement, Judgement::NotJudged(NotJudged::Standing));
    assert_silent(&text, &["! "]);
}

#[test]
fn r5_a_document_in_error_marks_everything_in_it() {
    let mut json = document(&[observation(json!({"valueQuantity": {"value": 5}}))]);
    json["entry"][0]["resource"]["status"] = json!("entered-in-error");
    let record = read(&json);
    assert!(record.standing().is_in_error());
    assert_says(
        &both(&record),
        &["Status    entered in error", "document: entered in error: Test"],
    );
    assert!(record.results().all(|result| !result.standing().counts()));
    json["entry"][0]["resource"]["status"] = json!("preliminary");
    assert_says(&both(&read(&json)), &["Status    preliminary"]);
}

#[test]
fn a_fact_cannot_be_read_without_its_standing() {
    let record =
        read(&document(&[observation(json!({"status": "cancelled", "valueString": "x"}))]));
    let result: &Stated<Measurement> = record.results().next().unwrap();
    assert!(result.if_holds().is_none());
    assert_eq!(result.with_standing().0.words().as_deref(), Some("cancelled"));
}
