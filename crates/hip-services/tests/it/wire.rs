//! Every request as it leaves, headers and all.

use std::fmt::Write as _;
use std::time::Duration;

use abdm_core::headers::documented_spelling;

use crate::clinic::{Server, patient, until};

#[tokio::test(start_paused = true)]
async fn every_request_leaves_as_the_contract_wants_it() {
    let server = Server::new();
    let hip = server.hip();
    server
        .run(&hip, async {
            let link = hip.link(patient()).await.unwrap();
            link.finished(Duration::from_secs(60)).await.unwrap();
            server.gateway.grants(&["OPD-2"]);
            server.gateway.asks("2026-01-01T00:00:00Z");
            until("the report", || server.gateway.report().is_some()).await;
        })
        .await;
    let mut seen = String::new();
    for (name, request) in server.gateway.sent.lock().unwrap().iter() {
        if *name == "CreateSession" {
            continue;
        }
        writeln!(seen, "{name}\n{} {}", request.method(), request.uri()).unwrap();
        let mut headers: Vec<String> = request
            .headers()
            .iter()
            .map(|(name, value)| {
                let value = value.to_str().unwrap();
                let shown = match name.as_str() {
                    "request-id" => {
                        assert_eq!(value.len(), 36);
                        "[uuid]"
                    }
                    "timestamp" => {
                        assert!(abdm_core::clock::is_strict_timestamp(value), "{value}");
                        "[instant]"
                    }
                    "x-link-token" => "[link token]",
                    _ => value,
                };
                format!("{}: {shown}", documented_spelling(name.as_str()))
            })
            .collect();
        headers.sort();
        writeln!(seen, "{}\n{}\n", headers.join("\n"), shown_body(request.body())).unwrap();
    }
    insta::assert_snapshot!(seen);
}

/// The body with what differs from run to run taken out.
fn shown_body(body: &[u8]) -> String {
    fn settle(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Object(fields) => {
                for (name, value) in fields {
                    match name.as_str() {
                        "content" | "keyValue" | "nonce" | "requestId" | "expiry" | "doneAt" => {
                            *value = format!("[{name}]").into();
                        }
                        _ => settle(value),
                    }
                }
            }
            serde_json::Value::Array(items) => items.iter_mut().for_each(settle),
            _ => {}
        }
    }
    let mut value: serde_json::Value = serde_json::from_slice(body).unwrap();
    settle(&mut value);
    serde_json::to_string(&value).unwrap()
}
