//! Scan and share, from the callback to the token number.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use abdm_core::call::Call;
use abdm_core::headers::HipHeaders;
use abdm_core::testing::log::{listen, logged, shows};
use async_trait::async_trait;
use bytes::Bytes;
use hip_services::api::sharing::{
    AcknowledgeShare, AnswerRunningToken, IssuedToken, OnPatientShare, OnRunningTokenStatus,
    PatientShare, RunningTokenQuery, ShareAcknowledgement, ShareIntent, SharedPatient,
};
use hip_services::flow::{RunningTokenFlow, ShareFlow};
use hip_services::{HospitalError, ReceptionDesk, Registration, SharedProfile};
use tracing::Level;

use crate::clinic::{Server, until};
use crate::gateway::hip_id;
use crate::hip_linking::holds;

/// A reception that keeps a book.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reception {
    pub(crate) book: Arc<Mutex<Vec<SharedProfile>>>,
    /// Its system fails so often.
    pub(crate) fails: Arc<Mutex<u32>>,
    /// Its system never answers.
    pub(crate) hangs: Arc<AtomicBool>,
}

#[async_trait]
impl ReceptionDesk for Reception {
    async fn register(&self, shared: &SharedProfile) -> Result<Registration, HospitalError> {
        if self.hangs.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
        {
            let mut fails = self.fails.lock().unwrap();
            if *fails > 0 {
                *fails -= 1;
                return Err(HospitalError::new("no room for Asha"));
            }
        }
        self.book.lock().unwrap().push(shared.clone());
        Ok(match shared.counter.as_str() {
            "CLOSED" => Registration::Declined,
            "XRAY" => Registration::QueuedAs(format!("X-{}", shared.token_number)),
            _ => Registration::Queued,
        })
    }
}

fn patient(name: &str) -> SharedPatient {
    let mut patient = SharedPatient::new(format!("{name}@sbx").parse().unwrap());
    patient.name = Some("Asha Test Kumari".to_owned());
    patient.year_of_birth = Some("1988".to_owned());
    patient.phone_number = Some("9999999999".to_owned());
    patient
}

pub(crate) fn shares(server: &Server, name: &str, counter: &str) {
    let share = PatientShare::profile(hip_id(), counter, patient(name));
    server.gateway.call_back::<OnPatientShare>(hip_id(), Duration::from_millis(100), share);
}

fn answers(server: &Server) -> Vec<ShareAcknowledgement> {
    server.gateway.bodies::<AcknowledgeShare>()
}

async fn answered(server: &Server, count: usize) -> ShareAcknowledgement {
    until("the answer", || answers(server).len() >= count).await;
    answers(server).remove(count - 1)
}

fn token(answer: ShareAcknowledgement) -> IssuedToken {
    assert!(answer.error.is_none(), "{answer:?}");
    answer.acknowledgement.unwrap().profile.unwrap()
}

fn code(answer: &ShareAcknowledgement) -> &str {
    assert!(answer.acknowledgement.is_none());
    answer.error.as_ref().unwrap().code.as_ref().unwrap().as_str()
}

#[tokio::test(start_paused = true)]
async fn a_patient_who_shares_gets_a_number_for_half_an_hour() {
    let server = Server::new();
    let hip = server.hip();
    server
        .run(&hip, async {
            shares(&server, "asha.test", "OPD1");
            let first = answered(&server, 1).await;
            let acknowledged = first.acknowledgement.clone().unwrap();
            assert_eq!(acknowledged.abha_address.as_str(), "asha.test@sbx");
            assert_eq!(acknowledged.status.as_str(), "SUCCESS");
            let first = token(first);
            assert_eq!((first.context.as_str(), first.token_number.as_str()), ("OPD1", "1"));
            assert!((1799..=1800).contains(&first.expiry_seconds().unwrap()), "{first:?}");
            shares(&server, "ravi.test", "OPD1");
            assert_eq!(token(answered(&server, 2).await).token_number, "2");
            shares(&server, "meera.test", "OPD2");
            assert_eq!(token(answered(&server, 3).await).token_number, "1");
        })
        .await;
    let book = server.reception.book.lock().unwrap();
    assert_eq!(book.len(), 3);
    assert_eq!(book[0].patient, patient("asha.test"));
    assert_eq!((book[0].counter.as_str(), book[0].token_number.as_str()), ("OPD1", "1"));
    assert!(!format!("{:?}", book[0]).to_lowercase().contains("asha"));
}

#[tokio::test(start_paused = true)]
async fn whoever_scans_again_has_the_same_number_and_is_registered_once() {
    let server = Server::new();
    server.gateway.behave(|b| b.doubles = true);
    let hip = server.hip();
    server
        .run(&hip, async {
            shares(&server, "asha.test", "XRAY");
            // One message twice, and the same as another message.
            assert_eq!(token(answered(&server, 2).await).token_number, "X-1");
            tokio::time::sleep(Duration::from_secs(600)).await;
            shares(&server, "asha.test", "XRAY");
            let again = token(answered(&server, 4).await);
            assert_eq!(again.token_number, "X-1");
            assert!(again.expiry_seconds().unwrap() <= 1200, "{again:?}");
            tokio::time::sleep(Duration::from_secs(1200)).await;
            shares(&server, "asha.test", "XRAY");
            assert_eq!(token(answered(&server, 6).await).token_number, "X-2");
        })
        .await;
    assert_eq!(answers(&server).len(), 6);
    assert_eq!(server.reception.book.lock().unwrap().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_queue_outlives_the_process_and_begins_anew_the_next_day() {
    let server = Server::new();
    let hip = server.hip();
    server
        .run(&hip, async {
            shares(&server, "asha.test", "OPD1");
            answered(&server, 1).await;
            // ABDM's word for it is here, too: else the answer would be sent once more.
            tokio::time::sleep(Duration::from_secs(1)).await;
        })
        .await;
    let hip = server.hip();
    server
        .run(&hip, async {
            shares(&server, "asha.test", "OPD1");
            assert_eq!(token(answered(&server, 2).await).token_number, "1");
            shares(&server, "ravi.test", "OPD1");
            assert_eq!(token(answered(&server, 3).await).token_number, "2");
            tokio::time::sleep(Duration::from_secs(25 * 3600)).await;
            shares(&server, "meera.test", "OPD1");
            assert_eq!(token(answered(&server, 4).await).token_number, "1");
        })
        .await;
    assert_eq!(server.reception.book.lock().unwrap().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn what_is_not_offered_is_refused_with_its_code() {
    let server = Server::new();
    let hip = server.hip();
    server
        .run(&hip, async {
            let mut payment = PatientShare::profile(hip_id(), "OPD1", patient("asha.test"));
            payment.intent = ShareIntent::PaymentShare;
            let soon = Duration::from_millis(100);
            server.gateway.call_back::<OnPatientShare>(hip_id(), soon, payment);
            assert_eq!(code(&answered(&server, 1).await), "ABDM-1149");
            shares(&server, "asha.test", "CLOSED");
            assert_eq!(code(&answered(&server, 2).await), "ABDM-1149");
            let nobody = PatientShare::profile(hip_id(), "OPD1", SharedPatient::default());
            server.gateway.call_back::<OnPatientShare>(hip_id(), soon, nobody);
            assert_eq!(code(&answered(&server, 3).await), "ABDM-1102");
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_reception_that_stumbles_is_asked_again_and_one_that_fails_is_told() {
    let server = Server::new();
    let hip = server.hip();
    server
        .run(&hip, async {
            *server.reception.fails.lock().unwrap() = 2;
            shares(&server, "asha.test", "OPD1");
            assert_eq!(token(answered(&server, 1).await).token_number, "1");
            server.reception.hangs.store(true, Ordering::Relaxed);
            shares(&server, "ravi.test", "OPD1");
            let began = tokio::time::Instant::now();
            assert_eq!(code(&answered(&server, 2).await), "ABDM-1024");
            assert!(began.elapsed() < Duration::from_secs(30), "the app still waits");
            // Nothing of it stands in the way of the next scan, which keeps the number.
            server.reception.hangs.store(false, Ordering::Relaxed);
            shares(&server, "ravi.test", "OPD1");
            assert_eq!(token(answered(&server, 3).await).token_number, "2");
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn neither_inbox_nor_flow_holds_a_profile_in_clear() {
    let server = Server::new();
    server.reception.hangs.store(true, Ordering::Relaxed);
    let hip = server.hip();
    server
        .run(&hip, async {
            shares(&server, "asha.test", "OPD1");
            tokio::time::sleep(Duration::from_secs(5)).await;
            let stored = server.memory.to_snapshot_bytes().unwrap();
            for personal in ["Asha Test", "9999999999"] {
                assert!(!holds(&stored, personal), "{personal} is in the store");
            }
        })
        .await;
    assert!(server.dead_letters::<ShareFlow>().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_share_and_a_question_for_the_token_of_an_odd_shape_are_answered() {
    let server = Server::new();
    let hip = server.hip();
    let shares = [
        "{}",
        "7",
        r#"{"intent":null}"#,
        r#"{"intent":["PROFILE_SHARE"],"profile":{"patient":{"abhaAddress":"asha.test@sbx"}}}"#,
        r#"{"intent":"PROFILE_SHARE","profile":"asha.test@sbx"}"#,
        r#"{"intent":"PROFILE_SHARE","profile":{"patient":["asha.test@sbx"]}}"#,
    ];
    let questions = ["7", "[]", r#"{"context":{"id":"OPD"}}"#];
    server
        .run(&hip, async {
            for (n, raw) in shares.iter().enumerate() {
                let stand_in = PatientShare::profile(hip_id(), "OPD", patient("asha.test"));
                let call = Call::<OnPatientShare>::new(stand_in);
                let call = call.headers(HipHeaders { hip_id: hip_id() });
                server.gateway.sends(call, Some(Bytes::from_static(raw.as_bytes())));
                let answer = answered(&server, n + 1).await;
                assert_eq!(code(&answer), "ABDM-1102", "{raw}");
            }
            for (n, raw) in questions.iter().enumerate() {
                let stand_in = RunningTokenQuery::new(&hip_id(), "OPD");
                let call = Call::<OnRunningTokenStatus>::new(stand_in);
                let call = call.headers(HipHeaders { hip_id: hip_id() });
                server.gateway.sends(call, Some(Bytes::from_static(raw.as_bytes())));
                until("the answer", || server.gateway.count("AnswerRunningToken") == n + 1).await;
            }
        })
        .await;
    for answer in server.gateway.bodies::<AnswerRunningToken>() {
        assert_eq!(answer.error.unwrap().code.unwrap().as_str(), "ABDM-1001");
    }
    assert!(server.dead_letters::<ShareFlow>().await.is_empty());
    assert!(server.dead_letters::<RunningTokenFlow>().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_answer_to_a_share_that_abdm_does_not_take_is_told_without_its_words() {
    listen(Level::INFO);
    let server = Server::new();
    let words = r#"{"code":"ABDM-1006","message":"Asha Test Kumari has gone"}"#.to_owned();
    server.gateway.behave(|b| {
        b.answers.insert("AcknowledgeShare", [(400, words)].into());
    });
    let hip = server.hip();
    server
        .run(&hip, async {
            shares(&server, "asha.test", "OPD1");
            until("the operator hears", || logged().contains("ABDM did not take the answer")).await;
        })
        .await;
    let log = logged();
    let told = |line: &&str| line.contains("WARN") && line.contains("ABDM-1006");
    assert_eq!(log.lines().filter(told).count(), 1, "{log}");
    assert_eq!(shows(&log, ["Asha", "asha"]), None, "{log}");
}
