//! The hospital: all that a vendor writes to be a Health Information User.

use std::net::SocketAddr;
use std::time::Duration;

use abdm_core::api::consent::{DateRange, Requester};
use abdm_core::client::AbdmClient;
use abdm_core::id::{ConsentId, HiuId};
use abdm_core::person::AbhaAddress;
use abdm_core::vocabulary::HiType;
use anyhow::ensure;
use chrono::TimeDelta;
use fhir_bundles::Record;
use hiu_services::hooks::ErasureProof;
use hiu_services::{Consent, ConsentRequest, Decision, Hiu};

use crate::bridge::Bridge;
use crate::cellar::Cellar;

/// The hospital's program.
pub(crate) struct Hospital {
    hiu: Hiu,
    cellar: Cellar,
    client: AbdmClient,
    bridge: Bridge,
}

impl Hospital {
    /// Opens the hospital on what is in the cellar: after a restart it goes on where it stopped.
    pub(crate) async fn open(
        hiu_id: HiuId,
        client: AbdmClient,
        cellar: Cellar,
        address: Option<SocketAddr>,
    ) -> anyhow::Result<Self> {
        let mut bridge = Bridge::listen(address).await?;
        let hiu = Hiu::builder(hiu_id, client.clone())
            .store(cellar.flows(), cellar.key()?)
            .records(cellar.records().clone())
            .bridge_url(bridge.url())
            .node("hospital-1")
            .build()?;
        bridge.serve(hiu.router());
        let worker = hiu.clone();
        bridge.spawn(|closing| async move { worker.run(closing).await });
        Ok(Self { hiu, cellar, client, bridge })
    }

    /// Registers where ABDM may call it: once, when it is set up, not at every start.
    pub(crate) async fn register(&self) -> anyhow::Result<()> {
        self.bridge.register(&self.client).await
    }

    /// A doctor asks for a year of the patient's consultations, to keep them for a month.
    pub(crate) async fn ask(&self, patient: AbhaAddress) -> anyhow::Result<Consent> {
        let now = self.client.now();
        let doctor =
            Requester::registered("Dr. Anil Shah", "REGNO", "GJ-20418", "https://www.nmc.org.in");
        let request = ConsentRequest::for_care(patient, doctor)
            .of_types([HiType::OpConsultation])
            .dated(DateRange::new(now - TimeDelta::days(365), now))
            .erased_at(now + TimeDelta::days(30));
        Ok(self.hiu.request_consent(request).await?)
    }

    /// The same consent request after a restart.
    pub(crate) fn resume(&self, consent: &Consent) -> Consent {
        self.hiu.consent(consent.id())
    }

    /// Waits for the patient's decision, then for the records, and reads them.
    pub(crate) async fn receive(&self, consent: &Consent) -> anyhow::Result<Vec<Record>> {
        let decision = consent.wait_for_decision(Duration::from_secs(60)).await?;
        ensure!(decision == Decision::Granted, "the patient did not grant it: {decision:?}");
        let deliveries = consent.wait_for_records(Duration::from_secs(120)).await?;
        let mut records = Vec::new();
        for delivery in deliveries {
            for problem in delivery.problems() {
                tracing::warn!(problem, "a record did not come as it should");
            }
            for document in self.cellar.records().documents_under(&delivery.consent) {
                records.push(self.cellar.records().open(&document)?.record()?);
            }
        }
        Ok(records)
    }

    /// How many documents are kept under a consent.
    pub(crate) fn kept(&self, consent: &ConsentId) -> usize {
        self.cellar.records().documents_under(consent).len()
    }

    /// Waits until everything under the consent is erased, and shows the proofs.
    pub(crate) async fn erased(&self, consent: &Consent) -> anyhow::Result<Vec<ErasureProof>> {
        Ok(consent.wait_for_erasure(Duration::from_secs(60)).await?)
    }

    /// Where it listens.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.bridge.address()
    }

    /// Ends the program as a power cut would: nothing is finished, nothing is said.
    pub(crate) fn crash(&mut self) {
        self.bridge.crash();
    }

    /// Closes the hospital; what is under way is finished first.
    pub(crate) async fn close(self) {
        self.bridge.close().await;
    }
}
