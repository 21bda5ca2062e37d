//! HIP_INTI_LINK_505 and 506: visits that are linked without a click, told of, and read.

use abdm_core::vocabulary::HiType;
use chrono::TimeDelta;
use fhir_bundles::DocumentBundle;
use hip_services::api::hip_linking::{
    LinkCareContexts, NotifyContext, OnLinkCareContexts, OnNotifyContext,
};
use hip_services::{BackfillOptions, BackfillState, Error, FinalRecord, HipEvent, LinkedBy};

use super::clinic::{Clinic, UNTIL_NOTICE, are_these, listed, shown};
use super::{M2, play};
use crate::case::Case;
use crate::evidence::Screen;
use crate::hospital::{KnownBy, visit};
use crate::need::Need;
use crate::outcome::{Present as _, Refused as _, Stop, ensure, ensure_eq};
use crate::people::Role;
use crate::place::care_contexts;
use crate::stage::Stage;

const LINK_505: &[&str] = &["HIP_INTI_LINK_505"];

pub(super) const CASES: &[Case] = &[
    Case::new(
        M2,
        "HIP_INTI_LINK_505",
        "A final record is linked without a click, and a later one of the visit is told of",
        play!(without_a_click),
    )
    .needs(&[Need::Person(Role::AbhaHolder), Need::Bridge, Need::PatientApp]),
    Case::new(
        M2,
        "HIP_INTI_LINK_505_LEGACY",
        "The visits of earlier years are linked in the background",
        play!(earlier_years),
    )
    .shows(LINK_505)
    .needs(&[
        Need::Person(Role::AbhaHolder),
        Need::Person(Role::OfSharedMobile),
        Need::Bridge,
        Need::PatientApp,
    ]),
    Case::new(
        M2,
        "HIP_INTI_LINK_505_COUNT",
        "A count that is not that of the care contexts is told, and nothing counts as linked",
        play!(wrong_count),
    )
    .shows(LINK_505)
    .needs(&[Need::Person(Role::AbhaHolder), Need::Bridge, Need::ServerControl]),
    Case::new(
        M2,
        "HIP_INTI_LINK_506",
        "Linked records are read in the patient's app as the hospital has them",
        play!(read_by_app),
    )
    .needs(&[Need::Person(Role::AbhaHolder), Need::Bridge, Need::PatientApp]),
];

async fn without_a_click(stage: &mut Stage) -> Result<(), Stop> {
    let clinic = Clinic::open(stage).await?;
    let meera = clinic.admit(stage, Role::AbhaHolder, "UHID-000001", KnownBy::AbhaAddress)?;
    let (seen, _) = clinic.keeps(stage, &meera, "OPD-505", &[HiType::OpConsultation])?;
    let record = FinalRecord::new(meera.patient.clone(), seen.clone());
    clinic.hip().record_is_final(&record).await?;
    let screen = shown(Screen::new(), &meera.reference, &seen);
    stage.step("The doctor signs the record. Nobody clicks anything else.", screen);

    // Further records of the visit are waited for a few seconds.
    stage.wait(UNTIL_NOTICE).await;
    let is_linked = |event: &HipEvent| matches!(event, HipEvent::Linked { .. });
    let linked = clinic.hears(stage, "the visit is linked", is_linked).await?;
    let HipEvent::Linked { care_contexts: linked, linked_by, .. } = linked else {
        return Err(Stop::failed("another event"));
    };
    ensure_eq!(
        (linked.as_slice(), linked_by),
        ([seen.reference.clone()].as_slice(), LinkedBy::Facility)
    );
    let told = stage.one::<OnLinkCareContexts>().await?;
    ensure!(told.body.error.is_none());
    ensure_eq!(told.body.answers(), Some(stage.one::<LinkCareContexts>().await?.id()?));
    stage.wait(UNTIL_NOTICE).await;
    accepted_notices(stage, 1).await?;
    let screen = Screen::new().field("Linked", listed(&linked)).text("The patient was told.");
    stage.step("A few seconds later the visit is linked, and the patient's apps are told.", screen);

    let app = stage.patient_app()?;
    let there = app.linked_records(Role::AbhaHolder, &clinic.facility.hip_id).await?;
    ensure_eq!(care_contexts(&there), vec![seen.reference.clone()]);

    let mut later = seen.clone();
    (later.date, later.hi_types) = (stage.now(), vec![HiType::OpConsultation]);
    clinic.hospital.keep(&meera.patient, &later)?;
    let record = FinalRecord::new(meera.patient.clone(), later.clone());
    clinic.hip().record_is_final(&record).await?;
    stage.wait(UNTIL_NOTICE).await;
    accepted_notices(stage, 2).await?;
    ensure_eq!(stage.calls::<LinkCareContexts>().len(), 1, "what is linked is not linked again");
    let screen = shown(Screen::new(), &meera.reference, &later).text("SUCCESS");
    stage.step("A further record of the visit is told of, without another link.", screen);
    clinic.close().await
}

/// So many notices were sent, and ABDM took each.
async fn accepted_notices(stage: &Stage, count: usize) -> Result<(), Stop> {
    let sent = stage.messages_until::<NotifyContext>(count).await?;
    let told = stage.messages_until::<OnNotifyContext>(count).await?;
    ensure_eq!((sent.len(), told.len()), (count, count));
    for notice in &sent {
        let id = notice.id()?;
        let answer = told.iter().find(|answer| answer.body.answers() == Some(id)).present()?;
        ensure!(answer.body.is_taken());
    }
    Ok(())
}

async fn earlier_years(stage: &mut Stage) -> Result<(), Stop> {
    let clinic = Clinic::open(stage).await?;
    let meera = clinic.admit(stage, Role::AbhaHolder, "UHID-000001", KnownBy::AbhaAddress)?;
    let ravi = clinic.admit(stage, Role::OfSharedMobile, "UHID-000002", KnownBy::AbhaAddress)?;
    let long_ago = stage.now() - TimeDelta::days(700);
    for (known, number) in [(&meera, 1), (&meera, 2), (&ravi, 3)] {
        let date = long_ago + TimeDelta::days(30 * number);
        let old = visit(&format!("OPD-OLD-{number}"), date, [HiType::Prescription])?;
        clinic.hospital.keep(&known.patient, &old)?;
        stage.step("A visit of earlier years.", shown(Screen::new(), &known.reference, &old));
    }
    let backfill = clinic.hip().backfill("earlier-years", BackfillOptions::default()).await?;
    stage.step("The back-fill is begun, once. It goes on in the background.", Screen::new());
    stage.wait(TimeDelta::minutes(1)).await;
    let over = || async { Ok(backfill.progress().await?.state == BackfillState::Finished) };
    stage.until("the back-fill is over", over).await?;
    let counts = backfill.progress().await?.counts;
    ensure_eq!((counts.seen, counts.linked, counts.failed.len()), (3, 3, 0));
    let screen = Screen::new().field("Visits", counts.seen).field("Linked", counts.linked);
    stage.step("All are linked.", screen);
    for (who, count) in [(Role::AbhaHolder, 2), (Role::OfSharedMobile, 1)] {
        let app = stage.patient_app()?;
        let there = care_contexts(&app.linked_records(who, &clinic.facility.hip_id).await?);
        ensure_eq!(there.len(), count);
        let screen = Screen::new().field("Linked", listed(&there));
        stage.step("The patient's app shows the old visits.", screen);
    }
    clinic.close().await
}

async fn wrong_count(stage: &mut Stage) -> Result<(), Stop> {
    let clinic = Clinic::open(stage).await?;
    let meera = clinic.admit(stage, Role::AbhaHolder, "UHID-000001", KnownBy::AbhaAddress)?;
    let (seen, _) = clinic.keeps(stage, &meera, "OPD-505", &[HiType::Prescription])?;
    stage.server_control()?.miscount_next_link().await?;
    let patient = meera.patient.clone().visit(seen.clone());
    let refused =
        clinic.hip().link(patient.clone()).await?.linked(stage.patience()).await.refused()?;
    ensure_eq!(refused.code().map(ToString::to_string), Some("ABDM-1037".to_owned()));
    ensure!(matches!(refused, Error::NotLinked(_)));
    let known = clinic.hip().linked_contexts(&meera.patient.abha_address).await?;
    ensure_eq!(known.len(), 0, "the facility does not take it for linked");
    let failed = |event: &HipEvent| matches!(event, HipEvent::LinkFailed { .. });
    clinic.hears(stage, "the hospital is told that the link failed", failed).await?;
    let screen = Screen::new().field("Code", "ABDM-1037").text(refused.to_string());
    stage.step("The count is wrong: the visit is not linked, and the hospital is told.", screen);

    let linked = clinic.finished(stage, &clinic.hip().link(patient).await?).await?;
    ensure_eq!(linked.fresh, vec![seen.reference.clone()]);
    let sent = stage.messages::<LinkCareContexts>()?;
    ensure!(sent.last().present()?.body.patient.iter().all(|element| element.is_counted()));
    stage.one::<NotifyContext>().await?;
    let screen = Screen::new().field("Linked", listed(&linked.fresh));
    stage.step("Sent once more with the right count, it is linked.", screen);
    clinic.close().await
}

async fn read_by_app(stage: &mut Stage) -> Result<(), Stop> {
    let clinic = Clinic::open(stage).await?;
    let meera = clinic.admit(stage, Role::AbhaHolder, "UHID-000001", KnownBy::AbhaAddress)?;
    // One kind whose facts are structured, and one that is a scanned sheet.
    let kinds = [HiType::DiagnosticReport, HiType::HealthDocumentRecord];
    let (seen, documents) = clinic.keeps(stage, &meera, "OPD-506", &kinds)?;
    clinic.links(stage, &meera, [seen.clone()]).await?;
    let screen = shown(Screen::new(), &meera.reference, &seen);
    stage.step("A visit with a structured and a scanned record is linked.", screen);

    let app = stage.patient_app()?;
    let hip = &clinic.facility.hip_id;
    let there = app.linked_records(Role::AbhaHolder, hip).await?;
    let mut types: Vec<HiType> = there.iter().map(|element| element.hi_type.clone()).collect();
    types.sort();
    let mut expected = kinds.to_vec();
    expected.sort();
    ensure_eq!(types, expected, "both kinds are listed");
    for element in &there {
        ensure_eq!(element.reference_number, meera.reference);
        let context = element.care_contexts.first().present()?;
        ensure_eq!((&context.reference_number, &context.display), (&seen.reference, &seen.display));
    }
    let opened = app.open_visit(Role::AbhaHolder, hip, &seen.reference, &documents).await?;
    are_these(&opened, &documents)?;
    let mut screen = shown(Screen::new(), &meera.reference, &seen);
    for record in &opened {
        let read = DocumentBundle::read(&record.document)?;
        let kind = read.hi_type().present()?;
        ensure!(kinds.iter().any(|own| own.as_str() == kind.as_str()), "of a kind that was linked");
        let text = String::from_utf8_lossy(&record.document);
        ensure!(text.contains(&meera.person.name), "the demographics are the patient's");
        ensure!(text.contains(meera.patient.abha_address.as_str()), "so is the ABHA address");
        screen = screen.field("Record", kind.as_str());
    }
    stage.step(
        "The patient opens the visit: both records are there, and are the hospital's.",
        screen,
    );
    clinic.close().await
}
