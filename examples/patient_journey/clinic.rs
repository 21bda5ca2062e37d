//! The clinic: all that a vendor writes to be a Health Information Provider (milestone 2).

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use abdm_core::client::AbdmClient;
use abdm_core::id::{CareContextReference, ConsentId, HipId};
use abdm_core::vocabulary::HiType;
use async_trait::async_trait;
use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use fhir_bundles::build::{
    Facility, FollowUp, Medicine, Observation, OpConsultation, Patient, Practitioner, Visit,
};
use hip_services::{
    Hip, Hospital, HospitalError, LinkPatient, Linked, ListedRecord, Record, RecordId,
    RecordsWanted,
};

use crate::bridge::Bridge;
use crate::cellar::Cellar;
use crate::desk::Person;

/// The clinic's program: its database and its HIP.
pub(crate) struct Clinic {
    hip: Hip,
    visits: Visits,
    client: AbdmClient,
    bridge: Bridge,
}

impl Clinic {
    /// Opens the clinic and registers where ABDM may call it.
    pub(crate) async fn open(
        hip_id: HipId,
        client: AbdmClient,
        cellar: &Cellar,
    ) -> anyhow::Result<Self> {
        let visits = Visits::default();
        let hip = Hip::builder(hip_id, client.clone())
            .hospital(visits.clone())
            .store(cellar.flows(), cellar.key()?)
            .node("clinic-1")
            .build()?;
        let mut bridge = Bridge::listen(None).await?;
        bridge.serve(hip.router());
        let worker = hip.clone();
        bridge.spawn(|closing| async move { worker.run(closing).await });
        bridge.register(&client).await?;
        Ok(Self { hip, visits, client, bridge })
    }

    /// A doctor sees a patient. The record is made at once, so that it is ready when asked for.
    pub(crate) fn record_visit(
        &self,
        reference: CareContextReference,
        date: DateTime<FixedOffset>,
        patient: &Person,
        complaint: &str,
        medicine: Medicine,
    ) -> anyhow::Result<()> {
        let document = OpConsultation::new(
            Patient::with_abha_number(&patient.name, patient.abha_number.to_dashed()),
            Practitioner::with_hpr_id("Dr. Meera Rao", "71-1234-5678-9012"),
            Facility::new("Sunrise Clinic", self.hip.hip_id().as_str()),
            Visit::outpatient(date),
        )
        .chief_complaint(complaint)
        .vital_sign(Observation::temperature("38.4", "Cel"))
        .vital_sign(Observation::blood_pressure(118, 76))
        .medication(medicine)
        .follow_up(FollowUp::on(date + TimeDelta::days(3)))
        .build()?;
        self.visits.save(Row { reference, date: date.to_utc(), document: document.to_vec() });
        Ok(())
    }

    /// Links every visit to the patient's ABHA address, and tells her apps of them.
    pub(crate) async fn link(&self, patient: &Person) -> anyhow::Result<Linked> {
        let mut link = LinkPatient::new(
            patient.abha_address.clone(),
            patient.reference.clone(),
            &patient.name,
            patient.gender.clone(),
            patient.year_of_birth,
        )
        .abha_number(patient.abha_number.clone());
        for row in self.visits.rows() {
            let shown = format!("OPD visit of {}", row.date.format("%-d %B %Y"));
            let types = [HiType::OpConsultation];
            link = link.visit(hip_services::Visit::new(row.reference, shown, row.date, types));
        }
        Ok(self.hip.link(link).await?.finished(Duration::from_secs(120)).await?)
    }

    /// Waits until the clinic, too, knows that a consent is over.
    pub(crate) async fn knows_the_end_of(&self, consent: &ConsentId) -> anyhow::Result<()> {
        loop {
            let known = self.hip.consent(consent).await?;
            if known.is_some_and(|consent| consent.terms(self.client.now()).is_err()) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Closes the clinic; what is under way is finished first.
    pub(crate) async fn close(self) {
        self.bridge.close().await;
    }
}

/// The clinic's database.
#[derive(Clone, Default)]
struct Visits(Arc<Mutex<Vec<Row>>>);

#[derive(Clone)]
struct Row {
    reference: CareContextReference,
    date: DateTime<Utc>,
    document: Vec<u8>,
}

impl Visits {
    fn save(&self, row: Row) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(row);
    }

    fn rows(&self) -> Vec<Row> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait]
impl Hospital for Visits {
    async fn list(&self, wanted: &RecordsWanted) -> Result<Vec<ListedRecord>, HospitalError> {
        let wanted = &wanted.care_context.care_context_reference;
        let rows = self.rows().into_iter().filter(|row| row.reference == *wanted);
        // One document for each visit: it is known by the visit's own number.
        rows.map(|row| {
            let id = RecordId::new(row.reference.as_str())?;
            Ok(ListedRecord::new(id, HiType::OpConsultation, row.date))
        })
        .collect()
    }

    async fn document(
        &self,
        id: &RecordId,
        _: &RecordsWanted,
    ) -> Result<Option<Record>, HospitalError> {
        let row = self.rows().into_iter().find(|row| row.reference.as_str() == id.as_str());
        Ok(row.map(|row| Record::new(HiType::OpConsultation, row.date, row.document)))
    }
}
