//! The words of fields that take one of a few, and what else means the same.

use super::form::same_name;

/// The words that a field takes.
#[derive(Debug)]
pub(super) struct Words {
    /// As the documentation has them.
    pub(super) known: &'static [&'static str],
    /// What other systems write, with the word that it means.
    pub(super) also: &'static [(&'static str, &'static str)],
}

impl Words {
    const fn new(known: &'static [&'static str]) -> Self {
        Self { known, also: &[] }
    }

    /// The word that a text means.
    pub(super) fn find(&self, text: &str) -> Option<&'static str> {
        let known = self.known.iter().find(|word| same_name(word, text)).copied();
        known.or_else(|| {
            self.also.iter().find(|(word, _)| same_name(word, text)).map(|(_, meant)| *meant)
        })
    }
}

pub(super) static GENDERS: Words = Words {
    known: &["male", "female", "other", "unknown", "M", "F", "O", "U"],
    also: &[("transgender", "other"), ("third-gender", "other"), ("T", "other"), ("TG", "other")],
};

pub(super) static VISIT_KINDS: Words = Words {
    known: &["outpatient", "inpatient", "emergency", "teleconsultation", "home"],
    also: &[
        ("OPD", "outpatient"),
        ("OP", "outpatient"),
        ("IPD", "inpatient"),
        ("IP", "inpatient"),
        ("casualty", "emergency"),
        ("ER", "emergency"),
        ("video", "teleconsultation"),
        ("tele", "teleconsultation"),
        ("home-visit", "home"),
    ],
};

pub(super) static CONDITION_STATUSES: Words = Words::new(&["active", "resolved", "inactive"]);

pub(super) static PROCEDURE_STATUSES: Words = Words {
    known: &["done", "not-done", "stopped", "in-progress"],
    also: &[("completed", "done"), ("not-performed", "not-done"), ("cancelled", "not-done")],
};

pub(super) static MEDICINE_STATUSES: Words = Words {
    known: &["active", "completed", "stopped", "on-hold"],
    also: &[("stop", "stopped"), ("discontinued", "stopped"), ("hold", "on-hold")],
};

pub(super) static VACCINATION_STATUSES: Words = Words {
    known: &["given", "not-given"],
    also: &[("completed", "given"), ("done", "given"), ("not-done", "not-given")],
};

/// A blood pressure has two values and is no kind of one.
pub(super) const BLOOD_PRESSURE: &str = "blood-pressure";

pub(super) static VITAL_KINDS: Words = Words {
    known: &[
        "temperature",
        "surface-temperature",
        "pulse",
        "respiratory-rate",
        "oxygen-saturation",
        "weight",
        "height",
        "body-mass-index",
        "steps",
        BLOOD_PRESSURE,
    ],
    also: &[
        ("temp", "temperature"),
        ("body-temperature", "temperature"),
        ("heart-rate", "pulse"),
        ("pulse-rate", "pulse"),
        ("HR", "pulse"),
        ("PR", "pulse"),
        ("RR", "respiratory-rate"),
        ("respiration", "respiratory-rate"),
        ("respiratory", "respiratory-rate"),
        ("SpO2", "oxygen-saturation"),
        ("saturation", "oxygen-saturation"),
        ("body-weight", "weight"),
        ("wt", "weight"),
        ("body-height", "height"),
        ("ht", "height"),
        ("BMI", "body-mass-index"),
        ("BP", BLOOD_PRESSURE),
    ],
};

pub(super) static MEANINGS: Words = Words {
    known: &[
        "normal",
        "low",
        "high",
        "critical-low",
        "critical-high",
        "abnormal",
        "positive",
        "negative",
    ],
    also: &[
        ("N", "normal"),
        ("L", "low"),
        ("H", "high"),
        ("LL", "critical-low"),
        ("HH", "critical-high"),
        ("A", "abnormal"),
        ("POS", "positive"),
        ("NEG", "negative"),
    ],
};

pub(super) static MODALITIES: Words = Words {
    known: &["DX", "CT", "MR", "US", "MG", "ECG", "ES", "NM", "PT", "XA"],
    also: &[
        ("x-ray", "DX"),
        ("xr", "DX"),
        ("radiograph", "DX"),
        ("radiography", "DX"),
        ("digital-radiography", "DX"),
        ("CT-scan", "CT"),
        ("computed-tomography", "CT"),
        ("HRCT", "CT"),
        ("CECT", "CT"),
        ("NCCT", "CT"),
        ("MRI", "MR"),
        ("MRI-scan", "MR"),
        ("magnetic-resonance", "MR"),
        ("magnetic-resonance-imaging", "MR"),
        ("ultrasound", "US"),
        ("ultrasonography", "US"),
        ("ultra-sound", "US"),
        ("USG", "US"),
        ("sonography", "US"),
        ("sonogram", "US"),
        ("doppler", "US"),
        ("echo", "US"),
        ("echocardiography", "US"),
        ("2D-echo", "US"),
        ("mammography", "MG"),
        ("mammogram", "MG"),
        ("EKG", "ECG"),
        ("electrocardiogram", "ECG"),
        ("electrocardiography", "ECG"),
        ("endoscopy", "ES"),
        ("nuclear-medicine", "NM"),
        ("PET", "PT"),
        ("angiography", "XA"),
        ("angiogram", "XA"),
    ],
};

pub(super) static BILL_KINDS: Words = Words {
    known: &["consultation", "pharmacy", "inpatient", "outpatient", "other"],
    also: &[("IPD", "inpatient"), ("OPD", "outpatient"), ("others", "other")],
};

pub(super) static CHARGE_KINDS: Words = Words {
    known: &[
        "consultation",
        "pharmacy",
        "inpatient",
        "outpatient",
        "pathology",
        "medicine",
        "nursing",
        "handling",
        "delivery",
        "other",
    ],
    also: &[
        ("IPD", "inpatient"),
        ("OPD", "outpatient"),
        ("laboratory", "pathology"),
        ("lab", "pathology"),
        ("medicines", "medicine"),
        ("drug", "medicine"),
        ("drugs", "medicine"),
        ("others", "other"),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::{
        BillKind, ChargeKind, Gender, Interpretation, MedicineStatus, Modality, ProcedureStatus,
        vital,
    };

    fn all_in<T>(words: &Words, table: &[(&str, T)]) {
        let known: Vec<&str> = table.iter().map(|(word, _)| *word).collect();
        assert_eq!(words.known, known);
    }

    #[test]
    fn every_word_is_one_that_the_builders_know() {
        all_in(&BILL_KINDS, &BillKind::WORDS);
        all_in(&CHARGE_KINDS, &ChargeKind::WORDS);
        all_in(&MEANINGS, &Interpretation::WORDS);
        all_in(&MEDICINE_STATUSES, &MedicineStatus::WORDS);
        all_in(&PROCEDURE_STATUSES, &ProcedureStatus::WORDS);
        assert!(MODALITIES.known.iter().all(|word| Modality::from_code(word).is_some()));
        assert!(GENDERS.known.iter().all(|word| Gender::from_code(word).is_some()));
        let (last, kinds) = VITAL_KINDS.known.split_last().unwrap();
        assert_eq!(kinds, vital::KINDS.map(|kind| kind.word));
        assert_eq!(*last, BLOOD_PRESSURE);
    }

    #[test]
    fn every_other_word_means_a_known_one() {
        let all = [
            &GENDERS,
            &VISIT_KINDS,
            &PROCEDURE_STATUSES,
            &MEDICINE_STATUSES,
            &VACCINATION_STATUSES,
            &VITAL_KINDS,
            &MEANINGS,
            &MODALITIES,
            &BILL_KINDS,
            &CHARGE_KINDS,
        ];
        for words in all {
            for (word, meant) in words.also {
                assert!(words.known.contains(meant), "{word}");
                assert_eq!(words.find(&word.to_uppercase()), Some(*meant), "{word}");
            }
        }
    }
}
