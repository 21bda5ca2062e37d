//! SHARE_PATIENT_PROFILE_701: scan and share.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use abdm_core::environment::Environment;
use abdm_core::id::HipId;
use abdm_sandbox::{Facility, Role, SandboxError};
use abha_enrollment::facility_qr::FacilityQr;
use async_trait::async_trait;
use chrono::TimeDelta;
use hip_services::api::sharing::{AcknowledgeShare, IssuedToken, OnPatientShare};
use hip_services::{
    Hip, HospitalError, ReceptionDesk, RecordsWanted, Registration, SharedProfile, hospital_fn,
};

use crate::evidence::Screen;
use crate::stage::{CLIENT_ID, Stage, open};

const FACILITY: &str = "IN2710000001";
const COUNTER: &str = "OPD1";

/// The facility's registration software: what came in.
#[derive(Clone, Default)]
struct Reception(Arc<Mutex<Vec<SharedProfile>>>);

#[async_trait]
impl ReceptionDesk for Reception {
    async fn register(&self, shared: &SharedProfile) -> Result<Registration, HospitalError> {
        self.0.lock().unwrap().push(shared.clone());
        Ok(if shared.counter == COUNTER { Registration::Queued } else { Registration::Declined })
    }
}

/// A facility with a reception, served over HTTP.
async fn open_facility(stage: &Stage) -> (HipId, Reception) {
    let facility = Facility::new(FACILITY, "Example Clinic", Role::Hip, CLIENT_ID);
    stage.sandbox.register_facility(facility).unwrap();
    let (hip_id, reception) = (HipId::new(FACILITY).unwrap(), Reception::default());
    let hip = Hip::builder(hip_id.clone(), stage.client.clone())
        .hospital(hospital_fn(|_: RecordsWanted| async { Ok(Vec::new()) }))
        .reception(reception.clone())
        .in_memory()
        .unwrap()
        .build()
        .unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = hip.router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    tokio::spawn(async move { hip.run(std::future::pending()).await });
    abdm_core::bridge::set_callback_url(&stage.client, &url).await.unwrap();
    (hip_id, reception)
}

fn shown(token: &IssuedToken) -> Screen {
    Screen::new()
        .field("Counter", &token.context)
        .field("Token number", &token.token_number)
        .field("Good for (seconds)", &token.expiry)
}

#[tokio::test]
async fn share_patient_profile_701_the_profile_arrives_and_a_token_for_half_an_hour_goes_back() {
    let mut stage = open!("SHARE_PATIENT_PROFILE_701");
    let (hip_id, reception) = open_facility(&stage).await;
    let meera = stage.person("Meera Sample");
    let address = meera.abha_address.clone().unwrap();

    let code = FacilityQr::new(&Environment::sandbox(), &hip_id, COUNTER).unwrap();
    let screen = Screen::new().field("Code of the counter", code.url());
    stage.step("The facility prints the QR code of a counter.", screen);
    let scanned: url::Url = code.url().parse().unwrap();
    let value = |name| scanned.query_pairs().find(|(n, _)| n == name).unwrap().1.into_owned();
    let (scanned_hip, counter) = (HipId::new(value("hip-id")).unwrap(), value("counter-id"));

    let app = stage.sandbox.phr(&address).unwrap();
    let token = app.share_profile(&scanned_hip, &counter).await.unwrap();
    assert_eq!((token.context.as_str(), token.token_number.as_str()), (COUNTER, "1"));
    assert_eq!(token.expiry, "1800");
    stage.step("The patient scans it, agrees to share, and sees a token number.", shown(&token));
    assert_eq!(stage.calls::<OnPatientShare>().len(), 1);
    let answer = stage.calls::<AcknowledgeShare>();
    assert_eq!((answer.len(), answer[0].status), (1, Some(202)));

    let arrived = reception.0.lock().unwrap().clone();
    let [profile] = &arrived[..] else { panic!("one profile arrives: {arrived:?}") };
    let patient = &profile.patient;
    assert_eq!(patient.name.as_deref(), Some(meera.name.as_str()));
    assert_eq!(patient.abha_number, meera.abha_number);
    assert_eq!(patient.date_of_birth(), Some(meera.date_of_birth));
    assert_eq!(profile.token_number, token.token_number);
    let screen = Screen::new()
        .field("Counter", &profile.counter)
        .field("Token number", &profile.token_number)
        .field("Name", patient.name.as_deref().unwrap())
        .field("Date of birth", meera.date_of_birth)
        .field("Gender", patient.gender.as_ref().unwrap().as_str())
        .field("ABHA number", patient.abha_number.as_ref().unwrap().to_dashed())
        .field("ABHA address", &profile.abha_address);
    stage.step("The profile is in the facility's registration, filled in.", screen);

    stage.pass(TimeDelta::minutes(10));
    let app = stage.sandbox.phr(&address).unwrap();
    let again = app.share_profile(&hip_id, COUNTER).await.unwrap();
    assert_eq!((again.token_number.as_str(), again.expiry.as_str()), ("1", "1200"));
    assert_eq!(reception.0.lock().unwrap().len(), 1, "registered once");
    stage.step("After ten minutes the patient scans again: the same token.", shown(&again));

    let ravi = stage.person("Ravi Example").abha_address.unwrap();
    let next = stage.sandbox.phr(&ravi).unwrap().share_profile(&hip_id, COUNTER).await.unwrap();
    assert_eq!(next.token_number, "2");
    stage.step("The next patient has the next number.", shown(&next));

    stage.pass(TimeDelta::minutes(21));
    let app = stage.sandbox.phr(&address).unwrap();
    let fresh = app.share_profile(&hip_id, COUNTER).await.unwrap();
    assert_eq!((fresh.token_number.as_str(), fresh.expiry.as_str()), ("3", "1800"));
    stage
        .step("After 30 minutes the token is over: scanning again gives a new one.", shown(&fresh));

    let closed = app.share_profile(&hip_id, "CLOSED1").await;
    let Err(SandboxError::App(refused)) = closed else { panic!("refused: {closed:?}") };
    assert_eq!(refused.code().unwrap().as_str(), "ABDM-1149");
    let screen = Screen::new().text("This counter takes no patients now.");
    stage.step("The code of a counter that the facility does not serve is refused.", screen);
    // The facility is let finish what it has begun.
    tokio::time::sleep(Duration::from_millis(50)).await;
    stage.shown();
}
