//! HIP_INIT_GRANT_CONSENT_, HIP_INIT_REVOKE_CONSENT and HIP_INIT_EXPIRE_CONSENT.

use abdm_core::id::ConsentId;
use abdm_core::vocabulary::{ConsentStatus, HiType};
use chrono::TimeDelta;
use hip_services::api::consent::{AcknowledgeConsent, ConsentNotice, OnConsentNotify};
use hip_services::api::health_information::AcknowledgeHealthInformationRequest;
use hip_services::{ConsentStanding, HipEvent, Refusal};

use super::clinic::{Clinic, Known, are_these};
use super::transfer::{granted, received};
use super::{M2, play};
use crate::case::Case;
use crate::evidence::Screen;
use crate::hospital::KnownBy;
use crate::need::Need;
use crate::outcome::{Present as _, Refused as _, Stop, ensure, ensure_eq};
use crate::people::Role;
use crate::place::ConsentWish;
use crate::stage::Stage;

const NEEDS: &[Need] =
    &[Need::Person(Role::AbhaHolder), Need::Bridge, Need::PatientApp, Need::Requester];
const WITH_CONTROL: &[Need] = &[
    Need::Person(Role::AbhaHolder),
    Need::Bridge,
    Need::PatientApp,
    Need::Requester,
    Need::ServerControl,
];

pub(super) const CASES: &[Case] = &[
    Case::new(
        M2,
        "HIP_INIT_GRANT_CONSENT_",
        "A granted consent is kept with its terms and acknowledged",
        play!(grant),
    )
    .needs(NEEDS),
    Case::new(
        M2,
        "HIP_INIT_REVOKE_CONSENT",
        "A revoked consent is acknowledged and opens nothing any more",
        play!(revoke),
    )
    .needs(NEEDS),
    Case::new(
        M2,
        "HIP_INIT_EXPIRE_CONSENT",
        "A consent that is over is acknowledged and opens nothing any more",
        play!(expire),
    )
    .needs(NEEDS),
    Case::new(
        M2,
        "HIP_INIT_EXPIRE_CONSENT_SILENT",
        "A consent ends at its time, also when no notice of it comes",
        play!(expire_in_silence),
    )
    .shows(&["HIP_INIT_EXPIRE_CONSENT"])
    .needs(WITH_CONTROL),
];

/// How long the consents are good that these cases let run out.
const SHORT: TimeDelta = TimeDelta::minutes(10);

/// The notice of a consent with this status, once it is there, and acknowledged in time.
async fn acknowledged(
    stage: &Stage,
    consent: &ConsentId,
    status: ConsentStatus,
) -> Result<ConsentNotice, Stop> {
    let is_it = |notice: &ConsentNotice| notice.consent_id == *consent && notice.status == status;
    let notice = || {
        let mut notices = stage.messages::<OnConsentNotify>()?.into_iter();
        Ok::<_, Stop>(notices.find(|message| is_it(&message.body.notification)))
    };
    let what = format!("a notice that the consent is {status}");
    stage.until(&what, || async { Ok(notice()?.is_some()) }).await?;
    let notice = notice()?.present()?;
    notice.taken()?;
    let id = notice.id()?;
    let answer = || {
        let mut answers = stage.messages::<AcknowledgeConsent>()?.into_iter();
        Ok::<_, Stop>(answers.find(|answer| answer.body.response.request() == Some(id)))
    };
    stage.until("it is acknowledged", || async { Ok(answer()?.is_some()) }).await?;
    let answer = answer()?.present()?;
    answer.taken()?;
    let acknowledgement = answer.body.acknowledgement.as_ref().present()?;
    ensure!(acknowledgement.status.eq_ignore_ascii_case("OK"));
    ensure_eq!(acknowledgement.consent_id, *consent);
    Ok(notice.body.notification)
}

/// A clinic with a visit that is linked.
async fn with_visit(stage: &mut Stage) -> Result<(Clinic, Known, Vec<bytes::Bytes>), Stop> {
    let clinic = Clinic::open(stage).await?;
    let meera = clinic.admit(stage, Role::AbhaHolder, "UHID-000001", KnownBy::AbhaAddress)?;
    let (visit, documents) = clinic.keeps(stage, &meera, "OPD-1", &[HiType::Prescription])?;
    clinic.links(stage, &meera, [visit.clone()]).await?;
    let screen = super::clinic::shown(Screen::new(), &meera.reference, &visit);
    stage.step("A visit is linked.", screen);
    Ok((clinic, meera, documents))
}

/// A wish for the records of the last month, good for so long.
fn wish(stage: &Stage, clinic: &Clinic, good_for: TimeDelta) -> ConsentWish {
    let now = stage.now();
    let hip = clinic.facility.hip_id.clone();
    let dates = super::clinic::last_month(now);
    ConsentWish::new(Role::AbhaHolder, hip, HiType::ALL.to_vec(), dates, now + good_for)
}

async fn grant(stage: &mut Stage) -> Result<(), Stop> {
    let (clinic, meera, _) = with_visit(stage).await?;
    let wish = wish(stage, &clinic, TimeDelta::days(30));
    // The patient narrows it to one kind.
    let consent = granted(stage, &wish, &[HiType::Prescription]).await?;
    let notice = acknowledged(stage, &consent, ConsentStatus::Granted).await?;
    clinic.consent_stands(stage, &consent, ConsentStanding::Granted).await?;
    let view = clinic.hip().consent(&consent).await?.present()?;
    let terms = view.terms(stage.now())?;
    let told = notice.consent_detail.as_ref().present()?;
    ensure!(terms == told, "the terms are kept as they came");
    ensure!(terms.patient.id == meera.patient.abha_address);
    ensure_eq!(terms.hi_types, vec![HiType::Prescription], "as the patient narrowed them");
    ensure_eq!(terms.hip.id, clinic.facility.hip_id);
    let range = terms.permission.date_range;
    ensure!(wish.dates.covers(&range));
    let heard = |event: &HipEvent| {
        matches!(event, HipEvent::ConsentGranted(detail)
        if detail.consent_id == consent)
    };
    clinic.hears(stage, "the hospital is told of the consent", heard).await?;
    let types: Vec<&str> = terms.hi_types.iter().map(HiType::as_str).collect();
    let screen = Screen::new()
        .field("Consent", &consent)
        .field("Status", "GRANTED")
        .field("Patient", &terms.patient.id)
        .field("HI types", types.join(", "))
        .field("Purpose", terms.purpose.code.as_str())
        .time("Records from", range.from)
        .time("Records to", range.to)
        .time("Good until", terms.erase_at().present()?);
    stage.step(
        "The patient grants a part of what was asked: the consent is kept and shown.",
        screen,
    );
    clinic.close().await
}

/// The consent is over for the facility: it gives out nothing under it.
async fn is_over(
    stage: &Stage,
    clinic: &Clinic,
    (consent, standing, refusal): (&ConsentId, ConsentStanding, Refusal),
) -> Result<(), Stop> {
    clinic.consent_stands(stage, consent, standing).await?;
    let view = clinic.hip().consent(consent).await?.present()?;
    ensure_eq!(view.terms(stage.now()).refused()?, refusal);
    Ok(())
}

async fn revoke(stage: &mut Stage) -> Result<(), Stop> {
    let (clinic, _, documents) = with_visit(stage).await?;
    let consent = granted(stage, &wish(stage, &clinic, TimeDelta::days(30)), &[]).await?;
    are_these(&received(stage, &consent, documents.len()).await?, &documents)?;
    stage.step("A consent is granted, and the records went out.", Screen::new());
    stage.patient_app()?.revoke(Role::AbhaHolder, std::slice::from_ref(&consent)).await?;
    acknowledged(stage, &consent, ConsentStatus::Revoked).await?;
    let over = (&consent, ConsentStanding::Revoked, Refusal::NotGranted);
    is_over(stage, &clinic, over).await?;
    ended(stage, &clinic, &consent, ConsentStatus::Revoked).await?;
    let screen = Screen::new().field("Consent", &consent).field("Status", "REVOKED");
    stage.step("The patient takes it back: it is acknowledged, and opens nothing more.", screen);
    clinic.close().await
}

/// The hospital is told that a consent has ended so.
async fn ended(
    stage: &Stage,
    clinic: &Clinic,
    consent: &ConsentId,
    status: ConsentStatus,
) -> Result<(), Stop> {
    let heard = |event: &HipEvent| {
        matches!(event, HipEvent::ConsentEnded { consent_id, status: own, .. }
        if consent_id == consent && *own == status)
    };
    clinic.hears(stage, "the hospital is told that the consent has ended", heard).await.map(drop)
}

async fn expire(stage: &mut Stage) -> Result<(), Stop> {
    let (clinic, _, documents) = with_visit(stage).await?;
    let consent = granted(stage, &wish(stage, &clinic, SHORT), &[]).await?;
    are_these(&received(stage, &consent, documents.len()).await?, &documents)?;
    clinic.consent_stands(stage, &consent, ConsentStanding::Granted).await?;
    stage.step("A consent of ten minutes is granted, and the records went out.", Screen::new());
    stage.wait(SHORT + TimeDelta::seconds(5)).await;
    acknowledged(stage, &consent, ConsentStatus::Expired).await?;
    let over = (&consent, ConsentStanding::Expired, Refusal::Expired);
    is_over(stage, &clinic, over).await?;
    ended(stage, &clinic, &consent, ConsentStatus::Expired).await?;
    let screen = Screen::new().field("Consent", &consent).field("Status", "EXPIRED");
    stage.step("Its time is over: that is acknowledged, and it opens nothing more.", screen);
    clinic.close().await
}

async fn expire_in_silence(stage: &mut Stage) -> Result<(), Stop> {
    let (clinic, _, _) = with_visit(stage).await?;
    stage.server_control()?.delay_data_requests().await?;
    let consent = granted(stage, &wish(stage, &clinic, SHORT), &[]).await?;
    acknowledged(stage, &consent, ConsentStatus::Granted).await?;
    clinic.consent_stands(stage, &consent, ConsentStanding::Granted).await?;
    stage.server_control()?.data_request_waits().await?;
    stage.step("A consent of ten minutes is granted; the request for data is late.", Screen::new());
    stage.server_control()?.lose_next_consent_notice().await?;
    stage.wait(SHORT + TimeDelta::seconds(5)).await;
    let refused = super::transfer::refusal(stage, &consent).await?;
    clinic.consent_stands(stage, &consent, ConsentStanding::Expired).await?;
    let own = stage.messages::<AcknowledgeHealthInformationRequest>()?;
    ensure!(own.iter().filter(|answer| answer.body.error.is_some()).count() == 1);
    ensure_eq!(received(stage, &consent, 0).await?.len(), 0, "nothing went out");
    let screen = Screen::new()
        .field("Consent", &consent)
        .field("Refused with", refused.code.as_ref().map(ToString::to_string).unwrap_or_default());
    let text = "No notice comes; the request that arrives after its time is refused all the same.";
    stage.step(text, screen);
    clinic.close().await
}
