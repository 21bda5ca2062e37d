//! TAGGING: one ABHA number belongs to one patient of the facility.
//!
//! The register is the facility's own table. What the SDK gives is its key: every flow ends in a typed
//! [`AbhaNumber`], the same value whatever way the person came and however it was written.

use std::collections::BTreeMap;

use abdm_core::person::AbhaNumber;
use abha_enrollment::flow::verification::{OtpRoute, VerificationOutcome};

use crate::evidence::Screen;
use crate::stage::{aadhaar, consent, open};

/// The facility's patients by ABHA number: the unique column of its table.
#[derive(Default)]
struct Register(BTreeMap<AbhaNumber, String>);

impl Register {
    /// The patient with this number: the one who is there, or a new one.
    fn patient(&mut self, number: &AbhaNumber) -> (String, bool) {
        let next = format!("UHID-{:06}", self.0.len() + 1);
        let is_new = !self.0.contains_key(number);
        (self.0.entry(number.clone()).or_insert(next).clone(), is_new)
    }
}

#[tokio::test]
async fn tagging_uniquepatientid_uniqueabhanumber_whoever_comes_again_is_the_same_patient() {
    let mut stage = open!("TAGGING_UNIQUEPATIENTID_UNIQUEABHANUMBER");
    let asha = stage.person("Asha Kumari");
    let mut register = Register::default();
    let enrolled = stage.enrol(&asha, &asha.mobile).await;
    let number = enrolled.abha_number().unwrap().clone();
    let (patient, is_new) = register.patient(&number);
    assert!(is_new);
    let show = |patient: &str, note: &str| {
        Screen::new()
            .field("ABHA number", number.to_dashed())
            .field("Patient id", patient)
            .text(note)
    };
    stage.step("A person is enrolled: a patient is made.", show(&patient, "New patient."));

    let mut ways = Vec::new();
    let again = stage.enrol(&asha, &asha.mobile).await;
    assert!(!again.is_new());
    ways.push(("enrols again", again.abha_number().unwrap().clone()));

    let mut flow = stage.desk.verify_abha_number(&number, OtpRoute::AbhaMobile).await.unwrap();
    let by_number = flow.verify(&stage.otp(asha.mobile.expose())).await.unwrap();
    let mut flow = stage.desk.verify_by_aadhaar(&aadhaar(&asha), consent()).await.unwrap();
    let by_aadhaar = flow.verify(&stage.otp(asha.mobile.expose())).await.unwrap();
    for (way, outcome) in [("shows the ABHA number", by_number), ("shows Aadhaar", by_aadhaar)] {
        let VerificationOutcome::Verified(verified) = outcome else {
            panic!("{way}: {outcome:?}");
        };
        ways.push((way, verified.abha_number().unwrap().clone()));
    }

    let mut flow = stage.desk.verify_by_mobile(&asha.mobile).await.unwrap();
    let outcome = flow.verify(&stage.otp(asha.mobile.expose())).await.unwrap();
    let VerificationOutcome::ChooseAccount(choice) = outcome else {
        panic!("no choice: {outcome:?}");
    };
    let listed = choice.accounts()[0].abha_number.as_ref().unwrap().whole().unwrap();
    ways.push(("gives the mobile number", listed.clone()));
    for written in [number.to_dashed(), number.to_digits().to_owned()] {
        ways.push(("has it written down", written.parse().unwrap()));
    }

    for (way, seen) in ways {
        let (same, is_new) = register.patient(&seen);
        assert_eq!((same.as_str(), is_new), (patient.as_str(), false), "the person {way}");
        let action = format!("The person comes again and {way}.");
        stage.step(&action, show(&same, "This person is a patient already."));
    }
    let meera = stage.person("Meera Sample").abha_number.unwrap();
    assert!(register.patient(&meera).1, "another number is another patient");
    assert_eq!(register.0.len(), 2);
    stage.shown();
}
