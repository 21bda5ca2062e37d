//! Linking by the patient, with a facility that answers by hand (m2-hip.md 5).

mod own_app;
mod played;
mod refused;

use abdm_core::call::Call;
use abdm_core::clock::{Clock as _, SystemClock};
use abdm_core::endpoint::Endpoint as _;
use abdm_core::error::CallbackError;
use abdm_core::headers::{HipHeaders, ToleratedHiuHeaders};
use abdm_core::id::{RequestId, TransactionId};
use abdm_core::vocabulary::HiType;
use abdm_sandbox::{AppAnswer, PhrApp, Sandbox, SandboxError, UserLink};
use chrono::{DateTime, TimeDelta, Utc};
use hip_services::api::consent::OnConsentNotify;
use hip_services::api::hip_linking::{CareContext, PatientCareContexts};
use hip_services::api::user_linking::{
    AnswerDiscovery, AnswerLinkConfirm, AnswerLinkInit, CommunicationMedium, DiscoveryAnswer,
    Identifier, IdentifierType, LinkConfirmAnswer, LinkInitAnswer, OfferedLink,
    OnDiscoverCareContexts, OnLinkConfirm, OnLinkInit,
};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use crate::hip_linking::hip;
use crate::support::{Arrived, CLINIC, Desk, clinic, sandbox_with};

pub(crate) const RAVI: &str = "ravi.example@sbx";
/// The clinic's reference of the link.
pub(crate) const REFERENCE: &str = "d353b782-bfdf-4224-9f8d-da2cadc20c0d";

pub(crate) fn app_of(sandbox: &Sandbox, who: &str) -> PhrApp {
    sandbox.phr(&who.parse().unwrap()).unwrap()
}

/// The patient looks for records at the clinic, in the background.
pub(crate) fn search(app: &PhrApp) -> JoinHandle<Result<UserLink, SandboxError>> {
    let (app, typed) = (app.clone(), Identifier::new(IdentifierType::MedicalRecord, "UHID-7"));
    tokio::spawn(async move { app.discover(&hip(), vec![typed]).await })
}

/// Chooses everything, in the background.
pub(crate) fn choose(
    app: &PhrApp,
    found: &UserLink,
) -> JoinHandle<Result<OfferedLink, SandboxError>> {
    let (app, found) = (app.clone(), found.clone());
    tokio::spawn(async move { app.choose_all(&found).await })
}

/// Types an OTP, in the background.
pub(crate) fn confirm(
    app: &PhrApp,
    link: &OfferedLink,
    otp: &'static str,
) -> JoinHandle<Result<Vec<PatientCareContexts>, SandboxError>> {
    let (app, link) = (app.clone(), link.clone());
    tokio::spawn(async move { app.confirm(&link, otp).await })
}

/// Visits of the patient UHID-7.
pub(crate) fn visits(references: &[&str]) -> Vec<PatientCareContexts> {
    let visit = |reference: &&str| CareContext::new(reference.parse().unwrap(), "OPD visit");
    let visits = references.iter().map(visit).collect();
    let number = "UHID-7".parse().unwrap();
    vec![PatientCareContexts::new(number, "Ravi E.", HiType::OpConsultation, visits)]
}

pub(crate) fn transaction(arrived: &Arrived) -> TransactionId {
    TransactionId::new(arrived.text("/transactionId")).unwrap()
}

/// The clinic's answer to a discovery.
pub(crate) fn found(asked: &Arrived, patient: Vec<PatientCareContexts>) -> Call<AnswerDiscovery> {
    let matched_by = vec![IdentifierType::MedicalRecord, IdentifierType::AbhaAddress];
    answered(DiscoveryAnswer::found(asked.request_id(), transaction(asked), patient, matched_by))
}

pub(crate) fn answered(answer: DiscoveryAnswer) -> Call<AnswerDiscovery> {
    Call::new(answer).headers(ToleratedHiuHeaders::default())
}

/// The clinic has sent an OTP.
pub(crate) fn offered(
    asked: &Arrived,
    reference: &str,
    until: DateTime<Utc>,
) -> Call<AnswerLinkInit> {
    let medium = CommunicationMedium::Mobile;
    let link = OfferedLink::direct(reference.parse().unwrap(), medium, until);
    Call::new(LinkInitAnswer::sent(asked.request_id(), transaction(asked), link))
}

pub(crate) fn soon() -> DateTime<Utc> {
    SystemClock.now() + TimeDelta::minutes(5)
}

/// What the clinic says of an OTP.
pub(crate) fn judged(answer: LinkConfirmAnswer) -> Call<AnswerLinkConfirm> {
    Call::new(answer).headers(HipHeaders { hip_id: hip() })
}

pub(crate) fn linked(
    request: RequestId,
    patient: Vec<PatientCareContexts>,
) -> Call<AnswerLinkConfirm> {
    judged(LinkConfirmAnswer::linked(request, patient))
}

pub(crate) async fn asked(clinic: &Desk) -> Arrived {
    clinic.next(OnDiscoverCareContexts::META.path).await
}

pub(crate) async fn inited(clinic: &Desk) -> Arrived {
    clinic.next(OnLinkInit::META.path).await
}

pub(crate) async fn typed(clinic: &Desk) -> Arrived {
    clinic.next(OnLinkConfirm::META.path).await
}

/// What the facility, or ABDM in its place, told the app.
pub(crate) fn told<T: std::fmt::Debug>(outcome: Result<T, SandboxError>) -> (String, String) {
    match outcome {
        Err(SandboxError::HipRefused(CallbackError { code, message, .. })) => {
            (code.unwrap().as_str().to_owned(), message)
        }
        other => panic!("{other:?}"),
    }
}

/// How the app's own call was refused.
pub(crate) fn code<T: std::fmt::Debug>(outcome: Result<T, SandboxError>) -> String {
    match outcome {
        Err(SandboxError::App(error)) => error.code().unwrap().as_str().to_owned(),
        other => panic!("{other:?}"),
    }
}

/// A patient for whom the clinic has found these visits.
pub(crate) async fn with_found(
    (sandbox, clinic): (&Sandbox, &Desk),
    who: &str,
    references: &[&str],
) -> (PhrApp, UserLink) {
    let app = app_of(sandbox, who);
    let searching = search(&app);
    let discovery = asked(clinic).await;
    clinic.send(found(&discovery, visits(references))).await.unwrap();
    let link = searching.await.unwrap().unwrap();
    (app, link)
}

/// The same, who has chosen everything and for whom an OTP is on its way.
pub(crate) async fn with_otp(
    of: (&Sandbox, &Desk),
    who: &str,
    references: &[&str],
    reference: &str,
) -> (PhrApp, OfferedLink) {
    let (app, link) = with_found(of, who, references).await;
    let choosing = choose(&app, &link);
    let init = inited(of.1).await;
    of.1.send(offered(&init, reference, soon())).await.unwrap();
    (app, choosing.await.unwrap().unwrap())
}

async fn ready() -> (Sandbox, Desk) {
    let sandbox = sandbox_with(|switches| switches.discovery_wait_seconds = 60.0).await;
    let clinic = clinic(&sandbox).await;
    (sandbox, clinic)
}

#[tokio::test]
async fn a_patient_finds_chooses_and_confirms_and_the_records_are_linked() {
    let (sandbox, clinic) = ready().await;
    sandbox.set(|switches| switches.patient_app_pulls = true).unwrap();
    let app = app_of(&sandbox, RAVI);
    let searching = search(&app);

    let discovery = asked(&clinic).await;
    assert_eq!(discovery.header("x-hip-id"), Some(CLINIC));
    assert_eq!(discovery.header("x-hiu-id"), Some("sbx_001"));
    assert_eq!(discovery.header("x-cm-id"), None);
    let number = sandbox.patient(app.address()).unwrap().abha_number.unwrap();
    assert_eq!(
        discovery.body,
        json!({"transactionId": discovery.text("/transactionId"), "patient": {
            "id": RAVI, "name": "Ravi Example", "gender": "M", "yearOfBirth": 1975,
            "verifiedIdentifiers": [
                {"type": "MOBILE", "value": "+919999900002"},
                {"type": "ABHA_NUMBER", "value": number.to_dashed()},
                {"type": "ABHA_ADDRESS", "value": RAVI}],
            "unverifiedIdentifiers": [{"type": "MR", "value": "UHID-7"}]}})
    );
    assert!(matches!(app.user_links().unwrap()[0].found, AppAnswer::Awaited));
    clinic.send(found(&discovery, visits(&["OPD-1", "OPD-2"]))).await.unwrap();
    let link = searching.await.unwrap().unwrap();
    assert_eq!(link.found.given().unwrap(), &visits(&["OPD-1", "OPD-2"]));

    let one = link.found_of(&["OPD-2".parse().unwrap()]);
    assert_eq!(one, visits(&["OPD-2"]));
    let choosing = {
        let (app, link) = (app.clone(), link.clone());
        tokio::spawn(async move { app.choose(&link, one).await })
    };
    let init = inited(&clinic).await;
    assert_eq!(
        init.body,
        json!({"transactionId": discovery.text("/transactionId"), "abhaAddress": RAVI, "patient": [
            {"referenceNumber": "UHID-7", "careContexts": [{"referenceNumber": "OPD-2"}],
             "hiType": "OPConsultation", "count": 1}]})
    );
    clinic.send(offered(&init, REFERENCE, soon())).await.unwrap();
    let offer = choosing.await.unwrap().unwrap();
    assert_eq!(offer.reference_number.as_str(), REFERENCE);

    let confirming = confirm(&app, &offer, "012345");
    let confirmation = typed(&clinic).await;
    assert_eq!(confirmation.at("/confirmation/linkRefNumber"), REFERENCE);
    assert_eq!(confirmation.at("/confirmation/token"), "012345");
    assert_eq!(app.links().await.unwrap(), []);
    clinic.send(linked(confirmation.request_id(), visits(&["OPD-2"]))).await.unwrap();
    assert_eq!(confirming.await.unwrap().unwrap(), visits(&["OPD-2"]));
    let links = app.links().await.unwrap();
    assert_eq!(links.len(), 1);
    assert_eq!(links[0].care_contexts[0].reference_number.as_str(), "OPD-2");

    // As after every link: the patient's own app asks for the record.
    let notice = clinic.next(OnConsentNotify::META.path).await;
    let context = "/notification/consentDetail/careContexts/0/careContextReference";
    assert_eq!(
        (notice.at(context), notice.text("/notification/status")),
        (&json!("OPD-2"), "GRANTED")
    );
}

#[tokio::test]
async fn every_second_discovery_has_bare_numbers_no_app_and_no_list_of_nothing() {
    let (sandbox, clinic) = ready().await;
    sandbox.set(|switches| switches.loose_bodies = true).unwrap();
    for (who, mobile, is_bare) in
        [(RAVI, "+919999900002", false), ("meera.sample@sbx", "9999900003", true)]
    {
        let app = app_of(&sandbox, who);
        let searching = tokio::spawn(async move { app.discover(&hip(), Vec::new()).await });
        let discovery = asked(&clinic).await;
        assert_eq!(discovery.at("/patient/verifiedIdentifiers/0/value"), mobile);
        let number = discovery.text("/patient/verifiedIdentifiers/1/value");
        assert_eq!(number.contains('-'), !is_bare, "{number}");
        assert_eq!(discovery.header("x-hiu-id").is_none(), is_bare);
        let typed = discovery.at("/patient/unverifiedIdentifiers");
        assert_eq!(*typed, if is_bare { Value::Null } else { json!([]) });
        clinic.send(found(&discovery, visits(&["OPD-1"]))).await.unwrap();
        searching.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn an_error_of_the_facility_reaches_the_patient_unchanged() {
    let (sandbox, clinic) = ready().await;
    let app = app_of(&sandbox, RAVI);
    let searching = search(&app);
    let discovery = asked(&clinic).await;
    let nothing = DiscoveryAnswer::nothing_new(discovery.request_id(), transaction(&discovery));
    clinic.send(answered(nothing)).await.unwrap();
    let expected = ("ABDM-1010".to_owned(), "No new health record to link".to_owned());
    assert_eq!(told(searching.await.unwrap()), expected);

    let (app, link) = with_found((&sandbox, &clinic), "sunita.example@sbx", &["OPD-1"]).await;
    let choosing = choose(&app, &link);
    let init = inited(&clinic).await;
    let error = CallbackError::new(1010, "No mobile number is known");
    let refused = LinkInitAnswer::refused(init.request_id(), transaction(&init), error);
    clinic.send::<AnswerLinkInit>(Call::new(refused)).await.unwrap();
    assert_eq!(told(choosing.await.unwrap()).1, "No mobile number is known");
}

#[tokio::test]
async fn after_a_wrong_otp_nothing_is_linked_and_the_patient_may_try_again() {
    let (sandbox, clinic) = ready().await;
    let (app, offer) = with_otp((&sandbox, &clinic), RAVI, &["OPD-1"], REFERENCE).await;
    let confirming = confirm(&app, &offer, "999999");
    let first = typed(&clinic).await;
    clinic.send(judged(LinkConfirmAnswer::wrong_otp(first.request_id()))).await.unwrap();
    assert_eq!(told(confirming.await.unwrap()).1, "OTP does not matched");
    assert_eq!(app.links().await.unwrap(), []);

    let confirming = confirm(&app, &offer, "123456");
    let second = typed(&clinic).await;
    clinic.send(linked(second.request_id(), visits(&["OPD-1"]))).await.unwrap();
    confirming.await.unwrap().unwrap();
    assert_eq!(app.links().await.unwrap().len(), 1);
    // An answer to the first one comes too late, and one to a third there is not.
    for request in [first.request_id(), second.request_id()] {
        let twice = clinic.refused(linked(request, visits(&["OPD-1"]))).await;
        assert_eq!(twice.1, "ABDM-1108");
    }
    assert_eq!(code(app.confirm(&offer, "123456").await), "ABDM-1105");
}

#[tokio::test]
async fn what_is_linked_is_not_shown_again_and_choosing_it_ends_the_discovery() {
    let (sandbox, clinic) = ready().await;
    sandbox.set(|switches| switches.loose_bodies = false).unwrap();
    // Found while it was not linked, and chosen when it was.
    let (app, early) = with_found((&sandbox, &clinic), RAVI, &["OPD-1"]).await;
    let (_, offer) = with_otp((&sandbox, &clinic), RAVI, &["OPD-1"], REFERENCE).await;
    let confirming = confirm(&app, &offer, "123456");
    let confirmation = typed(&clinic).await;
    clinic.send(linked(confirmation.request_id(), visits(&["OPD-1"]))).await.unwrap();
    confirming.await.unwrap().unwrap();

    let (_, late) = with_found((&sandbox, &clinic), RAVI, &["OPD-1", "OPD-2"]).await;
    assert_eq!(late.found.given().unwrap(), &visits(&["OPD-2"]));
    let choosing = choose(&app, &early);
    let over = inited(&clinic).await;
    // Case 41: these two keys and nothing else.
    assert_eq!(
        over.body,
        json!({"transactionId": early.transaction_id.as_str(), "error": {"code": "ABDM-1056",
            "message": "This care contexts has been already linked"}})
    );
    assert_eq!(told(choosing.await.unwrap()).0, "ABDM-1056");
    let answer = clinic.refused(offered(&over, REFERENCE, soon())).await;
    assert_eq!(answer.1, "ABDM-1107");
    assert_eq!(app.links().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_facility_that_does_not_answer_in_time_cannot_be_reached_and_its_answer_is_refused() {
    let (sandbox, clinic) = ready().await;
    sandbox.set(|switches| switches.discovery_wait_seconds = 10.0).unwrap();
    let app = app_of(&sandbox, RAVI);
    let searching = search(&app);
    let discovery = asked(&clinic).await;
    sandbox.advance(TimeDelta::seconds(11)).unwrap();
    assert!(matches!(searching.await.unwrap(), Err(SandboxError::HipSilent)));
    let late = clinic.refused(found(&discovery, visits(&["OPD-1"]))).await;
    assert_eq!(late.1, "ABDM-1052");
    let seen = &app.user_links().unwrap()[0];
    assert!(matches!(seen.found, AppAnswer::Unreachable), "{seen:?}");
    // The patient may try again at once.
    let searching = search(&app);
    clinic.send(found(&asked(&clinic).await, visits(&["OPD-1"]))).await.unwrap();
    searching.await.unwrap().unwrap();
}
