//! Linking from wish to notice.

use std::collections::BTreeSet;
use std::time::Duration;

use abdm_core::endpoint::Endpoint;
use abdm_core::headers::HIP_ID;
use abdm_core::id::RequestId;
use abdm_core::message::{Inbound, InboundKey};
use abdm_core::secret::LinkToken;
use abdm_core::vocabulary::Gender;
use abdm_flow::Flow as _;
use abdm_flow::ids::RandomIds;
use abdm_flow::store::{
    Arrival, BodyId, Commit, FlowId, FlowKey, FlowStore as _, FlowWrite, MemoryStore, Payload,
    Scope,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hip_services::api::hip_linking::{
    GenerateLinkToken, LinkCareContexts, LinkTokenReply, NotifyContext, OnGenerateLinkToken,
    OnLinkCareContexts,
};
use hip_services::flow::{HipLinkFlow, LinkTokenFlow};
use hip_services::{Error, FinalRecord, LinkPatient, Linked, LinkedBy, Visit};

use crate::clinic::{Server, other_hip_id, patient, until};
use crate::gateway::{Answer, hip_id};

const LONG: Duration = Duration::from_secs(600);

#[tokio::test(start_paused = true)]
async fn a_visit_is_linked_and_the_patients_apps_are_told() {
    let server = Server::new();
    let hip = server.hip();
    let linked = server
        .run(&hip, async { hip.link(patient()).await.unwrap().finished(LONG).await.unwrap() })
        .await;
    assert!(!linked.already);
    assert_eq!(linked.notices_refused, Some(0));
    assert_eq!(server.gateway.calls(), ["GenerateLinkToken", "LinkCareContexts", "NotifyContext"]);
    assert_eq!(server.clinic.heard(), ["linked"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_linked_is_listed_under_its_address_and_what_is_refused_is_not() {
    let server = Server::new();
    let hip = server.hip();
    let address = patient().abha_address;
    server
        .run(&hip, async {
            assert_eq!(hip.linked_contexts(&address).await.unwrap(), []);
            hip.link(patient()).await.unwrap().finished(LONG).await.unwrap();
            let another = "rahul.test@sbx".parse().unwrap();
            assert_eq!(hip.linked_contexts(&another).await.unwrap(), []);
            let listed = hip.linked_contexts(&address).await.unwrap();
            let wanted: BTreeSet<_> = patient()
                .visits
                .into_iter()
                .flat_map(|v| v.hi_types.into_iter().map(move |t| (v.reference.clone(), t)))
                .collect();
            let found: BTreeSet<_> =
                listed.iter().map(|l| (l.care_context.clone(), l.hi_type.clone())).collect();
            assert_eq!(found, wanted);
            assert_eq!(listed.len(), wanted.len());
            assert!(listed.iter().all(|l| l.linked_by == LinkedBy::Facility));
            let deactivated = Answer::at_once(400, "ABDM-1031", "The abha address is deactivated.");
            server.gateway.behave(|b| b.link_answers.push_back(deactivated));
            let next = patient().visit(Visit::new(
                "OPD-9".parse().unwrap(),
                "OPD visit 3 Jan 2026",
                "2026-01-03T09:00:00Z".parse().unwrap(),
                [abdm_core::vocabulary::HiType::OpConsultation],
            ));
            hip.link(next).await.unwrap().finished(LONG).await.unwrap_err();
            assert_eq!(hip.linked_contexts(&address).await.unwrap(), listed);
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn doubled_callbacks_change_nothing() {
    let server = Server::new();
    server.gateway.behave(|b| b.doubles = true);
    let hip = server.hip();
    server
        .run(&hip, async {
            hip.link(patient()).await.unwrap().finished(LONG).await.unwrap();
            tokio::time::sleep(LONG).await;
        })
        .await;
    assert_eq!(server.gateway.calls(), ["GenerateLinkToken", "LinkCareContexts", "NotifyContext"]);
    assert_eq!(server.clinic.heard(), ["linked"]);
}

#[tokio::test(start_paused = true)]
async fn the_token_serves_the_next_visits_without_asking_again() {
    let server = Server::new();
    let hip = server.hip();
    server
        .run(&hip, async {
            hip.link(patient()).await.unwrap().finished(LONG).await.unwrap();
            let next = patient().visit(Visit::new(
                "OPD-2".parse().unwrap(),
                "OPD visit 3 Jan 2026",
                "2026-01-03T09:00:00Z".parse().unwrap(),
                [abdm_core::vocabulary::HiType::OpConsultation],
            ));
            hip.link(next).await.unwrap().finished(LONG).await.unwrap();
        })
        .await;
    assert_eq!(server.gateway.count("GenerateLinkToken"), 1);
    assert_eq!(server.gateway.count("LinkCareContexts"), 2);
}

#[tokio::test(start_paused = true)]
async fn wishing_the_same_twice_at_once_links_once() {
    let server = Server::new();
    let hip = server.hip();
    server
        .run(&hip, async {
            let (one, two) = tokio::join!(hip.link(patient()), hip.link(patient()));
            let (one, two) = (one.unwrap(), two.unwrap());
            assert_eq!(one.id(), two.id());
            two.finished(LONG).await.unwrap();
        })
        .await;
    assert_eq!(server.gateway.count("LinkCareContexts"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_wish_that_the_hospital_put_into_the_store_itself_links_its_visits_once() {
    let server = Server::new();
    let hip = server.hip();
    for _ in 0..2 {
        let wish =
            hip.link_message(hip.hip_id(), "visit OPD-1 is final", &patient()).await.unwrap();
        let shown = String::from_utf8_lossy(&wish.inbound.body).into_owned();
        assert!(!shown.contains(&patient().name), "it is sealed");
        server.memory.accept(&wish).await.unwrap();
    }
    server
        .run(&hip, async {
            until("the hospital hears", || !server.clinic.heard().is_empty()).await;
            tokio::time::sleep(LONG).await;
        })
        .await;
    assert_eq!(server.gateway.calls(), ["GenerateLinkToken", "LinkCareContexts", "NotifyContext"]);
    assert_eq!(server.clinic.heard(), ["linked"]);
}

#[tokio::test(start_paused = true)]
async fn a_notice_that_comes_too_soon_is_sent_again() {
    let server = Server::new();
    server.gateway.behave(|b| b.notices_too_soon = 3);
    let hip = server.hip();
    let linked = server
        .run(&hip, async { hip.link(patient()).await.unwrap().finished(LONG).await.unwrap() })
        .await;
    assert_eq!(linked.notices_refused, Some(0));
    assert_eq!(server.gateway.count(NotifyContext::META.name), 4);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_refused_is_replaced_after_the_window() {
    let server = Server::new();
    server.gateway.behave(|b| b.tokens_refused = 1);
    let hip = server.hip();
    let started = server.gateway.now();
    server
        .run(&hip, async {
            hip.link(patient()).await.unwrap().finished(LONG).await.unwrap();
        })
        .await;
    assert_eq!(server.gateway.count(GenerateLinkToken::META.name), 2);
    assert!((server.gateway.now() - started).num_minutes() >= 7);
}

// The session ends under the first try: the second, under a new one, is the one that counts.
#[tokio::test(start_paused = true)]
async fn a_refusal_by_callback_after_the_session_was_renewed_is_taken() {
    for (code, text, tokens) in [
        ("ABDM-1026", "Invalid Link Token", 2),
        ("ABDM-1037", "Counter and Care context count mismatch", 1),
    ] {
        let server = Server::new();
        server.gateway.behave(|b| {
            let session_over = Answer::at_once(401, "900901", "Invalid Credentials");
            b.link_answers = [session_over, Answer::error(code, text)].into();
        });
        let hip = server.hip();
        let linked = server
            .run(&hip, async { hip.link(patient()).await.unwrap().finished(2 * LONG).await })
            .await;
        assert_eq!(server.gateway.count(GenerateLinkToken::META.name), tokens, "{code}");
        assert_eq!(server.gateway.count(LinkCareContexts::META.name), tokens + 1, "{code}");
        match linked {
            Ok(_) => assert_eq!(tokens, 2, "{code}"),
            Err(error) => assert!(error.to_string().contains(text), "{error}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn silence_is_unknown_and_linking_again_by_hand_goes_on() {
    let server = Server::new();
    server.gateway.behave(|b| b.silent.push(OnLinkCareContexts::META.name));
    let hip = server.hip();
    server
        .run(&hip, async {
            let link = hip.link(patient()).await.unwrap();
            assert!(matches!(link.linked(LONG).await, Err(Error::LinkUnknown)));
            server.gateway.behave(|b| b.silent.clear());
            let again = hip.link(patient()).await.unwrap();
            assert_eq!(again.id(), link.id());
            again.finished(LONG).await.unwrap();
        })
        .await;
    assert_eq!(server.gateway.count(GenerateLinkToken::META.name), 1);
    assert_eq!(server.clinic.heard(), ["link-unknown", "linked"]);
}

/// What is told of a batch of OPD-1 and OPD-2 of which `before` is linked, when the answer to its
/// first try is lost and its callback takes a while.
async fn told_with_the_first_answer_lost(before: &[&str], seconds: u64) -> (Linked, Vec<String>) {
    let server = Server::new();
    let linked: BTreeSet<String> = before.iter().copied().map(str::to_owned).collect();
    server.gateway.behave(|b| {
        b.linked = Some(linked);
        b.answers_lost = (1, LinkCareContexts::META.path);
        b.link_callbacks_take = [seconds].into();
    });
    let hip = server.hip();
    let both = patient().visit(Visit::new(
        "OPD-2".parse().unwrap(),
        "OPD visit 3 Jan 2026",
        "2026-01-03T09:00:00Z".parse().unwrap(),
        [abdm_core::vocabulary::HiType::OpConsultation],
    ));
    let linked = server
        .run(&hip, async {
            let linked = hip.link(both).await.unwrap().linked(LONG).await.unwrap();
            tokio::time::sleep(LONG).await;
            linked
        })
        .await;
    assert!(server.dead_letters::<HipLinkFlow>().await.is_empty());
    assert!(server.dead_letters::<LinkTokenFlow>().await.is_empty());
    (linked, server.clinic.heard().into_iter().map(str::to_owned).collect())
}

#[tokio::test(start_paused = true)]
async fn care_contexts_that_a_try_without_an_answer_linked_are_told_as_linked_now() {
    for seconds in [1, 5, 40] {
        let (linked, heard) = told_with_the_first_answer_lost(&[], seconds).await;
        assert!(!linked.already, "{seconds} s");
        assert_eq!((linked.fresh.len(), linked.before.len()), (2, 0), "{seconds} s");
        assert_eq!(heard, ["linked"], "{seconds} s");
    }
}

#[tokio::test(start_paused = true)]
async fn a_late_answer_of_a_whole_batch_is_not_counted_for_the_half_that_is_under_way() {
    for (before, fresh) in [("OPD-1", "OPD-2"), ("OPD-2", "OPD-1")] {
        for seconds in [1, 2, 3, 4, 5, 40] {
            let (linked, heard) = told_with_the_first_answer_lost(&[before], seconds).await;
            let case = format!("{before} linked before, {seconds} s");
            assert_eq!(linked.fresh, [fresh.parse().unwrap()], "{case}");
            assert_eq!(linked.before, [before.parse().unwrap()], "{case}");
            assert_eq!(heard, ["linked", "linked"], "{case}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_link_whose_http_answers_are_all_lost_is_linked_by_its_callback_and_not_sent_on() {
    let server = Server::new();
    server.gateway.behave(|b| b.answers_lost = (u32::MAX, LinkCareContexts::META.path));
    let hip = server.hip();
    let linked = server
        .run(&hip, async {
            let linked = hip.link(patient()).await.unwrap().finished(LONG).await.unwrap();
            tokio::time::sleep(LONG).await;
            linked
        })
        .await;
    assert!(!linked.already);
    // The client's own repetitions; the next try finds the batch answered.
    assert_eq!(server.gateway.count(LinkCareContexts::META.name), 3);
    assert_eq!(server.clinic.heard(), ["linked"]);
}

#[tokio::test(start_paused = true)]
async fn a_link_request_that_never_finds_a_network_is_not_linked_and_says_why() {
    let server = Server::new();
    server.gateway.behave(|b| b.unreachable = (u32::MAX, LinkCareContexts::META.path));
    let hip = server.hip();
    let story = async {
        let link = hip.link(patient()).await.unwrap();
        // Overdue after a minute, given up after a few.
        assert!(matches!(link.linked(LONG).await, Err(Error::LinkUnknown)));
        tokio::time::sleep(LONG).await;
        link.linked(LONG).await.unwrap_err()
    };
    let Error::NotLinked(failure) = server.run(&hip, story).await else { unreachable!() };
    assert!(failure.text.contains("no connection"), "{failure}");
    assert_eq!(server.clinic.heard(), ["link-unknown", "link-failed"]);
}

#[tokio::test(start_paused = true)]
async fn a_process_that_dies_over_the_link_request_knows_the_callback_of_the_try_before() {
    let server = Server::new();
    server.gateway.behave(|b| b.linked = Some(BTreeSet::new()));
    let before = server.hip();
    let id = server
        .run(&before, async {
            let link = before.link(patient()).await.unwrap();
            while server.gateway.count(LinkCareContexts::META.name) == 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            link.id()
        })
        .await;
    drop(before);
    let after = server.hip();
    let linked =
        server.run(&after, async { after.link_by_id(id).linked(LONG).await.unwrap() }).await;
    assert!(!linked.already);
}

#[tokio::test(start_paused = true)]
async fn an_overdue_link_token_is_asked_for_again_when_the_text_says_and_not_before() {
    let server = Server::new();
    server.gateway.behave(|b| b.silent.push(OnGenerateLinkToken::META.name));
    let hip = server.hip();
    let tokens = || server.gateway.count(GenerateLinkToken::META.name);
    server
        .run(&hip, async {
            let link = hip.link(patient()).await.unwrap();
            let asked = server.gateway.now();
            let text = link.linked(LONG).await.unwrap_err().to_string();
            assert!(text.contains("seven minutes after the last"), "{text}");
            server.gateway.behave(|b| b.silent.clear());
            // Within the window nothing leaves, whoever links how often; then it does by itself.
            let (a_minute, again) = (Duration::from_secs(60), hip.link(patient()).await.unwrap());
            while server.gateway.now() - asked < chrono::TimeDelta::minutes(6) {
                assert_eq!(tokens(), 1);
                again.linked(a_minute).await.unwrap_err();
            }
            again.linked(2 * a_minute).await.unwrap();
            assert_eq!(tokens(), 2);
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn details_that_were_refused_are_corrected_at_the_desk_and_leave_when_the_text_says() {
    let server = Server::new();
    let refused = Answer::error("ABDM-1207", "Demographic details was invalid or doesn't exists");
    server.gateway.behave(|b| b.token_answers = [refused].into());
    let hip = server.hip();
    server
        .run(&hip, async {
            let asked = server.gateway.now();
            let link = hip.link(patient()).await.unwrap();
            let text = link.linked(LONG).await.unwrap_err().to_string();
            assert!(text.contains("seven minutes after the last"), "{text}");
            let again = hip.link(patient()).await.unwrap();
            again.linked(LONG).await.unwrap();
            let waited = server.gateway.now() - asked;
            assert!((7..9).contains(&waited.num_minutes()), "{waited}");
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_request_that_found_no_network_leaves_later() {
    let server = Server::new();
    server.gateway.behave(|b| b.unreachable = (3, GenerateLinkToken::META.path));
    let hip = server.hip();
    server
        .run(&hip, async {
            hip.link(patient()).await.unwrap().linked(LONG).await.unwrap();
        })
        .await;
    assert_eq!(server.gateway.count(GenerateLinkToken::META.name), 1);
}

#[tokio::test(start_paused = true)]
async fn a_restart_between_token_and_callback_loses_nothing_and_asks_nothing_twice() {
    let server = Server::new();
    let before = server.hip();
    let id = server
        .run(&before, async {
            let link = before.link(patient()).await.unwrap();
            tokio::time::sleep(Duration::from_secs(1)).await;
            link.id()
        })
        .await;
    assert_eq!(server.gateway.calls(), ["GenerateLinkToken"]);
    drop(before);
    let after = server.hip();
    let linked =
        server.run(&after, async { after.link_by_id(id).finished(LONG).await.unwrap() }).await;
    assert!(!linked.already);
    assert_eq!(server.gateway.count("GenerateLinkToken"), 1);
    assert_eq!(server.clinic.heard(), ["linked"]);
}

#[tokio::test(start_paused = true)]
async fn a_process_that_dies_over_the_token_request_does_not_send_it_again() {
    let server = Server::new();
    let before = server.hip();
    let id = server
        .run(&before, async {
            let link = before.link(patient()).await.unwrap();
            while server.gateway.count("GenerateLinkToken") == 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            link.id()
        })
        .await;
    drop(before);
    let after = server.hip();
    server
        .run(&after, async {
            after.link_by_id(id).finished(LONG).await.unwrap();
            tokio::time::sleep(LONG).await;
        })
        .await;
    assert_eq!(server.gateway.count("GenerateLinkToken"), 1);
    assert_eq!(server.gateway.count("LinkCareContexts"), 1);
}

#[tokio::test]
async fn what_abdm_would_refuse_for_its_form_is_refused_here() {
    let server = Server::new();
    let hip = server.hip();
    let mut no_visit = patient();
    no_visit.visits.clear();
    let mut no_type = patient();
    no_type.visits[0].hi_types.clear();
    let mut odd_reference = patient();
    odd_reference.visits[0].reference = "visit #1".parse().unwrap();
    let mut odd_display = patient();
    odd_display.visits[0].display = "OPD visit #1".to_owned();
    let mut odd_name = patient();
    odd_name.name = "Asha 2".to_owned();
    for of_a_visit in [no_type, odd_reference, odd_display] {
        let wrong = of_a_visit.visits[0].reference.clone();
        let refused = hip.link(of_a_visit).await.unwrap_err();
        assert!(matches!(&refused, Error::Invalid { visit: Some(visit), .. } if *visit == wrong));
        assert!(refused.to_string().contains(&format!("visit {wrong}: ")), "{refused}");
    }
    let mut odd_gender = patient();
    odd_gender.gender = Gender::Transgender;
    for wrong in [no_visit, odd_name, odd_gender] {
        assert!(matches!(hip.link(wrong).await, Err(Error::Invalid { visit: None, .. })));
    }
}

#[tokio::test(start_paused = true)]
async fn two_houses_of_one_bridge_have_a_token_each() {
    let server = Server::new();
    let hip = server.hip();
    server
        .run(&hip, async {
            let here = hip.link(patient()).await.unwrap();
            let there = hip.link_at(&other_hip_id(), patient()).await.unwrap();
            here.finished(LONG).await.unwrap();
            there.finished(LONG).await.unwrap();
            let nowhere = "IN0000000009".parse().unwrap();
            assert!(matches!(hip.link_at(&nowhere, patient()).await, Err(Error::Invalid { .. })));
        })
        .await;
    assert_eq!(server.gateway.count(GenerateLinkToken::META.name), 2);
    let sent = server.gateway.sent.lock().unwrap();
    let mut houses: Vec<&str> = sent
        .iter()
        .filter(|(name, _)| *name == "LinkCareContexts")
        .map(|(_, request)| request.headers().get(HIP_ID).unwrap().to_str().unwrap())
        .collect();
    houses.sort_unstable();
    assert_eq!(houses, ["IN0000000001", "IN0000000001_2"]);
}

/// The patient under another of the facility's numbers: registered twice.
fn registered_again() -> LinkPatient {
    let mut again = patient();
    again.reference = "UHID-000124".parse().unwrap();
    again
}

#[tokio::test(start_paused = true)]
async fn two_patients_of_one_address_with_visits_of_one_number_have_a_link_each() {
    let server = Server::new();
    let hip = server.hip();
    server
        .run(&hip, async {
            let first = hip.link(patient()).await.unwrap();
            let second = hip.link(registered_again()).await.unwrap();
            assert_ne!(first.id(), second.id());
            assert_eq!(hip.link(patient()).await.unwrap().id(), first.id(), "the same joins it");
            first.finished(LONG).await.unwrap();
            second.finished(LONG).await.unwrap();
            let first = hip.notify(patient()).await.unwrap();
            let second = hip.notify(registered_again()).await.unwrap();
            assert_ne!(first.id(), second.id());
        })
        .await;
    let linked = server.gateway.bodies::<LinkCareContexts>().into_iter();
    let linked: BTreeSet<String> =
        linked.map(|body| body.patient[0].reference_number.to_string()).collect();
    assert_eq!(linked, ["UHID-000123".to_owned(), "UHID-000124".to_owned()].into());
}

/// A link that has begun, as a release has stored it whose key knows the address alone.
async fn of_earlier_release(server: &Server) -> FlowId {
    let flow = HipLinkFlow::new(hip_id(), patient());
    let state = Payload::encode(&flow).unwrap();
    let mut write = FlowWrite::new(HipLinkFlow::KIND, HipLinkFlow::VERSION, state);
    write.keys = vec![FlowKey::new("link", "IN0000000001/asha.test@sbx/OPD-1=OPConsultation")];
    let (scope, id) = (Scope::new(hip_id().as_str()), FlowId::fresh(&RandomIds));
    let commit = Commit::at(scope, server.gateway.now()).write(id, 0, write);
    server.store().commit(&commit).await.unwrap();
    id
}

#[tokio::test(start_paused = true)]
async fn a_link_that_an_earlier_release_has_begun_is_joined_by_the_same_and_by_no_other() {
    let server = Server::new();
    let id = of_earlier_release(&server).await;
    let hip = server.hip();
    server
        .run(&hip, async {
            let other = hip.link(registered_again()).await.unwrap();
            assert_ne!(other.id(), id, "another patient's");
            let same = hip.link(patient()).await.unwrap();
            assert_eq!(same.id(), id);
            // It has the new key, too, from now on.
            assert_eq!(hip.link(patient()).await.unwrap().id(), id);
            same.finished(LONG).await.unwrap();
            other.finished(LONG).await.unwrap();
            assert_ne!(hip.link(patient()).await.unwrap().id(), id, "it is over");
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_final_record_joins_the_link_that_an_earlier_release_has_begun() {
    let server = Server::new();
    let id = of_earlier_release(&server).await;
    let hip = server.hip();
    server
        .run(&hip, async {
            let mut person = patient();
            let visit = person.visits.pop().unwrap();
            hip.record_is_final(&FinalRecord::new(person, visit)).await.unwrap();
            hip.link_by_id(id).finished(LONG).await.unwrap();
            tokio::time::sleep(LONG).await;
        })
        .await;
    assert_eq!(server.gateway.count("LinkCareContexts"), 1);
}

#[tokio::test(start_paused = true)]
async fn an_event_names_the_facility_at_which_it_happened() {
    let server = Server::new();
    server.gateway.behave(|b| {
        let refused = Answer::at_once(400, "ABDM-1031", "The abha address is deactivated.");
        b.link_answers = [refused.clone(), refused].into();
    });
    let hip = server.hip();
    server
        .run(&hip, async {
            for round in ["not linked", "linked"] {
                for house in [hip_id(), other_hip_id()] {
                    let link = hip.link_at(&house, patient().without_notice()).await.unwrap();
                    assert_eq!(link.finished(LONG).await.is_ok(), round == "linked");
                }
            }
            until("the hospital hears", || server.clinic.heard().len() == 4).await;
        })
        .await;
    let events = server.clinic.events.lock().unwrap();
    let mut told: Vec<_> =
        events.iter().map(|e| (e.name(), e.hip_id().as_str().to_owned())).collect();
    told.sort();
    let houses = ["IN0000000001", "IN0000000001_2"];
    let expected: Vec<_> = ["link-failed", "linked"]
        .into_iter()
        .flat_map(|event| houses.map(|house| (event, house.to_owned())))
        .collect();
    assert_eq!(told, expected);
}

/// Whether the bytes hold a text, in clear or as base64, also of JSON within.
pub(crate) fn holds(bytes: &[u8], text: &str) -> bool {
    fn within(value: &serde_json::Value, text: &str) -> bool {
        match value {
            serde_json::Value::String(own) => {
                let decoded = STANDARD.decode(own).unwrap_or_default();
                own.contains(text) || holds(&decoded, text)
            }
            serde_json::Value::Array(items) => items.iter().any(|item| within(item, text)),
            serde_json::Value::Object(fields) => {
                fields.iter().any(|(name, item)| name.contains(text) || within(item, text))
            }
            _ => false,
        }
    }
    let plain = String::from_utf8_lossy(bytes).contains(text);
    plain || serde_json::from_slice(bytes).is_ok_and(|value| within(&value, text))
}

#[tokio::test(start_paused = true)]
async fn a_link_token_is_never_in_the_store_in_clear() {
    let token = "eyJhbGciOiJSUzUxMiJ9.secret.c2ln";
    let reply = || {
        let token = LinkToken::new(token);
        LinkTokenReply::issued(RequestId::random(), patient().abha_address, token)
    };
    let server = Server::new();
    // The look itself finds what is stored as it came.
    let open = MemoryStore::new();
    let body = serde_json::to_vec(&reply()).unwrap();
    let inbound = Inbound::new(InboundKey::new("x", "1"), body, server.gateway.now());
    let body = BodyId::fresh(&RandomIds);
    open.accept(&Arrival::new(Scope::new("x"), "x", inbound, body)).await.unwrap();
    assert!(holds(&open.to_snapshot_bytes().unwrap(), token));

    let kept = || holds(&server.memory.to_snapshot_bytes().unwrap(), "secret");
    let hip = server.hip();
    let after = Duration::from_millis(1);
    server.gateway.call_back::<OnGenerateLinkToken>(crate::gateway::hip_id(), after, reply());
    tokio::time::sleep(Duration::from_secs(1)).await;
    // In the inbox: nobody has worked so far.
    assert_eq!(server.waiting::<LinkTokenFlow>().await, 1);
    assert!(!kept());
    // As a dead letter: it answers no request of ours.
    server
        .run(&hip, async {
            tokio::time::sleep(Duration::from_secs(3_600)).await;
        })
        .await;
    let dead = server.dead_letters::<LinkTokenFlow>().await;
    assert_eq!(dead.len(), 1);
    assert!(!dead[0].reason.contains("secret"));
    assert!(!kept());
}
