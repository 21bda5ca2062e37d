//! The form of V0.5's messages, and who may send them.

use std::sync::Arc;

use abdm_core::api::v0_5::FetchCertificatesV05;
use abdm_core::call::{Call, Envelope};
use abdm_core::callback::CallbackVerifier;
use abdm_core::endpoint::Endpoint as _;
use abdm_core::headers::HipHeaders;
use abdm_core::id::{HipId, RequestId};
use abdm_core::receiver::CallbackReceiver;
use abdm_core::seal::SealingKey;
use abdm_core::secret::AccessToken;
use abdm_core::wire::NoBody;
use abdm_flow::store::MemoryStore;
use abdm_sandbox::Forgery;
use hip_services::api::v0_5::linking::{AddReply, OnAddCareContexts};
use hip_services::api::v0_5::user_auth::{
    AuthModesRequest, AuthPurpose, FetchAuthModes, OnFetchAuthModes,
};
use hip_services::{Edition, Error, Hip};
use http::StatusCode;
use serde_json::Value;

use crate::clinic::{CLINIC, Stage, address};

#[tokio::test(flavor = "multi_thread")]
async fn id_and_instant_stand_in_the_body_and_the_answer_names_the_id() {
    let (stage, program) = Stage::open().await;
    let auth = program.hip.v0_5().authenticate(&address(), AuthPurpose::Kyc).await.unwrap();
    auth.modes(crate::clinic::A_MINUTE).await.unwrap();
    // An exchange is written down when its answer is there: what follows from it may be faster.
    let call = &stage.heard::<FetchAuthModes>(1).await[0];
    let callback = &stage.heard::<OnFetchAuthModes>(1).await[0];
    for exchange in [call, callback] {
        let names: Vec<String> =
            exchange.headers.keys().map(|name| name.to_ascii_lowercase()).collect();
        assert!(!names.iter().any(|name| name == "request-id" || name == "timestamp"), "{names:?}");
        assert!(exchange.body["requestId"].is_string() && exchange.body["timestamp"].is_string());
    }
    assert_eq!(callback.body["resp"]["requestId"], call.body["requestId"]);
    assert_eq!(callback.body.get("response"), None);
    assert_eq!(call.body["query"]["requester"]["id"], CLINIC);
    assert_eq!(call.body["query"]["purpose"], "KYC");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_breaks_a_rule_is_refused_with_a_number() {
    let (stage, _program) = Stage::open().await;
    let foreign: HipId = "IN9999999999".parse().unwrap();
    let body = AuthModesRequest::new(&foreign, address(), AuthPurpose::Link);
    let refused = stage.client.send(&Call::<FetchAuthModes>::new(body)).await.unwrap_err();
    assert_eq!(refused.code().unwrap(), "1035");
    let body = AuthModesRequest::new(&foreign, address(), AuthPurpose::Other("PLAY".to_owned()));
    let refused = stage.client.send(&Call::<FetchAuthModes>::new(body)).await.unwrap_err();
    assert_eq!(refused.code().unwrap(), "1000");
    let shown = &stage.exchanges::<FetchAuthModes>()[1].response;
    assert_eq!(shown["error"]["code"], Value::from(1000));
}

#[tokio::test(flavor = "multi_thread")]
async fn callbacks_are_signed_by_keys_of_their_own_and_a_forgery_is_refused() {
    let (stage, program) = Stage::open().await;
    let keys = stage.client.send(&Call::<FetchCertificatesV05>::new(NoBody)).await.unwrap().body;
    assert_eq!(keys.keys.len(), 1);
    stage.sandbox.forge_next_callback::<OnFetchAuthModes>(Forgery::default());
    let auth = program.hip.v0_5().authenticate(&address(), AuthPurpose::Kyc).await.unwrap();
    let refused = stage.heard::<OnFetchAuthModes>(1).await;
    assert_eq!(refused[0].status, Some(401));
    // What ABDM sends once more is taken: its own token is good.
    let patience = std::time::Duration::from_millis(50);
    assert!(matches!(auth.modes(patience).await, Err(Error::StillUnderWay { .. })));
}

/// One bridge, two facilities: each speaks its own edition.
#[tokio::test]
async fn a_facility_that_speaks_v3_takes_no_callback_of_v0_5() {
    let stage = Stage::set(abdm_sandbox::Switches::quick()).await;
    let other: HipId = "IN2710000009".parse().unwrap();
    let builder = |edition_of: &HipId| {
        Hip::builder(stage.hip_id(), stage.client.clone())
            .also(other.clone())
            .edition(edition_of.clone(), Edition::V0_5)
            .hospital(stage.desk.clone())
            .store(Arc::new(MemoryStore::new()), SealingKey::generate().unwrap())
    };
    let unknown: HipId = "IN2710000010".parse().unwrap();
    assert!(matches!(builder(&unknown).build(), Err(Error::Setting { setting: "edition", .. })));
    let hip = builder(&stage.hip_id()).build().unwrap();
    let v0_5 = hip.v0_5();
    let refused = v0_5.authenticate_at(&other, &address(), AuthPurpose::Link).await;
    assert!(matches!(refused, Err(Error::NotAuthenticated(_))));

    let verifier = Arc::new(CallbackVerifier::dangerously_accept_everything());
    let receiver = CallbackReceiver::new(verifier, stage.client.clock(), hip.callbacks());
    for (hip_id, status) in [(stage.hip_id(), StatusCode::ACCEPTED), (other, StatusCode::NOT_FOUND)]
    {
        let (token, now) = (AccessToken::new("any"), stage.client.now());
        let envelope = Envelope::new(RequestId::random(), now).bearer(&token);
        let call = Call::<OnAddCareContexts>::new(AddReply::linked(RequestId::random()));
        let call = call.headers(HipHeaders { hip_id });
        let request = call.to_http(&"https://bridge.example.org".parse().unwrap(), &envelope);
        assert_eq!(receiver.handle(request.unwrap()).await.status(), status);
    }
    // Without an id it is no message.
    let request = http::Request::post(format!("https://b.example{}", OnAddCareContexts::META.path))
        .header("x-hip-id", CLINIC)
        .header("authorization", "Bearer any")
        .body(bytes::Bytes::from_static(b"{\"acknowledgement\":{\"status\":\"SUCCESS\"}}"))
        .unwrap();
    assert_eq!(receiver.handle(request).await.status(), StatusCode::BAD_REQUEST);
}

/// Who does not speak V0.5 serves none of its paths.
#[tokio::test]
async fn without_such_a_facility_no_path_of_v0_5_is_served() {
    let stage = Stage::set(abdm_sandbox::Switches::quick()).await;
    let hip = Hip::builder(stage.hip_id(), stage.client.clone())
        .hospital(stage.desk.clone())
        .store(Arc::new(MemoryStore::new()), SealingKey::generate().unwrap())
        .build()
        .unwrap();
    let paths: Vec<String> =
        hip.callbacks().iter().flat_map(|route| route.paths().to_vec()).collect();
    assert!(!paths.contains(&OnAddCareContexts::META.path.to_owned()));
}
