//! Steps that do not fit, doubled ones, and faults on the way.

use abdm_core::call::Call;
use abdm_core::endpoint::Endpoint as _;
use abdm_core::id::{HipId, RequestId, TransactionId};
use abdm_sandbox::{Failure, SandboxError};
use chrono::TimeDelta;
use hip_services::api::sharing::{
    AcknowledgeShare, AnswerRunningToken, IssuedToken, OnPatientShare, OnRunningTokenStatus,
    RunningToken, RunningTokenAnswer, ShareAcknowledgement,
};
use hip_services::api::sms::{NotifyBySms, OnSmsNotified, PhoneForm, SmsNotice, SmsNotification};
use hip_services::api::user_linking::{
    AnswerDiscovery, AnswerLinkInit, DiscoveryAnswer, LinkInitAnswer, OnDiscoverCareContexts,
};

use super::{
    RAVI, REFERENCE, app_of, asked, choose, code, confirm, found, inited, linked, offered, ready,
    search, soon, told, transaction, typed, visits, with_found, with_otp,
};
use crate::hip_linking::hip;
use crate::support::{CLINIC, HOSPITAL, hospital};

#[tokio::test]
async fn a_search_is_refused_while_another_one_waits_there_and_at_nobodys_door() {
    let (sandbox, clinic) = ready().await;
    let app = app_of(&sandbox, RAVI);
    let first = search(&app);
    let discovery = asked(&clinic).await;
    assert_eq!(code(search(&app).await.unwrap()), "ABDM-1103");
    // Another patient is another matter.
    let other = search(&app_of(&sandbox, "sunita.example@sbx"));
    let another = asked(&clinic).await;
    for discovery in [&discovery, &another] {
        clinic.send(found(discovery, visits(&["OPD-1"]))).await.unwrap();
    }
    first.await.unwrap().unwrap();
    other.await.unwrap().unwrap();
    let _hospital = hospital(&sandbox).await;
    for (facility, expected) in
        [("IN-NOBODY", "ABDM-1035"), (HOSPITAL, "ABDM-1035"), ("sbx_001", "ABDM-1031")]
    {
        let outcome = app.discover(&HipId::new(facility).unwrap(), Vec::new()).await;
        assert_eq!(code(outcome), expected, "{facility}");
    }
}

#[tokio::test]
async fn an_answer_to_a_discovery_must_be_to_this_one_and_the_first() {
    let (sandbox, clinic) = ready().await;
    let app = app_of(&sandbox, RAVI);
    let searching = search(&app);
    let discovery = asked(&clinic).await;
    let (request, of) = (discovery.request_id(), transaction(&discovery));
    let other = TransactionId::new(uuid()).unwrap();
    let answer =
        |request, transaction| super::answered(DiscoveryAnswer::not_found(request, transaction));
    assert_eq!(clinic.refused(answer(request, other)).await.1, "ABDM-9999");
    let unknown = clinic.refused(answer(RequestId::random(), of.clone())).await;
    assert_eq!((unknown.1.as_str(), unknown.2.as_str()), ("ABDM-1015", "Invalid Response"));
    clinic.send(answer(request, of.clone())).await.unwrap();
    assert_eq!(told(searching.await.unwrap()).1, "Patient not found");
    assert_eq!(clinic.refused(answer(request, of.clone())).await.1, "ABDM-1106");
    // Nothing was found: there is nothing to choose.
    let seen = &app.user_links().unwrap()[0];
    assert_eq!(code(app.choose(seen, visits(&["OPD-1"])).await), "ABDM-2406");
    let too_early = LinkInitAnswer::sent(request, of, offered_link());
    assert_eq!(clinic.refused::<AnswerLinkInit>(Call::new(too_early)).await.1, "ABDM-2406");
}

fn uuid() -> String {
    RequestId::random().to_string()
}

fn offered_link() -> hip_services::api::user_linking::OfferedLink {
    let medium = hip_services::api::user_linking::CommunicationMedium::Mobile;
    hip_services::api::user_linking::OfferedLink::direct(REFERENCE.parse().unwrap(), medium, soon())
}

#[tokio::test]
async fn a_choice_must_be_of_the_discovery_and_is_made_once() {
    let (sandbox, clinic) = ready().await;
    let (app, link) = with_found((&sandbox, &clinic), RAVI, &["OPD-1"]).await;
    assert_eq!(code(app.choose(&link, visits(&["OPD-2"])).await), "ABDM-1057");
    assert_eq!(code(app.choose(&link, Vec::new()).await), "ABDM-1057");
    let mut miscounted = visits(&["OPD-1"]);
    miscounted[0].count = 2;
    assert_eq!(code(app.choose(&link, miscounted).await), "ABDM-1059");
    let of_nobody = app_of(&sandbox, "sunita.example@sbx");
    assert_eq!(code(of_nobody.choose_all(&link).await), "ABDM-1086");
    let choosing = choose(&app, &link);
    let init = inited(&clinic).await;
    assert_eq!(code(app.choose_all(&link).await), "ABDM-1104");

    let other = TransactionId::new(uuid()).unwrap();
    let answer = LinkInitAnswer::sent(init.request_id(), other, offered_link());
    assert_eq!(clinic.refused::<AnswerLinkInit>(Call::new(answer)).await.1, "ABDM-9999");
    let answer = LinkInitAnswer::sent(RequestId::random(), transaction(&init), offered_link());
    assert_eq!(clinic.refused::<AnswerLinkInit>(Call::new(answer)).await.1, "ABDM-2500");
    let past = soon() - TimeDelta::minutes(10);
    assert_eq!(clinic.refused(offered(&init, REFERENCE, past)).await.1, "ABDM-9999");
    clinic.send(offered(&init, REFERENCE, soon())).await.unwrap();
    choosing.await.unwrap().unwrap();
    assert_eq!(clinic.refused(offered(&init, REFERENCE, soon())).await.1, "ABDM-1107");
}

#[tokio::test]
async fn a_choice_after_an_hour_is_too_late() {
    let (sandbox, clinic) = ready().await;
    let (_, link) = with_found((&sandbox, &clinic), RAVI, &["OPD-1"]).await;
    sandbox.advance(TimeDelta::minutes(61)).unwrap();
    // The patient has logged in anew.
    let app = app_of(&sandbox, RAVI);
    assert_eq!(code(app.choose_all(&link).await), "ABDM-1086");
}

#[tokio::test]
async fn what_is_linked_must_be_what_was_chosen() {
    let (sandbox, clinic) = ready().await;
    let (app, offer) = with_otp((&sandbox, &clinic), RAVI, &["OPD-1", "OPD-2"], REFERENCE).await;
    let mut unknown = offer.clone();
    unknown.reference_number = uuid().parse().unwrap();
    assert_eq!(code(app.confirm(&unknown, "123456").await), "ABDM-1056");
    let confirming = confirm(&app, &offer, "123456");
    let confirmation = typed(&clinic).await;
    for (request, patient, expected) in [
        (confirmation.request_id(), visits(&["OPD-1"]), "ABDM-1111"),
        (confirmation.request_id(), visits(&["OPD-1", "OPD-2", "OPD-3"]), "ABDM-1111"),
        (RequestId::random(), visits(&["OPD-1", "OPD-2"]), "ABDM-1015"),
    ] {
        assert_eq!(clinic.refused(linked(request, patient)).await.1, expected);
    }
    clinic.send(linked(confirmation.request_id(), visits(&["OPD-1", "OPD-2"]))).await.unwrap();
    confirming.await.unwrap().unwrap();
    assert_eq!(app.links().await.unwrap()[0].care_contexts.len(), 2);
}

/// Each of these calls and callbacks can be let go wrong.
#[tokio::test]
async fn a_call_fails_and_a_callback_is_lost_or_doubled_as_it_was_armed() {
    let (sandbox, clinic) = ready().await;
    let app = app_of(&sandbox, RAVI);
    sandbox.duplicate_callbacks(1);
    let searching = search(&app);
    let discovery = asked(&clinic).await;
    assert_eq!(asked(&clinic).await.request_id(), discovery.request_id());
    sandbox.fail_next::<AnswerDiscovery>(Failure::ServiceUnavailable);
    let answer = || found(&discovery, visits(&["OPD-1"]));
    assert_eq!(clinic.refused(answer()).await.0, 503);
    clinic.send(answer()).await.unwrap();
    searching.await.unwrap().unwrap();

    sandbox.set(|switches| switches.discovery_wait_seconds = 0.3).unwrap();
    sandbox.drop_next_callback::<OnDiscoverCareContexts>();
    assert!(matches!(search(&app).await.unwrap(), Err(SandboxError::HipSilent)));
}

/// Ruling 39.
#[tokio::test]
async fn an_sms_is_accepted_in_three_forms_and_answered_in_two_by_turns() {
    let (sandbox, clinic) = ready().await;
    sandbox.set(|switches| switches.loose_bodies = true).unwrap();
    let mobile = abdm_core::secret::MobileNumber::new("9999900002").unwrap();
    for (turn, form) in [PhoneForm::TenDigits, PhoneForm::CountryCode, PhoneForm::PlusCountryCode]
        .into_iter()
        .enumerate()
    {
        let notice = SmsNotification::from(SmsNotice::new(&mobile, form, hip(), "Example Clinic"));
        let call = Call::<NotifyBySms>::new(notice).repeating_envelope();
        let sent = clinic.send(call).await.unwrap();
        let reply = clinic.next(OnSmsNotified::META.path).await;
        assert_eq!(reply.text("/resp/requestId"), sent.request_id.to_string());
        assert_eq!(reply.at("/requestId"), &serde_json::Value::Null);
        let (status, place) = if turn % 2 == 0 {
            ("ACKNOWLEDGED", "/status")
        } else {
            ("SUCCESS", "/acknowledgement/status")
        };
        assert_eq!(reply.text(place), status, "{form:?}");
    }
    let other = HipId::new("IN-NOBODY").unwrap();
    let notice = SmsNotice::new(&mobile, PhoneForm::TenDigits, other, "Nobody");
    assert_eq!(clinic.refused::<NotifyBySms>(Call::new(notice.into())).await.1, "ABDM-1035");
}

/// Ruling 34.
#[tokio::test]
async fn the_running_token_is_told_to_who_holds_one_at_that_counter_today() {
    let (sandbox, clinic) = ready().await;
    let app = app_of(&sandbox, "joseph.fictional@sbx");
    assert_eq!(code(app.running_token(&hip(), "OPD1").await), "ABDM-1031");
    let sharing = {
        let app = app.clone();
        tokio::spawn(async move { app.share_profile(&hip(), "OPD1").await })
    };
    let share = clinic.next(OnPatientShare::META.path).await;
    let now = sandbox.now();
    let token = IssuedToken::new("OPD1", "52", now + TimeDelta::minutes(30), now);
    let patient = app.address().clone();
    let registered = ShareAcknowledgement::registered(share.request_id(), patient, token);
    clinic.send::<AcknowledgeShare>(Call::new(registered)).await.unwrap();
    sharing.await.unwrap().unwrap();
    let held = app.tokens().await.unwrap();
    assert_eq!((held[0].hip_id.as_str(), held[0].token_number.as_str()), (CLINIC, "52"));
    assert_eq!(code(app.running_token(&hip(), "OPD2").await), "ABDM-1031");

    let asking = {
        let app = app.clone();
        tokio::spawn(async move { app.running_token(&hip(), "OPD1").await })
    };
    let question = clinic.next(OnRunningTokenStatus::META.path).await;
    assert_eq!(question.body, serde_json::json!({"hipId": CLINIC, "context": "OPD1"}));
    let running = RunningToken::new(hip(), "OPD1", "51").average_minutes(2);
    let answer = || {
        Call::<AnswerRunningToken>::new(RunningTokenAnswer::running(
            question.request_id(),
            running.clone(),
        ))
    };
    clinic.send(answer()).await.unwrap();
    assert_eq!(asking.await.unwrap().unwrap(), running);
    assert_eq!(clinic.refused(answer()).await.1, "ABDM-1087");

    sandbox.set(|switches| switches.share_wait_seconds = 0.2).unwrap();
    assert!(matches!(app.running_token(&hip(), "OPD1").await, Err(SandboxError::HipSilent)));
    let late = clinic.next(OnRunningTokenStatus::META.path).await;
    let late = RunningTokenAnswer::no_data(late.request_id());
    assert_eq!(clinic.refused::<AnswerRunningToken>(Call::new(late)).await.1, "ABDM-1015");
    sandbox.advance(TimeDelta::days(1)).unwrap();
    let tomorrow = app_of(&sandbox, "joseph.fictional@sbx");
    assert_eq!(code(tomorrow.running_token(&hip(), "OPD1").await), "ABDM-1031");
}
