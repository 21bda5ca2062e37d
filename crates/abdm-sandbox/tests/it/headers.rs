//! Each refusal of the header checks, in the live form.

use abdm_core::api::gateway::BridgeUrl;
use abdm_core::api::gateway::{
    CreateSession, FetchCertificates, FetchOpenIdConfiguration, FindBridgeService,
    ListBridgeServices, SessionRequest, UpdateBridgeUrl,
};
use abdm_core::call::Call;
use abdm_core::clock::{Clock as _, SystemClock, format_timestamp};
use abdm_core::endpoint::Endpoint;
use abdm_core::headers::HiuHeaders;
use abdm_core::id::{ConsentId, HiuId, RequestId, ServiceId};
use abdm_core::secret::{AccessToken, ClientSecret};
use abdm_core::wire::NoBody;
use abdm_sandbox::Sandbox;
use abha_enrollment::api::certificate::FetchCertificate;
use bytes::Bytes;
use chrono::TimeDelta;
use hiu_services::api::consent::FetchConsent;
use http::HeaderValue;
use serde_json::json;

use crate::support::{HOSPITAL, Raw, hospital, sandbox, send_http, send_raw, token};

async fn ready() -> (Sandbox, AccessToken) {
    let sandbox = sandbox().await;
    hospital(&sandbox).await;
    let token = token(&sandbox, "SBX_HOSPITAL", "not-a-secret").await;
    (sandbox, token)
}

async fn list(
    (sandbox, token): &(Sandbox, AccessToken),
    change: impl FnOnce(&mut http::Request<Bytes>),
) -> Raw {
    send_raw(sandbox, Some(token), &Call::<ListBridgeServices>::new(NoBody), change).await
}

fn set(name: &'static str, value: &str) -> impl FnOnce(&mut http::Request<Bytes>) + use<> {
    let value = HeaderValue::from_str(value).unwrap();
    move |request| {
        request.headers_mut().insert(name, value);
    }
}

fn without(name: &'static str) -> impl FnOnce(&mut http::Request<Bytes>) {
    move |request| {
        request.headers_mut().remove(name);
    }
}

#[tokio::test]
async fn a_call_with_every_header_is_served() {
    let ready = ready().await;
    let answer = list(&ready, |_| {}).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.json()["services"][0]["types"], json!(["HIU"]));
}

#[tokio::test]
async fn a_missing_or_blank_request_id_or_timestamp_is_403_in_plain_text() {
    let ready = ready().await;
    for name in ["request-id", "timestamp"] {
        for answer in [list(&ready, without(name)).await, list(&ready, set(name, " ")).await] {
            assert_eq!((answer.status, answer.text.as_str()), (403, "Access Denied"), "{name}");
        }
    }
}

#[tokio::test]
async fn a_session_token_without_the_word_bearer_is_no_credential() {
    let ready = ready().await;
    let bare = ready.1.expose().to_owned();
    for value in [bare.clone(), format!("Bearer{bare}"), format!("Token {bare}"), "Bearer".into()] {
        let answer = list(&ready, set("authorization", &value)).await;
        assert_eq!((answer.status, answer.json()["code"].as_str()), (401, Some("900902")));
        let call = Call::<FetchCertificate>::new(NoBody);
        let answer = send_raw(&ready.0, Some(&ready.1), &call, set("authorization", &value)).await;
        assert_eq!((answer.status, answer.json()["code"].as_str()), (401, Some("900902")));
    }
    let answer = list(&ready, set("authorization", &format!("bearer {bare}"))).await;
    assert_eq!(answer.status, 200, "a scheme is read without regard to case");
}

#[tokio::test]
async fn a_malformed_request_id_is_told_by_family() {
    let ready = ready().await;
    let answer = list(&ready, set("request-id", "42")).await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.json()["error"]["code"], "ABDM-2404");
    let call = Call::<FetchCertificate>::new(NoBody);
    let answer = send_raw(&ready.0, Some(&ready.1), &call, set("request-id", "42")).await;
    assert_eq!(answer.status, 404);
    assert_eq!(answer.json()["error"]["code"], "ABDM-1030: ");
}

#[tokio::test]
async fn a_timestamp_in_another_form_is_refused_and_so_is_a_wrong_clock() {
    let ready = ready().await;
    for wrong in ["2026-09-16T15:42:48.483+05:30", "2026-09-16T10:12:48Z", "now"] {
        let answer = list(&ready, set("timestamp", wrong)).await;
        assert_eq!(answer.status, 400, "{wrong}");
        assert_eq!(answer.json()["error"]["code"], "ABDM-1016");
    }
    let off = format_timestamp(SystemClock.now() - TimeDelta::minutes(6));
    let answer = list(&ready, set("timestamp", &off)).await;
    assert_eq!(answer.json()["error"]["code"], "ABDM-2402");
    let call = Call::<FetchCertificate>::new(NoBody);
    let answer = send_raw(&ready.0, Some(&ready.1), &call, set("timestamp", "now")).await;
    assert_eq!((answer.status, &answer.json()["error"]["code"]), (404, &json!("ABDM-1016: ")));
}

#[tokio::test]
async fn no_bearer_is_900902_and_a_bad_one_900901() {
    let ready = ready().await;
    let answer = list(&ready, without("authorization")).await;
    assert_eq!((answer.status, &answer.json()["code"]), (401, &json!("900902")));
    let answer = list(&ready, set("authorization", "Bearer abc")).await;
    assert_eq!((answer.status, &answer.json()["code"]), (401, &json!("900901")));
    ready.0.expire_sessions_now();
    let answer = list(&ready, |_| {}).await;
    assert_eq!((answer.status, &answer.json()["code"]), (401, &json!("900901")));
}

/// Our own receivers take a token without the word; the live gateway does not.
#[tokio::test]
async fn a_session_token_without_the_word_bearer_is_no_credential_in_any_family() {
    let ready = ready().await;
    let token = ready.1.expose();
    for wrong in [token.to_owned(), format!("Bearer{token}"), format!("Token {token}")] {
        let gateway = list(&ready, set("authorization", &wrong)).await;
        let call = Call::<FetchCertificate>::new(NoBody);
        let abha = send_raw(&ready.0, Some(&ready.1), &call, set("authorization", &wrong)).await;
        for answer in [gateway, abha] {
            assert_eq!((answer.status, &answer.json()["code"]), (401, &json!("900902")));
        }
    }
    let answer = list(&ready, set("authorization", &format!("bearer {token}"))).await;
    assert_eq!(answer.status, 200, "RFC 9110 knows no case of it");
}

#[tokio::test]
async fn a_missing_named_header_is_an_empty_401_although_the_token_is_good() {
    let ready = ready().await;
    let answer = list(&ready, without("x-cm-id")).await;
    assert_eq!((answer.status, answer.text.as_str()), (401, ""));
    assert_eq!(answer.headers["www-authenticate"], "Basic");
    let headers = HiuHeaders { hiu_id: HiuId::new(HOSPITAL).unwrap() };
    let consent = ConsentId::new(RequestId::random().to_string()).unwrap();
    let call = Call::<FetchConsent>::new(consent.into()).headers(headers);
    let answer = send_raw(&ready.0, Some(&ready.1), &call, without("x-hiu-id")).await;
    assert_eq!((answer.status, answer.text.as_str()), (401, ""));
}

#[tokio::test]
async fn the_other_environments_cm_id_is_refused() {
    let ready = ready().await;
    let answer = list(&ready, set("x-cm-id", "abdm")).await;
    assert_eq!(answer.json()["error"]["code"], "ABDM-2403");
}

#[tokio::test]
async fn a_request_id_works_once() {
    let ready = ready().await;
    let id = RequestId::random().to_string();
    assert_eq!(list(&ready, set("request-id", &id)).await.status, 200);
    let again = list(&ready, set("request-id", &id)).await;
    assert_eq!((again.status, &again.json()["error"]["code"]), (400, &json!("ABDM-1064")));
}

#[tokio::test]
async fn the_order_is_id_clock_token_names() {
    let ready = ready().await;
    let everything_wrong = |request: &mut http::Request<Bytes>| {
        let headers = request.headers_mut();
        headers.remove("x-cm-id");
        headers.remove("authorization");
        headers.insert("timestamp", HeaderValue::from_static("now"));
    };
    let answer = list(&ready, everything_wrong).await;
    assert_eq!(answer.json()["error"]["code"], "ABDM-1016");
    let token_and_name = |request: &mut http::Request<Bytes>| {
        request.headers_mut().remove("x-cm-id");
        request.headers_mut().remove("authorization");
    };
    assert_eq!(list(&ready, token_and_name).await.json()["code"], "900902");
}

#[tokio::test]
async fn a_foreign_facility_is_refused_or_met_with_silence() {
    let ready = ready().await;
    let headers = HiuHeaders { hiu_id: HiuId::new("IN9999999999").unwrap() };
    let consent = ConsentId::new(RequestId::random().to_string()).unwrap();
    let call = Call::<FetchConsent>::new(consent.into()).headers(headers);
    let answer = send_raw(&ready.0, Some(&ready.1), &call, |_| {}).await;
    assert_eq!(answer.json()["error"]["code"], "ABDM-1040");
    ready.0.set(|switches| switches.live_silence = true).unwrap();
    let answer = send_raw(&ready.0, Some(&ready.1), &call, |_| {}).await;
    assert_eq!((answer.status, answer.text.as_str()), (202, ""));
}

#[tokio::test]
async fn wrong_credentials_are_refused_on_the_session_call_itself() {
    let sandbox = sandbox().await;
    hospital(&sandbox).await;
    for (client, secret) in [("SBX_HOSPITAL", "wrong"), ("SBX_NOBODY", "not-a-secret")] {
        let request = SessionRequest::new(client, ClientSecret::new(secret));
        let call = Call::<CreateSession>::new(request);
        let answer = send_raw(&sandbox, None, &call, |_| {}).await;
        assert_eq!((answer.status, &answer.json()["code"]), (401, &json!("900901")));
    }
}

#[tokio::test]
async fn a_session_call_without_content_type_is_400_with_415_in_its_text() {
    let sandbox = sandbox().await;
    let request = SessionRequest::new("SBX_HOSPITAL", ClientSecret::new("not-a-secret"));
    let call = Call::<CreateSession>::new(request);
    let answer = send_raw(&sandbox, None, &call, without("content-type")).await;
    assert_eq!(answer.status, 400);
    assert!(answer.json()["error"]["message"].as_str().unwrap().starts_with("415"));
}

#[tokio::test]
async fn an_unknown_path_and_an_unknown_service_look_as_live() {
    let ready = ready().await;
    let mut request = http::Request::new(Bytes::new());
    *request.uri_mut() = format!("{}/api/v1/nothing", ready.0.base_url()).parse().unwrap();
    let answer = send_http(request).await;
    assert_eq!(answer.status, 404);
    assert_eq!(answer.json()["description"], "No matching resource found for given API Request");
    let id = ServiceId::new("IN0000000000").unwrap();
    let call = Call::<FindBridgeService>::new(NoBody).at(id);
    let answer = send_raw(&ready.0, Some(&ready.1), &call, |_| {}).await;
    assert_eq!((answer.status, answer.text.as_str()), (200, ""));
}

#[tokio::test]
async fn one_url_for_each_client_and_the_last_writer_wins() {
    let sandbox = sandbox().await;
    let desk = hospital(&sandbox).await;
    let new = BridgeUrl::new("https://elsewhere.example.org/abdm");
    desk.send::<UpdateBridgeUrl>(Call::new(new)).await.unwrap();
    let services = desk.send(Call::<ListBridgeServices>::new(NoBody)).await.unwrap().body;
    let url = services.unwrap().bridge.unwrap().url;
    assert_eq!(url.as_deref(), Some("https://elsewhere.example.org/abdm"));
    let bad = desk.refused(Call::<UpdateBridgeUrl>::new(BridgeUrl::new("elsewhere"))).await;
    assert_eq!(bad.1, "ABDM-1015", "{:?}", UpdateBridgeUrl::META.name);
}

/// gateway.md 4: number, kind and times were left out.
#[tokio::test]
async fn a_service_by_its_id_shows_every_field_of_the_contract() {
    let ready = ready().await;
    let id = ServiceId::new(HOSPITAL).unwrap();
    let headers = abdm_core::headers::StandardHeaders;
    let call = Call::<FindBridgeService>::new(NoBody).at(id).headers(headers);
    let service = send_raw(&ready.0, Some(&ready.1), &call, |_| {}).await.json();
    assert!(service["id"].is_u64(), "{service}");
    assert_eq!(service["endpoints"], json!({}));
    for flag in ["isHip", "isHiu", "isHealthLocker", "isPhr", "active"] {
        assert!(service[flag].is_boolean(), "{flag} in {service}");
    }
    for date in ["registerTime", "dateCreated", "dateModified"] {
        let date = service[date].as_str().unwrap();
        let form = "%Y-%m-%d %H:%M:%S%.f";
        assert!(chrono::NaiveDateTime::parse_from_str(date, form).is_ok(), "{date}");
    }
}

/// gateway.md 5: the specification asks for none.
#[tokio::test]
async fn the_discovery_document_needs_no_bearer_and_takes_one() {
    let ready = ready().await;
    let call = Call::<FetchOpenIdConfiguration>::new(NoBody);
    for token in [None, Some(&ready.1)] {
        let answer = send_raw(&ready.0, token, &call, |_| {}).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert!(answer.json()["jwks_uri"].as_str().unwrap().ends_with("/certs"));
    }
    let certs = Call::<FetchCertificates>::new(NoBody);
    assert_eq!(send_raw(&ready.0, None, &certs, |_| {}).await.json()["code"], "900902");
}

/// RFC 9110 compares media types without regard to case.
#[tokio::test]
async fn the_content_type_is_compared_without_regard_to_case() {
    let sandbox = sandbox().await;
    hospital(&sandbox).await;
    for kind in ["Application/JSON", "application/json; charset=UTF-8", "APPLICATION/JSON;v=1"] {
        let request = SessionRequest::new("SBX_HOSPITAL", ClientSecret::new("not-a-secret"));
        let call = Call::<CreateSession>::new(request);
        let answer = send_raw(&sandbox, None, &call, set("content-type", kind)).await;
        assert_eq!(answer.status, 202, "{kind}: {}", answer.text);
    }
    let request = SessionRequest::new("SBX_HOSPITAL", ClientSecret::new("not-a-secret"));
    let call = Call::<CreateSession>::new(request);
    let answer = send_raw(&sandbox, None, &call, set("content-type", "application/jsonx")).await;
    assert_eq!(answer.status, 400);
}

/// The live refusals are mute, and the sandbox tells aside what was wrong.
#[tokio::test]
async fn a_refusal_without_a_word_tells_its_reason_in_a_header_when_switched() {
    let ready = ready().await;
    let reason = |answer: &Raw| {
        let reason = answer.headers.get("x-sandbox-reason");
        reason.map(|reason| reason.to_str().unwrap().to_owned())
    };
    assert_eq!(reason(&list(&ready, without("x-cm-id")).await), None);
    ready.0.set(|switches| switches.explain_refusals = true).unwrap();
    for (name, spelled) in
        [("x-cm-id", "X-CM-ID"), ("request-id", "REQUEST-ID"), ("timestamp", "TIMESTAMP")]
    {
        let told = reason(&list(&ready, without(name)).await).unwrap();
        assert_eq!(told, format!("the header {spelled} is missing or blank"));
    }
    ready.0.set(|switches| switches.live_silence = true).unwrap();
    let headers = HiuHeaders { hiu_id: HiuId::new("IN9999999999").unwrap() };
    let consent = ConsentId::new(RequestId::random().to_string()).unwrap();
    let call = Call::<FetchConsent>::new(consent.into()).headers(headers);
    let silent = send_raw(&ready.0, Some(&ready.1), &call, |_| {}).await;
    assert_eq!((silent.status, silent.text.as_str()), (202, ""));
    assert!(reason(&silent).unwrap().contains("Invalid HIU ID"));
    // A success has none.
    assert_eq!(reason(&list(&ready, |_| {}).await), None);
}
