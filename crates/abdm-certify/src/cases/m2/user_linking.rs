//! USER_INIT_LINK_605 and 607: what the patient chose is linked by an OTP, and read.

use abdm_core::error::CallbackError;
use abdm_core::vocabulary::HiType;
use chrono::TimeDelta;
use hip_services::LinkedBy;
use hip_services::api::hip_linking::PatientCareContexts;
use hip_services::api::user_linking::{
    AnswerLinkConfirm, AnswerLinkInit, AuthenticationType, CommunicationMedium, OfferedLink,
    OnLinkConfirm, OnLinkInit,
};

use super::clinic::{Clinic, Known, are_these, listed};
use super::searches::{offered, search};
use super::{M2, play};
use crate::case::Case;
use crate::evidence::Screen;
use crate::hospital::KnownBy;
use crate::message::Only as _;
use crate::need::Need;
use crate::outcome::{Present as _, Refused as _, Stop, ensure, ensure_eq};
use crate::people::Role;
use crate::place::{FoundRecords, care_contexts};
use crate::stage::{Stage, masked, wrong_otp};

const NEEDS: &[Need] = &[Need::Person(Role::AbhaHolder), Need::Bridge, Need::PatientApp];
const LINK_605: &[&str] = &["USER_INIT_LINK_605"];

pub(super) const CASES: &[Case] = &[
    Case::new(
        M2,
        "USER_INIT_LINK_605",
        "An OTP goes to the mobile number of the register, and only what was chosen is linked",
        play!(only_what_was_chosen),
    )
    .needs(NEEDS),
    Case::new(
        M2,
        "USER_INIT_LINK_605_WRONG_OTP",
        "A wrong OTP shows an error, and the patient tries again",
        play!(tries_again),
    )
    .shows(LINK_605)
    .needs(NEEDS),
    Case::new(
        M2,
        "USER_INIT_LINK_605_LATE_OTP",
        "An OTP that is over links nothing",
        play!(too_late),
    )
    .shows(LINK_605)
    .needs(NEEDS),
    Case::new(
        M2,
        "USER_INIT_LINK_607",
        "What the patient has linked is read in their app",
        play!(read_after_linking),
    )
    .needs(NEEDS),
];

/// A patient with two visits, who has searched.
async fn searched(stage: &mut Stage, clinic: &Clinic) -> Result<(Known, FoundRecords), Stop> {
    let meera = clinic.admit(stage, Role::AbhaHolder, "UHID-000001", KnownBy::AbhaAddress)?;
    clinic.keeps(stage, &meera, "OPD-1", &[HiType::OpConsultation])?;
    clinic.keeps(stage, &meera, "OPD-2", &[HiType::Prescription])?;
    let found = search(stage, clinic, Role::AbhaHolder, &[]).await?;
    ensure_eq!(found.care_contexts().len(), 2);
    stage.step("The patient finds two visits in their app.", offered(&found.patients));
    Ok((meera, found))
}

/// The patient chooses the first visit, and the facility sends an OTP.
async fn choose(
    stage: &mut Stage,
    clinic: &Clinic,
    (known, found): (&Known, &FoundRecords),
) -> Result<(Vec<PatientCareContexts>, OfferedLink), Stop> {
    let is_first = |patient: &&PatientCareContexts| patient.hi_type == HiType::OpConsultation;
    let chosen: Vec<_> = found.patients.iter().filter(is_first).cloned().collect();
    ensure_eq!(listed(&care_contexts(&chosen)), "OPD-1");
    let link = stage.patient_app()?.choose_records(Role::AbhaHolder, found, &chosen).await?;
    let sent = clinic.hospital.last_otp()?;
    ensure!(sent.mobile == known.person.mobile.expose(), "to the mobile number of the register");
    ensure_eq!((&sent.patient, sent.code.expose().len()), (&known.reference, 6));
    stage.hospital_otp(&clinic.hospital)?;
    let screen = offered(&chosen)
        .field("OTP sent to", masked(&known.person.mobile)?)
        .time("Good until", link.meta.communication_expiry);
    stage.step("The patient chooses one of them, and the facility sends an OTP.", screen);
    Ok((chosen, link))
}

/// Nothing of the patient's is linked.
async fn nothing_linked(stage: &Stage, clinic: &Clinic, known: &Known) -> Result<(), Stop> {
    let app = stage.patient_app()?;
    let there = app.linked_records(Role::AbhaHolder, &clinic.facility.hip_id).await?;
    ensure_eq!(care_contexts(&there).len(), 0, "the app shows nothing linked");
    let own = clinic.hip().linked_contexts(&known.patient.abha_address).await?;
    ensure_eq!(own.len(), 0, "the facility knows of nothing linked");
    Ok(())
}

async fn only_what_was_chosen(stage: &mut Stage) -> Result<(), Stop> {
    let clinic = Clinic::open(stage).await?;
    let (meera, found) = searched(stage, &clinic).await?;
    let (chosen, link) = choose(stage, &clinic, (&meera, &found)).await?;
    let init = stage.one::<OnLinkInit>().await?;
    let answer = stage.one::<AnswerLinkInit>().await?;
    ensure_eq!(answer.body.response.request(), Some(init.id()?));
    let sent = answer.body.link.as_ref().present()?;
    ensure_eq!(sent.authentication_type, AuthenticationType::Direct);
    ensure_eq!(sent.meta.communication_medium, CommunicationMedium::Mobile);
    ensure!(sent.meta.communication_expiry > stage.now());
    nothing_linked(stage, &clinic, &meera).await?;

    let otp = stage.hospital_otp(&clinic.hospital)?;
    let linked = stage.patient_app()?.enter_otp(Role::AbhaHolder, &link, &otp).await?;
    ensure_eq!(linked, chosen);
    let confirm = stage.one::<OnLinkConfirm>().await?;
    let answer = stage.one::<AnswerLinkConfirm>().await?;
    answer.taken_with(202)?;
    ensure_eq!(answer.body.response.request(), Some(confirm.id()?));
    ensure_eq!(listed(&care_contexts(&answer.body.patient)), "OPD-1");
    let hip = &clinic.facility.hip_id;
    let there = stage.patient_app()?.linked_records(Role::AbhaHolder, hip).await?;
    ensure_eq!(listed(&care_contexts(&there)), "OPD-1", "the other visit stays invisible");
    let known = || async {
        Ok(clinic.hip().linked_contexts(&meera.patient.abha_address).await?.len() == 1)
    };
    stage.until("the facility knows the link", known).await?;
    let own = clinic.hip().linked_contexts(&meera.patient.abha_address).await?.only()?;
    ensure_eq!((own.care_context.as_str(), own.linked_by), ("OPD-1", LinkedBy::Patient));
    stage.step(
        "The patient types the OTP: the chosen visit is linked, and no other.",
        offered(&linked),
    );
    clinic.close().await
}

/// What the facility said to the last confirmation.
async fn refusal(stage: &Stage) -> Result<CallbackError, Stop> {
    let answer = stage.one::<AnswerLinkConfirm>().await?;
    ensure!(answer.body.patient.is_empty(), "an error, and nothing linked beside it");
    answer.body.error.present()
}

async fn tries_again(stage: &mut Stage) -> Result<(), Stop> {
    let clinic = Clinic::open(stage).await?;
    let (meera, found) = searched(stage, &clinic).await?;
    let (chosen, link) = choose(stage, &clinic, (&meera, &found)).await?;
    let right = stage.hospital_otp(&clinic.hospital)?;
    let wrong = wrong_otp(&right)?;
    let app = stage.patient_app()?;
    let refused = app.enter_otp(Role::AbhaHolder, &link, &wrong).await.refused()?;
    ensure_eq!(refused.code(), Some("ABDM-1035"));
    let error = refusal(stage).await?;
    nothing_linked(stage, &clinic, &meera).await?;
    stage.step("The patient types a wrong OTP.", Screen::new().text(error.message));

    ensure_eq!(clinic.hospital.otps_sent(), 1, "the first OTP is still good");
    let linked = stage.patient_app()?.enter_otp(Role::AbhaHolder, &link, &right).await?;
    ensure_eq!(linked, chosen);
    stage.step("The patient tries again with the right one: linked.", offered(&linked));
    clinic.close().await
}

async fn too_late(stage: &mut Stage) -> Result<(), Stop> {
    let clinic = Clinic::open(stage).await?;
    let (meera, found) = searched(stage, &clinic).await?;
    let (_, link) = choose(stage, &clinic, (&meera, &found)).await?;
    let otp = stage.hospital_otp(&clinic.hospital)?;
    let left = link.meta.communication_expiry - stage.now();
    stage.wait(left + TimeDelta::seconds(1)).await;
    let app = stage.patient_app()?;
    let refused = app.enter_otp(Role::AbhaHolder, &link, &otp).await.refused()?;
    ensure_eq!(refused.code(), Some("ABDM-1035"));
    let error = refusal(stage).await?;
    nothing_linked(stage, &clinic, &meera).await?;
    stage.step(
        "The OTP is typed after its time: nothing is linked.",
        Screen::new().text(error.message),
    );
    clinic.close().await
}

async fn read_after_linking(stage: &mut Stage) -> Result<(), Stop> {
    let clinic = Clinic::open(stage).await?;
    let meera = clinic.admit(stage, Role::AbhaHolder, "UHID-000001", KnownBy::AbhaAddress)?;
    let kinds = [HiType::Prescription];
    let (visit, documents) = clinic.keeps(stage, &meera, "OPD-607", &kinds)?;
    let found = search(stage, &clinic, Role::AbhaHolder, &[]).await?;
    let app = stage.patient_app()?;
    let link = app.choose_records(Role::AbhaHolder, &found, &found.patients).await?;
    let otp = stage.hospital_otp(&clinic.hospital)?;
    let app = stage.patient_app()?;
    let linked = app.enter_otp(Role::AbhaHolder, &link, &otp).await?;
    stage.step("The patient links a visit from their app.", offered(&linked));
    let app = stage.patient_app()?;
    let hip = &clinic.facility.hip_id;
    let opened = app.open_visit(Role::AbhaHolder, hip, &visit.reference, &documents).await?;
    are_these(&opened, &documents)?;
    let screen = Screen::new().field("Visit", &visit.display).field("Records", opened.len());
    stage.step("They open it: the record is there, as the hospital has it.", screen);
    clinic.close().await
}
