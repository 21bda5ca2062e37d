//! What is expected of a facility's answers to what patients do (m2-hip.md 4 to 6).

use abdm_core::endpoint::Endpoint as _;
use abdm_sandbox::Sandbox;
use hip_services::api::sharing::{AnswerRunningToken, OnRunningTokenStatus};
use hip_services::api::sms::NotifyBySms;
use hip_services::api::user_linking::{AnswerDiscovery, AnswerLinkConfirm, AnswerLinkInit};
use serde_json::{Value, json};

use super::table::{
    By, Case, Facts, Row, all, element, listed, may_miss, part, read, row, wrong_linked_references,
    wrong_types,
};
use crate::hip_linking::hip;
use crate::support::{CLINIC, Desk};
use crate::user_linking::{
    REFERENCE, app_of, asked, choose, confirm, inited, search, typed, with_found, with_otp,
};

const NOBODYS: &str = "3f2a1c80-0000-4000-8000-0000000000ff";

type Ids = (String, String);

/// Three patients, each a step further, and one who waits at a counter.
pub(super) async fn awaited(sandbox: &Sandbox, clinic: &Desk) -> (Ids, Ids, String, String) {
    let of = (sandbox, clinic);
    let ids = |arrived: &crate::support::Arrived| {
        (arrived.request_id().to_string(), arrived.text("/transactionId").to_owned())
    };
    let (app, link) = with_found(of, "sunita.example@sbx", &["OPD-7"]).await;
    drop(choose(&app, &link));
    let init = inited(clinic).await;
    let (app, offer) = with_otp(of, "vijay.example@sbx", &["OPD-7"], REFERENCE).await;
    drop(confirm(&app, &offer, "123456"));
    let confirmation = typed(clinic).await;
    drop(search(&app_of(sandbox, "arjun.proben@sbx")));
    let discovery = asked(clinic).await;
    let waiting = app_of(sandbox, "joseph.fictional@sbx");
    let sharing = {
        let app = waiting.clone();
        tokio::spawn(async move { app.share_profile(&hip(), "OPD1").await })
    };
    crate::share::register(clinic, "joseph.fictional@sbx").await;
    sharing.await.unwrap().unwrap();
    tokio::spawn(async move { waiting.running_token(&hip(), "OPD1").await });
    let running = clinic.next(OnRunningTokenStatus::META.path).await;
    (
        ids(&discovery),
        ids(&init),
        confirmation.request_id().to_string(),
        running.request_id().to_string(),
    )
}

fn of(code: &'static str, wrong: &[Value]) -> Vec<(Value, &'static str)> {
    wrong.iter().map(|value| (value.clone(), code)).collect()
}

fn visit() -> Value {
    json!([{"referenceNumber": "UHID-7", "display": "Ravi E.", "careContexts": [
        {"referenceNumber": "OPD-7", "display": "OPD visit"}],
        "hiType": "OPConsultation", "count": 1}])
}

/// The rows of care contexts. `none` is told of an empty list, `count` of a wrong count.
pub(super) fn patients(missing: &'static str, none: &'static str, count: &'static str) -> Vec<Row> {
    let wrong = wrong_linked_references();
    let displays = [json!("Visit;"), json!("<b>")];
    let mut hi_type = listed("/patient/0/hiType", &wrong_types());
    hi_type.outside.push((json!(["OPConsultation"]), "empty"));
    vec![
        row("/patient", missing, "1006", "1006", &[(json!([]), none)]),
        read("/patient/0/referenceNumber", "1060", &wrong),
        read("/patient/0/display", "1061", &displays),
        row("/patient/0/careContexts", none, "1006", "1006", &[(json!([]), none)]),
        read("/patient/0/careContexts/0/referenceNumber", "1057", &wrong),
        read("/patient/0/careContexts/0/display", "1057", &displays),
        hi_type,
        read("/patient/0/count", count, &[json!(0), json!(2), json!(21), json!("one")]),
    ]
}

fn response(missing: &'static str, unknown: &'static str) -> Vec<Row> {
    vec![
        row("/response", missing, "1006", "1006", &[]),
        row("/response/requestId", missing, missing, "1006", &[(json!(NOBODYS), unknown)]),
    ]
}

pub(super) fn cases(facts: &Facts) -> Vec<Case> {
    let mut discovery = vec![
        read("/transactionId", "[9999]", &[json!(NOBODYS)]),
        row("/matchedBy", "1109", "1006", "1006", &[(json!([]), "1109")]),
        element(row(
            "/matchedBy/0",
            "1109",
            "1109",
            "1006",
            &of("1109", &[json!("mr"), json!("EMAIL")]),
        )),
    ];
    discovery.extend(patients("1068", "[9999]", "1059"));
    discovery.extend(response("1015", "1015"));
    let mut confirmation = patients("1068", "[9999]", "[9999]");
    confirmation.extend(response("1015", "1015"));
    vec![
        Case {
            endpoint: AnswerDiscovery::META.name,
            by: By::Hip,
            good: json!({"transactionId": facts.discovery.1, "patient": visit(),
                "matchedBy": ["MR"], "response": {"requestId": facts.discovery.0}}),
            taken: "202",
            rows: discovery,
        },
        init(facts),
        Case {
            endpoint: AnswerLinkConfirm::META.name,
            by: By::Hip,
            good: json!({"patient": visit(), "response": {"requestId": facts.confirmation}}),
            taken: "202",
            rows: confirmation,
        },
        running(facts),
        sms(),
    ]
}

fn init(facts: &Facts) -> Case {
    let expiry = abdm_core::clock::format_timestamp(crate::user_linking::soon());
    let past = [json!("2020-01-01T00:00:00.000Z"), json!("soon")];
    let mut rows = vec![
        read("/transactionId", "[9999]", &[json!(NOBODYS)]),
        row("/link", "1110", "1006", "1006", &[]),
        listed("/link/referenceNumber", &[json!("L-1")]),
        listed("/link/authenticationType", &[json!("direct"), json!("OTP")]),
        part("/link/meta"),
        listed("/link/meta/communicationMedium", &[json!("SMS")]),
        listed("/link/meta/communicationHint", &[]),
        listed("/link/meta/communicationExpiry", &past),
    ];
    rows.extend(response("1006", "2500"));
    Case {
        endpoint: AnswerLinkInit::META.name,
        by: By::Hip,
        good: json!({"transactionId": facts.init.1, "link": {
            "referenceNumber": "d353b782-bfdf-4224-9f8d-da2cadc20c0e",
            // As NHA's M2 document prints it (rulings.md 38).
            "authenticationType": " MEDIATE", "meta": {"communicationMedium": "MOBILE",
            "communicationHint": "OTP", "communicationExpiry": expiry}},
            "response": {"requestId": facts.init.0}}),
        taken: "202",
        rows,
    }
}

fn running(facts: &Facts) -> Case {
    let mut hip = read("/token/hipId", "[9999]", &[json!("IN 1")]);
    hip.outside.push((json!("IN2710000009"), "1050"));
    let mut context = read("/token/context", "[9999]", &[]);
    context.outside.push((json!("OPD2"), "1050"));
    let mut rows = vec![
        row("/token", "[9999]", "1006", "1006", &[]),
        hip,
        context,
        read("/token/runningTokenNumber", "[9999]", &[]),
        may_miss(row(
            "/token/averageTokenServiceTimeInMinutes",
            "-",
            "1006",
            "1006",
            &of("[9999]", &[json!(-1)]),
        )),
    ];
    rows.extend(response("1006", "2500"));
    Case {
        endpoint: AnswerRunningToken::META.name,
        by: By::Hip,
        good: json!({"token": {"hipId": CLINIC, "context": "OPD1", "runningTokenNumber": "51",
            "averageTokenServiceTimeInMinutes": 2}, "response": {"requestId": facts.running}}),
        taken: "202",
        rows,
    }
}

fn sms() -> Case {
    let numbers = [json!("999990000"), json!("+919999900002"), json!("5999900002")];
    Case {
        endpoint: NotifyBySms::META.name,
        by: By::Hip,
        good: json!({"notification": {"phoneNo": "9999900002",
            "hip": {"id": CLINIC, "name": "Example Clinic"}}}),
        taken: "202",
        rows: vec![
            part("/notification"),
            listed("/notification/phoneNo", &numbers),
            part("/notification/hip"),
            Row { mistyped: "1006", ..all("/notification/hip/id", "1035", &[json!("IN-NOBODY")]) },
            listed("/notification/hip/name", &[]),
        ],
    }
}
