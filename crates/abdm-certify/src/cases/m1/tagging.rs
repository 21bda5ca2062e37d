//! TAGGING: one ABHA number belongs to one patient of the facility.
//!
//! The register is the facility's own table. What the SDK gives is its key: every flow ends in a typed
//! [`AbhaNumber`], the same value whatever way the person came and however it was written.

use std::collections::BTreeMap;

use abdm_core::person::AbhaNumber;
use abha_enrollment::flow::verification::{OtpRoute, VerificationOutcome};

use super::verification::verified;
use super::{M1, play};
use crate::case::Case;
use crate::evidence::Screen;
use crate::need::Need;
use crate::outcome::{Present as _, Stop, ensure, ensure_eq};
use crate::people::Role;
use crate::stage::{Stage, aadhaar, consent};

pub(super) const CASES: &[Case] = &[Case::new(
    M1,
    "TAGGING_UNIQUEPATIENTID_UNIQUEABHANUMBER",
    "Whoever comes again is the same patient",
    play!(same_patient),
)
.needs(&[Need::Person(Role::WithoutAbha), Need::Person(Role::AbhaHolder)])];

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

async fn same_patient(stage: &mut Stage) -> Result<(), Stop> {
    let asha = stage.person(Role::WithoutAbha)?;
    let mut register = Register::default();
    let enrolled = stage.enrol(&asha, &asha.mobile).await?;
    let number = enrolled.abha_number().present()?.clone();
    let (patient, is_new) = register.patient(&number);
    ensure!(is_new);
    let show = |patient: &str, note: &str| {
        Screen::new()
            .field("ABHA number", number.to_dashed())
            .field("Patient id", patient)
            .text(note)
    };
    stage.step("A person is enrolled: a patient is made.", show(&patient, "New patient."));

    let mut ways = Vec::new();
    let again = stage.enrol(&asha, &asha.mobile).await?;
    ensure!(!again.is_new());
    ways.push(("enrols again", again.abha_number().present()?.clone()));

    let mut flow = stage.desk.verify_abha_number(&number, OtpRoute::AbhaMobile).await?;
    let by_number = verified(flow.verify(&stage.otp(&asha.mobile).await?).await?)?;
    let mut flow = stage.desk.verify_by_aadhaar(&aadhaar(&asha)?, consent()).await?;
    let by_aadhaar = verified(flow.verify(&stage.otp(&asha.mobile).await?).await?)?;
    for (way, verified) in [("shows the ABHA number", by_number), ("shows Aadhaar", by_aadhaar)] {
        ways.push((way, verified.abha_number().present()?.clone()));
    }

    let mut flow = stage.desk.verify_by_mobile(&asha.mobile).await?;
    let outcome = flow.verify(&stage.otp(&asha.mobile).await?).await?;
    let VerificationOutcome::ChooseAccount(choice) = outcome else {
        return Err(Stop::failed("one person where there is a choice of accounts"));
    };
    let account = choice.accounts().first().present()?;
    let listed = account.abha_number.as_ref().present()?.whole().present()?;
    ways.push(("gives the mobile number", listed.clone()));
    for written in [number.to_dashed(), number.to_digits().to_owned()] {
        ways.push(("has it written down", written.parse()?));
    }

    for (way, seen) in ways {
        let (same, is_new) = register.patient(&seen);
        ensure_eq!((same.as_str(), is_new), (patient.as_str(), false));
        let action = format!("The person comes again and {way}.");
        stage.step(&action, show(&same, "This person is a patient already."));
    }
    let meera = stage.person(Role::AbhaHolder)?.abha_number.present()?;
    ensure!(register.patient(&meera).1, "another number is another patient");
    ensure_eq!(register.0.len(), 2);
    Ok(())
}
