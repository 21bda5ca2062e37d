//! Where a HIU keeps what it received, and what must be so of each document that comes to it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use abdm_core::id::{CareContextReference, ConsentId};
use abdm_core::person::PatientMismatch;
use async_trait::async_trait;
use hiu_services::flow::DocumentId;
use hiu_services::hooks::{ErasureProof, ReceivedDocument, Records, RecordsError};
use hiu_services::{EventId, HiuEvent};

use crate::gateway::Gateway;
use crate::ledger::FaultKind;
use crate::life::Life;
use crate::log::say;
use crate::people::People;
use crate::world::World;

/// What outlives the nodes of one HIU.
#[derive(Debug, Default)]
pub(crate) struct Shelf(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    documents: BTreeMap<DocumentId, (ConsentId, String)>,
    proofs: Vec<ErasureProof>,
}

impl Shelf {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The names of the hospital's documents that are kept under a consent, each as often as it is.
    pub(crate) fn under(&self, consent: &ConsentId) -> Vec<String> {
        let kept = self.kept();
        let under = kept.documents.values().filter(|(under, _)| under == consent);
        under.map(|(_, name)| name.clone()).collect()
    }

    /// What is kept more than once under one consent.
    pub(crate) fn doubles(&self) -> Vec<(ConsentId, String)> {
        let mut seen = BTreeSet::new();
        let kept = self.kept();
        kept.documents.values().filter(|of| !seen.insert(*of)).cloned().collect()
    }

    pub(crate) fn is_erased(&self, consent: &ConsentId) -> bool {
        self.kept().proofs.iter().any(|proof| proof.consent == *consent)
    }
}

/// The shelf, as one life of a node sees it.
#[derive(Debug)]
pub(crate) struct Librarian {
    pub(crate) world: Arc<World>,
    pub(crate) people: Arc<People>,
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) shelf: Arc<Shelf>,
    pub(crate) node: String,
    pub(crate) life: Arc<Life>,
}

impl Librarian {
    async fn answers(&self) -> Result<(), RecordsError> {
        self.life.goes_on().await;
        let (world, rates) = (&self.world, &self.world.options.rates);
        world.may_end(&self.node, &self.life, rates.crash_in_hook).await;
        world.takes_up_to(world.options.slowest_hook).await;
        self.life.goes_on().await;
        if world.strikes("records fail", rates.hook_fails) {
            return Err(RecordsError::new("the record store is away"));
        }
        Ok(())
    }

    /// The name of a document, which must be one that the consent covers.
    fn judge(&self, document: &ReceivedDocument) -> String {
        let (consent, context) = (&document.provenance.consent, &document.provenance.care_context);
        let Some(known) = self.people.document_of(&document.bytes) else {
            self.world
                .ledger
                .fault(FaultKind::Lost, format!("what came under {consent} is no document"));
            return "unknown".to_owned();
        };
        let name = known.id.to_string();
        if let Err(why) = self.gateway.covers(consent, context, known) {
            self.world
                .ledger
                .fault(FaultKind::OutsideConsent, format!("{name} came under {consent}: {why}"));
        }
        name
    }
}

#[async_trait]
impl Records for Librarian {
    async fn keep(&self, document: ReceivedDocument) -> Result<(), RecordsError> {
        let name = self.judge(&document);
        self.answers().await?;
        let consent = document.provenance.consent.clone();
        {
            let mut kept = self.shelf.kept();
            if !kept.proofs.iter().any(|proof| proof.consent == consent) {
                say!(self.world, "{} keeps {name}", self.node);
                kept.documents.entry(document.id).or_insert((consent, name));
            }
        }
        // Kept, and nobody knows.
        let rates = &self.world.options.rates;
        self.world.may_end(&self.node, &self.life, rates.crash_in_hook).await;
        Ok(())
    }

    async fn set_aside(
        &self,
        document: ReceivedDocument,
        _: PatientMismatch,
    ) -> Result<bool, RecordsError> {
        self.judge(&document);
        Ok(false)
    }

    async fn held(&self, consent: &ConsentId) -> Result<BTreeSet<DocumentId>, RecordsError> {
        self.answers().await?;
        let kept = self.shelf.kept();
        let under = kept.documents.iter().filter(|(_, (under, _))| under == consent);
        Ok(under.map(|(id, _)| id.clone()).collect())
    }

    async fn on_event(&self, _: &EventId, event: &HiuEvent) -> Result<(), RecordsError> {
        say!(self.world, "{} hears {}", self.node, event.name());
        self.answers().await
    }

    async fn erase(&self, proof: &ErasureProof) -> Result<ErasureProof, RecordsError> {
        self.answers().await?;
        let proof = {
            let mut kept = self.shelf.kept();
            kept.documents.retain(|_, (consent, _)| *consent != proof.consent);
            let earlier = kept.proofs.iter().find(|known| known.consent == proof.consent).cloned();
            earlier.unwrap_or_else(|| {
                say!(self.world, "{} erases what came under {}", self.node, proof.consent);
                kept.proofs.push(proof.clone());
                proof.clone()
            })
        };
        let rates = &self.world.options.rates;
        self.world.may_end(&self.node, &self.life, rates.crash_in_hook).await;
        Ok(proof)
    }
}

/// What is missing on a shelf, of what should be there.
pub(crate) fn missing(
    shelf: &Shelf,
    consent: &ConsentId,
    expected: &[(CareContextReference, String)],
) -> Vec<(CareContextReference, String)> {
    let there = shelf.under(consent);
    expected.iter().filter(|(_, name)| !there.contains(name)).cloned().collect()
}
