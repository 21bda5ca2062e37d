//! Everything else that a facility does, in V0.5: by the same methods as in V3.

use std::sync::Arc;
use std::time::Duration;

use abdm_core::api::consent::{DateRange, Requester};
use abdm_core::api::data_flow::NotifyHealthInformation;
use abdm_core::bridge::set_callback_url;
use abdm_core::client::AbdmClient;
use abdm_core::endpoint::Endpoint;
use abdm_core::receiver::serve;
use abdm_core::seal::SealingKey;
use abdm_core::transport::ReqwestTransport;
use abdm_core::vocabulary::HiType;
use abdm_flow::store::MemoryStore;
use abdm_sandbox::transcript::Party;
use abdm_sandbox::{Facility, Role};
use chrono::TimeDelta;
use hip_services::api::consent::{AcknowledgeConsent, OnConsentNotify};
use hip_services::api::user_linking::{AnswerDiscovery, OnDiscoverCareContexts};
use hip_services::api::v0_5::consent::{AcknowledgeConsentV05, OnConsentNotifyV05};
use hip_services::api::v0_5::health_information::{
    AcknowledgeHealthInformationRequestV05, NotifyHealthInformationV05,
    OnHealthInformationRequestV05,
};
use hip_services::api::v0_5::linking::{NotifyContextV05, OnNotifyContextV05};
use hip_services::api::v0_5::sharing::{AcknowledgeShareV05, OnPatientShareV05};
use hip_services::api::v0_5::sms::{
    NotifyBySmsV05, NotifyOfVisitBySmsV05, OnSmsNotifiedV05, VisitSmsNotice,
};
use hip_services::api::v0_5::user_auth::{AuthCode, AuthMode, AuthPurpose};
use hip_services::api::v0_5::user_linking::{
    AnswerDiscoveryV05, AnswerLinkConfirmV05, AnswerLinkInitV05, OnDiscoverCareContextsV05,
    OnLinkConfirmV05, OnLinkInitV05,
};
use hip_services::flow::SmsState;
use hiu_services::hooks::MemoryRecords;
use hiu_services::{ConsentRequest, Decision, Hiu};

use crate::clinic::{A_MINUTE, CLINIC, Program, Stage, address};

const HOSPITAL: &str = "IN2710000002";

/// From the first call of the clinic on, the sandbox knows that it speaks V0.5. Where the patient
/// makes the first step, it is told.
fn speaks_v0_5(stage: &Stage) {
    stage.sandbox.set(|switches| switches.v0_5_facilities = vec![CLINIC.to_owned()]).unwrap();
}

/// Every exchange of these was taken.
async fn taken<E: Endpoint>(stage: &Stage) {
    let exchanges = stage.heard::<E>(1).await;
    for exchange in exchanges {
        let status = exchange.status.unwrap();
        assert!((200..300).contains(&status), "{} {status}: {}", E::META.name, exchange.response);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_patient_finds_and_links_their_records_from_their_app() {
    let (stage, program) = Stage::open().await;
    speaks_v0_5(&stage);
    let app = stage.sandbox.phr(&address()).unwrap();
    let found = app.discover(&stage.hip_id(), Vec::new()).await.unwrap();
    let told: usize = found.found.given().unwrap().iter().map(|p| p.care_contexts.len()).sum();
    assert_eq!(told, 2);
    let offered = app.choose_all(&found).await.unwrap();
    assert!(app.confirm(&offered, "000000").await.is_err());
    let otp = stage.desk.otps.lock().unwrap().last().unwrap().clone();
    app.confirm(&offered, &otp).await.unwrap();
    let linked = program.hip.linked_contexts(&address()).await.unwrap();
    assert_eq!(linked.len(), 2, "with the HI types that the clinic knows");
    assert!(linked.iter().all(|context| context.hi_type == HiType::OpConsultation));
    // Nothing is left to be found, and the app is told why.
    assert!(app.discover(&stage.hip_id(), Vec::new()).await.is_err());

    taken::<OnDiscoverCareContextsV05>(&stage).await;
    taken::<AnswerDiscoveryV05>(&stage).await;
    taken::<OnLinkInitV05>(&stage).await;
    taken::<AnswerLinkInitV05>(&stage).await;
    taken::<OnLinkConfirmV05>(&stage).await;
    taken::<AnswerLinkConfirmV05>(&stage).await;
    assert!(stage.exchanges::<OnDiscoverCareContexts>().is_empty());
    assert!(stage.exchanges::<AnswerDiscovery>().is_empty());
    let discovery = &stage.heard::<OnDiscoverCareContextsV05>(1).await[0].body;
    let kinds = discovery["patient"]["verifiedIdentifiers"].as_array().unwrap();
    assert!(kinds.iter().any(|kind| kind["type"] == "HEALTH_ID"), "{discovery}");
    let nothing = &stage.exchanges::<AnswerDiscoveryV05>()[1].body;
    assert_eq!(nothing["error"]["code"], 1010);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_is_shared_at_a_counter() {
    let (stage, _program) = Stage::open().await;
    speaks_v0_5(&stage);
    let app = stage.sandbox.phr(&address()).unwrap();
    let token = app.share_profile(&stage.hip_id(), "OPD1").await.unwrap();
    assert_eq!(token.token_number, "1");
    taken::<OnPatientShareV05>(&stage).await;
    taken::<AcknowledgeShareV05>(&stage).await;
    let queue = stage.desk.queue.lock().unwrap();
    let (counter, shared) = queue.first().unwrap();
    let known = stage.person();
    assert_eq!((counter.as_str(), &shared.abha_address), ("OPD1", &address()));
    assert_eq!(shared.patient.name.as_ref(), Some(&known.name));
    assert_eq!(shared.patient.date_of_birth(), Some(known.date_of_birth));
    assert_eq!(shared.patient.phone_number.as_deref(), Some(known.mobile.expose()));
    assert_eq!(shared.patient.abha_number, known.abha_number);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_sms_leaves_with_indias_code_and_is_accepted() {
    let (stage, program) = Stage::open().await;
    let mobile = stage.person().mobile;
    let sms = program.hip.notify_by_sms(&mobile, "Example Clinic").await.unwrap();
    assert_eq!(sms.outcome(A_MINUTE).await.unwrap(), SmsState::Accepted);
    let told = &stage.heard::<NotifyBySmsV05>(1).await[0].body["notification"]["phoneNo"];
    assert_eq!(told.as_str(), Some(format!("+91-{}", mobile.expose()).as_str()));
    taken::<OnSmsNotifiedV05>(&stage).await;
    assert_eq!(stage.heard::<OnSmsNotifiedV05>(1).await[0].body["status"], "ACKNOWLEDGED");
    // The call that V3 has not, by hand.
    let notice = VisitSmsNotice::new(&mobile, stage.hip_id(), "X-ray on 14 Sep");
    let call = abdm_core::call::Call::<NotifyOfVisitBySmsV05>::new(notice.into());
    stage.client.send(&call).await.unwrap();
    stage.heard::<OnSmsNotifiedV05>(2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_journey_from_the_desk_to_the_records() {
    let (stage, program) = Stage::open().await;
    prove(&stage, &program).await;
    let link = program.hip.link(stage.patient(&["OPD-1"])).await.unwrap();
    link.finished(A_MINUTE).await.unwrap();
    taken::<NotifyContextV05>(&stage).await;
    taken::<OnNotifyContextV05>(&stage).await;

    let (hiu, records) = hospital(&stage).await;
    let now = stage.client.now();
    let doctor = Requester::registered("Dr. Rao", "REGNO", "MH1001", "https://www.nmc.org.in");
    let request = ConsentRequest::for_care(address(), doctor)
        .of_types([HiType::OpConsultation, HiType::HealthDocumentRecord])
        .dated(DateRange::new(now - TimeDelta::days(365), now))
        .erased_at(now + TimeDelta::days(30));
    let consent = hiu.request_consent(request).await.unwrap();
    let app = stage.sandbox.phr(&address()).unwrap();
    let asked = app.next_request(Duration::from_secs(20)).await.unwrap();
    let granted = app.approve(&asked.request_id, |_| {}).await.unwrap();
    assert_eq!(consent.wait_for_decision(A_MINUTE).await.unwrap(), Decision::Granted);
    let deliveries = consent.wait_for_records(A_MINUTE).await.unwrap();
    let [delivery] = &deliveries[..] else { panic!("one clinic: {deliveries:?}") };
    assert_eq!(delivery.problems().count(), 0);
    let documents = records.documents_under(&delivery.consent);
    assert_eq!(documents.len(), 1);
    let text = records.open(&documents[0]).unwrap().record().unwrap().render_text(80);
    assert!(text.contains("Fever for three days"), "{text}");

    taken::<OnConsentNotifyV05>(&stage).await;
    taken::<AcknowledgeConsentV05>(&stage).await;
    taken::<OnHealthInformationRequestV05>(&stage).await;
    taken::<AcknowledgeHealthInformationRequestV05>(&stage).await;
    taken::<NotifyHealthInformationV05>(&stage).await;
    app.revoke(granted).await.unwrap();
    assert_eq!(stage.heard::<AcknowledgeConsentV05>(2).await.len(), 2);
    for v3 in
        [stage.exchanges::<OnConsentNotify>().len(), stage.exchanges::<AcknowledgeConsent>().len()]
    {
        assert_eq!(v3, 0);
    }
    // The hospital reports in V3.
    assert_eq!(stage.heard::<NotifyHealthInformation>(1).await.len(), 1);
}

async fn prove(stage: &Stage, program: &Program) {
    let v0_5 = program.hip.v0_5();
    let auth = v0_5.authenticate(&address(), AuthPurpose::Link).await.unwrap();
    auth.begin(AuthMode::MobileOtp, A_MINUTE).await.unwrap();
    auth.prove(AuthCode::new(&*stage.otp())).await.unwrap();
    auth.authenticated(A_MINUTE).await.unwrap();
}

/// A hospital that asks for records, in V3: each side speaks its own edition.
async fn hospital(stage: &Stage) -> (Hiu, Arc<MemoryRecords>) {
    let credentials = stage.sandbox.register_client("SBX_HOSPITAL", "any secret", Party::Hospital);
    let facility = Facility::new(HOSPITAL, "Example Hospital", Role::Hiu, "SBX_HOSPITAL");
    stage.sandbox.register_facility(facility).unwrap();
    let transport = Arc::new(ReqwestTransport::new().unwrap());
    let environment = stage.sandbox.environment().unwrap();
    let client = AbdmClient::builder(environment, credentials, transport).build();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/abdm", listener.local_addr().unwrap());
    let records = Arc::new(MemoryRecords::new(SealingKey::generate().unwrap()));
    let hiu = Hiu::builder(HOSPITAL.parse().unwrap(), client.clone())
        .records(records.clone())
        .store(Arc::new(MemoryStore::new()), SealingKey::generate().unwrap())
        .bridge_url(&url)
        .build()
        .unwrap();
    let app = axum::Router::new().nest("/abdm", hiu.router());
    tokio::spawn(async move { serve(listener, app, std::future::pending()).await });
    let worker = hiu.clone();
    tokio::spawn(async move { worker.run(std::future::pending()).await });
    set_callback_url(&client, &url).await.unwrap();
    (hiu, records)
}
