//! The hospital behind the HIP, as one life of one of its nodes sees it.

use std::sync::Arc;
use std::time::Duration;

use abdm_core::id::HipId;
use abdm_core::vocabulary::ConsentStatus;
use async_trait::async_trait;
use hip_services::{
    FinalRecord, HipEvent, Hospital, HospitalError, ListedRecord, Readiness, Record, RecordId,
    RecordPreparer, RecordsWanted,
};

use crate::life::Life;
use crate::log::say;
use crate::people::{MARK, People};
use crate::world::World;

/// The hospital's own system.
#[derive(Debug, Clone)]
pub(crate) struct Wards {
    pub(crate) world: Arc<World>,
    pub(crate) people: Arc<People>,
    pub(crate) node: String,
    pub(crate) life: Arc<Life>,
}

impl Wards {
    /// As a database answers: late, or not at all.
    pub(crate) async fn answers(&self) -> Result<(), HospitalError> {
        self.life.goes_on().await;
        let (world, rates) = (&self.world, &self.world.options.rates);
        world.may_end(&self.node, &self.life, rates.crash_in_hook).await;
        world.takes_up_to(world.options.slowest_hook).await;
        self.life.goes_on().await;
        if world.strikes("hospital fails", rates.hook_fails) {
            return Err(HospitalError::new(format!("no row of {MARK}")));
        }
        Ok(())
    }
}

#[async_trait]
impl RecordPreparer for Wards {
    async fn prepare(&self, _: &HipId, _: &FinalRecord) -> Result<Readiness, HospitalError> {
        self.answers().await?;
        if self.world.strikes("document not ready", self.world.options.rates.hook_fails) {
            return Ok(Readiness::NotYet { ask_again_after: Duration::from_secs(45) });
        }
        Ok(Readiness::Ready)
    }
}

#[async_trait]
impl Hospital for Wards {
    /// Everything that lies in the visit, whatever is wanted.
    async fn list(&self, wanted: &RecordsWanted) -> Result<Vec<ListedRecord>, HospitalError> {
        self.answers().await?;
        let context = &wanted.care_context.care_context_reference;
        let found = self.people.documents_of(context);
        say!(self.world, "{} lists {} documents of {context}", self.node, found.len());
        let listed = |d: &crate::people::Document| {
            ListedRecord::new(d.id.clone(), d.hi_type.clone(), d.date)
        };
        Ok(found.into_iter().map(listed).collect())
    }

    async fn document(
        &self,
        id: &RecordId,
        wanted: &RecordsWanted,
    ) -> Result<Option<Record>, HospitalError> {
        self.answers().await?;
        let found = self.people.documents_of(&wanted.care_context.care_context_reference);
        let found = found.into_iter().find(|document| document.id == *id);
        say!(self.world, "{} reads {id}", self.node);
        Ok(found.map(|d| Record::new(d.hi_type.clone(), d.date, d.content.clone())))
    }

    async fn on_event(&self, event: &HipEvent) -> Result<(), HospitalError> {
        self.life.goes_on().await;
        say!(self.world, "{} hears {}", self.node, event.name());
        match event {
            HipEvent::ConsentGranted(detail) => {
                self.world.ledger.consent_granted(&detail.consent_id);
            }
            HipEvent::ConsentEnded {
                consent_id,
                status: ConsentStatus::Revoked | ConsentStatus::Expired,
                ..
            } => self.world.ledger.consent_ended(consent_id),
            HipEvent::LinkFailed { care_contexts, .. } => {
                self.world.ledger.not_linked(care_contexts);
            }
            HipEvent::Linked { care_contexts, .. } => {
                self.world.ledger.linked(care_contexts, self.world.now());
            }
            HipEvent::PatientStatusChanged { abha_address, standing, .. } => {
                self.world.ledger.account_heard(abha_address, *standing, self.world.now());
            }
            _ => {}
        }
        self.answers().await
    }
}
