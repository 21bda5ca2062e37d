//! The hospital that asks the clinic's patient for records: a HIU, as `patient_journey` explains it.

use std::sync::Arc;
use std::time::Duration;

use abdm_core::api::consent::{DateRange, Requester};
use abdm_core::bridge::set_callback_url;
use abdm_core::client::AbdmClient;
use abdm_core::id::HiuId;
use abdm_core::person::AbhaAddress;
use abdm_core::receiver::{listen, serve};
use abdm_core::seal::SealingKey;
use abdm_core::secret::ClientSecret;
use abdm_core::session::Credentials;
use abdm_flow::store::MemoryStore;
use abdm_sandbox::Sandbox;
use abdm_sandbox::examples::HOSPITAL;
use anyhow::ensure;
use axum::Router;
use chrono::TimeDelta;
use fhir_bundles::Record;
use hiu_services::hooks::{ErasureProof, MemoryRecords};
use hiu_services::{Consent, ConsentRequest, Decision, Hiu};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long the patient and the clinic may take.
const PATIENCE: Duration = Duration::from_secs(90);

/// The hospital's program.
pub(crate) struct Hospital {
    hiu: Hiu,
    client: AbdmClient,
    records: Arc<MemoryRecords>,
    closing: CancellationToken,
    tasks: TaskTracker,
}

impl Hospital {
    pub(crate) async fn open(sandbox: &Sandbox) -> anyhow::Result<Self> {
        let credentials = Credentials::new(HOSPITAL.id, ClientSecret::new(HOSPITAL.secret));
        let client = AbdmClient::new(sandbox.environment()?, credentials)?;
        let listener = listen("127.0.0.1:0").await?;
        let url = format!("http://{}/abdm", listener.local_addr()?);
        let records = Arc::new(MemoryRecords::new(SealingKey::generate()?));
        let hiu = Hiu::builder(HiuId::new(HOSPITAL.facility)?, client.clone())
            .store(Arc::new(MemoryStore::new()), SealingKey::generate()?)
            .records(records.clone())
            .bridge_url(&url)
            .node("hospital-1")
            .build()?;
        let (closing, tasks) = (CancellationToken::new(), TaskTracker::new());
        let app = Router::new().nest("/abdm", hiu.router());
        tasks.spawn(serve(listener, app, closing.clone().cancelled_owned()));
        let (worker, ends) = (hiu.clone(), closing.clone().cancelled_owned());
        tasks.spawn(async move { worker.run(ends).await });
        set_callback_url(&client, &url).await?;
        Ok(Self { hiu, client, records, closing, tasks })
    }

    /// Asks for a year of records of all kinds, to keep them for a month.
    pub(crate) async fn ask(&self, patient: AbhaAddress) -> anyhow::Result<Consent> {
        let now = self.client.now();
        let doctor =
            Requester::registered("Dr. Anil Shah", "REGNO", "GJ-20418", "https://www.nmc.org.in");
        let request = ConsentRequest::for_care(patient, doctor)
            .of_types(super::every_kind())
            .dated(DateRange::new(now - TimeDelta::days(365), now))
            .erased_at(now + TimeDelta::days(30));
        Ok(self.hiu.request_consent(request).await?)
    }

    /// Waits for the patient's decision, then for the records, and reads them.
    pub(crate) async fn receive(&self, consent: &Consent) -> anyhow::Result<Vec<Record>> {
        let decision = consent.wait_for_decision(PATIENCE).await?;
        ensure!(decision == Decision::Granted, "the patient did not grant it: {decision:?}");
        let mut records = Vec::new();
        for delivery in consent.wait_for_records(PATIENCE).await? {
            let problems: Vec<_> = delivery.problems().collect();
            ensure!(problems.is_empty(), "{}", problems.join("; "));
            for document in self.records.documents_under(&delivery.consent) {
                records.push(self.records.open(&document)?.record()?);
            }
        }
        Ok(records)
    }

    /// Waits until everything under the consent is erased, and shows the proofs.
    pub(crate) async fn erased(&self, consent: &Consent) -> anyhow::Result<Vec<ErasureProof>> {
        Ok(consent.wait_for_erasure(PATIENCE).await?)
    }

    /// Ends; what is under way is finished first.
    pub(crate) async fn close(self) {
        self.closing.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}
