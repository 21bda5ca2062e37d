//! Every shape in which ABDM reports an error. The bodies are made up.

use abdm_core::api::gateway::ListBridgeServices;
use abdm_core::endpoint::{Endpoint as _, Metadata};
use abdm_core::error::{
    ApiError, CallbackError, Contact, ErrorClass, ErrorCode, Operation, RetryAdvice,
};
use abdm_core::id::RequestId;
use abdm_core::wire::odd::{odd_refusal, refusals};
use http::{HeaderMap, HeaderValue, StatusCode};
use proptest::prelude::*;

const LINK: Operation = Operation::Link;
const LOGIN: Operation = Operation::Login;

/// An endpoint of this operation.
fn call(errors: Operation) -> Metadata {
    Metadata { name: "Operation", errors, ..ListBridgeServices::META }
}

fn read_at(operation: Operation, status: u16, body: &str) -> ApiError {
    let status = StatusCode::from_u16(status).unwrap();
    ApiError::from_response(&call(operation), None, status, &HeaderMap::new(), body.as_bytes())
}

fn read(status: u16, body: &str) -> ApiError {
    read_at(LINK, status, body)
}

fn hidden(operation: Operation, body: &str) -> Option<ApiError> {
    let ok = StatusCode::OK;
    ApiError::hidden_in_success(&call(operation), None, ok, &HeaderMap::new(), body.as_bytes())
}

fn code(error: &ApiError) -> Option<&str> {
    error.code().map(ErrorCode::as_str)
}

#[test]
fn the_code_is_found_in_every_wrapping() {
    for body in [
        r#"{"error":{"code":"ABDM-1062","message":"M"}}"#,
        r#"{"error":{"code":"ABDM-1062: ","message":"M"},"timestamp":"2026-09-16 14:34:55"}"#,
        r#"[{"error":{"code":"ABDM-1062: ","message":"M"}}]"#,
        r#"[{"code":"ABDM-1062: ","message":"M"}]"#,
        r#"{"code":"ABDM-1062","message":"M"}"#,
        r#"{"code":"ABDM-1062","Message":"M"}"#,
        r#"{"error":[{"code":"ABDM-1062","message":"M"}]}"#,
        r#" {"code":"ABDM-1062","message":"M","extra":{"a":[1]}} "#,
        "\u{feff}{\"code\":\"ABDM-1062\",\"message\":\"M\"}",
    ] {
        let error = read(400, body);
        assert_eq!(code(&error), Some("ABDM-1062"), "{body}");
        assert_eq!(error.message(), "M", "{body}");
        assert_eq!(error.raw().expose(), body.as_bytes());
    }
}

#[test]
fn a_number_as_code_is_read() {
    let error = read(400, r#"{"error":{"code":2500,"message":"No mapping"}}"#);
    assert_eq!(code(&error), Some("2500"));
}

#[test]
fn all_entries_of_a_validation_error_are_kept() {
    let error = read_at(
        Operation::ConsentInit,
        400,
        r#"[{"error":{"code":"ABDM-9999: ","message":"Invalid purpose text, it must be in A,B"}},
            {"error":{"code":"ABDM-9999: ","message":"Frequency should not be null or empty"}}]"#,
    );
    assert_eq!(error.entries().len(), 2);
    assert!(error.entries().iter().all(|entry| entry.code.as_ref().unwrap() == "ABDM-9999"));
    assert_eq!(error.class(), ErrorClass::CallerBug);
    let shown = error.to_string();
    assert!(shown.contains("purpose text") && shown.contains("Frequency"), "{shown}");
}

#[test]
fn one_fault_of_the_request_outweighs_the_values_of_the_form() {
    let both = r#"{"loginId":"Invalid LoginId","scope":"Invalid Scope","timestamp":"x"}"#;
    assert_eq!(read_at(LOGIN, 400, both).class(), ErrorClass::CallerBug);
    let one = r#"{"loginId":"Invalid LoginId","timestamp":"2026-11-22 10:15:30"}"#;
    assert_eq!(read_at(LOGIN, 400, one).class(), ErrorClass::UserInput);
}

#[test]
fn complaints_that_stand_as_json_in_the_text_are_read() {
    let error = read_at(
        Operation::AppLogin,
        400,
        r#"{"code":"ABDM-1006: ","message":" [{\"scope\":\"Invalid Scope\",\"timestamp\":\"x\"}]"}"#,
    );
    assert_eq!(code(&error), Some("ABDM-1006"));
    let [entry] = error.entries() else { panic!("{error}") };
    assert_eq!((entry.field.as_deref(), entry.message.as_str()), (Some("scope"), "Invalid Scope"));
    assert_eq!(error.class(), ErrorClass::CallerBug);
}

#[test]
fn a_field_map_names_its_fields() {
    let error = read_at(
        Operation::Enrol,
        400,
        r#"{"otpValue":"Invalid OTP Value","consent":{"code":"Invalid code"},
            "timestamp":"2026-11-22 10:15:30"}"#,
    );
    let fields: Vec<_> = error.entries().iter().map(|entry| entry.field.as_deref()).collect();
    assert_eq!(fields, [Some("consent.code"), Some("otpValue")]);
    assert_eq!(code(&error), None);

    let flat = read_at(LOGIN, 400, r#"{"code":"Invalid consent code","timestamp":"x"}"#);
    assert_eq!(flat.entries()[0].field.as_deref(), Some("code"), "{flat:?}");
    assert_eq!(flat.class(), ErrorClass::CallerBug);

    let over = read_at(LOGIN, 400, r#"{"txnId":"Invalid Transaction Id","timestamp":"x"}"#);
    assert_eq!(over.advice().retry, Some(RetryAdvice::RestartFlow));
}

#[test]
fn a_message_without_a_code_is_judged_by_its_text() {
    for (body, class) in [
        (r#"{"message":"X-token expired","timestamp":"2026-09-16 14:34:55"}"#, ErrorClass::Auth),
        (r#"{"message":"Invalid T-token","timestamp":"2026-09-16 14:34:55"}"#, ErrorClass::Auth),
        (
            r#"{"Message":"UIDAI Error code : 400 : Invalid OTP.","timestamp":"x"}"#,
            ErrorClass::UserInput,
        ),
        (r#"{"message":"Something new"}"#, ErrorClass::Unclassified),
    ] {
        assert_eq!(read_at(Operation::Account, 401, body).class(), class, "{body}");
    }
}

#[test]
fn an_empty_401_is_a_missing_header_and_never_refreshes() {
    let error = read(401, "");
    assert_eq!(error.class(), ErrorClass::CallerBug);
    assert!(!error.is_session_token_fault());
    assert!(error.to_string().contains("required header is missing"), "{error}");
}

#[test]
fn a_refused_session_token_is_refreshed_once_but_not_by_the_session_call() {
    for code in ["900901", "900902"] {
        let body = format!(
            r#"{{"code":"{code}","message":"Invalid Credentials","description":"Access failure"}}"#
        );
        let error = read(401, &body);
        assert!(error.is_session_token_fault(), "{code}");
        assert_eq!(error.class(), ErrorClass::Auth);
        assert_eq!(error.entries()[0].description.as_deref(), Some("Access failure"));
        assert!(!read_at(Operation::Sessions, 401, &body).is_session_token_fault());
        assert!(!read(500, &body).is_session_token_fault(), "only with 401");
    }
    let wrapped = r#"{"error":{"code":"ABDM-1065","message":"Invalid X Auth token"}}"#;
    assert!(!read(401, wrapped).is_session_token_fault(), "that is the patient's token");
}

#[test]
fn the_api_manager_and_spring_are_recognized() {
    let path = r#"{"code":"404","type":"Status report","message":"Runtime Error",
        "description":"No matching resource found for given API Request"}"#;
    let error = read(404, path);
    assert_eq!((code(&error), error.class()), (Some("404"), ErrorClass::CallerBug));

    let suspended =
        r#"{"code":"303001","message":"Runtime Error","description":"State : SUSPENDED"}"#;
    let error = read(500, suspended);
    assert_eq!(error.class(), ErrorClass::UpstreamFault);
    let pauses = [30, 120, 600].map(std::time::Duration::from_secs).to_vec();
    assert_eq!(error.advice().retry, Some(RetryAdvice::Pauses(pauses)));

    let spring = r#"{"timestamp":1731557446506,"path":"/x","status":500,
        "error":"Internal Server Error","requestId":"ab-1"}"#;
    let error = read(500, spring);
    assert_eq!(error.class(), ErrorClass::UpstreamFault);
    assert_eq!(error.message(), "Internal Server Error");
}

// Case 28: "any call".
#[test]
fn a_client_that_is_not_subscribed_is_told_so_of_every_operation() {
    let flat = r#"{"code":"900908","message":"Resource forbidden ",
        "description":"User is NOT authorized to access the Resource."}"#;
    let wrapped = r#"{"error":{"code":"900908","message":"Resource forbidden"}}"#;
    for operation in Operation::ALL {
        for body in [flat, wrapped] {
            let error = read_at(*operation, 403, body);
            assert_eq!(code(&error), Some("900908"), "{operation:?}");
            assert_eq!(error.class(), ErrorClass::Blocked, "{operation:?}");
            assert_eq!(error.advice().who, Contact::Nha, "{operation:?}");
            assert_eq!(error.advice().retry, None, "{operation:?}");
            assert!(!error.is_session_token_fault(), "{operation:?}: no new session");
        }
    }
}

#[test]
fn text_and_html_are_read_as_far_as_they_go() {
    let error = read(403, "Access Denied\n");
    assert_eq!((error.message(), error.class()), ("Access Denied", ErrorClass::CallerBug));
    let page = "<!DOCTYPE html><html><head><TITLE>\n ERROR: blocked </TITLE></head>…</html>";
    let error = read(403, page);
    assert_eq!((error.message(), error.class()), ("ERROR: blocked", ErrorClass::CallerBug));
    assert_eq!(read(502, "<html>").class(), ErrorClass::UpstreamFault);
    assert_eq!(read(418, "teapot").class(), ErrorClass::Unclassified);
    assert_eq!(read(429, "").class(), ErrorClass::Wait);
    assert!(read(500, &"long ".repeat(10_000)).message().len() <= 256);
}

#[test]
fn an_empty_body_keeps_the_ids_that_support_asks_for() {
    let mut headers = HeaderMap::new();
    headers.insert("correlation-id", HeaderValue::from_static("c-1"));
    headers.insert("activityid", HeaderValue::from_static("a-1"));
    let id = RequestId::random();
    let status = StatusCode::BAD_REQUEST;
    let error = ApiError::from_response(&call(LINK), id, status, &headers, b"");
    assert_eq!(error.correlation().correlation_id.as_deref(), Some("c-1"));
    assert_eq!(error.correlation().activity_id.as_deref(), Some("a-1"));
    assert_eq!(error.class(), ErrorClass::CallerBug);
    assert_eq!(error.request_id(), Some(id));
    let shown = error.to_string();
    assert!(shown.contains("Operation") && shown.contains("400"), "{shown}");
    assert!(shown.contains(&id.to_string()), "{shown}");
}

#[test]
fn the_registry_is_read_from_its_details() {
    let body = r#"{"code":"HIS-400","message":"Bad request","details":[
        {"code":"HIS-1070","message":"Required","attribute":{"key":"facilityName","value":null}}]}"#;
    let error = hidden(Operation::Registry, body).unwrap();
    assert_eq!(code(&error), Some("HIS-1070"));
    assert_eq!(error.entries()[0].field.as_deref(), Some("facilityName"));
    assert_eq!(error.entries()[1].code.as_ref().unwrap(), "HIS-400");
    assert_eq!(error.class(), ErrorClass::CallerBug);
    assert_eq!(code(&read(422, body)), Some("HIS-1070"));
}

#[test]
fn errors_in_a_200_are_found() {
    for (body, expected) in [
        (r#"[{"error":{"code":"2500","message":"Facility"}}]"#, Some("2500")),
        (r#"{"error":{"code":"ABDM-1001","message":"No data found"}}"#, Some("ABDM-1001")),
        (r#"{"code":"ABDM-1001","message":"No data found"}"#, Some("ABDM-1001")),
        (r#"{"code":"404","type":"Status report","message":"Runtime Error"}"#, Some("404")),
        (r#"{"authResult":"failed","message":"OTP did not match"}"#, None),
        (r#"{"error":"Not Found","status":404,"path":"/x","timestamp":1}"#, None),
    ] {
        let error = hidden(LOGIN, body).unwrap_or_else(|| panic!("{body}"));
        assert_eq!(code(&error), expected, "{body}");
    }
}

/// (rulings 42, 46) Whatever the reader of answers sees through, the search for a refusal does,
/// too.
#[test]
fn a_refusal_in_a_200_is_found_beside_its_twin_in_a_list_of_one_and_in_a_wrapper() {
    for body in [
        r#"{"error":{},"error":{"code":"ABDM-1037","message":"M"}}"#,
        r#"{"error":{"code":"ABDM-1037","message":"M"},"error":{}}"#,
        r#"{"error":null,"error":{"code":"ABDM-1037","message":"M"}}"#,
        r#"{"error":{"code":"ABDM-1037","message":"M"},"error":null}"#,
        r#"{"error":{"code":"ABDM-1037"},"error":{"message":"M"}}"#,
        r#"{"error":{"code":"ABDM-1037","message":"M"},"error":[{}]}"#,
        r#"{"error":"","Error":{"code":null,"code":"ABDM-1037","message":"M"}}"#,
        r#"{"error":{},"code":"ABDM-1037","message":"M"}"#,
        r#"{"CODE":"ABDM-1037","Message":"M"}"#,
        r#"{"code":200,"code":"ABDM-1037","message":"M"}"#,
        r#"{"code":["ABDM-1037"],"message":["M"]}"#,
        r#"[[{"error":{"code":"ABDM-1037","message":"M"}}]]"#,
        r#"[null,{"error":{"code":"ABDM-1037","message":"M"}}]"#,
        r#"{"data":[{"error":{"code":"ABDM-1037","message":"M"}}]}"#,
        r#"{"data":{"response":{"error":{"code":"ABDM-1037","message":"M"}}}}"#,
        r#"{"data":{"token":"t"},"data":{"error":{"code":"ABDM-1037","message":"M"}}}"#,
        r#"{"error":{"code":"ABDM-1037","message":"M"},"data":[{"a":1}]}"#,
        r#"{"message":"done","result":{"code":"ABDM-1037","message":"M"}}"#,
    ] {
        let error = hidden(LINK, body).unwrap_or_else(|| panic!("{body}"));
        assert_eq!(code(&error), Some("ABDM-1037"), "{body}");
        assert_eq!(error.message(), "M", "{body}");
        let error = read(400, body);
        assert_eq!((code(&error), error.message()), (Some("ABDM-1037"), "M"), "{body}");
    }
    for body in [
        r#"[{"authResult":"failed"}]"#,
        r#"{"authResult":["failed"]}"#,
        r#"{"authResult":[false],"token":"t"}"#,
        r#"{"authResult":"success","data":{"auth_result":"failed"}}"#,
        r#"{"authResult":"failed","code":200,"message":"OTP did not match"}"#,
        r#"{"data":{"authResult":"failed","message":"OTP did not match"}}"#,
    ] {
        let error = hidden(LOGIN, body).unwrap_or_else(|| panic!("{body}"));
        assert_eq!(error.class(), ErrorClass::UserInput, "{body}");
    }
}

/// Each level is looked at once: twice at each would never end.
#[test]
fn a_refusal_below_a_hundred_levels_is_read_at_once() {
    for level in ["error", "data", "details", "message"] {
        let (open, close) = (format!("{{\"{level}\":").repeat(100), "}".repeat(100));
        let body = format!("{open}{{\"code\":\"ABDM-1037\",\"message\":\"M\"}}{close}");
        let wraps = matches!(level, "error" | "data");
        assert_eq!(hidden(LINK, &body).is_some(), wraps, "{level}");
        let _ = read(400, &body);
    }
}

#[test]
fn a_wrong_otp_in_a_200_is_the_users_to_mend() {
    let body = r#"{"txnId":"t-1","authResult":"failed",
        "message":"OTP did not match, please try again","accounts":[]}"#;
    let error = hidden(Operation::Login, body).unwrap();
    assert_eq!(error.class(), ErrorClass::UserInput);
    assert_eq!(error.message(), "OTP did not match, please try again");
    assert_eq!(hidden(LOGIN, r#"{"authResult":"failed"}"#).unwrap().class(), ErrorClass::UserInput);
}

#[test]
fn successes_are_not_taken_for_errors() {
    for body in [
        "",
        "{}",
        "[]",
        "null",
        "\u{89}PNG",
        r#"{"authResult":"success","message":"OTP verified","token":"x","error":null}"#,
        r#"{"txnId":"t","message":"OTP sent to mobile ending with ******0903"}"#,
        r#"{"consentRequest":{"id":"x"},"error":{},"response":{"requestId":"y"}}"#,
        r#"{"error":{"code":null,"message":null},"consent":{"status":"GRANTED"}}"#,
        r#"{"error":[],"links":[]}"#,
        r#"[{"error":null,"id":"1"}]"#,
        r#"[{"code":"490","name":"PUNE"},{"code":"27","name":"MAHARASHTRA"}]"#,
        r#"{"code":"200","message":"Success"}"#,
        r#"{"code":"abc","message":"welcome"}"#,
        r#"{"message":"Account created successfully","details":[],"isNew":true}"#,
        r#"{"error":{},"error":null,"ERROR":[{}],"id":"1"}"#,
        r#"{"error":{},"code":"200","message":"Success"}"#,
        r#"{"authResult":["success"],"authResult":null}"#,
        r#"{"data":{"authResult":"success"},"result":[]}"#,
    ] {
        let found = hidden(LOGIN, body);
        assert!(found.is_none(), "{body}: {found:?}");
    }
}

#[test]
fn a_callback_error_is_judged_like_a_reply() {
    let wire = r#"{"code":"ABDM-1056","message":"This care contexts has been already linked"}"#;
    let error: CallbackError = serde_json::from_str(wire).unwrap();
    let error = ApiError::reported_by(&call(LINK), error).with_request_id(RequestId::random());
    assert!(error.is_already_done());
    assert_eq!(error.status(), None);
    assert!(error.request_id().is_some());
}

#[test]
fn neither_debug_nor_display_shows_a_persons_number() {
    let body = r#"{"error":{"code":"ABDM-1141","message":"An existing ABHA number created using this Aadhaar number has been found. It is advisable to delete this account and use ABHA number 91-1234-5678-9015 for future purpose."}}"#;
    let error = read_at(Operation::Enrol, 422, body);
    assert!(error.is_already_done());
    assert!(error.message().contains("91-1234-5678-9015"), "the caller needs it");
    for shown in [format!("{error:?}"), error.to_string()] {
        assert!(!shown.contains("1234") && !shown.contains("9015"), "{shown}");
        assert!(shown.contains("use ABHA number <number> for future purpose"), "{shown}");
    }
    assert!(format!("{error:?}").contains(&format!("RawBody({} bytes)", body.len())));
}

#[test]
fn an_echoed_request_shows_no_value_of_it() {
    let token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhc2hhIn0.c2lnbmF0dXJl";
    let body = format!(
        r#"{{"patient":{{"name":"Asha Devi","address":{{"line":"4 Mill Road"}}}},
            "tokens":{{"token":"{token}"}},"notes":["Asha Devi was here"],"name":"Asha Devi",
            "consent":{{"code":"Invalid code","person":"Asha Devi"}},"password":"Tr0ub4dor",
            "mobile":"Invalid mobile number","Asha Devi":"x y","{token}":"x y",
            "91123456789015":"x y"}}"#
    );
    let error = read_at(LOGIN, 400, &body);
    let texts: Vec<_> = error
        .entries()
        .iter()
        .map(|entry| (entry.field.as_deref().unwrap(), entry.message.as_str()))
        .collect();
    for entry in [
        ("patient", ""),
        ("tokens", ""),
        ("notes", ""),
        ("name", ""),
        ("password", ""),
        ("consent", ""),
        ("consent.code", "Invalid code"),
        ("mobile", "Invalid mobile number"),
    ] {
        assert!(texts.contains(&entry), "{entry:?}: {texts:?}");
    }
    let shown = format!("{error} {error:?}");
    for secret in ["Asha", "Mill", "eyJ", "Tr0ub4dor", "1123456789"] {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
    assert!(
        shown.contains("consent.code") && shown.contains("mobile: Invalid mobile number"),
        "{shown}"
    );
}

#[test]
fn texts_of_json_are_filtered_masked_and_cut() {
    let long = "wrong ".repeat(10_000);
    let noisy = r"a\u001b[31mb\u0000\nc";
    let token = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiI5MSJ9.c2ln";
    for body in [
        format!(
            r#"{{"code":"ABDM-1062","message":"{noisy} {token} {long}","description":"{long}"}}"#
        ),
        format!(r#"{{"error":{{"code":"ABDM-1062","Message":"{noisy} {token} {long}"}}}}"#),
        format!(r#"["{noisy} {token} {long}"]"#),
        format!(r#"{{"loginId":["{noisy} {token} {long}"]}}"#),
        format!(r#"{{"status":500,"timestamp":1,"error":"{noisy} {token} {long}"}}"#),
    ] {
        let error = read(400, &body);
        let [entry] = error.entries() else { panic!("{error:?}") };
        assert!(entry.message.starts_with("a[31mb c [token] wrong "), "{}", entry.message);
        assert_eq!(entry.message.chars().count(), 256);
        let description = entry.description.as_deref().unwrap_or_default();
        assert!(description.chars().count() <= 256);
    }
    let error: CallbackError =
        serde_json::from_value(serde_json::json!({ "message": format!("{token} {long}") }))
            .unwrap();
    let error = ApiError::reported_by(&call(LINK), error);
    assert!(error.message().starts_with("[token] wrong") && error.message().len() <= 256);
}

#[test]
fn a_reply_has_at_most_sixteen_entries() {
    let many = |element: &str| vec![element; 1000].join(",");
    let map: Vec<String> = (0..1000).map(|i| format!(r#""f{i}":"Invalid f""#)).collect();
    for body in [
        format!("[{}]", many(r#"{"error":{"code":"ABDM-9999","message":"M"}}"#)),
        format!(r#"{{"details":[{}]}}"#, many(r#""wrong""#)),
        format!("{{{}}}", map.join(",")),
    ] {
        assert_eq!(read(400, &body).entries().len(), 16, "{body:.60}");
    }
}

#[test]
fn an_error_object_of_unknown_form_in_a_200_is_still_an_error() {
    let error = hidden(LOGIN, r#"{"error":{"reason":{"of":"Asha"}}}"#).unwrap();
    assert_eq!(error.entries()[0].field.as_deref(), Some("reason"));
    assert!(!format!("{error}{error:?}").contains("Asha"));
}

#[test]
fn an_error_reads_as_a_sentence() {
    let body =
        r#"{"error":{"code":"ABDM-1062","message":"ABHA number mismatch with Link token."}}"#;
    assert_eq!(
        read(400, body).to_string(),
        "ABDM refused Operation (ABDM-1062, HTTP 400): ABHA number mismatch with Link token. Send \
         the ABHA number of the person whose link token it is, or only the address."
    );
}

/// The codes that stand anywhere in a refusal.
fn codes_in(json: &serde_json::Value) -> Vec<ErrorCode> {
    match json {
        serde_json::Value::Array(items) => items.iter().flat_map(codes_in).collect(),
        serde_json::Value::Object(members) => {
            let own = members.get("code").cloned().map(serde_json::from_value);
            own.into_iter().flatten().chain(members.values().flat_map(codes_in)).collect()
        }
        _ => Vec::new(),
    }
}

proptest! {
    #[test]
    fn any_bytes_and_status_are_read(
        body in proptest::collection::vec(any::<u8>(), 0..200),
        status in 100_u16..1000,
    ) {
        let status = StatusCode::from_u16(status).unwrap();
        let headers = HeaderMap::new();
        let error = ApiError::from_response(&call(LINK), None, status, &headers, &body);
        let shown = format!("{error} {error:?} {:?}", error.advice());
        prop_assert!(!shown.is_empty());
        let _ = ApiError::hidden_in_success(&call(LINK), None, status, &headers, &body);
    }

    /// Also where nothing else of the answer is read.
    #[test]
    fn a_refusal_in_a_200_is_found_however_odd_it_comes(
        refusal in proptest::sample::select(refusals()),
        seed in any::<u64>(),
    ) {
        let odd = odd_refusal(&refusal, seed);
        let body = String::from_utf8(odd.body).unwrap();
        let Some(error) = hidden(LINK, &body) else {
            return Err(TestCaseError::fail(format!("overlooked after {:?}: {body}", odd.done)));
        };
        let codes = codes_in(&refusal);
        let mut found = error.entries().iter().filter_map(|entry| entry.code.as_ref());
        let told = codes.is_empty() || found.any(|code| codes.contains(code));
        prop_assert!(told, "{error:?} after {:?}: {body}", odd.done);
    }

    #[test]
    fn any_json_is_read(
        body in r#"(\[|\{)?("?(error|code|message|details|authResult|status)"?:?("[a-zA-Z0-9: <>.-]{0,30}"|[0-9]{1,20}|null|\{|\[|\}|\],?)){0,6}(\]|\})?"#,
    ) {
        let error = read(400, &body);
        let _ = format!("{error} {error:?}");
        let _ = hidden(LINK, &body);
    }

    #[test]
    fn any_text_of_a_known_code_is_judged(text in ".{0,80}", number in 1000_u16..1500) {
        let body = serde_json::json!({ "code": format!("ABDM-{number}"), "message": text });
        let error = read(400, &body.to_string());
        prop_assert_eq!(error.code().unwrap(), &ErrorCode::abdm(number));
        prop_assert!(!error.advice().text.is_empty());
    }
}
