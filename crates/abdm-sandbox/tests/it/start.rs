//! How it starts.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use abdm_core::api::gateway::CreateSession;
use abdm_core::clock::{Clock as _, SystemClock, format_timestamp};
use abdm_core::endpoint::Endpoint as _;
use abdm_core::id::RequestId;
use abdm_sandbox::Sandbox;
use abdm_sandbox::transcript::Party;

/// A session call as bytes.
fn session_call() -> String {
    let body =
        r#"{"clientId":"SBX_X","clientSecret":"not-a-secret","grantType":"client_credentials"}"#;
    format!(
        "POST {} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n\
         REQUEST-ID: {}\r\nTIMESTAMP: {}\r\nX-CM-ID: sbx\r\nContent-Length: {}\r\n\r\n{body}",
        CreateSession::META.path,
        RequestId::random(),
        format_timestamp(SystemClock.now()),
        body.len(),
    )
}

/// A test suite that polls for readiness met a sandbox that did not know its client yet.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_comes_before_the_clients_are_registered_waits_for_them() {
    let (tell, told) = std::sync::mpsc::channel();
    let act = move |sandbox: &Sandbox| {
        let address: SocketAddr = sandbox.address();
        let mut early = TcpStream::connect(address).unwrap();
        early.write_all(session_call().as_bytes()).unwrap();
        sandbox.register_client("SBX_X", "not-a-secret", Party::Clinic);
        tell.send(early).unwrap();
        Ok(())
    };
    let _sandbox = Sandbox::builder().before_serving(act).start().await.unwrap();
    let mut early = told.recv().unwrap();
    let answer = tokio::task::spawn_blocking(move || {
        let mut answer = String::new();
        early.read_to_string(&mut answer).unwrap();
        answer
    });
    let answer = answer.await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
}

#[tokio::test]
async fn what_is_done_before_serving_and_fails_lets_nothing_start() {
    let unknown =
        |sandbox: &Sandbox| sandbox.patient(&"nobody.here@sbx".parse().unwrap()).map(|_| ());
    assert!(Sandbox::builder().before_serving(unknown).start().await.is_err());
}
