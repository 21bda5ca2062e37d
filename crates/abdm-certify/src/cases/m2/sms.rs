//! HIP_INIT_NOTIFY_HIECM: a patient without ABHA address hears of a record by SMS, and finds it.

use abdm_core::vocabulary::HiType;
use chrono::TimeDelta;
use hip_services::api::sms::{NotifyBySms, OnSmsNotified, SmsOutcome};
use hip_services::api::user_linking::IdentifierType;
use hip_services::flow::SmsState;
use hip_services::{HipEvent, LinkPatient, LinkedBy};

use super::clinic::Clinic;
use super::searches::{offered, search};
use super::{M2, play};
use crate::case::Case;
use crate::evidence::Screen;
use crate::hospital::{KnownBy, visit};
use crate::need::Need;
use crate::outcome::{Present as _, Stop, ensure, ensure_eq};
use crate::people::Role;
use crate::stage::{Stage, masked};

pub(super) const CASES: &[Case] = &[Case::new(
    M2,
    "HIP_INIT_NOTIFY_HIECM",
    "A final record of a patient without ABHA address sends an SMS, and is found later",
    play!(sms_and_found),
)
.needs(&[Need::Person(Role::WithoutAbha), Need::Bridge, Need::PatientApp])];

const NAME: &str = "Example Hospital";

async fn sms_and_found(stage: &mut Stage) -> Result<(), Stop> {
    let clinic = Clinic::open_with(stage, |hip| hip.sms_without_address(NAME)).await?;
    let asha = stage.person(Role::WithoutAbha)?;
    ensure!(asha.abha_address.is_none());
    let reference = clinic.hospital.register(&asha, "UHID-000004", KnownBy::Mobile)?;
    let seen = visit("OPD-SMS", stage.now() - TimeDelta::hours(1), [HiType::Prescription])?;

    // The record is final; the facility knows a mobile number and no address.
    let sms = clinic.hip().record_is_final_without_address(&asha.mobile).await?.present()?;
    ensure_eq!(sms.outcome(stage.patience()).await?, SmsState::Accepted);
    let sent = stage.one::<NotifyBySms>().await?;
    sent.taken_with(202)?;
    let notice = &sent.body.notification;
    ensure!(notice.mobile().is_some_and(|to| to.expose() == asha.mobile.expose()));
    ensure_eq!(notice.hip.id, clinic.facility.hip_id);
    ensure_eq!(notice.hip.name.as_deref(), Some(NAME));
    ensure!(sent.fields() == 1, "nothing but the mobile number and the facility");
    let told = stage.one::<OnSmsNotified>().await?;
    ensure_eq!(told.body.answers(), Some(sent.id()?));
    ensure!(matches!(told.body.outcome(), SmsOutcome::Accepted));
    let screen = Screen::new()
        .field("Patient id", &reference)
        .field("Visit", &seen.display)
        .field("SMS to", masked(&asha.mobile)?)
        .field("ABDM says", "SUCCESS");
    stage.step(
        "A record is final of a patient without ABHA address: ABDM is to send an SMS.",
        screen,
    );

    let again = clinic.hip().record_is_final_without_address(&asha.mobile).await?.present()?;
    ensure_eq!((again.id(), stage.calls::<NotifyBySms>().len()), (sms.id(), 1));
    stage.step("A second record of the day sends no second SMS.", Screen::new());

    let enrolled = stage.enrol(&asha, &asha.mobile).await?;
    let number = enrolled.abha_number().present()?.clone();
    let screen = Screen::new().field("ABHA number", number.to_dashed());
    stage.step("The patient gets an ABHA number and address.", screen);
    let address = enrolled.abha_address().present()?;
    let (name, gender) = (asha.name.clone(), asha.gender.clone());
    let year = hip_services::year_of_birth(&asha.date_of_birth.to_string())?;
    let patient = LinkPatient::new(address.clone(), reference.clone(), name, gender, year);
    clinic.hospital.keep(&patient, &seen)?;

    let found = search(stage, &clinic, Role::WithoutAbha, &[]).await?;
    ensure_eq!(found.care_contexts(), vec![seen.reference.clone()]);
    stage.step("They look for the record in their app, and find it.", offered(&found.patients));
    let app = stage.patient_app()?;
    let link = app.choose_records(Role::WithoutAbha, &found, &found.patients).await?;
    let otp = stage.hospital_otp(&clinic.hospital)?;
    let linked = stage.patient_app()?.enter_otp(Role::WithoutAbha, &link, &otp).await?;
    let is_linked = |event: &HipEvent| matches!(event, HipEvent::Linked { .. });
    let event = clinic.hears(stage, "the hospital is told of the link", is_linked).await?;
    let HipEvent::Linked { abha_address, linked_by, .. } = event else {
        return Err(Stop::failed("another event"));
    };
    ensure!(abha_address == address && linked_by == LinkedBy::Patient);
    let matched = super::searches::matched_by(stage).await?;
    ensure_eq!(matched, vec![IdentifierType::Mobile]);
    let screen = offered(&linked)
        .field("Patient id", &reference)
        .field("ABHA address", &abha_address)
        .field("ABHA number", number.to_dashed());
    stage.step("It is linked: the register has the ABHA address and number from then on.", screen);
    clinic.close().await
}
