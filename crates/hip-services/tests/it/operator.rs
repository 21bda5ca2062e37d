//! What an operator sees at `info`.

use std::time::Duration;

use abdm_core::testing::log::{listen, logged, shows};
use hip_services::api::consent::{AcknowledgeConsent, ConsentNotice, OnConsentNotify};
use hip_services::api::sharing::{OnRunningTokenStatus, RunningTokenQuery};
use tracing::Level;

use crate::clinic::{Server, patient, until};
use crate::gateway::{Answer, CONSENT, TRANSACTION, hip_id};
use crate::hip_linking::holds;
use crate::sms::sent;
use crate::user_linking::{
    asha, chooses, confirmed, discovered, discovers, link_of, sought, types,
};

/// The lines about what happened to care contexts, consents and transfers; each once.
fn lines() -> Vec<String> {
    let log = logged();
    let personal = ["Asha", "asha", "0000-0000-0001", "91000000000001", "UHID", "eyJ", "1988"];
    assert_eq!(shows(&log, personal), None, "{log}");
    log.lines().filter(|line| line.contains("hip_services::operator")).map(str::to_owned).collect()
}

fn told(lines: &[String], what: &[&str]) -> bool {
    lines.iter().filter(|line| what.iter().all(|word| line.contains(word))).count() == 1
}

#[tokio::test(start_paused = true)]
async fn a_link_a_grant_and_a_transfer_are_one_line_each_and_name_no_person() {
    listen(Level::INFO);
    let server = Server::new();
    let hip = server.hip();
    server
        .run(&hip, async {
            let link = hip.link(patient()).await.unwrap();
            link.finished(Duration::from_secs(600)).await.unwrap();
            server.gateway.grants(&["OPD-1"]);
            server.gateway.asks("2026-01-01T00:00:00Z");
            until("the report", || server.clinic.heard().contains(&"transfer-ended")).await;
            server.gateway.revokes();
            until("the end", || server.clinic.heard().contains(&"consent-ended")).await;
        })
        .await;
    let lines = lines();
    assert!(
        told(&lines, &["INFO", "care contexts are linked", "OPD-1", "already=false"]),
        "{lines:?}"
    );
    assert!(told(&lines, &["a consent is granted", CONSENT]), "{lines:?}");
    assert!(
        told(&lines, &["a transfer has ended", TRANSACTION, "TRANSFERRED", "errored=0"]),
        "{lines:?}"
    );
    assert!(told(&lines, &["a consent has ended", CONSENT, "REVOKED"]), "{lines:?}");
    assert_eq!(lines.len(), 4, "{lines:?}");
}

#[tokio::test(start_paused = true)]
async fn a_notice_of_unknown_status_is_refused_and_told() {
    listen(Level::WARN);
    let server = Server::new();
    let hip = server.hip();
    server
        .run(&hip, async {
            let notice = ConsentNotice::ended("SUSPENDED".into(), CONSENT.parse().unwrap());
            server.gateway.call_back::<OnConsentNotify>(hip_id(), Duration::ZERO, notice.into());
            until("the answer", || server.gateway.count("AcknowledgeConsent") == 1).await;
        })
        .await;
    let log = logged();
    let told = |line: &str| line.contains("means nothing that is known") && line.contains(CONSENT);
    assert_eq!(log.lines().filter(|line| told(line)).count(), 1, "{log}");
    let answer = serde_json::to_value(&server.gateway.bodies::<AcknowledgeConsent>()[0]).unwrap();
    assert!(answer["error"].is_object(), "{answer}");
}

#[tokio::test(start_paused = true)]
async fn refusals_are_one_line_each_with_their_code_and_without_abdms_words() {
    listen(Level::INFO);
    let server = Server::new();
    let refused = Answer::error("ABDM-1037", "Asha Test Kumari, born 1988: count mismatch");
    server.gateway.behave(|b| b.link_answers = [refused].into());
    let hip = server.hip();
    server
        .run(&hip, async {
            let link = hip.link(patient()).await.unwrap();
            link.finished(Duration::from_secs(600)).await.unwrap_err();
            server.gateway.asks("2026-01-01T00:00:00Z");
            until("the refusal", || server.clinic.heard().contains(&"transfer-refused")).await;
        })
        .await;
    let lines = lines();
    assert!(
        told(&lines, &["care contexts are not linked", "ABDM-1037", "caller-bug"]),
        "{lines:?}"
    );
    assert!(told(&lines, &["a transfer is refused", TRANSACTION, "ABDM-1062"]), "{lines:?}");
}

// Here: free words of ABDM's or a HIU's reach neither log nor store.
#[tokio::test(start_paused = true)]
async fn words_of_a_refusal_that_is_tried_again_are_not_logged_or_kept() {
    listen(Level::INFO);
    let mut server = Server::new();
    server.unsealed = true;
    let words = r#"{"code":"ABDM-1024","message":"Asha Test Kumari, born 1988, is away"}"#;
    server.gateway.behave(|b| {
        for name in
            ["LinkCareContexts", "AcknowledgeConsent", "AcknowledgeHealthInformationRequest"]
        {
            b.answers.insert(name, (0..12).map(|_| (503, words.to_owned())).collect());
        }
        b.push_answers = [(500, words), (400, words), (403, words)].into();
    });
    let hip = server.hip();
    server
        .run(&hip, async {
            let link = hip.link(patient()).await.unwrap();
            server.gateway.grants(&["OPD-1", "OPD-2"]);
            server.gateway.asks("2026-01-01T00:00:00Z");
            until("the report", || {
                let kept = server.memory.to_snapshot_bytes().unwrap();
                assert!(!holds(&kept, "is away"));
                server.gateway.report().is_some()
            })
            .await;
            link.finished(Duration::from_secs(3_600)).await.unwrap();
        })
        .await;
    let log = logged();
    assert!(log.contains("was refused: ABDM-1024, HTTP 503, upstream-fault"), "{log}");
    assert_eq!(shows(&log, ["is away", "Asha"]), None, "{log}");
}

#[tokio::test(start_paused = true)]
async fn a_hook_that_fails_is_named_and_a_warning_from_the_second_time_on() {
    listen(Level::INFO);
    let server = Server::new();
    *server.clinic.fails.lock().unwrap() = 2;
    let hip = server.hip();
    server
        .run(&hip, async {
            server.gateway.grants(&["OPD-1"]);
            server.gateway.asks("2026-01-01T00:00:00Z");
            until("the report", || server.gateway.report().is_some()).await;
        })
        .await;
    let log = logged();
    let failed: Vec<&str> = log.lines().filter(|line| line.contains("not carried out")).collect();
    assert_eq!(failed.len(), 2, "{log}");
    for (line, level) in failed.iter().zip(["INFO", "WARN"]) {
        assert!(line.contains(level) && line.contains("Plan"), "{line}");
        assert!(line.contains("Hospital::list"), "{line}");
    }
    assert_eq!(shows(&log, ["the database is away"]), None, "the vendor's own words");
}

#[tokio::test(start_paused = true)]
async fn an_sms_that_is_not_sent_is_one_line_whether_abdm_says_so_at_once_or_later() {
    let words = "Asha Test Kumari, 9999999999: invalid";
    for refused in [Answer::at_once(400, "ABDM-1035", words), Answer::error("ABDM-1035", words)] {
        listen(Level::INFO);
        let server = Server::new();
        server.gateway.behave(|b| b.sms_answers.push_back(refused));
        sent(&server, &server.hip()).await;
        let lines = lines();
        assert!(told(&lines, &["WARN", "an SMS notice is not sent", "ABDM-1035"]), "{lines:?}");
        assert_eq!(shows(&logged(), ["9999999999", "99999-99999"]), None, "{}", logged());
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_to_the_running_token_that_abdm_does_not_take_is_told() {
    listen(Level::INFO);
    let server = Server::new();
    let words = r#"{"code":"ABDM-1035","message":"Asha Test Kumari has gone"}"#.to_owned();
    server.gateway.behave(|b| {
        b.answers.insert("AnswerRunningToken", [(400, words)].into());
    });
    let hip = server.hip();
    server
        .run(&hip, async {
            let query = RunningTokenQuery::new(&hip_id(), "OPD");
            server.gateway.call_back::<OnRunningTokenStatus>(hip_id(), Duration::ZERO, query);
            until("the answer", || logged().contains("running token")).await;
        })
        .await;
    let lines = lines();
    let line = "ABDM did not take the answer to a question for the running token";
    assert!(told(&lines, &["WARN", line, "ABDM-1035"]), "{lines:?}");
}

#[tokio::test(start_paused = true)]
async fn an_otp_that_is_refused_is_told_without_the_otp_and_the_patient() {
    listen(Level::INFO);
    let server = asha();
    let hip = server.hip();
    server
        .run(&hip, async {
            discovers(&server, sought());
            let found = discovered(&server).await;
            chooses(&server, &found.patient[..1]);
            let link = link_of(&server, 1).await;
            types(&server, &link, "731946");
            assert!(confirmed(&server, 1).await.error.is_some());
        })
        .await;
    let lines = lines();
    let line = "the OTP of a patient's link is refused";
    assert!(told(&lines, &["INFO", line, "reason=\"wrong\""]), "{lines:?}");
    assert_eq!(shows(&logged(), ["731946", &server.register.last_otp()]), None, "{}", logged());
}
