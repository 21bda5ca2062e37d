//! The samples of the front page, run against the sandbox. The house's tests hold their text
//! against README.md; `.ci/run` also starts the programs as they are printed.

#![cfg(test)]

#[path = "../../examples/milestones/milestone_1.rs"]
#[expect(dead_code, unreachable_pub, reason = "a program of its own")]
mod milestone_1;
#[path = "../../examples/milestones/milestone_2.rs"]
#[expect(dead_code, unreachable_pub, reason = "a program of its own")]
mod milestone_2;
#[path = "../../examples/milestones/milestone_3.rs"]
#[expect(dead_code, unreachable_pub, reason = "a program of its own")]
mod milestone_3;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use abdm_core::api::data_flow::NotifyHealthInformation;
use abdm_core::client::AbdmClient;
use abdm_core::endpoint::Endpoint as _;
use abdm_core::secret::ClientSecret;
use abdm_core::session::Credentials;
use abdm_sandbox::examples::{CLINIC, ExampleClient, HOSPITAL};
use abdm_sandbox::transcript::{Exchange, Observer, Party};
use abdm_sandbox::{Sandbox, Switches};
use abdm_store::SqliteStore;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::time::timeout;

const OTP: &str = "123456";
const PATIENCE: Duration = Duration::from_secs(60);

/// The reports of transfers that ABDM took, with who made them.
#[derive(Debug, Clone, Default)]
struct Reports(Arc<Mutex<Vec<(Party, Value)>>>);

impl Observer for Reports {
    fn exchanged(&self, exchange: &Exchange) {
        if exchange.path.ends_with(NotifyHealthInformation::META.path) {
            let report = (exchange.from.clone(), exchange.body.clone());
            self.0.lock().unwrap().push(report);
        }
    }
}

impl Reports {
    /// The first report of a party.
    async fn of(&self, party: Party) -> Value {
        loop {
            let reports = self.0.lock().unwrap().clone();
            if let Some((_, report)) = reports.into_iter().find(|(from, _)| *from == party) {
                return report;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

async fn abdm(reports: Reports) -> Sandbox {
    let mut switches = Switches::quick();
    switches.fixed_otp = Some(OTP.to_owned());
    // The patient's app does not ask by itself: the hospital's question is the only one.
    switches.patient_app_pulls = false;
    let builder = Sandbox::builder().switches(switches).observe(reports);
    let sandbox = builder.start().await.unwrap();
    sandbox.register_examples().unwrap();
    sandbox
}

fn client(sandbox: &Sandbox, example: &ExampleClient) -> AbdmClient {
    let credentials = Credentials::new(example.id, ClientSecret::new(example.secret));
    AbdmClient::new(sandbox.environment().unwrap(), credentials).unwrap()
}

async fn door() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/abdm", listener.local_addr().unwrap());
    (listener, url)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sample_of_milestone_1_stores_the_number_that_abdm_made() {
    let sandbox = abdm(Reports::default()).await;
    let mut stored = Vec::new();
    let read = |question: &str| {
        let answer = match question {
            "Aadhaar" => "9999 0000 0016",
            "Mobile" => "9999900001",
            "which ABHA address?" => "asha.chosen",
            _ => OTP,
        };
        answer.to_owned()
    };
    let run = milestone_1::register(client(&sandbox, &CLINIC), read, |number| {
        stored.push(number.to_owned());
    });
    run.await.unwrap();
    let asha = sandbox.patient(&"asha.chosen@sbx".parse().unwrap()).unwrap();
    let number = asha.abha_number.unwrap();
    assert_eq!(
        stored,
        [number.to_digits(), number.to_digits()],
        "right after the proof, and at the end"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_samples_of_milestones_2_and_3_share_a_record_and_end_when_told() {
    let reports = Reports::default();
    let sandbox = abdm(reports.clone()).await;
    let ravi = "ravi.example@sbx".parse().unwrap();
    let phr = sandbox.phr(&ravi).unwrap();

    let (listener, url) = door().await;
    let (close_clinic, closing) = oneshot::channel::<()>();
    let clinic_client = client(&sandbox, &CLINIC);
    let disk = tempfile::tempdir().unwrap();
    let clinic_store = SqliteStore::open(disk.path().join("clinic.db")).unwrap();
    let clinic = tokio::spawn(async move {
        let stop = async { drop(closing.await) };
        milestone_2::run_clinic(clinic_client, clinic_store, listener, &url, stop)
            .await
            .map_err(|error| error.to_string())
    });
    let linked = async {
        while phr.links().await.unwrap().is_empty() {
            assert!(!clinic.is_finished(), "the clinic ended");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(PATIENCE, linked).await.expect("the visit is not linked");

    let (listener, url) = door().await;
    let (close_hospital, closing) = oneshot::channel::<()>();
    let hospital_client = client(&sandbox, &HOSPITAL);
    let hospital_store = SqliteStore::open(disk.path().join("hospital.db")).unwrap();
    let hospital = tokio::spawn(async move {
        let stop = async { drop(closing.await) };
        milestone_3::read_history(hospital_client, hospital_store, listener, &url, stop)
            .await
            .map_err(|error| error.to_string())
    });
    let request = phr.next_request(PATIENCE).await.unwrap();
    let artefacts = phr.approve(&request.request_id, |_| {}).await.unwrap();
    assert_eq!(artefacts.len(), 1);
    for party in [Party::Clinic, Party::Hospital] {
        let report = timeout(PATIENCE, reports.of(party.clone())).await.expect("no report came");
        let statuses = &report["notification"]["statusNotification"]["statusResponses"];
        assert_eq!(statuses.as_array().map(Vec::len), Some(1), "{party}: {report:#}");
        let wanted = if party == Party::Clinic { "DELIVERED" } else { "OK" };
        assert_eq!(statuses[0]["hiStatus"], wanted, "{party}: {report:#}");
    }

    close_hospital.send(()).unwrap();
    close_clinic.send(()).unwrap();
    let ended = async { (hospital.await.unwrap(), clinic.await.unwrap()) };
    let ended = timeout(PATIENCE, ended).await.expect("the programs do not end");
    assert_eq!(ended, (Ok(()), Ok(())));
    sandbox.shut_down().await;
}
