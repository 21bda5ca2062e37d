use fhir_bundles::{
    DocumentBundle, HiType, Record,
    build::{
        Document, Facility, FollowUp, Medicine, Observation, OpConsultation, Patient, Practitioner,
        Visit,
    },
    check,
    codes::icd10,
};

use crate::samples;

fn assert_clean(name: &str, bytes: &[u8]) {
    let report = check(bytes);
    let listed: Vec<String> = report.findings().iter().map(ToString::to_string).collect();
    assert!(listed.is_empty(), "{name}:\n{}", listed.join("\n"));
}

#[test]
fn documents_of_every_type_and_size_pass_the_check() {
    for (name, _, document) in samples::all() {
        assert_clean(&name, &document.to_vec());
    }
}

#[test]
fn documents_of_every_type_and_size_stay_as_they_are() {
    for (name, _, document) in samples::all() {
        insta::assert_snapshot!(name, String::from_utf8(document.to_vec_pretty()).unwrap());
    }
}

#[test]
fn documents_of_every_type_are_read_back_whole() {
    for (name, kind, document) in samples::all() {
        let record = Record::read(&document.to_vec()).unwrap();
        assert_eq!(record.hi_type(), Some(kind), "{name}");
        assert_eq!(record.patient().unwrap().name, "Asha Devi", "{name}");
        assert_eq!(record.unread(), [], "{name}");
        assert!(record.items().next().is_some(), "{name}");
    }
}

#[test]
fn bills_are_added_up_to_the_paisa() {
    let bytes = samples::sample(HiType::Invoice, "full").to_vec();
    let record = Record::read(&bytes).unwrap();
    let Some(fhir_bundles::record::Item::Bill(bill)) = record.items().next() else {
        panic!("no bill")
    };
    let bill = bill.if_holds().unwrap();
    // 500.00 + 72.00 + 349.50 + 96.38, and 12 % of 72.00 and 5 % of 96.38 in two halves each.
    assert_eq!(bill.net.as_deref(), Some("1017.88 INR"));
    assert_eq!(bill.gross.as_deref(), Some("1031.34 INR"));
}

#[test]
fn what_was_put_in_is_read_back() {
    let record = Record::read(&samples::sample(HiType::OpConsultation, "full").to_vec()).unwrap();
    assert_eq!(record.hi_type(), Some(HiType::OpConsultation));
    assert_eq!(record.date().unwrap().as_str(), "2026-03-01T10:30:00+05:30");
    let patient = record.patient().unwrap();
    assert_eq!(patient.name, "Asha Devi");
    assert_eq!(patient.abha_number.as_deref(), Some("91-7225-4829-5255"));
    assert_eq!(patient.abha_address.as_deref(), Some("asha.devi@abdm"));
    assert_eq!(record.authors().len(), 2);
    assert_eq!(record.organization().unwrap().name, "Sunrise Clinic");
    let medicines: Vec<_> =
        record.medicines().map(|medicine| medicine.if_holds().unwrap().name.as_str()).collect();
    assert_eq!(
        medicines,
        ["Amlodipine 5 mg", "Paracetamol 500 mg tablet", "Oral rehydration salts"]
    );
    let mut results = record.results().filter_map(|result| result.if_holds());
    let haemoglobin = results.find(|result| result.name.starts_with("Hemo")).unwrap();
    assert_eq!(haemoglobin.value_text(), "10.20 g/dL");
    assert!(haemoglobin.judgement().is_abnormal());
    let file = record.attachments().next().unwrap().if_holds().unwrap();
    assert_eq!(file.bytes().unwrap(), b"%PDF-1.4\n%made up\n");
    assert_eq!(record.unread(), []);
}

#[test]
fn all_problems_are_reported_at_once() {
    let error = OpConsultation::new(
        Patient::with_abha_number(" ", "1234").birth_date("1986-13"),
        Practitioner::with_hpr_id("Dr. Rao", ""),
        Facility::new("Clinic", "IN1"),
        Visit::outpatient("yesterday"),
    )
    .medication(Medicine::new(icd10("I10", "Hypertension")).days(0))
    .vital_sign(Observation::temperature("warm", "°C"))
    .follow_up(FollowUp::on("soon"))
    .document(Document::new("Scan", "pdf", Vec::new()))
    .build()
    .unwrap_err();
    let paths: Vec<_> = error.problems.iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "date",
            "practitioner.identifier",
            "patient.name",
            "patient.abhaNumber",
            "patient.birthDate",
            "visit.start",
            "physicalExamination[0].value",
            "medications[0]",
            "medications[0].days",
            "followUps[0]",
            "documents[0].data",
            "documents[0].contentType",
        ]
    );
}

#[test]
fn a_consultation_without_facts_is_refused() {
    let empty = OpConsultation::new(
        samples::patient(),
        samples::doctor(),
        samples::clinic(),
        samples::visit(),
    );
    assert_eq!(empty.build().unwrap_err().problems[0].path, "sections");
}

#[test]
fn random_ids_differ_from_document_to_document() {
    let build = || {
        OpConsultation::new(
            samples::patient(),
            samples::doctor(),
            samples::clinic(),
            samples::visit(),
        )
        .chief_complaint("Cough")
        .build()
        .unwrap()
    };
    let (one, other): (DocumentBundle, DocumentBundle) = (build(), build());
    assert_ne!(one.bundle().identifier, other.bundle().identifier);
    assert_clean("random", &one.to_vec());
}
