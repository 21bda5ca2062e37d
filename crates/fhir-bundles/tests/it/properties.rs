//! What holds for every document.

use fhir_bundles::{
    DocumentBundle, HiType, Record,
    build::{
        Condition, Document, Gender, Ids, Medicine, Observation, OpConsultation, Patient,
        Prescription,
    },
    check,
    model::{Observation as FhirObservation, Patient as FhirPatient},
    plain,
};
use proptest::prelude::*;

use crate::{lossless::Tree, samples};

/// Any JSON, of FHIR's names and of others.
fn json() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        Just("resourceType"),
        Just("id"),
        Just("meta"),
        Just("name"),
        Just("valueQuantity"),
        Just("value"),
        Just("code"),
        Just("coding"),
        Just("extension"),
        Just("contained"),
        Just("_birthDate"),
        Just("birthDate"),
        Just("entry"),
        Just("resource"),
        Just("section"),
        Just("reference"),
        Just("subject"),
        Just("status"),
        Just("surprise"),
        Just("identifier"),
    ];
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|value| value.to_string()),
        "-?(0|[1-9][0-9]{0,5})(\\.[0-9]{1,6})?([eE][+-]?[0-9]{1,2})?",
        prop_oneof![
            Just("\"Patient\"".to_owned()),
            Just("\"Bundle\"".to_owned()),
            Just("\"Observation\"".to_owned()),
            Just("\"Composition\"".to_owned()),
            Just("\"2024-02-30\"".to_owned()),
            Just("\"#a\"".to_owned()),
        ],
        any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
    ];
    leaf.prop_recursive(6, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6)
                .prop_map(|elements| format!("[{}]", elements.join(","))),
            prop::collection::vec((name.clone(), inner), 0..8).prop_map(|members| {
                let members =
                    members.into_iter().map(|(name, value)| format!("\"{name}\":{value}"));
                format!("{{{}}}", members.collect::<Vec<_>>().join(","))
            }),
        ]
    })
}

/// What a hospital might write into any field.
fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Za-z][A-Za-z0-9 .,/-]{0,30}",
        "[अ-ह][अ-ह ]{0,12}",
        "\\PC{1,20}".prop_filter("not blank", |text: &String| !text.trim().is_empty()),
    ]
}

/// Letters and digits alone, by which words are told from others.
fn plain_letters(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What names something: not a word that says that there is none, which is a problem.
fn names() -> impl Strategy<Value = String> {
    words().prop_filter("says that there is none", |text| {
        !["", "0", "no", "na", "nil", "nill", "none"].contains(&plain_letters(text).as_str())
    })
}

/// Units of which a decimal has one meaning: not feet.
fn units() -> impl Strategy<Value = String> {
    words().prop_filter("is read in two ways", |text| {
        !["", "ft", "fti", "foot", "feet"].contains(&plain_letters(text).as_str())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn bundles_of_any_shape_lose_nothing(text in json()) {
        let text = format!(r#"{{"resourceType":"Bundle","x":1.50,"entry":[{{"resource":{text}}}],"y":{text}}}"#);
        let document = DocumentBundle::read(text.as_bytes()).unwrap();
        prop_assert_eq!(Tree::of(&document.to_vec()), Tree::of(text.as_bytes()));
    }

    #[test]
    fn resources_of_any_shape_lose_nothing_through_serde(text in json()) {
        let before = Tree::of(text.as_bytes());
        let is_typed = |(name, _): &(String, Tree)| name == "resourceType";
        if matches!(&before, Tree::Object(members) if !members.iter().any(is_typed)) {
            let patient: FhirPatient = serde_json::from_str(&text).unwrap();
            let after = Tree::of(serde_json::to_string(&patient).unwrap().as_bytes());
            prop_assert_eq!(&after.without("resourceType"), &before);
            let observation: FhirObservation = serde_json::from_str(&text).unwrap();
            prop_assert!(serde_json::to_string(&observation).is_ok());
        }
    }

    #[test]
    fn nothing_panics_on_any_json(text in json()) {
        let bundle = format!(r#"{{"resourceType":"Bundle","type":"document","entry":[{{"fullUrl":"a","resource":{text}}},{text}]}}"#);
        for bytes in [text.as_bytes(), bundle.as_bytes()] {
            let _report = check(bytes);
            if let Ok(record) = Record::read(bytes) {
                let _text = record.render_text(60);
                let _page = record.render_html();
            }
            for kind in HiType::ALL {
                let _error = plain::to_bundle(kind, bytes);
            }
        }
    }

    #[test]
    fn whatever_a_builder_takes_is_correct(
        name in words(),
        complaint in names(),
        medicine in names(),
        dose in words(),
        timing in words(),
        value in -1000.0_f64..1000.0,
        unit in units(),
        content in prop::collection::vec(any::<u8>(), 1..60),
        seed in any::<u64>(),
    ) {
        let file = [b"%PDF-1.7 ".as_slice(), &content].concat();
        let patient = Patient::with_facility_number(name.clone(), "1").gender(Gender::Other).birth_date("1990");
        let document = OpConsultation::new(patient.clone(), samples::doctor(), samples::clinic(), samples::visit())
            .ids(Ids::seeded(seed))
            .chief_complaint(Condition::new(complaint.as_str()).note(dose.as_str()))
            .vital_sign(Observation::measured(complaint.as_str(), value, unit.as_str()).reference_range(0, 100))
            .medication(Medicine::new(medicine.as_str()).dose(dose.as_str()).timing(timing.as_str()).instruction(unit.as_str()))
            .document(Document::pdf(medicine.as_str(), file.clone()))
            .build()
            .unwrap();
        let bytes = document.to_vec();
        let report = check(&bytes);
        let listed: Vec<_> = report.findings().iter().map(ToString::to_string).collect();
        prop_assert!(listed.is_empty(), "{}", listed.join("\n"));
        let record = Record::read(&bytes).unwrap();
        prop_assert_eq!(&record.patient().unwrap().name, &name);
        prop_assert_eq!(&record.medicines().next().unwrap().if_holds().unwrap().name, &medicine);
        let attachment = record.attachments().next().unwrap().if_holds().unwrap();
        prop_assert_eq!(attachment.bytes().unwrap(), file);
        prop_assert_eq!(record.unread().len(), 0);
        let prescription = Prescription::new(patient, samples::doctor(), samples::clinic(), "2026", medicine.as_str()).build().unwrap();
        prop_assert_eq!(check(&prescription.to_vec()).findings().len(), 0);
    }
}
