//! Every call of milestones 2 and 3 with each of its fields missing, `null`, blank, of another type
//! and out of its range, against what ABDM's error table says (errors.md).

mod answers;
mod enrolment;
mod milestone1;
mod patient_app;
mod table;

use abdm_core::clock::{Clock as _, SystemClock, format_timestamp};
use abdm_core::endpoint::{Endpoint as _, EnvelopePlace, Metadata};
use abdm_core::id::RequestId;
use abdm_core::secret::AccessToken;
use abdm_core::transport::ReqwestTransport;
use abdm_sandbox::Sandbox;
use hip_services::api::health_information::OnHealthInformationRequest;
use hip_services::api::sharing::OnPatientShare;
use serde_json::{Value, json};

use self::table::{Case, Row};
use crate::consent::{Granted, data_request, granted, range};
use crate::support::{CLINIC, Desk, HOSPITAL, Raw, send_by, token};

/// What one call needs beside its body.
struct Caller {
    bearer: Option<AccessToken>,
    /// The token of a patient, for what their app sends.
    person: Option<String>,
    link_token: String,
    /// What stands in the path.
    segments: Vec<(&'static str, String)>,
    query: String,
    transport: ReqwestTransport,
}

impl Caller {
    fn new(bearer: Option<AccessToken>) -> Self {
        Self {
            bearer,
            person: None,
            link_token: "none".to_owned(),
            segments: Vec::new(),
            query: String::new(),
            transport: ReqwestTransport::new().unwrap(),
        }
    }
}

fn meta(name: &str) -> &'static Metadata {
    Sandbox::endpoints().into_iter().find(|meta| meta.name == name).unwrap()
}

async fn send(sandbox: &Sandbox, meta: &Metadata, caller: &Caller, body: &Value) -> Raw {
    let mut path = meta.path.to_owned();
    for (name, value) in &caller.segments {
        path = path.replace(name, value);
    }
    let mut request = http::Request::builder()
        .method(meta.method.clone())
        .uri(format!("{}{path}?{}", sandbox.base_url(), caller.query))
        .header("content-type", "application/json")
        .header("request-id", RequestId::random().to_string())
        .header("timestamp", format_timestamp(SystemClock.now()))
        .header("x-cm-id", "sbx")
        .header("x-hip-id", CLINIC)
        .header("x-hiu-id", HOSPITAL)
        .header("x-link-token", &caller.link_token);
    if let Some(bearer) = &caller.bearer {
        request = request.header("authorization", format!("Bearer {}", bearer.expose()));
    }
    if let Some(person) = &caller.person {
        request = request.header("x-auth-token", person);
    }
    let request = request.body(body.to_string().into_bytes().into()).unwrap();
    send_by(&caller.transport, request).await
}

/// An answer in the words of the table: `1006` for an object, `flat 1015`, `[9999]` for a list,
/// `empty`, or the bare status of a success.
fn in_words(answer: &Raw) -> String {
    let code = |value: &Value| {
        let code = value["code"].as_str().unwrap_or("?").trim_end_matches([':', ' ']);
        code.strip_prefix("ABDM-").unwrap_or(code).to_owned()
    };
    if answer.status < 300 {
        return answer.status.to_string();
    }
    let body = answer.json();
    let told = match &body {
        Value::Array(list) => {
            let mut codes: Vec<_> = list.iter().map(|entry| code(&entry["error"])).collect();
            codes.dedup();
            format!("[{}]", codes.join(","))
        }
        Value::Object(fields) if fields.contains_key("error") => code(&body["error"]),
        Value::Object(_) => format!("flat {}", code(&body)),
        _ if answer.text.is_empty() => "empty".to_owned(),
        _ => answer.text.clone(),
    };
    if answer.status == 400 { told } else { format!("{} {told}", answer.status) }
}

/// The body with another value at a pointer, or without it.
fn with(body: &Value, pointer: &str, value: Option<&Value>) -> Value {
    let mut body = body.clone();
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    match (body.pointer_mut(parent).unwrap(), value) {
        (Value::Object(fields), Some(value)) => {
            fields.insert(key.to_owned(), value.clone());
        }
        (Value::Object(fields), None) => {
            fields.remove(key).unwrap();
        }
        (Value::Array(list), Some(value)) => list[key.parse::<usize>().unwrap()] = value.clone(),
        (other, _) => panic!("{pointer} is below {other}"),
    }
    body
}

/// Every place of a body: objects, lists and what is in them.
fn places(body: &Value, at: &str, all: &mut Vec<String>) {
    let below: Vec<(String, &Value)> = match body {
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), value)).collect(),
        Value::Array(list) => list.iter().enumerate().map(|(i, v)| (i.to_string(), v)).collect(),
        _ => Vec::new(),
    };
    for (name, value) in below {
        let place = format!("{at}/{name}");
        // An element that is an object is told by its fields.
        if !(body.is_array() && value.is_object()) {
            all.push(place.clone());
        }
        places(value, &place, all);
    }
}

/// A value of another type than the good one's.
fn mistyped(good: &Value) -> Value {
    match good {
        Value::Object(_) | Value::Array(_) => json!("text"),
        _ => json!({"an": "object"}),
    }
}

/// How many faulty calls a case made, and which were answered otherwise than the table says.
async fn play(sandbox: &Sandbox, caller: &Caller, case: &Case) -> (usize, Vec<String>) {
    let meta = meta(case.endpoint);
    let mut all = Vec::new();
    places(&case.good, "", &mut all);
    let missing: Vec<_> =
        all.iter().filter(|place| !case.rows.iter().any(|row| row.at == **place)).collect();
    assert!(missing.is_empty(), "{}: the table says nothing of {missing:?}", case.endpoint);
    let mut wrong = Vec::new();
    let mut count = 0;
    for Row { at, missing, null, blank, mistyped: other, outside } in &case.rows {
        let good = case.good.pointer(at).unwrap();
        let mut tries: Vec<(String, Option<Value>, &str)> = vec![
            ("missing".to_owned(), None, missing),
            ("null".to_owned(), Some(Value::Null), null),
            ("blank".to_owned(), Some(json!("  ")), blank),
            ("mistyped".to_owned(), Some(mistyped(good)), other),
        ];
        for (value, expected) in outside {
            tries.push((format!("{value:.60}"), Some(value.clone()), expected));
        }
        for (kind, value, expected) in tries.into_iter().filter(|(.., expected)| *expected != "-") {
            let body = with(&case.good, at, value.as_ref());
            let told = in_words(&send(sandbox, meta, caller, &body).await);
            count += 1;
            if told != expected {
                wrong.push(format!("{} {at} {kind}: {told}, not {expected}", case.endpoint));
            }
        }
    }
    let answer = send(sandbox, meta, caller, &case.good).await;
    if in_words(&answer) != case.taken {
        wrong.push(format!("{} as it should be: {} {}", case.endpoint, answer.status, answer.text));
    }
    (count, wrong)
}

/// A single field that nobody looks at is green here and refused live.
#[tokio::test]
async fn every_field_that_is_missing_blank_mistyped_or_out_of_range_is_told_as_abdm_tells_it() {
    let Granted { story, consent } = granted().await;
    let sandbox = &story.sandbox;
    sandbox
        .set(|switches| {
            switches.link_token_window_seconds = 0;
            switches.link_visible_within_seconds = 0.0;
            // The share waits until the table is through.
            switches.share_wait_seconds = 3600.0;
            switches.discovery_wait_seconds = 3600.0;
        })
        .unwrap();
    let (clinic, hospital): (&Desk, &Desk) = (&story.clinic, &story.hospital);
    let link_token = crate::hip_linking::link_token(clinic).await;
    // A transfer under the consent, a decision and a notice to acknowledge, a share that waits, and
    // every step of a link by the patient.
    hospital.send(data_request(&consent, range("2024-01-01", "2025-01-01"))).await.unwrap();
    let asked = clinic.next(OnHealthInformationRequest::META.path).await;
    let shared = crate::share::scan(sandbox);
    let share = clinic.next(OnPatientShare::META.path).await;
    let (discovery, init, confirmation, running) = answers::awaited(sandbox, clinic).await;
    let account = crate::patient_status::told(sandbox, clinic, "DEACTIVATED").await;
    let facts = table::Facts {
        account,
        discovery,
        init,
        confirmation,
        running,
        url: clinic.url.clone(),
        consent: consent.to_string(),
        consent_request: story.request.to_string(),
        decision: story.decision.to_string(),
        notice: story.notice.to_string(),
        asked: asked.request_id().to_string(),
        transaction: asked.text("/transactionId").to_owned(),
        share: share.request_id().to_string(),
    };
    let secret = "not-a-secret";
    let of = |bearer| Caller { link_token: link_token.clone(), ..Caller::new(bearer) };
    let nobody = of(None);
    let hip = of(Some(token(sandbox, "SBX_CLINIC", secret).await));
    let hiu = of(Some(token(sandbox, "SBX_HOSPITAL", secret).await));
    let (mut count, mut wrong, mut played) = (0, Vec::new(), Vec::new());
    for case in table::cases(&facts) {
        let caller = match case.by {
            table::By::Nobody => &nobody,
            table::By::Hip => &hip,
            table::By::Hiu => &hiu,
        };
        let (faulty, told_otherwise) = play(sandbox, caller, &case).await;
        count += faulty;
        wrong.extend(told_otherwise);
        played.push(case.endpoint);
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    shared.await.unwrap().unwrap();
    println!("{count} faulty calls of {} endpoints", played.len());
    // Those of the patient's app have a test of their own.
    let of_ours = abdm_sandbox::api::ALL;
    let unplayed: Vec<_> = Sandbox::endpoints()
        .into_iter()
        .filter(|meta| meta.family == abdm_core::environment::Family::Gateway)
        .filter(|meta| meta.method != http::Method::GET)
        // V0.5 tells every fault by its one code: tried with its facility, in `tests/v0_5`.
        .filter(|meta| meta.envelope == EnvelopePlace::Headers)
        .filter(|meta| !of_ours.iter().any(|own| own.name == meta.name))
        .filter(|meta| !played.contains(&meta.name))
        .map(|meta| meta.name)
        .collect();
    assert_eq!(unplayed, Vec::<&str>::new(), "no rows for these");
}
