//! Link tokens and care contexts.

use abdm_core::api::consent::ConsentCareContext;
use abdm_core::call::Call;
use abdm_core::clock::{Clock as _, SystemClock};
use abdm_core::endpoint::Endpoint as _;
use abdm_core::headers::{HipHeaders, LinkHeaders};
use abdm_core::id::HipId;
use abdm_core::secret::LinkToken;
use abdm_core::vocabulary::{Gender, HiType};
use abdm_sandbox::MismatchCode;
use base64::Engine as _;
use hip_services::api::hip_linking::{
    CareContext, ContextNotice, ContextNotification, GenerateLinkToken, LinkCareContexts,
    LinkCareContextsRequest, LinkTokenRequest, NotifyContext, OnGenerateLinkToken,
    OnLinkCareContexts, OnNotifyContext, PatientCareContexts,
};
use serde_json::{Value, json};

use crate::support::{CLINIC, Desk, clinic, sandbox, sandbox_with, send_raw, token};

pub(crate) fn hip() -> HipId {
    HipId::new(CLINIC).unwrap()
}

pub(crate) fn token_request() -> Call<GenerateLinkToken> {
    let request = LinkTokenRequest::new(
        "ravi.example@sbx".parse().unwrap(),
        "Ravi Example",
        Gender::Male,
        1975,
    );
    Call::new(request).headers(HipHeaders { hip_id: hip() })
}

pub(crate) fn link(token: &str, visit: &str) -> Call<LinkCareContexts> {
    let context = CareContext::new(visit.parse().unwrap(), "OPD visit");
    let uhid = "UHID-7".parse().unwrap();
    let patient = PatientCareContexts::new(uhid, "Ravi E.", HiType::OpConsultation, vec![context]);
    let request = LinkCareContextsRequest::new("ravi.example@sbx".parse().unwrap(), vec![patient]);
    let headers = LinkHeaders { hip_id: hip(), link_token: LinkToken::new(token) };
    Call::new(request).headers(headers)
}

pub(crate) async fn link_token(clinic: &Desk) -> String {
    let sent = clinic.send(token_request()).await.unwrap();
    let arrived = clinic.next(OnGenerateLinkToken::META.path).await;
    assert_eq!(arrived.answers(), sent.request_id.to_string());
    assert_eq!(arrived.header("x-hip-id"), Some(CLINIC));
    assert_eq!(arrived.header("x-cm-id"), None);
    arrived.text("/linkToken").to_owned()
}

/// A clinic with one linked visit.
pub(crate) async fn linked(clinic: &Desk, visit: &str) {
    let token = link_token(clinic).await;
    clinic.send(link(&token, visit)).await.unwrap();
    let arrived = clinic.next(OnLinkCareContexts::META.path).await;
    assert_eq!(arrived.at("/error"), &Value::Null);
}

pub(crate) fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    let json = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).unwrap();
    serde_json::from_slice(&json).unwrap()
}

#[tokio::test]
async fn a_link_token_has_the_live_claims() {
    let sandbox = sandbox().await;
    let clinic = clinic(&sandbox).await;
    let token = link_token(&clinic).await;
    assert_eq!(part(&token, 0)["alg"], "RS512");
    let claims = part(&token, 1);
    assert_eq!(claims["hipId"], CLINIC);
    assert_eq!(claims["sub"], "ravi.example@sbx");
    let life = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
    assert_eq!(life, 15_768_000);
}

#[tokio::test]
async fn linking_ends_in_prose_and_a_second_time_in_a_duplicate() {
    let sandbox = sandbox_with(|s| s.link_visible_within_seconds = 0.0).await;
    let clinic = clinic(&sandbox).await;
    let token = link_token(&clinic).await;
    clinic.send(link(&token, "OPD-1")).await.unwrap();
    let arrived = clinic.next(OnLinkCareContexts::META.path).await;
    assert_eq!(arrived.text("/status"), "Successfully Linked care context");
    let (status, code, message) = clinic.refused(link(&token, "OPD-1")).await;
    assert_eq!((status, code.as_str()), (400, "ABDM-9999"));
    assert_eq!(message, "Duplicate HIP link request");
}

/// A notice of a new record of this patient's.
pub(crate) fn context_notice(address: &str, visit: &str) -> Call<NotifyContext> {
    let context = ConsentCareContext::new("UHID-7".parse().unwrap(), visit.parse().unwrap());
    let types = vec![HiType::OpConsultation];
    let address = address.parse().unwrap();
    let notice = ContextNotice::new(hip(), address, context, types, SystemClock.now());
    let headers = HipHeaders { hip_id: hip() };
    Call::new(ContextNotification::from(notice)).headers(headers)
}

#[tokio::test]
async fn a_context_notice_is_taken_once_the_link_is_visible() {
    let sandbox = sandbox_with(|s| s.link_visible_within_seconds = 0.0).await;
    let clinic = clinic(&sandbox).await;
    linked(&clinic, "OPD-1").await;
    let notice = |visit: &str| context_notice("ravi.example@sbx", visit);
    clinic.send(notice("OPD-1")).await.unwrap();
    let arrived = clinic.next(OnNotifyContext::META.path).await;
    assert_eq!(arrived.text("/acknowledgement/status"), "SUCCESS");
    clinic.send(notice("OPD-2")).await.unwrap();
    let arrived = clinic.next(OnNotifyContext::META.path).await;
    assert_eq!(arrived.text("/acknowledgement/status"), "ERRORED");
    assert_eq!(
        arrived.text("/error/message"),
        "No care context linked with given reference number"
    );
}

#[tokio::test]
async fn a_context_notice_under_another_patient_reference_than_the_links_is_errored() {
    let sandbox = sandbox_with(|s| s.link_visible_within_seconds = 0.0).await;
    let clinic = clinic(&sandbox).await;
    linked(&clinic, "OPD-1").await;
    for (patient, status) in
        [("UHID-8", "ERRORED"), ("UHID-7", "SUCCESS"), ("ravi.example@sbx", "SUCCESS")]
    {
        let mut notice = context_notice("ravi.example@sbx", "OPD-1");
        notice.body.notification.care_context.patient_reference = patient.parse().unwrap();
        clinic.send(notice).await.unwrap();
        let arrived = clinic.next(OnNotifyContext::META.path).await;
        assert_eq!(arrived.text("/acknowledgement/status"), status, "{patient}");
    }
}

#[tokio::test]
async fn a_second_token_request_is_a_duplicate_and_the_fourth_of_a_day_blocks() {
    let sandbox = sandbox().await;
    let clinic = clinic(&sandbox).await;
    link_token(&clinic).await;
    let (status, code, _) = clinic.refused(token_request()).await;
    assert_eq!((status, code.as_str()), (400, "ABDM-1092"));
    sandbox.set(|switches| switches.link_token_window_seconds = 0).unwrap();
    link_token(&clinic).await;
    link_token(&clinic).await;
    clinic.send(token_request()).await.unwrap();
    let arrived = clinic.next(OnGenerateLinkToken::META.path).await;
    assert_eq!(arrived.text("/error/code"), "ABDM-1027");
    // m2-hip.md 1.2: the one error beside which the address stands.
    assert_eq!(arrived.text("/abhaAddress"), "ravi.example@sbx");
}

#[tokio::test]
async fn a_refused_token_request_hides_behind_the_duplicate() {
    let sandbox = sandbox().await;
    let clinic = clinic(&sandbox).await;
    let mut unknown = token_request();
    unknown.body.abha_address = "nobody.here@sbx".parse().unwrap();
    let (_, code, message) = clinic.refused(unknown).await;
    assert_eq!((code.as_str(), message.as_str()), ("ABDM-9999", "User not found"));
    let mut again = token_request();
    again.body.abha_address = "nobody.here@sbx".parse().unwrap();
    assert_eq!(clinic.refused(again).await.1, "ABDM-1092");
}

#[tokio::test]
async fn other_details_than_the_profiles_are_told_by_callback() {
    let sandbox = sandbox().await;
    let clinic = clinic(&sandbox).await;
    sandbox
        .set(|switches| {
            switches.link_token_window_seconds = 0;
            switches.link_tokens_a_day = 100;
        })
        .unwrap();
    let told = |change: fn(&mut LinkTokenRequest)| {
        let clinic = clinic.clone();
        async move {
            let mut request = token_request();
            change(&mut request.body);
            clinic.send(request).await.unwrap();
            clinic.next(OnGenerateLinkToken::META.path).await.text("/error/code").to_owned()
        }
    };
    // Ruling 17: two years off pass, three do not.
    for passes in [1973, 1977] {
        let mut request = token_request();
        request.body.year_of_birth = passes;
        clinic.send(request).await.unwrap();
        let arrived = clinic.next(OnGenerateLinkToken::META.path).await;
        assert_eq!(arrived.at("/error"), &Value::Null, "{passes}");
    }
    assert_eq!(told(|request| request.year_of_birth = 1978).await, "ABDM-1207");
    assert_eq!(told(|request| request.year_of_birth = 1972).await, "ABDM-1207");
    assert_eq!(told(|request| request.gender = Gender::Female).await, "ABDM-1207");
    assert_eq!(told(|request| request.name = "Ravi Other".to_owned()).await, "ABDM-1207");
    let meera = sandbox.patient(&"meera.sample@sbx".parse().unwrap()).unwrap();
    let number = meera.abha_number.unwrap();
    let mut other = token_request();
    other.body.abha_number = Some(number);
    clinic.send(other).await.unwrap();
    let arrived = clinic.next(OnGenerateLinkToken::META.path).await;
    assert_eq!(arrived.text("/error/code"), "ABDM-1207", "another person's number");
    // ABDM's own text has an apostrophe, which it refuses in ours.
    let text = "Demographic details was invalid or doesn't exists";
    assert_eq!(arrived.text("/error/message"), text);
    // The other codes of NHA's lists, by switch.
    for (code, expected) in [
        (MismatchCode::Data, "ABDM-1036"),
        (MismatchCode::Kyc, "ABDM-1043"),
        (MismatchCode::Identifiers, "ABDM-1051"),
    ] {
        sandbox.set(|switches| switches.link_token_mismatch = code).unwrap();
        assert_eq!(told(|request| request.year_of_birth = 1950).await, expected);
    }
}

/// m2-hip.md 1.1: the number is enough where there is no address.
#[tokio::test]
async fn a_link_token_is_given_for_the_abha_number_alone() {
    let sandbox = sandbox().await;
    let clinic = clinic(&sandbox).await;
    let ravi = sandbox.patient(&"ravi.example@sbx".parse().unwrap()).unwrap();
    let bearer = token(&sandbox, "SBX_CLINIC", "not-a-secret").await;
    let alone = |number: Value| {
        let (sandbox, bearer) = (&sandbox, &bearer);
        async move {
            send_raw(sandbox, Some(bearer), &token_request(), |request| {
                let body = json!({"abhaNumber": number, "abhaAddress": null,
                    "name": "Ravi Example", "gender": "M", "yearOfBirth": 1975});
                *request.body_mut() = body.to_string().into();
            })
            .await
        }
    };
    let digits = ravi.abha_number.unwrap().to_digits().to_owned();
    let taken = alone(json!(digits)).await;
    assert_eq!(taken.status, 202, "{}", taken.text);
    let arrived = clinic.next(OnGenerateLinkToken::META.path).await;
    assert_eq!(arrived.text("/abhaAddress"), "ravi.example@sbx");
    let unknown = alone(json!(99_999_999_999_999_u64)).await;
    assert_eq!(unknown.json()["error"]["message"], "User not found");
}

#[tokio::test]
async fn a_dashed_number_and_a_list_of_hi_types_are_refused_without_a_word() {
    let sandbox = sandbox().await;
    let clinic = clinic(&sandbox).await;
    let link_token = link_token(&clinic).await;
    let bearer = token(&sandbox, "SBX_CLINIC", "not-a-secret").await;
    let call = link(&link_token, "OPD-1");
    let changed = |change: fn(&mut Value)| {
        let (sandbox, bearer, call) = (&sandbox, &bearer, &call);
        async move {
            send_raw(sandbox, Some(bearer), call, |request| {
                let mut body = serde_json::from_slice(request.body()).unwrap();
                change(&mut body);
                *request.body_mut() = body.to_string().into();
            })
            .await
        }
    };
    let dashed = changed(|body| body["abhaNumber"] = json!("91-1111-1000-0001")).await;
    assert_eq!((dashed.status, dashed.text.as_str()), (400, ""));
    let list = changed(|body| body["patient"][0]["hiType"] = json!(["OPConsultation"])).await;
    assert_eq!((list.status, list.text.as_str()), (400, ""));
    let key = changed(|body| {
        let element = body["patient"][0].as_object_mut().unwrap();
        let value = element.remove("hiType").unwrap();
        element.insert("hiTypes".to_owned(), value);
    });
    let key = key.await;
    assert_eq!(key.status, 400);
    assert!(key.text.contains("hiType"), "{}", key.text);
    let empty = changed(|body| body["patient"] = json!([])).await;
    assert_eq!(empty.json()[0]["error"]["code"], "ABDM-9999: ");
    let count = changed(|body| body["patient"][0]["count"] = json!(2)).await;
    assert_eq!(count.status, 202);
    let arrived = clinic.next(OnLinkCareContexts::META.path).await;
    assert_eq!(arrived.text("/error/code"), "ABDM-1037");
}

#[tokio::test]
async fn a_link_token_is_bound_to_its_facility_and_its_signature() {
    let sandbox = sandbox().await;
    let clinic = clinic(&sandbox).await;
    let token = link_token(&clinic).await;
    let (_, code, _) = clinic.refused(link("abc", "OPD-1")).await;
    assert_eq!(code, "ABDM-1066");
    let damaged = format!("{}x{}", &token[..40], &token[41..]);
    assert_eq!(clinic.refused(link(&damaged, "OPD-1")).await.1, "ABDM-1066");
    let of_another = || {
        let mut other = link(&token, "OPD-1");
        other.body.abha_address = "meera.sample@sbx".parse().unwrap();
        other
    };
    let (status, code, _) = clinic.refused(of_another()).await;
    assert_eq!((status, code.as_str()), (400, "ABDM-1038"));
    sandbox.set(|switches| switches.link_mismatch_by_callback = true).unwrap();
    clinic.send(of_another()).await.unwrap();
    let arrived = clinic.next(OnLinkCareContexts::META.path).await;
    assert_eq!(arrived.text("/error/code"), "ABDM-1038");
}

/// m2-hip.md 2: only the person can act.
#[tokio::test]
async fn nothing_is_linked_to_a_deactivated_address() {
    let sandbox = sandbox().await;
    let clinic = clinic(&sandbox).await;
    let farida = sandbox.patients().into_iter().find(|p| p.note == Some("deactivated")).unwrap();
    let address = farida.abha_address.unwrap();
    let mut request = token_request();
    request.body.abha_address = address.clone();
    request.body.name = farida.name;
    request.body.gender = farida.gender;
    request.body.year_of_birth = i64::from(chrono::Datelike::year(&farida.date_of_birth));
    clinic.send(request).await.unwrap();
    let arrived = clinic.next(OnGenerateLinkToken::META.path).await;
    let mut link = link(arrived.text("/linkToken"), "OPD-1");
    link.body.abha_address = address;
    let (status, code, message) = clinic.refused(link).await;
    assert_eq!((status, code.as_str()), (400, "ABDM-1031"));
    assert_eq!(message, "The abha address is deactivated.");
}

/// Ruling 28: an error alone, or by switch ABDM's prose alone.
#[tokio::test]
async fn a_failed_link_is_an_error_alone_or_by_switch_its_text_alone() {
    let sandbox = sandbox_with(|switches| switches.loose_bodies = false).await;
    let clinic = clinic(&sandbox).await;
    let token = link_token(&clinic).await;
    let miscounted = || {
        let mut miscounted = link(&token, "OPD-1");
        miscounted.body.patient.iter_mut().for_each(|patient| patient.count = 2);
        miscounted
    };
    clinic.send(miscounted()).await.unwrap();
    let arrived = clinic.next(OnLinkCareContexts::META.path).await;
    assert_eq!(arrived.text("/error/code"), "ABDM-1037");
    assert_eq!(arrived.at("/status"), &Value::Null);
    sandbox.set(|switches| switches.link_failures_as_status = true).unwrap();
    clinic.send(miscounted()).await.unwrap();
    let arrived = clinic.next(OnLinkCareContexts::META.path).await;
    assert_eq!(arrived.at("/error"), &Value::Null);
    assert_eq!(arrived.text("/status"), "Counter and Care context count mismatch");
    sandbox.set(|switches| switches.link_mismatch_by_callback = true).unwrap();
    let mut other = link(&token, "OPD-1");
    other.body.abha_address = "meera.sample@sbx".parse().unwrap();
    clinic.send(other).await.unwrap();
    let arrived = clinic.next(OnLinkCareContexts::META.path).await;
    assert_eq!(arrived.text("/status"), "ABHA address and Link token mismatch");
}

/// The live refusals are mute.
#[tokio::test]
async fn the_field_that_broke_a_rule_is_told_aside_when_switched() {
    let sandbox = sandbox_with(|switches| switches.explain_refusals = true).await;
    let clinic = clinic(&sandbox).await;
    let link_token = link_token(&clinic).await;
    let bearer = token(&sandbox, "SBX_CLINIC", "not-a-secret").await;
    let told = |change: fn(&mut Value)| {
        let (sandbox, bearer, call) = (&sandbox, &bearer, link(&link_token, "OPD-1"));
        async move {
            let answer = send_raw(sandbox, Some(bearer), &call, |request| {
                let mut body = serde_json::from_slice(request.body()).unwrap();
                change(&mut body);
                *request.body_mut() = body.to_string().into();
            })
            .await;
            answer.headers["x-sandbox-reason"].to_str().unwrap().to_owned()
        }
    };
    let dashed = told(|body| body["abhaNumber"] = json!("91-1111-1000-0001")).await;
    assert!(dashed.contains("dashes"), "{dashed}");
    let list = told(|body| body["patient"][0]["hiType"] = json!(["OPConsultation"])).await;
    assert!(list.contains("hiType is a list"), "{list}");
    let missing = told(|body| body["patient"][0]["display"] = Value::Null).await;
    assert_eq!(missing, "/patient/*/display is missing");
    let mistyped = told(|body| body["patient"][0]["count"] = json!([1])).await;
    assert_eq!(mistyped, "/patient/*/count has another type");
}

/// A context is linked once for each HI type, in one call as in two.
#[tokio::test]
async fn a_context_that_is_linked_for_a_type_is_linked_for_it_once() {
    let sandbox = sandbox().await;
    let clinic = clinic(&sandbox).await;
    let token = link_token(&clinic).await;
    let session = crate::support::token(&sandbox, "SBX_CLINIC", "not-a-secret").await;
    let told = async |elements: &[(&str, &[&str])]| {
        let patient: Vec<_> = elements
            .iter()
            .map(|(hi_type, visits)| {
                let contexts = visits
                    .iter()
                    .map(|visit| serde_json::json!({"referenceNumber": visit, "display": "Visit"}));
                serde_json::json!({"referenceNumber": "UHID-7", "display": "Ravi E.",
                    "careContexts": contexts.collect::<Vec<_>>(), "hiType": hi_type,
                    "count": visits.len()})
            })
            .collect();
        let body = serde_json::json!({"abhaAddress": "ravi.example@sbx", "patient": patient});
        let call = link(&token, "x");
        let raw = send_raw(&sandbox, Some(&session), &call, |request| {
            *request.body_mut() = body.to_string().into();
        });
        let raw = raw.await;
        (raw.status, raw.json()["error"]["message"].as_str().unwrap_or_default().to_owned())
    };
    let duplicate = (400, "Duplicate HIP link request".to_owned());
    assert_eq!(told(&[("OPConsultation", &["A", "A"])]).await, duplicate);
    let both = [("OPConsultation", ["A"].as_slice()), ("Prescription", &["A"])];
    assert_eq!(told(&both).await.0, 202);
    // The second type was looked for under the first one alone.
    assert_eq!(told(&[("Prescription", &["A"])]).await, duplicate);
    assert_eq!(told(&[("DiagnosticReport", &["A"])]).await.0, 202);
}
