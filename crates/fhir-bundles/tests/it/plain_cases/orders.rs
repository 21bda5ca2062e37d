//! Vaccines, medicines and bills.

use fhir_bundles::HiType;
use serde_json::{Value, json};

use super::{built, note, of_type, paths, quantity, refused};

#[test]
fn p12_doses_may_have_names_and_vaccines_may_not_be_given() {
    let vaccine = |fields: Value| {
        let mut vaccination = json!({ "vaccine": "OPV", "date": "2026-03-04" });
        vaccination.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        of_type(
            &built(HiType::ImmunizationRecord, json!({ "vaccinations": vaccination })),
            "Immunization",
        )
        .remove(0)
    };
    for (dose, number, words) in [
        (json!(2), json!(2), Value::Null),
        (json!("2"), json!(2), Value::Null),
        (json!("birth dose"), Value::Null, json!("birth dose")),
        (json!(0), Value::Null, json!("0")),
        (json!("booster"), Value::Null, json!("booster")),
    ] {
        let applied = vaccine(json!({ "dose": dose }))["protocolApplied"][0].clone();
        assert_eq!(
            (&applied["doseNumberPositiveInt"], &applied["doseNumberString"]),
            (&number, &words)
        );
    }
    let refusal = vaccine(json!({ "status": "not-given", "notGivenReason": "Fever", "dose": 1 }));
    assert_eq!(refusal["status"], "not-done");
    assert_eq!(refusal["statusReason"]["text"], "Fever");
    assert_eq!(refusal["performer"], Value::Null);
    assert!(refusal["text"]["div"].as_str().unwrap().contains("NOT GIVEN: Fever"));
    assert_eq!(vaccine(json!({ "notGivenReason": "Fever" }))["status"], "not-done");
    assert_eq!(vaccine(json!({ "status": "given" }))["status"], "completed");
    let told = paths(
        HiType::ImmunizationRecord,
        json!({ "vaccinations": [
        { "vaccine": "OPV", "date": "2026-03-04", "dose": -1 },
        { "vaccine": "OPV", "date": "2026-03-04", "dose": 1.5 },
        { "vaccine": "OPV", "date": "2026-03-04", "status": "given", "notGivenReason": "Fever" },
    ] }),
    );
    assert_eq!(told, ["vaccinations[0].dose", "vaccinations[1].dose", "vaccinations[2].status"]);
    let due = json!({ "due": { "vaccine": "Td", "due": "2031-03", "dose": "booster" } });
    let due =
        of_type(&built(HiType::ImmunizationRecord, due), "ImmunizationRecommendation").remove(0);
    assert_eq!(due["recommendation"][0]["doseNumberString"], "booster");
    let due =
        json!({ "due": { "vaccine": "Td", "due": "after 4 weeks", "description": "second" } });
    let due =
        of_type(&built(HiType::ImmunizationRecord, due), "ImmunizationRecommendation").remove(0);
    assert_eq!(due["recommendation"][0]["dateCriterion"][0]["value"], "2026-04-01");
    assert_eq!(due["recommendation"][0]["description"], "after 4 weeks: second");
    let procedure = json!({ "procedures": { "name": "Biopsy", "status": "not-done", "statusReason": "Patient refused" } });
    let procedure = of_type(&built(HiType::OpConsultation, procedure), "Procedure").remove(0);
    assert_eq!(
        (&procedure["status"], &procedure["statusReason"]["text"]),
        (&json!("not-done"), &json!("Patient refused"))
    );
}

#[test]
fn p19_medicines_have_several_dosages_status_and_quantity() {
    let medicine = |fields: Value| {
        of_type(
            &built(HiType::Prescription, json!({ "medications": [fields] })),
            "MedicationRequest",
        )
        .remove(0)
    };
    let tapering = medicine(json!({ "name": "Prednisolone", "quantity": "30 tablets", "dosages": [
        { "dose": "40 mg", "timing": "OD", "days": 5 },
        { "dose": "20 mg", "timing": "OD", "days": "2 weeks" },
        "10 mg when better",
    ] }));
    let dosages = tapering["dosageInstruction"].as_array().unwrap();
    assert_eq!(dosages.len(), 3);
    assert_eq!(dosages[0]["text"], "40 mg, OD, 5 days");
    assert_eq!(dosages[1]["timing"]["repeat"]["boundsDuration"]["code"], "wk");
    assert_eq!(dosages[2]["sequence"], 3);
    assert_eq!(quantity(&tapering["dispenseRequest"]["quantity"]), "30 tablets");
    let pain = medicine(
        json!({ "name": "Tramadol", "dose": "50 mg", "timing": "TDS", "asNeeded": "severe pain" }),
    );
    assert_eq!(pain["dosageInstruction"][0]["asNeededCodeableConcept"]["text"], "severe pain");
    assert_eq!(pain["dosageInstruction"][0]["text"], "50 mg, TDS, if needed: severe pain");
    let needed = medicine(json!({ "name": "Tramadol", "asNeeded": "yes" }));
    assert_eq!(needed["dosageInstruction"][0]["asNeededBoolean"], true);
    let stopped =
        medicine(json!({ "name": "Aspirin", "status": "stopped", "statusReason": "Bleeding" }));
    assert_eq!(
        (&stopped["status"], &stopped["statusReason"]["text"]),
        (&json!("stopped"), &json!("Bleeding"))
    );
    assert!(stopped["text"]["div"].as_str().unwrap().contains("stopped: Bleeding"));
    let told = paths(
        HiType::Prescription,
        json!({ "medications": [{ "name": "X", "dose": "1", "days": 2, "dosages": ["OD"] }] }),
    );
    assert_eq!(told, ["medications[0].dose", "medications[0].days"]);
    let current = json!({ "currentMedications": [{ "name": "Aspirin", "status": "on-hold", "quantity": "a strip", "dosages": ["OD", "BD"] }] });
    let current = of_type(&built(HiType::OpConsultation, current), "MedicationStatement").remove(0);
    assert_eq!((&current["status"], note(&current)), (&json!("on-hold"), "Quantity: a strip"));
    assert_eq!(current["dosage"].as_array().unwrap().len(), 2);
}

#[test]
fn p20_bills_are_rounded_paid_and_have_returns() {
    let bill = |fields: Value| {
        let mut bill = json!({ "number": "PH-1", "date": "2026-03-04", "items": [
            { "product": "Cetirizine", "kind": "drug", "rate": "7.1333", "quantity": 10, "unit": "tablet" },
            { "product": "Cetirizine, returned", "rate": "7.1333", "quantity": -2, "discount": "1.27", "gst": 12 },
            { "product": "Bed", "kind": "IPD", "rate": "₹1,500.00" },
        ] });
        bill.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        json!({ "bill": bill })
    };
    // 71.33 - (14.27 - 1.27) - 1.56 + 1500.00 = 1556.77
    let fields = bill(
        json!({ "roundOff": "0.23", "total": "1,557.00", "payments": [{ "amount": 1557, "mode": "UPI", "reference": "UTR 4417" }] }),
    );
    let invoice = of_type(&built(HiType::Invoice, fields), "Invoice").remove(0);
    assert_eq!(invoice["totalNet"]["value"].to_string(), "1558.33");
    assert_eq!(invoice["totalGross"]["value"].to_string(), "1557.0");
    assert_eq!(invoice["totalPriceComponent"][0]["code"]["text"], "Round off");
    assert_eq!(invoice["totalPriceComponent"][0]["type"], "surcharge");
    assert_eq!(invoice["paymentTerms"], "Paid 1557.00 INR, UPI, UTR 4417");
    let returned = &invoice["lineItem"][1]["priceComponent"];
    assert_eq!(returned[0]["amount"]["value"].to_string(), "-14.27");
    assert_eq!(returned[1]["amount"]["value"].to_string(), "-1.27");
    assert_eq!(returned[2]["amount"]["value"].to_string(), "-0.78");
    let down = bill(json!({ "roundOff": -0.77 }));
    let down = of_type(&built(HiType::Invoice, down), "Invoice").remove(0);
    assert_eq!(down["totalPriceComponent"][0]["type"], "deduction");
    for (fields, path) in [
        (json!({ "total": "1557.00" }), "bill.total"),
        (json!({ "roundOff": "100" }), "bill.roundOff"),
        (json!({ "roundOff": "much" }), "bill.roundOff"),
        (json!({ "payments": { "amount": "all" } }), "bill.payments.amount"),
        (
            json!({ "items": [{ "product": "X", "rate": -1, "quantity": -1 }] }),
            "bill.items[0].rate",
        ),
        (json!({ "items": [{ "product": "X", "rate": "7.13333" }] }), "bill.items[0].rate"),
        (
            json!({ "items": [{ "product": "X", "rate": 5, "discount": 6 }] }),
            "bill.items[0].discount",
        ),
    ] {
        assert_eq!(paths(HiType::Invoice, bill(fields)), [path]);
    }
}

/// A reason why not beside a status that says nothing of the kind: the fact would hold.
#[test]
fn p12_p19_a_reason_without_a_status_that_has_one_is_a_problem() {
    let lists = [
        (
            "pastProcedures",
            &["done", "completed", "in-progress"][..],
            &["not-done", "cancelled", "stopped"][..],
        ),
        (
            "procedures",
            &["done", "completed", "in-progress"],
            &["not-done", "not-performed", "stopped"],
        ),
        ("medications", &["active", "completed"], &["stopped", "on-hold", "discontinued", "hold"]),
        ("currentMedications", &["active", "completed"], &["stopped", "on-hold"]),
    ];
    for reason in [
        json!("Patient refused"),
        json!({ "code": "105480006", "display": "Refusal of treatment by patient" }),
    ] {
        for (list, without, with) in lists {
            let fields = |status: Value| json!({ list: [{ "name": "X", "status": status, "statusReason": reason }] });
            for status in without.iter().map(|status| json!(status)).chain([Value::Null, json!("")])
            {
                let told = refused(HiType::OpConsultation, fields(status));
                assert_eq!(told.len(), 1, "{told:?}");
                let problem =
                    format!("{list}[0].statusReason: stands beside a status that has no reason");
                assert!(told[0].starts_with(&problem), "{told:?}");
                assert!(told[0].contains(with[0]), "{told:?}");
            }
            for status in with {
                built(HiType::OpConsultation, fields(json!(status)));
            }
            // A status that is not known is told alone.
            let told = paths(HiType::OpConsultation, fields(json!("refused")));
            assert_eq!(told, [format!("{list}[0].status")]);
        }
    }
    let stay = json!({ "start": "2026-03-01", "end": "2026-03-04" });
    let fields = json!({ "visit": stay, "pastProcedures": { "name": "X", "statusReason": "Refused" }, "medications": ["Zinc", { "name": "Y", "statusReason": "Bleeding" }] });
    let told = paths(HiType::DischargeSummary, fields);
    assert_eq!(told, ["pastProcedures.statusReason", "medications[1].statusReason"]);
    let prescribed = json!({ "medications": [{ "name": "Y", "statusReason": "Bleeding" }] });
    assert_eq!(paths(HiType::Prescription, prescribed), ["medications[0].statusReason"]);
}
