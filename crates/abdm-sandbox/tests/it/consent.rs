//! Consent and the transfer under it, from both sides.

use abdm_core::api::consent::{ConsentCareContext, DateRange, Permission, Requester};
use abdm_core::api::data_flow::{
    CheckHealthInformationStatus, HealthInformationReport, HiRequest, KeyMaterialJson, Notifier,
    NotifyHealthInformation, StatusNotification, StatusResponse, TransferReport,
};
use abdm_core::call::Call;
use abdm_core::clock::{Clock as _, SystemClock, parse_timestamp};
use abdm_core::endpoint::Endpoint as _;
use abdm_core::headers::HiuHeaders;
use abdm_core::id::{ConsentId, ConsentRequestId, HipId, HiuId, RequestId, TransactionId};
use abdm_core::vocabulary::{
    AccessMode, HiStatus, HiType, NotifierType, PurposeCode, SessionStatus,
};
use abdm_core::wire::NoBody;
use abdm_sandbox::api::patient_app::Grant;
use abdm_sandbox::{Facility, PhrApp, Role, Sandbox, SandboxError};
use chrono::TimeDelta;
use fidelius_crypto::{KeyEncoding, ReceiverKeys};
use hip_services::api::consent::{AcknowledgeConsent, ConsentAcknowledgement, OnConsentNotify};
use hip_services::api::health_information::{
    AcknowledgeHealthInformationRequest, OnHealthInformationRequest, RequestAcknowledgement,
};
use hip_services::api::hip_linking::OnLinkCareContexts;
use hiu_services::api::consent::{
    AcknowledgeConsentDecision, CheckConsentStatus, ConsentTerms, DecisionAcknowledgement,
    FetchConsent, OnConsentDecision, OnConsentStatus, OnFetchConsent, OnRequestConsent,
    RequestConsent, RequestedConsent,
};
use hiu_services::api::health_information::{
    HealthInformationRequest, OnHealthInformationRequested, RequestHealthInformation,
};
use serde_json::{Value, json};

use crate::hip_linking::{hip, linked};
use crate::own_api::{get, post};
use crate::support::{
    CLINIC, Desk, HOSPITAL, clinic, hospital, sandbox, sandbox_with, send_raw, token,
};

pub(crate) fn range(from: &str, to: &str) -> DateRange {
    let at = |day: &str| parse_timestamp(&format!("{day}T00:00:00.000Z")).unwrap();
    DateRange::new(at(from), at(to))
}

pub(crate) fn hiu() -> HiuHeaders {
    HiuHeaders { hiu_id: HiuId::new(HOSPITAL).unwrap() }
}

fn terms() -> RequestedConsent {
    let erase = SystemClock.now() + TimeDelta::days(30);
    let dates = range("2021-01-01", "2026-01-01");
    ConsentTerms::new(
        "ravi.example@sbx".parse().unwrap(),
        HiuId::new(HOSPITAL).unwrap(),
        PurposeCode::CareManagement,
        Requester::registered("Dr. Example", "REGNO", "MH1001", "https://example.org"),
        [HiType::OpConsultation, HiType::Prescription],
        Permission::new(AccessMode::View, dates, erase),
    )
    .into()
}

fn init() -> Call<RequestConsent> {
    Call::new(terms()).headers(hiu().hiu_id.into())
}

pub(crate) struct Story {
    pub(crate) sandbox: Sandbox,
    pub(crate) clinic: Desk,
    pub(crate) hospital: Desk,
    pub(crate) app: PhrApp,
    pub(crate) request: ConsentRequestId,
    /// The notice of the grant to the HIP, once there is one.
    pub(crate) notice: RequestId,
    /// The decision that the HIU was told.
    pub(crate) decision: RequestId,
}

/// A linked visit, and a consent request that waits for the patient.
pub(crate) async fn asked() -> Story {
    let sandbox = sandbox().await;
    let (clinic, hospital) = (clinic(&sandbox).await, hospital(&sandbox).await);
    linked(&clinic, "OPD-1").await;
    let sent = hospital.send(init()).await.unwrap();
    let arrived = hospital.next(OnRequestConsent::META.path).await;
    assert_eq!(arrived.answers(), sent.request_id.to_string());
    let request = ConsentRequestId::new(arrived.text("/consentRequest/id")).unwrap();
    let app = sandbox.phr(&"ravi.example@sbx".parse().unwrap()).unwrap();
    assert_eq!(app.pending().await.unwrap()[0].request_id, request);
    let none = RequestId::random();
    Story { sandbox, clinic, hospital, app, request, notice: none, decision: none }
}

pub(crate) struct Granted {
    pub(crate) story: Story,
    pub(crate) consent: ConsentId,
}

/// The patient has granted a narrower range, and both sides have acknowledged.
pub(crate) async fn granted() -> Granted {
    let mut story = asked().await;
    let narrowed = range("2024-01-01", "2025-01-01");
    let consents = story.app.approve(&story.request, |approval| {
        approval.narrow_dates(narrowed).narrow_types(&[HiType::OpConsultation]);
    });
    let consent = consents.await.unwrap().remove(0);
    let notice = story.clinic.next(OnConsentNotify::META.path).await;
    assert_eq!(notice.text("/notification/consentId"), consent.as_str());
    let ack = ConsentAcknowledgement::ok(notice.request_id(), consent.clone());
    story.clinic.send(Call::<AcknowledgeConsent>::new(ack)).await.unwrap();
    let decision = story.hospital.next(OnConsentDecision::META.path).await;
    assert_eq!(decision.text("/notification/status"), "GRANTED");
    let ack = DecisionAcknowledgement::ok(decision.request_id(), [consent.clone()]);
    let call = Call::<AcknowledgeConsentDecision>::new(ack).headers(hiu().hiu_id.into());
    story.hospital.send(call).await.unwrap();
    (story.notice, story.decision) = (notice.request_id(), decision.request_id());
    Granted { story, consent }
}

/// A consent of Ravi's to the hospital, granted whole at a HIP that answers for itself.
pub(crate) async fn granted_to(sandbox: &Sandbox, hospital: &Desk) -> ConsentId {
    hospital.send(init()).await.unwrap();
    let arrived = hospital.next(OnRequestConsent::META.path).await;
    let request = ConsentRequestId::new(arrived.text("/consentRequest/id")).unwrap();
    let app = sandbox.phr(&"ravi.example@sbx".parse().unwrap()).unwrap();
    app.approve(&request, |_| {}).await.unwrap().remove(0)
}

/// Key material that a HIP can encrypt for.
pub(crate) fn key_material() -> Value {
    let keys = ReceiverKeys::generate().unwrap();
    let expiry = SystemClock.now() + TimeDelta::days(1);
    serde_json::to_value(keys.key_material_as(KeyEncoding::Raw, expiry)).unwrap()
}

pub(crate) fn data_request(
    consent: &ConsentId,
    dates: DateRange,
) -> Call<RequestHealthInformation> {
    let keys = key_material();
    let url = "http://127.0.0.1:1/push/abc";
    let request = HiRequest::new(consent.clone(), dates, url, KeyMaterialJson(keys));
    Call::new(HealthInformationRequest::from(request)).headers(hiu())
}

fn report(
    kind: NotifierType,
    consent: &ConsentId,
    transaction: &TransactionId,
    status: SessionStatus,
) -> Call<NotifyHealthInformation> {
    let (id, state) = match kind {
        NotifierType::Hip => (CLINIC, HiStatus::Delivered),
        _ => (HOSPITAL, HiStatus::Ok),
    };
    let response = StatusResponse::new("OPD-1".parse().unwrap(), state, "Done");
    let report = TransferReport::new(
        consent.clone(),
        transaction.clone(),
        SystemClock.now(),
        Notifier::new(kind, id),
        StatusNotification::new(status, hip(), vec![response]),
    );
    Call::new(HealthInformationReport::from(report))
}

#[tokio::test]
async fn the_artefact_holds_what_the_patient_left_of_the_request() {
    let Granted { story, consent } = granted().await;
    let call = Call::<FetchConsent>::new(consent.clone().into()).headers(hiu());
    story.hospital.send(call).await.unwrap();
    let arrived = story.hospital.next(OnFetchConsent::META.path).await;
    assert_eq!(arrived.text("/consent/status"), "GRANTED");
    let detail = arrived.at("/consent/consentDetail");
    assert_eq!(detail["hiTypes"], json!(["OPConsultation"]));
    assert_eq!(detail["permission"]["dateRange"]["from"], "2024-01-01T00:00:00.000Z");
    assert_eq!(detail["careContexts"][0]["careContextReference"], "OPD-1");
    // Loose, as live: numbers as texts, and `resp` beside `response`.
    assert_eq!(detail["permission"]["frequency"]["value"], "1");
    assert_eq!(arrived.body.get("resp"), Some(&Value::Null));
}

#[tokio::test]
async fn the_notice_to_the_hip_leaves_the_hiu_out() {
    let story = asked().await;
    story.app.approve(&story.request, |_| {}).await.unwrap();
    let notice = story.clinic.next(OnConsentNotify::META.path).await;
    assert_eq!(notice.at("/notification/consentDetail/hiu"), &Value::Null);
    assert_eq!(notice.text("/notification/consentDetail/hip/id"), CLINIC);
    assert_eq!(notice.header("x-hip-id"), Some(CLINIC));
}

#[tokio::test]
async fn a_grant_cannot_be_wider_than_the_request() {
    let story = asked().await;
    let wider = range("2020-01-01", "2026-01-01");
    let refused = story.app.approve(&story.request, |approval| {
        approval.narrow_dates(wider);
    });
    assert!(refused.await.is_err());
    assert_eq!(story.app.pending().await.unwrap().len(), 1);
}

#[tokio::test]
async fn records_travel_under_a_transaction_and_both_sides_report_once() {
    let Granted { story, consent } = granted().await;
    let dates = range("2024-01-01", "2025-01-01");
    let sent = story.hospital.send(data_request(&consent, dates)).await.unwrap();
    let told = story.hospital.next(OnHealthInformationRequested::META.path).await;
    assert_eq!(told.text("/response/requestId"), sent.request_id.to_string());
    assert_eq!(told.text("/hiRequest/sessionStatus"), "REQUESTED");
    let asked = story.clinic.next(OnHealthInformationRequest::META.path).await;
    let transaction = TransactionId::new(asked.text("/transactionId")).unwrap();
    assert_eq!(told.text("/hiRequest/transactionId"), transaction.as_str());
    assert_eq!(asked.text("/requestId"), "");
    assert_eq!(asked.text("/hiRequest/dataPushUrl"), "http://127.0.0.1:1/push/abc");

    let ack = |request| {
        let ack = RequestAcknowledgement::acknowledged(request, transaction.clone());
        Call::<AcknowledgeHealthInformationRequest>::new(ack)
    };
    let fresh = story.clinic.refused(ack(RequestId::random())).await;
    assert_eq!(fresh.1, "ABDM-2500");
    story.clinic.send(ack(asked.request_id())).await.unwrap();
    assert_eq!(story.clinic.refused(ack(asked.request_id())).await.1, "ABDM-1113");

    let by_hip = || report(NotifierType::Hip, &consent, &transaction, SessionStatus::Transferred);
    story.clinic.send(by_hip()).await.unwrap();
    assert_eq!(story.clinic.refused(by_hip()).await.1, "ABDM-1101");
    let state = Call::<CheckHealthInformationStatus>::new(NoBody).at(transaction.clone());
    let state = story.hospital.send(state).await.unwrap().body;
    assert_eq!(state.status, SessionStatus::Transferred);
    let by_hiu = report(NotifierType::Hiu, &consent, &transaction, SessionStatus::Received);
    story.hospital.send(by_hiu).await.unwrap();
}

/// m2-hip.md 8.4: one word on each care context, and on none that the patient did not grant.
#[tokio::test]
async fn a_receipt_names_each_care_context_once_and_none_that_was_not_granted() {
    let Granted { story, consent } = granted().await;
    let dates = range("2024-01-01", "2025-01-01");
    story.hospital.send(data_request(&consent, dates)).await.unwrap();
    let asked = story.clinic.next(OnHealthInformationRequest::META.path).await;
    let transaction = TransactionId::new(asked.text("/transactionId")).unwrap();
    for (kind, desk, status) in [
        (NotifierType::Hip, &story.clinic, SessionStatus::Transferred),
        (NotifierType::Hiu, &story.hospital, SessionStatus::Received),
    ] {
        let good = || report(kind.clone(), &consent, &transaction, status.clone());
        let with = |context: &str| {
            let mut call = good();
            let responses = &mut call.body.notification.status_notification.status_responses;
            let mut other = responses[0].clone();
            other.care_context_reference = context.parse().unwrap();
            responses.push(other);
            call
        };
        for wrong in ["OPD-2", "OPD-1"] {
            let (status, code, message) = desk.refused(with(wrong)).await;
            assert_eq!((status, code.as_str()), (400, "ABDM-1031"), "{kind:?} {wrong}");
            assert_eq!(message, "Invalid request");
        }
        desk.send(good()).await.expect("what was refused has changed nothing");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_data_request_comes_by_callback() {
    let Granted { story, consent } = granted().await;
    let ask = |consent: &ConsentId, dates: DateRange| {
        let call = data_request(consent, dates);
        let hospital = story.hospital.clone();
        async move {
            hospital.send(call).await.unwrap();
            let told = hospital.next(OnHealthInformationRequested::META.path).await;
            told.text("/error/code").to_owned()
        }
    };
    let wider = range("2021-01-01", "2026-01-01");
    assert_eq!(ask(&consent, wider).await, "ABDM-1063");
    let unknown = ConsentId::new(RequestId::random().to_string()).unwrap();
    assert_eq!(ask(&unknown, wider).await, "ABDM-1112");
    story.app.revoke([consent.clone()]).await.unwrap();
    assert_eq!(ask(&consent, range("2024-01-01", "2025-01-01")).await, "ABDM-1112");
}

#[tokio::test]
async fn without_the_hips_acknowledgement_there_is_no_data() {
    let story = asked().await;
    story.sandbox.set(|switches| switches.acknowledgement_wait_seconds = 0.05).unwrap();
    let consent = story.app.approve(&story.request, |_| {}).await.unwrap().remove(0);
    let dates = range("2024-01-01", "2025-01-01");
    story.hospital.send(data_request(&consent, dates)).await.unwrap();
    let told = story.hospital.next(OnHealthInformationRequested::META.path).await;
    assert_eq!(told.text("/error/code"), "ABDM-8877");
}

#[tokio::test]
async fn a_list_in_the_hips_acknowledgement_is_not_readable() {
    let story = asked().await;
    let consent = story.app.approve(&story.request, |_| {}).await.unwrap().remove(0);
    let notice = story.clinic.next(OnConsentNotify::META.path).await;
    let ack = ConsentAcknowledgement::ok(notice.request_id(), consent);
    let bearer = token(&story.sandbox, "SBX_CLINIC", "not-a-secret").await;
    let call = Call::<AcknowledgeConsent>::new(ack);
    let answer = send_raw(&story.sandbox, Some(&bearer), &call, |request| {
        let mut body: Value = serde_json::from_slice(request.body()).unwrap();
        body["acknowledgement"] = json!([body["acknowledgement"]]);
        *request.body_mut() = body.to_string().into();
    });
    let answer = answer.await;
    assert_eq!((answer.status, &answer.json()["error"]["code"]), (400, &json!("ABDM-1006: ")));
}

#[tokio::test]
async fn a_revocation_reaches_both_sides_and_names_the_artefact() {
    let Granted { story, consent } = granted().await;
    story.app.revoke([consent.clone()]).await.unwrap();
    let notice = story.clinic.next(OnConsentNotify::META.path).await;
    assert_eq!(notice.text("/notification/status"), "REVOKED");
    assert_eq!(notice.at("/notification/consentDetail"), &Value::Null);
    let decision = story.hospital.next(OnConsentDecision::META.path).await;
    assert_eq!(decision.text("/notification/status"), "REVOKED");
    assert_eq!(decision.text("/notification/consentArtefacts/0/id"), consent.as_str());
    assert!(story.app.revoke([consent]).await.is_err());
}

#[tokio::test]
async fn a_refusal_reaches_the_hiu_alone_with_its_reason() {
    let story = asked().await;
    assert!(story.app.deny(&story.request, "No! 1").await.is_err());
    story.app.deny(&story.request, "Not now, please.").await.unwrap();
    let decision = story.hospital.next(OnConsentDecision::META.path).await;
    assert_eq!(decision.text("/notification/status"), "DENIED");
    assert_eq!(decision.text("/notification/reason"), "Not now, please.");
    assert!(story.clinic.unread().is_empty());
    let ack = DecisionAcknowledgement::ok(decision.request_id(), []);
    let call = Call::<AcknowledgeConsentDecision>::new(ack).headers(hiu().hiu_id.into());
    story.hospital.send(call).await.unwrap();
}

#[tokio::test]
async fn status_is_a_receipt_first_even_for_unknown_ids() {
    let story = asked().await;
    let status =
        |id: &ConsentRequestId| Call::<CheckConsentStatus>::new(id.clone().into()).headers(hiu());
    story.hospital.send(status(&story.request)).await.unwrap();
    let arrived = story.hospital.next(OnConsentStatus::META.path).await;
    assert_eq!(arrived.text("/consentRequest/status"), "REQUESTED");
    let unknown = ConsentRequestId::new(RequestId::random().to_string()).unwrap();
    story.hospital.send(status(&unknown)).await.unwrap();
    let arrived = story.hospital.next(OnConsentStatus::META.path).await;
    assert_eq!(arrived.text("/error/code"), "ABDM-1039");
    let no_uuid = ConsentRequestId::new("42").unwrap();
    assert_eq!(story.hospital.refused(status(&no_uuid)).await.1, "ABDM-9999");
}

#[tokio::test]
async fn a_faulty_request_lists_its_faults() {
    let sandbox = sandbox().await;
    let hospital = hospital(&sandbox).await;
    let mut call = init();
    call.body.consent.purpose.text = "Care".to_owned();
    let (status, code, message) = hospital.refused(call).await;
    assert_eq!((status, code.as_str()), (400, "ABDM-9999"));
    assert!(message.starts_with("Invalid purpose text"), "{message}");
}

#[tokio::test]
async fn what_nobody_decides_expires() {
    let story = asked().await;
    story.sandbox.set(|switches| switches.consent_window_seconds = 0).unwrap();
    let decision = story.hospital.next(OnConsentDecision::META.path).await;
    assert_eq!(decision.text("/notification/status"), "EXPIRED");
}

#[tokio::test]
async fn with_push_first_the_hiu_learns_the_transaction_last() {
    let Granted { story, consent } = granted().await;
    story.sandbox.set(|switches| switches.push_first = true).unwrap();
    let dates = range("2024-01-01", "2025-01-01");
    story.hospital.send(data_request(&consent, dates)).await.unwrap();
    let asked = story.clinic.next(OnHealthInformationRequest::META.path).await;
    let transaction = TransactionId::new(asked.text("/transactionId")).unwrap();
    assert!(story.hospital.unread().is_empty());
    let done = report(NotifierType::Hip, &consent, &transaction, SessionStatus::Transferred);
    story.clinic.send(done).await.unwrap();
    let told = story.hospital.next(OnHealthInformationRequested::META.path).await;
    assert_eq!(told.text("/hiRequest/transactionId"), transaction.as_str());
}

#[tokio::test]
async fn the_app_can_grant_without_a_hand() {
    let sandbox = sandbox_with(|s| s.patient_grants_at_once = true).await;
    let (clinic, hospital) = (clinic(&sandbox).await, hospital(&sandbox).await);
    linked(&clinic, "OPD-1").await;
    hospital.send(init()).await.unwrap();
    let decision = hospital.next(OnConsentDecision::META.path).await;
    assert_eq!(decision.text("/notification/status"), "GRANTED");
    clinic.next(OnConsentNotify::META.path).await;
}

/// A HIU would wait for records that may not come.
#[tokio::test]
async fn with_a_type_that_is_taken_out_go_its_care_contexts() {
    let story = asked().await;
    let token = story.clinic.send(link_of(&story, "RX-1", HiType::Prescription).await);
    token.await.unwrap();
    story.clinic.next(OnLinkCareContexts::META.path).await;
    let only = [HiType::Prescription];
    let consents = story.app.approve(&story.request, |approval| {
        approval.narrow_types(&only);
    });
    let consent = consents.await.unwrap().remove(0);
    let notice = story.clinic.next(OnConsentNotify::META.path).await;
    assert_eq!(notice.text("/notification/consentId"), consent.as_str());
    let contexts = notice.at("/notification/consentDetail/careContexts");
    assert_eq!(contexts.as_array().unwrap().len(), 1, "{contexts}");
    assert_eq!(contexts[0]["careContextReference"], "RX-1");
}

#[tokio::test]
async fn when_no_linked_record_is_of_a_type_that_is_left_there_is_nothing_to_grant() {
    let story = asked().await;
    let outcome = story.app.approve(&story.request, |approval| {
        approval.narrow_types(&[HiType::Prescription]);
    });
    assert!(matches!(outcome.await, Err(SandboxError::NothingToShare)));
}

/// A link of another type, with a fresh token.
async fn link_of(
    story: &Story,
    visit: &str,
    hi_type: HiType,
) -> Call<hip_services::api::hip_linking::LinkCareContexts> {
    story.sandbox.set(|switches| switches.link_token_window_seconds = 0).unwrap();
    let token = crate::hip_linking::link_token(&story.clinic).await;
    let mut call = crate::hip_linking::link(&token, visit);
    for patient in &mut call.body.patient {
        patient.hi_type = hi_type.clone();
    }
    call
}

/// Loud by default, and live the HIP gets whatever was sent.
#[tokio::test]
async fn keys_that_no_hip_could_use_are_refused_unless_switched_to_the_live_way() {
    let Granted { story, consent } = granted().await;
    let expired = || {
        let mut call = data_request(&consent, range("2024-01-01", "2025-01-01"));
        call.body.hi_request.key_material.0["dhPublicKey"]["expiry"] =
            json!("2020-01-01T00:00:00.000Z");
        call
    };
    assert_eq!(story.hospital.refused(expired()).await.1, "ABDM-1015");
    story.sandbox.set(|switches| switches.check_key_material = false).unwrap();
    story.hospital.send(expired()).await.unwrap();
    let asked = story.clinic.next(OnHealthInformationRequest::META.path).await;
    let expiry = "/hiRequest/keyMaterial/dhPublicKey/expiry";
    assert_eq!(asked.text(expiry), "2020-01-01T00:00:00.000Z");
}

/// It went to the HIP without a word.
#[tokio::test]
async fn a_date_range_that_ends_before_it_begins_is_refused_by_callback() {
    let Granted { story, consent } = granted().await;
    let backwards = range("2024-12-01", "2024-02-01");
    story.hospital.send(data_request(&consent, backwards)).await.unwrap();
    let told = story.hospital.next(OnHealthInformationRequested::META.path).await;
    assert_eq!(told.text("/error/code"), "ABDM-1063");
}

/// The wait for the HIP is the HIP's own time.
#[tokio::test]
async fn a_data_request_waits_for_a_notice_that_a_fault_holds_back() {
    let story = asked().await;
    // Any other callback would release the notice.
    story.sandbox.hold_next_callback::<OnConsentNotify>();
    story.sandbox.hold_next_callback::<OnConsentDecision>();
    let consents = story.app.approve(&story.request, |_| {}).await.unwrap();
    while get(&story.sandbox, "journal?state=held").await["entries"].as_array().unwrap().len() < 2 {
    }
    let dates = range("2024-01-01", "2025-01-01");
    story.hospital.send(data_request(&consents[0], dates)).await.unwrap();
    // Longer than an acknowledgement is waited for, shorter than the notice is held.
    story.sandbox.advance(TimeDelta::seconds(15)).unwrap();
    story.sandbox.advance(TimeDelta::seconds(6)).unwrap();
    let notice = story.clinic.next(OnConsentNotify::META.path).await;
    let ack = ConsentAcknowledgement::ok(notice.request_id(), consents[0].clone());
    story.clinic.send(Call::<AcknowledgeConsent>::new(ack)).await.unwrap();
    let told = story.hospital.next(OnHealthInformationRequested::META.path).await;
    assert!(told.at("/error").is_null(), "{:?}", told.body);
    story.clinic.next(OnHealthInformationRequest::META.path).await;
}

/// A vendor with two clients answers with the token of the wrong one.
#[tokio::test]
async fn an_answer_to_what_another_client_was_told_has_no_mapping() {
    let Granted { story, consent } = granted().await;
    let (clinic, hospital) = (&story.clinic, &story.hospital);
    let ack = ConsentAcknowledgement::ok(story.notice, consent.clone());
    let (.., code, _) = hospital.refused(Call::<AcknowledgeConsent>::new(ack)).await;
    assert_eq!(code, "ABDM-2500");
    let ack = DecisionAcknowledgement::ok(story.decision, [consent.clone()]);
    let call = Call::<AcknowledgeConsentDecision>::new(ack).headers(hiu().hiu_id.into());
    assert_eq!(clinic.refused(call).await.1, "ABDM-2500");
    hospital.send(data_request(&consent, range("2024-01-01", "2025-01-01"))).await.unwrap();
    let asked = clinic.next(OnHealthInformationRequest::META.path).await;
    let transaction = TransactionId::new(asked.text("/transactionId")).unwrap();
    let answer = || {
        let body = RequestAcknowledgement::acknowledged(asked.request_id(), transaction.clone());
        Call::<AcknowledgeHealthInformationRequest>::new(body)
    };
    assert_eq!(hospital.refused(answer()).await.1, "ABDM-2500");
    clinic.send(answer()).await.expect("the refused answer has changed nothing");
}

#[tokio::test]
async fn a_request_and_its_artefact_are_shown_to_their_own_hiu_alone() {
    let Granted { story, consent } = granted().await;
    let (sandbox, hospital) = (&story.sandbox, &story.hospital);
    let other = Facility::new("OTHER-HIU", "Other", Role::Hiu, "SBX_HOSPITAL");
    sandbox.register_facility(other).unwrap();
    let headers = HiuHeaders { hiu_id: HiuId::new("OTHER-HIU").unwrap() };
    let call = Call::<FetchConsent>::new(consent.into()).headers(headers.clone());
    hospital.send(call).await.unwrap();
    let told = hospital.next(OnFetchConsent::META.path).await;
    assert_eq!((told.text("/error/code"), told.at("/consent")), ("ABDM-1080", &Value::Null));
    let call = Call::<CheckConsentStatus>::new(story.request.clone().into()).headers(headers);
    hospital.send(call).await.unwrap();
    let told = hospital.next(OnConsentStatus::META.path).await;
    assert_eq!(told.text("/error/code"), "ABDM-1039");
}

/// The patient may narrow a request, never widen it.
#[tokio::test]
async fn a_grant_of_more_than_was_asked_is_refused_in_whatever_it_is_more() {
    let story = asked().await;
    story
        .sandbox
        .register_facility(Facility::new("HIP-2", "Two", Role::Hip, "SBX_CLINIC"))
        .unwrap();
    let other = json!({"patient": "ravi.example@sbx", "hipId": "HIP-2", "patientReference": "U",
        "careContexts": [{"reference": "C-2", "display": "V", "hiTypes": ["OPConsultation"]}]});
    assert_eq!(post(&story.sandbox, "links", other).await.status, 201);
    let mut narrow = terms();
    narrow.consent.hip = Some(hip().into());
    let context = ConsentCareContext::new("UHID-7".parse().unwrap(), "OPD-1".parse().unwrap());
    narrow.consent.care_contexts = Some(vec![context.clone()]);
    let call = Call::<RequestConsent>::new(narrow).headers(hiu().hiu_id.into());
    story.hospital.send(call).await.unwrap();
    let arrived = story.hospital.next(OnRequestConsent::META.path).await;
    let request = ConsentRequestId::new(arrived.text("/consentRequest/id")).unwrap();
    type Widen = fn(&mut Grant);
    let widen: [(&str, Widen); 6] = [
        ("dates", |grant| grant.permission.date_range = range("2020-12-31", "2026-01-01")),
        ("dates that end before they begin", |grant| {
            grant.permission.date_range = range("2025-01-01", "2024-01-01");
        }),
        ("erase date", |grant| {
            grant.permission.data_erase_at = Some(SystemClock.now() + TimeDelta::days(300));
        }),
        ("access mode", |grant| grant.permission.access_mode = AccessMode::Store),
        ("HIP", |grant| grant.hip.id = HipId::new("HIP-2").unwrap()),
        ("care context", |grant| {
            grant.care_contexts[0].care_context_reference = "C-2".parse().unwrap();
        }),
    ];
    for (what, widen) in widen {
        let grant = story.app.approve(&request, |approval| widen(&mut approval.consents[0]));
        assert!(grant.await.is_err(), "{what}");
    }
    let granted = story.app.approve(&request, |_| {}).await.unwrap();
    assert_eq!(granted.len(), 1);
    // In the words of the consent manager, for whoever has HTTP alone.
    let path = format!("app/ravi.example@sbx/requests/{}/approve", story.request);
    let wider = json!({"dataEraseAt": "2098-01-01T00:00:00Z"});
    let refused = post(&story.sandbox, &path, wider).await;
    assert_eq!(refused.status, 409);
    let told = refused.json()["error"].as_str().unwrap().to_owned();
    assert!(told.ends_with("ABDM-1031: The grant is wider than the request"), "{told}");
}

/// Ruling 11.
#[tokio::test]
async fn a_grant_comes_once_more_after_its_revocation_when_it_is_asked_for() {
    let Granted { story, consent } = granted().await;
    let repeat = json!({"fault": "repeatGrants", "count": 1});
    assert_eq!(post(&story.sandbox, "faults", repeat).await.status, 204);
    story.app.revoke([consent.clone()]).await.unwrap();
    for status in ["REVOKED", "GRANTED"] {
        let notice = story.clinic.next(OnConsentNotify::META.path).await;
        assert_eq!(notice.text("/notification/status"), status);
        assert_eq!(notice.text("/notification/consentId"), consent.as_str());
        let decision = story.hospital.next(OnConsentDecision::META.path).await;
        assert_eq!(decision.text("/notification/status"), status);
        assert_eq!(decision.text("/notification/consentArtefacts/0/id"), consent.as_str());
    }
    // It stays dead.
    let dates = range("2024-01-01", "2025-01-01");
    story.hospital.send(data_request(&consent, dates)).await.unwrap();
    let told = story.hospital.next(OnHealthInformationRequested::META.path).await;
    assert_eq!(told.text("/error/code"), "ABDM-1112");
    assert!(story.clinic.unread().is_empty(), "{:?}", story.clinic.unread());
}

/// Said once, however often the consent is named.
#[tokio::test]
async fn a_consent_that_is_named_twice_in_a_revocation_is_revoked_once() {
    let Granted { story, consent } = granted().await;
    story.app.revoke([consent.clone(), consent]).await.unwrap();
    story.clinic.next(OnConsentNotify::META.path).await;
    story.sandbox.quiet(std::time::Duration::from_secs(10)).await.unwrap();
    assert!(story.clinic.unread().is_empty(), "{:?}", story.clinic.unread());
}

/// m2-hip.md 7: an acknowledgement that comes too late counts for nothing.
#[tokio::test]
async fn no_data_is_asked_for_under_a_consent_that_was_acknowledged_too_late() {
    let story = asked().await;
    story
        .sandbox
        .set(|switches| {
            switches.acknowledgement_within_seconds = 0.0;
            switches.acknowledgement_wait_seconds = 0.1;
        })
        .unwrap();
    let consents = story.app.approve(&story.request, |_| {}).await.unwrap();
    let notice = story.clinic.next(OnConsentNotify::META.path).await;
    let ack = ConsentAcknowledgement::ok(notice.request_id(), consents[0].clone());
    story.clinic.send(Call::<AcknowledgeConsent>::new(ack)).await.unwrap();
    let dates = range("2024-01-01", "2025-01-01");
    story.hospital.send(data_request(&consents[0], dates)).await.unwrap();
    let told = story.hospital.next(OnHealthInformationRequested::META.path).await;
    assert_eq!(told.text("/error/code"), "ABDM-8877");
}
