//! What errors say: when to ask again, who refused, what to do, and nothing about a person.

use std::time::Duration;

use abdm_core::api::data_flow::PushHealthInformation;
use abdm_core::api::gateway::ListBridgeServices;
use abdm_core::api::registry::LinkedService;
use abdm_core::client::CallError;
use abdm_core::clock::parse_timestamp;
use abdm_core::endpoint::{Endpoint as _, Metadata};
use abdm_core::error::{
    ApiError, CallbackError, Contact, ErrorClass, ErrorCode, Operation, Peer, catalogue,
};
use http::{HeaderMap, HeaderValue, StatusCode};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::contract::contract_file;

fn call(errors: Operation) -> Metadata {
    Metadata { name: "Operation", errors, ..ListBridgeServices::META }
}

fn read(operation: Operation, status: u16, body: &str) -> ApiError {
    let status = StatusCode::from_u16(status).unwrap();
    ApiError::from_response(&call(operation), None, status, &HeaderMap::new(), body.as_bytes())
}

fn coded(operation: Operation, code: &str, text: &str) -> ApiError {
    read(operation, 400, &json!({ "code": code, "message": text }).to_string())
}

#[test]
fn an_error_is_retryable_when_waiting_alone_can_help_and_says_when() {
    let now = parse_timestamp("2026-11-29T10:00:00Z").unwrap();
    for (operation, code, text, retryable, pause) in [
        (Operation::GenerateToken, "ABDM-1092", "Duplicate Link token request", true, Some(420)),
        (Operation::Link, "ABDM-1024", "Dependent service unavailable", true, Some(1)),
        (Operation::ConsentInit, "303001", "Runtime Error", true, Some(30)),
        (Operation::DataRequest, "ABDM-1022", "Too many requests", true, Some(5)),
        (Operation::DataRequest, "ABDM-8877", "", true, Some(900)),
        (Operation::DataRequest, "ABDM-1092", "", false, None),
        (Operation::GenerateToken, "ABDM-1036", "Data does not matched", false, None),
        (Operation::Link, "ABDM-1026", "Invalid Link Token", false, None),
        (Operation::OnInit, "ABDM-9999", "Transaction expired.", false, None),
        (Operation::Link, "ABDM-9999", "Something new", false, None),
        (Operation::Link, "ABDM-1062", "", false, None),
        (Operation::Account, "900908", "", false, None),
        (Operation::GenerateToken, "ABDM-1027", "You are blocked.", false, Some(86_400)),
    ] {
        let error = coded(operation, code, text);
        assert_eq!(error.is_retryable(), retryable, "{code} {text}");
        let told = error.retry_at(now).map(|at| (at - now).num_seconds());
        assert_eq!(told, pause, "{code} {text}");
        let error = CallError::Api(error);
        assert_eq!(error.is_retryable(), retryable, "{code} {text}");
        assert_eq!(error.retry_at(now).map(|at| (at - now).num_seconds()), pause, "{code} {text}");
    }
}

#[test]
fn the_later_of_retry_after_and_advice_counts() {
    let now = parse_timestamp("2026-11-29T10:00:00Z").unwrap();
    let told = |status: u16, header: &'static str, body: &str| {
        let mut headers = HeaderMap::new();
        headers.insert("retry-after", HeaderValue::from_static(header));
        let status = StatusCode::from_u16(status).unwrap();
        let call = call(Operation::Enrol);
        ApiError::from_response(&call, None, status, &headers, body.as_bytes())
    };
    let pause = |error: &ApiError| error.retry_at(now).map(|at| (at - now).num_seconds());
    let busy = told(429, "120", "");
    assert!(busy.is_retryable());
    assert_eq!(busy.retry_after(now), Some(Duration::from_secs(120)));
    assert_eq!(pause(&busy), Some(120));
    assert_eq!(pause(&told(429, "1", "")), Some(5), "our own pause is longer");
    assert_eq!(pause(&told(503, "Sun, 29 Nov 2026 11:00:00 GMT", "<html>")), Some(3600));
    let unknown = told(429, "60", r#"{"code":"900800","message":"Message throttled out"}"#);
    assert!(unknown.is_retryable() && pause(&unknown) == Some(60), "{unknown}");
    assert_eq!(told(429, "soon", "").retry_after(now), None);
}

#[test]
fn advice_fits_operation_code_and_text() {
    let patient = coded(Operation::ConsentInit, "ABDM-1058", "Invalid patient");
    assert!(!patient.to_string().contains("health information types"), "{patient}");
    let types = coded(Operation::ConsentInit, "ABDM-1058", "Invalid HI Types");
    assert!(types.to_string().contains("health information types"), "{types}");

    for text in [
        "Demographic details was invalid or doesn't exists",
        "The information you provided does not match the details on record with Aadhaar. Please \
         verify and provide accurate information.",
        "",
        "Something else",
    ] {
        let error = coded(Operation::GenerateToken, "ABDM-1207", text);
        assert_eq!(error.class(), ErrorClass::UserInput, "{text}");
        assert!(!error.advice().text.contains("Aadhaar"), "{text}: {error}");
    }
    let differs = coded(
        Operation::GenerateToken,
        "ABDM-1207",
        "The information you provided does not match the details on record with Aadhaar. Please \
         verify and provide accurate information.",
    );
    assert!(differs.advice().text.contains("ABHA profile"), "{differs}");
    let enrolling = coded(
        Operation::Enrol,
        "ABDM-1207",
        "The information you provided does not match the details on record with Aadhaar. Please \
         verify and provide accurate information.",
    );
    assert!(enrolling.advice().text.contains("Aadhaar's record"), "{enrolling}");

    let refused =
        read(Operation::Link, 401, r#"{"code":"900901","message":"Invalid Credentials"}"#);
    assert!(refused.advice().text.contains("Fetch a new one"), "{refused}");
    let again = refused.after_renewal();
    assert!(!again.advice().text.contains("Fetch a new one"), "{again}");
    assert_eq!((again.class(), again.advice().retry), (ErrorClass::Auth, None));
}

/// Rulings 17: on a link token no advice sends anybody to Aadhaar.
#[test]
fn no_advice_for_a_link_token_speaks_of_another_record_than_the_abha_profile() {
    for row in catalogue::rows().filter(|row| row.operations.contains(&"generate-token")) {
        assert!(!row.advice().text.contains("Aadhaar"), "{} {:?}", row.code, row.messages);
    }
}

/// A text that the code's rows do not have gets the words of its class.
#[test]
fn a_known_code_with_an_unknown_text_is_not_advised_about_the_text_of_its_row() {
    for row in catalogue::rows().filter(|row| row.code.starts_with("ABDM-1")) {
        let code = ErrorCode::parse(row.code).unwrap();
        for operation in Operation::ALL {
            let advice = catalogue::advise(*operation, Some(&code), "qwxz qwxz");
            let own = row.advice().text;
            let usual = catalogue::rows()
                .filter(|other| other.code == row.code && other.messages.is_empty());
            assert!(
                advice.text != own || usual.count() > 0,
                "{} on {operation:?}: {own}",
                row.code
            );
        }
    }
}

/// (M1 trial B15, ruling 36)
#[test]
fn a_facility_that_is_linked_already_is_a_success_with_its_service_id() {
    let registry = call(Operation::Registry);
    let headers = HeaderMap::new();
    let linked = |body: &Value| {
        let body = body.to_string();
        LinkedService::read_all(&registry, StatusCode::OK, &headers, body.as_bytes())
    };
    let said = |text: &str| json!([{ "error": { "code": "2500", "message": text } }]);
    let services = |read: Result<Vec<LinkedService>, ApiError>| {
        let read = read.unwrap_or_else(|error| panic!("{error}"));
        let [one] = read.as_slice() else { panic!("{read:?}") };
        (one.id.as_ref().map(ToString::to_string), one.already)
    };
    for (text, id) in [
        (
            "IN0000000001 is already associated with bridge SBX_000000 and service id: IN0000000001_2",
            Some("IN0000000001_2"),
        ),
        (
            "IN0710000001 is Already Associated with bridge SBX_1 and Service ID : my-hip.",
            Some("my-hip"),
        ),
        ("Facility already associated with this bridge, service id IN_7", Some("IN_7")),
        ("IN0000000001 is already associated with bridge SBX_000000", None),
    ] {
        assert_eq!(services(linked(&said(text))), (id.map(str::to_owned), true), "{text}");
        let error = read(Operation::Registry, 200, &said(text).to_string());
        assert!(error.is_already_done(), "{text}");
        assert_eq!(error.linked_service().map(|id| id.to_string()).as_deref(), id, "{text}");
    }
    let marked = format!("\u{feff}{}", said("IN1 is already associated, service id: IN1_2"));
    let read = LinkedService::read_all(&registry, StatusCode::OK, &headers, marked.as_bytes());
    assert_eq!(services(read), (Some("IN1_2".to_owned()), true), "behind a byte order mark");
    for text in ["Authorization header is missing", "No mapping found for IN1", "Bridge failed", ""]
    {
        let error = linked(&said(text)).unwrap_err();
        assert!(!error.is_already_done() && error.linked_service().is_none(), "{text}: {error}");
    }
    // Elsewhere the same code is an error whatever it says.
    let elsewhere = coded(Operation::Link, "2500", "No mapping found for IN1");
    assert_eq!(elsewhere.class(), ErrorClass::CallerBug);
    let new =
        json!([{ "servicesLinked": { "id": "IN1_2", "name": "Example Clinic", "type": "HIP" } }]);
    assert_eq!(services(linked(&new)), (Some("IN1_2".to_owned()), false));
    // One role linked, the other refused: an error, and not a success of half of it.
    let half = json!([new[0], { "error": { "code": "2500", "message": "Bridge failed" } }]);
    assert!(linked(&half).is_err());
    assert!(linked(&json!([])).is_err() && linked(&json!({})).is_err());
}

/// (Case 29, M1 trial B15, ruling 36)
#[test]
fn both_replies_of_case_29_are_the_same_success() {
    let Some(case) = contract_file("cases/29-registry-already-associated.json") else { return };
    let case: Value = serde_json::from_slice(&case).unwrap();
    for reply in case["replies"].as_array().unwrap() {
        let status =
            StatusCode::from_u16(u16::try_from(reply["status"].as_u64().unwrap()).unwrap());
        let body = reply["body"].to_string();
        let call = call(Operation::Registry);
        let read =
            LinkedService::read_all(&call, status.unwrap(), &HeaderMap::new(), body.as_bytes());
        assert_eq!(read.unwrap()[0].id.as_ref().unwrap().as_str(), "IN0000000001_2");
    }
}

/// (C20)
#[test]
fn a_refused_push_is_the_facilitys_and_its_advice_does_not_send_anybody_to_nha() {
    let meta = PushHealthInformation::META;
    let peer = Peer::at("https://hiu.example.org:8443/push/9f1c?x=1");
    assert_eq!(peer.to_string(), "the facility at hiu.example.org:8443");
    for status in [400, 401, 403, 404, 408, 409, 410, 413, 418, 429, 500, 502, 503] {
        for body in [
            "",
            "<html><title>Asha Example</title>",
            "{}",
            r#"{"code":"ABDM-1024","message":"Dependent service unavailable"}"#,
            r#"{"status":500,"error":"x","timestamp":1}"#,
        ] {
            let status = StatusCode::from_u16(status).unwrap();
            let error =
                ApiError::from_response(&meta, None, status, &HeaderMap::new(), body.as_bytes())
                    .with_peer(peer.clone());
            let shown = error.to_string();
            assert!(
                shown.starts_with("the facility at hiu.example.org:8443 refused Push"),
                "{shown}"
            );
            let advice = error.advice();
            assert!(
                !advice.text.contains("NHA") && advice.who != Contact::Nha,
                "{status} {body}: {shown}"
            );
            assert!(
                !advice.text.contains("ABDM failed") && !advice.text.contains("behind ABDM"),
                "{shown}"
            );
        }
    }
}

/// Sentinels that no log, `Debug` or `Display` may show.
const SECRETS: [&str; 6] =
    ["Asha", "Exemplary", "1999-02-03", "03-02-1999", "TOKabc987xyz", "quidditch"];

fn assert_silent(error: &ApiError, body: &str) {
    let advice = error.advice();
    let shown = format!(
        "{error} {error:?} {:?} {:?} {} {:?}",
        error.entries(),
        error.code(),
        error.code().map(ToString::to_string).unwrap_or_default(),
        advice
    );
    let call = CallError::Api(error.clone());
    let shown = format!("{shown} {call} {call:?} {:?}", error.correlation()).to_lowercase();
    for secret in SECRETS {
        assert!(!shown.contains(&secret.to_lowercase()), "{secret} of {body} stands in {shown}");
    }
}

#[test]
fn no_shape_of_an_error_shows_a_name_a_birth_date_or_an_opaque_token() {
    let said = "User Asha Exemplary (1999-02-03, 03-02-1999) TOKabc987xyz quidditch";
    let shapes = [
        json!({ "code": "ABDM-1062", "message": said }),
        json!({ "code": "ABDM-9999: ", "message": said, "description": said }),
        json!({ "code": "ABDM-1114", "message": format!("User not found {said}") }),
        json!({ "code": "ABDM-1204", "message": format!("UIDAI Error code : 400 : {said}") }),
        json!({ "code": "ABDM-1141", "message": format!("An existing ABHA number created using this Aadhaar number has been found. It is advisable to delete this account and use ABHA number {said} for future purpose.") }),
        json!({ "code": "TOKabc987xyz", "message": "User not found" }),
        json!({ "code": "1999-02-03", "message": "x y" }),
        json!({ "code": "Asha", "message": said }),
        json!({ "code": format!("ABDM-1094: {said}"), "message": said }),
        json!({ "error": { "code": "HIS-1013", "message": said } }),
        json!([{ "error": { "code": "AS-1118", "message": said } }, { "error": said }]),
        json!({ "code": "HIS-400", "message": said, "details": [{ "code": "HIS-1070", "message": said, "attribute": { "key": "Asha", "value": said } }] }),
        json!({ "message": said }),
        json!({ "Message": said, "timestamp": said }),
        json!({ "authResult": "failed", "message": said }),
        json!({ "authResult": said }),
        json!({ "loginId": said, "Asha": said, "TOKabc987xyz": said, "1999-02-03": said }),
        json!({ "consent": { "code": said, "Exemplary": said } }),
        json!({ "otpValue": [said, said] }),
        json!({ "status": 500, "error": said, "timestamp": 1, "path": said }),
        json!({ "code": "ABDM-1006", "message": format!("[{{\"scope\":\"{said}\"}}]") }),
        json!({ "code": "900901", "message": said, "description": said }),
        json!([said, said]),
        json!(said),
        json!({ "error": { "reason": { "of": said } }, "patient": { "name": said } }),
    ];
    let mut bodies: Vec<String> = shapes.iter().map(Value::to_string).collect();
    bodies.push(said.to_owned());
    bodies.push(format!("<html><head><title>Error for {said}</title></head>{said}</html>"));
    let mut headers = HeaderMap::new();
    headers.insert("correlation-id", HeaderValue::from_static("Asha Exemplary"));
    for operation in [Operation::Link, Operation::Enrol, Operation::Registry, Operation::DataPush] {
        for status in [200, 400, 401, 403, 404, 422, 429, 500, 503] {
            for body in &bodies {
                let code = StatusCode::from_u16(status).unwrap();
                let call = call(operation);
                let error = ApiError::from_response(&call, None, code, &headers, body.as_bytes());
                assert_silent(&error, body);
                assert_silent(&error.with_peer(Peer::at("https://hiu.example.org/Asha")), body);
                let hidden =
                    ApiError::hidden_in_success(&call, None, code, &headers, body.as_bytes());
                hidden.iter().for_each(|error| assert_silent(error, body));
            }
        }
    }
    for code in [json!("ABDM-1056"), json!("ABDM-4242"), json!("TOKabc987xyz"), json!(null)] {
        let wire = json!({ "code": code, "message": said });
        let error: CallbackError = serde_json::from_value(wire.clone()).unwrap();
        assert!(!format!("{error:?}").contains("Asha"), "{error:?}");
        let error = ApiError::reported_by(&call(Operation::LinkInit), error);
        assert_eq!(error.message(), said, "the text itself is kept");
        assert_silent(&error, &wire.to_string());
    }
}

proptest! {
    #[test]
    fn a_sentinel_anywhere_in_a_body_is_never_shown(
        mut parts in proptest::collection::vec("(code|message|error|details|description|loginId|status|authResult|[a-z]{3,8})", 1..5),
        status in 200_u16..600,
        depth in 0_usize..3,
    ) {
        let mut body = json!("Asha quidditch");
        while let Some(part) = parts.pop() {
            body = json!({ part: body, "message": "Asha quidditch", "code": "TOKabc987xyz" });
        }
        for _ in 0..depth {
            body = json!([body]);
        }
        let error = read(Operation::Login, status, &body.to_string());
        assert_silent(&error, &body.to_string());
    }
}
