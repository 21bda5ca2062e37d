//! A facility that is HIP and HIU in a program of its own: one bridge, one store, one receiver, one
//! end; what it tells those who watch it; and how its story ends with each switch of the sandbox.

#![cfg(test)]

mod ends;
mod program;
mod rows;
mod switches;

use std::collections::BTreeSet;

use abdm_core::metric::{self, Metric};
use abdm_core::testing::log;
use abdm_core::testing::metrics::{Measured, measure};
use abdm_sandbox::examples::CLINIC;
use serde_json::Value;

use crate::program::{ADDRESS, NAME, Program, sandbox};

#[tokio::test(flavor = "multi_thread")]
async fn both_roles_work_over_one_store_behind_one_url_and_end_together() {
    let sandbox = sandbox().await;
    let disk = tempfile::tempdir().unwrap();
    let file = disk.path().join("clinic.db");
    let program = Program::start(&sandbox, &file).await;
    program.link().await;
    assert_eq!(program.read(&sandbox).await, 1);
    let (status, ready) = program.get("/ready").await;
    assert_eq!(status, 200, "{ready}");
    assert_eq!(
        (&ready["ready"], &ready["problems"]),
        (&Value::Bool(true), &Value::from(Vec::<Value>::new()))
    );
    assert_eq!(ready["deadLetters"], 0);
    assert!(ready["sessionGoodUntil"].is_string(), "{ready}");
    assert_eq!(program.get("/health").await.0, 200);
    let (hip, hiu) = (program.hip.clone(), program.hiu.clone());
    let bridge = program.end().await;
    assert!(!hip.engine().is_running() && !hiu.engine().is_running());
    let health = bridge.health().await;
    assert!(health.stopping && !health.is_ready(), "{health:?}");

    // The next one, over the same file, goes on.
    let program = Program::start(&sandbox, &file).await;
    assert_eq!(program.read(&sandbox).await, 1);
    program.end().await;
    sandbox.shut_down().await;
}

fn counted(measured: &Measured, metric: Metric, labels: &[(&str, &str)]) -> f64 {
    measured.value(metric, labels)
}

// One thread, so that the test sees everything that is measured and logged in it.
#[tokio::test]
async fn a_day_is_counted_right_and_traced_without_persons_and_secrets() {
    log::listen(tracing::Level::TRACE);
    let measured = measure();
    let sandbox = sandbox().await;
    let disk = tempfile::tempdir().unwrap();
    let program = Program::start(&sandbox, &disk.path().join("clinic.db")).await;
    program.link().await;
    assert_eq!(program.read(&sandbox).await, 1);
    program.quiet().await;
    program.end().await;
    sandbox.shut_down().await;

    let callback = |endpoint| {
        counted(
            &measured,
            metric::CALLBACKS,
            &[("endpoint", endpoint), ("status", "202"), ("reason", "none")],
        )
    };
    for (endpoint, count) in [
        ("OnGenerateLinkToken", 1.0),
        ("OnLinkCareContexts", 1.0),
        ("OnNotifyContext", 1.0),
        ("OnConsentNotify", 1.0),
        ("OnHealthInformationRequest", 1.0),
        ("OnRequestConsent", 1.0),
        ("OnConsentDecision", 1.0),
        ("OnFetchConsent", 1.0),
        ("OnHealthInformationRequested", 1.0),
        ("PushHealthInformation", 1.0),
    ] {
        assert_eq!(callback(endpoint), count, "{endpoint}: {:#?}", measured.lines());
    }
    let call = |endpoint, outcome| {
        counted(&measured, metric::CALLS, &[("endpoint", endpoint), ("outcome", outcome)])
    };
    for endpoint in ["GenerateLinkToken", "PushHealthInformation", "LinkCareContexts"] {
        assert_eq!((call(endpoint, "ok"), call(endpoint, "refused")), (1.0, 0.0), "{endpoint}");
    }
    let push = [("endpoint", "PushHealthInformation")];
    let sent = counted(&measured, metric::CALL_BYTES, &push);
    assert!(sent > 1000.0, "{sent}");
    assert_eq!(counted(&measured, metric::CALLBACK_BYTES, &push), sent, "what is sent comes");
    for kind in ["hip.link", "hip.transfer", "hiu.consent", "hiu.artefact"] {
        let dead = [("kind", kind), ("outcome", "dead")];
        assert_eq!(counted(&measured, metric::EFFECTS, &dead), 0.0, "{kind}");
        assert_eq!(counted(&measured, metric::INBOUND, &dead), 0.0, "{kind}");
        let done = [("kind", kind), ("outcome", "done")];
        assert!(counted(&measured, metric::EFFECTS, &done) >= 1.0, "{kind}");
    }
    let names: Vec<&str> = metric::ALL.iter().map(|metric| metric.name).collect();
    for line in measured.lines() {
        let name = line.split('{').next().unwrap();
        assert!(names.contains(&name), "{name} is not declared");
        assert_eq!(log::shows(&line, [ADDRESS, NAME, CLINIC.facility]), None, "{line}");
    }

    let spans = log::spans();
    for begins in [
        "callback endpoint=\"OnConsentNotify\"",
        "message kind=\"hip.consent\" endpoint=\"OnConsentNotify\"",
        "effect kind=\"hip.transfer\" flow=",
        "effect kind=\"hiu.artefact\" flow=",
        "call endpoint=\"PushHealthInformation\" request_id=",
    ] {
        assert!(spans.iter().any(|span| span.starts_with(begins)), "{begins}: {spans:#?}");
    }
    let request_of = |span: &str| {
        let begins = format!("{span}+ request_id=");
        let of = spans.iter().filter_map(|line| line.strip_prefix(begins.as_str()));
        of.map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let (came, dealt_with) = (request_of("callback"), request_of("message"));
    assert!(dealt_with.is_subset(&came) && dealt_with.len() >= 9, "{came:?} {dealt_with:?}");
    let hidden = [NAME, "Ravi", "ravi", "UHID", "eyJ", CLINIC.secret, "Fever", "Meera", "not-real"];
    for span in &spans {
        assert_eq!(log::shows(span, hidden), None, "{span}");
    }
}
