//! Documents for tests, the same every time: of each record type a minimal, a typical and a full one.

use fhir_bundles::{
    DocumentBundle, HiType, Language,
    build::{
        Allergy, Bill, BillItem, BillKind, CarePlan, ChargeKind, ClinicalStatus, Condition,
        CurrentMedicine, DiagnosticReport, DischargeSummary, Document, Facility, FamilyHistory,
        FollowUp, Gender, HealthDocumentRecord, Ids, ImagingReport, ImmunizationRecord,
        Interpretation, Investigation, InvoiceRecord, LabReport, Medicine, Modality, Observation,
        OpConsultation, Patient, Practitioner, Prescription, Procedure, Referral, Specimen, Timing,
        Vaccination, VaccineDue, Visit, WellnessRecord,
    },
    codes::{icd10, loinc, snomed},
};

pub(crate) const NOW: &str = "2026-03-01T11:05:00+05:30";

/// All sample documents with their names, such as `invoice_full`.
pub(crate) fn all() -> Vec<(String, HiType, DocumentBundle)> {
    HiType::ALL
        .into_iter()
        .flat_map(|kind| {
            ["minimal", "typical", "full"].map(|size| {
                let name = format!("{}_{size}", kind.slug().replace('-', "_"));
                (name, kind, sample(kind, size))
            })
        })
        .collect()
}

pub(crate) fn sample(kind: HiType, size: &str) -> DocumentBundle {
    let built = match (kind, size) {
        (HiType::OpConsultation, "minimal") => minimal_op_consultation().build(),
        (HiType::OpConsultation, "typical") => typical_op_consultation().build(),
        (HiType::OpConsultation, _) => full_op_consultation().build(),
        (HiType::Prescription, size) => prescription(size).build(),
        (HiType::DischargeSummary, size) => discharge_summary(size).build(),
        (HiType::DiagnosticReport, size) => diagnostic_report(size).build(),
        (HiType::ImmunizationRecord, size) => immunization_record(size).build(),
        (HiType::HealthDocumentRecord, size) => health_document(size).build(),
        (HiType::WellnessRecord, size) => wellness_record(size).build(),
        (_, size) => invoice(size).build(),
    };
    built.unwrap()
}

pub(crate) fn patient() -> Patient {
    Patient::with_abha_number("Asha Devi", "91722548295255")
        .abha_address("asha.devi@abdm")
        .facility_number("UHID-00417")
        .gender(Gender::Female)
        .birth_date("1986-04")
        .phone("+919800000000")
}

pub(crate) fn doctor() -> Practitioner {
    Practitioner::with_hpr_id("Dr. Meera Rao", "71-1234-5678-9012").qualification("MBBS, MD")
}

pub(crate) fn clinic() -> Facility {
    Facility::new("Sunrise Clinic", "IN2710000001")
        .phone("+918023456789")
        .email("desk@sunrise.example")
        .address("12 MG Road, Bengaluru 560001")
}

pub(crate) fn visit() -> Visit {
    Visit::outpatient("2026-03-01T10:30:00+05:30").number("OPD-1187")
}

fn paracetamol() -> Medicine {
    Medicine::new("Paracetamol 500 mg tablet")
        .dose("1 tablet")
        .timing("1-0-1")
        .days(3)
        .instruction("after food")
}

fn pdf(title: &str) -> Document {
    Document::pdf(title, *b"%PDF-1.4\n%made up\n")
}

pub(crate) fn minimal_op_consultation() -> OpConsultation {
    OpConsultation::new(patient(), doctor(), clinic(), visit())
        .ids(Ids::seeded(1))
        .timestamp(NOW)
        .chief_complaint("Fever for three days")
}

pub(crate) fn typical_op_consultation() -> OpConsultation {
    minimal_op_consultation()
        .vital_sign(Observation::temperature("38.40", "°C"))
        .vital_sign(Observation::blood_pressure(142, 91))
        .vital_sign(Observation::pulse(96))
        .allergy(Allergy::to("Penicillin").reaction("Urticaria").life_threatening())
        .medication(paracetamol())
        .investigation("Complete blood count")
        .follow_up(FollowUp::on("2026-03-04").reason("Review with reports"))
}

pub(crate) fn full_op_consultation() -> OpConsultation {
    typical_op_consultation()
        .title("OP consultation, General Medicine")
        .co_author(Practitioner::with_registration(
            "Dr. Imran Sheikh",
            "https://www.nmc.org.in",
            "KMC-44120",
        ))
        .chief_complaint(
            Condition::new(snomed("386661006", "Fever")).since("2026-02-26").note("with chills"),
        )
        .vital_sign(Observation::respiratory_rate(18))
        .vital_sign(Observation::oxygen_saturation("97.5"))
        .vital_sign(Observation::weight("61.50"))
        .vital_sign(Observation::height(158))
        .vital_sign(Observation::body_mass_index("24.6"))
        .vital_sign(Observation::text("Chest", "Clear on both sides"))
        .history(Condition::new(icd10("I10", "Essential (primary) hypertension")).since("2019"))
        .history(Condition::new("Typhoid").status(ClinicalStatus::Resolved))
        .past_procedure(Procedure::new(snomed("80146002", "Appendectomy")).on("2008-06"))
        .family_history(FamilyHistory::new(
            "Father",
            snomed("44054006", "Type 2 diabetes mellitus"),
        ))
        .investigation(Investigation::new("Widal test").reason("Fever").note("if fever persists"))
        .current_medication(CurrentMedicine::from(Medicine::new("Amlodipine 5 mg").timing("OD")))
        .medication(
            Medicine::new("Oral rehydration salts")
                .dose("200 ml")
                .timing(Timing::as_needed())
                .route("Oral")
                .reason("Dehydration")
                .note("dissolve in boiled water"),
        )
        .procedure(Procedure::new("Nebulisation").on(NOW).outcome("Relieved").reason("Wheeze"))
        .referral(Referral::new("Cardiology, City Hospital").reason("Raised blood pressure"))
        .other_observation(
            Observation::measured(
                loinc("718-7", "Hemoglobin [Mass/volume] in Blood"),
                "10.20",
                "g/dL",
            )
            .reference_range("12.0", "15.5"),
        )
        .other_observation(Observation::coded("Gait", "Steady"))
        .document(pdf("Scanned case sheet"))
}

fn prescription(size: &str) -> Prescription {
    let date = "2026-03-01T10:50:00+05:30";
    let (ids, now) = (Ids::seeded(2), NOW);
    if size == "minimal" {
        return Prescription::scanned(patient(), doctor(), clinic(), date, pdf("Prescription"))
            .ids(ids)
            .timestamp(now);
    }
    let typical = Prescription::new(patient(), doctor(), clinic(), date, paracetamol())
        .ids(ids)
        .timestamp(now)
        .medication(Medicine::new("Cetirizine 10 mg").dose("1 tablet").timing("HS").days(5));
    if size == "typical" {
        return typical;
    }
    typical
        .visit(visit())
        .language(Language::Hindi)
        .title("पर्ची")
        .medication(
            Medicine::new(snomed("322236009", "Paracetamol 500 mg oral tablet"))
                .dose("500 mg")
                .timing("every 8 hours")
                .route(snomed("26643006", "Oral route"))
                .reason(snomed("386661006", "Fever"))
                .ordered_on("2026-03-01")
                .note("बुख़ार होने पर ही लें"),
        )
        .scan(pdf("पर्ची की प्रति"))
}

fn discharge_summary(size: &str) -> DischargeSummary {
    let stay = Visit::inpatient("2026-02-20T09:00:00+05:30", "2026-02-24T12:00:00+05:30")
        .number("IPD-2207")
        .reason("Acute abdomen")
        .discharged_to("Home");
    let minimal = DischargeSummary::new(patient(), doctor(), clinic(), stay)
        .ids(Ids::seeded(3))
        .timestamp(NOW)
        .chief_complaint("Pain in the right lower abdomen");
    if size == "minimal" {
        return minimal;
    }
    let typical = minimal
        .vital_sign(Observation::temperature("38.1", "°C"))
        .procedure(Procedure::new("Laparoscopic appendectomy").on("2026-02-21"))
        .medication(Medicine::new("Paracetamol 650 mg").dose("1 tablet").timing("SOS"))
        .care_plan(CarePlan::new("Home care").activity("Wound check on day 7"));
    if size == "typical" {
        return typical;
    }
    typical
        .language(Language::Tamil)
        .allergy("Sulfa drugs")
        .history(Condition::new("Asthma").since("2001"))
        .past_procedure(Procedure::new("Tonsillectomy").on("1994"))
        .family_history(FamilyHistory::new("Mother", "Hypertension").note("since the age of 50"))
        .investigation(lab_report())
        .investigation(imaging_report())
        .care_plan(
            CarePlan::new("Diet")
                .description("Soft food for a week")
                .between("2026-02-24", "2026-03-03")
                .note("by the dietician"),
        )
        .document(pdf("Discharge card"))
}

fn lab_report() -> LabReport {
    LabReport::new(
        "Complete blood count",
        "2026-03-01T17:40:00+05:30",
        Observation::measured(loinc("718-7", "Hemoglobin [Mass/volume] in Blood"), "10.20", "g/dL")
            .reference_range("12.0", "15.5"),
        "Mild anaemia",
    )
    .result(Observation::measured("Platelets", 210, "10^3/µL").reference_range(150, 410))
    .result(Observation::measured("ESR", "31", "mm/hr").normal_to(20))
    .result(Observation::text("Peripheral smear", "Microcytic hypochromic cells"))
    .specimen(
        Specimen::new("Venous blood", "2026-03-01T11:20:00+05:30")
            .collected("2026-03-01T11:00:00+05:30"),
    )
}

fn imaging_report() -> ImagingReport {
    ImagingReport::new(
        loinc("30746-2", "Portable XR Chest Views"),
        "2026-03-01T16:00:00+05:30",
        Modality::X_RAY,
        Document::jpeg("Chest PA", *b"\xff\xd8\xff made up"),
        "No active lung lesion",
    )
}

fn diagnostic_report(size: &str) -> DiagnosticReport {
    let (ids, now) = (Ids::seeded(4), NOW);
    match size {
        "minimal" => DiagnosticReport::scanned(
            patient(),
            doctor(),
            clinic(),
            "2026-03-01",
            pdf("Biopsy report"),
        )
        .ids(ids)
        .timestamp(now),
        "typical" => DiagnosticReport::new(patient(), doctor(), clinic(), lab_report())
            .ids(ids)
            .timestamp(now),
        _ => DiagnosticReport::new(
            patient(),
            doctor(),
            clinic(),
            imaging_report()
                .picture(Document::png("Chest lateral", *b"\x89PNG made up"))
                .finding(
                    Observation::text("Heart size", "Enlarged")
                        .interpretation(Interpretation::Abnormal)
                        .note("compare with earlier film"),
                )
                .conclusion_code(snomed("8186001", "Cardiomegaly"))
                .printed(pdf("Report as printed")),
        )
        .ids(ids)
        .timestamp(now)
        .visit(visit())
        .kind("4201000179104", "Imaging report")
        .document(pdf("Report")),
    }
}

fn immunization_record(size: &str) -> ImmunizationRecord {
    let minimal = ImmunizationRecord::new(
        patient(),
        doctor(),
        clinic(),
        "2026-03-01T10:50:00+05:30",
        Vaccination::new("Tetanus toxoid", "2026-03-01"),
    )
    .ids(Ids::seeded(5))
    .timestamp(NOW);
    if size == "minimal" {
        return minimal;
    }
    let typical = minimal
        .vaccination(
            Vaccination::new(snomed("1119305005", "COVID-19 antigen vaccine"), "2021-02-21")
                .dose(1)
                .lot("BSCD12344SS"),
        )
        .due(VaccineDue::new("Tetanus booster", "2026-03-29").dose(2));
    if size == "typical" {
        return typical;
    }
    typical
        .visit(visit())
        .language(Language::Bengali)
        .vaccination(
            Vaccination::new("Hepatitis B", "2026-03-01T10:45:00+05:30")
                .brand("Engerix-B")
                .manufacturer("GlaxoSmithKline")
                .expires("2027-05")
                .site("Left deltoid")
                .route(snomed("78421000", "Intramuscular route"))
                .note("no reaction seen"),
        )
        .due(VaccineDue::new("Hepatitis B", "2026-04-01").description("second of three"))
        .document(pdf("Certificate"))
}

fn health_document(size: &str) -> HealthDocumentRecord {
    let minimal = HealthDocumentRecord::new(
        patient(),
        doctor(),
        clinic(),
        "2026-03-01T10:50:00+05:30",
        pdf("Fitness certificate"),
    )
    .ids(Ids::seeded(6))
    .timestamp(NOW);
    match size {
        "minimal" => minimal,
        "typical" => minimal.document(Document::jpeg("Wound", *b"\xff\xd8\xff made up")),
        _ => minimal
            .visit(visit())
            .identifier("https://sunrise.example/documents", "DOC-7781")
            .without_attester()
            .document(
                Document::png("ECG strip", *b"\x89PNG made up")
                    .kind(loinc("11524-6", "EKG study"))
                    .made_on("2026-03-01T10:40:00+05:30"),
            ),
    }
}

fn wellness_record(size: &str) -> WellnessRecord {
    let minimal = WellnessRecord::new(patient(), doctor(), clinic(), "2026-03-01T10:50:00+05:30")
        .ids(Ids::seeded(7))
        .timestamp(NOW)
        .vital_sign(Observation::pulse(72));
    if size == "minimal" {
        return minimal;
    }
    let typical = minimal
        .vital_sign(Observation::blood_pressure(118, 76))
        .body_measurement(Observation::weight("61.50"))
        .body_measurement(Observation::height(158))
        .physical_activity(Observation::steps(8400));
    if size == "typical" {
        return typical;
    }
    typical
        .language(Language::Telugu)
        .visit(Visit::teleconsultation("2026-03-01T10:30:00+05:30"))
        .vital_sign(Observation::surface_temperature("36.60", "°C"))
        .vital_sign(Observation::oxygen_saturation(98))
        .body_measurement(Observation::body_mass_index("24.6"))
        .general_assessment(
            Observation::measured(
                loinc("2339-0", "Glucose [Mass/volume] in Blood"),
                "142",
                "mg/dL",
            )
            .reference_range(70, 140),
        )
        .general_assessment(Observation::coded(
            snomed("365275006", "General well-being finding"),
            "Feels well",
        ))
        .women_health(Observation::text(
            loinc("8665-2", "Last menstrual period start date"),
            "2026-02-12",
        ))
        .lifestyle(Observation::coded(
            snomed("365981007", "Finding of tobacco smoking behavior"),
            snomed("8517006", "Ex-smoker"),
        ))
        .other_observation(Observation::text("Sleep", "Seven hours").at("2026-02-28"))
        .other_condition("Seasonal allergy")
        .document(pdf("Watch export"))
}

fn invoice(size: &str) -> InvoiceRecord {
    let consultation = BillItem::new("Consultation", ChargeKind::Consultation, 500);
    let bill =
        Bill::new("INV-0417", BillKind::Outpatient, "2026-03-01T11:10:00+05:30", consultation);
    let bill = match size {
        "minimal" => bill,
        _ => bill.item(
            BillItem::new("Paracetamol 500 mg", ChargeKind::Medicine, "8.00")
                .quantity(10, "tablet")
                .discount("8.00")
                .gst(12),
        ),
    };
    let bill = match size {
        "full" => bill
            .item(
                BillItem::new(
                    snomed("26604007", "Complete blood count"),
                    ChargeKind::Pathology,
                    "349.50",
                )
                .mrp("400")
                .on("2026-03-01"),
            )
            .item(
                BillItem::new("Cough syrup", ChargeKind::Medicine, "64.25")
                    .quantity("1.5", "bottle")
                    .gst(5),
            )
            .note("paid in cash"),
        _ => bill,
    };
    let record =
        InvoiceRecord::new(patient(), doctor(), clinic(), bill).ids(Ids::seeded(8)).timestamp(NOW);
    if size == "full" { record.visit(visit()).language(Language::Marathi) } else { record }
}
