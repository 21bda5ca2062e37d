//! The link token: when it is asked for, kept, replaced and dropped.

use std::time::Duration;

use abdm_core::endpoint::Endpoint;
use abdm_core::testing::log::{listen, logged, shows};
use abdm_core::vocabulary::Gender;
use hip_services::api::hip_linking::{GenerateLinkToken, LinkCareContexts};
use hip_services::flow::HipLinkProgress;
use hip_services::{Error, Hip, LinkPatient, Visit};
use tracing::Level;

use crate::clinic::{Server, patient};
use crate::gateway::{Answer, address};

const LONG: Duration = Duration::from_secs(1_200);

fn visit(n: u32) -> LinkPatient {
    let mut patient = patient().without_notice();
    patient.visits.clear();
    patient.visit(Visit::new(
        format!("OPD-{n}").parse().unwrap(),
        format!("OPD visit {n}"),
        "2026-01-02T10:30:00Z".parse().unwrap(),
        [abdm_core::vocabulary::HiType::OpConsultation],
    ))
}

async fn link(hip: &Hip, n: u32) -> Result<hip_services::Linked, Error> {
    hip.link(visit(n)).await.unwrap().finished(LONG).await
}

fn tokens(server: &Server) -> usize {
    server.gateway.count(GenerateLinkToken::META.name)
}

fn links(server: &Server) -> usize {
    server.gateway.count(LinkCareContexts::META.name)
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_refused_at_once_is_replaced_once_and_never_sent_again() {
    for code in ["ABDM-1026", "ABDM-1026: ", "ABDM-1066"] {
        let text = if code == "ABDM-1066" { "Invalid JWT token" } else { "Invalid Link Token" };
        let server = Server::new();
        server.gateway.behave(|b| b.link_answers = [Answer::at_once(400, code, text)].into());
        let hip = server.hip();
        server.run(&hip, link(&hip, 1)).await.unwrap();
        assert_eq!((tokens(&server), links(&server)), (2, 2), "{code}");
        let again = Answer::at_once(400, code, text);
        let server = Server::new();
        server.gateway.behave(|b| b.link_answers = [again.clone(), again].into());
        let hip = server.hip();
        server.run(&hip, link(&hip, 1)).await.unwrap_err();
        assert_eq!((tokens(&server), links(&server)), (2, 2), "once: {code}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_beside_an_error_without_a_code_is_used() {
    for error in [serde_json::json!({}), serde_json::json!({"message": "none", "code": null})] {
        let server = Server::new();
        let token = crate::gateway::link_token(&crate::gateway::hip_id(), &address());
        let body =
            serde_json::json!({"abhaAddress": address(), "linkToken": token, "error": error});
        server.gateway.behave(|b| b.token_answers = [Answer::ByCallback(body)].into());
        let hip = server.hip();
        server.run(&hip, link(&hip, 1)).await.unwrap();
        assert_eq!((tokens(&server), links(&server)), (1, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_that_does_not_fit_is_dropped_and_the_next_link_asks_for_another() {
    for (code, text) in [
        ("ABDM-1038", "ABHA address mismatch with Link token"),
        ("ABDM-1062", "ABHA number mismatch with Link token"),
        ("ABDM-1063", "HIP Id mismatch with Link token"),
    ] {
        let by_text = Answer::ByCallback(serde_json::json!({
            "status": "ABHA address and Link token mismatch",
        }));
        for answer in [Answer::at_once(400, code, text), Answer::error(code, text), by_text] {
            let server = Server::new();
            server.gateway.behave(|b| b.link_answers = [answer.clone()].into());
            let hip = server.hip();
            server
                .run(&hip, async {
                    let error = link(&hip, 1).await.unwrap_err();
                    assert!(matches!(error, Error::NotLinked(_)), "{error}");
                    assert_eq!((tokens(&server), links(&server)), (1, 1), "{answer:?}");
                    // The next link waits for the seven minutes, and has a token of its own.
                    link(&hip, 2).await.unwrap();
                })
                .await;
            assert_eq!((tokens(&server), links(&server)), (2, 2), "{answer:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_can_be_dropped_by_hand() {
    let server = Server::new();
    let hip = server.hip();
    server
        .run(&hip, async {
            assert!(!hip.drop_link_token(&address()).await.unwrap());
            link(&hip, 1).await.unwrap();
            assert!(hip.drop_link_token(&address()).await.unwrap());
            assert!(!hip.drop_link_token(&address()).await.unwrap());
            link(&hip, 2).await.unwrap();
            let nowhere = "IN0000000009".parse().unwrap();
            let dropped = hip.drop_link_token_at(&nowhere, &address()).await;
            assert!(matches!(dropped, Err(Error::Invalid { .. })));
        })
        .await;
    assert_eq!(tokens(&server), 2);
}

// Refused here, before a call that must fail (m2-hip.md 1.2).
#[tokio::test(start_paused = true)]
async fn a_patient_of_another_abha_number_than_the_address_has_is_not_linked() {
    let server = Server::new();
    let hip = server.hip();
    server
        .run(&hip, async {
            link(&hip, 1).await.unwrap();
            let other = visit(2).abha_number("91-0000-0000-0002".parse().unwrap());
            let error = hip.link(other).await.unwrap().finished(LONG).await.unwrap_err();
            assert!(error.to_string().contains("ABHA number"), "{error}");
            assert!(!error.is_retryable());
        })
        .await;
    assert_eq!((tokens(&server), links(&server)), (1, 1));
}

/// The same patient of the facility, as another of its records describes them.
fn described(n: u32, change: impl FnOnce(&mut LinkPatient)) -> LinkPatient {
    let mut patient = visit(n);
    change(&mut patient);
    patient
}

// What ABDM says of one record says nothing of another.
#[tokio::test(start_paused = true)]
async fn the_wrong_year_of_one_record_does_not_refuse_the_others_of_the_address() {
    let server = Server::new();
    let refused = Answer::error("ABDM-1207: ", "Demographic details was invalid or doesn't exists");
    server.gateway.behave(|b| b.token_answers = [refused].into());
    let hip = server.hip();
    let wrong = described(1, |patient| patient.year_of_birth = 1908);
    let (wrong, right) = server
        .run(&hip, async {
            let wrong = hip.link(wrong).await.unwrap();
            let right = hip.link(visit(2)).await.unwrap();
            (wrong.finished(LONG).await, right.finished(LONG).await)
        })
        .await;
    let error = wrong.unwrap_err();
    assert!(!error.is_retryable() && error.to_string().contains("year of birth"), "{error}");
    assert_eq!(right.unwrap().fresh, ["OPD-2".parse().unwrap()]);
    let years: Vec<i64> =
        server.gateway.bodies::<GenerateLinkToken>().iter().map(|b| b.year_of_birth).collect();
    assert_eq!((years, links(&server)), (vec![1908, 1988], 1));
    let times = server.gateway.token_requests.lock().unwrap().clone();
    assert!(times[1] - times[0] >= chrono::TimeDelta::minutes(7), "{times:?}");
}

/// A link that waits for the window, since ABDM has just refused the wrong year of another.
async fn waiting(hip: &Hip) -> hip_services::Link {
    let wrong = described(1, |patient| patient.year_of_birth = 1908);
    hip.link(wrong).await.unwrap().finished(LONG).await.unwrap_err();
    let link = hip.link(described(1, |patient| patient.year_of_birth = 1980)).await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    link
}

fn refuses_one_token(server: &Server) {
    let refused = Answer::error("ABDM-1207: ", "Demographic details was invalid or doesn't exists");
    server.gateway.behave(|b| b.token_answers = [refused].into());
}

#[tokio::test(start_paused = true)]
async fn a_link_that_waits_for_the_window_tells_when_it_goes_on() {
    listen(Level::INFO);
    let server = Server::new();
    refuses_one_token(&server);
    let hip = server.hip();
    server
        .run(&hip, async {
            let link = waiting(&hip).await;
            let HipLinkProgress::Pending { goes_on_at: Some(at) } = link.progress().await.unwrap()
            else {
                panic!("{:?}", link.progress().await)
            };
            let told = at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
            let error = link.linked(Duration::from_secs(5)).await.unwrap_err();
            assert!(matches!(error, Error::StillUnderWay { goes_on_at: Some(_), .. }), "{error}");
            assert!(error.to_string().contains(&told), "{error}");
            let log = logged();
            let line = log.lines().find(|line| line.contains("a link waits"));
            assert!(line.is_some_and(|line| line.contains(&told)), "{log}");
            assert_eq!(shows(&log, ["Asha", "asha.test"]), None, "{log}");
            link.finished(LONG).await.unwrap();
            let asked = server.gateway.token_requests.lock().unwrap().clone();
            assert!((asked[1] - at).abs() < chrono::TimeDelta::seconds(5), "{asked:?} {at}");
            let done = link.progress().await.unwrap();
            assert!(matches!(done, HipLinkProgress::Linked { .. }), "{done:?}");
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn corrected_details_take_the_place_of_those_of_a_link_that_waits() {
    let server = Server::new();
    refuses_one_token(&server);
    let hip = server.hip();
    server
        .run(&hip, async {
            let link = waiting(&hip).await;
            let corrected = hip.link(visit(1)).await.unwrap();
            assert_eq!(corrected.id(), link.id());
            // Another person's number is no correction.
            let other = visit(1).abha_number("91-0000-0000-0002".parse().unwrap());
            let error = hip.link(other).await.unwrap_err();
            assert!(
                matches!(error, Error::OtherDetails { link: id } if id == link.id()),
                "{error}"
            );
            assert!(error.to_string().contains("other details"), "{error}");
            link.finished(LONG).await.unwrap();
        })
        .await;
    let years: Vec<i64> =
        server.gateway.bodies::<GenerateLinkToken>().iter().map(|b| b.year_of_birth).collect();
    assert_eq!(years, [1908, 1988]);
}

// Whether another person's record is linked must not depend on whether a token is there.
#[tokio::test(start_paused = true)]
async fn a_held_token_links_another_spelling_and_no_record_of_another_person() {
    let server = Server::new();
    let hip = server.hip();
    server
        .run(&hip, async {
            link(&hip, 1).await.unwrap();
            let other = described(2, |patient| {
                patient.name = "Ravi Test Kumar".to_owned();
                patient.gender = Gender::Male;
            });
            let error = hip.link(other).await.unwrap().finished(LONG).await.unwrap_err();
            assert!(!error.is_retryable(), "{error}");
            for named in ["name", "gender"] {
                assert!(error.to_string().contains(named), "{error}");
            }
            assert_eq!((tokens(&server), links(&server)), (1, 1), "nothing was sent");
            let spelled = described(3, |patient| patient.name = "ASHA KUMARI".to_owned());
            hip.link(spelled).await.unwrap().finished(LONG).await.unwrap();
        })
        .await;
    assert_eq!((tokens(&server), links(&server)), (1, 2));
}

// Ruling 17: everything but a block, a duplicate and a fault of ABDM's is about the details.
#[tokio::test(start_paused = true)]
async fn an_error_instead_of_a_token_goes_back_to_the_desk_and_is_not_asked_again() {
    for (code, at_the_desk, retryable) in [
        ("ABDM-1207: ", true, false),
        ("ABDM-1036", true, false),
        ("ABDM-1043", true, false),
        ("ABDM-1051", true, false),
        ("ABDM-9999", true, false),
        ("ABDM-1024", false, true),
        ("ABDM-1092", false, true),
        ("ABDM-1027: ", false, false),
    ] {
        let server = Server::new();
        server.gateway.behave(|b| b.token_answers = [Answer::error(code, "some text")].into());
        let hip = server.hip();
        server
            .run(&hip, async {
                let error = link(&hip, 1).await.unwrap_err();
                assert_eq!(error.to_string().contains("ABHA profile"), at_the_desk, "{error}");
                assert_eq!(error.is_retryable(), retryable, "{error}");
                assert!(error.code().is_some_and(|own| code.starts_with(own.as_str())), "{error}");
                tokio::time::sleep(Duration::from_secs(3_600)).await;
            })
            .await;
        assert_eq!((tokens(&server), links(&server)), (1, 0), "{code}");
    }
}

// It is the call that ABDM refused, and not its callback.
#[tokio::test(start_paused = true)]
async fn a_refusal_by_callback_names_the_call() {
    let server = Server::new();
    let count = Answer::error("ABDM-1037", "Counter and Care context count mismatch");
    server.gateway.behave(|b| b.link_answers = [count].into());
    let hip = server.hip();
    let error = server.run(&hip, link(&hip, 1)).await.unwrap_err().to_string();
    assert!(error.contains("refused LinkCareContexts"), "{error}");
}

// Stumble 5.
#[tokio::test(start_paused = true)]
async fn a_further_record_is_told_of_without_linking_again() {
    let server = Server::new();
    let hip = server.hip();
    server
        .run(&hip, async {
            link(&hip, 1).await.unwrap();
            let told = hip.notify(visit(1)).await.unwrap();
            assert_eq!(told.finished(LONG).await.unwrap().notices_refused, Some(0));
            // The same wish again is another notice once the first is through.
            hip.notify(visit(1)).await.unwrap().finished(LONG).await.unwrap();
        })
        .await;
    assert_eq!((tokens(&server), links(&server)), (1, 1));
    assert_eq!(server.gateway.count("NotifyContext"), 2);
    assert_eq!(server.clinic.heard(), ["linked"]);
}

// Review C27: a wait that ends says what is unknown.
#[tokio::test(start_paused = true)]
async fn a_wait_that_ends_too_early_says_what_is_not_known() {
    let server = Server::new();
    let hip = server.hip();
    let waited = server
        .run(&hip, async { hip.link(visit(1)).await.unwrap().linked(Duration::from_secs(1)).await })
        .await;
    let error = waited.unwrap_err();
    assert!(error.to_string().starts_with("whether the care contexts are linked"), "{error}");
    assert!(error.is_retryable());
}

// Review C27, stumble 11.
#[tokio::test]
async fn a_retention_under_a_day_is_refused_and_one_for_ever_is_not() {
    let with = |retention: Duration| {
        let server = Server::new();
        server.builder(server.clinic.clone()).retention(retention).node("clinic-1").build()
    };
    let refused = with(Duration::from_secs(86_399)).unwrap_err();
    assert!(matches!(refused, Error::Setting { setting: "retention", .. }), "{refused}");
    with(Duration::from_secs(86_400)).unwrap();
    let hip = with(Duration::MAX).unwrap();
    // The daily round of forgetting comes first.
    tokio::time::timeout(Duration::from_millis(50), hip.run(std::future::pending()))
        .await
        .unwrap_err();
}
