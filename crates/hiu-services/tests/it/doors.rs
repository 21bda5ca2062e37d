//! The doors that strangers knock at.

use std::sync::Arc;

use abdm_core::endpoint::{Endpoint as _, fill_path};
use abdm_core::seal::SealingKey;
use hiu_services::Hiu;
use hiu_services::api::consent::*;
use hiu_services::client::PUSH_PATH;
use hiu_services::hooks::MemoryRecords;
use serde_json::json;

use crate::abdm::{Abdm, Habits};
use crate::hospital::Hospital;
use crate::made_up::hiu_id;

#[tokio::test(start_paused = true)]
async fn a_push_to_an_address_that_was_never_given_out_is_refused_and_not_stored() {
    let hospital = Hospital::open(Habits::default());
    let path = fill_path(PUSH_PATH, &["00000000-0000-4000-8000-000000000000".to_owned()]).unwrap();
    let url = format!("http://127.0.0.1:1{path}");
    let status = hospital.abdm.push_body(&url, &json!({"transactionId": "t"})).await;
    assert_eq!(status, 404);
    assert!(!hospital.stored_text().contains("OnPush") && !hospital.stored_text().contains("Push"));
}

#[cfg(feature = "axum")]
#[tokio::test]
async fn the_router_works_under_any_prefix_and_refuses_strangers() {
    let abdm = Abdm::new(Habits::default());
    let hiu = Hiu::builder(hiu_id(), abdm.client())
        .records(Arc::new(MemoryRecords::new(SealingKey::generate().unwrap())))
        .in_memory()
        .unwrap()
        .bridge_url("https://hospital.example.org/abdm")
        .build()
        .unwrap();
    let app = axum::Router::new().nest("/abdm", hiu.router());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    let status = |path: String| async move {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
        let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
        let head = "Host: x\r\nConnection: close\r\nContent-Length: 2";
        let request = format!("POST /abdm{path} HTTP/1.1\r\n{head}\r\n\r\n{{}}");
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).await.unwrap();
        answer.get(9..12).unwrap_or_default().to_owned()
    };
    assert_eq!(status(OnConsentDecision::META.path.to_owned()).await, "401");
    assert_eq!(status(OnFetchConsent::META.path.to_owned()).await, "401");
    let push = fill_path(PUSH_PATH, &["1".to_owned()]).unwrap();
    assert_eq!(status(push).await, "404", "an address that was never given out");
    assert_eq!(status("/nothing/here".to_owned()).await, "404");
}
