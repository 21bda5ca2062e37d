//! Final records, linked by themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use abdm_core::id::HipId;
use abdm_core::vocabulary::{Gender, HiType};
use abdm_flow::store::FlowStore as _;
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use hip_services::api::hip_linking::{GenerateLinkToken, LinkCareContexts, NotifyContext};
use hip_services::flow::{AutoLinkFlow, AutoLinkState, HipLinkFlow};
use hip_services::{
    Error, FinalRecord, Hip, HipEvent, HospitalError, LinkPatient, Readiness, RecordPreparer, Visit,
};

use crate::clinic::{Server, other_hip_id, until};
use crate::gateway::Answer;

const LAB: HiType = HiType::DiagnosticReport;

fn person(n: usize, name: &str) -> LinkPatient {
    let (address, reference) = (format!("patient{n}@sbx"), format!("UHID-{n}"));
    let (address, reference) = (address.parse().unwrap(), reference.parse().unwrap());
    LinkPatient::new(address, reference, name, Gender::Female, 1988)
}

fn record_of(patient: LinkPatient, visit: usize, hi_type: HiType, hour: u32) -> FinalRecord {
    let date: DateTime<Utc> = format!("2026-01-02T{hour:02}:00:00Z").parse().unwrap();
    let reference = format!("{}-V{visit}", patient.reference).parse().unwrap();
    FinalRecord::new(patient, Visit::new(reference, "OPD visit 2 Jan 2026", date, [hi_type]))
}

fn record(visit: usize, hi_type: HiType, hour: u32) -> FinalRecord {
    record_of(person(1, "Asha Test Kumari"), visit, hi_type, hour)
}

/// How far the link of a record is.
async fn flow(hip: &Hip, record: &FinalRecord) -> Option<AutoLinkFlow> {
    let (patient, visit) = (&record.patient, &record.visit.reference);
    hip.auto_link(&patient.abha_address, &patient.reference, visit).await.unwrap()
}

async fn finished(hip: &Hip, record: &FinalRecord) {
    for _ in 0..3_000 {
        if flow(hip, record).await.is_some_and(|flow| flow.state == AutoLinkState::Finished) {
            return;
        }
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
    panic!("never finished: {:?}", flow(hip, record).await);
}

/// How often each context was to be linked for each HI type.
fn links(server: &Server) -> BTreeMap<(String, HiType), usize> {
    let mut links = BTreeMap::new();
    for body in server.gateway.bodies::<LinkCareContexts>() {
        for element in body.patient {
            for context in element.care_contexts {
                let context = context.reference_number.to_string();
                *links.entry((context, element.hi_type.clone())).or_default() += 1;
            }
        }
    }
    links
}

#[tokio::test(start_paused = true)]
async fn a_final_record_is_linked_and_told_of_without_a_click() {
    let server = Server::new();
    let hip = server.hip();
    server
        .run(&hip, async {
            hip.record_is_final(&record(1, LAB, 8)).await.unwrap();
            finished(&hip, &record(1, LAB, 8)).await;
        })
        .await;
    assert_eq!(server.gateway.calls(), ["GenerateLinkToken", "LinkCareContexts", "NotifyContext"]);
    assert_eq!(server.clinic.heard(), ["linked"]);
}

#[tokio::test(start_paused = true)]
async fn each_facility_tells_of_its_own_links_and_its_events_name_it() {
    let server = Server::new();
    let hip = server.hip();
    let (own, record) = (hip.hip_id().clone(), record(1, LAB, 8));
    let state = async |house: &HipId| {
        let (patient, visit) = (&record.patient, &record.visit.reference);
        let (address, reference) = (&patient.abha_address, &patient.reference);
        let found = hip.auto_link_at(house, address, reference, visit).await?;
        Ok::<_, Error>(found.map(|flow| (flow.hip_id.clone(), flow.state)))
    };
    server
        .run(&hip, async {
            let deactivated = Answer::at_once(400, "ABDM-1031", "The abha address is deactivated.");
            server.gateway.behave(|b| b.link_answers = [deactivated].into());
            hip.record_is_final_at(&other_hip_id(), &record).await.unwrap();
            until("the hospital hears", || server.clinic.heard().len() == 2).await;
            // The numbers of the visit are the same at both.
            assert!(flow(&hip, &record).await.is_none());
            assert_eq!(state(&own).await.unwrap(), None);
            let (at, stopped) = state(&other_hip_id()).await.unwrap().unwrap();
            assert!(matches!(stopped, AutoLinkState::Stopped { .. }) && at == other_hip_id());
            hip.record_is_final(&record).await.unwrap();
            finished(&hip, &record).await;
            assert_eq!(state(&own).await.unwrap(), Some((own.clone(), AutoLinkState::Finished)));
            let nowhere = "IN0000000009".parse().unwrap();
            assert!(matches!(state(&nowhere).await, Err(Error::Invalid { .. })));
        })
        .await;
    let events = server.clinic.events.lock().unwrap();
    let told: Vec<_> = events.iter().map(|event| (event.name(), event.hip_id().clone())).collect();
    let other = other_hip_id();
    assert_eq!(
        told,
        [("link-failed", other.clone()), ("auto-link-stopped", other), ("linked", own)]
    );
}

#[tokio::test(start_paused = true)]
async fn records_of_one_visit_go_out_together_and_a_later_one_costs_only_its_notice() {
    let server = Server::new();
    let hip = server.hip();
    server
        .run(&hip, async {
            for hi_type in [LAB, HiType::Prescription, LAB] {
                hip.record_is_final(&record(1, hi_type, 8)).await.unwrap();
            }
            finished(&hip, &record(1, LAB, 8)).await;
            assert_eq!(server.gateway.count("LinkCareContexts"), 1);
            let notices = server.gateway.count("NotifyContext");
            // The same again, then a further report of the same kind.
            hip.record_is_final(&record(1, LAB, 8)).await.unwrap();
            tokio::time::sleep(Duration::from_secs(600)).await;
            assert_eq!(server.gateway.count("NotifyContext"), notices);
            hip.record_is_final(&record(1, LAB, 9)).await.unwrap();
            tokio::time::sleep(Duration::from_secs(60)).await;
            finished(&hip, &record(1, LAB, 9)).await;
            assert_eq!(server.gateway.count("NotifyContext"), notices + 1);
        })
        .await;
    assert_eq!(server.gateway.count("LinkCareContexts"), 1);
    let notice = server.gateway.bodies::<NotifyContext>().pop().unwrap().notification;
    assert_eq!((&notice.hi_types[..], notice.date), (&[LAB][..], record(1, LAB, 9).visit.date));
}

#[tokio::test(start_paused = true)]
async fn a_record_that_the_hospital_put_into_the_store_itself_is_linked_once() {
    let server = Server::new();
    let hip = server.hip();
    for _ in 0..2 {
        let message =
            hip.final_record_message(hip.hip_id(), "signature 4711", &record(1, LAB, 8)).await;
        let message = message.unwrap();
        let shown = String::from_utf8_lossy(&message.inbound.body).into_owned();
        assert!(!shown.contains("Asha"), "it is sealed");
        server.memory.accept(&message).await.unwrap();
    }
    server.run(&hip, finished(&hip, &record(1, LAB, 8))).await;
    assert_eq!(server.gateway.count("LinkCareContexts"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_record_that_abdm_would_refuse_for_its_form_is_refused_at_once() {
    let server = Server::new();
    let hip = server.hip();
    let wrong = record_of(person(1, "Asha 2"), 1, LAB, 8);
    let refused = hip.record_is_final(&wrong).await;
    assert!(matches!(refused, Err(Error::Invalid { .. })), "{refused:?}");
    let elsewhere = "IN0000000009".parse().unwrap();
    let refused = hip.record_is_final_at(&elsewhere, &record(1, LAB, 8)).await;
    assert!(matches!(refused, Err(Error::Invalid { .. })), "{refused:?}");
}

#[tokio::test(start_paused = true)]
async fn details_that_differ_are_told_and_the_corrected_ones_are_linked() {
    let server = Server::new();
    let wrong = Answer::error("ABDM-1207: ", "Demographic details was invalid or doesn't exists");
    server.gateway.behave(|b| b.token_answers = [wrong].into());
    let hip = server.hip();
    server
        .run(&hip, async {
            hip.record_is_final(&record(1, LAB, 8)).await.unwrap();
            until("the desk hears", || server.clinic.heard().contains(&"auto-link-stopped")).await;
            // The hospital's event comes twice: nothing is asked again with the same details.
            hip.record_is_final(&record(1, LAB, 8)).await.unwrap();
            tokio::time::sleep(Duration::from_secs(3 * 3600)).await;
            assert_eq!(server.gateway.count("GenerateLinkToken"), 1);
            let corrected = record_of(person(1, "Asha Kumari"), 1, LAB, 8);
            hip.record_is_final(&corrected).await.unwrap();
            finished(&hip, &corrected).await;
        })
        .await;
    assert_eq!(server.gateway.count("GenerateLinkToken"), 2);
    let events = server.clinic.events.lock().unwrap();
    let told = events.iter().find_map(|event| match event {
        HipEvent::AutoLinkStopped { failure, linked: false, .. } => Some(failure),
        _ => None,
    });
    assert!(told.unwrap().text.contains("ABHA profile"));
}

#[tokio::test(start_paused = true)]
async fn a_fault_of_abdms_is_tried_again_by_itself() {
    let server = Server::new();
    let down = || Answer::error("ABDM-1024", "Dependent service unavailable");
    server.gateway.behave(|b| b.link_answers = [down(), down()].into());
    let hip = server.hip();
    server
        .run(&hip, async {
            hip.record_is_final(&record(1, LAB, 8)).await.unwrap();
            finished(&hip, &record(1, LAB, 8)).await;
        })
        .await;
    // One token, kept.
    assert_eq!(server.gateway.count("GenerateLinkToken"), 1);
    assert_eq!(server.gateway.count("LinkCareContexts"), 3);
}

#[tokio::test(start_paused = true)]
async fn a_link_without_a_callback_is_asked_after_and_ends_linked() {
    let server = Server::new();
    server.gateway.behave(|b| {
        b.silent = vec!["OnLinkCareContexts"];
        b.linked = Some(BTreeSet::new());
    });
    let hip = server.hip();
    server
        .run(&hip, async {
            hip.record_is_final(&record(1, LAB, 8)).await.unwrap();
            until("it is unknown", || server.clinic.heard().contains(&"link-unknown")).await;
            server.gateway.behave(|b| b.silent.clear());
            finished(&hip, &record(1, LAB, 8)).await;
        })
        .await;
    assert_eq!(server.gateway.count("LinkCareContexts"), 2);
}

/// Documents that are ready at the third question.
#[derive(Clone, Default)]
struct Slow(Arc<Mutex<usize>>);

#[async_trait]
impl RecordPreparer for Slow {
    async fn prepare(&self, _: &HipId, record: &FinalRecord) -> Result<Readiness, HospitalError> {
        assert_eq!(record.visit.hi_types, [LAB]);
        let mut asked = self.0.lock().unwrap();
        *asked += 1;
        match *asked {
            1 => Err(HospitalError::new("the database is away")),
            2 => Ok(Readiness::NotYet { ask_again_after: Duration::from_secs(7_200) }),
            _ => Ok(Readiness::Ready),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_linked_before_its_document_is_ready() {
    let server = Server::new();
    let slow = Slow::default();
    let hip = server.builder(server.clinic.clone()).record_preparer(slow.clone()).build().unwrap();
    server.gateway.calls_back(&hip);
    server
        .run(&hip, async {
            hip.record_is_final(&record(1, LAB, 8)).await.unwrap();
            tokio::time::sleep(Duration::from_secs(7_200)).await;
            assert_eq!(*slow.0.lock().unwrap(), 2);
            assert!(server.gateway.calls().is_empty());
            finished(&hip, &record(1, LAB, 8)).await;
        })
        .await;
    assert_eq!(server.gateway.count("LinkCareContexts"), 1);
}

/// No patient's link token was asked for too often.
pub(crate) fn keeps_the_token_limits(server: &Server) {
    let requests = server.gateway.bodies::<GenerateLinkToken>();
    let times = server.gateway.token_requests.lock().unwrap().clone();
    let mut asked: BTreeMap<String, Vec<DateTime<Utc>>> = BTreeMap::new();
    for (request, at) in requests.into_iter().zip(times) {
        asked.entry(request.abha_address.to_string()).or_default().push(at);
    }
    for (address, times) in asked {
        let pairs = times.windows(2).all(|pair| pair[1] - pair[0] >= TimeDelta::minutes(7));
        let a_day = times.windows(4).all(|four| four[3] - four[0] >= TimeDelta::hours(24));
        assert!(pairs && a_day, "{address}: {times:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_day_of_records_is_linked_each_once_through_doubled_callbacks_faults_and_restarts() {
    const PATIENTS: usize = 240;
    const VISITS: usize = 5;
    let server = Server::new();
    server.gateway.behave(|b| b.doubles = true);
    let mut all = Vec::new();
    for visit in 0..VISITS {
        for patient in 0..PATIENTS {
            all.push(record_of(person(patient, "Asha Test Kumari"), visit, LAB, 8));
        }
    }
    assert_eq!(all.len() % 4, 0);
    let mut records = all.chunks(all.len() / 4);
    for life in 0..4 {
        let hip = server.hip();
        let coming = records.next().unwrap();
        if life == 2 {
            let down = Answer::error("ABDM-1024", "Dependent service unavailable");
            server.gateway.behave(|b| b.link_answers = vec![down; 100].into());
        }
        // Killed in the midst of them, but for the last.
        server
            .run(&hip, async {
                for record in coming {
                    hip.record_is_final(record).await.unwrap();
                    tokio::time::sleep(Duration::from_secs(10)).await;
                }
            })
            .await;
    }
    let hip = server.hip();
    server
        .run(&hip, async {
            for record in &all {
                finished(&hip, record).await;
            }
        })
        .await;
    let linked = links(&server);
    assert_eq!(linked.len(), PATIENTS * VISITS);
    let again: usize = linked.values().map(|times| times - 1).sum();
    // A refused one is sent again, and one whose answer died with the process.
    assert!(again <= 100 + 4 * 16, "{again}");
    keeps_the_token_limits(&server);
    assert_eq!(server.gateway.count("GenerateLinkToken"), PATIENTS);
    assert!(server.dead_letters::<AutoLinkFlow>().await.is_empty());
    assert!(server.dead_letters::<HipLinkFlow>().await.is_empty());
}
