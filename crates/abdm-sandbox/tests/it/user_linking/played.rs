//! The same by the sandbox's own API, with a HIP that the sandbox plays.

use abdm_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::own_api::{get, post};
use crate::played::{HIP, made};
use crate::support::sandbox;

const APP: &str = "app/ravi.example@sbx";

/// A HIP that knows Ravi under two numbers.
async fn registered_twice() -> Sandbox {
    let sandbox = sandbox().await;
    made(&sandbox, "played/hips", json!({ "id": HIP })).await;
    for (number, reference) in [("P-1", "A"), ("P-1", "B"), ("P-2", "C")] {
        let record = json!({"patient": "ravi.example@sbx", "careContextReference": reference,
            "hiType": "Prescription", "patientReference": number, "linked": false});
        made(&sandbox, &format!("played/hips/{HIP}/records"), record).await;
    }
    sandbox
}

/// The references of all care contexts in a list of patients, with the patient's number.
fn contexts(patients: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value["referenceNumber"].as_str().unwrap().to_owned();
    let all = patients.as_array().unwrap().iter().flat_map(|patient| {
        let contexts = patient["careContexts"].as_array().unwrap();
        contexts.iter().map(|context| (text(patient), text(context))).collect::<Vec<_>>()
    });
    all.collect()
}

fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(number, context)| ((*number).to_owned(), (*context).to_owned())).collect()
}

/// The last OTP to Ravi's phone.
async fn otp(sandbox: &Sandbox) -> String {
    let sent = get(sandbox, "otps?to=9999900002").await;
    sent[0]["otp"].as_str().unwrap().to_owned()
}

/// Ruling 8.
#[tokio::test]
async fn a_patient_who_is_registered_twice_links_what_both_numbers_have() {
    let sandbox = registered_twice().await;
    assert_eq!(get(&sandbox, &format!("{APP}/links")).await, json!([]));
    let search = json!({"hipId": HIP, "unverifiedIdentifiers": [{"type": "MR", "value": "P-1"}]});
    let found = made(&sandbox, &format!("{APP}/discover"), search).await;
    assert_eq!((&found["state"], &found["hipId"]), (&json!("found"), &json!(HIP)));
    assert_eq!(contexts(&found["found"]), pairs(&[("P-1", "A"), ("P-1", "B"), ("P-2", "C")]));
    let path = format!("{APP}/discoveries/{}", found["transactionId"].as_str().unwrap());
    let early = post(&sandbox, &format!("{path}/confirm"), json!({"otp": "123456"})).await;
    assert_eq!(early.status, 409, "{}", early.text);

    let chosen = json!({"careContexts": ["A", "C"]});
    let sent = made(&sandbox, &format!("{path}/choose"), chosen).await;
    assert_eq!(sent["state"], "otp-sent", "{sent}");
    let (otp, confirm) = (otp(&sandbox).await, format!("{path}/confirm"));
    let wrong = if otp == "999999" { "888888" } else { "999999" };
    let refused = made(&sandbox, &confirm, json!({ "otp": wrong })).await;
    assert_eq!(refused["state"], "otp-refused");
    assert_eq!(refused["error"], json!({"code": "ABDM-1035", "message": "OTP does not matched"}));
    let linked = made(&sandbox, &confirm, json!({ "otp": otp })).await;
    assert_eq!(linked["state"], "linked", "{linked}");
    assert_eq!(contexts(&linked["linked"]), pairs(&[("P-1", "A"), ("P-2", "C")]));
    let links = get(&sandbox, &format!("{APP}/links")).await;
    let numbers: Vec<_> =
        links.as_array().unwrap().iter().map(|link| &link["patientReference"]).collect();
    assert_eq!(numbers, ["P-1", "P-2"]);

    let rest = made(&sandbox, &format!("{APP}/discover"), json!({ "hipId": HIP })).await;
    assert_eq!(contexts(&rest["found"]), pairs(&[("P-1", "B")]));
    let all = get(&sandbox, &format!("{APP}/discoveries")).await;
    let states: Vec<_> = all.as_array().unwrap().iter().map(|one| &one["state"]).collect();
    assert_eq!(states, ["linked", "found"]);
}

#[tokio::test]
async fn what_a_facility_does_not_have_is_told_in_its_words_and_silence_as_unreachable() {
    let sandbox = registered_twice().await;
    let search = json!({ "hipId": HIP });
    let nobody = made(&sandbox, "app/meera.sample@sbx/discover", search.clone()).await;
    assert_eq!(nobody["state"], "refused");
    assert_eq!(nobody["error"], json!({"code": "ABDM-1010", "message": "Patient not found"}));
    sandbox.set(|switches| switches.discovery_wait_seconds = 0.2).unwrap();
    let habits = json!({"answer": "silent"});
    crate::own_api::ctl(&sandbox, http::Method::PUT, &format!("played/hips/{HIP}/habits"), habits)
        .await;
    let silent = made(&sandbox, &format!("{APP}/discover"), search.clone()).await;
    assert_eq!(silent["state"], "unreachable");

    // Whoever does not wait so long is told how it stands.
    sandbox.set(|switches| switches.discovery_wait_seconds = 3600.0).unwrap();
    let at_once = format!("{APP}/discover?timeoutSeconds=0");
    assert_eq!(made(&sandbox, &at_once, search).await["state"], "waiting");
}

#[tokio::test]
async fn what_does_not_fit_the_own_api_is_told_by_its_place() {
    let sandbox = registered_twice().await;
    let discover = format!("{APP}/discover");
    for (body, status, field) in [
        (json!({}), 400, "hipId"),
        (json!({"hipId": HIP, "typed": []}), 400, "typed"),
        (
            json!({"hipId": HIP, "unverifiedIdentifiers": [{"type": "EMAIL", "value": "x"}]}),
            400,
            "unverifiedIdentifiers[0].type",
        ),
        (json!({"hipId": "IN-NOBODY"}), 409, ""),
    ] {
        let answer = post(&sandbox, &discover, body.clone()).await;
        let told = answer.json()["field"].as_str().unwrap_or_default().to_owned();
        assert_eq!((answer.status, told.as_str()), (status, field), "{body}: {}", answer.text);
    }
    let found = made(&sandbox, &discover, json!({ "hipId": HIP })).await;
    let path = format!("{APP}/discoveries/{}", found["transactionId"].as_str().unwrap());
    for (path, body, status) in [
        (format!("{path}/choose"), json!({"careContexts": ["Z"]}), 404),
        (format!("{path}/confirm"), json!({"otp": "12345"}), 400),
        (format!("{APP}/discoveries/none/choose"), json!({}), 404),
        (format!("{}/choose", path.replace("ravi.example", "meera.sample")), json!({}), 404),
    ] {
        let answer = post(&sandbox, &path, body).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text);
    }
}

#[tokio::test]
async fn a_played_hip_gives_tokens_and_tells_which_one_is_served() {
    let sandbox = registered_twice().await;
    let counter = json!({"hipId": HIP, "counter": "OPD1"});
    let running = "app/ravi.example@sbx/running-token";
    assert_eq!(post(&sandbox, running, counter.clone()).await.status, 409);
    for (who, number) in [("ravi.example", "1"), ("meera.sample", "2"), ("sunita.example", "3")] {
        let token = made(&sandbox, &format!("app/{who}@sbx/share"), counter.clone()).await;
        assert_eq!(token["tokenNumber"], number);
    }
    let token = made(&sandbox, running, counter).await;
    assert_eq!(token, json!({"hipId": HIP, "context": "OPD1", "runningTokenNumber": "2"}));
    let held = get(&sandbox, "app/ravi.example@sbx/tokens").await;
    assert_eq!((&held[0]["tokenNumber"], &held[0]["hipId"]), (&json!("1"), &json!(HIP)));
}
