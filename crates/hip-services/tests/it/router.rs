//! The callbacks over HTTP.

use axum::Router;
use axum::body::Body;
use http::{Request, StatusCode};
use tower::ServiceExt as _;

use abdm_core::endpoint::Endpoint;
use hip_services::api;
use hip_services::api::consent::OnConsentNotify;
use hip_services::api::patient_status::OnPatientStatusV05;

use crate::clinic::Server;

async fn post(app: &Router, path: &str) -> StatusCode {
    let request = Request::post(path)
        .header("request-id", "3f2a1c80-0000-4000-8000-000000000001")
        .header("timestamp", "2026-01-05T04:30:00.000Z")
        .header("x-hip-id", "IN0000000001")
        .body(Body::from("{}"))
        .unwrap();
    app.clone().oneshot(request).await.unwrap().status()
}

#[tokio::test]
async fn callbacks_are_served_under_any_prefix_and_refused_without_a_token() {
    let app = Router::new().nest("/abdm", Server::new().hip().router());
    assert_eq!(post(&app, "/abdm/api/v3/unknown").await, StatusCode::NOT_FOUND);
    let path = format!("/abdm{}", OnConsentNotify::META.path);
    assert_eq!(post(&app, &path).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn every_callback_of_the_crate_is_served() {
    let hip = Server::new().hip();
    let served: Vec<String> =
        hip.callbacks().iter().flat_map(|route| route.paths().to_vec()).collect();
    // The path of V0.5, in the manner of V3.
    let declared: Vec<String> = api::ALL
        .iter()
        .copied()
        .chain([&OnPatientStatusV05::META])
        .filter(|meta| meta.family == abdm_core::environment::Family::Bridge)
        .flat_map(|meta| meta.paths().map(str::to_owned))
        .collect();
    assert_eq!(served, declared);
}
