//! SMS notices, from the wish to ABDM's word.

use std::collections::BTreeSet;
use std::time::Duration;

use abdm_core::endpoint::Endpoint as _;
use abdm_core::headers::{REQUEST_ID, TIMESTAMP};
use abdm_core::secret::MobileNumber;
use abdm_flow::store::FlowId;
use hip_services::Hip;
use hip_services::api::sms::{NotifyBySms, PhoneForm};
use hip_services::flow::{SmsFlow, SmsState};

use crate::clinic::Server;
use crate::gateway::Answer;

const LONG: Duration = Duration::from_secs(600);

/// Asks for an SMS, and tells what became of it.
pub(crate) async fn sent(server: &Server, hip: &Hip) -> SmsState {
    let mobile = MobileNumber::new("+91 99999-99999").unwrap();
    server
        .run(hip, async {
            let sms = hip.notify_by_sms(&mobile, "Example Hospital").await.unwrap();
            sms.outcome(LONG).await.unwrap()
        })
        .await
}

#[tokio::test(start_paused = true)]
async fn an_sms_is_accepted_for_sending_and_leaves_once_with_ten_digits() {
    let server = Server::new();
    assert_eq!(sent(&server, &server.hip()).await, SmsState::Accepted);
    let bodies = server.gateway.bodies::<NotifyBySms>();
    let [body] = &bodies[..] else { panic!("{bodies:?}") };
    let body = serde_json::to_string(body).unwrap();
    assert_eq!(
        body,
        r#"{"notification":{"phoneNo":"9999999999","hip":{"id":"IN0000000001","name":"Example Hospital"}}}"#
    );
}

#[tokio::test(start_paused = true)]
async fn another_form_of_the_number_and_an_envelope_are_settings() {
    let server = Server::new();
    let builder = server.builder(server.clinic.clone());
    let hip = builder.sms_form(PhoneForm::PlusCountryCode, true).build().unwrap();
    server.gateway.calls_back(&hip);
    assert_eq!(sent(&server, &hip).await, SmsState::Accepted);
    let body = serde_json::to_value(&server.gateway.bodies::<NotifyBySms>()[0]).unwrap();
    assert_eq!(body["notification"]["phoneNo"], "+91-9999999999");
    assert!(body["requestId"].is_string() && body["timestamp"].is_string());
}

#[tokio::test(start_paused = true)]
async fn the_id_in_a_body_is_that_of_the_header_at_every_try() {
    let server = Server::new();
    let busy = Answer::at_once(503, "ABDM-1024", "Dependent service unavailable");
    server.gateway.behave(|b| b.sms_answers.extend(vec![busy; 5]));
    let builder = server.builder(server.clinic.clone());
    let hip = builder.sms_form(PhoneForm::TenDigits, true).build().unwrap();
    server.gateway.calls_back(&hip);
    assert_eq!(sent(&server, &hip).await, SmsState::Accepted);
    let sent = server.gateway.sent.lock().unwrap();
    let tries = sent.iter().filter(|(name, _)| *name == NotifyBySms::META.name);
    let mut ids = BTreeSet::new();
    for (_, request) in tries {
        let body: serde_json::Value = serde_json::from_slice(request.body()).unwrap();
        let header = |name| request.headers().get(name).unwrap().to_str().unwrap();
        assert_eq!(body["requestId"], header(REQUEST_ID));
        assert_eq!(body["timestamp"], header(TIMESTAMP));
        assert!(ids.insert(header(REQUEST_ID).to_owned()), "each try has its own");
    }
    assert_eq!(ids.len(), 6);
}

#[tokio::test(start_paused = true)]
async fn an_answer_of_an_odd_shape_is_dealt_with() {
    for (answer, accepted) in [
        (r#"{"acknowledgement":"SUCCESS"}"#, true),
        (r#"{"acknowledgement":[{"status":"SUCCESS"}],"error":[]}"#, true),
        (r#"{"acknowledgement":{"status":["SUCCESS"]}}"#, false),
        (r#"{"status":{"value":"SUCCESS"},"acknowledgement":7}"#, false),
        (r#"{"status":"SUCCESS","error":[{"code":"ABDM-1024","message":["x"]}]}"#, false),
        (r#"{"error":"Dependent service unavailable"}"#, false),
    ] {
        let server = Server::new();
        let said = Answer::ByCallbackInResp(serde_json::from_str(answer).unwrap());
        server.gateway.behave(|b| b.sms_answers.push_back(said));
        let state = sent(&server, &server.hip()).await;
        assert_eq!(state == SmsState::Accepted, accepted, "{answer}: {state:?}");
        assert_eq!(matches!(state, SmsState::Failed(_)), !accepted, "{answer}: {state:?}");
        assert!(server.dead_letters::<SmsFlow>().await.is_empty(), "{answer}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_sms_without_word_is_unknown_and_not_sent_again() {
    let server = Server::new();
    server.gateway.behave(|b| b.silent.push("OnSmsNotified"));
    assert_eq!(sent(&server, &server.hip()).await, SmsState::Unknown);
    assert_eq!(server.gateway.count("NotifyBySms"), 1);
}

#[tokio::test(start_paused = true)]
async fn an_sms_that_abdm_refuses_at_once_has_failed_with_its_code() {
    let server = Server::new();
    let refused = Answer::at_once(400, "ABDM-1035", "Invalid HIP ID");
    server.gateway.behave(|b| b.sms_answers.push_back(refused));
    let SmsState::Failed(failure) = sent(&server, &server.hip()).await else { panic!() };
    assert!(failure.has_code("ABDM-1035"), "{failure:?}");
}

#[tokio::test(start_paused = true)]
async fn an_sms_whose_http_answer_is_lost_is_not_sent_again_and_known_by_its_callback() {
    let server = Server::new();
    server.gateway.behave(|b| b.answers_lost = (1, "NotifyBySms"));
    assert_eq!(sent(&server, &server.hip()).await, SmsState::Accepted);
    assert_eq!(server.gateway.count("NotifyBySms"), 1);
}

/// What becomes of the SMS for a final record of a patient without address; `None` without one.
async fn final_record(server: &Server, hip: &Hip) -> Option<(FlowId, SmsState)> {
    let mobile = MobileNumber::new("9999999999").unwrap();
    let said = async {
        let sms = hip.record_is_final_without_address(&mobile).await.unwrap()?;
        Some((sms.id(), sms.outcome(LONG).await.unwrap()))
    };
    server.run(hip, said).await
}

#[tokio::test(start_paused = true)]
async fn a_final_record_without_address_sends_one_sms_a_day_where_the_facility_has_chosen_so() {
    let server = Server::new();
    let hip = server.builder(server.clinic.clone()).sms_without_address("Example Hospital");
    let hip = hip.build().unwrap();
    server.gateway.calls_back(&hip);
    let (first, state) = final_record(&server, &hip).await.unwrap();
    assert_eq!(state, SmsState::Accepted);
    let (second, _) = final_record(&server, &hip).await.unwrap();
    assert_eq!((first, server.gateway.count("NotifyBySms")), (second, 1));
    let other = MobileNumber::new("9999999998").unwrap();
    let other = hip.record_is_final_without_address(&other).await.unwrap().unwrap();
    assert_ne!(other.id(), first);

    tokio::time::sleep(Duration::from_secs(24 * 3600)).await;
    let (third, state) = final_record(&server, &hip).await.unwrap();
    assert_eq!(state, SmsState::Accepted);
    assert_ne!(third, first);
    assert_eq!(server.gateway.count("NotifyBySms"), 3);
}

#[tokio::test(start_paused = true)]
async fn a_final_record_without_address_sends_nothing_where_the_facility_has_not_chosen_so() {
    let server = Server::new();
    assert!(final_record(&server, &server.hip()).await.is_none());
    assert_eq!(server.gateway.count("NotifyBySms"), 0);
}

#[tokio::test(start_paused = true)]
async fn an_sms_of_the_day_that_has_failed_does_not_stand_in_the_way_of_the_next() {
    let server = Server::new();
    let hip = server.builder(server.clinic.clone()).sms_without_address("Example Hospital");
    let hip = hip.build().unwrap();
    server.gateway.calls_back(&hip);
    let at_once = Answer::at_once(400, "ABDM-1035", "Invalid HIP ID");
    let later = Answer::error("ABDM-1024", "Dependent service unavailable");
    server.gateway.behave(|b| b.sms_answers.extend([at_once, later]));
    let mut ids = BTreeSet::new();
    for failed in [true, true, false] {
        let (id, state) = final_record(&server, &hip).await.unwrap();
        assert_eq!(matches!(state, SmsState::Failed(_)), failed, "{state:?}");
        assert!(ids.insert(id));
    }
    let (again, state) = final_record(&server, &hip).await.unwrap();
    assert_eq!((ids.contains(&again), state), (true, SmsState::Accepted));
    assert_eq!(server.gateway.count("NotifyBySms"), 3);
}

#[tokio::test(start_paused = true)]
async fn an_sms_of_the_day_without_word_may_have_been_sent_and_is_not_sent_again() {
    let server = Server::new();
    server.gateway.behave(|b| b.silent.push("OnSmsNotified"));
    let hip = server.builder(server.clinic.clone()).sms_without_address("Example Hospital");
    let hip = hip.build().unwrap();
    server.gateway.calls_back(&hip);
    let (first, state) = final_record(&server, &hip).await.unwrap();
    assert_eq!(state, SmsState::Unknown);
    assert_eq!(final_record(&server, &hip).await.unwrap().0, first);
    assert_eq!(server.gateway.count("NotifyBySms"), 1);
}
