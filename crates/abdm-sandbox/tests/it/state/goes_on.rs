//! A restart is nothing that anybody outside has to know of.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use abdm_core::api::gateway::{BridgeUrl, CreateSession, FetchCertificates, UpdateBridgeUrl};
use abdm_core::call::Call;
use abdm_core::endpoint::Endpoint as _;
use abdm_core::vocabulary::Gender;
use abdm_core::wire::NoBody;
use abha_enrollment::Problem;
use abha_enrollment::flow::address_creation::{AddressDetails, BirthDate};
use abha_enrollment::flow::verification::{
    OtpRoute, ProofRoute, Verification, VerificationOutcome,
};
use abha_enrollment::input::AbhaAddressName;
use chrono::{NaiveDate, TimeDelta};
use hip_services::api::consent::OnConsentNotify;
use hip_services::api::health_information::OnHealthInformationRequest;
use hip_services::api::hip_linking::{OnGenerateLinkToken, OnLinkCareContexts};
use hiu_services::api::consent::{FetchConsent, OnConsentStatus, OnFetchConsent};
use hiu_services::api::health_information::OnHealthInformationRequested;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};

use super::Life;
use super::story::{HIP, HIU, RAVI, SUNITA, Story, acknowledge, answer, push};
use crate::consent::hiu;
use crate::hip_linking::{link, token_request};
use crate::journal::ask;
use crate::lobby::{address, by_licence, number, otp, person};
use crate::own_api::{get, post};
use crate::support::{clinic, send_raw};
use crate::user_linking::{
    REFERENCE, app_of, asked, confirm, found, linked as by_patient, search, typed, visits, with_otp,
};

async fn after_a_restart() -> Story {
    let mut story = Story::tell().await;
    story.life.restart().await;
    story
}

#[tokio::test]
async fn tokens_keys_and_flows_from_before_a_restart_are_good_after_it() {
    let mut story = after_a_restart().await;
    let sandbox = story.life.sandbox.clone();
    let last = get(&sandbox, "journal?limit=0").await["last"].clone();
    // Bearer, X-token and the keys that a HIP has cached.
    let call = Call::<FetchCertificates>::new(NoBody);
    let certificates = send_raw(&sandbox, Some(&story.bearer), &call, |_| {}).await;
    assert_eq!((certificates.status, &certificates.text), (200, &story.certificates));
    story.profile.fetch().await.unwrap();
    // Transactions in flight, with what was encrypted under a key that was fetched before.
    let verified = story.sent.verify(&otp()).await.unwrap();
    assert!(matches!(verified, VerificationOutcome::Verified(_)), "{verified:?}");
    let name = AbhaAddressName::parse("asha.neu").unwrap();
    let born = BirthDate::on(NaiveDate::from_ymd_opt(1990, 2, 28).unwrap());
    let asha = AddressDetails::new("Asha", born, Gender::Female).last_name("Neu");
    story.creation.create(&name, &asha).await.unwrap();
    let submitted = story.application.submit(by_licence).await.unwrap();
    assert!(submitted.enrol_profile.unwrap().enrolment_number.is_some());
    let third = &story.found.accounts()[2];
    let begun = story.found.prove(third, ProofRoute::Otp(OtpRoute::AbhaMobile)).await.unwrap();
    let Verification::AwaitsOtp(mut sent) = begun else {
        panic!("no OTP: {begun:?}");
    };
    sent.verify(&otp()).await.unwrap();
    // Whoever was locked is, and what is gone is gone.
    let desk = &story.lobby.desk;
    let joseph = number(&person(&sandbox, "Joseph Fictional"));
    let locked = desk.verify_abha_number(&joseph, OtpRoute::AbhaMobile).await.unwrap_err();
    assert_eq!(locked.problem(), Problem::TooManyAttempts);
    assert_eq!(person(&sandbox, "Meera Sample").note, Some("deleted"));
    assert!(desk.is_address_taken(&address("meera.sample@sbx")).await.unwrap());
    // Nobody had to ask for a new session.
    let path = format!("journal?endpoint={}&after={last}", CreateSession::META.name);
    assert_eq!(get(&sandbox, &path).await["entries"], json!([]));
}

#[tokio::test]
async fn consents_and_transfers_from_before_a_restart_are_served_after_it() {
    let story = after_a_restart().await;
    let (sandbox, clinic, hospital) = (&story.life.sandbox, story.clinic(), &story.hospital);
    assert_eq!(get(sandbox, "clock").await["movedSeconds"], json!(3600));
    post(sandbox, "reset", json!({"faults": true})).await;
    let usual = |switches: &mut abdm_sandbox::Switches| {
        switches.patient_app_pulls = false;
        (switches.push_first, switches.data_request_delay_seconds) = (false, 0.0);
    };
    sandbox.set(usual).unwrap();
    // The patient's own app takes what it asked for before.
    assert_eq!(sandbox.app_records().len(), 1);
    push(clinic, &story.pull, "OPD-2").await;
    assert_eq!(sandbox.app_records().len(), 2);
    // The artefact of before, and the patient's link token.
    let call = Call::<FetchConsent>::new(story.consent.clone().into()).headers(hiu());
    hospital.send(call).await.unwrap();
    let fetched = hospital.next(OnFetchConsent::META.path).await;
    assert_eq!(fetched.text("/consent/status"), "GRANTED");
    clinic.send(link(&story.link_token, "OPD-4")).await.unwrap();
    assert_eq!(clinic.next(OnLinkCareContexts::META.path).await.at("/error"), &Value::Null);
    // A data request that waits for the acknowledgement of a notice of before.
    let next = async || {
        let told = hospital.next(OnHealthInformationRequested::META.path).await;
        told.text("/hiRequest/transactionId").to_owned()
    };
    acknowledge(clinic, &story.unacknowledged).await;
    let asked = clinic.next(OnHealthInformationRequest::META.path).await;
    assert_eq!(asked.text("/transactionId"), next().await);
    // One that goes to the HIP after a day, and is announced after a minute.
    sandbox.advance(TimeDelta::minutes(2)).unwrap();
    let announced = next().await;
    sandbox.advance(TimeDelta::days(1)).unwrap();
    let asked = clinic.next(OnHealthInformationRequest::META.path).await;
    assert_eq!(asked.text("/transactionId"), announced);
    // A shared profile was answered once, and nobody waits for the other answer.
    assert_eq!(clinic.refused(answer(&story.shares[0])).await.1, "ABDM-1087");
    assert_eq!(clinic.refused(answer(&story.shares[1])).await.1, "ABDM-1007");
}

#[tokio::test]
async fn what_was_on_its_way_arrives_after_a_restart_and_arrives_once() {
    let story = after_a_restart().await;
    let (sandbox, clinic, hospital) = (&story.life.sandbox, story.clinic(), &story.hospital);
    let failed = clinic.refused(token_request()).await;
    assert_eq!(failed.0, 503, "a fault of before");
    sandbox.duplicate_callbacks(0);
    sandbox.reorder_callbacks(0);
    assert!(hospital.unread().is_empty() && clinic.unread().is_empty());
    let status = async || hospital.next(OnConsentStatus::META.path).await.request_id();
    // Held back for 20 seconds at most, refused before 964 seconds, and after an hour's delay.
    sandbox.advance(TimeDelta::seconds(30)).unwrap();
    let held = status().await;
    sandbox.advance(TimeDelta::seconds(1000)).unwrap();
    assert_eq!(status().await, story.refused.request_id());
    clinic.next(OnLinkCareContexts::META.path).await;
    // A HIP of others is a thousand seconds late.
    let path = format!("played/hius/{HIU}/records");
    while get(sandbox, &path).await.as_array().unwrap().len() < 2 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    sandbox.advance(TimeDelta::hours(1)).unwrap();
    let delayed = status().await;
    assert_ne!(delayed, held);
    // The patient's app pulls the last link.
    sandbox.advance(TimeDelta::hours(2)).unwrap();
    let notice = clinic.next(OnConsentNotify::META.path).await;
    assert_eq!(notice.text("/notification/consentDetail/purpose/code"), "PATRQT");
    let again = |unread: Vec<crate::support::Arrived>| {
        unread
            .into_iter()
            .filter(|arrived| arrived.path.contains(OnConsentStatus::META.path))
            .count()
    };
    assert_eq!(again(hospital.unread()), 0);
}

/// A receiver that keeps its first caller waiting for ever.
async fn slow_receiver() -> (String, Arc<AtomicUsize>, tokio::sync::mpsc::UnboundedReceiver<String>)
{
    let (count, (sender, receiver)) =
        (Arc::new(AtomicUsize::new(0)), tokio::sync::mpsc::unbounded_channel());
    let counting = Arc::clone(&count);
    let answer = move |headers: HeaderMap| {
        let (turn, sender) = (counting.fetch_add(1, Ordering::SeqCst), sender.clone());
        async move {
            sender.send(headers["request-id"].to_str().unwrap().to_owned()).unwrap();
            if turn == 0 {
                std::future::pending::<()>().await;
            }
            StatusCode::ACCEPTED
        }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = axum::Router::new().fallback(answer);
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (url, count, receiver)
}

#[tokio::test]
async fn a_callback_that_a_restart_breaks_off_comes_once_more_under_its_id() {
    let mut life = Life::begin(|_| {}).await;
    let clinic = clinic(&life.sandbox).await;
    let (url, count, mut seen) = slow_receiver().await;
    clinic.send::<UpdateBridgeUrl>(Call::new(BridgeUrl::new(url))).await.unwrap();
    clinic.send(token_request()).await.unwrap();
    let first = seen.recv().await.unwrap();
    life.restart().await;
    assert_eq!(seen.recv().await.unwrap(), first);
    let path = format!("wait/callback?endpoint={}", OnGenerateLinkToken::META.name);
    let callback = get(&life.sandbox, &path).await["callback"].clone();
    assert_eq!(
        (callback["state"].as_str(), callback["requestId"].as_str()),
        (Some("delivered"), Some(&*first))
    );
    life.restart().await;
    let quiet = get(&life.sandbox, "wait/quiet").await;
    assert_eq!((quiet["outcome"].as_str(), count.load(Ordering::SeqCst)), (Some("came"), 2));
}

/// What takes moments only, as a killed sandbox leaves it.
#[tokio::test]
async fn an_act_that_was_only_begun_is_done_after_a_restart() {
    let mut story = Story::tell().await;
    let hospital = &story.hospital;
    post(&story.life.sandbox, "reset", json!({"faults": true})).await;
    hospital.send(ask(&story.life.sandbox, 30)).await.unwrap();
    let asked = hospital.next(hiu_services::api::consent::OnRequestConsent::META.path).await;
    let request = asked.text("/consentRequest/id").to_owned();
    let address = story.life.sandbox.address();
    story.life.end().await;

    let mut saved = story.life.saved();
    let world = &mut saved["state"]["world"];
    let mut begun = vec![json!({"GrantAtOnce": {"patient": RAVI, "request": request}})];
    let app = json!({"secret": "not-a-secret", "party": "phr", "url": null});
    for (id, transfer) in world["transfers"].clone().as_object().unwrap() {
        let artefact = &world["artefacts"][transfer["consent"].as_str().unwrap()];
        let (hip, client) =
            (artefact["detail"]["hip"]["id"].clone(), artefact["hiu_client"].clone());
        if !transfer["reports"].as_array().unwrap().contains(&json!("Hiu")) {
            continue;
        }
        let context = &artefact["detail"]["careContexts"][0]["careContextReference"];
        let receipt = json!({"transaction": id, "consent": transfer["consent"], "hip": hip,
            "fates": {context.as_str().unwrap(): "Read"}, "is_over": false});
        begun.push(if hip == HIP {
            json!({"PlayedReport": {"id": HIU, "receipt": receipt}})
        } else {
            world["registry"]["clients"][client.as_str().unwrap()] = app.clone();
            json!({"AppReport": {"client": client, "receipt": receipt}})
        });
        world["transfers"][id]["reports"] = json!([]);
    }
    assert_eq!(begun.len(), 3, "a grant, a report of the app's and one of the HIU's");
    for (number, work) in begun.into_iter().enumerate() {
        saved["state"]["pending"][(1_000_000 + number).to_string()] = work;
    }
    std::fs::write(story.life.folder.file(), saved.to_string()).unwrap();

    story.life.sandbox = story.life.again(address).start().await.unwrap();
    let request = |saved: &Value| saved["state"]["world"]["consent_requests"][&*request].clone();
    story
        .life
        .until_saved("a grant and two reports", |saved| {
            let transfers = saved["state"]["world"]["transfers"].as_object().unwrap();
            let reported =
                transfers.values().filter(|transfer| transfer["reports"] == json!(["Hiu"]));
            request(saved)["status"] == "GRANTED" && reported.count() == 2
        })
        .await;
}

/// Nobody is called at the port of before.
#[tokio::test]
async fn played_facilities_play_on_at_another_port() {
    let mut life = Life::begin(|_| {}).await;
    for (path, body) in [
        ("played/hips".to_owned(), json!({"id": HIP})),
        ("played/hius".to_owned(), json!({"id": HIU})),
        (
            format!("played/hips/{HIP}/records"),
            json!({"patient": RAVI, "careContextReference": "A", "hiType": "OPConsultation"}),
        ),
    ] {
        assert_eq!(post(&life.sandbox, &path, body).await.status, 201, "{path}");
    }
    let old = life.sandbox.address();
    let _taken = {
        life.end().await;
        tokio::net::TcpListener::bind(old).await
    };
    life.sandbox = Life::builder(&life.folder, &life.clock).start().await.unwrap();
    assert_ne!(life.sandbox.address(), old);
    let asked =
        post(&life.sandbox, &format!("played/hius/{HIU}/requests"), json!({"patient": RAVI})).await;
    assert_eq!(asked.status, 202, "{}", asked.text);
    let waited = get(&life.sandbox, &format!("wait/consent-request?patient={RAVI}")).await;
    let request = waited["request"]["requestId"].as_str().unwrap();
    post(&life.sandbox, &format!("app/{RAVI}/requests/{request}/approve"), json!({})).await;
    let quiet = get(&life.sandbox, "wait/quiet?settleSeconds=0.5").await;
    assert_eq!(quiet["outcome"], "came", "{quiet}");
    let records = get(&life.sandbox, &format!("played/hius/{HIU}/records")).await;
    assert_eq!(records.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_link_by_the_patient_goes_on_after_a_restart() {
    let mut life = Life::begin(|switches| switches.discovery_wait_seconds = 3600.0).await;
    let clinic = clinic(&life.sandbox).await;
    let (_, offer) = with_otp((&life.sandbox, &clinic), RAVI, &["OPD-1"], REFERENCE).await;
    let searching = search(&app_of(&life.sandbox, SUNITA));
    let discovery = asked(&clinic).await;
    life.restart().await;
    searching.abort();
    clinic.send(found(&discovery, visits(&["OPD-2"]))).await.unwrap();
    let seen = app_of(&life.sandbox, SUNITA).user_links().unwrap();
    assert_eq!(seen[0].found.given().unwrap(), &visits(&["OPD-2"]));

    let app = app_of(&life.sandbox, RAVI);
    let confirming = confirm(&app, &offer, "123456");
    let confirmation = typed(&clinic).await;
    clinic.send(by_patient(confirmation.request_id(), visits(&["OPD-1"]))).await.unwrap();
    confirming.await.unwrap().unwrap();
    life.restart().await;
    assert_eq!(app_of(&life.sandbox, RAVI).links().await.unwrap().len(), 1);
    let twice = clinic.refused(by_patient(confirmation.request_id(), visits(&["OPD-1"]))).await;
    assert_eq!(twice.1, "ABDM-1108");
}
