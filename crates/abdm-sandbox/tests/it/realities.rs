//! The realities of the contract's table that are modes: each by its switch, over the wire.

use std::collections::{BTreeMap, BTreeSet};

use abdm_core::api::gateway::{CreateSession, FetchCertificates, SessionRequest};
use abdm_core::call::Call;
use abdm_core::clock::{Clock as _, SystemClock};
use abdm_core::endpoint::{AuthKind, Endpoint as _, Metadata};
use abdm_core::environment::Family;
use abdm_core::error::{ApiError, catalogue};
use abdm_core::headers;
use abdm_core::id::RequestId;
use abdm_core::secret::{AccessToken, ClientSecret};
use abdm_core::transport::{ReqwestTransport, Transport as _};
use abdm_core::wire::NoBody;
use abdm_sandbox::{AlreadyLinked, Failure, Forgery, KeyForm, Sandbox};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hip_services::api::consent::OnConsentNotify;
use hip_services::api::health_information::OnHealthInformationRequest;
use hip_services::api::hip_linking::{
    NotifyContext, OnGenerateLinkToken, OnLinkCareContexts, OnNotifyContext,
};
use http::StatusCode;
use serde_json::{Value, json};

use crate::hip_linking::{context_notice, link, link_token, linked, part, token_request};
use crate::played::{both, column, transfer};
use crate::pushes::acknowledge;
use crate::support::{CLINIC, clinic, sandbox, sandbox_with, send_raw, token};

/// Reality 5.
#[tokio::test]
async fn every_callback_comes_twice_under_one_number_when_switched() {
    let sandbox = sandbox_with(|switches| switches.duplicate_callbacks = true).await;
    let clinic = clinic(&sandbox).await;
    clinic.send(token_request()).await.unwrap();
    let first = clinic.next(OnGenerateLinkToken::META.path).await;
    let second = clinic.next(OnGenerateLinkToken::META.path).await;
    assert_eq!((first.request_id(), first.body), (second.request_id(), second.body));
}

/// Reality 5.
#[tokio::test]
async fn a_callback_is_overtaken_by_the_next_one_when_switched() {
    let sandbox = sandbox_with(|switches| {
        (switches.time_scale, switches.callback_delay_seconds) = (1.0, (0.0, 0.0));
        (switches.reorder_callbacks, switches.link_token_window_seconds) = (true, 0);
    })
    .await;
    let clinic = clinic(&sandbox).await;
    let first = clinic.send(token_request()).await.unwrap().request_id.to_string();
    let second = clinic.send(token_request()).await.unwrap().request_id.to_string();
    for sent in [second, first] {
        let arrived = clinic.next(OnGenerateLinkToken::META.path).await;
        assert_eq!(arrived.answers(), sent);
    }
    // One that nobody overtakes comes all the same.
    clinic.send(token_request()).await.unwrap();
    clinic.next(OnGenerateLinkToken::META.path).await;
}

/// Reality 6.
#[tokio::test]
async fn a_forged_copy_comes_before_each_callback_when_switched() {
    let sandbox = sandbox_with(|switches| switches.forged_copies = vec![Forgery::WrongKey]).await;
    let clinic = clinic(&sandbox).await;
    // As a receiver does that looks at tokens.
    clinic.refuse_next(StatusCode::UNAUTHORIZED);
    clinic.send(token_request()).await.unwrap();
    let forged = clinic.next(OnGenerateLinkToken::META.path).await;
    let genuine = clinic.next(OnGenerateLinkToken::META.path).await;
    assert_eq!((forged.request_id(), &forged.body), (genuine.request_id(), &genuine.body));
    assert_ne!(forged.bearer(), genuine.bearer());
    assert_eq!(part(forged.bearer(), 0)["kid"], part(genuine.bearer(), 0)["kid"]);
}

/// Reality 6.
#[tokio::test]
async fn the_key_that_signs_changes_after_so_many_callbacks_and_the_former_ones_stay_published() {
    let sandbox = sandbox_with(|switches| {
        (switches.callbacks_a_key, switches.link_token_window_seconds) = (2, 0);
        switches.link_tokens_a_day = 100;
    })
    .await;
    let clinic = clinic(&sandbox).await;
    let mut keys = Vec::new();
    for _ in 0..5 {
        clinic.send(token_request()).await.unwrap();
        let arrived = clinic.next(OnGenerateLinkToken::META.path).await;
        keys.push(part(arrived.bearer(), 0)["kid"].as_str().unwrap().to_owned());
    }
    assert_eq!((&keys[0], &keys[2]), (&keys[1], &keys[3]));
    assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), 3);
    let shown = clinic.send::<FetchCertificates>(Call::new(NoBody)).await.unwrap().body;
    for key in keys {
        assert!(shown.keys.iter().any(|shown| shown["kid"] == key.as_str()), "{key}");
    }
    // The key of link tokens has stayed: one of before is good.
    let token = link_token(&clinic).await;
    clinic.send(link(&token, "OPD-1")).await.unwrap();
}

/// Reality 8.
#[tokio::test]
async fn a_call_fails_each_time_in_the_shape_that_is_switched_and_the_others_do_not() {
    let sandbox = sandbox().await;
    let clinic = clinic(&sandbox).await;
    let token = link_token(&clinic).await;
    let failing = BTreeMap::from([("LinkCareContexts".to_owned(), Failure::EmptyBadRequest)]);
    sandbox.set(|switches| switches.failing_calls = failing).unwrap();
    for _ in 0..2 {
        let (status, code, _) = clinic.refused(link(&token, "OPD-1")).await;
        assert_eq!((status, code.as_str()), (400, ""));
    }
    let (_, code, _) = clinic.refused(token_request()).await;
    assert_eq!(code, "ABDM-1092", "as ever");
    sandbox.set(|switches| switches.failing_calls.clear()).unwrap();
    clinic.send(link(&token, "OPD-1")).await.unwrap();
}

/// A call of an endpoint with all its headers and an empty body: it is refused before its body is
/// read.
async fn refused_call(
    sandbox: &Sandbox,
    transport: &ReqwestTransport,
    bearer: &AccessToken,
    meta: &Metadata,
) -> http::Response<bytes::Bytes> {
    let path = meta.path.replace("{", "1").replace("}", "1");
    let url = format!("{}{}{path}", sandbox.base_url(), meta.family.live_prefix());
    let mut request = http::Request::builder().method(&meta.method).uri(url);
    let now = abdm_core::clock::format_timestamp(SystemClock.now());
    let id = RequestId::random().to_string();
    for (name, value) in [
        (headers::REQUEST_ID, id.as_str()),
        (headers::TIMESTAMP, now.as_str()),
        (headers::CM_ID, "sbx"),
        (headers::HIP_ID, CLINIC),
        (headers::LINK_TOKEN, "a token"),
        ("content-type", "application/json"),
    ] {
        request = request.header(name, value);
    }
    let request = request.header("authorization", format!("Bearer {}", bearer.expose()));
    let request = request.body(bytes::Bytes::from_static(b"{}")).unwrap();
    transport.send(request, std::time::Duration::from_secs(60)).await.unwrap()
}

/// Reality 9: every code of the table with all texts that it has at a call, and each is judged by
/// its text as the table has it.
#[tokio::test]
async fn every_code_with_several_texts_comes_with_each_of_them_and_is_judged_by_it() {
    let sandbox = sandbox().await;
    clinic(&sandbox).await;
    let bearer = token(&sandbox, "SBX_CLINIC", "not-a-secret").await;
    let transport = ReqwestTransport::new().unwrap();
    let mut tried = 0;
    // The calls of a HIP: what a person's token is for, others try.
    let calls = hip_services::api::ALL
        .iter()
        .copied()
        .filter(|meta| meta.family == Family::Gateway && meta.auth == AuthKind::Session);
    for meta in calls {
        let about = |row: &&catalogue::Row| {
            row.code.starts_with("ABDM-")
                && row.operations.iter().any(|name| meta.errors.is_in(name))
        };
        let mut by_code: BTreeMap<&str, Vec<(&str, &catalogue::Row)>> = BTreeMap::new();
        for row in catalogue::rows().filter(about) {
            let texts = row.messages.iter().map(|text| (*text, row));
            by_code.entry(row.code).or_default().extend(texts);
        }
        for (code, texts) in by_code.into_iter().filter(|(_, texts)| texts.len() > 1) {
            let switched = BTreeMap::from([(meta.name.to_owned(), code.to_owned())]);
            sandbox.set(|switches| switches.coded_refusals = switched).unwrap();
            let mut missing: BTreeSet<&str> = texts.iter().map(|(text, _)| *text).collect();
            for _ in 0..texts.len() {
                let answer = refused_call(&sandbox, &transport, &bearer, meta).await;
                let (status, body) = (answer.status(), answer.body());
                let error = ApiError::from_response(meta, None, status, answer.headers(), body);
                let told = error.message().to_owned();
                assert_eq!(error.code().map(|code| code.as_str()), Some(code), "{}", meta.name);
                missing.remove(told.as_str());
                let rows = texts.iter().filter(|(text, _)| *text == told);
                let classes: Vec<_> = rows.map(|(_, row)| row.class).collect();
                assert!(classes.contains(&error.class()), "{} {code} {told}", meta.name);
            }
            assert_eq!(missing, BTreeSet::new(), "{} {code}", meta.name);
            tried += 1;
        }
    }
    assert!(tried >= 20, "{tried}");
}

/// Reality 9: the same beside a 202.
#[tokio::test]
async fn a_callback_tells_of_the_code_that_is_switched_and_nothing_is_done() {
    let sandbox = sandbox_with(|s| s.link_visible_within_seconds = 0.0).await;
    let clinic = clinic(&sandbox).await;
    let coded = |endpoint: &str, code: &str| {
        let coded = BTreeMap::from([(endpoint.to_owned(), code.to_owned())]);
        sandbox.set(|switches| switches.coded_refusals = coded).unwrap();
    };
    let token = link_token(&clinic).await;
    coded(OnLinkCareContexts::META.name, "ABDM-1037");
    let mut texts = BTreeSet::new();
    for _ in 0..2 {
        clinic.send(link(&token, "OPD-1")).await.unwrap();
        let arrived = clinic.next(OnLinkCareContexts::META.path).await;
        assert_eq!(arrived.text("/error/code"), "ABDM-1037");
        texts.insert(arrived.text("/error/message").to_owned());
    }
    let both = ["Count and Care context count mismatch", "Counter and Care context count mismatch"];
    assert_eq!(texts, both.map(str::to_owned).into());
    sandbox.set(|switches| switches.coded_refusals.clear()).unwrap();
    linked_with(&clinic, &token, "OPD-1").await;
    coded(OnNotifyContext::META.name, "ABDM-1006");
    let mut texts = BTreeSet::new();
    for _ in 0..8 {
        clinic.send::<NotifyContext>(context_notice("ravi.example@sbx", "OPD-1")).await.unwrap();
        let arrived = clinic.next(OnNotifyContext::META.path).await;
        assert_eq!(arrived.text("/acknowledgement/status"), "ERRORED");
        texts.insert(arrived.text("/error/message").to_owned());
    }
    for text in [
        "No care context linked with given reference number",
        "No links found for the patient in the given HIP",
    ] {
        assert!(texts.contains(text), "{texts:?}");
    }
}

/// Links with a token that is there.
async fn linked_with(clinic: &crate::support::Desk, token: &str, visit: &str) {
    clinic.send(link(token, visit)).await.unwrap();
    let arrived = clinic.next(OnLinkCareContexts::META.path).await;
    assert!(arrived.at("/error").is_null(), "{arrived:?}");
}

/// Reality 13.
#[tokio::test]
async fn what_is_linked_already_is_told_in_each_form_that_is_switched() {
    let sandbox = sandbox().await;
    let clinic = clinic(&sandbox).await;
    let token = link_token(&clinic).await;
    linked_with(&clinic, &token, "OPD-1").await;
    for (form, code) in
        [(AlreadyLinked::Unnamed, "ABDM-9999"), (AlreadyLinked::Duplicate, "ABDM-1090")]
    {
        sandbox.set(|switches| switches.already_linked = form).unwrap();
        let (status, told, message) = clinic.refused(link(&token, "OPD-1")).await;
        assert_eq!((status, told.as_str()), (400, code));
        assert_eq!(message, "Duplicate HIP link request");
    }
    sandbox.set(|switches| switches.already_linked = AlreadyLinked::Callback).unwrap();
    clinic.send(link(&token, "OPD-1")).await.unwrap();
    let arrived = clinic.next(OnLinkCareContexts::META.path).await;
    assert_eq!(arrived.text("/error/code"), "ABDM-1056");
    sandbox.set(|switches| switches.already_linked = AlreadyLinked::Status).unwrap();
    clinic.send(link(&token, "OPD-1")).await.unwrap();
    let arrived = clinic.next(OnLinkCareContexts::META.path).await;
    assert!(arrived.at("/error").is_null());
    let status = arrived.text("/status").trim().to_lowercase();
    assert_eq!(status, "these care contexts have been already linked");
}

/// Reality 20.
#[tokio::test]
async fn the_patient_grants_less_than_was_asked_for_when_switched() {
    let story = crate::consent::asked().await;
    story.sandbox.set(|switches| switches.patient_narrows = true).unwrap();
    story.app.approve(&story.request, |_| {}).await.unwrap();
    let notice = story.clinic.next(OnConsentNotify::META.path).await;
    let detail = notice.at("/notification/consentDetail");
    assert_eq!(detail["hiTypes"], json!(["OPConsultation"]), "of two types the first");
    let dates = &detail["permission"]["dateRange"];
    assert_eq!(dates["from"], "2023-07-03T00:00:00.000Z", "half of five years");
    assert_eq!(dates["to"], "2026-01-01T00:00:00.000Z");
}

/// Reality 23.
#[tokio::test]
async fn the_patients_app_writes_its_key_in_the_form_that_is_switched() {
    for (form, bytes) in [(KeyForm::Raw, 65), (KeyForm::Named, 93), (KeyForm::Explicit, 309)] {
        let sandbox = sandbox_with(|switches| {
            (switches.patient_app_pulls, switches.app_key_form) = (true, form);
        })
        .await;
        let clinic = clinic(&sandbox).await;
        linked(&clinic, "OPD-1").await;
        acknowledge(&clinic).await;
        let request = clinic.next(OnHealthInformationRequest::META.path).await;
        let key = request.text("/hiRequest/keyMaterial/dhPublicKey/keyValue");
        assert_eq!(STANDARD.decode(key).unwrap().len(), bytes, "{form:?}");
    }
}

/// Reality 23: a HIP whose secrets begin with zero, and a HIU that takes them so.
#[tokio::test]
async fn a_hip_that_drops_zeros_is_read_and_a_hiu_that_does_reads_everybody() {
    for (hip, hiu) in [(true, false), (false, true), (true, true)] {
        let sandbox = both(json!({"dropsZeros": hip}), json!({"dropsZeros": hiu})).await;
        let records = transfer(&sandbox).await;
        assert_eq!(column(&records, "problem"), vec![Value::Null; 3], "{hip} {hiu}");
    }
}

/// Reality 24.
#[tokio::test]
async fn the_life_of_a_session_is_a_text_by_turns() {
    let sandbox = sandbox().await;
    clinic(&sandbox).await;
    let secret = || ClientSecret::new("not-a-secret");
    let mut forms = BTreeSet::new();
    for _ in 0..2 {
        let call = Call::<CreateSession>::new(SessionRequest::new("SBX_CLINIC", secret()));
        let answer = send_raw(&sandbox, None, &call, |_| {}).await;
        forms.insert(answer.json()["expiresIn"].is_string());
    }
    assert_eq!(forms.len(), 2);
    sandbox.set(|switches| switches.loose_bodies = false).unwrap();
    for _ in 0..2 {
        let call = Call::<CreateSession>::new(SessionRequest::new("SBX_CLINIC", secret()));
        let answer = send_raw(&sandbox, None, &call, |_| {}).await;
        assert!(answer.json()["expiresIn"].is_number());
    }
}
