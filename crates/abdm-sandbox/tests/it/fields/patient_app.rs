//! The same for what a patient's app sends (phr-simulator.md 3, 4).

use abdm_core::clock::format_timestamp;
use abdm_core::endpoint::{Endpoint as _, Metadata};
use abdm_core::environment::Family;
use abdm_sandbox::api::patient_app::{
    ApproveConsentRequest, AskRunningToken, ConfirmLink, DenyConsentRequest, DiscoverCareContexts,
    InitLink, ListConsentRequests, ReadConsentRequest, RevokeConsents, ShareProfile,
};
use chrono::TimeDelta;
use hiu_services::api::consent::OnRequestConsent;
use http::Method;
use serde_json::{Value, json};

use super::table::{
    By, Case, Row, element, listed, listed_part, may_miss, row, wrong_addresses, wrong_references,
    wrong_types,
};
use super::{Caller, in_words, play, send};
use crate::lobby::easy;
use crate::own_api::post;
use crate::phr_app::by_address;
use crate::support::{CLINIC, HOSPITAL, hospital, token};
use crate::user_linking::{self, REFERENCE};

const RAVI: &str = "ravi.example@sbx";

/// A row of a care context's reference.
fn reference(at: &'static str) -> Row {
    let outside: Vec<_> = wrong_references().into_iter().map(|value| (value, "1057")).collect();
    row(at, "1057", "1057", "1006", &outside)
}

fn approval(erase_at: &str) -> Case {
    let future = json!("2098-01-01T00:00:00.000Z");
    let no_date = json!("yesterday");
    let services = [json!("-IN1"), json!("IN 1"), json!("IN1_")];
    let of_text = |value: &str, told| (json!(value), told);
    let mut hip = listed("/consents/0/hip/id", &services);
    hip.outside.push(of_text("IN-NOBODY", "1035"));
    let mut types = listed("/consents/0/hiTypes/0", &wrong_types());
    types.outside.push(of_text("Invoice", "1031"));
    let mut context = reference("/consents/0/careContexts/0/careContextReference");
    context.outside.push(of_text("OPD-9", "1031"));
    let mut from =
        listed("/consents/0/permission/dateRange/from", &[future.clone(), no_date.clone()]);
    from.outside.push(of_text("1999-01-01T00:00:00.000Z", "1031"));
    let mut to = listed("/consents/0/permission/dateRange/to", &[future, no_date.clone()]);
    to.outside.push(of_text("1999-01-01T00:00:00.000Z", "[9999]"));
    let past = json!("2020-01-01T00:00:00.000Z");
    let mut erase = listed("/consents/0/permission/dataEraseAt", &[past, no_date]);
    erase.outside.push(of_text("2099-01-01T00:00:00.000Z", "1031"));
    Case {
        endpoint: ApproveConsentRequest::META.name,
        by: By::Hiu,
        good: json!({"consents": [{
            "hiTypes": ["OPConsultation"],
            "hip": {"id": CLINIC, "name": "Clinic", "type": "HIP"},
            "careContexts": [{"patientReference": "UHID-7", "careContextReference": "OPD-1"}],
            "permission": {"accessMode": "VIEW",
                "dateRange": {"from": "2025-01-01T00:00:00.000Z", "to": "2025-06-01T00:00:00.000Z"},
                "dataEraseAt": erase_at,
                "frequency": {"unit": "DAY", "value": 1, "repeats": 0}}}]}),
        taken: "202",
        rows: vec![
            row("/consents", "[9999]", "1006", "1006", &[(json!([]), "[9999]")]),
            row("/consents/0/hiTypes", "[9999]", "1006", "1006", &[(json!([]), "[9999]")]),
            element(Row { null: "[9999]", ..types }),
            listed_part("/consents/0/hip"),
            hip,
            row("/consents/0/hip/name", "1006", "1006", "1006", &[]),
            may_miss(row("/consents/0/hip/type", "-", "1006", "1006", &[])),
            row("/consents/0/careContexts", "1057", "1006", "1006", &[(json!([]), "1057")]),
            reference("/consents/0/careContexts/0/patientReference"),
            context,
            listed_part("/consents/0/permission"),
            listed("/consents/0/permission/accessMode", &[json!("view"), json!("WRITE")]),
            listed_part("/consents/0/permission/dateRange"),
            from,
            to,
            erase,
            may_miss(listed_part("/consents/0/permission/frequency")),
            row(
                "/consents/0/permission/frequency/unit",
                "[9999]",
                "1002",
                "1006",
                &[(json!("MINUTE"), "1002"), (json!("day"), "1002")],
            ),
            listed(
                "/consents/0/permission/frequency/value",
                &[json!(-1), json!(4_000_000_000_u64), json!("one")],
            ),
            may_miss(listed("/consents/0/permission/frequency/repeats", &[json!(-1)])),
        ],
    }
}

fn denial() -> Case {
    let wrong = [json!("No!"), json!("12"), json!("no; never"), json!("नहीं")];
    let wrong: Vec<_> = wrong.into_iter().map(|reason| (reason, "1031")).collect();
    Case {
        endpoint: DenyConsentRequest::META.name,
        by: By::Hiu,
        good: json!({"reason": "Not now, later."}),
        taken: "202",
        rows: vec![row("/reason", "1031", "1031", "1031", &wrong)],
    }
}

fn revocation(consent: &str) -> Case {
    let unknown = json!("3f2a1c80-0000-4000-8000-000000000001");
    let wrong = [(unknown, "1080"), (json!("42"), "1080")];
    Case {
        endpoint: RevokeConsents::META.name,
        by: By::Hiu,
        good: json!({ "consents": [consent] }),
        taken: "202",
        rows: vec![
            row("/consents", "[9999]", "1006", "1006", &[(json!([]), "[9999]")]),
            Row { missing: "-", ..row("/consents/0", "1080", "1080", "1006", &wrong) },
        ],
    }
}

fn share() -> Case {
    let mut address = row("/profile/patient/abhaAddress", "1102", "[9999]", "1006", &[]);
    address.outside = wrong_addresses().into_iter().map(|value| (value, "[9999]")).collect();
    address.outside.push((json!("meera.sample@sbx"), "1065"));
    Case {
        endpoint: ShareProfile::META.name,
        by: By::Hiu,
        good: json!({"intent": "PROFILE_SHARE", "metaData": {"hipId": CLINIC, "context": "OPD1"},
            "profile": {"patient": {"abhaAddress": RAVI}}}),
        // The facility does not answer.
        taken: "408 1007",
        rows: vec![
            row("/intent", "1049", "1049", "1006", &[(json!("SHARE"), "1049")]),
            row("/metaData", "1050", "1006", "1006", &[]),
            row("/metaData/hipId", "1050", "1050", "1006", &[(json!("IN-NOBODY"), "1025")]),
            row(
                "/metaData/context",
                "1050",
                "1050",
                "1006",
                &[
                    (json!("OPD-1"), "1050"),
                    (json!("C".repeat(21)), "1050"),
                    (json!(CLINIC), "1050"),
                    (json!("clinic"), "1050"),
                ],
            ),
            row("/profile", "1102", "1006", "1006", &[]),
            row("/profile/patient", "1102", "1006", "1006", &[]),
            address,
        ],
    }
}

fn search() -> Case {
    let mut hip = listed("/hip/id", &[json!("IN 1"), json!("IN1_")]);
    hip.outside.extend([(json!("IN-NOBODY"), "1035"), (json!(HOSPITAL), "1031")]);
    let typed = [json!("UHID;7"), json!("नंबर"), json!("1+1")];
    Case {
        endpoint: DiscoverCareContexts::META.name,
        by: By::Hiu,
        good: json!({"hip": {"id": CLINIC},
            "unverifiedIdentifiers": [{"type": "MR", "value": "UHID-7"}]}),
        taken: "202",
        rows: vec![
            listed_part("/hip"),
            hip,
            row("/unverifiedIdentifiers", "1006", "1006", "1006", &[]),
            listed("/unverifiedIdentifiers/0/type", &[json!("mr"), json!("EMAIL")]),
            // Nothing typed is nothing to refuse.
            Row { blank: "-", ..listed("/unverifiedIdentifiers/0/value", &typed) },
        ],
    }
}

fn choice(transaction: &str) -> Case {
    let unknown = (json!("3f2a1c80-0000-4000-8000-000000000001"), "1086");
    let mut rows = super::answers::patients("1057", "1057", "1059");
    for row in &mut rows {
        if row.at.ends_with("referenceNumber") {
            row.outside.push((json!("OTHER-1"), "1057"));
        }
        if row.at.ends_with("hiType") {
            row.outside.push((json!("Invoice"), "1057"));
        }
    }
    rows.push(row("/transactionId", "1006", "1086", "1006", &[unknown]));
    Case {
        endpoint: InitLink::META.name,
        by: By::Hiu,
        good: json!({"transactionId": transaction, "patient": [{"referenceNumber": "UHID-7",
            "display": "Ravi E.", "careContexts": [
            {"referenceNumber": "OPD-7", "display": "OPD visit"}],
            "hiType": "OPConsultation", "count": 1}]}),
        taken: "202",
        rows,
    }
}

fn confirmation() -> Case {
    let unknown = (json!("3f2a1c80-0000-4000-8000-000000000001"), "1056");
    let tokens = [(json!(1_234_567), "[9999]"), (json!("12345x"), "[9999]")];
    Case {
        endpoint: ConfirmLink::META.name,
        by: By::Hiu,
        good: json!({"linkRefNumber": REFERENCE, "token": 123_456}),
        taken: "202",
        rows: vec![
            row("/linkRefNumber", "1006", "1056", "1006", &[unknown]),
            row("/token", "1006", "[9999]", "1006", &tokens),
        ],
    }
}

fn running() -> Case {
    let hips = [(json!("IN 1"), "[9999]"), (json!("IN-NOBODY"), "1035")];
    Case {
        endpoint: AskRunningToken::META.name,
        by: By::Hiu,
        good: json!({"hipId": CLINIC, "context": "OPD1"}),
        // The patient holds no token there.
        taken: "1031",
        rows: vec![
            row("/hipId", "1006", "[9999]", "1006", &hips),
            row("/context", "1006", "[9999]", "1006", &[(json!("OPD-1"), "[9999]")]),
        ],
    }
}

/// What a patient's app sends is checked as what a facility sends.
#[tokio::test]
async fn every_field_of_a_patients_app_is_told_as_abdm_tells_it() {
    let (sandbox, lobby) = easy().await;
    let hospital = hospital(&sandbox).await;
    sandbox
        .set(|switches| {
            switches.share_wait_seconds = 0.0;
            switches.discovery_wait_seconds = 3600.0;
        })
        .unwrap();
    let links = json!({"patient": RAVI, "hipId": CLINIC, "patientReference": "UHID-7",
        "careContexts": [{"reference": "OPD-1", "hiTypes": ["OPConsultation"]}]});
    assert_eq!(post(&sandbox, "links", links).await.status, 201);
    let mut requests = Vec::new();
    for _ in 0..3 {
        hospital.send(crate::journal::ask(&sandbox, 30)).await.unwrap();
        let asked = hospital.next(OnRequestConsent::META.path).await;
        requests.push(asked.text("/consentRequest/id").to_owned());
    }
    let approve = format!("app/{RAVI}/requests/{}/approve", requests[2]);
    let granted = post(&sandbox, &approve, json!({})).await.json();
    let consent = granted["consentIds"][0].as_str().unwrap();

    let app = by_address(&lobby, RAVI).await;
    let bearer = token(&sandbox, "SBX_HOSPITAL", "not-a-secret").await;
    let of = |request: &str| {
        let mut caller = Caller::new(Some(bearer.clone()));
        caller.person = Some(app.session().token.expose().to_owned());
        caller.segments = vec![("{consentRequestId}", request.to_owned())];
        caller
    };
    let erase_at = format_timestamp(sandbox.now() + TimeDelta::days(10));
    let (mut count, mut wrong, mut played) = (0, Vec::new(), Vec::new());
    for (case, request) in [
        (approval(&erase_at), &requests[0]),
        (denial(), &requests[1]),
        (revocation(consent), &requests[2]),
        (share(), &requests[2]),
    ] {
        let (faulty, told_otherwise) = play(&sandbox, &of(request), &case).await;
        count += faulty;
        wrong.extend(told_otherwise);
        played.push(case.endpoint);
    }
    // Each step of a link goes on from the one before.
    let mut step = async |case: Case| {
        let (faulty, told_otherwise) = play(&sandbox, &of(""), &case).await;
        count += faulty;
        wrong.extend(told_otherwise);
        played.push(case.endpoint);
    };
    step(search()).await;
    let discovery = user_linking::asked(&lobby.raw).await;
    let visits = user_linking::visits(&["OPD-7"]);
    lobby.raw.send(user_linking::found(&discovery, visits)).await.unwrap();
    step(choice(discovery.text("/transactionId"))).await;
    let init = user_linking::inited(&lobby.raw).await;
    let offer = user_linking::offered(&init, REFERENCE, user_linking::soon());
    lobby.raw.send(offer).await.unwrap();
    step(confirmation()).await;
    step(running()).await;
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    println!("{count} faulty calls of {} endpoints", played.len());
    // What apps are called back with, they do not write.
    let is_call = |meta: &&&Metadata| meta.method != Method::GET && meta.family != Family::Bridge;
    let of_ours = abdm_sandbox::api::ALL.iter().filter(is_call);
    let unplayed: Vec<_> =
        of_ours.map(|meta| meta.name).filter(|name| !played.contains(name)).collect();
    assert_eq!(unplayed, Vec::<&str>::new(), "no rows for these");

    // What is only read has its fields in the query and the path.
    let told = async |meta, query: &str, request: &str| {
        let mut caller = of(request);
        query.clone_into(&mut caller.query);
        in_words(&send(&sandbox, meta, &caller, &Value::Null).await)
    };
    let list = &ListConsentRequests::META;
    for (query, expected) in [
        ("limit=10&offset=0", "200"),
        ("limit=10&status=GRANTED", "200"),
        ("", "1006"),
        ("offset=0", "1006"),
        ("limit=", "1006"),
        ("limit=-1", "1006"),
        ("limit=ten", "1006"),
        ("limit=10&offset=-1", "1006"),
    ] {
        assert_eq!(told(list, query, "").await, expected, "{query}");
    }
    let read = &ReadConsentRequest::META;
    assert_eq!(told(read, "", &requests[0]).await, "200");
    let unknown = "3f2a1c80-0000-4000-8000-000000000001";
    assert_eq!(told(read, "", unknown).await, "404 1001");
}
