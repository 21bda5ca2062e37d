//! The sandbox's own API: its errors, its description, and what a tester does by it.

use std::collections::BTreeSet;
use std::path::Path;

use abdm_core::api::gateway::FetchCertificates;
use abdm_core::endpoint::Endpoint as _;
use abdm_sandbox::Sandbox;
use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};

use crate::support::{CLINIC, Raw, clinic, sandbox, send_http};

/// Calls an operation of the sandbox's own API. `null` stands for no body.
pub(crate) async fn ctl(sandbox: &Sandbox, method: Method, path: &str, body: Value) -> Raw {
    let mut request = http::Request::builder()
        .method(method)
        .uri(format!("{}/sandbox/{path}", sandbox.base_url()));
    let text = if body.is_null() {
        Bytes::new()
    } else {
        request = request.header("content-type", "application/json");
        Bytes::from(body.to_string())
    };
    send_http(request.body(text).unwrap()).await
}

pub(crate) async fn get(sandbox: &Sandbox, path: &str) -> Value {
    let answer = ctl(sandbox, Method::GET, path, Value::Null).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    answer.json()
}

pub(crate) async fn post(sandbox: &Sandbox, path: &str, body: Value) -> Raw {
    ctl(sandbox, Method::POST, path, body).await
}

/// Status, code and field of a refusal.
fn problem(answer: &Raw) -> (u16, String, String) {
    let json = answer.json();
    let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
    assert!(!text("error").is_empty(), "{answer:?}");
    (answer.status, text("code"), text("field"))
}

fn told(status: u16, code: &str, field: &str) -> (u16, String, String) {
    (status, code.to_owned(), field.to_owned())
}

// Typing errors were swallowed: `{"hitypes": [..]}` granted everything.
#[tokio::test]
async fn a_typing_error_changes_nothing_and_is_told_by_its_place() {
    let sandbox = sandbox().await;
    let _clinic = clinic(&sandbox).await;
    let facility = json!({"id": "IN1", "name": "A", "types": ["HIP"], "clientId": "SBX_CLINIC"});
    let with = |name: &str, value: Value| {
        let mut facility = facility.clone();
        facility[name] = value;
        facility
    };
    for (body, expected) in [
        (with("types", json!(["hiu"])), told(400, "invalid", "types[0]")),
        (with("types", json!([])), told(400, "invalid", "types")),
        (with("typs", json!(["HIU"])), told(400, "unknown-field", "typs")),
        (with("name", json!("")), told(400, "invalid", "name")),
        (with("name", json!(1)), told(400, "invalid", "name")),
        (json!({"id": "IN1"}), told(400, "missing-field", "name")),
        (with("clientId", json!("SBX_NOBODY")), told(404, "unknown", "")),
        (with("id", json!(CLINIC)), told(409, "taken", "")),
    ] {
        let answer = post(&sandbox, "facilities", body.clone()).await;
        assert_eq!(problem(&answer), expected, "{body}");
    }
    let facilities = get(&sandbox, "facilities").await;
    assert_eq!(facilities.as_array().unwrap().len(), 1, "{facilities}");
    let app = "app/ravi.example@sbx/requests/2a3b4c5d-0000-4000-8000-000000000001/approve";
    for (body, expected) in [
        (json!({"hitypes": ["Prescription"]}), told(400, "unknown-field", "hitypes")),
        (json!({"hiTypes": ["PRESCRIPTION"]}), told(400, "invalid", "hiTypes[0]")),
        (
            json!({"dateRange": {"form": "2026-01-01T00:00:00Z"}}),
            told(400, "unknown-field", "dateRange.form"),
        ),
        (json!({}), told(404, "unknown", "")),
    ] {
        assert_eq!(problem(&post(&sandbox, app, body.clone()).await), expected, "{body}");
    }
}

/// What ABDM would refuse is refused by its form, before the consent manager is asked.
#[tokio::test]
async fn a_value_of_another_form_than_the_description_has_is_400_with_its_place() {
    let sandbox = sandbox().await;
    let _clinic = clinic(&sandbox).await;
    let story = crate::consent::asked().await;
    let deny = format!("app/ravi.example@sbx/requests/{}/deny", story.request);
    for reason in ["", "  ", "No!", "12", "no; never", "नहीं", "No\n"] {
        let answer = post(&story.sandbox, &deny, json!({ "reason": reason })).await;
        assert_eq!(problem(&answer), told(400, "invalid", "reason"), "{reason:?}");
    }
    for reason in [" No.", ",", "Not now, please."] {
        let answer = post(&story.sandbox, &deny, json!({ "reason": reason })).await;
        // The first of them decides, and the state of things refuses the others.
        assert!([204, 409].contains(&answer.status), "{reason:?}: {}", answer.text);
    }
    let share = "app/ravi.example@sbx/share";
    for counter in ["", "OPD-1", "OPD 1", "C".repeat(21).as_str(), "काउंटर", "OPD1\n"] {
        let body = json!({"hipId": CLINIC, "counter": counter});
        let answer = post(&sandbox, share, body).await;
        assert_eq!(problem(&answer), told(400, "invalid", "counter"), "{counter:?}");
    }
    // A counter is none that is named like its facility.
    for name in [CLINIC, "clinic"] {
        let body = json!({"hipId": CLINIC, "counter": name});
        let answer = post(&sandbox, share, body).await;
        assert_eq!(problem(&answer), told(409, "refused", ""), "{name}");
        assert!(answer.text.contains("ABDM-1050"), "{}", answer.text);
    }
    let link = |field: &str, value: &str| {
        let mut link = json!({"patient": "ravi.example@sbx", "hipId": CLINIC,
            "patientReference": "UHID-7", "patientDisplay": "Ravi",
            "careContexts": [{"reference": "OPD-1", "display": "Visit", "hiTypes": ["Invoice"]}]});
        let at = format!("/{}", field.replace("[0].", "/0/"));
        *link.pointer_mut(&at).unwrap() = json!(value);
        link
    };
    let long = "x".repeat(256);
    let references = ["", " ", "OPD|1", "OPD;1", "ओपीडी", "OPD\n1", long.as_str()];
    let displays = ["", " ", "Visit;", "Visit #1", "मुलाकात", "Visit\n", long.as_str()];
    for (field, wrong) in [
        ("patientReference", references),
        ("careContexts[0].reference", references),
        ("patientDisplay", displays),
        ("careContexts[0].display", displays),
    ] {
        for value in wrong {
            let answer = post(&sandbox, "links", link(field, value)).await;
            assert_eq!(problem(&answer), told(400, "invalid", field), "{value:?}");
        }
    }
    assert_eq!(get(&sandbox, "links").await, json!([]));
    let good = link("careContexts[0].reference", r"OPD-1/2 (a):\b");
    assert_eq!(post(&sandbox, "links", good).await.status, 201);
}

/// The same of a record of a played HIP, which is linked with it.
#[tokio::test]
async fn a_record_that_could_not_be_linked_is_refused() {
    let sandbox = sandbox().await;
    assert_eq!(post(&sandbox, "played/hips", json!({"id": "OTHER-HIP"})).await.status, 201);
    for (field, value) in
        [("careContextReference", "A|1"), ("patientReference", "P;1"), ("display", "Visit #1")]
    {
        let mut record = json!({"patient": "ravi.example@sbx", "careContextReference": "A",
            "hiType": "Invoice"});
        record[field] = json!(value);
        let answer = post(&sandbox, "played/hips/OTHER-HIP/records", record).await;
        assert_eq!(problem(&answer), told(400, "invalid", field));
    }
}

// There were three kinds of error below /sandbox/.
#[tokio::test]
async fn whatever_is_refused_is_refused_in_one_form() {
    let sandbox = sandbox().await;
    let missing = ctl(&sandbox, Method::GET, "nowhere", Value::Null).await;
    assert_eq!(problem(&missing), told(404, "no-such-path", ""));
    let method = ctl(&sandbox, Method::DELETE, "switches", Value::Null).await;
    assert_eq!(problem(&method), told(405, "no-such-method", ""));
    assert!(method.headers.contains_key("allow"));
    let query = ctl(&sandbox, Method::GET, "people?page=1", Value::Null).await;
    assert_eq!(problem(&query), told(400, "unknown-field", ""));
    let raw = |kind: &'static str, text: &'static str| {
        let url = format!("{}/sandbox/clients", sandbox.base_url());
        let request = http::Request::post(url).header("content-type", kind);
        send_http(request.body(Bytes::from_static(text.as_bytes())).unwrap())
    };
    assert_eq!(problem(&raw("text/plain", "{}").await), told(415, "media-type", ""));
    assert_eq!(problem(&raw("application/json", "{").await), told(400, "not-json", ""));
    assert_eq!(
        problem(&raw("application/json", "{} {}").await),
        told(400, "missing-field", "clientId")
    );
    let list = raw("application/json", r#"["SBX_NEW", "not-a-secret", null, null]"#).await;
    assert_eq!(problem(&list), told(400, "invalid", ""));
    let kind = raw("Application/JSON; charset=utf-8", "{}").await;
    assert_eq!(problem(&kind), told(400, "missing-field", "clientId"));
}

#[tokio::test]
async fn clients_and_facilities_come_and_go() {
    let sandbox = sandbox().await;
    let client = json!({"clientId": "SBX_NEW", "clientSecret": "not-a-secret", "bridgeUrl": "http://127.0.0.1:9"});
    assert_eq!(post(&sandbox, "clients", client.clone()).await.status, 201);
    assert_eq!(problem(&post(&sandbox, "clients", client).await), told(409, "taken", ""));
    let facility =
        json!({"id": "IN9", "name": "Nine", "types": ["HIP", "HIU"], "clientId": "SBX_NEW"});
    assert_eq!(post(&sandbox, "facilities", facility).await.status, 201);
    let clients = get(&sandbox, "clients").await;
    assert_eq!(
        clients,
        json!([{"clientId": "SBX_NEW", "party": "SBX_NEW", "bridgeUrl": "http://127.0.0.1:9", "facilities": ["IN9"]}])
    );
    assert_eq!(ctl(&sandbox, Method::DELETE, "facilities/IN9", Value::Null).await.status, 204);
    let again = ctl(&sandbox, Method::DELETE, "facilities/IN9", Value::Null).await;
    assert_eq!(problem(&again), told(404, "unknown", ""));
    assert_eq!(ctl(&sandbox, Method::DELETE, "clients/SBX_NEW", Value::Null).await.status, 204);
    assert_eq!(get(&sandbox, "clients").await, json!([]));
}

#[tokio::test]
async fn a_page_of_another_origin_may_call_the_own_api_and_nothing_else() {
    let sandbox = sandbox().await;
    let preflight = |path: &str| {
        let request = http::Request::builder()
            .method(Method::OPTIONS)
            .uri(format!("{}{path}", sandbox.base_url()))
            .header("origin", "http://localhost:3000")
            .header("access-control-request-method", "PATCH");
        send_http(request.body(Bytes::new()).unwrap())
    };
    let own = preflight("/sandbox/switches").await;
    assert_eq!(
        (own.status, &own.headers["access-control-allow-origin"]),
        (204, &"*".parse().unwrap())
    );
    assert!(own.headers["access-control-allow-methods"].to_str().unwrap().contains("PATCH"));
    let abdm = preflight(FetchCertificates::META.path).await;
    assert!(!abdm.headers.contains_key("access-control-allow-origin"));
}

/// Every `"/sandbox/…"` in the sources.
fn written(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            written(&path, found);
        } else {
            let text = std::fs::read_to_string(&path).unwrap();
            let literals =
                text.split("\"/sandbox/").skip(1).filter_map(|rest| rest.split('"').next());
            found.extend(literals.filter(|l| !l.is_empty()).map(|rest| format!("/sandbox/{rest}")));
        }
    }
}

#[tokio::test]
async fn every_own_route_is_described_and_every_description_is_a_route() {
    let sandbox = sandbox().await;
    let description = get(&sandbox, "openapi.json").await;
    assert_eq!(description["openapi"], "3.0.3");
    let paths = description["paths"].as_object().unwrap();
    let mut in_sources = BTreeSet::new();
    written(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut in_sources);
    let described: BTreeSet<String> = paths.keys().cloned().collect();
    assert_eq!(in_sources, described);
    let mut names = BTreeSet::new();
    for (path, operations) in paths {
        for (method, operation) in operations.as_object().unwrap() {
            assert!(names.insert(operation["operationId"].as_str().unwrap()), "{method} {path}");
            let method: Method = method.to_uppercase().parse().unwrap();
            // A body of its own kind is refused by no operation for its path or method.
            let mut path = path.strip_prefix("/sandbox/").unwrap().replace(['{', '}'], "-");
            if path.starts_with("wait/") {
                path.push_str("?timeoutSeconds=0");
            }
            let answer = ctl(&sandbox, method, &path, Value::Null).await;
            let code = answer.json()["code"].as_str().unwrap_or_default().to_owned();
            assert!(!code.starts_with("no-such"), "{path}: {}", answer.text);
            let described = operation["responses"].as_object().unwrap();
            assert!(described.contains_key(&answer.status.to_string()), "{path}: {answer:?}");
        }
    }
}

// A link needs the token dance each time.
#[tokio::test]
async fn links_are_made_and_deleted_without_a_token() {
    let sandbox = sandbox().await;
    let _clinic = clinic(&sandbox).await;
    let links = json!({"patient": "ravi.example@sbx", "hipId": CLINIC, "patientReference": "U-1",
        "careContexts": [
            {"reference": "OPD-1", "display": "Visit", "hiTypes": ["OPConsultation", "Prescription"]},
            {"reference": "LAB-1", "hiTypes": ["DiagnosticReport"]}]});
    let made = post(&sandbox, "links", links.clone()).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(made.json().as_array().unwrap().len(), 3);
    assert_eq!(problem(&post(&sandbox, "links", links).await), told(409, "taken", ""));
    let of_patient = get(&sandbox, "app/ravi.example@sbx/links").await;
    assert_eq!(of_patient, made.json());
    assert_eq!(of_patient[0]["patientDisplay"], "Ravi Example");
    let id = &of_patient[0]["id"];
    let path = format!("links/{id}");
    assert_eq!(ctl(&sandbox, Method::DELETE, &path, Value::Null).await.status, 204);
    let again = ctl(&sandbox, Method::DELETE, &path, Value::Null).await;
    assert_eq!(problem(&again), told(404, "unknown", ""));
    assert_eq!(get(&sandbox, "links").await.as_array().unwrap().len(), 2);
    for (patient, hip) in [("nobody@sbx", CLINIC), ("ravi.example@sbx", "IN0")] {
        let links = json!({"patient": patient, "hipId": hip, "patientReference": "U-1",
            "careContexts": [{"reference": "OPD-9", "hiTypes": ["OPConsultation"]}]});
        assert_eq!(problem(&post(&sandbox, "links", links).await), told(404, "unknown", ""));
    }
}

// Approve narrowed types and dates, not contexts, HIPs, erase date, frequency.
#[tokio::test]
async fn a_grant_is_narrowed_in_every_way_over_http() {
    let sandbox = sandbox().await;
    let (_clinic, hospital) = (clinic(&sandbox).await, crate::support::hospital(&sandbox).await);
    let other =
        json!({"id": "IN-OTHER", "name": "Other", "types": ["HIP"], "clientId": "SBX_CLINIC"});
    assert_eq!(post(&sandbox, "facilities", other).await.status, 201);
    for (hip, reference) in [(CLINIC, "A"), (CLINIC, "B"), ("IN-OTHER", "C")] {
        let links = json!({"patient": "ravi.example@sbx", "hipId": hip, "patientReference": "U-1",
            "careContexts": [{"reference": reference, "hiTypes": ["OPConsultation"]}]});
        assert_eq!(post(&sandbox, "links", links).await.status, 201);
    }
    let requested = async || {
        hospital.send(crate::journal::ask(&sandbox, 30)).await.unwrap();
        let path = hiu_services::api::consent::OnRequestConsent::META.path;
        let id = hospital.next(path).await.text("/consentRequest/id").to_owned();
        format!("app/ravi.example@sbx/requests/{id}")
    };
    let request = requested().await;
    let nothing = post(&sandbox, &format!("{request}/approve"), json!({"hips": ["IN-NONE"]})).await;
    assert_eq!(problem(&nothing), told(409, "refused", ""));
    let time = |days: i64| {
        abdm_core::clock::format_timestamp(sandbox.now() + chrono::TimeDelta::days(days))
    };
    let (from, to, erase) = (time(-20), time(-10), time(5));
    let narrowing = json!({"hips": [CLINIC], "careContexts": ["B"], "hiTypes": ["OPConsultation"],
        "dateRange": {"from": from, "to": to}, "dataEraseAt": erase,
        "frequency": {"unit": "DAY", "value": 2, "repeats": 3}});
    let granted = post(&sandbox, &format!("{request}/approve"), narrowing).await;
    assert_eq!(granted.status, 200, "{}", granted.text);
    let artefacts = get(&sandbox, "app/ravi.example@sbx/artefacts").await;
    let artefact = &artefacts[0];
    assert_eq!(artefacts.as_array().unwrap().len(), 1);
    assert_eq!(artefact["consentId"], granted.json()["consentIds"][0]);
    assert_eq!((&artefact["careContexts"], &artefact["hipId"]), (&json!(["B"]), &json!(CLINIC)));
    assert_eq!(artefact["hiTypes"], json!(["OPConsultation"]));
    let notice = get(&sandbox, "wait/callback?endpoint=OnConsentNotify&timeoutSeconds=10").await;
    let permission = &notice["callback"]["body"]["notification"]["consentDetail"]["permission"];
    assert_eq!(permission["dataEraseAt"], json!(erase), "{notice}");
    assert_eq!(permission["frequency"]["unit"], "DAY");
    let read = get(&sandbox, &request).await;
    assert_eq!(read["status"], "GRANTED");
    let again = post(&sandbox, &format!("{request}/approve"), json!({})).await;
    assert_eq!(problem(&again), told(409, "refused", ""));
    let path = "app/ravi.example@sbx/revoke";
    let revoked = post(&sandbox, path, json!({"consents": [artefact["consentId"]]})).await;
    assert_eq!(revoked.status, 204, "{}", revoked.text);
    assert_eq!(get(&sandbox, "app/ravi.example@sbx/artefacts").await[0]["status"], "REVOKED");
    assert_eq!(get(&sandbox, "app/ravi.example@sbx/transfers").await, json!([]));
    assert_eq!(get(&sandbox, "app/ravi.example@sbx/records").await, json!([]));
}

/// A call is never called back: the wait would last to its end.
#[tokio::test]
async fn a_wait_for_a_callback_by_the_name_of_a_call_is_refused_at_once() {
    let sandbox = sandbox().await;
    let call = FetchCertificates::META.name;
    let path = format!("wait/callback?endpoint={call}&timeoutSeconds=300");
    let answer = ctl(&sandbox, Method::GET, &path, Value::Null).await;
    assert_eq!(problem(&answer), told(404, "unknown", ""));
}
