//! A person's ABHA account is switched off, on again, or deleted, and their facilities are told.

use abdm_core::call::Call;
use abdm_core::endpoint::Endpoint as _;
use abdm_core::error::CallbackError;
use abdm_core::id::RequestId;
use abdm_sandbox::Sandbox;
use hip_services::api::patient_status::{
    AbhaStanding, AcknowledgePatientStatus, OnPatientStatus, PatientStatusNotice,
    StatusAcknowledgement,
};
use serde_json::json;

use crate::hip_linking::token_request;
use crate::own_api::post;
use crate::support::{CLINIC, Desk, clinic, sandbox};

const WHO: &str = "meera.sample@sbx";

/// Links a visit of somebody's and changes their account: the `REQUEST-ID` of the notice.
pub(crate) async fn told(sandbox: &Sandbox, clinic: &Desk, status: &str) -> String {
    let link = json!({"patient": WHO, "hipId": CLINIC, "patientReference": "UHID-77",
        "careContexts": [{"reference": "OPD-77", "hiTypes": ["Prescription"]}]});
    post(sandbox, "links", link).await;
    let path = format!("people/{WHO}/account");
    let answer = post(sandbox, &path, json!({"status": status})).await;
    assert_eq!((answer.status, answer.json()), (200, json!({"told": [CLINIC]})));
    clinic.next(OnPatientStatus::META.path).await.request_id().to_string()
}

#[tokio::test]
async fn whoever_has_something_linked_is_told_of_each_change_and_of_no_other() {
    let sandbox = sandbox().await;
    let clinic = clinic(&sandbox).await;
    let notice = told(&sandbox, &clinic, "DEACTIVATED").await;
    let path = format!("people/{WHO}/account");
    // It is off already.
    let again = post(&sandbox, &path, json!({"status": "DEACTIVATED"})).await;
    assert_eq!(again.json(), json!({"told": []}));
    for (status, standing) in
        [("REACTIVATED", AbhaStanding::Active), ("DELETED", AbhaStanding::Deleted)]
    {
        let answer = post(&sandbox, &path, json!({"status": status})).await;
        assert_eq!(answer.json(), json!({"told": [CLINIC]}), "{status}");
        let arrived = clinic.next(OnPatientStatus::META.path).await;
        assert_eq!(arrived.header("x-hip-id"), Some(CLINIC));
        let read: PatientStatusNotice = serde_json::from_value(arrived.body).unwrap();
        assert_eq!(read.standing, Some(standing));
        assert_eq!(read.abha_address.unwrap().as_str(), WHO);
    }
    // The address is nobody's any more.
    assert_eq!(post(&sandbox, &path, json!({"status": "REACTIVATED"})).await.status, 404);
    let id: RequestId = notice.parse().unwrap();
    let call = Call::<AcknowledgePatientStatus>::new(StatusAcknowledgement::ok(id));
    clinic.send(call).await.unwrap();
    let error = CallbackError::new(1006, "the status is not readable");
    let refused = StatusAcknowledgement::refused(id, error);
    clinic.send(Call::<AcknowledgePatientStatus>::new(refused)).await.unwrap();
    let fresh = StatusAcknowledgement::ok(RequestId::random());
    let told = clinic.refused(Call::<AcknowledgePatientStatus>::new(fresh)).await;
    assert_eq!((told.0, told.1.as_str()), (400, "ABDM-2500"));
}

#[tokio::test]
async fn a_person_who_only_asked_for_a_link_token_is_told_of_too_and_strangers_are_not() {
    let sandbox = sandbox().await;
    let clinic = clinic(&sandbox).await;
    clinic.send(token_request()).await.unwrap();
    let path = "people/ravi.example@sbx/account";
    let answer = post(&sandbox, path, json!({"status": "DEACTIVATED"})).await;
    assert_eq!(answer.json(), json!({"told": [CLINIC]}));
    let strangers = format!("people/{WHO}/account");
    let stranger = post(&sandbox, &strangers, json!({"status": "DELETED"})).await;
    assert_eq!(stranger.json(), json!({"told": []}));
    for body in [json!({"status": "MERGED"}), json!({}), json!({"status": "DELETED", "a": 1})] {
        let refused = post(&sandbox, path, body.clone()).await;
        assert_eq!(refused.status, 400, "{body}: {refused:?}");
    }
    let ravi = sandbox.patients().into_iter().find(|who| who.name == "Ravi Example").unwrap();
    assert_eq!(ravi.note, Some("deactivated"));
}
