//! HIP_INIT_SHARE_CARECONTEXT: records go out under a consent, and under nothing else.

use abdm_core::api::data_flow::NotifyHealthInformation;
use abdm_core::error::CallbackError;
use abdm_core::id::ConsentId;
use abdm_core::vocabulary::{HiStatus, HiType, NotifierType, SessionStatus};
use chrono::TimeDelta;
use hip_services::HipEvent;
use hip_services::api::health_information::{
    AcknowledgeHealthInformationRequest, OnHealthInformationRequest,
};

use super::clinic::{Clinic, are_these, last_month, shown};
use super::{M2, play};
use crate::case::Case;
use crate::evidence::Screen;
use crate::hospital::{KnownBy, visit};
use crate::message::{Message, Only as _};
use crate::need::Need;
use crate::outcome::{Present as _, Stop, ensure, ensure_eq};
use crate::people::Role;
use crate::place::{ConsentWish, OpenedRecord};
use crate::stage::Stage;

pub(super) const CASES: &[Case] = &[
    Case::new(
        M2,
        "HIP_INIT_SHARE_CARECONTEXT",
        "The records of the granted kinds and dates go out encrypted, and no others",
        play!(only_what_is_granted),
    )
    .needs(&[Need::Person(Role::AbhaHolder), Need::Bridge, Need::PatientApp, Need::Requester]),
    Case::new(
        M2,
        "HIP_INIT_SHARE_CARECONTEXT_REVOKED",
        "A request under a consent that was taken back is refused, and nothing goes out",
        play!(nothing_after_revocation),
    )
    .shows(&["HIP_INIT_SHARE_CARECONTEXT"])
    .needs(&[
        Need::Person(Role::AbhaHolder),
        Need::Bridge,
        Need::PatientApp,
        Need::Requester,
        Need::ServerControl,
    ]),
];

/// NHA's sheet gives a transfer two hours.
const LONGEST: TimeDelta = TimeDelta::hours(2);

/// Somebody asks, and the patient grants, of these kinds alone where some are named.
pub(super) async fn granted(
    stage: &Stage,
    wish: &ConsentWish,
    only: &[HiType],
) -> Result<ConsentId, Stop> {
    let request = stage.requester()?.ask(wish).await?;
    stage.patient_app()?.grant(wish.of, &request, only).await?.only()
}

/// What has come to whoever asked, once it is so much.
pub(super) async fn received(
    stage: &Stage,
    consent: &ConsentId,
    count: usize,
) -> Result<Vec<OpenedRecord>, Stop> {
    let consents = std::slice::from_ref(consent);
    let here = || async { Ok(stage.requester()?.received(consents).await?.len() >= count) };
    stage.until("the records have come", here).await?;
    Ok(stage.requester()?.received(consents).await?)
}

/// The request for data under this consent, once it is there.
async fn request(
    stage: &Stage,
    consent: &ConsentId,
) -> Result<Message<OnHealthInformationRequest>, Stop> {
    let request = || {
        let mut requests = stage.messages::<OnHealthInformationRequest>()?.into_iter();
        Ok::<_, Stop>(requests.find(|r| r.body.hi_request.consent.id == *consent))
    };
    stage.until("a request for data", || async { Ok(request()?.is_some()) }).await?;
    request()?.present()
}

/// What the facility answered to the request for data under this consent.
async fn answer(
    stage: &Stage,
    request: &Message<OnHealthInformationRequest>,
) -> Result<Message<AcknowledgeHealthInformationRequest>, Stop> {
    let id = request.id()?;
    let answer = || {
        let mut answers = stage.messages::<AcknowledgeHealthInformationRequest>()?.into_iter();
        Ok::<_, Stop>(answers.find(|answer| answer.body.response.request() == Some(id)))
    };
    stage.until("the request is answered", || async { Ok(answer()?.is_some()) }).await?;
    answer()?.present()
}

/// With which error the request for data under this consent was refused.
pub(super) async fn refusal(stage: &Stage, consent: &ConsentId) -> Result<CallbackError, Stop> {
    let request = request(stage, consent).await?;
    request.taken()?;
    let answer = answer(stage, &request).await?;
    answer.taken()?;
    ensure!(answer.body.hi_request.is_none(), "refused, and not acknowledged");
    answer.body.error.present()
}

async fn only_what_is_granted(stage: &mut Stage) -> Result<(), Stop> {
    let clinic = Clinic::open(stage).await?;
    let meera = clinic.admit(stage, Role::AbhaHolder, "UHID-000001", KnownBy::AbhaAddress)?;
    let kinds = [HiType::Prescription, HiType::DiagnosticReport];
    let seen = visit("OPD-1", stage.now() - TimeDelta::hours(1), kinds.clone())?;
    let documents = clinic.hospital.keep(&meera.patient, &seen)?;
    // An older record of the same visit, of a kind that is granted: outside the dates.
    let mut older = seen.clone();
    older.hi_types = vec![HiType::Prescription];
    clinic.hospital.keep_made_at(&meera.patient, &older, stage.now() - TimeDelta::days(90))?;
    clinic.links(stage, &meera, [seen.clone()]).await?;
    let screen = shown(Screen::new(), &meera.reference, &seen);
    stage.step("A visit has records of two kinds, and an older one; it is linked.", screen);

    let (now, hip) = (stage.now(), clinic.facility.hip_id.clone());
    let until = now + TimeDelta::days(30);
    let wish = ConsentWish::new(Role::AbhaHolder, hip, kinds.to_vec(), last_month(now), until);
    let before = clinic.hospital.records_read();
    let consent = granted(stage, &wish, &[HiType::Prescription]).await?;
    let came = received(stage, &consent, 1).await?;
    let prescription = documents.first().present()?;
    are_these(&came, std::slice::from_ref(prescription))?;
    ensure!(clinic.hospital.records_read() > before);

    let request = request(stage, &consent).await?;
    let transaction = request.body.transaction_id.clone();
    let answer = answer(stage, &request).await?;
    answer.taken()?;
    let state = answer.body.hi_request.as_ref().present()?;
    ensure_eq!(
        (&state.transaction_id, &state.session_status),
        (&transaction, &SessionStatus::Acknowledged)
    );
    let ended = |event: &HipEvent| {
        matches!(event, HipEvent::TransferEnded(report)
        if report.transaction_id == transaction)
    };
    let told = clinic.hears(stage, "the transfer is over", ended).await?;
    let is_own = |report: &Message<NotifyHealthInformation>| {
        let report = &report.body.notification;
        report.transaction_id == transaction && report.notifier.kind == NotifierType::Hip
    };
    let there = || async { Ok(stage.messages::<NotifyHealthInformation>()?.iter().any(is_own)) };
    stage.until("the transfer is reported", there).await?;
    let mut reports = stage.messages::<NotifyHealthInformation>()?;
    reports.retain(is_own);
    let report = reports.only()?;
    report.taken()?;
    let report = report.body.notification;
    ensure!(told == HipEvent::TransferEnded(report.clone()), "the hospital has the same report");
    ensure_eq!(report.status_notification.session_status, SessionStatus::Transferred);
    let context = report.status_notification.status_responses.clone().only()?;
    ensure_eq!(
        (&context.care_context_reference, &context.hi_status),
        (&seen.reference, &HiStatus::Delivered)
    );
    ensure!(report.done_at - now < LONGEST);
    ensure_eq!(received(stage, &consent, 1).await?.len(), 1, "and nothing else went out");
    let screen = Screen::new()
        .field("Consent", &consent)
        .field("Transaction", &transaction)
        .field("Session", report.status_notification.session_status.as_str())
        .field("Visit", &context.care_context_reference)
        .field("Status", context.hi_status.as_str())
        .time("Done at", report.done_at);
    stage.step("The granted record goes out encrypted and is read; the others stay.", screen);
    clinic.close().await
}

async fn nothing_after_revocation(stage: &mut Stage) -> Result<(), Stop> {
    let clinic = Clinic::open(stage).await?;
    let meera = clinic.admit(stage, Role::AbhaHolder, "UHID-000001", KnownBy::AbhaAddress)?;
    let (seen, documents) = clinic.keeps(stage, &meera, "OPD-1", &[HiType::Prescription])?;
    clinic.links(stage, &meera, [seen.clone()]).await?;
    // The patient's own app fetches the record by itself: it is let finish.
    let app = stage.patient_app()?;
    let hip = clinic.facility.hip_id.clone();
    app.open_visit(Role::AbhaHolder, &hip, &seen.reference, &documents).await?;
    let read = clinic.hospital.records_read();

    stage.server_control()?.delay_data_requests().await?;
    let now = stage.now();
    let until = now + TimeDelta::days(30);
    let kinds = vec![HiType::Prescription];
    let wish = ConsentWish::new(Role::AbhaHolder, hip, kinds, last_month(now), until);
    let consent = granted(stage, &wish, &[]).await?;
    let standing = hip_services::ConsentStanding::Granted;
    clinic.consent_stands(stage, &consent, standing).await?;
    stage.server_control()?.data_request_waits().await?;
    stage.step("A consent is granted; the request for data is on its way.", Screen::new());
    stage.patient_app()?.revoke(Role::AbhaHolder, std::slice::from_ref(&consent)).await?;
    let refused = refusal(stage, &consent).await?;
    ensure!(!refused.message.is_empty());
    let code = refused.code.as_ref().map(ToString::to_string).unwrap_or_default();
    ensure_eq!(code, "ABDM-1062");
    ensure_eq!(clinic.hospital.records_read(), read, "no record is even read");
    ensure_eq!(received(stage, &consent, 0).await?.len(), 0, "nothing went out");
    let told = |event: &HipEvent| {
        matches!(event, HipEvent::TransferRefused { consent_id, .. }
        if *consent_id == consent)
    };
    clinic.hears(stage, "the hospital is told that a request was refused", told).await?;
    let screen = Screen::new().field("Refused with", code).text(refused.message);
    stage.step("The patient takes it back before: the request is refused.", screen);
    clinic.close().await
}
