//! What an operator sees at `info`.

use std::cell::RefCell;
use std::io::Write;
use std::sync::Once;
use std::time::Duration;

use crate::clinic::{Server, patient, until};
use crate::gateway::{Answer, CONSENT, TRANSACTION};

thread_local! {
    /// What this thread has logged since [`listen`].
    static LOG: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Writes to the log of the thread that logs: tests run side by side, and each sees its own only.
struct ThreadLog;

impl Write for ThreadLog {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOG.with_borrow_mut(|log| log.extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Listens from now on, for the whole process: a subscriber of one thread alone may miss what other
/// threads' tests have met first without one.
fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::INFO)
            .with_ansi(false)
            // A fraction of a second may look like a year of birth.
            .without_time()
            .with_writer(|| ThreadLog)
            .finish();
        tracing::subscriber::set_global_default(subscriber).unwrap();
    });
    LOG.with_borrow_mut(Vec::clear);
}

/// The lines about what happened to care contexts, consents and transfers; each once.
fn lines() -> Vec<String> {
    let log = LOG.with_borrow(|log| String::from_utf8(log.clone()).unwrap());
    for personal in ["Asha", "asha", "0000-0000-0001", "91000000000001", "UHID", "eyJ"] {
        assert!(!log.contains(personal), "{personal} in {log}");
    }
    // As a word: the digits of a random id may look like it.
    let is_part_of_word = |c: char| c.is_ascii_alphanumeric() || c == '-';
    assert!(!log.split(|c| !is_part_of_word(c)).any(|word| word == "1988"), "1988 in {log}");
    log.lines().filter(|line| line.contains("hip_services::operator")).map(str::to_owned).collect()
}

fn told(lines: &[String], what: &[&str]) -> bool {
    lines.iter().filter(|line| what.iter().all(|word| line.contains(word))).count() == 1
}

#[tokio::test(start_paused = true)]
async fn a_link_a_grant_and_a_transfer_are_one_line_each_and_name_no_person() {
    listen();
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
async fn refusals_are_one_line_each_with_their_code_and_without_abdms_words() {
    listen();
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

// Vendor fault 14, here: free words of ABDM's or a HIU's reach neither log nor store.
#[tokio::test(start_paused = true)]
async fn words_of_a_refusal_that_is_tried_again_are_not_logged_or_kept() {
    listen();
    let server = Server::new();
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
                assert!(!String::from_utf8_lossy(&kept).contains("is away"));
                server.gateway.report().is_some()
            })
            .await;
            link.finished(Duration::from_secs(3_600)).await.unwrap();
        })
        .await;
    LOG.with_borrow(|log| {
        let log = String::from_utf8_lossy(log);
        assert!(log.contains("was refused: ABDM-1024, HTTP 503, upstream-fault"), "{log}");
        assert!(!log.contains("is away") && !log.contains("Asha"), "{log}");
    });
}
