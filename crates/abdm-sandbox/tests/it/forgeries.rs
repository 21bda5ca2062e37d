//! Bearers that are not the gateway's, by kind.

use std::sync::Arc;

use abdm_core::callback::{CallbackVerifier, KeyCache, VerifyPolicy};
use abdm_core::client::GatewayKeys;
use abdm_core::clock::SystemClock;
use abdm_core::endpoint::Endpoint as _;
use abdm_sandbox::Forgery;
use base64::Engine as _;
use hip_services::api::hip_linking::{OnGenerateLinkToken, OnLinkCareContexts};
use serde_json::{Value, json};

use crate::hip_linking::{part, token_request};
use crate::own_api::post;
use crate::support::{Arrived, clinic, sandbox, send_http};

const KINDS: [&str; 7] = [
    "unknown-kid",
    "wrong-key",
    "alg-none",
    "hs256-public-key",
    "wrong-issuer",
    "wrong-party",
    "expired",
];

fn header(arrived: &Arrived) -> Value {
    part(arrived.bearer(), 0)
}

// Forged tokens always name an unknown `kid`.
#[tokio::test]
async fn every_kind_of_forgery_can_be_asked_for_and_none_is_verified() {
    let sandbox = sandbox().await;
    sandbox.set(|s| (s.link_token_window_seconds, s.link_tokens_a_day) = (0, 100)).unwrap();
    let clinic = clinic(&sandbox).await;
    let clock = Arc::new(SystemClock);
    let keys = KeyCache::new(Arc::new(GatewayKeys::new(clinic.client.clone())), clock.clone());
    let verifier = CallbackVerifier::new(keys, VerifyPolicy::sandbox(), clock);
    clinic.send(token_request()).await.unwrap();
    let good = clinic.next(OnGenerateLinkToken::META.path).await;
    verifier.verify(&good.headers).await.unwrap();
    let kid = header(&good)["kid"].clone();
    for kind in KINDS {
        let fault = json!({"fault": "forgeCallbackTokens", "count": 1, "kind": kind,
            "endpoint": OnGenerateLinkToken::META.name});
        assert_eq!(post(&sandbox, "faults", fault).await.status, 204, "{kind}");
        clinic.send(token_request()).await.unwrap();
        let arrived = clinic.next(OnGenerateLinkToken::META.path).await;
        let rejected = verifier.verify(&arrived.headers).await;
        assert!(rejected.is_err(), "{kind} was verified");
        let (header, claims) = (header(&arrived), part(arrived.bearer(), 1));
        assert_eq!(header["kid"] == kid, kind != "unknown-kid", "{kind}");
        let algorithm = match kind {
            "alg-none" => "none",
            "hs256-public-key" => "HS256",
            _ => "RS256",
        };
        assert_eq!(header["alg"], algorithm, "{kind}");
        let good = part(good.bearer(), 1);
        assert_eq!(claims["iss"] == good["iss"], kind != "wrong-issuer", "{kind}");
        assert_eq!(claims["azp"] == good["azp"], kind != "wrong-party", "{kind}");
        let over = claims["exp"].as_i64().unwrap() < good["iat"].as_i64().unwrap();
        assert_eq!(over, kind == "expired", "{kind}");
    }
    // Each was good for one.
    clinic.send(token_request()).await.unwrap();
    let after = clinic.next(OnGenerateLinkToken::META.path).await;
    verifier.verify(&after.headers).await.unwrap();
}

#[tokio::test]
async fn the_secret_of_the_hs256_forgery_is_the_published_key_as_every_tool_prints_it() {
    let sandbox = sandbox().await;
    let clinic = clinic(&sandbox).await;
    sandbox.forge_next_callback::<OnGenerateLinkToken>(Forgery::Hs256PublicKey);
    clinic.send(token_request()).await.unwrap();
    let arrived = clinic.next(OnGenerateLinkToken::META.path).await;
    let (signed, tag) = arrived.bearer().rsplit_once('.').unwrap();
    let tag = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(tag).unwrap();
    // The key set's modulus and exponent, as a SubjectPublicKeyInfo.
    let session = crate::support::token(&sandbox, "SBX_CLINIC", "not-a-secret").await;
    let certs = crate::support::send_raw(
        &sandbox,
        Some(&session),
        &abdm_core::call::Call::<abdm_core::api::gateway::FetchCertificates>::new(
            abdm_core::wire::NoBody,
        ),
        |_| {},
    )
    .await
    .json();
    let key = certs["keys"].as_array().unwrap().iter().find(|key| key["alg"] == "RS256").unwrap();
    let modulus = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(key["n"].as_str().unwrap())
        .unwrap();
    let mut der = hex("30820122300d06092a864886f70d01010105000382010f003082010a0282010100");
    der.extend(modulus);
    der.extend(hex("0203010001"));
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<_> =
        text.as_bytes().chunks(64).map(|l| std::str::from_utf8(l).unwrap()).collect();
    let pem =
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"));
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, pem.as_bytes());
    aws_lc_rs::hmac::verify(&key, signed.as_bytes(), &tag).unwrap();
}

fn hex(text: &str) -> Vec<u8> {
    let pair = |at| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
    (0..text.len()).step_by(2).map(pair).collect()
}

#[tokio::test]
async fn a_forgery_of_one_endpoint_leaves_the_others_alone() {
    let sandbox = sandbox().await;
    let clinic = clinic(&sandbox).await;
    sandbox.forge_next_callback::<OnLinkCareContexts>(Forgery::AlgNone);
    clinic.send(token_request()).await.unwrap();
    let arrived = clinic.next(OnGenerateLinkToken::META.path).await;
    assert_eq!(header(&arrived)["alg"], "RS256");
    for (body, status) in [
        (json!({"fault": "forgeCallbackTokens", "count": 1, "kind": "none"}), 400),
        (json!({"fault": "forgeCallbackTokens", "count": 1, "endpoint": "GenerateLinkToken"}), 404),
    ] {
        assert_eq!(post(&sandbox, "faults", body).await.status, status);
    }
    let url = format!("{}/sandbox/health", sandbox.base_url());
    let request = http::Request::get(url).body(bytes::Bytes::new()).unwrap();
    assert_eq!(send_http(request).await.status, 200);
}
