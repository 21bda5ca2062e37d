//! Documents for tests, the same every time.

use fhir_bundles::{
    DocumentBundle,
    build::{
        Allergy, ClinicalStatus, Condition, CurrentMedicine, Document, Facility, FamilyHistory,
        FollowUp, Gender, Ids, Investigation, Medicine, Observation, OpConsultation, Patient,
        Practitioner, Procedure, Referral, Timing, Visit,
    },
    codes::{icd10, loinc, snomed},
};

pub(crate) const NOW: &str = "2026-03-01T11:05:00+05:30";

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
}

pub(crate) fn visit() -> Visit {
    Visit::outpatient("2026-03-01T10:30:00+05:30").number("OPD-1187")
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
        .allergy(
            Allergy::to("Penicillin")
                .reaction("Urticaria")
                .life_threatening(),
        )
        .medication(
            Medicine::new("Paracetamol 500 mg tablet")
                .dose("1 tablet")
                .timing("1-0-1")
                .days(3)
                .instruction("after food"),
        )
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
            Condition::new(snomed("386661006", "Fever"))
                .since("2026-02-26")
                .note("with chills"),
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
        .investigation(
            Investigation::new("Widal test")
                .reason("Fever")
                .note("if fever persists"),
        )
        .current_medication(CurrentMedicine::from(
            Medicine::new("Amlodipine 5 mg").timing("OD"),
        ))
        .medication(
            Medicine::new("Oral rehydration salts")
                .dose("200 ml")
                .timing(Timing::as_needed())
                .route("Oral")
                .reason("Dehydration")
                .note("dissolve in boiled water"),
        )
        .procedure(
            Procedure::new("Nebulisation")
                .on(NOW)
                .outcome("Relieved")
                .reason("Wheeze"),
        )
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
        .document(Document::pdf(
            "Scanned case sheet",
            *b"%PDF-1.4\n%made up\n",
        ))
}

pub(crate) fn bytes(document: OpConsultation) -> Vec<u8> {
    let bundle: DocumentBundle = document.build().unwrap();
    bundle.to_vec()
}
